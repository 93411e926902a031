import Synchronization

/// A UUID (RFC 9562), written in lower case.
public struct Uuid: Sendable, Hashable, Comparable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a version 7 UUID (section 5.7) of a time and random bits alone: ids of one millisecond have no order.
  public static func v7(at time: Timestamp, using random: inout some RandomNumberGenerator) -> Uuid {
    let milliseconds = UInt64(clamping: time.microseconds / 1_000) & 0xFFFF_FFFF_FFFF
    let high = milliseconds << 16 | 0x7000 | random.next() & 0xFFF
    return Uuid(high: high, low: 0x8000_0000_0000_0000 | random.next() >> 2)
  }

  /// Makes a version 7 UUID from the system's randomness, which sorts behind all that this process made before.
  ///
  /// The 12 bits behind the time count the ids of a millisecond (RFC 9562, section 6.2, method 1): from a random number
  /// on whose top bit is 0. When the counter is used up, or the clock goes back, the time in the id runs ahead.
  public static func v7(at time: Timestamp) -> Uuid {
    var random = SystemRandomNumberGenerator()
    let id = v7(at: time, using: &random)
    let first = (id.high >> 16) << 12 | id.high & 0x7FF
    var last = Self.last.load(ordering: .relaxed)
    while true {
      let next = max(last &+ 1, first)
      let (isTaken, current) = Self.last.weakCompareExchange(expected: last, desired: next, ordering: .relaxed)
      if isTaken { return Uuid(high: (next >> 12) << 16 | 0x7000 | next & 0xFFF, low: id.low) }
      last = current
    }
  }

  /// The time in milliseconds and the 12 bits of the counter of the last id that was made.
  private static let last = Atomic<UInt64>(0)

  /// Reads the 8-4-4-4-12 form in either case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    self.init(ascii: text.utf8)
  }

  init?(ascii text: some Sequence<UInt8>) {
    var words: (UInt64, UInt64) = (0, 0)
    var index = 0
    for byte in text {
      defer { index += 1 }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "-") where index == 8 || index == 13 || index == 18 || index == 23: continue
      case _ where index == 8 || index == 13 || index == 18 || index == 23 || index >= 36: return nil
      case 48...57: digit = byte - 48
      case 65...70: digit = byte - 55
      case 97...102: digit = byte - 87
      default: return nil
      }
      if index < 18 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
    }
    guard index == 36 else { return nil }
    self.init(high: words.0, low: words.1)
  }

  public static func < (left: Uuid, right: Uuid) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension Uuid: CustomStringConvertible {
  public var description: String {
    String(unsafeUninitializedCapacity: 36) { text in text.baseAddress.map(write) ?? 0 }
  }

  /// Writes the 36 characters.
  private func write(_ text: UnsafeMutablePointer<UInt8>) -> Int {
    var place = 0
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 {
        text[place] = UInt8(ascii: "-")
        place += 1
      }
      let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64((15 - index % 16) * 4) & 0xF)
      text[place] = digit < 10 ? 48 + digit : 87 + digit
      place += 1
    }
    return place
  }
}

extension Uuid: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Uuid? {
    try json.decodeBytes("format", "a UUID such as 0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d") { Uuid(ascii: $0) }
  }

  public func encode(_ json: inout JSONWriter) { json.ascii(36, write) }
}

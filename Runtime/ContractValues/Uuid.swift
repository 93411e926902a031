import Synchronization

/// A UUID (RFC 9562), written in lower case.
public struct Uuid: Sendable, Hashable, Comparable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Creates a version 7 UUID (section 5.7) from a time and random bits; ids of the same millisecond are not ordered.
  public static func v7(at time: Timestamp, using random: inout some RandomNumberGenerator) -> Uuid {
    let milliseconds = UInt64(clamping: time.microseconds / 1_000) & 0xFFFF_FFFF_FFFF
    let high = milliseconds << 16 | 0x7000 | random.next() & 0xFFF
    return Uuid(high: high, low: 0x8000_0000_0000_0000 | random.next() >> 2)
  }

  /// Creates a version 7 UUID with the system's randomness. It sorts after all ids that this process created before.
  ///
  /// The 12 bits after the time are a counter within the millisecond (RFC 9562, section 6.2, method 1), which starts at
  /// a random number with top bit 0. When the counter overflows, or the clock goes back, the id's time runs ahead of
  /// the clock.
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

  /// The time in milliseconds and the 12-bit counter of the last id created.
  private static let last = Atomic<UInt64>(0)

  /// Parses the 8-4-4-4-12 form in upper or lower case; nil for anything else.
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
    var end = 0
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 {
        text[end] = UInt8(ascii: "-")
        end += 1
      }
      let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64((15 - index % 16) * 4) & 0xF)
      text[end] = digit < 10 ? 48 + digit : 87 + digit
      end += 1
    }
    return end
  }
}

extension Uuid: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Uuid? {
    try json.decodeBytes("format", "a UUID such as 0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d") { Uuid(ascii: $0) }
  }

  public func encode(_ json: inout JSONWriter) { json.ascii(36, write) }
}

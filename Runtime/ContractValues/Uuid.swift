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
  @inlinable public static func v7(at time: Timestamp, using random: inout some RandomNumberGenerator) -> Uuid {
    let high = milliseconds(of: time) << 16 | 0x7000 | random.next() & 0xFFF
    return Uuid(high: high, low: 0x8000_0000_0000_0000 | random.next() >> 2)
  }

  /// Creates a version 7 UUID with the system's randomness. It sorts after all ids that this process created before.
  ///
  /// The 12 bits after the time are a counter within the millisecond (RFC 9562, section 6.2, method 1), which starts at
  /// a random number with top bit 0. When the counter overflows, or the clock goes back, the id's time runs ahead of
  /// the clock.
  public static func v7(at time: Timestamp) -> Uuid {
    var random = SystemRandomNumberGenerator()
    let low = 0x8000_0000_0000_0000 | random.next() >> 2
    let now = milliseconds(of: time) << 12
    var last = Self.last.load(ordering: .relaxed)
    // Randomness is a system call: only the first id of a millisecond needs more of it, for its counter.
    let first = last < now ? now | random.next() & 0x7FF : now
    while true {
      let next = max(last &+ 1, first)
      let (isTaken, current) = Self.last.weakCompareExchange(expected: last, desired: next, ordering: .relaxed)
      if isTaken { return Uuid(high: (next >> 12) << 16 | 0x7000 | next & 0xFFF, low: low) }
      last = current
    }
  }

  @usableFromInline static func milliseconds(of time: Timestamp) -> UInt64 {
    UInt64(clamping: time.microseconds / 1_000) & 0xFFFF_FFFF_FFFF
  }

  /// The time in milliseconds and the 12-bit counter of the last id created.
  private static let last = Atomic<UInt64>(0)

  /// Parses the 8-4-4-4-12 form in upper or lower case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parsed =
      text.utf8.withContiguousStorageIfAvailable { Uuid(ascii: $0) }
      ?? Array(text.utf8).withUnsafeBufferPointer { Uuid(ascii: $0) }
    guard let parsed else { return nil }
    self = parsed
  }

  init?(ascii text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 36, let base = text.baseAddress else { return nil }
    self.init(digits: base)
  }

  /// Parses 36 characters.
  init?(digits text: UnsafePointer<UInt8>) {
    let word = { (offset: Int) in ByteWord(text, 36, at: offset).bits }
    let (a, b, c, d) = (word(8), word(16), word(24), word(28))
    // The bytes 8, 13, 18 and 23 are hyphens.
    guard a & 0xFF00_0000_00FF == 0x2D00_0000_002D, b & 0xFF00_0000_00FF_0000 == 0x2D00_0000_002D_0000 else {
      return nil
    }
    // The groups of four digits: bytes 9 to 12 and 14 to 17, 19 to 22 and 24 to 27.
    let middle = a >> 8 & 0xFFFF_FFFF | (a >> 48 | b << 16) << 32
    let last = b >> 24 & 0xFFFF_FFFF | c << 32
    let (first, second) = (HexDigits(word(0)), HexDigits(middle))
    let (third, fourth) = (HexDigits(last), HexDigits(d))
    guard first.isValid, second.isValid, third.isValid, fourth.isValid else { return nil }
    self.init(high: first.number << 32 | second.number, low: third.number << 32 | fourth.number)
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
  @discardableResult package func write(_ text: UnsafeMutablePointer<UInt8>) -> Int {
    let (first, second) = (HexDigits.text(high >> 32), HexDigits.text(high))
    let (third, fourth) = (HexDigits.text(low >> 32), HexDigits.text(low))
    let text = UnsafeMutableRawPointer(text)
    text.storeBytes(of: first.littleEndian, as: UInt64.self)
    text.storeBytes(of: Self.hyphenated(second).littleEndian, toByteOffset: 8, as: UInt64.self)
    let middle = second >> 48 | 0x2D << 16 | third << 24 & 0xFF_FFFF_FF00_0000 | 0x2D << 56
    text.storeBytes(of: middle.littleEndian, toByteOffset: 16, as: UInt64.self)
    text.storeBytes(of: UInt32(third >> 32).littleEndian, toByteOffset: 24, as: UInt32.self)
    text.storeBytes(of: fourth.littleEndian, toByteOffset: 28, as: UInt64.self)
    return 36
  }

  /// A hyphen, the first four of eight characters, a hyphen, and two more of them.
  private static func hyphenated(_ text: UInt64) -> UInt64 {
    0x2D | text << 8 & 0xFF_FFFF_FF00 | 0x2D << 40 | text << 16 & 0xFFFF_0000_0000_0000
  }
}

extension Uuid: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Uuid? {
    if let id = json.scanUuid() { return id }
    return try json.decodeBytes("format", "a UUID such as 0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d") { Uuid(ascii: $0) }
  }

  public func encode(_ json: inout JSONWriter) { json.ascii(36) { write($0) } }
}

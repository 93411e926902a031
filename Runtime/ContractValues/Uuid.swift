/// A UUID (RFC 9562), written in lower case.
public struct Uuid: Sendable, Hashable, Comparable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a version 7 UUID (section 5.7): ids made later sort later, to the millisecond.
  public static func v7(at time: Timestamp, using random: inout some RandomNumberGenerator) -> Uuid {
    let milliseconds = UInt64(clamping: time.microseconds / 1_000) & 0xFFFF_FFFF_FFFF
    let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
    let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &random)
    return Uuid(high: high, low: low)
  }

  /// Makes a version 7 UUID from the system's randomness.
  public static func v7(at time: Timestamp) -> Uuid {
    var random = SystemRandomNumberGenerator()
    return v7(at: time, using: &random)
  }

  /// Reads the 8-4-4-4-12 form in either case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 36 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for (index, byte) in text.utf8.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
      digits += 1
    }
    self.init(high: words.0, low: words.1)
  }

  public static func < (left: Uuid, right: Uuid) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension Uuid: CustomStringConvertible {
  public var description: String {
    let hex: StaticString = "0123456789abcdef"
    var text: [UInt8] = []
    text.reserveCapacity(36)
    hex.withUTF8Buffer { hex in
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
        let word = index < 16 ? high : low
        text.append(hex[Int(word >> UInt64((15 - index % 16) * 4) & 0xF)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Uuid: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Uuid? {
    try json.decodeText("format", "a UUID such as 0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d") { Uuid($0) }
  }

  public func encode(_ json: inout JSONWriter) { json.string(description) }
}

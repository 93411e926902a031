/// Bytes that are transferred as base64 text (RFC 4648, section 4; section 5 where URL-safe).
public struct Base64: Sendable, Hashable {
  public var bytes: [UInt8]
  /// Whether the text uses `-` and `_` and no padding.
  public let isURLSafe: Bool

  public init(_ bytes: [UInt8], isURLSafe: Bool = false) {
    self.bytes = bytes
    self.isURLSafe = isURLSafe
  }

  /// Parses base64 strictly: no white space, exact padding, unused bits zero; nil for anything else.
  public init?(_ text: String, isURLSafe: Bool = false) {
    var digits = Array(text.utf8)
    if !isURLSafe {
      guard digits.count % 4 == 0 else { return nil }
      for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
    }
    guard digits.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count * 3 / 4)
    var bits: UInt32 = 0
    var width = 0
    for digit in digits {
      guard let value = Self.value(digit, isURLSafe) else { return nil }
      bits = bits << 6 | UInt32(value)
      width += 6
      guard width >= 8 else { continue }
      width -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
      bits &= (1 << UInt32(width)) - 1
    }
    guard bits == 0 else { return nil }
    self.init(bytes, isURLSafe: isURLSafe)
  }

  /// The bytes as base64 text.
  public var text: String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for position in 0..<4 {
        if position <= group.count {
          result.append(Self.digit(UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * position)) & 63, isURLSafe))
        } else if !isURLSafe {
          result.append(UInt8(ascii: "="))
        }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func value(_ digit: UInt8, _ isURLSafe: Bool) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit + 4
    case UInt8(ascii: isURLSafe ? "-" : "+"): 62
    case UInt8(ascii: isURLSafe ? "_" : "/"): 63
    default: nil
    }
  }

  private static func digit(_ value: UInt8, _ isURLSafe: Bool) -> UInt8 {
    switch value {
    case 0..<26: value + 65
    case 26..<52: value + 71
    case 52..<62: value - 4
    case 62: isURLSafe ? UInt8(ascii: "-") : UInt8(ascii: "+")
    default: isURLSafe ? UInt8(ascii: "_") : UInt8(ascii: "/")
    }
  }
}

extension Base64: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Base64? {
    try json.decodeText("format", "bytes in base64") { Base64($0) }
  }

  public func encode(_ json: inout JSONWriter) { json.string(text) }
}

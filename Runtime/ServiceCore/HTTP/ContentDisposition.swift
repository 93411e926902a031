/// The `Content-Disposition` field of a part (RFC 7578, section 4.2; RFC 6266).
public struct ContentDisposition: Sendable {
  /// `form-data` or `attachment`, in lower case.
  public var type: String
  /// The form field that the part is the value of.
  public var name: String?
  /// The sender's name for the file. It may contain anything, including `../` and line ends: never use it as a path.
  public var filename: String?

  public init(type: String = "form-data", name: String?, filename: String? = nil) {
    self.type = type
    self.name = name
    self.filename = filename
  }

  /// Parses a field's value. `filename*` (RFC 8187) takes precedence over `filename`.
  public init(_ field: String) throws(CodecError) {
    let (item, parameters) = try FieldSyntax.parameters(field)
    guard FieldSyntax.isToken(item) else { throw CodecError("a Content-Disposition without a type") }
    type = item
    for parameter in parameters {
      let text = parameter.isQuoted ? Self.unescaped(parameter.value) : parameter.value
      switch parameter.name {
      case "name": name = text
      case "filename": filename = filename ?? text
      case "filename*": filename = try Self.extended(parameter.value)
      default: break
      }
    }
  }

  /// The field's value, its texts escaped as browsers do (WHATWG HTML, section 4.10.21.8), and each backslash doubled,
  /// since readers of quoted strings would let it escape the closing quote.
  ///
  /// A text that itself contains `%22`, `%0D` or `%0A` is read as the character, as it is when a browser sends it.
  /// - Throws: for control characters, which no field can carry.
  public func field() throws(CodecError) -> String {
    var result = type
    for (parameter, text) in [("name", name), ("filename", filename)] {
      guard let text else { continue }
      result += "; \(parameter)=\"\(Self.escaped(text))\""
    }
    guard FieldSyntax.isToken(type), FieldSyntax.isValue(result) else {
      throw CodecError("a part's name or file name has a control character, or its disposition is no token")
    }
    return result
  }

  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "%22".utf8)
      case 13: bytes.append(contentsOf: "%0D".utf8)
      case 10: bytes.append(contentsOf: "%0A".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Undoes what browsers escape, and nothing else: they leave other percent signs unescaped.
  private static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = byte == UInt8(ascii: "%") ? rest.prefix(2).compactMap(PercentCoding.hexValue) : []
      guard digits.count == 2, case let escaped = digits[0] << 4 | digits[1], "\"\r\n".utf8.contains(escaped) else {
        bytes.append(byte)
        continue
      }
      bytes.append(escaped)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `charset "'" [ language ] "'" *( pct-encoded / attr-char )` (RFC 8187, section 3.2.1), in UTF-8.
  private static func extended(_ value: String) throws(CodecError) -> String {
    let parts = value.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false).map(Substring.init)
    guard parts.count == 3, parts[0].lowercased() == "utf-8", let text = PercentCoding.decode(parts[2]),
      !text.utf8.contains(0)
    else {
      throw CodecError("filename* is not percent-encoded UTF-8 by RFC 8187")
    }
    return text
  }
}

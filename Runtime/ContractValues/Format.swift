/// The text formats that are asserted: JSON Schema's (validation, section 7.3) and OpenAPI's `byte`.
public enum Format: String, Sendable, CaseIterable {
  case date
  case dateTime = "date-time"
  case time
  case duration
  case uuid
  case email
  case uri
  case uriReference = "uri-reference"
  case hostname
  case ipv4
  case ipv6
  case byte
  case regex
  case jsonPointer = "json-pointer"
  case relativeJSONPointer = "relative-json-pointer"
  case uriTemplate = "uri-template"
  case iri
  case iriReference = "iri-reference"
  case idnHostname = "idn-hostname"
  case idnEmail = "idn-email"

  /// Whether `text` has the format, in time linear in its length.
  public func matches(_ text: String) -> Bool {
    lazy var bytes = ArraySlice(Array(text.utf8))
    return switch self {
    case .date: Self.isDate(text)
    case .dateTime: Timestamp(text) != nil
    case .time: Self.isTime(text)
    case .duration: Self.isDuration(bytes)
    case .uuid: Uuid(text) != nil
    case .email: Self.isMailbox(bytes)
    case .uri: Self.isURI(bytes)
    case .uriReference: Self.isURIReference(bytes)
    case .hostname: Self.isHostname(bytes)
    case .ipv4: Self.isIPv4(bytes)
    case .ipv6: Self.isIPv6(bytes)
    case .byte: Base64(text) != nil
    case .regex: RegexSyntax.admits(text)
    case .jsonPointer: Self.isJSONPointer(bytes)
    case .relativeJSONPointer: Self.isRelativeJSONPointer(bytes)
    case .uriTemplate: Self.isURITemplate(text)
    case .iri: Self.isIRI(text, isReference: false)
    case .iriReference: Self.isIRI(text, isReference: true)
    case .idnHostname: Self.isInternationalHostname(text)
    case .idnEmail: Self.isInternationalMailbox(text)
    }
  }
}

/// A set of ASCII characters; it contains no other byte.
struct ByteSet {
  private let bits: UInt128

  init(_ members: String) {
    bits = members.utf8.reduce(0) { $1 < 128 ? $0 | 1 << UInt128($1) : $0 }
  }

  func contains(_ byte: UInt8) -> Bool { byte < 128 && bits >> UInt128(byte) & 1 == 1 }

  static let digit = ByteSet("0123456789")
  static let hexDigit = ByteSet("0123456789ABCDEFabcdef")
  static let letter = ByteSet(letters)
  static let alphanumeric = ByteSet(letters + "0123456789")

  static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
}

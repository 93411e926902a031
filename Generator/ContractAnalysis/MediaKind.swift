import ContractModel

/// How the bytes of content are written and read.
public enum MediaKind: String, Sendable {
  case json, text, form, multipart, bytes
  /// An event stream, JSON lines, and a JSON text sequence (RFC 7464).
  case events, lines, sequence

  /// Whether the content is a sequence of values.
  public var isSequence: Bool { [.events, .lines, .sequence].contains(self) }
}

/// The name of a media type, or of a range of them (RFC 9110, section 8.3.1).
public struct MediaTypeName: Sendable {
  /// The name without parameters, in lower case.
  public let base: String

  public init(_ text: some StringProtocol) {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 9 }
    var name = Substring(text).utf8.prefix { $0 != UInt8(ascii: ";") }.drop(while: isBlank)
    while let last = name.last, isBlank(last) { name.removeLast() }
    base = String(decoding: name, as: UTF8.self).lowercased()
  }

  /// The names of a list, as `contentType` has it.
  public static func list(_ text: String) -> [MediaTypeName] { text.split(separator: ",").map { MediaTypeName($0) } }

  /// Whether it is a type and a subtype.
  public var isValid: Bool {
    let parts = base.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy(ContractReader.isToken)
  }

  public var kind: MediaKind {
    switch base {
    case "application/json": .json
    case "application/x-www-form-urlencoded": .form
    case "text/event-stream": .events
    case "application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-lines": .lines
    case "application/json-seq": .sequence
    case _ where base.hasSuffix("+json"): .json
    case _ where base.hasSuffix("+json-seq"): .sequence
    case _ where base.hasPrefix("multipart/"): .multipart
    case _ where base.hasPrefix("text/"): .text
    default: .bytes
    }
  }

  public var isJSON: Bool { kind == .json }

  /// Whether it describes changes to a value (RFC 7396).
  public var isMergePatch: Bool { base == "application/merge-patch+json" }

  /// Whether it is a range, such as `image/*`.
  public var isRange: Bool { base.hasSuffix("/*") }

  /// Whether it matches every media type, or every one of `application`.
  public var isAny: Bool { base == "*/*" || base == "application/*" }
}

extension MediaType {
  public var parsed: MediaTypeName { MediaTypeName(baseType) }

  /// The encoding of a property.
  public func encoding(of name: String) -> Encoding? {
    encoding.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }
}

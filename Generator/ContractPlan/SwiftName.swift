import ContractAnalysis

/// Makes every name in generated Swift.
public enum SwiftName {
  /// `order_item` and `orderItem` as a type: `OrderItem`.
  public static func type(_ text: String) -> String {
    if let first = text.utf8.first, (65...90).contains(first), text.utf8.allSatisfy(isPlain) { return text }
    let pieces = NameWords.pieces(text)
    // A name that is one word keeps its capitals; in ORDER_ITEM they mean nothing.
    let shouts = pieces.count > 1 && !text.unicodeScalars.contains(where: NameWords.isLowercase)
    let joined = pieces.map { capitalized(shouts ? $0.lowercased() : $0) }.joined()
    if joined.isEmpty { return "Type" + text.unicodeScalars.map { "_" + String($0.value, radix: 16) }.joined() + "_" }
    return startsSoundly(joined) ? joined : "_" + joined
  }

  /// The name of a referenced schema's type, from the pointer to it; nil when the pointer does not suffice.
  public static func component(_ segments: [String], path: String) -> String? {
    guard !segments.isEmpty else {
      let file = path.split(separator: "/").last ?? ""
      return type(String(file.prefix { $0 != "." }))
    }
    // A file that contains only named schemas.
    if segments.count == 1 { return type(segments[0]) }
    var name = ""
    var rest = segments[...]
    if rest.count > 2, rest.first == "components" { rest = rest.dropFirst(2).prefix(0) + ["$defs"] + rest.dropFirst(2) }
    while let step = rest.popFirst() {
      switch step {
      case "properties", "$defs", "definitions", "patternProperties", "dependentSchemas":
        guard let key = rest.popFirst() else { return nil }
        name += type(key)
      case "items": name += "Item"
      case "additionalProperties": name += "Value"
      default: return nil
      }
    }
    return name
  }

  /// Whether the author of a contract named the schema that is there: a component, a definition, or a whole file.
  static func isGiven(_ segments: [String]) -> Bool {
    segments.count < 2 || ["schemas", "$defs", "definitions"].contains(segments[segments.count - 2])
  }

  /// `product_id` as a property: `productID`; acronyms are upper case unless they come first.
  public static func member(_ text: String) -> String {
    let words = NameWords.words(text)
    guard let first = words.first else {
      return text.isEmpty ? "empty" : text.unicodeScalars.map { "_" + String($0.value, radix: 16) }.joined()
    }
    let joined = first + words.dropFirst().map { acronyms.contains($0) ? $0.uppercased() : capitalized($0) }.joined()
    let sound = startsSoundly(joined) ? joined : "_" + joined
    // After a dot these have another meaning, with backticks or without.
    if ["init", "self"].contains(sound) { return sound + "Value" }
    return keywords.contains(sound) ? "`\(sound)`" : sound
  }

  /// `productID` as a column: `product_id`.
  public static func column(_ text: String) -> String { NameWords.words(text).joined(separator: "_") }

  /// A value of an enum as its case; every enum already has `allCases`.
  public static func enumCase(_ text: String) -> String {
    let name = member(text)
    return name == "allCases" ? name + "Value" : name
  }

  /// Text as a Swift string literal. Nothing in it can end the literal or begin an interpolation.
  public static func literal(_ text: String) -> String {
    // Most texts are names, and there are very many.
    if text.utf8.allSatisfy(isPlain) { return "\"\(text)\"" }
    var result = [UInt8(ascii: "\"")]
    result.reserveCapacity(text.utf8.count + 2)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\"".utf8
      case "\\": result += "\\\\".utf8
      case "\n": result += "\\n".utf8
      case "\r": result += "\\r".utf8
      case "\t": result += "\\t".utf8
      case " "..."~": result.append(UInt8(truncatingIfNeeded: scalar.value))
      default: result += "\\u{\(String(scalar.value, radix: 16))}".utf8
      }
    }
    result.append(UInt8(ascii: "\""))
    return String(decoding: result, as: UTF8.self)
  }

  /// Text as the lines of a comment. No character in it can end the comment or hide what follows.
  public static func comment(_ text: String) -> [String] {
    // Most texts are one plain line, and there are very many.
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), text.utf8.last != 0x20 { return [text] }
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    return lines.map { line in
      line.unicodeScalars.contains(where: isHidden)
        ? String(String.UnicodeScalarView(line.unicodeScalars.filter { !isHidden($0) })) : String(line)
    }.map { $0.hasSuffix(" ") ? String($0.reversed().drop { $0 == " " }.reversed()) : $0 }
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    // Nearly all are ASCII, and a look-up of the category takes longer.
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    return scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  private static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

  private static func startsSoundly(_ name: String) -> Bool {
    name.unicodeScalars.first.map { $0.properties.isXIDStart } ?? false
  }

  /// The names that generated code uses: a type of a contract cannot have one of them.
  static let reserved: Set<String> = [
    "API", "APIClient", "Any", "Array", "Base64", "Bool", "ByteStream", "Call", "CaseIterable", "ClientError",
    "Committed",
    "ContractOperation", "Double",
    "DeclaresBadRequest", "DeclaresConflict", "DeclaresForbidden", "DeclaresGone", "DeclaresNotFound",
    "DeclaresPreconditionFailed", "DeclaresProblem", "DeclaresServiceUnavailable", "DeclaresTooManyRequests",
    "DeclaresUnauthorized", "DeclaresUnprocessableContent",
    "Equatable",
    "ExactDecimal",
    "Error", "Handlers", "Hashable", "HTTPRequest", "HTTPResponse", "Indirect", "Input", "Int", "IntegerEnum",
    "ItemStream", "JSONCodable",
    "JSONObject", "JSONReader",
    "JSONSyntaxError", "JSONValue", "JSONWriter", "Links", "MergePatch", "MultipartPart", "Nullable", "OpenStringEnum",
    "NotImplemented", "OperationFailure",
    "Optional",
    "OperationDescriptor", "Output", "PageItem", "Patched", "Pattern", "Patterns", "PercentCoding", "Placement",
    "ProblemDetails",
    "Protocol",
    "RequestFault", "RequestReader", "ResponseReader", "RoutedRequest", "SchemaProgram", "Schemas", "Self", "Sendable",
    "StyledParameter",
    "ServerSentEvent", "Servers", "ServiceCore",
    "ServiceEndpoint", "Serving", "String", "StringEnum", "Swift", "Timestamp", "Type", "TypedEvent", "UInt", "Uuid",
    "Violations",
  ]

  /// The names that the code for events uses besides.
  static let reservedForEvents: Set<String> = [
    "ChannelDescriptor", "ContractMessage", "DeliveredEvent", "Effect", "Event", "EventEffect", "EventEndpoint",
    "EventReceiver", "EventSink", "Headers", "Incoming", "Message", "MessageCase", "MessageContent",
    "MessageDescriptor",
    "MessageReader", "NoHeaders", "Outgoing", "OutgoingEvent", "Payload", "ReceiveDescriptor", "ReceiveOperation",
    "ReceivedEvent", "Receivers", "Receiving", "SendOperation", "Void",
  ]

  /// Whether generated code uses a name.
  public static func isReserved(_ name: String) -> Bool { reserved.contains(name) }

  private static let acronyms: Set<String> = ["id", "url", "uri", "uuid", "http", "https", "api", "json", "ip"]

  private static let keywords: Set<String> = [
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
    "internal",
    "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static", "struct",
    "subscript", "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do", "else",
    "fallthrough",
    "for", "guard", "if", "in", "repeat", "return", "throw", "switch", "where", "while", "any", "as", "await", "false",
    "is", "nil", "self", "super", "throws", "true", "try",
  ]
}

import ContractSource

/// The rules by which a schema is read: OpenAPI 3.0's, or those of a draft of JSON Schema. OpenAPI 3.1 and later have
/// those of 2020-12, and AsyncAPI has those of draft-07 with a discriminator.
public enum Dialect: Int, Comparable, Sendable {
  case openAPI30, draft4, draft6, draft7, asyncAPI, draft2019, draft2020

  public static func < (left: Dialect, right: Dialect) -> Bool { left.rawValue < right.rawValue }

  /// The dialect that `$schema` or `jsonSchemaDialect` names; nil for one that is not supported.
  public init?(uri: String) {
    switch uri.hasSuffix("#") ? String(uri.dropLast()) : uri {
    case "https://json-schema.org/draft/2020-12/schema": self = .draft2020
    case "https://json-schema.org/draft/2019-09/schema": self = .draft2019
    case "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema": self = .draft7
    case "http://json-schema.org/draft-06/schema", "https://json-schema.org/draft-06/schema": self = .draft6
    case "http://json-schema.org/draft-04/schema", "https://json-schema.org/draft-04/schema": self = .draft4
    case let other
    where other.hasPrefix("https://spec.openapis.org/oas/3.1/") || other.hasPrefix("https://spec.openapis.org/oas/3.2/"):
      self = .draft2020
    default: return nil
    }
  }

  static let supported = "JSON Schema draft-04, draft-06, draft-07, 2019-09 and 2020-12"

  /// Its name, for messages.
  public var name: String {
    switch self {
    case .openAPI30: "OpenAPI 3.0"
    case .draft4: "JSON Schema draft-04"
    case .draft6: "JSON Schema draft-06"
    case .draft7: "JSON Schema draft-07"
    case .asyncAPI: "AsyncAPI"
    case .draft2019: "JSON Schema 2019-09"
    case .draft2020: "JSON Schema 2020-12"
    }
  }

  /// A URI that names it in `$schema`; nil for OpenAPI 3.0's.
  public var uri: String? {
    switch self {
    case .openAPI30: nil
    case .draft4: "http://json-schema.org/draft-04/schema#"
    case .draft6: "http://json-schema.org/draft-06/schema#"
    case .draft7, .asyncAPI: "http://json-schema.org/draft-07/schema#"
    case .draft2019: "https://json-schema.org/draft/2019-09/schema"
    case .draft2020: "https://spec.openapis.org/oas/3.1/dialect/base"
    }
  }

  /// Whether keywords beside `$ref` are ignored, `$id` among them.
  public var ignoresSiblings: Bool { self <= .asyncAPI }
  /// Whether `true` and `false` are schemas everywhere.
  var hasBooleanSchemas: Bool { self >= .draft6 }
  /// Whether `exclusiveMinimum` and `exclusiveMaximum` are booleans.
  var hasExclusiveFlags: Bool { self <= .draft4 }
  /// Whether `items` may be a list of schemas, which `additionalItems` continues.
  var hasItemLists: Bool { (.draft4 ... .draft2019).contains(self) }
  /// Whether `dependencies` is one of its keywords.
  var hasDependencies: Bool { (.draft4 ... .asyncAPI).contains(self) }
  /// The keyword by which a schema has a URI of its own.
  public var idKeyword: String { self == .draft4 ? "id" : "$id" }

  /// The dialect that a schema at a pointer of a document is in, by the innermost `$schema` around it, or the innermost
  /// `schemaFormat` beside it (AsyncAPI 3.0, Multi Format Schema Object); nil when none there names one that is known.
  static func declared(in root: Node, at pointer: String) -> Dialect? {
    var node: Node? = root
    var found: Dialect?
    func note() {
      found = node?["schemaFormat"]?.string.flatMap { SchemaFormat($0).dialect } ?? found
      found = node?["$schema"]?.string.flatMap(Dialect.init(uri:)) ?? found
    }
    note()
    for segment in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      node = node?.child(Node.unescaped(segment))
      note()
    }
    return found
  }

  /// The base of a schema's references and the name it has in its resource, by its `$id` (`id` in draft-04).
  public func identity(_ node: Node, base: String) -> (base: String, anchor: String?) {
    guard self != .openAPI30, let id = node[idKeyword]?.string, !(ignoresSiblings && node["$ref"] != nil) else {
      return (base, nil)
    }
    let (resource, fragment) = Reference.split(id)
    let own = Reference.resolve(resource, against: base) ?? base
    // Before 2019-09 a fragment names the schema, as `$anchor` does since.
    return (own, ignoresSiblings && !fragment.isEmpty && !fragment.hasPrefix("/") ? fragment : nil)
  }
}

extension Dialect {
  /// The keyword of a member of a schema in this dialect; nil for another member.
  public func keyword(_ key: String) -> Keyword? {
    Keyword.byName[key].flatMap { $0.isKnown(in: self) ? $0 : nil }
  }

  /// How a keyword's value holds schemas in this dialect; nil where it holds none.
  public func holding(_ entry: Node.Entry) -> Keyword.Holding? { keyword(entry.key)?.holding(entry.value) }
}

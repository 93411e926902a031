import ContractSource
import ContractValues

/// The location of a schema, regardless of references to it: a file in the contracts' folder and a JSON pointer in it.
public struct SchemaKey: Hashable, Sendable {
  public let path: String
  public let pointer: String

  public init(path: String, pointer: String) {
    self.path = path
    self.pointer = pointer
  }

  // By bytes: letters that only look alike are other names.
  public static func == (left: SchemaKey, right: SchemaKey) -> Bool {
    ByteKey(left.pointer) == ByteKey(right.pointer) && ByteKey(left.path) == ByteKey(right.path)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ByteKey(pointer))
    hasher.combine(ByteKey(path))
  }

  /// The name of the file without its extension, by which a whole file is known where it needs a name.
  public var fileName: String {
    let file = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
    return String(Substring(file.prefix { $0 != UInt8(ascii: ".") }))
  }

  /// The segments of the pointer, unescaped.
  public var segments: [String] {
    pointer.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
      .map { Node.unescaped(Substring($0)) }
  }
}

/// A schema of a contract: its keywords and its documentation. A class, since it is large and is read often.
public final class Schema {
  let at: Location
  let dialect: Dialect
  public internal(set) var keywords = SchemaKeywords()
  public internal(set) var title: String?
  public internal(set) var description: String?
  public internal(set) var isDeprecated = false
  public internal(set) var isReadOnly = false
  public internal(set) var isWriteOnly = false
  public internal(set) var defaultValue: Node?
  public internal(set) var examples: [Node] = []
  /// The values of an extensible enum (`x-extensible-enum`): known, and not asserted.
  public internal(set) var knownValues: [String]?
  /// The media type of a text's content, and the schema of that content (JSON Schema validation, section 8).
  public internal(set) var contentMediaType: String?
  public internal(set) var contentSchema: Int?
  /// The Discriminator Object, until its branches are determined.
  var discriminatorNode: Node?
  /// The end of the chain of plain references that begins here, and the types of a value, once they are determined.
  var end: Int?
  var types: JSONTypes?
  /// Whether it is not in a contract, but the combination of several schemas.
  public let isMerged: Bool

  init(_ at: Location, _ dialect: Dialect) { (self.at, self.dialect, isMerged) = (at, dialect, false) }

  /// The combination of several schemas, with the documentation of one of them.
  init(_ keywords: SchemaKeywords, like other: Schema) {
    (at, dialect, isMerged) = (other.at, other.dialect, true)
    self.keywords = keywords
    (title, description, examples, isDeprecated) = (other.title, other.description, other.examples, other.isDeprecated)
    (isReadOnly, isWriteOnly) = (other.isReadOnly, other.isWriteOnly)
    (contentMediaType, contentSchema) = (other.contentMediaType, other.contentSchema)
    discriminatorNode = other.discriminatorNode
  }

  public var node: Node { at.node }
  public var key: SchemaKey { SchemaKey(path: at.path, pointer: at.pointer) }
  public var position: SourcePosition { node.position }

  /// The position of a keyword in this schema.
  public func position(of keyword: String) -> SourcePosition {
    node.entries?.first { $0.key == keyword }?.keyPosition ?? node.position
  }
}

/// All schemas of a run. They refer to each other by index.
public final class SchemaSet {
  public internal(set) var all: [Schema] = []
  /// Whether any schema has a reference that depends on the dynamic scope.
  public internal(set) var hasDynamicReferences = false

  /// The schemas whose types are being determined.
  var inProgress: Set<Int> = []
  private var knownProgram = SchemaProgram([])

  public subscript(_ index: Int) -> Schema { all[index] }

  /// The assertions of a schema.
  public func keywords(_ index: Int) -> SchemaKeywords { all[index].keywords }

  /// Adds a schema that is not in a contract: the combination of several.
  public func add(_ keywords: SchemaKeywords, like index: Int) -> Int {
    all.append(Schema(keywords, like: all[index]))
    return all.count - 1
  }

  /// The schemas in the form that the runtime applies; those that were added since it was last asked for are appended.
  public var program: SchemaProgram {
    knownProgram.append(all.dropFirst(knownProgram.count).lazy.map { $0.keywords })
    return knownProgram
  }
}

extension Node {
  /// The node as a JSON value; nil for a number with more digits than a decimal can hold.
  public var json: JSONValue? {
    switch value {
    case .null: return .null
    case .bool(let flag): return .boolean(flag)
    case .number(let text): return ExactDecimal(text).map { .number($0) }
    case .string(let text): return .string(text)
    case .sequence(let items):
      let values = items.compactMap(\.json)
      return values.count == items.count ? .array(values) : nil
    case .mapping(let entries):
      var object = JSONObject<JSONValue>()
      for entry in entries {
        guard let value = entry.value.json else { return nil }
        object[entry.key] = value
      }
      return .object(object)
    }
  }
}

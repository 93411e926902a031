import ContractSource
import ContractValues

/// Where a schema stands, whoever refers to it: a file below the contracts' folder and a JSON pointer in it.
public struct SchemaKey: Hashable, Sendable {
  public let path: String
  public let pointer: String

  public init(path: String, pointer: String) {
    self.path = path
    self.pointer = pointer
  }

  /// The segments of the pointer, unescaped.
  public var segments: [String] {
    pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Node.unescaped)
  }
}

/// A schema of a contract: its keywords, and what documents it.
public struct Schema {
  let at: Location
  public internal(set) var keywords = SchemaKeywords()
  public internal(set) var title: String?
  public internal(set) var description: String?
  public internal(set) var isDeprecated = false
  public internal(set) var isReadOnly = false
  public internal(set) var isWriteOnly = false
  public internal(set) var defaultValue: Node?
  public internal(set) var examples: [Node] = []
  /// The values of an enum that may grow (`x-extensible-enum`): known, and not asserted.
  public internal(set) var knownValues: [String]?
  /// What a text holds that is itself of a media type, and the schema of that (JSON Schema validation, section 8).
  public internal(set) var contentMediaType: String?
  public internal(set) var contentSchema: Int?
  /// The Discriminator Object, until its branches are known.
  var discriminatorNode: Node?
  /// Whether it stands in no contract, and means several that do together.
  public internal(set) var isMerged = false

  init(_ at: Location) { self.at = at }

  public var node: Node { at.node }
  public var key: SchemaKey { SchemaKey(path: at.path, pointer: at.pointer) }
  public var place: Place { node.place }

  /// Where a keyword stands in this schema.
  public func place(of keyword: String) -> Place {
    node.entries?.first { $0.key == keyword }?.keyPlace ?? node.place
  }
}

/// All schemas of a run. They refer to each other by their numbers.
public final class SchemaSet {
  public internal(set) var all: [Schema] = []
  /// Whether any schema has a reference that depends on where it was come from.
  public internal(set) var hasDynamicReferences = false

  /// Where chains of plain references end, as far as that was asked.
  var ends: [Int: Int] = [:]
  /// The types that schemas admit, as far as that was asked, and the schemas of which it is being asked.
  var knownTypes: [Int: JSONTypes] = [:]
  var underway: Set<Int> = []

  public subscript(_ index: Int) -> Schema { all[index] }

  /// What a schema asserts.
  public func keywords(_ index: Int) -> SchemaKeywords { all[index].keywords }

  /// Adds a schema that stands in no contract: what several of them mean together.
  public func add(_ keywords: SchemaKeywords, like index: Int) -> Int {
    var schema = all[index]
    schema.keywords = keywords
    (schema.isMerged, schema.defaultValue, schema.knownValues) = (true, nil, nil)
    all.append(schema)
    return all.count - 1
  }

  /// The schemas as the runtime applies them.
  public var program: SchemaProgram { SchemaProgram(all.map(\.keywords)) }
}

extension Node {
  /// The value as JSON has it; nil for a number with more digits than a decimal holds.
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

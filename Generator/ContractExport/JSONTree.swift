import ContractSource
import ContractValues

/// JSON as written: members in order, numbers with their own digits.
enum JSONTree: ExpressibleByStringLiteral {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  case mapping([JSONMember])

  typealias Member = (key: String, value: JSONTree)

  static func object(_ members: [Member]) -> JSONTree {
    .mapping(members.map { JSONMember(key: $0.key, value: $0.value) })
  }

  init(_ node: Node) {
    switch node.value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let text): self = .number(text)
    case .string(let text): self = .string(text)
    case .sequence(let items): self = .array(items.map(JSONTree.init))
    case .mapping(let entries): self = .mapping(entries.map { JSONMember(key: $0.key, value: JSONTree($0.value)) })
    }
  }

  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .boolean(let flag): self = .bool(flag)
    case .number(let number): self = .number(number.description)
    case .string(let text): self = .string(text)
    case .array(let items): self = .array(items.map(JSONTree.init))
    case .object(let object): self = .mapping(object.map { JSONMember(key: $0.key, value: JSONTree($0.value)) })
    }
  }

  /// The text, indented `depth` steps; the first line begins at the current position.
  func text(_ notation: JSONNotation = JSONNotation(), depth: Int = 0) -> String {
    let line = inline(notation)
    if line.utf8.count + depth * notation.indent.utf8.count <= notation.width || isEmpty { return line }
    let inner = String(repeating: notation.indent, count: depth + 1)
    let end = (notation.trails ? ",\n" : "\n") + String(repeating: notation.indent, count: depth)
    switch self {
    case .array(let items):
      return "[\n" + items.map { inner + $0.text(notation, depth: depth + 1) }.joined(separator: ",\n") + end + "]"
    case .mapping(let members):
      let lines = members.map { inner + notation.key($0.key) + ": " + $0.value.text(notation, depth: depth + 1) }
      return "{\n" + lines.joined(separator: ",\n") + end + "}"
    default: return line
    }
  }

  /// Whether it is not a list or an object with anything in it.
  var isEmpty: Bool {
    switch self {
    case .array(let items): items.isEmpty
    case .mapping(let members): members.isEmpty
    default: true
    }
  }

  func inline(_ notation: JSONNotation = JSONNotation()) -> String {
    switch self {
    case .null: notation.words.null
    case .bool(let flag): flag ? notation.words.true : notation.words.false
    case .number(let text): text
    case .string(let text): notation.string(text)
    case .array(let items): "[" + items.map { $0.inline(notation) }.joined(separator: ", ") + "]"
    case .mapping(let members):
      members.isEmpty
        ? "{}"
        : "{ " + members.map { notation.key($0.key) + ": " + $0.value.inline(notation) }.joined(separator: ", ") + " }"
    }
  }

  subscript(_ key: String) -> JSONTree? {
    guard case .mapping(let members) = self else { return nil }
    return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  var members: [Member] {
    if case .mapping(let members) = self { members.map { ($0.key, $0.value) } } else { [] }
  }

  var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

extension JSONTree {
  init(stringLiteral value: String) { self = .string(value) }
}

/// A member of an object. With a tuple the compiler finds a cycle, depending on the order of its files.
struct JSONMember {
  let key: String
  let value: JSONTree
}

/// How a language writes JSON values, where languages differ.
struct JSONNotation {
  var string: (String) -> String = ExportText.json
  var key: (String) -> String = ExportText.json
  var words = (null: "null", true: "true", false: "false")
  var indent = "  "
  /// Whether a trailing comma is allowed.
  var trails = false
  /// Lists and objects that fit this many columns are on one line.
  var width = 100
}

/// A JSON value whose schema is too general for a generated type.
public enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case number(ExactDecimal)
  case string(String)
  case array([JSONValue])
  case object(JSONObject<JSONValue>)

  /// The value of a key; nil when this is not an object or does not have the key.
  public subscript(_ key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The JSON Schema type; a number without a fraction is an integer.
  package var types: JSONTypes {
    switch self {
    case .null: .null
    case .boolean: .boolean
    case .number(let value): value.scale == 0 ? [.integer, .number] : .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }
}

/// A set of JSON Schema's types.
public struct JSONTypes: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let null = JSONTypes(rawValue: 1)
  public static let boolean = JSONTypes(rawValue: 2)
  public static let integer = JSONTypes(rawValue: 4)
  public static let number = JSONTypes(rawValue: 8)
  public static let string = JSONTypes(rawValue: 16)
  public static let array = JSONTypes(rawValue: 32)
  public static let object = JSONTypes(rawValue: 64)

  public static let all: JSONTypes = [.null, .boolean, .integer, .number, .string, .array, .object]

  public static let names: [(name: String, type: JSONTypes)] = [
    ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string),
    ("array", .array), ("object", .object),
  ]

  public init?(name: String) {
    guard let match = Self.names.first(where: { $0.name == name }) else { return nil }
    self = match.type
  }

  /// The names of the types as written in a schema.
  public var names: [String] { Self.names.filter { contains($0.type) }.map(\.name) }

  /// The types for messages: `number` includes `integer`.
  public var description: String {
    names.filter { $0 != "integer" || !contains(.number) }.joined(separator: " or ")
  }
}

extension JSONValue: Hashable {
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    // The kind is hashed first: otherwise empty values would collide with null, and collisions could be constructed at
    // will.
    case .null: hasher.combine(0 as UInt8)
    case .boolean(let value): hasher.combine(value ? 1 as UInt8 : 2)
    case .number(let value):
      hasher.combine(3 as UInt8)
      hasher.combine(value)
    case .string(let text):
      hasher.combine(4 as UInt8)
      ByteKey(text).hash(into: &hasher)
    case .array(let items):
      hasher.combine(5 as UInt8)
      hasher.combine(items)
    case .object(let object):
      hasher.combine(6 as UInt8)
      hasher.combine(object)
    }
  }
}

extension JSONValue: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> JSONValue? {
    switch try json.kind() {
    case .null:
      try json.scanNull()
      return .null
    case .boolean: return .boolean(try json.scanBoolean())
    case .number: return try ExactDecimal.decode(&json).map { .number($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array: return try [JSONValue].decode(&json).map { .array($0) }
    case .object: return try JSONObject<JSONValue>.decode(&json).map { .object($0) }
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .null: json.word("null")
    case .boolean(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    case .string(let text): json.string(text)
    case .array(let items): items.encode(&json)
    case .object(let object): object.encode(&json)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .number(ExactDecimal(value)) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// A property for which a contract distinguishes absent, null and a value.
public enum Nullable<Value: Sendable>: Sendable {
  case absent
  case null
  case value(Value)

  /// The value, when there is one.
  public var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Whether there is neither a value nor null.
  public var isAbsent: Bool { if case .absent = self { true } else { false } }

  /// Converts the result of reading a key: nothing, null or a value.
  public init(read: Value??) {
    switch read {
    case nil: self = .absent
    case .some(nil): self = .null
    case .some(let value?): self = .value(value)
    }
  }
}

extension Nullable: Equatable where Value: Equatable {}
extension Nullable: Hashable where Value: Hashable {}

/// A nullable value: nil is written as null.
extension Optional: JSONCodable where Wrapped: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Wrapped?? {
    guard try json.kind() == .null else { return try Wrapped.decode(&json).map { .some($0) } }
    try json.scanNull()
    return .some(nil)
  }

  public func encode(_ json: inout JSONWriter) {
    if let self { self.encode(&json) } else { json.word("null") }
  }

  public func validate(_ check: inout Violations) { self?.validate(&check) }
}

extension JSONWriter {
  /// Writes a property that is always present; nil is written as null.
  @inlinable public mutating func nullable<Value: JSONCodable>(_ key: StaticString, _ value: Value?) {
    self.key(key)
    value.encode(&self)
  }

  /// Writes a property with three states; nothing when it is absent.
  @inlinable public mutating func nullable<Value: JSONCodable>(_ key: StaticString, _ value: Nullable<Value>) {
    switch value {
    case .absent: break
    case .null: nullable(key, Value?.none)
    case .value(let value): nullable(key, value)
    }
  }
}

/// A value on the heap: allows a type to contain itself, and keeps large structs small.
public final class Indirect<Value: Sendable>: Sendable {
  public let value: Value

  public init(_ value: Value) { self.value = value }
}

extension Indirect: Equatable where Value: Equatable {
  public static func == (left: Indirect, right: Indirect) -> Bool { left.value == right.value }
}

extension Indirect: Hashable where Value: Hashable {
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

import ServiceCore

/// A contract's enum of texts, in a column of the type text, or of an enum type of the database.
public struct PostgresEnum<Value: StringEnum>: Sendable {
  public let value: Value

  public init(_ value: Value) { self.value = value }
}

extension PostgresEnum: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { String.isRead(from: type) || type == PostgresType.anyenum }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    // A type defined in the database is an enum here: the check of the query accepted no other.
    guard String.isRead(from: type) || type >= PostgresType.firstOwn, let text = try? UTF8Span(validating: bytes) else {
      return nil
    }
    let label = String(copying: text)
    // Strings compare by canonical equivalence, and enums of a contract byte for byte.
    guard let value = Value(rawValue: label), value.rawValue.utf8.elementsEqual(label.utf8) else { return nil }
    self.init(value)
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    guard String.isRead(from: type) || type >= PostgresType.firstOwn else { return nil }
    return "it is not \(Value.parameterKind)"
  }
}

extension PostgresEnum: PostgresEncodable {
  public var postgresText: String? { value.rawValue }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

/// A contract's enum of whole numbers, in a column of an integer type.
public struct PostgresIntegerEnum<Value: IntegerEnum>: Sendable {
  public let value: Value

  public init(_ value: Value) { self.value = value }
}

extension PostgresIntegerEnum: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { Int.isRead(from: type) }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard let number = Int(postgres: bytes, type: type), let value = Value(rawValue: number) else { return nil }
    self.init(value)
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    Int(postgres: bytes, type: type).map { "it is \($0), not \(Value.parameterKind)" }
  }
}

extension PostgresIntegerEnum: PostgresEncodable {
  public var postgresText: String? { String(value.rawValue) }
  public var postgresParameter: SQL.Parameter { .integer(value.rawValue) }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

/// Reads the payload and the headers of one message, and records how they break their contract.
public struct MessageReader: Sendable {
  public let record: EventRecord
  public var violations = Violations()

  public init(_ record: EventRecord) { self.record = record }

  /// A payload that is JSON; nil, with the violations recorded, when it breaks its contract.
  public mutating func json<Value: JSONCodable>(
    _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    violations.read(type, record.data, program, schema)
  }

  /// A payload that is one UTF-8 text.
  public mutating func text<Value: ParameterValue>(_ type: Value.Type) -> Value? {
    guard let text = String(validating: record.data, as: UTF8.self) else {
      violations.add("encoding", "is not UTF-8")
      return nil
    }
    if let value = Value(parameter: text) { return value }
    violations.add(.unreadable(text, as: type))
    return nil
  }
}

/// Reads the payload and the headers of one message, and records how they break their contract.
public struct MessageReader: Sendable {
  public let record: EventRecord
  public var violations = Violations(isChecked: true)

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

  /// A payload in a format that has no codec here, as it is.
  public func bytes() -> [UInt8] { record.data }

  // MARK: headers

  /// A header that is one text; nil when it is absent, or, with the violation recorded, no such value.
  public mutating func header<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    guard let text = header(name) else { return nil }
    if let value = Value(parameter: text) { return value }
    violations.add(.unreadable(text, as: type, .header, name.description))
    return nil
  }

  /// A header that is JSON; nil when it is absent, or, with the violations recorded, when it breaks its contract.
  public mutating func jsonHeader<Value: JSONCodable>(
    _ name: StaticString, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    guard let text = header(name) else { return nil }
    let mark = violations.count
    defer {
      violations.prefix(since: mark, name)
      violations.locate(since: mark, in: .header, name.description)
    }
    return violations.read(type, Array(text.utf8), program, schema)
  }

  /// Records that a required header is missing, unless another violation of it is recorded.
  public mutating func require<Value>(_ value: Value?, header name: StaticString) {
    let isReported = { (violation: Violation) in
      violation.location == .header && violation.name.utf8.starts(with: name.description.utf8)
    }
    guard value == nil, !violations.list.contains(where: isReported) else { return }
    violations.add(Violation(location: .header, name: name.description, rule: "required", message: "is required"))
  }

  private func header(_ name: StaticString) -> String? {
    record.headers.first { $0.name.utf8.elementsEqual(name.description.utf8) }?.value
  }
}

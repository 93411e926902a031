/// A change to a value of `Patched` (RFC 7396): absent members stay unchanged, null removes a member, and any other
/// value replaces it.
public protocol MergePatch: JSONCodable {
  associatedtype Patched: JSONCodable
}

extension MergePatch {
  /// The value with the change applied.
  ///
  /// - Throws: ``RequestFault`` of status 400 when the result breaks the contract.
  public func applied(to value: Patched) throws(RequestFault) -> Patched {
    var violations: [Violation] = []
    if let old = Self.read(JSONValue.self, value.json, &violations),
      let change = Self.read(JSONValue.self, json, &violations),
      let new = Self.read(Patched.self, Self.merged(old, change).json, &violations)
    {
      var check = Violations(isChecked: true)
      new.validate(&check)
      if check.isEmpty { return new }
      violations = check.list
    }
    throw RequestFault(.badRequest(violations))
  }

  private static func read<Value: JSONCodable>(
    _ type: Value.Type, _ bytes: [UInt8], _ violations: inout [Violation]
  ) -> Value? {
    var json = JSONReader(bytes)
    let value = try? Value.decode(&json)
    violations += json.violations.list
    return json.violations.isEmpty ? value : nil
  }

  /// RFC 7396, section 2.
  private static func merged(_ value: JSONValue, _ patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var old = JSONObject<JSONValue>()
    if case .object(let members) = value { old = members }
    // Rebuilt: removing members one by one would move all the others each time.
    var new = JSONObject<JSONValue>()
    for member in old {
      switch changes[member.key] {
      case .null?: break
      case let change?: new[member.key] = merged(member.value, change)
      case nil: new[member.key] = member.value
      }
    }
    for change in changes where old[change.key] == nil {
      if case .null = change.value { continue }
      new[change.key] = merged(.null, change.value)
    }
    return .object(new)
  }
}

extension Violations {
  /// A required property: a patch may not remove it.
  public mutating func kept<Value>(_ key: StaticString, _ value: Nullable<Value>) {
    if case .null = value { fail(key, "required", "must be there, and cannot be removed") }
  }
}

/// Why content does not fit its contract, before it is known whether a server or a client reports it.
public enum ContentFailure: Error, Sendable {
  /// The bytes are not in the format of their media type.
  case malformed(CodecError)
  /// A value violates its contract.
  case invalid([Violation])

  /// The response to a client whose content was at fault: 413 beyond a limit, 400 otherwise.
  public var problem: ProblemDetails {
    switch self {
    case .malformed(let error): error.problem
    case .invalid(let violations): .badRequest(violations)
    }
  }
}

extension ContentFailure {
  /// The same, where it is below a key.
  func below(_ segment: String) -> ContentFailure {
    guard case .invalid(let violations) = self else { return self }
    var check = Violations()
    for violation in violations { check.add(violation) }
    check.prefix(since: 0, segment: segment)
    return .invalid(check.list)
  }

  /// The violations; malformed bytes count as one.
  var violations: [Violation] {
    switch self {
    case .malformed(let error): [Violation(rule: "content", message: error.reason)]
    case .invalid(let violations): violations
    }
  }
}

extension Violations {
  /// The value of a JSON text, validated against a schema first where no type can express it; nil, with the violations
  /// recorded, when it breaks its contract.
  package mutating func read<Value: JSONCodable>(
    _ type: Value.Type, _ text: [UInt8], _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    var json = JSONReader(text)
    return read(type, &json, program, schema)
  }

  /// The value of a form. Its members that could not be read are missing from the JSON, which is not another violation.
  package mutating func read<Value: JSONCodable>(
    _ type: Value.Type, _ form: FormLayout.Object, _ program: SchemaProgram?, _ schema: Int
  ) -> Value? {
    if form.violations.isEmpty { return read(type, form.json, program, schema) }
    var check = Violations()
    _ = check.read(type, form.json, program, schema)
    for violation in form.violations { add(violation) }
    // By bytes: Swift compares texts from outside by canonical equivalence, at a cost that their sender chooses.
    let unread = Set(form.violations.map { ByteKey($0.name) })
    for violation in check.list where violation.rule != "required" || !unread.contains(ByteKey(violation.name)) {
      add(violation)
    }
    return nil
  }

  private mutating func read<Value: JSONCodable>(
    _ type: Value.Type, _ json: inout JSONReader, _ program: SchemaProgram?, _ schema: Int
  ) -> Value? {
    do {
      let isAdmitted =
        try program.map { program throws(JSONSyntaxError) in try json.satisfies(program, schema) } ?? true
      let value = isAdmitted ? try Value.decode(&json) : nil
      try json.finish()
      if let value, !json.violations.isEmpty { value.validate(&json.violations) }
      for violation in json.violations.list { add(violation) }
      return json.violations.isEmpty ? value : nil
    } catch {
      add("json", "is not JSON: \(error)")
      return nil
    }
  }
}

/// Why content does not fit its contract: neither a server's error nor a client's yet.
public enum ContentFailure: Error, Sendable {
  /// The bytes are not of their media type.
  case malformed(CodecError)
  /// A value breaks its contract.
  case invalid([Violation])

  /// What a caller is told whose content was at fault: 413 beyond a limit, 400 otherwise.
  public var problem: ProblemDetails {
    switch self {
    case .malformed(let error): error.problem
    case .invalid(let violations): .badRequest(violations)
    }
  }
}

/// What is wrong with a request whose body comes piece by piece: found while the handler reads, and not the handler's.
struct RequestFault: ProblemConvertible {
  let problem: ProblemDetails

  init(_ error: any Error) {
    problem =
      error as? ProblemDetails ?? (error as? any ProblemConvertible)?.problem ?? (error as? CodecError)?.problem
      ?? ProblemDetails(400, "The body broke off.")
  }
}

extension ContentFailure {
  /// What is wrong, where bytes are of no form at all too.
  var violations: [Violation] {
    switch self {
    case .malformed(let error): [Violation(rule: "content", message: error.reason)]
    case .invalid(let violations): violations
    }
  }
}

extension Violations {
  /// The value of a JSON text, held against a schema first where no type can stand for it; nil, and recorded, when it
  /// breaks its contract.
  mutating func read<Value: JSONCodable>(
    _ type: Value.Type, _ text: [UInt8], _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    var json = JSONReader(text)
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

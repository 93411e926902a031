/// What is equal for all operations: reading, checking, idempotency, answering, and telling failures.
public enum Serving {
  /// Serves one request of an operation.
  public static func respond<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    let instance = routed.request.path
    do {
      var reader = RequestReader(routed, O.descriptor)
      let input = try O.decode(&reader)
      guard let input, reader.violations.isEmpty else { throw ProblemDetails.badRequest(reader.violations.list) }
      try check(isRead: true) { O.validate(input, &$0) }
      return try await once(operation, input, routed.request, call, handler)
    } catch {
      return problem(error, O.descriptor, call).response(instance: instance, requestID: call.requestID)
    }
  }

  /// Calls an operation of a service in this process: the same checks, and no bytes unless it has a key.
  static func call<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> O.Output {
    let failure: ProblemDetails
    do {
      try check { O.validate(input, &$0) }
      if O.idempotencyKey(input) == nil {
        return try await checked(
          operation, handler(input, call.answering(Call.Answering(operation: operation, claim: nil))))
      }
      return try decoded(operation, try await once(operation, input, try O.encode(input), call, handler))
    } catch {
      failure = problem(error, O.descriptor, call)
    }
    // A failure is read back through the contract, as a caller over the network would read it.
    return try decoded(operation, failure.response(instance: nil, requestID: call.requestID))
  }

  static func decoded<O: ContractOperation>(_ operation: O.Type, _ response: HTTPResponse) throws -> O.Output {
    guard let output = try O.decode(response) else { throw ClientError.unexpected(O.descriptor, response) }
    return output
  }

  /// Executes a request with a key at most once.
  private static func once<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ request: HTTPRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    guard let key = O.idempotencyKey(input), let transactor = call.transactor else {
      return O.encode(
        try await checked(operation, handler(input, call.answering(Call.Answering(operation: operation, claim: nil)))))
    }
    let bytes = Array((request.target + "\n").utf8) + request.body
    switch try await transactor.claim(key, operation: O.descriptor.id, request: bytes) {
    case .answered(var response):
      response.headers.append("idempotent-replay", "true")
      return response
    case .running:
      throw ProblemDetails(
        409, "A request with this Idempotency-Key is still running.", headers: ["retry-after": "1"])
    case .otherRequest:
      throw ProblemDetails(422, "This Idempotency-Key was used with another request.")
    case .claimed(let claim):
      let keyed = call.answering(Call.Answering(operation: operation, claim: claim))
      do {
        return O.encode(try await checked(operation, handler(input, keyed)))
      } catch {
        await transactor.release(claim)
        throw error
      }
    }
  }

  static func checked<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) throws -> O.Output {
    var violations = Violations()
    O.validate(output, &violations)
    guard violations.isEmpty else { throw BrokenAnswer(violations: violations.list) }
    return output
  }

  private static func check(isRead: Bool = false, _ validate: (inout Violations) -> Void) throws {
    var violations = Violations(isChecked: isRead)
    validate(&violations)
    if !violations.isEmpty { throw ProblemDetails.badRequest(violations.list) }
  }

  /// An answer of a service that breaks its own contract: logged, and never sent.
  struct BrokenAnswer: Error { let violations: [Violation] }

  /// What a caller is told of an error. What only the operator may know goes to the log.
  private static func problem(_ error: any Error, _ operation: OperationDescriptor, _ call: Call) -> ProblemDetails {
    if let problem = error as? ProblemDetails ?? (error as? any ProblemConvertible)?.problem {
      if problem.status >= 500 {
        call.logger.log(
          .warning, "\(error)",
          ["operation": operation.id, "status": String(problem.status), "request_id": call.requestID])
      }
      if operation.declares(problem.status) { return problem }
    }
    let shown = (error as? BrokenAnswer).map { broken in
      "the answer breaks the contract: "
        + broken.violations.map { "\($0.location) \($0.message)" }.joined(separator: "; ")
    }
    call.logger.log(
      .error, shown ?? "undeclared failure: \(error)", ["operation": operation.id, "request_id": call.requestID])
    return ProblemDetails(500, "The service failed. The log says why, under this request id.")
  }
}

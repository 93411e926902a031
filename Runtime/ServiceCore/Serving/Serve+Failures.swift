/// The responses to failed calls.
extension Serving {
  /// A response of a service that breaks its own contract, or cannot be completed: logged, and never sent as complete.
  struct BrokenAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ operation: OperationDescriptor, _ violations: [Violation]) {
      description = "\(operation.name): the response breaks the contract: \(violations.summary)"
    }

    init(_ operation: OperationDescriptor, _ error: any Error) {
      let violations = (error as? RequestFault)?.problem.violations ?? []
      description = violations.isEmpty ? "\(operation.name): \(error)" : Self(operation, violations).description
    }
  }

  @usableFromInline static func broken(_ operation: OperationDescriptor, _ violations: Violations) -> any Error {
    BrokenAnswer(operation, violations.list)
  }

  @usableFromInline static func broken(_ operation: OperationDescriptor, _ error: any Error) -> any Error {
    BrokenAnswer(operation, error)
  }

  /// The response to a failed request: the declared response for the failure that its handler threw, or the runtime's
  /// own problem.
  @usableFromInline static func failed<O: ContractOperation>(
    _ operation: O.Type, _ thrown: any Error, instance: String?, _ call: Call
  ) async -> HTTPResponse {
    var error = thrown
    do {
      if let output = try await declared(operation, error, instance: instance, call) {
        return challenging(try encoded(operation, output), O.descriptor, call)
      }
    } catch let broken {
      error = broken
    }
    return refusal(error, O.descriptor, call).response(instance: instance, requestID: call.requestID)
  }

  /// The operation's response for a failure that its handler threw; nil for any other error.
  private static func declared<O: ContractOperation>(
    _ operation: O.Type, _ error: any Error, instance: String?, _ call: Call
  ) async throws -> O.Output? {
    guard let failure = (error as? HandlerFailure)?.error as? OperationFailure else { return nil }
    let output: O.Output?
    do {
      output = try await failure.output(operation, instance: instance, requestID: call.requestID)
    } catch ClientError.broken(_, let violations) {
      throw BrokenAnswer(O.descriptor, violations)
    } catch {
      throw BrokenAnswer(O.descriptor, error)
    }
    guard let output = try output.map({ try checked(operation, $0) }) else { return nil }
    if failure.status >= 500 { log(.warning, "\(failure)", failure.status, O.descriptor, call) }
    return output
  }

  /// The same response with the challenges that a 401 must have (RFC 9110, section 15.5.2).
  ///
  /// A handler is called with verified credentials: what it refuses is a token that has become invalid since (RFC 6750,
  /// section 3.1).
  private static func challenging(
    _ response: HTTPResponse, _ operation: OperationDescriptor, _ call: Call
  ) -> HTTPResponse {
    guard response.status == 401, response.headers["www-authenticate"] == nil else { return response }
    let alternatives = operation.policy.security
    let isTokenWrong = call.proof?.proven(by: alternatives)?.contains { $0.0.scheme.isBearer } ?? false
    let challenges = ProblemDetails.challenges(alternatives, realm: operation.service, isTokenWrong: isTokenWrong)
    var response = response
    for (name, value) in challenges.list { response.headers.append(name, value) }
    return response
  }

  /// What a caller may know about an error. Details for the operator go to the log.
  package static func refusal(_ thrown: any Error, _ operation: OperationDescriptor, _ call: Call) -> ProblemDetails {
    let handlers = (thrown as? HandlerFailure)?.error
    let error = handlers ?? thrown
    if let fault = error as? RequestFault, fault.isOfRequest { return fault.problem }
    // The client has disconnected: nobody reads the response.
    if error is CancellationError { return .unavailable("The request was cancelled.") }
    let isOfCall = (error as? RequestFault)?.isOfCall == true
    if !isOfCall, let problem = (error as? any ProblemConvertible)?.problem {
      if problem.status >= 500 { log(.warning, "\(error)", problem.status, operation, call) }
      if handlers == nil || error is NotImplemented || operation.responses.declare(problem.status) { return problem }
    }
    let violations = (error as? RequestFault)?.problem.violations ?? []
    let broken = violations.isEmpty ? "" : ": \(violations.summary)"
    let reason = error is BrokenAnswer ? "\(error)" : "\(operation.name): undeclared failure: \(error)\(broken)"
    log(.error, reason, 500, operation, call)
    return ProblemDetails(500, "The service failed. The log says why, under this request id.")
  }

  private static func log(
    _ level: Logger.Level, _ message: String, _ status: Int, _ operation: OperationDescriptor, _ call: Call
  ) {
    call.logger.log(
      level, message,
      [
        "service": operation.service, "operation": operation.id, "status": String(status),
        "request_id": call.requestID,
      ])
  }
}

/// What is equal for all operations: reading, checking, idempotency, answering, and telling failures.
public enum Serving {
  /// Serves one request of an operation whose handler needs to know of its caller only that it may call.
  public static func respond<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    guard O.descriptor.isOpen else {
      return await respond(operation, routed, call) { (input: O.Input, _: Proof, call: Call) in
        try await handler(input, call)
      }
    }
    // Most operations: there is nobody to be told of, and so nothing between the request and its handler.
    do {
      return try await once(operation, try await input(operation, routed), routed.request, .nobody, call, handler)
    } catch {
      return problem(error, O.descriptor, call).response(instance: routed.request.path, requestID: call.requestID)
    }
  }

  /// Serves one request of an operation whose handler is told who calls.
  public static func respond<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    if O.descriptor.signature != nil {
      return await verified(O.descriptor, routed.request, call) { await answer(operation, routed, call, handler) }
    }
    return await answer(operation, routed, call, handler)
  }

  private static func answer<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    do {
      let proof = try await authorize(O.descriptor, call) { scheme throws(ProblemDetails) in
        try scheme.credential(in: routed.request)
      }
      let principal: Principal = try principal(proof, O.descriptor)
      let input = try await input(operation, routed)
      return try await once(operation, input, routed.request, proof, call) { try await handler($0, principal, $1) }
    } catch {
      return problem(error, O.descriptor, call).response(instance: routed.request.path, requestID: call.requestID)
    }
  }

  /// What a request asks for, read and checked.
  @inline(__always) private static func input<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest
  ) async throws -> O.Input {
    try O.descriptor.checkAccept(routed.request.headers)
    var reader = RequestReader(routed, O.descriptor)
    let input = try await O.decode(&reader)
    if let input { O.validate(input, &reader.violations) }
    guard let input, reader.violations.isEmpty else { throw ProblemDetails.badRequest(reader.violations.list) }
    return input
  }

  /// Answers what proves by its signature who sent it. What was not done may be sent again, and is no replay then.
  private static func verified(
    _ operation: OperationDescriptor, _ request: HTTPRequest, _ call: Call, _ answer: () async -> HTTPResponse
  ) async -> HTTPResponse {
    guard let signature = operation.signature else { return await answer() }
    do {
      guard let verifier = call.webhookVerifier else {
        throw ConfigurationError("the contract says that this is signed, and there is no verifier of signatures")
      }
      guard try await verifier.verify(request, within: signature.window) else {
        // Its sender did not hear that it was done, and says again what is known.
        return HTTPResponse(status: operation.statuses.first { (200..<300).contains($0) } ?? 204)
      }
      let response = await answer()
      let wasDone = response.status < 300
      await cleanUp { await verifier.finish(request, wasDone: wasDone) }
      return response
    } catch {
      return problem(error, operation, call).response(instance: request.path, requestID: call.requestID)
    }
  }

  /// Calls an operation of a service in this process: the same checks, and no bytes unless it has a key.
  static func call<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ credentials: [(scheme: SecurityScheme, credential: Credential)],
    _ call: Call, _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> O.Output {
    let failure: ProblemDetails
    do {
      let proof = try await authorize(O.descriptor, call) { scheme in
        let own = credentials.first { $0.scheme.name.utf8.elementsEqual(scheme.name.utf8) }
        return own.map { .given($0.credential) } ?? .absent
      }
      let principal: Principal = try principal(proof, O.descriptor)
      if O.descriptor.streamsBody || O.descriptor.streamsAnswer {
        return try await decoded(operation, try await streamed(operation, input, principal, call, handler))
      }
      try check { O.validate(input, &$0) }
      if O.idempotencyKey(input) == nil {
        return try await run(operation, input, call) { try await handler($0, principal, $1) }
      }
      let request = try O.encode(input)
      return try await decoded(
        operation,
        try await once(operation, input, request, proof, call) { try await handler($0, principal, $1) })
    } catch {
      failure = problem(error, O.descriptor, call)
    }
    // A failure is read back through the contract, as a caller over the network would read it.
    return try await decoded(operation, failure.response(instance: nil, requestID: call.requestID))
  }

  static func decoded<O: ContractOperation>(_ operation: O.Type, _ response: HTTPResponse) async throws -> O.Output {
    var unexpected = response
    do {
      if let output = try await O.decode(response) { return output }
    } catch ClientError.unexpected(_, let answer) where answer.stream != nil {
      unexpected = answer
    }
    // What an answer says that nobody expects is small, or it is not wanted.
    if let stream = unexpected.stream {
      (unexpected.body, unexpected.stream) = ((try? await stream.collect(limit: 65_536)) ?? [], nil)
    }
    throw ClientError.unexpected(O.descriptor, unexpected)
  }

  /// What comes and goes piece by piece is held to the contract by what reads and writes it: it goes through both.
  private static func streamed<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ principal: Principal, _ call: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    let request = try O.encode(input)
    var router = Router()
    router.add(O.descriptor)
    guard case .found(_, let pathValues) = router.match(method: request.method, path: request.path) else {
      throw ProblemDetails(400, "A parameter has no form in the path.")
    }
    let read = try await self.input(operation, RoutedRequest(request: request, pathValues: pathValues))
    return try encoded(operation, try await run(operation, read, call) { try await handler($0, principal, $1) })
  }

  /// Who calls. It is found out before anything else of the request is read.
  private static func authorize(
    _ operation: OperationDescriptor, _ call: Call,
    _ credential: (SecurityScheme) throws(ProblemDetails) -> PresentedCredential
  ) async throws -> Proof {
    if operation.security.allSatisfy(\.isAnonymous) { return .nobody }
    guard let verifier = call.verifier else {
      throw ConfigurationError("the contract says who may call, and the service has no verifier of credentials")
    }
    return try await SecurityRequirement.prove(
      operation.security, by: verifier, realm: operation.service, credential)
  }

  private static func principal<Principal: ContractPrincipal>(
    _ proof: Proof, _ operation: OperationDescriptor
  ) throws -> Principal {
    guard let principal = Principal(proof) else {
      throw ConfigurationError("\(Principal.self) has no case for alternative \(proof.alternative) of \(operation.id)")
    }
    return principal
  }

  /// Executes a request with a key at most once.
  private static func once<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ request: HTTPRequest, _ proof: Proof, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    guard let key = O.idempotencyKey(input), let transactions = call.transactions else {
      return try encoded(operation, try await run(operation, input, call, handler))
    }
    let bytes = Array((request.target + "\n").utf8) + request.body
    // A key is its caller's own: no other gets its answer, or is kept from it.
    switch try await transactions.claim(key, operation: O.descriptor.id + proof.fingerprint, request: bytes) {
    case .answered(var response):
      response.headers.append("idempotent-replay", "true")
      return response
    case .running:
      throw ProblemDetails(
        409, "A request with this Idempotency-Key is still running.", headers: ["retry-after": "1"])
    case .otherRequest:
      throw ProblemDetails(422, "This Idempotency-Key was used with another request.")
    case .claimed(let claim):
      do {
        return try encoded(operation, try await run(operation, input, call, claim: claim, handler))
      } catch {
        await cleanUp { await transactions.release(claim) }
        throw error
      }
    }
  }

  /// What a handler throws: unlike what the runtime says of a request, it must be declared by the contract.
  private struct HandlerFailure: Error { let error: any Error }

  @inline(__always) private static func run<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, claim: IdempotencyClaim? = nil,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> O.Output {
    do {
      return try await checked(
        operation, handler(input, call.answering(Call.Answering(operation: operation, claim: claim))))
    } catch {
      throw HandlerFailure(error: error)
    }
  }

  static func checked<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) throws -> O.Output {
    var violations = Violations()
    O.validate(output, &violations)
    guard violations.isEmpty else { throw BrokenAnswer(O.descriptor, violations.list) }
    return output
  }

  /// An answer that has no form on the wire breaks the contract: its caller did nothing wrong.
  @inline(__always) static func encoded<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) throws
    -> HTTPResponse
  {
    do {
      var response = try O.encode(output)
      if let stream = response.stream {
        // What else goes wrong while it is made is not the contract's matter.
        response.stream = stream.limited { $0 is ProblemDetails ? BrokenAnswer(O.descriptor, $0) : $0 }
      }
      return response
    } catch {
      throw BrokenAnswer(O.descriptor, error)
    }
  }

  private static func check(_ validate: (inout Violations) -> Void) throws {
    var violations = Violations()
    validate(&violations)
    if !violations.isEmpty { throw ProblemDetails.badRequest(violations.list) }
  }

  /// An answer of a service that breaks its own contract, or cannot be made to its end: logged, and never sent as whole.
  private struct BrokenAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ operation: OperationDescriptor, _ violations: [Violation]) {
      description = "\(operation.name): the answer breaks the contract: \(violations.summary)"
    }

    init(_ operation: OperationDescriptor, _ error: any Error) {
      let violations = (error as? ProblemDetails)?.violations ?? []
      description = violations.isEmpty ? "\(operation.name): \(error)" : Self(operation, violations).description
    }
  }

  /// What a caller is told of an error. What only the operator may know goes to the log.
  private static func problem(_ thrown: any Error, _ operation: OperationDescriptor, _ call: Call) -> ProblemDetails {
    let handlers = (thrown as? HandlerFailure)?.error
    let error = handlers ?? thrown
    if let fault = error as? RequestFault { return fault.problem }
    // Whoever asked has gone: nobody reads the answer.
    if error is CancellationError { return .unavailable("The request was given up.") }
    func log(_ level: Logger.Level, _ message: String, _ status: Int) {
      call.logger.log(
        level, message,
        [
          "service": operation.service, "operation": operation.id, "status": String(status),
          "request_id": call.requestID,
        ])
    }
    if let problem = error as? ProblemDetails ?? (error as? any ProblemConvertible)?.problem {
      if problem.status >= 500 { log(.warning, "\(error)", problem.status) }
      // 501 says that there is no handler.
      if handlers == nil || problem.status == 501 || operation.declares(problem.status) { return problem }
    }
    let broken = (error as? ProblemDetails).map { $0.violations.isEmpty ? "" : ": \($0.violations.summary)" } ?? ""
    log(.error, error is BrokenAnswer ? "\(error)" : "\(operation.name): undeclared failure: \(error)\(broken)", 500)
    return ProblemDetails(500, "The service failed. The log says why, under this request id.")
  }
}

extension OperationDescriptor {
  /// What logs and errors call it: `orders.placeOrder`.
  var name: String { "\(service).\(id)" }
}

extension [Violation] {
  /// Each pointer, or parameter, with what is wrong there.
  var summary: String {
    map { violation in
      let value = violation.location.isEmpty ? "the whole value" : violation.location
      return (violation.place == .body ? value : "\(violation.place.rawValue) \(value)") + " " + violation.message
    }.joined(separator: "; ")
  }
}

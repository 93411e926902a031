/// What all operations share: reading, validation, idempotency, responding, and reporting failures.
public enum Serving {
  /// Serves one request of an operation whose handler needs no identity of the caller.
  public static func respond<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    guard O.descriptor.isOpen else {
      return await respond(operation, routed, call) { (input: O.Input, _: Proof, call: Call) in
        try await handler(input, call)
      }
    }
    // The common case: without an identity there is nothing between the request and its handler.
    do {
      return try await once(operation, try await input(operation, routed), routed.request, .nobody, call, handler)
    } catch {
      return await failed(operation, error, instance: routed.request.path, call)
    }
  }

  /// Serves one request of an operation whose handler receives the caller's identity.
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
      let proof = try await authorize(O.descriptor, call) { scheme throws(RequestFault) in
        try scheme.credential(in: routed.request)
      }
      let principal: Principal = try principal(proof, O.descriptor)
      let input = try await input(operation, routed)
      return try await once(operation, input, routed.request, proof, call) { try await handler($0, principal, $1) }
    } catch {
      return await failed(operation, error, instance: routed.request.path, call)
    }
  }

  /// The input of a request, read and validated.
  @inline(__always) private static func input<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest
  ) async throws -> O.Input {
    try O.descriptor.checkAccept(routed.request.headers)
    var reader = RequestReader(routed, O.descriptor)
    let input = try await O.decode(&reader)
    if let input { O.validate(input, &reader.violations) }
    guard let input, reader.violations.isEmpty else { throw RequestFault(.badRequest(reader.violations.list)) }
    return input
  }

  /// Serves a signed request. A delivery that failed may be sent again, and is then no replay.
  private static func verified(
    _ operation: OperationDescriptor, _ request: HTTPRequest, _ call: Call, _ answer: () async -> HTTPResponse
  ) async -> HTTPResponse {
    guard let signature = operation.signature else { return await answer() }
    do {
      guard let verifier = call.webhookVerifier else {
        throw ConfigurationError("the contract requires a signature, and no verifier of signatures is configured")
      }
      guard try await verifier.verify(request, within: signature.window) else {
        // The sender did not receive the response to an earlier delivery, and sends it again.
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

  /// Calls an operation of a service in this process: the same checks, and no serialization unless the request has a
  /// key.
  static func call<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ credentials: [(scheme: SecurityScheme, credential: Credential)],
    _ call: Call, from caller: Call, _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> O.Output {
    let failure: HTTPResponse
    do {
      let proof = try await authorize(O.descriptor, call) { scheme in
        let own = credentials.first { $0.scheme.name.utf8.elementsEqual(scheme.name.utf8) }
        return own.map { .given($0.credential) } ?? .absent
      }
      let principal: Principal = try principal(proof, O.descriptor)
      if O.descriptor.streamsBody || O.descriptor.streamsAnswer {
        var response = try await streamed(operation, input, principal, call, handler)
        response.stream = response.stream.map(caller.waiting(for:))
        return try await decoded(operation, response)
      }
      if O.idempotencyKey(input) == nil {
        return try await run(operation, input, call) { try await handler($0, principal, $1) }
      }
      let request = try O.encode(input)
      return try await decoded(
        operation,
        try await once(operation, input, request, proof, call) { try await handler($0, principal, $1) })
    } catch {
      failure = await failed(operation, error, instance: (try? O.encode(input))?.path, call)
    }
    // A failure is read back through the contract, as a caller over the network would read it.
    return try await decoded(operation, failure)
  }

  static func decoded<O: ContractOperation>(_ operation: O.Type, _ response: HTTPResponse) async throws -> O.Output {
    var unexpected = response
    do {
      if let output = try await O.decode(response) { return output }
    } catch ClientError.unexpected(_, let answer) where answer.stream != nil {
      unexpected = answer
    }
    // The body of an unexpected response is small, or not needed.
    if let stream = unexpected.stream {
      (unexpected.body, unexpected.stream) = ((try? await stream.collect(limit: 65_536)) ?? [], nil)
    }
    throw ClientError.unexpected(O.descriptor, unexpected)
  }

  /// Streamed bodies are validated by their readers and writers, so they pass through both.
  private static func streamed<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ principal: Principal, _ call: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    var request = try O.encode(input)
    request.stream = request.stream.map(call.waiting(for:))
    guard let routed = RoutedRequest(request, for: O.descriptor) else {
      throw RequestFault(400, "A parameter cannot be expressed in the path.")
    }
    let read = try await self.input(operation, routed)
    return try encoded(operation, try await run(operation, read, call) { try await handler($0, principal, $1) })
  }

  /// The caller's identity. It is determined before anything else of the request is read.
  private static func authorize(
    _ operation: OperationDescriptor, _ call: Call,
    _ credential: (SecurityScheme) throws(RequestFault) -> PresentedCredential
  ) async throws -> Proof {
    if operation.security.allSatisfy(\.isAnonymous) { return .nobody }
    guard let verifier = call.verifier else {
      throw ConfigurationError("the contract requires credentials, and the service has no verifier of them")
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
    // A key belongs to its caller: another caller with the same key neither gets its response nor is blocked by it.
    switch try await transactions.claim(key, operation: O.descriptor.id + proof.fingerprint, request: bytes) {
    case .answered(var response):
      response.headers.append("idempotent-replay", "true")
      return response
    case .running:
      throw RequestFault(
        409, "A request with this Idempotency-Key is still running.", headers: ["retry-after": "1"])
    case .otherRequest:
      throw RequestFault(422, "This Idempotency-Key was used with another request.")
    case .claimed(let claim):
      do {
        return try encoded(operation, try await run(operation, input, call, claim: claim, handler))
      } catch {
        await cleanUp { await transactions.release(claim) }
        throw error
      }
    }
  }

  /// A failure thrown by a handler: unlike the runtime's own errors, it must be declared by the contract.
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

  /// A response that cannot be expressed on the wire breaks the contract: the caller is not at fault.
  @inline(__always) static func encoded<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) throws
    -> HTTPResponse
  {
    do {
      var response = try O.encode(output)
      if let stream = response.stream {
        // Other errors while it is made do not concern the contract.
        response.stream = stream.limited {
          ($0 as? RequestFault)?.isOfRequest == false ? BrokenAnswer(O.descriptor, $0) : $0
        }
      }
      return response
    } catch {
      throw BrokenAnswer(O.descriptor, error)
    }
  }

  /// A response of a service that breaks its own contract, or cannot be completed: logged, and never sent as complete.
  private struct BrokenAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ operation: OperationDescriptor, _ violations: [Violation]) {
      description = "\(operation.name): the response breaks the contract: \(violations.summary)"
    }

    init(_ operation: OperationDescriptor, _ error: any Error) {
      let violations = (error as? RequestFault)?.problem.violations ?? []
      description = violations.isEmpty ? "\(operation.name): \(error)" : Self(operation, violations).description
    }
  }

  /// The response to a failed request: the declared response for the failure that its handler threw, or the runtime's
  /// own problem.
  private static func failed<O: ContractOperation>(
    _ operation: O.Type, _ thrown: any Error, instance: String?, _ call: Call
  ) async -> HTTPResponse {
    var error = thrown
    do {
      if let output = try await declared(operation, error, instance: instance, call) {
        return try encoded(operation, output)
      }
    } catch let broken {
      error = broken
    }
    return problem(error, O.descriptor, call).response(instance: instance, requestID: call.requestID)
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

  /// What a caller may know about an error. Details for the operator go to the log.
  private static func problem(_ thrown: any Error, _ operation: OperationDescriptor, _ call: Call) -> ProblemDetails {
    let handlers = (thrown as? HandlerFailure)?.error
    let error = handlers ?? thrown
    if let fault = error as? RequestFault, fault.isOfRequest { return fault.problem }
    // The client has disconnected: nobody reads the response.
    if error is CancellationError { return .unavailable("The request was cancelled.") }
    let isOfCall = (error as? RequestFault)?.isOfCall == true
    if !isOfCall, let problem = (error as? any ProblemConvertible)?.problem {
      if problem.status >= 500 { log(.warning, "\(error)", problem.status, operation, call) }
      if handlers == nil || error is NotImplemented || operation.declares(problem.status) { return problem }
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

extension OperationDescriptor {
  /// Its name in logs and errors: `orders.placeOrder`.
  package var name: String { "\(service).\(id)" }
}

extension [Violation] {
  /// Each pointer, or parameter, with its violation.
  var summary: String {
    map { violation in
      let value = violation.name.isEmpty ? "the whole value" : violation.name
      return (violation.location == .body ? value : "\(violation.location.rawValue) \(value)") + " " + violation.message
    }.joined(separator: "; ")
  }
}

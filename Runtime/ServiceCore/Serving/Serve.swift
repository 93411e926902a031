/// The typed part of serving a call, inside the stages of its policy: reading, validation, idempotency, and responding.
///
/// The functions of the common way are inlinable: the compiler then specialises them for each operation.
public enum Serving {
  /// Serves one request of an operation whose handler needs no identity of the caller.
  @inlinable
  public static func respond<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    do {
      if !O.descriptor.isOpen { try checkPassed(O.descriptor, call) }
      let input = try await input(operation, routed)
      guard let key = O.idempotencyKey(input) else {
        return try encoded(operation, try await run(operation, input, call, handler))
      }
      return try await once(operation, key, input, routed.request, call, handler)
    } catch {
      return await failed(operation, error, instance: routed.request.path, call)
    }
  }

  /// Serves one request of an operation whose handler receives the caller's identity.
  @inlinable
  public static func respond<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ routed: RoutedRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async -> HTTPResponse {
    do {
      let principal: Principal = try principal(O.descriptor, call)
      return await respond(operation, routed, call) { try await handler($0, principal, $1) }
    } catch {
      return await failed(operation, error, instance: routed.request.path, call)
    }
  }

  /// Refuses a call that has not passed the stages which its operation's policy requires.
  @usableFromInline static func checkPassed(_ operation: OperationDescriptor, _ call: Call) throws {
    guard call.proof != nil || operation.policy.security.allSatisfy(\.isAnonymous),
      call.isSignatureVerified || operation.policy.signature == nil
    else { throw ConfigurationError("a call of \(operation.name) has not passed the stages of its policy") }
  }

  @usableFromInline static func principal<Principal: ContractPrincipal>(
    _ operation: OperationDescriptor, _ call: Call
  ) throws -> Principal {
    try checkPassed(operation, call)
    let proof = call.proof ?? .nobody
    guard let principal = Principal(proof) else {
      throw ConfigurationError("\(Principal.self) has no case for alternative \(proof.alternative) of \(operation.id)")
    }
    return principal
  }

  /// The input of a request, read and validated.
  @inlinable @inline(__always) static func input<O: ContractOperation>(
    _ operation: O.Type, _ routed: RoutedRequest
  ) async throws -> O.Input {
    try O.descriptor.checkAccept(routed.request.headers)
    var reader = RequestReader(routed, O.descriptor)
    let input = try await O.decode(&reader)
    if let input { O.validate(input, &reader.violations) }
    guard let input, reader.violations.isEmpty else { throw refused(reader.violations) }
    return input
  }

  @usableFromInline static func refused(_ violations: Violations) -> RequestFault {
    RequestFault(.badRequest(violations.list))
  }

  /// Executes a request with a key at most once.
  @usableFromInline static func once<O: ContractOperation>(
    _ operation: O.Type, _ key: String, _ input: O.Input, _ request: HTTPRequest, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    guard let transactions = call.transactions else {
      return try encoded(operation, try await run(operation, input, call, handler))
    }
    let bytes = Array((request.target + "\n").utf8) + request.body
    // A key belongs to its caller: another caller with the same key neither gets its response nor is blocked by it.
    let owner = O.descriptor.id + (call.proof ?? .nobody).fingerprint
    switch try await transactions.claim(key, operation: owner, request: bytes) {
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
  @usableFromInline struct HandlerFailure: Error {
    let error: any Error

    @usableFromInline init(_ error: any Error) { self.error = error }
  }

  @inlinable @inline(__always) static func run<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, claim: IdempotencyClaim? = nil,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> O.Output {
    do {
      return try checked(
        operation, try await handler(input, call.answering(Call.Answering(operation: operation, claim: claim))))
    } catch {
      throw HandlerFailure(error)
    }
  }

  @inlinable @inline(__always) static func checked<O: ContractOperation>(
    _ operation: O.Type, _ output: O.Output
  ) throws -> O.Output {
    var violations = Violations()
    O.validate(output, &violations)
    guard violations.isEmpty else { throw broken(O.descriptor, violations) }
    return output
  }

  /// A response that cannot be expressed on the wire breaks the contract: the caller is not at fault.
  @inlinable @inline(__always) static func encoded<O: ContractOperation>(
    _ operation: O.Type, _ output: O.Output
  ) throws -> HTTPResponse {
    do {
      let response = try O.encode(output)
      return response.stream == nil ? response : limited(response, O.descriptor)
    } catch {
      throw broken(O.descriptor, error)
    }
  }

  @usableFromInline static func limited(
    _ response: HTTPResponse, _ operation: OperationDescriptor
  ) -> HTTPResponse {
    var response = response
    response.stream = response.stream?.limited {
      // Other errors while it is made do not concern the contract.
      ($0 as? RequestFault)?.isOfRequest == false ? BrokenAnswer(operation, $0) : $0
    }
    return response
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
}

extension OperationDescriptor {
  /// Its name in logs and errors: `orders.placeOrder`.
  package var name: String { "\(service).\(id)" }
}

extension [Violation] {
  /// Each pointer, or parameter, with its violation.
  package var summary: String {
    map { violation in
      let value = violation.name.isEmpty ? "the whole value" : violation.name
      return (violation.location == .body ? value : "\(violation.location.rawValue) \(value)") + " " + violation.message
    }.joined(separator: "; ")
  }
}

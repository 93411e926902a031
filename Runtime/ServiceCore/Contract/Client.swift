/// Sends requests of generated clients to the service.
public protocol Transport: Sendable {
  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse
}

/// A service that runs in this process.
public struct LocalService: Sendable {
  public let name: String
  /// The handlers of the service's API.
  public let handlers: any Sendable
  /// What the service's calls share: its database, its verifiers and its limits, the same in this process as over the
  /// network.
  let call: Call
  private let pipelines: [ObjectIdentifier: Pipeline]

  /// - Parameter operations: those of its contract, whose stages are made once.
  public init(name: String, handlers: any Sendable, call: Call, operations: [OperationDescriptor] = []) {
    self.name = name
    self.handlers = handlers
    self.call = call
    pipelines = Dictionary(
      operations.map { (ObjectIdentifier($0), Pipeline($0, at: [.callee], of: call)) }, uniquingKeysWith: { $1 })
  }

  func pipeline(of operation: OperationDescriptor) -> Pipeline {
    pipelines[ObjectIdentifier(operation)] ?? Pipeline(operation, at: [.callee], of: call)
  }
}

/// Where a service runs: in this process, or behind a transport. Configuration decides, not code.
public enum Placement: Sendable {
  case local(@Sendable () -> LocalService?)
  case remote(any Transport)
  /// The same, called with credentials of the program's own where a call lacks those that its operation requires.
  indirect case authorized(Placement, by: any CredentialSource)
}

/// A client that the generator writes for an API.
public protocol APIClient: Sendable {
  /// The service's name in settings: `inventory`.
  static var service: String { get }
  /// The path prefix of the contract's first server: `/v1`.
  static var basePath: String { get }
  /// The origin of the contract's first server, `https://api.example.com`, with its variables at their defaults; nil
  /// where the contract has no server, or only a path.
  static var server: String? { get }
  init(_ placement: Placement)
}

extension APIClient {
  public static var basePath: String { "" }
  public static var server: String? { nil }

  /// Calls the API at one of its servers, whose path prefix may differ from that of the contract's first server.
  ///
  /// - Parameters:
  ///   - transport: sends requests to the address's origin.
  ///   - source: has credentials for calls that lack them.
  public init(at address: ServerAddress, _ transport: any Transport, by source: (any CredentialSource)? = nil) {
    let isUsual = address.basePath.utf8.elementsEqual(Self.basePath.utf8)
    let placement = Placement.remote(
      isUsual ? transport : Rebased(transport, from: Self.basePath, to: address.basePath))
    self.init(source.map { .authorized(placement, by: $0) } ?? placement)
  }
}

/// The transport to an API whose path prefix differs from the contract's.
private struct Rebased: Transport {
  private let transport: any Transport
  private let own: String
  private let other: String

  init(_ transport: any Transport, from own: String, to other: String) {
    self.transport = transport
    (self.own, self.other) = (own, other)
  }

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    var request = request
    // An operation with a server of its own has that server's prefix.
    if request.path.utf8.starts(with: (own + "/").utf8) {
      request.path = other + String(Substring(request.path.utf8.dropFirst(own.utf8.count)))
    }
    return try await transport.send(request, operation)
  }
}

extension Placement {
  /// Calls an operation whose handler needs no identity of the caller; a generated method is this one call.
  ///
  /// - Parameter local: calls the operation on the handlers of a service in this process.
  /// - Throws: ``ClientError``; ``CredentialError`` for a call without the credentials that the contract requires;
  ///   ``RequestFault`` for an input that breaks the contract.
  public func call<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call,
    local: @escaping @Sendable (any Sendable, O.Input, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    try await self.call(operation, input, call) { (handlers: any Sendable, input: O.Input, _: Proof, call: Call) in
      try await local(handlers, input, call)
    }
  }

  /// Calls an operation whose handler receives the caller's identity.
  public func call<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ call: Call,
    local: @escaping @Sendable (any Sendable, O.Input, Principal, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    var violations = Violations()
    O.validate(input, &violations)
    guard violations.isEmpty else { throw RequestFault(calling: O.descriptor, .badRequest(violations.list)) }
    // The calling request does no work while it waits, and holds no slot: services may call each other in a circle.
    return try await call.waiting { try await reach(operation, input, call, local: local) }
  }

  /// - Parameter renewed: makes other credentials of the call's in the place of those that the service has refused.
  private func reach<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, renewed: OwnCredentials.Renew? = nil,
    local: @escaping @Sendable (any Sendable, O.Input, Principal, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    switch self {
    case .local(let find):
      guard let service = find() else { throw ClientError.unreachable(O.descriptor, "it is not started") }
      return try await enter(service, operation, input, call, local)
    case .remote(let transport): return try await send(operation, input, call, by: transport, renewed)
    case .authorized(let placement, let source):
      guard let own = try await source.credentials(for: O.descriptor, of: call) else {
        return try await placement.reach(operation, input, call, renewed: renewed, local: local)
      }
      let acting = call.acting(with: own.credentials)
      return try await placement.reach(operation, input, acting, renewed: own.renewed, local: local)
    }
  }

  private func enter<O: ContractOperation, Principal: ContractPrincipal>(
    _ service: LocalService, _ operation: O.Type, _ input: O.Input, _ call: Call,
    _ local: @escaping @Sendable (any Sendable, O.Input, Principal, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    let credentials = try call.credentials.chosen(for: O.descriptor.policy.security)
    return try await service.pipeline(of: O.descriptor).call(operation, input, credentials, service.call, from: call) {
      (input: O.Input, principal: Principal, call: Call) in
      guard let output = try await local(service.handlers, input, principal, call) else {
        throw ClientError.unreachable(O.descriptor, "its handlers are of another type")
      }
      return output
    }
  }

  private func send<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, by transport: any Transport,
    _ renewed: OwnCredentials.Renew?
  ) async throws -> O.Output {
    var request: HTTPRequest
    do {
      request = try O.encode(input)
    } catch let fault as RequestFault {
      throw RequestFault(calling: O.descriptor, fault.problem)
    }
    let unfit = request.violations(inPathOf: O.descriptor)
    guard unfit.isEmpty else { throw RequestFault(calling: O.descriptor, .badRequest(unfit)) }
    request.identity = call.identity
    let plain = request
    try request.authorize(O.descriptor.policy.security, with: call.credentials)
    let end = Deadline(in: O.descriptor.policy.timeLimit(remaining: Deadline.current?.left))
    var response = try await transport.send(request, O.descriptor)
    // A refused request was not executed: it may be sent again, whatever its method. A stream cannot be read twice.
    if let renewed, response.refusesToken, plain.stream == nil, let others = await renewed() {
      request = plain
      try request.authorize(O.descriptor.policy.security, with: others)
      response = try await transport.send(request, O.descriptor)
    }
    // The service's own timer may be read before this call's: the outcome is the same.
    if response.status == 504, end.left == 0 { throw ClientError.timedOut(O.descriptor) }
    response.stream = response.stream.map(call.waiting(for:))
    let output = try await Serving.decoded(operation, response)
    var violations = Violations(isChecked: true)
    O.validate(output, &violations)
    guard violations.isEmpty else { throw ClientError.broken(O.descriptor, violations.list) }
    return output
  }
}

extension HTTPRequest {
  /// The parameters whose values make an empty segment, `.` or `..`: those are removed from a path by whatever reads it,
  /// percent-encoded or not (RFC 3986, section 5.2.4).
  fileprivate func violations(inPathOf operation: OperationDescriptor) -> [Violation] {
    var rest = path.utf8.dropFirst()
    return operation.path.compactMap { segment in
      let text = Substring(rest.prefix { $0 != UInt8(ascii: "/") })
      rest = rest.dropFirst(text.utf8.count + 1)
      guard let name = segment.parameters.first, text.utf8.count <= 6,
        PercentCoding.decode(text).map(["", ".", ".."].contains) ?? false
      else { return nil }
      return Violation(
        location: .path, name: name, rule: "path", message: "must not make a segment empty, '.' or '..'")
    }
  }
}

extension HTTPResponse {
  /// Whether it refuses a token as not valid (RFC 6750, section 3.1).
  fileprivate var refusesToken: Bool {
    status == 401 && headers.values("www-authenticate").contains { $0.utf8.contains("invalid_token".utf8) }
  }
}

/// Why a call to another service gave no response that the contract declares.
public enum ClientError: Error, Sendable, ProblemConvertible, CustomStringConvertible {
  /// The service cannot be reached, or the connection broke before a response arrived.
  case unreachable(OperationDescriptor, String)
  /// No response arrived in time.
  case timedOut(OperationDescriptor)
  /// The contract does not declare this response.
  case unexpected(OperationDescriptor, HTTPResponse)
  /// The response breaks the contract.
  case broken(OperationDescriptor, [Violation])

  public var description: String {
    switch self {
    case .unreachable(let operation, let reason): "\(operation.name): unreachable, \(reason)"
    case .timedOut(let operation): "\(operation.name): no response in time"
    case .unexpected(let operation, let response):
      "\(operation.name): responded \(response.status), which is not expected here"
    case .broken(let operation, let violations):
      "\(operation.name): the response breaks the contract: \(violations.summary)"
    }
  }

  /// A response that the contract declares, but not the one needed to continue.
  public static func unexpected<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) -> ClientError {
    .unexpected(O.descriptor, (try? O.encode(output)) ?? HTTPResponse(status: 0))
  }

  public var problem: ProblemDetails {
    switch self {
    case .unreachable(let operation, _): .unavailable("The service '\(operation.service)' cannot be reached.")
    case .timedOut(let operation): ProblemDetails(504, "The service '\(operation.service)' did not respond in time.")
    case .unexpected(let operation, let response) where response.status == 504:
      ProblemDetails(504, "The service '\(operation.service)' did not respond in time.")
    case .unexpected(let operation, let response) where response.status == 503:
      .unavailable("The service '\(operation.service)' is not available.")
    case .unexpected(let operation, _), .broken(let operation, _):
      ProblemDetails(502, "The service '\(operation.service)' gave an unusable response.")
    }
  }
}

/// An invalid setting; it stops the start with this message.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Reads a response's body and headers by the contract.
public struct ResponseReader {
  public internal(set) var response: HTTPResponse
  let descriptor: OperationDescriptor

  public init(_ response: HTTPResponse, _ descriptor: OperationDescriptor) {
    self.response = response
    self.descriptor = descriptor
  }

  public func body<Value: JSONCodable>(
    _ type: Value.Type, _ mediaType: StaticString, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    guard MediaRange.index(of: response.headers["content-type"] ?? "", in: [mediaType.description]) != nil else {
      throw ClientError.unexpected(descriptor, response)
    }
    return try json(response.body, type, program, schema)
  }

  public func header<Value: ParameterValue>(_ name: String, _ type: Value.Type) -> Value? {
    response.headers[name].flatMap { Value(parameter: $0) }
  }

  public func requiredHeader<Value: ParameterValue>(_ name: String, _ type: Value.Type) throws -> Value {
    if let value = header(name, type) { return value }
    let broken =
      response.headers[name].map { Violation.unreadable($0, as: type, .header, name) }
      ?? Violation(location: .header, name: name, rule: "required", message: "is missing")
    throw ClientError.broken(descriptor, [broken])
  }
}

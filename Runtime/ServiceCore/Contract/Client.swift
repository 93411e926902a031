/// Sends requests of generated clients to where a service is.
public protocol Transport: Sendable {
  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse
}

/// A service that runs in this process.
public struct LocalService: Sendable {
  public let name: String
  /// The handlers of the service's API.
  public let handlers: any Sendable
  public let transactions: (any TransactionRunner)?
  /// What the credentials of its callers are verified by, in this process as over the network.
  public let verifier: (any CredentialVerifier)?

  public init(
    name: String, handlers: any Sendable, transactions: (any TransactionRunner)?,
    verifier: (any CredentialVerifier)? = nil
  ) {
    self.name = name
    self.handlers = handlers
    self.transactions = transactions
    self.verifier = verifier
  }
}

/// Where a service is: in this process, or behind a transport. Configuration decides, not code.
public enum Placement: Sendable {
  case local(@Sendable () -> LocalService?)
  case remote(any Transport)
}

/// A client that the generator writes for an API.
public protocol APIClient: Sendable {
  /// The service's name in settings: `inventory`.
  static var service: String { get }
  /// What the contract's first server has before every path: `/v1`.
  static var basePath: String { get }
  init(_ placement: Placement)
}

extension APIClient {
  public static var basePath: String { "" }

  /// Calls the API at one of its servers, whose paths may begin otherwise than those of the contract's first.
  ///
  /// - Parameter transport: the way to the address's origin.
  public init(at address: ServerAddress, _ transport: any Transport) {
    let isUsual = address.basePath.utf8.elementsEqual(Self.basePath.utf8)
    self.init(.remote(isUsual ? transport : Rebased(transport, from: Self.basePath, to: address.basePath)))
  }
}

/// The way to an API whose paths begin with another text than the contract's.
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
    // An operation with a server of its own is where that is.
    if request.path.utf8.starts(with: (own + "/").utf8) {
      request.path = other + String(Substring(request.path.utf8.dropFirst(own.utf8.count)))
    }
    return try await transport.send(request, operation)
  }
}

extension Placement {
  /// Calls an operation that needs to know of its caller only that it may call; a generated method is this one call.
  ///
  /// - Parameter local: takes the handlers of a service in this process and calls the operation's.
  /// - Throws: ``ClientError``; ``CredentialError`` for a call without the credentials that the contract wants;
  ///   ``ProblemDetails`` for an input that breaks the contract.
  public func call<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call,
    local: @Sendable (any Sendable, O.Input, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    try await self.call(operation, input, call) { (handlers: any Sendable, input: O.Input, _: Proof, call: Call) in
      try await local(handlers, input, call)
    }
  }

  /// Calls an operation whose handler is told who calls.
  public func call<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ call: Call,
    local: @Sendable (any Sendable, O.Input, Principal, Call) async throws -> O.Output?
  ) async throws -> O.Output {
    switch self {
    case .local(let find):
      guard let service = find() else { throw ClientError.unreachable(O.descriptor, "it is not started") }
      let credentials = try call.credentials.chosen(for: O.descriptor.security)
      return try await Serving.call(operation, input, credentials, call.entering(service)) {
        input, principal, call in
        guard let output = try await local(service.handlers, input, principal, call) else {
          throw ClientError.unreachable(O.descriptor, "its handlers are of another type")
        }
        return output
      }
    case .remote(let transport):
      var violations = Violations()
      O.validate(input, &violations)
      guard violations.isEmpty else { throw ProblemDetails.badRequest(violations.list) }
      var request = try O.encode(input)
      try request.authorize(O.descriptor.security, with: call.credentials)
      request.id = call.requestID
      let output = try await Serving.decoded(operation, try await transport.send(request, O.descriptor))
      violations = Violations(isChecked: true)
      O.validate(output, &violations)
      guard violations.isEmpty else { throw ClientError.broken(O.descriptor, violations.list) }
      return output
    }
  }
}

/// Why a call to another service gave no answer of its contract.
public enum ClientError: Error, Sendable, ProblemConvertible, CustomStringConvertible {
  /// The service cannot be reached, or the connection broke before an answer came.
  case unreachable(OperationDescriptor, String)
  /// No answer came in time.
  case timedOut(OperationDescriptor)
  /// The contract does not declare what was answered.
  case unexpected(OperationDescriptor, HTTPResponse)
  /// The answer breaks the contract.
  case broken(OperationDescriptor, [Violation])

  public var description: String {
    switch self {
    case .unreachable(let operation, let reason): "\(operation.name): unreachable, \(reason)"
    case .timedOut(let operation): "\(operation.name): no answer in time"
    case .unexpected(let operation, let response):
      "\(operation.name): answered \(response.status), which is not expected here"
    case .broken(let operation, let violations):
      "\(operation.name): the answer breaks the contract: \(violations.summary)"
    }
  }

  /// An answer that the contract declares, and that is not the one to go on with.
  public static func unexpected<O: ContractOperation>(_ operation: O.Type, _ output: O.Output) -> ClientError {
    .unexpected(O.descriptor, (try? O.encode(output)) ?? HTTPResponse(status: 0))
  }

  public var problem: ProblemDetails {
    switch self {
    case .unreachable(let operation, _): .unavailable("The service '\(operation.service)' cannot be reached.")
    case .timedOut(let operation): ProblemDetails(504, "The service '\(operation.service)' did not answer in time.")
    case .unexpected(let operation, let response) where response.status == 504:
      ProblemDetails(504, "The service '\(operation.service)' did not answer in time.")
    case .unexpected(let operation, let response) where response.status == 503:
      .unavailable("The service '\(operation.service)' is not available.")
    case .unexpected(let operation, _), .broken(let operation, _):
      ProblemDetails(502, "The service '\(operation.service)' gave an answer that cannot be used.")
    }
  }
}

/// A setting that cannot be used; it stops the start, with these words.
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
    guard let value = header(name, type) else {
      throw ClientError.broken(
        descriptor, [Violation(place: .header, location: name, rule: "required", message: "is missing or malformed")])
    }
    return value
  }
}

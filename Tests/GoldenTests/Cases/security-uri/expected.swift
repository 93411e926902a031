// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// The security schemes of the contract.
public enum PetsSecurity {
  public static let key = ServiceCore.SecurityScheme(name: "key", kind: .apiKey(in: .header, name: "X-Key"))
  public static let key2 = ServiceCore.SecurityScheme(name: "key2", kind: .http(scheme: "basic"))
}

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum KeyPrincipal: ServiceCore.ContractPrincipal {
  case key(ServiceCore.VerifiedIdentity)

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 1): self = .key(proof.identities[0])
    case (1, 1): self = .key(proof.identities[0])
    default: return nil
    }
  }

  /// Who calls, by whichever scheme.
  public var identity: ServiceCore.VerifiedIdentity {
    switch self {
    case .key(let identity): identity
    }
  }
}

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum Key2Principal: ServiceCore.ContractPrincipal {
  case key2(ServiceCore.VerifiedIdentity)

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 1): self = .key2(proof.identities[0])
    default: return nil
    }
  }

  /// Who calls, by whichever scheme.
  public var identity: ServiceCore.VerifiedIdentity {
    switch self {
    case .key2(let identity): identity
    }
  }
}

public enum ReadOwn: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Something.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readOwn",
    method: "GET",
    path: [.literal("own")],
    responses: .init([], hasDefault: true),
    policy: .init(security: [.init(schemes: [(PetsSecurity.key, [])]), .init(schemes: [(PetsSecurity.key, [])])]))
}

public enum ReadShared: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Something.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readShared",
    method: "GET",
    path: [.literal("shared")],
    responses: .init([], hasDefault: true),
    policy: .init(security: [.init(schemes: [(PetsSecurity.key2, [])])]))
}

extension ReadOwn {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/own")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    default: return .other(status: response.status)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .other(let status): status
    }
  }
}

extension ReadOwn {
  /// Something.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension ReadShared {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/shared")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    default: return .other(status: response.status)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .other(let status): status
    }
  }
}

extension ReadShared {
  /// Something.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Security by URI.
public protocol PetsHandlers: Sendable {
  func readOwn(_ input: ReadOwn.Input, _ principal: KeyPrincipal, _ call: Call) async throws -> ReadOwn.Output
  func readShared(_ input: ReadShared.Input, _ principal: Key2Principal, _ call: Call) async throws -> ReadShared.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ReadOwn.self,
    ReadShared.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ReadOwn.self, request, call) { try await handlers.readOwn($0, $1, $2) }
    case 1: return await Serving.respond(ReadShared.self, request, call) { try await handlers.readShared($0, $1, $2) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract

  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  public func readOwn(_ input: ReadOwn.Input, _ call: Call) async throws -> ReadOwn.Output {
    try await placement.call(ReadOwn.self, input, call) { try await ($0 as? any PetsHandlers)?.readOwn($1, $2, $3) }
  }

  public func readShared(_ input: ReadShared.Input, _ call: Call) async throws -> ReadShared.Output {
    try await placement.call(ReadShared.self, input, call) {
      try await ($0 as? any PetsHandlers)?.readShared($1, $2, $3)
    }
  }
}

// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public enum EnterRoom: ContractOperation {
  public struct Input: Sendable {
    public let room: String

    public init(room: String) {
      self.room = room
    }
  }

  public enum Output: Sendable {
    /// What a service in Swift answers.
    case noContent
    /// Why not.
    case other(status: Int)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(EnterRoom.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "enterRoom",
    method: "GET",
    path: [.literal("rooms"), .parameter("room")],
    responses: .init([101, 204], hasDefault: true))
}

public enum Knock: ContractOperation {
  public struct Input: Sendable {
    public let room: String

    public init(room: String) {
      self.room = room
    }
  }

  public enum Output: Sendable {
    /// Anything.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "knock",
    method: "POST",
    path: [.literal("rooms"), .parameter("room")],
    responses: .init([], hasDefault: true))
}

public enum EnterLobby: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// The contract does not describe the responses.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "enterLobby",
    method: "GET",
    path: [.literal("lobby")],
    responses: .init([101], hasDefault: true))
}

extension EnterRoom {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let room = request.path("room", String.self)
    request.closeQuery()
    guard let room else { return nil }
    return Input(room: room)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/rooms/\(PercentCoding.encode(input.room.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 204: return .noContent
    default: return .other(status: response.status)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status): status
    }
  }
}

extension EnterRoom {
  /// Why not.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension Knock {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let room = request.path("room", String.self)
    request.closeQuery()
    guard let room else { return nil }
    return Input(room: room)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "POST", path: "/rooms/\(PercentCoding.encode(input.room.parameter))")
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

extension Knock {
  /// Anything.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension EnterLobby {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/lobby")
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

extension EnterLobby {
  /// The contract does not describe the responses.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Chat.
public protocol PetsHandlers: Sendable {
  func enterRoom(_ input: EnterRoom.Input, _ call: Call) async throws -> EnterRoom.Output
  func knock(_ input: Knock.Input, _ call: Call) async throws -> Knock.Output
  func enterLobby(_ input: EnterLobby.Input, _ call: Call) async throws -> EnterLobby.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    EnterRoom.self,
    Knock.self,
    EnterLobby.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(EnterRoom.self, request, call) { try await handlers.enterRoom($0, $1) }
    case 1: return await Serving.respond(Knock.self, request, call) { try await handlers.knock($0, $1) }
    case 2: return await Serving.respond(EnterLobby.self, request, call) { try await handlers.enterLobby($0, $1) }
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

  public func enterRoom(_ input: EnterRoom.Input, _ call: Call) async throws -> EnterRoom.Output {
    try await placement.call(EnterRoom.self, input, call) { try await ($0 as? any PetsHandlers)?.enterRoom($1, $2) }
  }

  public func knock(_ input: Knock.Input, _ call: Call) async throws -> Knock.Output {
    try await placement.call(Knock.self, input, call) { try await ($0 as? any PetsHandlers)?.knock($1, $2) }
  }

  public func enterLobby(_ input: EnterLobby.Input, _ call: Call) async throws -> EnterLobby.Output {
    try await placement.call(EnterLobby.self, input, call) { try await ($0 as? any PetsHandlers)?.enterLobby($1, $2) }
  }
}

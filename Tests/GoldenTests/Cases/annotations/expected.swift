// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// What documents
///
/// Carried to readers, and nothing else.
public struct Annotated: JSONCodable, Equatable {
  /// A text.
  public let text: String?

  public init(text: String? = nil) {
    self.text = text
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Annotated? {
    guard try json.beginObject() else { return nil }
    var text: String?
    var keys = json.keys("text")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("text", &text)
      default: try json.skip()
      }
    }
    return Annotated(text: text)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("text", self.text)
    json.endObject()
  }
}

public enum GetUndescribed: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// The contract does not describe the responses.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "getUndescribed",
    method: "GET",
    path: [.literal("undescribed")],
    responses: .init([], hasDefault: true))
}

public enum PutUndescribed: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// The contract does not describe the responses.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putUndescribed",
    method: "PUT",
    path: [.literal("undescribed")],
    responses: .init([], hasDefault: true),
    policy: .init(isInternal: true, timeout: 2000))
}

public enum GetMoved: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Something.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "getMoved",
    method: "GET",
    path: [.literal("moved")],
    responses: .init([], hasDefault: true))
}

extension GetUndescribed {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/undescribed")
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

extension GetUndescribed {
  /// The contract does not describe the responses.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension PutUndescribed {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "PUT", path: "/undescribed")
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

extension PutUndescribed {
  /// The contract does not describe the responses.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension GetMoved {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/moved")
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

extension GetMoved {
  /// Something.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Annotations.
public protocol PetsHandlers: Sendable {
  func getUndescribed(_ input: GetUndescribed.Input, _ call: Call) async throws -> GetUndescribed.Output
  func putUndescribed(_ input: PutUndescribed.Input, _ call: Call) async throws -> PutUndescribed.Output
  func getMoved(_ input: GetMoved.Input, _ call: Call) async throws -> GetMoved.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    GetUndescribed.self,
    PutUndescribed.self,
    GetMoved.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0:
      return await Serving.respond(GetUndescribed.self, request, call) { try await handlers.getUndescribed($0, $1) }
    case 1:
      return await Serving.respond(PutUndescribed.self, request, call) { try await handlers.putUndescribed($0, $1) }
    case 2: return await Serving.respond(GetMoved.self, request, call) { try await handlers.getMoved($0, $1) }
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

  public func getUndescribed(_ input: GetUndescribed.Input, _ call: Call) async throws -> GetUndescribed.Output {
    try await placement.call(GetUndescribed.self, input, call) {
      try await ($0 as? any PetsHandlers)?.getUndescribed($1, $2)
    }
  }

  public func putUndescribed(_ input: PutUndescribed.Input, _ call: Call) async throws -> PutUndescribed.Output {
    try await placement.call(PutUndescribed.self, input, call) {
      try await ($0 as? any PetsHandlers)?.putUndescribed($1, $2)
    }
  }

  public func getMoved(_ input: GetMoved.Input, _ call: Call) async throws -> GetMoved.Output {
    try await placement.call(GetMoved.self, input, call) { try await ($0 as? any PetsHandlers)?.getMoved($1, $2) }
  }
}

// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Job: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Job? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else { return nil }
    return Job(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("name", self.name, min: 2)
  }
}

/// Codes and ranges
public enum ReadJob: ContractOperation {
  public struct Input: Sendable {
    public let status: Int

    public init(status: Int) {
      self.status = status
    }
  }

  public enum Output: Sendable {
    /// Whatever went well.
    case success(status: Int, Job, xTook: Int?)
    /// Later.
    case accepted
    /// The caller's fault.
    case clientError(status: Int, JSONObject<JSONValue>)
    /// The service's fault.
    case serverError(status: Int, JSONObject<JSONValue>)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readJob",
    method: "GET",
    path: [.literal("jobs"), .parameter("status")],
    responses: .init([202], ranges: [2, 4, 5], mediaTypes: ["application/json"]))
}

extension ReadJob {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let status = request.path("status", Int.self)
    request.closeQuery()
    guard let status else { return nil }
    return Input(status: status)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/jobs/\(PercentCoding.encode(input.status.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 202: return .accepted
    case 200..<300:
      return try .success(
        status: response.status, reader.body(Job.self, "application/json"), xTook: reader.header("x-took", Int.self))
    case 400..<500:
      return try .clientError(
        status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    case 500..<600:
      return try .serverError(
        status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    default: return nil
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .success(let status, let body, let xTook):
      if status / 100 != 2 { check.add("status", "is not one of 2XX") }
      body.validate(&check)
      check.range("X-Took", xTook, min: 0)
    case .clientError(let status, _): if status / 100 != 4 { check.add("status", "is not one of 4XX") }
    case .serverError(let status, _): if status / 100 != 5 { check.add("status", "is not one of 5XX") }
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .success(let status, let body, let xTook):
      var response = HTTPResponse(status: status, json: body, mediaType: "application/json")
      response.headers["x-took"] = xTook?.parameter
      return response
    case .accepted: return HTTPResponse(status: 202)
    case .clientError(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    case .serverError(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .success(let status, _, _): status
    case .accepted: 202
    case .clientError(let status, _): status
    case .serverError(let status, _): status
    }
  }
}

extension ReadJob {
  /// The caller's fault.
  public static func clientError(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }

  /// The service's fault.
  public static func serverError(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Responses.
public protocol PetsHandlers: Sendable {
  /// Codes and ranges
  func readJob(_ input: ReadJob.Input, _ call: Call) async throws -> ReadJob.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ReadJob.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ReadJob.self, request, call) { try await handlers.readJob($0, $1) }
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

  /// Codes and ranges
  public func readJob(_ input: ReadJob.Input, _ call: Call) async throws -> ReadJob.Output {
    try await placement.call(ReadJob.self, input, call) { try await ($0 as? any PetsHandlers)?.readJob($1, $2) }
  }
}

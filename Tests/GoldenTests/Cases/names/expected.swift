// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Thing: JSONCodable, Equatable {
  public let initValue: String?
  public let selfValue: String?
  public let empty: String?

  public init(initValue: String? = nil, selfValue: String? = nil, empty: String? = nil) {
    self.initValue = initValue
    self.selfValue = selfValue
    self.empty = empty
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Thing? {
    guard try json.beginObject() else { return nil }
    var initValue: String?
    var selfValue: String?
    var empty: String?
    var keys = json.keys("init,self,")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("init", &initValue)
      case 1: try json.field("self", &selfValue)
      case 2: try json.field("", &empty)
      default: try json.skip()
      }
    }
    return Thing(initValue: initValue, selfValue: selfValue, empty: empty)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("init", self.initValue)
    json.field("self", self.selfValue)
    json.field("", self.empty)
    json.endObject()
  }
}

public enum Values: StringEnum {
  case empty
  case _1
  case _1_2
  case _3f

  public var rawValue: String {
    switch self {
    case .empty: ""
    case ._1: "+1"
    case ._1_2: "-1"
    case ._3f: "?"
    }
  }
}

public enum CallValue: ContractOperation {
  public struct Input: Sendable {
    public let body: Thing
    public let bodyInQuery: String?

    public init(body: Thing, bodyInQuery: String? = nil) {
      self.body = body
      self.bodyInQuery = bodyInQuery
    }
  }

  public enum Output: Sendable {
    /// ok
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "call",
    method: "POST",
    path: [.literal("a")],
    body: .init(),
    responses: .init([], hasDefault: true))
}

public enum Twins: ContractOperation {
  public struct Input: Sendable {
    public let id: String
    public let idInQuery: Int?
    public let idInQueryInQuery: String?
    public let otherTags: [String]?
    public let headerOtherTags: String?
    public let idInHeader: [String]?

    public init(
      id: String,
      idInQuery: Int? = nil,
      idInQueryInQuery: String? = nil,
      otherTags: [String]? = nil,
      headerOtherTags: String? = nil,
      idInHeader: [String]? = nil
    ) {
      self.id = id
      self.idInQuery = idInQuery
      self.idInQueryInQuery = idInQueryInQuery
      self.otherTags = otherTags
      self.headerOtherTags = headerOtherTags
      self.idInHeader = idInHeader
    }
  }

  public enum Output: Sendable {
    /// ok
    case other(status: Int, tags: [String]?, statusHeader: String?, bodyHeader: Int?)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "twins",
    method: "GET",
    path: [.parameter("id")],
    fields: ["id"],
    responses: .init([], hasDefault: true))
}

extension CallValue {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let bodyInQuery = request.query("body", String.self)
    request.closeQuery("body")
    let body = try request.body(Thing.self)
    guard let body else { return nil }
    return Input(body: body, bodyInQuery: bodyInQuery)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/a")
    request.addQuery("body", input.bodyInQuery)
    request.set(json: input.body, as: "application/json")
    return request
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

extension CallValue {
  /// ok
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension Twins {
  private static let styledOtherTags = StyledParameter(
    "other_tags", in: .query, style: .form, explode: true, .array([.string]))
  private static let styledIdInHeader = StyledParameter(
    "id", in: .header, style: .simple, explode: false, .array([.string]))
  private static let headerOtherTags = StyledParameter(
    "Tags", in: .header, style: .simple, explode: false, .array([.string]))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", String.self)
    let idInQuery = request.query("id", Int.self)
    let idInQueryInQuery = request.query("idInQuery", String.self)
    let otherTags = request.read(styledOtherTags, [String].self)
    let _headerOtherTags = request.query("headerOtherTags", String.self)
    let idInHeader = request.read(styledIdInHeader, [String].self)
    request.closeQuery("id", "idInQuery", "headerOtherTags", besides: [styledOtherTags])
    guard let id else { return nil }
    return Input(
      id: id,
      idInQuery: idInQuery,
      idInQueryInQuery: idInQueryInQuery,
      otherTags: otherTags,
      headerOtherTags: _headerOtherTags,
      idInHeader: idInHeader)
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/\(PercentCoding.encode(input.id.parameter))")
    request.addQuery("id", input.idInQuery)
    request.addQuery("idInQuery", input.idInQueryInQuery)
    try request.add(styledOtherTags, input.otherTags)
    request.addQuery("headerOtherTags", input.headerOtherTags)
    try request.add(styledIdInHeader, input.idInHeader)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    default:
      return try .other(
        status: response.status,
        tags: reader.read(headerOtherTags, [String].self),
        statusHeader: reader.header("status", String.self),
        bodyHeader: reader.header("body", Int.self))
    }
  }

  public static func encode(_ output: Output) throws -> HTTPResponse {
    switch output {
    case .other(let status, let tags, let statusHeader, let bodyHeader):
      var response = HTTPResponse(status: status)
      try response.add(headerOtherTags, tags)
      response.headers["status"] = statusHeader?.parameter
      response.headers["body"] = bodyHeader?.parameter
      return response
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .other(let status, _, _, _): status
    }
  }
}

extension Twins {
  /// ok
  public static func problem(
    status: Int, tags: [String]? = nil, statusHeader: String? = nil, bodyHeader: Int? = nil
  ) -> OperationFailure {
    OperationFailure(
      self, status, .other(status: status, tags: tags, statusHeader: statusHeader, bodyHeader: bodyHeader))
  }
}

/// T.
public protocol PetsHandlers: Sendable {
  func call(_ input: CallValue.Input, _ call: Call) async throws -> CallValue.Output
  func twins(_ input: Twins.Input, _ call: Call) async throws -> Twins.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    CallValue.self,
    Twins.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(CallValue.self, request, call) { try await handlers.call($0, $1) }
    case 1: return await Serving.respond(Twins.self, request, call) { try await handlers.twins($0, $1) }
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

  public func call(_ input: CallValue.Input, _ call: Call) async throws -> CallValue.Output {
    try await placement.call(CallValue.self, input, call) { try await ($0 as? any PetsHandlers)?.call($1, $2) }
  }

  public func twins(_ input: Twins.Input, _ call: Call) async throws -> Twins.Output {
    try await placement.call(Twins.self, input, call) { try await ($0 as? any PetsHandlers)?.twins($1, $2) }
  }
}

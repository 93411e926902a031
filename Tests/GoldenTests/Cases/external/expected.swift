// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// A file that is a schema.
public struct Pet: JSONCodable, Equatable {
  public let id: Int
  /// A file that is a schema.
  public var friend: Pet? { _friend.value }
  let _friend: Indirect<Pet?>

  public init(id: Int, friend: Pet? = nil) {
    self.id = id
    self._friend = Indirect(friend)
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var friend: Pet?
    var keys = json.keys("id,friend")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("friend", &friend)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    guard let id else {
      Self.validate(&json.violations, id, friend)
      return nil
    }
    return Pet(id: id, friend: friend)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("friend", self._friend.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id, self._friend.value)
  }

  private static func validate(_ check: inout Violations, _ id: Int?, _ friend: Pet?) {
    check.range("id", id, min: 1)
    check.value("friend", friend)
  }
}

public struct Problem: JSONCodable, Equatable {
  public let status: Int

  public init(status: Int) {
    self.status = status
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Problem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var status: Int?
    var keys = json.keys("status")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("status", &status)
      default: try json.skip()
      }
    }
    json.require(status, "status", since: mark)
    guard let status else { return nil }
    return Problem(status: status)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("status", self.status)
    json.endObject()
  }
}

public enum ListPets: ContractOperation {
  public struct Input: Sendable {
    public let limit: Int

    public init(limit: Int = 20) {
      self.limit = limit
    }
  }

  public enum Output: Sendable {
    /// Pets.
    case ok([Pet])
    /// It did not work.
    case other(status: Int, Problem)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> [Pet] {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ListPets.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listPets",
    method: "GET",
    path: [.literal("pets")],
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum GetPet: ContractOperation {
  public struct Input: Sendable {
    public let id: Int

    public init(id: Int) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// A pet.
    case ok(Pet)
    /// It did not work.
    case other(status: Int, Problem)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Pet {
      guard case .ok(let body) = self else { throw ClientError.unexpected(GetPet.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "getPet",
    method: "GET",
    path: [.literal("pets"), .parameter("id")],
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

extension ListPets {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let limit = request.query("limit", Int.self)
    request.closeQuery("limit")
    return Input(limit: limit ?? 20)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    let mark = check.count
    check.range("limit", input.limit, max: 100)
    check.locate(since: mark, in: .query, "limit")
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/pets")
    request.addQuery("limit", input.limit)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body([Pet].self, "application/json"))
    default: return try .other(status: response.status, reader.body(Problem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body): check.value("", body)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status, _): status
    }
  }
}

extension ListPets: DeclaresProblem {
  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension GetPet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    let mark = check.count
    check.range("id", input.id, min: 1)
    check.locate(since: mark, in: .path, "id")
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/pets/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Pet.self, "application/json"))
    default: return try .other(status: response.status, reader.body(Problem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status, _): status
    }
  }
}

extension GetPet: DeclaresProblem {
  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// External.
public protocol PetsHandlers: Sendable {
  func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output
  func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListPets.self,
    GetPet.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ListPets.self, request, call) { try await handlers.listPets($0, $1) }
    case 1: return await Serving.respond(GetPet.self, request, call) { try await handlers.getPet($0, $1) }
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

  public func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output {
    try await placement.call(ListPets.self, input, call) { try await ($0 as? any PetsHandlers)?.listPets($1, $2) }
  }

  public func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output {
    try await placement.call(GetPet.self, input, call) { try await ($0 as? any PetsHandlers)?.getPet($1, $2) }
  }
}

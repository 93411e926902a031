// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Pet: JSONCodable, Equatable {
  public let id: String
  public let owner: Owner

  public init(id: String, owner: Owner) {
    self.id = id
    self.owner = owner
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: String?
    var owner: Owner?
    var keys = json.keys("id,owner")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("owner", &owner)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(owner, "owner", since: mark)
    guard let id, let owner else {
      Self.validate(&json.violations, id, owner)
      return nil
    }
    return Pet(id: id, owner: owner)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("owner", self.owner)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id, self.owner)
  }

  private static func validate(_ check: inout Violations, _ id: String?, _ owner: Owner?) {
    check.length("id", id, max: 20)
    check.value("owner", owner)
  }
}

public struct Owner: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Owner? {
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
    return Owner(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

public struct Extra: JSONCodable, Equatable {
  public let note: String?

  public init(note: String? = nil) {
    self.note = note
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Extra? {
    guard try json.beginObject() else { return nil }
    var note: String?
    var keys = json.keys("note")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("note", &note)
      default: try json.skip()
      }
    }
    return Extra(note: note)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("note", self.note)
    json.endObject()
  }
}

/// The security schemes of the contract.
public enum PetsSecurity {
  public static let session = ServiceCore.SecurityScheme(name: "session", kind: .apiKey(in: .cookie, name: "session"))
}

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum SessionPrincipal: ServiceCore.ContractPrincipal {
  case session(ServiceCore.VerifiedIdentity)

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 1): self = .session(proof.identities[0])
    default: return nil
    }
  }

  /// Who calls, by whichever scheme.
  public var identity: ServiceCore.VerifiedIdentity {
    switch self {
    case .session(let identity): identity
    }
  }
}

public enum GetPet: ContractOperation {
  public struct Input: Sendable {
    public let id: String

    public init(id: String) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// A pet.
    case ok(Pet)
    /// A problem.
    case other(status: Int)

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
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(security: [.init(schemes: [(PetsSecurity.session, [])])]))

  /// The links of the responses: each makes the input of a further call.
  public enum Links {
    public static func again(_ input: GetPet.Input, _ output: GetPet.Output) throws -> GetPet.Input {
      let exchange = try ServiceCore.LinkedExchange(GetPet.self, input, output)
      return GetPet.Input(id: try exchange.required("$request.path.id", String.self))
    }
  }
}

extension GetPet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", String.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    let mark = check.count
    check.length("id", input.id, max: 20)
    check.locate(since: mark, in: .path, "id")
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/pets/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Pet.self, "application/json"))
    default: return .other(status: response.status)
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .ok(let body) = output {
      body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status): status
    }
  }
}

extension GetPet {
  /// A problem.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Selection.
public protocol PetsHandlers: Sendable {
  func getPet(_ input: GetPet.Input, _ principal: SessionPrincipal, _ call: Call) async throws -> GetPet.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
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
    case 0: return await Serving.respond(GetPet.self, request, call) { try await handlers.getPet($0, $1, $2) }
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

  public func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output {
    try await placement.call(GetPet.self, input, call) { try await ($0 as? any PetsHandlers)?.getPet($1, $2, $3) }
  }
}

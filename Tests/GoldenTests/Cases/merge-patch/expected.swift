// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct User: JSONCodable, Equatable {
  public let id: Int
  public let name: String
  public let email: String?
  public let tags: [String]?
  public let address: Address?

  public init(id: Int, name: String, email: String? = nil, tags: [String]? = nil, address: Address? = nil) {
    self.id = id
    self.name = name
    self.email = email
    self.tags = tags
    self.address = address
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> User? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var name: String?
    var email: String?
    var tags: [String]?
    var address: Address?
    var keys = json.keys("id,name,email,tags,address")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("name", &name)
      case 2: try json.field("email", &email)
      case 3: try json.items("tags", &tags, max: 2)
      case 4: try json.field("address", &address)
      default:
        try json.unknownField(json.unknownKey, known: "id, name, email, tags, address", rule: "additionalProperties")
      }
    }
    json.require(id, "id", since: mark)
    json.require(name, "name", since: mark)
    guard let id, let name else {
      Self.validate(&json.violations, name, email, tags, address)
      return nil
    }
    return User(id: id, name: name, email: email, tags: tags, address: address)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("name", self.name)
    json.field("email", self.email)
    json.field("tags", self.tags)
    json.field("address", self.address)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.email, self.tags, self.address)
  }

  private static func validate(
    _ check: inout Violations, _ name: String?, _ email: String?, _ tags: [String]?, _ address: Address?
  ) {
    check.length("name", name, min: 1)
    check.format("email", email, .email)
    check.count("tags", tags?.count, max: 2)
    check.value("address", address)
  }
}

public struct Address: JSONCodable, Equatable {
  public let city: String
  public let street: String?

  public init(city: String, street: String? = nil) {
    self.city = city
    self.street = street
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Address? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var city: String?
    var street: String?
    var keys = json.keys("city,street")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("city", &city)
      case 1: try json.field("street", &street)
      default: try json.skip()
      }
    }
    json.require(city, "city", since: mark)
    guard let city else { return nil }
    return Address(city: city, street: street)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("city", self.city)
    json.field("street", self.street)
    json.endObject()
  }
}

public struct UserPatch: MergePatch, Equatable {
  public typealias Patched = UserInput

  public let name: Nullable<String>
  public let email: Nullable<String>
  public let tags: Nullable<[String]>
  public let address: Nullable<AddressPatch>

  public init(
    name: Nullable<String> = .absent,
    email: Nullable<String> = .absent,
    tags: Nullable<[String]> = .absent,
    address: Nullable<AddressPatch> = .absent
  ) {
    self.name = name
    self.email = email
    self.tags = tags
    self.address = address
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UserPatch? {
    guard try json.beginObject() else { return nil }
    var name: String??
    var email: String??
    var tags: [String]??
    var address: AddressPatch??
    var keys = json.keys("name,email,tags,address,id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("email", &email)
      case 2: try json.items("tags", &tags, max: 2)
      case 3: try json.field("address", &address)
      case 4...: try json.skip()
      default: try json.unknownField(json.unknownKey, known: "name, email, tags, address", rule: "additionalProperties")
      }
    }
    return UserPatch(
      name: Nullable(read: name),
      email: Nullable(read: email),
      tags: Nullable(read: tags),
      address: Nullable(read: address))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("name", self.name)
    json.nullable("email", self.email)
    json.nullable("tags", self.tags)
    json.nullable("address", self.address)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.kept("name", self.name)
    check.length("name", self.name.value, min: 1)
    check.format("email", self.email.value, .email)
    check.count("tags", self.tags.value?.count, max: 2)
    check.value("address", self.address.value)
  }
}

public struct AddressPatch: MergePatch, Equatable {
  public typealias Patched = Address

  public let city: Nullable<String>
  public let street: Nullable<String>

  public init(city: Nullable<String> = .absent, street: Nullable<String> = .absent) {
    self.city = city
    self.street = street
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AddressPatch? {
    guard try json.beginObject() else { return nil }
    var city: String??
    var street: String??
    var keys = json.keys("city,street")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("city", &city)
      case 1: try json.field("street", &street)
      default: try json.skip()
      }
    }
    return AddressPatch(city: Nullable(read: city), street: Nullable(read: street))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("city", self.city)
    json.nullable("street", self.street)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.kept("city", self.city)
  }
}

public struct UserInput: JSONCodable, Equatable {
  public let name: String
  public let email: String?
  public let tags: [String]?
  public let address: Address?

  public init(name: String, email: String? = nil, tags: [String]? = nil, address: Address? = nil) {
    self.name = name
    self.email = email
    self.tags = tags
    self.address = address
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UserInput? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var email: String?
    var tags: [String]?
    var address: Address?
    var keys = json.keys("name,email,tags,address,id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("email", &email)
      case 2: try json.items("tags", &tags, max: 2)
      case 3: try json.field("address", &address)
      case 4...: try json.skip()
      default: try json.unknownField(json.unknownKey, known: "name, email, tags, address", rule: "additionalProperties")
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, name, email, tags, address)
      return nil
    }
    return UserInput(name: name, email: email, tags: tags, address: address)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("email", self.email)
    json.field("tags", self.tags)
    json.field("address", self.address)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.email, self.tags, self.address)
  }

  private static func validate(
    _ check: inout Violations, _ name: String?, _ email: String?, _ tags: [String]?, _ address: Address?
  ) {
    check.length("name", name, min: 1)
    check.format("email", email, .email)
    check.count("tags", tags?.count, max: 2)
    check.value("address", address)
  }
}

public enum ChangeUser: ContractOperation {
  public struct Input: Sendable {
    public let id: Int
    public let body: UserPatch

    public init(id: Int, body: UserPatch) {
      self.id = id
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Changed.
    case ok(User)
    /// It did not work.
    case other(status: Int)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> User {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ChangeUser.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "changeUser",
    method: "PATCH",
    path: [.literal("users"), .parameter("id")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

extension ChangeUser {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    request.closeQuery()
    let body = try request.body(UserPatch.self, as: "application/merge-patch+json")
    guard let id, let body else {
      Self.validate(&request.violations, body)
      return nil
    }
    return Input(id: id, body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body)
  }

  private static func validate(_ check: inout Violations, _ body: UserPatch?) {
    if let body {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PATCH", path: "/users/\(PercentCoding.encode(input.id.parameter))")
    request.set(json: input.body, as: "application/merge-patch+json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(User.self, "application/json"))
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

extension ChangeUser {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Patches.
public protocol PetsHandlers: Sendable {
  func changeUser(_ input: ChangeUser.Input, _ call: Call) async throws -> ChangeUser.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ChangeUser.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ChangeUser.self, request, call) { try await handlers.changeUser($0, $1) }
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

  public func changeUser(_ input: ChangeUser.Input, _ call: Call) async throws -> ChangeUser.Output {
    try await placement.call(ChangeUser.self, input, call) { try await ($0 as? any PetsHandlers)?.changeUser($1, $2) }
  }
}

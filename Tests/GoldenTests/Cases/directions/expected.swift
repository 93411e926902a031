// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// The id comes from the service, the password never does.
public struct User: JSONCodable, Equatable {
  public let id: Int
  public let name: String

  public init(id: Int, name: String) {
    self.id = id
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> User? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var name: String?
    var keys = json.keys("id,name,password")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("name", &name)
      case 2...: try json.skip()
      default: try json.unknownField(json.unknownKey, known: "id, name", rule: "additionalProperties")
      }
    }
    json.require(id, "id", since: mark)
    json.require(name, "name", since: mark)
    guard let id, let name else {
      Self.validate(&json.violations, name)
      return nil
    }
    return User(id: id, name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("name", self.name)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name)
  }

  private static func validate(_ check: inout Violations, _ name: String?) {
    check.length("name", name, min: 1)
  }
}

/// What holds users differs as they do; what is held against its schema does too.
public struct Group: JSONCodable, Equatable {
  public let members: [User]
  public let plain: Plain?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(members: [User], plain: Plain? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.members = members
    self.plain = plain
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Group? {
    guard try json.satisfies(Schemas.program, 0) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var members: [User]?
    var plain: Plain?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("members,plain")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("members", &members, min: 1)
      case 1: try json.field("plain", &plain)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(members, "members", since: mark)
    guard let members else { return nil }
    return Group(members: members, plain: plain, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("members", self.members)
    json.field("plain", self.plain)
    json.members(self.additionalProperties, besides: "members", "plain")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
  }
}

public struct Plain: JSONCodable, Equatable {
  public let text: String?

  public init(text: String? = nil) {
    self.text = text
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Plain? {
    guard try json.beginObject() else { return nil }
    var text: String?
    var keys = json.keys("text")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("text", &text)
      default: try json.skip()
      }
    }
    return Plain(text: text)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("text", self.text)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("text", self.text, min: 1)
  }
}

/// The id comes from the service, the password never does.
public struct UserInput: JSONCodable, Equatable {
  public let name: String
  public let password: String

  public init(name: String, password: String) {
    self.name = name
    self.password = password
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UserInput? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var password: String?
    var keys = json.keys("name,password,id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("password", &password)
      case 2...: try json.skip()
      default: try json.unknownField(json.unknownKey, known: "name, password", rule: "additionalProperties")
      }
    }
    json.require(name, "name", since: mark)
    json.require(password, "password", since: mark)
    guard let name, let password else {
      Self.validate(&json.violations, name, password)
      return nil
    }
    return UserInput(name: name, password: password)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("password", self.password)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.password)
  }

  private static func validate(_ check: inout Violations, _ name: String?, _ password: String?) {
    check.length("name", name, min: 1)
    check.length("password", password, min: 8)
  }
}

/// What holds users differs as they do; what is held against its schema does too.
public struct GroupInput: JSONCodable, Equatable {
  public let members: [UserInput]
  public let plain: Plain?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(members: [UserInput], plain: Plain? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.members = members
    self.plain = plain
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> GroupInput? {
    guard try json.satisfies(Schemas.program, 12) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var members: [UserInput]?
    var plain: Plain?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("members,plain")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("members", &members, min: 1)
      case 1: try json.field("plain", &plain)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(members, "members", since: mark)
    guard let members else { return nil }
    return GroupInput(members: members, plain: plain, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("members", self.members)
    json.field("plain", self.plain)
    json.members(self.additionalProperties, besides: "members", "plain")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 12)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":64,"minProperties":1,"properties":{"members":4,"plain":1},"required":["members"]},{"$ref":2},{"type":64,\
      "properties":{"text":3}},{"type":16,"minLength":1},{"type":32,"items":5,"minItems":1},{"$ref":6},{"type":64,\
      "additionalProperties":10,"properties":{"id":9,"name":8,"password":11},"required":["id","name"]},{"type":16,\
      "minLength":8},{"type":16,"minLength":1},{"type":4},false,true,{"type":64,"minProperties":1,\
      "properties":{"members":16,"plain":13},"required":["members"]},{"$ref":14},{"type":64,"properties":{"text":15}},\
      {"type":16,"minLength":1},{"type":32,"items":17,"minItems":1},{"$ref":18},{"type":64,"additionalProperties":22,\
      "properties":{"id":11,"name":20,"password":19},"required":["name","password"]},{"type":16,"minLength":8},\
      {"type":16,"minLength":1},{"type":4},false]
      """)
}

public enum CreateUser: ContractOperation {
  public struct Input: Sendable {
    public let body: UserInput

    public init(body: UserInput) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Made.
    case created(User)
    /// It did not work.
    case other(status: Int)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> User {
      guard case .created(let body) = self else { throw ClientError.unexpected(CreateUser.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "createUser",
    method: "POST",
    path: [.literal("users")],
    body: .init(),
    responses: .init([201], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum PutGroup: ContractOperation {
  public struct Input: Sendable {
    public let body: GroupInput

    public init(body: GroupInput) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Put.
    case ok(Group)
    /// It did not work.
    case other(status: Int)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Group {
      guard case .ok(let body) = self else { throw ClientError.unexpected(PutGroup.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putGroup",
    method: "PUT",
    path: [.literal("groups")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum PostPlain: ContractOperation {
  public struct Input: Sendable {
    public let body: Plain?

    public init(body: Plain? = nil) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// It did not work.
    case other(status: Int)
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "postPlain",
    method: "POST",
    path: [.literal("plains")],
    body: .init(),
    responses: .init([], hasDefault: true))
}

extension CreateUser {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(UserInput.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/users")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201: return try .created(reader.body(User.self, "application/json"))
    default: return .other(status: response.status)
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .created(let body) = output {
      body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .created(let body): return HTTPResponse(status: 201, json: body, mediaType: "application/json")
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .created: 201
    case .other(let status): status
    }
  }
}

extension CreateUser {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension PutGroup {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(GroupInput.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PUT", path: "/groups")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Group.self, "application/json"))
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

extension PutGroup {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension PostPlain {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = request.request.body.isEmpty ? nil : try request.body(Plain.self)
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if let body = input.body {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/plains")
    if let body = input.body {
      request.set(json: body, as: "application/json")
    }
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

extension PostPlain {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Directions.
public protocol PetsHandlers: Sendable {
  func createUser(_ input: CreateUser.Input, _ call: Call) async throws -> CreateUser.Output
  func putGroup(_ input: PutGroup.Input, _ call: Call) async throws -> PutGroup.Output
  func postPlain(_ input: PostPlain.Input, _ call: Call) async throws -> PostPlain.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    CreateUser.self,
    PutGroup.self,
    PostPlain.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(CreateUser.self, request, call) { try await handlers.createUser($0, $1) }
    case 1: return await Serving.respond(PutGroup.self, request, call) { try await handlers.putGroup($0, $1) }
    case 2: return await Serving.respond(PostPlain.self, request, call) { try await handlers.postPlain($0, $1) }
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

  public func createUser(_ input: CreateUser.Input, _ call: Call) async throws -> CreateUser.Output {
    try await placement.call(CreateUser.self, input, call) { try await ($0 as? any PetsHandlers)?.createUser($1, $2) }
  }

  public func putGroup(_ input: PutGroup.Input, _ call: Call) async throws -> PutGroup.Output {
    try await placement.call(PutGroup.self, input, call) { try await ($0 as? any PetsHandlers)?.putGroup($1, $2) }
  }

  public func postPlain(_ input: PostPlain.Input, _ call: Call) async throws -> PostPlain.Output {
    try await placement.call(PostPlain.self, input, call) { try await ($0 as? any PetsHandlers)?.postPlain($1, $2) }
  }
}

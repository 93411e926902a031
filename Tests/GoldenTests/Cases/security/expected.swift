// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct BothBody: JSONCodable, Equatable {
  public let a: Int

  public init(a: Int) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> BothBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: Int?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return BothBody(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }
}

/// The security schemes of the contract.
public enum PetsSecurity {
  public static let session = ServiceCore.SecurityScheme(name: "session", kind: .apiKey(in: .cookie, name: "sid"))
  /// A key of the shop's.
  public static let headerKey = ServiceCore.SecurityScheme(name: "headerKey", kind: .apiKey(in: .header, name: "X-Key"))
  public static let queryKey = ServiceCore.SecurityScheme(name: "queryKey", kind: .apiKey(in: .query, name: "key"))
  public static let login = ServiceCore.SecurityScheme(name: "login", kind: .http(scheme: "basic"))
  public static let token = ServiceCore.SecurityScheme(name: "token", kind: .http(scheme: "bearer"))
  public static let granted = ServiceCore.SecurityScheme(
    name: "granted",
    kind: .oauth2([
      ServiceCore.OAuthFlow(kind: .clientCredentials, tokenURL: "https://id.example/token", scopes: ["read", "write"]),
      ServiceCore.OAuthFlow(
        kind: .deviceAuthorization,
        deviceAuthorizationURL: "https://id.example/device",
        tokenURL: "https://id.example/token",
        scopes: ["write"]),
    ]))
  public static let issuer = ServiceCore.SecurityScheme(
    name: "issuer", kind: .openIDConnect(url: "https://id.example/.well-known/openid-configuration"))
  public static let machine = ServiceCore.SecurityScheme(name: "machine", kind: .mutualTLS)
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

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum VisitorPrincipal: ServiceCore.ContractPrincipal {
  case headerKey(ServiceCore.VerifiedIdentity)
  case queryKey(ServiceCore.VerifiedIdentity)
  case login(ServiceCore.VerifiedIdentity)
  case anonymous

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 1): self = .headerKey(proof.identities[0])
    case (1, 1): self = .queryKey(proof.identities[0])
    case (2, 1): self = .login(proof.identities[0])
    case (3, 0): self = .anonymous
    default: return nil
    }
  }
}

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum BothCaller: ServiceCore.ContractPrincipal {
  case tokenAndHeaderKey(token: ServiceCore.VerifiedIdentity, headerKey: ServiceCore.VerifiedIdentity)
  case granted(ServiceCore.VerifiedIdentity)

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 2): self = .tokenAndHeaderKey(token: proof.identities[0], headerKey: proof.identities[1])
    case (1, 1): self = .granted(proof.identities[0])
    default: return nil
    }
  }
}

/// The verified identity of a caller, by the security schemes that it satisfied.
public enum IssuerOrMachinePrincipal: ServiceCore.ContractPrincipal {
  case issuer(ServiceCore.VerifiedIdentity)
  case machine(ServiceCore.VerifiedIdentity)

  public init?(_ proof: ServiceCore.Proof) {
    switch (proof.alternative, proof.identities.count) {
    case (0, 1): self = .issuer(proof.identities[0])
    case (1, 1): self = .machine(proof.identities[0])
    default: return nil
    }
  }

  /// Who calls, by whichever scheme.
  public var identity: ServiceCore.VerifiedIdentity {
    switch self {
    case .issuer(let identity): identity
    case .machine(let identity): identity
    }
  }
}

/// As the document says
public enum Me: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Who calls.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Me.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "me",
    method: "GET",
    path: [.literal("me")],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]),
    policy: .init(security: [.init(schemes: [(PetsSecurity.session, [])])]))
}

/// For everybody
public enum Open: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Who calls.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Open.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "open",
    method: "GET",
    path: [.literal("open")],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

/// One of several ways, or none
public enum Either: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Who calls.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Either.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "either",
    method: "GET",
    path: [.literal("either")],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]),
    policy: .init(security: [
      .init(schemes: [(PetsSecurity.headerKey, [])]), .init(schemes: [(PetsSecurity.queryKey, [])]),
      .init(schemes: [(PetsSecurity.login, [])]), .init(schemes: []),
    ]))
}

/// Two proofs at once, or one with a scope
public enum Both: ContractOperation {
  public struct Input: Sendable {
    public let body: BothBody

    public init(body: BothBody) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Who calls.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Both.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "both",
    method: "POST",
    path: [.literal("both")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]),
    policy: .init(security: [
      .init(schemes: [(PetsSecurity.token, []), (PetsSecurity.headerKey, [])]),
      .init(schemes: [(PetsSecurity.granted, ["write"])]),
    ]))
}

/// By somebody else's word
public enum Issued: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Who calls.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Issued.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "issued",
    method: "GET",
    path: [.literal("issued")],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]),
    policy: .init(security: [
      .init(schemes: [(PetsSecurity.issuer, ["read"])]), .init(schemes: [(PetsSecurity.machine, [])]),
    ]))
}

extension Me {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/me")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
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

extension Me: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Open {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/open")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
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

extension Open: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Either {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/either")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
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

extension Either: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Both {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(BothBody.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/both")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
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

extension Both: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Issued {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/issued")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
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

extension Issued: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Security.
public protocol PetsHandlers: Sendable {
  /// As the document says
  func me(_ input: Me.Input, _ principal: SessionPrincipal, _ call: Call) async throws -> Me.Output
  /// For everybody
  func `open`(_ input: Open.Input, _ call: Call) async throws -> Open.Output
  /// One of several ways, or none
  func either(_ input: Either.Input, _ principal: VisitorPrincipal, _ call: Call) async throws -> Either.Output
  /// Two proofs at once, or one with a scope
  func both(_ input: Both.Input, _ principal: BothCaller, _ call: Call) async throws -> Both.Output
  /// By somebody else's word
  func issued(_ input: Issued.Input, _ principal: IssuerOrMachinePrincipal, _ call: Call) async throws -> Issued.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    Me.self,
    Open.self,
    Either.self,
    Both.self,
    Issued.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(Me.self, request, call) { try await handlers.me($0, $1, $2) }
    case 1: return await Serving.respond(Open.self, request, call) { try await handlers.`open`($0, $1) }
    case 2: return await Serving.respond(Either.self, request, call) { try await handlers.either($0, $1, $2) }
    case 3: return await Serving.respond(Both.self, request, call) { try await handlers.both($0, $1, $2) }
    case 4: return await Serving.respond(Issued.self, request, call) { try await handlers.issued($0, $1, $2) }
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

  /// As the document says
  public func me(_ input: Me.Input, _ call: Call) async throws -> Me.Output {
    try await placement.call(Me.self, input, call) { try await ($0 as? any PetsHandlers)?.me($1, $2, $3) }
  }

  /// For everybody
  public func `open`(_ input: Open.Input, _ call: Call) async throws -> Open.Output {
    try await placement.call(Open.self, input, call) { try await ($0 as? any PetsHandlers)?.`open`($1, $2) }
  }

  /// One of several ways, or none
  public func either(_ input: Either.Input, _ call: Call) async throws -> Either.Output {
    try await placement.call(Either.self, input, call) { try await ($0 as? any PetsHandlers)?.either($1, $2, $3) }
  }

  /// Two proofs at once, or one with a scope
  public func both(_ input: Both.Input, _ call: Call) async throws -> Both.Output {
    try await placement.call(Both.self, input, call) { try await ($0 as? any PetsHandlers)?.both($1, $2, $3) }
  }

  /// By somebody else's word
  public func issued(_ input: Issued.Input, _ call: Call) async throws -> Issued.Output {
    try await placement.call(Issued.self, input, call) { try await ($0 as? any PetsHandlers)?.issued($1, $2, $3) }
  }
}

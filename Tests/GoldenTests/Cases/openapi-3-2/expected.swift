// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct QueryCatsBody: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> QueryCatsBody? {
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
    return QueryCatsBody(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

public enum ReadDogFormat: StringEnum {
  case txt
  case json

  public var rawValue: String {
    switch self {
    case .txt: "txt"
    case .json: "json"
    }
  }
}

public struct WalkRest: JSONCodable, Equatable {
  public let slow: Bool

  public init(slow: Bool) {
    self.slow = slow
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> WalkRest? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var slow: Bool?
    var keys = json.keys("slow")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("slow", &slow)
      default: try json.skip()
      }
    }
    json.require(slow, "slow", since: mark)
    guard let slow else { return nil }
    return WalkRest(slow: slow)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("slow", self.slow)
    json.endObject()
  }
}

public struct ByNamePair: JSONCodable, Equatable {
  public let a: Int
  public let b: String?

  public init(a: Int, b: String? = nil) {
    self.a = a
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ByNamePair? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: Int?
    var b: String?
    var keys = json.keys("a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return ByNamePair(a: a, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.endObject()
  }
}

/// The servers that the contract names.
public enum PetsServers {
  public enum LiveRegion: String, Sendable {
    case eu
    case us
  }

  public static func live(region: LiveRegion = .eu, version: String = "v1") throws -> ServiceCore.ServerAddress {
    try ServiceCore.ServerAddress("https://\(region.rawValue).example/\(version)")
  }

  public static func local() throws -> ServiceCore.ServerAddress {
    try ServiceCore.ServerAddress("http://localhost:8080/v1")
  }
}

public enum ListCats: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    case noContent
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(ListCats.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listCats",
    method: "GET",
    path: [.literal("v1"), .literal("cats"), .literal("")],
    responses: .init([204], hasDefault: true))
}

/// A question that is too long for an address
public enum QueryCats: ContractOperation {
  public struct Input: Sendable {
    public let body: QueryCatsBody

    public init(body: QueryCatsBody) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The answer.
    case ok(QueryCatsBody)
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> QueryCatsBody {
      guard case .ok(let body) = self else { throw ClientError.unexpected(QueryCats.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "queryCats",
    method: "QUERY",
    path: [.literal("v1"), .literal("cats")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum CopyCats: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    case noContent
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(CopyCats.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "copyCats",
    method: "COPY",
    path: [.literal("v1"), .literal("cats")],
    responses: .init([204], hasDefault: true))
}

public enum ReadDog: ContractOperation {
  public struct Input: Sendable {
    public let name: String
    public let format: ReadDogFormat

    public init(name: String, format: ReadDogFormat) {
      self.name = name
      self.format = format
    }
  }

  public enum Output: Sendable {
    case ok(String)
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ReadDog.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readDog",
    method: "GET",
    path: [.literal("v1"), .literal("dogs"), .mixed([.parameter("name"), .literal("."), .parameter("format")])],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

public enum Walk: ContractOperation {
  public struct Input: Sendable {
    public let from: String
    public let to: Int
    public let rest: WalkRest?

    public init(from: String, to: Int, rest: WalkRest? = nil) {
      self.from = from
      self.to = to
      self.rest = rest
    }
  }

  public enum Output: Sendable {
    case noContent
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(Walk.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "walk",
    method: "GET",
    path: [.literal("v2"), .literal("walks"), .mixed([.parameter("from"), .literal("..."), .parameter("to")])],
    responses: .init([204], hasDefault: true))

  /// The servers that the contract names.
  public enum Servers {
    public static func main() throws -> ServiceCore.ServerAddress { try ServiceCore.ServerAddress("/v2") }
  }
}

public enum ByName: ContractOperation {
  public struct Input: Sendable {
    public let pair: ByNamePair

    public init(pair: ByNamePair) {
      self.pair = pair
    }
  }

  public enum Output: Sendable {
    case noContent
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(ByName.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "byName",
    method: "GET",
    path: [.literal("v1"), .literal("by name")],
    responses: .init([204], hasDefault: true))
}

public enum Root: ContractOperation {
  public struct Input: Sendable {
    public let page: Int?

    public init(page: Int? = nil) {
      self.page = page
    }
  }

  public enum Output: Sendable {
    case noContent
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(Root.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "root",
    method: "GET",
    path: [.literal("v1"), .literal("")],
    responses: .init([204], hasDefault: true))
}

extension ListCats {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/v1/cats/")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension ListCats: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension QueryCats {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(QueryCatsBody.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "QUERY", path: "/v1/cats")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(QueryCatsBody.self, "application/json"))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
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

extension QueryCats: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension CopyCats {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "COPY", path: "/v1/cats")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension CopyCats: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension ReadDog {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let name = request.path("name", String.self)
    let format = request.path("format", ReadDogFormat.self)
    request.closeQuery()
    guard let name, let format else { return nil }
    return Input(name: name, format: format)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(
      method: "GET",
      path: "/v1/dogs/\(PercentCoding.encode(input.name.parameter)).\(PercentCoding.encode(input.format.parameter))")
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

extension ReadDog: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Walk {
  private static let styledRest = StyledParameter("rest", in: .query, style: .form, explode: true, isWhole: true, .json)

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let from = request.path("from", String.self)
    let to = request.path("to", Int.self)
    let rest = request.read(styledRest, WalkRest.self)
    request.closeQuery(besides: [styledRest])
    guard let from, let to else {
      Self.validate(&request.violations, rest)
      return nil
    }
    return Input(from: from, to: to, rest: rest)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.rest)
  }

  private static func validate(_ check: inout Violations, _ rest: WalkRest?) {
    if let rest {
      let mark = check.count
      check.value("rest", rest)
      check.locate(since: mark, in: .query, "rest")
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(
      method: "GET",
      path: "/v2/walks/\(PercentCoding.encode(input.from.parameter))...\(PercentCoding.encode(input.to.parameter))")
    try request.add(styledRest, input.rest)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension Walk: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension ByName {
  private static let styledPair = StyledParameter(
    "pair",
    in: .query,
    style: .form,
    explode: true,
    isWhole: true,
    .object(["a": [.integer], "b": [.string]], others: nil))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let pair = request.read(styledPair, ByNamePair.self)
    request.closeQuery(besides: [styledPair])
    request.require(pair, styledPair)
    guard let pair else { return nil }
    return Input(pair: pair)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    let mark = check.count
    check.value("pair", input.pair)
    check.locate(since: mark, in: .query, "pair")
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/v1/by%20name")
    try request.add(styledPair, input.pair)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension ByName: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Root {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let page = request.query("page", Int.self, allowsEmpty: true)
    request.closeQuery("page")
    return Input(page: page)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/v1/")
    request.addQuery("page", input.page)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension Root: DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// What 3.2 adds.
public protocol PetsHandlers: PetsCatsHandlers, PetsDogsHandlers, PetsOtherHandlers {}

public protocol PetsCatsHandlers: Sendable {
  func listCats(_ input: ListCats.Input, _ call: Call) async throws -> ListCats.Output
  /// A question that is too long for an address
  func queryCats(_ input: QueryCats.Input, _ call: Call) async throws -> QueryCats.Output
  func copyCats(_ input: CopyCats.Input, _ call: Call) async throws -> CopyCats.Output
}

public protocol PetsDogsHandlers: Sendable {
  func readDog(_ input: ReadDog.Input, _ call: Call) async throws -> ReadDog.Output
  func byName(_ input: ByName.Input, _ call: Call) async throws -> ByName.Output
  func root(_ input: Root.Input, _ call: Call) async throws -> Root.Output
}

public protocol PetsOtherHandlers: Sendable {
  func walk(_ input: Walk.Input, _ call: Call) async throws -> Walk.Output
}

/// An implementation of the contract that is composed of one for each tag.
public struct PetsComposition: PetsHandlers, Sendable {
  let cats: any PetsCatsHandlers
  let dogs: any PetsDogsHandlers
  let other: any PetsOtherHandlers

  public init(cats: any PetsCatsHandlers, dogs: any PetsDogsHandlers, other: any PetsOtherHandlers) {
    self.cats = cats
    self.dogs = dogs
    self.other = other
  }
}

extension PetsComposition: PetsCatsHandlers {
  public func listCats(_ input: ListCats.Input, _ call: Call) async throws -> ListCats.Output {
    try await self.cats.listCats(input, call)
  }

  public func queryCats(_ input: QueryCats.Input, _ call: Call) async throws -> QueryCats.Output {
    try await self.cats.queryCats(input, call)
  }

  public func copyCats(_ input: CopyCats.Input, _ call: Call) async throws -> CopyCats.Output {
    try await self.cats.copyCats(input, call)
  }
}

extension PetsComposition: PetsDogsHandlers {
  public func readDog(_ input: ReadDog.Input, _ call: Call) async throws -> ReadDog.Output {
    try await self.dogs.readDog(input, call)
  }

  public func byName(_ input: ByName.Input, _ call: Call) async throws -> ByName.Output {
    try await self.dogs.byName(input, call)
  }

  public func root(_ input: Root.Input, _ call: Call) async throws -> Root.Output {
    try await self.dogs.root(input, call)
  }
}

extension PetsComposition: PetsOtherHandlers {
  public func walk(_ input: Walk.Input, _ call: Call) async throws -> Walk.Output {
    try await self.other.walk(input, call)
  }
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListCats.self,
    QueryCats.self,
    CopyCats.self,
    ReadDog.self,
    Walk.self,
    ByName.self,
    Root.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ListCats.self, request, call) { try await handlers.listCats($0, $1) }
    case 1: return await Serving.respond(QueryCats.self, request, call) { try await handlers.queryCats($0, $1) }
    case 2: return await Serving.respond(CopyCats.self, request, call) { try await handlers.copyCats($0, $1) }
    case 3: return await Serving.respond(ReadDog.self, request, call) { try await handlers.readDog($0, $1) }
    case 4: return await Serving.respond(Walk.self, request, call) { try await handlers.walk($0, $1) }
    case 5: return await Serving.respond(ByName.self, request, call) { try await handlers.byName($0, $1) }
    case 6: return await Serving.respond(Root.self, request, call) { try await handlers.root($0, $1) }
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
  public static let basePath = "/v1"
  public static var server: String? { try? PetsServers.live().origin }
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  public func listCats(_ input: ListCats.Input, _ call: Call) async throws -> ListCats.Output {
    try await placement.call(ListCats.self, input, call) { try await ($0 as? any PetsHandlers)?.listCats($1, $2) }
  }

  /// A question that is too long for an address
  public func queryCats(_ input: QueryCats.Input, _ call: Call) async throws -> QueryCats.Output {
    try await placement.call(QueryCats.self, input, call) { try await ($0 as? any PetsHandlers)?.queryCats($1, $2) }
  }

  public func copyCats(_ input: CopyCats.Input, _ call: Call) async throws -> CopyCats.Output {
    try await placement.call(CopyCats.self, input, call) { try await ($0 as? any PetsHandlers)?.copyCats($1, $2) }
  }

  public func readDog(_ input: ReadDog.Input, _ call: Call) async throws -> ReadDog.Output {
    try await placement.call(ReadDog.self, input, call) { try await ($0 as? any PetsHandlers)?.readDog($1, $2) }
  }

  public func walk(_ input: Walk.Input, _ call: Call) async throws -> Walk.Output {
    try await placement.call(Walk.self, input, call) { try await ($0 as? any PetsHandlers)?.walk($1, $2) }
  }

  public func byName(_ input: ByName.Input, _ call: Call) async throws -> ByName.Output {
    try await placement.call(ByName.self, input, call) { try await ($0 as? any PetsHandlers)?.byName($1, $2) }
  }

  public func root(_ input: Root.Input, _ call: Call) async throws -> Root.Output {
    try await placement.call(Root.self, input, call) { try await ($0 as? any PetsHandlers)?.root($1, $2) }
  }
}

// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Failure: JSONCodable, Equatable {
  public let status: Int
  public let detail: String?

  public init(status: Int, detail: String? = nil) {
    self.status = status
    self.detail = detail
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Failure? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var status: Int?
    var detail: String?
    var keys = json.keys("status,detail")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("status", &status)
      case 1: try json.field("detail", &detail)
      default: try json.skip()
      }
    }
    json.require(status, "status", since: mark)
    guard let status else { return nil }
    return Failure(status: status, detail: detail)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("status", self.status)
    json.field("detail", self.detail)
    json.endObject()
  }
}

/// What it is.
public enum Kind: StringEnum {
  case cat
  case dog
  case guineaPig

  public var rawValue: String {
    switch self {
    case .cat: "CAT"
    case .dog: "DOG"
    case .guineaPig: "guinea-pig"
    }
  }
}

/// A pet.
///
/// With a second paragraph.
public struct Pet: JSONCodable, Equatable {
  public let name: String
  /// What it is.
  public let kind: Kind
  public let bornOn: String?
  public let weight: Double?
  public let isHouseTrained: Bool
  /// A name that is a keyword.
  public let `default`: String?
  public let tags: [String]
  public let parents: [Pet]?
  public let owner: PetOwner?

  public init(
    name: String,
    kind: Kind,
    bornOn: String? = nil,
    weight: Double? = nil,
    isHouseTrained: Bool = false,
    default: String? = nil,
    tags: [String] = [],
    parents: [Pet]? = nil,
    owner: PetOwner? = nil
  ) {
    self.name = name
    self.kind = kind
    self.bornOn = bornOn
    self.weight = weight
    self.isHouseTrained = isHouseTrained
    self.default = `default`
    self.tags = tags
    self.parents = parents
    self.owner = owner
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var kind: Kind?
    var bornOn: String?
    var weight: Double?
    var isHouseTrained: Bool?
    var `default`: String?
    var tags: [String]?
    var parents: [Pet]?
    var owner: PetOwner?
    var keys = json.keys("name,kind,born_on,weight,is_house_trained,default,tags,parents,owner")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("kind", &kind)
      case 2: try json.field("born_on", &bornOn)
      case 3: try json.field("weight", &weight)
      case 4: try json.field("is_house_trained", &isHouseTrained)
      case 5: try json.field("default", &`default`)
      case 6:
        try json.items("tags", &tags, max: 3) { check, item in
          check.length("", item, min: 2)
        }
      case 7: try json.items("parents", &parents, max: 2)
      case 8: try json.field("owner", &owner)
      default:
        try json.unknownField(
          json.unknownKey,
          known: "name, kind, born_on, weight, is_house_trained, default, tags, parents, owner",
          rule: "additionalProperties")
      }
    }
    json.require(name, "name", since: mark)
    json.require(kind, "kind", since: mark)
    guard let name, let kind else {
      Self.validate(&json.violations, name, bornOn, weight, tags, parents, owner)
      return nil
    }
    return Pet(
      name: name,
      kind: kind,
      bornOn: bornOn,
      weight: weight,
      isHouseTrained: isHouseTrained ?? false,
      default: `default`,
      tags: tags ?? [],
      parents: parents,
      owner: owner)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("kind", self.kind)
    json.field("born_on", self.bornOn)
    json.field("weight", self.weight)
    json.field("is_house_trained", self.isHouseTrained)
    json.field("default", self.default)
    json.field("tags", self.tags)
    json.field("parents", self.parents)
    json.field("owner", self.owner)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.bornOn, self.weight, self.tags, self.parents, self.owner)
  }

  private static func validate(
    _ check: inout Violations,
    _ name: String?,
    _ bornOn: String?,
    _ weight: Double?,
    _ tags: [String]?,
    _ parents: [Pet]?,
    _ owner: PetOwner?
  ) {
    check.length("name", name, min: 1, max: 20)
    check.pattern("name", name, Patterns.p0, max: 20)
    check.format("born_on", bornOn, .date)
    check.range("weight", weight, min: 0.5, below: 100)
    check.count("tags", tags?.count, max: 3)
    check.unique("tags", tags)
    check.each("tags", tags) { check, item in
      check.length("", item, min: 2)
    }
    check.count("parents", parents?.count, max: 2)
    check.value("parents", parents)
    check.value("owner", owner)
  }
}

public struct PetOwner: JSONCodable, Equatable {
  public let email: String
  public let homeURL: String?

  public init(email: String, homeURL: String? = nil) {
    self.email = email
    self.homeURL = homeURL
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PetOwner? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var email: String?
    var homeURL: String?
    var keys = json.keys("email,home_url")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("email", &email)
      case 1: try json.field("home_url", &homeURL)
      default: try json.skip()
      }
    }
    json.require(email, "email", since: mark)
    guard let email else {
      Self.validate(&json.violations, email, homeURL)
      return nil
    }
    return PetOwner(email: email, homeURL: homeURL)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("email", self.email)
    json.field("home_url", self.homeURL)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.email, self.homeURL)
  }

  private static func validate(_ check: inout Violations, _ email: String?, _ homeURL: String?) {
    check.format("email", email, .email)
    check.format("home_url", homeURL, .uri)
  }
}

public struct Receipt: JSONCodable, Equatable {
  public let id: Uuid
  public let amount: ExactDecimal
  public let paidAt: Timestamp

  public init(id: Uuid, amount: ExactDecimal, paidAt: Timestamp) {
    self.id = id
    self.amount = amount
    self.paidAt = paidAt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Receipt? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Uuid?
    var amount: ExactDecimal?
    var paidAt: Timestamp?
    var keys = json.keys("id,amount,paid_at")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("amount", &amount)
      case 2: try json.field("paid_at", &paidAt)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(amount, "amount", since: mark)
    json.require(paidAt, "paid_at", since: mark)
    guard let id, let amount, let paidAt else {
      Self.validate(&json.violations, amount)
      return nil
    }
    return Receipt(id: id, amount: amount, paidAt: paidAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("amount", self.amount, scale: 2)
    json.field("paid_at", self.paidAt)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.amount)
  }

  private static func validate(_ check: inout Violations, _ amount: ExactDecimal?) {
    check.scale("amount", amount, max: 2)
  }
}

public struct PayForPetBody: JSONCodable, Equatable {
  public let amount: ExactDecimal
  public let `in`: String

  public init(amount: ExactDecimal, in: String = "EUR") {
    self.amount = amount
    self.in = `in`
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PayForPetBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var amount: ExactDecimal?
    var `in`: String?
    var keys = json.keys("amount,in")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("amount", &amount)
      case 1: try json.field("in", &`in`)
      default: try json.unknownField(json.unknownKey, known: "amount, in", rule: "unevaluatedProperties")
      }
    }
    json.require(amount, "amount", since: mark)
    guard let amount else {
      Self.validate(&json.violations, amount, `in`)
      return nil
    }
    return PayForPetBody(amount: amount, in: `in` ?? "EUR")
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("amount", self.amount, scale: 2)
    json.field("in", self.in)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.amount, self.in)
  }

  private static func validate(_ check: inout Violations, _ amount: ExactDecimal?, _ `in`: String?) {
    check.range("amount", amount, max: ExactDecimal(scaled: 9995, exponent: -2), above: ExactDecimal(0))
    check.multiple("amount", amount, of: ExactDecimal(scaled: 5, exponent: -2))
    check.length("in", `in`, min: 3, max: 3)
  }
}

enum Patterns {
  static let p0 = Pattern(checked: "^([A-Z]\\w*)?$")
}

/// The servers that the contract names.
public enum PetsServers {
  public static func main() throws -> ServiceCore.ServerAddress { try ServiceCore.ServerAddress("/v1") }
}

/// List pets
public enum ListPets: ContractOperation {
  public struct Input: Sendable {
    /// Only these.
    public let kind: Kind?
    public let minAge: Int
    public let since: Timestamp?
    public let pageSize: Int

    public init(kind: Kind? = nil, minAge: Int, since: Timestamp? = nil, pageSize: Int = 10) {
      self.kind = kind
      self.minAge = minAge
      self.since = since
      self.pageSize = pageSize
    }
  }

  public enum Output: Sendable {
    /// Pets.
    case ok([Pet], xTotal: Int?)
    /// It did not work.
    case other(status: Int, Failure)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> [Pet] {
      guard case .ok(let body, _) = self else { throw ClientError.unexpected(ListPets.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listPets",
    method: "GET",
    path: [.literal("v1"), .literal("pets")],
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(
      rateLimit: .init(name: "api", requests: 100, window: 900_000),
      cache: .init(maxAge: 30_000, stale: 60_000),
      attempts: 2,
      hedge: 50))
}

/// Deprecated by the contract.
public enum PutPet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid
    public let body: Pet

    public init(id: Uuid, body: Pet) {
      self.id = id
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The pet.
    case ok(Pet)
    /// It did not work.
    case notFound(Failure)
    /// It did not work.
    case other(status: Int, Failure)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Pet {
      guard case .ok(let body) = self else { throw ClientError.unexpected(PutPet.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putPet",
    method: "PUT",
    path: [.literal("v1"), .literal("pets"), .parameter("id")],
    body: .init(),
    responses: .init([200, 404], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(
      isDeprecated: true,
      deprecation: .init(since: 1_788_220_800, sunset: 1_806_451_200, link: "https://example.com/moving"),
      rateLimit: .init(name: "/pets/{id}", requests: 10, window: 1000, burst: 20, caller: .user),
      attempts: 3,
      breaksCircuit: true))
}

public enum DeletePet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid

    public init(id: Uuid) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// Gone.
    case noContent
    /// It did not work.
    case other(status: Int, Failure)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(DeletePet.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "deletePet",
    method: "DELETE",
    path: [.literal("v1"), .literal("pets"), .parameter("id")],
    responses: .init([204], hasDefault: true),
    policy: .init(isInternal: true, isUnsafe: true, attempts: 3, breaksCircuit: true))
}

public enum PayForPet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid
    public let body: PayForPetBody
    /// The key by which a request that is sent again is executed only once.
    public let idempotencyKey: String

    public init(id: Uuid, body: PayForPetBody, idempotencyKey: String) {
      self.id = id
      self.body = body
      self.idempotencyKey = idempotencyKey
    }
  }

  public enum Output: Sendable {
    /// Paid.
    case created(Receipt, location: String)
    /// It did not work.
    case other(status: Int, Failure)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Receipt {
      guard case .created(let body, _) = self else { throw ClientError.unexpected(PayForPet.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "payForPet",
    method: "POST",
    path: [.literal("v1"), .literal("pets"), .parameter("id"), .literal("payments")],
    body: .init(),
    responses: .init([201], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(timeout: 2000, idempotencyKey: .required))
}

extension ListPets {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let kind = request.query("kind", Kind.self)
    let minAge = request.query("min_age", Int.self)
    let since = request.query("since", Timestamp.self)
    let pageSize = request.query("page size", Int.self)
    request.closeQuery("kind", "min_age", "since", "page size")
    request.require(minAge, query: "min_age")
    guard let minAge else {
      Self.validate(&request.violations, minAge, pageSize)
      return nil
    }
    return Input(kind: kind, minAge: minAge, since: since, pageSize: pageSize ?? 10)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.minAge, input.pageSize)
  }

  private static func validate(_ check: inout Violations, _ minAge: Int?, _ pageSize: Int?) {
    if let minAge {
      let mark = check.count
      check.range("min_age", minAge, min: 0, max: 40)
      check.locate(since: mark, in: .query, "min_age")
    }
    if let pageSize {
      let mark = check.count
      check.format("page size", pageSize, .int32)
      check.multiple("page size", pageSize, of: 1)
      check.locate(since: mark, in: .query, "page size")
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/v1/pets")
    request.addQuery("kind", input.kind)
    request.addQuery("min_age", input.minAge)
    request.addQuery("since", input.since)
    request.addQuery("page size", input.pageSize)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body([Pet].self, "application/json"), xTotal: reader.header("x-total", Int.self))
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body, let xTotal):
      check.value("", body)
      check.range("X-Total", xTotal, max: 100)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body, let xTotal):
      var response = HTTPResponse(status: 200, json: body, mediaType: "application/json")
      response.headers["x-total"] = xTotal?.parameter
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

extension ListPets: DeclaresProblem {
  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension PutPet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    let body = try request.body(Pet.self)
    guard let id, let body else {
      Self.validate(&request.violations, body)
      return nil
    }
    return Input(id: id, body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body)
  }

  private static func validate(_ check: inout Violations, _ body: Pet?) {
    if let body {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PUT", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Pet.self, "application/json"))
    case 404: return try .notFound(reader.body(Failure.self, "application/problem+json"))
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body): body.validate(&check)
    case .notFound(let body): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .notFound(let body): return HTTPResponse(status: 404, json: body, mediaType: "application/problem+json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .notFound: 404
    case .other(let status, _): status
    }
  }
}

extension PutPet: DeclaresNotFound, DeclaresProblem {
  /// It did not work.
  public static func notFound(_ detail: String) -> OperationFailure { OperationFailure(self, 404, detail) }

  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension DeletePet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "DELETE", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .other(_, let body) = output {
      body.validate(&check)
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

extension DeletePet: DeclaresProblem {
  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension PayForPet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    let idempotencyKey = request.idempotencyKey()
    let body = try request.body(PayForPetBody.self)
    guard let id, let body, let idempotencyKey else {
      Self.validate(&request.violations, body)
      return nil
    }
    return Input(id: id, body: body, idempotencyKey: idempotencyKey)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body)
  }

  private static func validate(_ check: inout Violations, _ body: PayForPetBody?) {
    if let body {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))/payments")
    request.headers["idempotency-key"] = input.idempotencyKey
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201:
      return try .created(
        reader.body(Receipt.self, "application/json"), location: reader.requiredHeader("location", String.self))
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .created(let body, _): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .created(let body, let location):
      var response = HTTPResponse(status: 201, json: body, mediaType: "application/json")
      response.headers["location"] = location.parameter
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .created: 201
    case .other(let status, _): status
    }
  }
}

extension PayForPet: DeclaresProblem {
  /// It did not work.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Pets
/// public let injected = 1 //.
///
/// One of everything. */ " \(x)
public protocol PetsHandlers: Sendable {
  /// List pets
  func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output
  /// Deprecated by the contract.
  func putPet(_ input: PutPet.Input, _ call: Call) async throws -> PutPet.Output
  func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output
  func payForPet(_ input: PayForPet.Input, _ call: Call) async throws -> Committed<PayForPet.Output>
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "2.1.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListPets.self,
    PutPet.self,
    DeletePet.self,
    PayForPet.self,
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
    case 1: return await Serving.respond(PutPet.self, request, call) { try await handlers.putPet($0, $1) }
    case 2: return await Serving.respond(DeletePet.self, request, call) { try await handlers.deletePet($0, $1) }
    case 3: return await Serving.respond(PayForPet.self, request, call) { try await handlers.payForPet($0, $1).value }
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
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// List pets
  public func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output {
    try await placement.call(ListPets.self, input, call) { try await ($0 as? any PetsHandlers)?.listPets($1, $2) }
  }

  /// Deprecated by the contract.
  public func putPet(_ input: PutPet.Input, _ call: Call) async throws -> PutPet.Output {
    try await placement.call(PutPet.self, input, call) { try await ($0 as? any PetsHandlers)?.putPet($1, $2) }
  }

  public func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output {
    try await placement.call(DeletePet.self, input, call) { try await ($0 as? any PetsHandlers)?.deletePet($1, $2) }
  }

  public func payForPet(_ input: PayForPet.Input, _ call: Call) async throws -> PayForPet.Output {
    try await placement.call(PayForPet.self, input, call) {
      try await ($0 as? any PetsHandlers)?.payForPet($1, $2).value
    }
  }
}

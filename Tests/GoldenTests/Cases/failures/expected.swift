// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Pet: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
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
    return Pet(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("name", self.name, min: 1, max: 50)
  }
}

public struct Problem: JSONCodable, Equatable {
  public let type: String
  public let title: String
  public let status: Int
  public let detail: String?
  public let instance: String?
  public let requestID: String?
  public let errors: [ProblemError]?

  public init(
    type: String,
    title: String,
    status: Int,
    detail: String? = nil,
    instance: String? = nil,
    requestID: String? = nil,
    errors: [ProblemError]? = nil
  ) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
    self.instance = instance
    self.requestID = requestID
    self.errors = errors
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Problem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var type: String?
    var title: String?
    var status: Int?
    var detail: String?
    var instance: String?
    var requestID: String?
    var errors: [ProblemError]?
    var keys = json.keys("type,title,status,detail,instance,request_id,errors")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("type", &type)
      case 1: try json.field("title", &title)
      case 2: try json.field("status", &status)
      case 3: try json.field("detail", &detail)
      case 4: try json.field("instance", &instance)
      case 5: try json.field("request_id", &requestID)
      case 6: try json.field("errors", &errors)
      default: try json.skip()
      }
    }
    json.require(type, "type", since: mark)
    json.require(title, "title", since: mark)
    json.require(status, "status", since: mark)
    guard let type, let title, let status else {
      Self.validate(&json.violations, status, detail, instance, errors)
      return nil
    }
    return Problem(
      type: type,
      title: title,
      status: status,
      detail: detail,
      instance: instance,
      requestID: requestID,
      errors: errors)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("type", self.type)
    json.field("title", self.title)
    json.field("status", self.status)
    json.field("detail", self.detail)
    json.field("instance", self.instance)
    json.field("request_id", self.requestID)
    json.field("errors", self.errors)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.status, self.detail, self.instance, self.errors)
  }

  private static func validate(
    _ check: inout Violations, _ status: Int?, _ detail: String?, _ instance: String?, _ errors: [ProblemError]?
  ) {
    check.range("status", status, min: 400, max: 599)
    check.length("detail", detail, max: 100)
    check.format("instance", instance, .uriReference)
    check.value("errors", errors)
  }
}

public struct ProblemError: JSONCodable, Equatable {
  public let `in`: ProblemErrorIn
  public let pointer: String?
  public let rule: String

  public init(in: ProblemErrorIn, pointer: String? = nil, rule: String) {
    self.in = `in`
    self.pointer = pointer
    self.rule = rule
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ProblemError? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var `in`: ProblemErrorIn?
    var pointer: String?
    var rule: String?
    var keys = json.keys("in,pointer,rule")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("in", &`in`)
      case 1: try json.field("pointer", &pointer)
      case 2: try json.field("rule", &rule)
      default: try json.skip()
      }
    }
    json.require(`in`, "in", since: mark)
    json.require(rule, "rule", since: mark)
    guard let `in`, let rule else { return nil }
    return ProblemError(in: `in`, pointer: pointer, rule: rule)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("in", self.in)
    json.field("pointer", self.pointer)
    json.field("rule", self.rule)
    json.endObject()
  }
}

public enum ProblemErrorIn: StringEnum {
  case body
  case query

  public var rawValue: String {
    switch self {
    case .body: "body"
    case .query: "query"
    }
  }
}

public struct TeamProblem: JSONCodable, Equatable {
  public let type: TeamProblemType
  public let title: String
  public let status: Int
  public let detail: String
  public let instance: String?
  public let code: Int
  public let cause: String?
  public let `in`: String
  public let note: Nullable<String>
  public let amount: ExactDecimal?
  public let retryable: Bool

  public init(
    type: TeamProblemType,
    title: String,
    status: Int,
    detail: String,
    instance: String? = nil,
    code: Int,
    cause: String?,
    in: String,
    note: Nullable<String> = .absent,
    amount: ExactDecimal? = nil,
    retryable: Bool = false
  ) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
    self.instance = instance
    self.code = code
    self.cause = cause
    self.in = `in`
    self.note = note
    self.amount = amount
    self.retryable = retryable
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TeamProblem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var type: TeamProblemType?
    var title: String?
    var status: Int?
    var detail: String?
    var instance: String?
    var code: Int?
    var cause: String??
    var `in`: String?
    var note: String??
    var amount: ExactDecimal?
    var retryable: Bool?
    var keys = json.keys("type,title,status,detail,instance,code,cause,in,note,amount,retryable")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("type", &type)
      case 1: try json.field("title", &title)
      case 2: try json.field("status", &status)
      case 3: try json.field("detail", &detail)
      case 4: try json.field("instance", &instance)
      case 5: try json.field("code", &code)
      case 6: try json.field("cause", &cause)
      case 7: try json.field("in", &`in`)
      case 8: try json.field("note", &note)
      case 9: try json.field("amount", &amount)
      case 10: try json.field("retryable", &retryable)
      default:
        try json.unknownField(
          json.unknownKey,
          known: "type, title, status, detail, instance, code, cause, in, note, amount, retryable",
          rule: "unevaluatedProperties")
      }
    }
    json.require(type, "type", since: mark)
    json.require(title, "title", since: mark)
    json.require(status, "status", since: mark)
    json.require(detail, "detail", since: mark)
    json.require(code, "code", since: mark)
    json.require(cause, "cause", since: mark)
    json.require(`in`, "in", since: mark)
    guard let type, let title, let status, let detail, let code, let cause, let `in` else {
      Self.validate(&json.violations, code, amount)
      return nil
    }
    return TeamProblem(
      type: type,
      title: title,
      status: status,
      detail: detail,
      instance: instance,
      code: code,
      cause: cause,
      in: `in`,
      note: Nullable(read: note),
      amount: amount,
      retryable: retryable ?? false)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("type", self.type)
    json.field("title", self.title)
    json.field("status", self.status)
    json.field("detail", self.detail)
    json.field("instance", self.instance)
    json.field("code", self.code)
    json.nullable("cause", self.cause)
    json.field("in", self.in)
    json.nullable("note", self.note)
    json.field("amount", self.amount, scale: 2)
    json.field("retryable", self.retryable)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.code, self.amount)
  }

  private static func validate(_ check: inout Violations, _ code: Int?, _ amount: ExactDecimal?) {
    check.range("code", code, min: 1)
    check.multiple("amount", amount, of: ExactDecimal(scaled: 1, exponent: -2))
  }
}

public enum TeamProblemType: StringEnum {
  case httpsExampleComSoldOut
  case httpsExampleComOther

  public var rawValue: String {
    switch self {
    case .httpsExampleComSoldOut: "https://example.com/sold-out"
    case .httpsExampleComOther: "https://example.com/other"
    }
  }
}

public struct ClosedProblem: JSONCodable, Equatable {
  public let type: String?
  public let title: String
  public let status: Int
  public let detail: String
  public let hint: ClosedProblemHint?

  public init(type: String? = nil, title: String, status: Int, detail: String, hint: ClosedProblemHint? = nil) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
    self.hint = hint
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ClosedProblem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var type: String?
    var title: String?
    var status: Int?
    var detail: String?
    var hint: ClosedProblemHint?
    var keys = json.keys("type,title,status,detail,hint")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("type", &type)
      case 1: try json.field("title", &title)
      case 2: try json.field("status", &status)
      case 3: try json.field("detail", &detail)
      case 4: try json.field("hint", &hint)
      default:
        try json.unknownField(json.unknownKey, known: "type, title, status, detail, hint", rule: "additionalProperties")
      }
    }
    json.require(title, "title", since: mark)
    json.require(status, "status", since: mark)
    json.require(detail, "detail", since: mark)
    guard let title, let status, let detail else { return nil }
    return ClosedProblem(type: type, title: title, status: status, detail: detail, hint: hint)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("type", self.type)
    json.field("title", self.title)
    json.field("status", self.status)
    json.field("detail", self.detail)
    json.field("hint", self.hint)
    json.endObject()
  }
}

public enum ClosedProblemHint: StringEnum {
  case retry
  case stop

  public var rawValue: String {
    switch self {
    case .retry: "retry"
    case .stop: "stop"
    }
  }
}

public struct Job: JSONCodable, Equatable {
  public let title: String
  public let status: String

  public init(title: String, status: String) {
    self.title = title
    self.status = status
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Job? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var title: String?
    var status: String?
    var keys = json.keys("title,status")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("title", &title)
      case 1: try json.field("status", &status)
      default: try json.skip()
      }
    }
    json.require(title, "title", since: mark)
    json.require(status, "status", since: mark)
    guard let title, let status else { return nil }
    return Job(title: title, status: status)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("title", self.title)
    json.field("status", self.status)
    json.endObject()
  }
}

/// A name that the runtime has too.
public struct NotImplementedValue: JSONCodable, Equatable {
  public let problem: OperationFailureValue?

  public init(problem: OperationFailureValue? = nil) {
    self.problem = problem
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotImplementedValue? {
    guard try json.beginObject() else { return nil }
    var problem: OperationFailureValue?
    var keys = json.keys("problem")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("problem", &problem)
      default: try json.skip()
      }
    }
    return NotImplementedValue(problem: problem)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("problem", self.problem)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("problem", self.problem)
  }
}

public struct OperationFailureValue: JSONCodable, Equatable {
  public let status: Int?

  public init(status: Int? = nil) {
    self.status = status
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OperationFailureValue? {
    guard try json.beginObject() else { return nil }
    var status: Int?
    var keys = json.keys("status")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("status", &status)
      default: try json.skip()
      }
    }
    return OperationFailureValue(status: status)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("status", self.status)
    json.endObject()
  }
}

public enum PlaceOrderUnprocessableContentContent: Sendable {
  /// `application/problem+json`
  case problem(Problem)
  /// `text/plain`
  case text(String)
}

public enum GetPet: ContractOperation {
  public struct Input: Sendable {
    public let id: String

    public init(id: String) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// The pet.
    case ok(Pet)
    /// What is wrong.
    case badRequest(Problem)
    /// There is no such pet.
    ///
    /// It may have been there before.
    case notFound(Problem)
    /// Too many requests.
    case tooManyRequests(Problem, retryAfter: Int, errors: [String]?)
    /// What is wrong.
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
    responses: .init([200, 400, 404, 429], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum DeletePet: ContractOperation {
  public struct Input: Sendable {
    public let id: String

    public init(id: String) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// The pet is gone.
    case noContent
    /// What is wrong.
    case notFound(Problem)
    /// What is wrong.
    case conflict(Problem)
    /// It was gone before.
    case gone
    /// Any other mistake of the client.
    case clientError(status: Int, Problem, statusHeader: String?)
    /// What is wrong.
    case other(status: Int, Problem)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(DeletePet.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "deletePet",
    method: "DELETE",
    path: [.literal("pets"), .parameter("id")],
    responses: .init([204, 404, 409, 410], ranges: [4], hasDefault: true))
}

/// Failures whose bodies are no problem details.
public enum ListOrders: ContractOperation {
  public struct Input: Sendable {
    public let say: String

    public init(say: String = "nothing") {
      self.say = say
    }
  }

  public enum Output: Sendable {
    /// All orders.
    case ok(ItemStream<Pet>)
    /// Why the caller may not see them.
    case forbidden(String, xContact: String?)
    /// A status and a title make no problem.
    case conflict(Job)
    /// What broke.
    case serverError(status: Int, [String])
    /// Something else.
    case other(status: Int)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<Pet> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ListOrders.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listOrders",
    method: "GET",
    path: [.literal("orders")],
    responses: .init(
      [200, 403, 409], ranges: [5], hasDefault: true, mediaTypes: ["application/jsonl"], isStreamed: true))
}

/// Its team's problem details have more members than RFC 9457's, and are closed.
public enum PlaceOrder: ContractOperation {
  public struct Input: Sendable {
    public let body: Pet
    /// The key by which a request that is sent again is executed only once.
    public let idempotencyKey: String?

    public init(body: Pet, idempotencyKey: String? = nil) {
      self.body = body
      self.idempotencyKey = idempotencyKey
    }
  }

  public enum Output: Sendable {
    /// The order.
    case created(Pet)
    /// The request breaks the contract.
    case badRequest(ClosedProblem)
    /// The order cannot be placed.
    case conflict(TeamProblem)
    /// The order cannot be paid.
    case unprocessableContent(PlaceOrderUnprocessableContentContent)
    /// Any other failure.
    case other(status: Int, TeamProblem)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Pet {
      guard case .created(let body) = self else { throw ClientError.unexpected(PlaceOrder.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "placeOrder",
    method: "POST",
    path: [.literal("orders")],
    body: .init(),
    responses: .init([201, 400, 409, 422], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(idempotencyKey: .optional))
}

/// It declares no failure.
public enum ReadHealth: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// All is well.
    case noContent

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(ReadHealth.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract", id: "readHealth", method: "GET", path: [.literal("health")], responses: .init([204]))
}

public enum PetSold: ContractOperation {
  public struct Input: Sendable {
    public let body: Pet

    public init(body: Pet) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Noted.
    case noContent
    /// Nobody wants to know any more.
    case gone(Problem)
    /// What is wrong.
    case other(status: Int, Problem)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(PetSold.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "petSold",
    method: "POST",
    path: [.literal("petSold")],
    body: .init(),
    responses: .init([204, 410], hasDefault: true))
}

extension GetPet {
  private static let headerTooManyRequestsErrors = StyledParameter(
    "Errors", in: .header, style: .simple, explode: false, .array([.string]))

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
    case 400: return try .badRequest(reader.body(Problem.self, "application/problem+json"))
    case 404: return try .notFound(reader.body(Problem.self, "application/problem+json"))
    case 429:
      return try .tooManyRequests(
        reader.body(Problem.self, "application/problem+json"),
        retryAfter: reader.requiredHeader("retry-after", Int.self),
        errors: reader.read(headerTooManyRequestsErrors, [String].self))
    default: return try .other(status: response.status, reader.body(Problem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body): body.validate(&check)
    case .badRequest(let body): body.validate(&check)
    case .notFound(let body): body.validate(&check)
    case .tooManyRequests(let body, let retryAfter, _):
      body.validate(&check)
      check.range("Retry-After", retryAfter, min: 1)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) throws -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .badRequest(let body): return HTTPResponse(status: 400, json: body, mediaType: "application/problem+json")
    case .notFound(let body): return HTTPResponse(status: 404, json: body, mediaType: "application/problem+json")
    case .tooManyRequests(let body, let retryAfter, let errors):
      var response = HTTPResponse(status: 429, json: body, mediaType: "application/problem+json")
      response.headers["retry-after"] = retryAfter.parameter
      try response.add(headerTooManyRequestsErrors, errors)
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .badRequest: 400
    case .notFound: 404
    case .tooManyRequests: 429
    case .other(let status, _): status
    }
  }
}

extension GetPet: DeclaresBadRequest, DeclaresNotFound, DeclaresProblem {
  /// What is wrong.
  public static func badRequest(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 400, detail).adding("errors", errors)
  }

  /// There is no such pet.
  ///
  /// It may have been there before.
  public static func notFound(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 404, detail).adding("errors", errors)
  }

  /// Too many requests.
  public static func tooManyRequests(
    _ detail: String, errors: [ProblemError]? = nil, retryAfter: Int, errors2: [String]? = nil
  ) -> OperationFailure {
    OperationFailure(self, 429, detail)
      .adding("errors", errors)
      .adding(header: "retry-after", retryAfter)
      .adding(header: Self.headerTooManyRequestsErrors, errors2)
  }

  /// What is wrong.
  public static func problem(status: Int, _ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, status, detail).adding("errors", errors)
  }
}

extension DeletePet {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", String.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "DELETE", path: "/pets/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    case 404: return try .notFound(reader.body(Problem.self, "application/problem+json"))
    case 409: return try .conflict(reader.body(Problem.self, "application/problem+json"))
    case 410: return .gone
    case 400..<500:
      return try .clientError(
        status: response.status,
        reader.body(Problem.self, "application/problem+json"),
        statusHeader: reader.header("status", String.self))
    default: return try .other(status: response.status, reader.body(Problem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .notFound(let body): body.validate(&check)
    case .conflict(let body): body.validate(&check)
    case .clientError(let status, let body, _):
      if status / 100 != 4 { check.add("status", "is not one of 4XX") }
      body.validate(&check)
    case .other(_, let body): body.validate(&check)
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .notFound(let body): return HTTPResponse(status: 404, json: body, mediaType: "application/problem+json")
    case .conflict(let body): return HTTPResponse(status: 409, json: body, mediaType: "application/problem+json")
    case .gone: return HTTPResponse(status: 410)
    case .clientError(let status, let body, let statusHeader):
      var response = HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
      response.headers["status"] = statusHeader?.parameter
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .notFound: 404
    case .conflict: 409
    case .gone: 410
    case .clientError(let status, _, _): status
    case .other(let status, _): status
    }
  }
}

extension DeletePet: DeclaresNotFound, DeclaresConflict, DeclaresProblem {
  /// What is wrong.
  public static func notFound(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 404, detail).adding("errors", errors)
  }

  /// What is wrong.
  public static func conflict(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 409, detail).adding("errors", errors)
  }

  /// It was gone before.
  public static func gone() -> OperationFailure { OperationFailure(self, 410, .gone) }

  /// Any other mistake of the client.
  public static func clientError(
    status: Int, _ detail: String, errors: [ProblemError]? = nil, statusHeader: String? = nil
  ) -> OperationFailure {
    OperationFailure(self, status, detail).adding("errors", errors).adding(header: "status", statusHeader)
  }

  /// What is wrong.
  public static func problem(status: Int, _ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, status, detail).adding("errors", errors)
  }
}

extension ListOrders {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let say = request.query("say", String.self)
    request.closeQuery("say")
    return Input(say: say ?? "nothing")
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/orders")
    request.addQuery("say", input.say)
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("application/jsonl")
      let body = reader.items(.lines, Pet.self) { $0.validate(&$1) }
      return .ok(body)
    case 403:
      try reader.expect("text/plain")
      try await reader.collect()
      let body = try reader.text(String.self)
      return .forbidden(body, xContact: reader.header("x-contact", String.self))
    case 409:
      try reader.expect("application/json")
      try await reader.collect()
      let body = try reader.json(Job.self)
      return .conflict(body)
    case 500..<600:
      try reader.expect("application/json")
      try await reader.collect()
      let body = try reader.json([String].self)
      return .serverError(status: response.status, body)
    default: return .other(status: response.status)
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .forbidden(let body, _): check.length("", body, max: 20)
    case .conflict(let body): body.validate(&check)
    case .serverError(let status, _): if status / 100 != 5 { check.add("status", "is not one of 5XX") }
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(items: body, .lines, as: "application/jsonl") { $0.validate(&$1) }
      return response
    case .forbidden(let body, let xContact):
      var response = HTTPResponse(status: 403)
      response.set(text: body, as: "text/plain")
      response.headers["x-contact"] = xContact?.parameter
      return response
    case .conflict(let body): return HTTPResponse(status: 409, json: body, mediaType: "application/json")
    case .serverError(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/json")
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .forbidden: 403
    case .conflict: 409
    case .serverError(let status, _): status
    case .other(let status): status
    }
  }
}

extension ListOrders {
  /// Why the caller may not see them.
  public static func forbidden(_ body: String, xContact: String? = nil) -> OperationFailure {
    OperationFailure(self, 403, .forbidden(body, xContact: xContact))
  }

  /// A status and a title make no problem.
  public static func conflict(_ body: Job) -> OperationFailure { OperationFailure(self, 409, .conflict(body)) }

  /// What broke.
  public static func serverError(status: Int, _ body: [String]) -> OperationFailure {
    OperationFailure(self, status, .serverError(status: status, body))
  }

  /// Something else.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension PlaceOrder {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let idempotencyKey = request.idempotencyKey()
    let body = try request.body(Pet.self)
    guard let body else { return nil }
    return Input(body: body, idempotencyKey: idempotencyKey)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/orders")
    request.headers["idempotency-key"] = input.idempotencyKey
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201: return try .created(reader.body(Pet.self, "application/json"))
    case 400: return try .badRequest(reader.body(ClosedProblem.self, "application/json"))
    case 409: return try .conflict(reader.body(TeamProblem.self, "application/problem+json"))
    case 422:
      let body: PlaceOrderUnprocessableContentContent
      switch try reader.expect("application/problem+json", "text/plain") {
      case 0: body = try .problem(reader.json(Problem.self))
      default: body = try .text(reader.text(String.self))
      }
      return .unprocessableContent(body)
    default: return try .other(status: response.status, reader.body(TeamProblem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .created(let body): body.validate(&check)
    case .badRequest(let body): body.validate(&check)
    case .conflict(let body): body.validate(&check)
    case .unprocessableContent(let body):
      if case .problem(let body) = body {
        body.validate(&check)
      }
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .created(let body): return HTTPResponse(status: 201, json: body, mediaType: "application/json")
    case .badRequest(let body): return HTTPResponse(status: 400, json: body, mediaType: "application/json")
    case .conflict(let body): return HTTPResponse(status: 409, json: body, mediaType: "application/problem+json")
    case .unprocessableContent(let body):
      var response = HTTPResponse(status: 422)
      switch body {
      case .problem(let body): response.set(json: body, as: "application/problem+json")
      case .text(let body): response.set(text: body, as: "text/plain")
      }
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .created: 201
    case .badRequest: 400
    case .conflict: 409
    case .unprocessableContent: 422
    case .other(let status, _): status
    }
  }
}

extension PlaceOrder: DeclaresBadRequest, DeclaresUnprocessableContent {
  /// The request breaks the contract.
  public static func badRequest(_ detail: String, hint: ClosedProblemHint? = nil) -> OperationFailure {
    OperationFailure(self, 400, detail, as: "application/json", omitting: ["instance", "request_id"])
      .adding("hint", hint)
  }

  /// The request breaks the contract.
  public static func badRequest(_ detail: String) -> OperationFailure {
    OperationFailure(self, 400, detail, as: "application/json", omitting: ["instance", "request_id"])
  }

  /// The order cannot be placed.
  public static func conflict(
    _ detail: String,
    type: TeamProblemType,
    code: Int,
    cause: String?,
    in: String,
    note: String? = nil,
    amount: ExactDecimal? = nil,
    retryable: Bool? = nil
  ) -> OperationFailure {
    OperationFailure(self, 409, detail, omitting: ["request_id"])
      .adding("type", type)
      .adding("code", code)
      .adding("cause", .some(cause))
      .adding("in", `in`)
      .adding("note", note)
      .adding("amount", amount)
      .adding("retryable", retryable)
  }

  /// The order cannot be paid.
  public static func unprocessableContent(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 422, detail).adding("errors", errors)
  }

  /// Any other failure.
  public static func problem(
    status: Int,
    _ detail: String,
    type: TeamProblemType,
    code: Int,
    cause: String?,
    in: String,
    note: String? = nil,
    amount: ExactDecimal? = nil,
    retryable: Bool? = nil
  ) -> OperationFailure {
    OperationFailure(self, status, detail, omitting: ["request_id"])
      .adding("type", type)
      .adding("code", code)
      .adding("cause", .some(cause))
      .adding("in", `in`)
      .adding("note", note)
      .adding("amount", amount)
      .adding("retryable", retryable)
  }
}

extension ReadHealth {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/health")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 204: return .noContent
    default: return nil
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    }
  }
}

extension PetSold {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(Pet.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/petSold")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    case 410: return try .gone(reader.body(Problem.self, "application/problem+json"))
    default: return try .other(status: response.status, reader.body(Problem.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .gone(let body): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .gone(let body): return HTTPResponse(status: 410, json: body, mediaType: "application/problem+json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .gone: 410
    case .other(let status, _): status
    }
  }
}

extension PetSold: DeclaresGone, DeclaresProblem {
  /// Nobody wants to know any more.
  public static func gone(_ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, 410, detail).adding("errors", errors)
  }

  /// What is wrong.
  public static func problem(status: Int, _ detail: String, errors: [ProblemError]? = nil) -> OperationFailure {
    OperationFailure(self, status, detail).adding("errors", errors)
  }
}

/// Failures.
public protocol PetsHandlers: Sendable {
  func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output
  func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output
  /// Failures whose bodies are no problem details.
  func listOrders(_ input: ListOrders.Input, _ call: Call) async throws -> ListOrders.Output
  /// Its team's problem details have more members than RFC 9457's, and are closed.
  func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> Committed<PlaceOrder.Output>
  /// It declares no failure.
  func readHealth(_ input: ReadHealth.Input, _ call: Call) async throws -> ReadHealth.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    GetPet.self,
    DeletePet.self,
    ListOrders.self,
    PlaceOrder.self,
    ReadHealth.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(GetPet.self, request, call) { try await handlers.getPet($0, $1) }
    case 1: return await Serving.respond(DeletePet.self, request, call) { try await handlers.deletePet($0, $1) }
    case 2: return await Serving.respond(ListOrders.self, request, call) { try await handlers.listOrders($0, $1) }
    case 3: return await Serving.respond(PlaceOrder.self, request, call) { try await handlers.placeOrder($0, $1).value }
    case 4: return await Serving.respond(ReadHealth.self, request, call) { try await handlers.readHealth($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract

  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Handles the webhooks and callbacks of Failures.
public protocol PetsWebhookHandlers: Sendable {
  func petSold(_ input: PetSold.Input, _ call: Call) async throws -> PetSold.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsWebhookContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    PetSold.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsWebhookEndpoint<Handlers: PetsWebhookHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(PetSold.self, request, call) { try await handlers.petSold($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

/// Sends the webhooks and callbacks of the contract to the addresses of their receivers.
public struct PetsWebhooks: Sendable {
  private let sender: ServiceCore.WebhookSender

  public init(_ sender: ServiceCore.WebhookSender) { self.sender = sender }

  public func petSold(_ input: PetSold.Input, to address: String, _ call: Call) async throws -> PetSold.Output {
    try await sender.send(PetSold.self, input, to: address, call)
  }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  public func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output {
    try await placement.call(GetPet.self, input, call) { try await ($0 as? any PetsHandlers)?.getPet($1, $2) }
  }

  public func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output {
    try await placement.call(DeletePet.self, input, call) { try await ($0 as? any PetsHandlers)?.deletePet($1, $2) }
  }

  /// Failures whose bodies are no problem details.
  public func listOrders(_ input: ListOrders.Input, _ call: Call) async throws -> ListOrders.Output {
    try await placement.call(ListOrders.self, input, call) { try await ($0 as? any PetsHandlers)?.listOrders($1, $2) }
  }

  /// Its team's problem details have more members than RFC 9457's, and are closed.
  public func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output {
    try await placement.call(PlaceOrder.self, input, call) {
      try await ($0 as? any PetsHandlers)?.placeOrder($1, $2).value
    }
  }

  /// It declares no failure.
  public func readHealth(_ input: ReadHealth.Input, _ call: Call) async throws -> ReadHealth.Output {
    try await placement.call(ReadHealth.self, input, call) { try await ($0 as? any PetsHandlers)?.readHealth($1, $2) }
  }
}

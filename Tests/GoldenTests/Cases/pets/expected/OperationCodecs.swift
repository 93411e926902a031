// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

extension ListPets {
  public static func decode(_ request: inout RequestReader) throws(ProblemDetails) -> Input? {
    let kind = request.query("kind", Kind.self)
    let minAge = request.query("min_age", Int.self)
    let since = request.query("since", Timestamp.self)
    let pageSize = request.query("page size", Int.self)
    request.closeQuery("kind", "min_age", "since", "page size")
    request.require(minAge, query: "min_age")
    guard let minAge else { return nil }
    return Input(kind: kind, minAge: minAge, since: since, pageSize: pageSize ?? 10)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    do {
      let mark = check.count
      check.range("min_age", input.minAge, min: 0, max: 40)
      check.place(since: mark, in: .query, "min_age")
    }
    do {
      let mark = check.count
      check.range("page size", input.pageSize, min: -2147483648, max: 2147483647)
      check.multiple("page size", input.pageSize, of: 1)
      check.place(since: mark, in: .query, "page size")
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
      if let xTotal {
        check.range("X-Total", xTotal, max: 100)
      }
    case .other(_, let body):
      body.validate(&check)
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
}

extension PutPet {
  public static func decode(_ request: inout RequestReader) throws(ProblemDetails) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    let body = try request.body(Pet.self)
    guard let id, let body else { return nil }
    return Input(id: id, body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PUT", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))")
    request.headers["content-type"] = "application/json"
    request.body = input.body.json
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
    case .ok(let body):
      body.validate(&check)
    case .notFound(let body):
      body.validate(&check)
    case .other(_, let body):
      body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .notFound(let body):
      return HTTPResponse(status: 404, json: body, mediaType: "application/problem+json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }
}

extension DeletePet {
  public static func decode(_ request: inout RequestReader) throws(ProblemDetails) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    let request = HTTPRequest(method: "DELETE", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .other(_, let body):
      body.validate(&check)
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent:
      return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }
}

extension PayForPet {
  public static func decode(_ request: inout RequestReader) throws(ProblemDetails) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    let idempotencyKey = request.idempotencyKey()
    let body = try request.body(PayForPetBody.self)
    guard let id, let body, let idempotencyKey else { return nil }
    return Input(id: id, body: body, idempotencyKey: idempotencyKey)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/v1/pets/\(PercentCoding.encode(input.id.parameter))/payments")
    request.headers["idempotency-key"] = input.idempotencyKey
    request.headers["content-type"] = "application/json"
    request.body = input.body.json
    return request
  }

  public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201: return try .created(reader.body(Receipt.self, "application/json"), location: reader.requiredHeader("location", String.self))
    default: return try .other(status: response.status, reader.body(Failure.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .created(let body, _):
      body.validate(&check)
    case .other(_, let body):
      body.validate(&check)
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
}

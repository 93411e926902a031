import ServiceCore
import Synchronization
import Testing

@testable import PetsGolden

/// The golden output, compiled and called.
@Suite struct PetsTests {
  private func decode<Value: JSONCodable>(_ text: String, as type: Value.Type) throws -> (Value?, [Violation]) {
    var json = JSONReader(Array(text.utf8))
    let value = try Value.decode(&json)
    try json.finish()
    guard json.violations.isEmpty, let value else { return (nil, json.violations.list) }
    var violations = Violations()
    value.validate(&violations)
    return (value, violations.list)
  }

  @Test func `defaults fill in what is absent`() throws {
    let (pet, violations) = try decode(#"{"name": "Rex", "kind": "DOG"}"#, as: Pet.self)
    #expect(violations.isEmpty)
    #expect(pet == Pet(name: "Rex", kind: .dog))
    #expect(pet?.isHouseTrained == false && pet?.tags == [] && pet?.weight == nil)
  }

  @Test func `what is encoded decodes to the same value`() throws {
    let pet = Pet(
      name: "Rex", kind: .guineaPig, bornOn: "2024-02-29", weight: 2.5, isHouseTrained: true, default: "x\"\\\u{1}é",
      tags: ["ab"], parents: [Pet(name: "Max", kind: .cat)], owner: PetOwner(email: "a@example.com"))
    let (again, violations) = try decode(String(decoding: pet.json, as: UTF8.self), as: Pet.self)
    #expect(again == pet && violations.isEmpty)
  }

  @Test(arguments: [
    (#"{"kind": "DOG"}"#, "/name", "required"),
    (#"{"name": "Rex", "kind": "BIRD"}"#, "/kind", "enum"),
    (#"{"name": "Rex", "kind": null}"#, "/kind", "type"),
    (#"{"name": "Rex", "kind": "DOG", "nam": 1}"#, "/nam", "additionalProperties"),
    (#"{"name": "Rex", "kind": "DOG", "name": "Max"}"#, "/name", "uniqueKeys"),
    (#"{"name": "rex", "kind": "DOG"}"#, "/name", "pattern"),
    (#"{"name": "", "kind": "DOG"}"#, "/name", "minLength"),
    (#"{"name": "Aaaaaaaaaaaaaaaaaaaaaaaa", "kind": "DOG"}"#, "/name", "maxLength"),
    (#"{"name": "Rex", "kind": "DOG", "weight": 0.25}"#, "/weight", "minimum"),
    (#"{"name": "Rex", "kind": "DOG", "weight": 100}"#, "/weight", "exclusiveMaximum"),
    (#"{"name": "Rex", "kind": "DOG", "weight": 1e999}"#, "/weight", "type"),
    (#"{"name": "Rex", "kind": "DOG", "born_on": "2023-02-29"}"#, "/born_on", "format"),
    (#"{"name": "Rex", "kind": "DOG", "tags": ["a", "bb"]}"#, "/tags/0", "minLength"),
    (#"{"name": "Rex", "kind": "DOG", "tags": ["bb", "bb"]}"#, "/tags", "uniqueItems"),
    (#"{"name": "Rex", "kind": "DOG", "tags": ["bb", 1]}"#, "/tags/1", "type"),
    (#"{"name": "Rex", "kind": "DOG", "tags": ["aa", "bb", "cc", "dd"]}"#, "/tags", "maxItems"),
    (
      #"{"name": "Rex", "kind": "DOG", "parents": [{"name": "Max", "kind": "CAT"}, {"name": "x", "kind": "CAT"}]}"#,
      "/parents/1/name", "pattern"
    ),
    (#"{"name": "Rex", "kind": "DOG", "owner": {"email": "nobody"}}"#, "/owner/email", "format"),
    (#"{"name": "Rex", "kind": "DOG", "owner": []}"#, "/owner", "type"),
    ("[]", "", "type"),
  ])
  func `a violation has its pointer and its rule`(_ text: String, _ pointer: String, _ rule: String) throws {
    let violations = try decode(text, as: Pet.self).1
    #expect(violations.map(\.name) == [pointer])
    #expect(violations.map(\.rule) == [rule])
  }

  @Test func `all violations are told at once`() throws {
    let (_, violations) = try decode(#"{"kind": 1, "tags": {}, "x": 1}"#, as: Pet.self)
    #expect(Set(violations.map(\.name)) == ["/kind", "/tags", "/x", "/name"])
  }

  @Test func `money is exact and keeps its places`() throws {
    let (receipt, violations) = try decode(
      #"{"id": "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d", "amount": 0.1, "paid_at": "2026-01-31T13:00:00+01:00"}"#,
      as: Receipt.self)
    #expect(violations.isEmpty)
    #expect(
      receipt.map { String(decoding: $0.json, as: UTF8.self) }
        == #"{"id":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d","amount":0.10,"paid_at":"2026-01-31T12:00:00Z"}"#)
  }

  /// Handlers as a person would write them.
  struct Shelter: PetsHandlers {
    func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output {
      .ok([Pet(name: "Rex", kind: input.kind ?? .cat)], xTotal: input.pageSize)
    }
    func putPet(_ input: PutPet.Input, _ call: Call) async throws -> PutPet.Output {
      if input.body.name == "Broken" { return .ok(Pet(name: "no capital", kind: .cat)) }
      throw PutPet.notFound("No such pet.")
    }
    func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output { .noContent }
    func payForPet(_ input: PayForPet.Input, _ call: Call) async throws -> Committed<PayForPet.Output> {
      try await call.committing { _ in
        let receipt = Receipt(id: input.id, amount: input.body.amount, paidAt: Timestamp(microseconds: 0))
        return .created(receipt, location: "/v1/pets/\(input.id)")
      }
    }
  }

  /// A database that keeps nothing but counts.
  struct NoDatabase: TransactionRunner, OpenTransaction {
    func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value {
      try await body(self)
    }
    func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
      .claimed(IdempotencyClaim(operation: operation, key: key, attempt: Uuid(high: 0, low: 0)))
    }
    func release(_ claim: IdempotencyClaim) async {}
    func store(_ answer: HTTPResponse, for claim: IdempotencyClaim) async throws {}
    func emit(_ events: [EmittedEvent]) async throws {}
    func mark(_ events: [InboxMark]) async throws -> [InboxState] { events.map { _ in .fresh } }
  }

  private let call = Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }), transactions: NoDatabase())
  private let id = "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d"

  private func send(
    _ method: String, _ path: String, query: String? = nil, headers: HTTPFields = [:], body: String = "",
    logger: Logger? = nil
  ) async -> HTTPResponse {
    let call = logger.map { Call(requestID: "r1", logger: $0, transactions: NoDatabase()) } ?? call
    var router = Router()
    for operation in PetsContract.operations { router.add(operation) }
    guard case .found(let index, let values) = router.match(method: method, path: path) else {
      return HTTPResponse(status: 404)
    }
    let request = HTTPRequest(method: method, path: path, query: query, headers: headers, body: Array(body.utf8))
    return await PetsEndpoint(Shelter()).respond(
      to: RoutedRequest(request: request, pathValues: values), operation: index, call: call)
  }

  @Test func `a request is read, checked and answered`() async {
    let response = await send("GET", "/v1/pets", query: "min_age=3&kind=guinea-pig&page%20size=7")
    #expect(response.status == 200 && response.headers["x-total"] == "7")
    #expect(String(decoding: response.body, as: UTF8.self).contains("guinea-pig"))
  }

  @Test(arguments: [
    ("kind=CAT", "min_age", "required"), ("min_age=x", "min_age", "type"), ("min_age=41", "min_age", "maximum"),
    ("min_age=1&min_age=2", "min_age", "uniqueKeys"), ("min_age=1&kind=COW", "kind", "enum"),
    ("min_age=1&since=yesterday", "since", "format"), ("min_age=1&x=1", "x", "unknown"),
    ("min_age=%zz", "min_age", "encoding"), ("min_age=1&%zz=1", "", "encoding"),
    ("min_age=1&page+size=3000000000", "page size", "format"),
  ])
  func `a wrong parameter is told by name`(_ query: String, _ name: String, _ rule: String) async {
    let response = await send("GET", "/v1/pets", query: query)
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(response.status == 400)
    #expect(text.contains(#""in":"query","name":"\#(name)","rule":"\#(rule)""#), "\(text)")
  }

  @Test func `an answer that breaks the contract is never sent`() async {
    let headers: HTTPFields = ["content-type": "application/json"]
    let body = #"{"name": "Broken", "kind": "CAT"}"#
    let log = Mutex<[String]>([])
    let logger = Logger { line in log.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    let response = await send("PUT", "/v1/pets/\(id)", headers: headers, body: body, logger: logger)
    #expect(response.status == 500)
    #expect(!String(decoding: response.body, as: UTF8.self).contains("no capital"))
    let lines = log.withLock(\.self)
    #expect(lines.count == 1)
    for part in [".putPet: the response breaks the contract: /name ", #""operation":"putPet""#, #""request_id":"r1""#] {
      #expect(lines[0].contains(part), "\(lines)")
    }
  }

  @Test func `a missing key and a wrong media type are refused`() async {
    let body = #"{"amount": 1.50}"#
    let json: HTTPFields = ["content-type": "application/json; charset=utf-8"]
    var keyed = json
    keyed.append("idempotency-key", "k1")
    #expect(await send("POST", "/v1/pets/\(id)/payments", headers: json, body: body).status == 400)
    #expect(await send("POST", "/v1/pets/\(id)/payments", headers: ["idempotency-key": "k"], body: body).status == 415)
    let paid = await send("POST", "/v1/pets/\(id)/payments", headers: keyed, body: body)
    #expect(paid.status == 201 && paid.headers["location"] == "/v1/pets/\(id)")
    let tooMuch = await send("POST", "/v1/pets/\(id)/payments", headers: keyed, body: #"{"amount": 99.951}"#)
    let text = String(decoding: tooMuch.body, as: UTF8.self)
    #expect(
      tooMuch.status == 400 && text.contains(#""rule":"maximum""#) && text.contains(#""rule":"multipleOf""#))
  }

  @Test func `a client in this process gets typed answers, failures too`() async throws {
    let client = PetsClient(
      .local {
        LocalService(
          name: "pets", handlers: Shelter(),
          call: Call(requestID: "", logger: Logger(level: .error), transactions: NoDatabase()))
      })
    let uuid = try #require(Uuid(id))
    let receipt = try await client.payForPet(
      .init(id: uuid, body: .init(amount: ExactDecimal(5)), idempotencyKey: "k"), call
    ).get()
    #expect(receipt.amount == ExactDecimal(5))
    guard
      case .notFound(let failure) = try await client.putPet(.init(id: uuid, body: Pet(name: "Rex", kind: .cat)), call)
    else {
      Issue.record("the failure is not the contract's")
      return
    }
    #expect(failure.status == 404 && failure.detail == "No such pet.")
    // As a client of a service elsewhere does, it sends nothing that breaks the contract.
    let error = await #expect(throws: RequestFault.self) {
      try await client.putPet(.init(id: uuid, body: Pet(name: "x", kind: .cat)), call)
    }
    #expect(error?.problem.status == 400)
  }

  @Test func `what a client writes, the server reads`() async throws {
    struct Loop: Transport {
      let send: @Sendable (HTTPRequest) async -> HTTPResponse
      func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
        await send(request)
      }
    }
    let client = PetsClient(
      .remote(
        Loop { request in
          await self.send(
            request.method, request.path, query: request.query, headers: request.headers,
            body: String(decoding: request.body, as: UTF8.self))
        }))
    let pets = try await client.listPets(.init(kind: .dog, minAge: 4, pageSize: 5), call).get()
    #expect(pets.map(\.kind) == [.dog])
  }
}

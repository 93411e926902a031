import ServiceCore
import Synchronization
import Testing

@testable import FailuresGolden

/// What handlers throw by their contract's factories, over a socket and to a caller in the same process.
@Suite struct FailureTests {
  private struct Shop: PetsHandlers, PetsWebhookHandlers {
    let thrown: any Error

    func getPet(_ input: GetPet.Input, _ call: Call) async throws -> GetPet.Output { throw thrown }
    func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output { throw thrown }
    func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> Committed<PlaceOrder.Output> {
      try await call.committing { _ in throw thrown }
    }
    func listOrders(_ input: ListOrders.Input, _ call: Call) async throws -> ListOrders.Output { throw thrown }
    func readHealth(_ input: ReadHealth.Input, _ call: Call) async throws -> ReadHealth.Output { throw thrown }
    func petSold(_ input: PetSold.Input, _ call: Call) async throws -> PetSold.Output { throw thrown }
  }

  /// A database that notes what becomes of its transactions and keys, and a log.
  private final class Notes: TransactionRunner, OpenTransaction {
    let list = Mutex<[String]>([])
    let log = Mutex<[String]>([])

    func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value {
      do {
        return try await body(self)
      } catch {
        list.withLock { $0.append("rolled back") }
        throw error
      }
    }
    func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
      .claimed(IdempotencyClaim(operation: operation, key: key, attempt: Uuid(high: 0, low: 0)))
    }
    func release(_ claim: IdempotencyClaim) async { list.withLock { $0.append("released \(claim.key)") } }
    func store(_ answer: HTTPResponse, for claim: IdempotencyClaim) async throws {}
    func emit(_ events: [EmittedEvent]) async throws {}
    func mark(_ events: [InboxMark]) async throws -> [InboxState] { events.map { _ in .fresh } }
  }

  private let notes = Notes()

  private func call() -> Call {
    let logger = Logger(level: .warning) { line in
      notes.log.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
    return Call(requestID: "r1", logger: logger, transactions: notes)
  }

  private func serve(_ thrown: any Error, _ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    try await LiveServer.run(PetsEndpoint(Shop(thrown: thrown)), PetsContract.operations, call()) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  /// The same service, called in this process.
  private func local(_ thrown: any Error) -> PetsClient {
    let service = LocalService(name: "contract", handlers: Shop(thrown: thrown), call: call())
    return PetsClient(.local { service })
  }

  @Test(arguments: ["", ".", ".."])
  func `a client does not send a value that would make another path`(_ id: String) async throws {
    try await serve(NotImplemented()) { _, client async throws in
      let fault = await #expect(throws: RequestFault.self) { try await client.getPet(.init(id: id), call()) }
      let violation = fault?.problem.violations.first
      #expect(violation?.location == .path && violation?.name == "id" && violation?.rule == "path")
      #expect(violation?.message == "must not make a segment empty, '.' or '..'")
    }
  }

  @Test func `problem details are filled in by the runtime, and the contract's own members are parameters`()
    async throws
  {
    let errors = [ProblemError(in: .query, pointer: "/x", rule: "known")]
    let thrown = GetPet.notFound("No pet has the id 7.", errors: errors)
    try await serve(thrown) { server, client async throws in
      let answer = try await server.send("GET", "/pets/7")
      let id = try #require(answer.headers["x-request-id"])
      #expect(answer.status == 404 && answer.headers["content-type"] == "application/problem+json")
      #expect(
        answer.text == #"{"type":"about:blank","title":"Not Found","status":404,"detail":"No pet has the id 7.","#
          + #""instance":"/pets/7","request_id":"\#(id)","errors":[{"in":"query","pointer":"/x","rule":"known"}]}"#)
      guard case .notFound(let problem) = try await client.getPet(.init(id: "7"), call()) else {
        Issue.record("not the contract's case")
        return
      }
      #expect(problem.detail == "No pet has the id 7." && problem.errors == errors)
    }
    guard case .notFound(let problem) = try await local(thrown).getPet(.init(id: "7"), call()) else {
      Issue.record("not the contract's case in this process")
      return
    }
    #expect(problem.title == "Not Found" && problem.errors == errors && problem.instance == "/pets/7")
    #expect(notes.log.withLock(\.self) == [])
  }

  @Test func `a detail that quotes what no text may hold is sent without it`() async throws {
    try await serve(GetPet.notFound("a\0b")) { server, _ async throws in
      let answer = try await server.send("GET", "/pets/7")
      #expect(answer.status == 404 && answer.text.contains(#""detail":"ab""#))
    }
  }

  @Test(arguments: ["a|b", "a\"b", "{a}", "a^b", "[a]", "a%zz"])
  func `a path that is no URI fails as the handler says`(_ id: String) async throws {
    try await serve(GetPet.notFound("Gone.")) { server, _ async throws in
      let status = try await server.send("GET", "/pets/\(id)").status
      #expect([400, 404].contains(status))
    }
  }

  @Test func `what a handler sends wrongly to another service is not its caller's mistake`() async throws {
    try await serve(GetPet.notFound("x")) { _, other async throws in
      for client in [other, local(GetPet.notFound("x"))] {
        let error = await #expect(throws: RequestFault.self) {
          try await client.getPet(.init(id: String(repeating: "x", count: 21)), call())
        }
        try await serve(try #require(error)) { server, _ async throws in
          #expect(try await server.send("GET", "/pets/7").status == 500)
        }
      }
      let lines = notes.log.withLock(\.self)
      #expect(lines.count == 2 && lines.allSatisfy { $0.contains("contract.getPet cannot be called so") }, "\(lines)")
    }
  }

  @Test func `headers are parameters, and are written as the contract says`() async throws {
    let thrown = GetPet.tooManyRequests("Slower.", retryAfter: 7, errors2: ["a", "b c"])
    try await serve(thrown) { server, client async throws in
      let answer = try await server.send("GET", "/pets/7")
      #expect(answer.status == 429 && answer.headers["retry-after"] == "7" && answer.headers["errors"] == "a,b c")
      guard case .tooManyRequests(_, let seconds, let words) = try await client.getPet(.init(id: "7"), call()) else {
        Issue.record("not the contract's case")
        return
      }
      #expect(seconds == 7 && words == ["a", "b c"])
    }
  }

  @Test(arguments: LiveServer.lineBreakers)
  func `A12: a header of a failure adds no line`(_ text: String) async throws {
    for thrown in [
      GetPet.tooManyRequests(text, retryAfter: 1, errors2: [text]),
      DeletePet.clientError(status: 418, text, statusHeader: text),
    ] {
      try await serve(thrown) { server, _ async throws in
        let (method, path) = thrown.status == 429 ? ("GET", "/pets/7") : ("DELETE", "/pets/7")
        let answer = try await server.send(method, path)
        #expect([429, 418, 500].contains(answer.status) && answer.headers["x-injected"] == nil)
      }
    }
  }

  @Test func `a team's own problem details have all that they require, and nothing that they forbid`() async throws {
    let thrown = PlaceOrder.conflict(
      "Sold out.", type: .httpsExampleComSoldOut, code: 7, cause: nil, in: "shop", amount: ExactDecimal(3))
    let body = #"{"name":"Rex"}"#
    let headers: HTTPFields = ["content-type": "application/json", "idempotency-key": "k"]
    try await serve(thrown) { server, _ async throws in
      let answer = try await server.send("POST", "/orders", headers, body: body)
      #expect(
        answer.text == #"{"type":"https://example.com/sold-out","title":"Conflict","status":409,"detail":"Sold out.","#
          + #""instance":"/orders","code":7,"cause":null,"in":"shop","amount":3.00,"retryable":false}"#)
    }
    // The transaction is rolled back, and the key may be used again.
    #expect(notes.list.withLock(\.self) == ["rolled back", "released k"])
    try await serve(PlaceOrder.badRequest("No.", hint: .stop)) { server, _ async throws in
      let answer = try await server.send("POST", "/orders", headers, body: body)
      #expect(answer.status == 400 && answer.headers["content-type"] == "application/json")
      #expect(answer.text == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"No.","hint":"stop"}"#)
    }
  }

  @Test func `a range and default take a status`() async throws {
    for (thrown, status) in [
      (DeletePet.clientError(status: 418, "A teapot."), 418), (DeletePet.problem(status: 503, "Closed."), 503),
      (DeletePet.gone(), 410), (DeletePet.clientError(status: 409, "No."), 409),
    ] {
      try await serve(thrown) { server, _ async throws in
        #expect(try await server.send("DELETE", "/pets/7").status == status)
      }
    }
    guard
      case .other(503, let problem) = try await local(DeletePet.problem(status: 503, "x")).deletePet(
        .init(id: "7"), call())
    else {
      Issue.record("not the contract's case")
      return
    }
    #expect(problem.detail == "x")
    let lines = notes.log.withLock(\.self)
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""level":"warning""#) && $0.contains("503 Service") })
  }

  @Test func `other bodies are those of the case, and one that breaks the contract is a logged 500`() async throws {
    for (thrown, status, text) in [
      (ListOrders.forbidden("Ask Ada.", xContact: "ada"), 403, "Ask Ada."),
      (ListOrders.conflict(Job(title: "sweep", status: "late")), 409, #"{"title":"sweep","status":"late"}"#),
      (ListOrders.serverError(status: 502, ["disk"]), 502, #"["disk"]"#),
      (ListOrders.problem(status: 507), 507, ""),
    ] {
      try await serve(thrown) { server, _ async throws in
        let answer = try await server.send("GET", "/orders")
        #expect(answer.status == status && answer.text == text)
      }
    }
    notes.log.withLock { $0 = [] }
    for thrown in [
      ListOrders.forbidden("More than twenty characters."), ListOrders.serverError(status: 404, []),
      GetPet.badRequest(String(repeating: "x", count: 101)),
    ] {
      try await serve(thrown) { server, _ async throws in
        let path = "\(thrown)".contains("getPet") ? "/pets/7" : "/orders"
        #expect(try await server.send("GET", path).status == 500)
      }
    }
    let lines = notes.log.withLock(\.self)
    #expect(lines.count == 3 && lines.allSatisfy { $0.contains("the response breaks the contract") }, "\(lines)")
  }

  @Test func `the failure of another operation is undeclared, as a status below 400 is`() async throws {
    for thrown in [DeletePet.notFound("x"), GetPet.problem(status: 302, "x"), GetPet.problem(status: 600, "x")] {
      try await serve(thrown) { server, client async throws in
        #expect(try await server.send("GET", "/pets/7").status == 500)
      }
    }
    try await serve(PetSold.gone("x")) { server, _ async throws in
      #expect(try await server.send("GET", "/health").status == 500)
    }
    let lines = notes.log.withLock(\.self)
    #expect(lines.count == 4 && lines.allSatisfy { $0.contains("undeclared failure") }, "\(lines)")
    #expect(lines.first?.contains("contract.deletePet: 404 Not Found: x") == true)
  }

  @Test func `the receiver of a webhook fails by its contract as well`() async throws {
    let receiver = PetsWebhookEndpoint(Shop(thrown: PetSold.gone("No more.")))
    try await LiveServer.run(receiver, PetsWebhookContract.operations, call()) { server in
      let sender = PetsWebhooks(WebhookSender { _ in server.transport })
      guard
        case .gone(let problem) = try await sender.petSold(
          .init(body: Pet(name: "Rex")), to: "http://127.0.0.1:\(server.port)/petSold", call())
      else {
        Issue.record("not the contract's case")
        return
      }
      #expect(problem.detail == "No more.")
    }
  }

  @Test func `code that operations share throws what each of them declares`() async throws {
    func refuse<O: DeclaresNotFound & DeclaresProblem>(_ operation: O.Type, _ status: Int?) -> OperationFailure {
      status.map { O.problem(status: $0, "shared") } ?? O.notFound("shared")
    }
    try await serve(refuse(GetPet.self, nil)) { server, _ async throws in
      #expect(try await server.send("GET", "/pets/7").text.contains(#""status":404,"detail":"shared""#))
    }
    try await serve(refuse(DeletePet.self, 503)) { server, _ async throws in
      #expect(try await server.send("DELETE", "/pets/7").status == 503)
    }
    // A closed schema is kept to by this way too.
    func bad<O: DeclaresBadRequest>(_ operation: O.Type) -> OperationFailure { O.badRequest("shared") }
    try await serve(bad(PlaceOrder.self)) { server, _ async throws in
      let answer = try await server.send(
        "POST", "/orders", ["content-type": "application/json"], body: #"{"name":"Rex"}"#)
      #expect(answer.status == 400 && !answer.text.contains("request_id"))
    }
  }

  @Test func `what is not written yet is 501, and any other error a logged 500`() async throws {
    struct Lost: Error {}
    try await serve(NotImplemented()) { server, _ async throws in
      #expect(try await server.send("GET", "/health").status == 501)
    }
    try await serve(Lost()) { server, _ async throws in
      #expect(try await server.send("GET", "/health").status == 500)
    }
  }

  @Test func `a location is the path of an operation`() throws {
    #expect(try GetPet.location(.init(id: "a b/é")) == "/pets/a%20b%2F%C3%A9")
    #expect(try ListOrders.location(.init(say: "hello")) == "/orders")
  }
}

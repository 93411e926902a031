import ServiceCore
import Synchronization
import Testing

/// Operations whose contract says who may call them, served and called.
@Suite struct SecurityServingTests {
  /// Tells who calls. `fail` makes its handler throw the status.
  enum Greet: ContractOperation {
    struct Input: Sendable {
      var fail: Int?
      var key: String?
    }

    static let descriptor = OperationDescriptor(
      service: "shop", id: "greet", method: "POST", path: [.literal("greet")], responses: .init([200, 409]),
      policy: .init(
        security: [requirement(Schemes.bearer), requirement(Schemes.query, Schemes.client), requirement()],
        idempotencyKey: .optional))

    static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
      if request.request.headers["content-type"] != nil { throw RequestFault(415, "The request has no body.") }
      let fail = request.query("fail", Int.self)
      request.closeQuery("fail")
      return Input(fail: fail, key: request.idempotencyKey())
    }
    static func validate(_ input: Input, _ check: inout Violations) {}
    static func encode(_ input: Input) throws -> HTTPRequest {
      var request = HTTPRequest(method: "POST", path: "/greet")
      request.addQuery("fail", input.fail)
      if let key = input.key { request.headers["idempotency-key"] = key }
      return request
    }
    static func idempotencyKey(_ input: Input) -> String? { input.key }
    static func decode(_ response: HTTPResponse) throws -> String? {
      response.status == 200 ? String(decoding: response.body, as: UTF8.self) : nil
    }
    static func validate(_ output: String, _ check: inout Violations) {}
    static func encode(_ output: String) -> HTTPResponse { HTTPResponse(status: 200, body: Array(output.utf8)) }
  }

  enum GreetPrincipal: ContractPrincipal {
    case token(VerifiedIdentity)
    case queryKeyAndClient(queryKey: VerifiedIdentity, client: VerifiedIdentity)
    case anonymous

    init?(_ proof: Proof) {
      let identities = proof.identities
      switch (proof.alternative, identities.count) {
      case (0, 1): self = .token(identities[0])
      case (1, 2): self = .queryKeyAndClient(queryKey: identities[0], client: identities[1])
      case (2, 0): self = .anonymous
      default: return nil
      }
    }
  }

  struct Handlers: Sendable {
    func greet(_ input: Greet.Input, _ principal: GreetPrincipal, _ call: Call) async throws -> String {
      if let status = input.fail {
        throw status == 501 ? NotImplemented() : RequestFault(status, "failed") as any Error
      }
      return switch principal {
      case .token(let identity): "token \(identity.subject)"
      case .queryKeyAndClient(let key, let client): "key \(key.subject), client \(client.subject)"
      case .anonymous: "anonymous, acts as \(call.credentials["token"].map { "\($0)" } ?? "nobody")"
      }
    }
  }

  private let log = Log()

  private func call(_ verifier: (any CredentialVerifier)? = SecretBook(), _ database: (any TransactionRunner)? = nil)
    -> Call
  {
    Call(requestID: "r1", logger: Logger(sink: log.write), transactions: database, verifier: verifier)
  }

  private static func route(_ call: Call) -> ServiceRoute {
    ServiceRoute(Greet.self, call) { try await Handlers().greet($0, $1, $2) }
  }

  private func respond(_ request: HTTPRequest, _ call: Call? = nil) async -> (status: Int, body: String) {
    let routed = RoutedRequest(request: request, pathValues: [])
    let response = await Self.route(call ?? self.call()).respond(to: routed)
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  @Test func `a handler is told who calls`() async {
    #expect(await respond(request(["authorization": "Bearer alice"])) == (200, "token alice"))
    let keyed = request(query: "api+key=admin", certificate: "alice")
    #expect(await respond(keyed) == (200, "key admin, client alice"))
    #expect(await respond(request()) == (200, "anonymous, acts as nobody"))
  }

  @Test func `who calls is found out before the request is read`() async {
    let request = request(["authorization": "Bearer mallory", "content-type": "x/y"], query: "fail=x&unknown=1")
    #expect(await respond(request).status == 401)
  }

  @Test func `a key in the query is no unknown parameter, and another name is`() async {
    #expect(await respond(request(query: "api+key=admin", certificate: "alice")).status == 200)
    #expect(await respond(request(query: "api+key=admin&api+keys=1", certificate: "alice")).status == 400)
  }

  @Test func `a gateway knows the fields that it must pass on`() {
    let schemes = [Schemes.header, Schemes.cookie, Schemes.basic, Schemes.openID, Schemes.query, Schemes.client]
    let operation = OperationDescriptor(
      service: "shop", id: "o", method: "GET", path: [], responses: .init([200]),
      policy: .init(security: schemes.map { requirement($0) }))
    #expect(operation.credentialFields == ["x-key", "cookie", "authorization"])
    #expect(Greet.descriptor.credentialFields == ["authorization"])
  }

  @Test func `a parameter that takes every name does not take a key`() {
    let parameter = StyledParameter(
      "filter", in: .query, style: .form, explode: true, .object([:], others: .string))
    var reader = RequestReader(
      RoutedRequest(request: request(query: "a=1&api%20key=secret"), pathValues: []), Greet.descriptor)
    let value = reader.read(parameter, JSONValue.self)
    #expect(value.map { String(decoding: $0.json, as: UTF8.self) } == #"{"a":"1"}"#)
    reader.closeQuery(besides: [parameter])
    #expect(reader.violations.isEmpty)
  }

  @Test func `a handler without a principal is guarded as well`() async {
    struct Plain: ServiceEndpoint {
      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        await Serving.respond(Greet.self, request, call) { (_: Greet.Input, _: Call) in "in" }
      }
    }
    let route = ServiceRoute(Greet.descriptor, by: Plain(), at: 0, call())
    for (token, status) in [("alice", 200), ("mallory", 401)] {
      let routed = RoutedRequest(request: request(["authorization": "Bearer \(token)"]), pathValues: [])
      #expect(await route.respond(to: routed).status == status)
      // Its stages cannot be left out by mistake.
      #expect(await Plain().respond(to: routed, operation: 0, call: call()).status == 500)
    }
  }

  @Test func `without a verifier nobody comes in, and the log says why`() async {
    #expect(await respond(request(), call(nil)).status == 500)
    #expect(log.text.contains("no verifier"))
  }

  @Test func `what the runtime refuses is answered as it is, and what a handler throws must be declared`() async {
    #expect(await respond(request(["authorization": "Bearer mallory"])).status == 401)
    #expect(await respond(request(["authorization": "Bearer down"])).status == 503)
    let stolen = await respond(request(["authorization": "Bearer stolen"]))
    #expect(stolen.status == 401 && stolen.body.contains("reported stolen"))
    #expect(await respond(request(["content-type": "x/y"])).status == 415)
    #expect(await respond(request(query: "fail=x")).status == 400)
    for (thrown, answered) in [(409, 409), (401, 500), (403, 500), (400, 500), (503, 500), (501, 501)] {
      #expect(await respond(request(query: "fail=\(thrown)")).status == answered)
    }
  }

  // MARK: clients

  /// Serves what it is sent.
  private struct Loopback: Transport {
    let call: Call

    func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
      var request = request
      request.peerCertificate = Array("alice".utf8)
      return await SecurityServingTests.route(call).respond(to: RoutedRequest(request: request, pathValues: []))
    }
  }

  private func greet(_ placement: Placement, _ call: Call, key: String? = nil) async throws -> String {
    try await placement.call(Greet.self, Greet.Input(key: key), call) {
      try await ($0 as? Handlers)?.greet($1, $2, $3)
    }
  }

  private var placements: [Placement] {
    let local = LocalService(
      name: "shop", handlers: Handlers(),
      call: Call(requestID: "", logger: Logger(level: .error), verifier: SecretBook()))
    return [.local { local }, .remote(Loopback(call: call()))]
  }

  @Test func `a call is proven in this process as it is over the network`() async throws {
    for placement in placements {
      let token = call(nil).acting(with: ["token": .bearer("alice")])
      #expect(try await greet(placement, token) == "token alice")
      let key = call(nil).acting(with: ["queryKey": .apiKey("admin"), "client": .certificate(Array("alice".utf8))])
      #expect(try await greet(placement, key) == "key admin, client alice")
      let wrong = await #expect(throws: ClientError.self) {
        try await greet(placement, call(nil).acting(with: ["token": .bearer("mallory")]))
      }
      guard case .unexpected(_, let response) = wrong else {
        Issue.record("\(wrong.map { "\($0)" } ?? "no error")")
        continue
      }
      #expect(response.status == 401 && response.headers["www-authenticate"] != nil)
      await #expect(throws: CredentialError.self) {
        try await greet(placement, call(nil).acting(with: ["token": .bearer("a b")]))
      }
    }
  }

  @Test func `credentials go no further than they are told to`() async throws {
    for placement in placements {
      let acting = call().acting(with: ["login": .basic(user: "u", password: "p"), "headerKey": .apiKey("k")])
      #expect(try await greet(placement, acting) == "anonymous, acts as nobody")
      #expect(acting.credentials["login"] != nil && call().credentials["login"] == nil)
    }
    // Neither what a request came with nor what a caller acts with is what its handler acts with.
    let routed = RoutedRequest(request: request(["authorization": "Bearer alice"]), pathValues: [])
    let route = ServiceRoute(Greet.self, call()) { (_: Greet.Input, _: Proof, call: Call) in
      call.credentials["token"] == nil ? "nothing" : "a token"
    }
    let response = await route.respond(to: routed)
    #expect(String(decoding: response.body, as: UTF8.self) == "nothing")
    let local = LocalService(
      name: "shop", handlers: Handlers(),
      call: Call(requestID: "", logger: Logger(level: .error), verifier: SecretBook()))
    let inner = try await Placement.local { local }
      .call(Greet.self, Greet.Input(), call().acting(with: ["token": .bearer("alice")])) {
        (_: any Sendable, _: Greet.Input, _: Proof, call: Call) in
        call.credentials["token"] == nil ? "nothing" : "a token"
      }
    #expect(inner == "nothing")
  }

  @Test func `an idempotency key is its caller's own`() async throws {
    let database = Database()
    for (token, status, body) in [
      ("alice", 200, "token alice"), ("alice", 200, "told before"), ("admin", 200, "token admin"),
    ] {
      let answer = await respond(
        request(["authorization": "Bearer \(token)", "idempotency-key": "k"]), call(SecretBook(), database))
      #expect(answer.status == status && (body.isEmpty || answer.body == body))
    }
    // Without a key nothing is claimed.
    #expect(await respond(request(["authorization": "Bearer admin"]), call(SecretBook(), database)).status == 200)
    #expect(database.claims == 3)
  }
}

extension SecurityServingTests {
  /// Keeps lines in mind.
  final class Log: Sendable {
    private let lines = Mutex<[UInt8]>([])

    var text: String { String(decoding: lines.withLock { $0 }, as: UTF8.self) }

    func write(_ line: [UInt8]) { lines.withLock { $0 += line } }
  }

  /// Remembers what each key was first claimed for, and repeats the answer of the first caller to whoever sends the
  /// same.
  final class Database: TransactionRunner {
    private let requests = Mutex<[String: [UInt8]]>([:])
    private let count = Mutex(0)

    var claims: Int { count.withLock { $0 } }

    func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value {
      throw ConfigurationError("The test has no transactions.")
    }

    func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
      count.withLock { $0 += 1 }
      let first = requests.withLock { requests in
        let first = requests[operation + key]
        if first == nil { requests[operation + key] = request }
        return first
      }
      guard let first else {
        return .claimed(IdempotencyClaim(operation: operation, key: key, attempt: Uuid(high: 0, low: 0)))
      }
      return first == request ? .answered(HTTPResponse(status: 200, body: Array("told before".utf8))) : .otherRequest
    }

    func release(_ claim: IdempotencyClaim) async {}
  }
}

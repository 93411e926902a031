import ServiceCore
import Synchronization
import Testing

/// What a gateway keeps of responses, and for whom. The clock is the test's.
@Suite(.timeLimit(.minutes(10))) struct CacheTests {
  private final class Clock: Sendable {
    private let nanoseconds = Mutex(1_000_000_000_000)
    var now: Int { nanoseconds.withLock(\.self) }
    func advance(seconds: Int) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
  }

  private struct Keys: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      guard case .apiKey(let text) = credential else { return nil }
      let parts = text.split(separator: "/").map(String.init)
      return VerifiedIdentity(subject: parts[0], scopes: Set(parts.dropFirst()))
    }
  }

  /// A service that counts what it is asked, and answers when a test lets it.
  private final class Origin: ServiceEndpoint {
    struct State {
      var targets: [String] = []
      var count: Int { targets.count }
      var answer = HTTPResponse(status: 200)
      var isShut = false
      var waiting: [CheckedContinuation<Void, Never>] = []
    }
    let state = Mutex(State())

    var count: Int { state.withLock(\.count) }
    var targets: [String] { state.withLock(\.targets) }

    func answers(_ change: (inout HTTPResponse) -> Void) { state.withLock { change(&$0.answer) } }

    func shut() { state.withLock { $0.isShut = true } }

    func open() {
      let waiting = state.withLock { state in
        state.isShut = false
        return std(&state.waiting)
      }
      for one in waiting { one.resume() }
    }

    private func std(_ list: inout [CheckedContinuation<Void, Never>]) -> [CheckedContinuation<Void, Never>] {
      defer { list = [] }
      return list
    }

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      var response = state.withLock { state in
        state.targets.append(request.request.target)
        if state.answer.body.isEmpty || state.answer.body.first == UInt8(ascii: "n") {
          state.answer.body = Array("n\(state.count)".utf8)
        }
        return state.answer
      }
      await withCheckedContinuation { continuation in
        let isShut = state.withLock { state in
          if state.isShut { state.waiting.append(continuation) }
          return state.isShut
        }
        if !isShut { continuation.resume() }
      }
      if Task.isCancelled { response.status = 503 }
      return response
    }
  }

  private let clock = Clock()
  private let origin = Origin()

  private struct Gateway {
    let get: ServiceRoute
    let change: ServiceRoute
    let cache: ResponseCache

    func ask(
      query: String? = nil, _ headers: HTTPFields = [:], method: String = "GET", at path: String = "/look"
    ) async -> HTTPResponse {
      let request = HTTPRequest(method: method, path: path, query: query, headers: headers, id: "r1")
      return await (method == "GET" || method == "HEAD" ? get : change).respond(
        to: RoutedRequest(request: request, pathValues: []))
    }
  }

  private func gateway(
    _ policy: CachePolicy = CachePolicy(maxAge: 10_000), security: [SecurityRequirement] = [], capacity: Int = 1_000_000
  ) throws -> Gateway {
    func operation(_ method: String, _ policy: OperationPolicy) -> OperationDescriptor {
      OperationDescriptor(
        service: "bank", id: "look", method: method, path: [.literal("look")], fields: ["x-tenant"],
        responses: .init([200], hasDefault: true, mediaTypes: ["application/json", "text/csv"]), policy: policy)
    }
    let get = operation("GET", .init(security: security, cache: policy))
    let change = operation("POST", .init())
    let made = ResponseCache(of: [get, change], capacity: capacity) { [clock] in clock.now }
    let cache = try #require(made)
    let call = Call(
      requestID: "", logger: Logger(level: .error), verifier: Keys(), cache: cache, observers: { _ in [] })
    return Gateway(
      get: ServiceRoute(Pipeline(get, at: [.edge], of: call), by: origin, at: 0, call),
      change: ServiceRoute(Pipeline(change, at: [.edge], of: call), by: origin, at: 0, call), cache: cache)
  }

  private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

  @Test func `a response is given again for as long as the contract says`() async throws {
    let gateway = try gateway()
    let first = await gateway.ask()
    #expect(text(first) == "n1" && first.headers["cache-status"] == "charter; fwd=miss" && first.headers["age"] == nil)
    #expect(first.headers["cache-control"] == "max-age=10" && first.headers["etag"]?.hasPrefix("\"") == true)
    clock.advance(seconds: 9)
    let second = await gateway.ask()
    #expect(text(second) == "n1" && second.headers["cache-status"] == "charter; hit" && second.headers["age"] == "9")
    #expect(second.headers["etag"] == first.headers["etag"] && origin.count == 1)
    #expect(text(await gateway.ask(method: "HEAD")) == "n1" && origin.count == 1)
    clock.advance(seconds: 1)
    #expect(text(await gateway.ask()) == "n2")
    // What the service itself says stays.
    origin.answers { ($0.headers["etag"], $0.headers["cache-control"]) = ("\"own\"", "max-age=1") }
    clock.advance(seconds: 10)
    let own = await gateway.ask()
    #expect(own.headers["etag"] == "\"own\"" && own.headers["cache-control"] == "max-age=1")
  }

  @Test func `of many who ask at once one does, and all get the response`() async throws {
    let (gateway, origin) = (try gateway(), origin)
    origin.shut()
    let answers = await withTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<100 { group.addTask { await gateway.ask() } }
      while origin.count == 0 { await Task.yield() }
      for _ in 0..<1_000 { await Task.yield() }
      origin.open()
      return await group.reduce(into: [HTTPResponse]()) { $0.append($1) }
    }
    #expect(origin.count == 1 && answers.allSatisfy { text($0) == "n1" })
    let collapsed = answers.count { $0.headers["cache-status"] == "charter; fwd=miss; collapsed" }
    let hits = answers.count { $0.headers["cache-status"] == "charter; hit" }
    #expect(collapsed + hits == 99 && collapsed > 0)
  }

  @Test func `a stale response is given while one call asks for a new one`() async throws {
    let (gateway, origin) = (try gateway(CachePolicy(maxAge: 10_000, stale: 20_000)), origin)
    #expect(await gateway.ask().headers["cache-control"] == "max-age=10, stale-while-revalidate=20")
    clock.advance(seconds: 15)
    origin.shut()
    for _ in 0..<20 {
      let stale = await gateway.ask()
      #expect(text(stale) == "n1" && stale.headers["cache-status"] == "charter; hit; detail=stale")
    }
    while origin.count < 2 { await Task.yield() }
    origin.open()
    while text(await gateway.ask()) == "n1" { await Task.yield() }
    #expect(origin.count == 2)
    #expect(await gateway.ask().headers["cache-status"] == "charter; hit")
    // Nothing that HEAD is answered with is kept.
    clock.advance(seconds: 15)
    #expect(await gateway.ask(method: "HEAD").headers["cache-status"] == "charter; hit; detail=stale")
    for _ in 0..<100 { await Task.yield() }
    #expect(origin.count == 2)
    // Too old to be given at all.
    clock.advance(seconds: 30)
    #expect(text(await gateway.ask()) == "n3")
  }

  @Test func `each query, each header that the contract reads and each caller has its own`() async throws {
    let open = try gateway()
    let asked: [(String?, HTTPFields)] = [
      (nil, [:]), ("a=1", [:]), ("a=2", [:]), (nil, ["x-tenant": "a"]), (nil, ["x-tenant": "b"]),
      (nil, ["accept": "text/csv"]),
    ]
    for _ in 0..<2 { for (query, headers) in asked { _ = await open.ask(query: query, headers) } }
    _ = await open.ask(["x-other": "1", "cookie": "a=b", "user-agent": "x"])
    #expect(origin.count == asked.count)
    let before = origin.count
    let guarded = try gateway(security: [requirement(Schemes.header)])
    for _ in 0..<2 {
      for key in ["ada", "ada/read", "bob", "ada read"] {
        let response = await guarded.ask(["x-key": key])
        #expect(response.headers["cache-control"] == "private, max-age=10")
      }
    }
    #expect(origin.count == before + 4)
    #expect(await guarded.ask(["x-key": "ada"]).headers.values("vary") == ["accept, x-key, x-tenant"])
    #expect(await guarded.ask().status == 401)
  }

  @Test func `spellings that mean the same share a response, others do not, and each is passed on as it came`()
    async throws
  {
    let gateway = try gateway()
    let same = [
      ["/l%6Fok?q=a%62%2fc%2c", "/look?q=ab%2Fc%2C", "/%6c%6f%6F%6B?%71=%61b%2fc%2C"],
      ["/look?q=%7e-%2E_", "/look?q=~-._"],
      // What is reserved means something else when it is encoded.
      ["/look?q=ab/c,"], ["/look?q=a+b"], ["/look?q=a%20b"], ["/look?q=a%2Bb", "/look?q=%61%2bb"], ["/look?q=a%26b"],
      ["/look?q=a&b"], ["/look?q%3Da"], ["/l%2fok"], ["/l%2Fok?"], ["/l%252Fok", "/l%252Fo%6b"],
      // It is decoded once.
      ["/look?q=%2561"], ["/look?q=%61", "/look?q=a"],
      // What a broken encoding means nobody knows.
      ["/look?q=%6"], ["/look?q=%%361"], ["/look?q=%%36%31"], ["/look?q=%g1"],
    ]
    var asked: [String] = []
    for targets in same {
      for target in targets {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let response = await gateway.ask(query: parts.count > 1 ? parts[1] : nil, at: parts[0])
        let isFirst = target == targets[0]
        #expect(response.headers["cache-status"] == (isFirst ? "charter; fwd=miss" : "charter; hit"), "\(target)")
        if isFirst { asked.append(target) }
      }
    }
    #expect(origin.targets == asked && gateway.cache.count == same.count)
    // What changes a path changes it in all spellings.
    _ = await gateway.ask(method: "POST", at: "/l%6fok")
    #expect(gateway.cache.count == 3)
  }

  @Test(
    arguments: [
      ["cache-control": "no-store"], ["cache-control": "max-age=5, PRIVATE"], ["cache-control": "no-cache"],
      ["set-cookie": "a=b"], ["vary": "x-other"], ["vary": "*"],
    ] as [HTTPFields])
  func `what is not for everybody is given to nobody else, and waited for by nobody`(_ headers: HTTPFields) async throws
  {
    let (gateway, origin) = (try gateway(), origin)
    origin.answers { $0.headers = headers }
    for count in 1...3 { #expect(text(await gateway.ask()) == "n\(count)") }
    origin.shut()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { _ = await gateway.ask() } }
      while origin.count < 13 { await Task.yield() }
      origin.open()
    }
    #expect(gateway.cache.count == 0)
  }

  @Test func `failures are not kept`() async throws {
    let gateway = try gateway()
    for status in [400, 404, 500, 503] {
      origin.answers { $0.status = status }
      let before = origin.count
      for _ in 0..<2 {
        let response = await gateway.ask()
        #expect(response.status == status && response.headers["etag"] == nil)
      }
      #expect(origin.count == before + 2 && gateway.cache.count == 0)
    }
  }

  @Test func `what changes a path makes the gateway forget it, and what is being asked for is not kept`() async throws {
    let (gateway, origin) = (try gateway(), origin)
    for query in [nil, "a=1"] { _ = await gateway.ask(query: query) }
    #expect(gateway.cache.count == 2)
    origin.answers { $0.status = 422 }
    _ = await gateway.ask(method: "POST")
    #expect(gateway.cache.count == 2)
    origin.answers { $0.status = 200 }
    origin.shut()
    // It is read before the change, and comes after it: who asks behind the change gets what was read behind it.
    let late = Task { await gateway.ask(query: "a=2") }
    while origin.count < 4 { await Task.yield() }
    gateway.cache.forget("/look")
    let next = Task { await gateway.ask(query: "a=2") }
    while origin.count < 5 { await Task.yield() }
    origin.open()
    let texts = [text(await late.value), text(await next.value)]
    #expect(texts == ["n4", "n5"] && gateway.cache.count == 1)
    #expect(text(await gateway.ask(query: "a=2")) == "n5")
    _ = await gateway.ask(method: "POST")
    #expect(gateway.cache.count == 0)
  }

  @Test func `who goes away neither hangs nor takes others along`() async throws {
    let (gateway, origin) = (try gateway(), origin)
    origin.shut()
    let asking = Task { await gateway.ask() }
    while origin.count == 0 { await Task.yield() }
    let leaving = Task { await gateway.ask() }
    let staying = Task { await gateway.ask() }
    for _ in 0..<100 { await Task.yield() }
    leaving.cancel()
    #expect(await leaving.value.status == 503)
    asking.cancel()
    origin.open()
    #expect(await asking.value.status == 503)
    // Another one asks in its place.
    #expect(await staying.value.status == 200 && origin.count == 2)
  }

  @Test func `no more is kept than fits`() async throws {
    let gateway = try gateway(capacity: 100_000)
    origin.answers { $0.body = [UInt8](repeating: 65, count: 2_000) }
    for number in 0..<1_000 { _ = await gateway.ask(query: "n=\(number)") }
    #expect((10...34).contains(gateway.cache.count))
    // What is asked for often stays with the young ones or the old ones.
    #expect(await gateway.ask(query: "n=999").headers["cache-status"] == "charter; hit")
    origin.answers { $0.body = [UInt8](repeating: 65, count: 1_100_000) }
    let before = gateway.cache.count
    for _ in 0..<2 { _ = await gateway.ask(query: "large") }
    #expect(gateway.cache.count == before)
  }
}

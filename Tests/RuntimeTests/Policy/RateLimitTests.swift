import ServiceCore
import ServiceHTTP
import Synchronization
import Testing

/// Who may call how often, and what they are told. The clock is the test's.
@Suite struct RateLimitTests {
  private final class Clock: Sendable {
    private let nanoseconds = Mutex(1_000_000_000_000)
    var now: Int { nanoseconds.withLock(\.self) }
    func advance(milliseconds: Int) { nanoseconds.withLock { $0 += milliseconds * 1_000_000 } }
  }

  private struct Keys: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      guard case .apiKey(let text) = credential, text != "bad" else { return nil }
      // Two keys of one user.
      return VerifiedIdentity(subject: "ada", claims: JSONObject([("key_id", .string(text))]))
    }
  }

  private struct Greeting: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 201, headers: ["ratelimit": "upstream's"])
    }
  }

  private let clock = Clock()
  private let limiter: RateLimiter

  init() { limiter = RateLimiter(capacity: 1_000) { [clock] in clock.now } }

  /// - Parameter security: by default none where clients are counted, and else credentials that may be left out.
  private func route(
    _ limit: RateLimit, at sites: Set<StageSite> = [.edge], security: [SecurityRequirement]? = nil
  ) -> ServiceRoute {
    let standard = limit.caller == .client ? [] : [requirement(Schemes.header), SecurityRequirement(schemes: [])]
    let call = Call(
      requestID: "", logger: Logger(level: .error), verifier: Keys(), limiter: limiter, observers: { _ in [] })
    let operation = OperationDescriptor.with(.init(security: security ?? standard, rateLimit: limit))
    return ServiceRoute(Pipeline(operation, at: sites, of: call), by: Greeting(), at: 0, call)
  }

  private func ask(_ route: ServiceRoute, from address: String = "192.0.2.1", key: String? = nil) async -> HTTPResponse
  {
    var request = HTTPRequest(method: "GET", path: "/look", id: "r1")
    request.clientAddress = NetworkAddress(address)
    request.headers["x-key"] = key
    return await route.respond(to: RoutedRequest(request: request, pathValues: []))
  }

  @Test func `a caller has as many calls as the contract says, and then as many as time gives back`() async {
    let route = route(RateLimit(name: "api", requests: 3, window: 60_000))
    for left in [2, 1, 0] {
      let response = await ask(route)
      #expect(response.status == 201 && response.headers["ratelimit-policy"] == #""api";q=3;w=60"#)
      // The gateway's own, whatever stands behind it.
      #expect(response.headers.values("ratelimit") == [#""api";r=\#(left);t=20"#])
    }
    let refused = await ask(route)
    #expect(refused.status == 429 && refused.headers["retry-after"] == "20")
    #expect(refused.headers["ratelimit"] == #""api";r=0;t=20"#)
    #expect(refused.headers["content-type"] == "application/problem+json")
    clock.advance(milliseconds: 19_999)
    #expect(await ask(route).status == 429)
    clock.advance(milliseconds: 1)
    #expect(await ask(route).status == 201)
    #expect(await ask(route).status == 429)
    // It never holds more than its burst.
    clock.advance(milliseconds: 86_400_000)
    var passed = 0
    for _ in 0..<10 where await ask(route).status == 201 { passed += 1 }
    #expect(passed == 3)
  }

  @Test func `who waits as long as it is told is served`() async throws {
    let route = route(RateLimit(name: "api", requests: 7, window: 1_000, burst: 2))
    for _ in 0..<100 {
      let response = await ask(route)
      guard response.status == 429 else { continue }
      clock.advance(milliseconds: 1_000 * (try #require(response.headers["retry-after"].flatMap { Int($0) })))
      #expect(await ask(route).status == 201)
    }
  }

  /// Reliability E1 and E2, by the clock of the test: 2,000 calls a second for ten seconds.
  @Test func `in ten seconds a caller gets its burst and its rate, and a thousand at half their rate get all`() async {
    let limit = RateLimit(name: "api", requests: 100, window: 1_000)
    let greedy = route(limit)
    var passed = 0
    for _ in 0..<20_000 {
      if await ask(greedy).status == 201 { passed += 1 }
      clock.advance(milliseconds: 1)
      if await ask(greedy).status == 201 { passed += 1 }
    }
    #expect((2_079...2_101).contains(passed), "\(passed)")
    let fair = route(RateLimit(name: "fair", requests: 10, window: 1_000))
    for _ in 0..<10 {
      for caller in 0..<1_000 { #expect(await ask(fair, from: "10.0.\(caller / 250).\(caller % 250)").status == 201) }
      clock.advance(milliseconds: 200)
    }
  }

  @Test func `callers are told apart by their address, user or key`() async {
    let clients = route(RateLimit(name: "clients", requests: 1, window: 60_000))
    #expect(await ask(clients).status == 201)
    #expect(await ask(clients, from: "192.0.2.2").status == 201)
    #expect(await ask(clients, from: "2001:db8::1").status == 201)
    // One subscriber has 64 bits of addresses.
    #expect(await ask(clients, from: "2001:db8::ffff:2").status == 429)
    #expect(await ask(clients, from: "2001:db8:0:1::1").status == 201)

    let users = route(RateLimit(name: "users", requests: 1, window: 60_000, caller: .user))
    #expect(await ask(users, key: "one").status == 201)
    #expect(await ask(users, from: "192.0.2.9", key: "two").status == 429)
    #expect(await ask(users).status == 201, "anonymous callers are clients")
    #expect(await ask(users).status == 429)

    let keys = route(RateLimit(name: "keys", requests: 1, window: 60_000, caller: .key))
    #expect(await ask(keys, key: "one").status == 201)
    #expect(await ask(keys, key: "two").status == 201)
    #expect(await ask(keys, from: "192.0.2.9", key: "one").status == 429)
  }

  @Test func `refused credentials count for their client, before they are looked at again`() async {
    for caller in [RateLimit.Caller.client, .user, .key] {
      let limit = RateLimit(name: "\(caller)", requests: 3, window: 60_000, caller: caller)
      let route = route(limit, security: [requirement(Schemes.header)])
      if caller != .client { for _ in 0..<4 { #expect(await ask(route).status == 401, "none is no wrong one") } }
      for _ in 0..<3 { #expect(await ask(route, key: "bad").status == 401) }
      let refused = await ask(route, key: "bad")
      #expect(refused.status == 429 && refused.headers["retry-after"] == "20", "\(caller)")
      #expect(await ask(route, key: "one").status == 429)
      #expect(await ask(route, from: "192.0.2.2", key: "one").status == 201)
      clock.advance(milliseconds: 20_000)
      #expect(await ask(route, key: "one").status == 201)
    }
  }

  @Test func `operations with one limit share its buckets, at the edge alone`() async {
    let limit = RateLimit(name: "api", requests: 1, window: 60_000)
    #expect(await ask(route(limit)).status == 201)
    #expect(await ask(route(limit)).status == 429)
    #expect(await ask(route(RateLimit(name: "/look", requests: 1, window: 60_000))).status == 201)
    let inner = await ask(route(limit, at: [.callee]))
    #expect(inner.status == 201 && inner.headers["ratelimit-policy"] == nil)
  }

  /// Reliability E5.
  @Test func `a million callers take no more memory than the first thousands`() async {
    let buckets = limiter.buckets(of: RateLimit(name: "api", requests: 1, window: 60_000), in: "bank")
    #expect(buckets.take("first").isAllowed && !buckets.take("first").isAllowed)
    for caller in 0..<1_000_000 { _ = buckets.take("c\(caller)") }
    #expect(buckets.count <= 2_000)
    #expect(!buckets.take("c999999").isAllowed)
  }

  @Test func `no limit that a program can write makes it fail`() {
    for (requests, window, burst) in [
      (0, 0, 0), (1, 1, Int.max), (Int.max, 1, 1), (-5, -5, -5), (1, 86_400_000, Int.max),
    ] {
      let limit = RateLimit(name: "x", requests: requests, window: window, burst: burst)
      _ = limiter.buckets(of: limit, in: "\(requests) \(burst)").take("c")
    }
  }
}

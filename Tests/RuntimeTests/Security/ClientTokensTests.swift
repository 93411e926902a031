import ServiceClient
import ServiceCore
import ServiceSecurity
import Synchronization
import TestProcesses
import Testing

/// Tokens that a program gets for its own calls.
@Suite(.timeLimit(.minutes(10))) struct ClientTokensTests {
  private func token(
    _ tokens: ClientTokens, _ call: Call, _ operation: OperationDescriptor = TokenScene.Ring.descriptor
  ) async throws -> String? {
    guard case .bearer(let token)? = try await tokens.credentials(for: operation, of: call)?.credentials["token"] else {
      return nil
    }
    return token
  }

  /// The words by which a call fails before anything is sent.
  private func failure(_ body: () async throws -> Void) async -> String {
    let error = await #expect(throws: ClientError.self) { try await body() }
    return error?.description ?? ""
  }

  // MARK: fetching

  @Test func `a token is fetched once for a hundred calls at the same time`() async throws {
    let begun = ClientCounter()
    let scene = TokenScene { while begun.value < 100 { await Task.yield() } }
    let placement = Placement.authorized(scene.api, by: try scene.tokens())
    let said = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<100 {
        group.addTask {
          begun.next()
          return try await scene.ring(placement)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    #expect(said == ["t1": 100] && scene.calls.count == 100)
    let grant = try #require(scene.grants.first)
    #expect(scene.grants.count == 1 && TokenScene.member("grant_type", grant) == "client_credentials")
    #expect(TokenScene.member("scope", grant) == "hear ring" && TokenScene.member("client_secret", grant) == nil)
    // RFC 6749, section 2.3.1: encoded as in a form, and then by HTTP Basic.
    let basic = Base64(Array("bell%20ringer:s3cr%3At%25%2F%2B".utf8)).text
    #expect(grant.headers["authorization"] == "Basic " + basic && grant.path == "/tokens/")
  }

  @Test func `a token is used until shortly before its end, and goes on while another one is fetched`() async throws {
    let scene = TokenScene()
    let tokens = try scene.tokens()
    #expect(try await token(tokens, scene.call) == "t1")
    scene.pass(839)
    #expect(try await token(tokens, scene.call) == "t1" && scene.grants.count == 1)
    scene.pass(1)
    // The first call after that does not wait.
    #expect(try await token(tokens, scene.call) == "t1")
    try await eventually { try await token(tokens, scene.call) == "t2" }
    #expect(scene.grants.count == 2)
    scene.pass(900)
    #expect(try await token(tokens, scene.call) == "t3", "one whose time is over is not used")
  }

  @Test(arguments: [(nil, 300), (0, 0), (10, 10)])
  func `a token is good for as long as its issuer says, or else for five minutes`(_ life: Int?, _ good: Int)
    async throws
  {
    let scene = TokenScene()
    scene.state.withLock { $0.life = life }
    let tokens = try scene.tokens()
    #expect(try await token(tokens, scene.call) == "t1")
    scene.pass(good)
    #expect(try await token(tokens, scene.call) == "t2")
  }

  @Test func `operations have tokens of their own scopes, and share those of the same ones`() async throws {
    let scene = TokenScene()
    let tokens = try scene.tokens()
    for scopes in [["a", "b"], ["b", "a"], [], ["c"], ["a", "b"]] {
      _ = try await token(tokens, scene.call, TokenScene.operation(requirement(Schemes.bearer, scopes: scopes)))
    }
    #expect(scene.scopes == ["a b", "", "c"])
  }

  // MARK: an issuer that gives none

  @Test func `while the issuer is away a valid token goes on, and without one a call fails and nothing is sent`()
    async throws
  {
    let scene = TokenScene()
    let placement = Placement.authorized(scene.api, by: try scene.tokens())
    scene.state.withLock { $0.isAway = true }
    let words = await failure { _ = try await scene.ring(placement) }
    for part in ["bells.ring", "it needs a token", TokenScene.issuer, "connection refused", "see whether it runs"] {
      #expect(words.contains(part), "\(words)")
    }
    // It is not asked again at once, and the reason is the same.
    for _ in 0..<10 { #expect(await failure { _ = try await scene.ring(placement) } == words) }
    #expect(scene.state.withLock(\.asked).count == 1 && scene.calls.isEmpty)
    scene.state.withLock { $0.isAway = false }
    scene.pass(3)
    #expect(try await scene.ring(placement) == "t1")
    scene.state.withLock { $0.isAway = true }
    for _ in 0..<59 {
      scene.pass(1)
      #expect(try await scene.ring(placement) == "t1")
    }
    scene.pass(835)
    #expect(try await scene.ring(placement) == "t1")
    scene.pass(6)
    // A fetch that began before may end now.
    #expect(await failure { _ = try await scene.ring(placement) }.contains("it needs a token"))
    #expect(scene.calls.count == 61)
  }

  @Test(arguments: [
    (401, #"{"error": "invalid_client"}"#, "answers with 401 invalid_client: compare the client's id and secret"),
    (401, "{}", "answers with 401, and with no bearer token: compare the client's id and secret"),
    (400, #"{"error": "unauthorized_client"}"#, "allow the client the grant client_credentials"),
    (400, #"{"error": "invalid_scope"}"#, "allow the client the scopes 'hear ring'"),
    (400, #"{"error": "s3cr:t%/+"}"#, "answers with 400, and with no bearer token"),
    (200, #"{"access_token": "x", "token_type": "mac"}"#, "answers with 200, and with no bearer token"),
    (200, "<html>", "answers with 200, and with no bearer token"), (302, "", "answers with 302"),
  ])
  func `a refusal says what it was, where, and what to do, and never the secret`(
    _ status: Int, _ body: String, _ advice: String
  ) async throws {
    let scene = TokenScene()
    scene.state.withLock { $0.answer = (status, body) }
    let tokens = try scene.tokens()
    let words = await failure { _ = try await scene.ring(.authorized(scene.api, by: tokens)) }
    #expect(words.contains("https://id.example/tokens/") && words.contains(advice), "\(words)")
    let client = try OAuthClient(id: "bell ringer", secret: TokenScene.secret)
    var dumped = ""
    dump(client, to: &dumped)
    let log = scene.state.withLock(\.log)
    #expect(log.contains("no token") && log.contains("bell ringer"))
    for text in [words, log, dumped, "\(client)", String(reflecting: client)] {
      #expect(!text.contains("s3cr"), "\(text)")
    }
    #expect(scene.calls.isEmpty)
  }

  @Test func `a call waits for a token no longer than it may take, and the token comes for those after it`()
    async throws
  {
    let (gate, source) = AsyncStream.makeStream(of: Void.self)
    let scene = TokenScene { for await _ in gate { return } }
    let tokens = try scene.tokens()
    let brief = TokenScene.operation(requirement(Schemes.bearer, scopes: ["hear", "ring"]), timeout: 1)
    let late = await #expect(throws: ClientError.self) { try await token(tokens, scene.call, brief) }
    guard case .timedOut = late else {
      Issue.record("\(late.map { "\($0)" } ?? "no error")")
      return
    }
    let leaving = Task { try await token(tokens, scene.call) }
    leaving.cancel()
    await #expect(throws: CancellationError.self) { try await leaving.value }
    source.yield()
    #expect(try await token(tokens, scene.call) == "t1" && scene.grants.count == 1)
  }

  // MARK: services that refuse a token

  @Test func `a token that a service refuses is replaced once for a request, and at most every few seconds`()
    async throws
  {
    let scene = TokenScene()
    let placement = Placement.authorized(scene.api, by: try scene.tokens())
    #expect(try await scene.ring(placement) == "t1")
    scene.state.withLock { $0.revoked = ["t1"] }
    scene.pass(3)
    let said = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await scene.ring(placement) } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(said == ["t2"] && scene.grants.count == 2)
    #expect(scene.calls.last.map { String(decoding: $0.body, as: UTF8.self) } == "ding")
    // The next one was issued a moment ago.
    scene.state.withLock { $0.revoked = ["t1", "t2", "t3"] }
    for _ in 0..<3 { await unauthorized { _ = try await scene.ring(placement) } }
    #expect(scene.grants.count == 2)
    scene.pass(3)
    let before = scene.calls.count
    await unauthorized { _ = try await scene.ring(placement) }
    #expect(scene.grants.count == 3 && scene.calls.count == before + 2)
    // An issuer that is away changes nothing of the response.
    scene.state.withLock { $0.isAway = true }
    scene.pass(3)
    await unauthorized { _ = try await scene.ring(placement) }
    #expect(scene.grants.count == 3)
  }

  private func unauthorized(_ body: () async throws -> Void) async {
    let error = await #expect(throws: ClientError.self) { try await body() }
    guard case .unexpected(_, let response)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "no error")")
      return
    }
    #expect(response.status == 401)
  }

  @Test func `a 401 for another reason, and one of a token that the call was given, is returned as it is`() async throws
  {
    let scene = TokenScene()
    let tokens = try scene.tokens()
    let sent = ClientCounter()
    let closed = Placement.remote(
      MockTransport { _ in
        sent.next()
        return HTTPResponse(status: 401, headers: ["www-authenticate": #"Bearer realm="bells""#])
      })
    await unauthorized { _ = try await scene.ring(.authorized(closed, by: tokens)) }
    #expect(sent.value == 1 && scene.grants.count == 1)
    scene.state.withLock { $0.revoked = ["mine"] }
    let given = scene.call.acting(with: ["token": .bearer("mine")])
    await unauthorized { _ = try await scene.ring(.authorized(scene.api, by: tokens), given) }
    #expect(scene.calls.count == 1 && scene.grants.count == 1)
  }

  // MARK: which calls

  @Test func `what a call was given is what it has, and anonymous calls stay so`() async throws {
    let scene = TokenScene()
    let tokens = try scene.tokens()
    let given = scene.call.acting(with: ["token": .bearer("mine")])
    #expect(try await scene.ring(.authorized(scene.api, by: tokens), given) == "mine")
    for security in [
      [], [requirement()], [requirement(Schemes.bearer), requirement()], [requirement(Schemes.header)],
      [requirement(Schemes.basic)], [requirement(Schemes.client)], [requirement(Schemes.bearer, Schemes.header)],
    ] {
      let operation = OperationDescriptor(
        service: "bells", id: "ring", method: "GET", path: [], responses: .init([200]),
        policy: .init(security: security))
      #expect(try await tokens.credentials(for: operation, of: scene.call) == nil)
    }
    // A certificate is only assumed to be there, and a token completes what is.
    let certified = TokenScene.operation(requirement(Schemes.bearer), requirement(Schemes.client))
    #expect(try await token(tokens, scene.call, certified) == "t1")
    let both = TokenScene.operation(requirement(Schemes.header, Schemes.bearer))
    let keyed = scene.call.acting(with: ["headerKey": .apiKey("k")])
    let complete = try #require(try await tokens.credentials(for: both, of: keyed)).credentials
    #expect(complete["headerKey"] != nil && complete["token"] != nil && scene.grants.count == 1)
  }

  @Test func `a call that serves somebody has no token of the platform's, and one of an API outside`() async throws {
    let scene = TokenScene()
    let (own, outside) = (try scene.tokens(actsForCallers: false), try scene.tokens())
    for serving in [
      scene.serving, try await scene.localCall(), scene.call.serving(HTTPRequest(method: "GET", path: "/")),
    ] {
      await #expect(throws: CredentialError.self) { try await scene.ring(.authorized(scene.api, by: own), serving) }
      #expect(try await scene.ring(.authorized(scene.api, by: outside), serving) == "t1")
    }
    #expect(try await scene.ring(.authorized(scene.api, by: own), scene.serving.under("job")) == "t2")
  }

  @Test func `a call in this process has the same token, and is verified like any other`() async throws {
    let scene = TokenScene()
    let placement = Placement.authorized(scene.local, by: try scene.tokens(actsForCallers: false))
    #expect(try await scene.ring(placement) == "ringer of t1" && scene.scopes == ["hear ring"])
    await #expect(throws: CredentialError.self) { try await scene.ring(placement, scene.serving) }
    let given = scene.serving.acting(with: ["token": .bearer("mine")])
    #expect(try await scene.ring(placement, given) == "ringer of mine")
  }

  // MARK: issuers and scopes

  @Test func `tokens come from the issuer that the contract names, unless the client has one`() async throws {
    let openID = SecurityScheme(
      name: "token", kind: .openIDConnect(url: "https://open.example/.well-known/openid-configuration"))
    let oauth = SecurityScheme(
      name: "token", kind: .oauth2([OAuthFlow(kind: .clientCredentials, tokenURL: "https://a.example/token")]))
    let ofUsers = SecurityScheme(name: "token", kind: .oauth2([OAuthFlow(kind: .authorizationCode)]))
    for (scheme, addresses) in [
      (openID, ["https://open.example/.well-known/openid-configuration", "https://open.example/tokens/"]),
      (oauth, ["https://a.example/token"]), (ofUsers, []),
    ] {
      let (scene, operation) = (TokenScene(), TokenScene.operation(requirement(scheme)))
      let found = try await token(scene.tokens(nil), scene.call, operation)
      #expect(scene.state.withLock(\.asked) == addresses && (found == nil) == addresses.isEmpty)
      let other = TokenScene()
      _ = try await token(other.tokens(), other.call, operation)
      #expect(other.state.withLock(\.asked).allSatisfy { $0.hasPrefix("https://id.example/") })
    }
    let scene = TokenScene()
    let unnamed = try scene.tokens(nil)
    let words = await failure { _ = try await token(unnamed, scene.call) }
    #expect(
      words.contains("does not name the issuer of those of 'token': give one to the client bell ringer"), "\(words)")
    #expect(scene.state.withLock(\.asked).isEmpty)
  }

  @Test func `where the client may not have the scopes of one alternative, another one is taken`() async throws {
    let scene = TokenScene()
    scene.state.withLock { $0.scopes = ["admin"] }
    let tokens = try scene.tokens()
    let operation = TokenScene.operation(
      requirement(Schemes.bearer, scopes: ["user"]), requirement(Schemes.header),
      requirement(Schemes.bearer, scopes: ["admin"]))
    for _ in 0..<20 {
      #expect(try await token(tokens, scene.call, operation) == "t2")
      scene.pass(2)
    }
    #expect(scene.scopes == ["user", "admin"])
    scene.pass(20)
    #expect(try await token(tokens, scene.call, operation) == "t2")
    #expect(scene.scopes == ["user", "admin", "user"], "somebody may have allowed it by now")
  }

  @Test func `a client has an id, a secret, and an issuer that is an address`() {
    for (id, secret, issuer) in [("", "s", nil), ("i", "", nil), ("i", "s", "id.example"), ("i", "s", "")] {
      let error = #expect(throws: ConfigurationError.self) { try OAuthClient(id: id, secret: secret, issuer: issuer) }
      #expect(error?.description.contains("'s'") == false)
    }
  }
}

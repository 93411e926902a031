import IdentityAPI
import ServiceCore
import ServiceSecurity
import ServiceTesting
import Testing

@testable import IdentityService

typealias TestedIdentity = TestedService<Identity>

extension TestedService<Identity> {
  static let password = "correct horse battery"
  var identity: IdentityClient { client() }

  func register(_ email: String = "ada@example.com", _ password: String = TestedIdentity.password) async throws -> User
  {
    let draft = UserDraft(email: email, password: password, name: "Ada Lovelace")
    return try await identity.registerUser(.init(body: draft), call).get()
  }

  func logIn(_ email: String = "ada@example.com", _ password: String = TestedIdentity.password) async throws -> Tokens {
    try await identity.logIn(.init(body: .init(email: email, password: password), userAgent: "tests"), call).get()
  }

  /// A call with what the token of a session says.
  func call(with tokens: Tokens) throws -> Call {
    let claims = try tokens.claims()
    var scopes: Set<String> = []
    if case .array(let roles)? = claims["roles"] { scopes = Set(roles.compactMap(\.text)) }
    return call(as: VerifiedIdentity(subject: claims["sub"]?.text ?? "", scopes: scopes, claims: claims))
  }

  /// The token of the last message of a kind.
  func mailed(_ kind: MailRequestKind) async throws -> String {
    let mails = try await emitted(MailRequestedMessage.self).map(\.payload)
    return try #require(mails.last { $0.kind == kind }).token
  }

  func kinds() async throws -> [AuditKind] {
    let admin = call(as: Uuid.test(99).description, scopes: ["admin"])
    return try await identity.listAudit(.init(limit: 100), admin).get().items.map(\.kind).reversed()
  }
}

extension Tokens {
  /// The claims of the access token, unverified.
  func claims() throws -> JSONObject<JSONValue> {
    let parts = accessToken.split(separator: ".")
    var json = JSONReader(try #require(Base64(String(parts[1]), isURLSafe: true)).bytes)
    guard case .object(let claims)? = try JSONValue.decode(&json) else { return JSONObject() }
    return claims
  }
}

/// How a test expects a call to be refused.
func refusal(_ body: () async throws -> Void) async -> Int? {
  do {
    try await body()
    return nil
  } catch {
    guard case .unexpected(_, let response)? = error as? ClientError else { return -1 }
    return response.status
  }
}

@Suite struct IdentityTests {
  @Test func `a user who registers can log in, and both are in the audit`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register("Ada@Example.com")
      #expect(user.email == "ada@example.com" && user.roles == [.user] && user.emailConfirmedAt == nil)
      let tokens = try await service.logIn("ADA@example.com")
      let claims = try tokens.claims()
      #expect(tokens.expiresIn == 900 && claims["sub"]?.text == user.id.description)
      #expect(claims["iss"] == "http://127.0.0.1:8080" && claims["roles"] == ["user"])
      let me = try await service.identity.me(.init(), service.call(with: tokens)).get()
      #expect(me == user)
      #expect(try await service.kinds() == [.registered, .loggedIn])
      let mail = try #require(try await service.emitted(MailRequestedMessage.self).first).payload
      #expect(mail.kind == .confirmEmail && mail.to == "ada@example.com" && mail.userID == user.id)
      let again = await refusal { _ = try await service.register("ada@EXAMPLE.com") }
      #expect(again == 409)
    }
  }

  @Test func `access tokens are verified by the published keys, and outlive two rotations of them`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let clock = service.clock
      let keys = IssuerKeys(clock: clock.clock) {
        let set = try await service.identity.verificationKeys(.init(), service.call).get()
        var json = JSONReader(set.json)
        return try JSONValue.decode(&json).flatMap { JSONWebKey.set($0) } ?? []
      }
      let rules = TokenRules(
        issuer: "http://127.0.0.1:8080", audience: "http://127.0.0.1:8080", types: ["at+jwt"])
      let verifier = TokenVerifier(rules, keys: keys, clock: clock.clock)
      let scheme = SecurityScheme(name: "user", kind: .http(scheme: "bearer"))
      var ids: Set<String> = []
      var tokens = try await service.logIn()
      // Ten weeks, six hours at a time.
      for _ in 0..<(10 * 7 * 4) {
        #expect(try await verifier.verify(.bearer(tokens.accessToken), for: scheme)?.scopes == ["user"])
        clock.advance(by: .seconds(6 * 3_600))
        try await service.run(task: "rotate signing keys")
        let next = try await service.identity.refreshTokens(
          .init(body: .init(refreshToken: tokens.refreshToken)), service.call)
        tokens = try next.get()
        let header = try #require(Base64(String(tokens.accessToken.split(separator: ".")[0]), isURLSafe: true))
        ids.insert(String(decoding: header.bytes, as: UTF8.self))
      }
      #expect(ids.count == 3)
      let left = try await service.identity.verificationKeys(.init(), service.call).get().keys
      #expect(left.count == 1)
    }
  }

  @Test func `a refresh token is good once, and ends its session when it is used again`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let (first, other) = (try await service.logIn(), try await service.logIn())
      func refresh(_ token: String) async throws -> Tokens {
        try await service.identity.refreshTokens(.init(body: .init(refreshToken: token)), service.call).get()
      }
      let second = try await refresh(first.refreshToken)
      let third = try await refresh(second.refreshToken)
      let (begun, last) = (try first.claims()["sid"], try third.claims()["sid"])
      #expect(begun == last)
      // Somebody has copied the first one.
      #expect(await refusal { _ = try await refresh(first.refreshToken) } == 401)
      #expect(await refusal { _ = try await refresh(third.refreshToken) } == 401)
      #expect(await refusal { _ = try await refresh("cr_" + String(repeating: "A", count: 43)) } == 401)
      #expect(try await service.kinds().last == .tokenReused)
      // The other session goes on; of two uses at once one is a reuse.
      let outcomes = await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<2 { group.addTask { await refusal { _ = try await refresh(other.refreshToken) } } }
        return await group.reduce(into: [Int?]()) { $0.append($1) }
      }
      #expect(outcomes.count(where: { $0 == nil }) == 1 && outcomes.contains(401))
    }
  }

  @Test func `wrong passwords are refused alike, and after ten only the client that guessed is`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      for email in ["ada@example.com", "nobody@example.com"] {
        for _ in 0..<10 {
          #expect(await refusal { _ = try await service.logIn(email, "wrong") } == 401)
        }
        #expect(await refusal { _ = try await service.logIn(email, "wrong") } == 429)
      }
      #expect(await refusal { _ = try await service.logIn() } == 429)
      // From elsewhere.
      try await service.database.execute("UPDATE login_attempts SET client = '192.0.2.1'")
      _ = try await service.logIn()
      try await service.database.execute("UPDATE login_attempts SET client = ''")
      #expect(await refusal { _ = try await service.logIn() } == 429)
      service.clock.advance(by: .seconds(901))
      _ = try await service.logIn()
    }
  }

  @Test func `a session that ended, idle for a month or of a disabled user, is refreshed no more`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      func refresh(_ tokens: Tokens) async -> Int? {
        await refusal {
          _ = try await service.identity.refreshTokens(
            .init(body: .init(refreshToken: tokens.refreshToken)), service.call
          ).get()
        }
      }
      let (one, two, three) = (try await service.logIn(), try await service.logIn(), try await service.logIn())
      let call = try service.call(with: one)
      let list = try await service.identity.listSessions(.init(), call).get().items
      let current = try one.claims()["sid"]?.text
      #expect(list.count == 3 && list.filter(\.isCurrent).map(\.id.description) == [current])
      #expect(list.allSatisfy { $0.device == "tests" })
      let id = try #require(try two.claims()["sid"]?.text.flatMap { Uuid($0) })
      try await service.identity.endSession(.init(sessionID: id), call).get()
      #expect(await refusal { try await service.identity.endSession(.init(sessionID: id), call).get() } == 404)
      #expect(await refresh(two) == 401)
      try await service.identity.logOut(.init(), call).get()
      #expect(await refresh(one) == 401)
      // Its access token is good elsewhere until it expires, and here for nothing: it could make a key that does not.
      let refused = try await service.send("GET", "/api/identity/me", as: call)
      #expect(refused.status == 401)
      #expect(refused.headers.values("www-authenticate") == [#"Bearer realm="identity", error="invalid_token""#])
      let draft = ApiKeyDraft(name: "stolen", scopes: ["user"])
      #expect(await refusal { _ = try await service.identity.makeKey(.init(body: draft), call).get() } == 401)
      let admin = service.call(as: Uuid.test(99).description, scopes: ["admin"])
      _ = try await service.identity.changeUser(.init(userID: user.id, body: .init(isDisabled: true)), admin).get()
      #expect(await refresh(three) == 401)
      #expect(await refusal { _ = try await service.logIn() } == 401)
      let own = service.call(as: user.id.description)
      #expect(await refusal { _ = try await service.identity.me(.init(), own).get() } == 401)
      _ = try await service.identity.changeUser(.init(userID: user.id, body: .init(isDisabled: false)), admin).get()
      let four = try await service.logIn()
      service.clock.advance(by: .seconds(30 * 86_400 + 1))
      #expect(await refresh(four) == 401)
      try await service.run(task: "forget what has ended")
      #expect(try await service.identity.listSessions(.init(), own).get().items.isEmpty)
      service.clock.advance(by: .seconds(31 * 86_400))
      try await service.run(task: "forget what has ended")
      let rows = try await service.database.query(
        "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM refresh_tokens) AS n")
      #expect(try rows[0].get("n", Int.self) == 0)
    }
  }
}

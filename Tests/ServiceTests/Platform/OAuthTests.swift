import IdentityAPI
import ServiceCore
import ServiceSecurity
import ServiceTesting
import Testing

@testable import IdentityService

/// OAuth 2.0 and OpenID Connect, as clients and browsers see them.
@Suite struct OAuthTests {
  @Test func `a user logs in to a client, which gets tokens once for its code`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      let client = try await service.client()
      let request = PageBrowser.request(client.client)
      var browser = PageBrowser(service)
      let first = try await browser.open(request)
      #expect(first.shows("Log in to Field &lt;notes&gt;") && !first.shows("<notes>"))
      let wrong = try await browser.press(
        "login", request, token: first.token, email: "ada@example.com", password: "wrong")
      #expect(wrong.shows("There is no account with this address and password.") && !wrong.shows("value=\"wrong\""))
      let code = try await browser.code(request)
      let tokens = try await service.redeem(code, client).get()
      let (access, id) = (
        try tokens.claims(of: tokens.accessToken), try tokens.claims(of: try #require(tokens.idToken))
      )
      #expect(access["sub"]?.text == user.id.description && access["scope"] == "openid email")
      #expect(access["roles"] == nil && access["client_id"]?.text == client.client.id.description)
      #expect(
        id["aud"]?.text == client.client.id.description && id["nonce"] == "n1" && id["email"] == "ada@example.com")
      let info = try await service.identity.userInfo(.init(), service.call(with: tokens)).get()
      #expect(info.sub == user.id.description && info.email == user.email && info.name == nil)

      // Consent is remembered, and the browser stays logged in.
      let again = try await browser.open(request)
      #expect(again.answer("state") == "s%201%26x" && again.answer("iss") == "http%3A%2F%2F127.0.0.1%3A8080")
      // A code that comes again was copied: what it was used for ends.
      let next = try await service.tokens(refresh(tokens, client)).get()
      #expect(try await service.redeem(code, client).word == "invalid_grant")
      #expect(try await service.tokens(refresh(next, client)).word == "invalid_grant")
      #expect(try await service.kinds().suffix(2) == [.loggedIn, .tokenReused])
    }
  }

  private func refresh(_ tokens: IssuedTokens, _ client: (client: Client, secret: String?)) -> TokenRequest {
    TokenRequest(
      grantType: "refresh_token", clientID: client.client.id.description, clientSecret: client.secret,
      refreshToken: tokens.refreshToken)
  }

  @Test func `a code is good for its client, its verifier, its address, and a minute`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let (client, other) = (try await service.client(), try await service.client())
      var browser = PageBrowser(service)
      func code() async throws -> String { try await browser.code(PageBrowser.request(client.client)) }
      #expect(try await service.redeem(try await code(), other).word == "invalid_grant")
      #expect(try await service.redeem(try await code(), (client.client, other.secret)).word == "invalid_client")
      #expect(try await service.redeem(try await code(), (client.client, nil)).word == "invalid_client")
      #expect(try await service.redeem(try await code(), client, verifier: nil).word == "invalid_grant")
      #expect(
        try await service.redeem(try await code(), client, verifier: PageBrowser.challenge).word == "invalid_grant")
      #expect(try await service.redeem("cz_none", client).word == "invalid_grant")
      var elsewhere = try await service.client(redirects: ["https://a.example/", "https://b.example/"])
      let (to, bad) = (PageBrowser.request(elsewhere.client), try await code())
      _ = bad
      let foreign = try await browser.code(to)
      elsewhere.client = Client(
        id: elsewhere.client.id, name: "x", grants: [], redirectUris: ["https://b.example/"], scopes: [],
        isConfidential: true, isTrusted: false, idTokenSignedResponseAlg: .es256, createdAt: service.clock.clock.now())
      #expect(try await service.redeem(foreign, elsewhere).word == "invalid_grant")
      let late = try await code()
      service.clock.advance(by: .seconds(61))
      #expect(try await service.redeem(late, client).word == "invalid_grant")
      // Of two uses at once one succeeds.
      let raced = try await code()
      let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<2 { group.addTask { try await service.redeem(raced, client).word == nil } }
        return try await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.count(where: { $0 }) == 1)
    }
  }

  @Test func `a request that is not in order is told to the client, or to the user where there is none to tell`()
    async throws
  {
    try await withService(Identity.self) { service in
      let (client, app) = (
        try await service.client(),
        try await service.client(redirects: ["http://127.0.0.1/back", "com.example.app:/back"], isConfidential: false)
      )
      var browser = PageBrowser(service)
      for address in [
        "https://client.example/callback/", "https://client.example/callback?x=1", "https://evil.example/",
      ] {
        let shown = try await browser.open(PageBrowser.request(client.client) { $0["redirect_uri"] = address })
        #expect(shown.shows("has not registered the address"), "\(shown)")
      }
      let unknown = Client(
        id: .test(1), name: "x", grants: [], redirectUris: ["https://client.example/callback"], scopes: [],
        isConfidential: true, isTrusted: false, idTokenSignedResponseAlg: .es256, createdAt: service.clock.clock.now())
      #expect(try await browser.open(PageBrowser.request(unknown)).shows("No program"))
      let cases: [(Client, String, String?, String)] = [
        (client.client, "response_type", "token", "unsupported_response_type"),
        (client.client, "scope", "openid admin", "invalid_scope"),
        (client.client, "code_challenge", "short", "invalid_request"),
        (client.client, "code_challenge_method", "plain", "invalid_request"),
        (app.client, "code_challenge", nil, "invalid_request"), (client.client, "prompt", "none", "login_required"),
      ]
      for (client, name, value, word) in cases {
        let shown = try await browser.open(PageBrowser.request(client) { $0[name] = value })
        #expect(shown.answer("error") == word && shown.answer("state") == "s%201%26x", "\(name): \(shown)")
      }
      // A program on the user's machine has a port of its own.
      for address in ["http://127.0.0.1:54321/back", "com.example.app:/back"] {
        let shown = try await browser.open(PageBrowser.request(app.client) { $0["redirect_uri"] = address })
        #expect(shown.shows("Log in to"), "\(shown)")
      }
    }
  }

  @Test func `only the forms of this browser's own pages do anything`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let client = try await service.client()
      let request = PageBrowser.request(client.client)
      var (own, attacker) = (PageBrowser(service), PageBrowser(service))
      let stolen = try await attacker.open(request).token
      // Another site's form: the browser sends no cookie with it, or the attacker's token does not go with it.
      for token in [stolen, nil, ""] {
        let shown = try await own.press(
          "login", request, token: token, email: "ada@example.com", password: TestedIdentity.password)
        #expect(shown.shows("open for too long") && own.session == nil)
      }
      let page = try await own.open(request)
      _ = try await own.press(
        "login", request, token: page.token, email: "ada@example.com", password: TestedIdentity.password)
      #expect(try await own.press("allow", request, token: stolen).shows("open for too long"))
      // Without a login nothing can be allowed.
      var stranger = PageBrowser(service)
      let token = try await stranger.open(request).token
      #expect(try await stranger.press("allow", request, token: token).answer("code") == nil)
      #expect(try await stranger.press("deny", request, token: token).answer("error") == "access_denied")
      #expect(try await stranger.press("explode", request, token: token).shows("no button"))
      // Who leaves has to log in again.
      let consent = try await own.open(request)
      #expect(consent.shows("Allow"))
      _ = try await own.press("leave", request, token: consent.token)
      #expect(try await own.open(request).shows("Log in to"))
    }
  }

  @Test func `a client's token reads what its scopes say, and no account`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let client = try await service.client(isTrusted: true)
      var browser = PageBrowser(service)
      let request = PageBrowser.request(client.client) { $0["scope"] = "user openid" }
      let tokens = try await service.redeem(try await browser.code(request), client).get()
      #expect(tokens.scope == "openid user")
      let call = try service.call(with: tokens)
      #expect(await refusal { _ = try await service.identity.me(.init(), call).get() } == 401)
      let draft = ApiKeyDraft(name: "x", scopes: ["user"])
      #expect(await refusal { _ = try await service.identity.makeKey(.init(body: draft), call).get() } == 401)
      // The platform's own refresh takes no client's token, and a client no other's.
      let token = try #require(tokens.refreshToken)
      let own = await refusal {
        _ = try await service.identity.refreshTokens(.init(body: .init(refreshToken: token)), service.call).get()
      }
      #expect(own == 401)
      let other = try await service.client()
      #expect(try await service.tokens(refresh(tokens, other)).word == "invalid_grant")
      // It is listed among the user's sessions, and ends with the client.
      let sessions = try await service.identity.listSessions(.init(), service.call(with: service.logIn())).get()
      #expect(sessions.items.contains { $0.device == "Field <notes>" })
      let admin = service.call(as: Uuid.test(99).description, scopes: ["admin"])
      _ = try await service.identity.endClient(.init(clientID: client.client.id), admin)
      #expect(try await service.tokens(refresh(tokens, client)).word == "invalid_client")
    }
  }

  @Test func `a client acts for itself, with the scopes that it has`() async throws {
    try await withService(Identity.self) { service in
      let client = try await service.client([.clientCredentials], scopes: ["orders:read", "stock:read"], redirects: [])
      func ask(_ scope: String?, _ secret: String?) async throws -> Result<IssuedTokens, OAuthWord> {
        try await service.tokens(
          TokenRequest(
            grantType: "client_credentials", clientID: client.client.id.description, clientSecret: secret, scope: scope)
        )
      }
      let tokens = try await ask("orders:read", client.secret).get()
      let claims = try tokens.claims(of: tokens.accessToken)
      #expect(claims["sub"]?.text == client.client.id.description && claims["scope"] == "orders:read")
      #expect(tokens.refreshToken == nil && tokens.idToken == nil)
      #expect(try await ask("admin", client.secret).word == "invalid_scope")
      #expect(try await ask(nil, "cs_" + String(repeating: "A", count: 43)).word == "invalid_client")
      let other = try await service.client()
      let wrong = TokenRequest(
        grantType: "client_credentials", clientID: other.client.id.description, clientSecret: other.secret)
      #expect(try await service.tokens(wrong).word == "unauthorized_client")
      #expect(
        try await service.tokens(
          TokenRequest(grantType: "password", clientID: other.client.id.description, clientSecret: other.secret)
        ).word == "unsupported_grant_type")
    }
  }

  @Test(arguments: [
    ("http://client.example/", true), ("https:/x", true), ("https://a@b/", true), ("javascript:alert(1)", true),
    ("data:text/html,x", true), ("myapp:/x", true), ("https://x/#f", true), ("https://x/;y", true),
    ("http://localhost.evil.example/", true), ("http://127.0.0.1:x@evil.example/cb", true),
    ("http://127.0.0.1@evil.example/cb", true), ("http://127.0.0.1:1:2/cb", true), ("https://x:80@y/", true),
    ("http://127.0.0.1:/cb", true), ("http://127.0.0.1: * @evil.example/cb", true), ("https://x/cb", false),
    ("http://127.0.0.1:8080/cb", false), ("http://[::1]:8080/cb", false), ("https://x:8443/cb", false),
  ])
  func `addresses to send users back to are safe ones`(_ address: String, _ isRefused: Bool) async throws {
    #expect(RedirectAddress.isAllowed(address) != isRefused)
  }

  @Test func `a device gets tokens once its user has typed its code`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let client = try await service.client(
        [.urnIetfParamsOauthGrantTypeDeviceCode], redirects: [], isConfidential: false)
      func begin() async throws -> DeviceAuthorization {
        let request = DeviceRequest(clientID: client.client.id.description, scope: "openid")
        return try await service.identity.authorizeDevice(.init(body: request), service.call).get()
      }
      func poll(_ device: DeviceAuthorization) async throws -> Result<IssuedTokens, OAuthWord> {
        try await service.tokens(
          TokenRequest(
            grantType: GrantKind.urnIetfParamsOauthGrantTypeDeviceCode.rawValue,
            clientID: client.client.id.description, deviceCode: device.deviceCode))
      }
      let device = try await begin()
      #expect(try await poll(device).word == "authorization_pending")
      #expect(try await poll(device).word == "slow_down")
      service.clock.advance(by: .seconds(10))
      #expect(try await poll(device).word == "authorization_pending")
      let page = try await service.identity.showDevice(.init(userCode: device.userCode), service.call)
      guard case .ok(let html, _, _, let cookie?) = page else {
        Issue.record("\(page)")
        return
      }
      let form = cookie.split(separator: ";")[0].split(separator: "=", maxSplits: 1)[1]
      var token = PageBrowser.Shown.page(html).token ?? ""
      var session: String?
      func press(_ action: String, _ code: String, login: Bool = false) async throws -> String {
        let body = DeviceDecision(
          form: token, action: action, userCode: code, email: login ? "ada@example.com" : nil,
          password: login ? TestedIdentity.password : nil)
        let input = DecideDevice.Input(body: body, charterSession: session, charterForm: String(form))
        switch try await service.identity.decideDevice(input, service.call) {
        case .ok(let html, _, _, let cookie):
          if let pair = cookie?.split(separator: ";").first {
            session = String(pair.dropFirst("charter_session=".count))
          }
          token = PageBrowser.Shown.page(html).token ?? token
          return html
        case .unprocessableContent(let html, _, _, _):
          token = PageBrowser.Shown.page(html).token ?? token
          return html
        case let other: return "\(other)"
        }
      }
      let typed = device.userCode.lowercased().replacing("-", with: " ")
      #expect(try await press("show", typed).contains("Password"))
      #expect(try await press("login", typed, login: true).contains("wants to act for you"))
      #expect(try await press("allow", "BBBB-BBBB").contains("No device waits"))
      #expect(try await press("allow", typed).contains("Connected"))
      let tokens = try await poll(device).get()
      #expect(tokens.scope == "openid" && tokens.idToken != nil && tokens.refreshToken == nil)
      #expect(try await poll(device).word == "invalid_grant")
      let declined = try await begin()
      #expect(try await press("deny", declined.userCode).contains("Not connected"))
      #expect(try await poll(declined).word == "access_denied")
      let late = try await begin()
      service.clock.advance(by: .seconds(601))
      #expect(try await poll(late).word == "expired_token")
    }
  }

  @Test func `no more than a thousand devices wait for one client, and those whose time is over are forgotten`()
    async throws
  {
    try await withService(Identity.self) { service in
      /// The word of OAuth for why there is no code; nil where there is one.
      func begin(_ client: Client) async throws -> String? {
        let request = DeviceRequest(clientID: client.id.description, scope: "openid")
        switch try await service.identity.authorizeDevice(.init(body: request), service.call) {
        case .ok: return nil
        case .badRequest(.json(let fault)): return fault.error
        case let other: return "\(other)"
        }
      }
      func client() async throws -> Client {
        try await service.client([.urnIetfParamsOauthGrantTypeDeviceCode], redirects: [], isConfidential: false).client
      }
      let (busy, quiet) = (try await client(), try await client())
      #expect(try await begin(busy) == nil)
      _ = try await service.database.query(
        """
        INSERT INTO devices (digest, user_code, client_id, scopes, expires_at, pause)
        SELECT decode(md5(n::text), 'hex'), 'code ' || n, client_id, scopes, expires_at, pause
        FROM devices, generate_series(3, 1000) AS n
        """)
      #expect(try await begin(busy) == nil)
      #expect(try await begin(busy) == "temporarily_unavailable")
      #expect(try await begin(quiet) == nil)
      service.clock.advance(by: .seconds(601))
      #expect(try await begin(busy) == nil)
      try await service.run(task: "forget what has ended")
      #expect(try await service.database.query("SELECT FROM devices").count == 1)
    }
  }

  @Test func `a second factor is asked for, each of its codes counts once, and recovery codes stand in for it`()
    async throws
  {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      try await service.confirm()
      let own = try service.call(with: try await service.logIn())
      let begun = try await service.identity.beginSecondFactor(
        .init(body: .init(password: TestedIdentity.password)), own
      ).get()
      #expect(begun.uri.contains("secret=" + begun.secret))
      let secret = try Self.decoded(begun.secret)
      func code() throws -> String {
        try OneTimeCode.code(secret, service.clock.clock.now().microseconds / 30_000_000)
      }
      func logIn(_ code: String?) async -> Int? {
        await refusal {
          let login = Login(email: "ada@example.com", password: TestedIdentity.password, code: code)
          _ = try await service.identity.logIn(.init(body: login), service.call).get()
        }
      }
      // Before it is confirmed it does not count.
      #expect(await logIn(nil) == nil)
      let codes = try await service.identity.confirmSecondFactor(.init(body: .init(code: try code())), own).get().codes
      #expect(codes.count == 10)
      #expect(await logIn(nil) == 401)
      #expect(await logIn(try code()) == 401, "the code that confirmed it was used")
      service.clock.advance(by: .seconds(30))
      #expect(await logIn(try code()) == nil)
      #expect(await logIn(try code()) == 401)
      #expect(await logIn(codes[0].uppercased()) == nil)
      #expect(await logIn(codes[0]) == 401)
      let second = await refusal {
        _ = try await service.identity.beginSecondFactor(.init(body: .init(password: TestedIdentity.password)), own)
          .get()
      }
      #expect(second == 409)
      #expect(
        await refusal { try await service.identity.removeSecondFactor(.init(body: .init(code: "000000")), own).get() }
          == 403)
      service.clock.advance(by: .seconds(30))
      _ = try await service.identity.removeSecondFactor(.init(body: .init(code: try code())), own).get()
      #expect(await logIn(nil) == nil)
      #expect(try await service.kinds().contains(.secondFactorRemoved))
    }
  }

  @Test func `wrong codes of a second factor count for the account, wherever they come from`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      try await service.confirm()
      let own = try service.call(with: try await service.logIn())
      let proof = PasswordProof(password: TestedIdentity.password)
      func begin() async -> Int? {
        await refusal { _ = try await service.identity.beginSecondFactor(.init(body: proof), own).get() }
      }
      let begun = try await service.identity.beginSecondFactor(.init(body: proof), own).get()
      let secret = try Self.decoded(begun.secret)
      func code() throws -> String {
        try OneTimeCode.code(secret, service.clock.clock.now().microseconds / 30_000_000)
      }
      _ = try await service.identity.confirmSecondFactor(.init(body: .init(code: try code())), own).get()
      func remove(_ code: String) async -> Int? {
        await refusal {
          _ = try await service.identity.removeSecondFactor(.init(body: .init(code: code)), own).get()
        }
      }
      for _ in 0..<10 {
        #expect(await remove("000000") == 403)
        // The right password forgives wrong passwords, and no wrong codes.
        #expect(await begin() == 409)
      }
      service.clock.advance(by: .seconds(30))
      #expect(await remove(try code()) == 403)
      service.clock.advance(by: .seconds(900))
      #expect(await remove(try code()) == nil)
    }
  }

  @Test func `who has not confirmed an address has no second factor, and administrators remove lost ones`() async throws
  {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      let own = try service.call(with: try await service.logIn())
      let proof = PasswordProof(password: TestedIdentity.password)
      func begin() async -> Int? {
        await refusal { _ = try await service.identity.beginSecondFactor(.init(body: proof), own).get() }
      }
      #expect(await begin() == 409)
      try await service.confirm()
      let begun = try await service.identity.beginSecondFactor(.init(body: proof), own).get()
      let code = try OneTimeCode.code(
        try Self.decoded(begun.secret), service.clock.clock.now().microseconds / 30_000_000)
      _ = try await service.identity.confirmSecondFactor(.init(body: .init(code: code)), own).get()
      #expect(await refusal { _ = try await service.logIn() } == 401)
      let change = UserChange(secondFactor: .removed)
      _ = try await service.identity.changeUser(.init(userID: user.id, body: change), service.admin).get()
      _ = try await service.logIn()
    }
  }

  @Test func `what was allowed in a session that has ended is allowed no more, and empty permissions are refused`()
    async throws
  {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let client = try await service.client(scopes: ["openid", "admin"])
      var browser = PageBrowser(service)
      let code = try await browser.code(PageBrowser.request(client.client) { $0["scope"] = "openid" })
      let shown = try await browser.open(PageBrowser.request(client.client) { $0["scope"] = "admin" })
      #expect(shown.answer("error") == "invalid_scope")
      _ = try await service.database.execute("UPDATE sessions SET ended_at = now()")
      #expect(try await service.redeem(code, client).word == "invalid_grant")
    }
  }

  @Test func `clients are made by administrators of now, and by no other client`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      let draft = ClientDraft(name: "x", grants: [.clientCredentials])
      func register(_ claims: [(String, JSONValue)]) async -> Int? {
        let identity = VerifiedIdentity(subject: user.id.description, scopes: ["admin"], claims: JSONObject(claims))
        return await refusal {
          _ = try await service.identity.registerClient(.init(body: draft), service.call(as: identity)).get()
        }
      }
      #expect(await register([]) == 403, "no administrator any more")
      try await service.database.execute("UPDATE users SET roles = '{user,admin}'")
      let session = try await service.logIn().claims()["sid"] ?? .null
      #expect(await register([("sid", session)]) == nil)
      #expect(await register([("client_id", .string(Uuid.test(5).description))]) == 403)
      try await service.database.execute("UPDATE sessions SET ended_at = now()")
      #expect(await register([("sid", session)]) == 403)
    }
  }

  static func decoded(_ text: String) throws -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var (bytes, buffer, bits): ([UInt8], Int, Int) = ([], 0, 0)
    for letter in text.utf8 {
      (buffer, bits) = (buffer << 5 | (try #require(letters.firstIndex(of: letter))), bits + 5)
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
        buffer &= (1 << bits) - 1
      }
    }
    return bytes
  }
}

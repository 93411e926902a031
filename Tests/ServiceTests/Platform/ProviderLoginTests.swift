import IdentityAPI
import ServiceCore
import ServiceSecurity
import ServiceTesting
import Testing

@testable import IdentityService

@Suite struct ProviderLoginTests {
  private static let page = "/api/identity/authorize?client_id=1"

  /// A browser that an outside provider logs in.
  private struct Browser {
    let service: TestedIdentity
    let provider: FakeProvider
    var session: String?
    var form: String?
    var login: String?

    enum Shown: Equatable {
      case page(String)
      case fault(String)
      case redirect(String)

      func shows(_ text: String) -> Bool {
        switch self {
        case .page(let html), .fault(let html): html.contains(text)
        case .redirect: false
        }
      }
      var isLoggedIn: Bool { shows("http-equiv=\"refresh\" content=\"0; url=\(ProviderLoginTests.page)\"") }
    }

    private mutating func keep(_ cookie: String?) {
      guard let pair = cookie?.split(separator: ";").first?.split(separator: "=", maxSplits: 1), pair.count == 2 else {
        return
      }
      switch pair[0] {
      case "charter_session": session = String(pair[1])
      case "charter_form": form = String(pair[1])
      default: login = String(pair[1])
      }
    }

    /// Goes to the provider; the parameters that it is sent with.
    mutating func begin(_ page: String = ProviderLoginTests.page) async throws -> [String: String] {
      let output = try await service.identity.beginProviderLogin(.init(continue: page), service.call)
      guard case .seeOther(let address, _, let cookie) = output else { return [:] }
      #expect(address.hasPrefix(provider.issuer + "/authorize?tenant=1&"))
      keep(cookie)
      let pairs = address.split(separator: "?")[1].split(separator: "&").map { $0.split(separator: "=") }
      return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), PercentCoding.decode($0[1]) ?? "") })
    }

    mutating func end(_ answer: [String: String]) async throws -> Shown {
      let input = EndProviderLogin.Input(
        answer: JSONObject(answer.map { ($0.key, $0.value) }), userAgent: "tests", charterLogin: login,
        charterSession: session, charterForm: form)
      switch try await service.identity.endProviderLogin(input, service.call) {
      case .ok(let html, _, _, let cookie):
        keep(cookie)
        return .page(html)
      case .unprocessableContent(let html, _, _, let cookie):
        keep(cookie)
        return .fault(html)
      default: return .redirect("")
      }
    }

    mutating func prove(_ code: String, token: String) async throws -> Shown {
      let input = ProveProviderLogin.Input(
        body: .init(form: token, code: code), secFetchSite: "same-origin", userAgent: "tests", charterLogin: login,
        charterSession: session, charterForm: form)
      switch try await service.identity.proveProviderLogin(input, service.call) {
      case .ok(let html, _, _, let cookie):
        keep(cookie)
        return .page(html)
      case .unprocessableContent(let html, _, _, let cookie):
        keep(cookie)
        return .fault(html)
      default: return .redirect("")
      }
    }

    /// Logs in as the provider says.
    mutating func logIn(_ change: [String: JSONValue?] = [:]) async throws -> Shown {
      let sent = try await begin()
      provider.says(claims(sent["nonce"] ?? "", change))
      return try await end(["state": sent["state"] ?? "", "code": "right"])
    }

    func claims(_ nonce: String, _ change: [String: JSONValue?] = [:]) -> [String: JSONValue] {
      let now = service.clock.clock.now().microseconds / 1_000_000
      var claims: [String: JSONValue] = [
        "iss": .string(provider.issuer), "aud": "platform", "sub": "g-1", "nonce": .string(nonce),
        "email": "Ada@example.com", "email_verified": true, "name": "Ada L.", "iat": .number(ExactDecimal(now)),
        "exp": .number(ExactDecimal(now + 300)),
      ]
      for (name, value) in change { claims[name] = value }
      return claims
    }

    func user() async throws -> User? {
      let cookie = session
      return try await service.service.browser(cookie)?.user
    }
  }

  private func serving(_ body: @escaping @Sendable (TestedIdentity, Browser) async throws -> Void) async throws {
    let provider = try FakeProvider()
    try await provider.start()
    let settings = [
      "IDENTITY_PROVIDER": provider.issuer, "IDENTITY_PROVIDER_NAME": "Fake & Co",
      "IDENTITY_PROVIDER_CLIENT": "platform",
      "IDENTITY_PROVIDER_SECRET": "s:1",
    ]
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await withService(Identity.self, settings: settings) { service in
          try await body(service, Browser(service: service, provider: provider))
        })
    } catch {
      result = .failure(error)
    }
    await provider.stop()
    try result.get()
  }

  @Test func `somebody new gets an account, and the same one the next time`() async throws {
    try await serving { service, first in
      var browser = first
      let sent = try await browser.begin()
      #expect(
        sent["client_id"] == "platform" && sent["response_type"] == "code" && sent["scope"] == "openid email profile")
      #expect(sent["redirect_uri"] == "http://127.0.0.1:8080/api/identity/provider/callback")
      browser.provider.says(browser.claims(sent["nonce"] ?? ""))
      let shown = try await browser.end(["state": sent["state"] ?? "", "code": "right", "iss": browser.provider.issuer])
      #expect(shown.isLoggedIn)
      let asked = browser.provider.asked
      #expect(
        asked["authorization"] == "Basic " + Base64(Array("platform:s%3A1".utf8)).text && asked["client_secret"] == nil)
      let proof = Base64(try Secret.digest(of: asked["code_verifier"] ?? ""), isURLSafe: true).text
      #expect(proof == sent["code_challenge"] && sent["code_challenge_method"] == "S256")
      let user = try #require(try await browser.user())
      #expect(
        user.email == "ada@example.com" && user.name == "Ada L." && user.emailConfirmedAt != nil
          && user.roles == [.user])
      // The address may change: the subject tells who it is.
      var next = first
      #expect(try await next.logIn(["email": "ada@elsewhere.example", "email_verified": false]).isLoggedIn)
      #expect(try await next.user()?.id == user.id)
      #expect(try await service.kinds() == [.registered, .providerLinked, .loggedIn, .loggedIn])
      // There is no password to log in by.
      #expect(await refusal { _ = try await service.logIn("ada@example.com", "x") } == 401)
    }
  }

  @Test func `an account with the address is theirs, without what somebody else has put there`() async throws {
    try await serving { service, first in
      // Who registers an address first may not be its owner.
      let squatted = try await service.register()
      let tokens = try await service.logIn()
      var browser = first
      #expect(try await browser.logIn().isLoggedIn)
      #expect(try await browser.user()?.id == squatted.id)
      #expect(await refusal { _ = try await service.logIn() } == 401)
      #expect(
        await refusal {
          _ = try await service.identity.refreshTokens(
            .init(body: .init(refreshToken: tokens.refreshToken)), service.call
          ).get()
        } == 401)
      #expect(await refusal { _ = try await service.identity.me(.init(), service.call(with: tokens)).get() } == 401)
    }
    try await serving { service, first in
      let owner = try await service.register()
      try await service.confirm()
      var browser = first
      #expect(try await browser.logIn().isLoggedIn)
      #expect(try await browser.user()?.id == owner.id)
      _ = try await service.logIn()
    }
  }

  @Test(arguments: ["email_verified", "email", "nonce", "aud", "iss", "exp", "azp", "sub"])
  func `what the provider does not say, or says of something else, logs nobody in`(_ claim: String) async throws {
    try await serving { service, first in
      let wrong: [String: [JSONValue?]] = [
        "email_verified": [nil, false, "no"], "email": [nil, "ada", "a@b\r\nc"], "nonce": [nil, "other"],
        "aud": [nil, "other", ["other"]], "iss": [nil, "https://evil.example"], "exp": [nil, 1], "azp": ["other"],
        "sub": [nil, "", 1],
      ]
      for value in wrong[claim] ?? [] {
        var browser = first
        let shown = try await browser.logIn([claim: value])
        #expect(shown.shows("Fake &amp; Co") && !shown.isLoggedIn, "\(claim): \(String(describing: value))")
        #expect(browser.session == nil)
      }
      #expect(try await service.kinds().isEmpty)
    }
  }

  @Test func `only the browser that has begun comes back, once and in time`() async throws {
    try await serving { service, first in
      var browser = first
      let sent = try await browser.begin()
      browser.provider.says(browser.claims(sent["nonce"] ?? ""))
      let answer = ["state": sent["state"] ?? "", "code": "right"]
      var other = first
      #expect(try await other.end(answer).shows("open for too long"))
      other.login = "cp_x"
      #expect(try await other.end(answer).shows("open for too long"))
      #expect(try await browser.end(answer.merging(["iss": "https://evil.example"]) { $1 }).shows("open for too long"))
      // That was the one time.
      browser.login = sent["state"]
      #expect(try await browser.end(answer).shows("open for too long"))
      var late = first
      let again = try await late.begin()
      late.provider.says(late.claims(again["nonce"] ?? ""))
      service.clock.advance(by: .seconds(601))
      #expect(try await late.end(["state": again["state"] ?? "", "code": "right"]).shows("open for too long"))
      #expect(try await service.kinds().isEmpty)
    }
  }

  @Test func `who declines, and a provider that is away, get a page that says so`() async throws {
    try await serving { service, first in
      for (answer, text) in [
        (["error": "access_denied"], "You have not logged in"), (["error": "server_error"], "did not log you in"),
        ([:], "is not valid"), (["code": "wrong"], "cannot be reached"),
      ] {
        var browser = first
        let sent = try await browser.begin()
        #expect(try await browser.end(answer.merging(["state": sent["state"] ?? ""]) { $1 }).shows(text), "\(answer)")
      }
      first.provider.isAway = true
      service.clock.advance(by: .seconds(3_601))
      let output = try await service.identity.beginProviderLogin(.init(continue: Self.page), service.call)
      guard case .unprocessableContent(let html, _, _, _) = output else { return #expect(Bool(false), "\(output)") }
      #expect(html.contains("Fake &amp; Co cannot be reached"))
    }
  }

  @Test func `nobody is sent on to a page of somebody else`() async throws {
    try await serving { service, _ in
      for page in [
        "https://evil.example/", "//evil.example", "/api/identity/authorize\\@evil", "/api/identity/authorizex", "",
        "/api/identity/device/x", "javascript:alert(1)", " /api/identity/device",
      ] {
        let output = try await service.identity.beginProviderLogin(.init(continue: page), service.call)
        guard case .unprocessableContent = output else {
          Issue.record("\(page): \(output)")
          continue
        }
      }
    }
  }

  @Test func `a second factor is asked for, and a disabled account stays shut`() async throws {
    try await serving { service, first in
      let user = try await service.register()
      try await service.confirm()
      let call = try service.call(with: try await service.logIn())
      let factor = try await service.identity.beginSecondFactor(
        .init(body: .init(password: TestedIdentity.password)), call
      ).get()
      let secret = try OAuthTests.decoded(factor.secret)
      func code() throws -> String {
        try OneTimeCode.code(secret, service.clock.clock.now().microseconds / 30_000_000)
      }
      _ = try await service.identity.confirmSecondFactor(.init(body: .init(code: try code())), call).get()
      service.clock.advance(by: .seconds(60))
      var browser = first
      // The page of the login has given it one.
      browser.form = "cf_" + String(repeating: "x", count: 43)
      let shown = try await browser.logIn()
      #expect(shown.shows("One more step") && browser.session == nil)
      guard case .page(let html) = shown else { return }
      let token = String(
        try #require(html.split(separator: "name=\"form\" value=\"").dropFirst().first).prefix { $0 != "\"" })
      #expect(try await browser.prove(try code(), token: "").shows("open for too long"))
      #expect(try await browser.prove("000000", token: token).shows("not what the authenticator shows"))
      var thief = browser
      thief.login = "cp_other"
      #expect(try await thief.prove(try code(), token: token).shows("open for too long"))
      #expect(try await browser.prove(try code(), token: token).isLoggedIn)
      #expect(try await browser.user()?.id == user.id)
      let admin = service.call(as: Uuid.test(99).description, scopes: ["admin"])
      _ = try await service.identity.changeUser(.init(userID: user.id, body: .init(isDisabled: true)), admin).get()
      var next = first
      #expect(try await next.logIn().shows("The account is disabled"))
    }
  }

  @Test func `the pages offer it where there is one, and go on to what was asked for`() async throws {
    try await serving { service, first in
      let client = try await service.client()
      var pages = PageBrowser(service)
      let shown = try await pages.open(PageBrowser.request(client.client) { $0["prompt"] = "login consent" })
      guard shown.shows("Log in with Fake &amp; Co"), case .page(let html) = shown else {
        Issue.record("\(shown)")
        return
      }
      let link = String(
        try #require(html.split(separator: "<p class=\"or\"><a href=\"").dropFirst().first).prefix { $0 != "\"" })
      let page = try #require(PercentCoding.decode(link.split(separator: "continue=")[1]))
      #expect(
        link.hasPrefix("/api/identity/provider?") && page.hasPrefix("/api/identity/authorize?response_type=code&"))
      // What it asks for is the provider's to do, and only then done.
      #expect(page.contains("prompt=login%20consent"))
      var browser = first
      let sent = try await browser.begin(page + "&max_age=60")
      #expect(sent["prompt"] == "login" && sent["max_age"] == "60")
      for (ago, isRecent) in [(1_000, false), (30, true)] {
        var browser = first
        let sent = try await browser.begin(page + "&max_age=60")
        let now = service.clock.clock.now().microseconds / 1_000_000
        browser.provider.says(browser.claims(sent["nonce"] ?? "", ["auth_time": .number(ExactDecimal(now - ago))]))
        let shown = try await browser.end(["state": sent["state"] ?? "", "code": "right"])
        #expect(shown.shows("You have logged in") == isRecent)
        #expect(!isRecent || shown.shows("prompt=consent&amp;") || shown.shows("prompt=consent\""))
        #expect(!shown.shows("max_age"))
      }
      let output = try await service.identity.beginProviderLogin(.init(continue: page), service.call)
      if case .seeOther = output {} else { Issue.record("\(output)") }
    }
    try await withService(Identity.self) { service in
      let client = try await service.client()
      var pages = PageBrowser(service)
      #expect(try await !pages.open(PageBrowser.request(client.client)).shows("Log in with"))
      let output = try await service.identity.beginProviderLogin(.init(continue: Self.page), service.call)
      guard case .unprocessableContent = output else { return #expect(Bool(false), "\(output)") }
    }
  }

  @Test(arguments: [
    ["IDENTITY_PROVIDER": "https://id.example"],
    ["IDENTITY_PROVIDER": "http://id.example", "IDENTITY_PROVIDER_CLIENT": "a", "IDENTITY_PROVIDER_SECRET": "b"],
    ["IDENTITY_PROVIDER": "com.example:x", "IDENTITY_PROVIDER_CLIENT": "a", "IDENTITY_PROVIDER_SECRET": "b"],
  ])
  func `settings that say half of it stop the start`(_ settings: [String: String]) async {
    await #expect(throws: ConfigurationError.self) { try await withService(Identity.self, settings: settings) { _ in } }
  }
}

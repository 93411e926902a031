import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// Devices without a browser (RFC 8628).
extension Identity {
  /// In seconds: how long a device waits, and how long between two questions.
  private static let (deviceSeconds, pause) = (600, 5)
  /// How many devices may wait for one client: anybody knows the id of a public one, and may ask for codes.
  private static let mostDevices = 1_000
  /// No vowels, so that no words come about, and nothing that looks like something else.
  private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ")

  func authorizeDevice(
    _ input: AuthorizeDevice.Input, _ principal: ClientOrAnonymousPrincipal, _ call: Call
  ) async throws -> AuthorizeDevice.Output {
    do {
      let client = try await client(principal, id: input.body.clientID, secret: input.body.clientSecret)
      guard client.grants.contains(.urnIetfParamsOauthGrantTypeDeviceCode) else {
        throw OAuthRefusal("unauthorized_client", "The client is not registered for devices.")
      }
      let (secret, scopes) = (try Secret.make("cd_"), try client.scopes(of: input.body.scope))
      guard try await queries.waitingDevices(client: client.id, now: now) < Self.mostDevices else {
        // RFC 6749, section 4.1.2.1: `slow_down` would have it go on asking for a code that it does not have.
        throw OAuthRefusal("temporarily_unavailable", "Too many devices of the client wait. Try again in ten minutes.")
      }
      // There are 25 billion codes.
      for _ in 0..<5 {
        let code = Self.newCode()
        guard
          try await queries.addDevice(
            digest: Base64(secret.digest), code: code, client: client.id, scopes: scopes,
            expires: now.adding(seconds: Self.deviceSeconds), pause: Self.pause) == 1
        else { continue }
        let address = issuer + (try ShowDevice.location(.init()))
        let shown = Self.shown(code)
        return .ok(
          DeviceAuthorization(
            deviceCode: secret.text, userCode: shown, verificationURI: address,
            verificationURIComplete: IdentityPages.address(address, [("user_code", shown)]),
            expiresIn: Self.deviceSeconds, interval: Self.pause), cacheControl: .noStore)
      }
      throw AuthorizeDevice.problem(status: 503, "No code is free at the moment.")
    } catch let refusal as OAuthRefusal {
      return .badRequest(.json(refusal.body))
    }
  }

  private static func newCode() -> String {
    var random = SystemRandomNumberGenerator()
    return String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
  }

  private static func shown(_ code: String) -> String { code.prefix(4) + "-" + code.dropFirst(4) }

  /// A code as somebody has typed it, as it is stored.
  private static func stored(_ typed: String?) -> String {
    String((typed ?? "").uppercased().filter(letters.contains).prefix(8))
  }

  /// Answers a device that asks whether somebody has decided.
  func poll(_ secret: String?, _ client: Client, _ call: Call) async throws -> Granted {
    let (digest, now) = (Base64(try Secret.digest(of: secret ?? "")), now)
    let outcome: Committed<Result<Granted, OAuthRefusal>> = try await call.transaction { queries in
      guard let device = try await queries.device(digest: digest), device.clientID == client.id else {
        return .failure(OAuthRefusal("invalid_grant", "The device code is not valid, or was used before."))
      }
      guard device.expiresAt > now else {
        return .failure(OAuthRefusal("expired_token", "Nobody has decided in time. Ask for another code."))
      }
      guard let isAllowed = device.isAllowed, let id = device.userID else {
        let isEarly = device.polledAt.map { $0.adding(seconds: device.pause) > now } ?? false
        try await queries.poll(digest: digest, pause: device.pause + (isEarly ? 5 : 0), now: now)
        return .failure(
          isEarly
            ? OAuthRefusal("slow_down", "Wait five seconds more between two questions.")
            : OAuthRefusal("authorization_pending", "Nobody has decided yet."))
      }
      try await queries.endDevice(digest: digest)
      // What somebody has allowed in a session that has ended is allowed no more. The user is locked first: a reset of the
      // password either comes before, or finds the new session.
      guard isAllowed, let user = try await queries.lockedUser(id: id), !user.isDisabled,
        let browser = device.browserID, try await queries.isOpen(session: browser, user: id)
      else { return .failure(OAuthRefusal("access_denied", "The user has declined.")) }
      return .success(
        try await begin(client, user, device.scopes, authenticated: device.authenticatedAt ?? now, queries))
    }
    return try outcome.value.get()
  }

  // MARK: the page

  func showDevice(_ input: ShowDevice.Input, _ call: Call) async throws -> ShowDevice.Output {
    let form = try form(input.charterForm, input.charterSession)
    let page = pages.device(input.userCode ?? "", form: form.token)
    return .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: form.cookie)
  }

  func decideDevice(_ input: DecideDevice.Input, _ call: Call) async throws -> DecideDevice.Output {
    let body = input.body
    var form = try form(input.charterForm, input.charterSession)
    let code = Self.stored(body.userCode)
    func fault(_ page: IdentityPages.Page, _ cookie: String?) -> DecideDevice.Output {
      .unprocessableContent(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: cookie)
    }
    func ok(_ page: IdentityPages.Page, _ cookie: String? = nil) -> DecideDevice.Output {
      .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: cookie)
    }
    guard isOurs(body.form, form, input.secFetchSite) else {
      return fault(pages.device("", form: form.token, IdentityPages.stale), form.cookie)
    }
    var (session, cookie) = (input.charterSession, nil as String?)
    if body.action == "login" {
      switch try await logIn(body.email, body.password, body.code, input.userAgent, call) {
      case .failure(let reason):
        return fault(pages.logInForDevice(Self.shown(code), form: form.token, reason.text), form.cookie)
      case .success(let secret):
        (session, cookie) = (secret, sessionCookie(secret))
        form = try self.form(input.charterForm, session)
      }
    }
    guard let browser = try await browser(session) else {
      return ok(pages.logInForDevice(Self.shown(code), form: form.token))
    }
    // A code is short: who tries some is stopped.
    guard let attempt = try await attempt("device code", call) else {
      let reason = "Too many codes have been tried from here. Try again in a quarter of an hour."
      return fault(pages.fault(reason), cookie)
    }
    guard let device = try await queries.deviceByCode(code: code, now: now),
      let client = try await queries.client(id: device.clientID)?.client
    else { return fault(pages.device("", form: form.token, "No device waits with this code."), cookie) }
    try await queries.withdraw(attempt: attempt.id)
    let scopes = device.scopes.filter(browser.user.mayGrant)
    guard body.action == "allow" || body.action == "deny" else {
      return ok(pages.deviceConsent(Self.shown(code), client, browser.user, scopes, form: form.token), cookie)
    }
    let isAllowed = body.action == "allow"
    let decided = try await queries.decide(
      code: code, user: browser.user.id, allowed: isAllowed && !scopes.isEmpty, scopes: scopes,
      browser: browser.session,
      authenticated: browser.began, now: now)
    guard decided == 1 else {
      return fault(pages.device("", form: form.token, "No device waits with this code."), cookie)
    }
    guard isAllowed else { return ok(pages.done("Not connected", "The device gets nothing.")) }
    try await queries.record(entry: entry(.clientAllowed, browser.user.id, client.name))
    return ok(pages.done("Connected", "The device goes on by itself. You can close this page."))
  }
}

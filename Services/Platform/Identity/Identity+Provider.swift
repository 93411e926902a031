import IdentityAPI
import ServiceClient
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// Logging in by an outside provider of OpenID Connect.
extension Identity {
  /// How long somebody may take at the provider, and then for a second factor, in seconds.
  private static let loginSeconds = 600

  /// The provider of the settings; nil where they name none.
  static func provider(_ resources: Resources) throws -> OpenIDProvider? {
    let issuer = try resources[Self.providerIssuer]
    guard !issuer.isEmpty else { return nil }
    let client = (id: try resources[Self.providerClient], secret: try resources[Self.providerSecret])
    guard issuer.hasPrefix("http"), RedirectAddress.isAllowed(issuer) else {
      throw ConfigurationError("IDENTITY_PROVIDER is '\(issuer)': it must be https, or http on this machine")
    }
    guard !client.id.isEmpty, !client.secret.isEmpty else {
      throw ConfigurationError(
        "IDENTITY_PROVIDER is set: set IDENTITY_PROVIDER_CLIENT and IDENTITY_PROVIDER_SECRET to what the provider has given"
      )
    }
    let connect = try CurlTransport.sharing(.init())
    return OpenIDProvider(
      issuer: issuer, client: client, redirect: resources.publicURL + (try EndProviderLogin.location(.init())),
      clock: resources.clock, by: { try connect($0) })
  }

  func beginProviderLogin(
    _ input: BeginProviderLogin.Input, _ call: Call
  ) async throws -> BeginProviderLogin.Output {
    func fault(_ reason: String) -> BeginProviderLogin.Output {
      let page = pages.fault(reason)
      return .unprocessableContent(
        page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: nil)
    }
    guard let provider else { return fault("Nobody can log in by another provider here.") }
    guard let destination = input.continue, try pages.isOwn(destination) else {
      return fault("The address does not say which page comes next. Go back, and begin again.")
    }
    let (state, login) = (
      try Secret.make("cp_"),
      OpenIDProvider.Login(nonce: try Secret.make("").text, verifier: try Secret.make("").text)
    )
    do {
      let page = PageAddress(destination)
      let asksForLogin = page.value("prompt")?.split(separator: " ").contains("login") == true
      let address = try await provider.address(
        login, state: state.text, prompt: asksForLogin ? "login" : nil, maxAge: page.value("max_age"))
      try await queries.addProviderLogin(
        digest: Base64(state.digest), nonce: login.nonce, verifier: login.verifier, destination: destination, user: nil,
        expires: now.adding(seconds: Self.loginSeconds))
      return .seeOther(location: address, cacheControl: .noStore, setCookie: loginCookie(state.text))
    } catch let error where Self.isOfProvider(error) {
      call.logger.log(.warning, "the outside provider cannot be asked: \(error)", ["provider": provider.issuer])
      return fault(
        "\(pages.providerName) cannot be reached at the moment. Try again later, or log in with your password.")
    }
  }

  private func loginCookie(_ secret: String) -> String { cookie("charter_login", secret, seconds: Self.loginSeconds) }

  /// Whether an error is the provider's, and not this service's own.
  private static func isOfProvider(_ error: any Error) -> Bool {
    error is ConfigurationError || error is ClientError || error is VerificationError || error is CodecError
  }

  // MARK: coming back

  func endProviderLogin(_ input: EndProviderLogin.Input, _ call: Call) async throws -> EndProviderLogin.Output {
    func fault(_ reason: String) -> EndProviderLogin.Output {
      let page = pages.fault(reason)
      return .unprocessableContent(
        page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy,
        setCookie: cookie("charter_login", "", seconds: 0))
    }
    func member(_ name: String) -> String? { input.answer?[name] }
    // The browser that comes back is the one that went: else somebody could be logged in as somebody else (CWE-352).
    guard let provider, let state = member("state"), let known = input.charterLogin,
      known.utf8.elementsEqual(state.utf8),
      let login = try await queries.takeProviderLogin(digest: Base64(try Secret.digest(of: state)), now: now).first
    else { return fault(IdentityPages.stale) }
    if let error = member("error") {
      return fault(
        error.utf8.elementsEqual("access_denied".utf8)
          ? "You have not logged in."
          : "\(pages.providerName) did not log you in. Try again, or log in with your password.")
    }
    // RFC 9207.
    if let issuer = member("iss") {
      guard issuer.utf8.elementsEqual(provider.issuer.utf8) else { return fault(IdentityPages.stale) }
    }
    let found: Result<User, LoginFault>
    do {
      let proof = OpenIDProvider.Login(nonce: login.nonce, verifier: login.verifier)
      guard let code = member("code"), let identity = try await provider.identity(for: code, of: proof) else {
        return fault("What \(pages.providerName) says is not valid. Try again, or log in with your password.")
      }
      guard isRecent(identity, PageAddress(login.destination).value("max_age")) else {
        return fault("\(pages.providerName) has logged you in too long ago. Log in there again, or with your password.")
      }
      found = try await user(of: identity, at: provider.issuer, call)
    } catch let error where Self.isOfProvider(error) {
      call.logger.log(.warning, "the outside provider gives no token: \(error)", ["provider": provider.issuer])
      return fault(
        "\(pages.providerName) cannot be reached at the moment. Try again later, or log in with your password.")
    }
    switch found {
    case .failure(let reason): return fault(reason.text)
    case .success(let user):
      if try await queries.factor(user: user.id)?.confirmedAt != nil {
        let proved = try Secret.make("cp_")
        try await queries.addProviderLogin(
          digest: Base64(proved.digest), nonce: "", verifier: "", destination: login.destination, user: user.id,
          expires: now.adding(seconds: Self.loginSeconds))
        let form = try form(input.charterForm, input.charterSession)
        // One header sets one cookie: the form's own follows with the first attempt.
        let page = pages.secondFactor(form: form.token)
        return .ok(
          page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: loginCookie(proved.text))
      }
      guard let session = try await browserSession(of: user, input.userAgent, call) else {
        return fault(IdentityPages.stale)
      }
      let page = pages.goOn(to: PageAddress(login.destination).proven.text)
      return .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: session)
    }
  }

  func proveProviderLogin(_ input: ProveProviderLogin.Input, _ call: Call) async throws -> ProveProviderLogin.Output {
    let form = try form(input.charterForm, input.charterSession)
    func fault(_ page: IdentityPages.Page) -> ProveProviderLogin.Output {
      .unprocessableContent(
        page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: form.cookie)
    }
    let digest = Base64(try Secret.digest(of: input.charterLogin ?? ""))
    guard let proved = try await queries.provedLogin(digest: digest, now: now), let id = proved.userID,
      let user = try await queries.user(id: id), !user.isDisabled
    else { return fault(pages.fault(IdentityPages.stale)) }
    guard isOurs(input.body.form, form, input.secFetchSite) else {
      return fault(pages.secondFactor(form: form.token, IdentityPages.stale))
    }
    guard try await secondFactor(of: id, input.body.code ?? "", call) == .passed else {
      try await queries.record(entry: entry(.loginFailed, id))
      return fault(pages.secondFactor(form: form.token, "This is not what the authenticator shows."))
    }
    guard try await queries.endProviderLogin(digest: digest) == 1,
      let session = try await browserSession(of: user, input.userAgent, call)
    else { return fault(pages.fault(IdentityPages.stale)) }
    let page = pages.goOn(to: PageAddress(proved.destination).proven.text)
    return .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: session)
  }

  /// The cookie of a new session of somebody who has been proved; nil where the account has changed meanwhile.
  private func browserSession(of user: User, _ device: String?, _ call: Call) async throws -> String? {
    guard let hash = try await queries.hash(id: user.id),
      let secret = try await beginInBrowser(user, hash, device: device ?? "", call)
    else { return nil }
    return sessionCookie(secret)
  }

  /// Whether the provider has proved somebody within what a client has asked for (OpenID Connect Core 1.0, section 3.1.2.1).
  private func isRecent(_ identity: VerifiedIdentity, _ maxAge: String?) -> Bool {
    guard let seconds = maxAge.flatMap({ Int($0) }) else { return true }
    guard case .number(let time)? = identity.claims["auth_time"], let began = Int(time.description) else {
      return false
    }
    // Clocks may differ by a minute.
    return began >= now.microseconds / 1_000_000 - min(max(seconds, 0), 1_000_000_000) - 60
  }

  // MARK: accounts

  /// The account of somebody that the provider has proved: the one that is linked, else the one of the address, else a
  /// new one.
  private func user(
    of identity: VerifiedIdentity, at issuer: String, _ call: Call
  ) async throws -> Result<User, LoginFault> {
    let (email, now) = (identity.claims["email"]?.text?.lowercased() ?? "", now)
    let isConfirmed = identity.claims["email_verified"].map { $0 == true || $0 == "true" } ?? false
    let found: Committed<Result<User, LoginFault>> = try await call.transaction { queries in
      if let user = try await queries.providerUser(issuer: issuer, subject: identity.subject) {
        return user.isDisabled ? .failure(LoginFault(text: "The account is disabled.")) : .success(user)
      }
      guard isConfirmed, email.utf8.count <= 254, Format.email.matches(email) else {
        return .failure(
          LoginFault(text: "\(pages.providerName) has not confirmed your address. Register with it, and a password."))
      }
      let user: User
      if let account = try await queries.account(email: email)?.user {
        guard !account.isDisabled else { return .failure(LoginFault(text: "The account is disabled.")) }
        user = account
        try await claim(account, queries)
      } else {
        let name =
          (identity.claims["name"]?.text).flatMap { $0.isEmpty ? nil : $0 } ?? String(email.prefix { $0 != "@" })
        user = User(
          id: .v7(at: now), email: email, name: String(String.UnicodeScalarView(name.unicodeScalars.prefix(200))),
          roles: [.user], scopes: [], isDisabled: false, emailConfirmedAt: now, createdAt: now, updatedAt: now)
        guard try await queries.insert(user: user, hash: "") == 1 else {
          return .failure(LoginFault(text: IdentityPages.stale))
        }
        try await queries.record(entry: entry(.registered, user.id))
      }
      guard try await queries.link(issuer: issuer, subject: identity.subject, user: user.id, now: now) == 1 else {
        return .failure(LoginFault(text: IdentityPages.stale))
      }
      try await queries.record(entry: entry(.providerLinked, user.id, issuer))
      return .success(user)
    }
    return found.value
  }

  /// Gives an account to the owner of its address, which the provider has proved. Of who has registered an address that was
  /// somebody else's nothing stays.
  private func claim(_ user: User, _ queries: IdentityQueries) async throws {
    guard user.emailConfirmedAt == nil else { return }
    let now = now
    _ = try await queries.setPassword(id: user.id, hash: "", now: now)
    _ = try await queries.endConsents(user: user.id)
    _ = try await queries.endKeys(user: user.id)
    _ = try await queries.endAll(user: user.id, besides: nil, now: now)
    _ = try await queries.confirm(id: user.id, email: user.email, now: now)
    try await queries.record(entry: entry(.emailConfirmed, user.id))
  }
}

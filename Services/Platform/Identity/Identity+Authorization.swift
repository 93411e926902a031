import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// The authorization endpoint (RFC 6749, section 4.1; OpenID Connect Core 1.0, section 3.1.2): pages on which people log in,
/// and let clients act.
extension Identity {
  /// How long a code is good, in seconds, and how long it is known after that one that comes again was used before.
  private static let (codeSeconds, codeMemory) = (60, 3_600)

  /// A request of a client that is in order.
  private struct Request {
    let client: Client
    let redirect: String
    let fields: AuthorizationRequest
    let scopes: [String]

    var prompts: [Substring] { (fields.prompt ?? "").split(separator: " ") }
    var page: ClientPage { ClientPage(client: client, redirect: redirect, fields: fields.members) }
  }

  private enum Checked {
    case valid(Request)
    /// The client learns what is wrong.
    case fault(redirect: String)
    /// There is no client to tell.
    case page(String)
  }

  func authorize(_ input: Authorize.Input, _ call: Call) async throws -> Authorize.Output {
    switch try await check(input.request ?? AuthorizationRequest(), others: input.others) {
    case .page(let reason):
      let page = pages.fault(reason)
      return .unprocessableContent(
        page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: nil)
    case .fault(let redirect): return .seeOther(location: redirect, cacheControl: .noStore, setCookie: nil)
    case .valid(let request):
      switch try await step(of: request, input.charterSession) {
      case .redirect(let address): return .seeOther(location: address, cacheControl: .noStore, setCookie: nil)
      case .logIn:
        let form = try form(input.charterForm, input.charterSession)
        let page = pages.logIn(request.page, form: form.token)
        return .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: form.cookie)
      case .consent(let user, let scopes):
        let form = try form(input.charterForm, input.charterSession)
        let page = pages.consent(request.page, user, scopes, form: form.token)
        return .ok(page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: form.cookie)
      }
    }
  }

  private enum Step {
    case redirect(String)
    case logIn
    case consent(User, [String])
  }

  /// What comes next: a page, or the way back to the client.
  private func step(of request: Request, _ session: String?) async throws -> Step {
    let isSilent = request.prompts.contains("none")
    guard let browser = try await browser(session), !request.prompts.contains("login"),
      isRecent(browser.began, request.fields.maxAge)
    else { return isSilent ? .redirect(answer(request, "login_required", "Nobody has logged in.")) : .logIn }
    let scopes = request.scopes.filter(browser.user.mayGrant)
    guard !scopes.isEmpty else {
      return .redirect(answer(request, "invalid_scope", "The user has none of the permissions that are asked for."))
    }
    let known = try await queries.consent(user: browser.user.id, client: request.client.id).first?.scopes ?? []
    if !request.prompts.contains("consent"), request.client.isTrusted || Set(known).isSuperset(of: scopes) {
      return .redirect(try await code(for: request, browser, scopes))
    }
    return isSilent
      ? .redirect(answer(request, "consent_required", "The user has to be asked.")) : .consent(browser.user, scopes)
  }

  private func isRecent(_ began: Timestamp, _ maxAge: String?) -> Bool {
    guard let seconds = maxAge.flatMap({ Int($0) }) else { return true }
    return began.adding(seconds: min(max(seconds, 0), 1_000_000_000)) >= now
  }

  func decideAuthorization(
    _ input: DecideAuthorization.Input, _ call: Call
  ) async throws -> DecideAuthorization.Output {
    let body = input.body
    func fault(_ page: IdentityPages.Page, _ cookie: String? = nil) -> DecideAuthorization.Output {
      .unprocessableContent(
        page.html, cacheControl: .noStore, contentSecurityPolicy: page.policy, setCookie: cookie)
    }
    func redirect(_ address: String, _ cookie: String? = nil) -> DecideAuthorization.Output {
      .seeOther(location: address, cacheControl: .noStore, setCookie: cookie)
    }
    switch try await check(body.request) {
    case .page(let reason): return fault(pages.fault(reason))
    case .fault(let address): return redirect(address)
    case .valid(let request):
      let form = try form(input.charterForm, input.charterSession)
      guard isOurs(body.form, form, input.secFetchSite) else {
        return fault(pages.logIn(request.page, form: form.token, IdentityPages.stale), form.cookie)
      }
      switch body.action {
      case "login":
        switch try await logIn(body.email, body.password, body.code, input.userAgent, call) {
        case .success(let secret): return redirect(try request.page.address(isProven: true), sessionCookie(secret))
        case .failure(let reason): return fault(pages.logIn(request.page, form: form.token, reason.text), form.cookie)
        }
      case "leave":
        try await leave(input.charterSession)
        return redirect(try request.page.address(isProven: false), sessionCookie(nil))
      case "deny": return redirect(answer(request, "access_denied", "The user has declined."))
      case "allow":
        guard let browser = try await browser(input.charterSession) else {
          return redirect(try request.page.address(isProven: false))
        }
        let scopes = request.scopes.filter(browser.user.mayGrant)
        guard !scopes.isEmpty else { return redirect(try request.page.address(isProven: false)) }
        try await queries.allow(user: browser.user.id, client: request.client.id, scopes: scopes)
        try await queries.record(entry: entry(.clientAllowed, browser.user.id, request.client.name))
        return redirect(try await code(for: request, browser, scopes))
      default: return fault(pages.fault("The page sent what it has no button for."))
      }
    }
  }

  // MARK: requests

  private func check(_ fields: AuthorizationRequest, others: JSONObject<String>? = nil) async throws -> Checked {
    guard let id = fields.clientID.flatMap({ Uuid($0) }), let client = try await queries.client(id: id)?.client,
      client.grants.contains(.authorizationCode)
    else { return .page("No program with this id is registered for logging in.") }
    guard let redirect = fields.redirectURI ?? (client.redirectUris.count == 1 ? client.redirectUris[0] : nil),
      client.allows(redirect)
    else { return .page("\(client.name) has not registered the address that you would be sent back to.") }
    func fault(_ error: String, _ reason: String) -> Checked {
      .fault(redirect: answer(redirect, fields.state, [("error", error), ("error_description", reason)]))
    }
    // OpenID Connect Core 1.0, section 6.
    for name in ["request", "request_uri"] where others?[name] != nil {
      return fault(name + "_not_supported", "Give the parameters themselves.")
    }
    guard fields.responseType == "code" else {
      return fault("unsupported_response_type", "response_type must be code.")
    }
    if let challenge = fields.codeChallenge {
      guard fields.codeChallengeMethod == "S256", Base64(challenge, isURLSafe: true)?.bytes.count == 32 else {
        return fault("invalid_request", "code_challenge must be the SHA-256 of the verifier, and its method S256.")
      }
    } else if !client.isConfidential {
      return fault("invalid_request", "A public client needs PKCE: code_challenge, with the method S256.")
    }
    do {
      return .valid(
        Request(client: client, redirect: redirect, fields: fields, scopes: try client.scopes(of: fields.scope)))
    } catch let refusal as OAuthRefusal {
      return fault(refusal.error, refusal.reason)
    }
  }

  private func answer(_ request: Request, _ error: String, _ reason: String) -> String {
    answer(request.redirect, request.fields.state, [("error", error), ("error_description", reason)])
  }

  /// The way back to a client, with the issuer (RFC 9207).
  private func answer(_ redirect: String, _ state: String?, _ members: [(name: String, value: String)]) -> String {
    IdentityPages.address(
      redirect, members + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)])
  }

  private func code(
    for request: Request, _ browser: IdentityQueries.Browser, _ scopes: [String]
  ) async throws -> String {
    let (secret, now) = (try Secret.make("cz_"), now)
    try await queries.addCode(
      digest: Base64(secret.digest), client: request.client.id, user: browser.user.id, redirect: request.redirect,
      scopes: scopes, challenge: request.fields.codeChallenge ?? "", nonce: request.fields.nonce,
      authenticated: browser.began, expires: now.adding(seconds: Self.codeSeconds), browser: browser.session)
    return answer(request.redirect, request.fields.state, [("code", secret.text)])
  }

  func forgetCodes() async throws {
    _ = try await queries.forgetCodes(before: now.adding(seconds: -Self.codeMemory))
    _ = try await queries.forgetDevices(now: now)
    _ = try await queries.forgetProviderLogins(now: now)
  }
}

extension User {
  /// Whether a client can get a scope for this user: what tells who it is, and what the user may.
  func mayGrant(_ scope: String) -> Bool {
    Identity.claimScopes.contains(scope) || scopes.contains(scope)
      || roles.contains { $0.rawValue.utf8.elementsEqual(scope.utf8) }
  }
}

extension AuthorizationRequest {
  /// The parameters that are given.
  var members: [(name: String, value: String)] {
    let all = [
      ("response_type", responseType), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", scope),
      ("state", state), ("nonce", nonce), ("code_challenge", codeChallenge),
      ("code_challenge_method", codeChallengeMethod), ("prompt", prompt), ("max_age", maxAge),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}

extension AuthorizationDecision {
  var request: AuthorizationRequest {
    AuthorizationRequest(
      responseType: responseType, clientID: clientID, redirectURI: redirectURI, scope: scope, state: state,
      nonce: nonce,
      codeChallenge: codeChallenge, codeChallengeMethod: codeChallengeMethod, prompt: prompt, maxAge: maxAge)
  }
}

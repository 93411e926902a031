import IdentityAPI
import ServiceCore
import ServiceSecurity
import ServiceTesting
import Testing

@testable import IdentityService

/// A browser as far as the pages of an authorization need one: its cookies, and the form of the page that it shows.
struct PageBrowser {
  let service: TestedIdentity
  var session: String?
  var form: String?

  static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  /// RFC 7636, appendix B.
  static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

  enum Shown: Equatable {
    case page(String)
    case fault(String)
    case redirect(String)
    case other(Int)

    /// The page's form token.
    var token: String? {
      switch self {
      case .page(let html), .fault(let html):
        html.split(separator: "name=\"form\" value=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
      case .redirect, .other: nil
      }
    }

    /// A member of the query that the client gets.
    func answer(_ name: String) -> String? {
      guard case .redirect(let address) = self else { return nil }
      return address.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix(name + "=") }
        .map { String($0.dropFirst(name.count + 1)) }
    }

    func shows(_ text: String) -> Bool {
      switch self {
      case .page(let html), .fault(let html): html.contains(text)
      case .redirect, .other: false
      }
    }
  }

  init(_ service: TestedIdentity) { self.service = service }

  static func request(
    _ client: Client, _ change: (inout [String: String?]) -> Void = { _ in }
  ) -> AuthorizationRequest {
    var fields: [String: String?] = [
      "response_type": "code", "redirect_uri": client.redirectUris.first, "scope": "openid email", "state": "s 1&x",
      "nonce": "n1", "code_challenge": challenge, "code_challenge_method": "S256",
    ]
    change(&fields)
    func field(_ name: String) -> String? { fields[name] ?? nil }
    return AuthorizationRequest(
      responseType: field("response_type"), clientID: client.id.description, redirectURI: field("redirect_uri"),
      scope: field("scope"), state: field("state"), nonce: field("nonce"), codeChallenge: field("code_challenge"),
      codeChallengeMethod: field("code_challenge_method"), prompt: field("prompt"), maxAge: field("max_age"))
  }

  private mutating func keep(_ cookie: String?) {
    guard let pair = cookie?.split(separator: ";").first.map(String.init) else { return }
    let value = pair.split(separator: "=", maxSplits: 1).dropFirst().first.map(String.init)
    if pair.hasPrefix("charter_session=") { session = value }
    if pair.hasPrefix("charter_form=") { form = value }
  }

  mutating func open(_ request: AuthorizationRequest) async throws -> Shown {
    let input = Authorize.Input(request: request, charterSession: session, charterForm: form)
    switch try await service.identity.authorize(input, service.call) {
    case .ok(let html, _, let policy, let cookie):
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      keep(cookie)
      return .page(html)
    case .unprocessableContent(let html, _, _, let cookie):
      keep(cookie)
      return .fault(html)
    case .seeOther(let address, _, let cookie):
      keep(cookie)
      return .redirect(address)
    case .badRequest(let problem): return .other(problem.status)
    case .other(let status, _): return .other(status)
    }
  }

  mutating func press(
    _ action: String, _ request: AuthorizationRequest, token: String?, email: String? = nil, password: String? = nil,
    code: String? = nil
  ) async throws -> Shown {
    let body = AuthorizationDecision(
      form: token ?? "", action: action, email: email, password: password, code: code,
      responseType: request.responseType, clientID: request.clientID, redirectURI: request.redirectURI,
      scope: request.scope, state: request.state, nonce: request.nonce, codeChallenge: request.codeChallenge,
      codeChallengeMethod: request.codeChallengeMethod, prompt: request.prompt, maxAge: request.maxAge)
    let input = DecideAuthorization.Input(body: body, userAgent: "tests", charterSession: session, charterForm: form)
    switch try await service.identity.decideAuthorization(input, service.call) {
    case .unprocessableContent(let html, _, _, let cookie):
      keep(cookie)
      return .fault(html)
    case .seeOther(let address, _, let cookie):
      keep(cookie)
      return .redirect(address)
    case .badRequest(let problem): return .other(problem.status)
    case .other(let status, _): return .other(status)
    }
  }

  /// Logs in, allows, and returns with a code.
  mutating func code(_ request: AuthorizationRequest) async throws -> String {
    var shown = try await open(request)
    if shown.shows("Log in") {
      shown = try await press(
        "login", request, token: shown.token, email: "ada@example.com", password: TestedIdentity.password)
      guard case .redirect = shown else { throw UnexpectedPage(shown: shown) }
      shown = try await open(request)
    }
    if shown.shows("Allow") { shown = try await press("allow", request, token: shown.token) }
    guard let code = shown.answer("code") else { throw UnexpectedPage(shown: shown) }
    return code
  }

  struct UnexpectedPage: Error { let shown: Shown }
}

extension TestedService<Identity> {
  func client(
    _ grants: [GrantKind] = [.authorizationCode, .refreshToken],
    scopes: [String] = ["openid", "profile", "email", "user"],
    redirects: [String] = ["https://client.example/callback"], isConfidential: Bool = true, isTrusted: Bool = false
  ) async throws -> (client: Client, secret: String?) {
    let draft = ClientDraft(
      name: "Field <notes>", grants: grants, redirectUris: redirects, scopes: scopes, isConfidential: isConfidential,
      isTrusted: isTrusted)
    let admin = call(as: Uuid.test(99).description, scopes: ["admin"])
    let new = try await identity.registerClient(.init(body: draft), admin).get()
    return (new.client, new.clientSecret)
  }

  /// Confirms the address of who has registered last.
  func confirm() async throws {
    _ = try await identity.confirmEmail(.init(body: .init(token: try await mailed(.confirmEmail))), call)
  }

  /// The tokens, or the word of OAuth for why there are none.
  func tokens(_ request: TokenRequest) async throws -> Result<IssuedTokens, OAuthWord> {
    switch try await identity.issueTokens(.init(body: request), call) {
    case .ok(let tokens, _): return .success(tokens)
    case .badRequest(.json(let fault)): return .failure(OAuthWord(text: fault.error))
    case .badRequest(.problem(let problem)): return .failure(OAuthWord(text: "\(problem.status)"))
    case .unauthorized: return .failure(OAuthWord(text: "401"))
    case .other(let status, _): return .failure(OAuthWord(text: "\(status)"))
    }
  }

  func redeem(_ code: String, _ client: (client: Client, secret: String?), verifier: String? = PageBrowser.verifier)
    async throws -> Result<IssuedTokens, OAuthWord>
  {
    try await tokens(
      TokenRequest(
        grantType: "authorization_code", clientID: client.client.id.description, clientSecret: client.secret,
        code: code,
        redirectURI: client.client.redirectUris[0], codeVerifier: verifier))
  }

  /// A call with what a client's token says.
  func call(with tokens: IssuedTokens) throws -> Call {
    let claims = try tokens.claims(of: tokens.accessToken)
    let scopes = Set((claims["scope"]?.text ?? "").split(separator: " ").map(String.init))
    return call(as: VerifiedIdentity(subject: claims["sub"]?.text ?? "", scopes: scopes, claims: claims))
  }
}

struct OAuthWord: Error, Equatable { let text: String }

extension Result where Failure == OAuthWord {
  var word: String? { if case .failure(let word) = self { word.text } else { nil } }
}

extension IssuedTokens {
  /// The claims of a token, unverified.
  func claims(of token: String) throws -> JSONObject<JSONValue> {
    let parts = token.split(separator: ".")
    var json = JSONReader(try #require(Base64(String(parts[1]), isURLSafe: true)).bytes)
    guard case .object(let claims)? = try JSONValue.decode(&json) else { return JSONObject() }
    return claims
  }
}

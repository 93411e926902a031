import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// The token endpoint (RFC 6749, section 3.2), and what ends tokens.
extension Identity {
  /// The scopes that permit claims about a user, and nothing else (OpenID Connect Core 1.0, section 5.4).
  static let claimScopes = ["openid", "profile", "email"]

  /// What a session of a client is told of.
  struct Granted: Sendable {
    let user: User
    let session: Uuid
    let scopes: [String]
    /// Nil for a client that gets none.
    let refresh: String?
    var nonce: String?
    let authenticated: Timestamp
  }

  func issueTokens(
    _ input: IssueTokens.Input, _ principal: ClientOrAnonymousPrincipal, _ call: Call
  ) async throws -> IssueTokens.Output {
    let body = input.body
    do {
      let client = try await client(principal, id: body.clientID, secret: body.clientSecret)
      guard let kind = body.grantType.flatMap({ GrantKind(rawValue: $0) }) else {
        throw OAuthRefusal("unsupported_grant_type", "There is no grant '\(body.grantType ?? "")'.")
      }
      guard client.grants.contains(kind) else {
        throw OAuthRefusal("unauthorized_client", "The client is not registered for \(kind.rawValue).")
      }
      let tokens =
        switch kind {
        case .authorizationCode: try await tokens(try await redeem(body, client, call), client)
        case .refreshToken: try await tokens(try await refresh(body.refreshToken, client, call), client)
        case .urnIetfParamsOauthGrantTypeDeviceCode:
          try await tokens(try await poll(body.deviceCode, client, call), client)
        case .clientCredentials: try await ownTokens(client, try client.scopes(of: body.scope))
        }
      return .ok(tokens, cacheControl: .noStore)
    } catch let refusal as OAuthRefusal {
      return .badRequest(.json(refusal.body))
    }
  }

  // MARK: grants

  private func redeem(_ body: TokenRequest, _ client: Client, _ call: Call) async throws -> Granted {
    let digest = Base64(try Secret.digest(of: body.code ?? ""))
    let proof = try body.codeVerifier.map { Base64(try Secret.digest(of: $0), isURLSafe: true).text }
    let now = now
    // What a code that comes again ends must stay ended, though the answer is a refusal.
    let granted: Committed<Granted?> = try await call.transaction { queries in
      guard let code = try await queries.code(digest: digest), code.clientID == client.id else { return nil }
      if code.usedAt != nil {
        if let session = code.sessionID, try await queries.end(session: session, user: code.userID, now: now) == 1 {
          try await queries.record(entry: entry(.tokenReused, code.userID, client.name))
        }
        return nil
      }
      guard code.expiresAt > now, (proof ?? "").utf8.elementsEqual(code.challenge.utf8),
        body.redirectURI.map({ $0.utf8.elementsEqual(code.redirectURI.utf8) }) ?? (client.redirectUris.count == 1),
        let user = try await queries.lockedUser(id: code.userID), !user.isDisabled,
        // After the lock: a reset of the password either comes before, or finds the new session.
        try await queries.isOpen(session: code.browserID, user: code.userID)
      else { return nil }
      let granted = try await begin(
        client, user, code.scopes, authenticated: code.authenticatedAt, nonce: code.nonce, queries)
      try await queries.useCode(digest: digest, session: granted.session, now: now)
      return granted
    }
    guard let granted = granted.value else {
      throw OAuthRefusal("invalid_grant", "The code is not valid, has expired, or was used before.")
    }
    return granted
  }

  private func refresh(_ token: String?, _ client: Client, _ call: Call) async throws -> Granted {
    guard let granted = try await rotate(token ?? "", of: client.id, call) else {
      throw OAuthRefusal("invalid_grant", "The refresh token is not valid, or was used before.")
    }
    return granted
  }

  /// Begins a session of a client.
  func begin(
    _ client: Client, _ user: User, _ scopes: [String], authenticated: Timestamp, nonce: String? = nil,
    _ queries: IdentityQueries
  ) async throws -> Granted {
    let (session, now) = (Uuid.v7(at: now), now)
    try await queries.beginFor(
      session: session, user: user.id, client: client.id, scopes: scopes, device: client.name,
      authenticated: authenticated, now: now)
    try await queries.record(entry: entry(.loggedIn, user.id, client.name))
    guard client.grants.contains(.refreshToken) else {
      return Granted(
        user: user, session: session, scopes: scopes, refresh: nil, nonce: nonce, authenticated: authenticated)
    }
    let refresh = try Secret.make("cr_")
    try await queries.addToken(
      digest: Base64(refresh.digest), session: session, expires: now.adding(seconds: Self.sessionSeconds))
    return Granted(
      user: user, session: session, scopes: scopes, refresh: refresh.text, nonce: nonce, authenticated: authenticated)
  }

  // MARK: tokens

  private func tokens(_ granted: Granted, _ client: Client) async throws -> IssuedTokens {
    // What the user has lost since, the client has lost, too.
    let (user, scopes) = (granted.user, granted.scopes.filter(granted.user.mayGrant))
    var about: [(String, JSONValue)] = []
    if scopes.contains("profile") { about.append(("name", .string(user.name))) }
    if scopes.contains("email") {
      about += [("email", .string(user.email)), ("email_verified", .boolean(user.emailConfirmedAt != nil))]
    }
    let session = ("sid", JSONValue.string(granted.session.description))
    let scope = scopes.joined(separator: " ")
    let access = try await tokens.token(
      subject: user.id.description, scope: scope, [session, ("client_id", .string(client.id.description))] + about)
    var id: String?
    if scopes.contains("openid") {
      let nonce = granted.nonce.map { [("nonce", JSONValue.string($0))] } ?? []
      let time = ("auth_time", JSONValue.number(ExactDecimal(granted.authenticated.microseconds / 1_000_000)))
      id = try await tokens.idToken(for: client, subject: user.id.description, [session, time] + nonce + about)
    }
    return IssuedTokens(
      accessToken: access, tokenType: .bearer, expiresIn: AccessTokens.life, refreshToken: granted.refresh, idToken: id,
      scope: scope)
  }

  /// Tokens of a client that acts for itself (RFC 6749, section 4.4).
  private func ownTokens(_ client: Client, _ scopes: [String]) async throws -> IssuedTokens {
    // These are of a user.
    let scope = scopes.filter { !Self.claimScopes.contains($0) }.joined(separator: " ")
    let id = client.id.description
    let token = try await tokens.token(subject: id, scope: scope, [("client_id", .string(id))])
    return IssuedTokens(accessToken: token, tokenType: .bearer, expiresIn: AccessTokens.life, scope: scope)
  }

  func revokeToken(
    _ input: RevokeToken.Input, _ principal: ClientOrAnonymousPrincipal, _ call: Call
  ) async throws -> RevokeToken.Output {
    do {
      let client = try await client(principal, id: input.body.clientID, secret: input.body.clientSecret)
      let (digest, now) = (Base64(try Secret.digest(of: input.body.token)), now)
      let _: Committed<Void> = try await call.transaction { queries in
        guard let token = try await queries.token(digest: digest), token.clientID == client.id,
          try await queries.end(session: token.sessionID, user: token.userID, now: now) == 1
        else { return }
        try await queries.record(entry: entry(.loggedOut, token.userID, client.name))
      }
      return .ok
    } catch let refusal as OAuthRefusal {
      return .badRequest(.json(refusal.body))
    }
  }

  // MARK: OpenID Connect

  func userInfo(_ input: UserInfo.Input, _ principal: UserPrincipal, _ call: Call) async throws -> UserInfo.Output {
    let (user, _) = try await user(principal, for: UserInfo.self, orClient: true)
    let identity = principal.identity
    let hasEmail = identity.has("email")
    return .ok(
      UserClaims(
        sub: user.id.description, name: identity.has("profile") ? user.name : nil, email: hasEmail ? user.email : nil,
        emailVerified: hasEmail ? user.emailConfirmedAt != nil : nil))
  }

  func postUserInfo(
    _ input: PostUserInfo.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> PostUserInfo.Output {
    .ok(try await userInfo(.init(), principal, call).get())
  }

  func discover(_ input: Discover.Input, _ call: Call) async throws -> Discover.Output {
    let authentication = ["client_secret_basic", "client_secret_post", "none"]
    return .ok(
      ProviderMetadata(
        issuer: issuer, authorizationEndpoint: issuer + (try Authorize.location(.init())),
        tokenEndpoint: issuer + (try IssueTokens.location(.init(body: TokenRequest()))),
        userinfoEndpoint: issuer + (try UserInfo.location(.init())),
        jwksURI: issuer + (try VerificationKeys.location(.init())),
        revocationEndpoint: issuer + (try RevokeToken.location(.init(body: RevocationRequest(token: "")))),
        deviceAuthorizationEndpoint: issuer + (try AuthorizeDevice.location(.init(body: DeviceRequest()))),
        scopesSupported: Self.claimScopes, responseTypesSupported: ["code"],
        responseModesSupported: ["query"], grantTypesSupported: GrantKind.allCases.map(\.rawValue),
        subjectTypesSupported: ["public"],
        idTokenSigningAlgValuesSupported: SignatureAlgorithm.allCases.map(\.rawValue),
        tokenEndpointAuthMethodsSupported: authentication, revocationEndpointAuthMethodsSupported: authentication,
        codeChallengeMethodsSupported: ["S256"],
        claimsSupported: [
          "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "name", "email", "email_verified",
        ],
        requestParameterSupported: false, requestURIParameterSupported: false,
        authorizationResponseIssParameterSupported: true),
      cacheControl: "public, max-age=300")
  }
}

import ServiceCore
import Synchronization

/// An outside provider at which people log in, by the code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636):
/// the side of its client.
public final class OpenIDProvider: Sendable {
  /// What a login is known by until the browser is back.
  public struct Login: Sendable {
    public let nonce: String
    public let verifier: String

    public init(nonce: String, verifier: String) { (self.nonce, self.verifier) = (nonce, verifier) }
  }

  public let issuer: String
  private let client: (id: String, secret: String)
  private let redirect: String
  private let clock: Clock
  private let discovery: IssuerDiscovery
  private let tokens: TokenVerifier
  /// The metadata, and when it was read.
  private let known = Mutex<(metadata: JSONValue, read: Timestamp)?>(nil)
  /// How long metadata is kept, in seconds.
  private static let age = 3_600

  /// - Parameters:
  ///   - issuer: the exact text of `iss` in its tokens.
  ///   - client: what the provider knows this platform by.
  ///   - redirect: the address that is registered with the provider, to which it sends browsers back.
  ///   - connect: makes what sends requests to an origin.
  public init(
    issuer: String, client: (id: String, secret: String), redirect: String, clock: Clock,
    by connect: @escaping @Sendable (_ origin: String) throws -> any Transport
  ) {
    (self.issuer, self.client, self.redirect, self.clock) = (issuer, client, redirect, clock)
    let discovery = IssuerDiscovery(issuer, by: connect)
    self.discovery = discovery
    // Few providers mark their ID tokens: the audience, which is this client, tells them apart.
    let rules = TokenRules(issuer: issuer, audience: client.id, types: ["jwt", nil], areIDTokens: true)
    tokens = TokenVerifier(rules, keys: IssuerKeys(clock: clock) { try await discovery.keys() }, clock: clock)
  }

  /// Where a browser goes to log in.
  ///
  /// - Parameters:
  ///   - state: what it brings back with the code.
  ///   - prompt: `login` for one where somebody must prove who it is, logged in or not.
  ///   - maxAge: how long ago that may have been, in seconds.
  /// - Throws: ``ConfigurationError``, or an error of the transport, where the provider's metadata cannot be read.
  public func address(
    _ login: Login, state: String, prompt: String? = nil, maxAge: String? = nil
  ) async throws -> String {
    let endpoint = try discovery.endpoint("authorization_endpoint", of: try await metadata())
    let challenge = Base64(try Secret.digest(of: login.verifier), isURLSafe: true).text
    let asked = [("prompt", prompt), ("max_age", maxAge)].compactMap { name, value in value.map { (name, $0) } }
    return endpoint + (endpoint.contains("?") ? "&" : "?")
      + PercentCoding.query(
        asked + [
          ("response_type", "code"), ("client_id", client.id), ("redirect_uri", redirect),
          ("scope", "openid email profile"), ("state", state), ("nonce", login.nonce), ("code_challenge", challenge),
          ("code_challenge_method", "S256"),
        ])
  }

  /// Who has logged in, as the ID token for a code says; nil for a token that is not valid, or not of this login.
  ///
  /// - Throws: as ``address(_:state:)``, and where the provider refuses the code.
  public func identity(for code: String, of login: Login) async throws -> VerifiedIdentity? {
    let metadata = try await metadata()
    let grant = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
      ("code_verifier", login.verifier),
    ]
    let endpoint = try discovery.endpoint("token_endpoint", of: metadata)
    let answer = try await discovery.answer(
      to: grant, of: client, at: endpoint, isInForm: discovery.takesSecretsInForms(metadata)
    ).json(from: endpoint)
    guard let token = answer["id_token"]?.text,
      let identity = try await tokens.verify(
        .bearer(token), for: SecurityScheme(name: "provider", kind: .http(scheme: "bearer"))),
      identity.claims["nonce"]?.isText(login.nonce) == true
    else { return nil }
    // A token for several audiences says which of them it was issued to.
    if let party = identity.claims["azp"] { guard party.isText(client.id) else { return nil } }
    return identity
  }

  private func metadata() async throws -> JSONValue {
    let now = clock.now()
    if let known = known.withLock(\.self), now.seconds(since: known.read) < Self.age { return known.metadata }
    let metadata = try await discovery.metadata()
    known.withLock { $0 = (metadata, now) }
    return metadata
  }
}

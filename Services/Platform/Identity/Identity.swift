import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServicePasswords
import ServiceSecurity
import SharedAPI

/// Accounts and sessions, and the tokens by which callers prove who they are.
struct Identity: IdentityHandlers, Service {
  static let algorithm = Setting(
    "IDENTITY_ALGORITHM", default: "ES256", "What new access tokens are signed by: ES256, or RS256.")
  static let administrator = Setting(
    "IDENTITY_ADMIN", default: "",
    "Who becomes the first administrator, by setting a password with a message to this address.")
  static let providerIssuer = Setting(
    "IDENTITY_PROVIDER", default: "",
    "An outside provider of OpenID Connect by which people may log in, such as https://accounts.google.com.")
  static let providerName = Setting(
    "IDENTITY_PROVIDER_NAME", default: "", "What its button says, such as Google; its host by default.")
  static let providerClient = Setting(
    "IDENTITY_PROVIDER_CLIENT", default: "", "What the provider knows this platform by.")
  static let providerSecret = Setting(
    "IDENTITY_PROVIDER_SECRET", default: "", isSecret: true, "The secret that the provider has given.")
  static var settings: [any ServiceSetting] {
    [algorithm, administrator, providerIssuer, providerName, providerClient, providerSecret]
  }

  static var tasks: [RepeatingTask<Identity>] {
    [
      RepeatingTask("rotate signing keys", every: .seconds(600)) { identity, _ in try await identity.keys.rotate() },
      RepeatingTask("forget what has ended", every: .seconds(600)) { identity, _ in try await identity.forget() },
    ]
  }

  let queries: IdentityQueries
  let clock: Clock
  let keys: SigningKeys
  let tokens: AccessTokens
  let passwords = PasswordHasher()
  let pages: IdentityPages
  /// The address of the platform, which is the issuer of its tokens.
  let issuer: String
  let administrator: String
  /// Nil where nobody logs in by an outside provider.
  let provider: OpenIDProvider?

  init(_ resources: Resources) throws {
    queries = try IdentityQueries(resources)
    clock = resources.clock
    let name = try resources[Self.algorithm]
    guard let algorithm = SignatureAlgorithm(rawValue: name) else {
      throw ConfigurationError("IDENTITY_ALGORITHM is '\(name)'; it must be ES256 or RS256")
    }
    keys = SigningKeys(queries, clock, algorithm)
    issuer = resources.publicURL
    tokens = AccessTokens(issuer: issuer, keys, clock)
    provider = try Self.provider(resources)
    let given = try resources[Self.providerName]
    pages = try IdentityPages(provider: provider.map { given.isEmpty ? RedirectAddress.host(of: $0.issuer) : given })
    administrator = try resources[Self.administrator].lowercased()
  }

  var now: Timestamp { clock.now() }

  /// The user of a principal's token.
  ///
  /// - Parameter orClient: whether a client of OAuth 2.0 may act for the user.
  /// - Throws: 401 for one that is gone or disabled since the token was issued, or whose session has ended.
  func user<O: DeclaresUnauthorized>(
    _ principal: UserPrincipal, for _: O.Type, orClient: Bool = false
  ) async throws -> (user: User, session: Uuid?) {
    guard case .user(let identity) = principal else { throw O.unauthorized("Log in as a user.") }
    // What a client may do elsewhere is in its scopes; accounts, passwords and keys are the user's own.
    guard orClient || !identity.isOfClient else {
      throw O.unauthorized("This token was given to a program. Log in yourself.")
    }
    guard let id = Uuid(identity.subject), let user = try await queries.user(id: id), !user.isDisabled else {
      throw O.unauthorized("The account does not exist any more, or is disabled.")
    }
    guard let session = identity.session else { return (user, nil) }
    // Its tokens pass elsewhere until they expire; here they could make keys that do not.
    guard try await queries.isOpen(session: session, user: id) else {
      throw O.unauthorized("The session has ended. Log in again.")
    }
    return (user, session)
  }

  /// Records what happened to a user, in a transaction's queries or by itself.
  func entry(_ kind: AuditKind, _ user: Uuid, by actor: Uuid? = nil, _ detail: String? = nil) -> AuditEntry {
    let now = now
    return AuditEntry(
      id: .v7(at: now), kind: kind, userID: user, actorID: actor == user ? nil : actor, detail: detail, happenedAt: now)
  }

  /// Forgets what nobody can use any more.
  private func forget() async throws {
    let now = now
    while try await queries.forgetTokens(now: now, limit: 1_000) == 1_000 { try Task.checkCancellation() }
    _ = try await queries.forgetMailTokens(now: now)
    try await forgetCodes()
    _ = try await queries.forgetKeys(now: now)
    _ = try await queries.forgetAttempts(before: now.adding(seconds: -86_400))
    _ = try await queries.endIdle(before: now.adding(seconds: -Self.sessionSeconds), now: now)
    let month = now.adding(seconds: -30 * 86_400)
    while try await queries.forgetSessions(before: month, limit: 1_000) == 1_000 { try Task.checkCancellation() }
  }

  func verificationKeys(_ input: VerificationKeys.Input, _ call: Call) async throws -> VerificationKeys.Output {
    let set = try await keys.published().map { key in
      let json = key.json
      return VerificationKey(
        kty: key.algorithm == .es256 ? .ec : .rsa, use: .sig, alg: key.algorithm == .es256 ? .es256 : .rs256,
        kid: key.id ?? "", crv: key.algorithm == .es256 ? .p256 : nil, x: json["x"]?.text, y: json["y"]?.text,
        n: json["n"]?.text, e: json["e"]?.text)
    }
    return .ok(KeySet(keys: set), cacheControl: "public, max-age=300")
  }
}

extension VerifiedIdentity {
  /// Whether its token was issued to a client of OAuth 2.0: the platform's own tokens name no UUID.
  var isOfClient: Bool { claims["client_id"]?.text.flatMap { Uuid($0) } != nil }
  /// The session of its token; nil for a token without one.
  var session: Uuid? { claims["sid"]?.text.flatMap { Uuid($0) } }
}

extension Timestamp {
  func adding(seconds: Int) -> Timestamp { Timestamp(microseconds: microseconds + seconds * 1_000_000) }
}

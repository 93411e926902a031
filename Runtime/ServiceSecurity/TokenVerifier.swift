import ServiceCore
import Synchronization

/// Verifies the tokens of one issuer (RFC 7519, RFC 8725), and API keys and clients' secrets by asking for them.
///
/// The scopes of an identity are those of the claim `scope` (RFC 9068, section 2.2.3), and the texts of `roles` and of
/// `realm_access.roles`, as Keycloak has them.
public final class TokenVerifier: CredentialVerifier {
  /// The identity behind an API key; nil for an unknown one.
  public typealias FindKey = @Sendable (_ key: String) async throws -> VerifiedIdentity?

  /// The identity behind a client's id and its secret (RFC 6749, section 2.3.1); nil where they are wrong.
  public typealias FindClient = @Sendable (_ id: String, _ secret: String) async throws -> VerifiedIdentity?

  private struct Known {
    let identity: VerifiedIdentity
    /// Until when it may be used again, in seconds since 1970.
    let end: Int
    /// The set of keys that its token was verified by; API keys have none.
    let generation: Int?
  }

  private let rules: TokenRules
  private let keys: IssuerKeys
  private let clock: Clock
  private let findKey: FindKey?
  private let findClient: FindClient?
  private let known: Mutex<BoundedCache<CredentialKey, Known>>
  /// How long an API key passes without being asked for again, in seconds: as long may a withdrawn one be used.
  private static let keyAge = 10

  /// - Parameters:
  ///   - findKey: nil where API keys are not accepted.
  ///   - findClient: nil where clients do not prove themselves by secrets.
  ///   - capacity: the most credentials that are remembered, by their digests.
  public init(
    _ rules: TokenRules, keys: IssuerKeys, clock: Clock, capacity: Int = 20_000, findKey: FindKey? = nil,
    findClient: FindClient? = nil
  ) {
    (self.rules, self.keys, self.clock) = (rules, keys, clock)
    (self.findKey, self.findClient) = (findKey, findClient)
    known = Mutex(BoundedCache(capacity: capacity))
  }

  public func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
    guard let key = CredentialKey(credential) else { return nil }
    if let identity = remembered(key) { return identity }
    // Refusals are not remembered: invented credentials must not fill the memory.
    guard let entry = try await find(credential) else { return nil }
    known.withLock { $0[key] = entry }
    return entry.identity
  }

  public func recall(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? {
    CredentialKey(credential).flatMap(remembered)
  }

  private func remembered(_ key: CredentialKey) -> VerifiedIdentity? {
    let (second, generation) = (clock.now().microseconds / 1_000_000, keys.refreshIfOld())
    guard let entry = known.withLock({ $0[key] }), entry.end > second, entry.generation ?? generation == generation
    else { return nil }
    return entry.identity
  }

  private func find(_ credential: Credential) async throws -> Known? {
    switch credential {
    case .bearer(let token): try await identity(of: token)
    case .apiKey(let key): known(try await findKey?(key))
    case .basic(let id, let secret): known(try await findClient?(id, secret))
    case .certificate, .other: nil
    }
  }

  private func known(_ identity: VerifiedIdentity?) -> Known? {
    identity.map { Known(identity: $0, end: clock.now().microseconds / 1_000_000 + Self.keyAge, generation: nil) }
  }

  private func identity(of text: String) async throws -> Known? {
    guard let token = JSONWebToken(text), rules.allow(header: token.header) else { return nil }
    let id = token.header["kid"]
    guard id == nil || id?.text.map({ $0.utf8.count <= 256 }) == true else { return nil }
    // Before keys are fetched for it: most tokens that are refused have expired, or are another issuer's.
    guard !rules.isOfAnotherKind(header: token.header, token.claims),
      let expiry = rules.allow(token.claims, at: clock.now())
    else { return nil }
    let (keys, generation) = try await keys.candidates(for: id?.text)
    guard keys.contains(where: token.isSigned), let subject = token.claims["sub"]?.text else { return nil }
    let identity = VerifiedIdentity(subject: subject, scopes: token.claims.scopes, claims: token.claims.members)
    return Known(identity: identity, end: expiry + rules.leeway, generation: generation)
  }
}

extension JSONValue {
  fileprivate var scopes: Set<String> {
    let scopes = self["scope"]?.text?.split(separator: " ").map(String.init) ?? []
    let roles = [self["roles"], self["realm_access"]?["roles"]].flatMap { claim -> [String] in
      guard case .array(let list)? = claim else { return [] }
      return list.compactMap(\.text)
    }
    return Set(scopes + roles)
  }

  fileprivate var members: JSONObject<JSONValue> {
    if case .object(let members) = self { members } else { JSONObject() }
  }
}

/// What a credential is remembered by, in place of itself: its kind, since a key that is sent as a token is none, and its
/// digest.
private struct CredentialKey: Hashable {
  private let kind: UInt8
  private let digest: [UInt8]

  /// Nil for a credential that is not remembered.
  init?(_ credential: Credential) {
    var text: String
    switch credential {
    case .bearer(let token): (kind, text) = (0, token)
    case .apiKey(let key): (kind, text) = (1, key)
    case .basic(let id, let secret): (kind, text) = (2, id + ":" + secret)
    case .certificate, .other: return nil
    }
    guard let digest = text.withUTF8({ OpenSSL.sha256($0) }) else { return nil }
    self.digest = digest
  }

  func hash(into hasher: inout Hasher) {
    // Eight bytes of a digest are as good as all of them.
    digest.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(8))) }
  }
}

/// Remembers a bounded number of values: of two generations the older one is dropped when the younger one is full.
struct BoundedCache<Key: Hashable, Value> {
  private let half: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  init(capacity: Int) { half = max(1, capacity / 2) }

  subscript(_ key: Key) -> Value? {
    mutating get {
      if let value = young[key] { return value }
      guard let value = old.removeValue(forKey: key) else { return nil }
      self[key] = value
      return value
    }
    set {
      if young.count >= half { (old, young) = (young, [:]) }
      young[key] = newValue
    }
  }
}

import IdentityAPI
import ServiceCore
import ServiceSecurity

/// The keys by which tokens are signed: a new one every thirty days, for each algorithm that is used.
///
/// A key is published ten minutes before it signs, which is longer than verifiers keep a set, and for an hour after the
/// next one has begun, which is longer than a token lives. So every token finds its key.
actor SigningKeys {
  private struct Entry: Sendable {
    let key: SigningKey
    let createdAt: Timestamp
    let signsAt: Timestamp
  }

  private let queries: IdentityQueries
  private let clock: Clock
  private let algorithm: SignatureAlgorithm
  /// The keys of the database, and when they were read.
  private var held: (entries: [Entry], read: Timestamp) = ([], Timestamp(microseconds: .min))

  /// In seconds: how long a key signs, how long it is published before, and how long after.
  private static let (life, lead, tail) = (30 * 86_400, 600, 3_600)
  /// How long the keys of the database are kept, in seconds: less than the lead.
  private static let age = 60

  init(_ queries: IdentityQueries, _ clock: Clock, _ algorithm: SignatureAlgorithm) {
    (self.queries, self.clock, self.algorithm) = (queries, clock, algorithm)
  }

  /// The key that signs now. The first one is made when it is needed.
  ///
  /// - Parameter wanted: the algorithm; nil for that of access tokens.
  func current(_ wanted: SignatureAlgorithm? = nil) async throws -> SigningKey {
    let algorithm = wanted ?? algorithm
    if let key = current(of: try await entries(), algorithm) { return key }
    try await add(algorithm, signing: clock.now())
    guard let key = current(of: try await read(), algorithm) else {
      throw ConfigurationError("there is no key to sign tokens by")
    }
    return key
  }

  /// All keys by which a token that is valid now may be signed, or will be soon.
  func published() async throws -> [JSONWebKey] {
    _ = try await current()
    return try await entries().map(\.key.publicKey)
  }

  /// Makes the next key when its time has come, and removes those that no valid token is signed by.
  func rotate() async throws {
    let now = clock.now()
    let entries = try await read()
    for algorithm in Set(entries.map(\.key.algorithm) + [algorithm]) {
      let isFirst = current(of: entries, algorithm) == nil
      try await add(algorithm, signing: isFirst ? now : now.adding(seconds: Self.lead))
    }
    _ = try await queries.dropSigningKeys(before: now.adding(seconds: -Self.tail))
    _ = try await read()
  }

  private func current(of entries: [Entry], _ algorithm: SignatureAlgorithm) -> SigningKey? {
    let now = clock.now()
    return entries.first { $0.signsAt <= now && $0.key.algorithm == algorithm }?.key
  }

  /// Makes a key, unless there is a recent one, also of another process.
  private func add(_ algorithm: SignatureAlgorithm, signing time: Timestamp) async throws {
    let now = clock.now()
    let since = now.adding(seconds: -Self.life)
    // Before a key is generated: one of RSA takes its thread for a tenth of a second.
    if held.entries.contains(where: { $0.key.algorithm == algorithm && $0.createdAt > since }) { return }
    guard let key = SigningKey.generate(algorithm) else { throw ConfigurationError("OpenSSL cannot make keys") }
    _ = try await queries.addSigningKey(
      id: key.id, algorithm: algorithm.rawValue, key: Base64(key.der), now: now, signs: time,
      since: since)
  }

  private func entries() async throws -> [Entry] {
    let isFresh = held.read > clock.now().adding(seconds: -Self.age) && !held.entries.isEmpty
    return isFresh ? held.entries : try await read()
  }

  private func read() async throws -> [Entry] {
    let rows = try await queries.signingKeys()
    let entries = rows.compactMap { row in
      SignatureAlgorithm(rawValue: row.algorithm).flatMap { SigningKey($0, der: row.privateKey.bytes) }
        .map { Entry(key: $0, createdAt: row.createdAt, signsAt: row.signsAt) }
    }
    held = (entries, clock.now())
    return entries
  }
}

/// Makes access tokens (RFC 9068).
struct AccessTokens: Sendable {
  /// How long a token is valid, in seconds.
  static let life = 900
  private let issuer: String
  private let keys: SigningKeys
  private let clock: Clock

  init(issuer: String, _ keys: SigningKeys, _ clock: Clock) {
    (self.issuer, self.keys, self.clock) = (issuer, keys, clock)
  }

  /// - Parameter more: further claims.
  func token(subject: String, scope: String, _ more: [(String, JSONValue)]) async throws -> String {
    let id = ("jti", JSONValue.string(Uuid.v7(at: clock.now()).description))
    return try await signed("at+jwt", subject, issuer, [("scope", .string(scope)), id] + more)
  }

  /// Tells a client who has logged in (OpenID Connect Core 1.0, section 2). It is of another type, so that nobody takes it
  /// for an access token.
  func idToken(for client: Client, subject: String, _ more: [(String, JSONValue)]) async throws -> String {
    let algorithm = SignatureAlgorithm(rawValue: client.idTokenSignedResponseAlg.rawValue)
    return try await signed("JWT", subject, client.id.description, more, by: algorithm)
  }

  private func signed(
    _ type: String, _ subject: String, _ audience: String, _ more: [(String, JSONValue)],
    by algorithm: SignatureAlgorithm? = nil
  ) async throws -> String {
    let second = clock.now().microseconds / 1_000_000
    let claims: [(String, JSONValue)] = [
      ("iss", .string(issuer)), ("aud", .string(audience)), ("sub", .string(subject)),
      ("iat", .number(ExactDecimal(second))), ("exp", .number(ExactDecimal(second + Self.life))),
    ]
    return try await keys.current(algorithm).token(type, .object(JSONObject(claims + more)))
  }
}

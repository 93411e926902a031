/// A credential of a caller. No description of it shows the secret.
public enum Credential: Sendable {
  case apiKey(String)
  /// RFC 7617.
  case basic(user: String, password: String)
  /// RFC 6750.
  case bearer(String)
  /// The certificate of the TLS client, in DER.
  case certificate([UInt8])
  /// The text after any other scheme in the `Authorization` header; `scheme` in lower case.
  case other(scheme: String, String)
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .apiKey: "an API key"
    case .basic: "a user with a password"
    case .bearer: "a bearer token"
    case .certificate: "a client certificate"
    case .other(let scheme, _): "a credential of the scheme \(scheme)"
    }
  }

  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The credentials for calls to other services, by the contract's names of their schemes.
public struct Credentials: Sendable, ExpressibleByDictionaryLiteral {
  private var list: [ByteKey: Credential] = [:]

  public init() {}

  package var isEmpty: Bool { list.isEmpty }

  public init(dictionaryLiteral elements: (String, Credential)...) {
    for (name, credential) in elements { self[name] = credential }
  }

  public subscript(_ scheme: String) -> Credential? {
    get { list[ByteKey(scheme)] }
    set { list[ByteKey(scheme)] = newValue }
  }
}

/// The verified identity behind a credential.
public struct VerifiedIdentity: Sendable {
  /// The subject that the issuer of the credential names: a user's id, a client's name.
  public var subject: String
  /// The permissions: scopes of a token, roles of a user.
  public var scopes: Set<String>
  /// All other claims.
  public var claims: JSONObject<JSONValue>

  public init(subject: String, scopes: Set<String> = [], claims: JSONObject<JSONValue> = JSONObject()) {
    self.subject = subject
    self.scopes = scopes
    self.claims = claims
  }

  /// Scopes are compared byte for byte (RFC 6749, section 3.3), not by canonical equivalence.
  public func has(_ scope: String) -> Bool { scopes.contains { $0.utf8.elementsEqual(scope.utf8) } }
}

/// Verifies credentials. A service provides its own: contracts do not say how tokens, sessions and keys are verified.
public protocol CredentialVerifier: Sendable {
  /// The identity behind a credential; nil when it is invalid, which the caller learns by a 401.
  ///
  /// It is called before scopes are checked, once per scheme and request.
  ///
  /// - Throws: ``VerificationError``, which the caller sees; any other error is a logged 500.
  func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity?
  /// The identity behind a credential that was verified before and is still valid; nil where ``verify(_:for:)`` has to say.
  func recall(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity?
}

extension CredentialVerifier {
  public func recall(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? { nil }
}

/// Why a verifier rejects a request.
public enum VerificationError: Error, Sendable {
  /// 401: it is not authenticated, for this reason. `challenge` is the value of `WWW-Authenticate` (RFC 9110, section
  /// 11.6.1).
  case unproved(String, challenge: String)
  /// 503: it cannot be verified at the moment.
  case unavailable(String)
}

extension VerificationError: ProblemConvertible {
  package var problem: ProblemDetails {
    switch self {
    case .unproved(let detail, let challenge): ProblemDetails(401, detail, headers: ["www-authenticate": challenge])
    case .unavailable(let detail): .unavailable(detail)
    }
  }
}

/// That a caller may call an operation, and its identity.
public struct Proof: Sendable {
  /// Which of the operation's alternatives is satisfied.
  public let alternative: Int
  /// In the order of that alternative's schemes; empty when anyone may call.
  public let identities: [VerifiedIdentity]

  public init(alternative: Int, identities: [VerifiedIdentity]) {
    self.alternative = alternative
    self.identities = identities
  }
}

/// The caller of an operation, with a case for each alternative of its contract; the generator writes one.
public protocol ContractPrincipal: Sendable {
  /// Nil for a proof that has no case in the contract.
  init?(_ proof: Proof)
}

extension Proof: ContractPrincipal {
  public init?(_ proof: Proof) { self = proof }
}

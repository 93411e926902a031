/// What a caller proves with who it is. No description of it shows the secret.
public enum Credential: Sendable {
  case apiKey(String)
  /// RFC 7617.
  case basic(user: String, password: String)
  /// RFC 6750.
  case bearer(String)
  /// The certificate of the TLS client, in DER.
  case certificate([UInt8])
  /// What follows any other scheme in the `Authorization` header; `scheme` in lower case.
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

/// The credentials with which calls to other services are made, by the contract's names of their schemes.
public struct Credentials: Sendable, ExpressibleByDictionaryLiteral {
  private var list: [ByteKey: Credential] = [:]

  public init() {}

  public init(dictionaryLiteral elements: (String, Credential)...) {
    for (name, credential) in elements { self[name] = credential }
  }

  public subscript(_ scheme: String) -> Credential? {
    get { list[ByteKey(scheme)] }
    set { list[ByteKey(scheme)] = newValue }
  }
}

/// Who a credential was proven to be of.
public struct VerifiedIdentity: Sendable {
  /// Whom the issuer of the credential means: a user's id, a client's name.
  public var subject: String
  /// What it may do: the scopes of a token, the roles of a user.
  public var scopes: Set<String>
  /// All else that is said of it.
  public var claims: JSONObject<JSONValue>

  public init(subject: String, scopes: Set<String> = [], claims: JSONObject<JSONValue> = JSONObject()) {
    self.subject = subject
    self.scopes = scopes
    self.claims = claims
  }

  /// Scopes are compared byte for byte (RFC 6749, section 3.3), not by canonical equivalence.
  func has(_ scope: String) -> Bool { scopes.contains { $0.utf8.elementsEqual(scope.utf8) } }
}

/// Tells whether a credential is good. A service hands in its own: how tokens, sessions and keys are proven is no
/// contract's business.
public protocol CredentialVerifier: Sendable {
  /// Whose credential it is; nil when it is not proven, which the caller is told with 401.
  ///
  /// It is asked before the scopes are looked at, once per scheme and request.
  ///
  /// - Throws: ``ProblemDetails`` for other failures, such as 503 when it cannot be told; the caller sees them.
  func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity?
}

/// That a caller may call an operation, and who it is.
public struct Proof: Sendable {
  /// Which of the operation's alternatives was proven.
  public let alternative: Int
  /// In the order of that alternative's schemes; empty when anybody may call.
  public let identities: [VerifiedIdentity]

  public init(alternative: Int, identities: [VerifiedIdentity]) {
    self.alternative = alternative
    self.identities = identities
  }
}

/// Who calls an operation, with a case for each alternative of its contract; the generator writes one.
public protocol ContractPrincipal: Sendable {
  /// Nil for a proof that the contract has no case for.
  init?(_ proof: Proof)
}

extension Proof: ContractPrincipal {
  public init?(_ proof: Proof) { self = proof }
}

import ServiceCore
import Synchronization

/// Knows some secrets, and keeps in mind what it was asked for.
final class SecretBook: CredentialVerifier {
  private let asked = Mutex<[String]>([])

  /// The schemes it was asked for, in that order.
  var questions: [String] { asked.withLock { $0 } }

  static let identities = [
    "alice": VerifiedIdentity(subject: "alice", scopes: ["read"]),
    "admin": VerifiedIdentity(subject: "admin", scopes: ["read", "write"]),
    "eve": VerifiedIdentity(subject: "eve", scopes: ["cafe\u{301}"]),
  ]

  func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
    asked.withLock { $0.append(scheme.name) }
    let secret =
      switch credential {
      case .apiKey(let text), .bearer(let text), .other(_, let text): text
      case .basic(let user, let password): user == "\(password)@x" ? password : ""
      case .certificate(let bytes): String(decoding: bytes, as: UTF8.self)
      }
    if secret == "stolen" { throw VerificationError.unproved("The token was reported stolen.", challenge: "Bearer") }
    if secret == "down" { throw VerificationError.unavailable("The issuer cannot be reached.") }
    return Self.identities[secret]
  }
}

enum Schemes {
  static let header = SecurityScheme(name: "headerKey", kind: .apiKey(in: .header, name: "X-Key"))
  static let query = SecurityScheme(name: "queryKey", kind: .apiKey(in: .query, name: "api key"))
  static let cookie = SecurityScheme(name: "session", kind: .apiKey(in: .cookie, name: "sid"))
  static let basic = SecurityScheme(name: "login", kind: .http(scheme: "basic"))
  static let bearer = SecurityScheme(name: "token", kind: .http(scheme: "bearer"))
  static let digest = SecurityScheme(name: "digest", kind: .http(scheme: "digest"))
  static let oauth = SecurityScheme(
    name: "oauth",
    kind: .oauth2([OAuthFlow(kind: .clientCredentials, tokenURL: "https://a.example/token", scopes: ["read", "write"])])
  )
  static let openID = SecurityScheme(name: "openID", kind: .openIDConnect(url: "https://a.example/.well-known"))
  static let client = SecurityScheme(name: "client", kind: .mutualTLS)
}

/// All of the schemes, with the same scopes.
func requirement(_ schemes: SecurityScheme..., scopes: [String] = []) -> SecurityRequirement {
  SecurityRequirement(schemes: schemes.map { ($0, scopes) })
}

func request(
  _ headers: HTTPFields = [:], query: String? = nil, certificate: String? = nil
) -> HTTPRequest {
  var request = HTTPRequest(method: "GET", path: "/things", query: query, headers: headers)
  request.peerCertificate = certificate.map { Array($0.utf8) }
  return request
}

/// What comes of a request: the alternative and the subjects, or the problem.
func outcome(
  _ alternatives: [SecurityRequirement], _ request: HTTPRequest, _ book: SecretBook = SecretBook()
) async throws -> String {
  do {
    let proof = try await SecurityRequirement.prove(alternatives, by: book, request, realm: "shop")
    return "\(proof.alternative) \(proof.identities.map(\.subject).joined(separator: "+"))"
  } catch let error as any ProblemConvertible {
    return String(error.problem.status)
  }
}

func problem(_ alternatives: [SecurityRequirement], _ request: HTTPRequest) async throws -> ProblemDetails? {
  do {
    _ = try await SecurityRequirement.prove(alternatives, by: SecretBook(), request, realm: "shop")
    return nil
  } catch let error as any ProblemConvertible {
    return error.problem
  }
}

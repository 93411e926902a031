import ContractMock
import ServiceCore
import ServiceSecurity
import Synchronization

/// The callers named by a test: each credential is the name of its subject.
final class TestCallers: CredentialVerifier {
  private let identities = Mutex<[String: VerifiedIdentity]>([:])

  func add(_ identity: VerifiedIdentity) { identities.withLock { $0[identity.subject] = identity } }

  func verify(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? {
    identities.withLock { $0[credential.name] }
  }

  static func credentials(of name: String, for schemes: [SecurityScheme]) -> Credentials {
    var credentials = Credentials()
    for scheme in schemes {
      credentials[scheme.name] =
        switch scheme.kind {
        case .apiKey: .apiKey(name)
        case .http("basic"): .basic(user: name, password: "")
        case .http("bearer"), .oauth2, .openIDConnect: .bearer(name)
        case .http(let kind): .other(scheme: kind, name)
        case .mutualTLS: nil
        }
    }
    return credentials
  }
}

/// Signs webhooks to a service under test, and verifies them, with one secret.
struct TestSignatures: Sendable {
  let verifier: StandardWebhookVerifier
  private let signer: StandardWebhookSigner

  init(_ clock: Clock) throws {
    let secret = try WebhookSecret(bytes: Array(repeating: 7, count: 24))
    verifier = StandardWebhookVerifier(secret, clock: clock)
    signer = StandardWebhookSigner(secret, clock: clock)
  }

  /// The request with a signature: its own, or otherwise a valid one.
  func signed(_ request: HTTPRequest) throws -> HTTPRequest {
    request.headers["webhook-signature"] == nil ? try signer.sign(request) : request
  }
}

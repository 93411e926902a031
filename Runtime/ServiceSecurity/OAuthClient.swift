import ServiceCore

/// What an issuer of tokens knows a program by (RFC 6749, section 2.3.1). No description shows the secret.
public struct OAuthClient: Sendable {
  public let id: String
  let secret: String
  /// The exact text of `iss` in its tokens; nil for the issuers that contracts name.
  public let issuer: String?

  /// - Parameters:
  ///   - issuer: such as `https://id.example.com/realms/shop`, whose metadata names the token endpoint (OpenID Connect
  ///     Discovery 1.0, section 4). Nil for what the contract of each operation names: `openIdConnectUrl`, or the
  ///     `tokenUrl` of the flow `clientCredentials`.
  /// - Throws: ``ConfigurationError`` for an empty id or secret, and for an issuer that is not a URL.
  public init(id: String, secret: String, issuer: String? = nil) throws(ConfigurationError) {
    guard !id.isEmpty, !secret.isEmpty else {
      throw ConfigurationError("a client of an issuer of tokens has an id and a secret, and one of them is empty")
    }
    if let issuer, (try? ServerAddress(issuer))?.origin == nil {
      throw ConfigurationError("'\(issuer)' is not an issuer such as https://id.example.com/realms/shop")
    }
    (self.id, self.secret, self.issuer) = (id, secret, issuer)
  }
}

extension OAuthClient: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the client \(id)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

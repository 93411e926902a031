/// A way to prove who calls (OpenAPI 3.1, section 4.8.27).
public struct SecurityScheme: Sendable {
  /// Where an API key stands in a request.
  public enum Place: String, Sendable { case header, query, cookie }

  public enum Kind: Sendable {
    case apiKey(in: Place, name: String)
    /// A scheme of the `Authorization` header (RFC 9110, section 11), in lower case: `basic`, `bearer`, `digest`.
    case http(scheme: String)
    case oauth2([OAuthFlow])
    /// OpenID Connect, and where it is described.
    case openIDConnect(url: String)
    /// A certificate of the client's, shown when the connection is made.
    case mutualTLS
  }

  /// The contract's name for it.
  public let name: String
  public let kind: Kind

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The scheme of the `Authorization` header that carries it; nil for what stands elsewhere.
  var authorization: String? {
    switch kind {
    case .http(let scheme): scheme
    case .oauth2, .openIDConnect: "bearer"
    case .apiKey, .mutualTLS: nil
    }
  }
}

/// How a token is had from an OAuth server (OpenAPI 3.1, section 4.8.29; `deviceAuthorization` is OpenAPI 3.2's).
public struct OAuthFlow: Sendable {
  public enum Kind: String, Sendable {
    case implicit, password, clientCredentials, authorizationCode, deviceAuthorization
  }

  public let kind: Kind
  public let authorizationURL: String?
  public let deviceAuthorizationURL: String?
  public let tokenURL: String?
  public let refreshURL: String?
  /// The scopes there are to be had.
  public let scopes: [String]

  public init(
    kind: Kind, authorizationURL: String? = nil, deviceAuthorizationURL: String? = nil, tokenURL: String? = nil,
    refreshURL: String? = nil, scopes: [String] = []
  ) {
    self.kind = kind
    self.authorizationURL = authorizationURL
    self.deviceAuthorizationURL = deviceAuthorizationURL
    self.tokenURL = tokenURL
    self.refreshURL = refreshURL
    self.scopes = scopes
  }
}

/// One of the alternatives by which an operation may be called (OpenAPI 3.1, section 4.8.30): all of its schemes must
/// be proven. One without schemes lets anybody in.
public struct SecurityRequirement: Sendable {
  /// The schemes, each with the scopes, or roles, that its credential must have.
  public let schemes: [(scheme: SecurityScheme, scopes: [String])]

  public init(schemes: [(scheme: SecurityScheme, scopes: [String])]) { self.schemes = schemes }

  var isAnonymous: Bool { schemes.isEmpty }
}

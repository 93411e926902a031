/// A security scheme (OpenAPI 3.1, section 4.8.27).
public struct SecurityScheme: Sendable {
  /// The location of an API key in a request.
  public enum Location: String, Sendable { case header, query, cookie }

  public enum Kind: Sendable {
    case apiKey(in: Location, name: String)
    /// A scheme of the `Authorization` header (RFC 9110, section 11), in lower case: `basic`, `bearer`, `digest`.
    case http(scheme: String)
    case oauth2([OAuthFlow])
    /// OpenID Connect, and the address of its configuration.
    case openIDConnect(url: String)
    /// A client certificate of the connection.
    case mutualTLS
  }

  /// The contract's name for it.
  public let name: String
  public let kind: Kind

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The scheme of the `Authorization` header that carries it; nil for other locations.
  var authorization: String? {
    switch kind {
    case .http(let scheme): scheme
    case .oauth2, .openIDConnect: "bearer"
    case .apiKey, .mutualTLS: nil
    }
  }
}

/// A flow for obtaining a token from an OAuth server (OpenAPI 3.1, section 4.8.29; `deviceAuthorization` is from
/// OpenAPI 3.2).
public struct OAuthFlow: Sendable {
  public enum Kind: String, Sendable {
    case implicit, password, clientCredentials, authorizationCode, deviceAuthorization
  }

  public let kind: Kind
  public let authorizationURL: String?
  public let deviceAuthorizationURL: String?
  public let tokenURL: String?
  public let refreshURL: String?
  /// The available scopes.
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

/// One of the alternative security requirements of an operation (OpenAPI 3.1, section 4.8.30): all of its schemes must
/// be satisfied. One without schemes allows anyone to call.
public struct SecurityRequirement: Sendable {
  /// The schemes, each with the scopes, or roles, that its credential must have.
  public let schemes: [(scheme: SecurityScheme, scopes: [String])]

  public init(schemes: [(scheme: SecurityScheme, scopes: [String])]) { self.schemes = schemes }

  var isAnonymous: Bool { schemes.isEmpty }
}

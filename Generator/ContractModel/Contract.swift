import ContractSource

/// An OpenAPI document in the specification's words.
public struct Contract {
  public enum Version: Sendable { case v30, v31, v32 }

  public let path: String
  public let place: Place
  public let specification: Version
  public let title: String
  public let version: String
  public let summary: String?
  public let description: String?
  public let servers: [Server]
  public let tags: [Tag]
  public let operations: [Operation]
  /// The schemas under `components`, in their order.
  public let components: [(name: String, place: Place, schema: Int)]
  public let securitySchemes: [SecurityScheme]
  /// Examples, with the schema each is of.
  public let samples: [(node: Node, schema: Int)]
}

/// Where an API is (OpenAPI 3.1, section 4.8.5).
public struct Server {
  public struct Variable {
    public let place: Place
    public let name: String
    public let choices: [String]
    public let usual: String
    public let description: String?
  }

  public let place: Place
  public let url: String
  /// What it is called (OpenAPI 3.2).
  public let name: String?
  public let description: String?
  public let variables: [Variable]
}

public struct Tag {
  public let name: String
  public let description: String?
  /// The tag that this one belongs to (OpenAPI 3.2).
  public let parent: String?
}

public struct Operation {
  public enum KeyUse: String, CaseIterable, Sendable { case optional, required }
  /// Who calls it: a client of the API, or the API itself, told where by a request or by an agreement.
  public enum Kind: Sendable { case route, callback, webhook }

  public let place: Place
  public let kind: Kind
  public let id: String
  /// Whether the contract gives it its id.
  public let hasOwnID: Bool
  /// The method as it goes over the wire: `GET`, or any other token (OpenAPI 3.2, `additionalOperations`).
  public let method: String
  /// The path with its parameters in braces, without the servers' part; of a callback the address with its expressions,
  /// of a webhook its name.
  public let path: String
  public let summary: String?
  public let description: String?
  public let isDeprecated: Bool
  public let isInternal: Bool
  public let idempotencyKey: KeyUse?
  /// How long the operation may take, in milliseconds (`x-timeout`).
  public let timeout: Int?
  /// For how long the signature of a message holds, in milliseconds (`x-webhook-signature`).
  public let replayWindow: Int?
  public let tags: [String]
  /// Where it is, when that is not where the API is.
  public let servers: [Server]
  /// What a caller must prove: one of these. Empty where nothing is to be proven.
  public let security: [SecurityRequirement]
  public let parameters: [Parameter]
  public let body: Body?
  public let responses: [Response]
  public let callbacks: [(name: String, operation: Operation)]
}

/// How a caller proves who it is (OpenAPI 3.1, section 4.8.27).
public struct SecurityScheme {
  public enum Kind {
    case apiKey(location: String, name: String)
    case http(scheme: String)
    case oauth2([Flow])
    case openIDConnect(url: String)
    case mutualTLS
  }

  public struct Flow {
    public let name: String
    /// The addresses it has, by their fields' names.
    public let urls: [(field: String, url: String)]
    public let scopes: [String]
  }

  public let place: Place
  public let name: String
  public let kind: Kind
  public let description: String?
}

/// Schemes that are all to be proven; none means that nothing is.
public struct SecurityRequirement {
  public let schemes: [(scheme: SecurityScheme, scopes: [String])]
}

public struct Parameter {
  public enum Location: String, CaseIterable, Sendable { case path, query, header, cookie, querystring }

  public let place: Place
  public let name: String
  public let location: Location
  public let isRequired: Bool
  public let description: String?
  /// How the value is written (`style`, `explode`), where the contract says so.
  public let style: String?
  public let explode: Bool?
  /// Whether reserved characters are written as they are.
  public let allowReserved: Bool
  /// Whether a name without a value stands for no value (deprecated by OpenAPI itself).
  public let allowsEmpty: Bool
  public let schema: Int
  /// The media type of a parameter with `content`.
  public let mediaType: String?

  /// The name that no other parameter of its place has: of headers the case does not count (RFC 9110, section 5.1).
  var wireName: String { location == .header ? name.lowercased() : name }
}

public struct Body {
  public let place: Place
  public let isRequired: Bool
  public let content: [MediaType]
}

public struct MediaType {
  public let place: Place
  public let name: String
  /// The name without its parameters.
  public let baseType: String
  /// Nil where nothing is said of the content.
  public let schema: Int?
  /// What each item of a sequence is (OpenAPI 3.2).
  public let itemSchema: Int?
  /// How properties are written, by name.
  public let encoding: [(name: String, value: Encoding)]
  /// How the first parts are written, and how all others are (OpenAPI 3.2).
  public let prefixEncoding: [Encoding]
  public let itemEncoding: Encoding?
}

/// How a property or a part is written (OpenAPI 3.1, section 4.8.15).
public struct Encoding {
  public let place: Place
  public let contentType: String?
  public let headers: [Header]
  public let style: String?
  public let explode: Bool?
  public let allowReserved: Bool?
}

public struct Response {
  public enum Status: Hashable, Sendable {
    case code(Int)
    /// `4XX`, by its first digit.
    case range(Int)
    case other
  }

  public let place: Place
  public let status: Status
  public let description: String
  public let headers: [Header]
  public let content: [MediaType]
  public let links: [Link]
}

/// How to go on from an answer (OpenAPI 3.1, section 4.8.20).
public struct Link {
  public let place: Place
  public let name: String
  public let description: String?
  /// The operation's id, or a reference to it.
  public let operationID: String?
  public let operationReference: String?
  /// The values of parameters: expressions, or values as they are.
  public let parameters: [(name: String, place: Place, value: Node)]
  public let body: Node?
}

public struct Header {
  public let place: Place
  public let name: String
  public let isRequired: Bool
  public let description: String?
  public let explode: Bool
  public let schema: Int
  /// The media type of a header with `content`.
  public let mediaType: String?
}

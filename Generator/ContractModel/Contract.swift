import ContractSource
import ContractValues

/// An OpenAPI document, in the specification's terms.
public struct Contract {
  public enum Version: Sendable { case v30, v31, v32 }

  public let path: String
  public let position: SourcePosition
  public let specification: Version
  public let title: String
  public let version: String
  public let summary: String?
  public let description: String?
  public let servers: [Server]
  public internal(set) var tags: [Tag]
  public internal(set) var operations: [Operation]
  /// The schemas under `components`, in document order.
  public internal(set) var components: [(name: String, position: SourcePosition, schema: Int)]
  public internal(set) var securitySchemes: [SecurityScheme]
  /// Examples, each with the schema it must be valid against.
  public let samples: [(node: Node, schema: Int)]
}

/// An address of an API (OpenAPI 3.1, section 4.8.5).
public struct Server {
  public struct Variable {
    public let position: SourcePosition
    public let name: String
    public let choices: [String]
    public let usual: String
    public let description: String?
  }

  public let position: SourcePosition
  public let url: String
  /// The server's name (OpenAPI 3.2).
  public let name: String?
  public let description: String?
  public let variables: [Variable]
}

public struct Tag {
  public let name: String
  public let description: String?
  /// The name of the parent tag (OpenAPI 3.2).
  public let parent: String?
}

public struct Operation {
  /// How an operation is called: a route by clients of the API; a callback or webhook by the API itself, at an address
  /// from a request or from an agreement.
  public enum Kind: Sendable { case route, callback, webhook }

  /// The methods with a field of their own in a Path Item Object; `query` is of OpenAPI 3.2.
  public static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]

  public let position: SourcePosition
  public let kind: Kind
  public let id: String
  /// Whether its id is from the contract.
  public let hasOwnID: Bool
  /// The method as sent: `GET`, or any other token (OpenAPI 3.2, `additionalOperations`).
  public let method: String
  /// The path with its parameters in braces, without the servers' base path; for a callback the address with its
  /// expressions, for a webhook its name.
  public let path: String
  public let summary: String?
  public let description: String?
  public let policy: Policy
  /// How its list is read page by page (`x-pagination`).
  public let pagination: Pagination?
  public let tags: [String]
  /// The operation's own servers, which replace the API's.
  public let servers: [Server]
  public let parameters: [Parameter]
  public let body: Body?
  public internal(set) var responses: [Response]
  /// Whether a connection may become a WebSocket: a GET with a response 101, which is not one of ``responses``.
  public let upgrades: Bool
  public internal(set) var callbacks: [(name: String, operation: Operation)]
}

/// The parameters and properties by which a list is read page by page (`x-pagination`).
public struct Pagination {
  public struct Name {
    public let text: String
    public let position: SourcePosition
  }

  public let position: SourcePosition
  /// The query parameters: where a page begins, and how many items it holds at most.
  public let cursor: Name
  public let limit: Name
  /// The properties of a page: its items, and the cursor of the next page.
  public let items: Name
  public let next: Name
}

/// A method of authentication (OpenAPI 3.1, section 4.8.27).
public struct SecurityScheme {
  public enum Kind {
    case apiKey(location: String, name: String)
    case http(scheme: String)
    case oauth2([Flow])
    case openIDConnect(url: String)
    case mutualTLS
    /// What a broker's client proves itself by as it connects, by AsyncAPI's name of it: `userPassword`,
    /// `scramSha256`; an OpenAPI document has none.
    case broker(String)
  }

  public struct Flow {
    public let name: String
    /// The flow's addresses by field name.
    public let urls: [(field: String, url: String)]
    public let scopes: [String]
  }

  public let position: SourcePosition
  public let name: String
  public let kind: Kind
  public let description: String?
}

/// Schemes that must all be satisfied; none means that no authentication is required.
public struct SecurityRequirement {
  public let schemes: [(scheme: SecurityScheme, scopes: [String])]
}

/// A value that shows what is meant (OpenAPI 3.1, section 4.8.19).
public struct Example {
  /// Nil for one that is given as `example`.
  public let name: String?
  public let value: Node
}

public struct Parameter {
  public enum Location: String, CaseIterable, Sendable { case path, query, header, cookie, querystring }

  public let position: SourcePosition
  public let name: String
  public let location: Location
  public let isRequired: Bool
  public let description: String?
  /// The serialization of the value (`style`, `explode`), where the contract specifies it.
  public let style: String?
  public let explode: Bool?
  /// Whether a `label` is delimited by dots without `explode` too, as in OpenAPI 3.0.0 to 3.0.3 and 3.1.0.
  public let dotsLabels: Bool
  /// Whether reserved characters are not percent-encoded.
  public let allowReserved: Bool
  /// Whether a name without a value means that there is no value (deprecated in OpenAPI).
  public let allowsEmpty: Bool
  public let schema: Int
  /// The media type of a parameter with `content`.
  public let mediaType: String?
  public let examples: [Example]

  /// The name for comparison with other parameters of the same location: header names are case-insensitive (RFC 9110,
  /// section 5.1).
  var wireName: String { location == .header ? name.lowercased() : name }
}

public struct Body {
  public let position: SourcePosition
  public let isRequired: Bool
  public let content: [MediaType]
}

public struct MediaType {
  public let position: SourcePosition
  public let name: String
  /// The media type without its parameters.
  public let baseType: String
  /// Nil when the content is not described.
  public let schema: Int?
  /// The schema of each item of a sequence (OpenAPI 3.2).
  public let itemSchema: Int?
  /// The encodings of properties, by name.
  public let encoding: [(name: String, value: Encoding)]
  /// The encodings of the first parts, and of all others (OpenAPI 3.2).
  public let prefixEncoding: [Encoding]
  public let itemEncoding: Encoding?
  /// As values, or as texts in a syntax of its own.
  public let examples: [Example]
}

extension MediaType {
  /// The content of a part that is itself multipart.
  public init(nested name: String, base: String, schema: Int, itemSchema: Int?, _ encoding: Encoding) {
    self.init(
      position: encoding.position, name: name, baseType: base, schema: schema, itemSchema: itemSchema,
      encoding: encoding.encoding, prefixEncoding: encoding.prefixEncoding, itemEncoding: encoding.itemEncoding.first,
      examples: [])
  }
}

/// The encoding of a property or a part (OpenAPI 3.1, section 4.8.15).
public struct Encoding {
  public let position: SourcePosition
  public let contentType: String?
  public let headers: [Header]
  public let style: String?
  public let explode: Bool?
  public let allowReserved: Bool?
  /// The encodings of the parts of a part that is itself multipart (OpenAPI 3.2), of which the last is at most one.
  public let encoding: [(name: String, value: Encoding)]
  public let prefixEncoding: [Encoding]
  public let itemEncoding: [Encoding]

  /// Whether it encodes parts of the part by their positions.
  public var isPositional: Bool { !prefixEncoding.isEmpty || !itemEncoding.isEmpty }
}

public struct Response {
  public enum Status: Hashable, Sendable {
    case code(Int)
    /// `4XX`, by its first digit.
    case range(Int)
    case other
  }

  public let position: SourcePosition
  public let status: Status
  public let description: String
  public let headers: [Header]
  public let content: [MediaType]
  public internal(set) var links: [Link]
  /// Whether the contract describes it; one that it does not describe stands for every response of its operation.
  public internal(set) var isDescribed = true
}

/// A follow-up operation of a response (OpenAPI 3.1, section 4.8.20).
public struct Link {
  public let position: SourcePosition
  public let name: String
  public let description: String?
  /// The operation's id, or a reference to it.
  public let operationID: String?
  public let operationReference: String?
  /// The values of parameters: expressions or constants.
  public let parameters: [(name: String, position: SourcePosition, value: Node)]
  public let body: Node?
}

/// The operations that links can lead to, by their ids and by what references to them point to.
public struct LinkTargets {
  private var byID: [ByteKey: Operation] = [:]
  private var byPointer: [ByteKey: Operation] = [:]

  public init(_ operations: [Operation]) {
    for operation in operations.reversed() {
      byID[ByteKey(operation.id)] = operation
      byPointer[Self.key(operation.path, operation.method)] = operation
    }
  }

  /// The operation that a link leads to; nil when there is none.
  public subscript(_ link: Link) -> Operation? {
    if let id = link.operationID { return byID[ByteKey(id)] }
    guard let reference = link.operationReference, reference.hasPrefix("#/paths/") else { return nil }
    let parts = Reference.decoded(reference).dropFirst("#/paths/".count).split(separator: "/").map(Node.unescaped)
    // Methods without a field of their own are one level deeper.
    if parts.count == 3, parts[1] == "additionalOperations" { return byPointer[Self.key(parts[0], parts[2])] }
    return parts.count == 2 ? byPointer[Self.key(parts[0], parts[1].uppercased())] : nil
  }

  private static func key(_ path: String, _ method: String) -> ByteKey { ByteKey(method + " " + path) }
}

public struct Header {
  public let position: SourcePosition
  public let name: String
  public let isRequired: Bool
  public let description: String?
  public let explode: Bool
  public let schema: Int
  /// The media type of a header with `content`.
  public let mediaType: String?
}

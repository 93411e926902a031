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
  /// The path of `servers`, put before every operation's: `/api`.
  public let basePath: String
  public let operations: [Operation]
  /// The schemas under `components`, in their order.
  public let components: [(name: String, place: Place, schema: Int)]
  /// Examples, with the schema each is of.
  public let samples: [(node: Node, schema: Int)]
  /// What the contract says and Charter generates no code for yet.
  public let notYet: [(message: String, place: Place, help: String?)]
}

public struct Operation {
  public enum Method: String, CaseIterable, Sendable { case get, put, post, delete, options, head, patch, trace, query }
  public enum KeyUse: String, CaseIterable, Sendable { case optional, required }
  /// Who calls it: a client of the API, or the API itself, told where by a request or by an agreement.
  public enum Kind: Sendable { case route, callback, webhook }

  public let place: Place
  public let kind: Kind
  public let id: String
  public let method: Method
  /// The path with its parameters in braces, without the servers' part.
  public let path: String
  public let summary: String?
  public let description: String?
  public let isDeprecated: Bool
  public let isInternal: Bool
  public let idempotencyKey: KeyUse?
  /// How long the operation may take, in milliseconds (`x-timeout`).
  public let timeout: Int?
  public let parameters: [Parameter]
  public let body: Body?
  public let responses: [Response]
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
  public let schema: Int
  /// The media type of a parameter with `content`.
  public let mediaType: String?
}

public struct Body {
  public let place: Place
  public let isRequired: Bool
  public let content: [MediaType]
}

public struct MediaType {
  public let place: Place
  public let name: String
  /// Nil where nothing is said of the content.
  public let schema: Int?
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
}

public struct Header {
  public let place: Place
  public let name: String
  public let isRequired: Bool
  public let description: String?
  public let schema: Int
}

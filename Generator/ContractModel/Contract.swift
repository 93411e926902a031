import ContractSource

/// An OpenAPI document in the specification's words.
public struct Contract {
  public let path: String
  public let place: Place
  public let title: String
  public let version: String
  public let summary: String?
  public let description: String?
  /// The path of `servers`, put before every operation's: `/api`.
  public let basePath: String
  public let operations: [Operation]
  /// Every schema the contract has or refers to, wherever it stands.
  public let schemas: [(key: SchemaKey, schema: Schema)]
}

public struct Operation {
  public enum Method: String, CaseIterable, Sendable { case get, put, post, delete, patch }
  public enum KeyUse: String, CaseIterable, Sendable { case optional, required }

  public let place: Place
  public let id: String
  public let method: Method
  /// The path with its parameters in braces, without the servers' part.
  public let path: String
  public let summary: String?
  public let description: String?
  public let isDeprecated: Bool
  public let isInternal: Bool
  public let idempotencyKey: KeyUse?
  public let parameters: [Parameter]
  public let body: Body?
  public let responses: [Response]
}

public struct Parameter {
  public enum Location: String, CaseIterable, Sendable { case path, query }

  public let place: Place
  public let name: String
  public let location: Location
  public let isRequired: Bool
  public let description: String?
  public let schema: Schema
}

public struct Body {
  public let place: Place
  public let isRequired: Bool
  public let mediaType: String
  public let schema: Schema
}

public struct Response {
  public let place: Place
  /// Nil for `default`.
  public let status: Int?
  public let description: String
  public let headers: [Header]
  public let content: (mediaType: String, schema: Schema)?
}

public struct Header {
  public let place: Place
  public let name: String
  public let isRequired: Bool
  public let description: String?
  public let schema: Schema
}

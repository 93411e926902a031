import ContractSamples
import ContractValues
import ServiceCore

/// Contracts as data, for programs that hold a server against them or stand in for one. The generator writes it
/// (`contractgen export outline`), with references, directions and styles decided.
public struct Outline: Sendable {
  public let contracts: [OutlinedContract]
  /// The schemas that all contracts refer to by index.
  public let program: SchemaProgram
  public let schemas: [OutlinedSchema]

  /// The operations that clients call, of all contracts.
  public var routes: [OutlinedOperation] { contracts.flatMap(\.operations).filter { $0.kind == .route } }

  /// A sampler of values of its schemas.
  ///
  /// - Parameter direction: who sends the values.
  public func sampler(
    seed: UInt64, limits: SchemaSampler.Limits = SchemaSampler.Limits(), direction: SchemaSampler.Direction
  ) -> SchemaSampler {
    var annotations: [Int: SchemaSampler.Annotations] = [:]
    for (index, schema) in schemas.enumerated() {
      if schema.isAnnotated {
        annotations[index] = SchemaSampler.Annotations(
          values: schema.values, isReadOnly: schema.isReadOnly, isWriteOnly: schema.isWriteOnly)
      }
      // What is hidden has a schema of its own that admits anything: nobody sends it.
      for hidden in schema.hidden.compactMap({ program.keywords(index)?.properties[$0] }) {
        annotations[hidden] = SchemaSampler.Annotations(isReadOnly: true, isWriteOnly: true)
      }
    }
    return SchemaSampler(program, seed: seed, limits: limits, annotations: annotations, direction: direction)
  }
}

/// What is known of a schema besides its assertions.
public struct OutlinedSchema: Sendable {
  /// The file and line: `Contracts/shop/orders.yaml:42`.
  public let at: String
  /// The properties that do not belong to the direction it is seen in: read-only ones of requests, write-only ones of
  /// responses.
  public let hidden: [String]
  /// Its default and examples.
  public let values: [JSONValue]
  public let isReadOnly: Bool
  public let isWriteOnly: Bool

  var isAnnotated: Bool { !values.isEmpty || isReadOnly || isWriteOnly }
}

public struct OutlinedContract: Sendable {
  /// The name of its API, such as `Orders`.
  public let name: String
  public let title: String
  public let version: String
  /// The contract's file.
  public let file: String
  /// The origin that the contract names, such as `https://api.example.com`.
  public let server: String?
  public let schemes: [SecurityScheme]
  public let operations: [OutlinedOperation]
}

/// An operation: what may be sent, and what may be answered.
public final class OutlinedOperation: Sendable {
  public enum Kind: String, Sendable { case route, callback, webhook }

  /// The parameters and properties by which its list is read page by page (`x-pagination`).
  public struct Pagination: Sendable {
    public let cursor: String
    public let limit: String
    public let items: String
    public let next: String
    public let at: String
  }

  public let kind: Kind
  public let at: String
  /// The path with its parameters in braces and the base path of the server; for a callback its address with
  /// expressions, for a webhook its name.
  public let path: String
  public let tags: [String]
  public let parameters: [OutlinedParameter]
  public let body: OutlinedBody?
  public let responses: [OutlinedResponse]
  public let pagination: Pagination?
  public let callbacks: [(name: String, operation: OutlinedOperation)]
  /// How the runtime knows it: name, method, path, statuses and policy.
  public let descriptor: OperationDescriptor

  public var id: String { descriptor.id }
  public var method: String { descriptor.method }

  init(
    kind: Kind, at: String, path: String, tags: [String], parameters: [OutlinedParameter], body: OutlinedBody?,
    responses: [OutlinedResponse], pagination: Pagination?, callbacks: [(name: String, operation: OutlinedOperation)],
    descriptor: OperationDescriptor
  ) {
    (self.kind, self.at, self.path, self.tags, self.parameters) = (kind, at, path, tags, parameters)
    (self.body, self.responses, self.pagination, self.callbacks) = (body, responses, pagination, callbacks)
    self.descriptor = descriptor
  }

  /// The declared response for a status: by its number, by its range, or the default.
  public func response(_ status: Int) -> OutlinedResponse? {
    responses.first { $0.status == .code(status) } ?? responses.first { $0.status == .range(status / 100) }
      ?? responses.first { $0.status == .other }
  }
}

public struct OutlinedParameter: Sendable {
  public let name: String
  public let location: Violation.Location
  public let isRequired: Bool
  public let at: String
  public let schema: Int
  /// How it is written and read; nil where that is not supported.
  public let style: StyledParameter?
  /// Whether a name without a value means that there is no value.
  public let mayBeEmpty: Bool
  public let examples: [OutlinedExample]
}

public struct OutlinedExample: Sendable {
  /// Empty for the only one.
  public let name: String
  public let value: JSONValue
}

public struct OutlinedBody: Sendable {
  public let isRequired: Bool
  public let content: [OutlinedContent]
}

/// Content of one media type.
public struct OutlinedContent: Sendable {
  public enum Kind: String, Sendable { case json, text, form, multipart, bytes, events, lines, sequence }

  /// The media type, perhaps with parameters, or a range of them, in lower case.
  public let mediaType: String
  public let kind: Kind
  public let at: String
  /// The schema of the value; of each item or event of a sequence. Nil where it is not described.
  public let schema: Int?
  /// The schema of the JSON in the data of each event.
  public let data: Int?
  /// Whether it is a JSON Merge Patch of a value of the schema (RFC 7396).
  public let isPatch: Bool
  /// The types of a text.
  public let texts: JSONTypes
  /// How the members of a form are written.
  public let form: FormLayout
  public let parts: OutlinedParts?
  /// The maximum number of bytes of content without a codec.
  public let limit: Int?
  public let examples: [OutlinedExample]
}

/// The parts of a multipart body.
public struct OutlinedParts: Sendable {
  public let parts: [OutlinedPart]
  /// Whether parts are known by their positions: the last one then stands for all further ones, if it may be repeated.
  public let isPositional: Bool
  /// Whether other parts are refused.
  public let isClosed: Bool
}

public struct OutlinedPart: Sendable {
  /// Nil for a part that is known by its position.
  public let name: String?
  public let kind: OutlinedContent.Kind
  public let at: String
  public let schema: Int
  public let texts: JSONTypes
  public let min: Int
  public let max: Int?
  /// The media types that it may have, which may be ranges.
  public let contentTypes: [String]
  public let limit: Int?
  public let headers: [OutlinedHeader]
  /// The parts of a part that is itself multipart.
  public let nested: OutlinedParts?
}

public struct OutlinedHeader: Sendable {
  public let name: String
  public let isRequired: Bool
  public let at: String
  public let schema: Int
  public let style: StyledParameter?
}

public struct OutlinedResponse: Sendable {
  public enum Status: Sendable, Equatable {
    case code(Int)
    /// By the first digit.
    case range(Int)
    case other
  }

  public let status: Status
  public let at: String
  /// False for the one that stands for all responses of an operation without any.
  public let isDescribed: Bool
  public let content: [OutlinedContent]
  public let headers: [OutlinedHeader]
  public let links: [OutlinedLink]
}

/// A link to an operation that can follow.
public struct OutlinedLink: Sendable {
  public let name: String
  /// The id of the operation.
  public let operation: String
  public let at: String
  /// Constants, or texts with runtime expressions.
  public let parameters: [(name: String, value: JSONValue)]
  public let body: JSONValue?
}

import ContractSource
import ContractValues

/// An AsyncAPI document, in the terms of AsyncAPI 3. One of AsyncAPI 2 is read into the same terms: what it publishes to
/// a channel is what its application receives there, and what it subscribes to is what its application sends.
public struct EventContract {
  public enum Version: Sendable { case v2, v30, v31 }

  public let path: String
  public let position: SourcePosition
  public let specification: Version
  /// The application's identifier, a URI.
  public let id: String?
  public let title: String
  public let version: String
  public let description: String?
  public let servers: [EventServer]
  public let tags: [Tag]
  /// Those of the document, and those of other documents that its operations refer to.
  public internal(set) var channels: [Channel]
  public internal(set) var operations: [EventOperation]
  /// The messages under `components`, in document order, then those that channels refer to elsewhere or have in place.
  public internal(set) var messages: [Message]
  /// The schemas under `components`, in document order.
  public internal(set) var components: [(name: String, position: SourcePosition, schema: Int)]
  /// The schemas that messages, parameters and bindings refer to directly.
  public let schemas: [Int]
  public let securitySchemes: [SecurityScheme]
  /// Examples, each with the schema it must be valid against.
  public let samples: [(node: Node, schema: Int)]
}

/// A broker, or an address at which messages are sent and received (AsyncAPI 3.0, Server Object).
public struct EventServer {
  public let position: SourcePosition
  public let name: String
  public let host: String
  public let path: String?
  public let `protocol`: String
  public let description: String?
  public let variables: [Server.Variable]
  public let security: [SecurityRequirement]
  public let bindings: Bindings
}

/// Where messages go (AsyncAPI 3.0, Channel Object).
public struct Channel {
  public let position: SourcePosition
  /// Where it is defined, in which document ever it is used.
  public let key: SchemaKey
  /// Its name in the contract.
  public internal(set) var name: String
  /// The topic, subject or path, with its parameters in braces; nil where it is only known at run time.
  public internal(set) var address: String?
  public let parameters: [ChannelParameter]
  /// By their names in the channel.
  public let messages: [(name: String, message: Message)]
  /// The names of the servers that have it; empty for all.
  public let servers: [String]
  public let title: String?
  public let summary: String?
  public let description: String?
  public let bindings: Bindings
  /// The pointer in the payload to what its messages are ordered by (`x-ordering-key`).
  public let orderingKey: String?
}

/// A parameter of a channel's address (AsyncAPI 3.0, Parameter Object): always a text.
public struct ChannelParameter {
  public let position: SourcePosition
  public internal(set) var name: String
  public let description: String?
  public let choices: [String]
  public let usual: String?
  /// A runtime expression: where a message has its value.
  public let location: MessageExpression?
}

/// What is sent and received (AsyncAPI 3.0, Message Object), with its traits applied.
public struct Message {
  public enum Payload {
    /// A schema of JSON Schema, AsyncAPI or OpenAPI.
    case schema(Int)
    /// A schema in a language that Charter has no codec for, such as Avro: the payload is bytes.
    case foreign(format: String)
    /// Not described: any value.
    case any
  }

  public let position: SourcePosition
  /// Where it is defined: a message that several channels and documents refer to is one.
  public let key: SchemaKey
  /// Its name on the wire: `name`, or else the name that it has in the channel or under `components`.
  public let name: String
  public let contentType: String
  public let payload: Payload
  public let headers: Int?
  public let correlationID: MessageExpression?
  public let title: String?
  public let summary: String?
  public let description: String?
  public let isDeprecated: Bool
  public let bindings: Bindings
  public let examples: [(name: String?, headers: Node?, payload: Node?)]
}

/// A value in a message: `$message.header#/correlationId` (AsyncAPI 3.0, Runtime Expression).
public struct MessageExpression: Hashable, Sendable {
  public enum Part: String, Sendable { case header, payload }

  public let part: Part
  /// A JSON pointer; empty for the whole part.
  public let pointer: String
}

/// What an application does at a channel (AsyncAPI 3.0, Operation Object), with its traits applied.
public struct EventOperation {
  public enum Action: String, Sendable { case send, receive }

  /// The response to a request (AsyncAPI 3.0, Operation Reply Object).
  public struct Reply {
    public let position: SourcePosition
    /// Nil where only the request says where its reply goes.
    public let channel: Channel?
    public let address: MessageExpression?
    public let messages: [Message]
  }

  public let position: SourcePosition
  public internal(set) var id: String
  public let action: Action
  public let channel: Channel
  /// Those of the channel's messages that it sends or receives: all, where it says nothing.
  public let messages: [Message]
  public let reply: Reply?
  public let title: String?
  public let summary: String?
  public let description: String?
  public let tags: [String]
  public let security: [SecurityRequirement]
  public let bindings: Bindings
  public let policy: Policy

  /// What the contract says of it besides its data, as it says it: what it leaves out is nil or empty.
  public struct Policy {
    /// The send operations whose messages its handler may emit (`x-emits`).
    public let emits: [Emission]
    /// The time limit of a handler in milliseconds (`x-timeout`).
    public let timeout: Int?
    /// How often and when a failed message is tried again (`x-retry`).
    public let retry: Retry?
    /// The address of the channel that takes messages which could not be handled (`x-dead-letter`).
    public let deadLetter: String?
    /// How long a message that is delivered again is recognized, in milliseconds (`x-deduplication-window`).
    public let deduplicationWindow: Int?
    /// How many messages the handler takes at once at most (`x-batch`).
    public let batch: Int?
    public let isDeprecated: Bool
  }
}

/// A message that an operation emits (`x-emits`), by the id of its send operation.
public struct Emission {
  public let position: SourcePosition
  public let operation: String
  /// Whether a response without it is not possible.
  public let isRequired: Bool
}

/// How a failed message is tried again (`x-retry`). Times are in milliseconds.
public struct Retry {
  /// With the first one.
  public let attempts: Int
  public let delay: Int
  public let longestDelay: Int
}

/// What a protocol adds to an object, by the protocol's name (AsyncAPI 3.0, Bindings Object).
public struct Bindings {
  /// What Charter enforces, read from the bindings of Kafka; nil where it is not said.
  public internal(set) var topic: String?
  public internal(set) var partitions: Int?
  /// Documentation: a consumer is named after its operation, in Kafka and in NATS.
  public internal(set) var group: String?
  public internal(set) var queue: String?
  /// Documentation: the schema of a Kafka key, which is what `x-ordering-key` points to.
  public internal(set) var key: Int?
  /// All of them as they are, for documentation.
  public internal(set) var all: [(protocol: String, value: Node)] = []
}

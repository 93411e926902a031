/// What an application does with the messages of a channel, as the generator writes it.
public protocol ReceiveOperation: SendableMetatype {
  /// A ``ReceivedEvent``, or a choice of several.
  associatedtype Incoming: Sendable

  static var descriptor: ReceiveDescriptor { get }

  /// Reads an event; nil, with violations, when it breaks its contract or is none of the operation's messages.
  static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming?
}

/// What the runtime must know about a receive operation.
public final class ReceiveDescriptor: Sendable {
  /// When a failed message is tried again. Times are in milliseconds.
  public struct Retry: Sendable {
    /// With the first one.
    public let attempts: Int
    /// Doubles with each attempt, and is varied by a fifth.
    public let delay: Int
    public let longestDelay: Int

    public init(attempts: Int = 5, delay: Int = 1_000, longestDelay: Int = 60_000) {
      (self.attempts, self.delay, self.longestDelay) = (attempts, delay, longestDelay)
    }
  }

  /// Its name, its policy and its time limit: it passes the same stages as a request.
  public let operation: OperationDescriptor
  public let channel: ChannelDescriptor
  public let messages: [MessageDescriptor]
  /// The names of the channel's other messages: an event of one of them is passed over.
  public let others: [String]
  public let retry: Retry
  /// Takes the messages that could not be handled; nil for the channel's address with `.dead` after it.
  public let deadLetter: ChannelDescriptor?
  /// How long a message that is delivered again is recognized, in milliseconds.
  public let deduplicationWindow: Int
  /// How many messages its handler takes at once at most; nil for one that takes one.
  public let batch: Int?

  /// Seven days.
  public static let standardWindow = 604_800_000

  public init(
    operation: OperationDescriptor, channel: ChannelDescriptor, messages: [MessageDescriptor], others: [String] = [],
    retry: Retry = Retry(), deadLetter: ChannelDescriptor? = nil, deduplicationWindow: Int = standardWindow,
    batch: Int? = nil
  ) {
    (self.operation, self.channel, self.messages, self.others) = (operation, channel, messages, others)
    (self.retry, self.deadLetter) = (retry, deadLetter)
    (self.deduplicationWindow, self.batch) = (deduplicationWindow, batch)
  }

  /// The descriptor of an operation of a service.
  ///
  /// - Parameter deadLetter: the address of the channel for messages that could not be handled.
  public convenience init(
    service: String, id: String, channel: ChannelDescriptor, messages: [MessageDescriptor], others: [String] = [],
    retry: Retry = Retry(), deadLetter: String? = nil, deduplicationWindow: Int = standardWindow, batch: Int? = nil,
    policy: OperationPolicy = OperationPolicy()
  ) {
    self.init(
      operation: OperationDescriptor(
        service: service, id: id, method: "RECEIVE", path: [.literal(channel.template)], responses: .init([]),
        policy: policy), channel: channel, messages: messages, others: others, retry: retry,
      deadLetter: deadLetter.map { ChannelDescriptor(name: $0, address: [.literal($0)]) },
      deduplicationWindow: deduplicationWindow, batch: batch)
  }

  /// Whether the operation receives an event: one of the channel's other messages is not meant for it.
  package func receives(_ event: DeliveredEvent) -> Bool {
    !others.contains { $0.utf8.elementsEqual(event.record.type.utf8) }
  }
}

/// An event as its handler gets it.
public struct ReceivedEvent<Message: ContractMessage>: Sendable {
  public let payload: Message.Payload
  public let headers: Message.Headers
  /// Unique among the events of its source: the same however often it is delivered.
  public let id: String
  public let source: String
  public let time: Timestamp
  public let key: String?
  /// The values of the parameters in the channel's address.
  public let parameters: [String: String]
  /// Counts from 1.
  public let attempt: Int
  /// The payload as its sender wrote it.
  public let data: [UInt8]

  public init(_ event: Event<Message>, of delivered: DeliveredEvent, parameters: [String: String] = [:]) {
    (payload, headers) = (event.payload, event.headers)
    let record = delivered.record
    (id, source, time, key, data) = (record.id, record.source, record.time, record.key, record.data)
    (self.parameters, attempt) = (parameters, delivered.attempt)
  }
}

/// A service's handlers of events as the runtime calls them; the generator writes one over its protocol of handlers.
public protocol EventEndpoint: Sendable {
  /// The receive operations, in the contract's order: the endpoint is called with an index into this list.
  static var operations: [ReceiveDescriptor] { get }

  /// Handles events of one operation, in order: one, or at most the operation's batch.
  ///
  /// - Throws: what the handler throws; nothing was committed then.
  func receive(_ events: [DeliveredEvent], operation index: Int, call: Call) async throws
}

/// A service that handles events; the generator's protocol of handlers inherits it.
public protocol EventReceiver: Sendable {
  var eventEndpoint: any EventEndpoint { get }
}

/// An event that its handler's transaction marks as handled.
public struct InboxMark: Sendable {
  /// The receive operation's name: `inventory.orderCancelled`.
  public let consumer: String
  public let source: String
  public let id: String
  public let time: Timestamp
  public let key: String?
  public let sequence: Int?
  /// Whether this is a later attempt of a parked event, the first of those with its key: it then waits for none.
  public let isParked: Bool
  /// Whether a person sent it to its handler again: then it is handled although later events with its key were.
  public let isRedriven: Bool

  public init(
    consumer: String, source: String, id: String, time: Timestamp, key: String?, sequence: Int?,
    isParked: Bool = false, isRedriven: Bool = false
  ) {
    (self.consumer, self.source, self.id, self.time) = (consumer, source, id, time)
    (self.key, self.sequence, self.isParked, self.isRedriven) = (key, sequence, isParked, isRedriven)
  }
}

/// What the inbox says of an event.
public enum InboxState: Sendable, Equatable {
  /// It is handled by this transaction.
  case fresh
  case handledBefore
  /// A later event with its key was handled.
  case stale
  /// An earlier event with its key waits for its next attempt.
  case blocked
}

/// A message in its form on the wire, with the context attributes of CloudEvents 1.0.
public struct EventRecord: Sendable {
  /// Unique among the events of its source; of Charter's own events a UUID of version 7.
  public var id: String
  /// The sender, a URI reference: `/orders`.
  public var source: String
  /// The name of the message; empty for a message from a sender that writes none.
  public var type: String
  public var time: Timestamp
  /// What it is ordered by among the messages of its channel (`partitionkey`); nil where there is no order.
  public var key: String?
  /// Its position among the events of its source: greater than that of each earlier event with its key (`sequence`).
  public var sequence: Int?
  public var contentType: String
  /// W3C Trace Context.
  public var traceParent: String?
  public var traceState: String?
  /// The headers that the message's contract declares.
  public var headers: [(name: String, value: String)]
  public var data: [UInt8]

  public init(
    id: String, source: String, type: String, time: Timestamp, key: String? = nil, sequence: Int? = nil,
    contentType: String = "application/json", traceParent: String? = nil, traceState: String? = nil,
    headers: [(name: String, value: String)] = [], data: [UInt8]
  ) {
    (self.id, self.source, self.type, self.time) = (id, source, type, time)
    (self.key, self.sequence, self.contentType) = (key, sequence, contentType)
    (self.traceParent, self.traceState, self.headers, self.data) = (traceParent, traceState, headers, data)
  }
}

/// An event that is to be published: the runtime gives it its id, its time and its sequence when it is committed.
public struct OutgoingEvent: Sendable {
  public let channel: ChannelDescriptor
  /// The channel's address with its parameters replaced.
  public let address: String
  public let message: MessageDescriptor
  public let content: MessageContent
  public let notBefore: Timestamp?

  public init(
    channel: ChannelDescriptor, address: String, message: MessageDescriptor, content: MessageContent,
    notBefore: Timestamp?
  ) {
    (self.channel, self.address, self.message) = (channel, address, message)
    (self.content, self.notBefore) = (content, notBefore)
  }
}

/// An event as a consumer gets it from a transport.
public struct DeliveredEvent: Sendable {
  public let channel: ChannelDescriptor
  public let address: String
  public let record: EventRecord
  /// Counts from 1.
  public let attempt: Int
  /// What the transport knows it by, to acknowledge it.
  public let token: UInt64

  public init(
    channel: ChannelDescriptor, address: String, record: EventRecord, attempt: Int = 1, token: UInt64 = 0
  ) {
    (self.channel, self.address, self.record) = (channel, address, record)
    (self.attempt, self.token) = (attempt, token)
  }
}

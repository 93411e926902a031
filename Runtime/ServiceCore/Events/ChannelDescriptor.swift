/// A channel of a contract, as the generator writes it: where its messages go, and in what order.
public final class ChannelDescriptor: Sendable {
  /// Its name in the contract.
  public let name: String
  /// The topic or subject, with parameters.
  public let address: [OperationDescriptor.PathSegment.Piece]
  /// The pointer in a payload to what its messages are ordered by (`x-ordering-key`).
  public let orderingKey: String?
  /// Into how many parts its messages are divided by their keys, which consumers work on at the same time.
  public let partitions: Int

  /// The number of partitions of a channel whose contract does not say it.
  public static let standardPartitions = 8

  public init(
    name: String, address: [OperationDescriptor.PathSegment.Piece], orderingKey: String? = nil,
    partitions: Int = standardPartitions
  ) {
    (self.name, self.address) = (name, address)
    (self.orderingKey, self.partitions) = (orderingKey, partitions)
  }

  /// The address as the contract writes it: `orders.{region}.placed`.
  public var template: String {
    address.map { piece in
      switch piece {
      case .literal(let text): text
      case .parameter(let name): "{\(name)}"
      }
    }.joined()
  }
}

/// What an application sends to a channel, as the generator writes it.
public protocol SendOperation: SendableMetatype {
  /// An ``Event``, or a choice of several.
  associatedtype Outgoing: Sendable

  static var id: String { get }
  static var channel: ChannelDescriptor { get }

  /// The event in its form on the wire.
  ///
  /// - Throws: ``RequestFault`` for one that breaks its contract.
  static func outgoing(_ event: Outgoing) throws -> OutgoingEvent
}

/// Takes the events of a program that has no database of its own to keep them in.
public protocol EventSink: Sendable {
  /// Returns when the events are stored; their order is kept.
  func publish(_ events: [OutgoingEvent]) async throws
}

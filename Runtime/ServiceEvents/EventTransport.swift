import ServiceCore
import ServiceLoop

/// Carries events from the services that publish them to those that consume them: PostgreSQL, NATS JetStream or Kafka.
///
/// A transport delivers each acknowledged event at least once, and those of one key in the order in which they were
/// published. Everything else is the same for all of them, and is not theirs: outbox and relay before it, inbox,
/// retries and dead letters behind it.
public protocol EventTransport: Sendable {
  /// Makes what the channels need at the broker, where it is not there.
  ///
  /// - Returns: for each channel, by its template, the identity of what holds its messages: another one than before means
  ///   that those were lost, and the relay publishes again what it retains.
  func prepare(_ channels: [ChannelDescriptor]) async throws -> [String: String]

  /// Publishes events, and returns when the broker has stored all of them. Those of one key are stored in this order,
  /// even after a failure in between: a call that throws may have stored any number of the first ones of each key.
  ///
  /// - Throws: ``TransportError``.
  func publish(_ events: [AddressedRecord]) async throws

  /// Joins a group of consumers, of which each event is delivered to one. A new group begins with the oldest event that
  /// there is.
  func subscribe(_ subscription: Subscription) async throws -> any EventSubscription

  /// How far each group has come.
  func lag() async throws -> [GroupLag]
  /// Delivers to a group again what was published since a time, by the broker's clock.
  ///
  /// - Throws: ``TransportError``; ``TransportError/refused(_:)`` for a group that there never was.
  func rewind(_ group: String, _ channel: ChannelDescriptor, to time: Timestamp) async throws
  /// The events of a channel since a time, and those that are published from now on, until the task is cancelled.
  ///
  /// - Parameters:
  ///   - time: nil for the oldest that there are.
  ///   - follows: whether to wait for more at the end.
  func read(
    _ channel: ChannelDescriptor, from time: Timestamp?, follows: Bool,
    _ body: @Sendable (DeliveredEvent) async throws -> Void
  ) async throws

  func close() async
}

/// An event and where it goes.
public struct AddressedRecord: Sendable {
  public let channel: ChannelDescriptor
  public let address: String
  public let record: EventRecord

  public init(channel: ChannelDescriptor, address: String, record: EventRecord) {
    (self.channel, self.address, self.record) = (channel, address, record)
  }
}

/// What a group consumes.
public struct Subscription: Sendable {
  /// The consumer's name: `inventory.orderCancelled`. Processes with the same share its events.
  public let group: String
  public let channel: ChannelDescriptor
  /// How many unacknowledged events it takes at most.
  public let window: Int
  /// Distinguishes this process from the others of the group.
  public let process: Uuid

  public init(group: String, channel: ChannelDescriptor, window: Int = 1_000, process: Uuid) {
    (self.group, self.channel, self.window, self.process) = (group, channel, window, process)
  }
}

/// A consumer's part in its group.
///
/// While it has an unacknowledged event of a key, no other member of the group is given one of that key: its partition,
/// or the event itself, is leased to it. A member that does not ask for events, extend or acknowledge in time loses its
/// leases, and what it had is delivered to another.
public protocol EventSubscription: Sendable {
  /// Waits for events, and returns as many as there are, at most `limit`: in order for each key.
  ///
  /// - Throws: ``TransportError``, and for ``TransportError/lost(channels:)`` subscribe again; `CancellationError` when
  ///   the task is cancelled, which then has taken no event, and after ``close()``.
  func next(_ limit: Int) async throws -> [DeliveredEvent]
  /// These events have been handled, parked or stored as dead letters; in any order.
  func acknowledge(_ events: [DeliveredEvent]) async throws
  /// Keeps the lease of events that are still being handled: called every few seconds.
  ///
  /// - Returns: those whose lease was lost; they are delivered to another member.
  func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent]
  /// Leaves the group: what is not acknowledged is delivered to others at once.
  func close() async
}

/// How far a group has come in a channel.
public struct GroupLag: Sendable {
  public let group: String
  public let channel: String
  /// The published events that the group has not acknowledged.
  public let events: Int
  /// How long ago the first of them was published, in milliseconds; 0 without any.
  public let age: Int

  public init(group: String, channel: String, events: Int, age: Int) {
    (self.group, self.channel, self.events, self.age) = (group, channel, events, age)
  }
}

/// Why a transport could not do its work.
public enum TransportError: Error, Sendable, CustomStringConvertible {
  /// The broker cannot be reached, or did not respond in time: try again.
  case unavailable(String)
  /// What held the messages of some channels is gone: prepare them anew, and publish again what is retained.
  case lost(channels: [String])
  /// The broker refuses this for good: an event that is too large, a channel that may not be made.
  case refused(String)

  public var description: String {
    switch self {
    case .unavailable(let reason): "the event broker is not available: \(reason)"
    case .lost(let channels): "the event broker has lost \(channels.joined(separator: ", "))"
    case .refused(let reason): "the event broker refuses this: \(reason)"
    }
  }
}

/// Connects to an event broker, whose address is EVENTS_URL.
public typealias MakeTransport =
  @Sendable (_ url: String, _ loops: [Loop], _ logger: Logger) async throws -> any EventTransport

/// The transports of a program, by the schemes of their URLs.
extension [String: MakeTransport] {
  /// - Throws: ``ConfigurationError`` for a scheme that is not among them, and for an invalid URL.
  public func connect(_ url: String, _ loops: [Loop], _ logger: Logger) async throws -> any EventTransport {
    let scheme = url.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
    guard let make = self[scheme] else {
      let known = isEmpty ? "none" : keys.sorted().joined(separator: ", ")
      let trait =
        ["nats": "NATS", "kafka": "Kafka"][scheme].map { "; build it with --traits \($0) for this one" } ?? ""
      throw ConfigurationError("EVENTS_URL has the scheme '\(scheme)'; this build has \(known)\(trait)")
    }
    do {
      return try await make(url, loops, logger)
    } catch {
      throw ConfigurationError("EVENTS_URL: \(error)")
    }
  }
}

import Foundation
import ServiceCore
import ServiceEvents
import Synchronization
import Testing

/// A broker that every test of the conformance suite runs against.
struct ConformanceBroker: Sendable, CustomTestStringConvertible {
  let name: String
  /// Starts the broker for one test.
  let start: @Sendable () async throws -> ConformanceTarget
  /// Uses the one that other tests use too, where starting takes long.
  var share: (@Sendable () async throws -> ConformanceTarget)?

  var testDescription: String { name }

  static let all: [ConformanceBroker] = [.postgres] + nats + kafka
}

/// A running broker, and what a test can do to it.
struct ConformanceTarget: Sendable {
  /// Connects as one more process would: with connections of its own.
  let connect: @Sendable () async throws -> any EventTransport
  /// Deletes what holds a channel's messages, as if the broker had lost it.
  let destroy: @Sendable (ChannelDescriptor) async throws -> Void
  /// After how long without a sign of life a member loses what it has, in milliseconds.
  let lease: Int
  /// Cuts all connections, kills the broker and starts it again, and the like.
  let faults: [Fault]
  let end: @Sendable () async -> Void

  struct Fault: Sendable {
    let name: String
    let inject: @Sendable () async throws -> Void
  }
}

/// One test against one broker: a channel of its own, and everything that the test has opened.
final class ConformanceRun: Sendable {
  let target: ConformanceTarget
  let channel: ChannelDescriptor
  /// Unique, so that tests can share a broker.
  let group: String
  private let opened = Mutex<[any EventTransport]>([])
  private let count = Atomic(0)

  private init(_ target: ConformanceTarget, partitions: Int) {
    self.target = target
    let name = "conformance-" + UUID().uuidString.lowercased().prefix(8)
    channel = ChannelDescriptor(
      name: name, address: [.literal(name + ".")] + [.parameter("region")], orderingKey: "/key", partitions: partitions)
    group = name + ".group"
  }

  /// Runs a test with a channel that is prepared, and closes what it opened. A test that harms the broker, or burdens it,
  /// is alone with it.
  static func run(
    _ broker: ConformanceBroker, partitions: Int = 8, alone: Bool = false,
    _ body: (ConformanceRun) async throws -> Void
  ) async throws {
    await Turns.shared.begin()
    do {
      let start = alone ? broker.start : broker.share ?? broker.start
      try await ConformanceRun(try await start(), partitions: partitions).pass(body)
    } catch {
      await Turns.shared.end()
      throw error
    }
    await Turns.shared.end()
  }

  private func pass(_ body: (ConformanceRun) async throws -> Void) async throws {
    do {
      let transport = try await connect()
      _ = try await repeating { try await transport.prepare([channel]) }
      try await body(self)
    } catch {
      await end()
      throw error
    }
    await end()
  }

  private func end() async {
    for transport in opened.withLock({ $0 }) { await transport.close() }
    await target.end()
  }

  func connect() async throws -> any EventTransport {
    let transport = try await target.connect()
    opened.withLock { $0.append(transport) }
    return transport
  }

  /// Publishes as one more process.
  func publish(_ events: [AddressedRecord]) async throws {
    try await connect().publishWhenAvailable(events)
  }

  /// Joins the group as one more process.
  func join(group: String? = nil, window: Int = 1_000) async throws -> any EventSubscription {
    let transport = try await connect()
    let subscription = Subscription(
      group: group ?? self.group, channel: channel, window: window, process: Uuid.v7(at: Clock.system.now()))
    return try await repeating { try await transport.subscribe(subscription) }
  }

  /// An event whose payload says which one of its key it is.
  func event(_ key: String?, _ number: Int) -> AddressedRecord {
    let sequence = count.add(1, ordering: .relaxed).newValue
    return addressed(
      EventRecord(
        id: Uuid.v7(at: Clock.system.now()).description, source: "/conformance", type: "counted",
        time: Clock.system.now(), key: key, sequence: sequence, data: Array(#"{"number":\#(number)}"#.utf8)))
  }

  func addressed(_ record: EventRecord) -> AddressedRecord {
    AddressedRecord(channel: channel, address: channel.name + ".eu", record: record)
  }
}

/// Lets a few tests run at once: each has brokers and members of its own, whose leases expire where too many share a machine.
private actor Turns {
  static let shared = Turns()

  private var free = 8
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func begin() async {
    guard free == 0 else { return free -= 1 }
    await withCheckedContinuation { waiting.append($0) }
  }

  func end() {
    guard !waiting.isEmpty else { return free += 1 }
    waiting.removeFirst().resume()
  }
}

extension DeliveredEvent {
  /// Which one of its key it is.
  var number: Int { Int(String(decoding: record.data, as: UTF8.self).filter(\.isNumber)) ?? -1 }
}

extension EventTransport {
  func publishWhenAvailable(_ events: [AddressedRecord]) async throws {
    try await repeating { try await publish(events) }
  }
}

extension EventSubscription {
  /// Waits for a number of events.
  func take(_ count: Int) async throws -> [DeliveredEvent] {
    var taken: [DeliveredEvent] = []
    while taken.count < count { taken += try await repeating { try await next(count - taken.count) } }
    return taken
  }

  /// The events that arrive within a time.
  func events(within time: Duration) async throws -> [DeliveredEvent] {
    let end = ContinuousClock.now + time
    var events: [DeliveredEvent] = []
    while ContinuousClock.now < end { events += try await next(1_000, until: end) }
    return events
  }

  /// The next events; none when there are none until then. A call that is cancelled must not have taken any.
  func next(_ limit: Int, until end: ContinuousClock.Instant) async throws -> [DeliveredEvent] {
    let next = Task { try await self.next(limit) }
    let timer = Task {
      try await Task.sleep(until: end)
      next.cancel()
    }
    defer { timer.cancel() }
    do { return try await next.value } catch is CancellationError { return [] }
  }
}

/// Calls until it succeeds: the broker may be away for a while, or slow on a loaded machine.
func repeating<Value: Sendable>(
  _ isExpected: (TransportError) -> Bool = { if case .unavailable = $0 { true } else { false } },
  _ body: () async throws -> Value
) async throws -> Value {
  while true {
    do { return try await body() } catch let error as TransportError where isExpected(error) {
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

/// Waits for a condition that another process brings about.
func eventually(
  _ what: String, within time: Duration = .seconds(180), sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + time
  while try await !condition() {
    try #require(ContinuousClock.now < end, "not within \(time): \(what)", sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(10))
  }
}

#if !NATS
  extension ConformanceBroker { static let nats: [ConformanceBroker] = [] }
#endif
#if !Kafka
  extension ConformanceBroker { static let kafka: [ConformanceBroker] = [] }
#endif

/// Some brokers take minutes to fail over: they are tested with the long tests.
enum Brokers {
  static let areTested = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] != nil
  static let comment: Comment = "run ./charter test --chaos"
}

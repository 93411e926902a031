import ServiceCore
import ServiceEvents
import Synchronization

/// A broker in memory, with the faults that a test asks for.
final class MemoryBroker: EventTransport {
  struct Faults: Sendable {
    /// How often each published event is stored.
    var copies = 1
    /// Delivers the next so many events in any order.
    var shuffled = 1
    /// Every how many calls of `publish` fails after it has stored some of its events; 0 for none.
    var failing = 0
    /// Whether it cannot be reached.
    var isAway = false
    /// The size of the largest payload that it takes.
    var largest = Int.max
  }

  private struct Channel {
    var holder: String
    var log: [(address: String, record: EventRecord)] = []
  }

  private struct Group {
    var position = 0
    /// Delivered, or waiting for their turn: by token.
    var open: [(token: UInt64, index: Int, owner: Uuid?)] = []
    var acknowledged = 0
  }

  private struct State {
    var faults = Faults()
    var channels: [String: Channel] = [:]
    var groups: [String: Group] = [:]
    var holders = 0
    var tokens: UInt64 = 0
    var publications = 0
    var random = SplitMix(seed: 7)
    var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
    var watcherCount = 0
  }

  private let state = Mutex(State())
  /// Distinguishes its holders from those of another broker.
  private let name: String

  init(_ name: String = "memory") { self.name = name }

  func set(_ change: (inout Faults) -> Void) {
    state.withLock { change(&$0.faults) }
    wake()
  }

  /// What was published to a channel, in order.
  func records(_ channel: ChannelDescriptor = Step.channel) -> [EventRecord] {
    state.withLock { $0.channels[channel.template]?.log.map(\.record) ?? [] }
  }

  /// How many events the group has acknowledged.
  func acknowledged(_ group: String) -> Int {
    state.withLock { state in
      state.groups.filter { $0.key.hasPrefix(group + " ") }.map(\.value.acknowledged).reduce(0, +)
    }
  }

  /// Forgets a channel, and what its groups have done.
  func lose(_ channel: ChannelDescriptor = Step.channel) {
    state.withLock { state in
      state.channels[channel.template] = nil
      state.groups = state.groups.filter { !$0.key.hasSuffix(" " + channel.template) }
    }
  }

  /// Takes what a member of a group has away from it.
  func takeLeases(of process: Uuid) {
    state.withLock { state in
      for key in state.groups.keys {
        for index in state.groups[key]?.open.indices ?? 0..<0 where state.groups[key]?.open[index].owner == process {
          state.tokens += 1
          state.groups[key]?.open[index].owner = nil
          state.groups[key]?.open[index].token = state.tokens
        }
      }
    }
    wake()
  }

  /// Delivers everything to a group again.
  func deliverAgain(_ group: String) {
    state.withLock { state in
      for key in state.groups.keys where key.hasPrefix(group + " ") { state.groups[key]?.position = 0 }
    }
    wake()
  }

  private func wake() { for watcher in state.withLock({ $0.watchers.values.map(\.self) }) { watcher.yield() } }

  /// Stores an event as another sender may have written it.
  func add(_ record: EventRecord, to channel: ChannelDescriptor = Step.channel) {
    state.withLock { Self.store(record, channel.template, channel.template, &$0) }
    wake()
  }

  private static func store(_ record: EventRecord, _ template: String, _ address: String, _ state: inout State) {
    state.channels[template, default: Channel(holder: "?")].log.append((address, record))
  }

  // MARK: the transport

  func prepare(_ channels: [ChannelDescriptor]) async throws -> [String: String] {
    try state.withLock { state in
      if state.faults.isAway { throw TransportError.unavailable("the test says so") }
      for channel in channels where state.channels[channel.template] == nil {
        state.holders += 1
        state.channels[channel.template] = Channel(holder: "\(name)-\(state.holders)")
      }
      return state.channels.mapValues(\.holder).filter { entry in channels.contains { $0.template == entry.key } }
    }
  }

  func publish(_ events: [AddressedRecord]) async throws {
    defer { wake() }
    try state.withLock { state in
      if state.faults.isAway { throw TransportError.unavailable("the test says so") }
      let lost = Set(events.map(\.channel.template)).filter { state.channels[$0] == nil }
      if !lost.isEmpty { throw TransportError.lost(channels: lost.sorted()) }
      state.publications += 1
      let fails = state.faults.failing > 0 && state.publications % state.faults.failing == 0
      for event in fails ? events.prefix(events.count / 2) : events[...] {
        if event.record.data.count > state.faults.largest { throw TransportError.refused("the event is too large") }
        for _ in 0..<state.faults.copies { Self.store(event.record, event.channel.template, event.address, &state) }
      }
      if fails { throw TransportError.unavailable("the connection broke") }
    }
  }

  func subscribe(_ subscription: Subscription) async throws -> any EventSubscription {
    if state.withLock(\.faults.isAway) { throw TransportError.unavailable("the test says so") }
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.watcherCount += 1
      state.watchers[state.watcherCount] = continuation
      return state.watcherCount
    }
    return Member(broker: self, subscription: subscription, stream: stream, number: number)
  }

  private struct Member: EventSubscription {
    let broker: MemoryBroker
    let subscription: Subscription
    let stream: AsyncStream<Void>
    let number: Int

    func next(_ limit: Int) async throws -> [DeliveredEvent] {
      while true {
        let events = try broker.take(subscription, limit)
        if !events.isEmpty { return events }
        var iterator = stream.makeAsyncIterator()
        if await iterator.next() == nil { throw CancellationError() }
      }
    }

    func acknowledge(_ events: [DeliveredEvent]) async throws { try broker.acknowledge(events, subscription) }

    func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
      let owned = broker.owned(by: subscription)
      return events.filter { !owned.contains($0.token) }
    }

    func close() async {
      broker.takeLeases(of: subscription.process)
      _ = broker.state.withLock { $0.watchers.removeValue(forKey: number) }
    }
  }

  private static func key(_ subscription: Subscription) -> String {
    subscription.group + " " + subscription.channel.template
  }

  private func owned(by subscription: Subscription) -> Set<UInt64> {
    state.withLock { state in
      Set(state.groups[Self.key(subscription)]?.open.filter { $0.owner == subscription.process }.map(\.token) ?? [])
    }
  }

  private func acknowledge(_ events: [DeliveredEvent], _ subscription: Subscription) throws {
    defer { wake() }
    try state.withLock { state in
      if state.faults.isAway { throw TransportError.unavailable("the test says so") }
      let tokens = Set(events.map(\.token))
      let key = Self.key(subscription)
      let before = state.groups[key]?.open.count ?? 0
      state.groups[key]?.open.removeAll { tokens.contains($0.token) && $0.owner == subscription.process }
      state.groups[key]?.acknowledged += before - (state.groups[key]?.open.count ?? 0)
    }
  }

  private func take(_ subscription: Subscription, _ limit: Int) throws -> [DeliveredEvent] {
    try state.withLock { state in
      if state.faults.isAway { throw TransportError.unavailable("the test says so") }
      guard let channel = state.channels[subscription.channel.template] else { return [] }
      let key = Self.key(subscription)
      var group = state.groups[key] ?? Group()
      defer { state.groups[key] = group }
      // What was shuffled is no order any more.
      let isOrdered = state.faults.shuffled == 1
      while group.position < channel.log.count, group.open.count < 2_000 {
        let end = min(group.position + state.faults.shuffled, channel.log.count)
        for index in (group.position..<end).shuffled(using: &state.random) {
          state.tokens += 1
          group.open.append((state.tokens, index, nil))
        }
        group.position = end
      }
      var blocked: Set<String> = []
      var taken: [DeliveredEvent] = []
      for index in group.open.indices where taken.count < limit {
        let entry = group.open[index]
        let (address, record) = channel.log[entry.index]
        if entry.owner != nil {
          if entry.owner != subscription.process, let key = record.key { blocked.insert(key) }
          continue
        }
        if isOrdered, let key = record.key, blocked.contains(key) { continue }
        group.open[index].owner = subscription.process
        taken.append(
          DeliveredEvent(channel: subscription.channel, address: address, record: record, token: entry.token))
      }
      return taken
    }
  }

  func lag() async throws -> [GroupLag] { [] }
  func rewind(_ group: String, _ channel: ChannelDescriptor, to time: Timestamp) async throws { deliverAgain(group) }
  func read(
    _ channel: ChannelDescriptor, from time: Timestamp?, follows: Bool,
    _ body: @Sendable (DeliveredEvent) async throws -> Void
  ) async throws {
    for record in records(channel) {
      try await body(DeliveredEvent(channel: channel, address: channel.template, record: record))
    }
  }
  func close() async {}
}

/// A generator with a seed.
struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

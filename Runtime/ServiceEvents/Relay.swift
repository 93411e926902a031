import ServiceCore
import ServicePostgres
import Synchronization

/// Publishes the events of a service's outbox, in their order. Of the processes that share the database one at a time
/// does so.
public final class Relay: Sendable {
  private let database: Database
  private let transport: any EventTransport
  private let service: String
  private let channels: Mutex<[String: ChannelDescriptor]>
  private let logger: Logger
  private let sleep: EventSleep
  private let limits: (events: Int, bytes: Int)
  private let signal = Signal()
  private let hasEmitted = Atomic(false)
  private let backoff = Mutex(Backoff())

  /// How often it looks for events that nobody reported, in milliseconds.
  private static let interval = 1_000

  /// - Parameters:
  ///   - channels: those that the service sends to, and those of its dead letters.
  ///   - sleep: how pauses are waited for.
  ///   - limits: of a batch: its events, and the bytes of their payloads.
  public init(
    _ database: Database, of service: String, _ channels: [ChannelDescriptor], over transport: any EventTransport,
    logger: Logger, sleep: @escaping EventSleep, limits: (events: Int, bytes: Int) = (1_000, 1_048_576)
  ) {
    (self.database, self.service, self.transport) = (database, service, transport)
    (self.logger, self.sleep, self.limits) = (logger, sleep, limits)
    self.channels = Mutex(Dictionary(channels.map { ($0.template, $0) }) { first, _ in first })
  }

  /// Publishes until the task is cancelled.
  public func run() async {
    database.onEmission { [weak self] in self?.wake() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [signal, sleep] in await signal.tick(every: Self.interval, sleep) }
      group.addTask { await self.serve() }
      await group.next()
      group.cancelAll()
    }
    database.onEmission(nil)
  }

  private func wake() {
    hasEmitted.store(true, ordering: .relaxed)
    signal.raise()
  }

  private func serve() async {
    while !Task.isCancelled {
      do {
        try await database.session(onNotification: { [signal] in signal.raise() }) { session in
          let store = RelayStore(session: session, limits: limits)
          while try await !store.lead() {
            try await signal.wait()
            // Several commits between two waits are one notification, outside of their transactions.
            if hasEmitted.exchange(false, ordering: .relaxed) { try await store.notify() }
          }
          try await lead(store)
        }
      } catch {
        await failed(error)
      }
    }
  }

  // MARK: leading

  private func lead(_ store: RelayStore) async throws {
    var position = try await store.begin()
    try await prepare(Array(channels.withLock(\.self).values), store, position)
    while true {
      repeat {
        try await publish(store, &position)
      } while try await store.moveDue(at: logger.clock.now()) > 0
      try await signal.wait()
    }
  }

  /// Publishes all events that are visible now: while a batch is published, the next one is read.
  private func publish(_ store: RelayStore, _ position: inout RelayPosition) async throws {
    var next: OutboxBatch? = try await store.read(after: position)
    while let batch = next {
      async let following = batch.hasMore ? store.read(after: batch.position) : nil
      if !batch.events.isEmpty {
        try await CrashPoint.beforePublish.reach()
        try await publish(batch.events, store, position)
        try await CrashPoint.beforeMark.reach()
      }
      // Without events the position is written down with the next ones.
      if !batch.events.isEmpty || position.target != nil { try await store.save(batch.position) }
      position = batch.position
      next = try await following
    }
  }

  /// Returns when the broker has stored the events, or refused them for good.
  private func publish(_ events: [OutboxEvent], _ store: RelayStore, _ position: RelayPosition) async throws {
    try await know(events, store, position)
    while true {
      do {
        try await transport.publish(addressed(events))
        return succeeded()
      } catch TransportError.lost(let names) {
        logger.log(
          .warning, "the broker has lost channels: what is retained of them is published again",
          ["service": service, "channels": names.joined(separator: ", ")])
        try await prepare(Array(channels.withLock(\.self).values), store, position)
      } catch TransportError.refused(let reason) {
        guard events.count == 1 else {
          for event in events { try await publish([event], store, position) }
          return
        }
        logger.log(
          .error, "the broker refuses an event, which is now a dead letter: \(reason)",
          ["service": service, "event": events[0].record.id, "address": events[0].address])
        return try await store.bury(events[0], reason, at: logger.clock.now())
      } catch let error as TransportError {
        try await pause(error)
      }
    }
  }

  private func addressed(_ events: [OutboxEvent]) -> [AddressedRecord] {
    channels.withLock { channels in
      events.compactMap { event in
        channels[event.template].map { AddressedRecord(channel: $0, address: event.address, record: event.record) }
      }
    }
  }

  /// Prepares the channels of events that were emitted under an earlier version of the contract.
  private func know(_ events: [OutboxEvent], _ store: RelayStore, _ position: RelayPosition) async throws {
    let unknown = channels.withLock { channels in Set(events.map(\.template)).filter { channels[$0] == nil } }
    guard !unknown.isEmpty else { return }
    let added = unknown.sorted().map { ChannelDescriptor(name: $0, address: ChannelDescriptor.address(of: $0)) }
    channels.withLock { channels in for channel in added { channels[channel.template] = channel } }
    try await prepare(added, store, position)
  }

  /// Prepares channels at the broker. What held the messages of a channel before and is gone, or belongs to another
  /// broker, is filled again with the retained events.
  private func prepare(
    _ channels: [ChannelDescriptor], _ store: RelayStore, _ position: RelayPosition
  ) async throws {
    while true {
      do {
        let known = try await store.holders()
        for (template, holder) in try await transport.prepare(channels).sorted(by: { $0.key < $1.key })
        where known[template] != holder {
          try await republish(template, store, position)
          try await store.save(holder: holder, of: template)
        }
        return succeeded()
      } catch let error as TransportError {
        try await pause(error)
      }
    }
  }

  private func republish(_ template: String, _ store: RelayStore, _ position: RelayPosition) async throws {
    var (last, hasMore) = (0, true)
    while hasMore {
      let read = try await store.published(before: position, template, after: last)
      if !read.events.isEmpty { try await publish(read.events, store, position) }
      (last, hasMore) = (read.events.last?.id ?? last, read.hasMore)
    }
  }

  // MARK: failures

  /// Waits after a failure of the broker. Only the first of several is logged.
  private func pause(_ error: any Error) async throws {
    let (isFirst, pause) = backoff.withLock { (!$0.isFailing, $0.failed()) }
    if isFirst { logger.log(.warning, "events are not published at the moment: \(error)", ["service": service]) }
    try await sleep(pause)
  }

  private func succeeded() {
    if backoff.withLock({ $0.succeeded() }) { logger.log(.info, "events are published again", ["service": service]) }
  }

  private func failed(_ error: any Error) async {
    if !Task.isCancelled { try? await pause(error) }
  }
}

extension ChannelDescriptor {
  /// The pieces of an address as a contract writes it.
  package static func address(of template: String) -> [OperationDescriptor.PathSegment.Piece] {
    var pieces: [OperationDescriptor.PathSegment.Piece] = []
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      if open > rest.startIndex { pieces.append(.literal(String(rest[..<open]))) }
      pieces.append(.parameter(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    return rest.isEmpty ? pieces : pieces + [.literal(String(rest))]
  }
}

import ServiceCore
import ServiceLoop
import ServicePostgres

/// A member of a group: the leases are in ``LogLeases``, and what it asks of the database is here.
actor LogSubscription: LoopBound, EventSubscription {
  nonisolated let loop: Loop
  let log: PostgresLog
  let subscription: Subscription
  let group: LogGroup
  var leases = LogLeases()
  private let bell = Bell()
  private var listening: Int?
  /// When the leases were renewed last, in milliseconds; nil when they must be renewed now.
  var renewed: Int?
  private var renewing: Task<Void, any Error>?
  private var storing: Task<Void, any Error>?
  private var isClosed = false

  init(_ log: PostgresLog, _ subscription: Subscription, _ group: LogGroup, loop: Loop) {
    (self.log, self.subscription, self.group, self.loop) = (log, subscription, group, loop)
  }

  deinit { if let listening { log.wakeUps.remove(listening) } }

  func join() async throws {
    listening = log.wakeUps.add(group.channel.id) { [weak self, bell] change in
      bell.ring()
      if change == .members, let self { Task { await self.membersChanged() } }
    }
    try await renew()
    log.wakeUps.publish(group.channel.id, .members)
  }

  private func membersChanged() {
    renewed = nil
    bell.ring()
  }

  // MARK: delivery

  func next(_ limit: Int) async throws -> [DeliveredEvent] {
    while true {
      try Task.checkCancellation()
      guard !isClosed else { throw CancellationError() }
      try await renewIfDue()
      if let events = try await read(min(limit, subscription.window - leases.unacknowledged)) { return events }
    }
  }

  /// The next events; nil to ask again, after a wait when there are none.
  private func read(_ limit: Int) async throws -> [DeliveredEvent]? {
    guard limit > 0, let range = leases.next else {
      await wait()
      return nil
    }
    let page = try await log.reporting([subscription.channel]) {
      try await log.page(group.channel, range, limit: limit)
    }
    guard let page else {
      log.forget(group.channel.template)
      throw TransportError.lost(channels: [group.channel.template])
    }
    guard page.head >= range.after else {
      // The database was restored from an earlier state: its offsets are right, and what is known here is not.
      leases.keep([])
      renewed = nil
      return nil
    }
    var events: [DeliveredEvent] = []
    events.reserveCapacity(page.events.count)
    for event in page.events {
      guard let token = leases.deliver(event.partition, event.position) else { continue }
      events.append(
        DeliveredEvent(channel: subscription.channel, address: event.address, record: event.record, token: token))
    }
    leases.pass(range, to: page.through)
    if !events.isEmpty { return events }
    if range.through == .max { await wait() }
    return nil
  }

  /// Waits for a wake-up, or for the next poll.
  private func wait() async {
    await bell.wait(milliseconds: min(log.settings.poll, max(10, log.settings.lease / 3)), log.sleep)
  }

  // MARK: acknowledgement

  func acknowledge(_ events: [DeliveredEvent]) async throws {
    for event in events { leases.acknowledge(event.token) }
    bell.ring()
    try await store(all: false)
    // A partition that another member waits for.
    if !leases.left.isEmpty { renewed = nil }
    try await renewIfDue()
  }

  func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
    try await renewIfDue()
    return events.filter { !leases.has($0.token) }
  }

  /// Stores the offsets: what is acknowledged during one statement goes with the next one.
  private func store(all: Bool) async throws {
    while let running = storing { _ = await running.result }
    guard !leases.unstored(all: all).isEmpty else { return }
    // Detached, here and below: the deadline of the caller that comes first is not that of those that wait with it.
    let task = Task.detached { try await self.storeOffsets(all: all) }
    storing = task
    try await task.value
  }

  private func storeOffsets(all: Bool) async throws {
    // Before its result is there: who waits for it must not find it again.
    defer { storing = nil }
    let offsets = leases.unstored(all: all)
    let stored = try await log.reporting([subscription.channel]) {
      try await log.store(offsets, of: group, by: subscription.process)
    }
    leases.store(offsets, in: stored)
  }

  // MARK: leases

  private func renewIfDue() async throws {
    if let renewed, Deadline.now - renewed < log.settings.lease / 3 { return }
    try await renew()
  }

  /// Renews the leases, once for all that ask at the same time.
  private func renew() async throws {
    if let running = renewing { return try await running.value }
    let task = Task.detached { try await self.renewLeases() }
    renewing = task
    try await task.value
  }

  private func renewLeases() async throws {
    defer { renewing = nil }
    let now = Deadline.now
    // A change of members meanwhile asks for another one.
    renewed = now
    do {
      try await log.reporting([subscription.channel]) {
        let share = try await log.renew(leases.held, of: group, by: subscription.process)
        guard let share else { throw TransportError.lost(channels: [group.channel.template]) }
        leases.keep(share.renewed)
        leases.take(share.taken)
        leases.limit(to: share.quota)
        try await store(all: true)
        if !share.taken.isEmpty { bell.ring() }
        if try await !log.release(leases.left, of: group, by: subscription.process).isEmpty {
          log.wakeUps.publish(group.channel.id, .members)
        }
      }
    } catch {
      renewed = nil
      if case TransportError.lost = error { log.forget(group.channel.template) }
      throw error
    }
  }

  func close() async {
    guard !isClosed else { return }
    isClosed = true
    bell.ring()
    if let listening { log.wakeUps.remove(listening) }
    // What cannot be stored is delivered again, and what cannot be released is after the lease's time.
    try? await store(all: true)
    _ = try? await log.release(leases.held, of: group, by: subscription.process)
    try? await log.leave(group, by: subscription.process)
    leases.keep([])
    log.wakeUps.publish(group.channel.id, .members)
  }
}

import ServiceCore
import ServiceDefinition
import WebhooksAPI

/// Sends deliveries that are due. All processes of the service do: each takes some for a time, sends them outside of any
/// transaction, and records what became of them.
///
/// A receiver that is slow has few of them, so that the others do not wait for it.
actor Courier {
  typealias Delivery = WebhooksQueries.Claim

  /// How many deliveries are sent at once by this process, how many of them to slow subscriptions, and how many are taken
  /// of a subscription at a time: one that has so many gets no more, and a slow one gets one.
  private static let most = (all: 64, slow: 32, each: 4)
  /// From how many milliseconds on a response is slow.
  private static let slowness = 2_000
  /// After how many milliseconds another process may send a delivery: more than an attempt takes, which is 15 seconds.
  private static let lease = 30_000

  private let queries: WebhooksQueries
  private let clock: Clock
  private let logger: Logger
  private let process: Uuid
  private let senders: WebhookSenders

  /// How many deliveries to each subscription are being sent.
  private var sending: [Uuid: Int] = [:]
  /// The subscriptions whose last attempt failed, or was slow.
  private var slow: Set<Uuid> = []
  private var isClaiming = false
  private var mustClaimAgain = false
  /// Whether more were due than could be taken.
  private var isFull = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(
    _ queries: WebhooksQueries, _ clock: Clock, _ logger: Logger, process: Uuid, senders: @escaping WebhookSenders
  ) {
    (self.queries, self.clock, self.logger) = (queries, clock, logger)
    (self.process, self.senders) = (process, senders)
  }

  /// Sends what is due, without waiting for that.
  nonisolated func wake() {
    // Detached: what has woken it may be cancelled, or have no time left.
    Task.detached { [self] in await sendOrLog() }
  }

  /// Takes what is due and begins to send it.
  ///
  /// - Throws: errors of the database.
  func send() async throws {
    mustClaimAgain = true
    guard !isClaiming else { return }
    isClaiming = true
    defer {
      isClaiming = false
      resumeIfIdle()
    }
    while mustClaimAgain {
      mustClaimAgain = false
      let free = Self.most.all - sending.values.reduce(0, +)
      isFull = free <= 0
      guard free > 0 else { return }
      let deliveries = try await claim(free)
      isFull = deliveries.count >= free
      for delivery in deliveries { start(delivery) }
    }
  }

  private func sendOrLog() async {
    do { try await send() } catch {
      logger.log(.warning, "webhooks that are due are sent later: \(error)", ["service": "webhooks"])
    }
  }

  /// Waits until nothing is being sent.
  func idle() async {
    guard isClaiming || !sending.isEmpty else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func resumeIfIdle() {
    guard !isClaiming, sending.isEmpty else { return }
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func claim(_ limit: Int) async throws -> [Delivery] {
    let now = clock.now()
    let slowOnes = sending.reduce(0) { $0 + (slow.contains($1.key) ? $1.value : 0) }
    let busy =
      sending.filter { $0.value >= (slow.contains($0.key) ? 1 : Self.most.each) }.map(\.key)
      + (slowOnes >= Self.most.slow ? Array(slow) : [])
    return try await Deadline.$current.withValue(Deadline(in: 10_000)) { [queries, process, slow] in
      try await queries.claim(
        now: now, end: now.adding(milliseconds: Self.lease), process: process, busy: busy, slow: Array(slow),
        each: Self.most.each, limit: limit)
    }
  }

  // MARK: one delivery

  private func start(_ delivery: Delivery) {
    sending[delivery.subscriptionID, default: 0] += 1
    Task.detached { [self] in
      let start = Deadline.now
      let result = await attempt(delivery)
      let isSlow = !result.isAccepted || Deadline.now - start >= Self.slowness
      await record(result, of: delivery)
      await end(delivery.subscriptionID, isSlow: isSlow)
    }
  }

  private func end(_ subscription: Uuid, isSlow: Bool) async {
    // Subscriptions that have been deleted are in it too: without what it says, a slow one is found out again.
    if slow.count >= 1_000 { slow = [] }
    if isSlow { slow.insert(subscription) } else { slow.remove(subscription) }
    let left = (sending[subscription] ?? 1) - 1
    sending[subscription] = left > 0 ? left : nil
    if left <= 0 || left == Self.most.each - 1 || isFull { await sendOrLog() }
    resumeIfIdle()
  }

  private nonisolated func attempt(_ delivery: Delivery) async -> AttemptResult {
    do {
      let event = try PlatformEvent(delivery.topic, at: delivery.happenedAt, delivery.data)
      let webhooks = WebhooksWebhooks(try senders(delivery.secret, delivery.id.description))
      let output = try await webhooks.deliverEvent(.init(body: event), to: delivery.url, Call(logger: logger))
      return AttemptResult(output, at: clock.now())
    } catch {
      return AttemptResult(error)
    }
  }

  /// Records an attempt. If that fails, the delivery is sent again when its time is over, with the same id.
  private nonisolated func record(_ result: AttemptResult, of delivery: Delivery) async {
    do {
      try await Deadline.$current.withValue(Deadline(in: 10_000)) {
        switch result {
        case .accepted:
          try await queries.record(id: delivery.id, process: process, status: .delivered, next: nil, error: nil)
        case .gone:
          try await queries.end(
            subscription: delivery.subscriptionID, delivery: delivery.id,
            error: "the receiver responded with 410, which ends the subscription")
        case .failed(let reason, let requested):
          let delay = AttemptSchedule.delay(after: delivery.attempts + 1, requested: requested)
          try await queries.record(
            id: delivery.id, process: process, status: delay == nil ? .dead : .pending,
            next: delay.map { clock.now().adding(milliseconds: $0) }, error: reason)
        }
      }
    } catch {
      logger.log(
        .warning, "the outcome of a delivery is not recorded, so that it is sent again: \(error)",
        ["service": "webhooks", "delivery": delivery.id.description])
    }
  }
}

extension Timestamp {
  func adding(milliseconds: Int) -> Timestamp { Timestamp(microseconds: microseconds + milliseconds * 1_000) }
}

import ServiceCore
import ServicePostgres
import Synchronization

/// Handles the events of one receive operation of a service.
public final class Consumer: Sendable {
  let descriptor: ReceiveDescriptor
  private let index: Int
  private let endpoint: any EventEndpoint
  private let pipeline: Pipeline
  private let template: Call
  let parked: ParkedEvents
  let transport: any EventTransport
  let slots: ConsumerSlots
  let process: Uuid
  let sleep: EventSleep
  private let random: Mutex<any RandomNumberGenerator & Sendable>
  /// Raised when an event was parked.
  private let hasParked = Signal()
  private let backoff = Mutex(Backoff())
  private let pauses = Mutex(Pauses())

  /// The pauses in progress, which a stop ends.
  private struct Pauses {
    var isStopping = false
    var count = 0
    var tasks: [Int: Task<Void, any Error>] = [:]
  }

  /// How many events it has at most without having acknowledged them.
  static let window = 1_000

  /// - Parameters:
  ///   - index: the operation's index in the endpoint's list.
  ///   - template: a call of the service, with what its stages need.
  ///   - database: the service's.
  ///   - slots: shared by all consumers of the service.
  ///   - process: distinguishes this process from others with the same consumer.
  ///   - random: varies the pauses between attempts.
  package init(
    _ index: Int, of endpoint: any EventEndpoint, _ template: Call, _ database: Database,
    over transport: any EventTransport, slots: ConsumerSlots, process: Uuid, sleep: @escaping EventSleep,
    random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    descriptor = type(of: endpoint).operations[index]
    (self.index, self.endpoint, self.template, self.transport) = (index, endpoint, template, transport)
    pipeline = Pipeline(descriptor.operation, at: [.callee], of: template)
    parked = ParkedEvents(database: database, descriptor: descriptor)
    (self.slots, self.process, self.sleep) = (slots, process, sleep)
    self.random = Mutex(random)
  }

  var name: String { descriptor.operation.name }
  private var logger: Logger { template.logger }
  private var now: Timestamp { logger.clock.now() }

  /// Handles events until the task is cancelled; it returns when those in progress have been handled.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.consume() }
        group.addTask { [hasParked, sleep] in await hasParked.tick(every: 1_000, sleep) }
        group.addTask { await self.retry() }
      }
    } onCancel: {
      let tasks = pauses.withLock { pauses in
        pauses.isStopping = true
        return pauses.tasks.values.map(\.self)
      }
      for task in tasks { task.cancel() }
    }
  }

  private func consume() async {
    while !Task.isCancelled {
      do {
        _ = try await transport.prepare([descriptor.channel])
        let subscription = try await transport.subscribe(
          Subscription(group: name, channel: descriptor.channel, window: Self.window, process: process))
        recovered()
        try await Delivery(subscription, self).run()
      } catch {
        if Task.isCancelled { return }
        let (isFirst, pause) = backoff.withLock { (!$0.isFailing, $0.failed()) }
        if isFirst { logger.log(.warning, "no events arrive at the moment: \(error)", ["consumer": name]) }
        try? await sleep(pause)
      }
    }
  }

  // MARK: handling

  /// Handles events that were delivered. It returns when each of them is handled, parked or a dead letter, so that it
  /// may be acknowledged.
  ///
  /// - Throws: `CancellationError` where that is not so, as when the consumer stops while its database is away.
  func handle(_ events: [DeliveredEvent]) async throws {
    var left: [DeliveredEvent] = []
    for event in events where descriptor.receives(event) {
      if let fault = fault(ofAge: event) {
        try await reliably { try await self.bury(event, attempts: 0, fault) }
      } else {
        left.append(event)
      }
    }
    while !left.isEmpty {
      switch await attempt(EventReceipt(descriptor.operation, left)) {
      case .handled: return recovered()
      case .unavailable(let error): try await pause(error)
      case .refused(let states): left = try await settle(left, states)
      case .failed(let error):
        if left.count == 1 { return try await failed(left[0], error) }
        // One of them breaks the batch: the others need not wait for it.
        for event in left { try await handle([event]) }
        return
      }
    }
  }

  private func attempt(_ receipt: EventReceipt) async -> EventOutcome {
    await slots.enter()
    let outcome = await pipeline.receive(receipt, by: endpoint, at: index, template)
    await slots.leave()
    return outcome
  }

  /// Deals with those events of a batch that are not to be handled now; returns the others.
  private func settle(_ events: [DeliveredEvent], _ states: [InboxState]) async throws -> [DeliveredEvent] {
    var fresh: [DeliveredEvent] = []
    for (event, state) in zip(events, states) {
      switch state {
      case .fresh: fresh.append(event)
      case .handledBefore, .stale:
        logger.log(
          .debug, state == .stale ? "a later event with its key was handled" : "the event was handled before",
          ["consumer": name, "event": event.record.id])
      case .blocked:
        try await reliably {
          try await self.parked.park(event, attempts: 0, until: self.now, "An earlier event with its key is parked.")
        }
      }
    }
    return fresh
  }

  private func failed(_ event: DeliveredEvent, _ error: any Error) async throws {
    let reason = report(error, event, attempts: 1)
    try await reliably {
      if let next = self.next(after: 1) {
        try await self.parked.park(event, attempts: 1, until: next, reason)
        self.hasParked.raise()
      } else {
        try await self.bury(event, attempts: 1, reason)
      }
    }
  }

  private func bury(_ event: DeliveredEvent, parked number: Int? = nil, attempts: Int, _ reason: String) async throws {
    logger.log(
      .error, "the event is a dead letter: \(reason)",
      ["consumer": name, "event": event.record.id, "attempts": String(attempts)])
    try await parked.bury(event, parked: number, attempts: attempts, reason, at: now)
  }

  private func next(after attempts: Int) -> Timestamp? {
    random.withLock { random in descriptor.retry.next(after: attempts, at: now, using: &random) }
  }

  private func report(_ error: any Error, _ event: DeliveredEvent, attempts: Int) -> String {
    let violations = (error as? RequestFault)?.problem.violations.summary ?? ""
    let text = violations.isEmpty ? "\(error)" : "\(error) \(violations)"
    let reason = String(String.UnicodeScalarView(text.unicodeScalars.prefix(2_000)))
    logger.log(
      .warning, "an event could not be handled: \(reason)",
      ["consumer": name, "event": event.record.id, "attempt": String(attempts)])
    return reason
  }

  /// Why an event is too old, or too new, for its copies to be recognized; nil where they are.
  private func fault(ofAge event: DeliveredEvent) -> String? {
    let age = now.microseconds.subtractingReportingOverflow(event.record.time.microseconds)
    if age.overflow || age.partialValue / 1_000 > descriptor.deduplicationWindow {
      return "It is too old to be recognized if it was handled before: it is of \(event.record.time), and the "
        + "x-deduplication-window is \(descriptor.deduplicationWindow) ms. Redrive it if it was not."
    }
    guard age.partialValue < -InboxRing.seconds * 1_000_000 else { return nil }
    return "Its time, \(event.record.time), is more than two days in the future: the clock of its sender is wrong."
  }

  // MARK: retrying

  /// Tries parked events again, until the task is cancelled.
  private func retry() async {
    while !Task.isCancelled {
      do {
        // A handler that outlives its lease meets the mark of the consumer that took its event.
        let taken = try await parked.take(
          slots.count, at: now, for: descriptor.operation.policy.timeout + 30_000)
        guard taken.isEmpty else {
          await withTaskGroup(of: Void.self) { group in
            for event in taken { group.addTask { await self.retry(event) } }
          }
          continue
        }
        try await waitForDue()
      } catch {
        // The database is away: the consumer reports that.
        if (try? await hasParked.wait()) == nil { return }
      }
    }
  }

  private func waitForDue() async throws {
    guard let due = try await parked.nextDue() else { return try await hasParked.wait() }
    let pause = (due.microseconds - now.microseconds) / 1_000
    if pause > 0, pause < 1_000 { try await sleep(pause + 1) } else { try await hasParked.wait() }
  }

  private func retry(_ event: ParkedEvent) async {
    let receipt = EventReceipt(descriptor.operation, [event.event], isParked: true, isRedriven: event.isRedriven)
    let outcome = await attempt(receipt)
    // Where the database is away, its lease ends by itself.
    await cleanUp { [self] in try? await end(event, outcome) }
  }

  private func end(_ event: ParkedEvent, _ outcome: EventOutcome) async throws {
    switch outcome {
    case .handled, .refused: try await parked.remove(event)
    case .unavailable: try await parked.put(event, attempts: event.attempts, until: now, nil)
    case .failed(let error):
      let attempts = event.attempts + 1
      let reason = report(error, event.event, attempts: attempts)
      if let next = next(after: attempts) {
        try await parked.put(event, attempts: attempts, until: next, reason)
      } else {
        try await bury(event.event, parked: event.id, attempts: attempts, reason)
      }
    }
  }

  // MARK: failures of the database

  /// Does what must be stored before an event is acknowledged, however long the database is away.
  private func reliably(_ body: @Sendable () async throws -> Void) async throws {
    while true {
      do {
        try await body()
        return recovered()
      } catch {
        try await pause(error)
      }
    }
  }

  private func recovered() {
    if backoff.withLock({ $0.succeeded() }) { logger.log(.info, "events are handled again", ["consumer": name]) }
  }

  private func pause(_ error: any Error) async throws {
    try Task.checkCancellation()
    let (isFirst, pause) = backoff.withLock { (!$0.isFailing, $0.failed()) }
    if isFirst { logger.log(.warning, "events wait: \(error)", ["consumer": name]) }
    // The task of a handler is not cancelled by a stop, which lets it finish: a pause in it is.
    let task = Task { [sleep] in try await sleep(pause) }
    let number = pauses.withLock { pauses in
      if pauses.isStopping { task.cancel() }
      pauses.count += 1
      pauses.tasks[pauses.count] = task
      return pauses.count
    }
    defer { pauses.withLock { _ = $0.tasks.removeValue(forKey: number) } }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

import ServiceCore

/// One subscription of a consumer: fetches events, has them handled key by key, and acknowledges them.
actor Delivery {
  private let subscription: any EventSubscription
  private let consumer: Consumer
  private var queues = KeyQueues()
  /// What is not acknowledged, by its number.
  private var held: [Int: DeliveredEvent] = [:]
  private var running: [Int: (work: KeyQueues.Work, task: Task<Void, Never>)] = [:]
  private var runCount = 0
  private var handled: [KeyQueues.Item] = []
  private var acknowledging: Task<Void, Never>?
  /// Handlers run where the consumer runs: on a loop, with its connections.
  private let executor: (any TaskExecutor)?
  private var isEnding = false
  /// Raised when there is room for more events, and when the last handler has ended.
  private let changed = Signal()

  /// How often leases are extended, in milliseconds.
  private static let leaseInterval = 5_000
  /// How many batches are handled at once: meanwhile the next ones grow.
  private static let batches = 2

  init(_ subscription: any EventSubscription, _ consumer: Consumer) {
    (self.subscription, self.consumer) = (subscription, consumer)
    executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  }

  /// Fetches until the task is cancelled or the broker fails, and then waits for the handlers in progress.
  ///
  /// - Throws: ``TransportError``; `CancellationError`.
  func run() async throws {
    let result: Result<Void, any Error>
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.fetch() }
        group.addTask { try await self.keepLeases() }
        defer { group.cancelAll() }
        try await group.next()
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await end()
    try result.get()
  }

  private func fetch() async throws {
    while true {
      try Task.checkCancellation()
      let room = Consumer.window - held.count
      guard room > 0 else {
        try await changed.wait()
        continue
      }
      for event in try await subscription.next(room) {
        let item = queues.add(event)
        held[item.number] = event
      }
      dispatch()
    }
  }

  // MARK: handling

  private func dispatch() {
    let batch = max(1, consumer.descriptor.batch ?? 1)
    let limit = batch > 1 ? min(Self.batches, consumer.slots.count) : consumer.slots.count
    while !isEnding, running.count < limit, let work = queues.next(batch) {
      runCount += 1
      // It begins once this turn of the actor has ended.
      running[runCount] = (work, Task(executorPreference: executor) { [runCount] in await self.handle(work, runCount) })
    }
  }

  private func handle(_ work: KeyQueues.Work, _ number: Int) async {
    let isDone = (try? await consumer.handle(work.items.map(\.event))) != nil
    running[number] = nil
    queues.finish(work)
    if isDone {
      handled += work.items
      acknowledge()
    } else {
      for item in work.items { held[item.number] = nil }
    }
    dispatch()
    changed.raise()
  }

  /// Acknowledges what is handled; what is handled meanwhile is next, together.
  private func acknowledge() {
    guard acknowledging == nil else { return }
    acknowledging = Task(executorPreference: executor) { await self.acknowledgeAll() }
  }

  private func acknowledgeAll() async {
    while !handled.isEmpty {
      let items = handled
      handled = []
      do {
        try await CrashPoint.beforeAcknowledge.reach()
        try await subscription.acknowledge(items.map(\.event))
        try await CrashPoint.afterAcknowledge.reach()
      } catch {
        // They are delivered again, and recognized.
      }
      for item in items { held[item.number] = nil }
    }
    acknowledging = nil
    changed.raise()
  }

  // MARK: leases

  private func keepLeases() async throws {
    while true {
      try await consumer.sleep(Self.leaseInterval)
      let items = held
      guard !items.isEmpty else { continue }
      let lost = Set(try await subscription.extend(Array(items.values)).map(\.token))
      guard !lost.isEmpty else { continue }
      let numbers = Set(items.filter { lost.contains($0.value.token) }.keys)
      queues.drop(numbers)
      for number in numbers { held[number] = nil }
      // The member that has them now handles them; a handler that has committed is not affected.
      for run in running.values where run.work.items.contains(where: { numbers.contains($0.number) }) {
        run.task.cancel()
      }
    }
  }

  // MARK: the end

  private func end() async {
    isEnding = true
    for run in running.values.map(\.task) { await run.value }
    await acknowledging?.value
    await subscription.close()
  }
}

import Foundation
import ServiceCore
import ServiceEvents
import ServicePostgres
import ServiceTesting
import Synchronization
import Testing

/// Timers that end when the test moves its clock.
final class Timers: Sendable {
  private struct State {
    var waiting: [Int: (due: Int, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var count = 0
    var now = 0
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  func sleep(_ milliseconds: Int) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.remove(number) != nil { return true }
          state.waiting[number] = (state.now + milliseconds, continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        let waiting = state.waiting.removeValue(forKey: number)
        if waiting == nil { state.cancelled.insert(number) }
        return waiting
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  func advance(by milliseconds: Int) {
    let due = state.withLock { state in
      state.now += milliseconds
      let due = state.waiting.filter { $0.value.due <= state.now }
      for number in due.keys { state.waiting[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }
}

/// A service with a database, a broker, and relays and consumers that a test starts and stops.
final class EventWorld: Sendable {
  let tested: TestedService<Steps>
  let database: Database
  let broker = MemoryBroker()
  let timers = Timers()
  let call: Call
  private let running = Mutex<[Task<Void, Never>]>([])

  private init(_ tested: TestedService<Steps>) throws {
    (self.tested, database) = (tested, try tested.database)
    let lines = Lines()
    call = Call(
      requestID: "test", logger: Logger(level: .debug, clock: tested.clock.clock, sink: { lines.add($0) }),
      transactions: database, observers: { _ in [] }, service: "steps")
    log = lines
  }

  let log: Lines

  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    func count(_ text: String) -> Int { lines.withLock { $0.count { $0.contains(text) } } }
  }

  static func run(
    within limit: Duration = .seconds(500), _ body: @escaping @Sendable (EventWorld) async throws -> Void
  ) async throws {
    try await withService(Steps.self, timeLimit: limit) { tested in
      let world = try EventWorld(tested)
      do {
        try await body(world)
      } catch {
        await world.stop()
        throw error
      }
      await world.stop()
    }
  }

  // MARK: parts

  @discardableResult func relay(
    over broker: MemoryBroker? = nil, limits: (events: Int, bytes: Int) = (1_000, 1_048_576)
  ) -> Task<Void, Never> {
    let relay = Relay(
      database, of: "steps", Steps.API.channels + StepEndpoint.operations.map(\.deadLetterChannel),
      over: broker ?? self.broker, logger: call.logger, sleep: { [timers] in try await timers.sleep($0) },
      limits: limits)
    return start { await relay.run() }
  }

  @discardableResult func consumer(
    _ index: Int = 0, as process: Uuid = Uuid(high: .random(in: 1 ... .max), low: 1), slots: Int = 8,
    _ handle: @escaping @Sendable ([ReceivedEvent<Step.Message>], Call) async throws -> Committed<Void> = Step.standard
  ) -> Task<Void, Never> {
    let consumer = Consumer(
      index, of: StepEndpoint(handle: handle), call, database, over: broker, slots: ConsumerSlots(connections: slots),
      process: process, sleep: { [timers] in try await timers.sleep($0) }, random: SplitMix(seed: 1))
    return start { await consumer.run() }
  }

  private func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    let task = Task { await body() }
    running.withLock { $0.append(task) }
    return task
  }

  func stop() async {
    let tasks = running.withLock { tasks in
      defer { tasks = [] }
      return tasks
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  // MARK: what happens

  /// Emits steps in one transaction.
  func emit(_ steps: Step..., notBefore: Timestamp? = nil, to channel: ChannelDescriptor = Step.channel) async throws {
    let events = steps.map { Event<Step.Message>($0, notBefore: notBefore) }
    _ = try await call.committing { _ in StepEffect(output: 0, steps: events, channel: channel) }
  }

  /// Emits the next step of a key, under the lock of its row.
  func step(_ key: String) async throws {
    _ = try await call.sqlTransaction { transaction in
      let row = try await transaction.query(
        """
        INSERT INTO counters (key, n) VALUES (\(key), 1)
        ON CONFLICT (key) DO UPDATE SET n = counters.n + 1 RETURNING n
        """)[0]
      let n: Int = try row.get("n")
      return StepEffect(output: n, steps: [Event(Step(key: key, n: n))])
    }
  }

  /// A step as a broker delivers it.
  func record(
    _ key: String, _ n: Int, id: String? = nil, sequence: Int? = nil, data: [UInt8]? = nil
  ) throws -> EventRecord {
    let content = try Step.Message.encode(Event(Step(key: key, n: n)))
    return EventRecord(
      id: id ?? "\(key)-\(n)", source: "/steps", type: "step", time: tested.clock.now, key: key,
      sequence: sequence ?? n, data: data ?? content.data)
  }

  func count(_ query: SQL) async throws -> Int { try await database.query(query)[0].get("n") }

  func effects() async throws -> Int { try await count("SELECT count(*) AS n FROM effects") }
  func parked() async throws -> Int { try await count("SELECT count(*) AS n FROM charter.parked") }

  func trail(_ key: String) async throws -> String? {
    try await database.query("SELECT trail FROM state WHERE key = \(key)").first?.get("trail")
  }

  /// Moves the clock and the timers.
  func advance(by milliseconds: Int) {
    tested.clock.advance(by: .milliseconds(milliseconds))
    timers.advance(by: milliseconds)
  }

  /// Waits until a condition holds, whose check is a round trip; meanwhile timers end as they would.
  func until(
    _ what: Comment, advancing milliseconds: Int = 0, within seconds: Double = 240,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    let start = Date()
    while Date().timeIntervalSince(start) < seconds {
      if try await condition() { return }
      if milliseconds > 0 { advance(by: milliseconds) }
      _ = await database.isHealthy()
    }
    Issue.record(what, sourceLocation: sourceLocation)
    throw CancellationError()
  }
}

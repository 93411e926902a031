import Foundation
import ServiceCore
import ServiceDefinition
import ServicePostgres
import ServiceTesting
import Synchronization
import Testing

@testable import ServiceEvents

/// A service with a database, whose workflows a test runs in one process or several.
struct Flows: Service {
  enum API: ServiceContract {
    static let name = "flows"
    static let version = "1.0.0"
    static let operations: [OperationDescriptor] = []
    static let channels = [Step.channel]
  }

  static let database: ServiceDatabase? = ServiceDatabase(migrations: [
    Migration(
      name: "0001-deeds.sql",
      sql: """
        -- Without a unique key: whatever is done twice is here twice.
        CREATE TABLE deeds (n bigint GENERATED ALWAYS AS IDENTITY, workflow uuid, what text NOT NULL, step uuid);
        """)
  ])

  let endpoint: any ServiceEndpoint = Steps.NoOperations()

  init(_ resources: Resources) throws {}
}

/// A workflow whose body a test writes.
struct Play: Workflow {
  typealias Body = @Sendable (_ input: String, _ flow: Flow) async throws -> String
  typealias Failed = @Sendable (WorkflowFailure, PostgresTransaction) async throws -> (any EventEffect)?

  static let name = "play"
  let body: Body
  var failed: Failed = { _, _ in nil }

  init(_ body: @escaping Body) { self.body = body }

  func run(_ input: String, _ flow: Flow) async throws -> String { try await body(input, flow) }

  func failed(
    _ input: String, _ failure: WorkflowFailure, _ transaction: PostgresTransaction
  ) async throws -> (any EventEffect)? {
    try await failed(failure, transaction)
  }
}

/// The next version of it.
struct SecondPlay: Workflow {
  static let name = Play.name
  static let version = 2
  let body: Play.Body

  func run(_ input: String, _ flow: Flow) async throws -> String { try await body(input, flow) }
}

/// One that may take an hour.
struct ShortPlay: Workflow {
  static let name = "short"
  static let timeLimit: Duration? = .seconds(3_600)
  let body: Play.Body

  func run(_ input: String, _ flow: Flow) async throws -> String { try await body(input, flow) }
}

/// A process of the service.
final class FlowProcess: Sendable {
  let id: Uuid
  let workflows: Workflows
  let runner: WorkflowRunner
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ world: FlowWorld, _ list: [any Workflow], id: Uuid, slots: Int) throws {
    let (clock, timers) = (world.tested.clock, world.timers)
    self.id = id
    workflows = Workflows(world.database, now: { clock.now }, sleep: { try await timers.sleep($0) })
    runner = try WorkflowRunner(
      workflows, list, world.call, process: id, slots: slots, random: SplitMix(seed: 3))
  }

  func run() {
    task.withLock { $0 = Task { [runner] in await runner.run() } }
  }

  func stop() async {
    let task = task.withLock(\.self)
    task?.cancel()
    await task?.value
  }
}

final class FlowWorld: Sendable {
  let tested: TestedService<Flows>
  let database: Database
  let timers = Timers()
  let call: Call
  let log = EventWorld.Lines()
  private let processes = Mutex<[FlowProcess]>([])

  /// No step of a test takes so long, however slow the machine: time moves by leaps.
  static let long = Duration.seconds(1_000_000_000)

  private init(_ tested: TestedService<Flows>) throws {
    (self.tested, database) = (tested, try tested.database)
    call = Call(
      requestID: "test", logger: Logger(level: .debug, clock: tested.clock.clock, sink: { [log] in log.add($0) }),
      transactions: database, observers: { _ in [] }, service: "flows")
  }

  static func run(_ body: @escaping @Sendable (FlowWorld) async throws -> Void) async throws {
    try await withService(Flows.self, timeLimit: .seconds(500)) { tested in
      let world = try FlowWorld(tested)
      let result: Result<Void, any Error>
      do { result = .success(try await body(world)) } catch { result = .failure(error) }
      for process in world.processes.withLock(\.self) { await process.stop() }
      try result.get()
    }
  }

  /// Starts a process that works on these workflows.
  ///
  /// - Parameter isAlive: whether it counts as alive for others, however much time passes.
  @discardableResult
  func process(
    _ list: any Workflow..., id: Int = 1, isAlive: Bool = true, slots: Int = 256, isRunning: Bool = true
  ) async throws -> FlowProcess {
    let process = try FlowProcess(self, list, id: Uuid(high: 0, low: UInt64(id)), slots: slots)
    if isAlive {
      try await database.execute(
        """
        INSERT INTO charter.processes (id, seen_at) VALUES (\(process.id), now() + interval '1 day')
        ON CONFLICT (id) DO NOTHING
        """)
    }
    processes.withLock { $0.append(process) }
    if isRunning {
      process.run()
      try await until("it works") { process.runner.isServing }
    }
    return process
  }

  /// The process is dead for the others.
  func bury(_ process: FlowProcess) async throws {
    try await database.execute("DELETE FROM charter.processes WHERE id = \(process.id)")
  }

  // MARK: what is done

  /// Notes that a step was done, as the service that it calls would.
  func did(_ what: String, _ id: Uuid, _ step: Uuid? = nil, in session: (any SQLSession)? = nil) async throws {
    let session: any SQLSession = session ?? database
    try await session.execute("INSERT INTO deeds (workflow, what, step) VALUES (\(id), \(what), \(step))")
  }

  /// What was done of a workflow, in order.
  func deeds(_ id: Uuid) async throws -> String {
    let rows = try await database.query("SELECT what FROM deeds WHERE workflow = \(id) ORDER BY n")
    return try rows.map { try $0.get("what", String.self) }.joined(separator: " ")
  }

  func state(_ id: Uuid) async throws -> String? {
    try await database.query("SELECT state FROM charter.workflows WHERE id = \(id)").first?.get("state")
  }

  func note(_ id: Uuid) async throws -> String {
    try await database.query("SELECT note FROM charter.workflows WHERE id = \(id)")[0].get("note", String?.self) ?? ""
  }

  func count(_ query: SQL) async throws -> Int { try await database.query(query)[0].get("n") }

  // MARK: time

  func advance(by milliseconds: Int) {
    tested.clock.advance(by: .milliseconds(milliseconds))
    timers.advance(by: milliseconds)
  }

  /// Waits until a condition holds, whose check is a round trip; meanwhile time may pass.
  func until(
    _ what: Comment, advancing milliseconds: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    let start = Date()
    while Date().timeIntervalSince(start) < 240 {
      if try await condition() { return }
      if milliseconds > 0 { advance(by: milliseconds) }
      _ = await database.isHealthy()
    }
    Issue.record(what, sourceLocation: sourceLocation)
    throw CancellationError()
  }

  /// Waits until a workflow is in a state.
  func until(
    _ id: Uuid, is state: String, advancing milliseconds: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await until("it is \(state)", advancing: milliseconds, sourceLocation: sourceLocation) {
      try await self.state(id) == state
    }
  }
}

extension Uuid {
  /// The id of a test's workflow.
  static func test(_ number: Int) -> Uuid { Uuid(high: 0x0190_0000_0000_7000, low: UInt64(number)) }
}

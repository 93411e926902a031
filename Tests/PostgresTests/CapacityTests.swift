import Foundation
import ServiceCore
import ServiceLoop
import ServicePostgres
import Synchronization
import Testing

/// Databases of one process that share its connections, on several loops.
///
/// Serialized: together, its tests would need most of the server's connections.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CapacityTests {
  /// How many connections databases have, as their server counts them.
  struct Watch {
    let test: TestDatabase

    func open(_ names: String...) async throws -> Int { try await open(names) }

    func open(_ names: [String]) async throws -> Int {
      try await test.database.query(
        "SELECT count(*) AS n FROM pg_stat_activity, pg_sleep(0.01) WHERE datname = ANY(\(names)::text[])")[0].get("n")
    }

    /// Runs `body`; also returns the largest number of connections before, during and after it.
    func most<Value>(_ names: [String], during body: () async throws -> Value) async throws -> (Value, most: Int) {
      let most = Mutex(try await open(names))
      let watching = Task {
        while !Task.isCancelled {
          let count = (try? await open(names)) ?? 0
          most.withLock { $0 = max($0, count) }
        }
      }
      defer { watching.cancel() }
      let value = try await body()
      watching.cancel()
      _ = await watching.result
      let last = try await open(names)
      return (value, most.withLock { max($0, last) })
    }
  }

  private let quiet = Logger(level: .error, sink: { _ in })

  /// Gives `body` databases with one budget on so many loops, each made by an address of one database of the server's.
  private func with(
    _ shares: [ConnectionShare], loops count: Int,
    _ body: (_ name: String, [Loop], [Database], Watch) async throws -> Void
  ) async throws {
    let test = try await TestDatabase()
    let watch = Watch(test: try await TestDatabase())
    let loops = try (0..<count).map { try Loop(index: $0) }
    // A crowd of connections at once takes a loaded server longer than a service waits for one.
    var limits = Database.Limits()
    (limits.connectTimeout, limits.acquireTimeout) = (60_000, 60_000)
    let databases = shares.map { Database(test.address, loops: loops, limits: limits, share: $0, logger: quiet) }
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(test.name, loops, databases, watch))
    } catch {
      result = .failure(error)
    }
    for database in databases { await database.close() }
    for loop in loops { loop.stop() }
    await watch.test.end()
    await test.end()
    try result.get()
  }

  @Test(arguments: [2, 8])
  func `24 services at 400 requests at once stay below 100 connections, and all are served`(_ loopCount: Int)
    async throws
  {
    let budget = ConnectionBudget()
    let shares = try (0..<24).map { _ in try budget.share() }
    try await with(shares, loops: loopCount) { name, loops, databases, watch in
      let (failures, largest) = try await watch.most([name]) {
        await withTaskGroup(of: [String].self) { group in
          for number in 0..<400 {
            group.addTask(executorPreference: loops[number % loopCount]) {
              let database = databases[number / loopCount % 24]
              var failures: [String] = []
              for round in 0..<3 {
                do {
                  let sum: Int = try await database.query("SELECT \(number)::integer + 1 AS n FROM pg_sleep(0.005)")[0]
                    .get("n")
                  let again = try await database.sqlTransaction { transaction in
                    try await transaction.query("SELECT \(round)::integer AS n FROM pg_sleep(0.005)")[0].get(
                      "n", Int.self)
                  }
                  if (sum, again) != (number + 1, round) { failures.append("\(sum), \(again)") }
                } catch {
                  failures.append("\(error)")
                }
              }
              return failures
            }
          }
          return await group.reduce(into: []) { $0 += $1 }
        }
      }
      #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(3))")
      // The server notices the end of a connection a little later than the budget.
      #expect(largest > 24 && largest < 100, "\(largest)")
    }
  }

  @Test func `a loop without a connection uses another loop's`() async throws {
    try await with([try ConnectionBudget(1).share()], loops: 2) { name, loops, databases, watch in
      let database = databases[0]
      for number in 0..<20 {
        let result = try await Task(executorPreference: loops[number % 2]) {
          try await database.sqlTransaction { transaction in
            try await transaction.query("SELECT \(number)::integer AS n")[0].get("n", Int.self)
          } + database.query("SELECT \(number)::integer AS n")[0].get("n", Int.self)
        }.value
        #expect(result == 2 * number)
      }
      #expect(try await watch.open(name) == 1)
      // Many at once from both: statements of one loop must not keep those of another waiting for ever.
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask(executorPreference: loops[number % 2]) {
            try await database.query("SELECT \(number)::integer AS n")[0].get("n", Int.self)
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 199 * 100)
      #expect(try await watch.open(name) == 1)
    }
  }

  /// Has so many transactions of a database open at the same time.
  private func hold(_ count: Int, _ database: Database, on loops: [Loop]) async throws {
    let gate = Gate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        group.addTask(executorPreference: loops[number % loops.count]) {
          try await database.sqlTransaction { _ in await gate.pass() }
        }
      }
      await gate.keeps(count)
      gate.open()
      try await group.waitForAll()
    }
  }

  @Test func `a service gives back idle connections above its share when another one needs its own`() async throws {
    let budget = ConnectionBudget(4)
    try await with([try budget.share(), try budget.share()], loops: 2) { name, loops, databases, watch in
      for (first, second) in [(0, 1), (1, 0)] {
        // What the other leaves idle, and then the other's share.
        try await hold(first == 0 ? 4 : 2, databases[first], on: loops)
        try await hold(2, databases[second], on: loops)
      }
      var count = try await watch.open(name)
      for _ in 0..<10_000 where count > 4 { count = try await watch.open(name) }
      #expect(count == 4)
    }
  }

  @Test func `a transaction waits its turn, however long those before it take`() async throws {
    try await with([try ConnectionBudget(1).share()], loops: 2) { _, loops, databases, _ in
      let done = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<6 {
          group.addTask(executorPreference: loops[number % 2]) {
            // Longer than it takes to give up a wait of a quarter of a second, in all.
            try await databases[0].sqlTransaction { try await $0.query("SELECT pg_sleep(0.15)").count }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(done == 6)
    }
  }

  @Test func `a service that needs more than there is does not start, and says what to change`() throws {
    let budget = ConnectionBudget(10)
    let shares = [try budget.share(fixed: 8), try budget.share()]
    let error = #expect(throws: ConfigurationError.self) { try budget.share(fixed: 2) }
    #expect(error?.description.contains("CHARTER_DB_CONNECTIONS") == true, "\(error.map { "\($0)" } ?? "")")
    #expect(shares[0].cap == 8 && shares[1].cap == 10)
  }
}

/// Keeps those who come until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var kept: [CheckedContinuation<Void, Never>] = []
    /// Waits until so many are kept.
    var watcher: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  func pass() async {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> CheckedContinuation<Void, Never>? in
        if state.isOpen { return continuation }
        state.kept.append(continuation)
        guard let watcher = state.watcher, state.kept.count >= watcher.count else { return nil }
        state.watcher = nil
        return watcher.continuation
      }
      ready?.resume()
    }
  }

  /// Waits until so many have come.
  func keeps(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if state.kept.count < count { state.watcher = (count, continuation) }
        return state.kept.count >= count
      }
      if isReached { continuation.resume() }
    }
  }

  func open() {
    let kept = state.withLock { state in
      state.isOpen = true
      defer { state.kept = [] }
      return state.kept
    }
    for continuation in kept { continuation.resume() }
  }

  func close() { state.withLock { $0.isOpen = false } }
}

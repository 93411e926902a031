import ServiceCore
import ServicePostgres
import Testing

/// Signs of life of processes, and tasks of which one process at a time has the lease.
@Suite(.timeLimit(.minutes(10))) struct ProcessTests {
  /// A database with the runtime's own tables, and the same as its working role sees it.
  private func with(_ body: (TestDatabase, Database) async throws -> Void) async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    let app = test.appDatabase()
    let result: Result<Void, any Error>
    do { result = .success(try await body(test, app)) } catch { result = .failure(error) }
    await app.close()
    await test.end()
    try result.get()
  }

  private func process() -> Uuid { Uuid.v7(at: Clock.system.now()) }

  private func isAlive(_ process: Uuid?, _ database: Database) async throws -> Bool {
    try await database.one("SELECT charter.is_alive(\(process)::uuid) AS alive", "isAlive").get("alive")
  }

  @Test func `a process is alive while it says so, and its row goes when it is long dead`() async throws {
    try await with { test, app async throws in
      let (process, dead) = (process(), process())
      #expect(try await !isAlive(process, app))
      #expect(try await !isAlive(nil, app))
      try await app.beat(dead)
      try await app.beat(process)
      #expect(try await isAlive(process, app))
      #expect(try await isAlive(dead, app))
      try await test.database.execute(
        "UPDATE charter.processes SET seen_at = now() - interval '61 minutes' WHERE id = \(dead)")
      #expect(try await !isAlive(dead, app))
      try await app.beat(process)
      let left = try await app.query("SELECT id FROM charter.processes").map { try $0.get("id", Uuid.self) }
      #expect(left == [process])
      // It was asleep, and is there again.
      try await app.beat(dead)
      #expect(try await isAlive(dead, app))
    }
  }

  @Test func `a sign of life does not wait for the disk, and statements after it do`() async throws {
    var limits = Database.Limits()
    limits.connections = 1
    let test = try await TestDatabase(limits)
    _ = try await Database.migrate(test.address, [])
    let setting: SQL = "SELECT current_setting('synchronous_commit') AS value"
    let before = try await test.database.query(setting)[0].get("value", String.self)
    try await test.database.beat(process())
    #expect(try await test.database.query(setting)[0].get("value") == before)
    await test.end()
  }

  @Test func `a sign of life waits its turn where all connections are busy`() async throws {
    var limits = Database.Limits()
    limits.connections = 1
    limits.acquireTimeout = 20
    let test = try await TestDatabase(limits)
    _ = try await Database.migrate(test.address, [])
    let (process, database) = (process(), test.database)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let (entered, enter) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        try await database.sqlTransaction { transaction in
          enter.yield()
          // Several times what one attempt waits.
          try await transaction.query("SELECT pg_sleep(0.1)")
        }
      }
      for await _ in entered.prefix(1) {}
      try await database.beat(process)
      try await group.waitForAll()
    }
    #expect(try await isAlive(process, database))
    await test.end()
  }

  /// Shifts the times of a task into the past.
  private func age(_ name: String, _ time: String, _ database: Database) async throws {
    try await database.execute(
      """
      UPDATE charter.tasks SET started_at = started_at - \(time)::interval,
        leased_until = leased_until - \(time)::interval WHERE name = \(name)
      """)
  }

  @Test func `of many processes one runs a task, and the next when its period is over`() async throws {
    try await with { test, app async throws in
      let processes = (0..<8).map { _ in process() }
      for process in processes { try await app.beat(process) }
      func winners(every period: Int) async throws -> [Uuid] {
        try await withThrowingTaskGroup(of: Uuid?.self) { group in
          for process in processes {
            group.addTask { try await app.beginTask("t", every: period, lease: 600_000, by: process) ? process : nil }
          }
          return try await group.reduce(into: []) { if let winner = $1 { $0.append(winner) } }
        }
      }
      let first = try await winners(every: 300_000)
      #expect(first.count == 1)
      let other = try #require(processes.first { $0 != first[0] })
      #expect(try await winners(every: 300_000).isEmpty)
      // Due again, and still running.
      try await age("t", "400 seconds", test.database)
      #expect(try await !app.beginTask("t", every: 300_000, lease: 600_000, by: other))
      try await app.endTask("t", succeeded: true, by: other)
      #expect(try await !app.beginTask("t", every: 300_000, lease: 600_000, by: other))
      try await app.endTask("t", succeeded: true, by: first[0])
      #expect(try await winners(every: 600_000).isEmpty)
      // A timer may be a little early.
      #expect(try await winners(every: 440_000).count == 1)
    }
  }

  @Test func `a lease is free when its time is over, or its process dead`() async throws {
    try await with { test, app async throws in
      let (first, second) = (process(), process())
      try await app.beat(first)
      try await app.beat(second)
      #expect(try await app.beginTask("t", every: 0, lease: 600_000, by: first))
      #expect(try await !app.beginTask("t", every: 0, lease: 600_000, by: second))
      try await age("t", "601 seconds", test.database)
      #expect(try await app.beginTask("t", every: 0, lease: 600_000, by: second))
      // What was overtaken ends without a trace.
      try await app.endTask("t", succeeded: false, by: first)
      #expect(try await !app.beginTask("t", every: 0, lease: 600_000, by: first))
      try await test.database.execute("DELETE FROM charter.processes WHERE id = \(second)")
      #expect(try await app.beginTask("t", every: 0, lease: 600_000, by: first))
    }
  }

  @Test func `a process whose run has ended unheard has its next run in time`() async throws {
    try await with { test, app async throws in
      let (own, other) = (process(), process())
      try await app.beat(own)
      #expect(try await app.beginTask("t", every: 0, lease: 600_000, by: own))
      try await age("t", "30 seconds", test.database)
      #expect(try await !app.beginTask("t", every: 30_000, lease: 600_000, by: other))
      #expect(try await app.beginTask("t", every: 30_000, lease: 600_000, by: own))
    }
  }

  @Test func `a task goes on after the clock was set back`() async throws {
    try await with { test, app async throws in
      let process = process()
      try await app.beat(process)
      #expect(try await app.beginTask("t", every: 30_000, lease: 600_000, by: process))
      try await app.endTask("t", succeeded: true, by: process)
      try await age("t", "-1 hour", test.database)
      #expect(try await app.beginTask("t", every: 30_000, lease: 600_000, by: process))
    }
  }

  @Test func `the last run of every task is reported, with its outcome once it has ended`() async throws {
    try await with { _, app async throws in
      let process = process()
      try await app.beat(process)
      #expect(try await app.taskReports().isEmpty)
      #expect(try await app.beginTask("b", every: 1_000, lease: 600_000, by: process))
      #expect(try await app.beginTask("a", every: 1_000, lease: 600_000, by: process))
      try await app.endTask("a", succeeded: false, by: process)
      let reports = try await app.taskReports()
      #expect(reports.map(\.name) == ["a", "b"] && reports.map(\.succeeded) == [false, nil])
      #expect(try #require(reports[0].started) <= #require(reports[0].ended))
      #expect(reports[1].started != nil && reports[1].ended == nil)
      #expect(try await app.beginTask("a", every: 0, lease: 600_000, by: process))
      let again = try await app.taskReports()[0]
      // It runs anew, and the outcome is that of the run before.
      #expect(try #require(again.started) > #require(again.ended))
      #expect(again.succeeded == false)
      // What no interval holds is refused, and traps nothing.
      for period in [Int.min, .max] {
        await #expect(throws: PostgresError.self) {
          try await app.beginTask("a", every: period, lease: period, by: process)
        }
      }
    }
  }
}

import Foundation
import ServiceCore
import ServicePostgres
import Testing

/// What has no time left, or nobody waits for, ends in PostgreSQL too.
@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
  /// How many statements that sleep are at work in the database, once there are `wanted` of them.
  private func sleeping(_ database: Database, until wanted: Int) async throws -> Int {
    var count = -1
    for _ in 0..<50_000 where count != wanted {
      count = try await database.query(
        """
        SELECT count(*) AS n FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE '%pg_sleep%' AND datname = current_database() AND pid <> pg_backend_pid()
        """)[0].get("n")
    }
    return count
  }

  @Test func `a statement ends with the deadline of its call`() async throws {
    let test = try await TestDatabase()
    for isTransaction in [false, true] {
      let error = await #expect(throws: PostgresError.self) {
        try await Deadline.$current.withValue(Deadline(in: 100)) {
          if isTransaction {
            try await test.database.sqlTransaction { try await $0.query("SELECT pg_sleep(60)") }
          } else {
            try await test.database.query("SELECT pg_sleep(60)")
          }
        }
      }
      #expect(error?.problem.status == 504)
    }
    #expect(try await sleeping(test.database, until: 0) == 0)
    // The connection goes on, and with its own time limit again.
    let limit = try await test.database.query("SELECT current_setting('statement_timeout') AS t")[0].get(
      "t", String.self)
    #expect(limit == "30s")
    await test.end()
  }

  @Test func `what no time is left for is not begun`() async throws {
    let test = try await TestDatabase()
    try await test.database.execute("CREATE TABLE marks (n integer)")
    await #expect(throws: PostgresError.self) {
      try await Deadline.$current.withValue(Deadline(in: 0)) {
        try await test.database.execute("INSERT INTO marks VALUES (1)")
      }
    }
    #expect(try await test.database.query("SELECT count(*) AS n FROM marks")[0].get("n") == 0)
    await test.end()
  }

  @Test func `a statement that nobody waits for is stopped, and its neighbours are not`() async throws {
    var limits = Database.Limits()
    limits.connections = 1
    let test = try await TestDatabase(limits)
    let watch = try await TestDatabase()
    let database = test.database
    let observer = Database(
      test.address, loops: [watch.loop], logger: Logger(level: .error, sink: { _ in }))
    let abandoned = Task { try await database.query("SELECT pg_sleep(60)") }
    #expect(try await sleeping(observer, until: 1) == 1)
    let neighbours = (0..<4).map { number in Task { try await database.query("SELECT \(number)::integer AS n") } }
    abandoned.cancel()
    await #expect(throws: PostgresError.self) { try await abandoned.value }
    for (number, neighbour) in neighbours.enumerated() {
      #expect(try await neighbour.value[0].get("n") == number)
    }
    #expect(try await sleeping(observer, until: 0) == 0)
    await observer.close()
    await watch.end()
    await test.end()
  }

  @Test func `what is cleaned up is done though the task was cancelled and has no time left`() async throws {
    let test = try await TestDatabase()
    let (database, loop) = (test.database, test.loop)
    try await database.execute("CREATE TABLE marks (n integer)")
    let work = Task(executorPreference: loop) {
      withUnsafeCurrentTask { $0?.cancel() }
      await Deadline.$current.withValue(Deadline(in: 0)) {
        await cleanUp {
          #expect(loop.isRunningHere && !Task.isCancelled)
          _ = try? await database.sqlTransaction { try await $0.execute("INSERT INTO marks VALUES (1)") }
          #expect(loop.isRunningHere)
        }
        #expect(loop.isRunningHere && Task.isCancelled)
      }
    }
    await work.value
    #expect(try await database.query("SELECT count(*) AS n FROM marks")[0].get("n") == 1)
    await test.end()
  }

  @Test func `what is cleaned up has a deadline of its own`() async throws {
    let test = try await TestDatabase()
    let database = test.database
    await cleanUp(within: 100) {
      let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT pg_sleep(60)") }
      #expect(error?.problem.status == 504)
    }
    await test.end()
  }

  @Test func `a statement whose process has ended is stopped`() async throws {
    let test = try await TestDatabase()
    let watch = try await TestDatabase()
    let database = test.database
    let observer = Database(test.address, loops: [watch.loop], logger: Logger(level: .error, sink: { _ in }))
    let work = Task { try await database.query("SELECT pg_sleep(60)") }
    #expect(try await sleeping(observer, until: 1) == 1)
    // The connection is closed as by a process that is killed: nobody asks the server to stop.
    await database.close()
    await #expect(throws: PostgresError.self) { try await work.value }
    #expect(try await sleeping(observer, until: 0) == 0)
    await observer.close()
    await watch.end()
    await test.end()
  }

  @Test func `a transaction whose task is cancelled is rolled back`() async throws {
    let test = try await TestDatabase()
    let database = test.database
    try await database.execute("CREATE TABLE marks (n integer)")
    let (begun, continuation) = AsyncStream<Void>.makeStream()
    let work = Task {
      try await database.sqlTransaction { transaction in
        try await transaction.execute("INSERT INTO marks VALUES (1)")
        continuation.finish()
        try await transaction.query("SELECT pg_sleep(60)")
      }
    }
    for await _ in begun {}
    work.cancel()
    await #expect(throws: PostgresError.self) { try await work.value }
    #expect(try await database.query("SELECT count(*) AS n FROM marks")[0].get("n") == 0)
    await test.end()
  }
}

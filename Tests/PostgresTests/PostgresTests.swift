import Foundation
import ServiceCore
import ServiceLoop
import ServicePostgres
import Testing

/// A database of a test's own, in the cluster of the run.
struct TestDatabase {
  let name: String
  let address: String
  /// The same for the role that works in the schema and does not own it.
  let app: String
  let loop: Loop
  let database: Database

  init(_ limits: Database.Limits = Database.Limits()) async throws {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    address = try Database.address(server, database: name, user: name + "_owner", password: "o")
    app = try Database.address(server, database: name, user: name + "_app", password: "a")
    loop = try Loop()
    database = Database(address, loops: [loop], limits: limits, logger: Logger(level: .error, sink: { _ in }))
  }

  /// The database for the working role of its service.
  func appDatabase() -> Database { Database(app, loops: [loop], logger: Logger(level: .error, sink: { _ in })) }

  func end() async {
    await database.close()
    loop.stop()
  }
}

@Suite(.timeLimit(.minutes(10))) struct PostgresTests {
  private func with(
    _ limits: Database.Limits = Database.Limits(), _ body: (Database) async throws -> Void
  ) async throws {
    let test = try await TestDatabase(limits)
    do {
      try await body(test.database)
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  @Test func `values of every kind come back as they went`() async throws {
    try await with { database in
      let id = Uuid.v7(at: Timestamp(microseconds: 1_700_000_000_000_000))
      let time = Timestamp(microseconds: 1_700_000_000_123_456)
      let row = try await database.query(
        """
        SELECT \(id)::uuid AS id, \(time)::timestamptz AS time, \(42)::bigint AS big, \(7)::integer AS small, \(true)::boolean AS flag,
          \("é\"\\' $1 {}")::text AS text, \(["a\"b", "c\\,d", "", "NULL", "\\\u{301}", "\"\u{301}"])::text[] AS list, \([1, 2])::integer[] AS numbers,
          \(Bytes([0, 255, 16]))::bytea AS bytes, \(nil as String?)::text AS nothing
        """)[0]
      #expect(try row.get("id") == id)
      #expect(try row.get("time") == time)
      #expect(try row.get("big") == 42 && row.get("small") == 7)
      #expect(try row.get("flag") == true)
      #expect(try row.get("text") == "é\"\\' $1 {}")
      #expect(try row.get("list") == ["a\"b", "c\\,d", "", "NULL", "\\\u{301}", "\"\u{301}"])
      #expect(try row.get("numbers") == [1, 2])
      #expect(try row.get("bytes", Bytes.self).bytes == [0, 255, 16])
      #expect(try row.get("nothing", String?.self) == nil)
      #expect(throws: PostgresError.self) { try row.get("nothing", String.self) }
      #expect(throws: PostgresError.self) { try row.get("big", String.self) }
      #expect(throws: PostgresError.self) { try row.get("none", String.self) }
    }
  }

  @Test(arguments: [
    "0", "1", "-1", "12.5", "0.01", "-0.0001", "10000", "99999999.99", "123456789012345678901234567890.1234", "1e20",
    "0.000000001",
  ])
  func `decimals are exact in both directions`(_ text: String) async throws {
    try await with { database in
      let value = try #require(ExactDecimal(text))
      #expect(try await database.query("SELECT \(value)::numeric AS value")[0].get("value") == value)
    }
  }

  @Test func `a value never becomes part of a statement`() async throws {
    try await with { database in
      try await database.execute("CREATE TABLE t (name text)")
      let evil = "'; DROP TABLE t; --"
      try await database.execute("INSERT INTO t VALUES (\(evil))")
      #expect(try await database.query("SELECT name FROM t WHERE name = \(evil)")[0].get("name") == evil)
      await #expect(throws: PostgresError.self) { try await database.execute("INSERT INTO t VALUES (\("a\u{0}b"))") }
    }
  }

  @Test func `a statement that fails takes no other with it`() async throws {
    var limits = Database.Limits()
    limits.acquireTimeout = 10_000
    try await with(limits) { database in
      let results = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<100 {
          group.addTask {
            let rows = try? await database.query("SELECT 100 / (\(number)::integer % 2) AS value")
            return (rows != nil) == (number % 2 == 1)
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.count == 100 && results.allSatisfy { $0 })
    }
  }

  @Test func `statements that fail together leave the connection usable for new ones`() async throws {
    var limits = Database.Limits()
    limits.connections = 1
    limits.acquireTimeout = 10_000
    try await with(limits) { database in
      #expect(await database.isHealthy())
      await withTaskGroup(of: Void.self) { group in
        for statement: SQL in ["SELECT 1 / 0 AS a", "SELECT 1 / 0 AS b", "SELECT 1 / 0 AS c"] {
          group.addTask {
            let rows = try? await database.query(statement)
            #expect(rows == nil)
          }
        }
      }
      for statement: SQL in ["SELECT 1 AS d", "SELECT 1 AS e", "SELECT 1 AS f"] {
        let rows = try await database.query(statement)
        #expect(rows.count == 1)
      }
    }
  }

  @Test func `a transaction is committed whole or not at all`() async throws {
    try await with { database in
      try await database.execute("CREATE TABLE t (n integer PRIMARY KEY)")
      struct Stop: Error {}
      await #expect(throws: Stop.self) {
        try await database.sqlTransaction { transaction in
          try await transaction.execute("INSERT INTO t VALUES (1)")
          throw Stop()
        }
      }
      try await database.sqlTransaction { try await $0.execute("INSERT INTO t VALUES (2)") }
      await #expect(throws: PostgresError.self) {
        try await database.sqlTransaction { transaction in
          try await transaction.execute("INSERT INTO t VALUES (3)")
          // The failure is swallowed, and the commit must still not pretend.
          _ = try? await transaction.execute("INSERT INTO t VALUES (2)")
        }
      }
      #expect(try await database.query("SELECT n FROM t").map { try $0.get("n", Int.self) } == [2])
    }
  }

  @Test func `a transaction that was chosen as a deadlock's victim is run again`() async throws {
    try await with { database in
      try await database.execute("CREATE TABLE t (id integer PRIMARY KEY, n integer)")
      try await database.execute("INSERT INTO t VALUES (1, 0), (2, 0)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (first, second) in [(1, 2), (2, 1)] {
          group.addTask {
            try await database.sqlTransaction { transaction in
              try await transaction.execute("UPDATE t SET n = n + 1 WHERE id = \(first)")
              try await transaction.query("SELECT pg_sleep(0.2)")
              try await transaction.execute("UPDATE t SET n = n + 1 WHERE id = \(second)")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await database.query("SELECT n FROM t").map { try $0.get("n", Int.self) } == [2, 2])
    }
  }

  @Test func `who waits too long for a connection is told so, and none is lost`() async throws {
    var limits = Database.Limits()
    limits.connections = 2
    limits.acquireTimeout = 100
    try await with(limits) { database in
      let (entered, enter) = AsyncStream.makeStream(of: Void.self)
      let (gate, open) = AsyncStream.makeStream(of: Void.self)
      let (secondGate, openSecond) = AsyncStream.makeStream(of: Void.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for gate in [gate, secondGate] {
          group.addTask {
            do {
              try await database.sqlTransaction { _ in
                enter.yield()
                for await _ in gate {}
              }
            } catch {
              // The test fails rather than waits for a holder that never comes.
              enter.finish()
              throw error
            }
          }
        }
        var holders = entered.makeAsyncIterator()
        await holders.next()
        await holders.next()
        // Both connections are taken until the gates open.
        for _ in 0..<4 {
          let error = await #expect(throws: PostgresError.self) {
            try await database.query("SELECT 1 FROM pg_sleep(0)")
          }
          #expect(error?.problem.status == 503)
        }
        open.finish()
        openSecond.finish()
        try await group.waitForAll()
      }
      #expect(await database.isHealthy())
    }
  }

  @Test func `a connection that is killed is replaced`() async throws {
    try await with { database in
      await #expect(throws: PostgresError.self) {
        try await database.query("SELECT pg_terminate_backend(pg_backend_pid())")
      }
      #expect(await database.isHealthy())
    }
  }

  @Test func `a database that is not there is unavailable, not a hang`() async throws {
    let loop = try Loop()
    let database = Database("host='/nowhere'", loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
    #expect(error?.problem.status == 503)
    loop.stop()
  }

  @Test func `a service's working role can use tables and not change them`() async throws {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let name = "roles_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    let owner = try Database.address(server, database: name, user: name + "_owner", password: "o")
    _ = try await Database.migrate(owner, [Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer)")])
    let loop = try Loop()
    let app = Database(
      try Database.address(server, database: name, user: name + "_app", password: "a"), loops: [loop],
      logger: Logger(level: .error, sink: { _ in }))
    try await app.execute("INSERT INTO t VALUES (1)")
    await #expect(throws: PostgresError.self) { try await app.execute("DROP TABLE t") }
    await #expect(throws: PostgresError.self) { try await app.execute("CREATE TABLE u ()") }
    await app.close()
    loop.stop()
  }
}

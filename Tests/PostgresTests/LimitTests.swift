import Foundation
import ServiceCore
import ServiceLoop
import ServicePostgres
import Testing

/// What a server refuses for want of room or for another's sake, and how a pool keeps to its limits.
@Suite(.timeLimit(.minutes(10))) struct LimitTests {
  @Test func `a pool opens no more connections than it may, and refuses who cannot have one in time`() async throws {
    var limits = Database.Limits()
    limits.connections = 10
    limits.acquireTimeout = 250
    let test = try await TestDatabase(limits)
    let watch = try await TestDatabase()
    let database = test.database
    // All that it may open are open, so that what is counted is who waits for one in use. On a loaded machine the last
    // one may be open only when the first is free again: who waits for it must not be refused.
    try await Deadline.$current.withValue(Deadline(in: 60_000)) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<10 {
          group.addTask { _ = try await database.sqlTransaction { try await $0.query("SELECT pg_sleep(0.5)") } }
        }
        try await group.waitForAll()
      }
    }
    let statuses = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask {
          do {
            try await database.sqlTransaction { try await $0.query("SELECT pg_sleep(1)") }
            return 200
          } catch {
            return (error as? PostgresError)?.problem.status ?? 0
          }
        }
      }
      return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(statuses == [200: 10, 503: 190])
    let name = try await database.query("SELECT current_database()::text AS name")[0].get("name", String.self)
    let open: Int = try await watch.database.query(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = \(name)")[0].get("n")
    #expect(open <= 10)
    await watch.end()
    await test.end()
  }

  @Test func `a database that is dropped without being closed harms nothing on its loop`() async throws {
    let test = try await TestDatabase()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<50 {
            var one = Database.Limits()
            one.opening = 1
            let database = Database(
              test.address, loops: [test.loop], limits: one, logger: Logger(level: .error, sink: { _ in }))
            _ = try? await database.query("SELECT 1 AS n")
          }
        }
      }
    }
    let name = test.name
    // Their connections have ended, too.
    var open = 99
    for _ in 0..<500 where open > 8 {
      open = try await test.database.query(
        "SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = \(name)")[0].get("n")
    }
    #expect(open <= 8)
    await test.end()
  }

  @Test func `a first crowd waits for the connections that are being opened`() async throws {
    var limits = Database.Limits()
    limits.connections = 4
    // No connection is open as soon as that.
    limits.acquireTimeout = 1
    let test = try await TestDatabase(limits)
    let database = test.database
    let failures = await withTaskGroup(of: (any Error)?.self) { group in
      for number in 0..<32 {
        group.addTask {
          do {
            _ = try await database.query("SELECT \(number)::integer AS n")
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: [any Error]()) { if let error = $1 { $0.append(error) } }
    }
    #expect(failures.isEmpty, "\(failures.map { "\($0)" })")
    await test.end()
  }

  @Test func `statements that are given up in crowds cost no connection`() async throws {
    var limits = Database.Limits()
    limits.connections = 4
    let test = try await TestDatabase(limits)
    let database = test.database
    for _ in 0..<50 {
      let tasks = (0..<20).map { _ in Task { try await database.query("SELECT pg_sleep(60)") } }
      for task in tasks { task.cancel() }
      for task in tasks { await #expect(throws: PostgresError.self) { try await task.value } }
    }
    for number in 0..<20 {
      #expect(try await database.query("SELECT \(number)::integer AS n")[0].get("n") == number)
    }
    await test.end()
  }

  @Test func `a server without room for another connection is unavailable`() async throws {
    let test = try await TestDatabase()
    try await test.database.query("SELECT 1")
    let role = try await test.database.query("SELECT current_user::text AS name")[0].get("name", String.self)
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let superuser = Database(server, loops: [test.loop], logger: Logger(level: .error, sink: { _ in }))
    try await superuser.sqlTransaction { transaction in
      try await transaction.query("SELECT set_config('test.role', \(role), true)")
      try await transaction.execute(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 1', current_setting('test.role')); END $$")
    }
    await superuser.close()
    let crowded = Database(
      test.address, loops: [test.loop], logger: Logger(level: .error, sink: { _ in }))
    let error = await #expect(throws: PostgresError.self) { try await crowded.query("SELECT 1") }
    #expect(error?.problem.status == 503)
    #expect(await test.database.isHealthy())
    await crowded.close()
    await test.end()
  }

  @Test func `a transaction that cannot be serialized is run three times, and then refused`() async throws {
    let test = try await TestDatabase()
    try await test.database.execute("CREATE SEQUENCE attempts")
    let error = await #expect(throws: PostgresError.self) {
      try await test.database.sqlTransaction { transaction in
        try await transaction.query("SELECT nextval('attempts')")
        try await transaction.query("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")
      }
    }
    #expect(error?.problem.status == 503)
    #expect(try await test.database.query("SELECT last_value AS n FROM attempts")[0].get("n") == 3)
    await test.end()
  }

  @Test func `a conflict that only the commit finds is run again too`() async throws {
    let test = try await TestDatabase()
    let database = test.database
    try await database.execute("CREATE TABLE t (n integer)")
    try await database.execute("CREATE SEQUENCE attempts")
    // A deferred trigger fails at COMMIT, the first time only.
    try await database.execute(
      """
      CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('attempts') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
        RETURN NULL;
      END $$
      """)
    try await database.execute(
      "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION once()"
    )
    try await database.sqlTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
    #expect(try await database.query("SELECT count(*) AS n FROM t")[0].get("n") == 1)
    await test.end()
  }

  @Test func `a transaction that idles for too long is ended by the server, and the connection replaced`() async throws
  {
    let test = try await TestDatabase()
    let error = await #expect(throws: PostgresError.self) {
      try await test.database.sqlTransaction { transaction in
        try await transaction.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        try await test.database.query("SELECT pg_sleep(0.3)")
        try await transaction.query("SELECT 1")
      }
    }
    #expect(error?.problem.status == 503)
    #expect(await test.database.isHealthy())
    await test.end()
  }

  @Test func `who waits for a lock beyond its time is told so, and the holder is not disturbed`() async throws {
    let test = try await TestDatabase()
    let database = test.database
    try await database.execute("CREATE TABLE t (id integer PRIMARY KEY, n integer)")
    try await database.execute("INSERT INTO t VALUES (1, 0)")
    try await database.sqlTransaction { holder in
      try await holder.execute("UPDATE t SET n = n + 1")
      let error = await #expect(throws: PostgresError.self) {
        try await Deadline.$current.withValue(Deadline(in: 1_500)) { try await database.execute("UPDATE t SET n = 5") }
      }
      #expect(error?.problem.status == 504)
    }
    #expect(try await database.query("SELECT n FROM t")[0].get("n") == 1)
    await test.end()
  }
}

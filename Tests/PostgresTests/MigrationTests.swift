import ServiceCore
import ServicePostgres
import Testing

@Suite struct MigrationTests {
  @Test func `migrations are applied once, in order, by one of many who start at once`() async throws {
    let test = try await TestDatabase()
    let steps = [
      Migration(name: "0002-more.sql", sql: "ALTER TABLE t ADD n integer; INSERT INTO t (n) VALUES (1)"),
      Migration(name: "0001-first.sql", sql: "CREATE TABLE t ()"),
    ]
    let applied = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<4 { group.addTask { try await Database.migrate(test.address, steps) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(applied.filter { !$0.hasPrefix("charter") } == ["0001-first.sql", "0002-more.sql"])
    let changed = [Migration(name: "0001-first.sql", sql: "CREATE TABLE u ()")]
    await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, changed) }
    let broken = [Migration(name: "0003-broken.sql", sql: "CREATE TABLE v (); SELECT nonsense")]
    let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, broken) }
    #expect(error?.description.contains("0003-broken.sql") == true)
    #expect(try await test.database.query("SELECT to_regclass('v')::text AS v")[0].get("v", String?.self) == nil)
    await test.end()
  }

  @Test func `a migration whose process dies leaves nothing, and the next start does it`() async throws {
    let test = try await TestDatabase()
    let address = test.address
    let slow = [Migration(name: "0001.sql", sql: "CREATE TABLE t (n integer); SELECT pg_sleep(60)")]
    let migrating = Task { try await Database.migrate(address, slow) }
    var killed = false
    for _ in 0..<50_000 where !killed {
      killed = try await !test.database.query(
        """
        SELECT pg_terminate_backend(pid) AS k FROM pg_stat_activity
        WHERE wait_event = 'PgSleep' AND datname = current_database() AND pid <> pg_backend_pid()
        """
      ).isEmpty
    }
    await #expect(throws: (any Error).self) { try await migrating.value }
    #expect(try await test.database.query("SELECT to_regclass('t')::text AS t")[0].get("t", String?.self) == nil)
    let applied = try await Database.migrate(
      address, [Migration(name: "0001.sql", sql: "CREATE TABLE t (n integer)")])
    #expect(applied.contains("0001.sql"))
    await test.end()
  }

  @Test func `a migration that would have to wait for a long reader gives up, and disturbs nobody`() async throws {
    let test = try await TestDatabase()
    let address = test.address
    _ = try await Database.migrate(address, [Migration(name: "0001.sql", sql: "CREATE TABLE t (n integer)")])
    let step = [
      Migration(name: "0001.sql", sql: "CREATE TABLE t (n integer)"),
      Migration(name: "0002.sql", sql: "ALTER TABLE t ADD m integer"),
    ]
    try await test.database.sqlTransaction { reader async throws in
      #expect(try await reader.query("SELECT n FROM t").isEmpty)
      let error = await #expect(throws: MigrationError.self) { try await Database.migrate(address, step) }
      #expect(error?.description.contains("0002.sql") == true && error?.description.contains("lock timeout") == true)
      #expect(try await reader.query("SELECT n FROM t").isEmpty)
    }
    #expect(try await Database.migrate(address, step) == ["0002.sql"])
    await test.end()
  }
}

import ServiceCore
import ServicePostgres
import Testing

@Suite(.timeLimit(.minutes(10))) struct MigrationTests {
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
    let change = await #expect(throws: MigrationError.self) {
      try await Database.migrate(test.address, changed + [steps[0]])
    }
    #expect(change?.description.hasPrefix("0001-first.sql:1:1: error: it was changed after it was applied") == true)
    let broken = steps + [Migration(name: "0003-broken.sql", sql: "CREATE TABLE v (); SELECT nonsense")]
    let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, broken) }
    #expect(error?.description.contains("0003-broken.sql:1:27: error: column \"nonsense\" does not exist") == true)
    #expect(try await test.database.query("SELECT to_regclass('v')::text AS v")[0].get("v", String?.self) == nil)
    await test.end()
  }

  @Test func `an error is shown as a compiler shows one`() async throws {
    let test = try await TestDatabase()
    func failure(_ sql: String) async -> String {
      let step = Migration(name: "0001-a.sql", path: "Services/Shop/Orders/Migrations/0001-a.sql", sql: sql)
      let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, [step]) }
      return error?.description ?? ""
    }
    #expect(
      await failure("-- Ünïcödé 👩‍👩‍👧\r\nCREATE TABLE t (n integer);\r\n\tALTER TABLE t ADD m intger;\n") == """
        Services/Shop/Orders/Migrations/0001-a.sql:3:22: error: type "intger" does not exist
          3 | \tALTER TABLE t ADD m intger;
            | \t                    ^
        """)
    // What happens while it runs has no character that is to blame.
    #expect(
      await failure("SELECT 1;\nSELECT 1 / 0") == "Services/Shop/Orders/Migrations/0001-a.sql: error: division by zero")
    let end = await failure("CREATE TABLE t (")
    #expect(
      end.contains("0001-a.sql:1:17: error: syntax error at end of input") && end.hasSuffix("                ^"),
      "\(end)")
    #expect(
      try await Database.migrate(test.address, [Migration(name: "0001-a.sql", sql: "-- nothing yet\n")]).count == 1)
    await test.end()
  }

  @Test func `a migration that was applied and is gone is named`() async throws {
    let test = try await TestDatabase()
    let steps = ["0001-a.sql", "0002-b.sql"].map {
      Migration(name: $0, path: "Services/Shop/Orders/Migrations/\($0)", sql: "SELECT 1")
    }
    _ = try await Database.migrate(test.address, steps)
    for rest in [[steps[0]], [steps[1]]] {
      let gone = rest[0].name == "0001-a.sql" ? "0002-b.sql" : "0001-a.sql"
      let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, rest) }
      #expect(
        error?.description == "Services/Shop/Orders/Migrations/\(gone): error: it was applied, and this build does not "
          + "have it; restore the file, or start a build that has it")
    }
    try await test.database.execute("INSERT INTO charter.migrations VALUES ('charter-9999-later.sql', 'x')")
    let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, steps) }
    #expect(error?.description.contains("charter-9999-later.sql: error: a newer Charter applied it") == true)
    await test.end()
  }

  @Test func `what is pending is found without the right to change the schema`() async throws {
    let test = try await TestDatabase()
    let steps = ["0001-a.sql", "0002-b.sql"].map { Migration(name: $0, sql: "SELECT 1") }
    #expect(
      try await Database.pendingMigrations(test.app, steps).filter { !$0.hasPrefix("charter-") } == steps.map(\.name))
    _ = try await Database.migrate(test.address, [steps[0]])
    #expect(try await Database.pendingMigrations(test.app, steps) == ["0002-b.sql"])
    _ = try await Database.migrate(test.address, steps)
    #expect(try await Database.pendingMigrations(test.app, steps).isEmpty)
    await test.end()
  }

  private static let misnamed: [([String], [String: String])] = [
    (["0001-a.sql", "0002-b-c_d.sql"], [:]),
    (["0001_items.sql"], ["0001_items.sql": "NNNN-words.sql"]),
    (
      ["0001.sql", "1-a.sql", "0001-.sql", "0001-a b.sql", "notes.txt", "0001-a.sql~", "0001-é.sql", "٠٠٠١-a.sql", ""],
      [
        "0001.sql": "NNNN", "1-a.sql": "NNNN", "0001-.sql": "NNNN", "0001-a b.sql": "NNNN", "notes.txt": "NNNN",
        "0001-a.sql~": "NNNN", "0001-é.sql": "NNNN", "٠٠٠١-a.sql": "NNNN", "": "NNNN",
      ]
    ),
    (["0001-a.sql", "0001-b.sql", "0002-c.sql"], ["0001-b.sql": "0001-a.sql has this number too"]),
    (["0001-a.sql", "0003-c.sql"], ["0003-c.sql": "there is no migration 0002"]),
    (["0002-a.sql"], ["0002-a.sql": "there is no migration 0001"]),
    (["0000-a.sql", "0001-b.sql"], ["0000-a.sql": "there is no migration 0001"]),
  ]

  @Test(arguments: misnamed)
  func `files that give no order are refused, at the build and at the start`(
    _ names: [String], _ expected: [String: String]
  ) async throws {
    let faults = MigrationName.faults(in: names)
    #expect(Set(faults.map(\.name)) == Set(expected.keys), "\(faults)")
    for fault in faults { #expect(fault.message.contains(expected[fault.name] ?? "?"), "\(fault)") }
    let test = try await TestDatabase()
    let steps = names.map { Migration(name: $0, sql: "SELECT 1") }
    if faults.isEmpty {
      #expect(try await Database.migrate(test.address, steps).suffix(names.count) == names[...])
    } else {
      let error = await #expect(throws: MigrationError.self) { try await Database.migrate(test.address, steps) }
      let lines = (error?.description ?? "").split(separator: "\n").map(String.init)
      #expect(lines == faults.map { "\($0.name):1:1: error: \($0.message)" })
    }
    await test.end()
  }

  @Test func `a migration whose process dies leaves nothing, and the next start does it`() async throws {
    let test = try await TestDatabase()
    let address = test.address
    let slow = [Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer); SELECT pg_sleep(60)")]
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
      address, [Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer)")])
    #expect(applied.contains("0001-t.sql"))
    await test.end()
  }

  @Test func `a migration that would have to wait for a long reader gives up, and disturbs nobody`() async throws {
    let test = try await TestDatabase()
    let address = test.address
    _ = try await Database.migrate(address, [Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer)")])
    let step = [
      Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer)"),
      Migration(name: "0002-t.sql", sql: "ALTER TABLE t ADD m integer"),
    ]
    try await test.database.sqlTransaction { reader async throws in
      #expect(try await reader.query("SELECT n FROM t").isEmpty)
      let error = await #expect(throws: MigrationError.self) { try await Database.migrate(address, step) }
      #expect(error?.description.contains("0002-t.sql") == true && error?.description.contains("lock timeout") == true)
      #expect(try await reader.query("SELECT n FROM t").isEmpty)
    }
    #expect(try await Database.migrate(address, step) == ["0002-t.sql"])
    await test.end()
  }
}

import Foundation
import ServiceCore
import ServiceLoop
import ServicePostgres
import Testing

/// What a service's roles may do, and what they may not.
@Suite(.timeLimit(.minutes(10))) struct PrivilegeTests {
  static let refused: [SQL] = [
    "DELETE FROM charter.migrations", "UPDATE charter.migrations SET digest = ''",
    "INSERT INTO charter.migrations (name, digest) VALUES ('x', 'x')", "TRUNCATE charter.migrations",
    "CREATE TEMPORARY TABLE u (n integer)", "CREATE TABLE public.u (n integer)", "CREATE SCHEMA u",
    "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')", "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_unlink(1)", "SELECT lo_open(1, 131072)", "SELECT pg_logical_emit_message(false, 'x', 'x')",
    "DO $$ BEGIN END $$", "TRUNCATE t", "ALTER TABLE t ADD m integer",
  ]

  @Test(arguments: refused.indices)
  func `a working role is refused what it has no use for`(index: Int) async throws {
    let statement = Self.refused[index]
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [Migration(name: "0001-a.sql", sql: "CREATE TABLE t (n integer)")])
    let app = test.appDatabase()
    let error = await #expect(throws: PostgresError.self) { try await app.execute(statement) }
    guard case .refused("42501", _, _) = error else {
      Issue.record("\(statement): \(String(describing: error))")
      return
    }
    await app.close()
    await test.end()
  }

  @Test func `a working role can read what was applied, and keep its keys`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    let app = test.appDatabase()
    #expect(try await !app.query("SELECT name FROM charter.migrations").isEmpty)
    guard case .claimed(let claim) = try await app.claim("k", operation: "o", request: [1]) else {
      Issue.record("not claimed")
      return
    }
    try await app.sqlTransaction { try await $0.store(HTTPResponse(status: 201), for: claim) }
    try await app.purgeKeys()
    await app.close()
    await test.end()
  }

  @Test func `a database of an earlier version is closed at the next start`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"])
    let inside = Database(
      try Database.address(server, database: test.name), loops: [test.loop],
      logger: Logger(level: .error, sink: { _ in }))
    try await inside.execute(
      """
      DO $$ BEGIN
        EXECUTE format('GRANT TEMPORARY, CONNECT ON DATABASE %I TO PUBLIC', current_database());
        EXECUTE format('GRANT ALL ON charter.migrations TO PUBLIC, %I', current_database() || '_app');
        GRANT CREATE ON SCHEMA public TO PUBLIC;
        GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC;
      END $$
      """)
    try Database.provision(server, name: test.name, passwords: (owner: "o", app: "a"))
    _ = try await Database.migrate(test.address, [])
    let app = test.appDatabase()
    let statements: [SQL] = [
      "CREATE TEMPORARY TABLE u (n integer)", "CREATE TABLE public.u (n integer)", "DELETE FROM charter.migrations",
      "SELECT lo_create(0)",
    ]
    for statement in statements {
      await #expect(throws: PostgresError.self, "\(statement)") { try await app.execute(statement) }
    }
    await app.close()
    await inside.close()
    await test.end()
  }

  @Test func `what a server remarks never reaches standard error`() async throws {
    let test = try await TestDatabase()
    let printed = try await standardError {
      _ = try await Database.migrate(
        test.address,
        [Migration(name: "0001-a.sql", sql: "DO $$ BEGIN RAISE WARNING 'a remark that nobody sees'; END $$")])
      try await test.database.execute(
        "DO $$ BEGIN RAISE WARNING 'a remark that nobody sees'; END $$")
    }
    #expect(!printed.contains("a remark that nobody sees"))
    await test.end()
  }

  /// What this process prints on standard error meanwhile; it is passed on afterwards.
  private func standardError(_ body: () async throws -> Void) async throws -> String {
    let path = NSTemporaryDirectory() + "charter-stderr-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let own = dup(2)
    let file = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
    dup2(file, 2)
    defer { for descriptor in [own, file] { close(descriptor) } }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    dup2(own, 2)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    FileHandle.standardError.write(Data(text.utf8))
    try result.get()
    return text
  }
}

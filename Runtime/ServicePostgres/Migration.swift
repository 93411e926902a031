import ServiceCore
import ServiceLoop

/// One step of a database's schema. Once applied it is never changed; the next step is a new one.
public struct Migration: Sendable {
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

extension Database {
  /// Brings a database's schema up to date: each step in a transaction, under an advisory lock, so that of
  /// several processes that start at once one does it.
  ///
  /// - Parameter address: a connection whose role owns the schema.
  /// - Returns: the names of the steps that were applied.
  /// - Throws: ``MigrationError`` naming the step.
  public static func migrate(_ address: String, _ migrations: [Migration]) async throws -> [String] {
    let all = ownMigrations + migrations
    return try await BlockingPool.shared.run { Result { try Migrator(address).run(all) } }.get()
  }
}

/// A step that could not be applied; nothing of it was.
public struct MigrationError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// Runs migrations where blocking is allowed.
private struct Migrator {
  private let connection: Administration

  init(_ address: String) throws { connection = try Administration(address) }

  func run(_ migrations: [Migration]) throws -> [String] {
    // Held until the connection closes, whatever happens: whoever comes second waits here.
    try connection.value("SELECT pg_advisory_lock(hashtext('charter.migrations'))")
    try connection.execute(
      """
      CREATE SCHEMA IF NOT EXISTS charter;
      CREATE TABLE IF NOT EXISTS charter.migrations (
        name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
      SET lock_timeout = '2s';
      """)
    try protect()
    return try migrations.sorted { $0.name < $1.name }.filter(apply).map(\.name)
  }

  /// Leaves others the right to read what was applied, and no other: the defaults for new tables give them more.
  private func protect() throws {
    let revocation = try connection.value(
      """
      SELECT 'REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON charter.migrations FROM '
        || string_agg(DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, ', ')
      FROM pg_class, aclexplode(relacl)
      WHERE oid = 'charter.migrations'::regclass AND grantee <> relowner AND privilege_type <> 'SELECT'
        AND pg_has_role(relowner, 'USAGE')
      """)
    if let revocation { try connection.execute(revocation) }
  }

  /// Applies a step unless it was applied before; false then.
  private func apply(_ migration: Migration) throws -> Bool {
    let digest = try connection.value("SELECT md5($1)", [migration.sql]) ?? ""
    if let known = try connection.value("SELECT digest FROM charter.migrations WHERE name = $1", [migration.name]) {
      guard known == digest else {
        throw MigrationError(
          description: "migration \(migration.name) was changed after it was applied; write a new one instead")
      }
      return false
    }
    do {
      try connection.execute("BEGIN")
      try connection.execute(migration.sql)
      try connection.value("INSERT INTO charter.migrations (name, digest) VALUES ($1, $2)", [migration.name, digest])
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw MigrationError(description: "migration \(migration.name): \(error)")
    }
    return true
  }
}

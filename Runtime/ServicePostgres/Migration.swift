import ServiceCore
import ServiceLoop

/// One step of a database's schema. An applied step never changes; changes are made by further steps.
public struct Migration: Sendable {
  public let name: String
  /// Its file, relative to the package's root: `Services/Shop/Orders/Migrations/0001-orders.sql`.
  public let path: String
  public let sql: String

  /// - Parameter path: nil for the name.
  public init(name: String, path: String? = nil, sql: String) {
    self.name = name
    self.path = path ?? name
    self.sql = sql
  }
}

extension Database {
  /// Brings a database's schema up to date: each step in a transaction, under an advisory lock, so that of several
  /// processes that start at once one does it.
  ///
  /// - Parameters:
  ///   - address: a connection of the role that owns the schema.
  ///   - own: the runtime's own steps, whose names begin with `charter-`; nil for those of a service's database.
  /// - Returns: the names of the applied steps.
  /// - Throws: ``MigrationError`` naming the step's file; ``AdministrationError`` when the server cannot be reached.
  public static func migrate(
    _ address: String, _ migrations: [Migration], own: [Migration]? = nil
  ) async throws -> [String] {
    let own = own ?? ownMigrations
    return try await BlockingPool.administration.run { Result { try Migrator(address, own, migrations).run() } }.get()
  }

  /// The names of the steps that were not applied to a database yet. Nothing is changed, and a role with read access
  /// suffices.
  ///
  /// - Throws: ``MigrationError`` when the schema cannot be the result of the steps; ``AdministrationError``.
  public static func pendingMigrations(_ address: String, _ migrations: [Migration]) async throws -> [String] {
    try await BlockingPool.administration.run {
      Result { try Migrator(address, ownMigrations, migrations).pending().map(\.name) }
    }.get()
  }
}

/// Steps that do not match a database, or a step that failed, of which nothing was applied.
public struct MigrationError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// Runs migrations where blocking is allowed.
private struct Migrator {
  private let connection: Administration
  private let own: [Migration]
  private let migrations: [Migration]

  init(_ address: String, _ own: [Migration], _ migrations: [Migration]) throws {
    connection = try Administration(address)
    (self.own, self.migrations) = (own, migrations)
  }

  func run() throws -> [String] {
    // Held until the connection closes, in any case: another process that migrates waits here.
    try connection.value("SELECT pg_advisory_lock(hashtext('charter.migrations'))")
    try connection.execute(
      """
      CREATE SCHEMA IF NOT EXISTS charter;
      CREATE TABLE IF NOT EXISTS charter.migrations (
        name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
      SET lock_timeout = '2s';
      """)
    try protect()
    let steps = try pending()
    for step in steps { try apply(step) }
    return steps.map(\.name)
  }

  /// Leaves other roles only the right to read what was applied: the defaults for new tables would grant more.
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

  /// The steps that are still to be applied, Charter's own first.
  ///
  /// - Throws: ``MigrationError`` with a line for each step that does not match the applied ones.
  func pending() throws -> [Migration] {
    let steps = own + migrations.sorted { $0.name < $1.name }
    let applied = try self.applied()
    let missing = Set(applied.keys).subtracting(steps.map(\.name))
    var faults = missing.sorted().map(fault(ofMissing:))
    for step in steps {
      if let digest = applied[step.name], try connection.value("SELECT md5($1)", [step.sql]) != digest {
        faults.append("\(step.path):1:1: error: it was changed after it was applied; undo that, and write a new one")
      }
    }
    // A missing step also leaves a gap in the numbers, whose message would say less.
    if missing.isEmpty { faults += misnamed }
    if !faults.isEmpty { throw MigrationError(description: faults.joined(separator: "\n")) }
    return steps.filter { applied[$0.name] == nil }
  }

  /// The digests of the applied steps, by name.
  private func applied() throws -> [String: String] {
    guard try connection.value("SELECT to_regclass('charter.migrations')") != nil else { return [:] }
    let rows = try connection.rows("SELECT name, digest FROM charter.migrations")
    return Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { first, _ in first }
  }

  private func fault(ofMissing name: String) -> String {
    if name.hasPrefix("charter-") { return "\(name): error: a newer Charter applied it; start a build that has it" }
    let folder = migrations.first.map { $0.path.dropLast($0.name.count) } ?? ""
    return "\(folder)\(name): error: it was applied, and this build does not have it; "
      + "restore the file, or start a build that has it"
  }

  /// A line for each step with an invalid file name.
  private var misnamed: [String] {
    let faults = MigrationName.faults(in: migrations.map(\.name))
    return faults.map { fault in
      let path = migrations.first { $0.name == fault.name }?.path ?? fault.name
      return "\(path):1:1: error: \(fault.message)"
    }
  }

  /// Applies a step completely or not at all.
  private func apply(_ step: Migration) throws {
    do {
      try connection.execute("BEGIN")
      do {
        try connection.execute(step.sql)
      } catch let error as AdministrationError {
        let location = error.location(in: step.sql)
        let position = location.map { "\(step.path):\($0.line):\($0.column)" } ?? step.path
        throw MigrationError(description: "\(position): error: \(error)" + (location.map { "\n\($0.listing)" } ?? ""))
      }
      try connection.value(
        "INSERT INTO charter.migrations (name, digest) VALUES ($1, md5($2))", [step.name, step.sql])
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error as? MigrationError ?? MigrationError(description: "\(step.path): error: \(error)")
    }
  }
}

import CPostgres
import Glibc
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

/// Runs migrations over a blocking connection of its own, on a thread where blocking is allowed.
private final class Migrator {
  private let connection: OpaquePointer?

  init(_ address: String) throws {
    connection = PQconnectdb(address)
    guard PQstatus(connection) == CONNECTION_OK else { throw MigrationError(description: "migrations: \(message)") }
  }

  deinit { PQfinish(connection) }

  private var message: String { String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; ") }

  func run(_ migrations: [Migration]) throws -> [String] {
    try execute("SET client_min_messages = warning", for: "set-up")
    // Held until the connection closes, whatever happens.
    try execute("SELECT pg_advisory_lock(hashtext('charter.migrations'))", for: "waiting for another process")
    try execute(
      """
      CREATE SCHEMA IF NOT EXISTS charter;
      CREATE TABLE IF NOT EXISTS charter.migrations (
        name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
      SET lock_timeout = '2s';
      """, for: "set-up")
    return try migrations.sorted { $0.name < $1.name }.filter(apply).map(\.name)
  }

  /// Applies a step unless it was applied before; false then.
  private func apply(_ migration: Migration) throws -> Bool {
    let known = try value("SELECT digest FROM charter.migrations WHERE name = $1", [migration.name], for: migration.name)
    let digest = try value("SELECT md5($1)", [migration.sql], for: migration.name) ?? ""
    if let known {
      guard known == digest else {
        throw MigrationError(
          description: "migration \(migration.name) was changed after it was applied; write a new one instead")
      }
      return false
    }
    do {
      try execute("BEGIN", for: migration.name)
      try execute(migration.sql, for: migration.name)
      _ = try value(
        "INSERT INTO charter.migrations (name, digest) VALUES ($1, $2)", [migration.name, digest], for: migration.name)
      try execute("COMMIT", for: migration.name)
    } catch {
      PQclear(PQexec(connection, "ROLLBACK"))
      throw error
    }
    return true
  }

  private func execute(_ sql: String, for step: String) throws {
    try check(PQexec(connection, sql), step)
  }

  private func value(_ sql: String, _ parameters: [String], for step: String) throws -> String? {
    let copies = parameters.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let result = copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
      PQexecParams(connection, sql, Int32(values.count), nil, values.baseAddress, nil, nil, 0)
    }
    defer { PQclear(result) }
    guard isDone(result) else { throw MigrationError(description: "migration \(step): \(message)") }
    return PQntuples(result) > 0 ? String(cString: PQgetvalue(result, 0, 0)) : nil
  }

  private func check(_ result: OpaquePointer?, _ step: String) throws {
    defer { PQclear(result) }
    guard isDone(result) else { throw MigrationError(description: "migration \(step): \(message)") }
  }

  private func isDone(_ result: OpaquePointer?) -> Bool {
    let status = PQresultStatus(result)
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
  }
}

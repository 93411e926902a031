import ServiceCore
import ServiceDefinition
import ServiceLoop
import ServicePostgres

/// The databases of services: their schemas, and the checks before the first request.
extension Host {
  /// Applies all migrations of the placed services.
  ///
  /// - Throws: ``ConfigurationError`` for a service whose database has no owner configured, or whose migration fails.
  public func migrate() async throws {
    for type in placed {
      guard let database = type.database else { continue }
      guard try await migrate(type, database.migrations) else {
        let name = type.contract.name
        throw ConfigurationError(
          "the service '\(name)' has no owner of its schema: set \(Settings.variable(name, "DB_OWNER"))")
      }
    }
  }

  /// Applies a service's migrations, and erases the address of the schema's owner; false where none is configured.
  private func migrate(_ type: any Service.Type, _ migrations: [Migration]) async throws -> Bool {
    let service = type.contract.name
    guard let owner = state.withLock({ $0.owners.removeValue(forKey: service) }) else { return false }
    try await prepare(type) {
      for name in try await Database.migrate(owner, migrations) {
        logger.log(.info, "applied a migration", ["service": service, "migration": name])
      }
    }
    return true
  }

  /// The database of a service, with the schema of its migrations; nil for a service without one.
  func database(of type: any Service.Type) async throws -> Database? {
    guard let migrations = type.database?.migrations else { return nil }
    let name = type.contract.name
    let address = try settings.database(of: name)
    if try await !migrate(type, migrations) { try await checkMigrations(type, migrations, address) }
    let share = try budget.share(fixed: settings.fixedConnections[name])
    let database = Database(address, loops: loops, share: share, logger: logger)
    state.withLock { $0.databases[name] = database }
    return database
  }

  /// Checks that the schema, which another process migrates, matches the service's migrations.
  private func checkMigrations(
    _ type: any Service.Type, _ migrations: [Migration], _ address: String
  ) async throws {
    let pending = try await prepare(type) { try await Database.pendingMigrations(address, migrations) }
    guard !pending.isEmpty else { return }
    let name = type.contract.name
    throw ConfigurationError(
      "the database of \(name) lacks \(pending.joined(separator: ", ")): run `host --migrate` with "
        + "\(Settings.variable(name, "DB_OWNER")), or give that to this process, which then migrates it")
  }

  /// Prepares a service's database. A server that is starting may need a while.
  func prepare<Value>(_ type: any Service.Type, _ body: () async throws -> Value) async throws -> Value {
    let name = type.contract.name
    for _ in 0..<30 {
      do {
        return try await body()
      } catch let error as AdministrationError where error.isUnreachable {
        logger.log(.warning, "waiting for the database: \(error)", ["service": name])
        try await mainLoop.sleep(milliseconds: 1_000)
      } catch let mismatch as SchemaMismatch {
        throw ConfigurationError("\(name) does not fit its database's schema:\n\(mismatch)")
      } catch let error as MigrationError {
        throw ConfigurationError("the migrations of \(name) do not fit its database:\n\(error)")
      } catch {
        throw ConfigurationError("\(name): \(error)")
      }
    }
    throw ConfigurationError("\(name): its database cannot be reached; the warnings above say why")
  }
}

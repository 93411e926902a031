import Foundation
import ServiceCore
import ServiceEvents
import ServiceLoop
import ServicePostgres
import Synchronization
import Testing

extension ConformanceBroker {
  static let postgres = ConformanceBroker(name: "postgres") {
    let database = try LogDatabase()
    return ConformanceTarget(
      connect: { database.connect() }, destroy: { try await database.destroy($0) }, lease: LogDatabase.lease,
      faults: [
        ConformanceTarget.Fault(name: "connections cut") { try await database.cut() },
        ConformanceTarget.Fault(name: "leases expired") { try await database.expireLeases() },
      ],
      end: { await database.end() })
  }
}

/// A database for the log, in the cluster of the run.
final class LogDatabase: Sendable {
  let address: String
  private let server: Database
  private let serverLoop: Loop
  private let loops = Mutex<[Loop]>([])
  private let logs = Mutex<[PostgresLog]>([])
  private let name: String
  /// In milliseconds: short, so that a test can wait for its end, and longer than a loaded machine pauses one.
  static let lease = 10_000
  /// What the logs have written.
  let lines = Mutex<[String]>([])

  init() throws {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    name = "log_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    address = try Database.address(server, database: name, user: name + "_owner", password: "o")
    serverLoop = try Loop()
    // A superuser's, in the log's own database: for what only an operator can do.
    self.server = Database(
      try Database.address(server, database: name), loops: [serverLoop],
      logger: Logger(level: .error, sink: { _ in }))
  }

  /// A log with connections and a loop of its own, as another process has.
  func connect(
    _ settings: PostgresLog.Settings? = nil, sleep: (@Sendable (Int) async throws -> Void)? = nil
  ) -> PostgresLog {
    var short = PostgresLog.Settings()
    short.lease = Self.lease
    let loop = loops.withLock { loops in
      // Out of descriptors, nothing else in the test works either.
      if let loop = try? Loop() { loops.append(loop) }
      return loops.last ?? serverLoop
    }
    let logger = Logger(level: .warning) { [self] line in
      lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
    let log = PostgresLog(address, loops: [loop], settings: settings ?? short, logger: logger, sleep: sleep)
    logs.withLock { $0.append(log) }
    return log
  }

  @discardableResult func query(_ statement: SQL) async throws -> ResultRows { try await server.query(statement) }

  func destroy(_ channel: ChannelDescriptor) async throws {
    try await server.execute("DELETE FROM log.channels WHERE template = \(channel.template)")
  }

  /// Ends all connections to the log, as a server does that is started again.
  func cut() async throws {
    try await server.query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename <> current_user
      """)
  }

  /// Takes everything from all members, as if they had been silent for too long.
  func expireLeases() async throws {
    // In a transaction, which is run again when it waits for a member that waits for it.
    _ = try await server.sqlTransaction { transaction in
      try await transaction.execute(
        "UPDATE log.offsets SET leased_until = now() - interval '1 second' WHERE owner IS NOT NULL")
    }
  }

  func end() async {
    for log in logs.withLock({ $0 }) { await log.close() }
    await server.close()
    serverLoop.stop()
    for loop in loops.withLock({ $0 }) { loop.stop() }
  }
}

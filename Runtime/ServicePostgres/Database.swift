import ServiceCore
import ServiceLoop
import Synchronization

/// What statements can be sent to: a database, or a transaction of it.
public protocol SQLSession: Sendable {
  /// Runs one statement and gives its rows.
  @discardableResult func query(_ statement: SQL) async throws -> [ResultRow]
  /// Runs one statement and gives the number of rows it touched.
  @discardableResult func execute(_ statement: SQL) async throws -> Int
  /// Copies rows into a table, by a statement such as `COPY prices (id, amount) FROM STDIN`, and gives their number.
  ///
  /// Of a copy that fails no row stays. Rows are asked for as fast as the server takes them.
  @discardableResult func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws -> Int
  where Rows.Element == [(any PostgresEncodable)?]
}

/// A service's own database: a pool of connections for each loop.
public final class Database: SQLSession, TransactionRunner {
  /// How many connections a loop opens, and how many of them at once, how many statements share one, and what may take
  /// how many milliseconds.
  public struct Limits: Sendable {
    public var connections = 8
    public var opening = 4
    public var pipelined = 16
    public var acquireTimeout = 250
    public var connectTimeout = 3_000

    public init() {}
  }

  private let pools: [Pool]
  private let logger: Logger
  let loops: [Loop]
  let address: String
  private let prepared = Mutex<[StatementCheck]>([])
  let clock: Clock

  /// - Parameter address: a libpq connection string or URI.
  public init(_ address: String, loops: [Loop], limits: Limits = Limits(), logger: Logger, clock: Clock = .system) {
    // A server that has vanished, or a statement that waits for a lock, must not hold a connection for ever; and a
    // statement whose process has ended must not hold its locks until it is done.
    let options = "-c statement_timeout=\(Connection.longest) -c client_connection_check_interval=1000"
    let bounded = try? Self.address(address, setting: ["tcp_user_timeout": "10000", "options": options])
    let address = bounded ?? address
    self.address = address
    self.loops = loops
    pools = loops.map { Pool(loop: $0, address: address, limits: limits, logger: logger) }
    self.logger = logger
    self.clock = clock
  }

  func register(_ check: StatementCheck) { prepared.withLock { $0.append(check) } }
  var checks: [StatementCheck] { prepared.withLock(\.self) }

  private var pool: Pool {
    let index = Loop.running?.index ?? 0
    return pools[index < pools.count ? index : 0]
  }

  @discardableResult public func query(_ statement: SQL) async throws -> [ResultRow] { try await run(statement).rows }
  @discardableResult public func execute(_ statement: SQL) async throws -> Int { try await run(statement).touched }

  private func run(_ statement: SQL) async throws -> ResultSet {
    let pool = pool
    let connection = try await pool.connection(exclusive: false)
    do {
      let answer = try await connection.query(statement, mayRepeat: true)
      await pool.giveBack(connection)
      return answer
    } catch {
      await pool.giveBack(connection)
      throw error
    }
  }

  @discardableResult public func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws
    -> Int
  where Rows.Element == [(any PostgresEncodable)?] {
    try await sqlTransaction { try await $0.copy(statement, rows) }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// A transaction that PostgreSQL gave up for another's sake (40001, 40P01) is run again, three times in all:
  /// `body` must have no effect but through the transaction.
  public func transaction<Value: Sendable>(
    _ body: (any OpenTransaction) async throws -> Value
  ) async throws -> Value {
    try await sqlTransaction { try await body($0) }
  }

  /// The same with a transaction that takes statements.
  @discardableResult
  public func sqlTransaction<Value: Sendable>(
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    for _ in 1..<3 {
      do {
        return try await attempt(body)
      } catch let error as PostgresError where error.isRetryable {
        logger.log(.info, "a transaction is run again: \(error)")
      }
    }
    return try await attempt(body)
  }

  private func attempt<Value: Sendable>(
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Value {
    let pool = pool
    let connection = try await pool.connection(exclusive: true)
    let transaction = PostgresTransaction(connection: connection)
    let value: Value
    do {
      _ = try await connection.query("BEGIN")
      value = try await body(transaction)
      // Up to here nothing is done: who no longer waits gets no effect.
      try PostgresError.throwUnlessWanted()
    } catch {
      // A connection that cannot even roll back is not to be used again; PostgreSQL rolls back when it closes.
      if await (try? connection.query("ROLLBACK", isFinal: true)) == nil {
        await pool.discard(connection)
      } else {
        await pool.giveBack(connection)
      }
      throw error
    }
    let answer: ResultSet
    do throws(PostgresError) {
      answer = try await connection.query("COMMIT", isFinal: true)
    } catch {
      await pool.giveBack(connection)
      throw Self.commitFailure(error)
    }
    await pool.giveBack(connection)
    guard answer.tag == "COMMIT" else {
      throw PostgresError.refused(
        code: "25P02", message: "the transaction had failed before its commit", constraint: nil)
    }
    return value
  }

  /// A server that shuts down may have committed before it said so, as well as one that says nothing more.
  private static func commitFailure(_ error: PostgresError) -> PostgresError {
    switch error {
    case .connectionLost: .commitInDoubt
    case .refused(let code, _, _) where code.hasPrefix("57P") || code.hasPrefix("08"): .commitInDoubt
    default: error
    }
  }

  /// Whether the database answers.
  public func isHealthy() async -> Bool { await (try? query("SELECT 1")) != nil }

  /// Closes all connections.
  public func close() async {
    for pool in pools { await pool.close() }
  }
}

/// An open transaction. It ends with the closure that was given it.
public struct PostgresTransaction: OpenTransaction, SQLSession {
  let connection: Connection

  @discardableResult public func query(_ statement: SQL) async throws -> [ResultRow] {
    try await connection.query(statement).rows
  }
  @discardableResult public func execute(_ statement: SQL) async throws -> Int {
    try await connection.query(statement).touched
  }
  @discardableResult public func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws
    -> Int
  where Rows.Element == [(any PostgresEncodable)?] {
    try await connection.copy(statement, rows)
  }
}

extension Call {
  /// Runs `body` in one transaction of the service's database, and commits its answer with its effect.
  ///
  /// See ``Call/committing(_:)``, of which this is the form that takes statements.
  public func transaction<Value: Sendable>(
    _ body: (PostgresTransaction) async throws -> Value
  ) async throws -> Committed<Value> {
    try await committing { transaction in
      guard let transaction = transaction as? PostgresTransaction else {
        throw PostgresError.unavailable("the service's database is not PostgreSQL")
      }
      return try await body(transaction)
    }
  }
}

import ServiceCore
import ServiceLoop
import Synchronization

/// Accepts statements: a database, or a transaction of it.
public protocol SQLSession: Sendable {
  /// Starts one statement of the current task, and resumes its continuation once: with the rows, or a
  /// ``PostgresError``. Call ``query(_:)`` or ``execute(_:)`` instead.
  func start(_ statement: SQL, _ continuation: UnsafeContinuation<ResultRows, any Error>)
  /// Copies rows into a table, by a statement such as `COPY prices (id, amount) FROM STDIN`, and returns their number.
  ///
  /// A failed copy leaves no rows. Rows are asked for as fast as the server accepts them.
  @discardableResult func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws -> Int
  where Rows.Element == [(any PostgresEncodable)?]
}

// Inlinable, with a continuation that is not checked: a row by its key costs little more than an `await`, and what is
// called resumes once.
extension SQLSession {
  /// Runs one statement and returns its rows.
  @inlinable @discardableResult public func query(_ statement: SQL) async throws -> ResultRows {
    try await withUnsafeThrowingContinuation { start(statement, $0) }
  }

  /// Runs one statement and returns the number of affected rows.
  @discardableResult public func execute(_ statement: SQL) async throws -> Int {
    try await query(statement).result.touched
  }
}

/// A service's own database: a pool of connections for each loop.
public final class Database: SQLSession, TransactionRunner {
  /// The number of connections, how many of them a loop opens at once, how many statements share one, and time limits
  /// in milliseconds.
  public struct Limits: Sendable {
    /// For a database without a share of a ``ConnectionBudget``.
    public var connections = 8
    public var opening = 4
    public var pipelined = 16
    /// How long work without a deadline waits for a connection.
    public var acquireTimeout = 5_000
    public var connectTimeout = 3_000

    public init() {}
  }

  private let pools: [Pool]
  let share: ConnectionShare
  private let logger: Logger
  let loops: [Loop]
  let address: String
  let clock: Clock
  private let beating = Mutex<Uuid?>(nil)
  /// What is called after each commit of events.
  let emission = Mutex<(@Sendable () -> Void)?>(nil)

  /// The process that has reported itself alive to the database; see ``beat(_:)``.
  var process: Uuid? {
    get { beating.withLock(\.self) }
    set { beating.withLock { $0 = newValue } }
  }

  /// - Parameters:
  ///   - address: a libpq connection string or URI.
  ///   - share: its part of the process's connections; nil for `limits.connections` of its own.
  public init(
    _ address: String, loops: [Loop], limits: Limits = Limits(), share: ConnectionShare? = nil, logger: Logger,
    clock: Clock = .system
  ) {
    // A vanished server, or a statement that waits for a lock, must not hold a connection for ever; and a statement of
    // a process that has ended must not hold its locks until it completes.
    let options = "-c statement_timeout=\(Connection.longest) -c client_connection_check_interval=1000"
    let bounded = try? Self.address(address, setting: ["tcp_user_timeout": "10000", "options": options])
    let address = bounded ?? address
    self.address = address
    self.loops = loops
    let share = share ?? ConnectionBudget.alone(limits.connections)
    pools = loops.enumerated().map { index, loop in
      Pool(loop: loop, index: index, address: address, limits: limits, share: share, logger: logger)
    }
    share.add(pools)
    self.share = share
    self.logger = logger
    self.clock = clock
  }

  /// The pool of a loop; the first one for callers outside of loops.
  private func pool(of loop: Loop?) -> Pool {
    if let index = loop?.index, index < pools.count, pools[index].loop === loop { return pools[index] }
    return pools.first { $0.loop === loop } ?? pools[0]
  }

  /// The pool that a connection belongs to: the one that it was taken from, or that of another loop that lent it.
  private func owner(of connection: Connection, _ asked: Pool) -> Pool {
    connection.loop === asked.loop ? asked : pool(of: connection.loop)
  }

  public func start(_ statement: SQL, _ continuation: UnsafeContinuation<ResultRows, any Error>) {
    let loop = Loop.running
    let pool = pool(of: loop)
    let pending = Connection.Pending(statement, .single, continuation)
    if pool.loop === loop { return pool.here(pending) { $0.start($1) } }
    Task(executorPreference: pool.loop) { pool.here { $0.start(pending) } }
  }

  @discardableResult public func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws
    -> Int
  where Rows.Element == [(any PostgresEncodable)?] {
    try await sqlTransaction { try await $0.copy(statement, rows) }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// A transaction that PostgreSQL aborted in favour of another (40001, 40P01) is run again, three times in all: `body`
  /// must have no effect other than through the transaction.
  public func transaction<Value: Sendable>(
    _ body: (any OpenTransaction) async throws -> Value
  ) async throws -> Value {
    try await sqlTransaction { try await body($0) }
  }

  /// The same with a transaction that accepts statements.
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
    var pool = pool(of: Loop.running)
    let connection = try await pool.connection()
    pool = owner(of: connection, pool)
    let transaction = PostgresTransaction(connection: connection, clock: clock)
    let value: Value
    do {
      _ = try await connection.query("BEGIN")
      value = try await body(transaction)
      // Nothing is committed yet: a caller that no longer waits gets no effect.
      try PostgresError.throwUnlessWanted()
    } catch {
      // A connection that cannot even roll back must not be reused; PostgreSQL rolls back when it closes.
      if await (try? connection.query("ROLLBACK", .end)) == nil {
        await pool.discard(connection)
      } else {
        await pool.giveBack(connection)
      }
      throw error
    }
    let answer: ResultRows
    do {
      answer = try await connection.query("COMMIT", .end)
    } catch {
      await pool.giveBack(connection)
      let failure = Self.commitFailure(error)
      if case PostgresError.commitInDoubt = failure { transaction.end.run(isCertain: false) }
      throw failure
    }
    await pool.giveBack(connection)
    guard answer.result.tag == "COMMIT" else {
      throw PostgresError.refused(
        code: "25P02", message: "the transaction had failed before its commit", constraint: nil)
    }
    transaction.end.run(isCertain: true)
    return value
  }

  /// A server that shuts down may have committed before it reported that, like one that does not respond any more.
  private static func commitFailure(_ error: any Error) -> any Error {
    switch error as? PostgresError {
    case .connectionLost: PostgresError.commitInDoubt
    case .refused(let code, _, _) where code.hasPrefix("57P") || code.hasPrefix("08"): PostgresError.commitInDoubt
    default: error
    }
  }

  /// Whether the database responds.
  public func isHealthy() async -> Bool { await (try? query("SELECT 1")) != nil }

  /// Closes all connections.
  public func close() async {
    for pool in pools { await pool.close() }
  }
}

/// An open transaction. It ends with the closure that received it.
public struct PostgresTransaction: OpenTransaction, SQLSession {
  let connection: Connection
  let clock: Clock
  fileprivate let end = TransactionEnd()

  public func start(_ statement: SQL, _ continuation: UnsafeContinuation<ResultRows, any Error>) {
    connection.start(statement, .transaction, continuation)
  }

  /// Has `body` called once the transaction is committed, and not at all when it is rolled back.
  ///
  /// - Parameter body: called with false where the connection broke during the commit: only the database then knows
  ///   whether it took effect.
  public func afterCommit(_ body: @escaping @Sendable (_ isCertain: Bool) -> Void) { end.add(body) }

  @discardableResult public func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws
    -> Int
  where Rows.Element == [(any PostgresEncodable)?] {
    try await connection.copy(statement, rows)
  }
}

/// What is called after a transaction's commit.
private final class TransactionEnd: Sendable {
  private let actions = Mutex<[@Sendable (_ isCertain: Bool) -> Void]>([])

  func add(_ action: @escaping @Sendable (_ isCertain: Bool) -> Void) { actions.withLock { $0.append(action) } }

  func run(isCertain: Bool) {
    for action in actions.withLock(\.self) { action(isCertain) }
  }
}

extension Call {
  /// Runs `body` in one transaction of the service's database, and commits its effects together with its response.
  ///
  /// See ``Call/committing(_:)``: this variant accepts statements. Generated code calls it: a service's own
  /// `call.transaction` has the service's queries.
  public func sqlTransaction<Value: Sendable>(
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

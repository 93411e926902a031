import ServiceCore
import ServiceLoop
import Synchronization

/// The PostgreSQL connections that a process may open, over all its databases and loops.
///
/// A loop with a free connection does not come here: the lock is only for loops that need another one, or can give one
/// up. The server may briefly count a few more, since it notices the end of a connection late.
public final class ConnectionBudget: Sendable {
  /// The default number of connections of a process.
  public static let standard = 80
  /// The maximum number of connections of a database without a fixed number.
  public static let cap = ConnectionLedger.cap

  private let total: Int
  private let state: Mutex<State>

  private struct State {
    var ledger: ConnectionLedger
    var members: [Int: Member] = [:]
  }

  /// The state of a database that is visible without the lock.
  final class Member: Sendable {
    /// Whether its loops must report connections that become free.
    let isWanted = Atomic(false)
    let pools = Mutex<[WeakPool]>([])
  }

  struct WeakPool: Sendable { weak var pool: Pool? }

  /// - Parameter total: the maximum number of open connections, including those of listeners.
  public init(_ total: Int = standard) {
    self.total = total
    state = Mutex(State(ledger: ConnectionLedger(budget: total)))
  }

  /// The share of one more database, which ends with its last reference.
  ///
  /// - Parameter fixed: the guaranteed and maximum number of connections of the database; nil for an equal part of
  ///   those that are not fixed, and at most 16.
  /// - Throws: ``ConfigurationError`` where the budget has too few.
  public func share(fixed: Int? = nil) throws(ConfigurationError) -> ConnectionShare {
    let member = Member()
    let database = state.withLock { state in
      let database = state.ledger.join(fixed: fixed)
      if let database { state.members[database] = member }
      return database
    }
    guard let database else {
      throw ConfigurationError(
        "\(total) connections to PostgreSQL are too few: each database needs at least one, and one of them "
          + "\(fixed ?? 1) more than are left: raise CHARTER_DB_CONNECTIONS, or lower a <SERVICE>_DB_CONNECTIONS")
    }
    return ConnectionShare(self, database, member, cap: fixed ?? min(total, ConnectionLedger.cap))
  }

  /// A budget for one database, which may use all of it.
  static func alone(_ total: Int) -> ConnectionShare {
    let budget = ConnectionBudget(max(1, total))
    let member = Member()
    let database = budget.state.withLock { state in
      let database = state.ledger.join(fixed: max(1, total)) ?? 0
      state.members[database] = member
      return database
    }
    return ConnectionShare(budget, database, member, cap: max(1, total))
  }

  /// Applies an event, and has other loops perform the resulting actions. An action for the loop itself is returned.
  fileprivate func apply<Value: Sendable>(
    _ database: Int, _ loop: Int? = nil, _ event: (inout ConnectionLedger) -> (Value, [ConnectionLedger.Action])
  ) -> (value: Value, mayOpen: Bool) {
    let (value, mayOpen, work) = state.withLock { state in
      let wasOwing = state.ledger.isOwing
      let (value, actions) = event(&state.ledger)
      // Connections owed affect all databases, other events only their own.
      let concerned = wasOwing || state.ledger.isOwing ? Array(state.members.keys) : [database]
      for database in concerned {
        state.members[database]?.isWanted.store(state.ledger.isWanted(database), ordering: .releasing)
      }
      var mayOpen = false
      var work: [(Pool, ConnectionLedger.Action)] = []
      for action in actions {
        switch action {
        case .open(database, loop): mayOpen = true
        case .open(let other, let loop), .look(let other, let loop):
          if let pool = state.members[other]?.pool(loop) { work.append((pool, action)) }
        }
      }
      return (value, mayOpen, work)
    }
    for (pool, action) in work {
      Task(executorPreference: pool.loop) {
        pool.here { if case .open = action { $0.openGranted() } else { $0.look() } }
      }
    }
    return (value, mayOpen)
  }

  fileprivate func leave(_ database: Int) {
    state.withLock { $0.members[database] = nil }
    _ = apply(database) { ((), $0.leave(database)) }
  }

  fileprivate func listen() { _ = apply(0) { ($0.listen(), []) } }
  fileprivate func endListening() { _ = apply(0) { ((), $0.endListening()) } }
}

extension ConnectionBudget.Member {
  func pool(_ loop: Int) -> Pool? { pools.withLock { $0.indices.contains(loop) ? $0[loop].pool : nil } }
}

/// A database's part of a ``ConnectionBudget``.
public final class ConnectionShare: Sendable {
  private let budget: ConnectionBudget
  private let database: Int
  private let member: ConnectionBudget.Member
  /// The maximum number of connections of the database.
  public let cap: Int

  fileprivate init(_ budget: ConnectionBudget, _ database: Int, _ member: ConnectionBudget.Member, cap: Int) {
    (self.budget, self.database, self.member, self.cap) = (budget, database, member, cap)
  }

  deinit { budget.leave(database) }

  func add(_ pools: [Pool]) { member.pools.withLock { $0 = pools.map { ConnectionBudget.WeakPool(pool: $0) } } }
  func pool(_ loop: Int) -> Pool? { member.pool(loop) }

  /// Whether a connection that becomes free must be reported by ``freed(_:since:idle:)``.
  var isWanted: Bool { member.isWanted.load(ordering: .acquiring) }

  /// Reports what a loop needs.
  ///
  /// - Returns: whether the loop may open a connection now.
  func wait(_ loop: Int, since: Int?, opens: Bool, now: Int) -> Bool {
    budget.apply(database, loop) {
      ((), $0.wait(database, loop, since: since, opens: opens, now: now))
    }.mayOpen
  }

  func freed(_ loop: Int, since: Int?, idle: Int) -> ConnectionLedger.Use {
    budget.apply(database, loop) { ($0.freed(database, loop, since: since, idle: idle), []) }.value
  }

  /// Reports a connection that was closed, or could not be opened.
  ///
  /// - Returns: whether the loop may open another one instead.
  func closed(_ loop: Int) -> Bool { budget.apply(database, loop) { ((), $0.closed(database, loop)) }.mayOpen }

  func listen() { budget.listen() }
  func endListening() { budget.endListening() }
}

/// Counts a process's connections to PostgreSQL, and decides which database may open one on which loop, which loop
/// hands over an idle one, and which closes one for another database. It is ``ConnectionBudget`` without the lock:
/// events in, actions out.
///
/// A database is guaranteed its share, may open more up to its cap while the budget allows, and gives up connections
/// above its share, one after the other, when a database below its share asks for one.
package struct ConnectionLedger {
  /// What a loop must do.
  package enum Action: Equatable, Sendable {
    /// Open a connection; it is already counted.
    case open(database: Int, loop: Int)
    /// Look for idle connections and report each by ``freed(_:_:since:idle:)``.
    case look(database: Int, loop: Int)
  }

  /// What to do with an unused connection.
  package enum Use: Equatable, Sendable {
    case keep
    /// Hand it to the loop with this index, which has waited longest.
    case lend(loop: Int)
    /// Close it and report that by ``closed(_:_:)``.
    case close
  }

  /// The maximum number of connections of a database without a fixed number.
  package static let cap = 16
  /// How many milliseconds longer than a connection's own loop another loop must have waited to get it first.
  private static let patience = 10
  /// After how many idle milliseconds a connection may be closed for any database that could use it.
  private static let idleLimit = 1_000
  /// The minimum time between two searches for such connections.
  private static let searchInterval = 100

  private struct Account {
    let fixed: Int?
    var loops: [LoopAccount] = []
    var open = 0
    /// The number of loops with requests that wait for a connection.
    var waiting = 0
    /// The number of loops that would open another one.
    var opening = 0

    var cap: Int { fixed ?? ConnectionLedger.cap }
    var mayGrow: Bool { opening > 0 && open < cap }
  }

  private struct LoopAccount {
    var open = 0
    /// When the first waiting request began to wait, in milliseconds; nil when none waits.
    var since: Int?
    /// Since when it would open another one.
    var opensSince: Int?
  }

  private let budget: Int
  private var listeners = 0
  private var accounts: [Int: Account] = [:]
  private var lastDatabase = 0
  private var closing = 0
  private var lastSearch = Int.min / 2
  /// All connections that are open or being opened.
  package private(set) var open = 0

  package init(budget: Int) { self.budget = budget }

  // MARK: shares

  /// Adds a database.
  ///
  /// - Parameter fixed: its share and its cap; nil for an equal part of what is not fixed.
  /// - Returns: its number; nil where the budget has less than one connection for each.
  package mutating func join(fixed: Int?) -> Int? {
    guard guaranteed + (fixed ?? 1) <= budget else { return nil }
    lastDatabase += 1
    accounts[lastDatabase] = Account(fixed: fixed)
    return lastDatabase
  }

  /// Removes a database with all its connections.
  package mutating func leave(_ database: Int) -> [Action] {
    guard let account = accounts.removeValue(forKey: database) else { return [] }
    open -= account.open
    return grant()
  }

  /// Counts a connection that listens for notifications, which belongs to no share.
  package mutating func listen() { listeners += 1 }

  package mutating func endListening() -> [Action] {
    listeners -= 1
    return grant()
  }

  private var fixed: Int { accounts.values.reduce(0) { $0 + ($1.fixed ?? 0) } }
  private var unfixedCount: Int { accounts.values.count { $0.fixed == nil } }
  /// The connections guaranteed to all databases together.
  private var guaranteed: Int { fixed + unfixedCount }
  private var total: Int { max(guaranteed, budget - listeners) }

  /// The number of connections guaranteed to a database.
  package func share(of database: Int) -> Int { accounts[database].map { share($0, unfixedShare) } ?? 0 }

  private func share(_ account: Account, _ unfixed: Int) -> Int { account.fixed ?? unfixed }
  private var unfixedShare: Int { min(Self.cap, max(1, (total - fixed) / max(1, unfixedCount))) }

  /// How many connections must be closed for databases below their share, or because a listener took one.
  private var owed: Int {
    let unfixed = unfixedShare
    let asked = accounts.values.reduce(0) { sum, account in
      sum + min(account.opening, max(0, share(account, unfixed) - account.open))
    }
    return asked + open - total - closing
  }

  /// Whether a database must report connections that become free.
  package func isWanted(_ database: Int) -> Bool {
    guard let account = accounts[database] else { return false }
    return account.waiting > 0 && account.loops.count > 1 || owed > 0 && account.open > share(account, unfixedShare)
  }

  /// Whether databases above their share must give up connections.
  package var isOwing: Bool { owed > 0 }

  // MARK: events

  /// Records what a loop needs.
  ///
  /// - Parameters:
  ///   - since: when its first waiting request began to wait; nil when none waits.
  ///   - opens: whether it would open another connection.
  /// - Returns: begins with `open` for the loop itself, where it may.
  package mutating func wait(_ database: Int, _ loop: Int, since: Int?, opens: Bool, now: Int) -> [Action] {
    guard let before = account(database, loop) else { return [] }
    set(database, loop, since: since, opensSince: opens ? before.opensSince ?? now : nil)
    let granted = grant()
    guard !granted.contains(.open(database: database, loop: loop)) else { return granted }
    var actions = granted
    if since != nil, before.since == nil { actions += look(at: database, but: loop) }
    if opens { actions += search(for: database, isNew: before.opensSince == nil, now) }
    return actions
  }

  /// Decides what happens to an unused connection.
  ///
  /// - Parameters:
  ///   - since: when its own loop's first waiting request began to wait.
  ///   - idle: for how many milliseconds it was unused.
  package mutating func freed(_ database: Int, _ loop: Int, since: Int?, idle: Int) -> Use {
    guard let before = account(database, loop), let account = accounts[database] else { return .keep }
    set(database, loop, since: since, opensSince: before.opensSince)
    if owed > 0, account.open > share(account, unfixedShare) {
      closing += 1
      return .close
    }
    let oldest = account.loops.indices.filter { $0 != loop }.min { first, second in
      (account.loops[first].since ?? .max) < (account.loops[second].since ?? .max)
    }
    if let oldest, let other = account.loops[oldest].since, since.map({ other + Self.patience < $0 }) ?? true {
      // Until the connection has arrived, and the loop reports what it still needs, no other connection is sent there.
      set(database, oldest, since: nil, opensSince: account.loops[oldest].opensSince)
      return .lend(loop: oldest)
    }
    if since == nil, idle >= Self.idleLimit, open - closing >= total,
      accounts.contains(where: { $0.key != database && $0.value.mayGrow })
    {
      closing += 1
      return .close
    }
    return .keep
  }

  /// Records that a connection was closed, or could not be opened.
  package mutating func closed(_ database: Int, _ loop: Int) -> [Action] {
    guard account(database, loop) != nil else { return [] }
    accounts[database]?.open -= 1
    accounts[database]?.loops[loop].open -= 1
    open -= 1
    closing = max(0, closing - 1)
    return grant()
  }

  // MARK: bookkeeping

  /// A loop's account, created at its first event.
  private mutating func account(_ database: Int, _ loop: Int) -> LoopAccount? {
    guard let account = accounts[database] else { return nil }
    let missing = loop + 1 - account.loops.count
    if missing > 0 { accounts[database]?.loops += [LoopAccount](repeating: LoopAccount(), count: missing) }
    return accounts[database]?.loops[loop]
  }

  private mutating func set(_ database: Int, _ loop: Int, since: Int?, opensSince: Int?) {
    guard var account = accounts[database] else { return }
    let before = account.loops[loop]
    account.waiting += (since == nil ? 0 : 1) - (before.since == nil ? 0 : 1)
    account.opening += (opensSince == nil ? 0 : 1) - (before.opensSince == nil ? 0 : 1)
    account.loops[loop].since = since
    account.loops[loop].opensSince = opensSince
    accounts[database] = account
  }

  /// Lets loops open connections: first those of databases below their share, then in the order of asking.
  private mutating func grant() -> [Action] {
    var actions: [Action] = []
    while open < total, let (database, loop) = next() {
      let since = accounts[database]?.loops[loop].since
      set(database, loop, since: since, opensSince: nil)
      accounts[database]?.open += 1
      accounts[database]?.loops[loop].open += 1
      open += 1
      actions.append(.open(database: database, loop: loop))
    }
    return actions
  }

  private func next() -> (database: Int, loop: Int)? {
    let unfixed = unfixedShare
    var best: (database: Int, loop: Int, isAbove: Int, since: Int)?
    for (database, account) in accounts where account.mayGrow {
      let isAbove = account.open < share(account, unfixed) ? 0 : 1
      for (loop, own) in account.loops.enumerated() {
        guard let since = own.opensSince else { continue }
        if let best, (best.isAbove, best.since, best.database) <= (isAbove, since, database) { continue }
        best = (database, loop, isAbove, since)
      }
    }
    return best.map { ($0.database, $0.loop) }
  }

  private func look(at database: Int, but loop: Int? = nil) -> [Action] {
    guard let account = accounts[database] else { return [] }
    return account.loops.indices.filter { $0 != loop && account.loops[$0].open > 0 }
      .map { .look(database: database, loop: $0) }
  }

  /// Asks other databases for their unused connections.
  private mutating func search(for database: Int, isNew: Bool, _ now: Int) -> [Action] {
    guard let own = accounts[database], own.mayGrow else { return [] }
    let unfixed = unfixedShare
    let isOwed = isNew && own.open < share(own, unfixed)
    guard isOwed || now - lastSearch >= Self.searchInterval else { return [] }
    if !isOwed { lastSearch = now }
    return accounts.keys.sorted().filter { other in
      guard other != database, let account = accounts[other] else { return false }
      return !isOwed || account.open > share(account, unfixed)
    }.flatMap { look(at: $0) }
  }
}

import ServiceCore
import ServiceLoop

/// One loop's connections to one database.
///
/// ``ConnectionUses`` says which work shares a connection. A loop without a free connection, which may not open one,
/// borrows one of another loop.
///
/// Exclusivity is not checked for what every statement uses: on the pool's loop, no access overlaps another.
actor Pool: LoopBound {
  nonisolated let loop: Loop
  /// The loop's index among those of the database.
  private let index: Int
  private let address: String
  private let limits: Database.Limits
  private let share: ConnectionShare
  private let logger: Logger
  /// Few, and searched at every statement.
  @exclusivity(unchecked) private var connections: [Connection] = []
  @exclusivity(unchecked) private var uses: ConnectionUses
  /// By the numbers of compiled queries.
  @exclusivity(unchecked) private var times: [StatementTime] = []
  private var opening = 0
  private let waiting: WaitQueue<Wish, Result<Connection, PostgresError>>
  /// Whether the budget knows that work waits here.
  @exclusivity(unchecked) private var isReported = false
  @exclusivity(unchecked) private var isServing = false
  /// When the budget was asked for another connection and had none; it opens one later if it can.
  @exclusivity(unchecked) private var asked: Int?
  @exclusivity(unchecked) private var isClosed = false

  private struct Wish {
    let purpose: Purpose
    let since: Int
  }

  /// What a connection is wanted for.
  private enum Purpose {
    case transaction
    /// A statement, and its number.
    case statement(Int?)
  }

  /// After how many milliseconds the budget is asked again.
  private static let askInterval = 100

  init(
    loop: Loop, index: Int, address: String, limits: Database.Limits, share: ConnectionShare, logger: Logger
  ) {
    self.loop = loop
    self.index = index
    self.address = address
    self.limits = limits
    self.share = share
    self.logger = logger
    waiting = WaitQueue(loop: loop)
    uses = ConnectionUses(pipelined: limits.pipelined)
  }

  // MARK: taking

  /// Takes a connection for a transaction, this loop's or another's; return it to the pool of its own loop with
  /// ``giveBack(_:)``. On the pool's own loop a free one is taken at once.
  nonisolated func connection() async throws(PostgresError) -> Connection {
    if loop.isRunningHere, let connection = here({ $0.takeNow(.transaction) }) { return connection }
    return try await acquire()
  }

  private func takeNow(_ purpose: Purpose) -> Connection? { isClosed || !waiting.isEmpty ? nil : take(purpose) }

  private func acquire() async throws(PostgresError) -> Connection {
    if isClosed { throw .unavailable("the service is stopping") }
    if let connection = takeNow(.transaction) { return connection }
    let longest = Deadline(in: limits.connectTimeout)
    let wish = Wish(purpose: .transaction, since: Deadline.now)
    // Waiting while connections are being opened does not mean that there are too few.
    var isOpening = false
    repeat {
      let milliseconds = Deadline.current?.left ?? limits.acquireTimeout
      let result = await waiting.wait(wish, milliseconds: milliseconds) {
        grow()
        isOpening = opening > 0
        serveWaiting()
      }
      if let result { return try result.get() }
      if Task.isCancelled { throw .cancelled }
    } while isOpening && longest.left > 0 && Deadline.current?.left != 0
    throw Deadline.current?.left == 0 ? .deadlineExceeded : .busy
  }

  /// Runs a single statement on the next connection that is free for it.
  func start(_ statement: Connection.Pending) {
    if let connection = takeNow(.statement(statement.statement.number)) {
      return connection.here(statement) { $0.send($1) }
    }
    queue(statement, until: Deadline(in: limits.connectTimeout))
  }

  private func queue(_ statement: Connection.Pending, until longest: Deadline) {
    if isClosed { return statement.resume(throwing: .unavailable("the service is stopping")) }
    let milliseconds = statement.deadline?.left ?? limits.acquireTimeout
    let wish = Wish(purpose: .statement(statement.statement.number), since: Deadline.now)
    waiting.join(wish, milliseconds: milliseconds, statement.task) { [self] result in
      switch result {
      case .success(let connection)?: connection.sendSoon(statement)
      case .failure(let error)?: statement.resume(throwing: error)
      case nil:
        if let reason = statement.abandoned(Deadline.now) { return statement.resume(throwing: reason) }
        // Waiting while connections are being opened does not mean that there are too few.
        guard opening > 0, longest.left > 0 else { return statement.resume(throwing: .busy) }
        queue(statement, until: longest)
      }
    }
    grow()
    serveWaiting()
  }

  private func take(_ purpose: Purpose) -> Connection? {
    let isLast = asked.map { loop.now - $0 < Self.askInterval } ?? false
    return uses.take(work(purpose), now: loop.now, isLast: isLast, isWanted: share.isWanted).map { connections[$0] }
  }

  private func work(_ purpose: Purpose) -> ConnectionUses.Work {
    guard case .statement(let number) = purpose else { return .transaction }
    guard let number, number < times.count, let most = times[number].shared(most: limits.pipelined) else {
      return .statement
    }
    return .quick(most: most)
  }

  private func record(_ number: Int, _ milliseconds: Int) {
    while times.count <= number { times.append(StatementTime()) }
    times[number].record(milliseconds: milliseconds)
  }

  private func serveWaiting() {
    // A statement whose time has passed gives its connection back at once: the loop goes on with it, not a recursion.
    if isServing { return }
    isServing = true
    while !waiting.isEmpty, let wish = waiting.first, let connection = take(wish.purpose) {
      waiting.serve(.success(connection))
    }
    isServing = false
    guard waiting.isEmpty == isReported else { return }
    isReported = !waiting.isEmpty
    if report(opens: asked != nil) { openGranted() }
  }

  private func refuseWaiting(_ error: PostgresError) {
    while waiting.serve(.failure(error)) {}
    isReported = false
    report(opens: false)
  }

  // MARK: the budget

  /// Reports what is needed here to the budget; true when a connection may be opened.
  @discardableResult private func report(opens: Bool) -> Bool {
    let since = isReported ? waiting.first?.since : nil
    let mayOpen = share.wait(index, since: since, opens: opens, now: Deadline.now)
    asked = opens && !mayOpen ? loop.now : nil
    return mayOpen
  }

  /// Opens connections for waiting work, but few at once: the first one open serves many before the last would be
  /// ready.
  private func grow() {
    guard !isClosed, asked.map({ loop.now - $0 >= Self.askInterval }) ?? true else { return }
    while opening < min(limits.opening, waiting.count), report(opens: true) { startOpening() }
  }

  private func startOpening() {
    opening += 1
    Task.immediate(executorPreference: loop) { await self.open() }
  }

  /// Opens a connection that the budget did not have when it was asked; it is already counted.
  func openGranted() {
    asked = nil
    let isUsed = !waiting.isEmpty || uses.list.contains { $0.kind == .shared && $0.count > 1 }
    if isUsed, !isClosed, opening < limits.opening { startOpening() } else { ended() }
  }

  /// Reports that there is one connection less.
  private func ended() {
    if share.closed(index) { openGranted() }
  }

  private func open() async {
    let connection = Connection(loop: loop) { [weak self] freed, count in
      self?.here((freed, count)) { $0.release($1.0, $1.1) }
    } onResult: { [weak self] number, milliseconds in
      self?.here((number, milliseconds)) { $0.record($1.0, $1.1) }
    } onEnd: { [weak self] ended in
      self?.here { $0.remove(ended) }
    }
    do throws(PostgresError) {
      try await connection.connect(address, milliseconds: limits.connectTimeout)
      opening -= 1
      if isClosed {
        await connection.close()
        return ended()
      }
      connections.append(connection)
      uses.append(now: loop.now)
      settle(connections.count - 1)
      grow()
    } catch {
      opening -= 1
      // Waiting work then waits for another connection, or fails.
      if connections.isEmpty && opening == 0 { refuseWaiting(error) }
      ended()
    }
  }

  // MARK: giving back

  nonisolated func giveBack(_ connection: Connection) async {
    if loop.isRunningHere { here { $0.release(connection) } } else { await release(connection) }
  }

  /// - Parameter count: how many statements of a shared connection no longer need it.
  private func release(_ connection: Connection, _ count: Int = 1) {
    if let index = index(of: connection), uses.release(index, count, now: loop.now), share.isWanted {
      return settle(index)
    }
    serveWaiting()
    if asked != nil, waiting.isEmpty, let index = index(of: connection), uses.list[index].kind == .idle {
      report(opens: false)
    }
  }

  private func index(of connection: Connection) -> Int? { connections.firstIndex { $0 === connection } }

  /// Lets the budget decide on an unused connection.
  private func settle(_ index: Int) {
    let connection = connections[index]
    switch share.freed(self.index, since: waiting.first?.since, idle: loop.now - uses.list[index].since) {
    case .keep: break
    case .close: end(connection)
    case .lend(let other):
      guard let pool = share.pool(other) else { break }
      uses.lend(index)
      Task(executorPreference: pool.loop) { pool.here { $0.use(connection, of: self) } }
    }
    serveWaiting()
  }

  /// Takes a connection of another loop for the work that has waited longest.
  private func use(_ connection: Connection, of owner: Pool) {
    if !waiting.serve(.success(connection)) {
      Task(executorPreference: owner.loop) { owner.here { $0.release(connection) } }
    }
    // It was removed from the budget's list when the connection was lent.
    isReported = false
    serveWaiting()
  }

  /// Has the budget decide on all idle connections: another loop, or another database, needs one.
  func look() {
    // The list changes meanwhile.
    for connection in connections {
      if let index = index(of: connection), uses.list[index].kind == .idle { settle(index) }
    }
  }

  /// Closes a connection in an unknown state, such as after a transaction that could not be rolled back.
  func discard(_ connection: Connection) { end(connection) }

  private func end(_ connection: Connection) {
    connection.here { $0.close() }
    remove(connection)
  }

  private func remove(_ connection: Connection) {
    guard let index = index(of: connection) else { return }
    connections.remove(at: index)
    uses.remove(index)
    logger.log(.debug, "a connection to PostgreSQL ended")
    ended()
    grow()
  }

  func close() {
    isClosed = true
    refuseWaiting(.unavailable("the service is stopping"))
    for connection in connections { end(connection) }
  }
}

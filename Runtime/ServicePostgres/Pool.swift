import ServiceCore
import ServiceLoop

/// One loop's connections to one database.
///
/// A transaction has a connection to itself; single statements share one when no other is available. A loop without a
/// free connection, which may not open one, borrows one of another loop.
actor Pool: LoopBound {
  nonisolated let loop: Loop
  /// The loop's index among those of the database.
  private let index: Int
  private let address: String
  private let limits: Database.Limits
  private let share: ConnectionShare
  private let logger: Logger
  private var members: [ObjectIdentifier: Member] = [:]
  private var opening = 0
  private let waiting: WaitQueue<Wish, Result<Connection, PostgresError>>
  /// Whether the budget knows that work waits here.
  private var isReported = false
  /// When the budget was asked for another connection and had none; it opens one later if it can.
  private var asked: Int?
  private var isClosed = false

  private struct Wish {
    let isExclusive: Bool
    let since: Int
  }

  private struct Member {
    let connection: Connection
    var use = Use.idle
    var idleSince = 0
  }

  private enum Use: Equatable { case idle, shared(Int), exclusive }

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
  }

  // MARK: taking

  /// Takes a connection, this loop's or another's; return it to the pool of its own loop with ``giveBack(_:)``. On the
  /// pool's own loop a free one is taken at once.
  nonisolated func connection(exclusive: Bool) async throws(PostgresError) -> Connection {
    if loop.isRunningHere, let connection = here({ $0.takeNow(exclusive) }) { return connection }
    return try await acquire(exclusive: exclusive)
  }

  private func takeNow(_ exclusive: Bool) -> Connection? { isClosed || !waiting.isEmpty ? nil : take(exclusive) }

  private func acquire(exclusive: Bool) async throws(PostgresError) -> Connection {
    if isClosed { throw .unavailable("the service is stopping") }
    if let connection = takeNow(exclusive) { return connection }
    let longest = Deadline(in: limits.connectTimeout)
    let wish = Wish(isExclusive: exclusive, since: Deadline.now)
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

  private func take(_ exclusive: Bool) -> Connection? {
    var best: (key: ObjectIdentifier, load: Int)?
    // Connections are not shared while another loop waits: they would never become free.
    let mayShare = !exclusive && asked.map { loop.now - $0 < Self.askInterval } ?? false && !share.isWanted
    for (key, member) in members {
      switch member.use {
      case .idle:
        members[key]?.use = exclusive ? .exclusive : .shared(1)
        return member.connection
      case .shared(let load): if mayShare, load < best?.load ?? limits.pipelined { best = (key, load) }
      case .exclusive: break
      }
    }
    guard let best else { return nil }
    members[best.key]?.use = .shared(best.load + 1)
    return members[best.key]?.connection
  }

  private func serveWaiting() {
    while let wish = waiting.first, let connection = take(wish.isExclusive) { waiting.serve(.success(connection)) }
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
    let isUsed = !waiting.isEmpty || members.values.contains { if case .shared(2...) = $0.use { true } else { false } }
    if isUsed, !isClosed, opening < limits.opening { startOpening() } else { ended() }
  }

  /// Reports that there is one connection less.
  private func ended() {
    if share.closed(index) { openGranted() }
  }

  private func open() async {
    let connection = Connection(loop: loop) { [weak self] ended in self?.assumeIsolated { $0.remove(ended) } }
    do throws(PostgresError) {
      try await connection.connect(address, milliseconds: limits.connectTimeout)
      opening -= 1
      if isClosed {
        await connection.close()
        return ended()
      }
      members[ObjectIdentifier(connection)] = Member(connection: connection, idleSince: loop.now)
      settle(connection)
      grow()
    } catch {
      opening -= 1
      // Waiting work then waits for another connection, or fails.
      if members.isEmpty && opening == 0 { refuseWaiting(error) }
      ended()
    }
  }

  // MARK: giving back

  nonisolated func giveBack(_ connection: Connection) async {
    if loop.isRunningHere { here { $0.release(connection) } } else { await release(connection) }
  }

  private func release(_ connection: Connection) {
    let key = ObjectIdentifier(connection)
    switch members[key]?.use {
    case .shared(let load) where load > 1: members[key]?.use = .shared(load - 1)
    case .shared, .exclusive:
      members[key]?.use = .idle
      members[key]?.idleSince = loop.now
      if share.isWanted { return settle(connection) }
    case .idle, nil: break
    }
    serveWaiting()
    if asked != nil, waiting.isEmpty, members[key]?.use == .idle { report(opens: false) }
  }

  /// Lets the budget decide on an unused connection.
  private func settle(_ connection: Connection) {
    let key = ObjectIdentifier(connection)
    guard let member = members[key] else { return serveWaiting() }
    switch share.freed(index, since: waiting.first?.since, idle: loop.now - member.idleSince) {
    case .keep: break
    case .close: end(connection)
    case .lend(let other):
      guard let pool = share.pool(other) else { break }
      members[key]?.use = .exclusive
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
    for (_, member) in members where member.use == .idle { settle(member.connection) }
  }

  /// Closes a connection in an unknown state, such as after a transaction that could not be rolled back.
  func discard(_ connection: Connection) { end(connection) }

  private func end(_ connection: Connection) {
    connection.assumeIsolated { $0.close() }
    remove(connection)
  }

  private func remove(_ connection: Connection) {
    guard members.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    logger.log(.debug, "a connection to PostgreSQL ended")
    ended()
    grow()
  }

  func close() {
    isClosed = true
    refuseWaiting(.unavailable("the service is stopping"))
    for member in members.values { end(member.connection) }
  }
}

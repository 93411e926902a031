import ServiceCore
import ServiceLoop

/// One loop's connections to one database.
///
/// A transaction has a connection to itself; single statements share one when all are busy.
actor Pool: LoopBound {
  nonisolated let loop: Loop
  private let address: String
  private let limits: Database.Limits
  private let logger: Logger
  private var members: [ObjectIdentifier: Member] = [:]
  private var opening = 0
  /// Each wishes a connection, to itself or not.
  private let waiting: WaitQueue<Bool, Result<Connection, PostgresError>>
  private var isClosed = false

  private struct Member {
    let connection: Connection
    var use = Use.idle
  }

  private enum Use: Equatable { case idle, shared(Int), exclusive }

  init(loop: Loop, address: String, limits: Database.Limits, logger: Logger) {
    self.loop = loop
    self.address = address
    self.limits = limits
    self.logger = logger
    waiting = WaitQueue(loop: loop)
  }

  /// Takes a connection; give it back with ``giveBack(_:)``. On the pool's own loop a free one is taken at once.
  nonisolated func connection(exclusive: Bool) async throws(PostgresError) -> Connection {
    if loop.isRunningHere, let connection = here({ $0.takeNow(exclusive) }) { return connection }
    return try await acquire(exclusive: exclusive)
  }

  private func takeNow(_ exclusive: Bool) -> Connection? { isClosed || !waiting.isEmpty ? nil : take(exclusive) }

  nonisolated func giveBack(_ connection: Connection) async {
    if loop.isRunningHere { here { $0.release(connection) } } else { await release(connection) }
  }

  private func acquire(exclusive: Bool) async throws(PostgresError) -> Connection {
    if isClosed { throw .unavailable("the service is stopping") }
    if waiting.isEmpty, let connection = take(exclusive) { return connection }
    let longest = Deadline(in: limits.connectTimeout)
    // While connections are being opened nobody waits because there are too few.
    var isOpening = false
    repeat {
      let milliseconds = min(limits.acquireTimeout, Deadline.current?.left ?? .max)
      let result = await waiting.wait(exclusive, milliseconds: milliseconds) {
        grow()
        isOpening = opening > 0
        serveWaiting()
      }
      if let result { return try result.get() }
      if Task.isCancelled { throw .cancelled }
    } while isOpening && longest.left > 0 && Deadline.current?.left != 0
    throw .busy
  }

  private func take(_ exclusive: Bool) -> Connection? {
    var best: (key: ObjectIdentifier, load: Int)?
    for (key, member) in members {
      switch member.use {
      case .idle:
        members[key]?.use = exclusive ? .exclusive : .shared(1)
        return member.connection
      case .shared(let load):
        if !exclusive, load < best?.load ?? limits.pipelined, members.count + opening >= limits.connections {
          best = (key, load)
        }
      case .exclusive: break
      }
    }
    guard let best else { return nil }
    members[best.key]?.use = .shared(best.load + 1)
    return members[best.key]?.connection
  }

  /// Opens connections for those who wait, but few at once: the first one open serves many before the last would be.
  private func grow() {
    while opening < min(limits.opening, waiting.count), members.count + opening < limits.connections, !isClosed {
      opening += 1
      Task.immediate(executorPreference: loop) { await self.open() }
    }
  }

  private func open() async {
    let connection = Connection(loop: loop) { [weak self] ended in self?.assumeIsolated { $0.remove(ended) } }
    do throws(PostgresError) {
      try await connection.connect(address, milliseconds: limits.connectTimeout)
      opening -= 1
      if isClosed { return await connection.close() }
      members[ObjectIdentifier(connection)] = Member(connection: connection)
      serveWaiting()
      grow()
    } catch {
      opening -= 1
      // Those who wait have another connection to wait for, or nothing.
      if members.isEmpty && opening == 0 { refuseWaiting(error) }
    }
  }

  private func refuseWaiting(_ error: PostgresError) {
    while waiting.serve(.failure(error)) {}
  }

  private func release(_ connection: Connection) {
    let key = ObjectIdentifier(connection)
    switch members[key]?.use {
    case .shared(let load) where load > 1: members[key]?.use = .shared(load - 1)
    case .shared, .exclusive: members[key]?.use = .idle
    case .idle, nil: break
    }
    serveWaiting()
  }

  /// Closes a connection whose state is not known, such as after a transaction that could not be rolled back.
  func discard(_ connection: Connection) {
    connection.assumeIsolated { $0.close() }
    remove(connection)
  }

  private func remove(_ connection: Connection) {
    guard members.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    logger.log(.debug, "a connection to PostgreSQL ended")
    grow()
  }

  private func serveWaiting() {
    while let isExclusive = waiting.first, let connection = take(isExclusive) { waiting.serve(.success(connection)) }
  }

  func close() {
    isClosed = true
    for member in members.values { member.connection.assumeIsolated { $0.close() } }
    members = [:]
    refuseWaiting(.unavailable("the service is stopping"))
  }
}

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
  private var waiting: [Waiter] = []
  private var nextID = 0
  private var isClosed = false

  private struct Member {
    let connection: Connection
    var use = Use.idle
  }

  private enum Use: Equatable { case idle, shared(Int), exclusive }

  private struct Waiter {
    let id: Int
    let isExclusive: Bool
    let timeout: Event
    let continuation: CheckedContinuation<Result<Connection, PostgresError>, Never>
  }

  init(loop: Loop, address: String, limits: Database.Limits, logger: Logger) {
    self.loop = loop
    self.address = address
    self.limits = limits
    self.logger = logger
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
    if members.count + opening < limits.connections { return try await open(exclusive) }
    return try await wait(exclusive)
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

  private func open(_ exclusive: Bool) async throws(PostgresError) -> Connection {
    opening += 1
    defer { opening -= 1 }
    let connection = Connection(loop: loop) { [weak self] ended in self?.assumeIsolated { $0.remove(ended) } }
    try await connection.connect(address, milliseconds: limits.connectTimeout)
    members[ObjectIdentifier(connection)] = Member(connection: connection, use: exclusive ? .exclusive : .shared(1))
    return connection
  }

  private func wait(_ exclusive: Bool) async throws(PostgresError) -> Connection {
    nextID += 1
    let id = nextID
    let wait = min(limits.acquireTimeout, Deadline.current?.left ?? .max)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.giveUp(id, .busy) } }
        timeout.add(milliseconds: wait)
        waiting.append(Waiter(id: id, isExclusive: exclusive, timeout: timeout, continuation: continuation))
        if Task.isCancelled { giveUp(id, .cancelled) }
      }
    } onCancel: {
      Task(executorPreference: loop) { await self.giveUp(id, .cancelled) }
    }
    return try result.get()
  }

  private func giveUp(_ id: Int, _ error: PostgresError) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: .failure(error))
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
    // Whoever waits for a connection that no longer is must not wait for nothing.
    guard !waiting.isEmpty, members.count + opening < limits.connections else { return }
    let waiter = waiting.removeFirst()
    Task.immediate(executorPreference: loop) {
      do throws(PostgresError) {
        waiter.continuation.resume(returning: .success(try await self.open(waiter.isExclusive)))
      } catch {
        waiter.continuation.resume(returning: .failure(error))
      }
    }
  }

  private func serveWaiting() {
    while let waiter = waiting.first, let connection = take(waiter.isExclusive) {
      waiting.removeFirst()
      waiter.continuation.resume(returning: .success(connection))
    }
  }

  func close() {
    isClosed = true
    for member in members.values { member.connection.assumeIsolated { $0.close() } }
    members = [:]
  }
}

import CPostgres
import Glibc
import ServiceCore
import ServiceLoop
import Synchronization

/// One connection to PostgreSQL in pipeline mode, on one loop. All use of libpq's pipeline connections is here.
///
/// Each statement is followed by a sync of its own, so that a failed statement affects no other.
actor Connection: LoopBound {
  nonisolated let loop: Loop
  var handle: Handle?
  var readable: Event?
  var writable: Event?
  private var timeout: Event?
  var again: Event?
  private var connecting: CheckedContinuation<Result<Void, PostgresError>, Never>?
  var pending: [Pending] = []
  var prepared: [String: Prepared] = [:]
  /// How many statement names were assigned; none is reused.
  var statementCount = 0
  /// The server's time limit for a statement, in milliseconds.
  var statementLimit = Connection.longest
  /// The copy that uses the connection exclusively.
  var copy: Copy?
  /// Receives notifications: a channel and a payload.
  var onNotification: (@Sendable (String, String) -> Void)?
  private let onEnd: @Sendable (Connection) -> Void

  /// A statement whose result has not arrived yet.
  struct Pending {
    /// Nil for statements of the connection's own.
    let continuation: CheckedContinuation<Result<ResultSet, PostgresError>, Never>?
    /// The prepared statement; nil for statements of the connection's own.
    let prepared: Prepared?
    /// Whether its preparation precedes it, and is retained only if that succeeds.
    let isPreparing: Bool
    let ticket: Ticket?
    var isCancelled = false
    var answer: ResultSet?
    var error: PostgresError?
  }

  /// A statement that the server has prepared, and the columns of its results, once known.
  final class Prepared {
    let name: String
    let text: String
    var columns: Columns?

    init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A libpq connection, freed with its last reference.
  ///
  /// `@unchecked`: used only on its actor's loop, except while it is opened, before the actor has it.
  final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) { self.pointer = pointer }
    deinit { if let pointer { PQfinish(pointer) } }
  }

  init(loop: Loop, onEnd: @escaping @Sendable (Connection) -> Void) {
    self.loop = loop
    self.onEnd = onEnd
  }

  // MARK: connecting

  func connect(_ address: String, milliseconds: Int) async throws(PostgresError) {
    // Resolving a host name may block.
    let handle = await BlockingPool.shared.run { Handle(PQconnectStart(address)) }
    ignoreNotices(of: handle.pointer)
    guard handle.pointer != nil, PQstatus(handle.pointer) != CONNECTION_BAD else {
      throw .unavailable(Self.message(handle.pointer))
    }
    self.handle = handle
    let result = await withCheckedContinuation { continuation in
      connecting = continuation
      let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.fail("no response in time") } }
      timeout.add(milliseconds: milliseconds)
      self.timeout = timeout
      watch(PGRES_POLLING_WRITING)
    }
    try result.get()
  }

  private func watch(_ status: PostgresPollingStatusType) {
    readable = nil
    writable = nil
    let descriptor = PQsocket(handle?.pointer)
    guard descriptor >= 0 else { return fail("it has no socket") }
    let action: @Sendable () -> Void = { [weak self] in self?.assumeIsolated { $0.poll() } }
    if status == PGRES_POLLING_READING {
      readable = Event(loop, descriptor: descriptor, .read, action: action)
      readable?.add()
    } else {
      writable = Event(loop, descriptor: descriptor, .write, action: action)
      writable?.add()
    }
  }

  private func poll() {
    let status = PQconnectPoll(handle?.pointer)
    switch status {
    case PGRES_POLLING_OK: connected()
    case PGRES_POLLING_FAILED: fail(Self.message(handle?.pointer))
    default: watch(status)
    }
  }

  private func connected() {
    guard let pointer = handle?.pointer, PQsetnonblocking(pointer, 1) == 0, PQenterPipelineMode(pointer) == 1 else {
      return fail(Self.message(handle?.pointer))
    }
    timeout = nil
    writable = nil
    readable = Event(loop, descriptor: PQsocket(pointer), .read) { [weak self] in self?.assumeIsolated { $0.receive() }
    }
    readable?.add()
    connecting?.resume(returning: .success(()))
    connecting = nil
  }

  /// Delivers notifications from now on.
  func hear(_ take: @escaping @Sendable (_ channel: String, _ payload: String) -> Void) { onNotification = take }

  // MARK: ending

  func fail(_ reason: String) {
    guard handle != nil else { return }
    close(reason)
    onEnd(self)
  }

  /// Closes the connection; statements that still wait for a result fail with the reason.
  func close(_ reason: String = "the connection was closed") {
    readable = nil
    writable = nil
    timeout = nil
    again = nil
    handle = nil
    connecting?.resume(returning: .failure(.unavailable(reason)))
    connecting = nil
    let lost = pending
    pending = []
    copy?.wake()
    copy = nil
    for statement in lost {
      statement.continuation?.resume(returning: .failure(statement.error ?? .connectionLost(reason)))
    }
  }

  static func message(_ pointer: OpaquePointer?) -> String {
    let text = pointer.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
    let firstLine = text.split(separator: "\n").first.map(String.init)
    return firstLine ?? "the server closed the connection"
  }
}

import CPostgres
import Glibc
import ServiceCore
import ServiceLoop
import Synchronization

/// One connection to PostgreSQL in pipeline mode, on one loop. All use of libpq's pipeline connections is here.
///
/// Each statement is followed by a sync of its own, so that a failed statement affects no other.
///
/// Exclusivity is not checked for what every statement uses: on the connection's loop, no access overlaps another.
actor Connection: LoopBound {
  nonisolated let loop: Loop
  @exclusivity(unchecked) var handle: Handle?
  var readable: LoopEvent?
  @exclusivity(unchecked) var writable: LoopEvent?
  private var timeout: LoopEvent?
  /// Looks for callers that no longer wait, while there are statements.
  @exclusivity(unchecked) var watching: LoopEvent?
  /// For how many of its ticks there was no statement.
  var idleTicks = 0
  /// When the server was last asked to abort the first statement.
  var abortAsked = 0
  private var connecting: CheckedContinuation<Result<Void, PostgresError>, Never>?
  @exclusivity(unchecked) var pending: [Pending] = []
  /// The result of the first pending statement, or its failure, until its end has arrived too.
  @exclusivity(unchecked) var answer: ResultRows?
  @exclusivity(unchecked) var failure: PostgresError?
  /// How many results of the first statement's preparation have arrived.
  @exclusivity(unchecked) var preparations = 0
  /// Prepared statements by their texts, and those of compiled queries by their numbers.
  @exclusivity(unchecked) private var prepared: [String: Prepared] = [:]
  @exclusivity(unchecked) private var numbered: [Prepared?] = []
  /// How many statement names were assigned; none is reused.
  var statementCount = 0
  @exclusivity(unchecked) var parameters = ParameterBuffer()
  /// The server's time limit for a statement, in milliseconds.
  @exclusivity(unchecked) var statementLimit = Connection.longest
  /// The copy that uses the connection exclusively.
  @exclusivity(unchecked) var copy: Copy?
  /// Receives notifications: a channel and a payload.
  var onNotification: (@Sendable (String, String) -> Void)?
  private let onEnd: @Sendable (Connection) -> Void
  /// Called when so many statements of the role ``Role/single`` no longer need the connection.
  let onFree: @Sendable (Connection, Int) -> Void
  /// Called with the number of a compiled query of that role, and the milliseconds that it took.
  let onResult: @Sendable (_ number: Int, _ milliseconds: Int) -> Void
  /// When the last statement ended.
  @exclusivity(unchecked) var lastEnd = 0

  /// A statement that the server has prepared, with what it said of it.
  final class Prepared {
    /// Terminated by NUL.
    let name: [CChar]
    let text: String
    let number: Int?
    /// The types of its parameters, once known.
    var parameters: [UInt32] = []
    /// The columns of its results, once known.
    var columns: Columns?

    init(name: String, _ statement: SQL) {
      self.name = Array(name.utf8CString)
      text = statement.text
      number = statement.number
    }
  }

  /// The prepared statement for a text, if there is one.
  func known(_ statement: SQL) -> Prepared? {
    guard let number = statement.number else { return prepared[statement.text] }
    return number < numbered.count ? numbered[number] : nil
  }

  func remember(_ statement: Prepared) {
    guard let number = statement.number else { return prepared[statement.text] = statement }
    while numbered.count <= number { numbered.append(nil) }
    numbered[number] = statement
  }

  func forget(_ statement: Prepared) {
    guard let number = statement.number else { return prepared[statement.text] = nil }
    numbered[number] = nil
  }

  /// A libpq connection, freed with its last reference.
  ///
  /// `@unchecked`: used only on its actor's loop, except while it is opened, before the actor has it.
  final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) { self.pointer = pointer }
    deinit { if let pointer { PQfinish(pointer) } }
  }

  init(
    loop: Loop, onFree: @escaping @Sendable (Connection, Int) -> Void = { _, _ in },
    onResult: @escaping @Sendable (_ number: Int, _ milliseconds: Int) -> Void = { _, _ in },
    onEnd: @escaping @Sendable (Connection) -> Void
  ) {
    self.loop = loop
    self.onFree = onFree
    self.onResult = onResult
    self.onEnd = onEnd
  }

  deinit {
    // A database that is dropped without being closed lets go of its connections on any thread; what watches a socket ends
    // before the socket.
    loop.release { [events = [readable, writable, timeout, watching], handle] in
      for event in events { event?.remove() }
      withExtendedLifetime(handle) {}
    }
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
      let timeout = LoopEvent(loop, .once) { [weak self] in self?.here { $0.fail("no response in time") } }
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
    let action: @Sendable () -> Void = { [weak self] in self?.here { $0.poll() } }
    if status == PGRES_POLLING_READING {
      readable = LoopEvent(loop, descriptor: descriptor, .read, action: action)
      readable?.add()
    } else {
      writable = LoopEvent(loop, descriptor: descriptor, .write, action: action)
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
    readable = LoopEvent(loop, descriptor: PQsocket(pointer), .read) { [weak self] in
      self?.here(()) { connection, _ in connection.receive() }
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
    watching = nil
    handle = nil
    connecting?.resume(returning: .failure(.unavailable(reason)))
    connecting = nil
    let (lost, failure) = (pending, failure)
    pending = []
    answer = nil
    self.failure = nil
    copy?.wake()
    copy = nil
    for (index, statement) in lost.enumerated() {
      statement.continuation?.resume(throwing: (index == 0 ? failure : nil) ?? .connectionLost(reason))
    }
  }

  static func message(_ pointer: OpaquePointer?) -> String {
    let text = pointer.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
    let firstLine = text.split(separator: "\n").first.map(String.init)
    return firstLine ?? "the server closed the connection"
  }
}

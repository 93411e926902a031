import CPostgres
import Glibc
import ServiceCore
import ServiceLoop
import Synchronization

/// One connection to PostgreSQL in pipeline mode, on one loop. The one door to libpq's handles.
///
/// Each statement is sent with a sync of its own, so that one that fails takes no other with it.
actor Connection: LoopBound {
  nonisolated let loop: Loop
  private var handle: Handle?
  private var readable: Event?
  private var writable: Event?
  private var timeout: Event?
  private var again: Event?
  private var connecting: CheckedContinuation<Result<Void, PostgresError>, Never>?
  private var pending: [Pending] = []
  private var prepared: [String: String] = [:]
  /// How many names were given to statements; none is given twice.
  private var statementCount = 0
  /// The server's time limit for a statement, in milliseconds.
  private var statementLimit = Connection.longest
  private let onEnd: @Sendable (Connection) -> Void

  /// A statement whose result has not come yet.
  private struct Pending {
    /// Nil for what the connection sent of its own accord.
    let continuation: CheckedContinuation<Result<Answer, PostgresError>, Never>?
    /// The text whose preparation goes before it, kept only if that succeeds.
    let preparing: String?
    let ticket: Ticket?
    var isCancelled = false
    var answer = Answer(rows: [], tag: "")
    var error: PostgresError?
  }

  /// What a statement gave: its rows and its command tag, such as `UPDATE 1`.
  struct Answer: Sendable {
    var rows: [Row]
    var tag: String

    /// How many rows the command touched.
    var count: Int { tag.split(separator: " ").last.flatMap { Int($0) } ?? 0 }
  }

  /// libpq's connection, freed when nothing holds it.
  ///
  /// `@unchecked`: used on its actor's loop only, but for the blocking start, before the actor has it.
  private final class Handle: @unchecked Sendable {
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
    // Resolving a name may block.
    let handle = await BlockingPool.shared.run { Handle(PQconnectStart(address)) }
    guard handle.pointer != nil, PQstatus(handle.pointer) != CONNECTION_BAD else {
      throw .unavailable(Self.message(handle.pointer))
    }
    self.handle = handle
    let result = await withCheckedContinuation { continuation in
      connecting = continuation
      let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.fail("no answer in time") } }
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

  // MARK: statements

  /// Sends a statement and waits for its result; others may be sent meanwhile.
  ///
  /// The server stops at it when the deadline of the work at hand has come, or when the task is cancelled.
  /// - Parameters:
  ///   - isFinal: it is run to its end whoever still waits: COMMIT and ROLLBACK.
  ///   - mayRepeat: it stands alone, in no transaction.
  nonisolated func query(_ statement: SQL, isFinal: Bool = false, mayRepeat: Bool = false) async throws(PostgresError)
    -> Answer
  {
    let deadline = isFinal ? nil : Deadline.current
    if let deadline, deadline.left == 0 { throw .deadlineExceeded }
    if !isFinal && Task.isCancelled { throw .cancelled }
    let ticket = Ticket()
    // What was stopped instead of a neighbour on the same connection is sent once more: nothing of it was done.
    for _ in 0..<3 {
      let result = await withTaskCancellationHandler {
        await start(statement, deadline, isFinal ? nil : ticket)
      } onCancel: {
        ticket.isCancelled.store(true, ordering: .relaxed)
        if !isFinal { Task(executorPreference: loop) { await self.cancel(ticket) } }
      }
      // 26000: the statement whose preparation was stopped was this one's too.
      if case .failure(let error) = result, case .refused(let code, _, _) = error, code == "57014" || code == "26000" {
        if let deadline, deadline.left == 0 { throw .deadlineExceeded }
        if Task.isCancelled && !isFinal { throw .cancelled }
        guard mayRepeat else { throw error }
        continue
      }
      return try result.get()
    }
    throw .deadlineExceeded
  }

  private nonisolated func start(
    _ statement: SQL, _ deadline: Deadline?, _ ticket: Ticket?
  ) async -> Result<Answer, PostgresError> {
    guard loop.isRunningHere else { return await startElsewhere(statement, deadline, ticket) }
    return await withCheckedContinuation { continuation in
      here { $0.send(statement, deadline, ticket, continuation) }
    }
  }

  private func startElsewhere(
    _ statement: SQL, _ deadline: Deadline?, _ ticket: Ticket?
  ) async -> Result<Answer, PostgresError> {
    await withCheckedContinuation { continuation in send(statement, deadline, ticket, continuation) }
  }

  private func send(
    _ statement: SQL, _ deadline: Deadline?, _ ticket: Ticket?,
    _ continuation: CheckedContinuation<Result<Answer, PostgresError>, Never>
  ) {
    guard let pointer = handle?.pointer else {
      return continuation.resume(returning: .failure(.unavailable("the connection is closed")))
    }
    if let ticket, ticket.isCancelled.load(ordering: .relaxed) {
      return continuation.resume(returning: .failure(.cancelled))
    }
    guard !statement.parameters.contains(where: { $0?.utf8.contains(0) ?? false }) else {
      return continuation.resume(
        returning: .failure(.refused(code: "22021", message: "a parameter with U+0000", constraint: nil)))
    }
    let known = prepared[statement.text]
    if known == nil { statementCount += 1 }
    let name = known ?? "s\(statementCount)"
    // What ends a transaction must not fail by a setting, and a rollback takes settings back.
    var isSent = true
    if ticket != nil { isSent = limit(deadline, pointer) } else if statement.text == "ROLLBACK" { statementLimit = 0 }
    if known == nil { isSent = isSent && PQsendPrepare(pointer, name, statement.text, 0, nil) == 1 }
    isSent = isSent && Self.send(pointer, name, statement.parameters) && PQpipelineSync(pointer) == 1
    guard isSent else {
      continuation.resume(returning: .failure(.connectionLost(Self.message(pointer))))
      return fail(Self.message(pointer))
    }
    if known == nil { prepared[statement.text] = name }
    pending.append(
      Pending(continuation: continuation, preparing: known == nil ? statement.text : nil, ticket: ticket))
    flush()
  }

  /// Has the server itself stop at what takes longer than is left. The limit is set anew only when it is another of a
  /// few steps: most calls have the same time.
  private func limit(_ deadline: Deadline?, _ pointer: OpaquePointer) -> Bool {
    let left = deadline?.left ?? Self.longest
    let wanted = Self.limits.first { $0 >= left } ?? Self.longest
    guard wanted != statementLimit else { return true }
    guard PQsendQueryParams(pointer, "SET statement_timeout = \(wanted)", 0, nil, nil, nil, nil, 0) == 1,
      PQpipelineSync(pointer) == 1
    else { return false }
    statementLimit = wanted
    pending.append(Pending(continuation: nil, preparing: nil, ticket: nil))
    return true
  }

  private static let limits = [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000]
  /// The limit a connection begins with, in milliseconds.
  static let longest = 30_000

  // MARK: cancelling

  /// Tells a statement from others, for whoever wants it stopped.
  final class Ticket: Sendable {
    /// Set at once, since a task may be cancelled before its statement is sent.
    let isCancelled = Atomic(false)
  }

  private func cancel(_ ticket: Ticket) {
    guard let place = pending.firstIndex(where: { $0.ticket === ticket }) else { return }
    pending[place].isCancelled = true
    if place == 0 { cancelFirst() }
  }

  /// Asks the server to stop at what it is at. The request goes by a connection of its own, and blocks.
  private func cancelFirst() {
    guard let pointer = handle?.pointer, let request = PQgetCancel(pointer) else { return }
    let cancellation = Cancellation(request)
    Task(executorPreference: loop) { await BlockingPool.shared.run { cancellation.send() } }
    // One that arrives before the server has begun is lost.
    let again = Event(loop, .once) { [weak self] in
      self?.assumeIsolated { if $0.pending.first?.isCancelled == true { $0.cancelFirst() } }
    }
    again.add(milliseconds: 50)
    self.again = again
  }

  /// `@unchecked`: handed to one thread, which alone uses it.
  private final class Cancellation: @unchecked Sendable {
    private let request: OpaquePointer

    init(_ request: OpaquePointer) { self.request = request }
    deinit { PQfreeCancel(request) }

    func send() {
      var message = [CChar](repeating: 0, count: 256)
      PQcancel(request, &message, Int32(message.count))
    }
  }

  // MARK: the wire

  private static func send(_ pointer: OpaquePointer, _ name: String, _ parameters: [String?]) -> Bool {
    let copies = parameters.map { text in text.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
      PQsendQueryPrepared(pointer, name, Int32(values.count), values.baseAddress, nil, nil, 1) == 1
    }
  }

  private func flush() {
    guard let pointer = handle?.pointer else { return }
    switch PQflush(pointer) {
    case 0: writable = nil
    case 1:
      guard writable == nil else { return }
      writable = Event(loop, descriptor: PQsocket(pointer), .write) { [weak self] in self?.assumeIsolated { $0.flush() }
      }
      writable?.add()
    default: fail(Self.message(pointer))
    }
  }

  private func receive() {
    guard let pointer = handle?.pointer else { return }
    let isOpen = PQconsumeInput(pointer) == 1
    while !pending.isEmpty && PQisBusy(pointer) == 0 {
      guard let result = PQgetResult(pointer) else {
        if PQstatus(pointer) == CONNECTION_BAD { break }
        continue
      }
      take(result)
      PQclear(result)
    }
    if !isOpen || PQstatus(pointer) == CONNECTION_BAD { return fail(Self.message(pointer)) }
    flush()
  }

  private func take(_ result: OpaquePointer) {
    switch PQresultStatus(result) {
    case PGRES_PIPELINE_SYNC:
      let done = pending.removeFirst()
      if let error = done.error {
        // Its preparation may be what failed.
        if let text = done.preparing { prepared[text] = nil }
        done.continuation?.resume(returning: .failure(error))
      } else {
        done.continuation?.resume(returning: .success(done.answer))
      }
      if pending.first?.isCancelled == true { cancelFirst() }
    case PGRES_TUPLES_OK:
      pending[0].answer.rows = Self.rows(result)
      pending[0].answer.tag = String(cString: PQcmdStatus(result))
    case PGRES_COMMAND_OK: pending[0].answer.tag = String(cString: PQcmdStatus(result))
    case PGRES_PIPELINE_ABORTED: break
    default: if pending[0].error == nil { pending[0].error = Self.error(result) }
    }
  }

  private static func rows(_ result: OpaquePointer) -> [Row] {
    let width = PQnfields(result)
    let columns = Columns(
      names: (0..<width).map { String(cString: PQfname(result, $0)) }, types: (0..<width).map { PQftype(result, $0) })
    return (0..<PQntuples(result)).map { row in
      let cells = (0..<width).map { column -> [UInt8]? in
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        return Array(UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column))))
      }
      return Row(columns: columns, cells: cells)
    }
  }

  private static func error(_ result: OpaquePointer) -> PostgresError {
    func field(_ code: UnicodeScalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    // A result without an SQLSTATE is libpq's own: the server has not answered.
    guard let code = field("C") else { return .connectionLost(String(cString: PQresultErrorMessage(result))) }
    return .refused(code: code, message: field("M") ?? "no message", constraint: field("n"))
  }

  private static func message(_ pointer: OpaquePointer?) -> String {
    let text = pointer.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
    let firstLine = text.split(separator: "\n").first.map(String.init)
    return firstLine ?? "the server closed the connection"
  }

  // MARK: ending

  private func fail(_ reason: String) {
    guard handle != nil else { return }
    close(reason)
    onEnd(self)
  }

  /// Closes the connection; who still waits on it is told the reason.
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
    for statement in lost {
      statement.continuation?.resume(returning: .failure(statement.error ?? .connectionLost(reason)))
    }
  }
}

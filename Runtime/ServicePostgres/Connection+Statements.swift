import CPostgres
import ServiceCore
import ServiceLoop
import Synchronization

extension Connection {
  /// Sends a statement and waits for its result; others may be sent meanwhile.
  ///
  /// The server aborts it at the deadline of the current work, or when the task is cancelled.
  /// - Parameters:
  ///   - isFinal: it runs to completion even if the caller no longer waits: COMMIT and ROLLBACK.
  ///   - mayRepeat: it is a single statement outside of a transaction.
  nonisolated func query(_ statement: SQL, isFinal: Bool = false, mayRepeat: Bool = false) async throws(PostgresError)
    -> ResultSet
  {
    let deadline = isFinal ? nil : Deadline.current
    if let deadline, deadline.left == 0 { throw .deadlineExceeded }
    if !isFinal && Task.isCancelled { throw .cancelled }
    let ticket = Ticket()
    // A statement that was aborted in place of another one on the same connection is sent once more: it had no effect.
    for _ in 0..<3 {
      let result = await withTaskCancellationHandler {
        await start(statement, deadline, isFinal ? nil : ticket)
      } onCancel: {
        ticket.isCancelled.store(true, ordering: .relaxed)
        if !isFinal { Task(executorPreference: loop) { await self.cancel(ticket) } }
      }
      // 26000: the aborted preparation was for this statement too.
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
  ) async -> Result<ResultSet, PostgresError> {
    guard loop.isRunningHere else { return await startElsewhere(statement, deadline, ticket) }
    return await withCheckedContinuation { continuation in
      here { $0.send(statement, deadline, ticket, continuation) }
    }
  }

  private func startElsewhere(
    _ statement: SQL, _ deadline: Deadline?, _ ticket: Ticket?
  ) async -> Result<ResultSet, PostgresError> {
    await withCheckedContinuation { continuation in send(statement, deadline, ticket, continuation) }
  }

  private func send(
    _ statement: SQL, _ deadline: Deadline?, _ ticket: Ticket?,
    _ continuation: CheckedContinuation<Result<ResultSet, PostgresError>, Never>
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
    let used = known ?? Prepared(name: "s\(statementCount)", text: statement.text)
    // The end of a transaction must not fail because of a setting, and a rollback reverts settings.
    var isSent = true
    if ticket != nil { isSent = limit(deadline, pointer) } else if statement.text == "ROLLBACK" { statementLimit = 0 }
    if known == nil { isSent = isSent && PQsendPrepare(pointer, used.name, statement.text, 0, nil) == 1 }
    isSent = isSent && Self.send(pointer, used.name, statement.parameters) && PQpipelineSync(pointer) == 1
    guard isSent else {
      continuation.resume(returning: .failure(.connectionLost(Self.message(pointer))))
      return fail(Self.message(pointer))
    }
    if known == nil { prepared[statement.text] = used }
    pending.append(Pending(continuation: continuation, prepared: used, isPreparing: known == nil, ticket: ticket))
    flush()
  }

  /// Has the server abort statements that take longer than the remaining time. The limit is rounded to a few steps and
  /// sent only when it changes: most calls have the same time.
  private func limit(_ deadline: Deadline?, _ pointer: OpaquePointer) -> Bool {
    let wanted = deadline.map(Self.limit) ?? Self.longest
    guard wanted != statementLimit else { return true }
    guard PQsendQueryParams(pointer, "SET statement_timeout = \(wanted)", 0, nil, nil, nil, nil, 0) == 1,
      PQpipelineSync(pointer) == 1
    else { return false }
    statementLimit = wanted
    pending.append(Pending(continuation: nil, prepared: nil, isPreparing: false, ticket: nil))
    return true
  }

  /// The server's time limit for work with a deadline.
  static func limit(until deadline: Deadline) -> Int { limits.first { $0 >= deadline.left } ?? longest }

  private static let limits = [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000]
  /// The initial limit of a connection, in milliseconds.
  static let longest = 30_000

  // MARK: cancelling

  /// Identifies a statement for its cancellation.
  final class Ticket: Sendable {
    /// Set at once, since a task may be cancelled before its statement is sent.
    let isCancelled = Atomic(false)
  }

  private func cancel(_ ticket: Ticket) {
    guard let index = pending.firstIndex(where: { $0.ticket === ticket }) else { return }
    pending[index].isCancelled = true
    if index == 0 { cancelFirst() }
  }

  /// Asks the server to abort the statement that it is running. The request uses a connection of its own, and blocks.
  private func cancelFirst() {
    guard let pointer = handle?.pointer, let request = PQgetCancel(pointer) else { return }
    let cancellation = Cancellation(request)
    Task(executorPreference: loop) { await BlockingPool.shared.run { cancellation.send() } }
    // A request that arrives before the server has begun is lost.
    let again = Event(loop, .once) { [weak self] in
      self?.assumeIsolated { if $0.pending.first?.isCancelled == true { $0.cancelFirst() } }
    }
    again.add(milliseconds: 50)
    self.again = again
  }

  /// `@unchecked`: passed to one thread, the only one that uses it.
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
    // One buffer for all texts, each terminated by NUL.
    var texts: [CChar] = []
    var starts: [Int?] = []
    for parameter in parameters {
      starts.append(parameter == nil ? nil : texts.count)
      guard let parameter else { continue }
      for byte in parameter.utf8 { texts.append(CChar(bitPattern: byte)) }
      texts.append(0)
    }
    return texts.withUnsafeBufferPointer { buffer in
      let values = starts.map { start in start.flatMap { buffer.baseAddress?.advanced(by: $0) } }
      return PQsendQueryPrepared(pointer, name, Int32(truncatingIfNeeded: values.count), values, nil, nil, 1) == 1
    }
  }

  func flush() {
    guard let pointer = handle?.pointer else { return }
    switch PQflush(pointer) {
    case 0:
      writable = nil
      if copy?.isTakingRows == true { copy?.wake() }
    case 1:
      guard writable == nil else { return }
      writable = Event(loop, descriptor: PQsocket(pointer), .write) { [weak self] in self?.assumeIsolated { $0.flush() }
      }
      writable?.add()
    default: fail(Self.message(pointer))
    }
  }

  func receive() {
    guard let pointer = handle?.pointer else { return }
    let isOpen = PQconsumeInput(pointer) == 1
    if copy == nil { takeResults(pointer) } else { takeCopyResults(pointer) }
    while let notification = PQnotifies(pointer) {
      onNotification?(String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
      PQfreemem(notification)
    }
    if !isOpen || PQstatus(pointer) == CONNECTION_BAD { return fail(Self.message(pointer)) }
    flush()
  }

  private func takeResults(_ pointer: OpaquePointer) {
    while !pending.isEmpty && PQisBusy(pointer) == 0 {
      guard let result = PQgetResult(pointer) else {
        if PQstatus(pointer) == CONNECTION_BAD { break }
        continue
      }
      take(result)
    }
  }

  private func take(_ result: OpaquePointer) {
    let status = PQresultStatus(result)
    if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
      let answer = ResultSet(result, columns: pending[0].prepared?.columns)
      // A preparation has a result too, without columns.
      if status == PGRES_TUPLES_OK { pending[0].prepared?.columns = answer.columns }
      pending[0].answer = answer
      return
    }
    defer { PQclear(result) }
    switch status {
    case PGRES_PIPELINE_SYNC: finishFirst()
    case PGRES_PIPELINE_ABORTED: break
    default: if pending[0].error == nil { pending[0].error = Self.error(result) }
    }
  }

  private func finishFirst() {
    let done = pending.removeFirst()
    if let answer = done.answer, done.error == nil {
      done.continuation?.resume(returning: .success(answer))
    } else {
      // Its preparation may have failed.
      if done.isPreparing, let failed = done.prepared { prepared[failed.text] = nil }
      done.continuation?.resume(returning: .failure(done.error ?? .connectionLost("the server returned no result")))
    }
    if pending.first?.isCancelled == true { cancelFirst() }
  }

  static func error(_ result: OpaquePointer) -> PostgresError {
    func field(_ code: UnicodeScalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    // A result without an SQLSTATE is from libpq: the server has not responded.
    guard let code = field("C") else { return .connectionLost(String(cString: PQresultErrorMessage(result))) }
    return .refused(code: code, message: field("M") ?? "no message", constraint: field("n"))
  }
}

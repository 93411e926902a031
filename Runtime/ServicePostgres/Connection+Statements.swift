import CPostgres
import ServiceCore
import ServiceLoop

extension Connection {
  /// What a statement is part of.
  enum Role {
    /// By itself: it may be sent again, and gives its connection back.
    case single
    case transaction
    /// COMMIT or ROLLBACK: it runs to completion even if the caller no longer waits.
    case end
  }

  /// A statement whose result has not arrived yet.
  ///
  /// `@unchecked` for its task: whether a task is cancelled may be asked from anywhere while the task is not over, and
  /// this one waits for the continuation, which is resumed once: when the statement leaves ``Connection/pending``, or is
  /// not sent.
  struct Pending: @unchecked Sendable {
    let statement: SQL
    let role: Role
    let deadline: Deadline?
    /// Nil for statements that must not be aborted.
    let task: UnsafeCurrentTask?
    /// Nil for statements of the connection's own.
    let continuation: UnsafeContinuation<ResultRows, any Error>?
    /// Nil before it is sent, and for statements of the connection's own.
    var prepared: Prepared?
    /// Whether its preparation precedes it, and is retained only if that succeeds.
    var isPreparing = false
    /// How many times it was sent, and when last.
    var attempts = 0
    var sent = 0

    /// A statement of the current task, which waits for the continuation.
    init(_ statement: SQL, _ role: Role, _ continuation: UnsafeContinuation<ResultRows, any Error>) {
      (self.statement, self.role, self.continuation) = (statement, role, continuation)
      deadline = role == .end ? nil : Deadline.current
      task = role == .end ? nil : withUnsafeCurrentTask { $0 }
    }

    /// A statement of the connection's own.
    init() { (statement, role, deadline, task, continuation) = ("", .transaction, nil, nil, nil) }

    func resume(throwing error: PostgresError) { continuation?.resume(throwing: error) }

    /// Why nobody waits for it any more.
    func abandoned(_ now: Int) -> PostgresError? {
      if let deadline, deadline.milliseconds <= now { return .deadlineExceeded }
      return task?.isCancelled == true ? .cancelled : nil
    }
  }

  /// Sends a statement and waits for its result; others may be sent meanwhile.
  ///
  /// The server aborts it at the deadline of the current work, or when the task is cancelled.
  ///
  /// - Throws: ``PostgresError``.
  nonisolated func query(_ statement: SQL, _ role: Role = .transaction) async throws -> ResultRows {
    try await withUnsafeThrowingContinuation { start(statement, role, $0) }
  }

  /// The same for the current task's continuation.
  nonisolated func start(
    _ statement: SQL, _ role: Role, _ continuation: UnsafeContinuation<ResultRows, any Error>
  ) {
    sendSoon(Pending(statement, role, continuation))
  }

  /// Sends a statement at once on the connection's loop; from elsewhere as soon as that gets to it.
  nonisolated func sendSoon(_ statement: Pending) {
    if loop.isRunningHere { return here(statement) { $0.send($1) } }
    Task(executorPreference: loop) { self.here { $0.send(statement) } }
  }

  func send(_ statement: consuming Pending) {
    guard let pointer = handle?.pointer else { return refuse(statement, .unavailable("the connection is closed")) }
    let now = loop.now
    if let reason = statement.abandoned(now) { return refuse(statement, reason) }
    let known = known(statement.statement)
    let prepared = known ?? Prepared(name: "s\(statementCount + 1)", statement.statement)
    guard parameters.fill(statement.statement.values, prepared.parameters) else {
      return refuse(statement, .refused(code: "22021", message: "a parameter with U+0000", constraint: nil))
    }
    guard limit(statement, pointer, now), known != nil || prepare(prepared, pointer), put(prepared, pointer) else {
      let reason = Self.message(pointer)
      fail(reason)
      return refuse(statement, .connectionLost(reason))
    }
    statement.prepared = prepared
    statement.isPreparing = known == nil
    statement.attempts += 1
    statement.sent = now
    let isWatched = statement.task != nil
    pending.append(statement)
    flush()
    if isWatched, watching == nil { watchCallers() }
  }

  private func refuse(_ statement: borrowing Pending, _ error: PostgresError) {
    statement.resume(throwing: error)
    if statement.role == .single { onFree(self, 1) }
  }

  /// Has the server abort statements that take longer than the remaining time. The limit is rounded to a few steps and
  /// sent only when it changes: most calls have the same time.
  private func limit(_ statement: borrowing Pending, _ pointer: OpaquePointer, _ now: Int) -> Bool {
    // The end of a transaction must not fail because of a setting, and a rollback reverts settings.
    if statement.role == .end {
      if statement.statement.text == "ROLLBACK" { statementLimit = 0 }
      return true
    }
    let wanted = statement.deadline.map { Self.limit(milliseconds: $0.milliseconds - now) } ?? Self.longest
    guard wanted != statementLimit else { return true }
    guard PQsendQueryParams(pointer, "SET statement_timeout = \(wanted)", 0, nil, nil, nil, nil, 0) == 1,
      PQpipelineSync(pointer) == 1
    else { return false }
    statementLimit = wanted
    pending.append(Pending())
    return true
  }

  /// The server's time limit for work with so much time.
  static func limit(milliseconds: Int) -> Int {
    if milliseconds > limits[limits.count - 1] { return longest }
    return limits.first { $0 >= milliseconds } ?? longest
  }

  private static let limits = [50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000]
  /// The initial limit of a connection, in milliseconds.
  static let longest = 30_000

  // MARK: the wire

  private func prepare(_ statement: Prepared, _ pointer: OpaquePointer) -> Bool {
    statementCount += 1
    guard PQsendPrepare(pointer, statement.name, statement.text, 0, nil) == 1,
      PQsendDescribePrepared(pointer, statement.name) == 1
    else { return false }
    remember(statement)
    return true
  }

  private func put(_ statement: Prepared, _ pointer: OpaquePointer) -> Bool {
    parameters.withValues { count, values, lengths, formats in
      PQsendQueryPrepared(pointer, statement.name, count, values, lengths, formats, 1) == 1
    } && PQpipelineSync(pointer) == 1
  }

  func flush() {
    guard let pointer = handle?.pointer else { return }
    switch PQflush(pointer) {
    case 0:
      if writable != nil { writable = nil }
      if copy?.isTakingRows == true { copy?.wake() }
    case 1:
      guard writable == nil else { return }
      writable = LoopEvent(loop, descriptor: PQsocket(pointer), .write) { [weak self] in self?.here { $0.flush() } }
      writable?.add()
    default: fail(Self.message(pointer))
    }
  }

  func receive() {
    guard let pointer = handle?.pointer else { return }
    let isOpen = PQconsumeInput(pointer) == 1
    var ended = Ended()
    if copy == nil { takeResults(pointer, &ended) } else { takeCopyResults(pointer) }
    while let notification = PQnotifies(pointer) {
      onNotification?(String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
      PQfreemem(notification)
    }
    if !isOpen || PQstatus(pointer) == CONNECTION_BAD {
      fail(Self.message(pointer))
    } else if writable != nil || copy != nil {
      flush()
    }
    for statement in ended.repeated { send(statement) }
    // Only here: the pool may close the connection.
    if ended.free > 0 { onFree(self, ended.free) }
  }

  /// What follows from the results that arrived together.
  private struct Ended {
    /// How many single statements no longer need the connection.
    var free = 0
    var repeated: [Pending] = []
  }

  private func takeResults(_ pointer: OpaquePointer, _ ended: inout Ended) {
    while !pending.isEmpty && PQisBusy(pointer) == 0 {
      guard let result = PQgetResult(pointer) else {
        if PQstatus(pointer) == CONNECTION_BAD { break }
        continue
      }
      take(result, &ended)
    }
  }

  private func take(_ result: OpaquePointer, _ ended: inout Ended) {
    let status = PQresultStatus(result)
    if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
      let prepared = pending[0].prepared
      if pending[0].isPreparing, preparations < 2 { return takePreparation(result, prepared) }
      let set = ResultSet(result, columns: prepared?.columns)
      if status == PGRES_TUPLES_OK, let prepared, prepared.columns == nil { prepared.columns = set.columns }
      return answer = ResultRows(set)
    }
    defer { PQclear(result) }
    switch status {
    case PGRES_PIPELINE_SYNC: finishFirst(&ended)
    case PGRES_PIPELINE_ABORTED: break
    default: if failure == nil { failure = Self.error(result) }
    }
  }

  /// Parsing has a result, and then the description of what was parsed.
  private func takePreparation(_ result: OpaquePointer, _ prepared: Prepared?) {
    preparations += 1
    if preparations == 2 { prepared?.parameters = (0..<PQnparams(result)).map { PQparamtype(result, $0) } }
    PQclear(result)
  }

  private func finishFirst(_ ended: inout Ended) {
    // Nearly always there is one.
    let done = pending.count == 1 ? pending.removeLast() : pending.removeFirst()
    let (answer, failure) = (answer, failure)
    self.answer = nil
    // The server keeps what was prepared even if its first run failed.
    let wasPrepared = done.isPreparing && preparations == 2
    if done.isPreparing { preparations = 0 }
    // A setting that failed, or that the end of a transaction has reverted, is unknown.
    if done.continuation == nil && failure != nil
      || done.role == .end && (failure != nil || answer?.result.tag == "ROLLBACK")
    {
      statementLimit = 0
    }
    if done.role == .single, let number = done.statement.number { onResult(number, loop.now - max(done.sent, lastEnd)) }
    lastEnd = loop.now
    if failure == nil, let answer {
      done.continuation?.resume(returning: answer)
    } else {
      self.failure = nil
      if done.isPreparing, !wasPrepared, let prepared = done.prepared { forget(prepared) }
      guard let error = outcome(of: done, failure ?? .connectionLost("the server returned no result")) else {
        return ended.repeated.append(done)
      }
      done.resume(throwing: error)
    }
    if done.role == .single { ended.free += 1 }
  }

  /// The error of a failed statement; nil for one to send again: the server aborted it in place of another one on the
  /// same connection, and it had no effect.
  private func outcome(of statement: Pending, _ error: PostgresError) -> PostgresError? {
    // 26000: the aborted preparation was for this statement too.
    guard case .refused(let code, _, _) = error, code == "57014" || code == "26000" else { return error }
    if let reason = statement.abandoned(Deadline.now) { return reason }
    guard statement.role == .single else { return error }
    return statement.attempts < 3 ? nil : .deadlineExceeded
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

import ServiceCore
import ServicePostgres

/// What a step is to do.
struct FlowWork: Sendable {
  let kind: RecordedStep.Kind
  let name: String
  let limit: Duration
  let retry: FlowRetry
  let undo: FlowUndo.Action?

  init(
    _ kind: RecordedStep.Kind, _ name: String, _ limit: Duration = .zero, _ retry: FlowRetry = FlowRetry(),
    _ undo: FlowUndo.Action? = nil
  ) {
    (self.kind, self.name, self.limit, self.retry, self.undo) = (kind, name.storable, limit, retry, undo)
  }

  func undoing(_ step: RecordedStep) -> FlowUndo? { undo.map { FlowUndo(step: step, action: $0, limit: limit) } }
}

/// Thrown in a transaction whose process no longer has the workflow: nothing of it is committed.
struct FlowLost: Error {}

/// How steps are done, or return what is recorded of them.
extension Flow {
  func perform<Value: JSONCodable>(
    _ work: FlowWork, _ body: (FlowStep) async throws -> Value
  ) async throws -> Value {
    if let recorded = try begin(work) { return try value(of: recorded, work) }
    defer { state.withLock { $0.finish() } }
    let run = try running()
    let position = state.withLock(\.position)
    let began = run.now
    let value: Value
    do {
      let step = FlowStep(
        id: Uuid(ofStep: position, isUndo: false, of: id), undoes: nil, call: run.call,
        attempt: instance.attempts(at: position).count + 1)
      value = try await run.limited(began.advanced(by: work.limit), instance) { try await body(step) }
    } catch {
      throw await failure(of: work, error, since: began)
    }
    try await note(record(work, .done, value.recorded), work)
    return value
  }

  func commit<Effect: Sendable, Value: JSONCodable>(
    _ work: FlowWork, _ body: (PostgresTransaction) async throws -> Effect, _ output: (Effect) -> Value
  ) async throws -> Value {
    if let recorded = try begin(work) { return try value(of: recorded, work) }
    defer { state.withLock { $0.finish() } }
    let run = try running()
    let began = run.now
    var noted: (step: RecordedStep, held: WorkflowStore.Held)?
    var result: Value?
    do {
      _ = try await run.limited(began.advanced(by: work.limit), instance) {
        try await run.call.sqlTransaction { transaction in
          let effect = try await body(transaction)
          let value = output(effect)
          let step = record(work, .done, value.recorded)
          guard let held = try await run.store.record(step, of: instance, in: transaction) else { throw FlowLost() }
          (noted, result) = ((step, held), value)
          return effect
        }
      }
    } catch is FlowLost {
      throw end(.lost)
    } catch let error as PostgresError where error.isInterruption && !run.isTimedOut {
      throw end(.interrupted(error))
    } catch {
      throw await failure(of: work, error, since: began)
    }
    try await storing { try await CrashPoint.afterWorkflowStatement.reach() }
    guard let noted, let result else { throw end(.lost) }
    try pass(noted.step, work, noted.held)
    return result
  }

  // MARK: what is recorded

  /// Begins a step; returns what is recorded of it, or nil where it is to be done now.
  func begin(_ work: FlowWork) throws -> RecordedStep? {
    if let recorded = try state.withLock({ try $0.begin(work.kind, work.name) }) { return recorded }
    guard let reason = run.map({ $0.refusal(instance) }) ?? .endOfHistory else { return nil }
    throw state.withLock { state in
      state.finish()
      return state.end(reason)
    }
  }

  func value<Value: JSONCodable>(of recorded: RecordedStep, _ work: FlowWork) throws -> Value {
    state.withLock { $0.pass(recorded, undo: work.undoing(recorded)) }
    guard recorded.outcome == .done else { throw WorkflowFailure(recorded.result, code: recorded.code ?? "") }
    return try read(recorded)
  }

  func read<Value: JSONCodable>(_ recorded: RecordedStep) throws -> Value {
    guard let value = Value.read(recorded.result) else {
      throw end(
        .conflict("the value of its step \(recorded.position), '\(recorded.name)', cannot be read as \(Value.self)"))
    }
    return value
  }

  func record(
    _ work: FlowWork, _ outcome: RecordedStep.Outcome, _ result: String, code: String? = nil
  ) -> RecordedStep {
    let position = state.withLock(\.position)
    return RecordedStep(
      position: position, id: Uuid(ofStep: position, isUndo: false, of: id), name: work.name, kind: work.kind,
      outcome: outcome, result: result, code: code, at: run?.now ?? now)
  }

  /// Records the step in progress.
  func note(_ step: RecordedStep, _ work: FlowWork) async throws {
    let (run, instance) = (try running(), instance)
    try pass(step, work, try await storing { try await run.store.record(step, of: instance) })
  }

  /// The step in progress is recorded, or the lease is lost.
  func pass(_ step: RecordedStep, _ work: FlowWork, _ held: WorkflowStore.Held?) throws {
    guard let held else { throw end(.lost) }
    state.withLock { $0.pass(step, undo: work.undoing(step)) }
    run?.learn(held)
    if Task.isCancelled { throw end(.again) }
  }

  // MARK: failures

  /// Records that an attempt failed, and returns what is thrown through the body.
  private func failure(of work: FlowWork, _ error: any Error, since began: Timestamp) async -> any Error {
    // A step within a step.
    if error is FlowUnwinding { return end(.conflict("its step '\(work.name)' begins another step")) }
    do {
      let run = try running()
      let attempt = run.isTimedOut ? .timedOut : AttemptFailure(error)
      let position = state.withLock(\.position)
      let (count, first) = instance.attempts(at: position)
      let since = first ?? began
      run.report(attempt.failure, of: work.name, attempt: count + 1, instance)
      if attempt.failure.isTemporary,
        let next = run.next(work.retry, after: count + 1, before: since.advanced(by: work.limit))
      {
        return try await pause(
          .init(
            until: next, attempted: position, attempts: count + 1, triedSince: since, note: attempt.failure.reason))
      }
      // Of several attempts the first may have had its effect.
      let isUnknown = work.kind == .step && (attempt.isUnknown || count > 0)
      let failure = attempt.failure
      try await note(record(work, isUnknown ? .unknown : .failed, failure.reason, code: failure.code), work)
      return WorkflowFailure(failure.reason, code: failure.code)
    } catch {
      return error
    }
  }

  /// Leaves the workflow until later, and returns what is thrown through the body.
  func pause(_ pause: WorkflowStore.Pause) async throws -> FlowUnwinding {
    let (run, instance) = (try running(), instance)
    var pause = pause
    if let deadline = instance.deadline { pause.until = min(pause.until ?? deadline, deadline) }
    let isPaused = try await storing { [pause] in try await run.store.pause(instance, pause, at: run.now) }
    return end(isPaused ? .suspended(until: pause.until) : .lost)
  }

  /// Runs a statement to its end; a failure ends the run of the body.
  func storing<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    do {
      return try await WorkflowRun.shielded(body)
    } catch {
      throw end(.interrupted(error))
    }
  }

  func running() throws -> WorkflowRun {
    guard let run else { throw end(.endOfHistory) }
    return run
  }

  func end(_ reason: FlowEnding) -> FlowUnwinding { state.withLock { $0.end(reason) } }
}

extension PostgresError {
  /// Whether the database is away, which is no fault of a transaction.
  var isInterruption: Bool {
    switch self {
    case .unavailable, .busy, .connectionLost, .commitInDoubt, .cancelled: true
    case .refused, .deadlineExceeded, .unexpectedColumn: false
    }
  }
}

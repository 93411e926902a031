import ServiceCore
import ServicePostgres

/// A workflow that has failed: its steps are undone, the last one first, and each before the one that came before it.
extension WorkflowRun {
  /// For about five minutes: what fails longer needs a person.
  private static let retry = FlowRetry(attempts: 12, delay: 1_000, longestDelay: 60_000)

  func undo(_ undos: [FlowUndo], _ steps: WorkflowSteps, _ instance: WorkflowInstance) async throws -> Pass {
    guard let failure = instance.failure else { return .over }
    for undo in undos.reversed() where !steps.undone.contains(undo.step.position) {
      if Task.isCancelled { return .again }
      if runner.isStopping {
        try await store.release(instance, at: now)
        return .over
      }
      if let pass = try await self.undo(undo, instance) { return pass }
    }
    if try await store.fail(instance, failure, isEnd: true, at: now) { runner.ended(instance) }
    return .over
  }

  /// Nil when the step is undone.
  private func undo(_ undo: FlowUndo, _ instance: WorkflowInstance) async throws -> Pass? {
    let step = undo.step
    let number = -1 - step.position
    let (count, first) = instance.attempts(at: number)
    let began = now
    let record = RecordedStep(
      position: step.position, id: Uuid(ofStep: step.position, isUndo: true, of: instance.id), name: step.name,
      kind: step.kind, outcome: .done, result: Nothing().recorded, at: began)
    do {
      try await limited(began.advanced(by: undo.limit), instance) {
        switch undo.action {
        case .call(let body):
          try await body(FlowStep(id: record.id, undoes: step.id, call: call, attempt: count + 1))
        case .transaction(let body):
          _ = try await call.sqlTransaction { transaction in
            try await body(transaction)
            let held = try await store.record(record, isUndo: true, of: instance, in: transaction)
            if held == nil { throw FlowLost() }
          }
        }
      }
    } catch is FlowLost {
      return .over
    } catch let error as PostgresError where step.kind == .transaction && error.isInterruption && !isTimedOut {
      throw error
    } catch {
      return try await failed(undo, instance, error, attempts: count + 1, since: first ?? began)
    }
    switch undo.action {
    case .call:
      let held = try await Self.shielded { [self] in try await store.record(record, isUndo: true, of: instance) }
      if held == nil { return .over }
    case .transaction: try await CrashPoint.afterWorkflowStatement.reach()
    }
    return Task.isCancelled ? .again : nil
  }

  private func failed(
    _ undo: FlowUndo, _ instance: WorkflowInstance, _ error: any Error, attempts: Int, since: Timestamp
  ) async throws -> Pass {
    let failure = (isTimedOut ? .timedOut : AttemptFailure(error)).failure
    report(failure, of: "undo \(undo.step.name)", attempt: attempts, instance)
    if failure.isTemporary, let next = next(Self.retry, after: attempts) {
      let pause = WorkflowStore.Pause(
        until: next, attempted: -1 - undo.step.position, attempts: attempts, triedSince: since, note: failure.reason)
      let isPaused = try await Self.shielded { [self] in try await store.pause(instance, pause, at: now) }
      if isPaused { runner.paused(until: next) }
      return .over
    }
    let reason = "its step '\(undo.step.name)' cannot be undone: \(failure.reason)"
    let isStuck = try await Self.shielded { [self] in try await store.strand(instance, reason) }
    if isStuck { runner.stuck(instance, reason) }
    return .over
  }
}

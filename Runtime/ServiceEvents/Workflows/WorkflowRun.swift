import ServiceCore
import ServicePostgres
import Synchronization

/// One run of a workflow's body, or of what undoes its steps, in one task.
final class WorkflowRun: Sendable {
  /// How a run ends: it is over here, or goes on at once in another task.
  enum Pass: Sendable { case over, again }

  let runner: WorkflowRunner
  /// As it was when the run began.
  let instance: WorkflowInstance
  /// Nil where its state and its history are to be read.
  private let steps: WorkflowSteps?
  /// Growing pauses while the database is away.
  let backoff: Backoff
  let call: Call
  private let state = Mutex(State())

  private struct State {
    var task: Task<Void, Never>?
    /// When the attempt in progress is cancelled.
    var limit: Timestamp?
    var isTimedOut = false
    var cancelled: String?
    /// Whether it waits for its turn after a failure.
    var isWaiting = false
  }

  init(_ runner: WorkflowRunner, _ instance: WorkflowInstance, _ steps: WorkflowSteps?, backoff: Backoff = Backoff()) {
    (self.runner, self.instance, self.steps, self.backoff) = (runner, instance, steps, backoff)
    call = runner.call.under(instance.identity)
  }

  var store: WorkflowStore { runner.store }
  var now: Timestamp { runner.workflows.clock.now }
  var task: Task<Void, Never>? {
    get { state.withLock(\.task) }
    set { state.withLock { $0.task = newValue } }
  }

  /// Waits before it begins; false when its process stops meanwhile.
  func wait(_ milliseconds: Int) async -> Bool {
    state.withLock { $0.isWaiting = true }
    defer { state.withLock { $0.isWaiting = false } }
    if runner.isStopping { return false }
    return (try? await runner.workflows.sleep(milliseconds)) != nil
  }

  /// Ends a wait. A step in progress goes on.
  func stopWaiting() { state.withLock { $0.isWaiting ? $0.task : nil }?.cancel() }

  // MARK: running

  func pass() async throws -> Pass {
    guard let workflow = runner.workflow(of: instance) else {
      return try await strand("this process does not know the workflow \(instance.kind)")
    }
    if let steps { return try await pass(workflow, instance, steps) }
    guard let loaded = try await store.load(instance) else { return .over }
    return try await pass(workflow, loaded.instance, loaded.steps)
  }

  private func pass<W: Workflow>(
    _ workflow: W, _ instance: WorkflowInstance, _ steps: WorkflowSteps
  ) async throws -> Pass {
    guard let input = W.Input.read(instance.input) else {
      return try await strand("its input cannot be read as \(W.Input.self)")
    }
    let flow = Flow(instance, steps, run: instance.failure == nil ? self : nil)
    let result = await flow.result(of: workflow, input)
    let undos = flow.state.withLock(\.undos)
    switch flow.ending(result) {
    case .suspended(let until):
      runner.paused(until: until)
      return .over
    case .lost: return .over
    case .interrupted(let error): throw error
    case .again: return .again
    case .stopping:
      try await store.release(instance, at: now)
      return .over
    case .conflict(let reason): return try await strand(reason)
    case .endOfHistory: return try await undo(undos, steps, instance)
    case .failed(let failure): return try await fail(workflow, input, failure, undos, steps, instance)
    case nil: break
    }
    // Only what is recorded was run again.
    if instance.failure != nil { return try await undo(undos, steps, instance) }
    // The limit of a step that has ended came after it: no error of its body counts.
    if Task.isCancelled, case .failure = result { return .again }
    switch result {
    case .success(let output):
      if let cancellation = cancellation(of: instance) {
        return try await fail(workflow, input, cancellation, undos, steps, instance)
      }
      return try await complete(output.recorded)
    case .failure(let error):
      return try await fail(workflow, input, WorkflowFailure(of: error), undos, steps, instance)
    }
  }

  /// Leaves the workflow to a person.
  @discardableResult func strand(_ reason: String) async throws -> Pass {
    if try await store.strand(instance, reason) { runner.stuck(instance, reason) }
    return .over
  }

  // MARK: ends

  private func complete(_ result: String) async throws -> Pass {
    if try await store.complete(instance, result, at: now) {
      runner.ended(instance)
      return .over
    }
    // It was cancelled after its last step, or another process has it: what is recorded says which.
    return .again
  }

  private func fail<W: Workflow>(
    _ workflow: W, _ input: W.Input, _ failure: WorkflowFailure, _ undos: [FlowUndo], _ steps: WorkflowSteps,
    _ instance: WorkflowInstance
  ) async throws -> Pass {
    do {
      _ = try await call.sqlTransaction { transaction in
        let events = try await workflow.failed(input, failure, transaction)
        let isRecorded = try await store.fail(instance, failure, isEnd: undos.isEmpty, at: now, in: transaction)
        guard isRecorded else { throw FlowLost() }
        return events
      }
      try await CrashPoint.afterWorkflowStatement.reach()
    } catch is FlowLost {
      return .over
    } catch let error as any InfrastructureError where error.isTemporary {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return try await strand("it failed (\(failure)), and that could not be recorded: \(error)")
    }
    runner.ended(instance)
    if undos.isEmpty { return .over }
    var failed = instance
    (failed.failure, failed.attempted) = (failure, nil)
    return try await undo(undos, steps, failed)
  }

  // MARK: limits

  /// Why nothing more is to be begun.
  func refusal(_ instance: WorkflowInstance) -> FlowEnding? {
    if Task.isCancelled { return .again }
    if runner.isStopping { return .stopping }
    if let cancellation = cancellation(of: instance) { return .failed(cancellation) }
    if let deadline = instance.deadline, now >= deadline {
      return .failed(WorkflowFailure("It took longer than it may.", code: "time-limit"))
    }
    return nil
  }

  private func cancellation(of instance: WorkflowInstance) -> WorkflowFailure? {
    (state.withLock(\.cancelled) ?? instance.cancelled).map { WorkflowFailure($0, code: "cancelled") }
  }

  func learn(_ held: WorkflowStore.Held) {
    if let reason = held.cancelled { state.withLock { $0.cancelled = reason } }
  }

  /// Whether the last attempt took longer than it may.
  var isTimedOut: Bool { state.withLock(\.isTimedOut) }

  /// Runs one attempt at something, which is cancelled at a time, or at the deadline of the whole.
  func limited<Value>(
    _ limit: Timestamp, _ instance: WorkflowInstance, _ body: () async throws -> Value
  ) async throws -> Value {
    let limit = min(limit, instance.failure == nil ? instance.deadline ?? limit : limit)
    state.withLock { $0.limit = limit }
    defer { state.withLock { $0.limit = nil } }
    let milliseconds = limit.milliseconds(since: now)
    return try await Deadline.$current.withValue(Deadline(in: milliseconds)) { try await body() }
  }

  /// How long an attempt may take to end once it is cancelled.
  private static let patience = Duration.seconds(10)

  /// Cancels the attempt in progress when its time is over; returns true for one that did not end by that.
  func watch(at now: Timestamp) -> Bool {
    let (task, isHung) = state.withLock { state in
      guard let limit = state.limit, limit <= now else { return (Task<Void, Never>?.none, false) }
      state.isTimedOut = true
      return (state.task, limit.advanced(by: Self.patience) <= now)
    }
    task?.cancel()
    return isHung
  }

  /// Runs a statement to its end, also in a task that was cancelled by its limit.
  static func shielded<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard Task.isCancelled else { return try await body() }
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    return try await Task.immediate(executorPreference: executor) { try await body() }.value
  }

  // MARK: attempts

  func report(_ failure: WorkflowFailure, of step: String, attempt: Int, _ instance: WorkflowInstance) {
    call.logger.log(
      .warning, "a step failed: \(failure.reason)",
      ["workflow": instance.name, "id": instance.id.description, "step": step, "attempt": "\(attempt)"])
  }

  /// When something that has failed so often is tried again; nil when it is not.
  func next(_ retry: FlowRetry, after attempts: Int, before end: Timestamp? = nil) -> Timestamp? {
    guard let next = runner.next(retry, after: attempts) else { return nil }
    if let end, next >= end { return nil }
    return next
  }
}

extension Flow {
  /// Runs the body.
  func result<W: Workflow>(of workflow: W, _ input: W.Input) async -> Result<W.Output, any Error> {
    do {
      return .success(try await workflow.run(input, self))
    } catch {
      return .failure(error)
    }
  }

  /// Why the body did not come to its end; nil where it did.
  func ending(_ result: Result<some Sendable, any Error>) -> FlowEnding? {
    state.withLock { state in
      if let ending = state.ending { return ending }
      guard let left = state.left else { return nil }
      return .conflict(
        "its step \(left.position), \(left.kind) '\(left.name)', is recorded, and the code ends before it")
    }
  }
}

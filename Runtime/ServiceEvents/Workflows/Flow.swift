import ServiceCore
import ServicePostgres
import Synchronization

/// How often a step is tried and after which pauses, in milliseconds: 5 times, after 1, 2, 4 and 8 s, each varied by a
/// fifth, unless it says otherwise.
public typealias FlowRetry = ReceiveDescriptor.Retry

/// One attempt at a step of a workflow, or at undoing one.
public struct FlowStep: Sendable {
  /// The same for each attempt, in any process: the idempotency key for the service that the step calls. The undoing
  /// of a step has an id of its own.
  public let id: Uuid
  /// The id of the step that is undone; nil for a step itself.
  public let undoes: Uuid?
  /// For calls to other services.
  public let call: Call
  /// Counts from 1.
  public let attempt: Int
}

/// A workflow as its body sees it: everything that has an effect, waits, or may come out differently goes through here.
///
/// Steps come one after another. Errors of these methods pass through the body, except for a ``WorkflowFailure`` that
/// it has another way for.
public final class Flow: Sendable {
  /// The id of the workflow.
  public let id: Uuid
  let instance: WorkflowInstance
  /// Nil where only what is recorded is run again.
  let run: WorkflowRun?
  let state: Mutex<FlowState>

  init(_ instance: WorkflowInstance, _ steps: WorkflowSteps, run: WorkflowRun?) {
    (id, self.instance, self.run) = (instance.id, instance, run)
    state = Mutex(FlowState(steps.history, began: instance.started))
  }

  /// The time of its last step, or of its start: the same each time the body runs.
  public var now: Timestamp { state.withLock(\.now) }

  // MARK: steps

  /// Does something outside of the service's database, once: a call of another service, with ``FlowStep/id`` as its
  /// idempotency key, or anything that may come out differently another time.
  ///
  /// A failure that may be temporary is tried again: no connection, no response in time, 429, 5xx, or 409 while a
  /// request with the same key is in progress. A value is recorded as JSON, and returned in place of doing it again.
  ///
  /// - Parameters:
  ///   - name: what is done, for people, and to recognize the step in a later version of the code.
  ///   - limit: how long an attempt may take, and after what time there is no other one. An attempt that does not end
  ///     by itself is cancelled within a second.
  ///   - body: does it. A process may end before the value is recorded: then it is done again, with the same id.
  ///   - compensate: undoes it when the workflow fails later, and also where nobody knows whether a failed step had
  ///     its effect: it must accept that there is nothing to undo, and that it comes again. It is tried for minutes; a
  ///     failure that remains leaves the workflow stuck.
  /// - Throws: ``WorkflowFailure`` when the last attempt has failed, and at once for what is not temporary.
  @discardableResult
  public func step<Value: JSONCodable>(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ step: FlowStep) async throws -> Value,
    compensate: (@Sendable (_ step: FlowStep) async throws -> Void)? = nil
  ) async throws -> Value {
    try await perform(FlowWork(.step, name, limit, retry, compensate.map { .call($0) }), body)
  }

  /// The same without a value.
  public func step(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ step: FlowStep) async throws -> Void,
    compensate: (@Sendable (_ step: FlowStep) async throws -> Void)? = nil
  ) async throws {
    let work = FlowWork(.step, name, limit, retry, compensate.map { .call($0) })
    _ = try await perform(work) { step in
      try await body(step)
      return Nothing()
    }
  }

  /// Changes the service's own database, exactly once: the step is recorded in the same transaction.
  ///
  /// - Parameters:
  ///   - limit: as for ``step(_:within:retry:_:compensate:)``.
  ///   - body: may be run again where PostgreSQL aborted the transaction in favour of another. Make no call to another
  ///     service in it.
  ///   - compensate: undoes it when the workflow fails later, in a transaction that also records that.
  /// - Throws: ``WorkflowFailure``, also where the database refuses a statement.
  @discardableResult
  public func transaction<Value: JSONCodable>(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ transaction: PostgresTransaction) async throws -> Value,
    compensate: (@Sendable (_ transaction: PostgresTransaction) async throws -> Void)? = nil
  ) async throws -> Value {
    let work = FlowWork(.transaction, name, limit, retry, compensate.map { .transaction($0) })
    return try await commit(work, body) { $0 }
  }

  /// The same without a value.
  public func transaction(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ transaction: PostgresTransaction) async throws -> Void,
    compensate: (@Sendable (_ transaction: PostgresTransaction) async throws -> Void)? = nil
  ) async throws {
    let work = FlowWork(.transaction, name, limit, retry, compensate.map { .transaction($0) })
    _ = try await commit(work, body) { _ in Nothing() }
  }

  /// The same with a value and events, which are emitted with the transaction: `OrdersEffect(order, orderPlaced:
  /// [.init(…)])`.
  @discardableResult
  public func transaction<Effect: EventEffect>(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ transaction: PostgresTransaction) async throws -> Effect,
    compensate: (@Sendable (_ transaction: PostgresTransaction) async throws -> Void)? = nil
  ) async throws -> Effect.Output where Effect.Output: JSONCodable {
    let work = FlowWork(.transaction, name, limit, retry, compensate.map { .transaction($0) })
    return try await commit(work, body, \.output)
  }

  /// The same with events alone: `OrdersEffect(orderPlaced: [.init(…)])`.
  public func transaction<Effect: EventEffect>(
    _ name: String, within limit: Duration = .seconds(60), retry: FlowRetry = FlowRetry(),
    _ body: (_ transaction: PostgresTransaction) async throws -> Effect,
    compensate: (@Sendable (_ transaction: PostgresTransaction) async throws -> Void)? = nil
  ) async throws where Effect.Output == Void {
    let work = FlowWork(.transaction, name, limit, retry, compensate.map { .transaction($0) })
    _ = try await commit(work, body) { _ in Nothing() }
  }
}

import ServiceCore
import ServicePostgres
import Synchronization

/// The workflows of a service: starts them, sends them messages, and cancels them, in transactions of its database.
///
/// A process that runs the service's workflows goes on with them at once; any other process may be asked, too.
public final class Workflows: Sendable {
  let database: Database
  let clock: WorkflowClock
  let sleep: EventSleep
  private let state = Mutex(State())

  private struct State {
    var runner: WorkflowRunner?
    /// Those that wait in this process for the end of a workflow.
    var bells: [Uuid: [Int: Bell]] = [:]
    var count = 0
  }

  /// - Parameters:
  ///   - database: the service's.
  ///   - now: a test's clock; nil for the time of the database.
  public init(
    _ database: Database, now: (@Sendable () -> Timestamp)? = nil, sleep: @escaping EventSleep = Clock.system.sleep
  ) {
    (self.database, self.sleep) = (database, sleep)
    clock = WorkflowClock(now)
  }

  // MARK: the runner of this process

  private var runner: WorkflowRunner? { state.withLock(\.runner) }

  func attach(_ runner: WorkflowRunner) { state.withLock { $0.runner = runner } }

  func detach(_ runner: WorkflowRunner) { state.withLock { if $0.runner === runner { $0.runner = nil } } }

  // MARK: starting

  /// Starts a workflow, in a transaction with whatever it follows from: it begins once that is committed.
  ///
  /// - Parameters:
  ///   - id: chosen by the caller, such as the id of the order that the workflow is about: a second start with it does
  ///     nothing.
  ///   - session: the transaction, such as `queries.session`; nil for one of its own.
  ///   - call: the call that it follows from, whose trace it continues.
  /// - Throws: ``WorkflowError`` where another workflow has the id; ``PostgresError``.
  @discardableResult
  public func start<W: Workflow>(
    _ type: W.Type, _ input: W.Input, id: Uuid, in session: (any SQLSession)? = nil, from call: Call? = nil
  ) async throws -> WorkflowHandle<W> {
    let instance = WorkflowInstance(
      type, input, id: id, traceParent: call?.identity.traceParent.text, at: clock.now)
    let runner = runner
    let owner = runner?.accepts(W.kind)
    let isNew: Bool
    do {
      isNew = try await insert(instance, owner, session)
    } catch {
      // What a broken connection has done is not known. A transaction is rolled back.
      if session == nil, owner != nil { runner?.began(instance, isCertain: false) }
      throw error
    }
    if isNew {
      after(session) { [self] isCertain in
        if owner == nil { wake() } else { runner?.began(instance, isCertain: isCertain) }
      }
    } else {
      try await check(instance, session)
    }
    return WorkflowHandle(id: id, workflows: self)
  }

  private static let inserting: SQL.Compiled = """
    INSERT INTO charter.workflows
      (id, name, version, state, input, started_at, deadline, due_at, owner, lease, trace_parent)
    VALUES ($1, $2, $3, 'running', $4, $5, $6, $5, $7, 1, $8) ON CONFLICT (id) DO NOTHING
    """

  private func insert(_ instance: WorkflowInstance, _ owner: Uuid?, _ session: (any SQLSession)?) async throws -> Bool {
    let statement = SQL(
      Self.inserting,
      [
        .uuid(instance.id), .text(instance.name), .integer(instance.version), .text(instance.input),
        .timestamp(instance.started), instance.deadline.postgresParameter, owner.postgresParameter,
        instance.traceParent.postgresParameter,
      ])
    try await CrashPoint.beforeWorkflowStatement.reach()
    let count = try await (session ?? database as any SQLSession).execute(statement)
    try await CrashPoint.afterWorkflowStatement.reach()
    return count > 0
  }

  private func check(_ instance: WorkflowInstance, _ session: (any SQLSession)?) async throws {
    let rows = try await (session ?? database as any SQLSession).query(
      "SELECT name FROM charter.workflows WHERE id = \(instance.id)")
    guard let name: String = try rows.first?.get("name"), name != instance.name else { return }
    throw WorkflowError(description: "the id \(instance.id) is that of a workflow '\(name)', not '\(instance.name)'")
  }

  /// Calls `body` once the transaction is committed; at once without one.
  private func after(_ session: (any SQLSession)?, _ body: @escaping @Sendable (_ isCertain: Bool) -> Void) {
    if let transaction = session as? PostgresTransaction { transaction.afterCommit(body) } else { body(true) }
  }

  /// The workflow with an id, such as that of an earlier start.
  public func handle<W: Workflow>(_ type: W.Type, id: Uuid) -> WorkflowHandle<W> {
    WorkflowHandle(id: id, workflows: self)
  }

  // MARK: messages

  private static let sending: SQL.Compiled = """
    WITH receiver AS (
      UPDATE charter.workflows SET messages = messages + 1,
        due_at = CASE WHEN owner IS NULL AND waits_for = $3::text THEN $5::timestamptz ELSE due_at END
      WHERE id = $1::uuid AND ended_at IS NULL
        AND NOT EXISTS (SELECT FROM charter.workflow_messages WHERE workflow = $1::uuid AND id = $2::text)
      RETURNING messages)
    INSERT INTO charter.workflow_messages (workflow, id, number, name, value, sent_at)
    SELECT $1::uuid, $2::text, messages, $3::text, $4::text, $5::timestamptz FROM receiver
    ON CONFLICT (workflow, id) DO NOTHING
    """

  /// Sends a message to a workflow, which it receives by ``Flow/wait(for:as:within:)``, whether it already waits for
  /// it or not.
  ///
  /// - Parameters:
  ///   - messageID: a message that is sent again with the same id is received once.
  ///   - session: a transaction, with which it is sent; nil for one of its own.
  /// - Returns: false where there is no workflow with the id, or it has ended.
  @discardableResult
  public func send<Value: JSONCodable>(
    _ name: String, _ value: Value, to id: Uuid, messageID: String, in session: (any SQLSession)? = nil
  ) async throws -> Bool {
    let messageID = messageID.storable
    let statement = SQL(
      Self.sending,
      [.uuid(id), .text(messageID), .text(name.storable), .text(value.recorded), .timestamp(clock.now)])
    let run: any SQLSession = session ?? database
    if try await run.execute(statement) > 0 {
      after(session) { [self] _ in wake() }
      return true
    }
    return try await !run.query(
      "SELECT FROM charter.workflow_messages WHERE workflow = \(id) AND id = \(messageID)"
    ).isEmpty
  }

  /// Has a workflow fail, and its steps undone, before its next step.
  ///
  /// - Parameters:
  ///   - reason: that of its failure, whose code is `cancelled`.
  ///   - session: a transaction, with which it is cancelled; nil for one of its own.
  /// - Returns: false where there is no workflow with the id, or it has ended or failed.
  @discardableResult
  public func cancel(_ id: Uuid, _ reason: String, in session: (any SQLSession)? = nil) async throws -> Bool {
    let run: any SQLSession = session ?? database
    let count = try await run.execute(
      """
      UPDATE charter.workflows SET cancelled = coalesce(cancelled, \(WorkflowFailure.bounded(reason))),
        due_at = CASE WHEN owner IS NULL AND state = 'running' THEN \(clock.now)::timestamptz ELSE due_at END
      WHERE id = \(id) AND ended_at IS NULL AND failure IS NULL
      """)
    if count > 0 { after(session) { [self] _ in wake() } }
    return count > 0
  }

  /// Looks for workflows that are due, in this process.
  func wake() { runner?.wake() }

  // MARK: ends

  /// A workflow has ended, or come to a decision, in this process.
  func changed(_ id: Uuid) {
    for bell in state.withLock({ $0.bells[id].map { Array($0.values) } ?? [] }) { bell.ring() }
  }

  /// Calls `body` with what rings when a workflow ends in this process.
  func listening<Value>(to id: Uuid, _ body: (Bell) async throws -> Value) async throws -> Value {
    let bell = Bell()
    let number = state.withLock { state in
      state.count += 1
      state.bells[id, default: [:]][state.count] = bell
      return state.count
    }
    defer {
      state.withLock { state in
        state.bells[id]?[number] = nil
        if state.bells[id]?.isEmpty == true { state.bells[id] = nil }
      }
    }
    return try await body(bell)
  }
}

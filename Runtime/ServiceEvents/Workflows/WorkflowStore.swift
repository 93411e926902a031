import ServiceCore
import ServicePostgres

/// The statements of a process that works on workflows: each is one commit, except for those in a transaction of a
/// step.
struct WorkflowStore: Sendable {
  let database: Database
  /// That of the leases.
  let process: Uuid

  /// Runs a statement. Between it and the next one a process may end.
  func run(_ statement: SQL, in session: (any SQLSession)? = nil) async throws -> ResultRows {
    let session: any SQLSession = session ?? database
    try await CrashPoint.beforeWorkflowStatement.reach()
    let rows = try await session.query(statement)
    try await CrashPoint.afterWorkflowStatement.reach()
    return rows
  }

  // MARK: steps

  private static let recording: SQL.Compiled = """
    WITH held AS (
      SELECT cancelled FROM charter.workflows
      WHERE id = $1::uuid AND owner = $2::uuid AND lease = $3::bigint AND state = $4::text FOR NO KEY UPDATE
    ), recorded AS (
      INSERT INTO charter.workflow_steps (workflow, position, undo, id, name, kind, outcome, result, code, at)
      SELECT $1::uuid, $5::integer, $6::boolean, $7::uuid, $8::text, $9::text, $10::text, $11::text, $12::text,
        $13::timestamptz FROM held)
    SELECT cancelled FROM held
    """

  /// What a process learns of a workflow that it has.
  struct Held: Sendable {
    let cancelled: String?
  }

  /// Records a step, or that it was undone; nil where the lease is lost, and nothing is recorded.
  func record(
    _ step: RecordedStep, isUndo: Bool = false, of instance: WorkflowInstance, in session: (any SQLSession)? = nil
  ) async throws -> Held? {
    let statement = SQL(
      Self.recording,
      [
        .uuid(instance.id), .uuid(process), .integer(instance.lease), .text(isUndo ? "compensating" : "running"),
        .integer(step.position), .bool(isUndo), .uuid(step.id), .text(step.name), .text(step.kind.rawValue),
        .text(step.outcome.rawValue), .text(step.result), step.code.postgresParameter, .timestamp(step.at),
      ])
    do {
      return try await run(statement, in: session).first.map { Held(cancelled: try $0.get("cancelled")) }
    } catch let error as PostgresError where error.violates(constraint: "workflow_steps_pkey") {
      // Recorded by the process that has the lease now.
      return nil
    }
  }

  private static let taking: SQL.Compiled = """
    WITH held AS (
      SELECT cancelled FROM charter.workflows
      WHERE id = $1::uuid AND owner = $2::uuid AND lease = $3::bigint AND state = 'running' FOR NO KEY UPDATE
    ), message AS (
      SELECT id, value FROM charter.workflow_messages, held
      WHERE workflow = $1::uuid AND name = $4::text AND position IS NULL ORDER BY number LIMIT 1
    ), taken AS (
      UPDATE charter.workflow_messages m SET position = $5::integer FROM message
      WHERE m.workflow = $1::uuid AND m.id = message.id
    ), recorded AS (
      INSERT INTO charter.workflow_steps (workflow, position, undo, id, name, kind, outcome, result, at)
      SELECT $1::uuid, $5::integer, false, $6::uuid, $4::text, 'message', 'done', value, $7::timestamptz FROM message)
    -- The number of messages that this statement sees, which may be less than the locked row's.
    SELECT cancelled, (SELECT value FROM message), (SELECT messages FROM charter.workflows WHERE id = $1::uuid)
    FROM held
    """

  /// Takes the first message with a name, and records that as a step.
  ///
  /// - Returns: nil where the lease is lost; else the message, if there is one, and how many messages are known.
  func take(
    _ step: RecordedStep, of instance: WorkflowInstance
  ) async throws -> (held: Held, value: String?, messages: Int)? {
    let statement = SQL(
      Self.taking,
      [
        .uuid(instance.id), .uuid(process), .integer(instance.lease), .text(step.name), .integer(step.position),
        .uuid(step.id), .timestamp(step.at),
      ])
    return try await run(statement).first.map { row in
      (Held(cancelled: try row.get("cancelled")), try row.get("value"), try row.get("messages"))
    }
  }

  // MARK: pauses

  /// Why a workflow is left until later.
  struct Pause: Sendable {
    /// Nil for a wait without a limit.
    var until: Timestamp?
    var message: String?
    /// What failed last.
    var attempted: Int?
    var attempts = 0
    var triedSince: Timestamp?
    var note: String?
    /// How many messages it knows: where more were sent it does not pause. Nil where it waits for none.
    var messages: Int?
  }

  /// Leaves a workflow until later; false where the lease is lost, or it was sent a message meanwhile.
  func pause(_ instance: WorkflowInstance, _ pause: Pause, at now: Timestamp) async throws -> Bool {
    try await !run(
      """
      UPDATE charter.workflows SET owner = NULL, waits_for = \(pause.message)::text,
        -- It does not sleep through its own cancellation.
        due_at = CASE WHEN cancelled IS NULL OR failure IS NOT NULL
          THEN coalesce(\(pause.until)::timestamptz, 'infinity') ELSE \(now)::timestamptz END,
        attempted = \(pause.attempted)::integer, attempts = \(pause.attempts)::integer,
        tried_since = \(pause.triedSince)::timestamptz, note = \(pause.note)::text
      WHERE \(isHeld(instance)) AND messages = coalesce(\(pause.messages)::integer, messages) RETURNING id
      """
    ).isEmpty
  }

  /// Leaves a workflow to any process, at once.
  func release(_ instance: WorkflowInstance, at now: Timestamp) async throws {
    _ = try await run("UPDATE charter.workflows SET owner = NULL, due_at = \(now) WHERE \(isHeld(instance))")
  }

  /// Leaves a workflow to a person.
  func strand(_ instance: WorkflowInstance, _ reason: String) async throws -> Bool {
    try await !run(
      """
      UPDATE charter.workflows SET owner = NULL, due_at = 'infinity', state = 'stuck', waits_for = NULL,
        note = \(WorkflowFailure.bounded(reason))
      WHERE \(isHeld(instance)) RETURNING id
      """
    ).isEmpty
  }

  private func isHeld(_ instance: WorkflowInstance) -> SQL {
    "id = \(instance.id) AND owner = \(process) AND lease = \(instance.lease) AND ended_at IS NULL"
  }

  // MARK: ends

  private static let completing: SQL.Compiled = """
    UPDATE charter.workflows SET state = 'completed', owner = NULL, waits_for = NULL, note = NULL, result = $4,
      ended_at = $5
    WHERE id = $1 AND owner = $2 AND lease = $3 AND state = 'running' AND cancelled IS NULL RETURNING id
    """

  /// False where the lease is lost, or it was cancelled.
  func complete(_ instance: WorkflowInstance, _ result: String, at now: Timestamp) async throws -> Bool {
    let statement = SQL(
      Self.completing,
      [.uuid(instance.id), .uuid(process), .integer(instance.lease), .text(result), .timestamp(now)])
    return try await !run(statement).isEmpty
  }

  /// Records that a workflow has failed, and whether that is its end; false where the lease is lost.
  func fail(
    _ instance: WorkflowInstance, _ failure: WorkflowFailure, isEnd: Bool, at now: Timestamp,
    in session: (any SQLSession)? = nil
  ) async throws -> Bool {
    let change: SQL =
      isEnd ? "state = 'failed', owner = NULL, ended_at = \(now), " : "state = 'compensating', "
    return try await !run(
      """
      UPDATE charter.workflows SET \(change)failure = \(failure.reason), code = \(failure.code), waits_for = NULL,
        note = NULL, attempted = NULL, attempts = 0, tried_since = NULL
      WHERE \(isHeld(instance)) RETURNING id
      """, in: session
    ).isEmpty
  }
}

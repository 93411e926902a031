import ServiceCore
import ServicePostgres

/// The state of a workflow. The first three are unfinished.
public enum WorkflowState: String, Sendable, CaseIterable {
  case running
  /// Its steps are being undone.
  case compensating
  /// A person is to look at it: ``Workflows/resume(_:)``, ``Workflows/fork(_:from:as:)`` or
  /// ``Workflows/abandon(_:_:)``.
  case stuck
  case completed, failed, abandoned
}

/// A workflow as operators see it.
public struct WorkflowReport: Sendable {
  public let id: Uuid
  public let name: String
  public let version: Int
  public let state: WorkflowState
  public let started: Timestamp
  /// Nil while it is unfinished.
  public let ended: Timestamp?
  /// When it goes on; nil where it does not by time.
  public let due: Timestamp?
  /// The process that works on it.
  public let owner: Uuid?
  /// The message that it waits for.
  public let waitsFor: String?
  /// Why it failed.
  public let failure: WorkflowFailure?
  /// Why it is stuck or abandoned, or why its last attempt failed.
  public let note: String?

  init(_ row: ResultRow) throws {
    (id, name, version) = (try row.get("id"), try row.get("name"), try row.get("version"))
    guard let state = WorkflowState(rawValue: try row.get("state")) else {
      throw WorkflowError(description: "a workflow has a state that this version of Charter does not know")
    }
    self.state = state
    (started, ended, due) = (try row.get("started_at"), try row.get("ended_at"), try row.get("next_at"))
    (owner, waitsFor, note) = (try row.get("owner"), try row.get("waits_for"), try row.get("note"))
    failure = try row.get("failure", String?.self).map { reason in
      WorkflowFailure(reason, code: try row.get("code", String?.self) ?? "")
    }
  }

  static let columns: SQL = """
    id, name, version, state, started_at, ended_at, owner, waits_for, failure, code, note,
    CASE WHEN owner IS NULL AND ended_at IS NULL THEN nullif(due_at, 'infinity') END AS next_at
    """
}

/// What a workflow has done.
public struct WorkflowHistory: Sendable {
  /// A recorded step.
  public struct Step: Sendable {
    public let position: Int
    /// The idempotency key of what it called.
    public let id: Uuid
    public let name: String
    /// `step`, `transaction`, `sleep` or `message`.
    public let kind: String
    /// `done`, `failed`, or `unknown`: it failed, and may have had its effect.
    public let outcome: String
    /// Its value as JSON, or why it failed.
    public let result: String
    public let at: Timestamp
    /// Whether it was undone.
    public let isUndone: Bool
  }

  public let workflow: WorkflowReport
  /// As JSON.
  public let input: String
  /// As JSON; nil for one that is not completed.
  public let output: String?
  public let steps: [Step]
  /// The messages that it has not received yet, in their order.
  public let messages: [(id: String, name: String, value: String)]
}

/// What operators see of workflows, and do with them.
extension Workflows {
  /// Workflows by their ids, the greatest first: those that were started last, where ids are of version 7.
  ///
  /// - Parameters:
  ///   - states: empty for all.
  ///   - name: nil for all.
  ///   - id: of the workflow that they come after in this order; nil for the first.
  public func list(
    _ states: Set<WorkflowState> = [], name: String? = nil, before id: Uuid? = nil, limit: Int = 100
  ) async throws -> [WorkflowReport] {
    var query: SQL = "SELECT \(WorkflowReport.columns) FROM charter.workflows WHERE true"
    if !states.isEmpty { query += " AND state = ANY (\(states.map(\.rawValue))::text[])" }
    // The few that are unfinished have an index.
    if states == [.stuck] { query += " AND owner IS NULL AND ended_at IS NULL" }
    if let name { query += " AND name = \(name)" }
    if let id { query += " AND id < \(id)" }
    query += " ORDER BY id DESC LIMIT \(limit)"
    return try await database.query(query).map { try WorkflowReport($0) }
  }

  /// Nil where there is none with this id.
  public func show(_ id: Uuid) async throws -> WorkflowHistory? {
    let rows = try await database.query(
      "SELECT \(WorkflowReport.columns), input, result FROM charter.workflows WHERE id = \(id)")
    guard let row = rows.first else { return nil }
    var steps = WorkflowSteps()
    for step in try await database.query(
      "SELECT * FROM charter.workflow_steps WHERE workflow = \(id) ORDER BY position, undo")
    {
      try steps.add(step)
    }
    let messages = try await database.query(
      """
      SELECT id, name, value FROM charter.workflow_messages WHERE workflow = \(id) AND position IS NULL ORDER BY number
      """)
    return WorkflowHistory(
      workflow: try WorkflowReport(row), input: try row.get("input"), output: try row.get("result"),
      steps: steps.history.map { step in
        .init(
          position: step.position, id: step.id, name: step.name, kind: step.kind.rawValue,
          outcome: step.outcome.rawValue, result: step.result, at: step.at,
          isUndone: steps.undone.contains(step.position))
      }, messages: try messages.map { (try $0.get("id"), try $0.get("name"), try $0.get("value")) })
  }

  /// Lets a workflow that is stuck go on where it stopped; false where there is no such one.
  public func resume(_ id: Uuid) async throws -> Bool {
    let count = try await database.execute(
      """
      UPDATE charter.workflows SET state = CASE WHEN failure IS NULL THEN 'running' ELSE 'compensating' END,
        due_at = \(clock.now), note = NULL, attempted = NULL, attempts = 0, tried_since = NULL
      WHERE id = \(id) AND state = 'stuck'
      """)
    if count > 0 { wake() }
    return count > 0
  }

  /// Gives up a workflow as it is, and undoes nothing; false where there is no unfinished one with this id.
  ///
  /// A step in progress ends by itself, and is not recorded.
  public func abandon(_ id: Uuid, _ reason: String) async throws -> Bool {
    let count = try await database.execute(
      """
      UPDATE charter.workflows SET state = 'abandoned', owner = NULL, waits_for = NULL, ended_at = \(clock.now),
        note = \(WorkflowFailure.bounded(reason))
      WHERE id = \(id) AND ended_at IS NULL
      """)
    if count > 0 { changed(id) }
    return count > 0
  }

  /// Starts a workflow that has done what another one had done before one of its steps; one that is stuck is then
  /// abandoned.
  ///
  /// - Parameters:
  ///   - position: that of the first step that is done again.
  ///   - new: the id of the new one.
  /// - Throws: ``WorkflowError`` where the other one does not exist or goes on by itself, did not come so far, or has
  ///   undone what would be copied.
  public func fork(_ id: Uuid, from position: Int, as new: Uuid) async throws {
    let now = clock.now
    try await database.sqlTransaction { transaction in
      let rows = try await transaction.query(
        """
        SELECT state, (SELECT count(*) FROM charter.workflow_steps WHERE workflow = \(id) AND NOT undo) AS steps,
          (SELECT name FROM charter.workflow_steps WHERE workflow = \(id) AND undo AND position < \(position)
            ORDER BY position LIMIT 1) AS undone
        FROM charter.workflows WHERE id = \(id) FOR UPDATE
        """)
      try Self.checkFork(rows.first, id, position)
      let isNew = try await transaction.execute(
        """
        INSERT INTO charter.workflows
          (id, name, version, state, input, started_at, deadline, due_at, lease, messages, trace_parent)
        SELECT \(new), name, version, 'running', input, started_at, deadline - started_at + \(now)::timestamptz,
          \(now)::timestamptz, 1, messages, trace_parent FROM charter.workflows WHERE id = \(id)
        ON CONFLICT (id) DO NOTHING
        """)
      guard isNew > 0 else { throw WorkflowError(description: "there is a workflow with the id \(new)") }
      try await transaction.execute(
        """
        INSERT INTO charter.workflow_steps (workflow, position, undo, id, name, kind, outcome, result, code, at)
        SELECT \(new), position, false, id, name, kind, outcome, result, code, at
        FROM charter.workflow_steps WHERE workflow = \(id) AND NOT undo AND position < \(position)
        """)
      // Those that the steps from there on had received are there to be received again.
      try await transaction.execute(
        """
        INSERT INTO charter.workflow_messages (workflow, id, number, name, value, sent_at, position)
        SELECT \(new), id, number, name, value, sent_at, CASE WHEN position < \(position) THEN position END
        FROM charter.workflow_messages WHERE workflow = \(id)
        """)
      try await transaction.execute(
        """
        UPDATE charter.workflows SET state = 'abandoned', owner = NULL, ended_at = \(now),
          note = \("It goes on as \(new).")
        WHERE id = \(id) AND ended_at IS NULL
        """)
      transaction.afterCommit { [self] _ in wake() }
    }
  }

  private static func checkFork(_ row: ResultRow?, _ id: Uuid, _ position: Int) throws {
    guard let row else { throw WorkflowError(description: "there is no workflow with the id \(id)") }
    let state: String = try row.get("state")
    if state == WorkflowState.running.rawValue || state == WorkflowState.compensating.rawValue {
      throw WorkflowError(description: "the workflow \(id) goes on by itself: cancel or abandon it before")
    }
    guard position >= 0, position <= (try row.get("steps", Int.self)) else {
      throw WorkflowError(description: "the workflow \(id) has no step \(position) that could be done again")
    }
    if let name: String = try row.get("undone") {
      throw WorkflowError(description: "the workflow \(id) has undone its step '\(name)': fork it from there or before")
    }
  }

  /// Forgets workflows that ended before a time; returns how many.
  @discardableResult public func forget(endedBefore time: Timestamp) async throws -> Int {
    var total = 0
    while true {
      let count: Int = try await database.query(
        """
        WITH old AS (
          DELETE FROM charter.workflows WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM charter.workflows WHERE ended_at < \(time) LIMIT 1000 FOR UPDATE SKIP LOCKED))
          RETURNING id
        ), steps AS (
          DELETE FROM charter.workflow_steps WHERE workflow = ANY (ARRAY(SELECT id FROM old))
        ), messages AS (
          DELETE FROM charter.workflow_messages WHERE workflow = ANY (ARRAY(SELECT id FROM old)))
        SELECT count(*) AS count FROM old
        """)[0].get("count")
      total += count
      if count < 1_000 { return total }
    }
  }

  /// How many workflows are unfinished, and how many of them are stuck; of very many unfinished ones, 100,000.
  public func status() async throws -> (unfinished: Int, stuck: Int) {
    let row = try await database.query(
      """
      SELECT count(*) AS unfinished, count(*) FILTER (WHERE state = 'stuck') AS stuck FROM (
        (SELECT state FROM charter.workflows WHERE owner IS NULL AND ended_at IS NULL ORDER BY due_at DESC LIMIT 100000)
        UNION ALL (SELECT state FROM charter.workflows WHERE owner IS NOT NULL LIMIT 100000)) w
      """)[0]
    return (min(100_000, try row.get("unfinished")), try row.get("stuck"))
  }
}

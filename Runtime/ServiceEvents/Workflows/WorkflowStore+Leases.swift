import ServiceCore
import ServicePostgres

/// Which process has which workflow.
extension WorkflowStore {
  private static let claiming = SQL.Compiled(
    """
    UPDATE charter.workflows SET owner = $1::uuid, lease = lease + 1, waits_for = NULL
    -- By the place of the rows, which no plan has to look for.
    WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM charter.workflows
      WHERE owner IS NULL AND ended_at IS NULL AND due_at <= $2::timestamptz
        AND name || '/' || version = ANY ($3::text[])
      ORDER BY due_at LIMIT $4::bigint FOR UPDATE SKIP LOCKED))
    RETURNING \(WorkflowInstance.columns)
    """)

  /// Takes workflows that are due and that nobody has.
  ///
  /// - Parameter kinds: those that the process knows.
  func claim(_ kinds: [String], limit: Int, at now: Timestamp) async throws -> [WorkflowInstance] {
    let statement = SQL(
      Self.claiming, [.uuid(process), .timestamp(now), kinds.postgresParameter, .integer(limit)])
    return try await run(statement).map { try WorkflowInstance($0) }
  }

  /// When the next workflow that nobody has is due; nil for none.
  func nextDue() async throws -> Timestamp? {
    try await run(
      """
      SELECT due_at FROM charter.workflows
      WHERE owner IS NULL AND ended_at IS NULL AND due_at < 'infinity' ORDER BY due_at LIMIT 1
      """
    ).first?.get("due_at")
  }

  /// The database's time, and the processes that have workflows and no longer give a sign of life.
  func survey() async throws -> (time: Timestamp, dead: [Uuid]) {
    // From owner to owner: each is one look into the index, however many workflows it has.
    let row = try await run(
      """
      WITH RECURSIVE owners AS (
        (SELECT owner FROM charter.workflows WHERE owner IS NOT NULL ORDER BY owner LIMIT 1)
        UNION ALL
        SELECT (SELECT w.owner FROM charter.workflows w WHERE w.owner > o.owner ORDER BY w.owner LIMIT 1)
        FROM owners o WHERE o.owner IS NOT NULL)
      SELECT clock_timestamp() AS time, ARRAY(
        SELECT owner FROM owners
        WHERE owner IS NOT NULL AND owner <> \(process) AND NOT charter.is_alive(owner)) AS dead
      """)[0]
    return (try row.get("time"), try row.get("dead"))
  }

  /// Takes workflows from processes that have ended; returns how many.
  func release(from dead: [Uuid], at now: Timestamp) async throws -> Int {
    try await run(
      """
      UPDATE charter.workflows SET owner = NULL, due_at = \(now)
      WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM charter.workflows WHERE owner = ANY (\(dead)::uuid[]) LIMIT 1000 FOR UPDATE SKIP LOCKED))
      RETURNING id
      """
    ).count
  }

  /// The workflows that this process has taken from others.
  func taken() async throws -> [WorkflowInstance] {
    // The first lease is that of the process which has started it.
    try await run(
      """
      SELECT \(SQL(compiled: WorkflowInstance.columns)) FROM charter.workflows WHERE owner = \(process) AND lease > 1
      """
    ).map { try WorkflowInstance($0) }
  }

  /// Leaves workflows to a person that have been due since a time and that this process does not know; returns their
  /// ids.
  func strand(allBut kinds: [String], since: Timestamp) async throws -> [Uuid] {
    try await run(
      """
      UPDATE charter.workflows SET due_at = 'infinity', state = 'stuck',
        note = 'no process of the service knows the workflow ' || name || ' of version ' || version
      WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM charter.workflows
        WHERE owner IS NULL AND ended_at IS NULL AND due_at <= \(since)
          AND name || '/' || version <> ALL (\(kinds)::text[])
        LIMIT 1000 FOR UPDATE SKIP LOCKED))
      RETURNING id
      """
    ).map { try $0.get("id") }
  }

  // MARK: reading

  /// The workflow as it is now, and its history; nil where the lease is lost.
  func load(_ instance: WorkflowInstance) async throws -> (instance: WorkflowInstance, steps: WorkflowSteps)? {
    let rows = try await run(
      """
      SELECT \(SQL(compiled: WorkflowInstance.columns)) FROM charter.workflows
      WHERE id = \(instance.id) AND owner = \(process) AND lease = \(instance.lease) AND ended_at IS NULL
      """)
    guard let row = rows.first else { return nil }
    return (try WorkflowInstance(row), try await steps(of: [instance.id])[instance.id] ?? WorkflowSteps())
  }

  /// The recorded steps of workflows.
  func steps(of ids: [Uuid]) async throws -> [Uuid: WorkflowSteps] {
    let rows = try await run(
      """
      SELECT * FROM charter.workflow_steps WHERE workflow = ANY (\(ids)::uuid[]) ORDER BY workflow, position, undo
      """)
    var steps: [Uuid: WorkflowSteps] = [:]
    for row in rows { try steps[row.get("workflow"), default: WorkflowSteps()].add(row) }
    return steps
  }

  /// The ids of all workflows that go on by themselves.
  func unfinished() async throws -> [Uuid] {
    try await run(
      """
      SELECT id FROM charter.workflows WHERE owner IS NULL AND ended_at IS NULL AND state <> 'stuck'
      UNION ALL SELECT id FROM charter.workflows WHERE owner IS NOT NULL
      """
    ).map { try $0.get("id") }
  }

  func instances(_ ids: [Uuid]) async throws -> [WorkflowInstance] {
    try await run(
      """
      SELECT \(SQL(compiled: WorkflowInstance.columns)) FROM charter.workflows
      WHERE id = ANY (\(ids)::uuid[]) AND ended_at IS NULL
      """
    ).map { try WorkflowInstance($0) }
  }
}

/// What is recorded of a workflow's steps.
struct WorkflowSteps: Sendable {
  /// By their positions.
  private(set) var history: [RecordedStep] = []
  /// The positions of those that were undone.
  private(set) var undone: Set<Int> = []

  mutating func add(_ row: ResultRow) throws {
    let step = try RecordedStep(row)
    if try row.get("undo") { undone.insert(step.position) } else { history.append(step) }
  }
}

extension RecordedStep {
  init(_ row: ResultRow) throws {
    guard let kind = Kind(rawValue: try row.get("kind")), let outcome = Outcome(rawValue: try row.get("outcome")) else {
      throw WorkflowError(description: "a step is recorded in a way that this version of Charter does not know")
    }
    self.init(
      position: try row.get("position"), id: try row.get("id"), name: try row.get("name"), kind: kind,
      outcome: outcome, result: try row.get("result"), code: try row.get("code"), at: try row.get("at"))
  }
}

import ServiceCore

/// The last run of a repeating task.
public struct TaskReport: Sendable, Equatable {
  public let name: String
  /// Later than the end while a run is in progress, or when its process died during it.
  public let started: Timestamp?
  public let ended: Timestamp?
  /// Of the last run that ended.
  public let succeeded: Bool?
}

/// Repeating tasks (`charter.tasks`): of several processes, one at a time runs each, by a lease. All times are the
/// database's.
extension Database {
  /// Takes the lease of a task for one run; false when it is not due, or another run is in progress.
  ///
  /// It is due when its period, less a tenth for timers that are early, has passed since its last run began, or when that
  /// was in the future, by a clock that was set back. The lease is free once its run has ended, its time is over, or its
  /// process gives no sign of life (``beat(_:)``); and for that process itself, which asks only once its run has ended,
  /// whether or not the database has heard of that.
  /// - Parameters:
  ///   - period: in milliseconds; 0 when a run is due at once, as after a start.
  ///   - lease: after how many milliseconds of a run another may begin.
  public func beginTask(_ name: String, every period: Int, lease: Int, by process: Uuid) async throws -> Bool {
    let taken = try await execute(
      """
      INSERT INTO charter.tasks AS t (name, process, leased_until, started_at)
      VALUES (\(name), \(process), now() + \(lease)::bigint * interval '1 millisecond', now())
      ON CONFLICT (name) DO UPDATE SET process = excluded.process, leased_until = excluded.leased_until,
        started_at = excluded.started_at
      WHERE (t.started_at + \(period - period / 10)::bigint * interval '1 millisecond' <= now()
          OR t.started_at > now() + interval '1 minute')
        AND (t.leased_until IS NULL OR t.leased_until <= now() OR t.process = excluded.process
          OR NOT charter.is_alive(t.process))
      """)
    return taken == 1
  }

  /// Ends a run and releases its lease. Nothing happens when another process has taken over the lease.
  public func endTask(_ name: String, succeeded: Bool, by process: Uuid) async throws {
    try await execute(
      """
      UPDATE charter.tasks SET ended_at = now(), succeeded = \(succeeded), leased_until = NULL
      WHERE name = \(name) AND process = \(process) AND leased_until IS NOT NULL
      """)
  }

  /// The last runs of all tasks that have ever run, by name.
  public func taskReports() async throws -> [TaskReport] {
    try await query("SELECT name, started_at, ended_at, succeeded FROM charter.tasks ORDER BY name").map { row in
      TaskReport(
        name: try row.get("name"), started: try row.get("started_at"), ended: try row.get("ended_at"),
        succeeded: try row.get("succeeded"))
    }
  }
}

import ServiceCore

extension Database {
  /// Reports that this process is alive: `charter.is_alive(process)` is true for the next five seconds.
  ///
  /// Call it before the first request, and every second. Claims of keys then name the process, and become free soon
  /// after it has died. Rows of processes that died an hour ago are removed.
  /// - Throws: ``PostgresError`` when the database could not be reached before the caller's deadline, or in a minute.
  public func beat(_ process: Uuid) async throws {
    // A busy process is not dead: with a deadline, the report waits for a connection until then.
    let limit = Deadline(in: 60_000)
    try await Deadline.$current.withValue(min(Deadline.current ?? limit, limit)) { try await writeBeat(process) }
  }

  private func writeBeat(_ process: Uuid) async throws {
    // Losing one in a crash of the server does no harm, so its commit need not wait for the disk.
    try await execute(
      """
      WITH dead AS (
        DELETE FROM charter.processes WHERE id IN (
          SELECT id FROM charter.processes WHERE seen_at < now() - interval '1 hour' FOR UPDATE SKIP LOCKED))
      INSERT INTO charter.processes (id, seen_at)
      SELECT \(process)::uuid, now() FROM set_config('synchronous_commit', 'off', true)
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
      """)
    self.process = process
  }
}

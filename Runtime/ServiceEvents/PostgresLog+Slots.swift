import ServicePostgres

extension PostgresLog.Settings {
  /// Seven slots of time together are the retention; one more is current, and one is empty for the next.
  var slotLength: Int { max(1, retention / 7) }
}

extension PostgresLog {
  /// Ends the current slot of time when its time is over, and empties those that are older than the retention.
  ///
  /// Of several processes one does it. A slot whose successor is not free yet, or is in use, lasts longer.
  func turn() async throws {
    try await database.sqlTransaction { transaction in
      let current = try await transaction.query(
        """
        SELECT slot FROM log.slots WHERE began_at IS NOT NULL AND ended_at IS NULL
          AND began_at <= clock_timestamp() - \(settings.slotLength)::bigint * interval '1 millisecond'
        FOR UPDATE SKIP LOCKED
        """)
      guard let slot: Int = try current.first?.get("slot") else { return }
      let expired = try await transaction.query(
        """
        SELECT slot FROM log.slots
        WHERE ended_at <= clock_timestamp() - \(settings.retention)::bigint * interval '1 millisecond'
        """)
      if !expired.isEmpty {
        // A statement that reads or appends waits behind this lock.
        try await transaction.execute("SET LOCAL lock_timeout = '200ms'")
        try await transaction.query("SELECT id FROM log.groups ORDER BY id FOR UPDATE")
      }
      for row in expired { try await empty(try row.get("slot"), transaction) }
      try await transaction.execute(
        """
        WITH next AS (
          UPDATE log.slots SET began_at = clock_timestamp()
          WHERE slot = (\(slot) + 1) % (SELECT count(*) FROM log.slots) AND began_at IS NULL RETURNING slot)
        UPDATE log.slots SET ended_at = clock_timestamp() WHERE slot = \(slot) AND EXISTS (SELECT FROM next)
        """)
    }
  }

  /// Empties a slot, and counts for each group what it has not acknowledged of it: a part of what a group that is
  /// millions behind loses, since nobody can renew a lease meanwhile.
  private func empty(_ slot: Int, _ transaction: PostgresTransaction) async throws {
    // A number of the table itself, since the name of a table cannot be a parameter.
    let table = "log.events_\(slot)"
    try await transaction.execute(
      SQL(
        compiled: """
          UPDATE log.offsets o SET gone = o.gone + e.events
          FROM log.groups g, log.offsets b, LATERAL (
            SELECT count(*) AS events FROM (
              SELECT FROM \(table)
              WHERE channel = g.channel AND partition = b.partition AND position > b.position LIMIT 100000) e) e
          WHERE b.group_id = g.id AND e.events > 0 AND o.group_id = b.group_id AND o.partition = b.partition
          """))
    try await transaction.execute(SQL(compiled: "TRUNCATE \(table)"))
    try await transaction.execute("UPDATE log.slots SET began_at = NULL, ended_at = NULL WHERE slot = \(slot)")
  }
}

import ServiceCore

extension PostgresTransaction {
  /// Marks events as handled by this transaction, by one statement.
  ///
  /// A mark of another transaction that is still open is waited for: of two that handle an event at the same time one
  /// commits. Of several copies of an event the first one is fresh.
  public func mark(_ events: [InboxMark]) async throws -> [InboxState] {
    let times = events.map(\.time)
    // A later event with the same key is not of an earlier time: older slots need not be searched.
    let first = times.map { InboxRing.number(of: $0) }.min() ?? 0
    let last = min(max(first, InboxRing.number(of: clock.now())) + 1, first + InboxRing.slots - 1)
    let searched = (first...last).map { InboxRing.slot(number: $0) }
    let rows = try await query(
      """
      WITH given AS (
        -- A list whose length the planner cannot see: it would plan anew for each one, which takes longer than the marks.
        SELECT * FROM unnest((SELECT \(events.map { InboxRing.slot(number: InboxRing.number(of: $0.time)) })::smallint[]),
          \(events.map(\.consumer))::text[], \(events.map(\.source))::text[], \(events.map(\.id))::text[],
          \(times)::timestamptz[], \(events.map(\.key))::text[], \(events.map(\.sequence))::bigint[],
          \(events.map(\.isParked))::boolean[], \(events.map(\.isRedriven))::boolean[])
          WITH ORDINALITY AS u (slot, consumer, source, event, time, key, sequence, is_parked, is_redriven, n)
      ), judged AS (
        SELECT g.*,
          NOT is_parked AND key IS NOT NULL AND EXISTS (
            SELECT FROM charter.parked p WHERE p.consumer = g.consumer AND p.key = g.key) AS is_blocked,
          NOT is_redriven AND (EXISTS (
            SELECT FROM charter.dead_letters d
            WHERE d.consumer = g.consumer AND d.source = g.source AND d.event = g.event)) AS is_dead,
          -- Slot by slot: the planner leaves the partitions of the other slots out.
          NOT is_redriven AND key IS NOT NULL AND sequence IS NOT NULL AND EXISTS (
            SELECT FROM unnest(\(searched)::smallint[]) AS s (slot), LATERAL (
              SELECT FROM charter.inbox i WHERE i.slot = s.slot AND i.consumer = g.consumer AND i.source = g.source
                AND i.key = g.key AND i.sequence > g.sequence AND i.time >= g.time LIMIT 1) AS later) AS is_stale
        FROM given g
      ), marked AS (
        INSERT INTO charter.inbox (slot, consumer, source, event, time, key, sequence)
        SELECT slot, consumer, source, event, time, key, sequence FROM judged
        WHERE NOT is_blocked AND NOT is_dead AND NOT is_stale ORDER BY n
        ON CONFLICT DO NOTHING
        RETURNING consumer, source, event
      )
      SELECT is_blocked, is_dead, is_stale,
        m.event IS NOT NULL AND row_number() OVER (PARTITION BY j.consumer, j.source, j.event ORDER BY n) = 1 AS is_fresh
      FROM judged j LEFT JOIN marked m USING (consumer, source, event) ORDER BY n
      """)
    return try rows.map { row in
      if try row.get("is_dead") { return .handledBefore }
      if try row.get("is_fresh") { return .fresh }
      // One that was handled before may also be stale, and is then no news.
      if try row.get("is_blocked") { return .blocked }
      return try row.get("is_stale") ? .stale : .handledBefore
    }
  }
}

import ServiceCore
import ServicePostgres

/// An event of the outbox.
struct OutboxEvent: Sendable {
  let id: Int
  let template: String
  let address: String
  let record: EventRecord

  init(_ row: ResultRow) throws {
    // Behind the snapshot: id, xid, slot, and the event's columns.
    (id, template) = (try row.get("id", hint: 1, Int.self), try row.get("template", hint: 4, String.self))
    address = try row.get("address", hint: 5, String.self)
    record = try EventRecord(row, sequence: "id", columns: 4)
  }
}

struct OutboxBatch: Sendable {
  let events: [OutboxEvent]
  /// The position after it.
  let position: RelayPosition
  let hasMore: Bool
}

/// The outbox as its relay reads it, through the session that holds the relay's lock.
struct RelayStore: Sendable {
  let session: DatabaseSession
  /// The maximum number of events in a batch, and of bytes in their payloads; a single event may have more.
  let limits: (events: Int, bytes: Int)

  /// Whether this process leads: of those that share the database one at a time.
  func lead() async throws -> Bool {
    try await session.query("SELECT pg_try_advisory_lock(hashtext('charter.relay')) AS leads")[0].get("leads")
  }

  /// Wakes the process that leads.
  func notify() async throws { try await session.execute("SELECT pg_notify('charter_outbox', '')") }

  /// Listens for other processes' commits, and reads where the relay stands.
  ///
  /// Transaction numbers of another server mean nothing here. Where the database was copied from one, everything that
  /// is retained is emitted again: the inboxes recognize it.
  func begin() async throws -> RelayPosition {
    try await session.execute("LISTEN charter_outbox")
    // Without its last positions, after a crash of the server, some events are published again.
    try await session.execute("SET synchronous_commit = off")
    // New events are few among those that are retained, which the planner cannot know. Its estimates are then not to be
    // compiled for.
    for setting: SQL in ["SET enable_seqscan = off", "SET jit = off", "SET plan_cache_mode = force_generic_plan"] {
      try await session.execute(setting)
    }
    let server: SQL = """
      (SELECT system_identifier || '/' || d.oid FROM pg_control_system(), pg_database d WHERE datname = current_database())
      """
    return try await session.transaction {
      let rows = try await session.query(
        "SELECT mark::text AS mark, target::text AS target, last_id, server = \(server) AS is_here FROM charter.relay")
      if let row = rows.first, try row.get("is_here") {
        return RelayPosition(
          mark: try row.get("mark"), target: try row.get("target"), last: try row.get("last_id", Int?.self) ?? 0)
      }
      guard !rows.isEmpty else {
        try await session.execute(
          "INSERT INTO charter.relay (server, mark) SELECT \(server), \(RelayPosition.start.mark)::pg_snapshot")
        return .start
      }
      let copied = try await session.query(
        """
        WITH before AS (SELECT pg_current_snapshot() AS mark), copied AS (
          INSERT INTO charter.outbox (\(EventColumns.names)) SELECT \(EventColumns.names) FROM charter.outbox ORDER BY id)
        UPDATE charter.relay SET server = \(server), mark = before.mark, target = NULL, last_id = NULL FROM before
        RETURNING relay.mark::text AS mark
        """)
      return RelayPosition(mark: try copied[0].get("mark"))
    }
  }

  func save(_ position: RelayPosition) async throws {
    try await session.execute(
      """
      UPDATE charter.relay SET mark = \(position.mark)::pg_snapshot, target = \(position.target)::pg_snapshot,
        last_id = \(position.target == nil ? nil : position.last)
      """)
  }

  /// The next events after a position, in the order of their ids.
  func read(after position: RelayPosition) async throws -> OutboxBatch {
    // The first batch is found by the numbers of transactions, the following ones by ids.
    let rows: SQL =
      if let target = position.target {
        """
        SELECT * FROM charter.outbox WHERE id > \(position.last)
          AND NOT pg_visible_in_snapshot(xid, \(position.mark)::pg_snapshot)
          AND pg_visible_in_snapshot(xid, \(target)::pg_snapshot)
        """
      } else {
        """
        SELECT * FROM charter.outbox
        WHERE xid >= pg_snapshot_xmax(\(position.mark)::pg_snapshot)
          AND pg_visible_in_snapshot(xid, pg_current_snapshot())
        UNION ALL SELECT * FROM charter.outbox
        WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(\(position.mark)::pg_snapshot)))
          AND pg_visible_in_snapshot(xid, pg_current_snapshot())
        """
      }
    let read = try await session.query(
      """
      SELECT s.snapshot::text AS snapshot, o.*
      FROM (SELECT pg_current_snapshot() AS snapshot) s LEFT JOIN LATERAL (\(limited(rows))) o ON true ORDER BY o.id
      """)
    let snapshot = try position.target ?? read[0].get("snapshot", String.self)
    let (events, hasMore) = try Self.events(read, limits.events)
    return OutboxBatch(
      events: events, position: position.advanced(in: snapshot, past: events.last?.id, hasMore: hasMore),
      hasMore: hasMore)
  }

  /// The events of a channel that were published before, after an id.
  func published(before position: RelayPosition, _ template: String, after id: Int) async throws -> (
    events: [OutboxEvent], hasMore: Bool
  ) {
    let target = position.target ?? position.mark
    let rows: SQL = """
      SELECT * FROM charter.outbox WHERE id > \(id) AND template = \(template)
        AND (pg_visible_in_snapshot(xid, \(position.mark)::pg_snapshot)
          OR id <= \(position.last) AND pg_visible_in_snapshot(xid, \(target)::pg_snapshot))
      """
    return try Self.events(try await session.query("SELECT * FROM (\(limited(rows))) o ORDER BY id"), limits.events)
  }

  /// The first rows up to the limits, each with the number of rows before that of the bytes.
  private func limited(_ rows: SQL) -> SQL {
    """
    SELECT * FROM (
      SELECT *, count(*) OVER () AS found, sum(octet_length(data)) OVER (ORDER BY id) - octet_length(data) AS before
      FROM (SELECT * FROM (\(rows)) matching ORDER BY id LIMIT \(limits.events)) first) sized
    WHERE before < \(limits.bytes)
    """
  }

  private static func events(_ rows: ResultRows, _ limit: Int) throws -> (events: [OutboxEvent], hasMore: Bool) {
    let events = try rows.filter { try $0.get("id", Int?.self) != nil }.map { try OutboxEvent($0) }
    guard let first = rows.first, let found = try first.get("found", Int?.self) else { return (events, false) }
    return (events, found == limit || found > events.count)
  }

  /// Moves scheduled events whose time has come to the outbox; returns their number.
  func moveDue(at now: Timestamp) async throws -> Int {
    try await session.execute(
      """
      WITH due AS (
        DELETE FROM charter.scheduled WHERE id IN (
          SELECT id FROM charter.scheduled WHERE not_before <= \(now) ORDER BY not_before, id LIMIT \(limits.events))
        RETURNING *)
      INSERT INTO charter.outbox (\(EventColumns.names))
      SELECT \(EventColumns.names) FROM due ORDER BY not_before, id
      """)
  }

  /// What held the messages of each channel at the broker when they were published.
  func holders() async throws -> [String: String] {
    let rows = try await session.query("SELECT template, holder FROM charter.relay_channels")
    return Dictionary(try rows.map { (try $0.get("template"), try $0.get("holder")) }) { first, _ in first }
  }

  func save(holder: String, of template: String) async throws {
    try await session.execute(
      """
      INSERT INTO charter.relay_channels (template, holder) VALUES (\(template), \(holder))
      ON CONFLICT (template) DO UPDATE SET holder = excluded.holder
      """)
  }

  /// Stores an event that the broker refuses for good.
  func bury(_ event: OutboxEvent, _ error: String, at now: Timestamp) async throws {
    try await session.execute(
      """
      INSERT INTO charter.dead_letters (consumer, sequence, attempts, error, failed_at, \(EventColumns.names))
      SELECT '', id, 1, \(error.storable), \(now), \(EventColumns.names) FROM charter.outbox WHERE id = \(event.id)
      ON CONFLICT DO NOTHING
      """)
  }
}

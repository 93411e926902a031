import ServiceCore
import ServicePostgres

/// Events of a channel, in order.
struct LogPage: Sendable {
  struct Stored: Sendable {
    let position: Int
    let partition: Int
    let address: String
    let record: EventRecord
  }

  let events: [Stored]
  /// The position of the channel's last event.
  let head: Int
  /// There are no others up to here.
  let through: Int
}

extension PostgresLog {
  /// The bytes after which a page ends.
  private static let pageBytes = 4 << 20

  private static let events: SQL.Compiled = """
    SELECT c.position AS head, e.*
    FROM log.channels c LEFT JOIN LATERAL (
      SELECT position, partition, address, id, source, type, time, key, sequence, content_type, trace_parent,
        trace_state, headers, data
      FROM (
        SELECT e.*, sum(octet_length(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - octet_length(data) AS size
        FROM log.events e
        WHERE channel = $1 AND position > $2 AND position <= $3 AND ($4::integer[] IS NULL OR partition = ANY($4))
        ORDER BY position LIMIT $5) e
      WHERE size < $6) e ON true
    WHERE c.id = $1
    ORDER BY e.position
    """

  /// The next events of a range; nil when the channel is gone.
  func page(_ channel: LogChannel, _ range: LogLeases.Range, limit: Int) async throws -> LogPage? {
    let rows = try await database.query(
      SQL(
        Self.events,
        [
          .integer(channel.id), .integer(range.after), .integer(range.through),
          range.partitions.isEmpty ? .null : range.partitions.postgresParameter, .integer(limit),
          .integer(Self.pageBytes),
        ]))
    guard let first = rows.first else { return nil }
    var events: [LogPage.Stored] = []
    if try first.get("position", hint: 1, Int?.self) != nil {
      events.reserveCapacity(rows.count)
      for row in rows { events.append(try Self.stored(row)) }
    }
    // A full page may be followed by more.
    let isFull = events.count == limit || events.reduce(0) { $0 + $1.record.data.count } >= Self.pageBytes
    let head = try first.get("head", hint: 0, Int.self)
    let end = max(range.after, min(range.through, head))
    return LogPage(events: events, head: head, through: isFull ? events.last?.position ?? end : end)
  }

  private static func stored(_ row: ResultRow) throws -> LogPage.Stored {
    let texts = try row.get("headers", hint: 13, [String]?.self) ?? []
    let headers = stride(from: 0, to: texts.count - 1, by: 2).map { (name: texts[$0], value: texts[$0 + 1]) }
    let record = EventRecord(
      id: try row.get("id", hint: 4, String.self), source: try row.get("source", hint: 5, String.self),
      type: try row.get("type", hint: 6, String.self), time: try row.get("time", hint: 7, Timestamp.self),
      key: try row.get("key", hint: 8, String?.self), sequence: try row.get("sequence", hint: 9, Int?.self),
      contentType: try row.get("content_type", hint: 10, String.self),
      traceParent: try row.get("trace_parent", hint: 11, String?.self),
      traceState: try row.get("trace_state", hint: 12, String?.self), headers: headers,
      data: try row.get("data", hint: 14, Bytes.self).bytes)
    return LogPage.Stored(
      position: try row.get("position", hint: 1, Int.self), partition: try row.get("partition", hint: 2, Int.self),
      address: try row.get("address", hint: 3, String.self), record: record)
  }

  public func read(
    _ descriptor: ChannelDescriptor, from time: Timestamp?, follows: Bool,
    _ body: @Sendable (DeliveredEvent) async throws -> Void
  ) async throws {
    let channel = try await reporting([descriptor]) {
      try await ready()
      return try await self.channel(descriptor)
    }
    let bell = Bell()
    let listening = wakeUps.add(channel.id) { _ in bell.ring() }
    defer { wakeUps.remove(listening) }
    var position = 0
    if let time { position = try await reporting([descriptor]) { try await self.position(channel, before: time) } }
    while true {
      try Task.checkCancellation()
      let range = LogLeases.Range(partitions: [], after: position, through: .max)
      guard let page = try await reporting([descriptor], { try await page(channel, range, limit: 500) }) else {
        forget(channel.template)
        throw TransportError.lost(channels: [channel.template])
      }
      for event in page.events {
        try await body(DeliveredEvent(channel: descriptor, address: event.address, record: event.record))
      }
      position = page.through
      guard page.events.isEmpty else { continue }
      guard follows else { return }
      await bell.wait(milliseconds: settings.poll, sleep)
    }
  }

  /// The position before the first event that was stored at a time or later: the last one when there is none.
  func position(_ channel: LogChannel, before time: Timestamp) async throws -> Int {
    let rows = try await database.query("SELECT position FROM log.channels WHERE id = \(channel.id)")
    guard var high: Int = try rows.first?.get("position") else {
      throw TransportError.lost(channels: [channel.template])
    }
    var low = 0
    // The first such event is after `low`, and not after `high` where there is one.
    while low < high {
      let middle = low + (high - low) / 2
      let rows = try await database.query(
        """
        SELECT position, stored_at >= \(time)::timestamptz AS is_since FROM log.events
        WHERE channel = \(channel.id) AND position > \(middle) ORDER BY position LIMIT 1
        """)
      guard let row = rows.first, try !row.get("is_since", Bool.self) else {
        high = middle
        continue
      }
      low = try row.get("position")
    }
    return low
  }

  public func lag() async throws -> [GroupLag] {
    try await reporting([]) {
      try await ready()
      let rows = try await database.query(
        """
        SELECT g.name, c.template, e.events,
          greatest(0, extract(epoch FROM clock_timestamp() - e.since) * 1000)::bigint AS age
        FROM log.groups g JOIN log.channels c ON c.id = g.channel CROSS JOIN LATERAL (
          SELECT count(*) AS events, min(e.stored_at) AS since
          FROM log.events e JOIN log.offsets o ON o.group_id = g.id AND o.partition = e.partition
          WHERE e.channel = g.channel AND e.position > o.position) e
        ORDER BY g.name, c.template
        """)
      return try rows.map { row in
        GroupLag(
          group: try row.get("name"), channel: try row.get("template"), events: try row.get("events"),
          age: try row.get("age", Int?.self) ?? 0)
      }
    }
  }

  public func rewind(_ group: String, _ descriptor: ChannelDescriptor, to time: Timestamp) async throws {
    try await reporting([descriptor]) {
      try await ready()
      let channel = try await channel(descriptor)
      let position = try await position(channel, before: time)
      let touched = try await database.sqlTransaction { transaction in
        let groups = try await transaction.query(
          "SELECT id FROM log.groups WHERE name = \(group) AND channel = \(channel.id) FOR UPDATE")
        guard let id: Int = try groups.first?.get("id") else { return 0 }
        // Its members lose their leases, and take them again with the new offset.
        return try await transaction.execute(
          """
          UPDATE log.offsets SET position = \(position), owner = NULL, leased_until = NULL, lease = lease + 1, gone = 0
          WHERE group_id = \(id)
          """)
      }
      guard touched > 0 else {
        throw TransportError.refused("there is no group '\(group)' of the channel '\(channel.template)'")
      }
      wakeUps.publish(channel.id, .members)
    }
  }
}

import ServiceCore
import ServiceLoop
import ServicePostgres

/// A group's row.
struct LogGroup: Sendable {
  let id: Int
  let name: String
  let channel: LogChannel
}

/// What a member has after its leases were renewed.
struct LogShare: Sendable {
  let renewed: Set<Int>
  let taken: [LogLeases.Lease]
  /// How many partitions it should have.
  let quota: Int
}

/// Groups, their offsets and leases. All times are the database's.
extension PostgresLog {
  public func subscribe(_ subscription: Subscription) async throws -> any EventSubscription {
    try await reporting([subscription.channel]) {
      try await ready()
      let channel = try await channel(subscription.channel)
      guard let group = try await group(subscription.group, channel) else {
        forget(channel.template)
        throw TransportError.lost(channels: [channel.template])
      }
      let member = LogSubscription(self, subscription, group, loop: Loop.running ?? loop)
      try await member.join()
      return member
    }
  }

  /// The group's row, inserted at its first use with offsets from the oldest event on; nil when the channel is gone.
  private func group(_ name: String, _ channel: LogChannel) async throws -> LogGroup? {
    try await database.sqlTransaction { transaction in
      // Locked, so that it is not deleted meanwhile.
      let channels = try await transaction.query("SELECT id FROM log.channels WHERE id = \(channel.id) FOR KEY SHARE")
      guard channels.count == 1 else { return nil }
      try await transaction.execute(
        """
        INSERT INTO log.groups (name, channel) SELECT \(name), \(channel.id)
        WHERE NOT EXISTS (SELECT FROM log.groups WHERE name = \(name) AND channel = \(channel.id))
        ON CONFLICT DO NOTHING
        """)
      let id: Int = try await transaction.one(
        "SELECT id FROM log.groups WHERE name = \(name) AND channel = \(channel.id)", "group"
      ).get("id")
      try await transaction.execute(
        """
        INSERT INTO log.offsets (group_id, partition) SELECT \(id), generate_series(0, \(channel.partitions - 1)::integer)
        ON CONFLICT DO NOTHING
        """)
      return LogGroup(id: id, name: name, channel: channel)
    }
  }

  /// Renews a member's leases, and takes free partitions up to its share; nil when the group is gone.
  func renew(_ held: [LogLeases.Lease], of group: LogGroup, by process: Uuid) async throws -> LogShare? {
    try await database.sqlTransaction { transaction in
      // A lease that a crash of the server undoes was not acted upon by anyone else. The members of a group come one by
      // one.
      try await transaction.query("SELECT set_config('synchronous_commit', 'off', true)")
      guard try await transaction.query("SELECT FROM log.groups WHERE id = \(group.id) FOR UPDATE").count == 1 else {
        return nil
      }
      let quota = try await register(process, in: group, transaction)
      let renewed = try await renew(held, group, process, transaction)
      let taken = try await take(quota - renewed.count, besides: renewed, group, process, transaction)
      return LogShare(renewed: renewed, taken: taken, quota: quota)
    }
  }

  /// Renews the member's own row, removes members that give no sign of life, and returns the member's share.
  private func register(_ process: Uuid, in group: LogGroup, _ transaction: PostgresTransaction) async throws -> Int {
    try await transaction.execute(
      """
      INSERT INTO log.members (group_id, process, leased_until)
      VALUES (\(group.id), \(process), clock_timestamp() + \(settings.lease)::bigint * interval '1 millisecond')
      ON CONFLICT (group_id, process) DO UPDATE SET leased_until = excluded.leased_until
      """)
    try await transaction.execute(
      "DELETE FROM log.members WHERE group_id = \(group.id) AND leased_until < clock_timestamp()")
    let row = try await transaction.one(
      """
      SELECT count(*) AS members, count(*) FILTER (WHERE process < \(process)) AS before
      FROM log.members WHERE group_id = \(group.id)
      """, "members")
    let (members, before): (Int, Int) = (max(1, try row.get("members")), try row.get("before"))
    // The first ones take one more where they cannot be divided.
    let partitions = group.channel.partitions
    return partitions / members + (before < partitions % members ? 1 : 0)
  }

  private func renew(
    _ held: [LogLeases.Lease], _ group: LogGroup, _ process: Uuid, _ transaction: PostgresTransaction
  ) async throws -> Set<Int> {
    if held.isEmpty { return [] }
    let rows = try await transaction.query(
      """
      UPDATE log.offsets o SET gone = 0,
        leased_until = clock_timestamp() + \(settings.lease)::bigint * interval '1 millisecond'
      FROM log.offsets b, unnest(\(held.map(\.partition))::integer[], \(held.map(\.number))::bigint[]) h(partition, lease)
      WHERE o.group_id = \(group.id) AND o.partition = h.partition AND o.lease = h.lease AND o.owner = \(process)
        AND o.leased_until >= clock_timestamp() AND b.group_id = o.group_id AND b.partition = o.partition
      RETURNING o.partition, b.gone
      """)
    return Set(
      try rows.map { row in
        try report(gone: row, group)
        return try row.get("partition")
      })
  }

  private func take(
    _ count: Int, besides held: Set<Int>, _ group: LogGroup, _ process: Uuid, _ transaction: PostgresTransaction
  ) async throws -> [LogLeases.Lease] {
    if count <= 0 { return [] }
    // A process that joins again, as after an error, has its own partitions at once.
    let rows = try await transaction.query(
      """
      UPDATE log.offsets o SET owner = \(process), lease = o.lease + 1, gone = 0,
        leased_until = clock_timestamp() + \(settings.lease)::bigint * interval '1 millisecond'
      FROM (
        SELECT partition, gone FROM log.offsets
        WHERE group_id = \(group.id) AND partition <> ALL(\(Array(held))::integer[])
          AND (owner IS NULL OR leased_until < clock_timestamp() OR owner = \(process))
        ORDER BY partition LIMIT \(count)) b
      WHERE o.group_id = \(group.id) AND o.partition = b.partition
      RETURNING o.partition, o.lease, o.position, b.gone
      """)
    return try rows.map { row in
      try report(gone: row, group)
      return LogLeases.Lease(
        partition: try row.get("partition"), number: try row.get("lease"), position: try row.get("position"))
    }
  }

  private func report(gone row: ResultRow, _ group: LogGroup) throws {
    let gone: Int = try row.get("gone")
    guard gone > 0 else { return }
    logger.log(
      .warning, "events were removed by their age before they were handled; the oldest one left comes next",
      [
        "events": "\(gone)", "group": group.name, "channel": group.channel.template,
        "partition": "\(try row.get("partition", Int.self))",
      ])
  }

  private static let offsets: SQL.Compiled = """
    UPDATE log.offsets o SET position = greatest(o.position, a.position)
    FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) a(partition, lease, position),
      -- An offset that a crash of the server undoes has events delivered again.
      (SELECT set_config('synchronous_commit', 'off', true)) s
    WHERE o.group_id = $4 AND o.partition = a.partition AND o.lease = a.lease AND o.owner = $5
      AND o.leased_until >= clock_timestamp()
    RETURNING o.partition
    """

  /// Moves offsets, and returns the partitions of those that were moved: not where the lease is lost.
  func store(_ offsets: [LogLeases.Lease], of group: LogGroup, by process: Uuid) async throws -> Set<Int> {
    let rows = try await database.query(
      SQL(
        Self.offsets,
        [
          offsets.map(\.partition).postgresParameter, offsets.map(\.number).postgresParameter,
          offsets.map(\.position).postgresParameter, .integer(group.id), .uuid(process),
        ]))
    return Set(try rows.map { try $0.get("partition") })
  }

  /// Leaves partitions to other members; returns those that were left.
  func release(_ leases: [LogLeases.Lease], of group: LogGroup, by process: Uuid) async throws -> [Int] {
    if leases.isEmpty { return [] }
    let rows = try await database.query(
      """
      UPDATE log.offsets o SET owner = NULL, leased_until = NULL
      FROM unnest(\(leases.map(\.partition))::integer[], \(leases.map(\.number))::bigint[]) h(partition, lease)
      WHERE o.group_id = \(group.id) AND o.partition = h.partition AND o.lease = h.lease AND o.owner = \(process)
      RETURNING o.partition
      """)
    return try rows.map { try $0.get("partition") }
  }

  func leave(_ group: LogGroup, by process: Uuid) async throws {
    try await database.execute("DELETE FROM log.members WHERE group_id = \(group.id) AND process = \(process)")
  }
}

import ServiceCore
import ServicePostgres

/// An event that a consumer has taken, and could not handle yet.
struct ParkedEvent: Sendable {
  let id: Int
  let event: DeliveredEvent
  /// The failed ones.
  let attempts: Int
  let isRedriven: Bool
}

/// The events of one consumer that wait for their next attempt (`charter.parked`), in its service's database: a broker
/// has them acknowledged, so that all brokers retry alike.
struct ParkedEvents: Sendable {
  let database: Database
  let descriptor: ReceiveDescriptor

  private var consumer: String { descriptor.operation.name }

  /// Stores an event that failed, or waits for one that did. One that is parked already stays as it is.
  func park(_ event: DeliveredEvent, attempts: Int, until time: Timestamp, _ error: String) async throws {
    try await database.execute(
      """
      INSERT INTO charter.parked (consumer, sequence, attempts, next_attempt, error, \(EventColumns.names))
      SELECT \(consumer), \(event.record.sequence), \(attempts), \(time), \(error.storable), \(EventColumns.names)
      FROM \(EventColumns(event).table)
      ON CONFLICT DO NOTHING
      """)
  }

  /// Takes events whose time has come, of each key the first one at most, for so many milliseconds.
  func take(_ limit: Int, at now: Timestamp, for lease: Int) async throws -> [ParkedEvent] {
    let rows = try await database.query(
      """
      UPDATE charter.parked SET leased_until = \(now)::timestamptz + \(lease)::bigint * interval '1 millisecond'
      WHERE id IN (
        SELECT id FROM charter.parked p
        WHERE consumer = \(consumer) AND next_attempt <= \(now) AND (leased_until IS NULL OR leased_until <= \(now))
          AND (key IS NULL OR NOT EXISTS (
            SELECT FROM charter.parked e WHERE e.consumer = p.consumer AND e.key = p.key AND e.id < p.id))
        ORDER BY id LIMIT \(limit) FOR UPDATE SKIP LOCKED)
      RETURNING *
      """)
    return try rows.map { row in
      let attempts = try row.get("attempts", Int.self)
      let event = DeliveredEvent(
        channel: descriptor.channel, address: try row.get("address"),
        record: try EventRecord(row, sequence: "sequence"), attempt: attempts + 1)
      return ParkedEvent(
        id: try row.get("id"), event: event, attempts: attempts, isRedriven: try row.get("is_redriven"))
    }
  }

  /// When the next one is due; nil when none waits. Those behind another one with their key are due after that.
  func nextDue() async throws -> Timestamp? {
    try await database.query(
      """
      SELECT min(greatest(next_attempt, leased_until)) AS due FROM charter.parked p WHERE consumer = \(consumer)
        AND (key IS NULL OR NOT EXISTS (
          SELECT FROM charter.parked e WHERE e.consumer = p.consumer AND e.key = p.key AND e.id < p.id))
      """)[0].get("due")
  }

  /// Forgets one that has been handled.
  func remove(_ parked: ParkedEvent) async throws {
    try await database.execute("DELETE FROM charter.parked WHERE id = \(parked.id)")
  }

  /// Stores one again after a failure, or gives it back as it was.
  func put(_ parked: ParkedEvent, attempts: Int, until time: Timestamp, _ error: String?) async throws {
    try await database.execute(
      """
      UPDATE charter.parked SET attempts = \(attempts), next_attempt = \(time), leased_until = NULL,
        error = coalesce(\(error?.storable), error)
      WHERE id = \(parked.id)
      """)
  }

  /// Stores a dead letter, and emits it to the consumer's channel of them; the next event of its key may be handled.
  ///
  /// - Parameter parked: its number among the parked ones; nil for one that was not parked.
  func bury(
    _ event: DeliveredEvent, parked: Int?, attempts: Int, _ error: String, at now: Timestamp
  ) async throws {
    try await database.sqlTransaction { transaction in
      if let parked { try await transaction.execute("DELETE FROM charter.parked WHERE id = \(parked)") }
      let isNew = try await transaction.execute(
        """
        INSERT INTO charter.dead_letters (consumer, sequence, attempts, error, failed_at, \(EventColumns.names))
        SELECT \(consumer), \(event.record.sequence), \(attempts), \(error.storable), \(now), \(EventColumns.names)
        FROM \(EventColumns(event).table)
        ON CONFLICT DO NOTHING
        """)
      if isNew > 0 { try await transaction.emit([deadLetter(event, attempts, error)]) }
    }
    database.haveEmitted()
  }

  /// The event as its channel of dead letters gets it: as it was, with headers that say what happened.
  private func deadLetter(_ event: DeliveredEvent, _ attempts: Int, _ error: String) -> EmittedEvent {
    var record = event.record.storable
    record.headers += [
      ("dead-letter-address", event.address.storable), ("dead-letter-consumer", consumer),
      ("dead-letter-error", error.storable), ("dead-letter-attempts", String(attempts)),
    ]
    let address = descriptor.deadLetter?.template ?? event.address.storable + ReceiveDescriptor.deadLetterSuffix
    return EmittedEvent(channel: descriptor.deadLetterChannel, address: address, record: record)
  }
}

extension ReceiveDescriptor {
  static let deadLetterSuffix = ".dead"

  /// The channel that takes the events that could not be handled.
  package var deadLetterChannel: ChannelDescriptor {
    deadLetter
      ?? ChannelDescriptor(
        name: channel.name + Self.deadLetterSuffix, address: channel.address + [.literal(Self.deadLetterSuffix)],
        orderingKey: channel.orderingKey, partitions: channel.partitions)
  }
}

import ServiceCore
import ServicePostgres

/// The events that one statement stores, by column.
struct LogBatch {
  private(set) var bytes = 0
  private var partitions: [Int] = []
  private var addresses: [String] = []
  private var ids: [String] = []
  private var sources: [String] = []
  private var types: [String] = []
  private var times: [Timestamp] = []
  private var keys: [String?] = []
  private var sequences: [Int?] = []
  private var contentTypes: [String] = []
  private var traceParents: [String?] = []
  private var traceStates: [String?] = []
  private var headers: [String?] = []
  private var data: [Bytes] = []

  var count: Int { ids.count }

  mutating func append(_ event: AddressedRecord, _ channel: LogChannel) {
    let record = event.record
    bytes += record.data.count + 200
    partitions.append(channel.partition(of: record.key ?? record.id))
    addresses.append(event.address)
    ids.append(record.id)
    sources.append(record.source)
    types.append(record.type)
    times.append(record.time)
    keys.append(record.key)
    sequences.append(record.sequence)
    contentTypes.append(record.contentType)
    traceParents.append(record.traceParent)
    traceStates.append(record.traceState)
    // Arrays of different lengths cannot be elements of one: each goes in its text form.
    headers.append(record.headers.isEmpty ? nil : record.headers.flatMap { [$0.name, $0.value] }.postgresText)
    data.append(Bytes(record.data))
  }

  private static let query: SQL.Compiled = """
    WITH counted AS (
      UPDATE log.channels SET position = position + $2 WHERE id = $1
      RETURNING position - $2 AS base, clock_timestamp() AS now)
    INSERT INTO log.events (slot, channel, position, partition, stored_at, address, id, source, type, time, key,
      sequence, content_type, trace_parent, trace_state, headers, data)
    SELECT s.slot, $1, c.base + e.n, e.partition, c.now, e.address, e.id, e.source, e.type, e.time, e.key, e.sequence,
      e.content_type, e.trace_parent, e.trace_state, e.headers::text[], e.data
    FROM counted c, log.slots s,
      unnest($3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::bigint[],
        $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[]) WITH ORDINALITY
        AS e(partition, address, id, source, type, time, key, sequence, content_type, trace_parent, trace_state,
          headers, data, n)
    WHERE s.began_at IS NOT NULL AND s.ended_at IS NULL
    """

  func statement(_ channel: Int) -> SQL {
    SQL(
      Self.query,
      [
        .integer(channel), .integer(count), partitions.postgresParameter, addresses.postgresParameter,
        ids.postgresParameter, sources.postgresParameter, types.postgresParameter, times.postgresParameter,
        keys.postgresParameter, sequences.postgresParameter, contentTypes.postgresParameter,
        traceParents.postgresParameter, traceStates.postgresParameter, headers.postgresParameter,
        data.postgresParameter,
      ])
  }
}

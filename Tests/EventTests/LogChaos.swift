import Foundation
import ServiceCore
import ServiceEvents
import ServicePostgres
import Synchronization
import Testing

/// Measures the PostgreSQL log alone, under load for a time: `./charter test --chaos`.
@Suite(.serialized, .enabled(if: EventChaos.minutes != nil, "run ./charter test --chaos")) struct LogChaos {
  private static let channel = ChannelDescriptor(name: "load", address: [.literal("load")])
  private static let payload = Array(
    #"{"order_id":"0190a0b0-0000-7000-8000-000000000001","items":[{"name":"Scarf","quantity":2,"unit_price":19.99}]}"#
      .utf8)

  private func event(_ number: Int, at time: Timestamp? = nil) -> AddressedRecord {
    let now = time ?? Clock.system.now()
    return AddressedRecord(
      channel: Self.channel, address: "load",
      record: EventRecord(
        id: Uuid.v7(at: now).description, source: "/orders", type: "order-placed", time: now, key: "\(number % 1_000)",
        sequence: number, traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", data: Self.payload))
  }

  /// What the load has done so far.
  private actor Load {
    private(set) var handled = 0
    private(set) var milliseconds: [Double] = []

    func handle(_ events: [DeliveredEvent]) {
      let now = Clock.system.now().microseconds
      handled += events.count
      milliseconds += events.map { Double(now - $0.record.time.microseconds) / 1_000 }
    }

    func percentile(_ share: Double) -> Double {
      let sorted = milliseconds.sorted()
      return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
  }

  private func consume(_ member: any EventSubscription, _ load: Load) -> Task<Void, any Error> {
    Task {
      while true {
        let events = try await member.next(500)
        await load.handle(events)
        try await member.acknowledge(events)
      }
    }
  }

  @Test func `batches are stored and consumed, and the small tables stay small`() async throws {
    let database = try LogDatabase()
    let (publisher, consumer) = (database.connect(PostgresLog.Settings()), database.connect(PostgresLog.Settings()))
    let member = try await consumer.subscribe(
      Subscription(group: "load", channel: Self.channel, process: Uuid.v7(at: Clock.system.now())))
    let load = Load()
    let consuming = consume(member, load)
    let time = Duration.seconds(max(10, (EventChaos.minutes ?? 0) * 60 * 0.1))
    let began = ContinuousClock.now
    let samples = Mutex<[(dead: Int, size: Int)]>([])
    let sampling = Task {
      while true {
        let sample = try await smallTables(database)
        samples.withLock { $0.append(sample) }
        try await Task.sleep(for: time / 20)
      }
    }
    var sent = 0
    while ContinuousClock.now - began < time {
      try await publisher.publish((sent..<sent + 500).map { event($0) })
      sent += 500
      // The consumer keeps up, so that both share the processors.
      while await load.handled < sent - 5_000 { try await Task.sleep(for: .milliseconds(1)) }
    }
    try await eventually("all are handled", within: .seconds(60)) { await load.handled >= sent }
    let seconds = Double((ContinuousClock.now - began).components.seconds)
    sampling.cancel()
    let sampled = samples.withLock { $0 }
    print(
      "log: \(sent) events in batches of 500, \(Int(Double(sent) / max(1, seconds)))/s published and consumed; small tables:",
      "dead tuples \(sampled.map(\.dead)), KiB \(sampled.map { $0.size >> 10 })")
    #expect(sampled.allSatisfy { $0.size < 4 << 20 })
    await stop(database, consuming)
  }

  /// The dead tuples of the tables that change in place, and their size with their indexes.
  private func smallTables(_ database: LogDatabase) async throws -> (dead: Int, size: Int) {
    let row = try await database.query(
      """
      SELECT coalesce(sum(n_dead_tup), 0)::bigint AS dead, coalesce(sum(pg_total_relation_size(relid)), 0)::bigint AS size
      FROM pg_stat_user_tables WHERE schemaname = 'log' AND relname NOT LIKE 'events%'
      """)[0]
    return (try row.get("dead"), try row.get("size"))
  }

  @Test func `single events arrive within milliseconds`() async throws {
    let database = try LogDatabase()
    let (publisher, consumer) = (database.connect(PostgresLog.Settings()), database.connect(PostgresLog.Settings()))
    let member = try await consumer.subscribe(
      Subscription(group: "load", channel: Self.channel, process: Uuid.v7(at: Clock.system.now())))
    let load = Load()
    let consuming = consume(member, load)
    let (began, time, count) = (ContinuousClock.now, Clock.system.now(), 500 * 10)
    // As a relay does: what has come up meanwhile goes with the next call. The times are those of an open loop.
    var sent = 0
    while sent < count {
      try await Task.sleep(until: began + .milliseconds(2 * sent))
      let due = min(count, Int((ContinuousClock.now - began) / .milliseconds(2)) + 1)
      if due > sent {
        try await publisher.publish(
          (sent..<due).map { event($0, at: Timestamp(microseconds: time.microseconds + 2_000 * $0)) })
      }
      sent = max(sent, due)
    }
    try await eventually("all are handled") { await load.handled >= count }
    print(
      "log: 500 single events/s, publish to handler:",
      String(
        format: "p50 %.2f ms, p99 %.2f ms", await load.percentile(0.5), await load.percentile(0.99)))
    await stop(database, consuming)
  }

  private func stop(_ database: LogDatabase, _ consuming: Task<Void, any Error>) async {
    consuming.cancel()
    _ = await consuming.result
    await database.end()
  }
}

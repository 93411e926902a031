import ContractSamples
import Foundation
import ServiceCore
import ServiceEvents
import ServicePostgres
import Synchronization
import Testing

/// What the conformance suite cannot see of the PostgreSQL log.
@Suite(.timeLimit(.minutes(10))) struct LogTests {
  private static let channel = ChannelDescriptor(name: "counted", address: [.literal("counted")], partitions: 4)

  private func with(_ body: (LogDatabase) async throws -> Void) async throws {
    let database = try LogDatabase()
    do {
      try await body(database)
    } catch {
      await database.end()
      throw error
    }
    await database.end()
  }

  private func event(_ key: String?, _ number: Int) -> AddressedRecord {
    AddressedRecord(
      channel: Self.channel, address: "counted",
      record: EventRecord(
        id: Uuid.v7(at: Clock.system.now()).description, source: "/test", type: "counted", time: Clock.system.now(),
        key: key, data: Array("\(number)".utf8)))
  }

  private func join(_ log: PostgresLog, _ group: String = "group") async throws -> any EventSubscription {
    try await log.subscribe(
      Subscription(group: group, channel: Self.channel, process: Uuid.v7(at: Clock.system.now())))
  }

  @Test func `events wake members at once, in the same process and in another one`() async throws {
    try await with { database in
      // Nobody polls here.
      let never: @Sendable (Int) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3_600)) }
      let (here, there) = (database.connect(sleep: never), database.connect(sleep: never))
      let members = try await [join(here, "here"), join(there, "there")]
      for number in 0..<20 {
        try await here.publish([event("a", number)])
        for member in members {
          let events = try await member.take(1)
          #expect(events.map(\.number) == [number])
          try await member.acknowledge(events)
        }
      }
    }
  }

  @Test func `a lost notification costs a poll's time`() async throws {
    try await with { database in
      let isDue = Atomic(false)
      let waiting = Atomic(0)
      let log = database.connect { milliseconds in
        waiting.add(1, ordering: .relaxed)
        // Slots are looked at less often than events.
        while milliseconds > 1_000 || !isDue.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(5)) }
      }
      let member = try await join(log)
      let next = Task { try await member.next(10) }
      // It hears of what there is once its connection for notifications is open.
      try await eventually("the member is woken, and waits again") {
        try await database.query("SELECT pg_notify('charter_log', id::text) FROM log.channels")
        return waiting.load(ordering: .relaxed) >= 4
      }
      // Stored by a transaction that nobody hears of.
      try await database.query(
        """
        WITH counted AS (UPDATE log.channels SET position = position + 1 RETURNING id, position)
        INSERT INTO log.events SELECT 0, id, position, 0, now(), 'counted', 'id', '/test', '', now(), NULL, NULL, '', NULL,
          NULL, NULL, '7' FROM counted
        """)
      isDue.store(true, ordering: .relaxed)
      #expect(try await next.value.map(\.number) == [7])
    }
  }

  @Test func `events older than the retention are removed by the slot, and their loss is reported`() async throws {
    try await with { database in
      var brief = PostgresLog.Settings()
      brief.retention = 350
      let ending = database.connect(brief)
      try await join(ending).close()
      try await ending.publish((0..<30).map { event("key-\($0)", $0) })
      try await eventually("the events are gone") {
        try await database.query("SELECT FROM log.events LIMIT 1").isEmpty
      }
      await ending.close()
      let log = database.connect()
      try await log.publish((30..<40).map { event("key-\($0)", $0) })
      let member = try await join(log)
      #expect(Set(try await member.take(10).map(\.number)) == Set(30..<40))
      let gone = database.lines.withLock { $0 }.filter { $0.contains("removed by their age") }.compactMap { line in
        line.split(separator: #""events":""#).last.flatMap { Int($0.prefix { $0.isNumber }) }
      }
      #expect(gone.reduce(0, +) == 30)
    }
  }

  @Test func `what is acknowledged is not counted as lost with its slot`() async throws {
    try await with { database in
      var brief = PostgresLog.Settings()
      // Long enough to acknowledge all on a loaded machine.
      brief.retention = 5_000
      let log = database.connect(brief)
      let member = try await join(log)
      try await log.publish((0..<30).map { event("key-\($0)", $0) })
      try await member.acknowledge(try await member.take(30))
      try await eventually("the events are gone") {
        try await database.query("SELECT FROM log.events LIMIT 1").isEmpty
      }
      await member.close()
      try await join(log).close()
      #expect(database.lines.withLock { $0 }.allSatisfy { !$0.contains("removed by their age") })
    }
  }

  @Test func `a lease that has expired moves no offset, even if nobody else has it`() async throws {
    try await with { database in
      var long = PostgresLog.Settings()
      long.lease = 600_000
      let log = database.connect(long)
      let member = try await join(log)
      try await log.publish([event("a", 0)])
      let events = try await member.take(1)
      try await database.expireLeases()
      try await member.acknowledge(events)
      #expect(try await database.query("SELECT max(position) AS n FROM log.offsets")[0].get("n") == 0)
      #expect(try await member.extend(events).count == 1)
    }
  }

  @Test func `partitions are divided into fair shares`() async throws {
    try await with { database in
      var long = PostgresLog.Settings()
      long.lease = 600_000
      let log = database.connect(long)
      var members: [any EventSubscription] = []
      for shares in [[4], [2, 2], [1, 1, 2], [1, 1, 1, 1], [0, 1, 1, 1, 1]] {
        members.append(try await join(log))
        try await shared(shares, members, database)
      }
      for shares in [[1, 1, 1, 1], [1, 1, 2]] {
        await members.removeFirst().close()
        try await shared(shares, members, database)
      }
    }
  }

  /// Waits until the partitions are divided like this, while all members ask for events.
  private func shared(_ shares: [Int], _ members: [any EventSubscription], _ database: LogDatabase) async throws {
    let asking = members.map { member in Task { try await repeating { try await member.next(1) } } }
    try await eventually("\(shares)") {
      try await database.query(
        """
        SELECT count(o.owner) AS n FROM log.members m LEFT JOIN log.offsets o ON o.owner = m.process
        GROUP BY m.process ORDER BY n
        """
      ).map { try $0.get("n", Int.self) } == shares
    }
    for task in asking { task.cancel() }
    for task in asking { _ = await task.result }
  }

  @Test func `events that many publish at once are stored together, and only refused ones fail`() async throws {
    try await with { database in
      let log = database.connect()
      let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
        for number in 0..<200 {
          // PostgreSQL has no U+0000 in texts.
          let events = [
            event(number % 50 == 7 ? "a\u{0}" : "key-\(number)", 2 * number), event("key-\(number)", 2 * number + 1),
          ]
          group.addTask {
            do { try await log.publish(events) } catch { return (number, false) }
            return (number, true)
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(Set(outcomes.filter { !$0.value }.keys) == [7, 57, 107, 157])
      let got = try await join(log).take(2 * 196)
      for number in 0..<200 where number % 50 != 7 {
        #expect(got.filter { $0.record.key == "key-\(number)" }.map(\.number) == [2 * number, 2 * number + 1])
      }
      let statements = try await database.query("SELECT count(DISTINCT stored_at) AS n FROM log.events")[0].get(
        "n", Int.self)
      #expect(statements < 150)
    }
  }

  @Test func `a member of a database that was restored goes on where that is`() async throws {
    try await with { database in
      let log = database.connect()
      let member = try await join(log)
      try await log.publish((0..<10).map { event("a", $0) })
      try await member.acknowledge(try await member.take(10))
      // The state before the last five.
      try await database.query("DELETE FROM log.events WHERE position > 5")
      try await database.query("UPDATE log.channels SET position = 5")
      try await database.query("UPDATE log.offsets SET position = 5")
      #expect(try await member.next(10, until: .now + .milliseconds(100)).isEmpty)
      try await log.publish((20..<22).map { event("a", $0) })
      #expect(try await member.take(2).map(\.number) == [20, 21])
    }
  }

  @Test func `a database that was made anew is noticed, and set up again`() async throws {
    try await with { database in
      let log = database.connect()
      let before = try await log.prepare([Self.channel])
      try await database.query("DROP SCHEMA log CASCADE")
      try await database.query("DROP SCHEMA charter CASCADE")
      await #expect(throws: TransportError.self) { try await log.publish([event("a", 0)]) }
      #expect(try await log.prepare([Self.channel]) != before)
      try await log.publish([event("a", 1)])
      #expect(try await join(log).take(1).map(\.number) == [1])
    }
  }

  @Test func `a channel keeps its number of partitions, and with it the order of its keys`() async throws {
    try await with { database in
      let log = database.connect()
      let wider = ChannelDescriptor(name: "counted", address: Self.channel.address, partitions: 32)
      let first = try await log.prepare([Self.channel])
      #expect(try await log.prepare([wider]) == first)
      #expect(try await database.query("SELECT partitions FROM log.channels")[0].get("partitions") == 4)
    }
  }
}

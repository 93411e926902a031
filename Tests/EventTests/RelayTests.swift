import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

@Suite(.timeLimit(.minutes(10))) struct RelayTests {
  @Test func `an event with a lower id that is committed later is published`() async throws {
    try await EventWorld.run { world in
      world.relay()
      for number in 1...500 {
        try await world.database.sqlTransaction { first in
          try await first.emit([Self.emitted("first", number, world)])
          try await world.emit(Step(key: "second", n: number))
          // The relay is past the id of the first one.
          try await world.until("the second is published") { world.broker.records().last?.key == "second" }
        }
        world.database.haveEmitted()
        try await world.until("the first is published") { world.broker.records().last?.key == "first" }
      }
      #expect(world.broker.records().count == 1_000)
      #expect(Set(world.broker.records().map(\.id)).count == 1_000)
    }
  }

  @Test func `the order of a key is that of its commits, whatever the numbers of their transactions`() async throws {
    try await EventWorld.run { world in
      world.relay()
      let database = world.database
      try await database.execute("INSERT INTO counters (key, n) VALUES ('k', 0)")
      for number in 1...500 {
        try await database.sqlTransaction { second in
          // Its number is lower than that of the first.
          try await second.query("SELECT pg_current_xact_id()")
          // While this one is open, the oldest open transaction stands still.
          try await database.sqlTransaction { long in
            try await long.query("SELECT pg_current_xact_id()")
            let (locked, lock) = AsyncStream<Void>.makeStream()
            async let first: Void = database.sqlTransaction { first in
              try await first.execute("UPDATE counters SET n = n + 1 WHERE key = 'k'")
              lock.finish()
              try await first.emit([Self.emitted("k", number * 2, world)])
            }
            for await _ in locked {}
            // Waits until the first is committed.
            try await second.execute("UPDATE counters SET n = n + 1 WHERE key = 'k'")
            try await first
            database.haveEmitted()
            if number.isMultiple(of: 2) {
              try await world.until("the first is published") { world.broker.records().count == number * 2 - 1 }
            }
          }
          try await second.emit([Self.emitted("k", number * 2 + 1, world)])
        }
        database.haveEmitted()
        try await world.until("both are published") { world.broker.records().count == number * 2 }
      }
      #expect(try world.broker.records().map { try Self.number(of: $0) } == Array(2...1_001))
    }
  }

  private static func emitted(_ key: String, _ n: Int, _ world: EventWorld) throws -> EmittedEvent {
    let event = OutgoingEvent(
      channel: Step.channel, address: "steps", message: Step.Message.descriptor,
      content: try Step.Message.encode(Event(Step(key: key, n: n))), notBefore: nil)
    return try EmittedEvent(event, from: "steps", world.call.identity, at: world.tested.clock.now)
  }

  private static func number(of record: EventRecord) throws -> Int {
    var reader = MessageReader(record)
    return try #require(Step.Message.decode(&reader)).payload.n
  }

  @Test func `what is more than a batch is published in order, also by the relay that takes over`() async throws {
    try await EventWorld.run { world in
      for number in 1...40 { try await world.emit(Step(key: "a", n: number), Step(key: "b", n: number)) }
      world.broker.set { $0.failing = 3 }
      let first = world.relay(limits: (events: 7, bytes: 300))
      try await world.until("some are published", advancing: 50) { world.broker.records().count > 30 }
      first.cancel()
      await first.value
      world.relay(limits: (events: 7, bytes: 300))
      try await world.until("all are published", advancing: 50) {
        Set(world.broker.records().map(\.id)).count == 80
      }
      // Some are published twice: the first copies are in order.
      var seen: Set<String> = []
      let numbers = try world.broker.records().filter { seen.insert($0.id).inserted && $0.key == "a" }
        .map { try Self.number(of: $0) }
      #expect(numbers == Array(1...40))
    }
  }

  @Test func `of several relays one publishes, and another one takes over when it ends`() async throws {
    try await EventWorld.run { world in
      let relays = (0..<3).map { _ in world.relay() }
      for (number, relay) in relays.enumerated() {
        try await world.emit(Step(key: "a", n: number))
        // One that ends before it has marked an event has the next one publish it again.
        try await world.until("it is published", advancing: 1_000) {
          Set(world.broker.records().map(\.id)).count == number + 1
        }
        relay.cancel()
        await relay.value
      }
      #expect(Set(world.broker.records().map(\.id)).count == 3)
    }
  }

  @Test func `a broker that is away is logged once, and once when it is back`() async throws {
    try await EventWorld.run { world in
      world.broker.set { $0.isAway = true }
      world.relay()
      try await world.emit(Step(key: "a", n: 1))
      try await world.until("it has failed", advancing: 10) { world.log.count("not published at the moment") == 1 }
      for _ in 0..<50 {
        world.advance(by: 1_000)
        _ = await world.database.isHealthy()
      }
      #expect(try await EventStatus(of: world.database, at: world.tested.clock.now).unpublished == 1)
      world.broker.set { $0.isAway = false }
      try await world.until("it is published", advancing: 1_000) { world.broker.records().count == 1 }
      #expect(world.log.count("not published at the moment") == 1)
      #expect(world.log.count("published again") == 1)
    }
  }

  @Test func `an event that the broker refuses becomes a dead letter, and holds up no other`() async throws {
    try await EventWorld.run { world in
      world.broker.set { $0.largest = 1_000 }
      try await world.emit(
        Step(key: "a", n: 1), Step(key: String(repeating: "x", count: 2_000), n: 2), Step(key: "c", n: 3))
      world.relay()
      let letters = DeadLetters(of: world.database)
      try await world.until("the others are published") {
        Set(world.broker.records().map(\.key)) == ["a", "c"]
      }
      try await world.until("it is a dead letter") { try await letters.count() == 1 }
      let letter = try #require(try await letters.list().first)
      #expect(letter.consumer == "" && letter.error.contains("too large") && letter.record.data.count > 2_000)
      // A broker that takes it gets it.
      world.broker.set { $0.largest = .max }
      #expect(try await letters.redrive(letter.id))
      world.database.haveEmitted()
      try await world.until("it is published") { world.broker.records().contains { $0.id == letter.record.id } }
      #expect(try await letters.count() == 0)
    }
  }

  @Test func `what a broker has lost is published again, and handled once`() async throws {
    try await EventWorld.run { world in
      world.relay()
      world.consumer()
      for number in 1...20 { try await world.step("k\(number % 3)") }
      try await world.until("all are handled") { try await world.effects() == 20 }
      world.broker.lose()
      for number in 1...10 { try await world.step("k\(number % 3)") }
      try await world.until("the new ones are handled", advancing: 200) { try await world.effects() == 30 }
      try await world.until("the old ones are acknowledged again") { world.broker.acknowledged("steps.onStep") >= 30 }
      #expect(try await world.effects() == 30)
      #expect(Set(world.broker.records().map(\.id)).count == 30)
      #expect(try await world.trail("k1") == (1...11).map(String.init).joined(separator: " "))
    }
  }

  @Test func `a running service moves to another broker, and nothing is lost or handled twice`() async throws {
    try await EventWorld.run { world in
      let first = MemoryBroker("first")
      let old = world.relay(over: first)
      for _ in 1...10 { try await world.step("a") }
      try await world.until("they are published") { first.records().count == 10 }
      old.cancel()
      await old.value
      try await world.step("a")
      world.relay()
      world.consumer()
      try await world.until("all are handled", advancing: 10) { try await world.effects() == 11 }
      #expect(try await world.trail("a") == (1...11).map(String.init).joined(separator: " "))
    }
  }

  @Test func `a database that was copied to another server publishes what it retains again`() async throws {
    try await EventWorld.run { world in
      let first = world.relay()
      for _ in 1...3 { try await world.step("a") }
      try await world.until("they are published") { world.broker.records().count == 3 }
      first.cancel()
      await first.value
      try await world.database.execute("UPDATE charter.relay SET server = 'another', mark = '900000000:900000000:'")
      world.relay()
      try await world.step("a")
      try await world.until("all are published again", advancing: 10) { world.broker.records().count >= 7 }
      #expect(try world.broker.records().suffix(4).map { try Self.number(of: $0) } == [1, 2, 3, 4])
    }
  }

  @Test(arguments: [CrashPoint.beforeCommit, .beforePublish, .beforeMark])
  func `an end at any point loses nothing and publishes one copy more at most`(_ point: CrashPoint) async throws {
    try await EventWorld.run { world in
      let crashes = Mutex(0)
      for number in 1...20 {
        let relay = CrashPoint.$hook.withValue({ reached in
          guard reached == point else { return }
          crashes.withLock { $0 += 1 }
          // As if the process had ended: nothing happens after this.
          try await world.timers.sleep(.max / 2)
        }) { world.relay() }
        if point == .beforeCommit {
          await #expect(throws: CancellationError.self) {
            try await CrashPoint.$hook.withValue({ if $0 == .beforeCommit { throw CancellationError() } }) {
              try await world.step("a")
            }
          }
        } else {
          try await world.step("a")
          try await world.until("it ends there", advancing: 10) { crashes.withLock(\.self) > 0 }
        }
        relay.cancel()
        await relay.value
        crashes.withLock { $0 = 0 }
        let next = world.relay()
        if point == .beforeCommit { try await world.step("a") }
        try await world.until("it is published, and marked", advancing: 10) {
          let status = try await EventStatus(of: world.database, at: world.tested.clock.now)
          return status.unpublished == 0 && Set(world.broker.records().map(\.id)).count == number
        }
        next.cancel()
        await next.value
      }
      let copies = Dictionary(grouping: world.broker.records(), by: \.id).mapValues(\.count)
      #expect(copies.count == 20 && copies.values.allSatisfy { $0 <= 2 })
    }
  }

  @Test func `a position is a snapshot, and an id in the next one`() {
    let start = RelayPosition(mark: "5:9:6")
    #expect(start.advanced(in: "5:20:6", past: nil, hasMore: false) == RelayPosition(mark: "5:20:6"))
    #expect(start.advanced(in: "5:20:6", past: 7, hasMore: false) == RelayPosition(mark: "5:20:6"))
    #expect(
      start.advanced(in: "5:20:6", past: 7, hasMore: true) == RelayPosition(mark: "5:9:6", target: "5:20:6", last: 7))
  }
}

import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

@Suite(.timeLimit(.minutes(10))) struct ConsumerTests {
  @Test func `events reach their handlers in the order of their keys, through four relays and four consumers`()
    async throws
  {
    try await Self.order(keys: 12, steps: 60)
  }

  static func order(keys: Int, steps: Int, within seconds: Double = 500) async throws {
    try await EventWorld.run(within: .seconds(seconds)) { world in
      let relays = (0..<4).map { _ in world.relay(limits: (events: 50, bytes: 1_048_576)) }
      for _ in 0..<4 { world.consumer() }
      await withTaskGroup(of: Void.self) { group in
        for key in 0..<keys {
          group.addTask {
            for number in 0..<steps {
              do { try await world.step("k\(key)") } catch { Issue.record(error) }
              // Leaders come and go.
              if key < 3, number == 10 + key * 15 { relays[key].cancel() }
              if number.isMultiple(of: 8) { world.advance(by: 500) }
            }
          }
        }
      }
      try await world.until("all are handled", advancing: 200, within: seconds / 2) {
        try await world.effects() == keys * steps
      }
      for key in 0..<keys {
        #expect(try await world.trail("k\(key)") == (1...steps).map(String.init).joined(separator: " "))
      }
    }
  }

  @Test func `events that are delivered three times, shuffled, and again later take effect once`() async throws {
    try await EventWorld.run { world in
      world.broker.set {
        $0.copies = 3
        $0.shuffled = 1_000
      }
      world.relay()
      for number in 0..<60 { try await world.step("k\(number % 6)") }
      try await world.until("they are published") { world.broker.records().count == 180 }
      world.consumer()
      try await world.until("all are acknowledged", advancing: 1_000) {
        world.broker.acknowledged("steps.onStep") >= 180
      }
      let handled = try await world.effects()
      world.broker.deliverAgain("steps.onStep")
      try await world.until("all are acknowledged again", advancing: 1_000) {
        world.broker.acknowledged("steps.onStep") >= 360
      }
      #expect(try await world.effects() == handled)
      let doubled = try await world.count(
        "SELECT count(*) AS n FROM (SELECT FROM effects GROUP BY event HAVING count(*) > 1) AS doubled")
      #expect(doubled == 0)
      // What was overtaken is not applied: each key has the state of the ordered run.
      for key in 0..<6 {
        #expect(try await world.count("SELECT n FROM state WHERE key = \("k\(key)")") == 10)
        let trail = try #require(try await world.trail("k\(key)")).split(separator: " ").compactMap { Int($0) }
        #expect(trail == trail.sorted())
      }
    }
  }

  @Test func `an old event after a later one is not applied, but one of a restored sender is`() async throws {
    try await EventWorld.run { world in
      world.consumer()
      world.broker.add(try world.record("a", 5))
      try await world.until("it is handled") { try await world.trail("a") == "5" }
      world.broker.add(try world.record("a", 4))
      try await world.until("it is acknowledged") { world.broker.acknowledged("steps.onStep") == 2 }
      #expect(try await world.trail("a") == "5")
      #expect(world.log.count("a later event with its key was handled") == 1)
      // After its sender's database was restored, ids begin lower, and times do not.
      world.advance(by: 1_000)
      world.broker.add(try world.record("a", 6, sequence: 2))
      try await world.until("it is handled") { try await world.trail("a") == "5 6" }
    }
  }

  @Test func `a handler that loses its lease is cancelled, and the effect is one`() async throws {
    try await EventWorld.run { world in
      let process = Uuid(high: 1, low: 1)
      let (started, start) = AsyncStream<Void>.makeStream()
      let cancelled = Mutex(0)
      let isFirst = Mutex(true)
      world.consumer(as: process) { steps, call in
        try await call.sqlTransaction { transaction in
          try await Step.write(steps, transaction)
          let isSlow = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
          }
          guard isSlow else { return }
          start.yield()
          do { try await world.timers.sleep(3_600_000) } catch {
            cancelled.withLock { $0 += 1 }
            throw error
          }
        }
      }
      world.broker.add(try world.record("a", 1))
      for await _ in started { break }
      // Its lease is extended while it runs.
      for _ in 0..<9 { world.advance(by: 5_000) }
      #expect(cancelled.withLock(\.self) == 0)
      world.broker.takeLeases(of: process)
      world.consumer()
      try await world.until("it is cancelled", advancing: 1_000) { cancelled.withLock(\.self) == 1 }
      try await world.until("the other consumer has handled it") { try await world.effects() == 1 }
      try await world.until("it is acknowledged") { world.broker.acknowledged("steps.onStep") == 1 }
      #expect(try await world.effects() == 1)
      #expect(try await world.parked() == 0)
    }
  }

  @Test func `another message of the channel is passed over`() async throws {
    try await EventWorld.run { world in
      world.consumer()
      var noted = try world.record("p", 1, id: "noted")
      noted.type = "step-noted"
      world.broker.add(noted)
      world.broker.add(try world.record("p", 2))
      try await world.until("both are acknowledged") { world.broker.acknowledged("steps.onStep") == 2 }
      #expect(try await world.trail("p") == "2")
      #expect(try await world.parked() == 0)
    }
  }

  @Test func `a handler has one transaction`() async throws {
    try await EventWorld.run { world in
      world.consumer { steps, call in
        _ = try await Step.standard(steps, call)
        return try await Step.standard(steps, call)
      }
      world.broker.add(try world.record("a", 1))
      try await world.until("it is acknowledged") { world.broker.acknowledged("steps.onStep") == 1 }
      #expect(try await world.effects() == 1)
      #expect(world.log.count("begins another: an event has one transaction") == 1)
    }
  }

  @Test func `a handler that is unavailable for lack of a database is no failure of its event`() async throws {
    try await EventWorld.run { world in
      let attempts = Mutex(0)
      world.consumer { steps, call in
        let attempt = attempts.withLock { attempts in
          attempts += 1
          return attempts
        }
        if attempt < 20 { throw PostgresError.unavailable("a test") }
        return try await Step.standard(steps, call)
      }
      world.broker.add(try world.record("a", 1))
      try await world.until("it is handled", advancing: 1_000) { try await world.effects() == 1 }
      #expect(try await world.parked() == 0)
      #expect(try await DeadLetters(of: world.database).count() == 0)
      // It is told once the consumer knows of the commit, which others see a moment earlier.
      try await world.until("it is told") { world.log.count("events are handled again") == 1 }
      #expect(world.log.count("events wait") == 1)
    }
  }

  @Test(arguments: [CrashPoint.beforeCommit, .beforeAcknowledge, .afterAcknowledge])
  func `an end of the consumer at any point leaves one effect`(_ point: CrashPoint) async throws {
    try await EventWorld.run { world in
      for number in 1...20 {
        let reached = Mutex(false)
        let first = CrashPoint.$hook.withValue({ reachedPoint in
          guard reachedPoint == point else { return }
          reached.withLock { $0 = true }
          // As if the process had ended: what it had is delivered to another.
          throw CancellationError()
        }) { world.consumer(as: Uuid(high: 7, low: 7)) }
        world.broker.add(try world.record("a", number))
        // A connection that ended with the consumer before is tried again by the clock.
        try await world.until("it ends there", advancing: 5) { reached.withLock(\.self) }
        first.cancel()
        await first.value
        let second = world.consumer()
        try await world.until("it is acknowledged", advancing: 5) {
          world.broker.acknowledged("steps.onStep") == number
        }
        second.cancel()
        await second.value
      }
      #expect(try await world.trail("a") == (1...20).map(String.init).joined(separator: " "))
      #expect(try await world.effects() == 20)
    }
  }

  @Test func `a batch is one transaction, and one by one where it fails`() async throws {
    try await EventWorld.run { world in
      let sizes = Mutex<[Int]>([])
      for number in 1...30 { world.broker.add(try world.record("k\(number % 3)", number)) }
      world.broker.add(try world.record("bad", 31))
      world.consumer(1) { steps, call in
        sizes.withLock { $0.append(steps.count) }
        if steps.contains(where: { $0.payload.key == "bad" }) { throw EmissionError(description: "bad") }
        return try await Step.standard(steps, call)
      }
      try await world.until("the others are handled") { try await world.effects() == 30 }
      #expect(sizes.withLock { $0.first } == 31)
      try await world.until("the bad one is parked") { try await world.parked() == 1 }
      for number in 32...60 { world.broker.add(try world.record("k\(number % 3)", number)) }
      try await world.until("all are handled") { try await world.effects() == 59 }
      #expect(sizes.withLock { $0.contains { $0 > 1 && $0 < 31 } })
    }
  }

  @Test func `a batch that was handled in part before is handled in full, once`() async throws {
    try await EventWorld.run { world in
      for number in 1...10 { world.broker.add(try world.record("k\(number % 3)", number)) }
      let first = world.consumer(1)
      try await world.until("they are handled") { world.broker.acknowledged("steps.onSteps") == 10 }
      first.cancel()
      await first.value
      for number in 11...20 { world.broker.add(try world.record("k\(number % 3)", number)) }
      world.broker.deliverAgain("steps.onSteps")
      world.consumer(1)
      try await world.until("all are acknowledged") { world.broker.acknowledged("steps.onSteps") == 30 }
      #expect(try await world.effects() == 20)
      #expect(try await world.trail("k1") == "1 4 7 10 13 16 19")
    }
  }

  @Test func `copies of an event in one batch have one effect`() async throws {
    try await EventWorld.run { world in
      for number in 1...5 {
        let record = try world.record("k\(number % 2)", number)
        // As a relay publishes it that ended before it had marked it.
        for _ in 0..<3 { world.broker.add(record) }
      }
      world.consumer(1)
      try await world.until("all are acknowledged") { world.broker.acknowledged("steps.onSteps") == 15 }
      #expect(try await world.effects() == 5)
      #expect(try await world.trail("k1") == "1 3 5")
    }
  }

  @Test func `a stopped consumer finishes what it has begun`() async throws {
    try await EventWorld.run { world in
      let (started, start) = AsyncStream<Void>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      let consumer = world.consumer { steps, call in
        start.yield()
        for await _ in released {}
        return try await Step.standard(steps, call)
      }
      world.broker.add(try world.record("a", 1))
      for await _ in started { break }
      consumer.cancel()
      release.finish()
      await consumer.value
      #expect(try await world.effects() == 1)
      #expect(world.broker.acknowledged("steps.onStep") == 1)
    }
  }
}

/// The same at length: `./charter test --chaos EventTests`.
@Suite(.enabled(if: EventChaos.minutes != nil), .timeLimit(.minutes(30))) struct ConsumerChaosTests {
  @Test func `a hundred thousand events reach their handlers in order`() async throws {
    try await ConsumerTests.order(keys: 100, steps: 1_000, within: 1_500)
  }
}

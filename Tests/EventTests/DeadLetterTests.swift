import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

/// Events that cannot be handled.
@Suite(.timeLimit(.minutes(10))) struct DeadLetterTests {
  struct Poison: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: [UInt8]
    var type = "step"
    let error: String

    init(_ name: String, _ data: [UInt8], type: String = "step", _ error: String) {
      (testDescription, self.data, self.type, self.error) = (name, data, type, error)
    }

    static let all = [
      Poison("bad JSON", Array("{\"key\":".utf8), "is not JSON"),
      Poison("a schema violation", Array("{\"key\":\"p\",\"n\":-1}".utf8), "/n must be at least 0"),
      Poison("an unknown type", Array("{\"key\":\"p\",\"n\":1}".utf8), type: "step-v9", "breaks the contract"),
      Poison("a megabyte", Array("\"".utf8) + Array(repeating: 65, count: 1_000_000) + Array("\"".utf8), "/n"),
      Poison("bad UTF-8", Array("{\"key\":\"".utf8) + [0xFF, 0xFE] + Array("\",\"n\":1}".utf8), "is not JSON"),
      Poison("depth 100,000", Array(repeating: UInt8(ascii: "["), count: 100_000), "is not JSON"),
      Poison("no payload", [], "is not JSON"),
      Poison("a handler that throws", Array("{\"key\":\"p\",\"n\":13}".utf8), "unlucky"),
    ]
  }

  @Test(arguments: Poison.all)
  func `poison is tried five times, and is then a dead letter`(_ poison: Poison) async throws {
    try await EventWorld.run { world in
      let isFixed = Mutex(false)
      world.relay()
      world.consumer { steps, call in
        if steps[0].payload.n == 13, !isFixed.withLock(\.self) { throw EmissionError(description: "unlucky") }
        return try await Step.standard(steps, call)
      }
      var record = try world.record("p", 1, id: "poison", data: poison.data)
      record.type = poison.type
      record.headers = [("tenant", "t1"), ("note", "a\0b")]
      world.broker.add(record)
      world.broker.add(try world.record("p", 2))
      world.broker.add(try world.record("q", 3))
      // It is acknowledged, and other keys go on.
      try await world.until("the other key is handled") { try await world.trail("q") == "3" }
      try await world.until("all are acknowledged") { world.broker.acknowledged("steps.onStep") == 3 }
      try await world.until("the one behind it waits") { try await world.parked() == 2 }
      #expect(try await world.trail("p") == nil)
      let start = world.tested.clock.now
      let letters = DeadLetters(of: world.database)
      try await world.until("it is a dead letter", advancing: 50) { try await letters.count() == 1 }
      // After pauses of 1, 2, 4 and 8 seconds, more or less.
      let seconds = (world.tested.clock.now.microseconds - start.microseconds) / 1_000_000
      #expect((11...120).contains(seconds), "\(seconds)")
      let letter = try #require(try await letters.list().first)
      #expect(letter.record.data == poison.data && letter.attempts == 5 && letter.consumer == "steps.onStep")
      #expect(letter.error.contains(poison.error), "\(letter.error)")
      #expect(letter.record.headers.map(\.name) == ["tenant", "note"] && letter.record.headers[0].value == "t1")
      // The next one of its key goes on, and the channel of dead letters has it.
      try await world.until("the next is handled") { try await world.trail("p") == "2" }
      let channel = OnStep.descriptor.deadLetterChannel
      try await world.until("it is published") { world.broker.records(channel).count == 1 }
      let published = try #require(world.broker.records(channel).first)
      #expect(published.data == poison.data && published.id == "poison")
      #expect(published.headers.first { $0.name == "dead-letter-attempts" }?.value == "5")
      #expect(published.headers.first { $0.name == "dead-letter-consumer" }?.value == "steps.onStep")

      // Sent to its handler again, it fails again, or takes effect once.
      isFixed.withLock { $0 = true }
      #expect(try await letters.redrive(letter.id, at: world.tested.clock.now))
      if poison.error == "unlucky" {
        try await world.until("it is handled", advancing: 500) { try await world.trail("p") == "2 13" }
        #expect(try await letters.count() == 0)
        world.broker.add(record)
        try await world.until("its copy is recognized") { world.broker.acknowledged("steps.onStep") == 4 }
        #expect(try await world.effects() == 3)
      } else {
        try await world.until("it is a dead letter again", advancing: 500) { try await letters.count() == 1 }
        let again = try #require(try await letters.list().first)
        #expect(try await letters.discard(again.id))
        #expect(try await letters.count() == 0)
      }
    }
  }

  @Test func `a dead letter that is delivered again is not handled behind an operator's back`() async throws {
    try await EventWorld.run { world in
      let isFixed = Mutex(false)
      world.consumer { steps, call in
        guard isFixed.withLock(\.self) else { throw EmissionError(description: "no") }
        return try await Step.standard(steps, call)
      }
      let letters = DeadLetters(of: world.database)
      world.broker.add(try world.record("a", 1))
      try await world.until("it is a dead letter", advancing: 1_000) { try await letters.count() == 1 }
      isFixed.withLock { $0 = true }
      world.broker.deliverAgain("steps.onStep")
      try await world.until("it is acknowledged again") { world.broker.acknowledged("steps.onStep") == 2 }
      #expect(try await world.effects() == 0)
      let again = try #require(try await letters.list().first)
      #expect(try await letters.redrive(again.id, at: world.tested.clock.now))
      try await world.until("it is handled", advancing: 1_000) { try await world.effects() == 1 }
    }
  }

  @Test func `an event that is too old to be recognized is a dead letter, and is handled when it is redriven`()
    async throws
  {
    try await EventWorld.run { world in
      world.consumer()
      var record = try world.record("a", 1)
      record.time = Timestamp(microseconds: record.time.microseconds - 8 * 86_400_000_000)
      world.broker.add(record)
      let letters = DeadLetters(of: world.database)
      try await world.until("it is a dead letter") { try await letters.count() == 1 }
      let letter = try #require(try await letters.list().first)
      #expect(letter.error.contains("too old") && letter.attempts == 0)
      #expect(try await letters.redrive(letter.id, at: world.tested.clock.now))
      try await world.until("it is handled", advancing: 1_000) { try await world.effects() == 1 }
    }
  }

  @Test func `pauses double up to the longest, and vary by a fifth`() {
    let retry = ReceiveDescriptor.Retry(attempts: 8, delay: 1_000, longestDelay: 10_000)
    var random = SplitMix(seed: 3)
    let now = Timestamp(microseconds: 0)
    for (attempt, pause) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 10_000), (7, 10_000)] {
      for _ in 0..<50 {
        let next = retry.next(after: attempt, at: now, using: &random)?.microseconds ?? 0
        #expect((pause * 800...pause * 1_200).contains(next), "attempt \(attempt): \(next)")
      }
    }
    #expect(retry.next(after: 8, at: now, using: &random) == nil)
    let endless = ReceiveDescriptor.Retry(attempts: .max, delay: .max, longestDelay: .max)
    _ = endless.next(after: 1_000_000, at: now, using: &random)
  }

  @Test func `the events of a key are taken in order, and by one handler at a time`() {
    var queues = KeyQueues()
    func add(_ key: String?, _ n: Int) {
      let record = EventRecord(
        id: "\(n)", source: "/s", type: "t", time: Timestamp(microseconds: 0), key: key, data: [])
      _ = queues.add(DeliveredEvent(channel: Step.channel, address: "steps", record: record))
    }
    func ids(_ work: KeyQueues.Work?) -> [String]? { work?.items.map(\.event.record.id) }
    for (key, n) in [("a", 1), ("a", 2), ("b", 3), (nil, 4), ("a", 5)] { add(key, n) }
    func next(_ limit: Int) -> KeyQueues.Work? { queues.next(limit) }
    let first = next(1)
    #expect(ids(first) == ["1"])
    #expect(ids(next(1)) == ["3"])
    #expect(ids(next(1)) == ["4"])
    #expect(ids(next(1)) == nil)
    if let first { queues.finish(first) }
    let rest = next(10)
    #expect(ids(rest) == ["2", "5"])
    add("a", 6)
    add("a", 7)
    #expect(ids(next(1)) == nil)
    queues.drop([5])
    if let rest { queues.finish(rest) }
    #expect(ids(next(10)) == ["7"])
  }
}

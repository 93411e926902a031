import ServiceCore
import ServicePostgres
import ServiceTesting
import Testing

@testable import ServiceEvents

@Suite(.timeLimit(.minutes(10))) struct OutboxTests {
  @Test func `an event is stored with its effect, or not at all`() async throws {
    struct Failure: Error {}
    try await EventWorld.run { world in
      try await world.emit(Step(key: "a", n: 1), Step(key: "b", n: 2))
      await #expect(throws: Failure.self) {
        _ = try await world.call.committing { _ -> StepEffect in throw Failure() }
      }
      let emitted = try await world.tested.emitted(Step.Message.self)
      #expect(emitted.map(\.payload) == [Step(key: "a", n: 1), Step(key: "b", n: 2)])
      let row = try await world.database.query("SELECT * FROM charter.outbox ORDER BY id")[0]
      let record = try EventRecord(row, sequence: "id")
      #expect(record.source == "/steps" && record.key == "a" && record.type == "step" && record.sequence != nil)
      #expect(record.time == world.tested.clock.now && Uuid(record.id) != nil)
      // In the trace of the call, as a child of it.
      let parent = try #require(record.traceParent.flatMap { TraceParent($0) })
      #expect(parent.trace == world.call.identity.trace && parent.span != world.call.identity.span)
    }
  }

  @Test func `an event that breaks its contract is not committed, and the error says where`() async throws {
    try await EventWorld.run { world async throws in
      let error = await #expect(throws: EmissionError.self) { try await world.emit(Step(key: "a", n: -1)) }
      #expect(error?.description.contains("/n must be at least 0") == true, "\(String(describing: error))")
      #expect(try await world.tested.emitted(Step.Message.self).isEmpty)
    }
  }

  @Test(arguments: [
    ("{\"key\":null}", "it is null"), ("{}", "the payload has no such value"), ("{\"key\":[]}", "array or an object"),
    ("{", "not JSON"),
  ])
  func `an event without a key for its channel is an error`(_ payload: String, _ reason: String) throws {
    let error = #expect(throws: EmissionError.self) { _ = try Self.event(payload).key }
    #expect(error?.description.contains(reason) == true && error?.description.contains("/key") == true)
  }

  @Test(arguments: [("{\"key\":12.50}", "12.5"), ("{\"key\":true}", "true"), ("{\"key\":\"a\"}", "a")])
  func `a key is the text of its value`(_ payload: String, _ key: String) throws {
    #expect(try Self.event(payload).key == key)
  }

  private static func event(_ payload: String) -> OutgoingEvent {
    OutgoingEvent(
      channel: Step.channel, address: "steps", message: Step.Message.descriptor,
      content: MessageContent(data: Array(payload.utf8)), notBefore: nil)
  }

  @Test func `a transaction emits only what its operation declares`() async throws {
    struct Foreign: EventEffect {
      static let operation: String? = "steps.other"
      let output = 0
      func events() throws -> [OutgoingEvent] { [] }
    }
    try await EventWorld.run { world in
      let error = await #expect(throws: EmissionError.self) { _ = try await world.call.committing { _ in Foreign() } }
      #expect(error?.description.contains("steps.other") == true)
    }
  }

  @Test func `a scheduled event is published when its time has come`() async throws {
    try await EventWorld.run { world in
      world.relay()
      let due = Timestamp(microseconds: world.tested.clock.now.microseconds + 90_000_000)
      try await world.emit(Step(key: "a", n: 2), notBefore: due)
      try await world.emit(Step(key: "a", n: 1))
      #expect(try await world.tested.emitted(Step.Message.self).map(\.notBefore) == [nil, due])
      try await world.until("the first is published") { world.broker.records().count == 1 }
      world.advance(by: 60_000)
      _ = await world.database.isHealthy()
      #expect(world.broker.records().count == 1)
      try await world.until("the second is published", advancing: 1_000) { world.broker.records().count == 2 }
      #expect(world.tested.clock.now >= due)
      // It happens when it is published: the time for which it is recognized begins then.
      #expect(world.broker.records().last?.time == due)
    }
  }

  @Test func `a slot is emptied as a whole once it is a day old and published`() async throws {
    try await EventWorld.run { world in
      let database = world.database
      try await world.emit(Step(key: "a", n: 1))
      let retention = EventRetention(of: database, receiving: StepEndpoint.operations)
      let now = Clock.system.now().microseconds
      let later = Timestamp(microseconds: now + 7 * OutboxRing.seconds * 1_000_000)
      #expect(try await retention.run(at: Timestamp(microseconds: now)) == 0)
      #expect(try await retention.run(at: later) == 0, "it is not published")
      world.relay()
      try await world.until("it is published") { try await EventStatus(of: database, at: later).unpublished == 0 }
      // A transaction that reads the slot: emptying it is tried again later.
      try await database.sqlTransaction { transaction in
        try await transaction.query("SELECT count(*) AS n FROM charter.outbox")
        #expect(try await retention.run(at: later) == 0)
      }
      #expect(try await retention.run(at: later) == 1)
      #expect(try await world.tested.emitted(Step.Message.self).isEmpty)
      let dead = try await world.count(
        """
        SELECT coalesce(sum(n_dead_tup + n_tup_upd + n_tup_del), 0)::bigint AS n FROM pg_stat_user_tables
        WHERE schemaname = 'charter' AND relname ~ '^(outbox|inbox)_'
        """)
      #expect(dead == 0)
    }
  }

  @Test func `a mark is forgotten when its event's window has passed`() async throws {
    try await EventWorld.run { world in
      world.consumer()
      world.broker.add(try world.record("a", 1))
      try await world.until("it is handled") { try await world.effects() == 1 }
      let retention = EventRetention(of: world.database, receiving: StepEndpoint.operations)
      let now = world.tested.clock.now.microseconds
      let day = 86_400_000_000
      #expect(try await retention.run(at: Timestamp(microseconds: now + 6 * day)) == 0)
      #expect(try await retention.run(at: Timestamp(microseconds: now + 10 * day)) == 1)
    }
  }

  @Test func `the service's role may neither change nor delete what it has emitted`() async throws {
    try await EventWorld.run { world in
      try await world.emit(Step(key: "a", n: 1))
      for statement: SQL in [
        "UPDATE charter.outbox SET key = NULL", "DELETE FROM charter.outbox", "DELETE FROM charter.inbox",
        "UPDATE charter.outbox_0 SET key = NULL",
      ] {
        let error = await #expect(throws: PostgresError.self) { try await world.database.execute(statement) }
        guard case .refused("42501", _, _)? = error else {
          Issue.record("\(statement.text): \(String(describing: error))")
          continue
        }
      }
    }
  }
}

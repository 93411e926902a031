import ServiceCore
import ServiceTesting
import Testing

/// What a test of a service sees of its events.
@Suite(.timeLimit(.minutes(10))) struct ServiceTestingTests {
  @Test func `an event is delivered to the service's handlers, once`() async throws {
    try await withService(Steps.self) { steps in
      // Two operations of the contract receive it.
      try await steps.receive(Event<Step.Message>(Step(key: "a", n: 1)), id: "e1")
      try await steps.receive(Event<Step.Message>(Step(key: "a", n: 1)), id: "e1")
      try await steps.receive(Event<Step.Message>(Step(key: "a", n: 2)))
      let rows = try await steps.database.query("SELECT count(*) AS n FROM effects")
      #expect(try rows[0].get("n") == 4)
      let error = await #expect(throws: RequestFault.self) {
        try await steps.receive(Event<Step.Message>(Step(key: "a", n: -2)))
      }
      #expect(error?.problem.violations.first?.rule == "minimum")
    }
  }
}

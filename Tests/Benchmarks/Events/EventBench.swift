import EventBenchAPI
import ServiceCore
import ServiceDefinition

/// The events that `./charter bench events` measures.
struct EventBench: EventBenchHandlers, EventBenchReceivers, Service {
  private let queries: EventBenchQueries
  private let clock: Clock

  init(_ resources: Resources) throws {
    queries = try EventBenchQueries(resources)
    clock = resources.clock
  }

  func emitTicks(_ input: EmitTicks.Input, _ call: Call) async throws -> Committed<EmitTicks.Effect> {
    try await call.transaction { _ in
      let now = clock.now()
      let ticks = (0..<input.body.count).map { _ in
        Event<TickMessage>(
          Tick(
            id: .v7(at: now), key: .v7(at: now), emittedAt: now, name: "Wool scarf, grey, of merino wool",
            note: "Sent with the other things of the same order, as soon as they are there",
            amount: ExactDecimal(scaled: 1_999, exponent: -2)))
      }
      return EmitTicks.Effect(.ok(input.body), tick: ticks)
    }
  }

  func handleTicks(_ events: [HandleTicks.Incoming], _ call: Call) async throws -> Committed<Void> {
    let now = clock.now()
    return try await call.transaction { queries in
      try await queries.insert(
        ticks: events.map { HandledTick(id: $0.payload.id, emittedAt: $0.payload.emittedAt, handledAt: now) })
    }
  }
}

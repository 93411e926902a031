import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServiceHost
import ServiceLoop
import Testing

@testable import ServicePostgres

/// The events of services that a host runs.
@Suite(.timeLimit(.minutes(10))) struct HostedEventTests {
  private static func host(_ environment: [String: String], _ broker: MemoryBroker) throws -> Host {
    let services: [any Service.Type] = [Steps.self]
    let environment = environment.merging(["CHARTER_DRAIN": "0"]) { first, _ in first }
    return try Host(
      settings: try Settings(arguments: ["--port", "0"], environment: environment, services: services),
      services: services,
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, transports: ["memory": { _, _, _ in broker }], loops: 2, logger: Logger(level: .error, sink: { _ in }))
  }

  /// The other event is too old for its handlers by the host's clock.
  @Test func `a host publishes and handles the events of its services, and its health says how it goes`() async throws {
    try await EventWorld.run { world in
      let host = try Self.host(
        ["STEPS_DB_CONNECTION": world.database.address, "EVENTS_URL": "memory:"], world.broker)
      let port = try await host.start { _ in }
      var record = try world.record("a", 1)
      record.time = Clock.system.now()
      world.broker.add(record)
      try await world.emit(Step(key: "b", n: 1))
      // Each of the two receive operations handles it.
      try await world.until("it is handled") { try await world.effects() >= 2 }
      try await world.until("the other is published") {
        let status = try await EventStatus(of: world.database, at: Clock.system.now())
        return status.unpublished == 0 && world.broker.records().count >= 2
      }
      let loop = try Loop()
      let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop])
      let operation = OperationDescriptor(
        service: "test", id: "get", method: "GET", path: [], responses: .init([], hasDefault: true))
      // The other's two dead letters are published, too.
      let healthy = #""events":{"unpublished":0,"unpublished_ms":0,"parked":0,"dead_letters":2,"#
      try await world.until("the health says so") {
        let health = try await client.send(HTTPRequest(method: "GET", path: "/health/steps"), operation)
        return String(decoding: health.body, as: UTF8.self).contains(healthy)
      }
      loop.stop()
      await host.stop(within: 10)
    }
  }

  @Test(arguments: [
    ([:], "set EVENTS_URL"), (["EVENTS_URL": "pigeon://loft"], "the scheme 'pigeon'; this build has memory"),
  ])
  func `a host without a broker for its services does not start`(
    _ environment: [String: String], _ reason: String
  ) async throws {
    try await EventWorld.run { world in
      let own = ["STEPS_DB_CONNECTION": world.database.address]
      let host = try Self.host(environment.merging(own) { first, _ in first }, world.broker)
      let error = await #expect(throws: ConfigurationError.self) { _ = try await host.start { _ in } }
      #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
      await host.stop(within: 1)
    }
  }
}

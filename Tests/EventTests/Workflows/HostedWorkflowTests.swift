import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServiceTesting
import Testing

@testable import ServiceEvents
@testable import ServicePostgres

/// A service that keeps what it is given for a day.
struct Keeper: Service {
  enum API: ServiceContract {
    static let name = "keeper"
    static let version = "1.0.0"
    static let operations: [OperationDescriptor] = []
  }

  static let database = Flows.database
  let endpoint: any ServiceEndpoint = Steps.NoOperations()
  let flows: Workflows
  let workflows: [any Workflow]

  init(_ resources: Resources) throws {
    flows = try resources.workflows
    workflows = [Keeping()]
  }
}

struct Keeping: Workflow {
  static let name = "keeping"

  func run(_ input: String, _ flow: Flow) async throws -> Nothing {
    for deed in ["take", "give"] {
      try await flow.transaction(deed, within: FlowWorld.long) { [id = flow.id] transaction in
        try await transaction.execute("INSERT INTO deeds (workflow, what) VALUES (\(id), \(deed))")
      }
      if input == "long", deed == "take" { try await flow.sleep(for: .seconds(86_400)) }
    }
    return Nothing()
  }
}

/// A version of it that the service does not have.
struct LaterKeeping: Workflow {
  static let name = Keeping.name
  static let version = 2
  func run(_ input: String, _ flow: Flow) async throws -> Nothing { Nothing() }
}

/// The workflows of services that a host or a test runs.
@Suite(.timeLimit(.minutes(10))) struct HostedWorkflowTests {
  private static func host(_ world: FlowWorld) throws -> Host {
    let services: [any Service.Type] = [Keeper.self]
    let environment = ["KEEPER_DB_CONNECTION": world.database.address, "CHARTER_DRAIN": "0"]
    return try Host(
      settings: try Settings(arguments: ["--port", "0"], environment: environment, services: services),
      services: services,
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, loops: 2, logger: Logger(level: .error, sink: { _ in }))
  }

  @Test func `a host works on the workflows of its services, and its health counts them`() async throws {
    try await FlowWorld.run { world in
      let outside = Workflows(world.database)
      try await outside.start(Keeping.self, "short", id: .test(1))
      try await outside.start(Keeping.self, "long", id: .test(2))
      let host = try Self.host(world)
      let port = try await host.start { _ in }
      try await world.until(.test(1), is: "completed")
      #expect(try await world.deeds(.test(1)) == "take give")
      try await world.until("the other one sleeps") { try await world.deeds(.test(2)) == "take" }
      let loop = try Loop()
      let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop])
      let operation = OperationDescriptor(
        service: "test", id: "get", method: "GET", path: [], responses: .init([], hasDefault: true))
      let health = try await client.send(HTTPRequest(method: "GET", path: "/health/keeper"), operation)
      #expect(health.text.contains(#""workflows":{"unfinished":1,"stuck":0}"#), "\(health.text)")
      loop.stop()
      await host.stop(within: 10)
    }
  }

  @Test func `a host does not start with code that an unfinished workflow cannot go on with`() async throws {
    try await FlowWorld.run { world in
      try await Workflows(world.database).start(LaterKeeping.self, "", id: .test(1))
      let host = try Self.host(world)
      let error = await #expect(throws: ConfigurationError.self) { _ = try await host.start { _ in } }
      let text = error?.description ?? ""
      #expect(text.contains("unfinished workflows of keeper cannot go on with this code"))
      #expect(text.contains("keeping \(Uuid.test(1)) (version 2): the code has no workflow of this name and version"))
      await host.stop(within: 1)
    }
  }

  @Test func `a test of a service runs its workflows, by the clock of the test`() async throws {
    try await withService(Keeper.self, timeLimit: .seconds(500)) { keeper in
      let database = try keeper.database
      func deeds() async throws -> Int {
        try await database.query("SELECT count(*)::integer AS n FROM deeds")[0].get("n")
      }
      let handle = try await keeper.service.flows.start(Keeping.self, "long", id: .test(1))
      while try await deeds() < 1 { keeper.clock.advance(by: .milliseconds(10)) }
      keeper.clock.advance(by: .seconds(86_400))
      while try await deeds() < 2 { keeper.clock.advance(by: .milliseconds(10)) }
      #expect(try await handle.result(within: FlowWorld.long) == Nothing())
    }
  }
}

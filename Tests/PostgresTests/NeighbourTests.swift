import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import Synchronization
import Testing

/// Services that call each other, and themselves, in a host: who waits for a neighbour keeps nobody out.
@Suite(.serialized, .timeLimit(.minutes(10))) struct NeighbourTests {
  /// An operation with a number in and a text out.
  fileprivate protocol TextOperation: ContractOperation where Input == Int, Output == String {}

  fileprivate enum Ask: TextOperation { static let descriptor = operation("ask", of: "front") }
  fileprivate enum Tell: TextOperation { static let descriptor = operation("tell", of: "front") }
  fileprivate enum Circle: TextOperation { static let descriptor = operation("circle", of: "front") }
  fileprivate enum Hold: TextOperation { static let descriptor = operation("hold", of: "back") }
  fileprivate enum Count: TextOperation { static let descriptor = operation("count", of: "back") }

  fileprivate static func operation(_ id: String, of service: String) -> OperationDescriptor {
    OperationDescriptor(
      service: service, id: id, method: "GET", path: [.literal(id)], responses: .init([200]))
  }

  fileprivate struct Client<Neighbour: Service>: APIClient {
    static var service: String { Neighbour.API.name }
    let placement: Placement

    init(_ placement: Placement) { self.placement = placement }

    func callAsFunction<O: TextOperation>(_ operation: O.Type, _ number: Int, _ call: Call) async throws -> String {
      try await placement.call(operation, number, call) { handlers, number, call in
        guard let handlers = handlers as? any Handlers else { return nil }
        return try await handlers.handle(operation, number, call)
      }
    }
  }

  fileprivate protocol Handlers: ServiceEndpoint, Service {
    func handle(_ operation: any TextOperation.Type, _ number: Int, _ call: Call) async throws -> String
    static var types: [any TextOperation.Type] { get }
  }

  fileprivate struct Front: Handlers {
    enum API: ServiceContract {
      static let name = "front"
      static let version = "1"
      static let operations = Front.types.map { $0.descriptor }
    }

    static let types: [any TextOperation.Type] = [Ask.self, Tell.self, Circle.self]
    static let database: ServiceDatabase? = ServiceDatabase(migrations: [])
    let database: Database
    let back: Client<Back>
    let front: Client<Front>

    init(_ resources: Resources) throws {
      database = try resources.database
      back = try resources.client()
      front = try resources.client()
    }

    func handle(_ operation: any TextOperation.Type, _ number: Int, _ call: Call) async throws -> String {
      if operation == Ask.self { return try await back(Hold.self, number, call) }
      if operation == Circle.self, number > 0 { return try await front(Circle.self, number - 1, call) }
      return try await database.query("SELECT \(number)::integer AS n FROM pg_sleep(0.002)")[0].get("n", Int.self)
        .description
    }
  }

  fileprivate struct Back: Handlers {
    enum API: ServiceContract {
      static let name = "back"
      static let version = "1"
      static let operations = Back.types.map { $0.descriptor }
    }

    static let types: [any TextOperation.Type] = [Hold.self, Count.self]
    static let database: ServiceDatabase? = ServiceDatabase(migrations: [])
    static let gate = Gate()
    let database: Database

    init(_ resources: Resources) throws { database = try resources.database }

    func handle(_ operation: any TextOperation.Type, _ number: Int, _ call: Call) async throws -> String {
      if operation == Hold.self {
        await Self.gate.pass()
        return "held"
      }
      return try await database.sqlTransaction {
        try await $0.query("SELECT \(number)::integer AS n FROM pg_sleep(0.002)")[0].get("n", Int.self).description
      }
    }
  }

  // MARK: hosts

  /// Databases of both services, and the settings by which hosts work in them.
  private static func withDatabases(_ body: ([TestDatabase], [String: String]) async throws -> Void) async throws {
    let tests = [try await TestDatabase(), try await TestDatabase()]
    var environment = ["CHARTER_DRAIN": "0"]
    for (name, test) in zip(["FRONT", "BACK"], tests) {
      environment["\(name)_DB_CONNECTION"] = test.app
      environment["\(name)_DB_OWNER"] = test.address
    }
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(tests, environment))
    } catch {
      result = .failure(error)
    }
    for test in tests { await test.end() }
    try result.get()
  }

  /// Starts a host of some services, and stops it after `body`.
  static func run(
    _ placed: String, of services: [any Service.Type] = [Front.self, Back.self], loops: Int,
    _ environment: [String: String], _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let settings = try Settings(
      arguments: ["--port", "0", "--only", placed], environment: environment, services: services)
    let host = try Host(
      settings: settings, services: services, gateway: { _ in { _ in .answer(HTTPResponse(status: 404)) } },
      loops: loops, logger: Logger(level: .error, sink: { _ in }))
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(try await host.start { _ in }))
    } catch {
      result = .failure(error)
    }
    await host.stop(within: 0)
    try result.get()
  }

  /// Gives a client of a port, by connections of its own.
  static func withClient(
    _ port: Int,
    _ body: (_ get: @escaping @Sendable (_ path: String) async throws -> (status: Int, text: String)) async throws ->
      Void
  ) async throws {
    let loop = try Loop()
    defer { loop.stop() }
    var limits = HTTPClient.Limits()
    limits.connections = 400
    let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: limits)
    try await body { path in
      let parts = path.split(separator: "?").map(String.init)
      let request = HTTPRequest(method: "GET", path: parts[0], query: parts.count > 1 ? parts[1] : nil)
      let response = try await client.send(request, Self.operation("get", of: "test"))
      return (response.status, String(decoding: response.body, as: UTF8.self))
    }
  }

  /// Sends so many requests at once; gives how many times which status came.
  static func statuses(
    _ count: Int, _ get: @escaping @Sendable (String) async throws -> (status: Int, text: String),
    _ path: @escaping @Sendable (Int) -> String
  ) async -> [Int: Int] {
    await withTaskGroup(of: Int.self) { group in
      for number in 0..<count { group.addTask { (try? await get(path(number)).status) ?? 0 } }
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
  }

  /// Lets 30 requests wait for a neighbour, more than a service works on at once, and has others served meanwhile.
  private static func wait(_ port: Int) async throws {
    try await withClient(port) { get async throws in
      try await withClient(port) { other async throws in
        async let waiting = statuses(30, get) { _ in "/ask" }
        await Back.gate.keeps(16)
        for number in 0..<20 { #expect(try await other("/tell?n=\(number)") == (200, "\(number)")) }
        Back.gate.open()
        #expect(await waiting == [200: 30])
        Back.gate.close()
      }
    }
  }

  @Test func `a service whose neighbour does not answer goes on with everything else`() async throws {
    try await Self.withDatabases { _, environment async throws in
      try await Self.run("front,back", loops: 1, environment) { try await Self.wait($0) }
      try await Self.run("back", loops: 1, environment) { port async throws in
        let environment = environment.merging(["BACK_URL": "http://127.0.0.1:\(port)"]) { $1 }
        try await Self.run("front", loops: 1, environment) { try await Self.wait($0) }
      }
    }
  }

  @Test func `services that call themselves in a circle do not wait for each other for ever`() async throws {
    try await Self.withDatabases { _, environment async throws in
      try await Self.run("front,back", loops: 2, environment) { port async throws in
        try await Self.withClient(port) { get async throws in
          #expect(await Self.statuses(60, get) { _ in "/circle?n=10" } == [200: 60])
        }
      }
    }
  }

  @Test func `the services of a host stay within its connections, however many loops there are`() async throws {
    try await Self.withDatabases { tests, environment async throws in
      let environment = environment.merging(["CHARTER_DB_CONNECTIONS": "4", "BACK_DB_CONNECTIONS": "3"]) { $1 }
      try await Self.run("front,back", loops: 4, environment) { port async throws in
        try await Self.withClient(port) { get async throws in
          let statuses = await Self.statuses(200, get) { $0 % 2 == 0 ? "/tell?n=\($0)" : "/count?n=\($0)" }
          #expect(statuses == [200: 200])
          var counts: [Int] = []
          for test in tests {
            let app = test.name + "_app"
            counts.append(
              try await test.database.query("SELECT count(*) AS n FROM pg_stat_activity WHERE usename = \(app)")[0]
                .get("n"))
          }
          #expect(counts.reduce(0, +) <= 4 && counts[1] <= 3 && counts.allSatisfy { $0 > 0 }, "\(counts)")
        }
      }
    }
  }
}

extension NeighbourTests.TextOperation {
  fileprivate static func decode(_ request: inout RequestReader) throws(RequestFault) -> Int? {
    let number = request.query("n", Int.self)
    request.closeQuery("n")
    return number ?? 0
  }
  fileprivate static func validate(_ input: Int, _ check: inout Violations) {}
  fileprivate static func encode(_ input: Int) throws -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/" + descriptor.id)
    request.addQuery("n", input)
    return request
  }
  fileprivate static func decode(_ response: HTTPResponse) throws -> String? {
    response.status == 200 ? String(decoding: response.body, as: UTF8.self) : nil
  }
  fileprivate static func validate(_ output: String, _ check: inout Violations) {}
  fileprivate static func encode(_ output: String) -> HTTPResponse {
    HTTPResponse(status: 200, body: Array(output.utf8))
  }
}

extension NeighbourTests.Handlers {
  fileprivate var endpoint: any ServiceEndpoint { self }

  fileprivate func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    func respond<O: NeighbourTests.TextOperation>(_ operation: O.Type) async -> HTTPResponse {
      await Serving.respond(operation, request, call) { try await handle(operation, $0, $1) }
    }
    return await respond(Self.types[index])
  }
}

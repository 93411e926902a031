import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import Synchronization
import Testing

/// A host of services that are made up, each with a database of its own.
@Suite(.timeLimit(.minutes(10))) struct HostTests {
  /// Has one operation for everybody and one for other services.
  private struct Shelf: Service {
    enum API: ServiceContract {
      static let name = "shelf"
      static let version = "1"
      static let operations = [
        operation("getBook", "shelf", "books"), operation("lendBook", "shelf", "loans", isInternal: true),
      ]
    }

    static let database: ServiceDatabase? = ServiceDatabase(migrations: [
      Migration(name: "0001-books.sql", path: "Services/Town/Shelf/Migrations/0001-books.sql", sql: "CREATE TABLE b ()")
    ])
    let endpoint: any ServiceEndpoint = Greeting()

    init(_ resources: Resources) throws {}
  }

  /// Calls the shelf.
  private struct Desk: Service {
    enum API: ServiceContract {
      static let name = "desk"
      static let version = "1"
      static let operations = [operation("getDesk", "desk", "desk")]
    }

    static let database: ServiceDatabase? = ServiceDatabase(migrations: [])
    let endpoint: any ServiceEndpoint = Greeting()

    init(_ resources: Resources) throws { let _: ShelfClient = try resources.client() }
  }

  /// Gives a list page by page.
  private struct Index: Service {
    enum API: ServiceContract {
      static let name = "index"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "index", id: "listWords", method: "GET", path: [.literal("words")], cursor: "cursor",
          responses: .init([200]))
      ]
    }

    let endpoint: any ServiceEndpoint = Greeting()

    init(_ resources: Resources) throws {}
  }

  private struct ShelfClient: APIClient {
    static let service = "shelf"
    init(_ placement: Placement) {}
  }

  struct Greeting: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 200, body: Array("hello".utf8))
    }
  }

  static func operation(
    _ id: String, _ service: String, _ path: String, isInternal: Bool = false
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: service, id: id, method: "GET", path: [.literal(path)], responses: .init([200]),
      policy: .init(isInternal: isInternal))
  }

  /// What a host logs and prints.
  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock(\.self) }
  }

  private static func host(
    _ arguments: [String], _ environment: [String: String], _ log: Lines = Lines(),
    services: [any Service.Type] = [Desk.self, Shelf.self]
  ) throws -> Host {
    let environment = environment.merging(["CHARTER_DRAIN": "0"]) { first, _ in first }
    let settings = try Settings(arguments: arguments, environment: environment, services: services)
    return try Host(
      settings: settings, services: services,
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, loops: 1, logger: Logger { log.add(String(decoding: $0, as: UTF8.self)) })
  }

  /// Starts a host, on a port that is free unless one is given, and stops it behind `body`; gives what it printed.
  @discardableResult
  private static func run(
    _ arguments: [String], _ environment: [String: String], _ log: Lines = Lines(),
    _ body: (_ port: Int) async throws -> Void = { _ in }
  ) async throws -> [String] {
    let host = try host(["--port", "0"] + arguments, environment, log)
    let printed = Lines()
    do {
      try await body(try await host.start(printed.add))
    } catch {
      await host.stop(within: 0)
      throw error
    }
    await host.stop(within: 0)
    return printed.all
  }

  /// A database of the shelf's, and the settings by which a host works in it.
  private static func withShelf(_ body: (TestDatabase, [String: String]) async throws -> Void) async throws {
    let test = try await TestDatabase()
    do {
      try await body(test, ["SHELF_DB_CONNECTION": test.app, "SHELF_DB_OWNER": test.address])
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  /// The answer to a GET; nil when nothing listens there.
  static func get(_ address: String, _ port: Int, _ path: String) async throws -> (status: Int, text: String)? {
    let loop = try Loop()
    defer { loop.stop() }
    let client = try HTTPClient(origin: "http://\(address):\(port)", loops: [loop])
    let operation = OperationDescriptor(
      service: "test", id: "get", method: "GET", path: [], responses: .init([], hasDefault: true))
    do {
      let response = try await client.send(HTTPRequest(method: "GET", path: path), operation)
      return (response.status, String(decoding: response.body, as: UTF8.self))
    } catch ClientError.unreachable {
      return nil
    }
  }

  // MARK: addresses

  @Test func `a host is reached from its own machine alone, unless it is given another address`() async throws {
    try await Self.withShelf { _, environment async throws in
      let quiet = Lines()
      try await Self.run(["--only", "shelf"], environment, quiet) { port async throws in
        #expect(try await Self.get("127.0.0.1", port, "/loans")?.status == 200)
        // On Linux every address of 127/8 is the machine itself: this one stands for another.
        #expect(try await Self.get("127.0.0.2", port, "/books") == nil)
      }
      #expect(!quiet.all.contains { $0.contains("\"warning\"") }, "\(quiet.all)")
      #expect(quiet.all.contains { $0.contains("listening") && $0.contains("public and internal") })
      let wide = Lines()
      try await Self.run(["--only", "shelf", "--address", "0.0.0.0"], environment, wide) { port async throws in
        #expect(try await Self.get("127.0.0.2", port, "/books")?.status == 200)
      }
      #expect(wide.all.contains { $0.contains("\"warning\"") && $0.contains("shelf.lendBook") }, "\(wide.all)")
    }
  }

  @Test func `with a gateway the public port may be reached from anywhere, that of the services has its own address`()
    async throws
  {
    try await Self.withShelf { _, environment async throws in
      let inner = Int.random(in: 20_000..<30_000)
      let log = Lines()
      let more = ["CHARTER_ADDRESS": "0.0.0.0", "SERVICE_PORT": "\(inner)"]
      try await Self.run(["--only", "shelf,gateway"], environment.merging(more) { $1 }, log) { port async throws in
        #expect(try await Self.get("127.0.0.2", port, "/books")?.status == 200)
        #expect(try await Self.get("127.0.0.2", port, "/loans")?.status == 404)
        #expect(try await Self.get("127.0.0.1", inner, "/loans")?.status == 200)
        #expect(try await Self.get("127.0.0.2", inner, "/loans") == nil)
      }
      #expect(!log.all.contains { $0.contains("\"warning\"") }, "\(log.all)")
    }
  }

  @Test func `an address of another machine is refused with the reason`() async throws {
    try await Self.withShelf { _, environment async throws in
      let port = "\(Int.random(in: 20_000..<30_000))"
      let error = await #expect(throws: SystemError.self) {
        try await Self.run(["--only", "shelf", "--address", "192.0.2.1", "--port", port], environment)
      }
      #expect(error?.description.contains("192.0.2.1:\(port): Cannot assign requested address") == true)
    }
  }

  // MARK: migrations

  @Test func `a host without the owner of the schema does not migrate, and says what is missing`() async throws {
    try await Self.withShelf { test, environment async throws in
      let app = ["SHELF_DB_CONNECTION": test.app]
      let missing = await #expect(throws: ConfigurationError.self) { try await Self.run(["--only", "shelf"], app) }
      #expect(missing?.description.contains("the database of shelf lacks") == true)
      for part in ["0001-books.sql", "host --migrate", "SHELF_DB_OWNER"] {
        #expect(missing?.description.contains(part) == true, "\(String(describing: missing))")
      }
      let log = Lines()
      // It needs the owner alone, and no other service.
      try await Self.host(["--only", "shelf", "--migrate"], ["SHELF_DB_OWNER": test.address], log).migrate()
      #expect(log.all.contains { $0.contains("applied a migration") && $0.contains("0001-books.sql") })
      try await Self.run(["--only", "shelf"], app) { port async throws in
        #expect(try await Self.get("127.0.0.1", port, "/books")?.status == 200)
      }
      try await test.database.execute(
        "INSERT INTO charter.migrations (name, digest) VALUES ('0002-authors.sql', 'x')")
      let deleted = await #expect(throws: ConfigurationError.self) { try await Self.run(["--only", "shelf"], app) }
      #expect(
        deleted?.description.contains("Services/Town/Shelf/Migrations/0002-authors.sql: error: it was applied") == true,
        "\(String(describing: deleted))")
    }
  }

  @Test func `migrating needs an owner, and one database may be the service's own`() async throws {
    try await Self.withShelf { test, _ async throws in
      let error = await #expect(throws: ConfigurationError.self) {
        try await Self.host(["--only", "shelf", "--migrate"], ["SHELF_DB_CONNECTION": test.app]).migrate()
      }
      #expect(error?.description.contains("set SHELF_DB_OWNER") == true)
      let one = ["DB_CONNECTION": test.address]
      try await Self.host(["--only", "shelf", "--migrate"], one).migrate()
      try await Self.run(["--only", "shelf"], one)
    }
  }

  @Test func `a host that has migrated does not keep the owner's address`() async throws {
    try await Self.withShelf { test, environment async throws in
      let host = try Self.host(["--port", "0", "--only", "shelf"], environment)
      _ = try await host.start { _ in }
      // What it keeps for its life. The rest of it belongs to other threads.
      let kept = try #require(Mirror(reflecting: host).children.first { $0.label == "settings" })
      let text = String(describing: kept.value)
      #expect(text.contains("_app") && !text.contains("_owner"))
      await host.stop(within: 0)
    }
  }

  // MARK: services that are elsewhere, or nowhere

  @Test func `a service that nobody here calls may be absent: the gateway says so`() async throws {
    try await Self.withShelf { _, environment async throws in
      let printed = try await Self.run(["--only", "shelf,gateway"], environment) { port async throws in
        let answer = try await Self.get("127.0.0.1", port, "/desk")
        #expect(answer?.status == 503)
        for part in ["The service 'desk' is not available here", "DESK_URL"] {
          #expect(answer?.text.contains(part) == true, "\(String(describing: answer))")
        }
        let health = try await Self.get("127.0.0.1", port, "/health/full")?.text ?? ""
        #expect(health.contains(#""status":"degraded""#))
        #expect(health.contains(#"{"service":"desk","status":"not placed"}"#), "\(health)")
        #expect(try await Self.get("127.0.0.1", port, "/ready")?.status == 200)
      }
      #expect(printed.contains { $0.hasPrefix("desk ") && $0.hasSuffix("not placed") }, "\(printed)")
    }
  }

  @Test func `a service that one here calls must be somewhere`() async throws {
    let test = try await TestDatabase()
    let environment = ["DESK_DB_CONNECTION": test.app, "DESK_DB_OWNER": test.address]
    let error = await #expect(throws: ConfigurationError.self) {
      try await Self.run(["--only", "desk,gateway"], environment)
    }
    #expect(error?.description.contains("desk needs shelf") == true && error?.description.contains("SHELF_URL") == true)
    await test.end()
  }

  @Test func `a service whose lists are read page by page starts with keys for its cursors alone`() async throws {
    let test = try await TestDatabase()
    let key = Base64(Array(1...32)).text
    for keys in [nil, key] {
      var environment = ["INDEX_DB_CONNECTION": test.app, "INDEX_DB_OWNER": test.address]
      environment["CHARTER_CURSOR_KEYS"] = keys
      let host = try Self.host(["--port", "0", "--only", "index"], environment, services: [Index.self])
      if keys == nil {
        let error = await #expect(throws: ConfigurationError.self) { try await host.start { _ in } }
        for part in ["listWords", "CHARTER_CURSOR_KEYS", "openssl rand -base64 32"] {
          #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
      } else {
        _ = try await host.start { _ in }
      }
      await host.stop(within: 0)
    }
    await test.end()
  }
}

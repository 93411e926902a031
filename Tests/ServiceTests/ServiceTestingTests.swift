import InventoryAPI
import OrdersAPI
import ProductsAPI
import SecurityGolden
import ServiceCore
import ServiceDefinition
import ServicePostgres
import ServiceTesting
import Synchronization
import Testing

@testable import OrdersService
@testable import ProductsService

/// What service authors are given to test with.
@Suite struct ServiceTestingTests {
  private static let draft = OrderDraft(
    customerName: "Ada", customerEmail: "ada@example.com",
    items: [OrderItem(productID: .test(1), productName: "Scarf", quantity: 1, unitPrice: .scarf)])

  /// Runs a test that must fail; gives what its issues say.
  private static func issues(of body: () async throws -> Void) async -> [String] {
    let issues = Mutex<[String]>([])
    // What is thrown is an issue too, and is known.
    try? await withKnownIssue {
      try await body()
    } matching: { issue in
      issues.withLock { $0.append("\(issue)") }
      return true
    }
    return issues.withLock(\.self)
  }

  // MARK: mocks

  @Test func `a call to another service that has no mock fails the test, by name`() async throws {
    let issues = await Self.issues {
      try await withService(Orders.self) { orders in
        let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: Self.draft), orders.admin)
        guard case .other(503, _) = answer else {
          Issue.record("\(answer)")
          return
        }
      }
    }
    #expect(issues.count == 1)
    #expect(
      issues.first?.contains("products.getProducts was called, and the test has no mock for it") == true, "\(issues)")
  }

  @Test func `a mock whose answer breaks the contract fails the test`() async throws {
    let issues = await Self.issues {
      try await withService(Orders.self) { orders in
        orders.mock(GetProducts.self) { input in
          .ok(.init(items: input.ids.map { .scarf($0, price: ExactDecimal(-1)) }))
        }
        let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: Self.draft), orders.admin)
        guard case .other(502, _) = answer else {
          Issue.record("\(answer)")
          return
        }
      }
    }
    #expect(issues.count == 1)
    for part in ["a mock fails: products.getProducts: ", "the response breaks the contract: /items/0/price"] {
      #expect(issues.first?.contains(part) == true, "\(issues)")
    }
  }

  @Test func `a mock is replaced by a later one, and its inputs are kept in order`() async throws {
    try await withService(Orders.self) { orders in
      orders.fail(GetProducts.self, .status(503))
      let client = orders.client(OrdersClient.self)
      _ = try await client.placeOrder(.init(body: Self.draft), orders.admin)
      orders.mock(GetProducts.self) { input in .ok(.init(items: input.ids.map { .scarf($0, price: ExactDecimal(1)) })) }
      guard case .conflict = try await client.placeOrder(.init(body: Self.draft), orders.admin) else {
        Issue.record("the first mock has answered")
        return
      }
      #expect(orders.calls(of: GetProducts.self).map(\.ids) == [[.test(1)], [.test(1)]])
      #expect(orders.calls(of: ReserveStock.self).isEmpty)
    }
  }

  // MARK: the database

  @Test func `each test has a database of its own, which is dropped when it fails too`() async throws {
    let names = Mutex<[String]>([])
    for _ in 1...2 {
      let issues = await Self.issues {
        try await withService(Products.self) { products in
          let row = try #require(try await products.database.query("SELECT current_database()::text AS name").first)
          let name = try row.get("name", String.self)
          names.withLock { $0.append(name) }
          let input = CreateProduct.Input(body: .init(name: "Scarf", price: .scarf, category: "clothing"))
          _ = try await products.client(ProductsClient.self).createProduct(input, products.admin).get()
          let count = try await products.database.query("SELECT FROM products").count
          #expect(count == 1)
          throw CancellationError()
        }
      }
      #expect(issues.count == 1)
    }
    let used = names.withLock(\.self)
    #expect(Set(used).count == 2)
    try await withService(Products.self) { products async throws in
      #expect(try await products.database.query("SELECT FROM pg_database WHERE datname = ANY(\(used))").isEmpty)
    }
  }

  @Test func `a service works in its database and does not own its schema`() async throws {
    try await withService(Products.self) { products in
      await #expect(throws: PostgresError.self) { try await products.database.execute("DROP TABLE products") }
      await #expect(throws: PostgresError.self) { try await products.database.execute("CREATE TABLE more ()") }
      try await products.database.execute("DELETE FROM products")
    }
  }

  private struct Misbuilt: Service {
    typealias API = ProductsContract
    static let database: ServiceDatabase? = ServiceDatabase(migrations: [
      Migration(name: "0001-books.sql", sql: "CREATE TABEL books ()")
    ])
    let endpoint: any ServiceEndpoint = Sleeper.Nap()

    init(_ resources: Resources) {}
  }

  @Test func `migrations that cannot be applied fail each test, at their place`() async throws {
    for _ in 1...2 {
      let error = await #expect(throws: MigrationError.self) { try await withService(Misbuilt.self) { _ in } }
      #expect(error?.description.hasPrefix("0001-books.sql:1:8: error: ") == true)
    }
  }

  // MARK: a service without a database, whose callers prove who they are

  private struct Doors: PetsHandlers, Service {
    typealias API = PetsContract
    private let logger: Logger

    init(_ resources: Resources) { logger = resources.logger }

    func me(_ input: Me.Input, _ principal: SessionPrincipal, _ call: Call) async throws -> Me.Output {
      guard case .session(let identity) = principal else { throw NotImplemented() }
      return .ok(identity.subject)
    }

    func open(_ input: Open.Input, _ call: Call) async throws -> Open.Output {
      logger.log(.info, "somebody waits")
      // It never ends, and does not heed that it is cancelled.
      await withCheckedContinuation { waiting in Self.waiting.withLock { $0.append(waiting) } }
      return .ok("at last")
    }

    func either(
      _ input: Either.Input, _ principal: VisitorPrincipal, _ call: Call
    ) async throws -> Either.Output { .ok("\(principal)") }

    func both(_ input: Both.Input, _ principal: BothCaller, _ call: Call) async throws
      -> Both.Output
    { .ok("in") }

    func issued(_ input: Issued.Input, _ principal: IssuerOrMachinePrincipal, _ call: Call) async throws
      -> Issued.Output
    { .ok("in") }

    static let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
  }

  @Test func `a test says by name who calls, with which scopes`() async throws {
    try await withService(Doors.self) { doors async throws in
      let ada = doors.call(as: "ada", scopes: ["read"])
      let client = doors.client(PetsClient.self)
      #expect(try await client.me(.init(), ada).get() == "ada")
      #expect(try await client.issued(.init(), ada).get() == "in")
      #expect(try await doors.send("GET", "/me", as: ada).text == "ada")
      #expect(try await doors.send("GET", "/me").status == 401)
      #expect(try await doors.send("GET", "/me", headers: ["cookie": "sid=eve"]).status == 401)
      let grace = doors.call(as: "grace")
      #expect(try await doors.send("GET", "/issued", as: grace).status == 403)
    }
  }

  /// Says whom another service takes it for.
  private struct Porter: Service {
    enum API: ServiceContract {
      static let name = "porter"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "porter", id: "ask", method: "GET", path: [.literal("ask")], responses: .init([200]))
      ]
    }

    struct Ask: ServiceEndpoint {
      let doors: PetsClient

      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        let answer = try? await doors.issued(.init(), call.acting(with: ["issuer": .bearer("porter")])).get()
        return HTTPResponse(status: 200, body: Array((answer ?? "nobody").utf8))
      }
    }

    let endpoint: any ServiceEndpoint

    init(_ resources: Resources) throws { endpoint = Ask(doors: try resources.client()) }
  }

  @Test func `a mock takes any credential that its contract has`() async throws {
    try await withService(Porter.self) { porter async throws in
      porter.mock(Issued.self) { _ in .ok("the porter") }
      #expect(try await porter.send("GET", "/ask").text == "the porter")
    }
  }

  /// Asks another service for nobody.
  private struct Rounds: Service {
    typealias API = Porter.API
    static var tasks: [RepeatingTask<Self>] {
      [
        RepeatingTask("walk", every: .seconds(30)) { rounds, call in
          call.logger.log(.info, "it is \(try await rounds.doors.issued(.init(), call).get())")
        }
      ]
    }

    let doors: PetsClient
    let endpoint: any ServiceEndpoint

    init(_ resources: Resources) throws {
      doors = try resources.client()
      endpoint = Porter.Ask(doors: doors)
    }
  }

  @Test func `a task calls other services with a token of its service's own`() async throws {
    try await withService(Rounds.self) { rounds async throws in
      rounds.mock(Issued.self) { _ in .ok("the watchman") }
      try await rounds.run(task: "walk")
      #expect(rounds.log.contains { $0.contains("it is the watchman") })
    }
  }

  @Test func `a service without a database says so`() async throws {
    try await withService(Doors.self) { doors in
      #expect(throws: ConfigurationError.self) { try doors.database }
    }
  }

  @Test func `a test that hangs fails, and says which operation has not answered`() async throws {
    let issues = await Self.issues {
      try await withService(Doors.self, timeLimit: .milliseconds(200)) { doors in
        _ = try await doors.client(PetsClient.self).open(.init(), doors.call)
      }
    }
    #expect(issues.count == 1)
    #expect(
      issues.first?.contains("the test took longer than 0.2 seconds; without a response: contract.open") == true,
      "\(issues)")
    Doors.waiting.withLock { waiting in
      for continuation in waiting { continuation.resume() }
      waiting = []
    }
  }

  /// One operation, whose time limit is short, and which never ends.
  private struct Sleeper: Service {
    enum API: ServiceContract {
      static let name = "sleeper"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "sleeper", id: "nap", method: "GET", path: [.literal("naps")], responses: .init([200]),
          policy: .init(timeout: 50))
      ]
    }

    struct Nap: ServiceEndpoint {
      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        try? await Task.sleep(for: .seconds(600))
        return HTTPResponse(status: 200)
      }
    }

    let endpoint: any ServiceEndpoint = Nap()

    init(_ resources: Resources) {}
  }

  @Test func `a call that takes longer than its operation may fails, by name`() async throws {
    try await withService(Sleeper.self) { sleeper in
      let error = await #expect(throws: TimeLimitError.self) { try await sleeper.send("GET", "/naps") }
      #expect(error?.description == "sleeper.nap took longer than 0.05 seconds")
    }
  }

  // MARK: settings and tasks

  private struct Kettle: Service {
    typealias API = Sleeper.API
    static let limit = Setting("KETTLE_LIMIT", default: 3, in: 1...9, "How many cups it boils.")
    static var settings: [any ServiceSetting] { [limit] }
    static var tasks: [RepeatingTask<Self>] {
      [RepeatingTask("boil", every: .seconds(30)) { kettle, call in call.logger.log(.info, "\(kettle.cups) cups") }]
    }

    let cups: Int
    let endpoint: any ServiceEndpoint = Sleeper.Nap()

    init(_ resources: Resources) throws { cups = try resources[Self.limit] }
  }

  @Test func `a test gives a service its settings, and runs its tasks by name`() async throws {
    try await withService(Kettle.self, settings: ["KETTLE_LIMIT": "5"]) { kettle in
      try await kettle.run(task: "boil")
      #expect(kettle.service.cups == 5 && kettle.log.contains { $0.contains("5 cups") })
      let error = await #expect(throws: ConfigurationError.self) { try await kettle.run(task: "cool") }
      #expect(error?.description == "the service 'sleeper' has no task 'cool'; it has 'boil'")
    }
    for settings in [["KETTLE_LIMIT": "10"], ["KETTLE_LIMITS": "5"]] {
      await #expect(throws: ConfigurationError.self) {
        try await withService(Kettle.self, settings: settings) { _ in }
      }
    }
  }

  // MARK: clock and log

  @Test func `the clock stands still unless it is moved, and the log is dated by it`() async throws {
    try await withService(Doors.self) { doors in
      #expect(doors.clock.now.description == "2026-01-31T12:00:00Z")
      doors.clock.advance(by: .milliseconds(1_500))
      #expect(doors.clock.now.description == "2026-01-31T12:00:01.500000Z")
      doors.clock.set(to: Timestamp(microseconds: 0))
      _ = try await doors.send("GET", "/me", headers: ["cookie": "sid=eve"])
      #expect(doors.clock.clock.now() == Timestamp(microseconds: 0))
    }
  }
}

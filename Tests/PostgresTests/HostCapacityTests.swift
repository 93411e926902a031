import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServicePostgres
import Testing

/// The connections of a host of many services.
extension CapacityTests {
  /// One of many services that have a database each.
  private struct Numbered<let number: Int>: Service {
    enum API: ServiceContract {
      static var name: String { "service-\(number)" }
      static var version: String { "1" }
      static var operations: [OperationDescriptor] {
        [
          HostTests.operation("query", name, "query-\(number)"),
          HostTests.operation("transact", name, "transaction-\(number)"),
        ]
      }
    }

    static var database: ServiceDatabase? { ServiceDatabase(migrations: []) }
    let endpoint: any ServiceEndpoint

    init(_ resources: Resources) throws { endpoint = Pause(database: try resources.database) }
  }

  /// Holds a connection for a moment, by a query or in a transaction.
  private struct Pause: ServiceEndpoint {
    let database: Database

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      do {
        if index == 0 {
          _ = try await database.query("SELECT pg_sleep(0.02)")
        } else {
          try await database.sqlTransaction { _ = try await $0.query("SELECT pg_sleep(0.02)") }
        }
        return HTTPResponse(status: 200)
      } catch {
        return HTTPResponse(status: 500)
      }
    }
  }

  private static let services: [any Service.Type] = [
    Numbered<0>.self, Numbered<1>.self, Numbered<2>.self, Numbered<3>.self, Numbered<4>.self, Numbered<5>.self,
    Numbered<6>.self, Numbered<7>.self, Numbered<8>.self, Numbered<9>.self, Numbered<10>.self, Numbered<11>.self,
    Numbered<12>.self, Numbered<13>.self, Numbered<14>.self, Numbered<15>.self, Numbered<16>.self, Numbered<17>.self,
    Numbered<18>.self, Numbered<19>.self, Numbered<20>.self, Numbered<21>.self, Numbered<22>.self, Numbered<23>.self,
  ]

  /// Has a host of all services on so many loops serve 400 requests at once, and counts its connections.
  private func load(loops: Int, _ environment: [String: String], _ names: [String], _ watch: Watch) async throws {
    let placed = Self.services.map { $0.contract.name }.joined(separator: ",")
    try await NeighbourTests.run(placed, of: Self.services, loops: loops, environment) { port async throws in
      try await NeighbourTests.withClient(port) { get async throws in
        let (statuses, most) = try await watch.most(names) {
          await NeighbourTests.statuses(400, get) { "/\($0 / 24 % 2 == 0 ? "query" : "transaction")-\($0 % 24)" }
        }
        #expect(statuses == [200: 400])
        #expect((24..<100).contains(most), "\(most) connections on \(loops) loops")
      }
    }
    // The server notices the end of a connection late.
    var left = try await watch.open(names)
    for _ in 0..<1_000 where left > 0 { left = try await watch.open(names) }
    #expect(left == 0)
  }

  @Test func `a host of 24 services serves 400 requests at once with fewer than 100 connections`() async throws {
    var environment = ["CHARTER_DRAIN": "0"]
    var tests: [TestDatabase] = []
    let result: Result<Void, any Error>
    do {
      for number in Self.services.indices {
        let test = try await TestDatabase()
        tests.append(test)
        environment["SERVICE_\(number)_DB_CONNECTION"] = test.app
        environment["SERVICE_\(number)_DB_OWNER"] = test.address
      }
      let (names, watch) = (tests.map(\.name), Watch(test: try await TestDatabase()))
      tests.append(watch.test)
      for loops in [2, 8] { try await load(loops: loops, environment, names, watch) }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    for test in tests { await test.end() }
    try result.get()
  }
}

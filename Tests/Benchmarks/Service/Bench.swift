import BenchAPI
import ServiceCore
import ServicePostgres

/// The work that `./charter bench serve` measures.
public struct Bench: BenchHandlers, HostedService {
  public static let name = "bench"
  public static let version = BenchRoutes.version
  public static let routes = BenchRoutes.all
  public static var migrations: [Migration] { BenchService.migrations }

  private let database: Database
  private let find: Statement<Item, Int>
  private let nap: Statement<Nap, Int>
  private let clock: Clock

  public init(_ context: ServiceContext) throws {
    database = context.database
    let item = RowShape("id", "name", "price", "stock", "created_at") {
      Item(id: $0, name: $1, price: $2, stock: $3, createdAt: $4)
    }
    // A nap that is given up leaves no row.
    nap = context.database.prepare(RowShape("milliseconds") { Nap(milliseconds: $0) }) { milliseconds in
      """
      WITH taken AS (INSERT INTO naps VALUES (\(milliseconds)) RETURNING milliseconds)
      SELECT milliseconds FROM taken, LATERAL (SELECT pg_sleep(milliseconds / 1000.0)) AS slept
      """
    }
    find = context.database.prepare(item) { id in "SELECT \(item) FROM items WHERE id = \(id)" }
    clock = context.clock
  }

  public var endpoint: any ServiceEndpoint { BenchEndpoint(self) }

  public func getGreeting(_ input: GetGreeting.Input, _ call: Call) async throws -> GetGreeting.Output {
    .ok(Greeting(id: 42, message: "Hello, world", isNew: true))
  }

  public func priceOrder(_ input: PriceOrder.Input, _ call: Call) async throws -> PriceOrder.Output {
    let draft = input.body
    var total = ExactDecimal(0)
    for line in draft.items { total = try total + line.unitPrice * ExactDecimal(line.quantity) }
    return .ok(
      Order(
        id: .v7(at: clock.now()), customerName: draft.customerName, customerEmail: draft.customerEmail,
        items: draft.items, total: total))
  }

  public func getItem(_ input: GetItem.Input, _ call: Call) async throws -> GetItem.Output {
    guard let item = try await database.first(find, input.itemID) else {
      throw ProblemDetails.notFound("No item has the number \(input.itemID).")
    }
    return .ok(item)
  }

  public func takeNap(_ input: TakeNap.Input, _ call: Call) async throws -> TakeNap.Output {
    guard let nap = try await database.first(nap, input.milliseconds) else {
      throw PostgresError.unexpectedColumn("a nap left no row")
    }
    return .ok(nap)
  }
}

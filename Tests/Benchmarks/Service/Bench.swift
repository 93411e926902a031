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
  private let clock: Clock

  public init(_ context: ServiceContext) throws {
    database = context.database
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
    let rows = try await database.query(
      "SELECT id, name, price, stock, created_at FROM items WHERE id = \(input.itemID)")
    guard let row = rows.first else { throw ProblemDetails.notFound("No item has the number \(input.itemID).") }
    return .ok(
      Item(
        id: try row.get("id"), name: try row.get("name"), price: try row.get("price"), stock: try row.get("stock"),
        createdAt: try row.get("created_at")))
  }
}

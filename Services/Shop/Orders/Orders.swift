import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServicePostgres

/// What customers have bought. The goods of an order are reserved in the inventory from the moment it is placed.
public struct Orders: OrdersHandlers, HostedService {
  public static let name = "orders"
  public static let version = OrdersContract.version
  public static let routes = OrdersContract.operations
  public static var migrations: [Migration] { OrdersService.migrations }

  let store: OrdersStore
  private let products: ProductsClient
  let inventory: InventoryClient
  let clock: Clock
  let logger: Logger

  public init(_ context: ServiceContext) throws {
    store = OrdersStore(context.database)
    products = try context.client(ProductsClient.self)
    inventory = try context.client(InventoryClient.self)
    clock = context.clock
    logger = context.logger
  }

  public func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> Committed<PlaceOrder.Output> {
    let draft = input.body
    try await checkPrices(draft, call)
    let now = clock.now()
    let number = try await store.nextNumber(day: now.compactDay)
    // Written before anything is reserved, so that whatever happens next, somebody knows of it.
    let order = Order(
      id: .v7(at: now), orderNumber: number, customerName: draft.customerName, customerEmail: draft.customerEmail,
      items: draft.items, status: .pending, totalAmount: try total(draft.items), createdAt: now, updatedAt: now)
    try await store.insert(order)
    do {
      try await reserve(order, call)
      return try await call.transaction { transaction in
        guard try await store.markPlaced(order.id, in: transaction) else {
          throw ProblemDetails.unavailable("Placing the order took too long; it was given up.")
        }
        return .created(order, location: "/api/orders/\(order.id)")
      }
    } catch {
      await abandon(order.id, call)
      throw error
    }
  }

  private func checkPrices(_ draft: OrderDraft, _ call: Call) async throws {
    var violations: [Violation] = []
    var prices: [Uuid: ExactDecimal] = [:]
    for (index, item) in draft.items.enumerated() {
      if prices[item.productID] == nil {
        switch try await products.getProduct(.init(productID: item.productID), call) {
        case .ok(let product): prices[item.productID] = product.price
        case .notFound:
          violations.append(
            Violation(
              location: "/items/\(index)/product_id", rule: "catalogue", message: "the catalogue has no such product"))
          continue
        case let other: _ = try other.get()
        }
      }
      if let price = prices[item.productID], price != item.unitPrice {
        violations.append(
          Violation(
            location: "/items/\(index)/unit_price", rule: "catalogue",
            message: "the price is \(price.text(places: 2)), not \(item.unitPrice.text(places: 2))"))
      }
    }
    guard violations.isEmpty else {
      throw ProblemDetails(409, "The order does not agree with the catalogue.", violations: violations)
    }
  }

  private func total(_ items: [OrderItem]) throws -> ExactDecimal {
    try items.reduce(.zero) { sum, item in try sum + item.unitPrice * ExactDecimal(item.quantity) }
  }

  private func reserve(_ order: Order, _ call: Call) async throws {
    let items = order.items.map { ReservedItem(productID: $0.productID, quantity: $0.quantity) }
    switch try await inventory.reserveStock(.init(orderID: order.id, body: .init(items: items)), call) {
    case .conflict(let problem): throw ProblemDetails.conflict(problem.detail ?? problem.title)
    case let answer: _ = try answer.get()
    }
  }

  public func getOrder(_ input: GetOrder.Input, _ call: Call) async throws -> GetOrder.Output {
    guard let order = try await store.order(input.orderID) else { throw missing(input.orderID) }
    return .ok(order)
  }

  public func listOrdersOfUser(
    _ input: ListOrdersOfUser.Input, _ call: Call
  ) async throws -> ListOrdersOfUser.Output {
    let before = try input.cursor.map { cursor in
      guard let id = Uuid(cursor) else {
        throw ProblemDetails.badRequest([
          Violation(place: .query, location: "cursor", rule: "cursor", message: "is not a cursor of this list")
        ])
      }
      return id
    }
    let found = try await store.orders(of: input.email, before: before, limit: input.limit + 1)
    let shown = found.prefix(input.limit)
    let next = found.count > input.limit ? shown.last?.id.description : nil
    return .ok(OrderPage(items: Array(shown), nextCursor: next))
  }

  public func changeOrderStatus(
    _ input: ChangeOrderStatus.Input, _ call: Call
  ) async throws -> ChangeOrderStatus.Output {
    .ok(try await move(input.orderID, to: input.body.status, call))
  }

  public func cancelOrder(_ input: CancelOrder.Input, _ call: Call) async throws -> CancelOrder.Output {
    .ok(try await move(input.orderID, to: .cancelled, call))
  }

  func missing(_ id: Uuid) -> ProblemDetails { .notFound("No order has the id \(id).") }
}

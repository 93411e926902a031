import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceDefinition
import SharedAPI

/// The orders of customers. The goods of an order are reserved in the inventory from the moment it is placed.
struct Orders: OrdersHandlers, Service {
  static var tasks: [RepeatingTask<Orders>] {
    [RepeatingTask("finish orders", every: .seconds(30)) { orders, call in try await orders.finishOrders(call) }]
  }

  let queries: OrdersQueries
  let inventory: InventoryClient
  let clock: Clock
  private let products: ProductsClient
  private let process: Uuid

  init(_ resources: Resources) throws {
    queries = try OrdersQueries(resources)
    products = try resources.client()
    inventory = try resources.client()
    clock = resources.clock
    process = resources.process
  }

  func placeOrder(
    _ input: PlaceOrder.Input, _ principal: CustomerPrincipal, _ call: Call
  ) async throws -> Committed<PlaceOrder.Effect> {
    let draft = input.body
    try await checkPrices(draft.items, call)
    let now = clock.now()
    let count = String(try await queries.count(day: now.compactDay))
    // Stored before anything is reserved, so that the order is known whatever happens next.
    let order = Order(
      id: .v7(at: now),
      orderNumber: "ORD-\(now.compactDay)-" + String(repeating: "0", count: max(0, 3 - count.utf8.count)) + count,
      customerID: principal.identity.subject, customerName: draft.customerName, customerEmail: draft.customerEmail,
      items: draft.items, status: .pending,
      totalAmount: try draft.items.reduce(.zero) { try $0 + $1.unitPrice * ExactDecimal($1.quantity) },
      createdAt: now, updatedAt: now)
    try await queries.insert(order: order, process: process)
    do {
      try await reserve(order, call)
      return try await call.transaction { queries in
        guard try await queries.place(id: order.id) == 1 else {
          throw PlaceOrder.problem(status: 503, "Placing the order took too long; it was given up.")
        }
        return PlaceOrder.Effect(
          .created(order, location: try GetOrder.location(.init(orderID: order.id))),
          orderPlaced: .init(OrderPlaced(order)))
      }
    } catch {
      await abandon(order.id, call)
      throw error
    }
  }

  private func checkPrices(_ items: [OrderItem], _ call: Call) async throws {
    let ids = Array(Set(items.map(\.productID)))
    let found = try await products.getProducts(.init(ids: ids), call).get().items
    let prices = Dictionary(found.map { ($0.id, $0.price) }) { first, _ in first }
    let errors = items.enumerated().compactMap { index, item -> ProblemError? in
      func error(_ property: String, _ message: String) -> ProblemError {
        ProblemError(in: .body, pointer: "/items/\(index)/\(property)", rule: "catalogue", message: message)
      }
      guard let price = prices[item.productID] else { return error("product_id", "the catalogue has no such product") }
      if price == item.unitPrice { return nil }
      return error("unit_price", "the price is \(price.text(scale: 2)), not \(item.unitPrice.text(scale: 2))")
    }
    guard errors.isEmpty else {
      // As many as the contract's problem details may hold.
      throw PlaceOrder.conflict("The order does not agree with the catalogue.", errors: Array(errors.prefix(50)))
    }
  }

  private func reserve(_ order: Order, _ call: Call) async throws {
    let items = order.items.map { ReservedItem(productID: $0.productID, quantity: $0.quantity) }
    switch try await inventory.reserveStock(.init(orderID: order.id, body: .init(items: items)), call) {
    case .conflict(let problem): throw PlaceOrder.conflict(problem.detail ?? problem.title)
    case let answer: _ = try answer.get()
    }
  }

  func getOrder(
    _ input: GetOrder.Input, _ principal: CustomerPrincipal, _ call: Call
  ) async throws -> GetOrder.Output {
    .ok(try await order(input.orderID, of: principal.customer, queries, for: GetOrder.self))
  }

  func listOrdersOfUser(
    _ input: ListOrdersOfUser.Input, _ principal: CustomerPrincipal, _ call: Call
  ) async throws -> ListOrdersOfUser.Output {
    try await ListOrdersOfUser.page(input, call, key: \.id) { before, limit in
      try await queries.ordersOf(email: input.email, customer: principal.customer, before: before, limit: limit)
    }
  }

  func changeOrderStatus(
    _ input: ChangeOrderStatus.Input, _ principal: AdministratorPrincipal, _ call: Call
  ) async throws -> Committed<ChangeOrderStatus.Effect> {
    let status = input.body.status
    var isNew = false
    let result = try await call.transaction { queries in
      let moved = try await move(
        input.orderID, of: nil, to: status, queries, for: ChangeOrderStatus.self)
      isNew = moved.isNew
      return ChangeOrderStatus.Effect(
        .ok(moved.order), orderCancelled: isNew && status == .cancelled ? [.init(OrderCancelled(moved.order))] : [])
    }
    if isNew, status == .shipped || status == .cancelled { await inform(of: input.orderID, status, call) }
    return result
  }

  func cancelOrder(
    _ input: CancelOrder.Input, _ principal: CustomerPrincipal, _ call: Call
  ) async throws -> Committed<CancelOrder.Effect> {
    var isNew = false
    let result = try await call.transaction { queries in
      let moved = try await move(
        input.orderID, of: principal.customer, to: .cancelled, queries, for: CancelOrder.self)
      isNew = moved.isNew
      return CancelOrder.Effect(.ok(moved.order), orderCancelled: isNew ? [.init(OrderCancelled(moved.order))] : [])
    }
    if isNew { await inform(of: input.orderID, .cancelled, call) }
    return result
  }

  /// - Parameter customer: whose order it must be; nil for any.
  func order<O: DeclaresNotFound>(
    _ id: Uuid, of customer: String?, _ queries: OrdersQueries, for operation: O.Type
  ) async throws -> Order {
    guard let order = try await queries.order(id: id, customer: customer) else { throw missing(id, for: operation) }
    return order
  }

  func missing<O: DeclaresNotFound>(_ id: Uuid, for _: O.Type) -> OperationFailure {
    O.notFound("No order has the id \(id).")
  }
}

extension CustomerPrincipal {
  /// Whose orders exist for the caller: nil for an administrator, for whom all do.
  fileprivate var customer: String? { identity.has("admin") ? nil : identity.subject }
}

extension OrderPlaced {
  fileprivate init(_ order: Order) {
    self.init(
      orderID: order.id, orderNumber: order.orderNumber, customerName: order.customerName,
      customerEmail: order.customerEmail, items: order.items, totalAmount: order.totalAmount, placedAt: order.createdAt)
  }
}

extension OrderCancelled {
  /// Of an order that was just cancelled.
  fileprivate init(_ order: Order) {
    self.init(
      orderID: order.id, orderNumber: order.orderNumber, customerName: order.customerName,
      customerEmail: order.customerEmail, cancelledAt: order.updatedAt)
  }
}

import InventoryAPI
import OrdersAPI
import ServiceCore
import ServiceDefinition

/// The stock of each product, and how much of it is reserved for orders.
struct Inventory: InventoryHandlers, InventoryReceivers, Service {
  static let lowThreshold = Setting(
    "INVENTORY_LOW_THRESHOLD", default: 10, in: 0...1_000_000_000,
    "The available quantity of a product at which inventory-low is emitted.")
  static var settings: [any ServiceSetting] { [lowThreshold] }

  private let queries: InventoryQueries
  private let clock: Clock
  private let threshold: Int

  init(_ resources: Resources) throws {
    queries = try InventoryQueries(resources)
    clock = resources.clock
    threshold = try resources[Self.lowThreshold]
  }

  func getStock(_ input: GetStock.Input, _ call: Call) async throws -> GetStock.Output {
    guard let stock = try await queries.stock(productID: input.productID) else {
      throw GetStock.notFound(missing(input.productID))
    }
    return .ok(stock)
  }

  func createStock(
    _ input: CreateStock.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Committed<CreateStock.Output> {
    let now = clock.now()
    return try await call.transaction { queries in
      guard let stock = try await queries.insert(draft: input.body, now: now) else {
        throw CreateStock.conflict("There is stock of the product \(input.body.productID) already; restock it instead.")
      }
      if stock.quantity > 0 {
        try await record(stock.productID, "IN", stock.quantity, "initial stock", at: now, queries)
      }
      return .created(stock, location: try GetStock.location(.init(productID: stock.productID)))
    }
  }

  func reduceStock(
    _ input: ReduceStock.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Committed<ReduceStock.Effect> {
    try await call.transaction { queries in
      let stock = try await lock(input.productID, queries, for: ReduceStock.self)
      if let shortage = shortage(input.body.quantity, of: stock) { throw ReduceStock.conflict(shortage) }
      let changed = try await change(stock, "OUT", input.body, queries)
      return ReduceStock.Effect(.ok(changed), inventoryLow: low(stock, less: input.body.quantity))
    }
  }

  func restock(
    _ input: Restock.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Committed<Restock.Output> {
    try await call.transaction { queries in
      let stock = try await lock(input.productID, queries, for: Restock.self)
      guard stock.quantity + input.body.quantity <= 1_000_000_000 else {
        throw Restock.conflict("There is no room for so much of '\(stock.productName)'.")
      }
      return .ok(try await change(stock, "IN", input.body, queries))
    }
  }

  private func lock<O: DeclaresNotFound>(_ id: Uuid, _ queries: InventoryQueries, for _: O.Type) async throws -> Stock {
    guard let stock = try await queries.lock(productIDs: [id]).first else { throw O.notFound(missing(id)) }
    return stock
  }

  private func change(
    _ stock: Stock, _ direction: String, _ change: StockChange, _ queries: InventoryQueries
  ) async throws -> Stock {
    let now = clock.now()
    try await record(stock.productID, direction, change.quantity, change.reason, at: now, queries)
    let delta = direction == "IN" ? change.quantity : -change.quantity
    return try await queries.change(productID: stock.productID, by: delta, now: now)
  }

  private func record(
    _ id: Uuid, _ direction: String, _ quantity: Int, _ reason: String, at now: Timestamp, _ queries: InventoryQueries
  ) async throws {
    try await queries.record(
      id: .v7(at: now), productID: id, direction: direction, quantity: quantity, reason: reason, now: now)
  }

  /// Why this quantity of a product cannot be reserved; nil when it can.
  private func shortage(_ quantity: Int, of stock: Stock) -> String? {
    let available = stock.quantity - stock.reservedQty
    guard quantity > available else { return nil }
    return "Only \(available) of '\(stock.productName)' are available; \(quantity) were asked for."
  }

  /// The event that a product's available quantity falls to the threshold, or below.
  private func low(_ stock: Stock, less quantity: Int) -> [Event<InventoryLowMessage>] {
    let available = stock.quantity - stock.reservedQty
    guard available > threshold, available - quantity <= threshold else { return [] }
    return [
      .init(
        InventoryLow(
          productID: stock.productID, productName: stock.productName, available: available - quantity,
          threshold: threshold, noticedAt: clock.now()))
    ]
  }

  private func missing(_ id: Uuid) -> String { "There is no stock of the product \(id)." }

  // MARK: reservations

  func reserveStock(_ input: ReserveStock.Input, _ call: Call) async throws -> Committed<ReserveStock.Effect> {
    let now = clock.now()
    let wanted = Dictionary(input.body.items.map { ($0.productID, $0.quantity) }, uniquingKeysWith: +)
    let items = wanted.sorted { $0.key < $1.key }.map { ReservedItem(productID: $0.key, quantity: $0.value) }
    return try await call.transaction { queries in
      guard try await queries.open(orderID: input.orderID, status: "RESERVED", now: now) == 1 else {
        return ReserveStock.Effect(.ok(try await earlier(input.orderID, items, queries)))
      }
      let stock = try await queries.lock(productIDs: items.map(\.productID))
      var events: [Event<InventoryLowMessage>] = []
      for item in items {
        guard let row = stock.first(where: { $0.productID == item.productID }) else {
          throw ReserveStock.conflict(missing(item.productID))
        }
        if let shortage = shortage(item.quantity, of: row) { throw ReserveStock.conflict(shortage) }
        events += low(row, less: item.quantity)
      }
      try await queries.reserve(orderID: input.orderID, items: items, now: now)
      return ReserveStock.Effect(
        .ok(Reservation(orderID: input.orderID, status: .reserved, items: items)), inventoryLow: events)
    }
  }

  /// The existing reservation of an order; a conflict when it was released, or has other items.
  private func earlier(
    _ orderID: Uuid, _ items: [ReservedItem], _ queries: InventoryQueries
  ) async throws -> Reservation {
    guard let reservation = try await queries.reservation(orderID: orderID) else {
      throw ReserveStock.conflict("The reservation of the order \(orderID) was released.")
    }
    guard reservation.items == items else {
      throw ReserveStock.conflict("The order \(orderID) has reserved other items.")
    }
    return reservation
  }

  func releaseStock(_ input: ReleaseStock.Input, _ call: Call) async throws -> ReleaseStock.Output {
    try await call.transaction { queries in
      guard try await release(input.orderID, queries) else { throw ReleaseStock.conflict(shipped(input.orderID)) }
      return .noContent
    }.value
  }

  func releaseCancelled(_ event: ReleaseCancelled.Incoming, _ call: Call) async throws -> Committed<Void> {
    let order = event.payload.orderID
    return try await call.transaction { queries in
      guard try await release(order, queries) else { throw ShippedOrder(description: shipped(order)) }
    }
  }

  /// Gives back what an order has reserved; false when that has been shipped.
  private func release(_ order: Uuid, _ queries: InventoryQueries) async throws -> Bool {
    let now = clock.now()
    // An order without a reservation counts as released from now on: a reservation that arrives late is refused.
    guard try await queries.open(orderID: order, status: "RELEASED", now: now) == 0,
      let reservation = try await queries.reservation(orderID: order)
    else { return true }
    guard reservation.status == .reserved else { return false }
    try await settle(reservation, takesGoods: false, queries, at: now)
    return true
  }

  private func shipped(_ order: Uuid) -> String { "The goods of the order \(order) have been shipped." }

  func shipStock(_ input: ShipStock.Input, _ call: Call) async throws -> ShipStock.Output {
    let now = clock.now()
    return try await call.transaction { queries in
      guard let reservation = try await queries.reservation(orderID: input.orderID) else {
        throw ShipStock.notFound("Nothing is reserved for the order \(input.orderID).")
      }
      if reservation.status == .reserved {
        try await settle(reservation, takesGoods: true, queries, at: now)
        for item in reservation.items {
          try await record(item.productID, "OUT", item.quantity, "order \(input.orderID)", at: now, queries)
        }
      }
      return .ok(Reservation(orderID: input.orderID, status: .shipped, items: reservation.items))
    }.value
  }

  private func settle(
    _ reservation: Reservation, takesGoods: Bool, _ queries: InventoryQueries, at now: Timestamp
  ) async throws {
    _ = try await queries.lock(productIDs: reservation.items.map(\.productID))
    try await queries.settle(orderID: reservation.orderID, takesGoods: takesGoods, now: now)
  }
}

/// A cancelled order whose goods have left: somebody has to look at it.
private struct ShippedOrder: Error, CustomStringConvertible {
  let description: String
}

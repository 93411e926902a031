import InventoryAPI
import ServiceCore
import ServicePostgres

/// How much of each product there is, and what of it is promised to orders.
public struct Inventory: InventoryHandlers, HostedService {
  public static let name = "inventory"
  public static let version = InventoryContract.version
  public static let routes = InventoryContract.operations
  public static var migrations: [Migration] { InventoryService.migrations }

  private let database: Database
  private let store: InventoryStore
  private let clock: Clock

  public init(_ context: ServiceContext) throws {
    database = context.database
    store = InventoryStore(context.database)
    clock = context.clock
  }

  public func getStock(_ input: GetStock.Input, _ call: Call) async throws -> GetStock.Output {
    guard let stock = try await store.stock(input.productID) else { throw missing(input.productID) }
    return .ok(stock)
  }

  public func createStock(_ input: CreateStock.Input, _ call: Call) async throws -> Committed<CreateStock.Output> {
    let now = clock.now()
    return try await call.transaction { transaction in
      let store = store.within(transaction)
      guard let stock = try await store.insert(input.body, at: now) else {
        throw ProblemDetails.conflict(
          "There is stock of the product \(input.body.productID) already; restock it instead.")
      }
      if stock.quantity > 0 { try await store.record(stock.productID, .in, stock.quantity, "initial stock", at: now) }
      return .created(stock, location: "/api/inventory/\(stock.productID)")
    }
  }

  public func reduceStock(_ input: ReduceStock.Input, _ call: Call) async throws -> Committed<ReduceStock.Output> {
    try await call.transaction { transaction in
      .ok(try await change(input.productID, .out, input.body, in: store.within(transaction)))
    }
  }

  public func restock(_ input: Restock.Input, _ call: Call) async throws -> Committed<Restock.Output> {
    try await call.transaction { transaction in
      .ok(try await change(input.productID, .in, input.body, in: store.within(transaction)))
    }
  }

  private func change(
    _ id: Uuid, _ direction: InventoryStore.Direction, _ change: StockChange, in store: InventoryStore
  ) async throws -> Stock {
    let now = clock.now()
    guard let stock = try await store.lock([id]).first else { throw missing(id) }
    switch direction {
    case .out: try require(change.quantity, of: stock)
    case .in:
      guard stock.quantity + change.quantity <= 1_000_000_000 else {
        throw ProblemDetails.conflict("There is no room for so much of '\(stock.productName)'.")
      }
    }
    try await store.record(id, direction, change.quantity, change.reason, at: now)
    let delta = direction == .in ? change.quantity : -change.quantity
    return try await store.change(id, quantity: delta, reserved: 0, at: now)
  }

  private func require(_ quantity: Int, of stock: Stock) throws {
    let available = stock.quantity - stock.reservedQty
    guard quantity <= available else {
      throw ProblemDetails.conflict(
        "Only \(available) of '\(stock.productName)' are available; \(quantity) were asked for.")
    }
  }

  private func missing(_ id: Uuid) -> ProblemDetails { .notFound("There is no stock of the product \(id).") }

  // MARK: reservations

  public func reserveStock(_ input: ReserveStock.Input, _ call: Call) async throws -> ReserveStock.Output {
    let now = clock.now()
    let wanted = Dictionary(input.body.items.map { ($0.productID, $0.quantity) }, uniquingKeysWith: +)
    let items = wanted.sorted { $0.key < $1.key }.map { ReservedItem(productID: $0.key, quantity: $0.value) }
    return try await database.sqlTransaction { transaction in
      let store = store.within(transaction)
      guard try await store.begin(input.orderID, at: now) else {
        return .ok(try await earlier(input.orderID, items, store))
      }
      // Rows are locked in the products' order, so that two orders never wait for each other.
      let stock = try await store.lock(items.map(\.productID))
      for item in items {
        guard let row = stock.first(where: { $0.productID == item.productID }) else {
          throw ProblemDetails.conflict("There is no stock of the product \(item.productID).")
        }
        try require(item.quantity, of: row)
      }
      try await store.reserve(items, for: input.orderID, at: now)
      return .ok(Reservation(orderID: input.orderID, status: .reserved, items: items))
    }
  }

  /// The reservation an order has already; a conflict when it was released, or is of other items.
  private func earlier(_ orderID: Uuid, _ items: [ReservedItem], _ store: InventoryStore) async throws -> Reservation {
    guard let reservation = try await store.reservation(orderID) else {
      throw ProblemDetails.conflict("The reservation of the order \(orderID) was released.")
    }
    guard reservation.items == items else {
      throw ProblemDetails.conflict("The order \(orderID) has reserved other items.")
    }
    return reservation
  }

  public func releaseStock(_ input: ReleaseStock.Input, _ call: Call) async throws -> ReleaseStock.Output {
    let now = clock.now()
    return try await database.sqlTransaction { transaction in
      let store = store.within(transaction)
      guard try await !store.beginReleased(input.orderID, at: now) else { return .noContent }
      guard let reservation = try await store.reservation(input.orderID) else { return .noContent }
      guard reservation.status == .reserved else {
        throw ProblemDetails.conflict("The goods of the order \(input.orderID) have been shipped.")
      }
      try await store.settle(reservation, as: "RELEASED", takingGoods: false, at: now)
      return .noContent
    }
  }

  public func shipStock(_ input: ShipStock.Input, _ call: Call) async throws -> ShipStock.Output {
    let now = clock.now()
    return try await database.sqlTransaction { transaction in
      let store = store.within(transaction)
      guard let reservation = try await store.reservation(input.orderID) else {
        throw ProblemDetails.notFound("Nothing is reserved for the order \(input.orderID).")
      }
      if reservation.status == .reserved {
        try await store.settle(reservation, as: "SHIPPED", takingGoods: true, at: now)
        for item in reservation.items {
          try await store.record(item.productID, .out, item.quantity, "order \(input.orderID)", at: now)
        }
      }
      return .ok(Reservation(orderID: input.orderID, status: .shipped, items: reservation.items))
    }
  }
}

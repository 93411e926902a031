import InventoryAPI
import ServiceCore
import ServicePostgres

/// All SQL of the inventory.
struct InventoryStore {
  enum Direction: String { case `in` = "IN", out = "OUT" }

  private var session: any SQLSession
  private let find: Statement<Stock, Uuid>
  private let findAll: Statement<Stock, [Uuid]>
  private let add: Statement<Stock, Uuid, String, Int, Timestamp>
  private let move: Statement<Stock, Uuid, Int, Int, Timestamp>
  private let log: Statement<Void, Uuid, Uuid, String, Int, String, Timestamp>
  private let open: Statement<Void, Uuid, String, Timestamp>
  private let hold: Statement<Void, Uuid, [Uuid], [Int], Timestamp>
  private let status: Statement<String, Uuid>
  private let items: Statement<ReservedItem, Uuid>
  private let close: Statement<Void, Uuid, String, Timestamp>

  init(_ database: Database) {
    session = database
    let stock = RowShape("product_id", "product_name", "quantity", "reserved_qty", "updated_at") {
      Stock(productID: $0, productName: $1, quantity: $2, reservedQty: $3, updatedAt: $4)
    }
    find = database.prepare(stock) { id in "SELECT \(stock) FROM stock WHERE product_id = \(id)" }
    findAll = database.prepare(stock) { ids in
      "SELECT \(stock) FROM stock WHERE product_id = ANY(\(ids)::uuid[]) ORDER BY product_id FOR UPDATE"
    }
    add = database.prepare(stock) { id, name, quantity, now in
      """
      INSERT INTO stock (product_id, product_name, quantity, updated_at) VALUES (\(id), \(name), \(quantity), \(now))
      ON CONFLICT DO NOTHING RETURNING \(stock)
      """
    }
    move = database.prepare(stock) { id, quantity, reserved, now in
      """
      UPDATE stock SET quantity = quantity + \(quantity)::integer, reserved_qty = reserved_qty + \(reserved)::integer,
        updated_at = \(now)
      WHERE product_id = \(id) RETURNING \(stock)
      """
    }
    log = database.prepare { id, product, direction, quantity, reason, now in
      """
      INSERT INTO inventory_transactions (id, product_id, direction, quantity, reason, created_at)
      VALUES (\(id), \(product), \(direction), \(quantity), \(reason), \(now))
      """
    }
    open = database.prepare { order, status, now in
      """
      INSERT INTO reservations (order_id, status, updated_at) VALUES (\(order), \(status), \(now))
      ON CONFLICT DO NOTHING
      """
    }
    hold = database.prepare { order, products, quantities, now in
      """
      WITH items AS (
        INSERT INTO reservation_items (order_id, product_id, quantity)
        SELECT \(order)::uuid, * FROM unnest(\(products)::uuid[], \(quantities)::integer[])
        RETURNING product_id, quantity)
      UPDATE stock SET reserved_qty = reserved_qty + items.quantity, updated_at = \(now)
      FROM items WHERE stock.product_id = items.product_id
      """
    }
    status = database.prepare(RowShape("status") { (status: String) in status }) { order in
      "SELECT status FROM reservations WHERE order_id = \(order) AND status <> 'RELEASED' FOR UPDATE"
    }
    let item = RowShape("product_id", "quantity") { ReservedItem(productID: $0, quantity: $1) }
    items = database.prepare(item) { order in
      "SELECT \(item) FROM reservation_items WHERE order_id = \(order) ORDER BY product_id"
    }
    close = database.prepare { order, status, now in
      "UPDATE reservations SET status = \(status), updated_at = \(now) WHERE order_id = \(order)"
    }
  }

  /// The store as a transaction sees it.
  func within(_ transaction: PostgresTransaction) -> Self {
    var store = self
    store.session = transaction
    return store
  }

  func stock(_ id: Uuid) async throws -> Stock? { try await session.first(find, id) }

  /// The stock of products, locked until the transaction ends, always in the same order.
  func lock(_ ids: [Uuid]) async throws -> [Stock] {
    try await session.query(findAll, ids)
  }

  /// Nil when there is stock of the product already.
  func insert(_ draft: StockDraft, at now: Timestamp) async throws -> Stock? {
    try await session.first(add, draft.productID, draft.productName, draft.quantity, now)
  }

  func change(_ id: Uuid, quantity: Int, reserved: Int, at now: Timestamp) async throws -> Stock {
    guard let stock = try await session.first(move, id, quantity, reserved, now) else {
      throw PostgresError.unexpectedColumn("a locked row is gone")
    }
    return stock
  }

  func record(
    _ id: Uuid, _ direction: Direction, _ quantity: Int, _ reason: String, at now: Timestamp
  ) async throws {
    try await session.execute(log, .v7(at: now), id, direction.rawValue, quantity, reason, now)
  }

  /// Takes the place of an order's reservation; false when there is one, or was.
  func begin(_ orderID: Uuid, at now: Timestamp) async throws -> Bool {
    try await session.execute(open, orderID, "RESERVED", now) == 1
  }

  /// Marks an order that never reserved as released; false when it has a reservation, or had one.
  func beginReleased(_ orderID: Uuid, at now: Timestamp) async throws -> Bool {
    try await session.execute(open, orderID, "RELEASED", now) == 1
  }

  func reserve(_ items: [ReservedItem], for orderID: Uuid, at now: Timestamp) async throws {
    try await session.execute(hold, orderID, items.map(\.productID), items.map(\.quantity), now)
  }

  /// The reservation of an order, locked until the transaction ends; nil when there is none, or it was released.
  func reservation(_ orderID: Uuid) async throws -> Reservation? {
    guard let text = try await session.first(status, orderID), let status = ReservationStatus(parameter: text) else {
      return nil
    }
    return Reservation(orderID: orderID, status: status, items: try await session.query(items, orderID))
  }

  /// Ends a reservation: its goods leave the shelf, or are free again.
  func settle(
    _ reservation: Reservation, as status: String, takingGoods: Bool, at now: Timestamp
  ) async throws {
    _ = try await lock(reservation.items.map(\.productID))
    for item in reservation.items {
      _ = try await change(
        item.productID, quantity: takingGoods ? -item.quantity : 0, reserved: -item.quantity, at: now)
    }
    try await session.execute(close, reservation.orderID, status, now)
  }
}

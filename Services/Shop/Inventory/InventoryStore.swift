import InventoryAPI
import ServiceCore
import ServicePostgres

/// All SQL of the inventory.
struct InventoryStore {
  enum Direction: String { case `in` = "IN", out = "OUT" }

  private let session: any SQLSession

  init(_ session: any SQLSession) { self.session = session }

  private static let columns: SQL = "product_id, product_name, quantity, reserved_qty, updated_at"

  func stock(_ id: Uuid) async throws -> Stock? {
    try await session.query("SELECT \(Self.columns) FROM stock WHERE product_id = \(id)").first.map(Stock.init)
  }

  /// The stock of products, locked until the transaction ends, always in the same order.
  func lock(_ ids: [Uuid]) async throws -> [Stock] {
    try await session.query(
      """
      SELECT \(Self.columns) FROM stock WHERE product_id = ANY(\(ids)::uuid[]) ORDER BY product_id FOR UPDATE
      """
    ).map(Stock.init)
  }

  /// Nil when there is stock of the product already.
  func insert(_ draft: StockDraft, at now: Timestamp) async throws -> Stock? {
    try await session.query(
      """
      INSERT INTO stock (product_id, product_name, quantity, updated_at)
      VALUES (\(draft.productID), \(draft.productName), \(draft.quantity), \(now))
      ON CONFLICT DO NOTHING RETURNING \(Self.columns)
      """
    ).first.map(Stock.init)
  }

  func change(_ id: Uuid, quantity: Int, reserved: Int, at now: Timestamp) async throws -> Stock {
    let rows = try await session.query(
      """
      UPDATE stock SET quantity = quantity + \(quantity)::integer, reserved_qty = reserved_qty + \(reserved)::integer,
        updated_at = \(now)
      WHERE product_id = \(id) RETURNING \(Self.columns)
      """)
    guard let row = rows.first else { throw PostgresError.unexpectedColumn("a locked row is gone") }
    return try Stock(row)
  }

  func record(_ id: Uuid, _ direction: Direction, _ quantity: Int, _ reason: String, at now: Timestamp) async throws {
    try await session.execute(
      """
      INSERT INTO inventory_transactions (id, product_id, direction, quantity, reason, created_at)
      VALUES (\(Uuid.v7(at: now)), \(id), \(direction.rawValue), \(quantity), \(reason), \(now))
      """)
  }

  /// Takes the place of an order's reservation; false when there is one, or was.
  func begin(_ orderID: Uuid, at now: Timestamp) async throws -> Bool {
    try await session.execute(
      """
      INSERT INTO reservations (order_id, status, updated_at) VALUES (\(orderID), 'RESERVED', \(now))
      ON CONFLICT DO NOTHING
      """) == 1
  }

  /// Marks an order that never reserved as released; false when it has a reservation, or had one.
  func beginReleased(_ orderID: Uuid, at now: Timestamp) async throws -> Bool {
    try await session.execute(
      """
      INSERT INTO reservations (order_id, status, updated_at) VALUES (\(orderID), 'RELEASED', \(now))
      ON CONFLICT DO NOTHING
      """) == 1
  }

  func reserve(_ items: [ReservedItem], for orderID: Uuid, at now: Timestamp) async throws {
    try await session.execute(
      """
      WITH items AS (
        INSERT INTO reservation_items (order_id, product_id, quantity)
        SELECT \(orderID)::uuid, * FROM unnest(\(items.map(\.productID))::uuid[], \(items.map(\.quantity))::integer[])
        RETURNING product_id, quantity)
      UPDATE stock SET reserved_qty = reserved_qty + items.quantity, updated_at = \(now)
      FROM items WHERE stock.product_id = items.product_id
      """)
  }

  /// The reservation of an order, locked until the transaction ends; nil when there is none, or it was released.
  func reservation(_ orderID: Uuid) async throws -> Reservation? {
    let found = try await session.query(
      "SELECT status FROM reservations WHERE order_id = \(orderID) AND status <> 'RELEASED' FOR UPDATE")
    guard let row = found.first, let status = ReservationStatus(parameter: try row.get("status")) else { return nil }
    let items = try await session.query(
      "SELECT product_id, quantity FROM reservation_items WHERE order_id = \(orderID) ORDER BY product_id")
    return Reservation(
      orderID: orderID, status: status,
      items: try items.map { ReservedItem(productID: try $0.get("product_id"), quantity: try $0.get("quantity")) })
  }

  /// Ends a reservation: its goods leave the shelf, or are free again.
  func settle(_ reservation: Reservation, as status: String, takingGoods: Bool, at now: Timestamp) async throws {
    _ = try await lock(reservation.items.map(\.productID))
    for item in reservation.items {
      _ = try await change(
        item.productID, quantity: takingGoods ? -item.quantity : 0, reserved: -item.quantity, at: now)
    }
    try await session.execute(
      "UPDATE reservations SET status = \(status), updated_at = \(now) WHERE order_id = \(reservation.orderID)")
  }
}

extension Stock {
  fileprivate init(_ row: Row) throws {
    self.init(
      productID: try row.get("product_id"), productName: try row.get("product_name"),
      quantity: try row.get("quantity"), reservedQty: try row.get("reserved_qty"),
      updatedAt: try row.get("updated_at"))
  }
}

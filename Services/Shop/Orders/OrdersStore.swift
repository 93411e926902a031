import OrdersAPI
import ServiceCore
import ServicePostgres

/// All SQL of orders.
struct OrdersStore {
  enum InventoryTask: String { case release = "RELEASE", ship = "SHIP" }

  let database: Database

  private static let select: SQL = """
    SELECT o.id, o.order_number, o.customer_name, o.customer_email, o.status, o.total_amount, o.created_at, o.updated_at,
      i.product_ids, i.product_names, i.quantities, i.unit_prices
    FROM orders AS o, LATERAL (
      SELECT array_agg(product_id ORDER BY position) AS product_ids,
        array_agg(product_name ORDER BY position) AS product_names,
        array_agg(quantity ORDER BY position) AS quantities,
        array_agg(unit_price ORDER BY position) AS unit_prices
      FROM order_items WHERE order_id = o.id) AS i
    """

  /// The next number of a day: a counter of its own, so that orders do not wait for each other's commits.
  func nextNumber(day: String) async throws -> String {
    let rows = try await database.query(
      """
      INSERT INTO order_counters (day, last) VALUES (\(day), 1)
      ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last
      """)
    let number = try rows.first?.get("last", Int.self) ?? 0
    let digits = String(number)
    return "ORD-\(day)-" + String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  func insert(_ order: Order) async throws {
    try await database.execute(
      """
      WITH o AS (
        INSERT INTO orders
          (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at, updated_at)
        SELECT \(order.id)::uuid, \(order.orderNumber), \(order.customerName), \(order.customerEmail),
          \(order.status.rawValue), \(order.totalAmount)::numeric, pid || '@' || backend_start,
          \(order.createdAt)::timestamptz, \(order.updatedAt)::timestamptz
        FROM pg_stat_get_activity(pg_backend_pid()) RETURNING id)
      INSERT INTO order_items (order_id, position, product_id, product_name, quantity, unit_price)
      SELECT o.id, i.position, i.product_id, i.product_name, i.quantity, i.unit_price
      FROM o, unnest(\(order.items.map(\.productID))::uuid[], \(order.items.map(\.productName))::text[],
        \(order.items.map(\.quantity))::integer[], \(order.items.map(\.unitPrice))::numeric[])
        WITH ORDINALITY AS i (product_id, product_name, quantity, unit_price, position)
      """)
  }

  /// False when the order was given up meanwhile.
  func markPlaced(_ id: Uuid, in transaction: some SQLSession) async throws -> Bool {
    try await transaction.execute(
      "UPDATE orders SET placed = true WHERE id = \(id) AND status = 'PENDING' AND NOT placed") == 1
  }

  func order(_ id: Uuid) async throws -> Order? {
    try await database.query("\(Self.select) WHERE o.id = \(id) AND o.placed").first.map(Order.init)
  }

  func orders(of email: String, before: Uuid?, limit: Int) async throws -> [Order] {
    try await database.query(
      """
      \(Self.select) WHERE lower(o.customer_email) = lower(\(email)) AND o.placed
        AND (\(before)::uuid IS NULL OR o.id < \(before))
      ORDER BY o.id DESC LIMIT \(limit)::bigint
      """
    ).map(Order.init)
  }

  /// Nil when the order is no longer as it was read.
  func move(_ order: Order, to status: OrderStatus, at now: Timestamp) async throws -> Order? {
    let count = try await database.execute(
      """
      UPDATE orders SET status = \(status.rawValue), inventory_task = \(status.inventoryTask?.rawValue), updated_at = \(now)
      WHERE id = \(order.id) AND status = \(order.status.rawValue) AND placed
        AND inventory_task IS NULL
      """)
    return count == 1 ? try await self.order(order.id) : nil
  }

  /// Marks an order that was never placed as given up; false when it was placed after all.
  func abandon(_ id: Uuid, at now: Timestamp) async throws -> Bool {
    try await database.execute(
      """
      UPDATE orders SET status = 'CANCELLED', inventory_task = 'RELEASE', updated_at = \(now)
      WHERE id = \(id) AND NOT placed
      """) == 1
  }

  /// The inventory knows: an order that was placed needs nothing more, one that was not is forgotten.
  func finish(_ id: Uuid) async throws {
    try await database.execute("DELETE FROM orders WHERE id = \(id) AND NOT placed")
    try await database.execute("UPDATE orders SET inventory_task = NULL WHERE id = \(id)")
  }

  /// Orders whose process has gone, or that have been unfinished for longer than any request lasts.
  func unfinished() async throws -> [(id: Uuid, task: InventoryTask?)] {
    try await database.query(
      """
      SELECT id, inventory_task FROM orders AS o
      WHERE (NOT placed OR inventory_task IS NOT NULL) AND (updated_at < now() - interval '1 minute'
        OR NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) AS a WHERE a.pid || '@' || a.backend_start = o.writer))
      ORDER BY id LIMIT 1000
      """
    ).map { (try $0.get("id"), try $0.getOptional("inventory_task", String.self).flatMap(InventoryTask.init)) }
  }
}

extension Order {
  fileprivate init(_ row: Row) throws {
    let ids = try row.get("product_ids", [Uuid].self)
    let names = try row.get("product_names", [String].self)
    let quantities = try row.get("quantities", [Int].self)
    let prices = try row.get("unit_prices", [ExactDecimal].self)
    guard let status = OrderStatus(parameter: try row.get("status")), names.count == ids.count,
      quantities.count == ids.count, prices.count == ids.count
    else { throw PostgresError.unexpectedColumn("an order's items do not fit each other") }
    self.init(
      id: try row.get("id"), orderNumber: try row.get("order_number"), customerName: try row.get("customer_name"),
      customerEmail: try row.get("customer_email"),
      items: ids.indices.map { index in
        OrderItem(
          productID: ids[index], productName: names[index], quantity: quantities[index], unitPrice: prices[index])
      }, status: status, totalAmount: try row.get("total_amount"), createdAt: try row.get("created_at"),
      updatedAt: try row.get("updated_at"))
  }
}

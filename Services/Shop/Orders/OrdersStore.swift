import OrdersAPI
import ServiceCore
import ServicePostgres

/// All SQL of orders.
struct OrdersStore {
  enum InventoryTask: String { case release = "RELEASE", ship = "SHIP" }

  private let database: Database
  private let count: Statement<Int, String>
  private let add:
    Statement<
      Void, Uuid, String, String, String, String, ExactDecimal, Timestamp, Timestamp, [Uuid], [String], [Int],
      [ExactDecimal]
    >
  private let place: Statement<Void, Uuid>
  private let find: Statement<Order, Uuid>
  private let page: Statement<Order, String, Uuid?, Int>
  private let step: Statement<Void, Uuid, String, String, String?, Timestamp>
  private let giveUp: Statement<Void, Uuid, Timestamp>
  private let forget: Statement<Void, Uuid>
  private let settle: Statement<Void, Uuid>
  private let left: Statement<Unfinished>

  /// An order that somebody must finish, and what the inventory is still to do for it.
  struct Unfinished { let id: Uuid, task: InventoryTask? }

  init(_ database: Database) {
    self.database = database
    // A counter of its own, so that orders do not wait for each other's commits.
    count = database.prepare(RowShape("last") { (last: Int) in last }) { day in
      """
      INSERT INTO order_counters (day, last) VALUES (\(day), 1)
      ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last
      """
    }
    add = database.prepare {
      id, number, name, email, status, total, created, updated, products, names, counts, prices in
      """
      WITH o AS (
        INSERT INTO orders
          (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at, updated_at)
        SELECT \(id)::uuid, \(number), \(name), \(email), \(status), \(total)::numeric, pid || '@' || backend_start,
          \(created)::timestamptz, \(updated)::timestamptz
        FROM pg_stat_get_activity(pg_backend_pid()) RETURNING id)
      INSERT INTO order_items (order_id, position, product_id, product_name, quantity, unit_price)
      SELECT o.id, i.position, i.product_id, i.product_name, i.quantity, i.unit_price
      FROM o, unnest(\(products)::uuid[], \(names)::text[], \(counts)::integer[], \(prices)::numeric[])
        WITH ORDINALITY AS i (product_id, product_name, quantity, unit_price, position)
      """
    }
    place = database.prepare { id in
      "UPDATE orders SET placed = true WHERE id = \(id) AND status = 'PENDING' AND NOT placed"
    }
    let select: SQL = """
      SELECT o.id, o.order_number, o.customer_name, o.customer_email, o.status, o.total_amount, o.created_at,
        o.updated_at, i.product_ids, i.product_names, i.quantities, i.unit_prices
      FROM orders AS o, LATERAL (
        SELECT array_agg(product_id ORDER BY position) AS product_ids,
          array_agg(product_name ORDER BY position) AS product_names,
          array_agg(quantity ORDER BY position) AS quantities,
          array_agg(unit_price ORDER BY position) AS unit_prices
        FROM order_items WHERE order_id = o.id) AS i
      """
    find = database.prepare(Self.order) { id in "\(select) WHERE o.id = \(id) AND o.placed" }
    page = database.prepare(Self.order) { email, before, limit in
      """
      \(select) WHERE lower(o.customer_email) = lower(\(email)) AND o.placed
        AND (\(before)::uuid IS NULL OR o.id < \(before))
      ORDER BY o.id DESC LIMIT \(limit)::bigint
      """
    }
    step = database.prepare { id, from, to, task, now in
      """
      UPDATE orders SET status = \(to), inventory_task = coalesce(\(task), inventory_task), updated_at = \(now)
      WHERE id = \(id) AND status = \(from) AND placed
      """
    }
    giveUp = database.prepare { id, now in
      """
      UPDATE orders SET status = 'CANCELLED', inventory_task = 'RELEASE', updated_at = \(now)
      WHERE id = \(id) AND NOT placed
      """
    }
    forget = database.prepare { id in "DELETE FROM orders WHERE id = \(id) AND NOT placed" }
    settle = database.prepare { id in "UPDATE orders SET inventory_task = NULL WHERE id = \(id)" }
    // Orders whose process has gone, or that have been unfinished for longer than any request lasts.
    let unfinished = RowShape("id", "inventory_task") { (id: Uuid, task: String?) in
      Unfinished(id: id, task: task.flatMap(InventoryTask.init))
    }
    left = database.prepare(unfinished) {
      """
      SELECT id, inventory_task FROM orders AS o
      WHERE (NOT placed OR inventory_task IS NOT NULL) AND (updated_at < now() - interval '1 minute'
        OR NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) AS a WHERE a.pid || '@' || a.backend_start = o.writer))
      ORDER BY id LIMIT 1000
      """
    }
  }

  private static let order = RowShape(
    "id", "order_number", "customer_name", "customer_email", "status", "total_amount", "created_at", "updated_at",
    "product_ids", "product_names", "quantities", "unit_prices"
  ) {
    (
      id: Uuid, number: String, name: String, email: String, status: String, total: ExactDecimal, created: Timestamp,
      updated: Timestamp, products: [Uuid], names: [String], counts: [Int], prices: [ExactDecimal]
    ) throws -> Order in
    guard let status = OrderStatus(parameter: status), names.count == products.count, counts.count == products.count,
      prices.count == products.count
    else { throw PostgresError.unexpectedColumn("an order's items do not fit each other") }
    return Order(
      id: id, orderNumber: number, customerName: name, customerEmail: email,
      items: products.indices.map {
        OrderItem(productID: products[$0], productName: names[$0], quantity: counts[$0], unitPrice: prices[$0])
      }, status: status, totalAmount: total, createdAt: created, updatedAt: updated)
  }

  /// The next number of a day.
  func nextNumber(day: String) async throws -> String {
    let digits = String(try await database.first(count, day) ?? 0)
    return "ORD-\(day)-" + String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  func insert(_ order: Order) async throws {
    try await database.execute(
      add, order.id, order.orderNumber, order.customerName, order.customerEmail, order.status.rawValue,
      order.totalAmount, order.createdAt, order.updatedAt, order.items.map(\.productID),
      order.items.map(\.productName), order.items.map(\.quantity), order.items.map(\.unitPrice))
  }

  /// False when the order was given up meanwhile.
  func markPlaced(_ id: Uuid, in transaction: some SQLSession) async throws -> Bool {
    try await transaction.execute(place, id) == 1
  }

  func order(_ id: Uuid) async throws -> Order? { try await database.first(find, id) }

  func orders(of email: String, before: Uuid?, limit: Int) async throws -> [Order] {
    try await database.query(page, email, before, limit)
  }

  /// False when the order no longer has the status it is moved from.
  func move(_ id: Uuid, from: OrderStatus, to status: OrderStatus, at now: Timestamp) async throws -> Bool {
    try await database.execute(
      step, id, from.rawValue, status.rawValue, status.inventoryTask?.rawValue, now) == 1
  }

  /// Marks an order that was never placed as given up; false when it was placed after all.
  func abandon(_ id: Uuid, at now: Timestamp) async throws -> Bool {
    try await database.execute(giveUp, id, now) == 1
  }

  /// The inventory knows: an order that was placed needs nothing more, one that was not is forgotten.
  func finish(_ id: Uuid) async throws {
    try await database.execute(forget, id)
    try await database.execute(settle, id)
  }

  func unfinished() async throws -> [Unfinished] { try await database.query(left) }
}

// Generated from Queries.sql. Edit that, not this file.
// swift-format-ignore-file
import QueriesShopAPI
import ServiceCore
import ServiceDefinition
import ServicePostgres

/// The queries of Queries.sql.
struct ShopQueries: Sendable {
  /// The database, or the transaction, that they are sent to.
  let session: any SQLSession

  /// The queries of a database, or of a transaction.
  init(_ session: any SQLSession) { self.session = session }

  /// - Throws: `ConfigurationError` where the service has no database.
  init(_ resources: Resources) throws { session = try resources.database }

  private static let productText: SQL.Compiled = """
    SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
    updated_at FROM products WHERE id = $1
    """

  func product(id: Uuid) async throws -> Product? {
    let query = SQL(Self.productText, [id.postgresParameter])
    return try await session.query(query).first.map(Product.init(row:))
  }

  /// Newest first, and more than one order of them.
  /// A page begins before the last product of the page before.
  func list(filter: ListProducts.Input, before: Uuid?, limit: Int) async throws -> [Product] {
    var query: SQL = """
      SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
      updated_at FROM products
      WHERE true
      """
    if let category = filter.category { query += "\n  AND category = \(category)" }
    if let tag = filter.tag { query += "\n  AND tags @> ARRAY[\(tag)]" }
    if let minPrice = filter.minPrice { query += "\n  AND price >= \(minPrice)" }
    if let maxPrice = filter.maxPrice { query += "\n  AND price <= \(maxPrice)" }
    if let before { query += "\n  AND id < \(before)" }
    query += "\nORDER BY"
    if filter.sort == .price { query += "\n  price," }
    if filter.sort == .name { query += "\n  name, price," }
    query += """

        id DESC
      LIMIT \(limit)
      """
    return try await session.query(query).map(Product.init(row:))
  }

  /// A row of `search`.
  struct Search: Sendable {
    let product: Product
    let rank: Int

    fileprivate init(row: ResultRow) throws {
      product = try Product(row: row)
      rank = try row.get("rank", hint: 10, Int.self)
    }
  }

  private static let searchText: SQL.Compiled = """
    SELECT * FROM (
      SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
    updated_at, (ts_rank(words, asked) * 1000000)::bigint AS rank
      FROM products, plainto_tsquery('english', $1) AS asked WHERE words @@ asked) AS found
    WHERE $2::bigint IS NULL OR (rank, id) < ($2, $3)
    ORDER BY rank DESC, id DESC LIMIT $4
    """

  func search(words: String, rank: Int?, id: Uuid?, limit: Int) async throws -> [Search] {
    let query = SQL(Self.searchText, [
      words.postgresParameter,
      rank.postgresParameter,
      id.postgresParameter,
      limit.postgresParameter,
    ])
    return try await session.query(query).map(Search.init(row:))
  }

  private static let insertText: SQL.Compiled = """
    INSERT INTO products (id, name, description, price, category, tags, stock_quantity, image_url, \
    created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id, name, description, price, category, \
    tags, stock_quantity, image_url, created_at, updated_at
    """

  func insert(id: Uuid, draft: ProductDraft, now: Timestamp) async throws -> Product {
    let query = SQL(Self.insertText, [
      id.postgresParameter,
      draft.name.postgresParameter,
      draft.description.postgresParameter,
      draft.price.postgresParameter,
      draft.category.postgresParameter,
      draft.tags.postgresParameter,
      draft.stockQuantity.postgresParameter,
      draft.imageURL.postgresParameter,
      now.postgresParameter,
    ])
    return try await Product(row: session.one(query, "insert"))
  }

  private static let replaceText: SQL.Compiled = """
    UPDATE products SET (name, description, price, category, tags, stock_quantity, image_url) = ROW($1, \
    $2, $3, $4, $5, $6, $7), updated_at = $8 WHERE id = $9 RETURNING id, name, description, price, \
    category, tags, stock_quantity, image_url, created_at, updated_at
    """

  func replace(id: Uuid, draft: ProductDraft, now: Timestamp) async throws -> Product? {
    let query = SQL(Self.replaceText, [
      draft.name.postgresParameter,
      draft.description.postgresParameter,
      draft.price.postgresParameter,
      draft.category.postgresParameter,
      draft.tags.postgresParameter,
      draft.stockQuantity.postgresParameter,
      draft.imageURL.postgresParameter,
      now.postgresParameter,
      id.postgresParameter,
    ])
    return try await session.query(query).first.map(Product.init(row:))
  }

  private static let deleteText: SQL.Compiled = "DELETE FROM products WHERE id = $1"

  @discardableResult
  func delete(id: Uuid) async throws -> Int {
    let query = SQL(Self.deleteText, [id.postgresParameter])
    return try await session.execute(query)
  }

  /// A row of `reserved`.
  struct Reserved: Sendable {
    let product: Product
    let reserved: ReservedItem?

    fileprivate init(row: ResultRow) throws {
      product = try Product(row: row)
      reserved =
        try row.get("product_id", hint: 10, Uuid?.self) == nil
        && row.get("quantity", hint: 11, Int?.self) == nil ? nil : ReservedItem(row: row)
    }
  }

  private static let reservedText: SQL.Compiled = """
    SELECT p.id, p.name, p.description, p.price, p.category, p.tags, p.stock_quantity, p.image_url, \
    p.created_at, p.updated_at, r.product_id, r.quantity
    FROM products AS p LEFT JOIN reservation_items AS r ON r.product_id = p.id WHERE p.id = ANY($1)
    """

  func reserved(ids: [Uuid]) async throws -> [Reserved] {
    let query = SQL(Self.reservedText, [ids.postgresParameter])
    return try await session.query(query).map(Reserved.init(row:))
  }

  private static let lockText: SQL.Compiled = """
    SELECT product_id, product_name, quantity, reserved_qty, \
    updated_at FROM stock WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE
    """

  /// Locked until the transaction ends, always in the same order.
  func lock(ids: [Uuid]) async throws -> [Stock] {
    let query = SQL(Self.lockText, [ids.postgresParameter])
    return try await session.query(query).map(Stock.init(row:))
  }

  private static let addStockText: SQL.Compiled = """
    INSERT INTO stock (product_id, product_name, quantity, updated_at) VALUES ($1, $2, $3, \
    $4) ON CONFLICT DO NOTHING RETURNING product_id, product_name, quantity, reserved_qty, updated_at
    """

  func addStock(draft: StockDraft, now: Timestamp) async throws -> Stock? {
    let query = SQL(Self.addStockText, [
      draft.productID.postgresParameter,
      draft.productName.postgresParameter,
      draft.quantity.postgresParameter,
      now.postgresParameter,
    ])
    return try await session.query(query).first.map(Stock.init(row:))
  }

  private static let changeText: SQL.Compiled = """
    UPDATE stock SET quantity = quantity + $1, reserved_qty = reserved_qty + $2, updated_at = $3
    WHERE product_id = $4 RETURNING product_id, product_name, quantity, reserved_qty, updated_at
    """

  func change(id: Uuid, quantity: Int, reserved: Int, now: Timestamp) async throws -> Stock {
    let query = SQL(Self.changeText, [
      quantity.postgresParameter,
      reserved.postgresParameter,
      now.postgresParameter,
      id.postgresParameter,
    ])
    return try await Stock(row: session.one(query, "change"))
  }

  private static let beginText: SQL.Compiled = """
    INSERT INTO reservations (order_id, status, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
    """

  @discardableResult
  func begin(orderID: Uuid, status: ReservationStatus, now: Timestamp) async throws -> Int {
    let query = SQL(Self.beginText, [
      orderID.postgresParameter,
      PostgresEnum(status).postgresParameter,
      now.postgresParameter,
    ])
    return try await session.execute(query)
  }

  private static let reserveText: SQL.Compiled = """
    WITH items AS (
      INSERT INTO reservation_items (order_id, product_id, quantity)
      SELECT $1::uuid, i.product_id, i.quantity FROM unnest($2::uuid[], $3::bigint[]) AS i (product_id, quantity)
      RETURNING product_id, quantity)
    UPDATE stock SET reserved_qty = reserved_qty + items.quantity, updated_at = $4
    FROM items WHERE stock.product_id = items.product_id
    """

  func reserve(orderID: Uuid, items: [ReservedItem], now: Timestamp) async throws {
    let query = SQL(Self.reserveText, [
      orderID.postgresParameter,
      items.map(\.productID).postgresParameter,
      items.map(\.quantity).postgresParameter,
      now.postgresParameter,
    ])
    try await session.execute(query)
  }

  private static let reservationText: SQL.Compiled = """
    SELECT order_id, status,
      (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.product_id)
       FROM (SELECT product_id, quantity FROM reservation_items WHERE order_id = $1) AS i) AS items
    FROM reservations WHERE order_id = $1 AND status <> 'RELEASED' FOR UPDATE
    """

  func reservation(orderID: Uuid) async throws -> Reservation? {
    let query = SQL(Self.reservationText, [orderID.postgresParameter])
    return try await session.query(query).first.map(Reservation.init(row:))
  }

  private static let statusText: SQL.Compiled = "SELECT status FROM reservations WHERE order_id = $1"

  func status(orderID: Uuid) async throws -> ReservationStatus? {
    let query = SQL(Self.statusText, [orderID.postgresParameter])
    return try await session.query(query).first.flatMap {
      try $0.get("", hint: 0, PostgresEnum<ReservationStatus>?.self)?.value
    }
  }

  private static let nextNumberText: SQL.Compiled = """
    INSERT INTO order_counters (day, last) VALUES ($1, 1)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last
    """

  /// A counter of its own, so that orders do not wait for each other's commits.
  func nextNumber(day: String) async throws -> Int {
    let query = SQL(Self.nextNumberText, [day.postgresParameter])
    return try await session.one(query, "nextNumber").get("", hint: 0, Int.self)
  }

  private static let placeText: SQL.Compiled = """
    WITH o AS (
      INSERT INTO orders
        (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5,
        $6, $7, $8, $9)
      RETURNING id)
    INSERT INTO order_items (order_id, position, product_id, product_name, quantity, unit_price)
    SELECT o.id, i.position, i.product_id, i.product_name, i.quantity, i.unit_price
    FROM o, unnest($10::uuid[], $11::text[], $12::bigint[], \
    $13::numeric[]) WITH ORDINALITY AS i (product_id, product_name, quantity, unit_price, position)
    """

  func place(order: Order, writer: String) async throws {
    let query = SQL(Self.placeText, [
      order.id.postgresParameter,
      order.orderNumber.postgresParameter,
      order.customerName.postgresParameter,
      order.customerEmail.postgresParameter,
      PostgresEnum(order.status).postgresParameter,
      order.totalAmount.postgresParameter,
      writer.postgresParameter,
      order.createdAt.postgresParameter,
      order.updatedAt.postgresParameter,
      order.items.map(\.productID).postgresParameter,
      order.items.map(\.productName).postgresParameter,
      order.items.map(\.quantity).postgresParameter,
      order.items.map(\.unitPrice).postgresParameter,
    ])
    try await session.execute(query)
  }

  func orders(email: String, before: Uuid?, limit: Int) async throws -> [Order] {
    var query: SQL = """
      SELECT o.id, o.order_number, o.customer_name, o.customer_email, o.status, o.total_amount, \
      o.created_at, o.updated_at,
        (SELECT jsonb_agg(to_jsonb(i)) FROM (
          SELECT product_id, product_name, quantity, \
      unit_price FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
      FROM orders AS o
      WHERE lower(o.customer_email) = lower(\(email)) AND o.placed
      """
    if let before { query += "\n  AND o.id < \(before)" }
    query += "\nORDER BY o.id DESC LIMIT \(limit)"
    return try await session.query(query).map(Order.init(row:))
  }

  /// A row of `unfinished`.
  struct Unfinished: Sendable {
    let id: Uuid
    let task: String?

    fileprivate init(row: ResultRow) throws {
      id = try row.get("id", hint: 0, Uuid.self)
      task = try row.get("task", hint: 1, String?.self)
    }
  }

  private static let unfinishedText: SQL.Compiled = """
    SELECT id, \
    inventory_task AS task FROM orders WHERE NOT placed OR inventory_task IS NOT NULL ORDER BY id LIMIT 1000
    """

  func unfinished() async throws -> [Unfinished] {
    let query = SQL(Self.unfinishedText)
    return try await session.query(query).map(Unfinished.init(row:))
  }

  private static let oldestText: SQL.Compiled = "SELECT min(created_at) FROM orders"

  func oldest() async throws -> Timestamp? {
    let query = SQL(Self.oldestText)
    return try await session.query(query).first.flatMap { try $0.get("", hint: 0, Timestamp?.self) }
  }

  func tasks(status: OrderStatus?) async throws -> [String?] {
    var query: SQL = "SELECT inventory_task FROM orders"
    if let status { query += "\nWHERE status = \(PostgresEnum(status))" }
    return try await session.query(query).map { try $0.get("", hint: 0, String?.self) }
  }
}

extension Call {
  /// Runs `body` in one transaction of the service's database, and commits its result with its effect.
  ///
  /// - Throws: what `body` throws, after a rollback.
  func transaction<Value: Sendable>(
    _ body: (ShopQueries) async throws -> Value
  ) async throws -> Committed<Value> {
    try await sqlTransaction { try await body(ShopQueries($0)) }
  }
}

extension Product {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      id: row.get("id", hint: 0, Uuid.self),
      name: row.get("name", hint: 1, String.self),
      description: row.get("description", hint: 2, String.self),
      price: row.get("price", hint: 3, ExactDecimal.self),
      category: row.get("category", hint: 4, String.self),
      tags: row.get("tags", hint: 5, [String].self),
      stockQuantity: row.get("stock_quantity", hint: 6, Int.self),
      imageURL: row.get("image_url", hint: 7, String?.self),
      createdAt: row.get("created_at", hint: 8, Timestamp.self),
      updatedAt: row.get("updated_at", hint: 9, Timestamp.self))
  }
}

extension ReservedItem {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      productID: row.get("product_id", hint: 0, Uuid.self),
      quantity: row.get("quantity", hint: 1, Int.self))
  }
}

extension Stock {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      productID: row.get("product_id", hint: 0, Uuid.self),
      productName: row.get("product_name", hint: 1, String.self),
      quantity: row.get("quantity", hint: 2, Int.self),
      reservedQty: row.get("reserved_qty", hint: 3, Int.self),
      updatedAt: row.get("updated_at", hint: 4, Timestamp.self))
  }
}

extension Reservation {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      orderID: row.get("order_id", hint: 0, Uuid.self),
      status: row.get("status", hint: 1, PostgresEnum<ReservationStatus>.self).value,
      items: row.get("items", hint: 2, PostgresJSON<[ReservedItem]>.self).value)
  }
}

extension Order {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      id: row.get("id", hint: 0, Uuid.self),
      orderNumber: row.get("order_number", hint: 1, String.self),
      customerName: row.get("customer_name", hint: 2, String.self),
      customerEmail: row.get("customer_email", hint: 3, String.self),
      items: row.get("items", hint: 4, PostgresJSON<[OrderItem]>.self).value,
      status: row.get("status", hint: 5, PostgresEnum<OrderStatus>.self).value,
      totalAmount: row.get("total_amount", hint: 6, ExactDecimal.self),
      createdAt: row.get("created_at", hint: 7, Timestamp.self),
      updatedAt: row.get("updated_at", hint: 8, Timestamp.self))
  }
}

extension ShopQueries {
  /// Every text that can be sent, which is compared with the live schema at the start.
  static let checks: [QueryCheck] = [
    productCheck, listCheck1, listCheck2, listCheck3, searchCheck, insertCheck, replaceCheck,
    deleteCheck, reservedCheck, lockCheck, addStockCheck, changeCheck, beginCheck, reserveCheck,
    reservationCheck, statusCheck, nextNumberCheck, placeCheck, ordersCheck1, ordersCheck2,
    unfinishedCheck, oldestCheck, tasksCheck1, tasksCheck2,
  ]

  private static let productCheck = QueryCheck(
    "product", path: "Queries.sql", line: 4, column: 1,
    source: "SELECT :Product FROM products WHERE id = :id",
    text: productText.text,
    splices: [.init(7, 95, from: 7, 8), .init(128, 2, from: 41, 3)],
    parameters: [.init("id", Uuid.self)],
    columns: columnsOfProduct)

  private static let listCheck1 = QueryCheck(
    "list", path: "Queries.sql", line: 9, column: 1,
    source: listSource,
    text: """
      SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
      updated_at FROM products
      WHERE true
        AND category = $1
        AND tags @> ARRAY[$2]
        AND price >= $3
        AND price <= $4
        AND id < $5
      ORDER BY
        price,
        id DESC
      LIMIT $6
      """,
    splices: [
      .init(7, 95, from: 7, 8), .init(145, 2, from: 58, 16), .init(147, 0, from: 74, 26),
      .init(168, 2, from: 121, 11), .init(171, 0, from: 133, 22), .init(187, 2, from: 171, 17),
      .init(189, 0, from: 188, 28), .init(205, 2, from: 232, 17), .init(207, 0, from: 249, 28),
      .init(219, 2, from: 289, 7), .init(221, 0, from: 296, 32), .init(239, 0, from: 346, 57),
      .init(239, 0, from: 403, 65), .init(256, 2, from: 485, 6),
    ],
    parameters: [
      .init("filter.category", String.self), .init("filter.tag", String.self),
      .init("filter.min_price", ExactDecimal.self), .init("filter.max_price", ExactDecimal.self),
      .init("before", Uuid.self), .init("limit", Int.self),
    ],
    columns: columnsOfProduct)

  private static let listCheck2 = QueryCheck(
    "list", path: "Queries.sql", line: 9, column: 1,
    source: listSource,
    text: """
      SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
      updated_at FROM products
      WHERE true
        AND category = $1
        AND tags @> ARRAY[$2]
        AND price >= $3
        AND price <= $4
        AND id < $5
      ORDER BY
        name, price,
        id DESC
      LIMIT $6
      """,
    splices: [
      .init(7, 95, from: 7, 8), .init(145, 2, from: 58, 16), .init(147, 0, from: 74, 26),
      .init(168, 2, from: 121, 11), .init(171, 0, from: 133, 22), .init(187, 2, from: 171, 17),
      .init(189, 0, from: 188, 28), .init(205, 2, from: 232, 17), .init(207, 0, from: 249, 28),
      .init(219, 2, from: 289, 7), .init(221, 0, from: 296, 32), .init(230, 0, from: 337, 66),
      .init(245, 0, from: 418, 50), .init(262, 2, from: 485, 6),
    ],
    parameters: [
      .init("filter.category", String.self), .init("filter.tag", String.self),
      .init("filter.min_price", ExactDecimal.self), .init("filter.max_price", ExactDecimal.self),
      .init("before", Uuid.self), .init("limit", Int.self),
    ],
    columns: columnsOfProduct)

  private static let listCheck3 = QueryCheck(
    "list", path: "Queries.sql", line: 9, column: 1,
    source: listSource,
    text: """
      SELECT id, name, description, price, category, tags, stock_quantity, image_url, created_at, \
      updated_at FROM products
      WHERE true
      ORDER BY
        id DESC
      LIMIT $1
      """,
    splices: [
      .init(7, 95, from: 7, 8), .init(127, 0, from: 40, 60), .init(127, 0, from: 100, 55),
      .init(127, 0, from: 155, 61), .init(127, 0, from: 216, 61), .init(127, 0, from: 277, 51),
      .init(136, 0, from: 337, 66), .init(136, 0, from: 403, 65), .init(153, 2, from: 485, 6),
    ],
    parameters: [.init("limit", Int.self)],
    columns: columnsOfProduct)

  private static let searchCheck = QueryCheck(
    "search", path: "Queries.sql", line: 24, column: 1,
    source: """
      SELECT * FROM (
        SELECT :Product, (ts_rank(words, asked) * 1000000)::bigint AS rank
        FROM products, plainto_tsquery('english', :words) AS asked WHERE words @@ asked) AS found
      WHERE :rank IS NULL OR (rank, id) < (:rank, :id)  -- both are there, or neither
      ORDER BY rank DESC, id DESC LIMIT :limit
      """,
    text: searchText.text,
    splices: [
      .init(25, 95, from: 25, 8), .init(216, 2, from: 129, 6), .init(266, 10, from: 183, 5),
      .init(302, 2, from: 214, 5), .init(306, 2, from: 221, 3), .init(309, 0, from: 225, 31),
      .init(344, 2, from: 291, 6),
    ],
    parameters: [
      .init("words", String.self), .init("rank", Int?.self), .init("id", Uuid?.self),
      .init("limit", Int.self),
    ],
    columns: columnsOfProduct + [.init("rank", Int.self)])

  private static let insertCheck = QueryCheck(
    "insert", path: "Queries.sql", line: 31, column: 1,
    source: """
      INSERT INTO products (id, :ProductDraft, created_at, updated_at)
      VALUES (:id, :draft.*, :now, :now) RETURNING :Product
      """,
    text: insertText.text,
    splices: [
      .init(26, 67, from: 26, 13), .init(127, 2, from: 73, 3), .init(131, 26, from: 78, 8),
      .init(159, 2, from: 88, 4), .init(163, 2, from: 94, 4), .init(177, 95, from: 110, 8),
    ],
    parameters: [
      .init("id", Uuid.self), .init("draft.name", String.self), .init("draft.description", String.self),
      .init("draft.price", ExactDecimal.self), .init("draft.category", String.self),
      .init("draft.tags", [String].self), .init("draft.stock_quantity", Int.self),
      .init("draft.image_url", String?.self), .init("now", Timestamp.self),
    ],
    columns: columnsOfProduct)

  private static let replaceCheck = QueryCheck(
    "replace", path: "Queries.sql", line: 35, column: 1,
    source: """
      UPDATE products SET (:ProductDraft) = ROW(:draft.*), updated_at = :now WHERE id = :id RETURNING :Product
      """,
    text: replaceText.text,
    splices: [
      .init(21, 67, from: 21, 13), .init(96, 26, from: 42, 8), .init(138, 2, from: 66, 4),
      .init(152, 2, from: 82, 3), .init(165, 95, from: 96, 8),
    ],
    parameters: [
      .init("draft.name", String.self), .init("draft.description", String.self),
      .init("draft.price", ExactDecimal.self), .init("draft.category", String.self),
      .init("draft.tags", [String].self), .init("draft.stock_quantity", Int.self),
      .init("draft.image_url", String?.self), .init("now", Timestamp.self), .init("id", Uuid.self),
    ],
    columns: columnsOfProduct)

  private static let deleteCheck = QueryCheck(
    "delete", path: "Queries.sql", line: 38, column: 1,
    source: "DELETE FROM products WHERE id = :id",
    text: deleteText.text,
    splices: [.init(32, 2, from: 32, 3)],
    parameters: [.init("id", Uuid.self)],
    columns: [])

  private static let reservedCheck = QueryCheck(
    "reserved", path: "Queries.sql", line: 41, column: 1,
    source: """
      SELECT p.:Product, r.:ReservedItem
      FROM products AS p LEFT JOIN reservation_items AS r ON r.product_id = p.id WHERE p.id = ANY(:ids)
      """,
    text: reservedText.text,
    splices: [.init(7, 115, from: 7, 10), .init(124, 24, from: 19, 15), .init(241, 2, from: 127, 4)],
    parameters: [.init("ids", [Uuid].self)],
    columns: columnsOfProduct + [.init("product_id", Uuid?.self), .init("quantity", Int?.self)])

  private static let lockCheck = QueryCheck(
    "lock", path: "Queries.sql", line: 46, column: 1,
    source: "SELECT :Stock FROM stock WHERE product_id = ANY(:ids) ORDER BY product_id FOR UPDATE",
    text: lockText.text,
    splices: [.init(7, 60, from: 7, 6), .init(102, 2, from: 48, 4)],
    parameters: [.init("ids", [Uuid].self)],
    columns: columnsOfStock)

  private static let addStockCheck = QueryCheck(
    "addStock", path: "Queries.sql", line: 49, column: 1,
    source: """
      INSERT INTO stock (:StockDraft, updated_at) VALUES (:draft.*, :now) ON CONFLICT DO NOTHING RETURNING :Stock
      """,
    text: addStockText.text,
    splices: [
      .init(19, 34, from: 19, 11), .init(75, 10, from: 52, 8), .init(87, 2, from: 62, 4),
      .init(124, 60, from: 101, 6),
    ],
    parameters: [
      .init("draft.product_id", Uuid.self), .init("draft.product_name", String.self),
      .init("draft.quantity", Int.self), .init("now", Timestamp.self),
    ],
    columns: columnsOfStock)

  private static let changeCheck = QueryCheck(
    "change", path: "Queries.sql", line: 52, column: 1,
    source: """
      UPDATE stock SET quantity = quantity + :quantity, reserved_qty = reserved_qty + :reserved, updated_at = :now
      WHERE product_id = :id RETURNING :Stock
      """,
    text: changeText.text,
    splices: [
      .init(39, 2, from: 39, 9), .init(73, 2, from: 80, 9), .init(90, 2, from: 104, 4),
      .init(112, 2, from: 128, 3), .init(125, 60, from: 142, 6),
    ],
    parameters: [
      .init("quantity", Int.self), .init("reserved", Int.self), .init("now", Timestamp.self),
      .init("id", Uuid.self),
    ],
    columns: columnsOfStock)

  private static let beginCheck = QueryCheck(
    "begin", path: "Queries.sql", line: 56, column: 1,
    source: """
      INSERT INTO reservations (order_id, status, updated_at) VALUES (:order_id, :status, \
      :now) ON CONFLICT DO NOTHING
      """,
    text: beginText.text,
    splices: [.init(64, 2, from: 64, 9), .init(68, 2, from: 75, 7), .init(72, 2, from: 84, 4)],
    parameters: [
      .init("order_id", Uuid.self), .init("status", PostgresEnum<ReservationStatus>.self),
      .init("now", Timestamp.self),
    ],
    columns: [])

  private static let reserveCheck = QueryCheck(
    "reserve", path: "Queries.sql", line: 59, column: 1,
    source: """
      WITH items AS (
        INSERT INTO reservation_items (order_id, :ReservedItem)
        SELECT :order_id::uuid, i.:ReservedItem FROM unnest(:items.*) AS i (:ReservedItem)
        RETURNING :ReservedItem)
      UPDATE stock SET reserved_qty = reserved_qty + items.quantity, updated_at = :now
      FROM items WHERE stock.product_id = items.product_id
      """,
    text: reserveText.text,
    splices: [
      .init(59, 20, from: 59, 13), .init(90, 2, from: 83, 9), .init(100, 24, from: 100, 15),
      .init(137, 24, from: 128, 8), .init(169, 20, from: 144, 13), .init(203, 20, from: 171, 13),
      .init(301, 2, from: 262, 4),
    ],
    parameters: [
      .init("order_id", Uuid.self), .init("items.product_id", [Uuid].self),
      .init("items.quantity", [Int].self), .init("now", Timestamp.self),
    ],
    columns: [])

  private static let reservationCheck = QueryCheck(
    "reservation", path: "Queries.sql", line: 67, column: 1,
    source: """
      SELECT order_id, status,
        (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.product_id)
         FROM (SELECT :ReservedItem FROM reservation_items WHERE order_id = :order_id) AS i) AS items
      FROM reservations WHERE order_id = :order_id AND status <> 'RELEASED' FOR UPDATE
      """,
    text: reservationText.text,
    splices: [.init(96, 20, from: 96, 13), .init(157, 2, from: 150, 9), .init(211, 2, from: 211, 9)],
    parameters: [.init("order_id", Uuid.self)],
    columns: columnsOfReservation)

  private static let statusCheck = QueryCheck(
    "status", path: "Queries.sql", line: 73, column: 1,
    source: "SELECT status FROM reservations WHERE order_id = :order_id",
    text: statusText.text,
    splices: [.init(49, 2, from: 49, 9)],
    parameters: [.init("order_id", Uuid.self)],
    columns: [.init("", PostgresEnum<ReservationStatus>?.self)])

  private static let nextNumberCheck = QueryCheck(
    "nextNumber", path: "Queries.sql", line: 77, column: 1,
    source: """
      INSERT INTO order_counters (day, last) VALUES (:day, 1)
      ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last
      """,
    text: nextNumberText.text,
    splices: [.init(47, 2, from: 47, 4)],
    parameters: [.init("day", String.self)],
    columns: [.init("", Int.self)])

  private static let placeCheck = QueryCheck(
    "place", path: "Queries.sql", line: 81, column: 1,
    source: """
      WITH o AS (
        INSERT INTO orders
          (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at, updated_at)
        VALUES (:order.id, :order.order_number, :order.customer_name, :order.customer_email, :order.status,
          :order.total_amount, :writer, :order.created_at, :order.updated_at)
        RETURNING id)
      INSERT INTO order_items (order_id, position, :OrderItem)
      SELECT o.id, i.position, i.:OrderItem
      FROM o, unnest(:order.items.*) WITH ORDINALITY AS i (:OrderItem, position)
      """,
    text: placeText.text,
    splices: [
      .init(151, 2, from: 151, 9), .init(155, 2, from: 162, 19), .init(159, 2, from: 183, 20),
      .init(163, 2, from: 205, 21), .init(167, 2, from: 228, 13), .init(175, 2, from: 247, 19),
      .init(179, 2, from: 268, 7), .init(183, 2, from: 277, 17), .init(187, 2, from: 296, 17),
      .init(252, 46, from: 376, 10), .init(325, 54, from: 413, 12), .init(395, 55, from: 441, 14),
      .init(474, 46, from: 479, 10),
    ],
    parameters: [
      .init("order.id", Uuid.self), .init("order.order_number", String.self),
      .init("order.customer_name", String.self), .init("order.customer_email", String.self),
      .init("order.status", PostgresEnum<OrderStatus>.self),
      .init("order.total_amount", ExactDecimal.self), .init("writer", String.self),
      .init("order.created_at", Timestamp.self), .init("order.updated_at", Timestamp.self),
      .init("order.items.product_id", [Uuid].self), .init("order.items.product_name", [String].self),
      .init("order.items.quantity", [Int].self), .init("order.items.unit_price", [ExactDecimal].self),
    ],
    columns: [])

  private static let ordersCheck1 = QueryCheck(
    "orders", path: "Queries.sql", line: 92, column: 1,
    source: ordersSource,
    text: """
      SELECT o.id, o.order_number, o.customer_name, o.customer_email, o.status, o.total_amount, \
      o.created_at, o.updated_at,
        (SELECT jsonb_agg(to_jsonb(i)) FROM (
          SELECT product_id, product_name, quantity, \
      unit_price FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
      FROM orders AS o
      WHERE lower(o.customer_email) = lower($1) AND o.placed
        AND o.id < $2
      ORDER BY o.id DESC LIMIT $3
      """,
    splices: [
      .init(7, 109, from: 7, 8), .init(169, 46, from: 68, 10), .init(344, 2, from: 207, 6),
      .init(374, 2, from: 241, 7), .init(376, 0, from: 248, 15), .init(402, 2, from: 289, 6),
    ],
    parameters: [.init("email", String.self), .init("before", Uuid.self), .init("limit", Int.self)],
    columns: columnsOfOrder)

  private static let ordersCheck2 = QueryCheck(
    "orders", path: "Queries.sql", line: 92, column: 1,
    source: ordersSource,
    text: """
      SELECT o.id, o.order_number, o.customer_name, o.customer_email, o.status, o.total_amount, \
      o.created_at, o.updated_at,
        (SELECT jsonb_agg(to_jsonb(i)) FROM (
          SELECT product_id, product_name, quantity, \
      unit_price FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
      FROM orders AS o
      WHERE lower(o.customer_email) = lower($1) AND o.placed
      ORDER BY o.id DESC LIMIT $2
      """,
    splices: [
      .init(7, 109, from: 7, 8), .init(169, 46, from: 68, 10), .init(344, 2, from: 207, 6),
      .init(360, 0, from: 227, 36), .init(386, 2, from: 289, 6),
    ],
    parameters: [.init("email", String.self), .init("limit", Int.self)],
    columns: columnsOfOrder)

  private static let unfinishedCheck = QueryCheck(
    "unfinished", path: "Queries.sql", line: 101, column: 1,
    source: """
      SELECT id, \
      inventory_task AS task FROM orders WHERE NOT placed OR inventory_task IS NOT NULL ORDER BY id LIMIT 1000
      """,
    text: unfinishedText.text,
    splices: [],
    parameters: [],
    columns: [.init("id", Uuid.self), .init("task", String?.self)])

  private static let oldestCheck = QueryCheck(
    "oldest", path: "Queries.sql", line: 104, column: 1,
    source: "SELECT min(created_at) FROM orders",
    text: oldestText.text,
    splices: [],
    parameters: [],
    columns: [.init("", Timestamp?.self)])

  private static let tasksCheck1 = QueryCheck(
    "tasks", path: "Queries.sql", line: 107, column: 1,
    source: tasksSource,
    text: """
      SELECT inventory_task FROM orders
      WHERE status = $1
      """,
    splices: [.init(49, 2, from: 49, 7)],
    parameters: [.init("status", PostgresEnum<OrderStatus>.self)],
    columns: [.init("", String?.self)])

  private static let tasksCheck2 = QueryCheck(
    "tasks", path: "Queries.sql", line: 107, column: 1,
    source: tasksSource,
    text: "SELECT inventory_task FROM orders",
    splices: [.init(33, 0, from: 33, 23)],
    parameters: [],
    columns: [.init("", String?.self)])

  private static let listSource = """
    SELECT :Product FROM products
    WHERE true
      AND category = :filter.category    -- if :filter.category
      AND tags @> ARRAY[:filter.tag]     -- if :filter.tag
      AND price >= :filter.min_price     -- if :filter.min_price
      AND price <= :filter.max_price     -- if :filter.max_price
      AND id < :before                   -- if :before
    ORDER BY
      price,                             -- when :filter.sort = PRICE
      name, price,                       -- when :filter.sort = NAME
      id DESC
    LIMIT :limit
    """

  private static let ordersSource = """
    SELECT o.:Order,
      (SELECT jsonb_agg(to_jsonb(i)) FROM (
        SELECT :OrderItem FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
    FROM orders AS o
    WHERE lower(o.customer_email) = lower(:email) AND o.placed
      AND o.id < :before  -- if :before
    ORDER BY o.id DESC LIMIT :limit
    """

  private static let tasksSource = """
    SELECT inventory_task FROM orders
    WHERE status = :status
    """

  private static let columnsOfProduct: [QueryCheck.Column] = [
    .init("id", Uuid.self), .init("name", String.self), .init("description", String.self),
    .init("price", ExactDecimal.self), .init("category", String.self), .init("tags", [String].self),
    .init("stock_quantity", Int.self), .init("image_url", String?.self),
    .init("created_at", Timestamp.self), .init("updated_at", Timestamp.self),
  ]

  private static let columnsOfReservedItem: [QueryCheck.Column] = [
    .init("product_id", Uuid.self), .init("quantity", Int.self),
  ]

  private static let columnsOfStock: [QueryCheck.Column] = [
    .init("product_id", Uuid.self), .init("product_name", String.self), .init("quantity", Int.self),
    .init("reserved_qty", Int.self), .init("updated_at", Timestamp.self),
  ]

  private static let columnsOfReservation: [QueryCheck.Column] = [
    .init("order_id", Uuid.self), .init("status", PostgresEnum<ReservationStatus>.self),
    .init("items", PostgresJSON<[ReservedItem]>.self),
  ]

  private static let columnsOfOrder: [QueryCheck.Column] = [
    .init("id", Uuid.self), .init("order_number", String.self), .init("customer_name", String.self),
    .init("customer_email", String.self), .init("items", PostgresJSON<[OrderItem]>.self),
    .init("status", PostgresEnum<OrderStatus>.self), .init("total_amount", ExactDecimal.self),
    .init("created_at", Timestamp.self), .init("updated_at", Timestamp.self),
  ]
}

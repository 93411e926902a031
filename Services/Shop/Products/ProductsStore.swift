import ProductsAPI
import ServiceCore
import ServicePostgres

/// All SQL of the catalogue.
struct ProductsStore {
  let database: Database

  private static let columns: SQL =
    "id, name, description, price, category, tags, stock_quantity, image_url, created_at, updated_at"

  func product(_ id: Uuid) async throws -> Product? {
    try await database.query("SELECT \(Self.columns) FROM products WHERE id = \(id)").first.map(Product.init)
  }

  /// Newest first; one more than the limit, so that the caller sees whether there is a next page.
  func list(_ filter: ListProducts.Input, before: Uuid?) async throws -> [Product] {
    try await database.query(
      """
      SELECT \(Self.columns) FROM products
      WHERE (\(filter.category)::text IS NULL OR category = \(filter.category))
        AND (\(filter.tag)::text IS NULL OR tags @> ARRAY[\(filter.tag)::text])
        AND (\(filter.minPrice)::numeric IS NULL OR price >= \(filter.minPrice))
        AND (\(filter.maxPrice)::numeric IS NULL OR price <= \(filter.maxPrice))
        AND (\(before)::uuid IS NULL OR id < \(before))
      ORDER BY id DESC LIMIT \(filter.limit + 1)::bigint
      """
    ).map(Product.init)
  }

  func search(
    _ words: String, limit: Int, after: (rank: Int, id: Uuid)?
  ) async throws -> [(rank: Int, product: Product)] {
    try await database.query(
      """
      SELECT * FROM (
        SELECT \(Self.columns), (ts_rank(words, asked) * 1000000)::bigint AS rank
        FROM products, plainto_tsquery('english', \(words)) AS asked WHERE words @@ asked) AS found
      WHERE \(after?.rank)::bigint IS NULL OR (rank, id) < (\(after?.rank)::bigint, \(after?.id)::uuid)
      ORDER BY rank DESC, id DESC LIMIT \(limit + 1)::bigint
      """
    ).map { (try $0.get("rank"), try Product($0)) }
  }

  func insert(
    _ draft: ProductDraft, id: Uuid, at now: Timestamp, in transaction: some SQLSession
  ) async throws -> Product {
    let rows = try await transaction.query(
      """
      INSERT INTO products (\(Self.columns))
      VALUES (\(id), \(draft.name), \(draft.description), \(draft.price), \(draft.category), \(draft.tags),
        \(draft.stockQuantity), \(draft.imageURL), \(now), \(now))
      RETURNING \(Self.columns)
      """)
    guard let row = rows.first else { throw PostgresError.unexpectedColumn("an insert gave no row") }
    return try Product(row)
  }

  func replace(_ id: Uuid, by draft: ProductDraft, at now: Timestamp) async throws -> Product? {
    try await database.query(
      """
      UPDATE products SET name = \(draft.name), description = \(draft.description), price = \(draft.price),
        category = \(draft.category), tags = \(draft.tags), stock_quantity = \(draft.stockQuantity),
        image_url = \(draft.imageURL), updated_at = \(now)
      WHERE id = \(id) RETURNING \(Self.columns)
      """
    ).first.map(Product.init)
  }

  func delete(_ id: Uuid) async throws -> Bool {
    try await database.execute("DELETE FROM products WHERE id = \(id)") == 1
  }
}

extension Product {
  fileprivate init(_ row: Row) throws {
    self.init(
      id: try row.get("id"), name: try row.get("name"), description: try row.get("description"),
      price: try row.get("price"), category: try row.get("category"), tags: try row.get("tags"),
      stockQuantity: try row.get("stock_quantity"), imageURL: try row.getOptional("image_url"),
      createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at"))
  }
}

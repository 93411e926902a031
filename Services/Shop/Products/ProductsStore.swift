import ProductsAPI
import ServiceCore
import ServicePostgres

/// All SQL of the catalogue.
struct ProductsStore {
  private let database: Database
  private let find: Statement<Product, Uuid>
  private let page: Statement<Product, String?, String?, ExactDecimal?, ExactDecimal?, Uuid?, Int>
  private let found: Statement<Found, String, Int?, Uuid?, Int>
  private let add: Write
  private let change: Write
  private let remove: Statement<Void, Uuid>

  /// Of an id, a draft's properties in the contract's order, and the time.
  private typealias Write = Statement<
    Product, Uuid, String, String, ExactDecimal, String, [String], Int, String?, Timestamp
  >

  /// A product that was searched for, and how well it fits.
  struct Found { let rank: Int, product: Product }

  init(_ database: Database) {
    self.database = database
    let product = RowShape(
      "id", "name", "description", "price", "category", "tags", "stock_quantity", "image_url", "created_at",
      "updated_at",
      make: Product.init(
        id:name:description:price:category:tags:stockQuantity:imageURL:createdAt:updatedAt:))
    find = database.prepare(product) { id in "SELECT \(product) FROM products WHERE id = \(id)" }
    page = database.prepare(product) { category, tag, minPrice, maxPrice, before, limit in
      """
      SELECT \(product) FROM products
      WHERE (\(category)::text IS NULL OR category = \(category))
        AND (\(tag)::text IS NULL OR tags @> ARRAY[\(tag)::text])
        AND (\(minPrice)::numeric IS NULL OR price >= \(minPrice))
        AND (\(maxPrice)::numeric IS NULL OR price <= \(maxPrice))
        AND (\(before)::uuid IS NULL OR id < \(before))
      ORDER BY id DESC LIMIT \(limit)::bigint
      """
    }
    let ranked = product.and("rank") { Found(rank: $1, product: $0) }
    found = database.prepare(ranked) { words, rank, id, limit in
      """
      SELECT * FROM (
        SELECT \(product), (ts_rank(words, asked) * 1000000)::bigint AS rank
        FROM products, plainto_tsquery('english', \(words)) AS asked WHERE words @@ asked) AS found
      WHERE \(rank)::bigint IS NULL OR (rank, id) < (\(rank)::bigint, \(id)::uuid)
      ORDER BY rank DESC, id DESC LIMIT \(limit)::bigint
      """
    }
    add = database.prepare(product) { id, name, description, price, category, tags, stock, image, now in
      """
      INSERT INTO products (\(product))
      VALUES (\(id), \(name), \(description), \(price), \(category), \(tags), \(stock), \(image), \(now), \(now))
      RETURNING \(product)
      """
    }
    change = database.prepare(product) { id, name, description, price, category, tags, stock, image, now in
      """
      UPDATE products SET name = \(name), description = \(description), price = \(price), category = \(category),
        tags = \(tags), stock_quantity = \(stock), image_url = \(image), updated_at = \(now)
      WHERE id = \(id) RETURNING \(product)
      """
    }
    remove = database.prepare { id in "DELETE FROM products WHERE id = \(id)" }
  }

  func product(_ id: Uuid) async throws -> Product? { try await database.first(find, id) }

  /// Newest first; one more than the limit, so that the caller sees whether there is a next page.
  func list(_ filter: ListProducts.Input, before: Uuid?) async throws -> [Product] {
    try await database.query(
      page, filter.category, filter.tag, filter.minPrice, filter.maxPrice, before, filter.limit + 1)
  }

  func search(_ words: String, limit: Int, after: (rank: Int, id: Uuid)?) async throws -> [Found] {
    try await database.query(found, words, after?.rank, after?.id, limit + 1)
  }

  func insert(
    _ draft: ProductDraft, id: Uuid, at now: Timestamp, in transaction: some SQLSession
  ) async throws -> Product {
    guard let product = try await write(add, id, draft, now, in: transaction) else {
      throw PostgresError.unexpectedColumn("an insert gave no row")
    }
    return product
  }

  func replace(_ id: Uuid, by draft: ProductDraft, at now: Timestamp) async throws -> Product? {
    try await write(change, id, draft, now, in: database)
  }

  private func write(
    _ statement: Write, _ id: Uuid, _ draft: ProductDraft, _ now: Timestamp, in session: some SQLSession
  ) async throws -> Product? {
    try await session.first(
      statement, id, draft.name, draft.description, draft.price, draft.category, draft.tags, draft.stockQuantity,
      draft.imageURL, now)
  }

  func delete(_ id: Uuid) async throws -> Bool { try await database.execute(remove, id) == 1 }
}

import ProductsAPI
import ServiceCore
import ServicePostgres

/// The catalogue: what the shop sells, and how customers find it.
public struct Products: ProductsHandlers, HostedService {
  public static let name = "products"
  public static let version = ProductsContract.version
  public static let routes = ProductsContract.operations
  public static var migrations: [Migration] { ProductsService.migrations }

  private let store: ProductsStore
  private let clock: Clock

  public init(_ context: ServiceContext) throws {
    store = ProductsStore(context.database)
    clock = context.clock
  }

  public func listProducts(_ input: ListProducts.Input, _ call: Call) async throws -> ListProducts.Output {
    let before = try input.cursor.map { try ProductsCursor.id($0) }
    let found = try await store.list(input, before: before)
    return .ok(page(found, limit: input.limit) { $0.id.description })
  }

  public func searchProducts(_ input: SearchProducts.Input, _ call: Call) async throws -> SearchProducts.Output {
    let after = try input.cursor.map { try ProductsCursor.rank($0) }
    let found = try await store.search(input.q, limit: input.limit, after: after)
    return .ok(page(found, limit: input.limit, \.product) { "\($0.rank)_\($0.product.id)" })
  }

  public func getProduct(_ input: GetProduct.Input, _ call: Call) async throws -> GetProduct.Output {
    guard let product = try await store.product(input.productID) else { throw missing(input.productID) }
    return .ok(product)
  }

  public func createProduct(_ input: CreateProduct.Input, _ call: Call) async throws -> Committed<CreateProduct.Output>
  {
    let now = clock.now()
    return try await call.transaction { transaction in
      let product = try await store.insert(input.body, id: .v7(at: now), at: now, in: transaction)
      return .created(product, location: "/api/products/\(product.id)")
    }
  }

  public func replaceProduct(_ input: ReplaceProduct.Input, _ call: Call) async throws -> ReplaceProduct.Output {
    guard let product = try await store.replace(input.productID, by: input.body, at: clock.now()) else {
      throw missing(input.productID)
    }
    return .ok(product)
  }

  public func deleteProduct(_ input: DeleteProduct.Input, _ call: Call) async throws -> DeleteProduct.Output {
    guard try await store.delete(input.productID) else { throw missing(input.productID) }
    return .noContent
  }

  private func missing(_ id: Uuid) -> ProblemDetails { .notFound("No product has the id \(id).") }

  /// One page of what was found; one more than the limit was asked for, to see whether there is a next page.
  private func page<Found>(
    _ found: [Found], limit: Int, _ product: (Found) -> Product, cursor: (Found) -> String
  ) -> ProductPage {
    let shown = found.prefix(limit)
    return ProductPage(items: shown.map(product), nextCursor: found.count > limit ? shown.last.map(cursor) : nil)
  }

  private func page(_ found: [Product], limit: Int, cursor: (Product) -> String) -> ProductPage {
    page(found, limit: limit, { $0 }, cursor: cursor)
  }
}

/// Where a page of the catalogue begins.
enum ProductsCursor {
  static func id(_ cursor: String) throws -> Uuid {
    guard let id = Uuid(cursor) else { throw refused }
    return id
  }

  /// The rank and the id of the last product of the page before.
  static func rank(_ cursor: String) throws -> (rank: Int, id: Uuid) {
    let parts = cursor.split(separator: "_")
    guard parts.count == 2, let rank = Int(parts[0]), let id = Uuid(parts[1]) else { throw refused }
    return (rank, id)
  }

  private static var refused: ProblemDetails {
    .badRequest([Violation(place: .query, location: "cursor", rule: "cursor", message: "is not a cursor of this list")])
  }
}

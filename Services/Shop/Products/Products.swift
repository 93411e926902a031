import ProductsAPI
import ServiceCore
import ServiceDefinition

/// The catalogue: what the shop sells, and how customers find it.
struct Products: ProductsHandlers, Service {
  private let queries: ProductsQueries
  private let clock: Clock

  init(_ resources: Resources) throws {
    queries = try ProductsQueries(resources)
    clock = resources.clock
  }

  func listProducts(_ input: ListProducts.Input, _ call: Call) async throws -> ListProducts.Output {
    try await ListProducts.page(input, call, key: \.id) { before, limit in
      try await queries.list(filter: input, before: before, limit: limit)
    }
  }

  func searchProducts(_ input: SearchProducts.Input, _ call: Call) async throws -> SearchProducts.Output {
    try await SearchProducts.page(input, call, key: { ($0.rank, $0.product.id) }, item: \.product) { after, limit in
      try await queries.search(text: input.q, rank: after?.0, id: after?.1, limit: limit)
    }
  }

  func getProducts(_ input: GetProducts.Input, _ call: Call) async throws -> GetProducts.Output {
    .ok(ProductList(items: try await queries.products(ids: input.ids)))
  }

  func getProduct(_ input: GetProduct.Input, _ call: Call) async throws -> GetProduct.Output {
    guard let product = try await queries.product(id: input.productID) else {
      throw GetProduct.notFound(missing(input.productID))
    }
    return .ok(product)
  }

  func createProduct(
    _ input: CreateProduct.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Committed<CreateProduct.Output> {
    let now = clock.now()
    return try await call.transaction { queries in
      let product = try await queries.insert(id: .v7(at: now), draft: input.body, now: now)
      return .created(product, location: try GetProduct.location(.init(productID: product.id)))
    }
  }

  func replaceProduct(
    _ input: ReplaceProduct.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ReplaceProduct.Output {
    guard let product = try await queries.replace(id: input.productID, draft: input.body, now: clock.now()) else {
      throw ReplaceProduct.notFound(missing(input.productID))
    }
    return .ok(product)
  }

  func deleteProduct(
    _ input: DeleteProduct.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> DeleteProduct.Output {
    guard try await queries.delete(id: input.productID) == 1 else {
      throw DeleteProduct.notFound(missing(input.productID))
    }
    return .noContent
  }

  private func missing(_ id: Uuid) -> String { "No product has the id \(id)." }
}

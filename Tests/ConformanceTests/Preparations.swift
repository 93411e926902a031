import ContractConformance
import IdentityAPI
import ProductsAPI
import ServiceCore
import ServiceDefinition
import ServiceTesting
import SharedAPI

@testable import IdentityService
@testable import OrdersService
@testable import WebhooksService

/// What the platform cannot know of a service: a few lines for each that needs some.
func prepare<S: Service>(_ service: TestedService<S>, _ options: inout ConformanceOptions) async throws {
  if let identity = service as? TestedService<Identity> {
    // Most of its operations are about the caller's own account.
    let draft = UserDraft(email: "everybody@example.com", password: "correct horse battery", name: "Everybody")
    let user = try await identity.client(IdentityClient.self).registerUser(.init(body: draft), identity.call).get()
    try await identity.database.execute("UPDATE users SET roles = '{user,admin}'")
    // A key may have no other scopes than its user.
    options.known = [("scopes", .array([]))]
    options.credentials = identity.call(as: user.id.description, scopes: ["admin", "openid"]).credentials
  }
  if let orders = service as? TestedService<Orders> {
    // The catalogue has everything, at one price.
    let price = ExactDecimal(scaled: 1999, exponent: -2)
    options.known = [("unit_price", .number(price))]
    let now = service.clock.now
    orders.mock(GetProducts.self) { input in
      .ok(
        .init(
          items: input.ids.map {
            Product(
              id: $0, name: "Wool scarf", description: "", price: price, category: "clothing", tags: [],
              stockQuantity: 9, createdAt: now, updatedAt: now)
          }))
    }
  }
  if service is TestedService<Webhooks> {
    // Most addresses that the schema allows are not on the public Internet.
    options.known = [("url", .string("https://receiver.example/hooks"))]
  }
}

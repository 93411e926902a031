import ContractConformance
import ProductsAPI
import ServiceCore
import ServiceDefinition
import ServiceTesting
import SharedAPI

@testable import OrdersService
@testable import WebhooksService

/// What the platform cannot know of a service: a few lines for each that needs some.
func prepare<S: Service>(_ service: TestedService<S>, _ options: inout ConformanceOptions) {
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

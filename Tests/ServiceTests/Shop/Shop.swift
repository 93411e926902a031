import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceTesting

extension Product {
  /// What most tests sell.
  static func scarf(_ id: Uuid, price: ExactDecimal = .scarf) -> Product {
    Product(
      id: id, name: "Wool scarf", description: "", price: price, category: "clothing", tags: [], stockQuantity: 0,
      createdAt: TestClock.start, updatedAt: TestClock.start)
  }
}

extension ExactDecimal {
  /// What a scarf costs: 19.99.
  static var scarf: ExactDecimal { ExactDecimal(scaled: 1999, exponent: -2) }
}

extension Uuid {
  /// Ids that are told apart at a glance.
  static func test(_ number: UInt64) -> Uuid { Uuid(high: 0x0190_f3d2_7c5e_7000, low: 0x8000_0000_0000_0000 | number) }
}

extension TestedService {
  /// A call by somebody who may do everything.
  var admin: Call { call(as: "admin", scopes: ["admin", "user"]) }
}

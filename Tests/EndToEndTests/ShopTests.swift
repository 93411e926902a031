import Foundation
import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import SharedAPI
import Testing

extension EndToEnd {
  /// The shop through the gateway, over HTTP, on PostgreSQL.
  @Suite struct ShopTests {
    @Test func `an order's life`() async throws {
      try await withPlatform { platform in
        let call = platform.call
        let product = try await platform.product(stock: 5)
        let created = try await platform.orders.placeOrder(.init(body: platform.draft(product, 2)), call)
        guard case .created(let order, let location) = created else {
          Issue.record("\(created)")
          return
        }
        #expect(order.status == .pending && order.totalAmount == ExactDecimal(scaled: 3998, exponent: -2))
        #expect(location == "/api/orders/\(order.id)" && order.orderNumber.hasSuffix("-001"))
        #expect(try await platform.orders.getOrder(.init(orderID: order.id), call).get() == order)
        #expect(try await platform.stock(product).reservedQty == 2)
        let mine = try await platform.orders.listOrdersOfUser(.init(email: "ADA@example.com"), call).get()
        #expect(mine.items == [order] && mine.nextCursor == nil)

        // Legal transitions only.
        for status in [OrderStatus.shipped, .delivered] {
          guard case .conflict = try await move(platform, order, status) else {
            Issue.record("PENDING became \(status)")
            return
          }
        }
        #expect(try await move(platform, order, .confirmed).get().status == .confirmed)
        let cancelled = try await platform.orders.cancelOrder(.init(orderID: order.id), call).get()
        #expect(cancelled.status == .cancelled)
        #expect(try await platform.orders.cancelOrder(.init(orderID: order.id), call).get() == cancelled)
        #expect(try await platform.orders.getOrder(.init(orderID: order.id), call).get().status == .cancelled)
        #expect(try await platform.stock(product).reservedQty == 0)

        // One that is shipped takes its goods with it and cannot be cancelled.
        let second = try await platform.orders.placeOrder(.init(body: platform.draft(product, 3)), call).get()
        _ = try await move(platform, second, .confirmed).get()
        _ = try await move(platform, second, .shipped).get()
        let stock = try await platform.stock(product)
        #expect(stock.quantity == 2 && stock.reservedQty == 0)
        guard case .conflict = try await platform.orders.cancelOrder(.init(orderID: second.id), call) else {
          Issue.record("a shipped order was cancelled")
          return
        }
        #expect(try await move(platform, second, .delivered).get().status == .delivered)
        let sum = "SELECT sum(CASE direction WHEN 'IN' THEN quantity ELSE -quantity END) FROM inventory_transactions"
        #expect(try platform.psql("inventory", sum) == "2")
      }
    }

    private func move(_ platform: Platform, _ order: Order, _ status: OrderStatus) async throws
      -> ChangeOrderStatus.Output
    {
      try await platform.orders.changeOrderStatus(.init(orderID: order.id, body: .init(status: status)), platform.call)
    }

    @Test func `what cannot be had is a conflict and reserves nothing`() async throws {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 5)
        let other = try await platform.product(stock: 5)
        let item = platform.draft(product, 1).items[0]
        let tooMany = OrderItem(productID: other.id, productName: "x", quantity: 6, unitPrice: other.price)
        let dear = OrderItem(productID: product.id, productName: "x", quantity: 1, unitPrice: ExactDecimal(20))
        let unknown = OrderItem(
          productID: Uuid(high: 1, low: 2), productName: "x", quantity: 1, unitPrice: ExactDecimal(1))
        for items in [[item, tooMany], [item, dear], [item, unknown]] {
          let draft = OrderDraft(customerName: "A", customerEmail: "a@example.com", items: items)
          guard case .conflict(let problem) = try await platform.orders.placeOrder(.init(body: draft), platform.call)
          else {
            Issue.record("\(items) was placed")
            return
          }
          #expect(problem.status == 409)
        }
        #expect(try await platform.stock(product).reservedQty == 0)
        #expect(try await platform.stock(other).reservedQty == 0)
        #expect(try platform.psql("orders", "SELECT count(*) FROM orders") == "0")
      }
    }

    @Test func `of two hundred orders at once for one hundred pieces, one hundred succeed`() async throws {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 100)
        let placed = try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<200 {
            group.addTask {
              switch try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), platform.call) {
              case .created: return 1
              case .conflict: return 0
              case let other:
                Issue.record("\(other)")
                return 0
              }
            }
          }
          return try await group.reduce(0, +)
        }
        #expect(placed == 100)
        let stock = try await platform.stock(product)
        #expect(stock.quantity == 100 && stock.reservedQty == 100)
        #expect(
          try platform.psql("orders", "SELECT count(*), count(DISTINCT order_number) FROM orders WHERE placed")
            == "100|100")
      }
    }

    @Test func `the catalogue is filtered, searched and read page by page`() async throws {
      try await withPlatform { platform in
        let call = platform.call
        func add(_ name: String, _ price: Int, _ category: String, _ tags: [String]) async throws -> Product {
          try await platform.products.createProduct(
            .init(body: .init(name: name, price: ExactDecimal(price), category: category, tags: tags)), call
          ).get()
        }
        let scarf = try await add("Wool scarf", 20, "clothing", ["winter", "wool"])
        let gloves = try await add("Gloves", 30, "clothing", ["winter"])
        let lamp = try await add("Lamp", 40, "home", [])
        func list(_ input: ListProducts.Input) async throws -> [Uuid] {
          try await platform.products.listProducts(input, call).get().items.map(\.id)
        }
        #expect(try await list(.init()) == [lamp.id, gloves.id, scarf.id])
        #expect(try await list(.init(category: "clothing")) == [gloves.id, scarf.id])
        #expect(try await list(.init(tag: "wool")) == [scarf.id])
        #expect(try await list(.init(minPrice: ExactDecimal(25), maxPrice: ExactDecimal(30))) == [gloves.id])
        let first = try await platform.products.listProducts(.init(limit: 2), call).get()
        let second = try await platform.products.listProducts(.init(limit: 2, cursor: first.nextCursor), call).get()
        #expect(first.items.count == 2 && second.items.map(\.id) == [scarf.id] && second.nextCursor == nil)
        let found = try await platform.products.searchProducts(.init(q: "scarfs"), call).get()
        #expect(found.items.map(\.id) == [scarf.id])
        let page = try await platform.products.searchProducts(.init(q: "winter", limit: 1), call).get()
        let rest = try await platform.products.searchProducts(
          .init(q: "winter", limit: 1, cursor: page.nextCursor), call
        )
        .get()
        #expect(Set((page.items + rest.items).map(\.id)) == [scarf.id, gloves.id] && rest.nextCursor == nil)

        let draft = ProductDraft(
          name: "Silk scarf", price: ExactDecimal(scaled: 255, exponent: -1), category: "clothing")
        let replaced = try await platform.products.replaceProduct(.init(productID: scarf.id, body: draft), call).get()
        #expect(replaced.name == "Silk scarf" && replaced.tags == [] && replaced.createdAt == scarf.createdAt)
        let text = String(decoding: try await platform.send("GET", "/api/products/\(scarf.id)").body, as: UTF8.self)
        #expect(text.contains(#""price":25.50"#))
        try await platform.products.deleteProduct(.init(productID: scarf.id), call).get()
        guard case .notFound = try await platform.products.getProduct(.init(productID: scarf.id), call) else {
          Issue.record("a deleted product is there")
          return
        }
      }
    }

    @Test func `a keyed request is executed once`() async throws {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 10)
        let body = String(decoding: platform.draft(product, 1).json, as: UTF8.self)
        let answers = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
          for _ in 0..<20 { group.addTask { try await platform.send("POST", "/api/orders", body, key: "k1") } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 })
        #expect(Set(answers.filter { $0.status == 201 }.map(\.body)).count == 1)
        let again = try await platform.send("POST", "/api/orders", body, key: "k1")
        #expect(again.status == 201 && again.headers["location"] != nil)
        #expect(try await platform.stock(product).reservedQty == 1)
        let other = String(decoding: platform.draft(product, 2).json, as: UTF8.self)
        #expect(try await platform.send("POST", "/api/orders", other, key: "k1").status == 422)
      }
    }
  }
}

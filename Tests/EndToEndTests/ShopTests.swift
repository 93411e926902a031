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
              while true {
                switch try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), platform.call) {
                case .created: return 1
                case .conflict: return 0
                case .other(503, _): continue
                case let other:
                  Issue.record("\(other)")
                  return 0
                }
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
        var names: [String] = []
        for try await product in ListProducts.items(
          .init(limit: 1), { try await platform.products.listProducts($0, call) })
        { names.append(product.name) }
        #expect(names == ["Lamp", "Gloves", "Wool scarf"])
        let foreign = try await platform.products.searchProducts(.init(q: "winter", cursor: first.nextCursor), call)
        guard case .badRequest(let problem) = foreign else {
          Issue.record("\(foreign)")
          return
        }
        #expect(problem.errors?.first?.name == "cursor")
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

    @Test func `every operation declares what the runtime can answer`() {
      for operation in ProductsContract.operations + InventoryContract.operations + OrdersContract.operations {
        #expect(operation.responses.hasDefault && operation.responses.statuses.contains(400), "\(operation.id)")
        guard operation.policy.idempotencyKey != .none else { continue }
        #expect(Set(operation.responses.statuses).isSuperset(of: [409, 422]), "\(operation.id)")
      }
    }

    @Test func `an order as large as its contract allows is placed, and more than there is is a conflict`() async throws
    {
      try await withPlatform { platform in
        let call = platform.call
        let product = try await platform.product(
          stock: 1_000_000_000, price: ExactDecimal(scaled: 999_999_999_999, exponent: -2))
        let item = platform.draft(product, 1_000_000).items[0]
        let draft = OrderDraft(
          customerName: "A", customerEmail: "a@example.com", items: Array(repeating: item, count: 100))
        let order = try await platform.orders.placeOrder(.init(body: draft), call).get()
        #expect(order.totalAmount == ExactDecimal("999999999999000000"))
        #expect(try await platform.stock(product).reservedQty == 100_000_000)
        #expect(try await platform.orders.getOrder(.init(orderID: order.id), call).get() == order)
        for status in [OrderStatus.confirmed, .shipped] { _ = try await move(platform, order, status).get() }
        #expect(try await platform.stock(product).quantity == 900_000_000)

        // Two items that together are more than one may have, and more than there is.
        let scarce = try await platform.product(stock: 1_500_000)
        let half = platform.draft(scarce, 600_000).items[0]
        let two = OrderDraft(customerName: "A", customerEmail: "a@example.com", items: [half, half])
        #expect(try await platform.orders.placeOrder(.init(body: two), call).get().items.count == 2)
        guard case .conflict(let problem) = try await platform.orders.placeOrder(.init(body: two), call) else {
          Issue.record("more was reserved than there is")
          return
        }
        #expect(problem.detail?.hasPrefix("Only 300000 of") == true)

        // The shelf is as large as the contract says.
        func restock(_ quantity: Int) async throws -> Restock.Output {
          try await platform.inventory.restock(
            .init(productID: product.id, body: .init(quantity: quantity, reason: "delivery")), call)
        }
        for _ in 0..<100 { _ = try await restock(1_000_000).get() }
        #expect(try await platform.stock(product).quantity == 1_000_000_000)
        guard case .conflict = try await restock(1) else {
          Issue.record("there is more on the shelf than the contract allows")
          return
        }
      }
    }

    @Test func `of moves at the same time each is answered by what the order then is`() async throws {
      try await withPlatform { platform in
        let call = platform.call
        let product = try await platform.product(stock: 10)
        for _ in 0..<5 {
          let order = try await platform.orders.placeOrder(.init(body: platform.draft(product, 2)), call).get()
          try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
              group.addTask {
                if number % 10 == 5 {
                  // Confirmed before it was cancelled, or refused because it was.
                  switch try await self.move(platform, order, .confirmed) {
                  case .ok, .conflict, .other(503, _): return
                  case let other: Issue.record("\(other)")
                  }
                }
                while true {
                  switch try await platform.orders.cancelOrder(.init(orderID: order.id), call) {
                  case .ok(let cancelled) where cancelled.status == .cancelled: return
                  case .other(503, _): continue
                  case let other:
                    Issue.record("\(other)")
                    return
                  }
                }
              }
            }
            try await group.waitForAll()
          }
          let isFree = try await eventually(within: 60) { try await platform.stock(product).reservedQty == 0 }
          #expect(isFree)
        }
        // The inventory has not been told of the shipment yet: the order moves on all the same, and it still will be.
        let order = try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), call).get()
        for status in [OrderStatus.confirmed, .shipped] { _ = try await move(platform, order, status).get() }
        _ = try platform.psql("orders", "UPDATE orders SET inventory_task = 'SHIP' WHERE status = 'SHIPPED'")
        #expect(try await move(platform, order, .delivered).get().status == .delivered)
        let task = "SELECT inventory_task FROM orders WHERE status = 'DELIVERED'"
        #expect(try platform.psql("orders", task) == "SHIP")
      }
    }

    /// Has each change of a column take a while.
    private func slow(_ platform: Platform, _ service: String, _ table: String, _ column: String, seconds: Int) throws {
      _ = try platform.psql(
        service,
        """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(\(seconds)); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE UPDATE OF \(column) ON \(table) FOR EACH ROW EXECUTE FUNCTION slow()
        """)
    }

    @Test func `an order whose client has disconnected frees its goods at once`() async throws {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 10)
        let order = try await platform.orders.placeOrder(.init(body: platform.draft(product, 3)), platform.call).get()
        func isReserved(_ quantity: Int) async throws -> Bool {
          try await eventually(within: 60) { try await platform.stock(product).reservedQty == quantity }
        }
        // The goods are reserved when the client goes, and the order is not placed.
        try slow(platform, "orders", "orders", "placed", seconds: 25)
        let body = String(decoding: platform.draft(product, 2).json, as: UTF8.self)
        let placing = Task { try await platform.send("POST", "/api/orders", body, key: "k1") }
        #expect(try await isReserved(5))
        placing.cancel()
        #expect(await (try? placing.value) == nil)
        #expect(try await isReserved(3))
        let isForgotten = try await eventually(within: 60) {
          try platform.psql("orders", "SELECT count(*) FROM orders") == "1"
        }
        #expect(isForgotten)
        // Its key is free again.
        _ = try platform.psql("orders", "DROP TRIGGER slow ON orders")
        #expect(try await platform.send("POST", "/api/orders", body, key: "k1").status == 201)
        #expect(try await isReserved(5))

        // The order is cancelled when the client goes, and the inventory is at work on it.
        try slow(platform, "inventory", "reservations", "status", seconds: 1)
        let cancelling = Task { try await platform.orders.cancelOrder(.init(orderID: order.id), platform.call) }
        let isCancelled = try await eventually(within: 60) {
          try await platform.orders.getOrder(.init(orderID: order.id), platform.call).get().status == .cancelled
        }
        #expect(isCancelled)
        cancelling.cancel()
        #expect(await (try? cancelling.value) == nil)
        #expect(try await isReserved(2))
      }
    }

    @Test func `a keyed request whose process was killed can be repeated within seconds`() async throws {
      let platform = try await Platform(port: Int.random(in: 20_000..<30_000))
      let product = try await platform.product(stock: 10)
      let body = String(decoding: platform.draft(product, 2).json, as: UTF8.self)
      try slow(platform, "orders", "orders", "placed", seconds: 25)
      let placing = Task { try await platform.send("POST", "/api/orders", body, key: "k1") }
      let isUnderWay = try await eventually(within: 60) { try await platform.stock(product).reservedQty == 2 }
      #expect(isUnderWay)
      Foundation.kill(try platform.host(), SIGKILL)
      #expect(await (try? placing.value) == nil)
      _ = try platform.psql("orders", "DROP TRIGGER slow ON orders")
      let isBack = try await eventually(within: 60) {
        (try? await platform.send("GET", "/ready"))?.status == 200
      }
      #expect(isBack)
      let isPlaced = try await eventually(within: 60) {
        try await platform.send("POST", "/api/orders", body, key: "k1").status == 201
      }
      #expect(isPlaced)
      // What the first attempt had reserved is free again.
      let isSettled = try await eventually(within: 60) { try await platform.stock(product).reservedQty == 2 }
      #expect(isSettled)
      #expect(await platform.stop() == 0)
      platform.remove()
    }

    @Test func `a customer who can order can list the orders`() async throws {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 10)
        for email in ["a/b@example.com", #""a\\b"@example.com"#] {
          let body = String(decoding: platform.draft(product, 1, email: email).json, as: UTF8.self)
          let refused = try await platform.send("POST", "/api/orders", body)
          #expect(refused.status == 400, "\(email)")
          #expect(String(decoding: refused.body, as: UTF8.self).contains("/customer_email"))
        }
        for email in ["o'hara+x@example.com", #""a b%2F..?#&;=:@"@[127.0.0.1]"#, "-_~!$*{}|^`@x"] {
          let order = try await platform.orders.placeOrder(
            .init(body: platform.draft(product, 1, email: email)), platform.call
          ).get()
          let page = try await platform.orders.listOrdersOfUser(.init(email: email), platform.call).get()
          #expect(page.items == [order], "\(email)")
        }
      }
    }
  }
}

import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceTesting
import SharedAPI
import Testing

@testable import OrdersService

@Suite struct OrdersTests {
  private static let scarf = Uuid.test(1)

  private static func draft(
    _ quantity: Int = 2, of id: Uuid = scarf, price: ExactDecimal = .scarf, email: String = "ada@example.com"
  ) -> OrderDraft {
    let item = OrderItem(productID: id, productName: "Wool scarf", quantity: quantity, unitPrice: price)
    return OrderDraft(customerName: "Ada Lovelace", customerEmail: email, items: [item])
  }

  /// The catalogue has the scarf alone, and the inventory has what it is asked for.
  private static func mockNeighbours(_ orders: TestedService<Orders>) {
    orders.mock(GetProducts.self) { input in .ok(.init(items: input.ids.filter { $0 == scarf }.map { .scarf($0) })) }
    orders.mock(ReserveStock.self) { input in
      .ok(Reservation(orderID: input.orderID, status: .reserved, items: input.body.items))
    }
    orders.mock(ReleaseStock.self) { _ in .noContent }
    orders.mock(ShipStock.self) { input in
      .ok(Reservation(orderID: input.orderID, status: .shipped, items: [.init(productID: scarf, quantity: 1)]))
    }
  }

  private static func place(_ orders: TestedService<Orders>, _ draft: OrderDraft = Self.draft()) async throws -> Order {
    try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin).get()
  }

  // MARK: placing

  @Test func `an order that is placed has its goods reserved and a number of its day`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let client = orders.client(OrdersClient.self)
      let answer = try await client.placeOrder(.init(body: Self.draft()), orders.admin)
      guard case .created(let order, let location) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(order.status == .pending && order.totalAmount == ExactDecimal(scaled: 3998, exponent: -2))
      #expect(order.orderNumber == "ORD-20260131-001" && location == "/api/orders/\(order.id)")
      let reserved = try #require(orders.calls(of: ReserveStock.self).first)
      #expect(reserved.orderID == order.id)
      #expect(reserved.body.items == [ReservedItem(productID: Self.scarf, quantity: 2)])
      #expect(try await client.getOrder(.init(orderID: order.id), orders.admin).get() == order)
      #expect(try await Self.place(orders).orderNumber == "ORD-20260131-002")
      orders.clock.advance(by: .seconds(86_400))
      #expect(try await Self.place(orders).orderNumber == "ORD-20260201-001")
    }
  }

  @Test func `an order at another price than the catalogue's is a conflict`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let draft = Self.draft(price: ExactDecimal(20))
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin)
      guard case .conflict(let problem) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(problem.errors?.map(\.pointer) == ["/items/0/unit_price"])
      #expect(problem.errors?.map(\.message) == ["the price is 19.99, not 20.00"])
      #expect(orders.calls(of: ReserveStock.self).isEmpty)
    }
  }

  @Test func `an order of what the catalogue does not have is a conflict`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let draft = Self.draft(of: .test(2))
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin)
      guard case .conflict(let problem) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(problem.errors?.map(\.pointer) == ["/items/0/product_id"])
    }
  }

  @Test func `an order whose every price is wrong is a conflict with as many errors as the contract allows`()
    async throws
  {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let item = Self.draft(price: ExactDecimal(1)).items[0]
      let items = [OrderItem](repeating: item, count: 100)
      let draft = OrderDraft(customerName: "Ada", customerEmail: "ada@example.com", items: items)
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin)
      guard case .conflict(let problem) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(problem.errors?.count == 50)
    }
  }

  @Test func `the catalogue is asked once for an order, however many items it has`() async throws {
    try await withService(Orders.self) { orders async throws in
      Self.mockNeighbours(orders)
      let item = Self.draft().items[0]
      let draft = OrderDraft(customerName: "Ada", customerEmail: "ada@example.com", items: [item, item, item])
      #expect(try await Self.place(orders, draft).items.count == 3)
      #expect(orders.calls(of: GetProducts.self).map(\.ids) == [[Self.scarf]])
    }
  }

  @Test func `an order that is sent again with its key is placed once`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let client = orders.client(OrdersClient.self)
      let input = PlaceOrder.Input(body: Self.draft(), idempotencyKey: "once")
      let first = try await client.placeOrder(input, orders.admin).get()
      #expect(try await client.placeOrder(input, orders.admin).get() == first)
      #expect(orders.calls(of: ReserveStock.self).count == 1)
    }
  }

  @Test func `an order exists for the user who placed it and for administrators`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let client = orders.client(OrdersClient.self)
      let (ada, bob) = (orders.call(as: "ada", scopes: ["user"]), orders.call(as: "bob", scopes: ["user"]))
      let order = try await client.placeOrder(.init(body: Self.draft()), ada).get()
      #expect(order.customerID == "ada")
      for call in [ada, orders.admin] {
        #expect(try await client.getOrder(.init(orderID: order.id), call).get() == order)
        #expect(try await client.listOrdersOfUser(.init(email: order.customerEmail), call).get().items == [order])
      }
      #expect(try await client.listOrdersOfUser(.init(email: order.customerEmail), bob).get().items == [])
      guard case .notFound = try await client.getOrder(.init(orderID: order.id), bob),
        case .notFound = try await client.cancelOrder(.init(orderID: order.id), bob),
        case .forbidden = try await client.changeOrderStatus(
          .init(orderID: order.id, body: .init(status: .confirmed)), ada)
      else {
        Issue.record("somebody else's order was found, or a customer moved an order along")
        return
      }
      #expect(try await client.cancelOrder(.init(orderID: order.id), ada).get().status == .cancelled)
    }
  }

  // MARK: neighbours that fail

  @Test func `goods that are not in stock are a conflict, and there is no order`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      orders.mock(ReserveStock.self) { _ in
        .conflict(Problem(type: "about:blank", title: "Conflict", status: 409, detail: "Only 1 is available."))
      }
      let client = orders.client(OrdersClient.self)
      let answer = try await client.placeOrder(.init(body: Self.draft()), orders.admin)
      guard case .conflict(let problem) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(problem.detail == "Only 1 is available.")
      #expect(try await client.listOrdersOfUser(.init(email: "ada@example.com"), orders.admin).get().items == [])
    }
  }

  @Test(arguments: [(NeighbourFailure.unreachable, 503), (.timedOut, 504), (.status(503), 503), (.status(500), 502)])
  func `an inventory that fails fails the order, which is given up and released`(
    _ failure: NeighbourFailure, _ status: Int
  ) async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      orders.fail(ReserveStock.self, failure)
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: Self.draft()), orders.admin)
      guard case .other(status, _) = answer else {
        Issue.record("\(answer)")
        return
      }
      // Nobody knows whether it has reserved.
      #expect(orders.calls(of: ReleaseStock.self).map(\.orderID) == orders.calls(of: ReserveStock.self).map(\.orderID))
      let rows = try await orders.database.query("SELECT id FROM orders")
      #expect(rows.isEmpty)
    }
  }

  @Test func `a catalogue that cannot be reached leaves nothing behind`() async throws {
    try await withService(Orders.self) { orders in
      orders.fail(GetProducts.self, .unreachable)
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: Self.draft()), orders.admin)
      guard case .other(503, let problem) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(problem.detail == "The service 'products' cannot be reached.")
    }
  }

  @Test func `an inventory that hears nothing of a cancelled order is informed later`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let order = try await Self.place(orders)
      orders.fail(ReleaseStock.self, .unreachable)
      let client = orders.client(OrdersClient.self)
      #expect(try await client.cancelOrder(.init(orderID: order.id), orders.admin).get().status == .cancelled)
      #expect(
        orders.log.contains { $0.contains("the inventory is informed later") && $0.contains(order.id.description) })
      orders.mock(ReleaseStock.self) { _ in .noContent }
      try await orders.run(task: "finish orders")
      try await orders.run(task: "finish orders")
      #expect(orders.calls(of: ReleaseStock.self).map(\.orderID) == [order.id, order.id])
    }
  }

  // MARK: an order's life

  @Test func `an order goes forward, and can be cancelled until it is shipped`() {
    // A rule that is no operation: it needs neither database nor service.
    #expect(OrderStatus.pending.next == [.confirmed, .cancelled])
    #expect(OrderStatus.confirmed.next == [.shipped, .cancelled])
    #expect(OrderStatus.shipped.next == [.delivered])
    #expect(OrderStatus.delivered.next == [] && OrderStatus.cancelled.next == [])
  }

  @Test func `what is shipped is told to the inventory once, and cannot be cancelled`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let client = orders.client(OrdersClient.self)
      let order = try await Self.place(orders)
      func move(_ status: OrderStatus) async throws -> ChangeOrderStatus.Output {
        try await client.changeOrderStatus(.init(orderID: order.id, body: .init(status: status)), orders.admin)
      }
      guard case .conflict(let problem) = try await move(.shipped) else {
        Issue.record("a pending order was shipped")
        return
      }
      #expect(problem.detail == "An order that is PENDING can become CONFIRMED or CANCELLED, not SHIPPED.")
      orders.clock.advance(by: .seconds(60))
      #expect(try await move(.confirmed).get().updatedAt == orders.clock.now)
      for _ in 1...2 { #expect(try await move(.shipped).get().status == .shipped) }
      #expect(orders.calls(of: ShipStock.self).map(\.orderID) == [order.id])
      guard case .conflict = try await client.cancelOrder(.init(orderID: order.id), orders.admin) else {
        Issue.record("a shipped order was cancelled")
        return
      }
      #expect(try await move(.delivered).get().status == .delivered)
    }
  }

  @Test func `an order that is cancelled again stays as it is, and its goods are released once`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let client = orders.client(OrdersClient.self)
      let order = try await Self.place(orders)
      let cancelled = try await client.cancelOrder(.init(orderID: order.id), orders.admin).get()
      orders.clock.advance(by: .seconds(60))
      #expect(try await client.cancelOrder(.init(orderID: order.id), orders.admin).get() == cancelled)
      #expect(orders.calls(of: ReleaseStock.self).map(\.orderID) == [order.id])
    }
  }

  // MARK: over HTTP

  @Test func `a customer's orders are listed page by page, the newest first, in any case of the address`() async throws
  {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      for number in 1...3 {
        orders.clock.advance(by: .seconds(1))
        _ = try await Self.place(orders, Self.draft(number))
      }
      _ = try await Self.place(orders, Self.draft(email: "grace@example.com"))
      let client = orders.client(OrdersClient.self)
      let first = try await client.listOrdersOfUser(.init(email: "ADA@example.com", limit: 2), orders.admin).get()
      #expect(first.items.map { $0.items[0].quantity } == [3, 2])
      let second = try await client.listOrdersOfUser(
        .init(email: "ada@example.com", limit: 2, cursor: first.nextCursor), orders.admin
      ).get()
      #expect(second.items.map { $0.items[0].quantity } == [1] && second.nextCursor == nil)
    }
  }

  @Test func `requests that are not the contract's are refused over HTTP`() async throws {
    try await withService(Orders.self) { orders async throws in
      #expect(try await orders.send("GET", "/api/orders/\(Uuid.test(9))", as: orders.admin).status == 404)
      #expect(try await orders.send("GET", "/api/orders/nine", as: orders.admin).status == 400)
      #expect(
        try await orders.send("GET", "/api/orders/user/ada%40example.com?cursor=made-up", as: orders.admin).status
          == 400)
      let method = try await orders.send("DELETE", "/api/orders")
      #expect(method.status == 405 && method.headers["allow"] == "OPTIONS, POST")
      let media = try await orders.send(
        "POST", "/api/orders", headers: ["content-type": "text/plain"], body: "one scarf", as: orders.admin)
      #expect(media.status == 415)
      #expect(try await orders.send("POST", "/api/orders", body: "{", as: orders.admin).status == 400)
      #expect(try await orders.send("GET", "/api/baskets").status == 404)
    }
  }

  // MARK: beside hosts of the version before

  @Test func `an order that a host of the version before is placing is stored, and left to it`() async throws {
    try await withService(Orders.self) { orders in
      Self.mockNeighbours(orders)
      let id = Uuid.test(9)
      _ = try await orders.database.execute(
        """
        INSERT INTO orders (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at,
          updated_at)
        SELECT \(id)::uuid, 'ORD-1', 'Ada', 'ada@example.com', 'PENDING', 1, pid || '@' || backend_start, now(), now()
        FROM pg_stat_get_activity(pg_backend_pid())
        """)
      try await orders.run(task: "finish orders")
      let left = try await orders.database.query("SELECT status FROM orders WHERE id = \(id)")
      #expect(try left.map { try $0.get("status", String.self) } == ["PENDING"])
      #expect(orders.calls(of: ReleaseStock.self).isEmpty)
    }
  }
}

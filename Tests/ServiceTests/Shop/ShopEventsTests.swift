import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceTesting
import SharedAPI
import Testing

@testable import InventoryService
@testable import OrdersService

@Suite struct ShopEventsTests {
  private static let scarf = Uuid.test(1)

  private static func placed(_ orders: TestedService<Orders>) async throws -> Order {
    orders.mock(GetProducts.self) { input in .ok(.init(items: input.ids.map { .scarf($0) })) }
    orders.mock(ReserveStock.self) { input in
      .ok(Reservation(orderID: input.orderID, status: .reserved, items: input.body.items))
    }
    orders.mock(ReleaseStock.self) { _ in .noContent }
    let item = OrderItem(productID: scarf, productName: "Wool scarf", quantity: 2, unitPrice: .scarf)
    let draft = OrderDraft(customerName: "Ada Lovelace", customerEmail: "ada@example.com", items: [item])
    return try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin).get()
  }

  // MARK: orders

  @Test func `an order that is placed is announced with it, once`() async throws {
    try await withService(Orders.self) { orders in
      let order = try await Self.placed(orders)
      let events = try await orders.emitted(OrderPlacedMessage.self)
      #expect(events.map(\.payload.orderID) == [order.id])
      #expect(events.first?.payload.items == order.items && events.first?.payload.totalAmount == order.totalAmount)
      #expect(try await orders.emitted(OrderCancelledMessage.self).isEmpty)
    }
  }

  @Test func `an order that is not placed is not announced`() async throws {
    try await withService(Orders.self) { orders in
      orders.mock(ReserveStock.self) { _ in .conflict(Problem(type: "about:blank", title: "Conflict", status: 409)) }
      orders.mock(GetProducts.self) { input in .ok(.init(items: input.ids.map { .scarf($0) })) }
      orders.mock(ReleaseStock.self) { _ in .noContent }
      let item = OrderItem(productID: Self.scarf, productName: "Wool scarf", quantity: 2, unitPrice: .scarf)
      let draft = OrderDraft(customerName: "Ada", customerEmail: "ada@example.com", items: [item])
      let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.admin)
      guard case .conflict = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(try await orders.emitted(OrderPlacedMessage.self).isEmpty)
    }
  }

  @Test func `an order that is cancelled twice is announced as cancelled once`() async throws {
    try await withService(Orders.self) { orders in
      let client = orders.client(OrdersClient.self)
      let order = try await Self.placed(orders)
      for _ in 0..<2 { _ = try await client.cancelOrder(.init(orderID: order.id), orders.admin).get() }
      let change = StatusChange(status: .cancelled)
      _ = try await client.changeOrderStatus(.init(orderID: order.id, body: change), orders.admin).get()
      let events = try await orders.emitted(OrderCancelledMessage.self)
      #expect(events.map(\.payload.orderNumber) == [order.orderNumber])
    }
  }

  @Test func `other changes of an order are not announced as a cancellation`() async throws {
    try await withService(Orders.self) { orders in
      let order = try await Self.placed(orders)
      let change = StatusChange(status: .confirmed)
      _ = try await orders.client(OrdersClient.self)
        .changeOrderStatus(.init(orderID: order.id, body: change), orders.admin).get()
      #expect(try await orders.emitted(OrderCancelledMessage.self).isEmpty)
    }
  }

  // MARK: inventory

  private func withScarves(
    _ quantity: Int, _ body: @escaping @Sendable (TestedService<Inventory>, InventoryClient) async throws -> Void
  ) async throws {
    try await withService(Inventory.self) { inventory in
      let client = inventory.client(InventoryClient.self)
      let draft = StockDraft(productID: Self.scarf, productName: "Scarf", quantity: quantity)
      _ = try await client.createStock(.init(body: draft), inventory.admin).get()
      try await body(inventory, client)
    }
  }

  @Test func `little stock is announced when it falls to the threshold, and not again below it`() async throws {
    try await withScarves(13) { inventory, client in
      func reduce(_ quantity: Int) async throws {
        let change = StockChange(quantity: quantity, reason: "counted")
        _ = try await client.reduceStock(.init(productID: Self.scarf, body: change), inventory.admin).get()
      }
      try await reduce(2)
      #expect(try await inventory.emitted(InventoryLowMessage.self).isEmpty)
      try await reduce(1)
      try await reduce(1)
      let events = try await inventory.emitted(InventoryLowMessage.self)
      #expect(events.map(\.payload.available) == [10] && events.map(\.payload.threshold) == [10])
    }
  }

  @Test func `a reservation counts as little stock too, and a cancelled order gives it back once`() async throws {
    try await withScarves(12) { inventory, client in
      let order = Uuid.test(100)
      let item = ReservedItem(productID: Self.scarf, quantity: 5)
      _ = try await client.reserveStock(.init(orderID: order, body: .init(items: [item])), inventory.admin).get()
      #expect(try await inventory.emitted(InventoryLowMessage.self).map(\.payload.available) == [7])
      let cancelled = Event<OrderCancelledMessage>(
        OrderCancelled(
          orderID: order, orderNumber: "ORD-20260131-001", customerName: "Ada", customerEmail: "ada@example.com",
          cancelledAt: inventory.clock.now))
      for _ in 0..<3 { try await inventory.receive(cancelled, id: "1") }
      let stock = try await client.getStock(.init(productID: Self.scarf), inventory.admin).get()
      #expect(stock.quantity == 12 && stock.reservedQty == 0)
      // A reservation that arrives after the event is refused, as after a release.
      let late = try await client.reserveStock(.init(orderID: order, body: .init(items: [item])), inventory.admin)
      guard case .conflict = late else {
        Issue.record("\(late)")
        return
      }
    }
  }

  @Test func `a cancelled order whose goods have left is an error that somebody sees`() async throws {
    try await withScarves(12) { inventory, client in
      let order = Uuid.test(100)
      let item = ReservedItem(productID: Self.scarf, quantity: 5)
      _ = try await client.reserveStock(.init(orderID: order, body: .init(items: [item])), inventory.admin).get()
      _ = try await client.shipStock(.init(orderID: order), inventory.admin).get()
      let cancelled = Event<OrderCancelledMessage>(
        OrderCancelled(
          orderID: order, orderNumber: "ORD-20260131-001", customerName: "Ada", customerEmail: "ada@example.com",
          cancelledAt: inventory.clock.now))
      await #expect(throws: (any Error).self) { try await inventory.receive(cancelled) }
      #expect(try await client.getStock(.init(productID: Self.scarf), inventory.admin).get().quantity == 7)
    }
  }
}

import InventoryAPI
import NotificationsAPI
import OrdersAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import NotificationsService

@Suite struct NotificationsTests {
  private func placed(_ number: Int, by email: String, at now: Timestamp) -> Event<OrderPlacedMessage> {
    let item = OrderItem(
      productID: .test(1), productName: "Wool scarf", quantity: 2, unitPrice: ExactDecimal(scaled: 1999, exponent: -2))
    return .init(
      OrderPlaced(
        orderID: .test(UInt64(number)), orderNumber: "ORD-20260131-00\(number)", customerName: "Ada",
        customerEmail: email,
        items: [item], totalAmount: ExactDecimal(scaled: 3998, exponent: -2), placedAt: now))
  }

  private func notices(
    _ service: TestedService<Notifications>, of recipient: String? = nil, kind: NoticeKind? = nil
  ) async throws -> [Notice] {
    let client = service.client(NotificationsClient.self)
    return try await client.listNotifications(.init(recipient: recipient, kind: kind), service.admin).get().items
  }

  @Test func `each event becomes one notice, however often it is delivered`() async throws {
    try await withService(Notifications.self) { service in
      let now = service.clock.now
      for _ in 0..<3 { try await service.receive(placed(1, by: "ada@example.com", at: now), id: "1") }
      try await service.receive(
        Event<OrderCancelledMessage>(
          OrderCancelled(
            orderID: .test(1), orderNumber: "ORD-20260131-001", customerName: "Ada", customerEmail: "ada@example.com",
            cancelledAt: now)))
      try await service.receive(
        Event<InventoryLowMessage>(
          InventoryLow(
            productID: .test(2), productName: "Scarf", available: 7, threshold: 10, noticedAt: now)))
      let all = try await notices(service)
      #expect(all.map(\.kind) == [.inventoryLow, .orderCancelled, .orderPlaced])
      #expect(all.map(\.recipient) == ["staff", "ada@example.com", "ada@example.com"])
      #expect(all.last?.text == "Thank you, Ada. Your order ORD-20260131-001 over 39.98 is placed.")
      #expect(all.map(\.subjectID) == [.test(2), .test(1), .test(1)])
    }
  }

  @Test func `notices are listed by recipient and kind`() async throws {
    try await withService(Notifications.self) { service in
      let now = service.clock.now
      try await service.receive(placed(1, by: "ada@example.com", at: now))
      try await service.receive(placed(2, by: "grace@example.com", at: now))
      #expect(try await notices(service, of: "ADA@example.com").map(\.subjectID) == [.test(1)])
      #expect(try await notices(service, kind: .orderPlaced).count == 2)
      #expect(try await notices(service, kind: .inventoryLow).isEmpty)
    }
  }
}

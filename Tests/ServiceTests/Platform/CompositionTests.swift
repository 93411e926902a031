import CompositionAPI
import IdentityAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import CompositionService

@Suite struct CompositionTests {
  private static let order = Order(
    id: .test(1), orderNumber: "ORD-20260131-001", customerID: Uuid.test(3).description, customerName: "Ada",
    customerEmail: "gift@example.com",
    items: [OrderItem(productID: .test(2), productName: "Wool scarf", quantity: 2, unitPrice: .scarf)],
    status: .pending,
    totalAmount: .scarf, createdAt: TestClock.start, updatedAt: TestClock.start)
  private static let user = User(
    id: .test(3), email: "ada@example.com", name: "Ada", roles: [.user], scopes: [], isDisabled: false,
    createdAt: TestClock.start, updatedAt: TestClock.start)

  private func composing(
    _ body: @escaping @Sendable (TestedService<Composition>, CompositionClient) async throws -> Void
  ) async throws {
    try await withService(Composition.self) { service in
      service.mock(GetOrder.self) { input in
        input.orderID == Self.order.id
          ? .ok(Self.order) : .notFound(.init(type: "about:blank", title: "Not Found", status: 404))
      }
      service.mock(ListOrdersOfUser.self) { input in
        .ok(OrderPage(items: input.email == Self.user.email ? [Self.order] : []))
      }
      service.mock(GetProducts.self) { input in .ok(ProductList(items: input.ids.map { .scarf($0) })) }
      service.mock(Me.self) { _ in .ok(Self.user) }
      service.mock(GetUser.self) { input in
        input.userID == Self.user.id
          ? .ok(Self.user) : .notFound(.init(type: "about:blank", title: "Not Found", status: 404))
      }
      try await body(service, service.client())
    }
  }

  private func details(
    _ client: CompositionClient, _ call: Call
  ) async throws -> OrderDetails {
    try await client.getOrderDetails(.init(orderID: Self.order.id), call).get()
  }

  @Test func `an order is shown with its customer and its products`() async throws {
    try await composing { service, client in
      for call in [service.call(as: "ada", scopes: ["user"]), service.admin] {
        let details = try await details(client, call)
        #expect(details.order?.orderNumber == Self.order.orderNumber && details.order?.items.count == 1)
        #expect(details.customer?.email == "ada@example.com" && details.products?.map(\.id) == [.test(2)])
        #expect(details.warnings.isEmpty)
      }
      let unknown = await refusal {
        _ = try await client.getOrderDetails(.init(orderID: .test(9)), service.call(as: "ada", scopes: ["user"])).get()
      }
      #expect(unknown == 404)
      // Through the gateway, too.
      let response = try await service.send(
        "GET", "/api/order-details/\(Self.order.id)", as: service.call(as: "ada", scopes: ["user"]))
      #expect(response.status == 200 && response.text.contains("ORD-20260131-001"))
      #expect(try await service.send("GET", "/api/order-details/\(Self.order.id)").status == 401)
    }
  }

  @Test func `a part that fails is null, with a warning that says nothing of the inside`() async throws {
    try await composing { service, client in
      let call = service.call(as: "ada", scopes: ["user"])
      service.fail(GetProducts.self, .unreachable)
      let first = try await details(client, call)
      #expect(first.order != nil && first.customer != nil && first.products == nil)
      #expect(first.warnings == [.init(part: .products, detail: "The service 'products' cannot be reached.")])
      service.fail(Me.self, .timedOut)
      let second = try await details(client, call)
      #expect(second.customer == nil && second.warnings.map(\.part) == [.customer, .products])
      service.fail(GetOrder.self, .unreachable)
      let third = try await details(client, call)
      #expect(third.order == nil && third.warnings.map(\.part) == [.order, .customer])
    }
  }

  @Test func `a dashboard has the caller's account and latest orders, as far as they can be had`() async throws {
    try await composing { service, client in
      let known = VerifiedIdentity(
        subject: "ada", scopes: ["user"], claims: JSONObject([("email", .string("ada@example.com"))]))
      for call in [service.call(as: known), service.call(as: "ada", scopes: ["user"])] {
        let page = try await client.getDashboard(.init(), call).get()
        #expect(page.customer?.id == .test(3) && page.orders?.count == 1 && page.warnings.isEmpty)
      }
      service.fail(Me.self, .unreachable)
      let without = try await client.getDashboard(.init(), service.call(as: known)).get()
      #expect(without.customer == nil && without.orders?.count == 1 && without.warnings.map(\.part) == [.customer])
      let neither = try await client.getDashboard(.init(), service.call(as: "ada", scopes: ["user"])).get()
      #expect(neither.orders == nil && neither.warnings.map(\.part) == [.customer, .orders])
    }
  }
}

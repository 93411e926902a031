import InventoryAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import InventoryService

@Suite struct InventoryTests {
  private let scarf = Uuid.test(1)
  private let lamp = Uuid.test(2)
  private let order = Uuid.test(100)

  /// Runs `body` where there are ten scarves and three lamps.
  private func withStock(
    _ body: @escaping @Sendable (TestedService<Inventory>, InventoryClient) async throws -> Void
  ) async throws {
    try await withService(Inventory.self) { inventory in
      let client = inventory.client(InventoryClient.self)
      for (id, name, quantity) in [(scarf, "Scarf", 10), (lamp, "Lamp", 3)] {
        let draft = StockDraft(productID: id, productName: name, quantity: quantity)
        _ = try await client.createStock(.init(body: draft), inventory.admin).get()
      }
      try await body(inventory, client)
    }
  }

  /// How much of both there is, and how much of that is reserved.
  private func levels(_ client: InventoryClient, _ call: Call) async throws -> [[Int]] {
    let stock = [
      try await client.getStock(.init(productID: scarf), call).get(),
      try await client.getStock(.init(productID: lamp), call).get(),
    ]
    return stock.map { [$0.quantity, $0.reservedQty] }
  }

  private func reserve(_ scarves: Int, _ lamps: Int, for order: Uuid) -> ReserveStock.Input {
    let items = [(scarf, scarves), (lamp, lamps)].filter { $0.1 > 0 }
    return .init(
      orderID: order, body: .init(items: items.map { ReservedItem(productID: $0.0, quantity: $0.1) }))
  }

  @Test func `stock is created once, and logged`() async throws {
    try await withStock { inventory, client in
      let draft = StockDraft(productID: scarf, productName: "Scarf", quantity: 1)
      guard case .conflict(let problem) = try await client.createStock(.init(body: draft), inventory.admin) else {
        Issue.record("there is stock of the scarf twice")
        return
      }
      #expect(problem.detail == "There is stock of the product \(scarf) already; restock it instead.")
      let rows = try await inventory.database.query(
        "SELECT direction, quantity::bigint, reason FROM inventory_transactions WHERE product_id = \(scarf)")
      #expect(rows.count == 1)
      let row = try #require(rows.first)
      #expect(try row.get("direction") == "IN" && row.get("quantity") == 10 && row.get("reason") == "initial stock")
    }
  }

  @Test func `goods are taken and put back, but no more than there are or can be`() async throws {
    try await withStock { inventory, client in
      func change(_ quantity: Int) -> StockChange { StockChange(quantity: quantity, reason: "counted") }
      let call = inventory.admin
      let less = try await client.reduceStock(.init(productID: scarf, body: change(4)), call).get()
      #expect(less.quantity == 6 && less.updatedAt == inventory.clock.now)
      #expect(try await client.restock(.init(productID: scarf, body: change(1)), call).get().quantity == 7)
      try await inventory.database.execute("UPDATE stock SET quantity = 1000000000 WHERE product_id = \(lamp)")
      guard case .conflict(let few) = try await client.reduceStock(.init(productID: scarf, body: change(8)), call),
        case .conflict(let many) = try await client.restock(.init(productID: lamp, body: change(1)), call),
        case .notFound = try await client.restock(.init(productID: .test(9), body: change(1)), call)
      else {
        Issue.record("the stock has changed")
        return
      }
      #expect(few.detail == "Only 7 of 'Scarf' are available; 8 were asked for.")
      #expect(many.detail == "There is no room for so much of 'Lamp'.")
    }
  }

  @Test func `an order reserves all it needs once, and what is reserved cannot be taken`() async throws {
    try await withStock { inventory, client in
      let call = inventory.admin
      let reservation = try await client.reserveStock(reserve(4, 3, for: order), call).get()
      #expect(reservation.status == .reserved && reservation.items.count == 2)
      #expect(try await client.reserveStock(reserve(4, 3, for: order), call).get() == reservation)
      #expect(try await levels(client, call) == [[10, 4], [3, 3]])
      let change = StockChange(quantity: 1, reason: "broken")
      guard case .conflict = try await client.reduceStock(.init(productID: lamp, body: change), call),
        case .conflict = try await client.reserveStock(reserve(5, 3, for: order), call)
      else {
        Issue.record("what is reserved was taken, or reserved twice")
        return
      }
      #expect(try await levels(client, call) == [[10, 4], [3, 3]])
    }
  }

  @Test func `an order that needs more than there is reserves nothing`() async throws {
    try await withStock { inventory, client in
      for items in [
        reserve(1, 4, for: order), .init(orderID: order, body: .init(items: [.init(productID: .test(9), quantity: 1)])),
      ] {
        guard case .conflict = try await client.reserveStock(items, inventory.admin) else {
          Issue.record("\(items) was reserved")
          return
        }
      }
      #expect(try await levels(client, inventory.admin) == [[10, 0], [3, 0]])
    }
  }

  @Test func `the items of one product count together`() async throws {
    try await withStock { inventory, client in
      let items = [6, 5].map { ReservedItem(productID: scarf, quantity: $0) }
      let input = ReserveStock.Input(orderID: order, body: .init(items: items))
      guard case .conflict = try await client.reserveStock(input, inventory.admin) else {
        Issue.record("eleven of ten scarves were reserved")
        return
      }
    }
  }

  @Test func `what is released is free again, once, and can no longer be reserved or shipped`() async throws {
    try await withStock { inventory, client in
      let call = inventory.admin
      _ = try await client.reserveStock(reserve(4, 0, for: order), call).get()
      for _ in 1...2 { try await client.releaseStock(.init(orderID: order), call).get() }
      #expect(try await levels(client, call) == [[10, 0], [3, 0]])
      guard case .conflict = try await client.reserveStock(reserve(4, 0, for: order), call),
        case .notFound = try await client.shipStock(.init(orderID: order), call)
      else {
        Issue.record("a reservation that was released came back")
        return
      }
    }
  }

  @Test func `an order that is released before it reserves never does`() async throws {
    try await withStock { inventory, client in
      try await client.releaseStock(.init(orderID: order), inventory.admin).get()
      guard case .conflict = try await client.reserveStock(reserve(1, 0, for: order), inventory.admin) else {
        Issue.record("it reserved")
        return
      }
    }
  }

  @Test func `what is shipped has left the shelf, once, and is not released any more`() async throws {
    try await withStock { inventory, client in
      let call = inventory.admin
      _ = try await client.reserveStock(reserve(4, 1, for: order), call).get()
      for _ in 1...2 { #expect(try await client.shipStock(.init(orderID: order), call).get().status == .shipped) }
      #expect(try await levels(client, call) == [[6, 0], [2, 0]])
      guard case .conflict = try await client.releaseStock(.init(orderID: order), call) else {
        Issue.record("what was shipped was released")
        return
      }
      let rows = try await inventory.database.query(
        "SELECT sum(CASE direction WHEN 'IN' THEN quantity ELSE -quantity END)::bigint AS sum FROM inventory_transactions"
      )
      #expect(try rows.first?.get("sum") == 8)
    }
  }
}

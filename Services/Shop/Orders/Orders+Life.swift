import InventoryAPI
import OrdersAPI
import ServiceCore
import ServicePostgres

extension OrderStatus {
  /// Where an order may go from here.
  var next: [OrderStatus] {
    switch self {
    case .pending: [.confirmed, .cancelled]
    case .confirmed: [.shipped, .cancelled]
    case .shipped: [.delivered]
    case .delivered, .cancelled: []
    }
  }

  /// What the inventory is to be told when an order arrives here.
  var inventoryTask: OrdersStore.InventoryTask? {
    switch self {
    case .shipped: .ship
    case .cancelled: .release
    case .pending, .confirmed, .delivered: nil
    }
  }
}

extension Orders {
  /// Moves an order along.
  ///
  /// The decision is one change of the order's row, with what the inventory is to be told in it; so of two who
  /// decide differently one is refused, and the inventory hears of the decision even if this process dies now.
  func move(_ id: Uuid, to status: OrderStatus, _ call: Call) async throws -> Order {
    guard let order = try await store.order(id) else { throw missing(id) }
    if order.status == status { return order }
    let allowed = order.status.next
    guard allowed.contains(status), let moved = try await store.move(order, to: status, at: clock.now()) else {
      let ways = allowed.isEmpty ? "stays as it is" : "can become \(allowed.map(\.rawValue).joined(separator: " or "))"
      throw ProblemDetails.conflict("An order that is \(order.status.rawValue) \(ways), not \(status.rawValue).")
    }
    if let task = status.inventoryTask { await tell(task, of: id, call) }
    return moved
  }

  /// Gives up an order that could not be placed, and what it may have reserved.
  func abandon(_ id: Uuid, _ call: Call) async {
    do {
      if try await store.abandon(id, at: clock.now()) { await tell(.release, of: id, call) }
    } catch {
      logger.log(.warning, "an order that was not placed is left to be swept: \(error)", ["order": id.description])
    }
  }

  /// Tells the inventory; what cannot be told now is told by a later sweep.
  private func tell(_ task: OrdersStore.InventoryTask, of id: Uuid, _ call: Call) async {
    do {
      switch task {
      case .release: try await inventory.releaseStock(.init(orderID: id), call).get()
      case .ship: _ = try await inventory.shipStock(.init(orderID: id), call).get()
      }
      try await store.finish(id)
    } catch {
      logger.log(.warning, "the inventory is told later: \(error)", ["order": id.description, "task": task.rawValue])
    }
  }

  /// Finishes what a process that ended, or an inventory that was away, has left undone.
  public func recover() async throws {
    let call = Call(requestID: Uuid.v7(at: clock.now()).description, logger: logger)
    for order in try await store.unfinished() {
      if let task = order.task { await tell(task, of: order.id, call) } else { await abandon(order.id, call) }
    }
  }
}

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
  /// The decision is one change of the order's row, together with the task of the inventory that follows from it: of
  /// two that decide differently one is refused, and the task is done even if this process ends now.
  func move(_ id: Uuid, to status: OrderStatus, _ call: Call) async throws -> Order {
    // Another request may move the order between the read and the change; the decision is then made anew. A status
    // only goes forward, so this happens at most as often as there are statuses.
    for _ in 0..<5 {
      guard let order = try await store.order(id) else { throw missing(id) }
      if order.status == status { return order }
      guard order.status.next.contains(status) else { throw refusal(order.status, status) }
      guard try await store.move(id, from: order.status, to: status, at: clock.now()) else { continue }
      if let task = status.inventoryTask { await tell(task, of: id, call) }
      guard let moved = try await store.order(id) else { throw missing(id) }
      return moved
    }
    throw ProblemDetails.unavailable("The order is being changed by other requests.")
  }

  private func refusal(_ status: OrderStatus, _ wanted: OrderStatus) -> ProblemDetails {
    let next = status.next.map(\.rawValue).joined(separator: " or ")
    let ways = next.isEmpty ? "stays as it is" : "can become \(next)"
    return .conflict("An order that is \(status.rawValue) \(ways), not \(wanted.rawValue).")
  }

  /// Gives up an order that could not be placed, and what it may have reserved.
  func abandon(_ id: Uuid, _ call: Call) async {
    await cleanUp {
      do {
        if try await store.abandon(id, at: clock.now()) { await tell(.release, of: id, call) }
      } catch {
        logger.log(.warning, "an order that was not placed is left to be swept: \(error)", ["order": id.description])
      }
    }
  }

  /// Has the inventory do its task; what fails now is done by a later sweep. The decision is already stored: that the
  /// client has gone does not take it back.
  private func tell(_ task: OrdersStore.InventoryTask, of id: Uuid, _ call: Call) async {
    await cleanUp {
      do {
        switch task {
        case .release: try await inventory.releaseStock(.init(orderID: id), call).get()
        case .ship: _ = try await inventory.shipStock(.init(orderID: id), call).get()
        }
        try await store.finish(id)
      } catch {
        logger.log(
          .warning, "the inventory is told later: \(error)", ["order": id.description, "task": task.rawValue])
      }
    }
  }

  /// Finishes what a process that ended, or an inventory that was away, has left undone.
  public func recover() async throws {
    let call = Call(requestID: Uuid.v7(at: clock.now()).description, logger: logger)
    for order in try await store.unfinished() where !Task.isCancelled {
      if let task = order.task { await tell(task, of: order.id, call) } else { await abandon(order.id, call) }
    }
  }
}

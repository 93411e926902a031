import InventoryAPI
import OrdersAPI
import ServiceCore

extension OrderStatus {
  /// The statuses that can follow an order's current one.
  var next: [OrderStatus] {
    switch self {
    case .pending: [.confirmed, .cancelled]
    case .confirmed: [.shipped, .cancelled]
    case .shipped: [.delivered]
    case .delivered, .cancelled: []
    }
  }

  /// Why an order cannot change from this status to another.
  func refusal(of other: OrderStatus) -> String {
    let names = next.map(\.rawValue).joined(separator: " or ")
    return "An order that is \(rawValue) \(names.isEmpty ? "stays as it is" : "can become \(names)"), "
      + "not \(other.rawValue)."
  }
}

extension Orders {
  /// Changes an order's status, in the transaction that also stores the pending message to the inventory: of two
  /// different decisions one is refused, and the inventory receives the message even if this process ends now.
  ///
  /// - Returns: the order, and whether it had another status before.
  func move<O: DeclaresNotFound & DeclaresConflict>(
    _ id: Uuid, of customer: String?, to status: OrderStatus, _ queries: OrdersQueries, for operation: O.Type
  ) async throws -> (order: Order, isNew: Bool) {
    guard let current = try await queries.lock(id: id, customer: customer) else { throw missing(id, for: operation) }
    if current != status {
      guard current.next.contains(status) else { throw O.conflict(current.refusal(of: status)) }
      try await queries.move(id: id, to: status, now: clock.now())
    }
    return (try await order(id, of: customer, queries, for: operation), current != status)
  }

  /// Cancels an order that could not be placed, and any reservation of it.
  func abandon(_ id: Uuid, _ call: Call) async {
    await cleanUp {
      do {
        guard try await queries.abandon(id: id, now: clock.now()) == 1 else { return }
        await inform(of: id, .cancelled, call)
      } catch {
        call.logger.log(.warning, "an order that was not placed is finished later: \(error)", ["order": id.description])
      }
    }
  }

  /// Informs the inventory of an order's status; a failure is repaired by a later run of the task. The decision is
  /// already stored, so that a client that disconnects does not revert it.
  func inform(of id: Uuid, _ status: OrderStatus, _ call: Call) async {
    await cleanUp {
      do {
        if status == .cancelled {
          try await inventory.releaseStock(.init(orderID: id), call).get()
        } else {
          _ = try await inventory.shipStock(.init(orderID: id), call).get()
        }
        try await queries.finish(id: id)
      } catch {
        call.logger.log(
          .warning, "the inventory is informed later: \(error)", ["order": id.description, "status": status.rawValue])
      }
    }
  }

  /// Finishes what a process that died, or an inventory that was unreachable, has left unfinished.
  func finishOrders(_ call: Call) async throws {
    for order in try await queries.unfinished() where !Task.isCancelled {
      switch order.status {
      case .pending, .confirmed: await abandon(order.id, call)
      case .shipped, .delivered, .cancelled: await inform(of: order.id, order.status, call)
      }
    }
  }
}

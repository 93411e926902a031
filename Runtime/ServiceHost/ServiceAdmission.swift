import ServiceCore
import ServiceLoop

/// Limits how many calls of a service work at once, by a ``Bulkhead`` per loop.
final class ServiceAdmission: Admission {
  private let bulkheads: [Bulkhead]

  /// - Parameter connections: the maximum number of connections to the service's database.
  init(loops: [Loop], connections: Int) {
    // As many as there may be connections, and some more, since requests are not distributed evenly over the loops.
    let slots = max(1, min(4, connections), connections / loops.count)
    bulkheads = loops.enumerated().map { Bulkhead(loop: $1, index: $0, slots: slots) }
  }

  /// The bulkhead of the current loop.
  private var here: Bulkhead? {
    guard let loop = Loop.running, loop.index < bulkheads.count, case let bulkhead = bulkheads[loop.index],
      bulkhead.loop === loop
    else { return nil }
    return bulkhead
  }

  /// Takes a free slot; most requests find one, and need not suspend.
  func enterNow() -> Slot? { here?.enterNow() }

  /// Ends a call if its loop is the current one, as it is for a request.
  func leaveNow(_ slot: Slot) -> Bool {
    let bulkhead = bulkheads[Int(slot.loop)]
    guard bulkhead.loop.isRunningHere else { return false }
    bulkhead.leave(slot)
    return true
  }

  func enter() async -> Slot? {
    if let here { return await here.enter() }
    // Called from outside the loops, such as from a task that a handler has started.
    guard let first = bulkheads.first else { return nil }
    return await Task(executorPreference: first.loop) { await first.enter() }.value
  }

  func leave(_ slot: Slot) async { await onLoop(of: slot) { $0.leave(slot) } }
  func pause(_ slot: Slot) async { await onLoop(of: slot) { $0.pause(slot) } }
  func resume(_ slot: Slot) async { await onLoop(of: slot) { await $0.resume(slot) } }

  private func onLoop(of slot: Slot, _ body: @escaping @Sendable (Bulkhead) async -> Void) async {
    let bulkhead = bulkheads[Int(slot.loop)]
    if bulkhead.loop.isRunningHere { return await body(bulkhead) }
    await Task(executorPreference: bulkhead.loop) { await body(bulkhead) }.value
  }
}

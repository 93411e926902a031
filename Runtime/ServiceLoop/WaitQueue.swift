import ServiceCore

/// A FIFO queue of tasks on a loop that wait for a scarce resource, each with a timeout.
///
/// `@unchecked`: used on its loop only, which each operation checks. Neither a lock nor an actor, because every request
/// passes through it.
package final class WaitQueue<Request: Sendable, Value: Sendable>: @unchecked Sendable {
  private let loop: Loop
  /// Nil for a waiter that left from the middle of the queue.
  private var waiters: [Waiter?] = []
  /// Each ticket's position: its index in `waiters` plus `base`, the number of entries removed from the front so far.
  private var positions: [Int: Int] = [:]
  private var base = 0
  private var tickets = 0
  /// The index of the first waiter: everything before it is nil. The last element is never nil either.
  private var front = 0
  package private(set) var count = 0

  private struct Waiter {
    let ticket: Int
    let request: Request
    let timeout: Event
    let continuation: CheckedContinuation<Value?, Never>
  }

  package init(loop: Loop) { self.loop = loop }

  package var isEmpty: Bool { count == 0 }
  /// The request of the waiter at the front.
  package var first: Request? { count == 0 ? nil : waiters[front]?.request }
  /// The request of the waiter at the end.
  package var last: Request? { count == 0 ? nil : waiters[waiters.count - 1]?.request }

  /// Waits at the end of the queue. Returns nil when the timeout has passed, the task is cancelled, or the waiter was
  /// refused.
  ///
  /// - Parameter joined: called once the caller is in the queue, so that it can check again for a resource that became
  ///   free in the meantime.
  package func wait(
    _ request: Request, milliseconds: Int, isolation: isolated (any Actor)? = #isolation, joined: () -> Void = {}
  ) async -> Value? {
    loop.checkIsolated()
    tickets += 1
    let ticket = tickets
    return await withTaskCancellationHandler {
      // A closure that does not capture its isolation is nonisolated and may run on another thread.
      _ = isolation
      return await withCheckedContinuation { continuation in
        loop.checkIsolated()
        let timeout = Event(loop, .once) { [weak self] in self?.giveUp(ticket) }
        timeout.add(milliseconds: milliseconds)
        // Assigned only here: other waiters may have joined since the call.
        positions[ticket] = base + waiters.count
        waiters.append(Waiter(ticket: ticket, request: request, timeout: timeout, continuation: continuation))
        count += 1
        if Task.isCancelled { giveUp(ticket) } else { joined() }
      }
    } onCancel: {
      Task(executorPreference: loop) { self.giveUp(ticket) }
    }
  }

  /// Resumes the waiter at the front with `value`; false when the queue is empty.
  @discardableResult package func serve(_ value: Value) -> Bool {
    loop.checkIsolated()
    // The queue is empty for most requests, and what follows is not specialized across modules.
    guard count > 0, let waiter = leave(front) else { return false }
    waiter.continuation.resume(returning: value)
    return true
  }

  /// Resumes the waiter at the end with nil.
  package func refuseLast() {
    loop.checkIsolated()
    leave(waiters.count - 1)?.continuation.resume(returning: nil)
  }

  private func giveUp(_ ticket: Int) {
    if let position = positions[ticket] { leave(position - base)?.continuation.resume(returning: nil) }
  }

  /// Removes the waiter at an index, in amortised constant time.
  private func leave(_ index: Int) -> Waiter? {
    guard index >= 0, index < waiters.count, let waiter = waiters[index] else { return nil }
    waiters[index] = nil
    positions[waiter.ticket] = nil
    count -= 1
    while front < waiters.count, waiters[front] == nil { front += 1 }
    // An empty queue is reset; a long one is compacted once more than half of it is nil.
    let empty = count == 0 ? waiters.count : front > 32 && front * 2 > waiters.count ? front : 0
    waiters.removeFirst(empty)
    base += empty
    front -= empty
    while let last = waiters.last, last == nil { waiters.removeLast() }
    return waiter
  }
}

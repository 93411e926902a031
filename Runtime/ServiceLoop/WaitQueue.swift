import ServiceCore

/// Those who wait on a loop for something there is too little of, in the order in which they came, each for a time.
///
/// `@unchecked`: used on its loop alone, which each step checks. It has no lock and is no actor, since it stands on the
/// way of each request.
package final class WaitQueue<Wish: Sendable, Value: Sendable>: @unchecked Sendable {
  private let loop: Loop
  /// Nil for one that has left from between others.
  private var waiters: [Waiter?] = []
  /// Where each stands: its index and how many were removed before the first.
  private var places: [Int: Int] = [:]
  private var base = 0
  private var tickets = 0
  /// What is before it is empty. The rest of the line begins with somebody, and ends with somebody.
  private var front = 0
  package private(set) var count = 0

  private struct Waiter {
    let ticket: Int
    let wish: Wish
    let timeout: Event
    let continuation: CheckedContinuation<Value?, Never>
  }

  package init(loop: Loop) { self.loop = loop }

  package var isEmpty: Bool { count == 0 }
  /// What the one who has waited longest wishes.
  package var first: Wish? { count == 0 ? nil : waiters[front]?.wish }
  /// What the one who came last wishes.
  package var last: Wish? { count == 0 ? nil : waiters[waiters.count - 1]?.wish }

  /// Waits at the end of the line; nil when the time is over, the task is cancelled, or it was refused.
  ///
  /// - Parameter joined: called once the caller stands in the line. What became free in between, nobody saw.
  package func wait(
    _ wish: Wish, milliseconds: Int, isolation: isolated (any Actor)? = #isolation, joined: () -> Void = {}
  ) async -> Value? {
    loop.checkIsolated()
    tickets += 1
    let ticket = tickets
    return await withTaskCancellationHandler {
      // A closure that does not name its isolation has none, and may run on another thread.
      _ = isolation
      return await withCheckedContinuation { continuation in
        loop.checkIsolated()
        let timeout = Event(loop, .once) { [weak self] in self?.giveUp(ticket) }
        timeout.add(milliseconds: milliseconds)
        // Only here: others may have come in between.
        places[ticket] = base + waiters.count
        waiters.append(Waiter(ticket: ticket, wish: wish, timeout: timeout, continuation: continuation))
        count += 1
        if Task.isCancelled { giveUp(ticket) } else { joined() }
      }
    } onCancel: {
      Task(executorPreference: loop) { self.giveUp(ticket) }
    }
  }

  /// Gives the one who has waited longest what it waits for; nobody waits when it is false.
  @discardableResult package func serve(_ value: Value) -> Bool {
    loop.checkIsolated()
    guard let waiter = leave(front) else { return false }
    waiter.continuation.resume(returning: value)
    return true
  }

  /// Tells the one who came last that it waits in vain.
  package func refuseLast() {
    loop.checkIsolated()
    leave(waiters.count - 1)?.continuation.resume(returning: nil)
  }

  private func giveUp(_ ticket: Int) {
    if let place = places[ticket] { leave(place - base)?.continuation.resume(returning: nil) }
  }

  /// Takes one out of the line, wherever it is, in a time that does not depend on how many there are.
  private func leave(_ index: Int) -> Waiter? {
    guard waiters.indices.contains(index), let waiter = waiters[index] else { return nil }
    waiters[index] = nil
    places[waiter.ticket] = nil
    count -= 1
    while front < waiters.count, waiters[front] == nil { front += 1 }
    // An empty line is begun anew, and a long one moved up once half of it is empty.
    let empty = count == 0 ? waiters.count : front > 32 && front * 2 > waiters.count ? front : 0
    waiters.removeFirst(empty)
    base += empty
    front -= empty
    while let last = waiters.last, last == nil { waiters.removeLast() }
    return waiter
  }
}

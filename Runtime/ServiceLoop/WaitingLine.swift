import ServiceCore

/// Those who wait on a loop for something there is too little of, in the order in which they came, each for a time.
///
/// `@unchecked`: used on its loop alone, which each step checks. It has no lock and is no actor, since it stands on the
/// way of each request.
package final class WaitingLine<Wish: Sendable, Value: Sendable>: @unchecked Sendable {
  private let loop: Loop
  private var waiters: [Waiter] = []
  private var nextID = 0

  private struct Waiter {
    let id: Int
    let wish: Wish
    let timeout: Event
    let continuation: CheckedContinuation<Value?, Never>
  }

  package init(loop: Loop) { self.loop = loop }

  package var count: Int { waiters.count }
  package var isEmpty: Bool { waiters.isEmpty }
  /// What the one who has waited longest wishes.
  package var first: Wish? { waiters.first?.wish }

  /// Waits at the end of the line; nil when the time is over, the task is cancelled, or it was refused.
  ///
  /// - Parameter joined: called once the caller stands in the line. What became free in between, nobody saw.
  package func wait(
    _ wish: Wish, milliseconds: Int, isolation: isolated (any Actor)? = #isolation, joined: () -> Void = {}
  ) async -> Value? {
    loop.checkIsolated()
    nextID += 1
    let id = nextID
    return await withTaskCancellationHandler {
      // A closure that does not name its isolation has none, and may run on another thread.
      _ = isolation
      return await withCheckedContinuation { continuation in
        loop.checkIsolated()
        let timeout = Event(loop, .once) { [weak self] in self?.giveUp(id) }
        timeout.add(milliseconds: milliseconds)
        waiters.append(Waiter(id: id, wish: wish, timeout: timeout, continuation: continuation))
        if Task.isCancelled { giveUp(id) } else { joined() }
      }
    } onCancel: {
      Task(executorPreference: loop) { self.giveUp(id) }
    }
  }

  /// Gives the one who has waited longest what it waits for; nobody waits when it is false.
  @discardableResult package func serve(_ value: Value) -> Bool {
    loop.checkIsolated()
    guard !waiters.isEmpty else { return false }
    waiters.removeFirst().continuation.resume(returning: value)
    return true
  }

  /// Takes the one who has waited longest out of the line, to be given its answer later.
  package func removeFirst() -> CheckedContinuation<Value?, Never>? {
    loop.checkIsolated()
    return waiters.isEmpty ? nil : waiters.removeFirst().continuation
  }

  /// Tells the one who came last that it waits in vain.
  package func refuseLast() {
    loop.checkIsolated()
    waiters.popLast()?.continuation.resume(returning: nil)
  }

  private func giveUp(_ id: Int) {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
    waiters.remove(at: index).continuation.resume(returning: nil)
  }
}

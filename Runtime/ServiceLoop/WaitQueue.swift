import ServiceCore

/// A FIFO queue of work on a loop that waits for a scarce resource, each with a timeout.
///
/// `@unchecked`: used on its loop only, which each operation that changes it checks. Neither a lock nor an actor, because
/// every request passes through it.
package final class WaitQueue<Request: Sendable, Value: Sendable>: @unchecked Sendable {
  private let loop: Loop
  /// Nil for a waiter that left from the middle of the queue.
  private var waiters: [Waiter?] = []
  /// The index of the first waiter: everything before it is nil. The last element is never nil either.
  private var front = 0
  // Unchecked: a number that is never passed on by reference, and read by every request.
  @exclusivity(unchecked) @usableFromInline package private(set) var count = 0
  /// Looks for waiters that have waited too long or are cancelled.
  private var ticking: LoopEvent?
  /// For how many ticks nobody has waited.
  private var idleTicks = 0

  /// How late a timeout or cancellation may be noticed, in milliseconds.
  private static var tickLength: Int { 10 }

  private struct Waiter {
    let request: Request
    /// On the loop's clock.
    let end: Int
    /// The task that waits, whose cancellation may be asked for until it is resumed.
    let task: UnsafeCurrentTask?
    let resume: (Value?) -> Void
  }

  package init(loop: Loop) { self.loop = loop }

  @inlinable package var isEmpty: Bool { count == 0 }
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
    // Not checked: a waiter is resumed when it leaves the queue, thus once.
    await withUnsafeContinuation(isolation: isolation) { continuation in
      let isIn = join(request, milliseconds: milliseconds, withUnsafeCurrentTask { $0 }) {
        continuation.resume(returning: $0)
      }
      if isIn { joined() }
    }
  }

  /// Waits at the end of the queue on behalf of a task that is suspended until `resume` is called: once, with nil when
  /// the timeout has passed, the task is cancelled, or the waiter was refused.
  ///
  /// - Returns: false for a task that was cancelled before.
  @discardableResult package func join(
    _ request: Request, milliseconds: Int, _ task: UnsafeCurrentTask?, resume: @escaping (Value?) -> Void
  ) -> Bool {
    loop.checkIsolated()
    guard task?.isCancelled != true else {
      resume(nil)
      return false
    }
    let (end, overflows) = loop.now.addingReportingOverflow(milliseconds)
    waiters.append(Waiter(request: request, end: overflows ? .max : end, task: task, resume: resume))
    count += 1
    startTicking()
    return true
  }

  /// Resumes the waiter at the front with `value`; false when the queue is empty.
  // Inlinable: the queue is empty for most requests, and the rest is not specialized across modules.
  @inlinable @discardableResult package func serve(_ value: Value) -> Bool { count > 0 && serveFirst(value) }

  @usableFromInline func serveFirst(_ value: Value) -> Bool {
    loop.checkIsolated()
    guard let waiter = leave(front) else { return false }
    waiter.resume(value)
    return true
  }

  /// Resumes the waiter at the end with nil.
  package func refuseLast() {
    loop.checkIsolated()
    leave(waiters.count - 1)?.resume(nil)
  }

  /// Removes the waiter at an index, in amortised constant time.
  private func leave(_ index: Int) -> Waiter? {
    guard index >= 0, index < waiters.count, let waiter = waiters[index] else { return nil }
    waiters[index] = nil
    count -= 1
    compact()
    return waiter
  }

  private func compact() {
    while front < waiters.count, waiters[front] == nil { front += 1 }
    // An empty queue is reset; a long one is compacted once more than half of it is nil.
    let empty = count == 0 ? waiters.count : front > 32 && front * 2 > waiters.count ? front : 0
    waiters.removeFirst(empty)
    front -= empty
    while let last = waiters.last, last == nil { waiters.removeLast() }
  }

  // MARK: giving up

  /// One timer for all waiters. A timer and a cancellation handler for each would cost more than what most wait for.
  private func startTicking() {
    guard ticking == nil else { return }
    let event = LoopEvent(loop, .timer) { [weak self] in self?.tick() }
    event.add(milliseconds: Self.tickLength)
    ticking = event
  }

  private func tick() {
    // It is kept for a second: a busy queue would start and stop it all the time.
    idleTicks = count == 0 ? idleTicks + 1 : 0
    if idleTicks > 1_000 / Self.tickLength {
      idleTicks = 0
      return ticking = nil
    }
    let now = loop.now
    var left: [Waiter] = []
    for index in waiters.indices.dropFirst(front) {
      guard let waiter = waiters[index], waiter.end <= now || waiter.task?.isCancelled == true else { continue }
      waiters[index] = nil
      left.append(waiter)
    }
    guard !left.isEmpty else { return }
    count -= left.count
    compact()
    // Only now: it may join again.
    for waiter in left { waiter.resume(nil) }
  }
}

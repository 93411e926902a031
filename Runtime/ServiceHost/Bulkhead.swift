import ServiceLoop

/// Limits how many requests a service works on at once on one loop; the rest wait their turn, in order.
///
/// As many may enter as there are connections to the service's database: whoever is at work then never waits
/// for a connection behind a crowd that has only just come.
///
/// `@unchecked`: it is touched on its loop's thread alone, which `enter` and `leave` are called on. As an actor it would
/// cost an allocation and three steps a call, which was a twentieth of a small request.
final class Bulkhead: @unchecked Sendable {
  private let loop: Loop
  private var free: Int
  private let queueLimit: Int
  private let waitLimit: Int
  private var waiting: [Waiter] = []
  private var nextID = 0

  private struct Waiter {
    let id: Int
    let timeout: Event
    let continuation: CheckedContinuation<Bool, Never>
  }

  /// - Parameters:
  ///   - slots: how many may be at work at once.
  ///   - queueLimit: how many may wait; more are refused at once.
  ///   - waitLimit: how long one may wait, in milliseconds.
  init(loop: Loop, slots: Int, queueLimit: Int = 1_000, waitLimit: Int = 5_000) {
    self.loop = loop
    free = slots
    self.queueLimit = queueLimit
    self.waitLimit = waitLimit
  }

  /// Waits for a slot; false when none comes in time. Whoever has entered must leave.
  func enter() async -> Bool {
    loop.checkIsolated()
    if free > 0 {
      free -= 1
      return true
    }
    guard waiting.count < queueLimit else { return false }
    nextID += 1
    let id = nextID
    return await withCheckedContinuation { continuation in
      let timeout = Event(loop, .once) { [weak self] in self?.giveUp(id) }
      timeout.add(milliseconds: waitLimit)
      waiting.append(Waiter(id: id, timeout: timeout, continuation: continuation))
    }
  }

  func leave() {
    loop.checkIsolated()
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
  }

  private func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }
}

import ServiceCore
import ServiceLoop

/// Limits how many requests a service works on at once on one loop; the rest wait their turn, in order.
///
/// As many may enter as there are connections to the service's database: whoever is at work then never waits
/// for a connection behind a crowd that has only just come.
///
/// A burst may wait for as long as its requests have time. It is overload when more come than the queue takes, and nobody
/// has got through it soon for a second on end. Until the queue is empty a newcomer is then refused at once where more wait
/// than are worked off in a tenth of a second, so that those who are served are served soon (controlled delay, RFC 8289).
/// Those who wait already are refused, the newest first, only where a queue that has stood for a second cannot be worked
/// off in the time they have.
///
/// `@unchecked`: it is touched on its loop's thread alone, which `enter` and `leave` are called on. As an actor it would
/// cost an allocation and three steps a call, which was a twentieth of a small request.
package final class Bulkhead: @unchecked Sendable {
  /// How many may wait, and what takes how many milliseconds.
  package struct Limits: Sendable {
    package var waiting = 256
    /// For how long a request may wait that has no deadline.
    package var wait = 5_000
    /// The wait that nobody needs to mind, and the longest under overload.
    package var delay = 100
    /// For how long a longer wait lasts before it is overload.
    package var burst = 1_000

    package init() {}
  }

  private struct Wish {
    let joined: Int
    /// By when it must have been served.
    let end: Int
  }

  private let loop: Loop
  private let slots: Int
  private let limits: Limits
  private let now: @Sendable () -> Int
  private var free: Int
  private let waiting: WaitQueue<Wish, Void>
  /// Since when all that were served had waited for too long; nil when they had not.
  private var late: Int?
  /// Whether the queue was full since it was empty last.
  private var wasFull = false
  private var isOverloaded = false
  /// How long a request takes, in milliseconds: a mean in which the newest counts an eighth. Nil before the first is
  /// done: how long that takes, with nothing connected and nothing cached, says little.
  private var duration: Double?

  /// - Parameters:
  ///   - slots: how many may be at work at once.
  ///   - now: milliseconds of a clock that only goes forward.
  package init(
    loop: Loop, slots: Int, limits: Limits = Limits(), now: @escaping @Sendable () -> Int = { Deadline.now }
  ) {
    self.loop = loop
    self.slots = slots
    self.limits = limits
    self.now = now
    free = slots
    waiting = WaitQueue(loop: loop)
  }

  /// Waits for a slot; nil when there is none in time, or nobody waits any more. Whoever has entered must leave, with
  /// what was given.
  package func enter() async -> Int? {
    loop.checkIsolated()
    if free > 0 {
      free -= 1
      return now()
    }
    look()
    guard waiting.count < room else { return nil }
    let wait = Deadline.current?.left ?? limits.wait
    let isIn: Void? = await waiting.wait(Wish(joined: now(), end: now() + wait), milliseconds: wait) {
      if free > 0, waiting.serve(()) { free -= 1 }
      if waiting.count >= limits.waiting { wasFull = true }
      // Others may have come in between.
      if waiting.count > room { waiting.refuseLast() }
    }
    return isIn == nil ? nil : now()
  }

  /// How many may wait.
  private var room: Int {
    guard isOverloaded else { return limits.waiting }
    return min(limits.waiting, max(1, Int(Double(slots * limits.delay) / max(duration ?? 1, 1))))
  }

  /// Finds out whether the queue stands.
  private func look() {
    guard let first = waiting.first else { return (late, wasFull, isOverloaded) = (nil, false, false) }
    guard duration != nil else { return }
    let time = now()
    if time - first.joined <= limits.delay { late = nil } else { late = late ?? time }
    if let late, wasFull, time - late > limits.burst { isOverloaded = true }
  }

  /// Whether somebody has waited for too long, and the one who came last would for longer than it may.
  private var isHopeless: Bool {
    guard let duration, let first = waiting.first, let last = waiting.last, case let time = now(),
      time - first.joined > limits.burst
    else { return false }
    return Double(waiting.count) * duration / Double(slots) > Double(last.end - time)
  }

  /// - Parameter entered: what ``enter()`` gave.
  package func leave(_ entered: Int) {
    loop.checkIsolated()
    let own = Double(max(0, now() - entered))
    duration = duration.map { $0 + (own - $0) / 8 } ?? own
    look()
    if isHopeless {
      isOverloaded = true
      while waiting.count > room { waiting.refuseLast() }
    }
    if !waiting.serve(()) { free += 1 }
    if waiting.isEmpty { (late, wasFull, isOverloaded) = (nil, false, false) }
  }
}

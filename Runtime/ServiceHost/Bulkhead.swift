import ServiceCore
import ServiceLoop

/// Limits how many requests a service works on at once on one loop; the rest wait their turn, in order.
///
/// As many may enter as there are connections to the service's database: whoever is at work then never waits
/// for a connection behind a crowd that has only just come.
///
/// A burst may wait for long. A queue that has not been empty for a second is overload: then no more may wait than are
/// worked off in a tenth of a second, and who comes in addition is refused at once, the newest first, so that those who
/// are served are served soon (controlled delay, RFC 8289).
///
/// `@unchecked`: it is touched on its loop's thread alone, which `enter` and `leave` are called on. As an actor it would
/// cost an allocation and three steps a call, which was a twentieth of a small request.
package final class Bulkhead: @unchecked Sendable {
  /// How many may wait, and for how long, in milliseconds.
  package struct Limits: Sendable {
    package var waiting = 256
    package var wait = 5_000
    /// For how long the queue may stand before it is overload.
    package var burst = 1_000
    /// How long those wait who are let wait under overload.
    package var delay = 100

    package init() {}
  }

  private let loop: Loop
  private let slots: Int
  private let limits: Limits
  private let now: @Sendable () -> Int
  private var free: Int
  private let waiting: WaitingLine<Void, Void>
  /// Since when somebody waits; nil when nobody does.
  private var standing: Int?
  /// How long a request takes, in milliseconds: a mean in which the newest counts an eighth.
  private var duration = 1.0

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
    waiting = WaitingLine(loop: loop)
  }

  /// Waits for a slot; nil when there is none in time, or nobody waits any more. Whoever has entered must leave, with
  /// what was given.
  package func enter() async -> Int? {
    loop.checkIsolated()
    if free > 0 {
      free -= 1
      return now()
    }
    guard waiting.count < room else { return nil }
    if waiting.isEmpty { standing = now() }
    let isIn: Void? = await waiting.wait((), milliseconds: min(limits.wait, Deadline.current?.left ?? .max)) {
      if free > 0, waiting.serve(()) { free -= 1 }
    }
    if waiting.isEmpty { standing = nil }
    return isIn == nil ? nil : now()
  }

  /// How many may wait.
  private var room: Int {
    guard let standing, now() - standing > limits.burst else { return limits.waiting }
    return min(limits.waiting, max(1, Int(Double(slots * limits.delay) / max(duration, 1))))
  }

  /// - Parameter entered: what ``enter()`` gave.
  package func leave(_ entered: Int) {
    loop.checkIsolated()
    duration += (Double(max(0, now() - entered)) - duration) / 8
    // Those beyond what is now let wait came last, and are told so.
    while waiting.count > room { waiting.refuseLast() }
    if !waiting.serve(()) { free += 1 }
    if waiting.isEmpty { standing = nil }
  }
}

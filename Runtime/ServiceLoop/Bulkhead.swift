import ServiceCore

/// Limits how many requests are worked on at once on one loop: by a service, or by one that is called. Further requests wait
/// in order.
///
/// A request that waits for another party releases its slot, and takes one again with priority over requests that have
/// not begun. So the number of requests that are working is limited, not the number that are in progress.
///
/// As many may work as the service has connections; and more, as long as the service completes so many within
/// ``Limits/ahead`` milliseconds: quick statements share connections, and a request that finds none gets one within that
/// time. This limit does not oscillate, although it depends on how long requests take, which depends on how many are
/// let in: a request's time is divided by the number of requests at work. In a service that can do no more, each of
/// twice as many takes twice as long, and the quotient stays the same.
///
/// A burst may wait as long as its requests have time. The service is overloaded when the queue was full, and for a
/// whole second no request got through it quickly. Until the queue is empty, a new request is then refused at once when
/// more are waiting than are served in a tenth of a second, or in the time that it has, so that accepted requests are
/// served soon (controlled delay, RFC 8289). Requests that already wait are refused, the newest first, only when a queue that has not moved
/// fast enough, for a second or for half of the time that its requests have, cannot be completed in that time.
///
/// `@unchecked`: it is used only on its loop's thread, on which `enter` and `leave` are called. An actor would cost an
/// allocation and three steps per call, measured as a twentieth of a small request. No access to its state overlaps
/// another: its exclusivity need not be checked.
package final class Bulkhead: @unchecked Sendable {
  /// The maximum queue length, and time limits in milliseconds.
  package struct Limits: Sendable {
    package var waiting = 256
    /// How long a request without a deadline may wait.
    package var wait = 5_000
    /// A wait that is no problem, and the longest wait under overload.
    package var delay = 100
    /// How long waits must exceed ``delay`` before that is overload.
    package var burst = 1_000
    /// The time within which requests beyond the number of slots must be completed.
    package var ahead = 10
    /// How many times the number of slots may work at most.
    package var most = 8

    package init() {}
  }

  /// A request that has entered.
  private struct Entry {
    /// Distinguishes it from earlier requests with the same index.
    var number: UInt32 = 0
    var isUsed = false
    var holdsSlot = false
    /// When it took its slot.
    var since = 0
    /// For how many milliseconds it held slots before.
    var held = 0
    /// How many parts of it wait for another party.
    var pauses = 0
  }

  private struct Wish {
    let joined: Int
    /// By when it must be served.
    let end: Int
  }

  package let loop: Loop
  private let index: Int
  /// How many requests may work at once at least.
  private let slots: Int
  private let limits: Limits
  private let now: @Sendable () -> Int
  /// How many hold a slot, and how many may.
  @exclusivity(unchecked) package private(set) var used = 0
  @exclusivity(unchecked) private var limit: Int
  private let waiting: WaitQueue<Wish, Void>
  /// Requests that have waited for another party and continue.
  private let returning: WaitQueue<Void, Void>
  /// How many requests are in these queues, or about to leave them: most of the time none.
  @exclusivity(unchecked) private var queued = 0
  @exclusivity(unchecked) private var entries: [Entry] = []
  @exclusivity(unchecked) private var unused: [Int] = []
  /// Since when every served request had waited too long; nil when one had not.
  @exclusivity(unchecked) private var late: Int?
  /// Whether the queue has been full since it was last empty.
  private var wasFull = false
  @exclusivity(unchecked) private var isOverloaded = false
  /// The mean time in milliseconds in which one of the requests at work is completed, of which the newest counts an
  /// eighth. Nil before the first has ended: its time, with nothing connected and nothing cached, says little.
  @exclusivity(unchecked) private var pace: Double?

  /// - Parameters:
  ///   - index: the loop's index among those of the service.
  ///   - slots: how many requests may work at once, however long they take.
  ///   - now: milliseconds of a monotonic clock.
  package init(
    loop: Loop, index: Int = 0, slots: Int, limits: Limits = Limits(),
    now: @escaping @Sendable () -> Int = { Deadline.now }
  ) {
    self.loop = loop
    self.index = index
    self.slots = slots
    self.limits = limits
    self.now = now
    limit = slots
    waiting = WaitQueue(loop: loop)
    returning = WaitQueue(loop: loop)
  }

  // MARK: entering and leaving

  /// Waits for a slot; nil when none becomes free in time, or the task is cancelled. A request that has entered must
  /// leave.
  ///
  /// - Parameter milliseconds: nil for what the caller's deadline leaves.
  package func enter(within milliseconds: Int? = nil) async -> Slot? {
    loop.checkIsolated()
    if let slot = enterNow() { return slot }
    look()
    let wait = milliseconds ?? Deadline.current?.left ?? limits.wait
    guard waiting.count < room(within: wait) else { return nil }
    queued += 1
    defer { queued -= 1 }
    let isIn: Void? = await waiting.wait(Wish(joined: now(), end: now() + wait), milliseconds: wait) {
      if used < limit, waiting.serve(()) { used += 1 }
      if waiting.count >= limits.waiting { wasFull = true }
      // Others may have entered in between.
      if waiting.count > room(within: wait) { waiting.refuseLast() }
    }
    return isIn == nil ? nil : entered()
  }

  /// Takes a free slot, without waiting.
  package func enterNow() -> Slot? {
    guard used < limit else { return nil }
    used += 1
    return entered()
  }

  private func entered() -> Slot {
    let index = unused.popLast() ?? entries.count
    if index == entries.count { entries.append(Entry()) }
    let number = entries[index].number &+ 1
    entries[index] = Entry(number: number, isUsed: true, holdsSlot: true, since: now())
    return Slot(loop: self.index, index: index, number: number)
  }

  /// The index of a request's entry; nil once it has left.
  private func index(of slot: Slot) -> Int? {
    loop.checkIsolated()
    let index = Int(slot.index)
    return index < entries.count && entries[index].number == slot.number && entries[index].isUsed ? index : nil
  }

  /// How many requests may wait, with one that has so much time at the end.
  private func room(within milliseconds: Int) -> Int {
    guard isOverloaded else { return limits.waiting }
    let soon = completed(in: limits.delay, atLeast: 1, atMost: limits.waiting)
    // It comes behind those at work, too, and takes as long as they do.
    return min(soon, max(1, completed(in: milliseconds, atLeast: 0, atMost: limits.waiting + used) - used))
  }

  /// How many requests are completed in so many milliseconds.
  private func completed(in milliseconds: Int, atLeast least: Int, atMost most: Int) -> Int {
    guard let pace, pace * Double(most) > Double(milliseconds) else { return most }
    return max(least, Int(Double(milliseconds) / pace))
  }

  /// Updates whether the service is overloaded.
  private func look() {
    guard !waiting.isEmpty, let first = waiting.first else {
      return (late, wasFull, isOverloaded) = (nil, false, false)
    }
    guard pace != nil else { return }
    let time = now()
    if time - first.joined <= limits.delay { late = nil } else { late = late ?? time }
    if let late, wasFull, time - late > limits.burst { isOverloaded = true }
  }

  /// Whether the first request has waited too long, and the last one cannot be completed in the time that it has.
  private var isHopeless: Bool {
    guard !waiting.isEmpty, let pace, let first = waiting.first, let last = waiting.last, case let time = now(),
      time - first.joined > min(limits.burst, (first.end - first.joined) / 2)
    else { return false }
    return Double(waiting.count + used) * pace > Double(last.end - time)
  }

  package func leave(_ slot: Slot) {
    guard let index = index(of: slot) else { return }
    let entry = entries[index]
    entries[index].isUsed = false
    unused.append(index)
    let own = Double(entry.held + (entry.holdsSlot ? max(0, now() - entry.since) : 0)) / Double(max(1, used))
    pace = pace.map { $0 + (own - $0) / 8 } ?? own
    limit = completed(in: limits.ahead, atLeast: slots, atMost: slots * limits.most)
    if queued > 0 || isOverloaded { judge() }
    if entry.holdsSlot { used -= 1 }
    letIn()
  }

  /// Refuses those that came last when not all can be served in the time they have.
  private func judge() {
    look()
    guard isHopeless else { return }
    isOverloaded = true
    let time = now()
    while let last = waiting.last, waiting.count > room(within: last.end - time) { waiting.refuseLast() }
  }

  /// Serves the queues as far as slots are free.
  private func letIn() {
    if queued == 0 { return }
    while used < limit, returning.serve(()) || waiting.serve(()) { used += 1 }
    if waiting.isEmpty { (late, wasFull, isOverloaded) = (nil, false, false) }
  }

  // MARK: waiting for another party

  /// Releases a request's slot, unless another part of it has done so.
  package func pause(_ slot: Slot) {
    guard let index = index(of: slot) else { return }
    entries[index].pauses += 1
    guard entries[index].holdsSlot else { return }
    entries[index].holdsSlot = false
    entries[index].held += max(0, now() - entries[index].since)
    used -= 1
    letIn()
  }

  /// Takes a slot again once no part of the request waits. A request without time left continues without one.
  package func resume(_ slot: Slot) async {
    guard let index = index(of: slot) else { return }
    entries[index].pauses -= 1
    guard entries[index].pauses == 0, !entries[index].holdsSlot else { return }
    if used < limit {
      used += 1
    } else {
      queued += 1
      defer { queued -= 1 }
      let isBack: Void? = await returning.wait((), milliseconds: Deadline.current?.left ?? limits.wait) {
        if used < limit, returning.serve(()) { used += 1 }
      }
      if isBack == nil { return }
      // Meanwhile it may have left, paused again, or resumed in another part.
      guard self.index(of: slot) != nil, entries[index].pauses == 0, !entries[index].holdsSlot else {
        used -= 1
        return letIn()
      }
    }
    entries[index].holdsSlot = true
    entries[index].since = now()
  }
}

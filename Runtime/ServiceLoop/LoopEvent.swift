import CEvent
import Glibc

/// Calls back on a loop when a descriptor is ready or a time has passed. Use it only on the loop's thread; the last
/// reference may go on any.
///
/// The only wrapper of libevent's events: the pointer never leaves it.
///
/// `@unchecked`: it is created, armed and freed on its loop's thread only, but is stored in actors bound to that loop.
public final class LoopEvent: @unchecked Sendable {
  public enum Readiness: Sendable { case read, write, timer, once }

  private let loop: Loop
  private let event: OpaquePointer?
  private let box: Box
  private let isOnce: Bool

  /// The callback context that libevent points to. It lives as long as the event.
  private final class Box {
    unowned let loop: Loop
    let action: () -> Void
    var event: OpaquePointer?
    /// When a timer that fires once is due, in ``Loop/now``'s milliseconds.
    var due = Int.max

    init(_ loop: Loop, _ action: @escaping () -> Void) {
      self.loop = loop
      self.action = action
    }

    func fire() {
      guard due != .max else { return action() }
      let late = loop.now - due
      due = .max
      // The loop stood still: what the sockets have for it comes before a timeout says that it has not come.
      if late > LoopEvent.standstill { LoopEvent.add(event, LoopEvent.standstill) } else { action() }
    }
  }

  /// A loop that is so late has been suspended, with its process or its machine, in milliseconds. That time counts against
  /// no client that it waits for.
  package static let standstill = 1_000

  /// - Parameters:
  ///   - descriptor: a socket; -1 for a timer.
  ///   - action: runs on the loop's thread each time, until the event is freed.
  public init(_ loop: Loop, descriptor: Int32 = -1, _ readiness: Readiness, action: @escaping @Sendable () -> Void) {
    self.loop = loop
    box = Box(loop, action)
    let flags: Int32 =
      switch readiness {
      case .read: Int32(EV_READ | EV_PERSIST)
      case .write: Int32(EV_WRITE | EV_PERSIST)
      case .timer: Int32(EV_PERSIST)
      case .once: 0
      }
    event = event_new(
      loop.base, descriptor, Int16(flags),
      { _, _, pointer in
        guard let pointer else { return }
        // Retained for the call: the action may free the event.
        let box = Unmanaged<Box>.fromOpaque(pointer).takeUnretainedValue()
        box.loop.callback(box.fire)
      }, Unmanaged.passUnretained(box).toOpaque())
    box.event = event
    isOnce = readiness == .once
  }

  /// Starts waiting for readiness.
  public func add() { event_add(event, nil) }

  /// Starts the timer: it fires once after `milliseconds`, or at each such interval for a `timer`.
  ///
  /// One that fires once and more than a second late, because the loop stood still, waits a second more.
  public func add(milliseconds: Int) {
    if isOnce { box.due = loop.now + milliseconds }
    Self.add(event, milliseconds)
  }

  private static func add(_ event: OpaquePointer?, _ milliseconds: Int) {
    var time = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
    event_add(event, &time)
  }

  public func remove() { event_del(event) }

  deinit {
    if loop.isRunningHere { return event_free(event) }
    // libevent's bases are not locked: freed elsewhere, an event that becomes ready at that moment destroys the base.
    nonisolated(unsafe) let (event, box) = (event, box)
    loop.release {
      event_free(event)
      withExtendedLifetime(box) {}
    }
  }
}

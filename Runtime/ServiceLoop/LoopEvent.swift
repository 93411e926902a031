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

  /// The callback context that libevent points to. It lives as long as the event.
  private final class Box {
    unowned let loop: Loop
    let action: () -> Void

    init(_ loop: Loop, _ action: @escaping () -> Void) {
      self.loop = loop
      self.action = action
    }
  }

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
        box.loop.callback(box.action)
      }, Unmanaged.passUnretained(box).toOpaque())
  }

  /// Starts waiting for readiness.
  public func add() { event_add(event, nil) }

  /// Starts the timer: it fires once after `milliseconds`, or at each such interval for a `timer`.
  public func add(milliseconds: Int) {
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

import CEvent
import Glibc

/// Calls back on a loop when a descriptor is ready, or a time has passed. Use it only on the loop's thread.
///
/// It is the one door to libevent's events: the pointer never leaves it.
///
/// `@unchecked`: it is made, armed and freed on its loop's thread alone, but is held by actors pinned there.
public final class Event: @unchecked Sendable {
  public enum Readiness: Sendable { case read, write, timer, once }

  private let event: OpaquePointer?
  private let box: Box

  /// What libevent holds while the event is alive; weak towards nothing, freed with the event.
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

  /// Waits for readiness from now on.
  public func add() { event_add(event, nil) }

  /// Calls back in so many milliseconds: once, or each time they have passed for a `timer`.
  public func add(milliseconds: Int) {
    var time = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
    event_add(event, &time)
  }

  public func remove() { event_del(event) }

  deinit { event_free(event) }
}

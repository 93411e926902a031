import Glibc

/// The time by which a call must be answered, on a monotonic clock.
///
/// It is passed on as the remaining time: to other services as `x-request-deadline` in milliseconds, and to PostgreSQL
/// as a statement's time limit.
public struct Deadline: Sendable, Comparable {
  /// The deadline of the current work; nil where nothing waits for it.
  @TaskLocal public static var current: Deadline?

  /// The name of the header that passes it on.
  public static let header = "x-request-deadline"

  /// Milliseconds of the monotonic clock.
  public let milliseconds: Int
  /// Whether the work is cancelled when it has passed: calls on its behalf then need no timer of their own.
  package private(set) var isEnforced = false

  public init(in milliseconds: Int) {
    let (sum, overflows) = Self.now.addingReportingOverflow(max(0, milliseconds))
    self.init(at: overflows ? .max : sum)
  }

  /// - Parameter milliseconds: of the monotonic clock.
  public init(at milliseconds: Int) { self.milliseconds = milliseconds }

  /// The same for work that is cancelled when it has passed.
  package var enforced: Deadline {
    var copy = self
    copy.isEnforced = true
    return copy
  }

  /// The remaining milliseconds; not less than 0.
  public var left: Int { max(0, milliseconds - Self.now) }

  public static func == (one: Deadline, other: Deadline) -> Bool { one.milliseconds == other.milliseconds }

  public static func < (one: Deadline, other: Deadline) -> Bool { one.milliseconds < other.milliseconds }

  /// Milliseconds of a monotonic clock.
  public static var now: Int { nanoseconds / 1_000_000 }

  /// Nanoseconds of the same clock.
  package static var nanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

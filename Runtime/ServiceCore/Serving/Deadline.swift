import Glibc

/// The moment by which a call must have been answered, on a clock that only ever goes forward.
///
/// It is handed on from hop to hop as the time that is left: into calls of other services as
/// `x-request-deadline` in milliseconds, and into PostgreSQL as a statement's time limit.
public struct Deadline: Sendable, Comparable {
  /// The deadline of the work at hand; nil where nothing waits for it.
  @TaskLocal public static var current: Deadline?

  /// The name of the header that hands it on.
  public static let header = "x-request-deadline"

  /// Milliseconds of the monotonic clock.
  public let milliseconds: Int

  public init(in milliseconds: Int) { self.init(at: Self.now + max(0, milliseconds)) }

  /// - Parameter milliseconds: of the monotonic clock.
  public init(at milliseconds: Int) { self.milliseconds = milliseconds }

  /// How many milliseconds are left; not less than 0.
  public var left: Int { max(0, milliseconds - Self.now) }

  public static func < (one: Deadline, other: Deadline) -> Bool { one.milliseconds < other.milliseconds }

  /// Milliseconds of a clock that only ever goes forward.
  public static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
  }
}

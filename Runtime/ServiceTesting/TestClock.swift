import ServiceCore
import Synchronization

/// The clock of a service under test: 2026-01-31T12:00:00Z, until the test moves it.
///
/// PostgreSQL's own `now()` does not follow it, and version 7 ids sort in the order in which they are made even when it
/// goes back.
public final class TestClock: Sendable {
  public static let start = Timestamp(microseconds: 1_769_860_800_000_000)
  private let time = Mutex(start)

  public var now: Timestamp { time.withLock(\.self) }

  public func set(to time: Timestamp) { self.time.withLock { $0 = time } }

  /// Moves it forward, or back by a negative duration; fractions of a microsecond are dropped.
  public func advance(by duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    time.withLock { $0 = Timestamp(microseconds: $0.microseconds + microseconds) }
  }

  /// As a service sees it.
  public var clock: Clock { Clock { [self] in now } }
}

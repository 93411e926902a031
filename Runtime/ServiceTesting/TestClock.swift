import ServiceCore
import Synchronization

/// The clock of a service under test: 2026-01-31T12:00:00Z, until the test moves it.
///
/// PostgreSQL's own `now()` does not follow it, and version 7 ids sort in the order in which they are made even when it
/// goes back.
public final class TestClock: Sendable {
  public static let start = Timestamp(microseconds: 1_769_860_800_000_000)
  private let state = Mutex(State())

  private struct State {
    var time = TestClock.start
    var sleepers: [Int: (end: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    var count = 0
  }

  public var now: Timestamp { state.withLock(\.time) }

  public func set(to time: Timestamp) { move { _ in time } }

  /// Moves it forward, or back by a negative duration; fractions of a microsecond are dropped.
  public func advance(by duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    move { Timestamp(microseconds: $0.microseconds + microseconds) }
  }

  /// As a service sees it: what sleeps is woken when the test moves it far enough.
  public var clock: Clock { Clock(now: { [self] in now }, sleep: { [self] in try await sleep(milliseconds: $0) }) }

  private func move(_ change: (Timestamp) -> Timestamp) {
    let woken = state.withLock { state in
      state.time = change(state.time)
      let due = state.sleepers.filter { $0.value.end <= state.time.microseconds }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  private func sleep(milliseconds: Int) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          let (length, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000)
          let (end, isEndless) = state.time.microseconds.addingReportingOverflow(overflows ? .max : length)
          guard !Task.isCancelled, milliseconds > 0 else { return true }
          state.sleepers[number] = (isEndless ? .max : end, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
    }
    try Task.checkCancellation()
  }
}

import Glibc
import ServiceCore
import Synchronization
import Testing

/// What happens in a test, besides its expectations: the log, the calls without a response yet, and what makes the test
/// fail.
final class TestRecord: Sendable {
  let clock = TestClock()
  private let state = Mutex(State())

  private struct State {
    var lines: [String] = []
    var failures: [String] = []
    var running: [String] = []
    var isFailed = false
    var hasHung = false
  }

  /// Receives everything that the service logs.
  var logger: Logger {
    Logger(level: .debug, clock: clock.clock) { [self] line in
      let text = String(decoding: line.dropLast(), as: UTF8.self)
      state.withLock { $0.lines.append(text) }
    }
  }

  var lines: [String] { state.withLock(\.lines) }

  /// What makes the test fail when it ends. It is found in code that does not know the test, and is reported by the
  /// test's own task.
  var failures: [String] { state.withLock(\.failures) }
  func add(failure: String) { state.withLock { $0.failures.append(failure) } }
  func fail() { state.withLock { $0.isFailed = true } }

  // MARK: time limits

  /// Whether a task was left behind that may never end.
  var hasHung: Bool { state.withLock(\.hasHung) }

  func begin(_ name: String) { state.withLock { $0.running.append(name) } }
  func end(_ name: String) {
    state.withLock { state in state.running.firstIndex(of: name).map { _ = state.running.remove(at: $0) } }
  }

  /// Records that a call, or else the whole test, hangs; returns the message.
  func hang(_ name: String?, _ limit: Duration) -> String {
    state.withLock { state in
      state.hasHung = true
      let others = state.running.filter { $0 != name }
      let waiting = others.isEmpty ? "" : "; without a response: " + others.joined(separator: ", ")
      return (name ?? "the test") + " took longer than \(limit)" + waiting
    }
  }

  // MARK: printing

  /// Prints the service's log on standard error when the test has failed. `./charter test` shows lines that begin so.
  func print(_ service: String) {
    let (lines, isFailed) = state.withLock { ($0.lines, $0.isFailed) }
    guard isFailed, !lines.isEmpty else { return }
    let title = "the log of \(service) in '\(Test.current?.displayName ?? Test.current?.name ?? "a test")':"
    let text = ([title] + lines).map { "↳ \($0)\n" }.joined()
    _ = Array(text.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }
}

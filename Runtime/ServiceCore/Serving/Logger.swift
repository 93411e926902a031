import Glibc

/// Writes log lines as JSON objects, one per line, to standard error.
public final class Logger: Sendable {
  public enum Level: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  public let level: Level
  public let clock: Clock
  private let sink: @Sendable ([UInt8]) -> Void

  public init(level: Level = .info, clock: Clock = .system, sink: (@Sendable ([UInt8]) -> Void)? = nil) {
    self.level = level
    self.clock = clock
    self.sink =
      sink ?? { line in
        // A log that cannot be written must not stop the service, so the result is ignored.
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
      }
  }

  public func log(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    guard level >= self.level else { return }
    var json = JSONWriter()
    json.beginObject()
    json.field("time", clock.now())
    json.field("level", level.rawValue)
    json.field("message", message)
    for (key, value) in fields {
      json.key(escaping: key)
      json.string(value)
    }
    json.endObject()
    sink(json.bytes + [UInt8(ascii: "\n")])
  }
}

/// Returns the current time, and waits. Tests provide their own.
public struct Clock: Sendable {
  public let now: @Sendable () -> Timestamp
  /// Waits for this many milliseconds; throws when the task is cancelled.
  public let sleep: @Sendable (_ milliseconds: Int) async throws -> Void

  public init(
    now: @escaping @Sendable () -> Timestamp,
    sleep: @escaping @Sendable (_ milliseconds: Int) async throws -> Void = {
      try await Task.sleep(for: .milliseconds($0))
    }
  ) {
    self.now = now
    self.sleep = sleep
  }

  public static let system = Clock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)
  }
}

import ServiceCore

/// How often a request is sent again that got no answer, or one that says to come back, and after what pauses.
///
/// Sent again is what does the same when it is done twice: an idempotent method (RFC 9110, section 9.2.2), or a request
/// with the `Idempotency-Key` that its operation declares. Other requests are sent again only when no connection was
/// made. A request whose body is a stream is sent once.
public struct RetryPolicy: Sendable {
  /// How many attempts may follow the first.
  public var count = 2
  /// The first pause in milliseconds, of which half is left to chance; each further one is twice as long.
  public var firstDelay = 100
  /// The longest pause in milliseconds. An answer whose `Retry-After` asks for a longer one is handed out as it is.
  public var longestDelay = 10_000

  public init() {}

  /// Whether one more request may follow which has been sent `attempts` times.
  func allows(after attempts: Int) -> Bool { attempts <= count }

  /// The pause in milliseconds after so many attempts; nil when nobody is to wait that long.
  ///
  /// - Parameter asked: what the answer asked for, in milliseconds.
  func delay(after attempts: Int, asked: Int?) -> Int? {
    let longest = max(0, longestDelay)
    let first = min(max(0, firstDelay), longest)
    if let asked {
      // Those who were sent away at once are not to come back at once.
      return asked <= longest ? asked + Int.random(in: 0...first) : nil
    }
    let (full, overflows) = first.multipliedReportingOverflow(by: 1 << min(max(0, attempts - 1), 30))
    let delay = overflows ? longest : min(full, longest)
    return Int.random(in: delay / 2...delay)
  }

  /// Whether an answer says that another attempt may end better.
  static func isWorthRepeating(_ status: Int) -> Bool { status == 502 || status == 503 || status == 504 }
}

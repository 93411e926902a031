import ServiceCore

/// How often, and after which pauses, a request is retried that got no response or a status of 502, 503 or 504.
///
/// Retried are requests that have the same effect when repeated: idempotent methods (RFC 9110, section 9.2.2), and
/// requests with the `Idempotency-Key` that their operation declares. Other requests are retried only when no
/// connection was established. A request with a streamed body is never retried.
public struct RetryPolicy: Sendable {
  /// The maximum number of attempts after the first.
  public var count = 2
  /// The first pause in milliseconds, half of which is random; each further one is twice as long.
  public var firstDelay = 100
  /// The longest pause in milliseconds. A response whose `Retry-After` requests a longer one is returned without a
  /// retry.
  public var longestDelay = 10_000

  public init() {}

  /// Whether a request that was sent `attempts` times may be sent again.
  func allows(after attempts: Int) -> Bool { attempts <= count }

  /// The pause in milliseconds after `attempts` attempts; nil when it would be longer than ``longestDelay``.
  ///
  /// - Parameter requested: the pause that the response requested, in milliseconds.
  func delay(after attempts: Int, requested: Int?) -> Int? {
    let longest = max(0, longestDelay)
    let first = min(max(0, firstDelay), longest)
    if let requested {
      // Randomised: clients that were refused at the same time must not return at the same time.
      return requested <= longest ? requested + Int.random(in: 0...first) : nil
    }
    let (full, overflows) = first.multipliedReportingOverflow(by: 1 << min(max(0, attempts - 1), 30))
    let delay = overflows ? longest : min(full, longest)
    return Int.random(in: delay / 2...delay)
  }

  /// Whether a response's status suggests that another attempt may succeed.
  static func isWorthRepeating(_ status: Int) -> Bool { status == 502 || status == 503 || status == 504 }
}

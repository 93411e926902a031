import ServiceCore
import WebhooksAPI

/// What became of one attempt to deliver an event.
enum AttemptResult {
  case accepted
  /// The receiver wants no more.
  case gone
  /// Why, and after how many milliseconds the receiver wants the next attempt.
  case failed(String, requested: Int?)

  init(_ output: DeliverEvent.Output, at now: Timestamp) {
    switch output {
    case .success: self = .accepted
    case .gone: self = .gone
    case .other(let status, let retryAfter):
      self = .failed(
        "the receiver responded with \(status)",
        requested: retryAfter.flatMap { AttemptSchedule.milliseconds(ofRetryAfter: $0, at: now) })
    }
  }

  /// An attempt without a response.
  init(_ error: any Error) {
    let reason =
      switch error as? ClientError {
      case .unreachable(_, let reason): "the receiver cannot be reached: \(reason)"
      case .timedOut: "the receiver did not respond in time"
      case .unexpected, .broken, nil: "\(error)"
      }
    self = .failed(String(String.UnicodeScalarView(reason.unicodeScalars.prefix(500))), requested: nil)
  }

  var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

/// When a delivery is sent again, as Standard Webhooks recommends.
enum AttemptSchedule {
  /// The pauses between attempts, in seconds.
  private static let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

  /// The pause before the next attempt, in milliseconds; nil after the last one.
  ///
  /// It is up to a tenth longer than the schedule's: what failed at one time must not come again at one time.
  ///
  /// - Parameter requested: the pause that the receiver wants, of which at most a day is granted.
  static func delay(after attempts: Int, requested: Int?) -> Int? {
    guard pauses.indices.contains(attempts - 1) else { return nil }
    let pause = max(pauses[attempts - 1] * 1_000, min(requested ?? 0, 86_400_000))
    return pause + Int.random(in: 0...pause / 10)
  }

  /// The pause that `Retry-After` asks for (RFC 9110, section 10.2.3); nil for a text that is neither a number of seconds
  /// nor a date.
  static func milliseconds(ofRetryAfter text: String, at now: Timestamp) -> Int? {
    if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) { return min(Int(text) ?? .max, 86_400) * 1_000 }
    return date(text).map { max(0, min($0.microseconds - now.microseconds, 86_400_000_000)) / 1_000 }
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// A date in HTTP's preferred form: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  private static func date(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else { return nil }
    return Timestamp("\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
  }
}

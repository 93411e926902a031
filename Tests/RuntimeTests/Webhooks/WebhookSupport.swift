import ServiceCore
import ServiceSecurity
import Synchronization
import Testing

/// A clock that tests set, in milliseconds since 1970.
final class WebhookTime: Sendable {
  private let milliseconds: Mutex<Int>

  init(_ milliseconds: Int) { self.milliseconds = Mutex(milliseconds) }

  func set(_ milliseconds: Int) { self.milliseconds.withLock { $0 = milliseconds } }

  var clock: Clock { Clock { [self] in Timestamp(microseconds: milliseconds.withLock { $0 } * 1_000) } }
}

/// The delivery that the reference libraries of Standard Webhooks test themselves with.
enum KnownWebhook {
  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  static let seconds = 1_614_265_330
  static let milliseconds = seconds * 1_000
  static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
  static let window = 300_000

  static var request: HTTPRequest {
    HTTPRequest(
      method: "POST", path: "/hooks",
      headers: ["webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature],
      body: Array(#"{"test": 2432232314}"#.utf8))
  }

  /// The request with one header as given; nil takes it out.
  static func request(_ header: String, _ value: String?) -> HTTPRequest {
    var request = request
    request.headers[header] = value
    return request
  }

  static func verifier(capacity: Int = 100) throws -> (StandardWebhookVerifier, WebhookTime) {
    let time = WebhookTime(milliseconds)
    return (StandardWebhookVerifier(try WebhookSecret(secret), clock: time.clock, capacity: capacity), time)
  }
}

extension StandardWebhookVerifier {
  /// What the request is refused with; nil when it is accepted.
  func refusal(_ request: HTTPRequest, within window: Int = KnownWebhook.window) -> ProblemDetails? {
    do {
      _ = try verify(request, within: window)
      return nil
    } catch {
      return error.problem
    }
  }
}

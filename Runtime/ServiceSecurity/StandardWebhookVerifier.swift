import ServiceCore
import Synchronization

/// Verifies webhooks by Standard Webhooks 1.0.0 with HMAC-SHA256.
///
/// It remembers in the memory of its process which deliveries it accepted. Where a service runs in several processes, or
/// a delivery comes again after its window, the handler must know by itself what it has already done.
public final class StandardWebhookVerifier: WebhookVerifier {
  private let secrets: [WebhookSecret]
  private let clock: Clock
  private let accepted: Mutex<ReplayCache>

  /// - Parameters:
  ///   - others: further secrets that are good at the moment, while the sender changes from one to another.
  ///   - capacity: how many deliveries are remembered at most; one takes up to some 350 bytes.
  public init(
    _ secret: WebhookSecret, others: [WebhookSecret] = [], clock: Clock = .system, capacity: Int = 100_000
  ) {
    secrets = [secret] + others
    self.clock = clock
    accepted = Mutex(ReplayCache(capacity: capacity))
  }

  /// Checks headers, timestamp and signature, and remembers the id of what is proved.
  ///
  /// - Parameter milliseconds: how far the timestamp may be from now, before and after it.
  /// - Returns: whether it is new; false for what its sender says again under a later timestamp, and is done.
  /// - Throws: 401 for a header that is missing or malformed, a timestamp outside of the window, a signature that does
  ///   not fit, and an id that was there before under this or a later timestamp; 503 for one that is being worked on,
  ///   and when no more ids can be remembered; 500 for a streamed body.
  public func verify(_ request: HTTPRequest, within milliseconds: Int) throws(ProblemDetails) -> Bool {
    guard request.stream == nil else {
      throw ProblemDetails(500, "The webhook's body is streamed; only a whole body can be verified.")
    }
    let id = try id(request)
    let timestamp = try header(StandardWebhook.timestamp, request)
    let signatures = try signatures(request)
    let now = clock.now().milliseconds
    let sent = try sent(timestamp)
    guard abs(now - sent) <= milliseconds else {
      throw .unproved("The \(StandardWebhook.timestamp) is more than \(milliseconds) milliseconds away from now.")
    }
    try prove(signatures, StandardWebhook.content(id: id, timestamp: timestamp, body: request.body))
    switch accepted.withLock({ $0.remember(id, sent: sent, now: now, window: milliseconds) }) {
    case .remembered: return true
    case .done: return false
    case .underway: throw .unavailable("A webhook with this \(StandardWebhook.id) is being worked on.")
    case .replayed: throw .unproved("A webhook with this \(StandardWebhook.id) was accepted before.")
    case .full: throw .unavailable("More webhooks came than can be remembered at the moment.")
    }
  }

  /// Says what became of a delivery that was accepted: one whose handler failed may come again under its id.
  public func finish(_ request: HTTPRequest, wasDone: Bool) {
    guard let id = request.headers[StandardWebhook.id] else { return }
    accepted.withLock { $0.finish(id, wasDone: wasDone) }
  }

  private func id(_ request: HTTPRequest) throws(ProblemDetails) -> String {
    let id = try header(StandardWebhook.id, request)
    guard StandardWebhook.isID(id) else {
      throw .unproved("The header \(StandardWebhook.id) must be 1 to 255 visible ASCII characters and no full stop.")
    }
    return id
  }

  /// The timestamp in milliseconds. Twelve digits reach beyond every date, and nothing overflows on the way.
  private func sent(_ text: String) throws(ProblemDetails) -> Int {
    guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
      let seconds = Int(text)
    else { throw .unproved("The header \(StandardWebhook.timestamp) must be seconds since 1970, in up to 12 digits.") }
    return seconds * 1_000
  }

  /// The signatures of the one version that is known here; others may stand beside them.
  private func signatures(_ request: HTTPRequest) throws(ProblemDetails) -> [[UInt8]] {
    let version = StandardWebhook.version.utf8
    let field = try header(StandardWebhook.signature, request).utf8
    let known = field.split(separator: UInt8(ascii: " ")).filter { $0.starts(with: version) }
    let signatures = known.compactMap { Base64(String(decoding: $0.dropFirst(version.count), as: UTF8.self))?.bytes }
    guard !signatures.isEmpty else {
      throw .unproved("The header \(StandardWebhook.signature) must have a signature 'v1,' and base64.")
    }
    return signatures
  }

  private func header(_ name: String, _ request: HTTPRequest) throws(ProblemDetails) -> String {
    let values = request.headers.values(name)
    guard let value = values.first else { throw .unproved("The header \(name) is missing.") }
    guard values.count == 1 else { throw .unproved("The header \(name) is given more than once.") }
    return value
  }

  private func prove(_ signatures: [[UInt8]], _ content: [UInt8]) throws(ProblemDetails) {
    for secret in secrets {
      let expected = try secret.signature(of: content)
      if signatures.contains(where: { OpenSSL.areEqual($0, expected) }) { return }
    }
    throw .unproved("The \(StandardWebhook.signature) does not fit the webhook's id, timestamp and body.")
  }
}

extension ProblemDetails {
  /// 401, with the challenge that RFC 9110, section 11.6.1, wants.
  fileprivate static func unproved(_ detail: String) -> ProblemDetails {
    ProblemDetails(401, detail, headers: ["www-authenticate": "Webhook-Signature"])
  }
}

extension Timestamp {
  fileprivate var milliseconds: Int { microseconds / 1_000 }
}

import ServiceCore
import Synchronization

/// Verifies webhooks by Standard Webhooks 1.0.0 with HMAC-SHA256.
///
/// Accepted deliveries are remembered in the memory of the process. Where a service runs in several processes, or a
/// delivery is repeated after its window, the handler itself must detect duplicates.
public final class StandardWebhookVerifier: WebhookVerifier {
  private let secrets: [WebhookSecret]
  private let clock: Clock
  private let accepted: Mutex<ReplayCache>

  /// - Parameters:
  ///   - others: further valid secrets, while the sender changes from one to another.
  ///   - capacity: the maximum number of remembered deliveries; each takes up to 350 bytes.
  public init(
    _ secret: WebhookSecret, others: [WebhookSecret] = [], clock: Clock = .system, capacity: Int = 100_000
  ) {
    secrets = [secret] + others
    self.clock = clock
    accepted = Mutex(ReplayCache(capacity: capacity))
  }

  /// Checks headers, timestamp and signature, and remembers the id of a valid delivery.
  ///
  /// - Parameter milliseconds: the maximum difference of the timestamp from now, in the past or the future.
  /// - Returns: true for a new delivery; false for one that the sender repeats with a later timestamp and that was
  ///   already processed.
  /// - Throws: 401 for a missing or malformed header, a timestamp outside of the window, a wrong signature, and an id
  ///   that was used before with this or a later timestamp; 503 for a delivery that is being processed, and when the
  ///   capacity is exhausted; 500 for a streamed body.
  public func verify(_ request: HTTPRequest, within milliseconds: Int) throws(RequestFault) -> Bool {
    guard request.stream == nil else {
      throw RequestFault(500, "The webhook's body is streamed; only a buffered body can be verified.")
    }
    let id = try id(request)
    let timestamp = try header(StandardWebhook.timestamp, request)
    let signatures = try signatures(request)
    let now = clock.now().milliseconds
    let sent = try sent(timestamp)
    guard abs(now - sent) <= milliseconds else {
      throw .unauthorized(
        "The \(StandardWebhook.timestamp) differs from now by more than \(milliseconds) milliseconds.")
    }
    try checkSignature(signatures, StandardWebhook.content(id: id, timestamp: timestamp, body: request.body))
    switch accepted.withLock({ $0.remember(id, sent: sent, now: now, window: milliseconds) }) {
    case .remembered: return true
    case .done: return false
    case .inProgress: throw RequestFault(.unavailable("A webhook with this \(StandardWebhook.id) is being processed."))
    case .replayed: throw .unauthorized("A webhook with this \(StandardWebhook.id) was accepted before.")
    case .full: throw RequestFault(.unavailable("More webhooks have arrived than can be remembered at the moment."))
    }
  }

  /// Records the outcome of an accepted delivery: one whose handler failed may be repeated with the same id.
  public func finish(_ request: HTTPRequest, wasDone: Bool) {
    guard let id = request.headers[StandardWebhook.id] else { return }
    accepted.withLock { $0.finish(id, wasDone: wasDone) }
  }

  private func id(_ request: HTTPRequest) throws(RequestFault) -> String {
    let id = try header(StandardWebhook.id, request)
    guard StandardWebhook.isID(id) else {
      throw .unauthorized(
        "The header \(StandardWebhook.id) must be 1 to 255 visible ASCII characters and no full stop.")
    }
    return id
  }

  /// Parses the timestamp into milliseconds. Twelve digits cover every date, and cannot overflow.
  private func sent(_ text: String) throws(RequestFault) -> Int {
    guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
      let seconds = Int(text)
    else {
      throw .unauthorized("The header \(StandardWebhook.timestamp) must be seconds since 1970, in up to 12 digits.")
    }
    return seconds * 1_000
  }

  /// The signatures of the supported version; others may be present.
  private func signatures(_ request: HTTPRequest) throws(RequestFault) -> [[UInt8]] {
    let version = StandardWebhook.version.utf8
    let field = try header(StandardWebhook.signature, request).utf8
    let known = field.split(separator: UInt8(ascii: " ")).filter { $0.starts(with: version) }
    let signatures = known.compactMap { Base64(String(decoding: $0.dropFirst(version.count), as: UTF8.self))?.bytes }
    guard !signatures.isEmpty else {
      throw .unauthorized(
        "The header \(StandardWebhook.signature) must have a signature of the form 'v1,' followed by base64.")
    }
    return signatures
  }

  private func header(_ name: String, _ request: HTTPRequest) throws(RequestFault) -> String {
    let values = request.headers.values(name)
    guard let value = values.first else { throw .unauthorized("The header \(name) is missing.") }
    guard values.count == 1 else { throw .unauthorized("The header \(name) is given more than once.") }
    return value
  }

  private func checkSignature(_ signatures: [[UInt8]], _ content: [UInt8]) throws(RequestFault) {
    for secret in secrets {
      let expected = try secret.signature(of: content)
      if signatures.contains(where: { OpenSSL.areEqual($0, expected) }) { return }
    }
    throw .unauthorized("The \(StandardWebhook.signature) does not match the webhook's id, timestamp and body.")
  }
}

extension RequestFault {
  /// 401 with the challenge that RFC 9110, section 11.6.1, requires.
  fileprivate static func unauthorized(_ detail: String) -> RequestFault {
    RequestFault(401, detail, headers: ["www-authenticate": "Webhook-Signature"])
  }
}

extension Timestamp {
  fileprivate var milliseconds: Int { microseconds / 1_000 }
}

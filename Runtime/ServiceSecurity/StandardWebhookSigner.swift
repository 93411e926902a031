import ServiceCore

/// Signs webhooks by Standard Webhooks 1.0.0 with HMAC-SHA256.
public struct StandardWebhookSigner: WebhookSigner {
  private let secrets: [WebhookSecret]
  private let clock: Clock
  private let makeID: @Sendable (Timestamp) -> String

  /// - Parameters:
  ///   - retiring: former secrets that also sign, for receivers that do not have the current one yet.
  ///   - makeID: creates the id of a delivery that has none: visible ASCII without a full stop.
  public init(
    _ secret: WebhookSecret, retiring: [WebhookSecret] = [], clock: Clock = .system,
    makeID: @escaping @Sendable (Timestamp) -> String = { "msg_\(Uuid.v7(at: $0))" }
  ) {
    secrets = [secret] + retiring
    self.clock = clock
    self.makeID = makeID
  }

  /// Adds a new timestamp and signature to a request, and an id unless it has one: a repeated delivery keeps its id.
  ///
  /// - Throws: ``RequestFault``: 400 for a body that is streamed, or an id that cannot be signed; 503 when OpenSSL
  ///   cannot sign.
  public func sign(_ request: HTTPRequest) throws(RequestFault) -> HTTPRequest {
    guard request.stream == nil else {
      throw RequestFault(
        .badRequest([
          Violation(location: .body, rule: "signature", message: "is streamed; only a buffered body can be signed")
        ]))
    }
    let now = clock.now()
    let id = try id(request, at: now)
    let timestamp = String(now.microseconds / 1_000_000)
    let content = StandardWebhook.content(id: id, timestamp: timestamp, body: request.body)
    var signatures: [String] = []
    for secret in secrets {
      signatures.append(StandardWebhook.version + Base64(try secret.signature(of: content)).text)
    }
    var headers = request.headers
    headers[StandardWebhook.id] = id
    headers[StandardWebhook.timestamp] = timestamp
    headers[StandardWebhook.signature] = signatures.joined(separator: " ")
    var signed = request
    signed.headers = headers
    return signed
  }

  private func id(_ request: HTTPRequest, at now: Timestamp) throws(RequestFault) -> String {
    let given = request.headers.values(StandardWebhook.id)
    let id = given.first ?? makeID(now)
    guard given.count < 2, StandardWebhook.isID(id) else {
      throw RequestFault(
        .badRequest([
          Violation(
            location: .header, name: StandardWebhook.id, rule: "signature",
            message: "must be one id of 1 to 255 visible ASCII characters without a full stop")
        ]))
    }
    return id
  }
}

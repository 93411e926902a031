/// How a webhook is signed, by its contract (Standard Webhooks 1.0.0).
public struct WebhookSignature: Sendable, Equatable {
  /// How far a delivery's timestamp may differ from the receiver's clock, in either direction, in milliseconds.
  public let window: Int

  public init(window: Int = 300_000) { self.window = window }

  /// The header fields of a signature, in lower case.
  package static let fields: Set = ["webhook-id", "webhook-timestamp", "webhook-signature"]
}

/// Signs webhooks before they are sent.
public protocol WebhookSigner: Sendable {
  /// The request with the headers of its signature.
  ///
  /// It is called for each attempt: the id stays the same, and the timestamp is that of the attempt.
  ///
  /// - Throws: ``RequestFault`` for a request that cannot be signed, such as one whose body is streamed.
  func sign(_ request: HTTPRequest) throws -> HTTPRequest
}

/// Verifies the signatures of webhooks, and that each is processed once.
///
/// ``verify(_:within:)`` itself records a delivery, before the handler runs: of two copies that arrive at the same time
/// only one reaches the handler. In return, the code that calls the handler reports the outcome by
/// ``finish(_:wasDone:)``: a delivery whose response is not 2xx is sent again under the same id.
public protocol WebhookVerifier: Sendable {
  /// Verifies a request with a complete body, and records it.
  ///
  /// - Parameter milliseconds: how far the request's timestamp may differ from now; see ``WebhookSignature/window``.
  /// - Returns: whether it is new; false for a repetition, signed again, of a delivery that was processed.
  /// - Throws: 401 for an invalid signature or a replay; 503 for a delivery that is being processed, and when no more
  ///   can be recorded. A custom verifier throws ``VerificationError`` for these.
  func verify(_ request: HTTPRequest, within milliseconds: Int) async throws -> Bool

  /// Reports the outcome of a delivery. Only for a request that ``verify(_:within:)`` reported as new.
  func finish(_ request: HTTPRequest, wasDone: Bool) async
}

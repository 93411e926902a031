/// How a webhook is signed, as the contract says it (Standard Webhooks 1.0.0).
public struct WebhookSignature: Sendable, Equatable {
  /// How far a delivery's timestamp may be from the receiver's clock, before and after it, in milliseconds.
  public let window: Int

  public init(window: Int = 300_000) { self.window = window }
}

/// Signs webhooks before they are sent.
public protocol WebhookSigner: Sendable {
  /// The request with the headers that prove who sent it.
  ///
  /// It is called anew for each attempt: the id stays as it is, and the timestamp is the attempt's own.
  ///
  /// - Throws: ``ProblemDetails`` for a request that cannot be signed, such as one whose body is streamed.
  func sign(_ request: HTTPRequest) throws -> HTTPRequest
}

/// Proves that webhooks come from whom they say, and that each is done once.
///
/// A delivery is remembered by ``verify(_:within:)`` itself, and not after its handler: of two copies that come at the
/// same time only one then gets to the handler. In return whoever calls the handler says by ``finish(_:wasDone:)`` what
/// became of it: what was not answered with a 2xx status its sender says again, under the same id.
public protocol WebhookVerifier: Sendable {
  /// Checks a request whose body is whole, and remembers it.
  ///
  /// - Parameter milliseconds: how far the request's timestamp may be from now; see ``WebhookSignature/window``.
  /// - Returns: whether it is new; false for what its sender says again, signed anew, though it is done.
  /// - Throws: 401 for a request that is not proved, or was there before; 503 for one that is being worked on, and when
  ///   nothing more can be remembered.
  func verify(_ request: HTTPRequest, within milliseconds: Int) async throws(ProblemDetails) -> Bool

  /// Says what became of a delivery. Only for a request that ``verify(_:within:)`` called new.
  func finish(_ request: HTTPRequest, wasDone: Bool) async
}

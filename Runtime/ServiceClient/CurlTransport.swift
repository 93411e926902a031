import Glibc
import ServiceCore

/// Calls a service over HTTP or HTTPS from any program, by libcurl.
///
/// ```swift
/// let orders = OrdersClient(.remote(try CurlTransport(origin: "https://shop.example")))
/// ```
///
/// It does not follow redirects, keeps no cookies, and by default uses no proxy. It has its own thread, which ends when
/// the transport and all responses streamed by it are dropped.
public final class CurlTransport: Transport {
  private let origin: Origin
  private let options: Options
  private let transfers: Transfers

  /// - Parameter origin: such as `https://shop.example` or `http://127.0.0.1:8081`.
  /// - Throws: ``ConfigurationError`` for a malformed origin or an invalid option.
  public convenience init(origin: String, options: Options = Options()) throws {
    try options.check()
    try self.init(origin: origin, options, Transfers(connections: options.connections))
  }

  private init(origin: String, _ options: Options, _ transfers: Transfers) throws {
    guard let found = Origin(origin) else {
      throw ConfigurationError("'\(origin)' is not an origin such as https://shop.example")
    }
    (self.origin, self.options, self.transfers) = (found, options, transfers)
  }

  /// Makes transports to any number of origins, which have one thread and the limits of `options` in common.
  ///
  /// - Throws: ``ConfigurationError`` for an invalid option; the function that it returns, for a malformed origin.
  public static func sharing(
    _ options: Options
  ) throws -> @Sendable (_ origin: String) throws -> CurlTransport {
    try options.check()
    let transfers = try Transfers(connections: options.connections)
    return { try CurlTransport(origin: $0, options, transfers) }
  }

  /// - Throws: ``ServiceCore/ClientError`` when no response was received; `CancellationError`.
  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, streamsAnswer: operation.responses.isStreamed)
  }

  /// Like ``send(_:_:)``, but streams a large response body. Reading the stream throws the same errors; dropping it
  /// ends the transfer.
  public func forward(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, streamsAnswer: true)
  }

  private func send(
    _ request: HTTPRequest, _ operation: OperationDescriptor, streamsAnswer: Bool
  ) async throws -> HTTPResponse {
    guard request.isSendable else {
      throw ClientError.unreachable(
        operation, "the method is not a token, or the target has a character that must be percent-encoded")
    }
    let mayRepeat = request.mayRepeat(operation)
    let idleTimeout = max(0, min(operation.policy.timeout, options.answerTimeout))
    let end = min(Deadline(in: idleTimeout), Deadline.current ?? .never)
    var attempts = 0
    while true {
      guard end.left > 0 else { throw ClientError.timedOut(operation) }
      let parameters = Exchange.Parameters(
        request: request.timed(end), url: origin.text + request.target, options: options, streamsAnswer: streamsAnswer,
        usesOwnConnection: !mayRepeat, deadline: request.stream == nil ? end : Deadline.current ?? .never,
        idleTimeout: idleTimeout)
      let result = await attempt(parameters, operation)
      attempts += 1
      guard request.stream == nil, options.retries.allows(after: attempts),
        let delay = delay(after: attempts, result, mayRepeat: mayRepeat), delay < end.left
      else { return try result.mapError { $0.publicError(operation) }.get() }
      try await Task.sleep(for: .milliseconds(delay))
    }
  }

  private func attempt(
    _ parameters: Exchange.Parameters, _ operation: OperationDescriptor
  ) async -> Result<HTTPResponse, Failure> {
    let exchange = Exchange(parameters)
    switch await exchange.run(on: transfers) {
    case .complete(let response): return .success(response)
    case .streamed(var response, let length, let download):
      let reader = ResponseReader(download, of: exchange, on: transfers, operation)
      response.stream = ByteStream(length: length) { try await reader.next() }
      return .success(response)
    case .failed(let failure): return .failure(failure)
    }
  }

  /// The pause before the next attempt, in milliseconds; nil when there is no further attempt.
  private func delay(after attempts: Int, _ result: Result<HTTPResponse, Failure>, mayRepeat: Bool) -> Int? {
    switch result {
    case .success(let response):
      guard mayRepeat, RetryPolicy.isWorthRepeating(response.status) else { return nil }
      return options.retries.delay(after: attempts, requested: response.retryAfter)
    case .failure(.notConnected), .failure(.connectTimedOut):
      return options.retries.delay(after: attempts, requested: nil)
    case .failure(.interrupted): return mayRepeat ? options.retries.delay(after: attempts, requested: nil) : nil
    case .failure: return nil
    }
  }
}

extension Deadline {
  fileprivate static var never: Deadline { Deadline(at: .max) }
}

extension HTTPRequest {
  /// Whether it can be sent unchanged: the method and target must not be able to end a line or the path.
  fileprivate var isSendable: Bool {
    !method.isEmpty && method.utf8.allSatisfy(FieldSyntax.isToken) && method != "CONNECT" && target.hasPrefix("/")
      && target.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
      && (method != "HEAD" || body.isEmpty && stream == nil)
  }

  /// The request with a header of the caller's remaining time, if the caller has a deadline.
  fileprivate func timed(_ end: Deadline) -> HTTPRequest {
    guard Deadline.current != nil else { return self }
    var request = self
    request.headers[Deadline.header] = String(end.left)
    return request
  }
}

extension HTTPResponse {
  /// The delay requested by `Retry-After` (RFC 9110, section 10.2.3), in milliseconds from now.
  fileprivate var retryAfter: Int? {
    guard let text = headers["retry-after"] else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }) {
      // A number that overflows means an unbounded wait.
      guard let seconds = Int(text) else { return text.isEmpty ? nil : .max }
      let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
      return overflows ? .max : milliseconds
    }
    return httpDate(text).map { max(0, $0 - time(nil)) * 1_000 }
  }
}

import Glibc
import ServiceCore

/// Reaches a service over HTTP or HTTPS from any program, by libcurl.
///
/// ```swift
/// let orders = OrdersClient(.remote(try CurlTransport(origin: "https://shop.example")))
/// ```
///
/// It follows no redirects, keeps no cookies and asks the environment for no proxy. It has a thread of its own, which
/// ends when the transport and all answers that it streams are dropped.
public final class CurlTransport: Transport {
  private let origin: Origin
  private let options: Options
  private let transfers: Transfers

  /// - Parameter origin: such as `https://shop.example` or `http://127.0.0.1:8081`.
  /// - Throws: ``ConfigurationError`` for what is no origin, or an option that cannot be used.
  public init(origin: String, options: Options = Options()) throws {
    guard let found = Origin(origin) else {
      throw ConfigurationError("'\(origin)' is not an origin such as https://shop.example")
    }
    try options.check()
    self.origin = found
    self.options = options
    transfers = try Transfers(connections: options.connections)
  }

  /// - Throws: ``ServiceCore/ClientError`` when no answer came; `CancellationError`.
  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, streamsAnswer: operation.streamsAnswer)
  }

  /// The same, but for an answer with a large body, which comes as a stream. Reading it throws as this does; dropping it
  /// ends the transfer.
  public func forward(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, streamsAnswer: true)
  }

  private func send(
    _ request: HTTPRequest, _ operation: OperationDescriptor, streamsAnswer: Bool
  ) async throws -> HTTPResponse {
    guard request.isSendable else {
      throw ClientError.unreachable(
        operation, "the method is no token, or the target has a character that must be percent-encoded")
    }
    let mayRepeat = request.mayRepeat(operation)
    let patience = max(0, min(operation.timeout, options.answerTimeout))
    let end = min(Deadline(in: patience), Deadline.current ?? .never)
    var attempts = 0
    while true {
      guard end.left > 0 else { throw ClientError.timedOut(operation) }
      let order = Exchange.Order(
        request: request.timed(end), url: origin.text + request.target, options: options, streamsAnswer: streamsAnswer,
        usesOwnConnection: !mayRepeat, deadline: request.stream == nil ? end : Deadline.current ?? .never,
        patience: patience)
      let result = await attempt(order, operation)
      attempts += 1
      guard request.stream == nil, options.retries.allows(after: attempts),
        let delay = delay(after: attempts, result, mayRepeat: mayRepeat), delay < end.left
      else { return try result.mapError { $0.shown(operation) }.get() }
      try await Task.sleep(for: .milliseconds(delay))
    }
  }

  private func attempt(_ order: Exchange.Order, _ operation: OperationDescriptor) async -> Result<HTTPResponse, Failure>
  {
    let exchange = Exchange(order)
    switch await exchange.run(on: transfers) {
    case .whole(let response): return .success(response)
    case .streamed(var response, let length, let download):
      let reader = AnswerReader(download, of: exchange, on: transfers, operation)
      response.stream = ByteStream(length: length) { try await reader.next() }
      return .success(response)
    case .failed(let failure): return .failure(failure)
    }
  }

  /// The pause before the next attempt, in milliseconds; nil when there is to be none.
  private func delay(after attempts: Int, _ result: Result<HTTPResponse, Failure>, mayRepeat: Bool) -> Int? {
    switch result {
    case .success(let response):
      guard mayRepeat, RetryPolicy.isWorthRepeating(response.status) else { return nil }
      return options.retries.delay(after: attempts, asked: response.retryAfter)
    case .failure(.notConnected), .failure(.connectTimedOut): return options.retries.delay(after: attempts, asked: nil)
    case .failure(.interrupted): return mayRepeat ? options.retries.delay(after: attempts, asked: nil) : nil
    case .failure: return nil
    }
  }
}

extension Deadline {
  fileprivate static var never: Deadline { Deadline(at: .max) }
}

extension HTTPRequest {
  /// Whether it can be written as it is: nothing in it ends a line or the path.
  fileprivate var isSendable: Bool {
    !method.isEmpty && method.utf8.allSatisfy(FieldSyntax.isToken) && method != "CONNECT" && target.hasPrefix("/")
      && target.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
      && (method != "HEAD" || body.isEmpty && stream == nil)
  }

  /// The request with the time its caller has left, where there is a deadline.
  fileprivate func timed(_ end: Deadline) -> HTTPRequest {
    guard Deadline.current != nil else { return self }
    var request = self
    request.headers[Deadline.header] = String(end.left)
    return request
  }
}

extension HTTPResponse {
  /// What `Retry-After` (RFC 9110, section 10.2.3) asks for, in milliseconds from now.
  fileprivate var retryAfter: Int? {
    guard let text = headers["retry-after"] else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }) {
      // A number beyond all bounds is a wait beyond them.
      guard let seconds = Int(text) else { return text.isEmpty ? nil : .max }
      let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
      return overflows ? .max : milliseconds
    }
    return httpDate(text).map { max(0, $0 - time(nil)) * 1_000 }
  }
}

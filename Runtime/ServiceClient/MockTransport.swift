import ServiceCore
import Synchronization

/// A transport for tests: a closure answers, and what was asked is kept.
///
/// ```swift
/// let transport = MockTransport { _ in HTTPResponse(status: 200, json: order) }
/// let orders = OrdersClient(.remote(transport))
/// ```
public final class MockTransport: Transport {
  private let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse
  private let seen = Mutex<[HTTPRequest]>([])

  /// - Parameter answer: what it throws, the caller of the client gets.
  public init(_ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) { self.answer = answer }

  /// The requests so far, in the order in which they came.
  public var requests: [HTTPRequest] { seen.withLock { $0 } }

  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    seen.withLock { $0.append(request) }
    return try await answer(request)
  }
}

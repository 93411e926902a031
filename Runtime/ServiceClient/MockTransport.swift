import ServiceCore
import Synchronization

/// A transport for tests: a closure makes the responses, and the requests are recorded.
///
/// ```swift
/// let transport = MockTransport { _ in HTTPResponse(status: 200, json: order) }
/// let orders = OrdersClient(.remote(transport))
/// ```
public final class MockTransport: Transport {
  private let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse
  private let recorded = Mutex<[HTTPRequest]>([])

  /// - Parameter answer: makes the response to a request; errors it throws reach the client's caller.
  public init(_ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) { self.answer = answer }

  /// The requests so far, in the order of their arrival.
  public var requests: [HTTPRequest] { recorded.withLock { $0 } }

  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    recorded.withLock { $0.append(request) }
    return try await answer(request)
  }
}

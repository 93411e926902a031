import ServiceCore

/// The reason why an attempt at a request gave no complete response.
enum Failure: Error {
  /// No connection was established, so nothing was sent.
  case notConnected(String)
  /// No connection was established in time, so nothing was sent.
  case connectTimedOut
  /// The connection broke: the server may have processed the request.
  case interrupted(String)
  /// Another attempt would fail in the same way.
  case final(String)
  case timedOut
  /// The caller's task was cancelled.
  case cancelled
  /// The request's body could not be read.
  case body(any Error)

  func publicError(_ operation: OperationDescriptor) -> any Error {
    switch self {
    case .notConnected(let reason), .interrupted(let reason), .final(let reason):
      ClientError.unreachable(operation, reason)
    case .connectTimedOut, .timedOut: ClientError.timedOut(operation)
    case .cancelled: CancellationError()
    case .body(let error): error
    }
  }
}

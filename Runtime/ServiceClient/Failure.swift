import ServiceCore

/// Why an attempt at a request gave no whole answer.
enum Failure: Error {
  /// Nobody was reached, so that nothing has been sent.
  case notConnected(String)
  /// No connection was made in time, so that nothing has been sent.
  case connectTimedOut
  /// The connection broke: what was asked for may have been done.
  case interrupted(String)
  /// Another attempt would end in the same way.
  case final(String)
  case timedOut
  /// Whoever asked no longer waits.
  case cancelled
  /// The request's body could not be read.
  case body(any Error)

  func shown(_ operation: OperationDescriptor) -> any Error {
    switch self {
    case .notConnected(let reason), .interrupted(let reason), .final(let reason):
      ClientError.unreachable(operation, reason)
    case .connectTimedOut, .timedOut: ClientError.timedOut(operation)
    case .cancelled: CancellationError()
    case .body(let error): error
    }
  }
}

import ServiceCore

/// Why a statement was not done, or cannot be said to be.
public enum PostgresError: Error, Sendable, CustomStringConvertible {
  /// The server refused it: its SQLSTATE, its words, and the constraint that was broken, if one was.
  case refused(code: String, message: String, constraint: String?)
  /// There is no connection: nothing was done.
  case unavailable(String)
  /// All connections were busy for too long: nothing was done.
  case busy
  /// The connection broke while the server was at work.
  case connectionLost(String)
  /// The connection broke while the server was committing: the effect may be there or not.
  case commitInDoubt
  /// The call's time was over: nothing was done.
  case deadlineExceeded
  /// Nobody waits for the result any more: nothing was done.
  case cancelled
  /// A result is not what the code reads.
  case unexpectedColumn(String)

  /// Whether a unique or exclusion constraint was broken; `name` is the constraint's.
  public func violates(constraint name: String) -> Bool {
    if case .refused(let code, _, let constraint) = self { code.hasPrefix("23") && constraint == name } else { false }
  }

  /// Whether running the whole transaction again is right (SQLSTATE 40001 and 40P01).
  var isRetryable: Bool {
    if case .refused(let code, _, _) = self { code == "40001" || code == "40P01" } else { false }
  }

  /// Throws where nobody waits any more, or the call's time is over.
  static func throwUnlessWanted() throws(PostgresError) {
    if Task.isCancelled { throw .cancelled }
    if let deadline = Deadline.current, deadline.left == 0 { throw .deadlineExceeded }
  }

  public var description: String {
    switch self {
    case .refused(let code, let message, _): "PostgreSQL refused: \(message) (\(code))"
    case .unavailable(let reason): "PostgreSQL cannot be reached: \(reason)"
    case .busy: "all connections to PostgreSQL are busy"
    case .connectionLost(let reason): "the connection to PostgreSQL broke: \(reason)"
    case .commitInDoubt: "the connection to PostgreSQL broke while it was committing: the effect is unknown"
    case .deadlineExceeded: "the call's time was over before PostgreSQL was done"
    case .cancelled: "nobody waits for PostgreSQL's result any more"
    case .unexpectedColumn(let detail): "a result is not what the code reads: \(detail)"
    }
  }
}

extension PostgresError: ProblemConvertible {
  public var problem: ProblemDetails {
    switch self {
    case .unavailable, .connectionLost: .unavailable("The database cannot be reached at the moment.")
    case .busy, .cancelled: .unavailable("The service is busy.")
    case .deadlineExceeded: ProblemDetails(504, "The database took longer than the call had left.")
    case .commitInDoubt:
      .unavailable("The connection to the database broke while committing: whether it was done is not known.")
    // Shutting down, starting up, out of connections, disk full, lock timeout, statement timeout.
    case .refused(let code, _, _)
    where code.hasPrefix("57") || code.hasPrefix("53") || code == "55P03" || isRetryable:
      .unavailable("The database cannot do this at the moment.")
    case .refused, .unexpectedColumn:
      ProblemDetails(500, "The service failed. The log says why, under this request id.")
    }
  }
}

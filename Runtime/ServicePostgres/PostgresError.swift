import ServiceCore

/// Why a statement failed, or its outcome is unknown.
public enum PostgresError: Error, Sendable, CustomStringConvertible {
  /// The server rejected it: its SQLSTATE, its message, and the violated constraint, if any.
  case refused(code: String, message: String, constraint: String?)
  /// There is no connection: nothing was done.
  case unavailable(String)
  /// All connections were busy for too long: nothing was done.
  case busy
  /// The connection broke while the server was working.
  case connectionLost(String)
  /// The connection broke during the commit: the transaction may or may not have taken effect.
  case commitInDoubt
  /// The call's deadline passed: nothing was done.
  case deadlineExceeded
  /// The caller no longer waits for the result: nothing was done.
  case cancelled
  /// A result does not match what the code reads.
  case unexpectedColumn(String)

  /// Whether a unique or exclusion constraint was violated; `name` is the constraint's.
  public func violates(constraint name: String) -> Bool {
    if case .refused(let code, _, let constraint) = self { code.hasPrefix("23") && constraint == name } else { false }
  }

  /// Whether the whole transaction should be run again (SQLSTATE 40001 and 40P01).
  var isRetryable: Bool {
    if case .refused(let code, _, _) = self { code == "40001" || code == "40P01" } else { false }
  }

  /// Throws when the task is cancelled, or the call's deadline has passed.
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
    case .deadlineExceeded: "the call's deadline passed before PostgreSQL was done"
    case .cancelled: "the caller no longer waits for PostgreSQL's result"
    case .unexpectedColumn(let detail): "a result does not match what the code reads: \(detail)"
    }
  }
}

extension PostgresError: ProblemConvertible {
  package var problem: ProblemDetails {
    switch self {
    case .unavailable, .connectionLost: .unavailable("The database cannot be reached at the moment.")
    case .busy, .cancelled: .unavailable("The service is busy.")
    case .deadlineExceeded: ProblemDetails(504, "The database took longer than the call had left.")
    case .commitInDoubt:
      .unavailable("The connection to the database broke while committing: whether it took effect is unknown.")
    // Shutting down, starting up, out of connections, disk full, lock timeout, statement timeout.
    case .refused(let code, _, _)
    where code.hasPrefix("57") || code.hasPrefix("53") || code == "55P03" || isRetryable:
      .unavailable("The database cannot do this at the moment.")
    case .refused, .unexpectedColumn:
      ProblemDetails(500, "The service failed. The log says why, under this request id.")
    }
  }
}

extension PostgresError: InfrastructureError {
  package var isTemporary: Bool {
    switch self {
    // A time limit that passed is the handler's own.
    case .deadlineExceeded: false
    default: problem.status == 503
    }
  }
}

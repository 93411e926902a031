import ServiceCore
import ServicePostgres

/// Why a step or a workflow failed.
///
/// A step that throws one does not succeed later either, unless it is temporary. The body receives the failure of a
/// step as one, whatever the step threw, and fails with it if it lets it pass.
public struct WorkflowFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened, for operators.
  public let reason: String
  /// What happened, for code: the service's own word, the status of a refusal such as `409`, or one of Charter's:
  /// `internal`, `time-limit`, `cancelled` and `abandoned`.
  public let code: String
  /// Whether the step may succeed when it is tried again.
  public let isTemporary: Bool

  /// - Parameters:
  ///   - reason: what happened, for people; callers of the service may see it.
  ///   - isTemporary: whether the step that throws it is tried again.
  public init(_ reason: String, code: String = "", isTemporary: Bool = false) {
    (self.reason, self.code, self.isTemporary) = (Self.bounded(reason), Self.bounded(code), isTemporary)
  }

  /// The failure of a workflow whose body has thrown an error.
  init(of error: any Error) { self = error as? WorkflowFailure ?? AttemptFailure(error).failure }

  /// The reason as callers of the service may see it: one of code `internal` is for operators alone.
  public var message: String { code == Self.hidden ? "The service could not complete this." : reason }

  static let hidden = "internal"

  /// What a row can hold, and a person reads.
  static func bounded(_ text: String) -> String {
    String(String.UnicodeScalarView(text.storable.unicodeScalars.prefix(2_000)))
  }

  public var description: String { reason }
}

/// An operation on a workflow that is not possible, and why.
public struct WorkflowError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// What the error of an attempt at a step means.
struct AttemptFailure {
  let failure: WorkflowFailure
  /// Whether the step may have had its effect all the same: it is then undone like one that has succeeded.
  let isUnknown: Bool

  private init(_ reason: String, code: String = WorkflowFailure.hidden, isTemporary: Bool, isUnknown: Bool) {
    failure = WorkflowFailure(reason, code: code, isTemporary: isTemporary)
    self.isUnknown = isUnknown
  }

  /// An attempt that took longer than its step may.
  static let timedOut = AttemptFailure(
    "It took longer than it may.", code: "time-limit", isTemporary: true, isUnknown: true)

  init(_ error: any Error) {
    switch error {
    case let failure as WorkflowFailure:
      self.init(
        failure.reason, code: failure.code, isTemporary: failure.isTemporary, isUnknown: failure.isTemporary)
    case let error as ClientError: self.init(calling: error)
    case let error as OperationFailure:
      let isOurs = error.status >= 500
      self.init(
        "\(error)", code: isOurs ? WorkflowFailure.hidden : "\(error.status)", isTemporary: isOurs, isUnknown: isOurs)
    case let error as PostgresError:
      let isUnknown = if case .commitInDoubt = error { true } else { false }
      self.init("\(error)", isTemporary: error.isTemporary || error.problem.status == 504, isUnknown: isUnknown)
    // Calls that were not made.
    case let error as RequestFault: self.init("\(error)", isTemporary: error.isTemporary, isUnknown: false)
    case let error as CredentialError: self.init("\(error)", isTemporary: false, isUnknown: false)
    case is CancellationError: self.init("It was cancelled.", isTemporary: true, isUnknown: true)
    default: self.init("\(error)", isTemporary: false, isUnknown: true)
    }
  }

  private init(calling error: ClientError) {
    switch error {
    case .unreachable, .timedOut: self.init("\(error)", isTemporary: true, isUnknown: true)
    case .broken: self.init("\(error)", isTemporary: false, isUnknown: true)
    case .unexpected(_, let response):
      let status = response.status
      let detail = Self.detail(of: response)
      // 409 with a time is another attempt with the same key, which is still in progress.
      let isRunning = status == 409 && response.headers["retry-after"] != nil
      self.init(
        detail ?? "\(error)", code: detail == nil ? WorkflowFailure.hidden : "\(status)",
        isTemporary: isRunning || [408, 425, 429].contains(status) || status >= 500,
        isUnknown: isRunning || !(400..<500).contains(status))
    }
  }

  /// What problem details (RFC 9457, section 3.1.4) say of a refusal.
  private static func detail(of response: HTTPResponse) -> String? {
    guard (400..<500).contains(response.status) else { return nil }
    return JSONValue.read(response.body)?["detail"]?.text
  }
}

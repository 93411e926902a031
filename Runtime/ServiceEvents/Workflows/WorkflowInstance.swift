import ServiceCore
import ServicePostgres
import Synchronization

/// A workflow as a process has it that works on it.
struct WorkflowInstance: Sendable {
  let id: Uuid
  let name: String
  let version: Int
  /// As JSON.
  let input: String
  let started: Timestamp
  let deadline: Timestamp?
  let lease: Int
  let traceParent: String?
  /// The step that was tried and failed, -1 less its position for the undoing of one; how often, and since when.
  var attempted: Int?
  var attempts = 0
  var triedSince: Timestamp?
  /// How many messages were ever sent to it.
  var messages = 0
  var cancelled: String?
  /// Why its steps are being undone; nil for one that goes forward.
  var failure: WorkflowFailure?

  /// One that begins.
  init<W: Workflow>(_ type: W.Type, _ input: W.Input, id: Uuid, traceParent: String?, at now: Timestamp) {
    (self.id, name, version, self.input) = (id, W.name, W.version, input.recorded)
    (started, deadline, lease) = (now, W.timeLimit.map { now.advanced(by: $0) }, 1)
    self.traceParent = traceParent
  }

  init(_ row: ResultRow) throws {
    (id, name, version) = (try row.get("id"), try row.get("name"), try row.get("version"))
    (input, started, deadline) = (try row.get("input"), try row.get("started_at"), try row.get("deadline"))
    (lease, traceParent) = (try row.get("lease"), try row.get("trace_parent"))
    (attempted, attempts) = (try row.get("attempted"), try row.get("attempts"))
    (triedSince, messages) = (try row.get("tried_since"), try row.get("messages"))
    cancelled = try row.get("cancelled")
    failure = try row.get("failure", String?.self).map { reason in
      WorkflowFailure(reason, code: try row.get("code", String?.self) ?? "")
    }
  }

  /// The columns that it is read from.
  static let columns = """
    id, name, version, input, started_at, deadline, lease, trace_parent, attempted, attempts, tried_since, messages,
    cancelled, failure, code
    """

  var kind: String { "\(name)/\(version)" }

  /// How often an attempt failed at what has this number, and since when it is tried.
  func attempts(at number: Int) -> (count: Int, since: Timestamp?) {
    attempted == number ? (attempts, triedSince) : (0, nil)
  }

  /// The calls of its steps: in the trace of the call that started it, with its own id as that of the request.
  var identity: CallIdentity {
    let parent = traceParent.flatMap { TraceParent($0) }
    return CallIdentity(
      givenID: id.description, uuid: id, trace: parent?.trace ?? (id.high, id.low), span: .random(in: 1 ... .max),
      parent: parent?.span ?? 0, flags: parent?.flags ?? 0)
  }
}

extension Timestamp {
  /// The last time that a row can hold.
  private static let last = 253_402_300_799_999_999

  /// Not later than the year 9999.
  func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    let (product, overflows) = Int(seconds).multipliedReportingOverflow(by: 1_000_000)
    let (sum, isFar) = microseconds.addingReportingOverflow(overflows ? Self.last : product)
    let (time, isFarther) = sum.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000))
    return Timestamp(microseconds: overflows || isFar || isFarther ? Self.last : min(time, Self.last))
  }

  /// The milliseconds from an earlier time, rounded up; 0 from a later one.
  func milliseconds(since earlier: Timestamp) -> Int {
    let (difference, overflows) = microseconds.subtractingReportingOverflow(earlier.microseconds)
    if overflows { return microseconds > earlier.microseconds ? .max : 0 }
    return difference <= 0 ? 0 : (difference - 1) / 1_000 + 1
  }
}

/// The time of the service's database, so that the clocks of its processes do not count.
final class WorkflowClock: Sendable {
  private let given: (@Sendable () -> Timestamp)?
  /// The database's time in microseconds, and when it was that, in nanoseconds of the monotonic clock.
  private let known = Mutex<(time: Int, at: Int)?>(nil)

  /// - Parameter given: the time of a test.
  init(_ given: (@Sendable () -> Timestamp)?) { self.given = given }

  var now: Timestamp {
    if let given { return given() }
    guard let known = known.withLock(\.self) else { return Clock.system.now() }
    return Timestamp(microseconds: known.time + (Deadline.nanoseconds - known.at) / 1_000)
  }

  func learn(_ time: Timestamp) { known.withLock { $0 = (time.microseconds, Deadline.nanoseconds) } }
}

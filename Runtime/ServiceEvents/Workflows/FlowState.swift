import ServiceCore
import ServicePostgres

/// What is recorded of a step.
struct RecordedStep: Sendable, Equatable {
  enum Kind: String, Sendable { case step, transaction, sleep, message }

  /// `unknown` of a step that failed, and may have had its effect all the same.
  enum Outcome: String, Sendable { case done, failed, unknown }

  let position: Int
  /// What the service that it calls recognizes it by.
  let id: Uuid
  let name: String
  let kind: Kind
  let outcome: Outcome
  /// Its value as JSON, or the reason of its failure.
  let result: String
  var code: String?
  let at: Timestamp
}

/// Why the body of a workflow does not go on for now.
enum FlowEnding: Sendable {
  /// It sleeps, waits, or tries a step again later: that is in the database.
  case suspended(until: Timestamp?)
  /// Another process has it, or a person has ended it.
  case lost
  /// Something that it runs on is away: what it did last is not recorded, or it is not known whether it is.
  case interrupted(any Error)
  /// Its task was cancelled after a time limit; the next one goes on.
  case again
  /// Its process stops.
  case stopping
  /// The body does not do what it did before.
  case conflict(String)
  /// It fails, whatever its body says to that.
  case failed(WorkflowFailure)
  /// Nothing more is recorded, and nothing is to be done.
  case endOfHistory
}

/// Thrown through the body of a workflow that does not go on for now. The body lets it pass.
struct FlowUnwinding: Error, CustomStringConvertible {
  let description = "the workflow does not go on for now; its body must let this error pass"
}

/// What undoes a step.
struct FlowUndo: Sendable {
  enum Action: Sendable {
    case call(@Sendable (FlowStep) async throws -> Void)
    case transaction(@Sendable (PostgresTransaction) async throws -> Void)
  }

  let step: RecordedStep
  let action: Action
  /// How long one attempt at it may take.
  let limit: Duration
}

/// A run of a workflow's body over its history: which step comes next, and whether that is recorded.
struct FlowState: Sendable {
  private let history: [RecordedStep]
  private(set) var position = 0
  /// When the last step was recorded, or the workflow began: the same each time the body runs.
  private(set) var now: Timestamp
  /// What undoes the steps so far.
  private(set) var undos: [FlowUndo] = []
  private(set) var ending: FlowEnding?
  /// Whether a step is in progress that is not recorded yet.
  private(set) var isBusy = false

  /// - Parameter history: the recorded steps, by their positions.
  init(_ history: [RecordedStep], began: Timestamp) { (self.history, now) = (history, began) }

  /// A recorded step that the body did not come to.
  var left: RecordedStep? { position < history.count ? history[position] : nil }

  /// Begins the next step; returns what is recorded of it, or nil where nothing is.
  mutating func begin(_ kind: RecordedStep.Kind, _ name: String) throws(FlowUnwinding) -> RecordedStep? {
    if ending != nil { throw FlowUnwinding() }
    if isBusy {
      throw end(.conflict("it begins '\(name)' while another step is in progress; steps come one after another"))
    }
    if let recorded = left {
      guard recorded.position == position, recorded.kind == kind, recorded.name.utf8.elementsEqual(name.utf8) else {
        throw end(
          .conflict(
            "its step \(position) is recorded as \(recorded.kind) '\(recorded.name)', and the code has "
              + "\(kind) '\(name)'"
          ))
      }
    }
    isBusy = left == nil
    return left
  }

  /// The step in progress is recorded, now or before.
  mutating func pass(_ step: RecordedStep, undo: FlowUndo?) {
    position += 1
    // Clocks of several processes differ.
    now = max(now, step.at)
    if let undo, step.outcome != .failed { undos.append(undo) }
  }

  mutating func finish() { isBusy = false }

  /// Ends the run; only the first reason counts. Returns what is thrown through the body.
  mutating func end(_ reason: FlowEnding) -> FlowUnwinding {
    if ending == nil { ending = reason }
    return FlowUnwinding()
  }
}

extension Uuid {
  /// The id of a step, or of its undoing: version 8 (RFC 9562, section 5.8), the same whenever it is made.
  init(ofStep position: Int, isUndo: Bool, of workflow: Uuid) {
    // The finalizer of SplitMix64, in four rounds of a Feistel network: different steps have different ids.
    func mix(_ value: UInt64) -> UInt64 {
      var value = value &+ 0x9E37_79B9_7F4A_7C15
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
    let number = UInt64(truncatingIfNeeded: position) << 1 | (isUndo ? 1 : 0)
    var (high, low) = (workflow.high, workflow.low)
    for round in 0..<4 as Range<UInt64> { (high, low) = (low, high ^ mix(low &+ number << 3 &+ round)) }
    self.init(
      high: high & ~0xF000 | 0x8000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }
}

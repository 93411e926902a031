import ServiceCore
import ServicePostgres

/// A workflow that was started.
public struct WorkflowHandle<W: Workflow>: Sendable {
  public let id: Uuid
  let workflows: Workflows

  /// How often its end is looked for that another process may bring, in milliseconds: less and less often.
  private static var polls: ClosedRange<Int> { 100...1_000 }

  /// Its output, if it ends in time. Call it outside of the transaction that started it.
  ///
  /// - Parameter limit: how long to wait; the deadline of the call counts besides.
  /// - Returns: nil while it is not decided yet.
  /// - Throws: ``WorkflowFailure`` as soon as it has failed, whether or not its steps are undone already;
  ///   ``WorkflowError`` where there is no such workflow, and for an output that cannot be read; ``PostgresError``;
  ///   `CancellationError`.
  public func result(within limit: Duration = .zero) async throws -> W.Output? {
    let end = workflows.clock.now.advanced(by: limit)
    let deadline = Deadline.current
    var pause = Self.polls.lowerBound
    return try await workflows.listening(to: id) { bell in
      while true {
        if let output = try await output() { return output }
        let left = min(end.milliseconds(since: workflows.clock.now), deadline?.left ?? .max)
        guard left > 0 else { return nil }
        await bell.wait(milliseconds: min(left, pause), workflows.sleep)
        pause = min(pause * 2, Self.polls.upperBound)
        try Task.checkCancellation()
      }
    }
  }

  private func output() async throws -> W.Output? {
    let rows = try await workflows.database.query(
      "SELECT state, result, failure, code, note FROM charter.workflows WHERE id = \(id)")
    guard let row = rows.first else { throw WorkflowError(description: "there is no workflow with the id \(id)") }
    if let reason = try row.get("failure", String?.self) {
      throw WorkflowFailure(reason, code: try row.get("code", String?.self) ?? "")
    }
    guard let state = WorkflowState(rawValue: try row.get("state")) else { return nil }
    switch state {
    case .running, .compensating, .stuck: return nil
    case .abandoned, .failed:
      throw WorkflowFailure(try row.get("note", String?.self) ?? "It was given up.", code: "abandoned")
    case .completed:
      guard let output = try row.get("result", String?.self).flatMap({ W.Output.read($0) }) else {
        throw WorkflowError(description: "the output of the workflow \(id) cannot be read as \(W.Output.self)")
      }
      return output
    }
  }
}

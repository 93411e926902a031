import ServiceCore
import ServicePostgres

/// Sleeping and waiting: nothing of the workflow remains in a process meanwhile.
///
/// The body is left by an error that passes through it, and runs again from its start when it goes on: the way that it
/// takes after a crash, too. A body that is kept as a suspended task would hold its memory for days, and still be gone
/// with its process.
extension Flow {
  /// Sleeps for a time that counts from ``now``; days cost as little as seconds.
  public func sleep(for duration: Duration) async throws { try await sleep(until: now.advanced(by: duration)) }

  /// Sleeps until a time, by the clock of the service's database.
  public func sleep(until time: Timestamp) async throws {
    let work = FlowWork(.sleep, "sleep")
    if let recorded = try begin(work) { return _ = try value(of: recorded, work) as Nothing }
    defer { state.withLock { $0.finish() } }
    guard try running().now >= time else { throw try await pause(.init(until: time)) }
    try await note(record(work, .done, Nothing().recorded), work)
  }

  /// Waits for a message, or takes the first one of that name which was sent before.
  ///
  /// - Parameters:
  ///   - name: that of ``Workflows/send(_:_:to:messageID:in:)``.
  ///   - duration: the longest time, counted from ``now``.
  /// - Returns: nil when none has come in time.
  public func wait<Value: JSONCodable>(
    for name: String, as type: Value.Type = Value.self, within duration: Duration
  ) async throws -> Value? {
    try await wait(for: name, as: type, until: now.advanced(by: duration))
  }

  /// The same until a time, by the clock of the service's database; nil for as long as it takes.
  public func wait<Value: JSONCodable>(
    for name: String, as type: Value.Type = Value.self, until time: Timestamp?
  ) async throws -> Value? {
    let work = FlowWork(.message, name)
    if let recorded = try begin(work) {
      state.withLock { $0.pass(recorded, undo: nil) }
      return recorded.outcome == .done ? try read(recorded) as Value : nil
    }
    defer { state.withLock { $0.finish() } }
    guard let message = try await message(work, until: time) else { return nil }
    return try read(message) as Value
  }

  /// The recorded message; nil when its time has passed.
  private func message(_ work: FlowWork, until time: Timestamp?) async throws -> RecordedStep? {
    let (run, instance) = (try running(), instance)
    var known = instance.messages
    while true {
      if known > 0 {
        var step = record(work, .done, "")
        let taken = try await storing { [step] in try await run.store.take(step, of: instance) }
        guard let taken else { throw end(.lost) }
        if let value = taken.value {
          step = step.returning(value)
          try pass(step, work, taken.held)
          return step
        }
        known = taken.messages
      }
      let now = run.now
      if let time, now >= time {
        try await note(record(work, .failed, Nothing().recorded), work)
        return nil
      }
      let limit = [time, instance.deadline].compactMap(\.self).min()
      let pause = WorkflowStore.Pause(until: limit, message: work.name, messages: known)
      if try await storing({ try await run.store.pause(instance, pause, at: now) }) {
        throw end(.suspended(until: limit))
      }
      // There is another message, or another process has the workflow.
      known = max(known, 1)
    }
  }
}

extension RecordedStep {
  /// The same with another value.
  func returning(_ result: String) -> RecordedStep {
    RecordedStep(
      position: position, id: id, name: name, kind: kind, outcome: outcome, result: result, code: code, at: at)
  }
}

/// The typed part of handling an event, inside the stages of its policy.
public enum Receiving {
  /// Handles one event.
  ///
  /// - Throws: ``RequestFault`` with the violations of an event that breaks its contract; what the handler throws.
  public static func handle<O: ReceiveOperation, Value: Sendable>(
    _ operation: O.Type, _ events: [DeliveredEvent], _ call: Call,
    _ handler: @Sendable (O.Incoming, Call) async throws -> Committed<Value>
  ) async throws {
    for event in try read(operation, events) { _ = try await handler(event, call) }
  }

  /// Handles several events in one transaction.
  public static func handle<O: ReceiveOperation, Value: Sendable>(
    _ operation: O.Type, _ events: [DeliveredEvent], _ call: Call,
    _ handler: @Sendable ([O.Incoming], Call) async throws -> Committed<Value>
  ) async throws {
    _ = try await handler(try read(operation, events), call)
  }

  private static func read<O: ReceiveOperation>(
    _ operation: O.Type, _ events: [DeliveredEvent]
  ) throws -> [O.Incoming] {
    try events.map { event in
      var violations = Violations()
      if let incoming = O.decode(event, &violations), violations.isEmpty { return incoming }
      throw RequestFault(
        400, "The event \(event.record.id) breaks the contract of \(O.descriptor.operation.name).",
        violations: violations.list)
    }
  }
}

import Synchronization

/// The events that one call handles: what its transaction marks, and what became of that.
///
/// The outcome counts even where a handler catches the error of its transaction.
package final class EventReceipt: Sendable {
  package let operation: OperationDescriptor
  package let events: [DeliveredEvent]
  let marks: [InboxMark]
  private let state = Mutex(State.open)

  package enum State: Sendable {
    case open
    /// The inbox says that they are not all to be handled: nothing was committed.
    case refused([InboxState])
    case committed
  }

  /// - Parameters:
  ///   - isParked: whether it is a later attempt of a parked event.
  ///   - isRedriven: whether a person sent it to its handler again.
  package init(
    _ operation: OperationDescriptor, _ events: [DeliveredEvent], isParked: Bool = false, isRedriven: Bool = false
  ) {
    (self.operation, self.events) = (operation, events)
    marks = events.map { event in
      let record = event.record
      return InboxMark(
        consumer: operation.name, source: record.source, id: record.id, time: record.time, key: record.key,
        sequence: record.sequence, isParked: isParked, isRedriven: isRedriven)
    }
  }

  package var outcome: State { state.withLock(\.self) }

  /// - Throws: ``EventHandlingError`` for a second transaction: after a failure between the two, one would be missing.
  func begin() throws {
    guard case .committed = outcome else { return }
    throw EventHandlingError(
      description: "\(operation.name) has committed a transaction, and begins another: an event has one transaction, "
        + "which marks it as handled; put all of its effects into that")
  }

  func check(_ states: [InboxState]) throws {
    guard states.contains(where: { $0 != .fresh }) else { return }
    state.withLock { $0 = .refused(states) }
    throw EventHandlingError(description: "the events of \(operation.name) are not all to be handled")
  }

  func commit() { state.withLock { $0 = .committed } }
}

/// Why an event's handler cannot go on.
public struct EventHandlingError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// The typed part of handling an event, inside the stages of its policy.
public enum Receiving {
  /// Handles one event.
  ///
  /// - Throws: ``RequestFault`` with the violations of an event that breaks its contract; what the handler throws.
  public static func handle<O: ReceiveOperation, Value: Sendable>(
    _ operation: O.Type, _ events: [DeliveredEvent], _ call: Call,
    _ handler: @Sendable (O.Incoming, Call) async throws -> Committed<Value>
  ) async throws {
    for event in try read(operation, events, call) { _ = try await handler(event, call) }
  }

  /// Handles several events in one transaction.
  public static func handle<O: ReceiveOperation, Value: Sendable>(
    _ operation: O.Type, _ events: [DeliveredEvent], _ call: Call,
    _ handler: @Sendable ([O.Incoming], Call) async throws -> Committed<Value>
  ) async throws {
    _ = try await handler(try read(operation, events, call), call)
  }

  private static func read<O: ReceiveOperation>(
    _ operation: O.Type, _ events: [DeliveredEvent], _ call: Call
  ) throws -> [O.Incoming] {
    let name = O.descriptor.operation.name
    guard call.receipt?.operation === O.descriptor.operation else {
      throw ConfigurationError("an event for \(name) has not passed the stages of its policy")
    }
    return try events.map { event in
      var violations = Violations()
      if let incoming = O.decode(event, &violations), violations.isEmpty { return incoming }
      throw RequestFault(
        400, "The event \(event.record.id) breaks the contract of \(name).", violations: violations.list)
    }
  }
}

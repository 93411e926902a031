/// What became of events that passed the stages to their handler.
package enum EventOutcome: Sendable {
  case handled
  /// Some of them are not to be handled, or not now: nothing was committed. One state for each.
  case refused([InboxState])
  /// The handler failed, or the events break their contract.
  case failed(any Error)
  /// What handling needs is away, or has no capacity: the events are as they were.
  case unavailable(any Error)
}

/// Events: the same stages as for a request, and the handler's transaction marks them.
extension Pipeline {
  /// Handles one event, or a batch, within the operation's time limit.
  ///
  /// - Parameters:
  ///   - index: the operation's index in the endpoint's list.
  ///   - template: a call of the service.
  package func receive(
    _ receipt: EventReceipt, by endpoint: any EventEndpoint, at index: Int, _ template: Call
  ) async -> EventOutcome {
    let call = template.under(CallIdentity(of: receipt.events, at: template.logger.clock.now())).receiving(receipt)
    let started = call.logger.clock.now()
    let passage = Passage(operation, .events(receipt.events), call)
    let result: Result<Void, any Error>?
    do {
      result = try await limited(call) { await self.pass(passage, by: endpoint, at: index) }
    } catch {
      result = .failure(error)
    }
    let outcome = outcome(of: result, receipt)
    if case .committed = receipt.outcome, case .failure(let error)? = result {
      call.logger.log(
        .error, "the handler failed after its commit, and its event is not tried again: \(error)",
        ["service": operation.service, "operation": operation.id, "request_id": call.requestID])
    }
    report(call, outcome.status, started)
    return outcome
  }

  private func pass(_ arrived: Passage, by endpoint: any EventEndpoint, at index: Int) async -> Result<Void, any Error>
  {
    guard case .events(let events) = arrived.arrival else { return .success(()) }
    var passage = arrived
    let result: Result<Void, any Error>
    do {
      if case .waits = try enter(&passage) { _ = try await wait(&passage) }
      try await endpoint.receive(events, operation: index, call: passage.call)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    let status = EventOutcome(result).status
    if !leave(&passage, status) { await waitToLeave(&passage, status) }
    return result
  }

  private func outcome(of result: Result<Void, any Error>?, _ receipt: EventReceipt) -> EventOutcome {
    switch receipt.outcome {
    // What a handler does after its commit cannot undo it.
    case .committed: return .handled
    case .refused(let states): return .refused(states)
    case .open: break
    }
    switch result {
    case .failure(let error)?: return EventOutcome(.failure(error))
    case nil: return .failed(EventHandlingError(description: "its time limit of \(operation.policy.timeout) ms passed"))
    case .success?:
      return .failed(EventHandlingError(description: "\(operation.name) returned without a committed transaction"))
    }
  }
}

extension EventOutcome {
  fileprivate init(_ result: Result<Void, any Error>) {
    switch result {
    case .success: self = .handled
    case .failure(let error):
      self =
        error is CancellationError || (error as? any InfrastructureError)?.isTemporary == true
        ? .unavailable(error) : .failed(error)
    }
  }

  fileprivate var status: Int {
    switch self {
    case .handled, .refused: 200
    case .failed: 500
    case .unavailable: 503
    }
  }
}

/// An error of what a service runs on, not of what it does.
package protocol InfrastructureError: Error {
  /// Whether the same work may succeed later without a change to it.
  var isTemporary: Bool { get }
}

extension RequestFault: InfrastructureError {
  /// Thrown by the stages where the service is busy, and where its database is away.
  package var isTemporary: Bool { problem.status == 503 }
}

extension CallIdentity {
  /// The identity of a call that handles events: in the trace of the only one, or in one of its own.
  fileprivate init(of events: [DeliveredEvent], at now: Timestamp) {
    let id = Uuid.v7(at: now)
    let record = events.count == 1 ? events[0].record : nil
    if let record, let sender = record.traceParent.flatMap({ TraceParent($0) }) {
      self.init(
        uuid: id, trace: sender.trace, span: .random(in: 1 ... .max), parent: sender.span, flags: sender.flags,
        state: record.traceState)
    } else {
      self.init(uuid: id, trace: (id.high, id.low), span: .random(in: 1 ... .max), parent: 0, flags: 0)
    }
  }
}

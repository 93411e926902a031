import ServiceCore

/// Publishes the events of a program that has no database: at once, and nothing but the broker keeps them.
public struct TransportSink: EventSink {
  private let transport: any EventTransport
  private let source: String
  private let clock: Clock

  /// - Parameter source: the program's name; the source of its events is `/` and this.
  public init(_ transport: any EventTransport, source: String, clock: Clock = .system) {
    (self.transport, self.source, self.clock) = (transport, source, clock)
  }

  /// - Throws: ``EmissionError``, also for an event that is to be published later; ``TransportError``.
  public func publish(_ events: [OutgoingEvent]) async throws {
    let (now, identity) = (clock.now(), CallIdentity(requestID: Uuid.v7(at: clock.now()).description))
    let emitted = try events.map { event in
      if event.notBefore != nil { throw EmissionError.undeferrable(event) }
      return try EmittedEvent(event, from: source, identity, at: now)
    }
    try await transport.publish(
      emitted.map { AddressedRecord(channel: $0.channel, address: $0.address, record: $0.record) })
  }
}

extension EmissionError {
  fileprivate static func undeferrable(_ event: OutgoingEvent) -> EmissionError {
    EmissionError(
      description: "the event '\(event.message.name)' has a notBefore, and a program without a database cannot keep it: "
        + "publish it when its time has come")
  }
}

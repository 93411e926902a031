/// An event with all its attributes, which a transaction stores.
public struct EmittedEvent: Sendable {
  public let channel: ChannelDescriptor
  public let address: String
  public let record: EventRecord
  /// The time before which it is not published; nil for at once.
  public let notBefore: Timestamp?

  public init(channel: ChannelDescriptor, address: String, record: EventRecord, notBefore: Timestamp? = nil) {
    (self.channel, self.address, self.record, self.notBefore) = (channel, address, record, notBefore)
  }

  /// The event with an id, a time, a key and a trace.
  ///
  /// - Parameters:
  ///   - service: its sender: the source is `/` and this name.
  ///   - identity: the call that it follows from.
  /// - Throws: ``EmissionError`` for a payload without what its channel is ordered by.
  package init(_ event: OutgoingEvent, from service: String, _ identity: CallIdentity, at now: Timestamp) throws {
    // An event is recognized for a time that is counted from its own: a delayed one happens when it is published.
    let time = max(now, event.notBefore ?? now)
    let parent = identity.child().traceParent
    let record = EventRecord(
      id: Uuid.v7(at: now).description, source: "/" + service, type: event.message.name, time: time,
      key: try event.key, contentType: event.message.contentType, traceParent: parent.text,
      traceState: identity.state, headers: event.content.headers, data: event.content.data)
    self.init(channel: event.channel, address: event.address, record: record, notBefore: event.notBefore)
  }
}

/// Why an event cannot be emitted. It is the handler's mistake: its transaction is rolled back, and the log says why.
public struct EmissionError: Error, Sendable, CustomStringConvertible {
  public let description: String

  package init(description: String) { self.description = description }
}

extension OutgoingEvent {
  /// What it is ordered by among the events of its channel, read from its payload; nil for a channel without an order.
  package var key: String? {
    get throws {
      guard let pointer = channel.orderingKey else { return nil }
      return try channel.key(in: content.data, of: message.name, at: pointer)
    }
  }
}

extension ChannelDescriptor {
  fileprivate func key(in data: [UInt8], of message: String, at pointer: String) throws -> String {
    func fault(_ reason: String) -> EmissionError {
      EmissionError(
        description: "the event '\(message)' has no key for the channel \(name), whose x-ordering-key is \(pointer): "
          + reason)
    }
    var violations = Violations()
    guard let path = JSONPointer(pointer[...]), let payload = violations.read(JSONValue.self, data, nil, 0) else {
      throw fault("its payload is not JSON")
    }
    switch path.value(in: payload) {
    case .string(let text): return text
    case .number(let number): return number.description
    case .boolean(let value): return value ? "true" : "false"
    case .null: throw fault("it is null")
    case nil: throw fault("the payload has no such value")
    case .array, .object: throw fault("it is an array or an object; choose a text, a number or a boolean")
    }
  }
}

extension Call {
  /// The events of what a transaction returns, ready to be stored.
  ///
  /// - Throws: ``EmissionError`` for events that break their contract, and for those of another operation.
  func emission(of effect: some EventEffect) throws -> [EmittedEvent] {
    let current = receipt?.operation ?? answering?.operation.descriptor
    let declared = type(of: effect).operation
    guard declared == current?.name else {
      throw EmissionError(
        description: "\(type(of: effect)) has the events of \(declared ?? "no operation"), and was committed by "
          + "\(current?.name ?? "no operation"): a transaction emits what its operation declares in x-emits")
    }
    let events: [OutgoingEvent]
    do {
      events = try effect.events()
    } catch let fault as RequestFault {
      let violations = fault.problem.violations.summary
      throw EmissionError(
        description: "an event of \(type(of: effect)) breaks its contract: "
          + (violations.isEmpty ? fault.problem.detail : violations))
    }
    guard !events.isEmpty else { return [] }
    guard let service = current?.service ?? serviceName else {
      throw EmissionError(description: "\(type(of: effect)) was committed by a call without a service")
    }
    let now = logger.clock.now()
    return try events.map { try EmittedEvent($0, from: service, identity, at: now) }
  }
}

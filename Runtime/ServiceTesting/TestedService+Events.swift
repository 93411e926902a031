import ServiceCore
import ServiceDefinition
import ServicePostgres

extension TestedService {
  /// The events of a message that the service has emitted, in order; those that are to be published later last.
  ///
  /// - Throws: ``ConfigurationError`` for a service without a database.
  public func emitted<Message: ContractMessage>(_ message: Message.Type) async throws -> [Event<Message>] {
    let rows = try await database.query(
      """
      SELECT NULL::timestamptz AS not_before, id, \(EventColumns.names) FROM charter.outbox
        WHERE type = \(Message.descriptor.name)
      UNION ALL SELECT not_before, id, \(EventColumns.names) FROM charter.scheduled
        WHERE type = \(Message.descriptor.name)
      ORDER BY not_before NULLS FIRST, id
      """)
    return try rows.map { row in
      var reader = MessageReader(try EventRecord(row, sequence: "id"))
      guard let event = Message.decode(&reader) else {
        throw ConfigurationError(
          "an emitted \(Message.descriptor.name) cannot be read: \(reader.violations.list.summary)")
      }
      return Event(event.payload, headers: event.headers, notBefore: try row.get("not_before"))
    }
  }
}

extension TestedService where S: EventReceiver {
  /// Delivers an event to the service's handlers of its message, through the same stages as from a broker, and waits for
  /// them. An event that was handled before is not handled again.
  ///
  /// - Parameters:
  ///   - id: nil for a new one.
  ///   - key: what it is ordered by; nil for what its channel takes from the payload.
  ///   - sequence: its position among the events of its source.
  ///   - address: of a channel whose address has parameters.
  /// - Throws: what the handler throws, which a consumer would try again; ``ConfigurationError`` where no operation of
  ///   the service receives the message; ``TimeLimitError``.
  public func receive<Message: ContractMessage>(
    _ event: Event<Message>, id: String? = nil, source: String = "/test", key: String? = nil, sequence: Int? = nil,
    address: String? = nil
  ) async throws {
    let endpoint = service.eventEndpoint
    let operations = type(of: endpoint).operations
    let name = Message.descriptor.name
    let indices = operations.indices.filter { operations[$0].messages.contains { $0.name == name } }
    guard !indices.isEmpty else {
      throw ConfigurationError("no operation of the service '\(S.API.name)' receives the message \(name)")
    }
    let content = try Message.encode(event)
    for index in indices {
      let operation = operations[index]
      let address = address ?? operation.channel.template
      let outgoing = OutgoingEvent(
        channel: operation.channel, address: address, message: Message.descriptor, content: content, notBefore: nil)
      let record = EventRecord(
        id: id ?? Uuid.v7(at: clock.now).description, source: source, type: name, time: clock.now,
        key: try key ?? outgoing.key, sequence: sequence, contentType: Message.descriptor.contentType,
        headers: content.headers, data: content.data)
      try await receive(DeliveredEvent(channel: operation.channel, address: address, record: record), at: index)
    }
  }

  /// Delivers an event as it is, whether it follows the contract or not.
  ///
  /// - Parameter index: of the receive operation in the contract's order.
  public func receive(_ event: DeliveredEvent, at index: Int) async throws {
    let endpoint = service.eventEndpoint
    let operation = type(of: endpoint).operations[index].operation
    let pipeline = Pipeline(operation, at: [.callee], of: own)
    let outcome = try await entrance.run(operation.name, within: .milliseconds(operation.policy.timeout)) { [own] in
      await pipeline.receive(EventReceipt(operation, [event]), by: endpoint, at: index, own)
    }
    switch outcome {
    case .handled, .refused: return
    case .failed(let error), .unavailable(let error): throw error
    }
  }
}

extension ReceivedEvent {
  /// Reads an event; nil, with the violations recorded, when it breaks its contract.
  public init?(reading delivered: DeliveredEvent, _ violations: inout Violations) {
    var reader = MessageReader(delivered.record)
    let event = Message.decode(&reader)
    if let event { Message.validate(event, &reader.violations) }
    for violation in reader.violations.list { violations.add(violation) }
    guard let event, reader.violations.isEmpty else { return nil }
    self.init(event, of: delivered, parameters: delivered.channel.parameters(in: delivered.address))
  }
}

/// One of several messages that an operation receives, and its case among them.
public struct MessageCase<Incoming: Sendable>: Sendable {
  let descriptor: MessageDescriptor
  let read: @Sendable (DeliveredEvent, inout Violations) -> Incoming?

  public init<Message: ContractMessage>(
    _ message: Message.Type, _ wrap: @escaping @Sendable (ReceivedEvent<Message>) -> Incoming
  ) {
    descriptor = message.descriptor
    read = { event, violations in ReceivedEvent<Message>(reading: event, &violations).map(wrap) }
  }
}

extension DeliveredEvent {
  /// Reads one of several messages: the one that the event's type names; without such a type, the only one that fits.
  ///
  /// - Returns: nil, with the violations recorded, when it breaks its contract, and when no message or several fit.
  public func read<Incoming>(_ cases: [MessageCase<Incoming>], _ violations: inout Violations) -> Incoming? {
    if let named = cases.first(where: { $0.descriptor.name.utf8.elementsEqual(record.type.utf8) }) {
      return named.read(self, &violations)
    }
    let found = cases.compactMap { each -> (name: String, value: Incoming)? in
      var ignored = Violations()
      return each.read(self, &ignored).map { (each.descriptor.name, $0) }
    }
    if found.count == 1 { return found[0].value }
    let names = (found.isEmpty ? cases.map(\.descriptor.name) : found.map(\.name)).joined(separator: ", ")
    violations.add(
      found.isEmpty ? "anyOf" : "oneOf",
      found.isEmpty ? "is none of the messages \(names)" : "may be each of the messages \(names): its type names none")
    return nil
  }
}

extension OutgoingEvent {
  /// An event in its form on the wire, after it is checked against its contract.
  ///
  /// - Parameter values: the values of the parameters in the channel's address.
  /// - Throws: ``RequestFault`` for an event that breaks its contract, or has no address.
  public init<Message: ContractMessage>(
    _ event: Event<Message>, on channel: ChannelDescriptor, _ values: KeyValuePairs<String, String> = [:]
  ) throws {
    let empty = values.first { $0.value.isEmpty }.map { [Violation(in: channel, parameter: $0.key)] } ?? []
    try self.init(event, on: channel, to: channel.address(with: values), empty)
  }

  /// The same for a channel whose address only a message says.
  public init<Message: ContractMessage>(
    _ event: Event<Message>, on channel: ChannelDescriptor, to address: String
  ) throws {
    try self.init(
      event, on: channel, to: address, address.isEmpty ? [Violation(in: channel, parameter: "address")] : [])
  }

  private init<Message: ContractMessage>(
    _ event: Event<Message>, on channel: ChannelDescriptor, to address: String, _ violations: [Violation]
  ) throws {
    let message = Message.descriptor
    var check = Violations()
    Message.validate(event, &check)
    for violation in violations { check.add(violation) }
    guard check.isEmpty else { throw RequestFault(publishing: message, check.list) }
    self.init(
      channel: channel, address: address, message: message, content: try Message.encode(event),
      notBefore: event.notBefore)
  }
}

extension Violation {
  /// An event cannot be sent to an address with nothing for one of its parts.
  fileprivate init(in channel: ChannelDescriptor, parameter name: String) {
    self.init(
      location: .path, name: name, rule: "required", message: "is empty in the address of the channel \(channel.name)")
  }
}

extension ChannelDescriptor {
  /// The address with its parameters replaced.
  func address(with values: KeyValuePairs<String, String>) -> String {
    address.map { piece in
      switch piece {
      case .literal(let text): text
      case .parameter(let name): values.first { $0.key.utf8.elementsEqual(name.utf8) }?.value ?? ""
      }
    }.joined()
  }

  /// The values that the parameters have in an address of this channel; empty for an address of another form. Of two
  /// ways to divide it, each parameter is as short as possible.
  public func parameters(in address: String) -> [String: String] {
    var rest = address.utf8[...]
    var values: [String: String] = [:]
    for (index, piece) in self.address.enumerated() {
      switch piece {
      case .literal(let text):
        guard rest.starts(with: text.utf8) else { return [:] }
        rest = rest.dropFirst(text.utf8.count)
      case .parameter(let name):
        let end = self.address.dropFirst(index + 1).first.flatMap { Self.start(of: $0, in: rest) } ?? rest.endIndex
        values[name] = String(Substring(rest[..<end]))
        rest = rest[end...]
      }
    }
    return rest.isEmpty ? values : [:]
  }

  private static func start(
    of piece: OperationDescriptor.PathSegment.Piece, in text: Substring.UTF8View
  ) -> Substring.UTF8View.Index? {
    guard case .literal(let literal) = piece else {
      return text.isEmpty ? nil : text.index(after: text.startIndex)
    }
    return text.firstRange(of: literal.utf8)?.lowerBound
  }
}

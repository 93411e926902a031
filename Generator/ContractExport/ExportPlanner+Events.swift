import ContractAnalysis
import ContractModel
import ContractValues

extension ExportPlanner {
  /// Plans what documents send and receive: a message or channel that several of them refer to is planned once.
  mutating func events(_ contracts: [EventContract]) -> EventsExport {
    var events = EventsExport()
    for contract in contracts {
      events.sources.append((contract.path, "\(contract.title) \(contract.version)"))
      for message in contract.messages { _ = index(of: message, &events) }
      for channel in contract.channels { _ = add(channel, &events) }
    }
    for operation in contracts.flatMap(\.operations) { add(operation, &events) }
    return events
  }

  // MARK: channels

  private mutating func add(
    _ channel: Channel, _ events: inout EventsExport
  ) -> ChannelExport {
    if let index = events.channelIndices[channel.key] { return events.channels[index] }
    let name = claim(Self.name(channel.name, "Channel"))
    let address = address(of: channel)
    let parametersName = address.parameters.isEmpty ? nil : claim(name + "Parameters")
    if let parametersName { declareParameters(address.parameters, of: channel, named: parametersName) }
    let planned = ChannelExport(
      typeName: name, eventName: claim(name + "Event"), name: channel.name, use: nil, pieces: address.pieces,
      parameters: address.parameters,
      parametersName: parametersName, orderingKey: channel.orderingKey,
      messages: channel.messages.map { index(of: $0.message, &events) }, replyAddress: nil,
      doc: Doc(text: [channel.title, channel.summary, channel.description].compactMap { $0 }))
    events.channelIndices[channel.key] = events.channels.count
    events.channels.append(planned)
    return planned
  }

  /// What an operation sends or receives, and its reply.
  private mutating func add(_ operation: EventOperation, _ events: inout EventsExport) {
    var doc = Doc(
      text: [operation.title, operation.summary, operation.description].compactMap { $0 },
      isDeprecated: operation.policy.isDeprecated)
    let reply = operation.reply
    if let reply, reply.channel == nil { doc.notes.append("Its reply has no channel, and no type here.") }
    let own = use(
      of: operation.channel, operation.messages, named: claim(Self.name(operation.id, "Operation")),
      operation.action == .send ? .send(id: operation.id) : .receive(id: operation.id), reply?.address, doc, &events)
    events.channels.append(own)
    guard let reply, let channel = reply.channel else { return }
    let name = claim(Self.name(operation.id, "Reply"))
    let words = Doc(text: ["The reply to `\(operation.id)`."])
    events.channels.append(
      use(of: channel, reply.messages, named: name, .reply(id: operation.id), nil, words, &events))
  }

  private mutating func use(
    of given: Channel, _ messages: [Message], named name: String, _ use: ChannelExport.Use,
    _ replyAddress: MessageExpression?, _ doc: Doc, _ events: inout EventsExport
  ) -> ChannelExport {
    let channel = add(given, &events)
    return ChannelExport(
      typeName: name, eventName: claim(name + "Event"), name: channel.name, use: use, pieces: channel.pieces,
      parameters: channel.parameters,
      parametersName: channel.parametersName, orderingKey: channel.orderingKey,
      messages: messages.map { index(of: $0, &events) }, replyAddress: replyAddress, doc: doc)
  }

  /// Where only a message says the address, that is its one parameter.
  private func address(of channel: Channel) -> (pieces: [AddressPiece], parameters: [AddressParameter]) {
    let pieces = channel.pieces
    if pieces.isEmpty {
      let words = "The address: the contract does not say it."
      return ([.parameter("address")], [AddressParameter(name: "address", description: words)])
    }
    var seen: Set<ByteKey> = []
    let parameters = pieces.compactMap { piece -> AddressParameter? in
      guard case .parameter(let name) = piece, seen.insert(ByteKey(name)).inserted else { return nil }
      let found = channel.parameters.first { $0.name.utf8.elementsEqual(name.utf8) }
      return AddressParameter(
        name: name, description: found?.description, choices: found?.choices ?? [], usual: found?.usual)
    }
    return (pieces, parameters)
  }

  private mutating func declareParameters(
    _ parameters: [AddressParameter], of channel: Channel, named name: String
  ) {
    let fields = parameters.map { parameter in
      ExportField(
        name: parameter.name,
        type: parameter.choices.isEmpty ? .text : .literals(parameter.choices.map { .string($0) }),
        isRequired: parameter.usual == nil,
        doc: Doc(
          text: [parameter.description].compactMap { $0 },
          limits: parameter.usual.map { ["default " + ExportText.json($0)] } ?? []))
    }
    declare(name, Doc(text: ["The parameters of the address of `\(channel.name)`."]), .record(fields, rest: nil))
  }

  /// `order-placed` as the name of a message, a channel or an operation: `OrderPlacedMessage`.
  private static func name(_ text: String, _ suffix: String) -> String {
    let word = ExportName.type(text)
    return word.hasSuffix(suffix) ? word : word + suffix
  }

  // MARK: messages

  private mutating func index(
    of message: Message, _ events: inout EventsExport
  ) -> Int {
    if let index = events.messageIndices[message.key] { return index }
    events.messageIndices[message.key] = events.messages.count
    events.messages.append(self.message(message))
    return events.messages.count - 1
  }

  private mutating func message(_ message: Message) -> MessageExport {
    let word = Self.name(message.name, "Message")
    let (name, short) = (claim(word), String(word.dropLast("Message".count)))
    var doc = Doc(
      text: [message.title, message.summary, message.description].compactMap { $0 }, isDeprecated: message.isDeprecated)
    let payload = payload(of: message, named: short.isEmpty ? name + "Payload" : short, &doc)
    let headers = headers(of: message, named: name)
    return MessageExport(
      name: message.name, typeName: name, contentType: message.contentType, kind: payload.kind, schema: payload.schema,
      type: payload.type, textKind: payload.textKind, headers: headers.list, headersSchema: headers.schema,
      headersName: headers.name, correlationID: message.correlationID, doc: doc)
  }

  private typealias Payload = (kind: MediaKind, schema: Int?, type: ExportType, textKind: TextKind)

  private mutating func payload(of message: Message, named name: String, _ doc: inout Doc) -> Payload {
    let bytes: Payload = (.bytes, nil, .octets, .text)
    switch (message.payload, message.kind) {
    case (.foreign(let format), _):
      doc.notes.append("Its payload is bytes, as `\(format)` describes them: they are not read here.")
      return bytes
    case (.any, .json): return (.json, nil, .any, .text)
    case (.any, .text): return (.text, nil, .text, .text)
    case (.any, _): return bytes
    case (.schema(let schema), .json):
      return (.json, table.add(schema), use(schema, .response, named: name), .text)
    case (.schema(let schema), let kind):
      if kind == .text, analysis.isText(schema) {
        return (.text, table.add(schema), use(schema, .response, named: name), set.textKind(schema))
      }
      let ignored = set.isBinary(schema) ? "" : ", and their schema is ignored"
      doc.notes.append("Its payload is bytes of `\(message.contentType)`: they are not read here\(ignored).")
      return bytes
    }
  }

  /// The headers that the schema lists; others are passed over.
  private mutating func headers(
    of message: Message, named owner: String
  ) -> (list: [MessageHeaderExport], schema: Int?, name: String?) {
    guard let schema = message.headers else { return ([], nil, nil) }
    let shape = analysis.shape(set.resolved(schema))
    guard !shape.properties.isEmpty else { return ([], nil, nil) }
    let name = claim(owner + "Headers")
    var fields: [ExportField] = []
    var list: [MessageHeaderExport] = []
    for property in shape.properties {
      let value = analysis.joined(property.value)
      list.append(
        MessageHeaderExport(name: property.key, kind: analysis.isText(value) ? set.textKind(value) : .json))
      let types = property.value.map { use($0, .response, named: name + ExportName.type(property.key)) }
      fields.append(
        ExportField(
          name: property.key, type: types.count == 1 ? types[0] : .all(types),
          isRequired: shape.requires(property.key), doc: self.doc(property.value[0])))
    }
    declare(name, Doc(text: ["The headers of `\(message.name)`."]), .record(fields, rest: nil))
    return (list, table.add(schema), name)
  }
}

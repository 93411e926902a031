import ContractModel

/// Messages and channels as data for the runtime part of each language.
extension ExportSpec {
  static func tree(_ message: MessageExport) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("name", .string(message.name)), ("contentType", .string(message.contentType)),
      ("kind", .string(message.kind.rawValue)),
    ]
    if let schema = message.schema { members.append(("schema", .number(String(schema)))) }
    if message.textKind != .text { members.append(("text", .string(message.textKind.rawValue))) }
    if let schema = message.headersSchema {
      let headers = message.headers.map { header in
        JSONTree.object([("name", .string(header.name)), ("kind", .string(header.kind.rawValue))])
      }
      members += [("headers", .array(headers)), ("headersSchema", .number(String(schema)))]
    }
    if let id = message.correlationID { members.append(("correlationId", expression(id))) }
    return .object(members)
  }

  static func tree(_ channel: ChannelExport) -> JSONTree {
    let pieces = channel.pieces.map { piece -> JSONTree in
      switch piece {
      case .text(let text): .object([("text", .string(text))])
      case .parameter(let name): .object([("parameter", .string(name))])
      }
    }
    let parameters = channel.parameters.map { parameter -> JSONTree in
      var members: [JSONTree.Member] = [("name", .string(parameter.name))]
      if !parameter.choices.isEmpty { members.append(("choices", .array(parameter.choices.map { .string($0) }))) }
      if let usual = parameter.usual { members.append(("default", .string(usual))) }
      return .object(members)
    }
    var members: [JSONTree.Member] = [
      ("name", .string(channel.name)), ("address", .array(pieces)), ("parameters", .array(parameters)),
    ]
    switch channel.use {
    case .send(let id): members += [("action", "send"), ("operation", .string(id))]
    case .receive(let id): members += [("action", "receive"), ("operation", .string(id))]
    case .reply(let id): members += [("action", "reply"), ("operation", .string(id))]
    case nil: break
    }
    if let key = channel.orderingKey { members.append(("orderingKey", .string(key))) }
    if let address = channel.replyAddress { members.append(("replyAddress", expression(address))) }
    return .object(members)
  }

  private static func expression(_ expression: MessageExpression) -> JSONTree {
    .object([("part", .string(expression.part.rawValue)), ("pointer", .string(expression.pointer))])
  }
}

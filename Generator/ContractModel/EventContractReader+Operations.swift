import ContractSource
import ContractValues

/// Operations and their replies (AsyncAPI 3.0, Operation Object).
extension EventContractReader {
  func readOperations(_ fields: inout Fields, _ root: Location) -> [EventOperation] {
    fields.map("operations").compactMap { entry in
      operation(root.child(entry.value, "operations", entry.key), id: entry.key)
    }
  }

  func operation(_ given: Location, id: String) -> EventOperation? {
    guard let (fields, at) = referenced(given, "Operation Object") else { return nil }
    if var known = operations[at.key] {
      known.id = id
      return known
    }
    let traits = readTraits(fields, at, "Operation Trait Object") { readOperationTrait($0) }
    let whole = merged(at, with: traits)
    guard var fields = Fields(whole.node, "Operation Object", diagnostics) else { return nil }
    _ = fields.list("traits")
    let action = action(&fields)
    let channel = fields.require("channel").flatMap { channelReference(whole.child($0, "channel"), "channel") }
    let messages = channel.map { subset(&fields, whole, of: $0) }
    if channel == nil { _ = fields.take("messages") }
    let reply = fields.take("reply").flatMap { self.reply(whole.child($0, "reply")) }
    let parts = readParts(&fields, whole)
    let policy = policy(&fields, action)
    fields.finish(of: at.node)
    if action == .send { reportDropped(whole.node, own: at.node, of: id) }
    guard let action, let channel, let messages else { return nil }
    let operation = EventOperation(
      position: at.node.position, id: id, action: action, channel: channel, messages: messages, reply: reply,
      title: parts.title, summary: parts.summary, description: parts.description, tags: parts.tags,
      security: parts.security, bindings: parts.bindings, policy: policy)
    operations[at.key] = operation
    return operation
  }

  /// What operations and their traits have in common.
  typealias OperationParts = (
    title: String?, summary: String?, description: String?, tags: [String], security: [SecurityRequirement],
    bindings: Bindings
  )

  func readParts(_ fields: inout Fields, _ at: Location) -> OperationParts {
    let tags = tags(&fields, at).map(\.name)
    externalDocs(&fields, at)
    return (
      version == .v2 ? nil : fields.documentation("title"), fields.documentation("summary"),
      fields.documentation("description"), tags, requirements(&fields, at), bindings(&fields, at, .operation)
    )
  }

  /// Checks a trait as it is, without what it is applied to.
  func readOperationTrait(_ given: Location) {
    guard case (var fields, let at)? = referenced(given, "Operation Trait Object"),
      checkedTraits.insert(at.key).inserted
    else { return }
    if version == .v2 { _ = fields.string("operationId") }
    _ = readParts(&fields, at)
    _ = policy(&fields, .receive)
    fields.finish()
  }

  private func action(_ fields: inout Fields) -> EventOperation.Action? {
    guard let node = fields.require("action"), let text = fields.text(node, "action") else { return nil }
    if let action = EventOperation.Action(rawValue: text) { return action }
    diagnostics.error(
      .badValue, "'\(text)' is not an action", at: node.position,
      help: nearest(text, among: ["send", "receive"]).map { "did you mean '\($0)'?" }
        ?? "valid values: send, receive")
    return nil
  }

  /// The messages that an operation or a reply selects of a channel's: all, where it has no `messages`.
  private func subset(_ fields: inout Fields, _ at: Location, of channel: Channel) -> [Message] {
    let list = messageLists[channel.key] ?? MessageList(channel)
    messageLists[channel.key] = list
    guard fields.node["messages"] != nil else { return list.all }
    var seen: Set<SchemaKey> = []
    return fields.list("messages").enumerated().compactMap { index, node in
      let message = messageReference(at.child(node, "messages", String(index)), of: channel, list)
      return message.flatMap { seen.insert($0.key).inserted ? $0 : nil }
    }
  }

  private func messageReference(_ given: Location, of channel: Channel, _ list: MessageList) -> Message? {
    guard let target = reference(given, to: "message", "messages"),
      let end = referenced(target, "Message Object")?.at
    else { return nil }
    if let message = list.byKey[end.key] {
      if target.key.segments.first == "components", target.key.segments.dropFirst().first == "messages" {
        diagnostics.warning(
          .contradiction, "an operation refers to its channel's messages, and this is the component that one refers to",
          at: given.node.position, help: "refer to it as \(Self.example(of: message, in: channel))")
      }
      return message
    }
    let names = channel.messages.map(\.name)
    diagnostics.error(
      .brokenReference, "this is not a message of the channel '\(channel.name)'", at: given.node.position,
      help: names.isEmpty
        ? "add it to the channel's 'messages'" : "messages of the channel: \(names.joined(separator: ", "))")
    return nil
  }

  private static func example(of message: Message, in channel: Channel) -> String {
    let name = channel.messages.first { $0.message.key == message.key }?.name ?? ""
    return "'#/channels/\(Violations.escaped(channel.name))/messages/\(Violations.escaped(name))'"
  }

  // MARK: replies

  func reply(_ given: Location) -> EventOperation.Reply? {
    guard case (var fields, let at)? = referenced(given, "Operation Reply Object") else { return nil }
    if let known = replies[at.key] { return known }
    let address = fields.take("address").flatMap { replyAddress(at.child($0, "address")) }
    let channel = fields.take("channel").flatMap { channelReference(at.child($0, "channel"), "channel") }
    let messages = channel.map { subset(&fields, at, of: $0) } ?? replyMessages(&fields, at)
    fields.finish()
    if let channel, channel.address != nil, address != nil {
      diagnostics.warning(
        .contradiction,
        "the reply has an address of its own, and the channel '\(channel.name)' has one too: its own is used "
          + "(\(Self.specification), Operation Reply Object)", at: at.node.position,
        help: "remove the channel's 'address' where a request says where its reply goes")
    }
    let reply = EventOperation.Reply(position: at.node.position, channel: channel, address: address, messages: messages)
    replies[at.key] = reply
    return reply
  }

  /// The messages of a reply that names no channel.
  private func replyMessages(_ fields: inout Fields, _ at: Location) -> [Message] {
    fields.list("messages").enumerated().compactMap { index, node in
      guard let target = reference(at.child(node, "messages", String(index)), to: "message", "messages") else {
        return nil
      }
      return message(target, name: target.key.segments.last ?? target.key.fileName)
    }
  }

  func replyAddress(_ given: Location) -> MessageExpression? {
    if given.node.string != nil {
      diagnostics.error(
        .wrongType, "the Operation Reply Address Object must be an object, and this is a string",
        at: given.node.position,
        help: "write { location: '$message.header#/replyTo' }; a fixed address is that of the reply's channel")
      return nil
    }
    guard case (var fields, _)? = referenced(given, "Operation Reply Address Object") else { return nil }
    fields.document("description")
    let location = fields.require("location").flatMap { expression(fields, $0) }
    fields.finish()
    return location
  }
}

/// The messages of a channel, in order and by where they are defined. All operations that have all of them share it.
struct MessageList {
  let all: [Message]
  let byKey: [SchemaKey: Message]

  init(_ channel: Channel) {
    all = channel.messages.map(\.message)
    byKey = Dictionary(all.map { ($0.key, $0) }) { first, _ in first }
  }
}

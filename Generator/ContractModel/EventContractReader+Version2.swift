import ContractSource
import ContractValues

/// AsyncAPI 2 in the terms of AsyncAPI 3: a client publishes to a channel what the application receives there, and
/// subscribes to what the application sends.
extension EventContractReader {
  func readChannelItems(_ fields: inout Fields, _ root: Location) -> [EventOperation] {
    if fields.node["channels"] == nil { _ = fields.require("channels") }
    return fields.map("channels").flatMap { entry in
      let at = root.child(entry.value, "channels", entry.key)
      guard let item = channelItem(at, name: entry.key) else { return [EventOperation]() }
      let (channel, operations) = item.named(entry.key)
      checkAddress(channel, isComplete: item.isComplete, at: entry.keyPosition)
      addRootChannel(channel, at: at.key)
      return operations
    }
  }

  /// A channel with its operations.
  func channelItem(_ given: Location, name: String) -> ChannelItem? {
    guard case (var fields, let at)? = referenced(given, "Channel Item Object") else { return nil }
    if let known = channelItems[at.key] { return known }
    let parameters = self.parameters(&fields, at)
    let servers = fields.strings("servers").compactMap { server($0.text, at: $0.position) }
    let orderingKey = orderingKey(&fields)
    let (description, bindings) = (fields.documentation("description"), self.bindings(&fields, at, .channel))
    let parts = [("publish", EventOperation.Action.receive), ("subscribe", .send)].compactMap { field, action in
      fields.take(field).flatMap { self.part(at.child($0, field), field, action, name) }
    }
    fields.finish()
    var seen: Set<SchemaKey> = []
    let messages = parts.flatMap(\.messages).filter { seen.insert($0.key).inserted }
    let channel = Channel(
      position: at.node.position, key: at.key, name: name, address: name, parameters: parameters.list,
      messages: messages.map { ($0.name, $0) }, servers: servers, title: nil, summary: nil, description: description,
      bindings: bindings, orderingKey: orderingKey?.string)
    if let orderingKey { orderingKeys.append((channel, orderingKey.position)) }
    let item = ChannelItem(channel: channel, operations: parts.map(\.operation), isComplete: parameters.isComplete)
    channelItems[at.key] = item
    return item
  }

  private func server(_ name: String, at position: SourcePosition) -> String? {
    if serverNames.contains(name) { return name }
    diagnostics.error(
      .brokenReference, "there is no server '\(name)'", at: position,
      help: diagnostics.nearest(name, among: serverNames).map { "did you mean '\($0)'?" }
        ?? "declare it under 'servers'")
    return nil
  }

  /// An operation without its channel, which is made of its operations.
  private typealias Part = (messages: [Message], operation: (Channel) -> EventOperation)

  private func part(_ at: Location, _ field: String, _ action: EventOperation.Action, _ channel: String) -> Part? {
    guard let own = Fields(at.node, "Operation Object", diagnostics) else { return nil }
    let traits = readTraits(own, at, "Operation Trait Object") { readOperationTrait($0) }
    let whole = merged(at, with: traits)
    guard var fields = Fields(whole.node, "Operation Object", diagnostics) else { return nil }
    _ = fields.list("traits")
    let given = fields.string("operationId")
    let id = given.flatMap { $0.isEmpty ? nil : $0 }
    check(given, of: "operationId", at: at.node.position, among: &operationIDs)
    let messages =
      fields.take("message").map { self.messages(whole.child($0, "message"), id ?? "\(action.rawValue) \(channel)") }
      ?? []
    let parts = readParts(&fields, whole)
    let policy = policy(&fields, action)
    fields.finish(of: at.node)
    if action == .send { reportDropped(whole.node, own: at.node, of: id ?? "\(action.rawValue) \(channel)") }
    let operation = { (channel: Channel) in
      EventOperation(
        position: at.node.position, id: id ?? "\(action.rawValue) \(channel.name)", action: action, channel: channel,
        messages: messages, reply: nil,
        title: nil,
        summary: parts.summary, description: parts.description, tags: parts.tags, security: parts.security,
        bindings: parts.bindings, policy: policy)
    }
    return (messages, operation)
  }

  /// Checks that an id is unique in the document.
  func check(
    _ id: String?, of field: String, at position: SourcePosition, among known: inout [ByteKey: SourcePosition]
  ) {
    guard let id, let first = known.updateValue(position, forKey: ByteKey(id)), !first.isSame(as: position) else {
      return
    }
    diagnostics.error(
      .duplicate, "the \(field) '\(id)' is duplicated", at: position,
      help: "its first occurrence is in line \(first.line)")
  }

  /// The messages of an operation: one, or one of several. A component may be such a list too, by the JSON Schema of
  /// AsyncAPI 2.
  func messages(_ given: Location, _ name: String, depth: Int = 0) -> [Message] {
    guard given.node.items == nil else {
      diagnostics.error(
        .wrongType, "a message must be an object, and this is a list", at: given.node.position,
        help: "write message: { oneOf: [...] }")
      return []
    }
    guard case (var fields, let at)? = referenced(given, "Message Object") else { return [] }
    guard let choices = at.node["oneOf"] else { return [message(at, name: name)].compactMap { $0 } }
    if let known = messageChoices[at.key] {
      if known == nil { diagnostics.error(.brokenReference, "a circular 'oneOf'", at: given.node.position) }
      return known ?? []
    }
    messageChoices[at.key] = .some(nil)
    _ = fields.take("oneOf")
    fields.finish()
    guard let items = choices.items, depth < 32 else {
      let message =
        depth < 32 ? "'oneOf' must be a list, and this is \(choices.kind)" : "'oneOf' is nested more than 32 times here"
      diagnostics.error(depth < 32 ? .wrongType : .limit, message, at: choices.position)
      messageChoices[at.key] = .some([])
      return []
    }
    var seen: Set<SchemaKey> = []
    let name = Self.definedName(at) ?? name
    let all = items.enumerated().flatMap { index, node in
      messages(at.child(node, "oneOf", String(index)), "\(name) \(index + 1)", depth: depth + 1)
    }.filter { seen.insert($0.key).inserted }
    messageChoices[at.key] = all
    return all
  }

  /// The values that the schema of a parameter lists, and its default.
  func readParameterSchema(_ at: Location) -> (choices: [String], usual: String?) {
    _ = schema(at)
    let end = at.node["$ref"]?.string.flatMap { resolver.known($0, from: at)?.node } ?? at.node
    return (listedChoices(end["enum"]), end["default"]?.string)
  }
}

/// A channel of AsyncAPI 2 with its operations, which several names may refer to.
struct ChannelItem {
  let channel: Channel
  let operations: [(Channel) -> EventOperation]
  /// Whether all of its parameters could be read.
  let isComplete: Bool

  func named(_ name: String) -> (channel: Channel, operations: [EventOperation]) {
    var channel = channel
    (channel.name, channel.address) = (name, name)
    return (channel, operations.map { $0(channel) })
  }
}

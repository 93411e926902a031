import ContractSource
import ContractValues

/// Channels and their parameters (AsyncAPI 3.0, Channel Object).
extension EventContractReader {
  /// The channels in the root of the document.
  func readChannels(_ fields: inout Fields, _ root: Location) {
    for entry in fields.map("channels") {
      let at = root.child(entry.value, "channels", entry.key)
      guard var channel = channel(at, name: entry.key) else { continue }
      channel.name = entry.key
      addRootChannel(channel, at: at.key)
    }
  }

  func addRootChannel(_ channel: Channel, at key: SchemaKey) {
    rootChannels.append(channel)
    channels[key] = channel
    channels[channel.key] = channel
  }

  /// The channels of the document, and those of other documents that its operations refer to.
  func channels(of operations: [EventOperation]) -> [Channel] {
    var seen = Set(rootChannels.map(\.key))
    let others = operations.flatMap { [$0.channel] + [$0.reply?.channel].compactMap { $0 } }
    return rootChannels + others.filter { seen.insert($0.key).inserted }
  }

  /// A channel, read once, however many operations use it.
  func channel(_ given: Location, name: String) -> Channel? {
    if let known = channels[given.key] { return known }
    guard case (var fields, let at)? = referenced(given, "Channel Object") else { return nil }
    if let known = channels[at.key] { return known }
    let channel = read(&fields, at, name: name)
    fields.finish()
    channels[at.key] = channel
    return channel
  }

  private func read(_ fields: inout Fields, _ at: Location, name: String) -> Channel {
    let addressNode = fields.take("address")
    var address: String?
    if let addressNode, case .null = addressNode.value {
    } else {
      address = addressNode.flatMap { fields.text($0, "address") }
    }
    let messages = fields.map("messages").compactMap { entry in
      message(at.child(entry.value, "messages", entry.key), name: entry.key).map { (name: entry.key, message: $0) }
    }
    let parameters = self.parameters(&fields, at)
    let servers = fields.list("servers").enumerated().compactMap { index, node in
      serverReference(at.child(node, "servers", String(index)))
    }
    _ = tags(&fields, at)
    externalDocs(&fields, at)
    let orderingKey = orderingKey(&fields)
    let channel = Channel(
      position: at.node.position, key: at.key, name: name, address: address, parameters: parameters.list,
      messages: messages, servers: servers, title: fields.documentation("title"),
      summary: fields.documentation("summary"), description: fields.documentation("description"),
      bindings: bindings(&fields, at, .channel), orderingKey: orderingKey?.string)
    if let orderingKey { orderingKeys.append((channel, orderingKey.position)) }
    checkAddress(channel, isComplete: parameters.isComplete, at: addressNode?.position ?? at.node.position)
    return channel
  }

  func parameters(_ fields: inout Fields, _ at: Location) -> (list: [ChannelParameter], isComplete: Bool) {
    let entries = fields.map("parameters")
    let list = entries.compactMap { parameter(at.child($0.value, "parameters", $0.key), name: $0.key) }
    return (list, list.count == entries.count)
  }

  func parameter(_ given: Location, name: String) -> ChannelParameter? {
    guard case (var fields, let at)? = referenced(given, "Parameter Object") else { return nil }
    if var known = parameters[at.key] {
      known.name = name
      return known
    }
    let description = fields.documentation("description")
    let location = fields.take("location", as: .documentation).flatMap { expression(fields, $0) }
    var (choices, usual): ([String], String?) = ([], nil)
    if version == .v2 {
      if let node = fields.take("schema") {
        (choices, usual) = readParameterSchema(at.child(node, "schema"))
      }
    } else {
      choices = listedChoices(&fields)
      usual = fields.string("default")
      fields.checkExamples()
    }
    fields.finish()
    checkDefault(usual, among: choices, at: at.node.position)
    let parameter = ChannelParameter(
      position: at.node.position, name: name, description: description, choices: choices, usual: usual,
      location: location)
    parameters[at.key] = parameter
    return parameter
  }

  /// Checks that the braces in an address are its parameters.
  func checkAddress(_ channel: Channel, isComplete: Bool, at position: SourcePosition) {
    guard let names = ContractReader.templateNames((channel.address ?? "")[...]) else {
      diagnostics.error(.badValue, "the braces of '\(channel.address ?? "")' do not match", at: position)
      return
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      diagnostics.error(.duplicate, "the address's parameter '\(name)' is duplicated", at: position)
    }
    let declared = Set(channel.parameters.map(\.name))
    // One that could not be read was reported where it is.
    for name in names where isComplete && !declared.contains(name) {
      diagnostics.error(
        .missingField, "the address's parameter '\(name)' is not declared", at: position,
        help: nearest(name, among: declared).map { "did you mean '\($0)'?" } ?? "declare it under 'parameters'")
    }
    for parameter in channel.parameters where !seen.contains(parameter.name) && channel.address != nil {
      diagnostics.warning(
        .noEffect, "'\(parameter.name)' is not a parameter of the address \(channel.address ?? ""), and has no effect",
        at: position)
    }
  }

  // MARK: references to channels and servers

  /// The channel that a field of an operation refers to.
  func channelReference(_ given: Location, _ name: String) -> Channel? {
    guard let target = reference(given, to: "channel", name) else { return nil }
    let segments = target.key.segments
    let isComponent = segments.count == 3 && segments[0] == "components" && segments[1] == "channels"
    guard !isDocument(target) || isComponent || (segments.count == 2 && segments[0] == "channels") else {
      diagnostics.error(
        .brokenReference, "'\(name)' must refer to a channel, and this is another object", at: given.node.position,
        help: "write { $ref: '#/channels/NAME' }")
      return nil
    }
    // One in a component may refer to any channel.
    if isComponent, !given.pointer.utf8.starts(with: "/components/".utf8) {
      diagnostics.warning(
        .contradiction, "an operation refers to a channel in the root of a document, and this is a component",
        at: given.node.position, help: "add it under 'channels', and refer to '#/channels/NAME'")
    }
    return channel(target, name: segments.last ?? target.key.fileName)
  }

  /// The name of the server that a channel refers to.
  private func serverReference(_ given: Location) -> String? {
    guard let target = reference(given, to: "server", "servers") else { return nil }
    let segments = target.key.segments
    guard segments.count == 2, segments[0] == "servers" else {
      diagnostics.error(
        .brokenReference, "'servers' must refer to servers in the root of the document", at: given.node.position,
        help: "write { $ref: '#/servers/NAME' }")
      return nil
    }
    return segments[1]
  }

  /// The target of a field that must be a reference.
  func reference(_ given: Location, to kind: String, _ name: String) -> Location? {
    guard given.node["$ref"] != nil, var fields = Fields(given.node, "Reference Object", diagnostics),
      let node = fields.take("$ref")
    else {
      diagnostics.error(
        .missingField, "'\(name)' must be a reference to a \(kind)", at: given.node.position,
        help: "write { $ref: '#/\(kind == "message" ? "channels/CHANNEL/" : "")\(kind)s/NAME' }")
      return nil
    }
    readSiblings(&fields)
    fields.finish()
    return fields.text(node, "$ref").flatMap { resolver.resolve($0, from: given, at: node.position) }
  }

  /// Whether a location is in an AsyncAPI document, and not in a file of parts.
  func isDocument(_ at: Location) -> Bool { resolver.document(at.path)?.node["asyncapi"] != nil }
}

extension Fields {
  /// Takes examples that are texts, which nothing depends on.
  mutating func checkExamples() {
    guard let node = take("examples", as: .documentation) else { return }
    guard let items = node.items, items.allSatisfy({ $0.string != nil }) else {
      diagnostics.warning(.wrongType, "'examples' must be a list of strings", at: node.position)
      return
    }
  }
}

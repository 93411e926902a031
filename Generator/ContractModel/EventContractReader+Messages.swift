import ContractSource
import ContractValues

/// Messages, their payloads and their traits.
extension EventContractReader {
  /// A message, read once, however many channels have it.
  ///
  /// - Parameter name: what it is called where it is referred to.
  func message(_ given: Location, name: String) -> Message? {
    guard let (fields, at) = referenced(given, "Message Object") else { return nil }
    if let known = messages[at.key] { return known }
    let traits = readTraits(fields, at, "Message Trait Object") { readMessageTrait($0) }
    let whole = merged(at, with: traits)
    // What is merged into other headers is used, too.
    if !traits.isEmpty, let own = at.node["headers"], own["$ref"] != nil { _ = formatted(at.child(own, "headers")) }
    guard var fields = Fields(whole.node, "Message Object", diagnostics) else { return nil }
    _ = fields.list("traits")
    let message = read(&fields, whole, name: Self.definedName(at) ?? name)
    fields.finish(of: at.node)
    messages[at.key] = message
    messageOrder.append(at.key)
    return message
  }

  /// Checks a trait as it is, without what it is applied to.
  func readMessageTrait(_ given: Location) {
    guard case (var fields, let at)? = referenced(given, "Message Trait Object"),
      checkedTraits.insert(at.key).inserted
    else { return }
    _ = read(&fields, at, name: "", isTrait: true)
    fields.finish()
  }

  /// The name of a message by where it is defined: under `messages`, or in a file of messages.
  static func definedName(_ at: Location) -> String? {
    let segments = at.key.segments
    guard let last = segments.last else { return nil }
    if segments.count == 1 { return last }
    return segments[segments.count - 2] == "messages" ? last : nil
  }

  private func read(_ fields: inout Fields, _ at: Location, name: String, isTrait: Bool = false) -> Message {
    let id = version == .v2 ? fields.string("messageId") : nil
    if !isTrait { check(id, of: "messageId", at: at.node.position, among: &messageIDs) }
    let wireName = fields.string("name") ?? id ?? name
    let headers = fields.take("headers").flatMap { formatted(at.child($0, "headers")) }
    let format = schemaFormat(&fields)
    let payload =
      isTrait ? nil : fields.take("payload").flatMap { self.payload(at.child($0, "payload"), format, in: at.node) }
    let type = contentType(&fields, "contentType") ?? defaultContentType(of: at)
    let correlation = fields.take("correlationId").flatMap { self.correlationID(at.child($0, "correlationId")) }
    let (title, summary) = (fields.documentation("title"), fields.documentation("summary"))
    let description = fields.documentation("description")
    let isDeprecated = fields.bool("deprecated", as: .documentation)
    _ = tags(&fields, at)
    externalDocs(&fields, at)
    let bindings = self.bindings(&fields, at, .message)
    var headerSchema: Int?
    if case .schema(let index)? = headers { headerSchema = index }
    let examples = messageExamples(&fields, headers: headerSchema, payload: payload)
    return Message(
      position: at.node.position, key: at.key, name: wireName, contentType: type ?? Self.contentType(of: payload),
      payload: payload ?? .any, headers: headerSchema, correlationID: correlation, title: title, summary: summary,
      description: description, isDeprecated: isDeprecated, bindings: bindings, examples: examples)
  }

  /// The media type of the messages of a document, which may be another one.
  private func defaultContentType(of at: Location) -> String? {
    guard at.path != root?.path, isDocument(at) else { return defaultContentType }
    return resolver.document(at.path)?.node["defaultContentType"]?.string
  }

  /// The media type of a payload where the contract names none.
  private static func contentType(of payload: Message.Payload?) -> String {
    if case .foreign? = payload { "application/octet-stream" } else { "application/json" }
  }

  // MARK: schemas and their formats

  /// The format of a payload beside it, which AsyncAPI 3.0 has in it.
  private func schemaFormat(_ fields: inout Fields) -> Node? {
    if version == .v2 { return fields.take("schemaFormat") }
    guard let entry = fields.node.entries?.first(where: { $0.key == "schemaFormat" }) else { return nil }
    _ = fields.take(entry.key)
    diagnostics.error(
      .unknownField, "'schemaFormat' is not a field of the Message Object since AsyncAPI 3.0", at: entry.keyPosition,
      help: "write payload: { schemaFormat: ..., schema: ... }")
    return nil
  }

  /// The payload of a message: in AsyncAPI 2 its format is beside it.
  private func payload(_ at: Location, _ format: Node?, in parent: Node) -> Message.Payload? {
    guard let format else { return formatted(at) }
    guard case .string(let text) = format.value else {
      diagnostics.error(
        .wrongType, "'schemaFormat' must be a string, and this is \(format.kind)", at: format.position)
      return nil
    }
    return schema(at, format: text, format.position, in: parent)
  }

  /// A schema, a Multi Format Schema Object, or a reference to one of these.
  func formatted(_ given: Location) -> Message.Payload? {
    var end = given
    for _ in 0..<32 {
      guard let reference = end.node["$ref"], let text = reference.string else { break }
      if let format = SchemaFormat.ofFile(text) {
        if let entry = end.node.entries?.first(where: { $0.key == "$ref" }) {
          diagnostics.note(entry.key, .documentation, at: entry.keyPosition)
        }
        return foreign(format, reference.position)
      }
      guard let target = resolver.resolve(text, from: end, at: reference.position) else { return nil }
      end = target
    }
    // A reference to a schema is left for the schema's reader: the type is known by its name.
    guard let format = end.node["schemaFormat"], version != .v2 || end.node["schema"] != nil else {
      return .schema(schema(given))
    }
    if version == .v2 {
      diagnostics.warning(
        .badValue, "AsyncAPI 2 has 'schemaFormat' beside 'payload': this is read as AsyncAPI 3.0 has it",
        at: format.position)
    }
    guard case (var fields, let at)? = referenced(given, "Multi Format Schema Object") else { return nil }
    let text = fields.requiredString("schemaFormat")
    let node = fields.require("schema")
    fields.finish()
    guard let text, let node else { return nil }
    return schema(at.child(node, "schema"), format: text, format.position, in: fields.node)
  }

  private func schema(
    _ at: Location, format: String, _ position: SourcePosition, in parent: Node
  ) -> Message.Payload? {
    switch SchemaFormat(format) {
    case .dialect(let dialect): return .schema(schema(at, dialect))
    case .foreign:
      if let entry = parent.entries?.first(where: { $0.value === at.node }) {
        diagnostics.note(entry.key, .documentation, at: entry.keyPosition)
      }
      return foreign(format, position)
    case .unsupported:
      diagnostics.error(
        .unsupported, "'\(format)' is not a version that Charter reads", at: position,
        help: "supported: AsyncAPI, OpenAPI 3.0 and 3.1, \(Dialect.supported)")
      return nil
    }
  }

  private func foreign(_ format: String, _ position: SourcePosition) -> Message.Payload {
    diagnostics.warning(
      .noEffect, "'\(format)' has no codec: what it describes is carried as bytes", at: position)
    return .foreign(format: format)
  }

  /// Checks that the headers of every message are an object (AsyncAPI 3.0, Message Object).
  func checkHeaders() {
    for message in messageOrder.compactMap({ messages[$0] }) {
      guard let headers = message.headers, !schemas.set.types(headers).contains(.object) else { continue }
      diagnostics.error(
        .wrongType, "the headers of a message must be an object (\(Self.specification), Message Object)",
        at: schemas.set[headers].position, help: "write 'type: object', and each header under 'properties'")
    }
  }

  // MARK: expressions and examples

  func correlationID(_ given: Location) -> MessageExpression? {
    guard case (var fields, _)? = referenced(given, "Correlation ID Object") else { return nil }
    fields.document("description")
    let location = fields.require("location").flatMap { expression(fields, $0) }
    fields.finish()
    return location
  }

  /// A runtime expression in the field `location`.
  func expression(_ fields: Fields, _ node: Node) -> MessageExpression? {
    guard let text = fields.text(node, "location") else { return nil }
    for (prefix, part) in [("$message.header", MessageExpression.Part.header), ("$message.payload", .payload)] {
      guard text.utf8.starts(with: prefix.utf8) else { continue }
      let (rest, pointer) = Reference.split(String(Substring(text.utf8.dropFirst(prefix.utf8.count))))
      if rest.isEmpty, pointer.isEmpty || Format.jsonPointer.matches(pointer) {
        return MessageExpression(part: part, pointer: pointer)
      }
    }
    diagnostics.error(
      .badValue, "'\(text)' is not a runtime expression", at: node.position,
      help: "write it as $message.header#/correlationId, or as $message.payload#/order/id")
    return nil
  }

  private func messageExamples(
    _ fields: inout Fields, headers: Int?, payload: Message.Payload?
  ) -> [(name: String?, headers: Node?, payload: Node?)] {
    guard let node = fields.take("examples", as: .documentation) else { return [] }
    guard let items = node.items else {
      diagnostics.warning(
        .wrongType, "'examples' must be a list, and this is \(node.kind)", at: node.position,
        help: "write each example as an object with 'payload'")
      return []
    }
    return items.compactMap { item in
      guard item.entries != nil, var example = Fields(item, "Message Example Object", diagnostics) else {
        diagnostics.warning(
          .wrongType, "the Message Example Object must be an object, and this is \(item.kind)", at: item.position,
          help: "put it under 'payload'")
        return nil
      }
      let name = example.documentation("name")
      example.document("summary")
      let own = (
        name: name, headers: example.take("headers", as: .documentation),
        payload: example.take("payload", as: .documentation)
      )
      example.finish(isHarmless: true)
      if let headers, let node = own.headers { samples.append((node, headers)) }
      if case .schema(let index)? = payload, let node = own.payload { samples.append((node, index)) }
      return own
    }
  }
}

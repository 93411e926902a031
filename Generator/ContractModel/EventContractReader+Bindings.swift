import ContractSource
import ContractValues

/// What the bindings of a protocol are of.
enum BindingKind: String, CaseIterable {
  case server, channel, operation, message

  var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

/// Bindings: those of Kafka, NATS and HTTP are checked by the specifications of these bindings, others are carried.
extension EventContractReader {
  /// The protocols that have bindings (AsyncAPI 3.1, Server Bindings Object and its kin).
  private static let protocols = [
    "http", "ws", "kafka", "anypointmq", "amqp", "amqp1", "mqtt", "mqtt5", "nats", "jms", "sns", "sqs", "stomp",
    "redis",
    "mercure", "ibmmq", "googlepubsub", "solace", "pulsar", "ros2",
  ]

  func bindings(_ fields: inout Fields, _ at: Location, _ kind: BindingKind) -> Bindings {
    guard let node = fields.take("bindings") else { return Bindings() }
    return readBindings(at.child(node, "bindings"), kind)
  }

  func readBindings(_ given: Location, _ kind: BindingKind) -> Bindings {
    guard case (var fields, let at)? = referenced(given, "\(kind.name) Bindings Object") else { return Bindings() }
    if let known = bindings[ObjectIdentifier(at.node)] { return known }
    var result = Bindings()
    for entry in fields.node.entries ?? [] where !entry.key.hasPrefix("x-") && entry.key != "$ref" {
      result.all.append((entry.key, entry.value))
    }
    for name in Self.protocols {
      let isChecked =
        name == "kafka" || (name == "nats" && kind == .operation)
        || (name == "http" && (kind == .operation || kind == .message))
      guard let node = fields.take(name, as: isChecked ? .enforced : .documentation),
        case (var binding, let below)? = referenced(
          at.child(node, name),
          "\(name == "http" ? "HTTP" : name == "nats" ? "NATS" : "Kafka") \(kind.name) Binding Object")
      else { continue }
      guard isChecked else { continue }
      binding.document("bindingVersion")
      switch name {
      case "kafka": readKafka(&binding, below, kind, into: &result)
      case "nats": result.queue = binding.documentation("queue")
      default: readHTTP(&binding, below, kind)
      }
      binding.finish(isHarmless: kind == .server)
    }
    fields.finish(isHarmless: true)
    bindings[ObjectIdentifier(at.node)] = result
    return result
  }

  private func readKafka(_ fields: inout Fields, _ at: Location, _ kind: BindingKind, into result: inout Bindings) {
    switch kind {
    case .server: fields.document("schemaRegistryUrl", "schemaRegistryVendor")
    case .channel:
      result.topic = fields.string("topic")
      result.partitions = positive(&fields, "partitions")
      _ = positive(&fields, "replicas", as: .documentation)
      if let node = fields.take("topicConfiguration", as: .documentation) {
        _ = Fields(node, "Topic Configuration Object", diagnostics)
      }
    case .operation:
      result.group = constant(&fields, at, "groupId")
      _ = constant(&fields, at, "clientId")
    case .message:
      fields.document("schemaIdLocation", "schemaIdPayloadEncoding", "schemaLookupStrategy")
      // A key in another language than the payload's default is carried, as the payload is.
      if let node = fields.take("key", as: .documentation),
        case .schema(let key)? = formatted(at.child(node, "key"))
      {
        result.key = key
      }
    }
  }

  private func positive(_ fields: inout Fields, _ name: String, as fate: LedgerEntry.Fate = .enforced) -> Int? {
    guard let node = fields.take(name, as: fate) else { return nil }
    if case .number(let text) = node.value, let number = Int(text), number > 0 { return number }
    diagnostics.error(.badValue, "'\(name)' must be a whole number above zero", at: node.position)
    return nil
  }

  /// The text that a schema admits alone; in old versions of the binding, a text itself.
  private func constant(_ fields: inout Fields, _ at: Location, _ name: String) -> String? {
    guard let node = fields.take(name, as: .documentation) else { return nil }
    if let text = node.string { return text }
    let place = at.child(node, name)
    _ = schema(place)
    let end = node["$ref"]?.string.flatMap { resolver.known($0, from: place)?.node } ?? node
    if let text = end["const"]?.string { return text }
    let values = end["enum"]?.items ?? []
    return values.count == 1 ? values[0].string : nil
  }

  private func readHTTP(_ fields: inout Fields, _ at: Location, _ kind: BindingKind) {
    if kind == .message {
      if let node = fields.take("headers") { _ = schema(at.child(node, "headers")) }
      if let node = fields.take("statusCode") {
        guard case .number(let text) = node.value, let code = Int(text), (100...599).contains(code) else {
          diagnostics.error(
            .badValue, "'statusCode' must be a status code from 100 to 599 (RFC 9110, section 15)", at: node.position)
          return
        }
      }
      return
    }
    // The binding has no `type` since its version 0.2.0.
    fields.document("type")
    if fields.node["method"] != nil {
      _ = choice(
        &fields, "method",
        of: ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"])
    }
    if let node = fields.take("query") { _ = schema(at.child(node, "query")) }
  }
}

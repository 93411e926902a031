import ContractSource

extension ContractReader {
  func readPathItem(_ given: Location, _ entry: Node.Entry, _ kind: Operation.Kind) -> [Operation] {
    var at = given
    var inherited: Fields?
    if let reference = at.node["$ref"], at.node.entries?.count == 1 {
      guard let text = reference.string, let target = resolver.resolve(text, from: at, at: reference.place) else {
        return []
      }
      at = target
    } else if at.node["$ref"] != nil {
      inherited = Fields(at.node, "Path Item Object", diagnostics)
      diagnostics.error(
        .unsupported, "a path item with '$ref' and fields beside it: what that means is not defined",
        at: at.node.place, help: "leave one of the two (OpenAPI 3.1, section 4.8.9)")
    }
    guard inherited == nil, var fields = Fields(at.node, "Path Item Object", diagnostics) else { return [] }
    fields.document("summary", "description")
    if let servers = fields.take("servers") {
      notYet.append(("servers of a path are not supported yet", servers.place, nil))
    }
    let shared = parameters(&fields, at)
    var operations: [Operation] = []
    for method in Operation.Method.allCases where method != .query || version == .v32 {
      guard let node = fields.take(method.rawValue) else { continue }
      if let one = operation(at.child(node, method.rawValue), method, entry, shared, kind) { operations.append(one) }
    }
    if version == .v32, let node = fields.take("additionalOperations") {
      notYet.append(("additionalOperations are not supported yet", node.place, nil))
    }
    fields.finish()
    return operations
  }

  private func parameters(_ fields: inout Fields, _ at: Location) -> [Parameter] {
    let list = fields.list("parameters")
    return list.enumerated().compactMap { parameter(at.child($1, "parameters", String($0)), named: nil) }
  }

  private func operation(
    _ at: Location, _ method: Operation.Method, _ entry: Node.Entry, _ shared: [Parameter], _ kind: Operation.Kind
  ) -> Operation? {
    guard var fields = Fields(at.node, "Operation Object", diagnostics) else { return nil }
    let id = fields.string("operationId")
    if id?.isEmpty == true { diagnostics.error(.badValue, "the operationId is empty", at: at.node.place) }
    let own = parameters(&fields, at)
    var seen: Set<String> = []
    for parameter in own where !seen.insert("\(parameter.location) \(parameter.name)").inserted {
      diagnostics.error(
        .duplicate, "the parameter '\(parameter.name)' in \(parameter.location.rawValue) stands twice",
        at: parameter.place)
    }
    // An operation's parameter replaces the path's of the same name and place (OpenAPI 3.1, section 4.8.9).
    let inherited = shared.filter { old in !own.contains { $0.name == old.name && $0.location == old.location } }
    let body = fields.take("requestBody").flatMap { self.body(at.child($0, "requestBody")) }
    let responses = self.responses(&fields, at)
    let keyUse = idempotencyKey(&fields)
    fields.document("tags", "externalDocs")
    readCallbacks(&fields, at)
    if let node = fields.take("security"), node.items?.isEmpty != true {
      notYet.append(("'security' of an operation is not supported yet", node.place, nil))
    }
    if let node = fields.take("servers") {
      notYet.append(("servers of an operation are not supported yet", node.place, nil))
    }
    let operation = Operation(
      place: at.node.place, kind: kind, id: id ?? method.rawValue + " " + entry.key, method: method, path: entry.key,
      summary: fields.words("summary"), description: fields.words("description"),
      isDeprecated: { if case .bool(true)? = $0?.value { true } else { false } }(
        fields.take("deprecated", as: .documentation)),
      isInternal: fields.bool("x-internal"), idempotencyKey: keyUse,
      timeout: fields.milliseconds("x-timeout"), parameters: inherited + own, body: body,
      responses: responses)
    fields.finish(notYet: ["x-emits", "x-rate-limit", "x-retry", "x-circuit-breaker", "x-cache"])
    if kind == .route { checkPath(operation, at: entry.keyPlace) }
    if let body, [.get, .head, .delete, .trace].contains(method) {
      notYet.append(
        (
          "a body on \(method.rawValue.uppercased()) has no meaning (RFC 9110, section 9.3), and is not supported",
          body.place, nil
        ))
    }
    return operation
  }

  private func readCallbacks(_ fields: inout Fields, _ at: Location) {
    let entries = fields.map("callbacks")
    if let first = entries.first { notYet.append(("callbacks are not supported yet", first.keyPlace, nil)) }
    for entry in entries { _ = readCallback(at.child(entry.value, "callbacks", entry.key), named: entry.key) }
  }

  func readCallback(_ given: Location, named name: String) -> [Operation] {
    guard let (fields, at) = referenced(given, "Callback Object") else { return [] }
    return (fields.node.entries ?? []).filter { !$0.key.hasPrefix("x-") }.flatMap {
      readPathItem(at.child($0.value, $0.key), $0, .callback)
    }
  }

  private func idempotencyKey(_ fields: inout Fields) -> Operation.KeyUse? {
    guard let node = fields.take("x-idempotency-key"), let text = fields.text(node, "x-idempotency-key") else {
      return nil
    }
    let use = Operation.KeyUse(rawValue: text)
    if use == nil {
      diagnostics.error(
        .badValue, "'\(text)' is not a use of idempotency keys", at: node.place, help: "there is optional, required")
    }
    return use
  }

  private func checkPath(_ operation: Operation, at place: Place) {
    let isPlain = operation.path.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: "/{}-._~!$&'()*+,;=:@".utf8.contains(byte)
      }
    }
    if operation.path.utf8.count < 2 || operation.path.contains("//") || operation.path.hasSuffix("/")
      || !(isPlain || operation.path.contains("{"))
    {
      notYet.append(
        (
          "a path that is empty, has an empty segment or a character to be percent-encoded is not supported yet", place,
          nil
        ))
    }
    var names: [String] = []
    for segment in operation.path.split(separator: "/") where segment.contains("{") || segment.contains("}") {
      let parts = templateNames(segment)
      guard let parts else {
        diagnostics.error(.badValue, "the braces of '\(segment)' do not match", at: place)
        return
      }
      if segment != "{\(parts.first ?? "")}" {
        notYet.append(
          (
            "a parameter that is part of a path's segment is not supported yet", place,
            "write it as a segment of its own: /{name}/"
          ))
      }
      for name in parts {
        if names.contains(name) {
          diagnostics.error(.duplicate, "the path has the parameter '\(name)' twice", at: place)
        }
        names.append(name)
      }
    }
    let declared = operation.parameters.filter { $0.location == .path }
    for name in names where !declared.contains(where: { $0.name == name }) {
      diagnostics.error(
        .missingField, "the path's parameter '\(name)' is not declared", at: operation.place,
        help: nearest(name, among: declared.map(\.name)).map { "did you mean '\($0)'?" })
    }
    for parameter in declared where !names.contains(parameter.name) {
      diagnostics.warning(
        .noEffect, "'\(parameter.name)' is not a parameter of the path \(operation.path), and has no effect",
        at: parameter.place)
    }
  }

  /// The names between the braces of a path's segment; nil when the braces do not match.
  private func templateNames(_ segment: Substring) -> [String]? {
    var names: [String] = []
    var name: String?
    for character in segment.unicodeScalars {
      switch (character, name) {
      case ("{", nil): name = ""
      case ("}", let whole?) where !whole.isEmpty:
        names.append(whole)
        name = nil
      case ("{", _), ("}", _): return nil
      case (_, .some): name?.unicodeScalars.append(character)
      default: break
      }
    }
    return name == nil ? names : nil
  }
}

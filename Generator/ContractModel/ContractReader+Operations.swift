import ContractSource

extension ContractReader {
  func operation(
    _ node: Node, _ method: Operation.Method, _ pathEntry: Node.Entry, _ shared: [Parameter], in path: String
  ) -> Operation? {
    guard var fields = Fields(node, "Operation Object", diagnostics) else { return nil }
    let id = fields.requiredString("operationId")
    if id?.isEmpty == true { diagnostics.error(.badValue, "the operationId is empty", at: node.place) }
    let own = fields.list("parameters").compactMap { parameter($0, in: path) }
    // An operation's parameter replaces the path's of the same name and place (OpenAPI 3.1, section 4.8.9).
    let inherited = shared.filter { old in !own.contains { $0.name == old.name && $0.location == old.location } }
    let parameters = inherited + own
    let body = fields.take("requestBody").flatMap { self.body($0, in: path) }
    let responses = self.responses(&fields, in: path)
    let keyUse = idempotencyKey(&fields)
    fields.document("tags", "externalDocs")
    let operation = Operation(
      place: node.place, id: id ?? "", method: method, path: pathEntry.key, summary: fields.string("summary"),
      description: fields.string("description"), isDeprecated: fields.bool("deprecated"),
      isInternal: fields.bool("x-internal"), idempotencyKey: keyUse, parameters: parameters, body: body,
      responses: responses)
    fields.finish(notYet: [
      "callbacks", "security", "servers", "x-emits", "x-rate-limit", "x-timeout", "x-retry", "x-circuit-breaker",
      "x-cache",
    ])
    checkPath(operation, at: pathEntry.keyPlace)
    if let body, method == .get || method == .delete {
      diagnostics.error(
        .unsupported,
        "a body on \(method.rawValue.uppercased()) is not supported: it has no meaning (RFC 9110, section 9.3)",
        at: body.place)
    }
    return id == nil ? nil : operation
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
    guard operation.path.count > 1, !operation.path.contains("//"), !operation.path.hasSuffix("/"),
      isPlain || operation.path.contains("{")
    else {
      diagnostics.error(
        .unsupported,
        "a path that is empty, has an empty segment or a character to be percent-encoded is not supported yet",
        at: place)
      return
    }
    var names: [String] = []
    for segment in operation.path.split(separator: "/") where segment.contains("{") || segment.contains("}") {
      guard segment.hasPrefix("{"), segment.hasSuffix("}"), segment.count > 2 else {
        diagnostics.error(
          .unsupported, "a parameter that is part of a path's segment is not supported yet", at: place,
          help: "write it as a segment of its own: /{name}/")
        return
      }
      let name = String(segment.dropFirst().dropLast())
      if names.contains(name) { diagnostics.error(.duplicate, "the path has the parameter '\(name)' twice", at: place) }
      names.append(name)
    }
    let declared = operation.parameters.filter { $0.location == .path }
    for name in names where !declared.contains(where: { $0.name == name }) {
      diagnostics.error(
        .missingField, "the path's parameter '\(name)' is not declared", at: operation.place,
        help: nearest(name, among: declared.map(\.name)).map { "did you mean '\($0)'?" })
    }
    for parameter in declared where !names.contains(parameter.name) {
      diagnostics.error(
        .contradiction, "'\(parameter.name)' is not a parameter of the path \(operation.path)", at: parameter.place)
    }
  }

  func parameter(_ node: Node, in path: String) -> Parameter? {
    guard case (var fields, let path)? = referenced(node, "Parameter Object", in: path) else { return nil }
    let name = fields.requiredString("name")
    var location: Parameter.Location?
    if let node = fields.require("in"), let text = fields.text(node, "in") {
      location = Parameter.Location(rawValue: text)
      if location == nil {
        let isLater = ["header", "cookie", "querystring"].contains(text)
        diagnostics.error(
          isLater ? .unsupported : .badValue,
          isLater ? "parameters in \(text) are not supported yet" : "'\(text)' is not a place for a parameter",
          at: node.place, help: "there is path, query")
      }
    }
    let isRequired = fields.bool("required")
    if location == .path && !isRequired {
      diagnostics.error(.missingField, "a parameter of the path needs 'required: true'", at: fields.node.place)
    }
    let schema = fields.require("schema").map { schemas.schema($0, in: path) }
    fields.document("example", "examples", "deprecated")
    let description = fields.string("description")
    fields.finish(notYet: ["style", "explode", "allowReserved", "allowEmptyValue", "content"])
    guard let name, let location, let schema else { return nil }
    return Parameter(
      place: fields.node.place, name: name, location: location, isRequired: isRequired, description: description,
      schema: schema)
  }

  func body(_ node: Node, in path: String) -> Body? {
    guard case (var fields, let path)? = referenced(node, "Request Body Object", in: path) else { return nil }
    fields.document("description")
    let isRequired = fields.bool("required")
    let content = self.content(&fields, required: true, ["application/json"], in: path)
    fields.finish()
    if !isRequired {
      diagnostics.error(
        .unsupported, "an optional request body is not supported yet", at: fields.node.place,
        help: "write 'required: true'")
    }
    return content.map {
      Body(place: fields.node.place, isRequired: isRequired, mediaType: $0.mediaType, schema: $0.schema)
    }
  }

  private func responses(_ fields: inout Fields, in path: String) -> [Response] {
    guard let node = fields.require("responses") else { return [] }
    let entries = fields.map("responses")
    if entries.isEmpty && node.entries != nil {
      diagnostics.error(.missingField, "'responses' needs at least one response", at: node.place)
    }
    return entries.compactMap { entry in
      if entry.key == "default" { return response(entry.value, status: nil, in: path) }
      guard entry.key.utf8.count == 3, let status = Int(entry.key), (200..<600).contains(status) else {
        diagnostics.error(
          .unsupported, "'\(entry.key)' is not a status from 200 to 599 nor 'default'", at: entry.keyPlace,
          help: "ranges such as 4XX are not supported yet")
        return nil
      }
      return response(entry.value, status: status, in: path)
    }
  }

  func response(_ node: Node, status: Int?, in path: String) -> Response? {
    guard case (var fields, let path)? = referenced(node, "Response Object", in: path) else { return nil }
    let description = fields.requiredString("description") ?? ""
    let headers = fields.map("headers").compactMap { header($0.value, name: $0.key, in: path) }
    let content = self.content(&fields, required: false, ["application/json", "application/problem+json"], in: path)
    fields.finish(notYet: ["links", "summary"])
    return Response(
      place: fields.node.place, status: status, description: description, headers: headers, content: content)
  }

  func header(_ node: Node, name: String, in path: String) -> Header? {
    guard case (var fields, let path)? = referenced(node, "Header Object", in: path) else { return nil }
    let isRequired = fields.bool("required")
    let description = fields.string("description")
    fields.document("example", "examples", "deprecated")
    let schema = fields.require("schema").map { schemas.schema($0, in: path) }
    fields.finish(notYet: ["style", "explode", "content"])
    guard let schema else { return nil }
    return Header(
      place: fields.node.place, name: name, isRequired: isRequired, description: description, schema: schema)
  }

  private func content(
    _ fields: inout Fields, required: Bool, _ supported: [String], in path: String
  ) -> (mediaType: String, schema: Schema)? {
    let node = required ? fields.require("content") : fields.take("content")
    guard let node else { return nil }
    let entries = fields.map("content")
    if entries.isEmpty && required && node.entries != nil {
      diagnostics.error(.missingField, "'content' needs a media type", at: node.place)
    }
    if entries.count > 1 {
      diagnostics.error(.unsupported, "more than one media type is not supported yet", at: entries[1].keyPlace)
    }
    guard let entry = entries.first else { return nil }
    guard supported.contains(entry.key) else {
      diagnostics.error(
        .unsupported, "the media type '\(entry.key)' is not supported yet", at: entry.keyPlace,
        help: nearest(entry.key, among: supported).map { "did you mean '\($0)'?" }
          ?? "there is \(supported.joined(separator: ", "))")
      return nil
    }
    guard var media = Fields(entry.value, "Media Type Object", diagnostics) else { return nil }
    let schema = media.require("schema").map { schemas.schema($0, in: path) }
    media.document("example", "examples")
    media.finish(notYet: ["encoding", "itemSchema", "itemEncoding", "prefixEncoding"])
    return schema.map { (entry.key, $0) }
  }
}

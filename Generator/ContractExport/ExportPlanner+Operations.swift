import ContractModel
import ContractValues

extension ExportPlanner {
  mutating func client(_ named: NamedContract) -> ClientPlan {
    let contract = named.contract
    var missing = contract.notYet.filter { item in !Self.isDone(item.message) }.map {
      "line \($0.place.line): \($0.message)"
    }
    missing += contract.operations.filter { $0.kind != .route }.map { "the \($0.kind) '\($0.id)'" }
    let doc = Doc(text: [contract.summary, contract.description].compactMap { $0 })
    let name = claim(ExportName.type(named.name) + "Client")
    // Python has a second one, for asyncio.
    _ = claim("Async" + name)
    return ClientPlan(
      name: name, doc: doc, source: contract.path,
      title: "\(contract.title) \(contract.version)",
      operations: contract.operations.filter { $0.kind == .route }.map { operation($0, in: contract) },
      missing: missing)
  }

  /// What Charter's own code does not do, and a client can.
  private static func isDone(_ message: String) -> Bool {
    message.hasPrefix("a parameter that is part of") || message.hasPrefix("a path that is empty")
  }

  private mutating func operation(_ operation: Operation, in contract: Contract) -> OperationExport {
    let owner = claim(ExportName.type(operation.id))
    let body = operation.body.map { body in
      BodyExport(
        isRequired: body.isRequired, content: body.content.map { content($0, .request, named: owner + "Body") })
    }
    return OperationExport(
      id: operation.id, typeName: owner, method: operation.method, path: contract.basePath + operation.path,
      doc: Doc(
        text: [operation.summary, operation.description].compactMap { $0 }, isDeprecated: operation.isDeprecated,
        notes: notes(operation)),
      parameters: operation.parameters.map { parameter($0, owner: owner) }, key: operation.idempotencyKey,
      timeout: operation.timeout, body: body, responses: operation.responses.map { response($0, owner: owner) })
  }

  private func notes(_ operation: Operation) -> [String] {
    var notes: [String] = []
    if operation.isInternal { notes.append("Internal: the gateway does not let it through.") }
    if let body = operation.body, ["GET", "HEAD", "TRACE"].contains(operation.method), !body.content.isEmpty {
      notes.append("Its body is not sent: on this method it has no meaning (RFC 9110, section 9.3).")
    }
    if operation.parameters.contains(where: { $0.location == .cookie }) {
      notes.append("Browsers do not let a program set cookies: there the cookie parameters have no effect.")
    }
    for parameter in operation.parameters where parameter.allowReserved {
      notes.append(
        "'\(parameter.name)' is percent-encoded throughout, which means the same as its reserved characters.")
    }
    return notes
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> ParameterExport {
    let isForm = parameter.location == .query || parameter.location == .cookie
    let style = parameter.style ?? (isForm ? "form" : "simple")
    var doc = doc(parameter.schema)
    if let text = parameter.description { doc.text = [text] }
    return ParameterExport(
      name: parameter.name, location: parameter.location, isRequired: parameter.isRequired, style: style,
      explodes: parameter.explode ?? (style == "form"), isJSON: parameter.mediaType != nil,
      schema: table.add(parameter.schema),
      type: use(parameter.schema, .request, named: owner + ExportName.type(parameter.name)), doc: doc)
  }

  private mutating func content(_ media: MediaType, _ direction: Direction, named hint: String) -> ContentExport {
    let kind = Self.kind(media.name)
    var type = media.schema.map { use($0, direction, named: hint) } ?? .any
    if kind == .binary { type = .binary }
    if kind == .text, case .any = type { type = .text }
    let isPatch = media.name == "application/merge-patch+json"
    // A patch is not the value that it changes, and its schema does not hold for it.
    return ContentExport(
      mediaType: media.name, kind: kind,
      schema: isPatch || kind != .json ? nil : media.schema.map { table.add($0) },
      type: isPatch ? .patch(type) : type)
  }

  private static func kind(_ mediaType: String) -> BodyKind {
    let name = mediaType.prefix { $0 != ";" }.lowercased()
    if name == "application/json" || name.hasSuffix("+json") { return .json }
    if name == "application/x-www-form-urlencoded" { return .form }
    if name == "multipart/form-data" { return .multipart }
    return name.hasPrefix("text/") ? .text : .binary
  }

  private mutating func response(_ response: Response, owner: String) -> ResponseExport {
    let label =
      switch response.status {
      case .code(let code): String(code)
      case .range(let digit): "\(digit)XX"
      case .other: "Default"
      }
    return ResponseExport(
      status: response.status, doc: Doc(text: [response.description]),
      content: response.content.map { content($0, .response, named: owner + label + "Body") },
      headers: response.headers.map { header($0, owner: owner + label) })
  }

  private mutating func header(_ header: Header, owner: String) -> HeaderExport {
    let types = set.types(header.schema)
    let isNumber = types.isSubset(of: [.integer, .number])
    let kind = types == .integer ? "integer" : types == .boolean ? "boolean" : isNumber ? "number" : ""
    var doc = doc(header.schema)
    if let text = header.description { doc.text = [text] }
    let name = owner + ExportName.type(header.name)
    return HeaderExport(
      name: header.name, isRequired: header.isRequired,
      type: kind.isEmpty && types != .string ? .text : use(header.schema, .response, named: name),
      kind: kind, doc: doc)
  }
}

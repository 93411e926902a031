import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

extension ExportPlanner {
  mutating func client(_ named: NamedContract) -> ClientPlan {
    let contract = named.contract
    (missing, limits) = (LocatedNotes(), LocatedNotes())
    let doc = Doc(text: [contract.summary, contract.description].compactMap { $0 })
    let name = claim(ExportName.type(named.name) + "Client")
    // Python has a second client, for asyncio.
    _ = claim("Async" + name)
    let routes = contract.operations.filter { $0.kind == .route }
    leaveOutMessages(of: contract)
    return ClientPlan(
      name: name, doc: doc, source: contract.path, title: "\(contract.title) \(contract.version)",
      server: contract.servers.origin,
      credentials: credentials(contract, named: ExportName.type(named.name) + "Credentials"),
      operations: routes.map { operation($0, in: contract) },
      missing: missing.texts, limits: limits.texts)
  }

  mutating func leaveOut(_ what: String, at position: SourcePosition) { missing.add(what, at: position) }

  /// Requests that the API sends, and links of responses, are not exported.
  private mutating func leaveOutMessages(of contract: Contract) {
    for operation in contract.operations {
      if operation.kind != .route { leaveOut("the \(operation.kind) '\(operation.id)'", at: operation.position) }
      for (name, callback) in operation.callbacks {
        leaveOut("the callback '\(name)' of '\(operation.id)'", at: callback.position)
      }
      for link in operation.responses.flatMap(\.links) {
        leaveOut("the link '\(link.name)' of '\(operation.id)'", at: link.position)
      }
    }
  }

  private mutating func operation(_ operation: Operation, in contract: Contract) -> OperationExport {
    let owner = claim(ExportName.type(operation.id))
    let body = operation.body.map { body in
      BodyExport(
        isRequired: body.isRequired, content: body.content.map { content($0, .request, named: owner + "Body") })
    }
    let parameters = operation.parameters.filter { !$0.isReserved && !$0.isAstray(of: operation) }
    let responses = operation.responses.map { response($0, of: operation, owner: owner) }
    let paging = paging(operation, parameters, responses, owner: owner)
    noteLimits(of: operation)
    let isResumable = responses.contains { $0.content.contains { $0.kind == .events } }
    return OperationExport(
      id: operation.id, parametersName: claim(owner + "Parameters"), resultName: claim(owner + "Result"),
      method: operation.method, path: operation.route(in: contract).map { "/" + $0.template }.joined(),
      server: operation.servers.origin ?? contract.servers.origin,
      doc: Doc(
        text: [operation.summary, operation.description].compactMap { $0 }, isDeprecated: operation.policy.isDeprecated,
        notes: operation.policy.isInternal ? ["Internal: the gateway does not let it through."] : []),
      security: operation.policy.security.map { $0.schemes.map { SchemeExport($0.scheme) } },
      parameters: parameters.map { parameter($0, owner: owner) }, key: operation.policy.idempotencyKey,
      timeout: operation.policy.timeout, body: body, responses: responses,
      resumes: isResumable && !parameters.contains { $0.name.lowercased() == "last-event-id" }, paging: paging)
  }

  private mutating func paging(
    _ operation: Operation, _ parameters: [Parameter], _ responses: [ResponseExport], owner: String
  ) -> PagingExport? {
    guard let pagination = operation.pagination, let item = operation.page(in: set)?.item,
      let cursor = parameters.firstIndex(where: { $0.location == .query && $0.name == pagination.cursor.text }),
      let page = operation.responses.firstIndex(where: \.status.isSuccess)
    else { return nil }
    return PagingExport(
      cursor: cursor, status: responses[page].label, items: pagination.items.text, next: pagination.next.text,
      item: use(item, .response, named: owner + "Item"))
  }

  /// What does not work everywhere, or not as the contract has it.
  private mutating func noteLimits(of operation: Operation) {
    if let body = operation.body, ["GET", "HEAD", "TRACE"].contains(operation.method), !body.content.isEmpty {
      limits.add(
        "a body is not sent, since on this method it has no meaning (RFC 9110, section 9.3)", at: body.position)
    }
    if operation.method == "TRACE" {
      limits.add("browsers do not let a program send a TRACE", at: operation.position)
    }
    for parameter in operation.parameters {
      if parameter.location == .cookie {
        limits.add(
          "browsers do not let a program set cookies: there a cookie parameter has no effect", at: parameter.position)
      }
      if parameter.allowReserved {
        limits.add(
          "a value is percent-encoded throughout, which means the same as its reserved characters",
          at: parameter.position)
      }
    }
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> ParameterExport {
    let media = parameter.mediaType.map { MediaTypeName($0) }
    let plan = try? analysis.style(of: parameter)
    var (style, explodes) = plan.map { ($0.style, $0.explode) } ?? parameter.styling
    // A whole query that is not a form is its text.
    if parameter.location == .querystring, media?.kind != .form { (style, explodes) = (.simple, false) }
    var doc = doc(parameter.schema)
    if let text = parameter.description { doc.text = [text] }
    let type = use(parameter.schema, .request, named: owner + ExportName.type(parameter.name))
    return ParameterExport(
      name: parameter.name, location: parameter.location, isRequired: parameter.isRequired, style: style,
      explodes: explodes,
      isJSON: plan?.isJSON ?? false, mayBeEmpty: parameter.allowsEmpty,
      schema: table.add(parameter.schema),
      type: parameter.allowsEmpty ? .union([type, .literals([.string("")])]) : type, doc: doc)
  }

  private mutating func response(_ response: Response, of operation: Operation, owner: String) -> ResponseExport {
    let label = response.status == .other ? "Default" : response.status.text
    // The response to a HEAD has the headers of a body, and no body (RFC 9110, section 9.3.2).
    let content = operation.method == "HEAD" ? [] : response.content
    return ResponseExport(
      status: response.status, isDescribed: response.isDescribed,
      doc: Doc(text: [response.description].filter { !$0.isEmpty }),
      content: content.map { self.content($0, .response, named: owner + label + "Body") },
      headers: response.headers.map { header($0, owner: owner + label) })
  }

  private mutating func header(_ header: Header, owner: String) -> HeaderExport {
    var kind = set.textKind(header.schema)
    if let type = header.mediaType { kind = MediaTypeName(type).isJSON ? .json : .text }
    // Lists and objects are returned as the text that they are written as.
    if header.mediaType == nil, kind == .json { kind = .text }
    var doc = doc(header.schema)
    if let text = header.description { doc.text = [text] }
    let name = owner + ExportName.type(header.name)
    return HeaderExport(
      name: header.name, isRequired: header.isRequired,
      type: kind == .text && set.types(header.schema) != .string
        ? .text : use(header.schema, .response, named: name),
      kind: kind, doc: doc)
  }
}

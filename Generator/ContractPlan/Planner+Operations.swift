import ContractModel

extension Planner {
  mutating func plan(_ operation: Operation, in contract: Contract) -> OperationPlan {
    let typeName = claim(SwiftName.type(operation.id), at: operation.place)
    let path = (contract.basePath + operation.path).split(separator: "/").map { segment in
      segment.hasPrefix("{")
        ? OperationPlan.PathSegment.parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
    }
    let fields = { (self: inout Planner, location: Parameter.Location) in
      operation.parameters.filter { $0.location == location }.map { self.parameter($0, owner: typeName) }
    }
    let pathFields = fields(&self, .path)
    let queryFields = fields(&self, .query)
    let body = operation.body.map { use($0.schema, named: typeName + "Body") }
    let responses = operation.responses.map { plan($0, owner: typeName) }
    checkResponses(operation)
    let planned = OperationPlan(
      typeName: typeName, methodName: SwiftName.member(operation.id), operationID: operation.id,
      method: operation.method.rawValue, path: path, doc: doc(operation.summary, operation.description),
      isInternal: operation.isInternal, idempotencyKey: operation.idempotencyKey?.rawValue, pathFields: pathFields,
      queryFields: queryFields, body: body.map { (type: $0.0, rules: $0.1) }, responses: responses)
    var seen: Set<String> = []
    for field in planned.inputFields where !seen.insert(field.name).inserted {
      diagnostics.error(
        .duplicate, "two inputs of '\(operation.id)' would be called \(field.name) in Swift", at: operation.place)
    }
    return planned
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> FieldPlan {
    let plan = field(
      parameter.name, parameter.schema, isRequired: parameter.isRequired, owner: owner, place: parameter.place)
    switch plan.type {
    case .array:
      diagnostics.error(.unsupported, "a list as a parameter is not supported yet", at: parameter.place)
    case .named where resolved(parameter.schema).schema.type == .object:
      diagnostics.error(.unsupported, "an object as a parameter is not supported yet", at: parameter.place)
    default: break
    }
    return FieldPlan(
      name: plan.name, wireName: plan.wireName, type: plan.type, presence: plan.presence, rules: plan.rules,
      doc: doc(parameter.description ?? plan.doc.joined(separator: "\n")))
  }

  private mutating func plan(_ response: Response, owner: String) -> ResponsePlan {
    let name = response.status.map(Self.caseName) ?? "other"
    let body = response.content.map { content in
      let (type, rules) = use(content.schema, named: owner + SwiftName.type(name) + "Body")
      return (type: type, rules: rules, mediaType: content.mediaType)
    }
    var seen: Set<String> = []
    let headers = response.headers.map { header in
      let plan = field(header.name, header.schema, isRequired: header.isRequired, owner: owner, place: header.place)
      if plan.type != .string && plan.type != .integer {
        diagnostics.error(
          .unsupported, "a header that is not a string or an integer is not supported yet", at: header.place)
      }
      if case .defaulted = plan.presence {
        diagnostics.error(.unsupported, "a default of a response header is not supported yet", at: header.place)
      }
      if ["body", "status", "response"].contains(plan.name) || !seen.insert(plan.name).inserted {
        diagnostics.error(
          .duplicate, "a header that would be called \(plan.name) in Swift is not supported", at: header.place)
      }
      return plan
    }
    return ResponsePlan(
      caseName: name, status: response.status, doc: doc(response.description), headers: headers, body: body)
  }

  private func checkResponses(_ operation: Operation) {
    guard !operation.responses.contains(where: { $0.status == nil }) else { return }
    let declared = Set(operation.responses.compactMap(\.status))
    let missing = [400, 500, 503].filter { !declared.contains($0) }
    guard !missing.isEmpty else { return }
    diagnostics.warning(
      .undeclaredFailure,
      "the runtime can answer \(missing.map(String.init).joined(separator: ", ")) and '\(operation.id)' does not declare it",
      at: operation.place, help: "declare them, or 'default'")
  }

  func checkRoutes(_ operations: [Operation]) {
    var seen: [String: Operation] = [:]
    for operation in operations {
      let shape = operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(
        separator: "/")
      if let other = seen.updateValue(operation, forKey: operation.method.rawValue + " " + shape) {
        diagnostics.error(
          .duplicate,
          "\(operation.method.rawValue.uppercased()) \(operation.path) and \(other.path) are the same route",
          at: operation.place, help: "the other stands in line \(other.place.line)")
      }
    }
  }

  private static func caseName(_ status: Int) -> String {
    let names = [
      200: "ok", 201: "created", 202: "accepted", 204: "noContent", 301: "movedPermanently", 302: "found",
      303: "seeOther", 304: "notModified", 307: "temporaryRedirect", 308: "permanentRedirect", 400: "badRequest",
      401: "unauthorized", 402: "paymentRequired", 403: "forbidden", 404: "notFound", 405: "methodNotAllowed",
      406: "notAcceptable", 408: "requestTimeout", 409: "conflict", 410: "gone", 412: "preconditionFailed",
      413: "contentTooLarge", 415: "unsupportedMediaType", 422: "unprocessableContent", 428: "preconditionRequired",
      429: "tooManyRequests", 500: "internalServerError", 501: "notImplemented", 502: "badGateway",
      503: "serviceUnavailable", 504: "gatewayTimeout",
    ]
    return names[status] ?? "status\(status)"
  }
}

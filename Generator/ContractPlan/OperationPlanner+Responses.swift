import ContractAnalysis
import ContractModel
import ContractSource

/// The responses of operations, and their headers.
extension OperationPlanner {
  mutating func plan(_ response: Response, _ direction: Direction, owner: String) -> ResponsePlan? {
    let status = response.status
    if status.code ?? 200 < 200 || status.range == 1 {
      diagnostics.error(
        .unsupported, "the status \(status.text) is not a final response (RFC 9110, section 15.2)",
        at: response.position)
    }
    let name = OperationPlan.caseName(status)
    let body = body(
      response.content, isRequired: true, direction, named: owner + SwiftName.type(name))
    noteProblems(response, body, direction)
    return ResponsePlan(
      caseName: name, answers: status, doc: DocComment.lines(response.description),
      headers: headers(response.headers, owner: owner), body: body)
  }

  /// The headers of a response, or of a part.
  mutating func headers(_ headers: [Header], owner: String) -> [FieldPlan] {
    var seen: Set<String> = []
    return headers.map { header in
      var plan = types.field(
        header.name, header.schema, isRequired: header.isRequired, .response, owner: owner, index: nil
      ).present
      if let description = header.description { plan.doc = DocComment.lines(description) }
      plan.style = style(of: header, plan.type)
      if plan.style == nil { plan = plan.written }
      // Their names must differ from the body and the status, and from the names that the codecs use.
      while ["body", "status", "response", "value", "part"].contains(plan.name) || !seen.insert(plan.name).inserted {
        plan.name = plan.name.unquoted + "Header"
      }
      return plan
    }
  }

  /// Notes the runtime's own responses that an operation does not declare.
  mutating func checkResponses(_ operation: Operation, _ planned: [ResponsePlan]) {
    guard !operation.responses.contains(where: { $0.status == .other }) else { return }
    var statuses = [400]
    let security = operation.policy.security
    if !security.isEmpty { statuses.append(401) }
    if security.contains(where: { $0.schemes.contains { !$0.scopes.isEmpty } }) { statuses.append(403) }
    if planned.contains(where: { $0.isSuccess && $0.body != nil }) { statuses.append(406) }
    if operation.body != nil { statuses += [413, 415] }
    if operation.policy.rateLimit != nil { statuses.append(429) }
    let declared = Set(operation.responses.map(\.status))
    let missing = (statuses + [500, 503]).filter {
      !declared.contains(.code($0)) && !declared.contains(.range($0 / 100))
    }
    if !missing.isEmpty { undeclared.append((operation, missing)) }
  }

  /// Warns of the runtime's own responses once a contract: they belong in it.
  mutating func reportUndeclaredResponses() {
    defer { undeclared = [] }
    guard let first = undeclared.first else { return }
    let listed = undeclared.map {
      (id: $0.operation.id, statuses: $0.statuses.map(String.init).joined(separator: ", "))
    }
    let message =
      if listed.count == 1 {
        "the runtime can respond with \(listed[0].statuses) and '\(listed[0].id)' does not declare it"
      } else {
        "the runtime can respond with statuses that \(listed.count) operations do not declare: "
          + listed.prefix(3).map { "'\($0.id)' (\($0.statuses))" }.joined(separator: ", ")
          + (listed.count > 3 ? " and \(listed.count - 3) more" : "")
      }
    diagnostics.warning(
      .undeclaredFailure, message, at: first.operation.position, help: "declare them, or 'default'")
  }

  /// Records the bodies of a response: one of them may be problem details.
  private mutating func noteProblems(_ response: Response, _ body: BodyPlan?, _ direction: Direction) {
    for content in body?.contents ?? [] where content.codec == .json && !content.mediaType.contains("*") {
      guard case .named(let name) = content.use.type,
        let schema = response.content.first(where: { $0.name == content.mediaType })?.schema
      else { continue }
      let index = types.analysis.unaliased(schema)
      if case .record = form(of: index) { records[name] = DirectedSchema(index: index, direction: direction) }
    }
  }
}

extension OperationPlan {
  /// The name of a response among others.
  static func caseName(_ status: Response.Status) -> String {
    switch status {
    case .code(let status): caseName(status)
    case .range(let digit): ["informational", "success", "redirection", "clientError", "serverError"][digit - 1]
    case .other: "other"
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

import ContractModel
import ContractSource

extension Planner {
  /// Plans an operation; nil where only its types are wanted, or where it cannot be generated yet, which is told.
  mutating func plan(_ operation: Operation, in contract: Contract, _ typesOnly: Bool) -> OperationPlan? {
    let typeName = claim(SwiftName.type(operation.id))
    guard !typesOnly, operation.kind == .route else {
      planTypes(operation, owner: typeName)
      return nil
    }
    let path = (contract.basePath + operation.path).split(separator: "/").map { segment in
      segment.hasPrefix("{")
        ? OperationPlan.PathSegment.parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
    }
    let pathFields = parameters(operation, .path, owner: typeName)
    let queryFields = parameters(operation, .query, owner: typeName)
    let headerFields = parameters(operation, .header, owner: typeName)
    let cookieFields = parameters(operation, .cookie, owner: typeName)
    for parameter in operation.parameters where parameter.location == .querystring {
      diagnostics.error(.unsupported, "a parameter in querystring is not supported yet", at: parameter.place)
    }
    let body = operation.body.flatMap { self.body($0, owner: typeName) }
    let responses = operation.responses.compactMap { plan($0, owner: typeName) }
    checkResponses(operation)
    let planned = OperationPlan(
      typeName: typeName, methodName: methodName(operation.id), operationID: operation.id,
      method: operation.method.rawValue, path: path, doc: doc(operation.summary, operation.description),
      isDeprecated: operation.isDeprecated, isInternal: operation.isInternal,
      idempotencyKey: operation.idempotencyKey?.rawValue, timeout: operation.timeout, pathFields: pathFields,
      queryFields: queryFields, headerFields: headerFields, cookieFields: cookieFields,
      body: body?.use, bodyType: body?.mediaType ?? "",
      isBodyRequired: operation.body?.isRequired ?? false, responses: responses)
    var seen: Set<String> = []
    for field in planned.inputFields where !seen.insert(field.name).inserted {
      diagnostics.error(
        .duplicate, "two inputs of '\(operation.id)' would be called \(field.name) in Swift", at: operation.place)
    }
    return planned
  }

  /// A name that does not begin with a small letter may be a type's as well, which it would then hide.
  private mutating func methodName(_ id: String) -> String {
    let name = SwiftName.member(id)
    return methods.claim(name.unquoted.first?.isLowercase == true ? name : "call" + name.unquoted)
  }

  /// The types that an operation's schemas become, whatever carries them.
  private mutating func planTypes(_ operation: Operation, owner: String) {
    let isOurs = operation.kind == .route
    for parameter in operation.parameters {
      _ = use(parameter.schema, isOurs ? .request : .response, named: owner + SwiftName.type(parameter.name))
    }
    for media in operation.body?.content ?? [] {
      if let schema = media.schema {
        _ = use(schema, bodyDirection(media, isOurs ? .request : .response), named: owner + "Body")
      }
    }
    for response in operation.responses {
      let name = Self.caseName(response.status)
      for media in response.content {
        if let schema = media.schema {
          _ = use(schema, isOurs ? .response : .request, named: owner + SwiftName.type(name) + "Body")
        }
      }
      for header in response.headers {
        _ = use(header.schema, .response, named: owner + SwiftName.type(header.name))
      }
    }
  }

  private mutating func body(_ body: Body, owner: String) -> (use: UsePlan, mediaType: String)? {
    let direction = body.content.first.map { bodyDirection($0, .request) } ?? .request
    let planned = content(body.content, ["application/json", Self.mergePatch], direction, named: owner + "Body")
    if !body.isRequired, case .optional? = planned?.use.type {
      diagnostics.error(
        .unsupported, "an optional request body that may be null as well is not supported yet", at: body.place,
        help: "write 'required: true'")
    }
    return planned
  }

  /// RFC 7396: what is absent stays, null removes.
  private static var mergePatch: String { "application/merge-patch+json" }

  private mutating func bodyDirection(_ media: MediaType, _ direction: Direction) -> Direction {
    media.name == Self.mergePatch ? .patch : direction
  }

  private mutating func content(
    _ content: [MediaType], _ supported: [String], _ direction: Direction, named name: String
  ) -> (use: UsePlan, mediaType: String)? {
    guard let media = content.first else { return nil }
    if content.count > 1 {
      diagnostics.error(.unsupported, "more than one media type is not supported yet", at: content[1].place)
    }
    guard supported.contains(media.name) else {
      diagnostics.error(
        .unsupported, "the media type '\(media.name)' is not supported yet", at: media.place,
        help: nearest(media.name, among: supported).map { "did you mean '\($0)'?" }
          ?? "there is \(supported.joined(separator: ", "))")
      return nil
    }
    guard let schema = media.schema else { return (UsePlan(type: .json, rules: []), media.name) }
    return (use(schema, direction, named: name), media.name)
  }

  private mutating func parameters(
    _ operation: Operation, _ location: Parameter.Location, owner: String
  ) -> [FieldPlan] {
    operation.parameters.filter { $0.location == location && !isAstray($0, operation) && !isReserved($0) }.map {
      self.parameter($0, owner: owner)
    }
  }

  /// Headers whose definitions as parameters are to be ignored (OpenAPI 3.1, section 4.8.12.1).
  private mutating func isReserved(_ parameter: Parameter) -> Bool {
    guard parameter.location == .header,
      ["accept", "content-type", "authorization"].contains(parameter.name.lowercased())
    else { return false }
    diagnostics.warning(
      .noEffect,
      "the header '\(parameter.name)' is no parameter (OpenAPI 3.1, section 4.8.12.1), and has no effect here",
      at: parameter.place, help: "media types and 'security' say what belongs in it")
    return true
  }

  /// A parameter of the path that the path does not have.
  private func isAstray(_ parameter: Parameter, _ operation: Operation) -> Bool {
    parameter.location == .path && !operation.path.contains("{\(parameter.name)}")
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> FieldPlan {
    var plan = field(
      parameter.name, parameter.schema, isRequired: parameter.isRequired, .request, owner: owner, index: nil)
    let style = style(of: parameter, plan.type)
    let target = set.resolved(parameter.schema)
    if !parameter.isRequired, let node = set[parameter.schema].defaultValue ?? set[target].defaultValue {
      // Before the call: it would be made on the planner as it was before its arguments.
      let places = declaredPlaces()
      if let text = literal(node, plan.type, places) {
        plan = plan.defaulted(text, plan.type)
      } else {
        tellBadDefault(node)
      }
    }
    var field = FieldPlan(
      name: plan.name, wireName: plan.wireName, type: plan.type, presence: plan.presence,
      rules: plan.rules.map { if style == nil, case .schema(let index) = $0 { .written(index) } else { $0 } },
      doc: parameter.description.map { doc($0) } ?? plan.doc)
    field.style = style
    return field
  }

  /// An enum's cases are needed for its default before all declarations are settled.
  private mutating func declaredPlaces() -> [String: Int] {
    drain()
    var places: [String: Int] = [:]
    for (index, declaration) in declarations.enumerated() { places[declaration.name] = index }
    return places
  }

  private mutating func plan(_ response: Response, owner: String) -> ResponsePlan? {
    var status: Int?
    var range: Int?
    switch response.status {
    case .code(let code): status = code
    case .range(let digit): range = digit
    case .other: break
    }
    if (status ?? 200) < 200 || range == 1 {
      diagnostics.error(
        .unsupported, "the status \(status.map(String.init) ?? "1XX") is no final answer (RFC 9110, section 15.2)",
        at: response.place)
    }
    let name = Self.caseName(response.status)
    let body = content(
      response.content, ["application/json", "application/problem+json"], .response,
      named: owner + SwiftName.type(name) + "Body")
    var seen: Set<String> = []
    let headers = response.headers.map { header in
      let plan = field(header.name, header.schema, isRequired: header.isRequired, .response, owner: owner, index: nil)
      if plan.type != .string && plan.type != .integer {
        diagnostics.error(
          .unsupported, "a header that is not a string or an integer is not supported yet", at: header.place)
      }
      if ["body", "status", "response"].contains(plan.name) || !seen.insert(plan.name).inserted {
        diagnostics.error(
          .duplicate, "a header that would be called \(plan.name) in Swift is not supported", at: header.place)
      }
      return plan
    }
    return ResponsePlan(
      caseName: name, status: status, range: range, doc: doc(response.description), headers: headers, body: body?.use,
      mediaType: body?.mediaType ?? "")
  }

  private func checkResponses(_ operation: Operation) {
    guard !operation.responses.contains(where: { $0.status == .other }) else { return }
    let declared = Set(operation.responses.map(\.status))
    let missing = [400, 500, 503].filter { !declared.contains(.code($0)) && !declared.contains(.range($0 / 100)) }
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

  private static func caseName(_ status: Response.Status) -> String {
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

import ContractAnalysis
import ContractModel
import ContractSource

extension Planner {
  /// Plans an operation; nil where only its types are needed.
  mutating func plan(
    _ operation: Operation, of request: (type: String, name: String)? = nil, in contract: Contract, _ typesOnly: Bool
  ) -> OperationPlan? {
    let id = request.map { operation.id.isEmpty ? $0.name : operation.id } ?? operation.id
    let typeName = claim(SwiftName.type(id))
    guard !typesOnly else {
      planTypes(operation, owner: typeName)
      return nil
    }
    let isOurs = operation.kind == .route
    let path =
      isOurs ? Self.path(operation, contract) : [.literal(receivers.claim(SwiftName.member(id).unquoted))]
    let parameters = isOurs ? self.parameters(operation, owner: typeName) : []
    for parameter in operation.parameters where !isOurs {
      diagnostics.warning(
        .noEffect, "a request that the API sends has no parameters: '\(parameter.name)' has no effect",
        at: parameter.position)
    }
    let body = operation.body.flatMap {
      self.body($0.content, isRequired: $0.isRequired, isOurs ? .request : .response, named: typeName)
    }
    let responses = operation.responses.compactMap { plan($0, isOurs ? .response : .request, owner: typeName) }
    if isOurs { checkResponses(operation, responses) }
    if !isOurs, let link = operation.responses.flatMap(\.links).first {
      diagnostics.warning(
        .noEffect, "a link of a request that the API sends is not generated", at: link.position)
    }
    if operation.policy.replayWindow != nil, let body, body.isStreamed {
      diagnostics.error(
        .unsupported, "a streamed body cannot be signed",
        at: operation.body?.position ?? operation.position,
        help: "remove 'x-webhook-signature', or send JSON")
    }
    let isStored = responses.contains { $0.isSuccess && $0.body?.isStreamed == true } || body?.isStreamed == true
    if operation.policy.idempotencyKey != nil, isStored {
      diagnostics.error(
        .unsupported, "a streamed body cannot be stored under an idempotency key",
        at: operation.position, help: "remove 'x-idempotency-key', or make both bodies JSON, a form or a text")
    }
    let events = responses.contains { response in
      response.body?.contents.contains { $0.mediaType.hasPrefix("text/event-stream") } ?? false
    }
    let isDeclared = parameters.contains { $0.field.wireName.lowercased() == "last-event-id" }
    let planned = OperationPlan(
      typeName: typeName, methodName: methodName(id), operationID: id, method: operation.method, path: path,
      doc: doc(operation.summary, operation.description), policy: policy(operation.policy),
      group: isOurs ? operation.tags.first.map(SwiftName.type) ?? "" : "", principal: principal(operation),
      servers: operation.servers.isEmpty ? [] : servers(operation.servers), parameters: parameters, body: body,
      accepted: accepted(responses, owner: typeName), resumes: isOurs && events && !isDeclared, responses: responses,
      links: [], paging: nil, address: request.map { ($0.type, operation.path) })
    return planned.distinct
  }

  /// The choice among several media types of one success response.
  private mutating func accepted(_ responses: [ResponsePlan], owner: String) -> AcceptedPlan? {
    let bodies = responses.filter(\.isSuccess).compactMap(\.body)
    guard bodies.contains(where: { $0.contents.count > 1 }) else { return nil }
    var members = MemberNames()
    var seen: Set<String> = []
    let contents = bodies.flatMap(\.contents).filter { seen.insert($0.mediaType).inserted }
    return AcceptedPlan(
      name: claim(owner + "Media"), cases: contents.map { (members.claim($0.caseName), $0.mediaType) })
  }

  private static func path(_ operation: Operation, _ contract: Contract) -> [OperationPlan.PathSegment] {
    segments((operation.servers.first?.basePath ?? contract.basePath) + operation.path)
  }

  /// The path split at its slashes; a trailing slash makes an empty last segment.
  private static func segments(_ path: String) -> [OperationPlan.PathSegment] {
    // By scalars: a combining mark after a slash or a brace makes it part of another character.
    path.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
      let pieces = pieces(segment)
      return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .literal("") : .mixed(pieces)
    }
  }

  /// The text percent-decoded; unchanged where encodings are invalid (RFC 3986, section 2.1).
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = byte == UInt8(ascii: "%") ? String(Substring(rest.prefix(2))) : ""
      if digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }

  private static func pieces(_ segment: Substring.UnicodeScalarView) -> [OperationPlan.PathSegment] {
    var pieces: [OperationPlan.PathSegment] = []
    var rest = segment
    while let first = rest.first {
      if first == "{", let end = rest.firstIndex(of: "}") {
        pieces.append(.parameter(String(rest[..<end].dropFirst())))
        rest = rest[end...].dropFirst()
      } else {
        let end = rest.dropFirst().firstIndex(of: "{") ?? rest.endIndex
        pieces.append(.literal(decoded(Substring(rest[..<end]))))
        rest = rest[end...]
      }
    }
    return pieces
  }

  /// A name that does not begin with a lower-case letter may also be a type's, which it would then hide.
  private mutating func methodName(_ id: String) -> String {
    let name = SwiftName.member(id)
    return methods.claim(name.unquoted.first?.isLowercase == true ? name : "call" + name.unquoted)
  }

  /// The types of an operation's schemas, wherever they are used.
  private mutating func planTypes(_ operation: Operation, owner: String) {
    let isOurs = operation.kind == .route
    for parameter in operation.parameters {
      _ = use(parameter.schema, isOurs ? .request : .response, named: owner + SwiftName.type(parameter.name))
    }
    for media in operation.body?.content ?? [] {
      if let item = media.itemSchema { _ = use(item, isOurs ? .request : .response, named: owner + "BodyItem") }
      if let schema = media.schema {
        let isPatch = isOurs && media.baseType == "application/merge-patch+json"
        _ = use(schema, isPatch ? .patch : isOurs ? .request : .response, named: owner + "Body")
      }
    }
    for response in operation.responses {
      let name = Self.caseName(response.status)
      for media in response.content {
        let body = owner + SwiftName.type(name) + "Body"
        if let item = media.itemSchema { _ = use(item, isOurs ? .response : .request, named: body + "Item") }
        if let schema = media.schema {
          _ = use(schema, isOurs ? .response : .request, named: body)
        }
      }
      for header in response.headers {
        _ = use(header.schema, .response, named: owner + SwiftName.type(header.name))
      }
    }
    for (name, callback) in operation.callbacks { planTypes(callback, owner: claim(owner + SwiftName.type(name))) }
  }

  /// The parameters, those of the path first, then by location.
  private mutating func parameters(_ operation: Operation, owner: String) -> [ParameterPlan] {
    let wholes = operation.parameters.filter { $0.location == .querystring }
    let pairs = operation.parameters.filter { $0.location == .query }
    if let whole = wholes.first, wholes.count > 1 || !pairs.isEmpty {
      diagnostics.error(
        .contradiction, "'\(whole.name)' is the whole query: there can be no other parameter in it", at: whole.position)
    }
    var result: [ParameterPlan] = []
    for location in [Parameter.Location.path, .query, .querystring, .header, .cookie] {
      for parameter in operation.parameters where parameter.location == location {
        if isAstray(parameter, operation) || isReserved(parameter) { continue }
        result.append(ParameterPlan(location: location.rawValue, field: self.parameter(parameter, owner: owner)))
      }
    }
    return result
  }

  /// Headers whose definitions as parameters must be ignored (OpenAPI 3.1, section 4.8.12.1).
  private mutating func isReserved(_ parameter: Parameter) -> Bool {
    guard parameter.location == .header,
      ["accept", "content-type", "authorization"].contains(parameter.name.lowercased())
    else { return false }
    diagnostics.warning(
      .noEffect,
      "the header '\(parameter.name)' is not a parameter (OpenAPI 3.1, section 4.8.12.1), and has no effect here",
      at: parameter.position, help: "media types and 'security' determine its value")
    return true
  }

  /// A path parameter that the path does not contain.
  private func isAstray(_ parameter: Parameter, _ operation: Operation) -> Bool {
    parameter.location == .path
      && !Self.pieces(operation.path.unicodeScalars[...]).contains(.parameter(parameter.name))
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> FieldPlan {
    var plan = field(
      parameter.name, parameter.schema, isRequired: parameter.isRequired, .request, owner: owner, index: nil
    ).present
    let style = style(of: parameter, plan.type)
    let target = set.resolved(parameter.schema)
    if !parameter.isRequired, let node = set[parameter.schema].defaultValue ?? set[target].defaultValue {
      // Before the call: it would copy the planner before its arguments are evaluated.
      let indices = declaredIndices()
      if let text = literal(node, plan.type, indices) {
        plan = plan.defaulted(text, plan.type)
      } else {
        tellBadDefault(node)
      }
    }
    var field = FieldPlan(
      name: plan.name, wireName: plan.wireName, type: plan.type, presence: plan.presence,
      rules: plan.rules,
      doc: parameter.description.map { doc($0) } ?? plan.doc)
    field.style = style
    if style == nil { field = field.written }
    field.allowsEmpty = parameter.allowsEmpty
    return field
  }

  /// The default needs an enum's cases before all declarations are settled.
  private mutating func declaredIndices() -> [String: Int] {
    drain()
    var indices: [String: Int] = [:]
    for (index, declaration) in declarations.enumerated() { indices[declaration.name] = index }
    return indices
  }

  private mutating func plan(_ response: Response, _ direction: Direction, owner: String) -> ResponsePlan? {
    var status: Int?
    var range: Int?
    switch response.status {
    case .code(let code): status = code
    case .range(let digit): range = digit
    case .other: break
    }
    if (status ?? 200) < 200 || range == 1 {
      diagnostics.error(
        .unsupported, "the status \(status.map(String.init) ?? "1XX") is not a final response (RFC 9110, section 15.2)",
        at: response.position)
    }
    let name = Self.caseName(response.status)
    let body = body(
      response.content, isRequired: true, direction, named: owner + SwiftName.type(name))
    noteProblems(response, body, direction)
    return ResponsePlan(
      caseName: name, status: status, range: range, doc: doc(response.description),
      headers: headers(response.headers, owner: owner), body: body)
  }

  /// The headers of a response, or of a part.
  mutating func headers(_ headers: [Header], owner: String) -> [FieldPlan] {
    var seen: Set<String> = []
    return headers.map { header in
      var plan = field(
        header.name, header.schema, isRequired: header.isRequired, .response, owner: owner, index: nil
      ).present
      if let description = header.description { plan.doc = doc(description) }
      plan.style = style(of: header, plan.type)
      if plan.style == nil { plan = plan.written }
      // Their names must differ from the body and the status, and from the names that the codecs use.
      while ["body", "status", "response", "value", "part"].contains(plan.name) || !seen.insert(plan.name).inserted {
        plan.name = plan.name.unquoted + "Header"
      }
      return plan
    }
  }

  /// The runtime's own responses belong in the contract.
  private func checkResponses(_ operation: Operation, _ planned: [ResponsePlan]) {
    guard !operation.responses.contains(where: { $0.status == .other }) else { return }
    var statuses = [400]
    let security = operation.policy.security
    if !security.isEmpty { statuses.append(401) }
    if security.contains(where: { $0.schemes.contains { !$0.scopes.isEmpty } }) { statuses.append(403) }
    if planned.contains(where: { $0.isSuccess && $0.body != nil }) { statuses.append(406) }
    if operation.body != nil { statuses += [413, 415] }
    let declared = Set(operation.responses.map(\.status))
    let missing = (statuses + [500, 503]).filter {
      !declared.contains(.code($0)) && !declared.contains(.range($0 / 100))
    }
    guard !missing.isEmpty else { return }
    diagnostics.warning(
      .undeclaredFailure,
      "the runtime can respond with \(missing.map(String.init).joined(separator: ", ")) "
        + "and '\(operation.id)' does not declare it",
      at: operation.position, help: "declare them, or 'default'")
  }

  /// Reports routes that are the same for the router: with base paths, decoded, and without the names of parameters.
  func checkRoutes(_ contracts: [Contract]) {
    var seen: [String: Operation] = [:]
    for contract in contracts {
      for operation in contract.operations where operation.kind == .route {
        let shape = Self.path(operation, contract).map(Self.shape).joined(separator: "/")
        guard let other = seen.updateValue(operation, forKey: operation.method + " " + shape) else { continue }
        diagnostics.error(
          .duplicate,
          "\(operation.method) \(operation.path) and \(other.path) are the same route",
          at: operation.position, help: "the other is in line \(other.position.line)")
      }
    }
  }

  private static func shape(_ segment: OperationPlan.PathSegment) -> String {
    switch segment {
    case .literal(let text): text
    // No path contains this in a text.
    case .parameter: "\0"
    case .mixed(let pieces): pieces.map(shape).joined()
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

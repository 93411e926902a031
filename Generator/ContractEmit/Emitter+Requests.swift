import ContractAnalysis
import ContractPlan

/// The code that reads, checks and writes the requests of an operation.
extension Emitter {
  static func emitRequestDecode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let effects = operation.streamsBody ? "async throws(RequestFault)" : "throws(RequestFault)"
    swift.block("public static func decode(_ request: inout RequestReader) \(effects) -> Input?") { swift in
      for parameter in operation.parameters { emitParameterDecode(parameter, &swift) }
      emitCloseQuery(operation, &swift)
      for parameter in operation.parameters where parameter.field.presence == .required && parameter.location != .path {
        let field = parameter.field
        let name = field.style == nil ? "query: \(SwiftName.literal(field.wireName))" : field.constant
        swift.line("request.require(\(field.local), \(name))")
      }
      if let accepted = operation.accepted { swift.line("let accept = request.accepted(\(accepted.name).self)") }
      if operation.resumes { swift.line("let lastEventID = request.lastEventID()") }
      if operation.policy.idempotencyKey != nil { swift.line("let idempotencyKey = request.idempotencyKey()") }
      if let body = operation.body { emitBodyDecode(body, &swift) }
      let fields = operation.inputFields
      let required = fields.filter { $0.presence == .required }
      let ruled = ruled(operation)
      let parts = checksParts(ruled, of: fields) ? ruled.map(readPart) : nil
      emitGuard(required, parts, in: "request", &swift)
      emitCall("return Input", fields.map { inputArgument($0) }, &swift)
    }
  }

  private static func inputArgument(_ field: FieldPlan) -> String {
    field.name == "accept" && field.wireName.isEmpty ? "accept: accept" : argument(field, field.local)
  }

  private static func emitParameterDecode(_ parameter: ParameterPlan, _ swift: inout SwiftWriter) {
    let field = parameter.field
    guard field.style != nil else {
      let empty = field.allowsEmpty ? ", allowsEmpty: true" : ""
      let name = SwiftName.literal(field.wireName)
      return swift.line(
        "let \(field.local) = request.\(parameter.location)(\(name), \(field.type.swift).self\(empty))")
    }
    swift.line(
      "let \(field.local) = request.read(\(field.constant), \(field.type.expression).self\(held(field.schema)))")
  }

  private static func emitCloseQuery(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let fields = operation.fields(in: .query) + operation.fields(in: .querystring)
    let plain = fields.filter { $0.style == nil }.map { SwiftName.literal($0.wireName) }
    let styled = fields.filter { $0.style != nil }.map { $0.constant }.joined(separator: ", ")
    swift.line(
      "request.closeQuery(\((plain + (styled.isEmpty ? [] : ["besides: [\(styled)]"])).joined(separator: ", ")))")
  }

  private static func emitBodyDecode(_ body: BodyPlan, _ swift: inout SwiftWriter) {
    if let only = body.plainJSON {
      let absent = body.isRequired ? "" : "request.request.body.isEmpty ? nil : "
      let other = only.mediaType == "application/json" ? "" : ", as: \(SwiftName.literal(only.mediaType))"
      let held = held(only.use.schema)
      return swift.line("let body = \(absent)try request.body(\(only.use.type.expression).self\(other)\(held))")
    }
    swift.line("let body: \(optional(body))")
    let types = body.contents.map { SwiftName.literal($0.mediaType) }.joined(separator: ", ")
    let emit = { (swift: inout SwiftWriter) in
      guard body.choice != nil else {
        swift.line("try request.expect(\(types))")
        if let only = body.contents.first { emitRead(only, isStreamed: body.isStreamed, { $0 }, &swift) }
        return
      }
      swift.line("switch try request.expect(\(types)) {")
      for (index, content) in body.contents.enumerated() {
        swift.case(index == body.contents.count - 1 ? "default" : "case \(index)") { swift in
          emitRead(content, isStreamed: body.isStreamed, { ".\(content.caseName)(\($0))" }, &swift)
        }
      }
      swift.line("}")
    }
    guard !body.isRequired else { return emit(&swift) }
    swift.line("if request.isBodyAbsent {")
    swift.indented { $0.line("body = nil") }
    swift.line("} else {")
    swift.indented(emit)
    swift.line("}")
  }

  private static func optional(_ body: BodyPlan) -> String {
    if body.presence == .nullable, let only = body.contents.first { return only.type.swift + "?" }
    return body.type.swift + "?"
  }

  private static func emitRead(
    _ content: ContentPlan, isStreamed: Bool, _ wrap: (String) -> String, _ swift: inout SwiftWriter
  ) {
    let (call, mayFail) = read(content, "request", layout: "requestForm")
    if isStreamed, !content.isStreamed { swift.line("try await request.collect()") }
    guard mayFail else { return swift.lines("body = \(wrap(call))") }
    let isWhole = !content.isStreamed
    let wrapped = wrap("$0")
    if wrapped == "$0" { return swift.line("body = try \(call)") }
    swift.line(isWhole ? "body = try \(call).map { \(wrapped) }" : "body = try \(wrap(call))")
  }

  // MARK: checking

  static func emitRequestValidate(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let fields = ruled(operation)
    guard !fields.isEmpty else { return }
    let hasParts = checksParts(fields, of: operation.inputFields)
    swift.line()
    swift.block("public static func validate(_ input: Input, _ check: inout Violations)") { swift in
      if hasParts { return emitCall("Self.validate", ["&check"] + fields.map { ownPart($0, of: "input") }, &swift) }
      for field in fields {
        let value = ownPart(field, of: "input")
        switch field.presence {
        case .optional, .nullable:
          swift.block("if let \(field.local) = \(value)") { emitInputRules(field, field.local, operation, &$0) }
        case .required, .defaulted:
          // Each parameter counts its own violations.
          guard fields.count > 1, !isBody(field) else { emitInputRules(field, value, operation, &swift); continue }
          swift.block("do") { emitInputRules(field, value, operation, &$0) }
        }
      }
    }
    guard hasParts else { return }
    swift.line()
    let parameters = fields.map { "_ \($0.local): \($0.type.swift)?" }
    emitSignature("private static func validate", ["_ check: inout Violations"] + parameters, "", &swift) { swift in
      for field in fields {
        swift.block("if let \(field.local)") { emitInputRules(field, field.local, operation, &$0) }
      }
    }
  }

  /// The parameters with rules, and the body if it or one of its contents has rules.
  private static func ruled(_ operation: OperationPlan) -> [FieldPlan] {
    operation.inputFields.filter { field in
      isBody(field) ? operation.body?.contents.contains { !$0.rules.isEmpty } ?? false : !field.rules.isEmpty
    }
  }

  private static func isBody(_ field: FieldPlan) -> Bool { field.name == "body" && field.wireName.isEmpty }

  private static func emitInputRules(
    _ field: FieldPlan, _ value: String, _ operation: OperationPlan, _ swift: inout SwiftWriter
  ) {
    if isBody(field) {
      guard let body = operation.body else { return }
      return emitRules(body.presence == .nullable ? body.present : body, value, &swift)
    }
    let location = operation.parameters.first { $0.field.name == field.name }?.location ?? .query
    swift.line("let mark = check.count")
    emitRules(of: field, value, &swift)
    let name = SwiftName.literal(field.wireName)
    swift.line("check.locate(since: mark, in: .\(location == .querystring ? .query : location), \(name))")
  }

  // MARK: writing

  static func emitRequestEncode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let mutates =
      operation.parameters.contains { $0.location != .path } || operation.body != nil
      || operation.policy.idempotencyKey != nil
      || operation.resumes || operation.accepted != nil
    let hasForm = operation.body?.contents.contains { $0.codec == .form } ?? false
    let canFail = operation.fields.contains { $0.style != nil } || hasForm
    let pathFails = operation.fields(in: .path).contains { $0.style != nil }
    swift.block("public static func encode(_ input: Input)\(canFail ? " throws" : "") -> HTTPRequest") { swift in
      let path = operation.target.map(written).joined()
      let made = "\(pathFails ? "try " : "")HTTPRequest(method: \"\(operation.method)\", path: \"\(path)\")"
      guard mutates else { return swift.line(made) }
      swift.line("var request = \(made)")
      for parameter in operation.parameters where parameter.location != .path {
        let field = parameter.field
        let value = "input.\(field.name.unquoted)"
        swift.line(
          field.style == nil
            ? "request.addQuery(\(SwiftName.literal(field.wireName)), \(value))"
            : "try request.add(\(field.constant), \(value))")
      }
      if operation.accepted != nil { swift.line("request.accept(input.accept)") }
      if operation.resumes { swift.line("request.headers[\"last-event-id\"] = input.lastEventID") }
      if operation.policy.idempotencyKey != nil {
        swift.line("request.headers[\"idempotency-key\"] = input.idempotencyKey")
      }
      if let body = operation.body { emitBodyEncode(body, &swift) }
      swift.line("return request")
    }
  }

  private static func written(_ piece: OperationPlan.TargetPiece) -> String {
    switch piece {
    case .text(let text): return String(SwiftName.literal(text).dropFirst().dropLast())
    case .value(let field):
      let value = "input.\(field.name.unquoted)"
      return field.style == nil
        ? "\\(PercentCoding.encode(\(value).parameter))" : "\\(\(field.constant).written(\(value)))"
    }
  }

  private static func emitBodyEncode(_ body: BodyPlan, _ swift: inout SwiftWriter) {
    switch body.presence {
    case .nullable:
      guard let only = body.contents.first else { return }
      swift.line("request.set(json: input.body, as: \(SwiftName.literal(only.sentMediaType)))")
    case .optional where body.choice == nil:
      swift.block("if let body = input.body") {
        emitWrite(body, "body", to: "request", layout: "requestForm", &$0)
      }
    default:
      emitWrite(body, "input.body", isOptional: !body.isRequired, to: "request", layout: "requestForm", &swift)
    }
  }
}

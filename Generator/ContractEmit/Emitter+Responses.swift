import ContractPlan

/// The code that reads, checks and writes the responses of an operation.
extension Emitter {
  static func emitResponseDecode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let reads = operation.responses.contains { $0.body != nil || !$0.headers.isEmpty }
    let collects =
      operation.streamsAnswer && operation.responses.contains { $0.body?.contents.contains { !$0.isStreamed } ?? false }
    swift.block(
      "public static func decode(_ response: HTTPResponse) \(collects ? "async " : "")throws -> Output?"
    ) { swift in
      if reads { swift.line("\(collects ? "var" : "let") reader = ResponseReader(response, descriptor)") }
      swift.line("switch response.status {")
      // A specific status takes precedence over its range (OpenAPI 3.1, section 4.8.16).
      let rank = { (response: ResponsePlan) in response.status ?? response.range.map { $0 + 1_000 } ?? .max }
      for response in operation.responses.sorted(by: { rank($0) < rank($1) }) {
        let label =
          response.status.map { "case \($0)" } ?? response.range.map { "case \($0)00..<\($0 + 1)00" } ?? "default"
        emitCase(response, label, isStreamed: operation.streamsAnswer, &swift)
      }
      if !operation.responses.contains(where: \.isDefault) { swift.line("default: return nil") }
      swift.line("}")
    }
  }

  private static func emitCase(
    _ response: ResponsePlan, _ label: String, isStreamed: Bool, _ swift: inout SwiftWriter
  ) {
    var inline: String?
    if !isStreamed, let only = response.body?.plainJSON {
      let held = held(only.use.schema)
      inline = "reader.body(\(only.use.type.expression).self, \(SwiftName.literal(only.mediaType))\(held))"
    }
    let values = payload(response).map { item -> String in
      if item.name == "status" { return "status: response.status" }
      if item.name == "body" { return inline ?? "body" }
      guard let header = response.headers.first(where: { local($0) == item.name }) else { return item.name }
      return "\(item.label.label): \(read(header, of: response))"
    }
    let mayFail = inline != nil || response.headers.contains { $0.presence == .required || $0.style != nil }
    let made =
      "return \(mayFail ? "try " : "").\(response.caseName)"
      + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))")
    guard let body = response.body, inline == nil else { return swift.line("\(label): \(made)") }
    swift.line("\(label):")
    swift.indented { swift in
      emitRead(body, of: response, isStreamed: isStreamed, &swift)
      swift.line(made)
    }
  }

  private static func read(_ header: FieldPlan, of response: ResponsePlan) -> String {
    let isRequired = header.presence == .required
    guard header.style != nil else {
      let name = SwiftName.literal(header.wireName.lowercased())
      return "reader.\(isRequired ? "requiredHeader" : "header")(\(name), \(header.type.swift).self)"
    }
    let held = held(header.schema)
    let name = constant(header, of: response.caseName)
    return "reader.\(isRequired ? "required" : "read")(\(name), \(header.type.expression).self\(held))"
  }

  private static func emitRead(
    _ body: BodyPlan, of response: ResponsePlan, isStreamed: Bool, _ swift: inout SwiftWriter
  ) {
    let types = body.contents.map { SwiftName.literal($0.mediaType) }.joined(separator: ", ")
    let emit = { (content: ContentPlan, wrap: (String) -> String, swift: inout SwiftWriter) in
      let (call, mayFail) = read(content, "reader", layout: layout(response))
      if isStreamed, !content.isStreamed { swift.line("try await reader.collect()") }
      swift.lines("\(body.choice == nil ? "let " : "")body = \(mayFail ? "try " : "")\(wrap(call))")
    }
    guard body.choice != nil else {
      swift.line("_ = try reader.expect(\(types))")
      if let only = body.contents.first { emit(only, { $0 }, &swift) }
      return
    }
    swift.line("let body: \(body.type.swift)")
    swift.line("switch try reader.expect(\(types)) {")
    for (index, content) in body.contents.enumerated() {
      swift.line(index == body.contents.count - 1 ? "default:" : "case \(index):")
      swift.indented { swift in emit(content, { ".\(content.caseName)(\($0))" }, &swift) }
    }
    swift.line("}")
  }

  private static func layout(_ response: ResponsePlan) -> String { response.caseName.unquoted + "Form" }

  /// The constants shared by an operation's codecs: the styles of parameters, headers and forms.
  static func emitStyles(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    var constants = operation.fields.map { (name: constant($0), field: $0) }
    for response in operation.responses {
      constants += response.headers.map { (constant($0, of: response.caseName), $0) }
    }
    for (name, field) in constants {
      guard let style = field.style else { continue }
      swift.line("private static let \(name) = \(styled(field.wireName, style))")
    }
    if constants.contains(where: { $0.field.style != nil }) { swift.line() }
    emitLayouts(operation.body, "request", &swift)
    for response in operation.responses { emitLayouts(response.body, response.caseName.unquoted, &swift) }
  }

  // MARK: checking

  static func emitResponseValidate(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func validate(_ output: Output, _ check: inout Violations)") { swift in
      swift.line("switch output {")
      var hasOthers = false
      for response in operation.responses {
        let headers = response.headers.filter { !$0.rules.isEmpty }
        let isRuled = response.body?.contents.contains { !$0.rules.isEmpty } ?? false
        guard isRuled || !headers.isEmpty || response.range != nil else {
          hasOthers = true
          continue
        }
        let bound = Set(headers.map(local) + (isRuled ? ["body"] : []) + (response.range == nil ? [] : ["status"]))
        let bindings = payload(response).map { bound.contains($0.name) ? "let \($0.name)" : "_" }.joined(
          separator: ", ")
        swift.line("case .\(response.caseName)(\(bindings)):")
        swift.indented { swift in
          if let digit = response.range {
            swift.line("if status / 100 != \(digit) { check.add(\"status\", \"is not one of \(digit)XX\") }")
          }
          if let body = response.body { emitRules(body, "body", &swift) }
          for header in headers { emitHeaderRules(header, local(header), &swift) }
        }
      }
      if hasOthers { swift.line("default: break") }
      swift.line("}")
    }
  }

  static func emitHeaderRules(_ header: FieldPlan, _ value: String, _ swift: inout SwiftWriter) {
    let key = SwiftName.literal(header.wireName)
    guard header.presence == .optional else {
      for rule in header.rules { emitRule(rule, key, value, &swift) }
      return
    }
    swift.block("if let \(value)") { swift in
      for rule in header.rules { emitRule(rule, key, value, &swift) }
    }
  }

  // MARK: writing

  static func emitResponseEncode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let canFail = operation.responses.contains { response in
      response.headers.contains { $0.style != nil } || response.body?.contents.contains { $0.codec == .form } ?? false
    }
    swift.block("public static func encode(_ output: Output)\(canFail ? " throws" : "") -> HTTPResponse") { swift in
      swift.line("switch output {")
      for response in operation.responses {
        let values = payload(response)
        let bindings = values.isEmpty ? "" : "(\(values.map { "let \($0.name)" }.joined(separator: ", ")))"
        swift.line("case .\(response.caseName)\(bindings):")
        swift.indented { emitEncode(response, &$0) }
      }
      swift.line("}")
    }
  }

  static func emitStatus(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func status(of output: Output) -> Int") { swift in
      swift.line("switch output {")
      for response in operation.responses {
        let bindings = payload(response).map { $0.name == "status" ? "let status" : "_" }.joined(separator: ", ")
        swift.line("case .\(response.caseName)" + (response.status.map { ": \($0)" } ?? "(\(bindings)): status"))
      }
      swift.line("}")
    }
  }

  private static func emitEncode(_ response: ResponsePlan, _ swift: inout SwiftWriter) {
    let status = response.status.map(String.init) ?? "status"
    var value = "HTTPResponse(status: \(status))"
    var rest = response.body
    if let body = rest, body.choice == nil, let only = body.contents.first, only.codec == .json {
      value = "HTTPResponse(status: \(status), json: body, mediaType: \(jsonType(only)))"
      rest = nil
    }
    guard rest != nil || !response.headers.isEmpty else { return swift.line("return \(value)") }
    swift.line("var response = \(value)")
    if let body = rest { emitWrite(body, "body", to: "response", layout: layout(response), &swift) }
    for header in response.headers {
      let optional = header.presence == .optional ? "?" : ""
      swift.line(
        header.style == nil
          ? "response.headers[\(SwiftName.literal(header.wireName.lowercased()))] = \(local(header))\(optional).parameter"
          : "try response.add(\(constant(header, of: response.caseName)), \(local(header)))")
    }
    swift.line("return response")
  }
}

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
      for response in operation.responsesByPrecedence {
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
      guard let header = response.headers.first(where: { $0.local == item.name }) else { return item.name }
      return "\(item.label.label): \(read(header, of: response))"
    }
    let mayFail = inline != nil || response.headers.contains { $0.presence == .required || $0.style != nil }
    let made =
      "return \(mayFail ? "try " : "").\(response.caseName)"
      + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))")
    swift.case(label) { swift in
      if let body = response.body, inline == nil { emitRead(body, of: response, isStreamed: isStreamed, &swift) }
      swift.line(made)
    }
  }

  private static func read(_ header: FieldPlan, of response: ResponsePlan) -> String {
    let isRequired = header.presence == .required
    guard header.style != nil else {
      let name = SwiftName.literal(header.headerName)
      return "reader.\(isRequired ? "requiredHeader" : "header")(\(name), \(header.type.swift).self)"
    }
    let held = held(header.schema)
    let name = response.constant(header)
    return "reader.\(isRequired ? "required" : "read")(\(name), \(header.type.expression).self\(held))"
  }

  private static func emitRead(
    _ body: BodyPlan, of response: ResponsePlan, isStreamed: Bool, _ swift: inout SwiftWriter
  ) {
    let types = body.contents.map { SwiftName.literal($0.mediaType) }.joined(separator: ", ")
    let emit = { (content: ContentPlan, wrap: (String) -> String, swift: inout SwiftWriter) in
      let (call, mayFail) = read(content, "reader", layout: response.formConstant)
      if isStreamed, !content.isStreamed { swift.line("try await reader.collect()") }
      swift.lines("\(body.choice == nil ? "let " : "")body = \(mayFail ? "try " : "")\(wrap(call))")
    }
    guard body.choice != nil else {
      swift.line("try reader.expect(\(types))")
      if let only = body.contents.first { emit(only, { $0 }, &swift) }
      return
    }
    swift.line("let body: \(body.type.swift)")
    swift.line("switch try reader.expect(\(types)) {")
    for (index, content) in body.contents.enumerated() {
      swift.case(index == body.contents.count - 1 ? "default" : "case \(index)") { swift in
        emit(content, { ".\(content.caseName)(\($0))" }, &swift)
      }
    }
    swift.line("}")
  }

  /// The constants shared by an operation's codecs: the styles of parameters, headers and forms.
  static func emitStyles(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    var constants = operation.fields.map { (name: $0.constant, field: $0) }
    for response in operation.responses {
      constants += response.headers.map { (response.constant($0), $0) }
    }
    for (name, field) in constants {
      guard let style = field.style else { continue }
      let others = style.takesOthers ? operation.fields(in: .query).filter { $0.name != field.name } : []
      let taken = others.flatMap { $0.style?.names($0.wireName) ?? [$0.wireName] }
      swift.line("private static let \(name) = \(styled(field.wireName, style, besides: taken))")
    }
    if constants.contains(where: { $0.field.style != nil }) { swift.line() }
    emitLayouts(operation.body, "requestForm", &swift)
    for response in operation.responses { emitLayouts(response.body, response.formConstant, &swift) }
  }

  // MARK: checking

  static func emitResponseValidate(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let ruled = operation.responses.filter { response in
      response.headers.contains { !$0.rules.isEmpty } || response.range != nil || isBodyRuled(response)
    }
    guard !ruled.isEmpty else { return }
    swift.line()
    swift.block("public static func validate(_ output: Output, _ check: inout Violations)") { swift in
      emitSwitch("output", ruled, of: operation.responses.count, pattern, &swift, emitRules)
    }
  }

  private static func isBodyRuled(_ response: ResponsePlan) -> Bool {
    response.body?.contents.contains { !$0.rules.isEmpty } ?? false
  }

  /// The case with what is checked.
  private static func pattern(_ response: ResponsePlan) -> String {
    var bound = Set(response.headers.filter { !$0.rules.isEmpty }.map(\.local))
    if isBodyRuled(response) { bound.insert("body") }
    if response.range != nil { bound.insert("status") }
    return caseOf(response, binding: bound)
  }

  private static func emitRules(_ response: ResponsePlan, _ swift: inout SwiftWriter) {
    if let digit = response.range {
      swift.line("if status / 100 != \(digit) { check.add(\"status\", \"is not one of \(digit)XX\") }")
    }
    if let body = response.body { emitRules(body, "body", &swift) }
    for header in response.headers where !header.rules.isEmpty { emitHeaderRules(header, &swift) }
  }

  /// The pattern of a response's case that binds some of its values.
  static func caseOf(_ response: ResponsePlan, binding bound: Set<String>) -> String {
    let values = payload(response).map { bound.contains($0.name) ? "let \($0.name)" : "_" }
    let isBound = values.contains { $0 != "_" }
    return ".\(response.caseName)" + (isBound ? "(\(values.joined(separator: ", ")))" : "")
  }

  /// A switch over those of `count` cases that have something to do; for one of several, `if case`.
  static func emitSwitch<Item>(
    _ value: String, _ items: [Item], of count: Int, _ pattern: (Item) -> String, _ swift: inout SwiftWriter,
    _ emit: (Item, inout SwiftWriter) -> Void
  ) {
    if items.count == 1, count > 1, let only = items.first {
      return swift.block("if case \(pattern(only)) = \(value)") { emit(only, &$0) }
    }
    swift.line("switch \(value) {")
    for item in items { swift.case("case \(pattern(item))") { emit(item, &$0) } }
    if items.count < count { swift.line("default: break") }
    swift.line("}")
  }

  static func emitHeaderRules(_ header: FieldPlan, _ swift: inout SwiftWriter) {
    emitRules(of: header, header.local, isOptional: header.presence == .optional, &swift)
  }

  // MARK: writing

  static func emitResponseEncode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let canFail = operation.responses.contains { response in
      response.headers.contains { $0.style != nil } || response.body?.contents.contains { $0.codec == .form } ?? false
    }
    swift.block("public static func encode(_ output: Output)\(canFail ? " throws" : "") -> HTTPResponse") { swift in
      swift.line("switch output {")
      for response in operation.responses {
        swift.case("case " + caseOf(response, binding: Set(payload(response).map(\.name)))) {
          emitEncode(response, &$0)
        }
      }
      swift.line("}")
    }
  }

  static func emitStatus(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func status(of output: Output) -> Int") { swift in
      swift.line("switch output {")
      for response in operation.responses {
        swift.line("case \(caseOf(response, binding: ["status"])): \(response.status.map(String.init) ?? "status")")
      }
      swift.line("}")
    }
  }

  private static func emitEncode(_ response: ResponsePlan, _ swift: inout SwiftWriter) {
    let status = response.status.map(String.init) ?? "status"
    var value = "HTTPResponse(status: \(status))"
    var rest = response.body
    if let body = rest, body.choice == nil, let only = body.contents.first, only.codec == .json {
      value = "HTTPResponse(status: \(status), json: body, mediaType: \(SwiftName.literal(only.sentMediaType)))"
      rest = nil
    }
    guard rest != nil || !response.headers.isEmpty else { return swift.line("return \(value)") }
    swift.line("var response = \(value)")
    if let body = rest { emitWrite(body, "body", to: "response", layout: response.formConstant, &swift) }
    for header in response.headers {
      let optional = header.presence == .optional ? "?" : ""
      swift.line(
        header.style == nil
          ? "response.headers[\(SwiftName.literal(header.headerName))] = \(header.local)\(optional).parameter"
          : "try response.add(\(response.constant(header)), \(header.local))")
    }
    swift.line("return response")
  }
}

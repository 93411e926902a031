import ContractPlan

extension Emitter {
  static func emitOperationCodecs(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    for operation in plan.operations {
      swift.line()
      swift.block("extension \(operation.typeName)") { swift in
        emitStyles(operation, &swift)
        emitRequestDecode(operation, &swift)
        swift.line()
        emitRequestValidate(operation, &swift)
        swift.line()
        emitRequestEncode(operation, &swift)
        swift.line()
        if operation.idempotencyKey != nil {
          swift.line("public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }")
          swift.line()
        }
        emitResponseDecode(operation, &swift)
        swift.line()
        emitResponseValidate(operation, &swift)
        swift.line()
        emitResponseEncode(operation, &swift)
      }
    }
  }

  /// The schema that a body is held against while it is read.
  private static func held(_ body: UsePlan) -> String { body.schema.map { ", Schemas.program, \($0)" } ?? "" }

  private static func other(_ mediaType: String) -> String {
    mediaType == "application/json" ? "" : ", as: \(SwiftName.literal(mediaType))"
  }

  private static func emitRequestDecode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func decode(_ request: inout RequestReader) throws(ProblemDetails) -> Input?") { swift in
      for (place, field) in operation.parameters {
        let name = SwiftName.literal(field.wireName)
        guard field.style != nil else {
          swift.line("let \(local(field)) = request.\(place)(\(name), \(field.type.swift).self)")
          continue
        }
        let held = field.schema.map { ", Schemas.program, \($0)" } ?? ""
        swift.line("let \(local(field)) = request.read(\(constant(field)), \(field.type.expression).self\(held))")
      }
      let plain = operation.queryFields.filter { $0.style == nil }.map { SwiftName.literal($0.wireName) }
      let styled = operation.queryFields.filter { $0.style != nil }.map(constant).joined(separator: ", ")
      swift.line(
        "request.closeQuery(\((plain + (styled.isEmpty ? [] : ["besides: [\(styled)]"])).joined(separator: ", ")))")
      for (place, field) in operation.parameters where field.presence == .required && place != "path" {
        let name = field.style == nil ? "query: \(SwiftName.literal(field.wireName))" : constant(field)
        swift.line("request.require(\(local(field)), \(name))")
      }
      if operation.idempotencyKey != nil { swift.line("let idempotencyKey = request.idempotencyKey()") }
      if let body = operation.body {
        let absent = operation.isBodyRequired ? "" : "request.request.body.isEmpty ? nil : "
        swift.line(
          "let body = \(absent)try request.body(\(body.type.expression).self\(other(operation.bodyType))\(held(body)))")
      }
      let fields = operation.inputFields
      let required = fields.filter { $0.presence == .required }.map { "let \(local($0))" }
      if !required.isEmpty { swift.line("guard \(required.joined(separator: ", ")) else { return nil }") }
      emitCall("return Input", fields.map { argument($0, local($0)) }, &swift)
    }
  }

  /// The name of what says how a parameter is written.
  private static func constant(_ field: FieldPlan) -> String { "styled" + SwiftName.type(field.name.unquoted) }

  private static func emitStyles(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    for (_, field) in operation.parameters {
      guard let style = field.style else { continue }
      var arguments = [
        SwiftName.literal(field.wireName), "in: .\(style.place)", "style: .\(style.style)", "explode: \(style.explode)",
      ]
      if style.allowReserved { arguments.append("allowReserved: true") }
      arguments.append(shape(style.shape))
      emitCall("private static let \(constant(field)) = StyledParameter", arguments, &swift)
    }
    if operation.parameters.contains(where: { $0.field.style != nil }) { swift.line() }
  }

  private static func shape(_ shape: StylePlan.Shape) -> String {
    let kinds = { (names: [String]) in "[" + names.map { "." + $0 }.joined(separator: ", ") + "]" }
    switch shape {
    case .primitive(let names): return ".primitive(\(kinds(names)))"
    case .array(let names): return ".array(\(kinds(names)))"
    case .object(let members, let others):
      let listed = members.map { "\(SwiftName.literal($0.name)): \(kinds($0.kinds))" }.joined(separator: ", ")
      return ".object([\(listed.isEmpty ? ":" : listed)], others: \(others.map(kinds) ?? "nil"))"
    case .json: return ".json"
    }
  }

  private static func emitRequestValidate(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func validate(_ input: Input, _ check: inout Violations)") { swift in
      for (place, field) in operation.parameters where !field.rules.isEmpty {
        swift.line("do {")
        swift.indented { swift in
          swift.line("let mark = check.count")
          emitRules([field], owner: "input", &swift)
          swift.line("check.place(since: mark, in: .\(place), \(SwiftName.literal(field.wireName)))")
        }
        swift.line("}")
      }
      if let body = operation.body, !body.rules.isEmpty { emitBodyRules(body, operation.isBodyRequired, &swift) }
    }
  }

  private static func emitBodyRules(_ body: UsePlan, _ isRequired: Bool, _ swift: inout SwiftWriter) {
    let emit = { (value: String, swift: inout SwiftWriter) in
      for rule in body.rules {
        if rule == .value { swift.line("\(value).validate(&check)") } else { emitRule(rule, "\"\"", value, &swift) }
      }
    }
    if isRequired { return emit("input.body", &swift) }
    swift.block("if let body = input.body") { swift in emit("body", &swift) }
  }

  private static func emitRequestEncode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let mutates =
      operation.parameters.contains { $0.place != "path" } || operation.body != nil || operation.idempotencyKey != nil
    let canFail = operation.parameters.contains { $0.field.style != nil }
    let pathFails = operation.pathFields.contains { $0.style != nil }
    swift.block("public static func encode(_ input: Input)\(canFail ? " throws" : "") -> HTTPRequest") { swift in
      let path = operation.path.map { segment -> String in
        switch segment {
        case .literal(let text): return "/" + SwiftName.literal(text).dropFirst().dropLast()
        case .parameter(let name):
          let field = operation.pathFields.first { $0.wireName == name }
          let value = "input.\(field?.name.unquoted ?? name)"
          if let field, field.style != nil { return "/\\(\(constant(field)).written(\(value)))" }
          return "/\\(PercentCoding.encode(\(value).parameter))"
        }
      }.joined()
      swift.line(
        "\(mutates ? "var" : "let") request = \(pathFails ? "try " : "")"
          + "HTTPRequest(method: \"\(operation.method.uppercased())\", path: \"\(path)\")"
      )
      for (place, field) in operation.parameters where place != "path" {
        let value = "input.\(field.name.unquoted)"
        swift.line(
          field.style == nil
            ? "request.addQuery(\(SwiftName.literal(field.wireName)), \(value))"
            : "try request.add(\(constant(field)), \(value))")
      }
      if operation.idempotencyKey != nil {
        swift.line("request.headers[\"idempotency-key\"] = input.idempotencyKey")
      }
      if operation.body != nil {
        let type = "request.headers[\"content-type\"] = \(SwiftName.literal(operation.bodyType))"
        if operation.isBodyRequired {
          swift.line(type)
          swift.line("request.body = input.body.json")
        } else {
          swift.block("if let body = input.body") { swift in
            swift.line(type)
            swift.line("request.body = body.json")
          }
        }
      }
      swift.line("return request")
    }
  }

  private static func emitResponseDecode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let reads = operation.responses.contains { $0.body != nil || !$0.headers.isEmpty }
    swift.block("public static func decode(_ response: HTTPResponse) throws -> Output?") { swift in
      if reads { swift.line("let reader = ResponseReader(response, descriptor)") }
      swift.line("switch response.status {")
      // A code of its own goes before its range (OpenAPI 3.1, section 4.8.16).
      let rank = { (response: ResponsePlan) in response.status ?? response.range.map { $0 + 1_000 } ?? .max }
      for response in operation.responses.sorted(by: { rank($0) < rank($1) }) {
        let label =
          response.status.map { "case \($0)" } ?? response.range.map { "case \($0)00..<\($0 + 1)00" } ?? "default"
        let values = payload(response).map { item -> String in
          if item.name == "status" { return "status: response.status" }
          if item.name == "body", let body = response.body {
            return "reader.body(\(body.type.expression).self, \(SwiftName.literal(response.mediaType))\(held(body)))"
          }
          let header = response.headers.first { $0.name == item.name }
          let read = header?.presence == .required ? "requiredHeader" : "header"
          let wireName = SwiftName.literal((header?.wireName ?? "").lowercased())
          return "\(item.label): reader.\(read)(\(wireName), \(header?.type.swift ?? "String").self)"
        }
        let mark = response.body != nil || response.headers.contains { $0.presence == .required } ? "try " : ""
        swift.line(
          "\(label): return \(mark).\(response.caseName)"
            + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"))
      }
      if !operation.responses.contains(where: \.isDefault) { swift.line("default: return nil") }
      swift.line("}")
    }
  }

  private static func emitResponseValidate(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func validate(_ output: Output, _ check: inout Violations)") { swift in
      swift.line("switch output {")
      var hasOthers = false
      for response in operation.responses {
        let headers = response.headers.filter { !$0.rules.isEmpty }
        let bodyRules = response.body?.rules ?? []
        guard !bodyRules.isEmpty || !headers.isEmpty || response.range != nil else {
          hasOthers = true
          continue
        }
        let bound = Set(
          headers.map(\.name) + (bodyRules.isEmpty ? [] : ["body"]) + (response.range == nil ? [] : ["status"]))
        let bindings = payload(response).map { bound.contains($0.name) ? "let \($0.name)" : "_" }.joined(
          separator: ", ")
        swift.line("case .\(response.caseName)(\(bindings)):")
        swift.indented { swift in
          if let digit = response.range {
            swift.line("if status / 100 != \(digit) { check.add(\"status\", \"is not one of \(digit)XX\") }")
          }
          for rule in bodyRules {
            if rule == .value { swift.line("body.validate(&check)") } else { emitRule(rule, "\"\"", "body", &swift) }
          }
          for header in headers { emitHeaderRules(header, &swift) }
        }
      }
      if hasOthers { swift.line("default: break") }
      swift.line("}")
    }
  }

  private static func emitHeaderRules(_ header: FieldPlan, _ swift: inout SwiftWriter) {
    let key = SwiftName.literal(header.wireName)
    guard header.presence == .optional else {
      for rule in header.rules { emitRule(rule, key, header.name, &swift) }
      return
    }
    swift.block("if let \(header.name)") { swift in
      for rule in header.rules { emitRule(rule, key, header.name, &swift) }
    }
  }

  private static func emitResponseEncode(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func encode(_ output: Output) -> HTTPResponse") { swift in
      swift.line("switch output {")
      for response in operation.responses {
        let values = payload(response)
        let bindings = values.isEmpty ? "" : "(\(values.map { "let \($0.name)" }.joined(separator: ", ")))"
        swift.line("case .\(response.caseName)\(bindings):")
        swift.indented { swift in
          let status = response.status.map(String.init) ?? "status"
          let value =
            response.body.map { _ in
              "HTTPResponse(status: \(status), json: body, mediaType: \(SwiftName.literal(response.mediaType)))"
            }
            ?? "HTTPResponse(status: \(status))"
          guard !response.headers.isEmpty else { return swift.line("return \(value)") }
          swift.line("var response = \(value)")
          for header in response.headers {
            let optional = header.presence == .optional ? "?" : ""
            swift.line(
              "response.headers[\(SwiftName.literal(header.wireName.lowercased()))] = \(header.name)\(optional).parameter"
            )
          }
          swift.line("return response")
        }
      }
      swift.line("}")
    }
  }
}

import ContractPlan

extension Emitter {
  /// The enum of a multipart body's parts, with the code that reads, checks and writes each.
  static func emitMultipart(_ plan: MultipartPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.block("public enum \(plan.name): ServiceCore.MultipartItem") { swift in
      for part in plan.parts {
        swift.doc(part.doc)
        let values = [part.type.swift] + part.headers.map { "\($0.name.parameter): \($0.declared)" }
        swift.line("case \(part.caseName)(\(values.joined(separator: ", ")))")
      }
      if !plan.isClosed {
        swift.doc(["A part that the contract does not list."])
        swift.line("case undeclared(MultipartPart)")
      }
      swift.line()
      emitLayout(plan, &swift)
      swift.line()
      emitPartDecode(plan, &swift)
      emitPartValidate(plan, &swift)
      swift.line()
      emitPartEncode(plan, &swift)
    }
  }

  private static func emitLayout(_ plan: MultipartPlan, _ swift: inout SwiftWriter) {
    var arguments = ["subtype: \(SwiftName.literal(plan.subtype))"]
    if plan.isPositional {
      let (least, most) = plan.count
      arguments.append("min: \(least), max: \(most.map(String.init) ?? ".max")")
    } else {
      let parts = plan.parts.map {
        "(\(SwiftName.literal($0.wireName)), \($0.min), \($0.max.map(String.init) ?? ".max"))"
      }
      arguments.append("parts: [\(parts.joined(separator: ", "))]")
      arguments.append("isClosed: \(plan.isClosed)")
    }
    emitCall("public static let layout = ServiceCore.MultipartLayout", arguments, &swift)
  }

  private static func emitPartDecode(_ plan: MultipartPlan, _ swift: inout SwiftWriter) {
    swift.block("public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> \(plan.name)?") {
      swift in
      // Parts by position without any of their own are all alike.
      if plan.restIndex == 0, let only = plan.parts.first { return emitPartDecode(only, &swift) }
      swift.line(plan.isPositional ? "switch reader.index {" : "switch reader.key {")
      for (index, part) in plan.parts.enumerated() {
        let label = plan.isPositional ? String(index) : SwiftName.literal(part.wireName)
        swift.line(index == plan.restIndex ? "default:" : "case \(label):")
        swift.indented { emitPartDecode(part, &$0) }
      }
      if !plan.isClosed {
        swift.line("default: return .undeclared(reader.part)")
      } else if plan.restIndex == nil {
        swift.line("default: return nil")
      }
      swift.line("}")
    }
  }

  private static func emitPartDecode(_ part: MultipartPlan.Part, _ swift: inout SwiftWriter) {
    let held = held(part.use.schema)
    let type = part.use.type.expression
    for header in part.headers {
      let read = header.presence == .required ? "requiredHeader" : "header"
      let name = SwiftName.literal(header.headerName)
      swift.line("let \(header.local) = reader.\(read)(\(name), \(header.type.swift).self)")
    }
    let types = SwiftName.literalList(part.contentTypes)
    let value =
      switch part.codec {
      case .json: "try await reader.json(\(type).self, of: \(types)\(held))"
      case .text: "try await reader.text(\(type).self, of: \(types), \(list(part.types))\(held))"
      case .multipart: "try reader.parts(\(type).self, of: \(types))"
      default:
        "reader.file(\(types)\(part.limit.map { ", limit: \($0)" } ?? ""))"
      }
    swift.line("let value = \(value)")
    let required = part.headers.filter { $0.presence == .required }.map { "let \($0.local)" }
    swift.line("guard \((["let value"] + required).joined(separator: ", ")) else { return nil }")
    let values = ["value"] + part.headers.map { "\($0.name.label): \($0.local)" }
    swift.line("return .\(part.caseName)(\(values.joined(separator: ", ")))")
  }

  private static func emitPartValidate(_ plan: MultipartPlan, _ swift: inout SwiftWriter) {
    let ruled = plan.parts.filter { isRuled($0) || $0.headers.contains { !$0.rules.isEmpty } }
    guard !ruled.isEmpty else { return }
    swift.line()
    swift.block("public func validate(_ check: inout Violations)") { swift in
      emitSwitch("self", ruled, of: plan.parts.count + (plan.isClosed ? 0 : 1), pattern, &swift) { part, swift in
        if isRuled(part) { emitRootRules(part.use.rules, "value", &swift) }
        for header in part.headers where !header.rules.isEmpty { emitHeaderRules(header, &swift) }
      }
    }
  }

  private static func isRuled(_ part: MultipartPlan.Part) -> Bool { part.codec != .bytes && !part.use.rules.isEmpty }

  private static func pattern(_ part: MultipartPlan.Part) -> String {
    let headers = part.headers.map { $0.rules.isEmpty ? "_" : "let \($0.local)" }
    return ".\(part.caseName)(\(([isRuled(part) ? "let value" : "_"] + headers).joined(separator: ", ")))"
  }

  private static func emitPartEncode(_ plan: MultipartPlan, _ swift: inout SwiftWriter) {
    swift.block("public func encode() throws -> MultipartPart") { swift in
      swift.line("switch self {")
      for part in plan.parts {
        let bindings = ["let value"] + part.headers.map { "let \($0.local)" }
        swift.line("case .\(part.caseName)(\(bindings.joined(separator: ", "))):")
        swift.indented { swift in
          let name = plan.isPositional ? "nil" : SwiftName.literal(part.wireName)
          let type = SwiftName.literal(part.sentMediaType)
          let made =
            switch part.codec {
            case .multipart: "try MultipartPart(name: \(name), parts: value)"
            case .json: "try MultipartPart(name: \(name), json: value, contentType: \(type))"
            case .text: "try MultipartPart(name: \(name), text: value, contentType: \(type))"
            default: "try value.named(\(name), contentType: \(type))"
            }
          guard !part.headers.isEmpty else { return swift.line("return \(made)") }
          swift.line("var part = \(made)")
          for header in part.headers {
            let optional = header.presence == .optional ? "?" : ""
            swift.line(
              "part.headers[\(SwiftName.literal(header.headerName))] = \(header.local)\(optional).parameter"
            )
          }
          swift.line("return part")
        }
      }
      if !plan.isClosed { swift.line("case .undeclared(let part): return part") }
      swift.line("}")
    }
  }
}

extension SwiftName {
  static func literalList(_ texts: [String]) -> String { "[\(texts.map(literal).joined(separator: ", "))]" }
}

import ContractPlan

/// Security schemes, servers, links, and the addresses of callbacks.
extension Emitter {
  static func emitSecurity(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    if !plan.schemes.isEmpty {
      swift.line()
      swift.doc(["The security schemes of the contract."])
      swift.block("public enum \(plan.name)Security") { swift in
        for scheme in plan.schemes {
          swift.doc(scheme.doc)
          swift.line(
            "public static let \(scheme.name) = ServiceCore.SecurityScheme("
              + "name: \(SwiftName.literal(scheme.wireName)), kind: \(kind(scheme)))")
        }
      }
    }
    for principal in plan.principals { emitPrincipal(principal, &swift) }
    emitServers(plan.servers, in: plan.name + "Servers", &swift)
  }

  private static func kind(_ scheme: SchemePlan) -> String {
    switch scheme.kind {
    case .apiKey(let location, let name): ".apiKey(in: .\(location), name: \(SwiftName.literal(name)))"
    case .http(let scheme): ".http(scheme: \(SwiftName.literal(scheme)))"
    case .openIDConnect(let url): ".openIDConnect(url: \(SwiftName.literal(url)))"
    case .mutualTLS: ".mutualTLS"
    case .oauth2(let flows): ".oauth2([\(flows.map(flow).joined(separator: ", "))])"
    }
  }

  private static func flow(_ flow: SchemePlan.Flow) -> String {
    let urls = flow.urls.map { "\($0.field): \(SwiftName.literal($0.url))" }
    let arguments = ["kind: .\(flow.name)"] + urls + ["scopes: \(SwiftName.literalList(flow.scopes))"]
    return "ServiceCore.OAuthFlow(\(arguments.joined(separator: ", ")))"
  }

  private static func emitPrincipal(_ plan: PrincipalPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(["The verified identity of a caller, by the security schemes that it satisfied."])
    swift.block("public enum \(plan.name): ServiceCore.ContractPrincipal") { swift in
      for item in plan.cases {
        let values =
          item.schemes.count == 1
          ? ["ServiceCore.VerifiedIdentity"] : item.schemes.map { "\($0.parameter): ServiceCore.VerifiedIdentity" }
        swift.line("case \(item.name)" + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"))
      }
      swift.line()
      swift.block("public init?(_ proof: ServiceCore.Proof)") { swift in
        swift.line("switch (proof.alternative, proof.identities.count) {")
        for (index, number) in plan.alternatives.enumerated() {
          let item = plan.cases[number]
          let values = item.schemes.enumerated().map { index, name in
            (item.schemes.count == 1 ? "" : "\(name.label): ") + "proof.identities[\(index)]"
          }
          swift.line(
            "case (\(index), \(item.schemes.count)): self = .\(item.name.unquoted)"
              + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"))
        }
        swift.line("default: return nil")
        swift.line("}")
      }
      emitIdentity(plan.cases, &swift)
    }
  }

  /// A principal that is one identity, whichever scheme has verified it, says which.
  private static func emitIdentity(_ cases: [PrincipalPlan.Case], _ swift: inout SwiftWriter) {
    guard cases.allSatisfy({ $0.schemes.count == 1 && $0.name.unquoted != "identity" }) else { return }
    swift.line()
    swift.doc(["Who calls, by whichever scheme."])
    swift.block("public var identity: ServiceCore.VerifiedIdentity") { swift in
      swift.line("switch self {")
      for item in cases { swift.line("case .\(item.name.unquoted)(let identity): identity") }
      swift.line("}")
    }
  }

  static func emitServers(_ servers: [ServerPlan], in name: String, _ swift: inout SwiftWriter) {
    guard !servers.isEmpty else { return }
    swift.line()
    swift.doc(["The servers that the contract names."])
    swift.block("public enum \(name)") { swift in
      for (index, server) in servers.enumerated() {
        if index > 0 { swift.line() }
        for variable in server.variables {
          guard let type = variable.type else { continue }
          swift.doc(variable.doc)
          swift.block("public enum \(type): String, Sendable") { swift in
            for choice in variable.choices { swift.line(textCase(choice.name, SwiftName.literal(choice.value))) }
          }
          swift.line()
        }
        emitServer(server, &swift)
      }
    }
  }

  private static func emitServer(_ server: ServerPlan, _ swift: inout SwiftWriter) {
    let url = server.pieces.map { piece -> String in
      guard let variable = server.variables.first(where: { $0.wireName == piece.variable }) else {
        return String(SwiftName.literal(piece.text).dropFirst().dropLast())
      }
      return "\\(\(variable.name)\(variable.type == nil ? "" : ".rawValue"))"
    }.joined()
    let parameters = server.variables.map { variable -> String in
      let fallback = variable.choices.first { $0.value == variable.defaultValue }.map { ".\($0.name.unquoted)" }
      let type = variable.type ?? "String"
      return "\(variable.name.parameter): \(type) = \(fallback ?? SwiftName.literal(variable.defaultValue))"
    }
    swift.doc(server.doc)
    let head = "public static func \(server.name)"
    swift.function(
      "\(head)(\(parameters.joined(separator: ", "))) throws -> ServiceCore.ServerAddress",
      "try ServiceCore.ServerAddress(\"\(url)\")")
  }

  static func emitLinks(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    if let address = operation.address {
      swift.line()
      swift.doc(["The address of this request, which the request or the response above contains."])
      let head = "public static func address"
      let parameters = ["_ input: \(address.request).Input", "_ output: \(address.request).Output? = nil"]
      emitSignature(head, parameters, " throws -> String?", &swift) { swift in
        swift.line(
          "try ServiceCore.LinkedExchange(\(address.request).self, input, output).text("
            + "\(SwiftName.literal(address.template.description)))")
      }
    }
    guard !operation.links.isEmpty else { return }
    swift.line()
    swift.doc(["The links of the responses: each makes the input of a further call."])
    swift.block("public enum Links") { swift in
      for (index, link) in operation.links.enumerated() {
        if index > 0 { swift.line() }
        let given = link.inputs.compactMap { field, source -> String? in
          guard case .given = source else { return nil }
          let name = field.local == field.name ? field.name.parameter : "\(field.name.label) \(field.local)"
          return "\(name): \(field.declared)"
        }
        swift.doc(link.doc)
        let head = "public static func \(link.name)"
        emitSignature(
          head, ["_ input: \(operation.typeName).Input", "_ output: \(operation.typeName).Output"] + given,
          " throws -> \(link.target).Input", &swift
        ) { emitLink(link, operation, &$0) }
      }
    }
  }

  private static func emitLink(_ link: LinkPlan, _ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let isGiven = link.inputs.allSatisfy { if case .given = $0.source { true } else { false } }
    if !isGiven {
      swift.line("let exchange = try ServiceCore.LinkedExchange(\(operation.typeName).self, input, output)")
    }
    let arguments = link.inputs.map { field, source -> String in
      let read = { (label: String, text: String) in
        let given = "\(label)\(SwiftName.literal(text)), \(field.type.expression).self"
        return field.presence == .required ? "try exchange.required(\(given))" : "exchange.value(\(given))"
      }
      switch source {
      case .given: return "\(field.name.label): \(field.local)"
      case .template(let template): return argument(field, read("", template.description))
      case .constant(let json): return argument(field, read("json: ", json))
      }
    }
    emitCall("return \(link.target).Input", arguments, &swift)
  }
}

import ContractModel
import ContractSource

/// The credentials of callers, and the servers of the API.
extension Planner {
  mutating func planSchemes(_ contract: Contract) {
    for scheme in contract.securitySchemes
    where !schemes.contains(where: { $0.wireName.utf8.elementsEqual(scheme.name.utf8) }) {
      schemes.append(
        SchemePlan(
          name: schemeNames.claim(SwiftName.member(scheme.name)), wireName: scheme.name,
          doc: doc(scheme.description), kind: Self.kind(scheme.kind)))
    }
  }

  func schemeName(_ scheme: SecurityScheme) -> String {
    schemes.first { $0.wireName.utf8.elementsEqual(scheme.name.utf8) }?.name ?? SwiftName.member(scheme.name)
  }

  private static func kind(_ kind: SecurityScheme.Kind) -> String {
    switch kind {
    case .apiKey(let location, let name): return ".apiKey(in: .\(location), name: \(SwiftName.literal(name)))"
    case .http(let scheme): return ".http(scheme: \(SwiftName.literal(scheme)))"
    case .openIDConnect(let url): return ".openIDConnect(url: \(SwiftName.literal(url)))"
    case .mutualTLS: return ".mutualTLS"
    case .oauth2(let flows): return ".oauth2([\(flows.map(flow).joined(separator: ", "))])"
    }
  }

  private static func flow(_ flow: SecurityScheme.Flow) -> String {
    var arguments = ["kind: .\(flow.name)"]
    for field in ["authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl"] {
      guard let url = flow.urls.first(where: { $0.field == field })?.url else { continue }
      arguments.append("\(field.replacing("Url", with: "URL")): \(SwiftName.literal(url))")
    }
    arguments.append("scopes: [\(flow.scopes.map(SwiftName.literal).joined(separator: ", "))]")
    return "ServiceCore.OAuthFlow(\(arguments.joined(separator: ", ")))"
  }

  /// The type of the caller's identity: operations with the same requirements share it.
  mutating func principal(_ operation: Operation) -> String? {
    guard !operation.policy.security.isEmpty else { return nil }
    var cases: [PrincipalPlan.Case] = []
    var members = MemberNames()
    let alternatives = operation.policy.security.map { requirement in
      let schemes = requirement.schemes.map { schemeName($0.scheme) }
      if let known = cases.firstIndex(where: { $0.schemes == schemes }) { return known }
      let words = schemes.enumerated().map { $0 == 0 ? $1.unquoted : SwiftName.type($1) }.joined(separator: "And")
      let name = schemes.isEmpty ? "anonymous" : schemes.count == 1 ? schemes[0] : words
      cases.append(PrincipalPlan.Case(name: members.claim(name), schemes: schemes))
      return cases.count - 1
    }
    let known = principals.first {
      $0.alternatives == alternatives && $0.cases.map(\.schemes) == cases.map(\.schemes)
    }
    if let known { return known.name }
    let words = cases.map { SwiftName.type($0.name) }.joined(separator: "Or")
    let plan = PrincipalPlan(
      name: claim((words.utf8.count > 60 ? "" : words) + "Principal"), cases: cases, alternatives: alternatives)
    principals.append(plan)
    return plan.name
  }

  func servers(_ servers: [Server]) -> [ServerPlan] {
    var members = MemberNames()
    var types = NameTable()
    return servers.enumerated().map { index, server in
      let words = server.name ?? (index == 0 ? "main" : server.description.map { String($0.prefix(40)) } ?? "other")
      let name = members.claim(SwiftName.member(words))
      var parameters = MemberNames()
      return ServerPlan(
        name: name, pieces: server.pieces.map { ($0.text, $0.variable?.name) }, doc: doc(server.description),
        variables: server.variables.map { variable in
          var cases = MemberNames()
          return ServerPlan.Variable(
            name: parameters.claim(SwiftName.member(variable.name)), wireName: variable.name,
            type: variable.choices.isEmpty
              ? nil : types.claim(SwiftName.type(name.unquoted) + SwiftName.type(variable.name)),
            choices: variable.choices.map { (cases.claim(SwiftName.enumCase($0)), $0) }, usual: variable.usual,
            doc: doc(variable.description))
        })
    }
  }
}

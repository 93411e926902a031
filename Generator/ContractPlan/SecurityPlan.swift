import ContractModel
import ContractSource
import ContractValues

/// The security schemes of an API, and the types of its callers' identities.
struct SecurityPlan {
  private(set) var schemes: [SchemePlan] = []
  private(set) var principals: [PrincipalPlan] = []
  /// The names of the schemes in Swift, by their names in the contract.
  private var names: [ByteKey: String] = [:]
  private var principalNumbers: [PrincipalKey: Int] = [:]

  /// What two operations with the same type of principal have in common.
  private struct PrincipalKey: Hashable {
    let givenName: String?
    let alternatives: [Int]
    let schemes: [[String]]
  }

  /// No security, for a plan of types alone.
  init() {}

  /// - Parameter names: the names of types, to which those of principals are added.
  init(_ contracts: [Contract], _ names: inout NameTable) {
    // `anonymous` is the case of a caller without credentials.
    var members = MemberNames(besides: ["anonymous"])
    for scheme in contracts.flatMap(\.securitySchemes) where self.names[ByteKey(scheme.name)] == nil {
      let name = members.claim(SwiftName.member(scheme.name))
      self.names[ByteKey(scheme.name)] = name
      schemes.append(
        SchemePlan(
          name: name, wireName: scheme.name,
          doc: DocComment.lines(scheme.description), kind: Self.kind(scheme.kind)))
    }
    for operation in contracts.flatMap(\.operations) { add(operation, &names) }
  }

  /// What the contract says of an operation besides its data.
  func policy(_ policy: Operation.Policy) -> PolicyPlan {
    PolicyPlan(
      isDeprecated: policy.isDeprecated, idempotencyKey: policy.idempotencyKey, settings: policy.settings,
      security: policy.security.map { $0.schemes.map { (swiftName($0.scheme), $0.scopes) } })
  }

  /// The type of the caller's identity: operations with the same requirements share it.
  func principal(_ operation: Operation) -> String? {
    guard !operation.policy.security.isEmpty else { return nil }
    let (cases, alternatives) = required(by: operation)
    return principalNumbers[key(cases, alternatives, operation.policy.principal)].map { principals[$0].name }
  }

  private mutating func add(_ operation: Operation, _ names: inout NameTable) {
    if !operation.policy.security.isEmpty {
      let (cases, alternatives) = required(by: operation)
      let given = operation.policy.principal
      let key = key(cases, alternatives, given)
      if principalNumbers[key] == nil {
        principalNumbers[key] = principals.count
        let name = names.claim(given.map { SwiftName.type($0) + "Principal" } ?? Self.name(cases, operation))
        principals.append(PrincipalPlan(name: name, cases: cases, alternatives: alternatives))
      }
    }
    for callback in operation.callbacks { add(callback.operation, &names) }
  }

  /// The schemes where they are one or two, otherwise the first operation that requires them.
  private static func name(_ cases: [PrincipalPlan.Case], _ operation: Operation) -> String {
    let words = cases.map { SwiftName.type($0.name) }.joined(separator: "Or")
    let isShort = cases.flatMap(\.schemes).count <= 2 && words.utf8.count <= 40
    return isShort ? words + "Principal" : SwiftName.type(operation.id) + "Caller"
  }

  private func key(_ cases: [PrincipalPlan.Case], _ alternatives: [Int], _ given: String?) -> PrincipalKey {
    PrincipalKey(givenName: given, alternatives: alternatives, schemes: cases.map(\.schemes))
  }

  /// The distinct sets of schemes that an operation requires, and the index of each alternative among them.
  private func required(by operation: Operation) -> (cases: [PrincipalPlan.Case], alternatives: [Int]) {
    var cases: [PrincipalPlan.Case] = []
    var members = MemberNames()
    var numbers: [[String]: Int] = [:]
    let alternatives = operation.policy.security.map { requirement in
      let schemes = requirement.schemes.map { swiftName($0.scheme) }
      if let known = numbers[schemes] { return known }
      numbers[schemes] = cases.count
      let words = schemes.enumerated().map { $0 == 0 ? $1.unquoted : SwiftName.type($1) }.joined(separator: "And")
      let name = schemes.isEmpty ? "anonymous" : schemes.count == 1 ? schemes[0] : words
      cases.append(PrincipalPlan.Case(name: members.claim(name), schemes: schemes))
      return cases.count - 1
    }
    return (cases, alternatives)
  }

  private func swiftName(_ scheme: SecurityScheme) -> String {
    names[ByteKey(scheme.name)] ?? SwiftName.member(scheme.name)
  }

  private static func kind(_ kind: SecurityScheme.Kind) -> SchemePlan.Kind {
    switch kind {
    case .apiKey(let location, let name): .apiKey(in: location, name: name)
    case .http(let scheme): .http(scheme: scheme)
    case .openIDConnect(let url): .openIDConnect(url: url)
    case .mutualTLS, .broker: .mutualTLS
    case .oauth2(let flows): .oauth2(flows.map(flow))
    }
  }

  private static func flow(_ flow: SecurityScheme.Flow) -> SchemePlan.Flow {
    let fields = ["authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl"]
    let urls = fields.compactMap { field in
      flow.urls.first { $0.field == field }.map { (field.replacing("Url", with: "URL"), $0.url) }
    }
    return SchemePlan.Flow(name: flow.name, urls: urls, scopes: flow.scopes)
  }
}

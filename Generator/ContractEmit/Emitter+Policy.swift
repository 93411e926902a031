import ContractPlan

extension Emitter {
  /// The arguments of an operation's policy.
  static func policy(_ policy: PolicyPlan, _ plan: APIPlan) -> String {
    let security = policy.security.map { requirement($0, plan) }.joined(separator: ", ")
    return arguments(policy.settings, security: security)
  }

  private static func arguments(_ settings: [PolicyPlan.Setting], security: String) -> String {
    settings.map { setting in
      let value =
        switch setting.value {
        case .flag: "true"
        case .milliseconds(let number): integer(number)
        case .choice(let name): ".\(name)"
        case .number(let number): integer(number)
        case .text(let text): SwiftName.literal(text)
        case .settings(let inner): ".init(\(arguments(inner, security: security)))"
        case .security: "[\(security)]"
        }
      return "\(setting.name): \(value)"
    }.joined(separator: ", ")
  }

  private static func requirement(_ schemes: [(scheme: String, scopes: [String])], _ plan: APIPlan) -> String {
    let listed = schemes.map { "(\(plan.name)Security.\($0.scheme), \(SwiftName.literalList($0.scopes)))" }
    return ".init(schemes: [\(listed.joined(separator: ", "))])"
  }

  /// A number with its digits in groups of three, where there are more than four.
  static func integer(_ number: Int) -> String {
    let digits = String(number)
    guard digits.utf8.count > 4, number > 0 else { return digits }
    var groups: [Substring] = []
    var rest = digits[...]
    while !rest.isEmpty {
      groups.append(rest.suffix(3))
      rest = rest.dropLast(3)
    }
    return groups.reversed().joined(separator: "_")
  }
}

import ContractPlan

extension Emitter {
  /// The arguments of an operation's policy: a line for each that the contract can set.
  static func policy(_ policy: PolicyPlan, _ plan: APIPlan) -> String {
    let security = policy.security.map { requirement($0, plan) }.joined(separator: ", ")
    let arguments: [String?] = [
      policy.isInternal ? "isInternal: true" : nil,
      policy.isDeprecated ? "isDeprecated: true" : nil,
      policy.replayWindow.map { "signature: ServiceCore.WebhookSignature(window: \($0))" },
      security.isEmpty ? nil : "security: [\(security)]",
      policy.timeout.map { "timeout: \($0)" },
      policy.idempotencyKey.map { "idempotencyKey: .\($0)" },
    ]
    return arguments.compactMap(\.self).joined(separator: ", ")
  }

  private static func requirement(_ schemes: [(scheme: String, scopes: [String])], _ plan: APIPlan) -> String {
    let listed = schemes.map { "(\(plan.name)Security.\($0.scheme), \(SwiftName.literalList($0.scopes)))" }
    return "ServiceCore.SecurityRequirement(schemes: [\(listed.joined(separator: ", "))])"
  }
}

import ContractModel

/// What the contract says of an operation besides its data.
public struct PolicyPlan: Sendable {
  public typealias Setting = PolicySetting

  public let isDeprecated: Bool
  public let idempotencyKey: Operation.Policy.KeyUse?
  /// The arguments of the runtime's `OperationPolicy`.
  public let settings: [Setting]
  /// The alternative requirements, with the names of their schemes in Swift.
  public let security: [[(scheme: String, scopes: [String])]]
}

/// What the contract says of an operation besides its data.
public struct PolicyPlan: Sendable {
  public let isInternal: Bool
  public let isDeprecated: Bool
  /// How long a signature is valid, in milliseconds.
  public let replayWindow: Int?
  /// The alternative requirements, with the names of their schemes in Swift.
  public let security: [[(scheme: String, scopes: [String])]]
  /// The time limit in milliseconds.
  public let timeout: Int?
  /// `optional` or `required` where requests can have an idempotency key.
  public let idempotencyKey: String?
}

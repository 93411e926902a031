import ContractSource

/// What a contract says of an operation besides its data.
extension ContractReader {
  /// Reads an operation's policy: a line for each of its fields.
  func policy(_ fields: inout Fields, of kind: Operation.Kind) -> Operation.Policy {
    Operation.Policy(
      isInternal: fields.bool("x-internal"),
      isDeprecated: isDeprecated(&fields),
      replayWindow: kind == .route ? nil : replayWindow(&fields),
      security: security(&fields) ?? (kind == .route ? defaultSecurity : []),
      timeout: fields.milliseconds("x-timeout"),
      idempotencyKey: idempotencyKey(&fields))
  }

  /// The extensions of a policy that are refused until there is a stage for them.
  static let laterPolicies: Set<String> = ["x-circuit-breaker", "x-retry", "x-rate-limit", "x-cache"]

  private func isDeprecated(_ fields: inout Fields) -> Bool {
    if case .bool(true)? = fields.take("deprecated", as: .documentation)?.value { true } else { false }
  }

  private func replayWindow(_ fields: inout Fields) -> Int? {
    guard let node = fields.take("x-webhook-signature"), var signature = Fields(node, "signature", diagnostics) else {
      return nil
    }
    let window = signature.node["replay-window"] == nil ? 300_000 : signature.milliseconds("replay-window")
    signature.finish()
    return window
  }

  private func idempotencyKey(_ fields: inout Fields) -> Operation.Policy.KeyUse? {
    guard let node = fields.take("x-idempotency-key"), let text = fields.text(node, "x-idempotency-key") else {
      return nil
    }
    let use = Operation.Policy.KeyUse(rawValue: text)
    if use == nil {
      diagnostics.error(
        .badValue, "'\(text)' is not a use of idempotency keys", at: node.position,
        help: "valid values: optional, required")
    }
    return use
  }
}

import ContractSource

/// `x-retry` and `x-circuit-breaker`, of a document, a path or an operation: what is done about a service elsewhere that fails.
extension ContractReader {
  /// What an object asks for, or else the outer one.
  ///
  /// - Parameter isServed: whether it is for what the API answers; what the API sends is its receivers' to declare.
  func resilience(
    _ fields: inout Fields, else outer: Operation.Resilience, isServed: Bool = true
  ) -> Operation.Resilience {
    let retry = fields.takeExtension("x-retry", shape: "a number of attempts") {
      if case .number = $0.value { true } else { false }
    }
    let breaker = fields.takeExtension("x-circuit-breaker", shape: "true or false") {
      if case .bool = $0.value { true } else { false }
    }
    if !isServed {
      for entry in [retry, breaker].compactMap(\.self) {
        diagnostics.warning(
          .noEffect, "'\(entry.key)' has no effect: it is for what the API answers, and this it sends",
          at: entry.keyPosition)
      }
      return Operation.Resilience()
    }
    return Operation.Resilience(
      attempts: retry.flatMap { attempts($0.value, $0.key) } ?? outer.attempts,
      breaksCircuit: breaker.map { fields.flag($0.value, $0.key) } ?? outer.breaksCircuit)
  }

  private func attempts(_ node: Node, _ key: String) -> Int? {
    guard case .number(let text) = node.value, let count = Int(text), (1...3).contains(count) else {
      diagnostics.error(
        .badValue, "'\(key)' must be 1, 2 or 3: the attempts of a call, with the first one", at: node.position)
      return nil
    }
    return count
  }
}

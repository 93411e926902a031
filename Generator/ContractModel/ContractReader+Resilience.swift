import ContractSource

/// `x-retry` and `x-circuit-breaker`, of a document, a path or an operation: what is done about a service elsewhere that fails.
extension ContractReader {
  /// The time limit of an operation without `x-timeout`, in milliseconds.
  private static let standardTimeout = 30_000

  /// What an object asks for, or else the outer one.
  ///
  /// - Parameters:
  ///   - method: that of an operation; nil for a path or a document.
  ///   - timeout: the operation's own time limit, in milliseconds.
  ///   - isServed: whether it is for what the API answers; what the API sends is its receivers' to declare.
  func resilience(
    _ fields: inout Fields, of method: String?, within timeout: Int? = nil, else outer: Operation.Resilience,
    isServed: Bool = true
  ) -> Operation.Resilience {
    let retry = fields.takeExtension("x-retry", shape: "a number of attempts, or an object with them") { node in
      if case .number = node.value { true } else { node.entries?.contains { $0.key == "attempts" } ?? false }
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
    var result = outer
    if let retry { (result.attempts, result.hedge) = self.retry(retry.value, retry.key, of: method) }
    if method != nil, method != "GET", method != "HEAD" { result.hedge = nil }
    if method != nil, let hedge = result.hedge, hedge >= timeout ?? Self.standardTimeout {
      warnLate(retry?.value["hedge"], fields, after: timeout ?? Self.standardTimeout)
      result.hedge = nil
    }
    result.breaksCircuit = breaker.map { fields.flag($0.value, $0.key) } ?? outer.breaksCircuit
    return result
  }

  /// Reports a pause after which a call is over, so that no other address is ever asked.
  ///
  /// - Parameter own: the operation's own; nil for the one of its path or of the document.
  private func warnLate(_ own: Node?, _ fields: Fields, after timeout: Int) {
    if let own {
      diagnostics.error(
        .contradiction, "'hedge' is not shorter than the operation's time limit of \(timeout)ms", at: own.position,
        help: "write a shorter one, or a longer 'x-timeout'")
    } else {
      diagnostics.warning(
        .noEffect, "the 'hedge' of the path or document has no effect: the operation's time limit is \(timeout)ms",
        at: fields.node.position, help: "give the operation an 'x-retry' of its own with a shorter one")
    }
  }

  private func retry(_ node: Node, _ key: String, of method: String?) -> (attempts: Int?, hedge: Int?) {
    guard node.entries != nil else { return (attempts(node, key), nil) }
    guard var retry = Fields(node, "retry", diagnostics) else { return (nil, nil) }
    let count = retry.require("attempts").flatMap { attempts($0, "attempts") }
    let hedge = retry.take("hedge")
    if let hedge, let method, method != "GET", method != "HEAD" {
      diagnostics.warning(.noEffect, "'hedge' has no effect: only GET and HEAD are sent twice", at: hedge.position)
    }
    let pause = hedge.flatMap { retry.milliseconds($0, "hedge") }
    if let hedge, count == 1 {
      diagnostics.error(.badValue, "'hedge' needs 2 or 3 attempts: the other address is one", at: hedge.position)
    }
    retry.finish()
    return (count, pause)
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

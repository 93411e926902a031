import ContractSource

/// `x-rate-limit`, of a document, a path or an operation.
extension ContractReader {
  /// The limit that an object asks for, or else the outer one: the innermost counts, alone.
  ///
  /// - Parameters:
  ///   - name: whose limit it is, for the operations that share it; `name` in the limit is another.
  ///   - isServed: whether a gateway serves what it is for.
  func rateLimit(
    _ fields: inout Fields, named name: String, else outer: Operation.RateLimit?, isServed: Bool = true
  ) -> Operation.RateLimit? {
    // An operation that was meant to be limited must not be without a limit by a mistake in the value.
    let entry = fields.takeExtension("x-rate-limit", shape: "an object with requests and per, or none") {
      $0.items == nil
    }
    guard let entry else { return isServed ? outer : nil }
    if !isServed { warnUnserved(entry) }
    if entry.value.string == "none" { return nil }
    guard let limit = limit(entry.value, name) else { return outer }
    return isServed ? limit : nil
  }

  private func limit(_ node: Node, _ name: String) -> Operation.RateLimit? {
    guard var limit = Fields(node, "rate limit", diagnostics) else { return nil }
    let requests = limit.require("requests").flatMap { count($0, "requests") }
    let window = limit.require("per").flatMap { limit.milliseconds($0, "per", upTo: Self.longestWindow) }
    let burst = limit.take("burst").flatMap { count($0, "burst") }
    let by = limit.take("by").flatMap { caller($0, limit) }
    let own = limit.string("name")
    limit.finish()
    guard let requests, let window else { return nil }
    return Operation.RateLimit(
      name: own ?? name, requests: requests, window: window, burst: burst, caller: by ?? .client)
  }

  /// A day, in milliseconds.
  private static let longestWindow = 86_400_000

  private func count(_ node: Node, _ key: String) -> Int? {
    guard case .number(let text) = node.value, let count = Int(text), (1...1_000_000).contains(count) else {
      diagnostics.error(.badValue, "'\(key)' must be a whole number from 1 to 1000000", at: node.position)
      return nil
    }
    return count
  }

  private func caller(_ node: Node, _ fields: Fields) -> Operation.RateLimit.Caller? {
    guard let text = fields.text(node, "by") else { return nil }
    let caller = Operation.RateLimit.Caller(rawValue: text)
    if caller == nil {
      diagnostics.error(
        .badValue, "'\(text)' is not a caller whose calls can be counted", at: node.position,
        help: "valid values: client, user, key")
    }
    return caller
  }
}

import ContractSource

/// `x-cache`, of a document, a path or an operation.
extension ContractReader {
  /// A day, in milliseconds.
  private static let longestAge = 86_400_000

  /// What an object asks for, or else the outer one: the innermost counts, alone.
  ///
  /// - Parameters:
  ///   - method: that of an operation; nil for a path or a document. Of others than GET nothing is kept.
  ///   - isServed: whether a gateway serves what it is for.
  func cache(
    _ fields: inout Fields, of method: String?, else outer: Operation.Cache?, isServed: Bool
  ) -> Operation.Cache? {
    let entry = fields.takeExtension("x-cache", shape: "a time such as 5m, or none") { node in
      node.entries != nil
        || node.string.map { $0 == "none" || $0.utf8.first.map { (48...57).contains($0) } ?? false } ?? false
    }
    let isKept = isServed && (method == nil || method == "GET")
    guard let entry else { return isKept ? outer : nil }
    if !isServed {
      warnUnserved(entry)
    } else if !isKept {
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: only answers to GET are kept", at: entry.keyPosition)
    }
    if entry.value.string == "none" { return nil }
    guard let cache = cache(entry.value, entry.key, fields) else { return isKept ? outer : nil }
    return isKept ? cache : nil
  }

  private func cache(_ node: Node, _ key: String, _ fields: Fields) -> Operation.Cache? {
    guard node.entries != nil else {
      return fields.milliseconds(node, key, upTo: Self.longestAge).map { Operation.Cache(maxAge: $0, stale: 0) }
    }
    guard var cache = Fields(node, "cache", diagnostics) else { return nil }
    let age = cache.require("max-age").flatMap { cache.milliseconds($0, "max-age", upTo: Self.longestAge) }
    let stale = cache.take("stale-while-revalidate").flatMap {
      cache.milliseconds($0, "stale-while-revalidate", upTo: Self.longestAge)
    }
    cache.finish()
    return age.map { Operation.Cache(maxAge: $0, stale: stale ?? 0) }
  }
}

import ContractSource

/// Extensions: Charter's own, and those of others.
extension Fields {
  /// Takes one of Charter's extensions, as `x-timeout` or as `x-charter-timeout`, which no other tool has. Under the
  /// short name a value of another shape is another tool's, and is ignored.
  ///
  /// - Parameter shape: the values of Charter's extension, for the message.
  mutating func takeExtension(_ name: String, shape: String, _ isOurs: (Node) -> Bool) -> Node.Entry? {
    let long = Self.longName(name)
    let own = node.entries?.first { $0.key == long }
    let short = node.entries?.first { $0.key == name }
    if let own {
      if let short {
        diagnostics.error(
          .contradiction, "'\(name)' and '\(long)' are the same extension", at: short.keyPosition,
          help: "remove one of the two")
        _ = take(name)
      }
      _ = take(long)
      return own
    }
    guard let short, !isOurs(short.value) else {
      _ = take(name)
      return short
    }
    ignore(name, because: Self.extensionSection)
    Self.warnForeign(short, shape: shape, diagnostics)
    return nil
  }

  /// Checks an extension that was not taken: one of Charter's that is misplaced or misspelt, or another tool's.
  ///
  /// - Parameter known: the fields and extensions that have a meaning in the object.
  static func checkExtension(
    _ entry: Node.Entry, _ kind: String, known: Set<String>, _ diagnostics: Diagnostics
  ) {
    if entry.key.hasPrefix(longPrefix) {
      let name = "x-" + entry.key.dropFirst(longPrefix.utf8.count)
      let meant = nearest(entry.key, among: charterExtensions.map(longName))
      diagnostics.error(
        charterExtensions.contains(name) ? .unsupported : .unknownField,
        charterExtensions.contains(name)
          ? "'\(entry.key)' has no meaning in the \(kind)" : "'\(entry.key)' is not an extension of Charter's",
        at: entry.keyPosition,
        help: charterExtensions.contains(name) ? nil : meant.map { "did you mean '\($0)'?" })
      return
    }
    if charterExtensions.contains(entry.key) {
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: it has no meaning in the \(kind)", at: entry.keyPosition)
    } else if let meant = nearest(entry.key, among: charterExtensions.filter(known.contains)) {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not an extension of Charter's", at: entry.keyPosition,
        help: "did you mean '\(meant)'?")
      return
    }
    diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: extensionSection)
  }

  static func warnForeign(_ entry: Node.Entry, shape: String, _ diagnostics: Diagnostics) {
    diagnostics.warning(
      .noEffect,
      "'\(entry.key)' has no effect: its value is \(entry.value.kind), and Charter's is \(shape)",
      at: entry.keyPosition,
      help: "if Charter is meant, write '\(longName(entry.key))', which is always checked")
  }

  static let extensionSection = "OpenAPI 3.1, section 4.9; AsyncAPI 3.0, Specification Extensions"

  private static let longPrefix = "x-charter-"

  /// `x-charter-timeout` for `x-timeout`.
  static func longName(_ name: String) -> String { longPrefix + name.dropFirst("x-".utf8.count) }
}

/// The extensions defined by Charter.
let charterExtensions: Set<String> = [
  "x-emits", "x-rate-limit", "x-timeout", "x-retry", "x-circuit-breaker", "x-idempotency-key", "x-internal", "x-cache",
  "x-unsafe", "x-deprecation",
  "x-extensible-enum", "x-decimal-places", "x-webhook-signature", "x-pagination", "x-principal",
  "x-dead-letter", "x-ordering-key", "x-deduplication-window", "x-batch",
]

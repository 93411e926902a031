import ContractSource

/// The fields of one object of a contract. Each is taken once; fields that are left over are reported.
struct Fields {
  let node: Node
  /// The specification's name for the object: `Schema Object`.
  let kind: String
  let diagnostics: Diagnostics
  private var taken: Set<String> = []

  /// Nil, with a diagnostic, when the node is not an object.
  init?(_ node: Node, _ kind: String, _ diagnostics: Diagnostics) {
    guard node.entries != nil else {
      diagnostics.error(.wrongType, "the \(kind) must be an object, and this is \(node.kind)", at: node.position)
      return nil
    }
    self.node = node
    self.kind = kind
    self.diagnostics = diagnostics
  }

  mutating func take(_ name: String, as fate: LedgerEntry.Fate = .enforced) -> Node? {
    taken.insert(name)
    guard let entry = node.entries?.first(where: { $0.key == name }) else { return nil }
    diagnostics.note(name, fate, at: entry.keyPosition)
    return entry.value
  }

  /// Documentation text, which affects no check.
  mutating func documentation(_ name: String) -> String? { take(name, as: .documentation).flatMap { text($0, name) } }

  mutating func require(_ name: String) -> Node? {
    if let value = take(name) { return value }
    diagnostics.error(.missingField, "the \(kind) needs '\(name)'", at: node.position)
    return nil
  }

  mutating func string(_ name: String) -> String? { take(name).flatMap { text($0, name) } }

  mutating func requiredString(_ name: String) -> String? { require(name).flatMap { text($0, name) } }

  func text(_ value: Node, _ name: String) -> String? {
    if let text = value.string { return text }
    diagnostics.error(
      .wrongType, "'\(name)' must be a string, and this is \(value.kind)", at: value.position,
      help: "put it in quotes if it is text")
    return nil
  }

  mutating func bool(_ name: String) -> Bool {
    guard let value = take(name) else { return false }
    if case .bool(let flag) = value.value { return flag }
    diagnostics.error(.wrongType, "'\(name)' must be true or false, and this is \(value.kind)", at: value.position)
    return false
  }

  /// A duration such as `250ms`, `2s` or `1m`, in milliseconds.
  mutating func milliseconds(_ name: String) -> Int? {
    guard let value = take(name) else { return nil }
    let text = value.string ?? ""
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000)]
    if let unit = units.first(where: { text.hasSuffix($0.0) }), let count = Int(text.dropLast(unit.0.count)),
      (1...600_000 / unit.1).contains(count), text.utf8.first != UInt8(ascii: "+")
    {
      return count * unit.1
    }
    diagnostics.error(
      .badValue, "'\(name)' must be a time from 1ms to 10m", at: value.position, help: "write it as 250ms, 2s or 1m")
    return nil
  }

  /// A non-negative integer.
  mutating func count(_ name: String) -> Int? {
    guard let value = take(name) else { return nil }
    if case .number(let text) = value.value, let count = Int(text), (0...1_000_000_000).contains(count) {
      return count
    }
    diagnostics.error(.badValue, "'\(name)' must be a whole number from 0 to 1000000000", at: value.position)
    return nil
  }

  /// A number as JSON text, so that no digit is lost.
  mutating func number(_ name: String) -> String? {
    guard let value = take(name) else { return nil }
    if case .number(let text) = value.value { return text }
    diagnostics.error(.wrongType, "'\(name)' must be a number, and this is \(value.kind)", at: value.position)
    return nil
  }

  mutating func list(_ name: String) -> [Node] {
    guard let value = take(name) else { return [] }
    if let items = value.items { return items }
    diagnostics.error(.wrongType, "'\(name)' must be a list, and this is \(value.kind)", at: value.position)
    return []
  }

  mutating func strings(_ name: String) -> [(text: String, position: SourcePosition)] {
    list(name).compactMap { item in text(item, name).map { ($0, item.position) } }
  }

  /// The entries of a field that maps names to objects.
  mutating func map(_ name: String) -> [Node.Entry] {
    guard let value = take(name) else { return [] }
    if let entries = value.entries { return entries }
    diagnostics.error(.wrongType, "'\(name)' must be an object, and this is \(value.kind)", at: value.position)
    return []
  }

  func isTaken(_ name: String) -> Bool { taken.contains(name) }

  /// Takes fields that are only documentation.
  mutating func document(_ names: String...) {
    for name in names { _ = take(name, as: .documentation) }
  }

  /// Takes fields that have no effect here, by a section of the specification.
  mutating func ignore(_ names: String..., because reason: String) {
    for name in names {
      taken.insert(name)
      guard let entry = node.entries?.first(where: { $0.key == name }) else { continue }
      diagnostics.note(name, .ignored, at: entry.keyPosition, because: reason)
    }
  }

  /// Reports every field that was not taken: it is misspelt or unknown.
  func finish(notYet: Set<String> = []) {
    for entry in node.entries ?? [] where !taken.contains(entry.key) {
      if entry.key.hasPrefix("x-") {
        Self.checkExtension(entry, kind, notYet, diagnostics)
      } else {
        let known = taken.filter { !$0.hasPrefix("x-") }
        let help = nearest(entry.key, among: known).map { "did you mean '\($0)'?" }
        diagnostics.error(
          .unknownField, "'\(entry.key)' is not a field of the \(kind)", at: entry.keyPosition,
          help: help ?? "valid fields: \(known.sorted().joined(separator: ", "))")
      }
    }
  }

  /// Checks an extension that was not taken: one of Charter's that is misplaced or misspelt, or a foreign one.
  static func checkExtension(_ entry: Node.Entry, _ kind: String, _ notYet: Set<String>, _ diagnostics: Diagnostics) {
    if charterExtensions.contains(entry.key) {
      let here = notYet.contains(entry.key) ? "is not supported yet" : "has no meaning in the \(kind)"
      diagnostics.error(.unsupported, "'\(entry.key)' \(here)", at: entry.keyPosition)
    } else if let meant = nearest(entry.key, among: charterExtensions) {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not an extension of Charter's", at: entry.keyPosition,
        help: "did you mean '\(meant)'?")
    } else {
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "OpenAPI 3.1, section 4.9: an extension")
    }
  }
}

/// The extensions defined by Charter.
let charterExtensions: Set<String> = [
  "x-emits", "x-rate-limit", "x-timeout", "x-retry", "x-circuit-breaker", "x-idempotency-key", "x-internal", "x-cache",
  "x-extensible-enum", "x-decimal-places", "x-webhook-signature", "x-pagination",
  "x-dead-letter", "x-ordering-key",
]

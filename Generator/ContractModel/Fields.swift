import ContractSource

/// The fields of one object of a contract. Each is taken once; fields that are left over are reported.
struct Fields {
  let node: Node
  /// The specification's name for the object: `Schema Object`.
  let kind: String
  let diagnostics: Diagnostics
  /// A list: an object has few fields, and hashing their names takes longer than comparing them.
  private(set) var taken: [String] = []
  /// The required fields that are missing.
  private var missing: [String] = []

  /// Nil, with a diagnostic, when the node is not an object.
  init?(_ node: Node, _ kind: String, _ diagnostics: Diagnostics) {
    guard node.entries != nil else {
      diagnostics.error(
        .wrongType, "the \(kind) must be an object, and this is \(node.kind)", at: node.position,
        help: node.missingSpace)
      return nil
    }
    self.node = node
    self.kind = kind
    self.diagnostics = diagnostics
  }

  mutating func take(_ name: String, as fate: LedgerEntry.Fate = .enforced) -> Node? {
    taken.append(name)
    guard let entry = node.entries?.first(where: { $0.key == name }) else { return nil }
    diagnostics.note(name, fate, at: entry.keyPosition)
    return entry.value
  }

  /// Documentation text, which affects no check.
  mutating func documentation(_ name: String) -> String? { take(name, as: .documentation).flatMap { text($0, name) } }

  /// A required field; ``finish(isHarmless:)`` reports that it is missing.
  mutating func require(_ name: String) -> Node? {
    if let value = take(name) { return value }
    missing.append(name)
    return nil
  }

  mutating func string(_ name: String) -> String? { take(name).flatMap { text($0, name) } }

  mutating func requiredString(_ name: String) -> String? { require(name).flatMap { text($0, name) } }

  func text(_ value: Node, _ name: String) -> String? {
    if let text = value.string { return text }
    diagnostics.error(
      .wrongType, "'\(name)' must be a string, and this is \(value.kind)", at: value.position,
      help: value.kind == "null" ? "remove it, or give it a text" : "put it in quotes if it is text")
    return nil
  }

  mutating func bool(_ name: String, as fate: LedgerEntry.Fate = .enforced) -> Bool {
    take(name, as: fate).map { flag($0, name) } ?? false
  }

  func flag(_ value: Node, _ name: String) -> Bool {
    if case .bool(let flag) = value.value { return flag }
    diagnostics.error(.wrongType, "'\(name)' must be true or false, and this is \(value.kind)", at: value.position)
    return false
  }

  /// A duration such as `250ms`, `2s` or `1m`, in milliseconds.
  ///
  /// - Parameter limit: the longest one.
  func milliseconds(_ value: Node, _ name: String, upTo limit: Int = 600_000) -> Int? {
    let text = value.string ?? ""
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    if let unit = units.first(where: { text.hasSuffix($0.0) }), let count = Int(text.dropLast(unit.0.count)),
      count > 0, count <= limit / unit.1, text.utf8.first != UInt8(ascii: "+")
    {
      return count * unit.1
    }
    let longest = units.last { limit % $0.1 == 0 } ?? ("ms", 1)
    diagnostics.error(
      .badValue, "'\(name)' must be a time from 1ms to \(limit / longest.1)\(longest.0)", at: value.position,
      help: limit < 86_400_000 ? "write it as 250ms, 2s or 1m" : "write it as 30s, 12h or 7d")
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
    if let entry = value.entries?.first(where: { $0.key == "$ref" }), let target = entry.value.string {
      diagnostics.error(
        .unknownField, "'\(name)' is a map of names, and has no '$ref' of its own", at: entry.keyPosition,
        help: "refer to each object in it: NAME: { $ref: '\(target)\(target.contains("#") ? "" : "#")/NAME' }")
      return []
    }
    if let entries = value.entries { return entries }
    diagnostics.error(.wrongType, "'\(name)' must be an object, and this is \(value.kind)", at: value.position)
    return []
  }

  /// Takes fields that are only documentation.
  mutating func document(_ names: String...) {
    for name in names { _ = take(name, as: .documentation) }
  }

  /// Takes fields that have no effect here, by a section of the specification.
  mutating func ignore(_ names: String..., because reason: String) {
    for name in names {
      taken.append(name)
      guard let entry = node.entries?.first(where: { $0.key == name }) else { continue }
      diagnostics.note(name, .ignored, at: entry.keyPosition, because: reason)
    }
  }

  /// Reports what is wrong with the fields as a whole: those that were not taken, which are misspelt or unknown, and
  /// those that are required and missing. A misspelt required field is one error.
  ///
  /// - Parameters:
  ///   - isHarmless: whether unknown fields are only a warning, because nothing depends on the object.
  ///   - own: the object that this one was merged from together with others, whose fields are reported where they are.
  func finish(isHarmless: Bool = false, of own: Node? = nil) {
    lazy var known = Set(taken).filter { !$0.hasPrefix("x-") }
    var meant: Set<String> = []
    for entry in (own ?? node).entries ?? [] where !taken.contains(entry.key) {
      if entry.key.hasPrefix("x-") {
        Self.checkExtension(entry, kind, known: Set(taken), diagnostics)
        continue
      }
      let name = known.first { $0.lowercased() == entry.key.lowercased() } ?? nearest(entry.key, among: known)
      if let name { meant.insert(name) }
      let message = "'\(entry.key)' is not a field of the \(kind)"
      let help =
        name.map { "did you mean '\($0)'?" } ?? "valid fields: \(known.sorted().joined(separator: ", "))"
      if isHarmless {
        diagnostics.warning(.unknownField, message, at: entry.keyPosition, help: help)
      } else {
        diagnostics.error(.unknownField, message, at: entry.keyPosition, help: help)
      }
    }
    for name in missing where !meant.contains(name) {
      diagnostics.error(.missingField, "the \(kind) needs '\(name)'", at: node.position)
    }
  }
}

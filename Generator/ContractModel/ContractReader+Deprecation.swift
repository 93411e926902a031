import ContractSource
import ContractValues

/// `x-deprecation` of an operation.
extension ContractReader {
  /// - Parameter isServed: whether a gateway serves the operation.
  func deprecation(_ fields: inout Fields, isDeprecated: Bool, isServed: Bool) -> Operation.Deprecation? {
    let entry = fields.takeExtension("x-deprecation", shape: "an object with since") { $0.entries != nil }
    guard let entry, var given = Fields(entry.value, "deprecation", diagnostics) else { return nil }
    let since = given.require("since").flatMap { day($0, "since", given) }
    let sunset = given.take("sunset").flatMap { day($0, "sunset", given) }
    let page = given.take("link").flatMap { address($0, given) }
    given.finish()
    if !isDeprecated {
      diagnostics.error(
        .contradiction, "'\(entry.key)' is about an operation that is not deprecated", at: entry.keyPosition,
        help: "write 'deprecated: true' beside it, which other tools read")
    }
    if !isServed { warnUnserved(entry) }
    guard let since, isServed else { return nil }
    if let sunset, sunset < since {
      diagnostics.error(.contradiction, "'sunset' is before 'since'", at: entry.value.position)
    }
    return Operation.Deprecation(since: since, sunset: sunset, link: page)
  }

  /// The first second of a day, in UTC.
  private func day(_ node: Node, _ key: String, _ fields: Fields) -> Int? {
    guard let text = fields.text(node, key) else { return nil }
    guard text.utf8.count == 10, let time = Timestamp(text + "T00:00:00Z"), time.microseconds >= 0 else {
      diagnostics.error(
        .badValue, "'\(key)' is not a day of 1970 or later", at: node.position, help: "write it as 2027-03-31")
      return nil
    }
    return time.microseconds / 1_000_000
  }

  private func address(_ node: Node, _ fields: Fields) -> String? {
    guard let text = fields.text(node, "link") else { return nil }
    let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://") || text.hasPrefix("/")
    guard isAddress, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#"<>"\^`{|}"#.utf8.contains($0) }) else {
      diagnostics.error(
        .badValue, "'link' is not an address of a page", at: node.position,
        help: "write it as https://example.com/migration or /docs")
      return nil
    }
    return text
  }
}

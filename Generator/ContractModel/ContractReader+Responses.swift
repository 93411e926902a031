import ContractSource

/// The responses of an operation.
extension ContractReader {
  /// Reads an operation's responses. Where a contract describes none that a handler can send, which OpenAPI 3.1 allows,
  /// the operation has one of any status without a body that is described.
  ///
  /// - Parameter mayUpgrade: whether 101 has a meaning: the connection becomes a WebSocket.
  /// - Returns: the responses that a handler can send, and whether 101 is declared where it has a meaning.
  func responses(
    _ fields: inout Fields, _ at: Location, mayUpgrade: Bool
  ) -> (final: [Response], upgrades: Bool) {
    guard let node = version == .v30 ? fields.require("responses") : fields.take("responses") else {
      return (version == .v30 ? [] : [Self.undescribed(at)], false)
    }
    guard let entries = node.entries else {
      diagnostics.error(.wrongType, "'responses' must be an object, and this is \(node.kind)", at: node.position)
      return ([], false)
    }
    let described = entries.filter { entry in
      guard entry.key.hasPrefix("x-") else { return true }
      Fields.checkExtension(entry, "Responses Object", known: [], diagnostics)
      return false
    }
    if described.isEmpty {
      diagnostics.error(.missingField, "'responses' needs at least one response", at: node.position)
      return ([], false)
    }
    let read = described.map { response($0, at.child($0.value, "responses", $0.key), mayUpgrade: mayUpgrade) }
    let final = read.compactMap { if case .final(let one) = $0 { one } else { nil } }
    let isBroken = read.contains { if case .broken = $0 { true } else { false } }
    let upgrades = read.contains { if case .upgrade = $0 { true } else { false } }
    return (final.isEmpty && !isBroken ? [Self.undescribed(at)] : final, upgrades)
  }

  private enum Reading { case final(Response), interim, upgrade, broken }

  private func response(_ entry: Node.Entry, _ at: Location, mayUpgrade: Bool) -> Reading {
    guard let status = Self.status(entry.key) else {
      diagnostics.error(
        .badValue, "'\(entry.key)' is not a status, nor a range such as 4XX, nor 'default'", at: entry.keyPosition)
      return .broken
    }
    guard let one = response(at, status: status) else { return .broken }
    guard status.isInterim else { return .final(one) }
    if mayUpgrade, status == .code(101) { return upgrade(entry, one) }
    diagnostics.note(
      entry.key, .documentation, at: entry.keyPosition, because: "RFC 9110, section 15.2: not a final response")
    diagnostics.warning(
      .noEffect, "\(entry.key) has no effect: a handler sends only final responses (RFC 9110, section 15.2)",
      at: entry.keyPosition)
    return .interim
  }

  /// A response 101: a gateway passes WebSockets through to the service. No handler sends it.
  private func upgrade(_ entry: Node.Entry, _ response: Response) -> Reading {
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    if let content = response.content.first {
      diagnostics.warning(
        .noEffect, "the content of 101 has no effect: what follows it is no HTTP (RFC 9110, section 15.2.2)",
        at: content.position)
    }
    return .upgrade
  }

  private static func status(_ key: String) -> Response.Status? {
    if key == "default" { return .other }
    let digits = Array(key.utf8)
    guard digits.count == 3, (49...53).contains(digits[0]) else { return nil }
    if digits[1...] == [UInt8(ascii: "X"), UInt8(ascii: "X")] { return .range(Int(digits[0]) - 48) }
    return digits.allSatisfy { (48...57).contains($0) } ? Int(key).map { .code($0) } : nil
  }

  private static func undescribed(_ at: Location) -> Response {
    Response(
      position: at.node.position, status: .other, description: "The contract does not describe the responses.",
      headers: [], content: [], links: [], isDescribed: false)
  }
}

extension Response.Status {
  /// Whether a response of this status is followed by another.
  fileprivate var isInterim: Bool {
    switch self {
    case .code(let code): code < 200
    case .range(let digit): digit == 1
    case .other: false
    }
  }
}

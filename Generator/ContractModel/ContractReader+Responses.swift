import ContractSource

/// The responses of an operation.
extension ContractReader {
  /// Reads an operation's responses. Where a contract describes none that a handler can send, which OpenAPI 3.1 allows,
  /// the operation has one of any status without a body that is described.
  func responses(_ fields: inout Fields, _ at: Location) -> [Response] {
    guard let node = version == .v30 ? fields.require("responses") : fields.take("responses") else {
      return version == .v30 ? [] : [Self.undescribed(at)]
    }
    guard let entries = node.entries else {
      diagnostics.error(.wrongType, "'responses' must be an object, and this is \(node.kind)", at: node.position)
      return []
    }
    let described = entries.filter { entry in
      guard entry.key.hasPrefix("x-") else { return true }
      Fields.checkExtension(entry, "Responses Object", known: [], diagnostics)
      return false
    }
    if described.isEmpty {
      diagnostics.error(.missingField, "'responses' needs at least one response", at: node.position)
      return []
    }
    let read = described.map { response($0, at.child($0.value, "responses", $0.key)) }
    let isInterim = read.allSatisfy { if case .interim = $0 { true } else { false } }
    return isInterim ? [Self.undescribed(at)] : read.compactMap { if case .final(let one) = $0 { one } else { nil } }
  }

  private enum Reading { case final(Response), interim, broken }

  private func response(_ entry: Node.Entry, _ at: Location) -> Reading {
    guard let status = Self.status(entry.key) else {
      diagnostics.error(
        .badValue, "'\(entry.key)' is not a status, nor a range such as 4XX, nor 'default'", at: entry.keyPosition)
      return .broken
    }
    guard let one = response(at, status: status) else { return .broken }
    guard status.isInterim else { return .final(one) }
    diagnostics.note(
      entry.key, .documentation, at: entry.keyPosition, because: "RFC 9110, section 15.2: not a final response")
    diagnostics.warning(
      .noEffect, "\(entry.key) has no effect: a handler sends only final responses (RFC 9110, section 15.2)",
      at: entry.keyPosition)
    return .interim
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

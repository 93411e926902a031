import ContractModel
import ContractSource

/// The paths of routes.
extension OperationPlan {
  /// The whole path of an operation, with the base path of its servers.
  static func path(_ operation: Operation, _ contract: Contract) -> [PathSegment] {
    segments((operation.servers.first?.basePath ?? contract.basePath) + operation.path)
  }

  /// The path split at its slashes; a trailing slash makes an empty last segment.
  private static func segments(_ path: String) -> [PathSegment] {
    // By scalars: a combining mark after a slash or a brace makes it part of another character.
    path.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
      let pieces = pieces(segment)
      return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .literal("") : .mixed(pieces)
    }
  }

  /// The text percent-decoded; unchanged where encodings are invalid (RFC 3986, section 2.1).
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = byte == UInt8(ascii: "%") ? String(Substring(rest.prefix(2))) : ""
      if digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }

  static func pieces(_ segment: Substring.UnicodeScalarView) -> [PathSegment] {
    var pieces: [PathSegment] = []
    var rest = segment
    while let first = rest.first {
      if first == "{", let end = rest.firstIndex(of: "}") {
        pieces.append(.parameter(String(rest[..<end].dropFirst())))
        rest = rest[end...].dropFirst()
      } else {
        let end = rest.dropFirst().firstIndex(of: "{") ?? rest.endIndex
        pieces.append(.literal(decoded(Substring(rest[..<end]))))
        rest = rest[end...]
      }
    }
    return pieces
  }
}

enum RouteCheck {
  /// Reports routes that are the same for the router: with base paths, decoded, and without the names of parameters.
  static func report(_ contracts: [Contract], _ diagnostics: Diagnostics) {
    var seen: [String: Operation] = [:]
    for contract in contracts {
      for operation in contract.operations where operation.kind == .route {
        let shape = OperationPlan.path(operation, contract).map(shape).joined(separator: "/")
        guard let other = seen.updateValue(operation, forKey: operation.method + " " + shape) else { continue }
        diagnostics.error(
          .duplicate,
          "\(operation.method) \(operation.path) and \(other.path) are the same route",
          at: operation.position, help: "the other is in line \(other.position.line)")
      }
    }
  }

  private static func shape(_ segment: OperationPlan.PathSegment) -> String {
    switch segment {
    case .literal(let text): text
    // No path contains this in a text.
    case .parameter: "\0"
    case .mixed(let pieces): pieces.map(shape).joined()
    }
  }
}

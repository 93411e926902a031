/// A position in a JSON value (RFC 6901).
package struct JSONPointer: Sendable {
  /// The reference tokens, unescaped.
  package let tokens: [String]

  /// Nil when a non-empty pointer does not begin with a slash, or has a `~` that is not followed by 0 or 1.
  package init?(_ text: Substring) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.first?.isEmpty ?? true else { return nil }
    var tokens: [String] = []
    for part in parts.dropFirst() {
      guard let token = Self.unescaped(part) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  /// Nil when the value has nothing at this position.
  func value(in root: JSONValue) -> JSONValue? {
    var value = root
    for token in tokens {
      switch value {
      case .object(let object):
        guard let member = object[token] else { return nil }
        value = member
      case .array(let items):
        guard let index = Self.index(token), index < items.count else { return nil }
        value = items[index]
      case .null, .boolean, .number, .string: return nil
      }
    }
    return value
  }

  /// RFC 6901, section 4: `~1` is a slash, `~0` a tilde.
  private static func unescaped(_ token: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = token
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// RFC 6901, section 4: digits without a leading zero.
  private static func index(_ token: String) -> Int? {
    let isPadded = token.utf8.count > 1 && token.utf8.first == UInt8(ascii: "0")
    return !isPadded && token.utf8.allSatisfy { (48...57).contains($0) } ? Int(token) : nil
  }
}

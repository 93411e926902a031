/// A scheme, a host and an optional port (RFC 6454, section 4).
struct Origin: Sendable {
  /// The origin's text without a trailing slash, such as `https://example.com:8443`.
  let text: String

  /// Nil for anything else: a path, query or user name would change the meaning of requests.
  init?(_ given: String) {
    let text = given.hasSuffix("/") ? String(given.dropLast()) : given
    guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
    let rest = text.dropFirst(scheme.count).utf8
    // The colons of an IPv6 address are in brackets.
    let bracket = rest.first == UInt8(ascii: "[") ? rest.firstIndex(of: UInt8(ascii: "]")) : nil
    let colon = rest[(bracket ?? rest.startIndex)...].firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
    guard Self.isHost(rest[..<colon]) else { return nil }
    if colon != rest.endIndex {
      let digits = rest[rest.index(after: colon)...]
      guard digits.allSatisfy(Self.isDigit), let port = Int(Substring(digits)), (1..<65_536).contains(port) else {
        return nil
      }
    }
    self.text = text
  }

  private static func isHost(_ host: Substring.UTF8View.SubSequence) -> Bool {
    if host.first == UInt8(ascii: "[") {
      return host.count > 3 && host.last == UInt8(ascii: "]")
        && host.dropFirst().dropLast().allSatisfy { isDigit($0) || isHex($0) || $0 == 58 || $0 == 46 }
    }
    return !host.isEmpty && host.allSatisfy { isDigit($0) || isLetter($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  private static func isHex(_ byte: UInt8) -> Bool { (97...102).contains(byte | 0x20) }
  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
}

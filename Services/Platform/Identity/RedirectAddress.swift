/// Addresses that a browser brings a code to.
enum RedirectAddress {
  static let rule =
    "it must be https, http on this machine (127.0.0.1, [::1] or localhost), or a scheme of one's own with a dot in it, and"
    + " have no fragment"

  static func isAllowed(_ address: String) -> Bool {
    // What would end a source of a content security policy, or a header.
    guard address.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"'<>;,#\\`{}|^".utf8.contains($0) }),
      let (scheme, rest) = parts(address)
    else { return false }
    switch scheme {
    // A name before the host, as in http://127.0.0.1:x@evil.example, would look like another host.
    case "https": return rest.hasPrefix("//") && !host(rest).isEmpty && hasPlainPort(rest)
    case "http": return rest.hasPrefix("//") && loopback.contains(host(rest)) && hasPlainPort(rest)
    default:
      return scheme.contains(".") && scheme.utf8.first.map { (97...122).contains($0) } ?? false
        && scheme.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || "+-.".utf8.contains($0) }
    }
  }

  /// The host of an address.
  static func host(of address: String) -> String { parts(address).map { host($0.rest) } ?? "" }

  private static let loopback = ["127.0.0.1", "[::1]", "localhost"]

  private static func parts(_ address: String) -> (scheme: String, rest: Substring)? {
    guard let colon = address.firstIndex(of: ":") else { return nil }
    return (address[..<colon].lowercased(), address[address.index(after: colon)...])
  }

  private static func authority(_ rest: Substring) -> Substring { rest.dropFirst(2).prefix { !"/?".contains($0) } }

  private static func host(_ rest: Substring) -> String {
    let authority = authority(rest)
    let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
    return String(authority[..<(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)])
  }

  /// Whether nothing but the digits of a port follows the host.
  private static func hasPlainPort(_ rest: Substring) -> Bool {
    let after = authority(rest).dropFirst(host(rest).count)
    if authority(rest).contains("@") { return false }
    return after.isEmpty
      || after.hasPrefix(":") && (1...5).contains(after.dropFirst().utf8.count)
        && after.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
  }

  /// An address of the user's own machine without its port; nil for any other.
  static func withoutLoopbackPort(_ address: String) -> String? {
    guard let (scheme, rest) = parts(address), scheme == "http", loopback.contains(host(rest)) else { return nil }
    return host(rest) + rest.dropFirst(2).dropFirst(authority(rest).count)
  }

  /// Where a form may lead, as a source of a content security policy: the origin of the address, or its scheme.
  static func source(of address: String) -> String {
    guard let (scheme, rest) = parts(address) else { return "" }
    // There is no source for an address of IPv6 (Content Security Policy Level 3, section 2.3.1).
    let hasName = ["http", "https"].contains(scheme) && !authority(rest).hasPrefix("[")
    return hasName ? scheme + "://" + authority(rest) : scheme + ":"
  }
}

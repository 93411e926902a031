extension Format {
  private static let unreserved = ByteSet.letters + "0123456789-._~"
  private static let subDelimiters = "!$&'()*+,;="
  private static let schemeCharacters = ByteSet(ByteSet.letters + "0123456789+-.")
  private static let nameCharacters = ByteSet(unreserved + subDelimiters)
  private static let userCharacters = ByteSet(unreserved + subDelimiters + ":")
  private static let pathCharacters = ByteSet(unreserved + subDelimiters + ":@/")
  private static let queryCharacters = ByteSet(unreserved + subDelimiters + ":@/?")

  /// RFC 3986, section 3: URI.
  static func isURI(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let colon = firstDelimiter(bytes), bytes[colon] == UInt8(ascii: ":") else { return false }
    let scheme = bytes[..<colon]
    guard let first = scheme.first, ByteSet.letter.contains(first), scheme.allSatisfy(schemeCharacters.contains) else {
      return false
    }
    return isHierarchical(bytes[(colon + 1)...])
  }

  /// RFC 3986, section 4.1: a URI, or a relative reference, whose first segment has no colon.
  static func isURIReference(_ bytes: ArraySlice<UInt8>) -> Bool {
    if let delimiter = firstDelimiter(bytes), bytes[delimiter] == UInt8(ascii: ":") { return isURI(bytes) }
    return isHierarchical(bytes)
  }

  private static func firstDelimiter(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.firstIndex { ":/?#".utf8.contains($0) }
  }

  /// The part after the scheme: authority, path, query and fragment.
  private static func isHierarchical(_ bytes: ArraySlice<UInt8>) -> Bool {
    let (beforeFragment, fragment) = cut(bytes, at: "#")
    var (path, query) = cut(beforeFragment, at: "?")
    if path.starts(with: "//".utf8) {
      let rest = path.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard isAuthority(rest[..<end]) else { return false }
      path = rest[end...]
    }
    return isEncoded(path, in: pathCharacters) && isEncoded(query, in: queryCharacters)
      && isEncoded(fragment, in: queryCharacters)
  }

  /// RFC 3986, section 3.2: user, host and port. User and port are optional, and the host may be empty.
  private static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
    var host = bytes
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
      guard isEncoded(bytes[..<at], in: userCharacters) else { return false }
      host = bytes[(at + 1)...]
    }
    if host.first == UInt8(ascii: "[") {
      guard let end = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let (address, rest) = (host[..<end].dropFirst(), host[(end + 1)...])
      guard isIPv6(address) || isFutureAddress(address) else { return false }
      return rest.isEmpty || (rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(ByteSet.digit.contains))
    }
    let (name, port) = cut(host, at: ":")
    return isEncoded(name, in: nameCharacters) && port.allSatisfy(ByteSet.digit.contains)
  }

  /// RFC 3986, section 3.2.2: IPvFuture, such as `v1.a:b`.
  private static func isFutureAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
    let (version, address) = cut(bytes, at: ".")
    guard let first = version.first, first | 0x20 == UInt8(ascii: "v"), version.count > 1, !address.isEmpty else {
      return false
    }
    return version.dropFirst().allSatisfy(ByteSet.hexDigit.contains) && address.allSatisfy(userCharacters.contains)
  }

  /// Splits at the first `separator`; without one, all bytes are `before`.
  private static func cut(
    _ bytes: ArraySlice<UInt8>, at separator: Unicode.Scalar
  ) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>) {
    guard let index = bytes.firstIndex(of: UInt8(ascii: separator)) else { return (bytes, bytes.suffix(0)) }
    return (bytes[..<index], bytes[(index + 1)...])
  }

  /// Whether each byte is in `allowed` or part of a complete percent-encoding (RFC 3986, section 2.1).
  private static func isEncoded(_ bytes: ArraySlice<UInt8>, in allowed: ByteSet) -> Bool {
    var digitsDue = 0
    for byte in bytes {
      if digitsDue > 0 {
        guard ByteSet.hexDigit.contains(byte) else { return false }
        digitsDue -= 1
      } else if byte == UInt8(ascii: "%") {
        digitsDue = 2
      } else if !allowed.contains(byte) {
        return false
      }
    }
    return digitsDue == 0
  }
}

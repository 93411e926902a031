/// Where an API is served (OpenAPI 3.1, section 4.8.5).
public struct ServerAddress: Sendable, Equatable {
  /// The whole address, without `.` and `..` in its path; a trailing slash is retained.
  public let text: String
  /// `https://example.com:8443`, in lower case; nil when the address is relative, and has no host.
  public let origin: String?
  /// The prefix of every operation's path: empty, or `/v1` without a trailing slash.
  public let basePath: String

  /// An address with its variables filled in: an `http` or `https` URL, `//host/path`, or a path. The latter two are
  /// resolved against a base (RFC 3986, section 5.2); without one a path is relative to the root.
  ///
  /// - Throws: ``CodecError`` for an address with user information, a query or a fragment, and for one whose path no
  ///   request could have: with empty segments, or with `..` beyond the root.
  public init(_ text: String, relativeTo base: ServerAddress? = nil) throws(CodecError) {
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
      throw CodecError("a server's address has neither a query nor a fragment")
    }
    let (own, path) = try Self.cut(text, base)
    let parts = Self.split(path)
    let segments =
      if own != nil || path.utf8.first == UInt8(ascii: "/") {
        Array(parts.dropFirst())
      } else {
        path.isEmpty ? base?.segments ?? [] : (base?.segments.dropLast() ?? []) + parts
      }
    let resolved = try Self.resolved(segments)
    let origin = own ?? base?.origin
    self.origin = origin
    self.text = (origin ?? "") + Self.path(resolved[...])
    basePath = Self.path(resolved.last == "" ? resolved.dropLast() : resolved[...])
  }

  /// Whether a text is an origin, in lower case and without a slash at its end.
  package static func isOrigin(_ text: String) -> Bool {
    (try? ServerAddress(text)).map { $0.origin == text } ?? false
  }

  /// The path's segments: those of `/v1/` are `v1` and an empty one.
  private var segments: [Substring] {
    Array(Self.split(Substring(text.utf8.dropFirst(origin?.utf8.count ?? 0))).dropFirst())
  }

  private static func split(_ path: Substring) -> [Substring] {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
  }

  private static func path(_ segments: ArraySlice<Substring>) -> String { segments.map { "/" + $0 }.joined() }

  // MARK: origin

  /// The origin in an address, and the address's path.
  private static func cut(_ text: String, _ base: ServerAddress?) throws(CodecError) -> (String?, Substring) {
    let bytes = text.utf8
    let delimiter = bytes.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") } ?? bytes.endIndex
    let isAbsolute = delimiter != bytes.endIndex && bytes[delimiter] == UInt8(ascii: ":")
    let rest = isAbsolute ? bytes[delimiter...].dropFirst() : bytes[...]
    guard isAbsolute || rest.starts(with: "//".utf8) else { return (nil, text[...]) }
    let scheme = isAbsolute ? text[..<delimiter].lowercased() : base?.scheme ?? ""
    guard scheme == "http" || scheme == "https", rest.starts(with: "//".utf8) else {
      throw CodecError(
        isAbsolute
          ? "a server's address begins with http:// or https://, or is a path"
          : "a server's address that begins with // needs another to have the scheme of")
    }
    let authority = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") }
    try check(authority)
    return (scheme + "://" + Substring(authority).lowercased(), Substring(rest[authority.endIndex...]))
  }

  private var scheme: String? { origin.map { String($0.prefix { $0 != ":" }) } }

  /// The hosts and ports that a client accepts in an origin.
  private static func check(_ authority: Substring.UTF8View) throws(CodecError) {
    guard !authority.contains(UInt8(ascii: "@")) else { throw CodecError("a server's address names no user") }
    // An IPv6 address has its colons in brackets.
    let bracket = authority.first == UInt8(ascii: "[") ? authority.firstIndex(of: UInt8(ascii: "]")) : nil
    let host = authority[..<(authority[(bracket ?? authority.startIndex)...].firstIndex(of: 58) ?? authority.endIndex)]
    guard isHost(host) else {
      throw CodecError("a server's address has a host of letters, digits, '.', '-' and '_', or an IPv6 address in []")
    }
    guard host.endIndex != authority.endIndex else { return }
    let digits = authority[host.endIndex...].dropFirst()
    guard digits.allSatisfy(isDigit), let port = Int(Substring(digits)), (1..<65_536).contains(port) else {
      throw CodecError("a server's address has a port from 1 to 65535, or none")
    }
  }

  private static func isHost(_ host: Substring.UTF8View) -> Bool {
    if host.first == UInt8(ascii: "[") {
      return host.count > 3 && host.last == UInt8(ascii: "]")
        && host.dropFirst().dropLast().allSatisfy { PercentCoding.hexValue($0) != nil || $0 == 58 || $0 == 46 }
    }
    return !host.isEmpty && host.allSatisfy { PercentCoding.isUnreserved($0) && $0 != UInt8(ascii: "~") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  // MARK: path

  /// RFC 3986, section 5.2.4, except that `..` beyond the root is an error here.
  private static func resolved(_ segments: [Substring]) throws(CodecError) -> [Substring] {
    var result: [Substring] = []
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment.utf8.count <= 2 ? segment : "" {
      case ".": if isLast { result.append("") }
      case "..":
        guard result.popLast() != nil else { throw CodecError("a server's address leads above the root with '..'") }
        if isLast { result.append("") }
      default:
        guard isLast || !segment.isEmpty else {
          throw CodecError("a server's address has an empty segment: two adjacent slashes")
        }
        guard isSegment(segment) else {
          throw CodecError(
            "a segment of a server's address has a character that is not percent-encoded, or encodes '/', '\\', a"
              + " control character or what is not UTF-8")
        }
        result.append(segment)
      }
    }
    return result
  }

  /// Whether it is a valid path (RFC 3986, section 3.3) that a router accepts.
  private static func isSegment(_ segment: Substring) -> Bool {
    let isWritten = segment.utf8.allSatisfy { PercentCoding.isUnreserved($0) || "%!$&'()*+,;=:@".utf8.contains($0) }
    return isWritten
      && PercentCoding.decode(segment).map { Router.isSound($0) && !$0.utf8.contains(UInt8(ascii: "/")) } == true
  }
}

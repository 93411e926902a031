import ServiceCore

/// Reads start lines and fields, and decides how a message is framed.
enum FieldParser {
  /// `token ":" OWS value OWS` (RFC 9112, section 5); the name in lower case.
  static func field(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw HTTPFault(400, "a header without a colon") }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(isToken) else { throw HTTPFault(400, "a header's name is not a token") }
    var value = line[(colon + 1)...]
    while let byte = value.first, byte == 0x20 || byte == 9 { value.removeFirst() }
    while let byte = value.last, byte == 0x20 || byte == 9 { value.removeLast() }
    guard value.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) }),
      let text = String(validating: value, as: UTF8.self)
    else { throw HTTPFault(400, "a header's value has a control character or is not UTF-8") }
    let lowered = String(decoding: name.map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    // Some servers take an underscore for a hyphen: a length that only they see would split messages.
    guard lowered != "content_length" && lowered != "transfer_encoding" else {
      throw HTTPFault(400, "a header that another server could take for the message's length")
    }
    return (lowered, text)
  }

  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  static func head(
    _ line: ArraySlice<UInt8>, _ fields: HTTPFields, _ role: MessageParser.Role, answersHead: Bool
  ) throws(HTTPFault) -> MessageHead {
    let (startLine, isHTTP10) = role == .request ? try requestLine(line) : try statusLine(line)
    let connection = fields.values("connection").joined(separator: ",").lowercased()
    let tokens = connection.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    let keepsAlive = isHTTP10 ? tokens.contains("keep-alive") : !tokens.contains("close")
    var framing = try framing(fields, role, isHTTP10: isHTTP10)
    var expectsContinue = false
    switch startLine {
    case .request(let method, let target):
      try checkHost(fields, isHTTP10: isHTTP10, method: method, target: target)
      if let expectation = fields["expect"] {
        guard expectation.lowercased() == "100-continue" else {
          throw HTTPFault(417, "Only 100-continue can be expected.")
        }
        expectsContinue = !isHTTP10 && framing != .none
      }
    case .response(let status):
      if answersHead || status < 200 || status == 204 || status == 304 { framing = .none }
    }
    return MessageHead(
      startLine: startLine, headers: fields, framing: framing, keepsAlive: keepsAlive && framing != .untilClose,
      expectsContinue: expectsContinue)
  }

  private static func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> (MessageHead.StartLine, Bool) {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw HTTPFault(400, "the request line is not method, target and version") }
    guard !parts[0].isEmpty, parts[0].count <= 32, parts[0].allSatisfy(isToken) else {
      throw HTTPFault(400, "the method is not a token")
    }
    let isHTTP10 = try version(parts[2])
    let target = parts[1]
    let refused = "\"<>#\\".utf8
    guard !target.isEmpty, target.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) }) else {
      throw HTTPFault(400, "the target has a character that must be percent-encoded")
    }
    return (
      .request(method: String(decoding: parts[0], as: UTF8.self), target: String(decoding: target, as: UTF8.self)),
      isHTTP10
    )
  }

  private static func statusLine(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> (MessageHead.StartLine, Bool) {
    let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let status = Int(String(decoding: parts[1], as: UTF8.self)),
      (100..<600).contains(status), line.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) })
    else { throw HTTPFault(502, "the status line is malformed") }
    return (.response(status: status), try version(parts[0]))
  }

  /// Whether the version is HTTP/1.0.
  private static func version(_ text: ArraySlice<UInt8>) throws(HTTPFault) -> Bool {
    if text.elementsEqual("HTTP/1.1".utf8) { return false }
    if text.elementsEqual("HTTP/1.0".utf8) { return true }
    let bytes = Array(text)
    let isVersion =
      bytes.count == 8 && bytes.starts(with: "HTTP/".utf8) && (48...57).contains(bytes[5]) && bytes[6] == 46
      && (48...57).contains(bytes[7])
    throw isVersion
      ? HTTPFault(505, "Only HTTP/1.1 and HTTP/1.0 are served.") : HTTPFault(400, "the version is malformed")
  }

  private static func framing(
    _ fields: HTTPFields, _ role: MessageParser.Role, isHTTP10: Bool
  ) throws(HTTPFault) -> MessageHead.Framing {
    let codings = fields.values("transfer-encoding")
    let lengths = fields.values("content-length")
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw HTTPFault(400, "a length beside a transfer coding") }
      guard !isHTTP10 else { throw HTTPFault(400, "a transfer coding in HTTP/1.0") }
      guard codings.count == 1, codings[0].lowercased() == "chunked" else {
        throw HTTPFault(codings.count == 1 ? 501 : 400, "The only transfer coding is chunked.")
      }
      return .chunked
    }
    guard let length = lengths.first else { return role == .request ? .none : .untilClose }
    guard lengths.count == 1, (1...18).contains(length.utf8.count),
      length.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(length)
    else { throw HTTPFault(400, "the content length is not one decimal number") }
    return count == 0 ? .none : .length(count)
  }

  /// One Host field, a host and perhaps a port, the same as an absolute target's (RFC 9112, section 3.2).
  private static func checkHost(
    _ fields: HTTPFields, isHTTP10: Bool, method: String, target: String
  ) throws(HTTPFault) {
    let hosts = fields.values("host")
    guard hosts.count == 1 || (isHTTP10 && hosts.isEmpty) else {
      throw HTTPFault(400, "a request has exactly one Host")
    }
    let host = hosts.first ?? ""
    let allowed = "-._~!$&'()*+,;=:[]%".utf8
    let isSound = host.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: allowed.contains(byte)
      }
    }
    guard isSound, isHTTP10 || !host.isEmpty else { throw HTTPFault(400, "the Host is not a host and a port") }
    if target.hasPrefix("/") || (target == "*" && method == "OPTIONS") { return }
    guard let path = origin(of: target), path.authority.lowercased() == host.lowercased() else {
      throw HTTPFault(400, "the target is neither a path nor of this host")
    }
  }

  /// An absolute-form target taken apart.
  static func origin(of target: String) -> (authority: String, rest: String)? {
    let lowered = target.prefix(8).lowercased()
    let scheme = lowered.hasPrefix("http://") ? 7 : lowered.hasPrefix("https://") ? 8 : 0
    guard scheme > 0 else { return nil }
    let rest = target.dropFirst(scheme)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard !rest[..<end].isEmpty else { return nil }
    let path = rest[end...]
    return (String(rest[..<end]), path.hasPrefix("/") ? String(path) : "/" + path)
  }
}

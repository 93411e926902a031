import ServiceCore

/// The validated start line and fields of an HTTP/1.1 message.
public struct MessageHead: Sendable {
  public enum StartLine: Sendable {
    case request(method: String, target: String)
    case response(status: Int)
  }

  /// How the end of a message's body is determined (RFC 9112, section 6).
  public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  public let startLine: StartLine
  public let headers: HTTPFields
  public let framing: Framing
  public let isHTTP10: Bool
  /// Whether the connection stays open after this message.
  public let keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body.
  public let expectsContinue: Bool
}

/// A message that is refused. Its connection must not be reused.
public struct HTTPFault: Error, Sendable, Equatable {
  /// The status that a server responds with.
  public let status: Int
  public let message: String

  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The response body that the client receives.
  var problem: ProblemDetails { status == 503 ? .unavailable(message) : ProblemDetails(status, message) }
}

/// Limits of one message, in bytes; `fields` is a number of fields.
public struct HTTPLimits: Sendable {
  public var startLine = 8_192
  public var fieldLine = 8_192
  public var head = 32_768
  public var fields = 100
  public var chunkLine = 256

  public init() {}
}

/// A head that is being read line by line.
struct PartialHead: Sendable {
  private(set) var fields = HTTPFields()
  /// The size in bytes of the fields read so far.
  var bytes = 0
  /// Whether nothing was read yet, not even the empty line that may precede a request.
  var isUntouched = true
  private let role: MessageParser.Role
  private var startLine = MessageHead.StartLine.response(status: 0)
  private var isHTTP10 = false
  /// The fields that determine framing, recorded while reading: looking them up afterwards costs more.
  private var hosts = Field()
  private var lengths = Field()
  private var codings = Field()
  private var connection = ""
  private var expectation: String?

  private struct Field {
    var count = 0
    var value = ""

    mutating func add(_ text: String) {
      count += 1
      if count == 1 { value = text }
    }
  }

  init(_ role: MessageParser.Role) { self.role = role }

  mutating func readStartLine(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTPFault) {
    if role == .request { try readRequestLine(bytes, line) } else { try readStatusLine(bytes[line]) }
  }

  mutating func readField(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTPFault) {
    let (name, value) = try FieldParser.field(bytes, line)
    switch name.utf8.count {
    case 4: if name == "host" { hosts.add(value) }
    case 6: if name == "expect" { expectation = expectation.map { $0 + "," + value } ?? value }
    case 10: if name == "connection" { connection += connection.isEmpty ? value : "," + value }
    case 14: if name == "content-length" { lengths.add(value) }
    case 17: if name == "transfer-encoding" { codings.add(value) }
    default: break
    }
    fields.append(name, value)
  }

  func finish(answersHead: Bool) throws(HTTPFault) -> MessageHead {
    var framing = try framing()
    var expectsContinue = false
    switch startLine {
    case .request(let method, let target):
      try checkHost(method: method, target: target)
      if let expectation {
        guard expectation.utf8.count == 12, expectation.lowercased() == "100-continue" else {
          throw HTTPFault(417, "The only supported expectation is 100-continue.")
        }
        expectsContinue = !isHTTP10 && framing != .none
      }
    case .response(let status):
      if answersHead || status < 200 || status == 204 || status == 304 { framing = .none }
    }
    return MessageHead(
      startLine: startLine, headers: fields, framing: framing, isHTTP10: isHTTP10,
      keepsAlive: keepsAlive && framing != .untilClose, expectsContinue: expectsContinue)
  }

  private var keepsAlive: Bool {
    if connection.isEmpty { return !isHTTP10 }
    // Compared by bytes: no time may be spent on Unicode comparison of unauthenticated input.
    let wanted = (isHTTP10 ? "keep-alive" : "close").utf8
    let names = connection.utf8.split(separator: UInt8(ascii: ",")).contains { item in
      item.lazy.filter { $0 != 0x20 && $0 != 0x09 }.map { (65...90).contains($0) ? $0 | 0x20 : $0 }.elementsEqual(
        wanted)
    }
    return isHTTP10 ? names : !names
  }

  // MARK: start lines

  private mutating func readRequestLine(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTPFault) {
    let read = bytes.withUnsafeBufferPointer { Self.requestLine(UnsafeBufferPointer(rebasing: $0[line])) }
    let (method, target, isHTTP10) = try read.get()
    startLine = .request(method: method, target: target)
    self.isHTTP10 = isHTTP10
  }

  private static func requestLine(
    _ line: UnsafeBufferPointer<UInt8>
  ) -> Result<(method: String, target: String, isHTTP10: Bool), HTTPFault> {
    var methodEnd = 0
    while methodEnd < line.count, FieldSyntax.isToken(line[methodEnd]) { methodEnd += 1 }
    guard (1...32).contains(methodEnd), methodEnd < line.count, line[methodEnd] == 0x20 else {
      return .failure(HTTPFault(400, "the request line does not begin with a method that is a token and a space"))
    }
    var targetEnd = methodEnd + 1
    while targetEnd < line.count, isTarget(line[targetEnd]) { targetEnd += 1 }
    guard targetEnd > methodEnd + 1, targetEnd < line.count, line[targetEnd] == 0x20 else {
      return .failure(
        HTTPFault(
          400, "the request target is missing, has an invalid character, or is not followed by a space and the version")
      )
    }
    switch version(UnsafeBufferPointer(rebasing: line[(targetEnd + 1)...])) {
    case .failure(let fault): return .failure(fault)
    case .success(let isHTTP10):
      return .success(
        (
          String(decoding: UnsafeBufferPointer(rebasing: line[..<methodEnd]), as: UTF8.self),
          String(decoding: UnsafeBufferPointer(rebasing: line[(methodEnd + 1)..<targetEnd]), as: UTF8.self), isHTTP10
        ))
    }
  }

  /// Visible ASCII except characters that must be percent-encoded.
  private static func isTarget(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "#"), UInt8(ascii: "\\"): false
    case 0x21...0x7E: true
    default: false
    }
  }

  private mutating func readStatusLine(_ line: ArraySlice<UInt8>) throws(HTTPFault) {
    let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let status = Int(String(decoding: parts[1], as: UTF8.self)),
      (100..<600).contains(status), line.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) })
    else { throw HTTPFault(502, "the status line is malformed") }
    startLine = .response(status: status)
    isHTTP10 = try parts[0].withUnsafeBufferPointer { Self.version($0) }.get()
  }

  /// Whether the version is HTTP/1.0.
  private static func version(_ text: UnsafeBufferPointer<UInt8>) -> Result<Bool, HTTPFault> {
    let isVersion =
      text.count == 8 && text[..<5].elementsEqual("HTTP/".utf8) && (48...57).contains(text[5]) && text[6] == 46
      && (48...57).contains(text[7])
    guard isVersion else { return .failure(HTTPFault(400, "the version is malformed")) }
    guard text[5] == 49, text[7] <= 49 else {
      return .failure(HTTPFault(505, "Only HTTP/1.1 and HTTP/1.0 are supported."))
    }
    return .success(text[7] == 48)
  }

  // MARK: framing and host

  private func framing() throws(HTTPFault) -> MessageHead.Framing {
    if codings.count > 0 {
      guard lengths.count == 0 else { throw HTTPFault(400, "both content-length and transfer-encoding are given") }
      guard !isHTTP10 else { throw HTTPFault(400, "transfer-encoding is not allowed in HTTP/1.0") }
      // The byte count is checked too: the Kelvin sign lowercases to k.
      guard codings.count == 1, codings.value.utf8.count == 7, codings.value.lowercased() == "chunked" else {
        throw HTTPFault(codings.count == 1 ? 501 : 400, "The only supported transfer coding is chunked.")
      }
      return .chunked
    }
    guard lengths.count > 0 else { return role == .request ? .none : .untilClose }
    let length = lengths.value.utf8
    guard lengths.count == 1, (1...18).contains(length.count), length.allSatisfy({ (48...57).contains($0) }) else {
      throw HTTPFault(400, "content-length is not a single decimal number")
    }
    let count = length.reduce(0) { $0 * 10 + Int($1 - 48) }
    return count == 0 ? .none : .length(count)
  }

  /// Requires one Host field with a host and an optional port, equal to that of an absolute target (RFC 9112, section
  /// 3.2).
  private func checkHost(method: String, target: String) throws(HTTPFault) {
    guard hosts.count == 1 || (isHTTP10 && hosts.count == 0) else {
      throw HTTPFault(400, "a request must have exactly one Host header")
    }
    let host = hosts.value
    guard host.isEmpty ? isHTTP10 : Self.isHostAndPort(Array(host.utf8)) else {
      throw HTTPFault(400, "the Host header is not a host with an optional port")
    }
    if target.utf8.first == UInt8(ascii: "/") || (target == "*" && method == "OPTIONS") { return }
    guard let path = Self.origin(of: target), path.authority.lowercased() == host.lowercased() else {
      throw HTTPFault(400, "the request target is neither a path nor a URL of the Host header's host")
    }
  }

  /// `uri-host [ ":" port ]` (RFC 9110, section 7.2): a name, an IPv4 address, or an IPv6 address in brackets.
  private static func isHostAndPort(_ bytes: [UInt8]) -> Bool {
    var index = 0
    if bytes[0] == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
      let isAddress = bytes[1..<end].allSatisfy {
        PercentCoding.hexValue($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
      guard isAddress else { return false }
      index = end + 1
    } else {
      while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
        if bytes[index] == UInt8(ascii: "%") {
          guard index + 2 < bytes.count, PercentCoding.hexValue(bytes[index + 1]) != nil,
            PercentCoding.hexValue(bytes[index + 2]) != nil
          else {
            return false
          }
          index += 2
        } else if !isName(bytes[index]) {
          return false
        }
        index += 1
      }
      guard index > 0 else { return false }
    }
    if index == bytes.count { return true }
    return bytes[index] == UInt8(ascii: ":") && bytes[(index + 1)...].allSatisfy { (48...57).contains($0) }
  }

  /// RFC 3986's unreserved characters and sub-delims.
  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","): true
    case UInt8(ascii: ";"), UInt8(ascii: "="): true
    default: false
    }
  }

  /// The authority and the rest of an absolute-form target.
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

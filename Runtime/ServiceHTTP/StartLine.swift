import ServiceCore

/// The first line of a request (RFC 9112, section 3).
struct RequestLine {
  let methodEnd: Int
  let target: Range<Int>
  let isHTTP10: Bool

  static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>
  ) -> LineResult<RequestLine> {
    var methodEnd = line.lowerBound
    while methodEnd < line.upperBound, FieldSyntax.isToken(bytes[methodEnd]) { methodEnd += 1 }
    guard (1...32).contains(methodEnd - line.lowerBound), methodEnd < line.upperBound, bytes[methodEnd] == 0x20 else {
      return .fault(HTTPFault(400, "the request line does not begin with a method that is a token and a space"))
    }
    let start = methodEnd + 1
    var targetEnd = start
    while targetEnd < line.upperBound, isTarget(bytes[targetEnd]) { targetEnd += 1 }
    guard targetEnd > start, targetEnd < line.upperBound, bytes[targetEnd] == 0x20 else {
      return .fault(
        HTTPFault(
          400, "the request target is missing, has an invalid character, or is not followed by a space and the version")
      )
    }
    switch HTTPVersion.isHTTP10(UnsafeBufferPointer(rebasing: bytes[(targetEnd + 1)..<line.upperBound])) {
    case .failure(let fault): return .fault(fault)
    case .success(let isHTTP10):
      return .line(RequestLine(methodEnd: methodEnd, target: start..<targetEnd, isHTTP10: isHTTP10))
    }
  }

  /// Visible ASCII except characters that must be percent-encoded.
  @inline(__always) private static func isTarget(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "\\")
  }
}

/// The first line of a response (RFC 9112, section 4).
struct StatusLine {
  let status: Int
  let isHTTP10: Bool

  static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> LineResult<StatusLine> {
    let line = bytes[line]
    let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let status = Int(String(decoding: parts[1], as: UTF8.self)),
      (100..<600).contains(status), line.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) })
    else { return .fault(HTTPFault(502, "the status line is malformed")) }
    switch HTTPVersion.isHTTP10(UnsafeBufferPointer(rebasing: parts[0])) {
    case .failure(let fault): return .fault(fault)
    case .success(let isHTTP10): return .line(StatusLine(status: status, isHTTP10: isHTTP10))
    }
  }
}

/// A line, or why it is refused.
enum LineResult<Line> {
  case line(Line), fault(HTTPFault)

  /// Takes a valid line.
  ///
  /// - Returns: the fault of an invalid one.
  func map(_ take: (Line) -> Void) -> HTTPFault? {
    switch self {
    case .line(let line):
      take(line)
      return nil
    case .fault(let fault): return fault
    }
  }
}

enum HTTPVersion {
  static func isHTTP10(_ text: UnsafeBufferPointer<UInt8>) -> Result<Bool, HTTPFault> {
    let isVersion =
      text.count == 8 && UnsafeBufferPointer(rebasing: text[..<5]).isSame(as: "HTTP/") && (48...57).contains(text[5])
      && text[6] == 46 && (48...57).contains(text[7])
    guard isVersion else { return .failure(HTTPFault(400, "the version is malformed")) }
    guard text[5] == 49, text[7] <= 49 else {
      return .failure(HTTPFault(505, "Only HTTP/1.1 and HTTP/1.0 are supported."))
    }
    return .success(text[7] == 48)
  }
}

/// The host of a request (RFC 9110, section 7.2).
enum HostSyntax {
  /// `uri-host [ ":" port ]`: a name, an IPv4 address, or an IPv6 address in brackets.
  static func isHostAndPort(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
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
  @inline(__always) private static func isName(_ byte: UInt8) -> Bool {
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

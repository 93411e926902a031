import ServiceCore

/// Which requests belong to a migrated path, and which of their callers to its old system.
package enum MigrationPath {
  private static let slash = UInt8(ascii: "/")

  /// The decoded segments of a request's path; nil for a path that the two systems could read differently, which is
  /// never passed on: through a `..` it would lead out of the migrated path.
  package static func segments(_ path: String) -> [[UInt8]]? {
    guard path.utf8.first == slash else { return nil }
    let segments = path.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false).map(decoded)
    return segments.contains(where: isAmbiguous) ? nil : segments
  }

  /// The segments as a server may read them that is less strict: it splits at encoded slashes and at backslashes, joins empty
  /// segments, drops what follows a semicolon, and ignores case.
  package static func lenient(_ segments: [[UInt8]]) -> [[UInt8]] {
    segments.flatMap { $0.split { $0 == slash || $0 == UInt8(ascii: "\\") } }
      .map { part in
        part.prefix { $0 != UInt8(ascii: ";") }.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
      }
      .filter { !$0.isEmpty }
  }

  /// The same of a path that ``isPrefix(_:)`` accepts, which has none for `/`.
  package static func segments(ofPrefix path: String) -> [[UInt8]] {
    path.utf8.split(separator: slash).map(Array.init)
  }

  /// Whether a path can be that of an entry.
  static func isPrefix(_ path: String) -> Bool {
    guard path.utf8.first == slash, path.utf8.allSatisfy(isPlain) else { return false }
    let segments = path.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
    return path.utf8.count == 1 || segments.allSatisfy { !$0.isEmpty && !isAmbiguous(Array($0)) }
  }

  /// Decoded byte by byte: an old system may take what is not UTF-8.
  private static func decoded(_ segment: Substring.UTF8View) -> [UInt8] {
    guard segment.contains(UInt8(ascii: "%")) else { return Array(segment) }
    var (bytes, rest): ([UInt8], Substring.UTF8View) = ([], segment)
    while let byte = rest.popFirst() {
      let digits = byte == UInt8(ascii: "%") ? rest.prefix(2).compactMap(PercentCoding.hexValue) : []
      guard digits.count == 2 else {
        bytes.append(byte)
        continue
      }
      rest = rest.dropFirst(2)
      bytes.append(digits[0] << 4 | digits[1])
    }
    return bytes
  }

  /// Whether a part between slashes is `.` or `..`, or has a control character. Some servers drop what follows a
  /// semicolon before they resolve `..`.
  private static func isAmbiguous(_ segment: [UInt8]) -> Bool {
    let parts = segment.split { $0 == slash || $0 == UInt8(ascii: "\\") }
    return segment.contains { $0 < 0x20 || $0 == 0x7F }
      || parts.contains { part in
        let name = part.prefix { $0 != UInt8(ascii: ";") }
        return (1...2).contains(name.count) && name.allSatisfy { $0 == UInt8(ascii: ".") }
      }
  }

  /// What a path has without being encoded (RFC 3986, section 3.3), but for what some servers split a segment at.
  private static func isPlain(_ byte: UInt8) -> Bool {
    PercentCoding.isUnreserved(byte) || "/!$&'()*+,=:@".utf8.contains(byte)
  }

  // MARK: callers

  /// A number from 0 to 99 that is always the same for a caller, in every gateway: the old system serves those below
  /// the percentage, so that a change of it moves callers one way only.
  ///
  /// - Parameter field: what says who calls; a request without it goes by its credentials, or else its address.
  package static func share(of request: HTTPRequest, by field: CallerField? = nil) -> Int {
    let headers = request.headers
    let caller =
      field?.value(in: headers) ?? headers["authorization"] ?? headers["cookie"] ?? request.clientAddress?.network ?? ""
    return Int(caller.utf8.fnv1a % 100)
  }
}

/// The cookie or header field of a request that says who calls: `cookie:uid`, `header:X-Tenant`.
package struct CallerField: Sendable {
  private let isCookie: Bool
  /// In lower case for a header field.
  private let name: String

  /// Nil for a text that is neither, and for a name that none can have (RFC 6265, section 4.1.1; RFC 9110, section
  /// 5.1).
  package init?(_ text: String) {
    let kinds = ["cookie:", "header:"]
    guard let kind = kinds.first(where: { text.utf8.starts(with: $0.utf8) }) else { return nil }
    let name = Substring(text.utf8.dropFirst(kind.utf8.count))
    guard FieldSyntax.isToken(name) else { return nil }
    isCookie = kind == kinds[0]
    self.name = isCookie ? String(name) : name.lowercased()
  }

  /// Nil where the request has none, or an empty one.
  func value(in headers: HTTPFields) -> String? {
    let value: String?
    if isCookie {
      let cookies = try? ParameterCodec.cookies(headers.values("cookie"))
      value = cookies?.first { $0.name.utf8.elementsEqual(name.utf8) }.map { String($0.value) }
    } else {
      value = headers[name]
    }
    return value?.isEmpty == false ? value : nil
  }
}

/// A JSON pointer in which `*` stands for any member or item.
package struct PointerPattern: Sendable {
  private let tokens: [String]

  /// Nil for a text that is no pointer (RFC 6901), and for the pointer to the whole value.
  package init?(_ text: String) {
    guard let pointer = JSONPointer(text[...]), !pointer.tokens.isEmpty else { return nil }
    tokens = pointer.tokens
  }

  /// A step from a JSON value to one inside it.
  enum Step {
    /// - Parameter isShown: whether the name may be shown to others.
    case member(String, isShown: Bool = true)
    case item(Int)
  }

  func matches(_ steps: [Step]) -> Bool {
    steps.count == tokens.count
      && zip(tokens, steps).allSatisfy { token, step in
        switch step {
        case _ where token == "*": true
        case .member(let name, _): name.utf8.elementsEqual(token.utf8)
        case .item(let index): String(index).utf8.elementsEqual(token.utf8)
        }
      }
  }
}

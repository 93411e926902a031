/// Reads the parts of a multipart body (RFC 2046, section 5.1; RFC 7578) strictly: bytes in, parts out, no I/O.
///
/// Each byte is examined once, and at most a part's head or the beginning of a boundary is buffered. What two readers
/// could understand differently is rejected: bare line feeds, folded headers, a line that only begins with the
/// boundary.
public struct MultipartParser: IncrementalParser {
  public enum Event: Sendable {
    /// A part begins; header names in lower case. Without a `content-type` it is `text/plain`.
    case part(headers: HTTPFields)
    /// More of the part's content, as much as has arrived.
    case data([UInt8])
    case partEnd
    /// The last boundary: what follows is skipped.
    case end
  }

  private enum State {
    case preamble, head, data, partEnd
    /// After a boundary, where spaces and the end of the line may follow.
    case padding(isLast: Bool)
    case boundary, epilogue
  }

  private let limits: MultipartLimits
  /// A line end and the boundary after it.
  private let delimiter: [UInt8]
  /// How many bytes of the delimiter end where the examined input ends. The line end before the first boundary, and the
  /// one that ends a head, count although they are no longer in the buffer.
  private var matched = 2
  private var input = InputBuffer()
  private var state = State.preamble
  private var headers = HTTPFields()
  private var headBytes = 0
  private var outsideBytes = 0
  private var parts = 0

  /// - Throws: for an invalid boundary.
  public init(boundary: String, limits: MultipartLimits = MultipartLimits()) throws(CodecError) {
    guard Self.isBoundary(boundary) else { throw CodecError("the boundary is not one by RFC 2046, section 5.1.1") }
    self.limits = limits
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// The boundary in a `Content-Type` field of any multipart type.
  public static func boundary(contentType: String) throws(CodecError) -> String {
    let (type, parameters) = try FieldSyntax.parameters(contentType)
    guard type.hasPrefix("multipart/"), FieldSyntax.isToken(type.dropFirst(10)) else {
      throw CodecError("the body's type is not multipart")
    }
    guard let boundary = parameters.first(where: { $0.name == "boundary" })?.value, isBoundary(boundary) else {
      throw CodecError("the Content-Type has no boundary by RFC 2046, section 5.1.1")
    }
    return boundary
  }

  /// `0*69<bchars> bcharsnospace` (RFC 2046, section 5.1.1).
  private static func isBoundary(_ text: String) -> Bool {
    (1...70).contains(text.utf8.count) && text.utf8.last != UInt8(ascii: " ")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
      }
  }

  public mutating func append(_ bytes: some Collection<UInt8>) { input.append(bytes) }

  public mutating func next() throws(CodecError) -> Event? {
    while true {
      switch state {
      case .preamble:
        let isFound = seekDelimiter()
        try skipOutside(to: contentEnd)
        guard isFound else { return nil }
        passDelimiter()
      case .boundary:
        guard input.count >= 2 else { return nil }
        let isLast = input.bytes[input.start..<input.start + 2].allSatisfy { $0 == UInt8(ascii: "-") }
        if isLast { input.skip(to: input.start + 2) }
        state = .padding(isLast: isLast)
        if isLast { return .end }
      case .padding(let isLast):
        guard let padding = try line(limit: 1_000, "the spaces after a boundary") else { return nil }
        guard padding.allSatisfy(FieldSyntax.isSpace) else { throw CodecError("a line that begins with the boundary") }
        state = isLast ? .epilogue : .head
        if !isLast { try beginPart() }
      case .head:
        guard let line = try line(limit: limits.headBytes - headBytes, "a part's head") else { return nil }
        headBytes += line.count + 2
        guard line.isEmpty else {
          try readField(line)
          continue
        }
        state = .data
        matched = 2
        return .part(headers: headers)
      case .data:
        let isFound = seekDelimiter()
        let data = input.take(to: contentEnd)
        if isFound { state = .partEnd }
        if !data.isEmpty { return .data(data) }
        guard isFound else { return nil }
      case .partEnd:
        passDelimiter()
        return .partEnd
      case .epilogue:
        try skipOutside(to: input.bytes.count)
        return nil
      }
    }
  }

  public mutating func finish() throws(CodecError) -> Event? {
    switch state {
    case .epilogue: return nil
    case .padding(isLast: true) where input.bytes[input.start...].allSatisfy(FieldSyntax.isSpace): return nil
    default: throw CodecError("the body ended before its last boundary")
    }
  }

  // MARK: boundaries

  /// Looks for the delimiter; false when it has not, or not completely, arrived.
  private mutating func seekDelimiter() -> Bool {
    let from = input.scanned
    let before = matched
    let (end, matched) = input.bytes.withUnsafeBufferPointer { bytes in
      delimiter.withUnsafeBufferPointer { delimiter in
        var index = from
        var matched = before
        while index < bytes.count, matched < delimiter.count {
          if bytes[index] == delimiter[matched] {
            matched += 1
          } else {
            // A CR is only at the delimiter's beginning: a failed match can begin again at this byte, and no earlier.
            matched = bytes[index] == 13 ? 1 : 0
          }
          index += 1
        }
        return (index, matched)
      }
    }
    input.scanned = end
    self.matched = matched
    return matched == delimiter.count
  }

  /// The end of the examined bytes that belong to no delimiter.
  private var contentEnd: Int { max(input.start, input.scanned - matched) }

  private mutating func passDelimiter() {
    input.skip(to: input.scanned)
    matched = 0
    state = .boundary
  }

  /// Skips the bytes before the first and after the last boundary.
  private mutating func skipOutside(to end: Int) throws(CodecError) {
    outsideBytes += end - input.start
    input.skip(to: end)
    guard outsideBytes <= limits.outsideBytes else {
      throw CodecError(tooLarge: "There are more than \(limits.outsideBytes) bytes outside of the body's parts.")
    }
  }

  // MARK: heads

  private mutating func beginPart() throws(CodecError) {
    parts += 1
    headers = HTTPFields()
    headBytes = 0
    guard parts <= limits.parts else { throw CodecError(tooLarge: "The body has more than \(limits.parts) parts.") }
  }

  /// The next line without its CRLF; nil when it is not complete yet.
  private mutating func line(limit: Int, _ what: StaticString) throws(CodecError) -> [UInt8]? {
    let end = input.find(13, or: 10)
    guard (end ?? input.bytes.count) - input.start <= limit else {
      throw CodecError(tooLarge: "The body has too many bytes in \(what).")
    }
    guard let end else { return nil }
    guard input.bytes[end] == 13 else { throw CodecError("a line that does not end with CR LF") }
    guard end + 1 < input.bytes.count else { return nil }
    guard input.bytes[end + 1] == 10 else { throw CodecError("a CR without its LF") }
    let line = input.take(to: end)
    input.skip(to: end + 2)
    return line
  }

  private mutating func readField(_ line: [UInt8]) throws(CodecError) {
    let (name, value) = try FieldSyntax.field(line)
    guard headers.list.count < limits.fields else {
      throw CodecError(tooLarge: "A part has more than \(limits.fields) headers.")
    }
    if name.hasPrefix("content-"), headers[name] != nil { throw CodecError("a part has the header \(name) twice") }
    if name == "content-transfer-encoding", !["7bit", "8bit", "binary"].contains(value.lowercased()) {
      throw CodecError("a part has a Content-Transfer-Encoding, which RFC 7578, section 4.7, deprecates")
    }
    headers.append(name, value)
  }
}

/// Limits on the bytes of a multipart body that are not content.
public struct MultipartLimits: Sendable {
  public var parts = 1_000
  /// The bytes of one part's headers.
  public var headBytes = 16_384
  /// The headers of one part.
  public var fields = 20
  /// The bytes before the first and after the last boundary.
  public var outsideBytes = 65_536

  public init() {}
}

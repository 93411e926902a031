import ServiceCore

/// A strict HTTP/1.1 parser (RFC 9112): bytes in, heads and bodies out, no I/O.
///
/// Refuses everything that two implementations could interpret differently: bare line feeds, folded lines, spaces
/// before a colon, two lengths, a length together with chunks, unknown codings.
public struct MessageParser: Sendable {
  public enum Role: Sendable { case request, response }

  public enum Event: Sendable {
    case needMore
    case head(MessageHead)
    /// The next part of the body, as much as has arrived.
    case part([UInt8])
    /// The message is complete; the next one begins behind it.
    case end
  }

  /// The largest allowed body of the current message, in bytes. Set it when the head is known.
  public var bodyLimit = Int.max
  /// Set for a response to HEAD, which has no body regardless of its fields.
  public var answersHead = false
  private let role: Role
  private let limits: HTTPLimits
  private var buffer: [UInt8] = []
  private var position = 0
  /// The offset at which the head begins that is being read.
  private var headStart = 0
  /// The offset up to which the line that begins at `position` was searched for its end.
  private var scanned = 0
  private var state = State.startLine
  private var head: PartialHead
  /// How many bytes of the current body were returned.
  private var bodyBytes = 0
  private var trailerBytes = 0
  /// Memory for the next head.
  var spare: ReceivedHead?

  private enum State {
    case startLine, fields, length(Int), chunkSize, chunkData(Int), chunkEnd, trailers, untilClose, done
  }

  public init(_ role: Role, limits: HTTPLimits = HTTPLimits()) {
    self.role = role
    self.limits = limits
    head = PartialHead(role)
  }

  /// How many bytes were received but not yet returned as part of a message.
  public var buffered: Int { buffer.count - position }

  /// Whether the parser is between two messages.
  public var isIdle: Bool {
    if case .startLine = state { buffered == 0 } else { false }
  }

  /// Empties the buffer. An idle connection keeps little memory.
  private mutating func empty() {
    buffer.removeAll(keepingCapacity: buffer.capacity <= 4_096)
    position = 0
    scanned = 0
  }

  public mutating func append(_ bytes: some Collection<UInt8>) {
    makeRoom()
    buffer.append(contentsOf: bytes)
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    makeRoom()
    buffer.append(contentsOf: bytes)
  }

  private mutating func makeRoom() {
    var used = position
    // The bytes of a head are needed until it is complete.
    if case .fields = state { used = headStart }
    if used == buffer.count {
      empty()
    } else if used > 65_536 {
      buffer.removeFirst(used)
      scanned -= used
      position -= used
      headStart -= used
    }
  }

  /// Takes the bytes behind the head of a message without a body, which are of the protocol that its connection has
  /// switched to.
  mutating func takeRest() -> [UInt8] {
    defer { empty() }
    return Array(buffer[position...])
  }

  /// The next event in the bytes received so far.
  ///
  /// - Throws: ``HTTPFault`` for a malformed message or one beyond a limit.
  public mutating func next() throws(HTTPFault) -> Event {
    while true {
      switch state {
      case .startLine:
        // One empty line before a request is ignored (RFC 9112, section 2.2).
        if role == .request, head.isUntouched, buffered >= 2, buffer[position] == 13, buffer[position + 1] == 10 {
          position += 2
          head.isUntouched = false
        }
        headStart = position
        guard let line = try line(limit: limits.startLine, 414, "The first line") else { return .needMore }
        let fault = buffer.withUnsafeBufferPointer {
          head.readStartLine(UnsafeBufferPointer(rebasing: $0[headStart...]), 0..<line.count)
        }
        if let fault { throw fault }
        state = .fields
      case .fields:
        let start = position
        guard let line = try line(limit: limits.fieldLine, 431, "A header") else {
          guard head.bytes + buffered <= limits.head + 2 else { throw headTooLarge }
          return .needMore
        }
        head.bytes += position - start
        guard head.bytes <= limits.head else { throw headTooLarge }
        if line.isEmpty { return .head(try finishHead()) }
        let fault = buffer.withUnsafeMutableBufferPointer {
          head.readField(
            UnsafeMutableBufferPointer(rebasing: $0[headStart...]),
            line.lowerBound - headStart..<line.upperBound - headStart)
        }
        if let fault { throw fault }
        guard head.fields.count <= limits.fields else {
          throw HTTPFault(431, "There are more than \(limits.fields) headers.")
        }
      case .length(let left):
        if left == 0 { return finish() }
        guard buffered > 0 else { return waiting() }
        let part = take(left)
        state = .length(left - part.count)
        return .part(part)
      case .untilClose:
        guard bodyBytes + buffered <= bodyLimit else { throw tooLarge }
        return buffered > 0 ? .part(take(buffered)) : waiting()
      case .chunkSize:
        guard let line = try line(limit: limits.chunkLine, 400, "A chunk's size line") else { return .needMore }
        let size = try Self.chunkSize(buffer[line])
        guard size <= bodyLimit - bodyBytes else { throw tooLarge }
        trailerBytes = 0
        state = size == 0 ? .trailers : .chunkData(size)
      case .chunkData(let left):
        guard buffered > 0 else { return waiting() }
        let part = take(left)
        state = part.count == left ? .chunkEnd : .chunkData(left - part.count)
        return .part(part)
      case .chunkEnd:
        guard buffered >= 2 else { return .needMore }
        guard buffer[position] == 13, buffer[position + 1] == 10 else {
          throw HTTPFault(400, "a chunk is longer than its declared size")
        }
        position += 2
        scanned = position
        state = .chunkSize
      case .trailers:
        // Trailers are validated and dropped: no handler may mistake one for a header.
        let start = position
        guard let line = try line(limit: limits.fieldLine, 431, "A trailer") else { return .needMore }
        trailerBytes += position - start
        guard trailerBytes <= limits.head else { throw HTTPFault(431, "the trailers are too long") }
        if line.isEmpty { return finish() }
        _ = try buffer.withUnsafeMutableBufferPointer { FieldParser.field($0, line) }.get()
      case .done: return finish()
      }
    }
  }

  private mutating func finishHead() throws(HTTPFault) -> MessageHead {
    let received = spare ?? ReceivedHead()
    spare = nil
    let whole = buffer.withUnsafeBufferPointer {
      head.finish(UnsafeBufferPointer(rebasing: $0[headStart..<position]), into: received, answersHead: answersHead)
    }
    let finished = try whole.get()
    bodyBytes = 0
    state = Self.bodyState(finished.framing)
    return finished
  }

  /// Reports that the peer has closed the connection, which completes a body delimited by that.
  ///
  /// - Throws: ``HTTPFault`` when the message is incomplete.
  public mutating func close() throws(HTTPFault) {
    guard case .untilClose = state else { throw HTTPFault(400, "the connection ended inside a message") }
    _ = finish()
  }

  private var tooLarge: HTTPFault { HTTPFault(413, "The body is larger than \(bodyLimit) bytes.") }
  private var headTooLarge: HTTPFault { HTTPFault(431, "The headers are longer than \(limits.head) bytes.") }

  private mutating func take(_ maximum: Int) -> [UInt8] {
    let count = min(maximum, buffered)
    let part = Array(buffer[position..<position + count])
    position += count
    scanned = position
    bodyBytes += count
    return part
  }

  private mutating func finish() -> Event {
    state = .startLine
    if buffered == 0 { empty() }
    return .end
  }

  private mutating func waiting() -> Event {
    empty()
    return .needMore
  }

  /// The next line without its CRLF; nil when it is incomplete.
  private mutating func line(limit: Int, _ status: Int, _ what: StaticString) throws(HTTPFault) -> Range<Int>? {
    let start = position
    let from = max(scanned, start)
    let end = buffer.withUnsafeBufferPointer { TextScan.lineEnd($0, from: from) }
    guard end - start <= limit else { throw HTTPFault(status, "\(what) is longer than \(limit) bytes.") }
    scanned = end
    guard end < buffer.count else { return nil }
    guard buffer[end] == 13 else { throw HTTPFault(400, "a line does not end with CR LF") }
    guard end + 1 < buffer.count else { return nil }
    guard buffer[end + 1] == 10 else { throw HTTPFault(400, "a CR is not followed by LF") }
    position = end + 2
    scanned = position
    return start..<end
  }

  private static func bodyState(_ framing: MessageHead.Framing) -> State {
    switch framing {
    case .none: .done
    case .length(let count): .length(count)
    case .chunked: .chunkSize
    case .untilClose: .untilClose
    }
  }

  /// `1*HEXDIG *( ";" extension )`; extensions are validated and dropped.
  private static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> Int {
    var size = 0
    var digits = 0
    for byte in line {
      if byte == UInt8(ascii: ";"), digits > 0 { break }
      guard let digit = PercentCoding.hexValue(byte), digits < 15 else {
        throw HTTPFault(400, "a chunk's size is not a hexadecimal number")
      }
      size = size << 4 | Int(digit)
      digits += 1
    }
    guard digits > 0 else { throw HTTPFault(400, "a chunk has no size") }
    guard isExtensions(line.dropFirst(digits)) else {
      throw HTTPFault(400, "the text after a chunk's size is not a chunk extension")
    }
    return size
  }

  /// `*( ";" token [ "=" ( token / quoted-string ) ] )` (RFC 9112, section 7.1.1).
  private static func isExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func token() -> Bool {
      let count = rest.prefix(while: FieldSyntax.isToken).count
      rest = rest.dropFirst(count)
      return count > 0
    }
    func quoted() -> Bool {
      rest = rest.dropFirst()
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\"") { return true }
        guard byte == 9 || (byte >= 0x20 && byte != 0x7F) else { return false }
        if byte == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
      }
      return false
    }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: ";"), token() else { return false }
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest = rest.dropFirst()
      guard rest.first == UInt8(ascii: "\"") ? quoted() : token() else { return false }
    }
    return true
  }
}

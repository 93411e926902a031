import ServiceCore

/// Reads HTTP/1.1 messages (RFC 9112) strictly: bytes in, heads and bodies out, no I/O.
///
/// Whatever two readers could understand differently is refused: bare line feeds, folded lines, spaces
/// before a colon, two lengths, a length beside chunks, unknown codings.
public struct MessageParser: Sendable {
  public enum Role: Sendable { case request, response }

  public enum Event: Sendable {
    case needMore
    case head(MessageHead)
    /// The whole body; the next message begins behind it.
    case end(body: [UInt8])
  }

  /// The largest body of the message being read. Set it when its head is known.
  public var bodyLimit = Int.max
  /// Set for a response to HEAD, which has no body whatever its fields say.
  public var answersHead = false
  private let role: Role
  private let limits: HTTPLimits
  private var buffer: [UInt8] = []
  private var position = 0
  private var state = State.head
  private var body: [UInt8] = []
  private var trailerBytes = 0
  /// How far an unfinished head was read: without a line's end it is not read anew for every byte.
  private var scanned = 0

  private enum State { case head, length(Int), chunkSize, chunkData(Int), chunkEnd, trailers, untilClose, done }

  public init(_ role: Role, limits: HTTPLimits = HTTPLimits()) {
    self.role = role
    self.limits = limits
  }

  /// Bytes received and not yet part of a message that was given out.
  public var buffered: Int { buffer.count - position }

  /// Whether the parser stands between two messages.
  public var isIdle: Bool {
    if case .head = state { buffered == 0 } else { false }
  }

  public mutating func append(_ bytes: some Collection<UInt8>) {
    if position > 0 && position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      position = 0
      scanned = 0
    } else if position > 65_536 {
      buffer.removeFirst(position)
      position = 0
      scanned = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// What can be read from the bytes so far.
  public mutating func next() throws(HTTPFault) -> Event {
    while true {
      switch state {
      case .head: return try readHead()
      case .length(let total):
        let missing = total - body.count
        take(min(missing, buffered))
        return body.count == total ? finish() : .needMore
      case .untilClose:
        guard body.count + buffered <= bodyLimit else { throw tooLarge }
        take(buffered)
        return .needMore
      case .chunkSize:
        guard let line = try line(limit: limits.chunkLine, 400, "A chunk's size line") else {
          return .needMore
        }
        let size = try Self.chunkSize(buffer[line])
        guard size <= bodyLimit - body.count else { throw tooLarge }
        state = size == 0 ? .trailers : .chunkData(size)
      case .chunkData(let left):
        let count = min(left, buffered)
        take(count)
        if count < left {
          state = .chunkData(left - count)
          return .needMore
        }
        state = .chunkEnd
      case .chunkEnd:
        guard buffered >= 2 else { return .needMore }
        guard buffer[position] == 13, buffer[position + 1] == 10 else {
          throw HTTPFault(400, "a chunk is longer than it says")
        }
        position += 2
        state = .chunkSize
      case .trailers:
        // Trailers are read, checked and dropped: no handler may take one for a header.
        let start = position
        guard let line = try line(limit: limits.fieldLine, 431, "A trailer") else { return .needMore }
        trailerBytes += position - start
        guard trailerBytes <= limits.head else { throw HTTPFault(431, "the trailers are too long") }
        if line.isEmpty { return finish() }
        _ = try FieldParser.field(buffer[line])
      case .done: return finish()
      }
    }
  }

  /// Tells that the peer has closed; a body that lasts until then is whole now.
  public mutating func close() throws(HTTPFault) -> Event {
    if case .untilClose = state { return finish() }
    throw HTTPFault(400, "the connection ended inside a message")
  }

  private var tooLarge: HTTPFault { HTTPFault(413, "The body is larger than \(bodyLimit) bytes.") }

  private mutating func take(_ count: Int) {
    body.append(contentsOf: buffer[position..<position + count])
    position += count
  }

  private mutating func finish() -> Event {
    state = .head
    trailerBytes = 0
    defer { body = [] }
    return .end(body: body)
  }

  /// The next line without its CRLF; nil when it is not whole yet.
  private mutating func line(
    limit: Int, _ status: Int, _ what: StaticString
  ) throws(HTTPFault) -> Range<Int>? {
    let start = position
    var index = start
    while index < buffer.count {
      let byte = buffer[index]
      if byte == 10 { throw HTTPFault(400, "a line that does not end with CR LF") }
      if byte == 13 {
        guard index + 1 < buffer.count else { break }
        guard buffer[index + 1] == 10 else { throw HTTPFault(400, "a CR without its LF") }
        guard index - start <= limit else { throw HTTPFault(status, "\(what) is longer than \(limit) bytes.") }
        position = index + 2
        return start..<index
      }
      index += 1
    }
    if index - start > limit { throw HTTPFault(status, "\(what) is longer than \(limit) bytes.") }
    return nil
  }

  private mutating func readHead() throws(HTTPFault) -> Event {
    // One empty line before a request is let pass (RFC 9112, section 2.2).
    if role == .request, buffered >= 2, buffer[position] == 13, buffer[position + 1] == 10 { position += 2 }
    let start = position
    if scanned > start, buffer.count - scanned < 4_096, !buffer[scanned...].contains(where: { $0 == 10 || $0 == 13 }),
      buffer[scanned - 1] != 13
    {
      return .needMore
    }
    scanned = buffer.count
    guard let first = try line(limit: limits.startLine, 414, "The first line") else {
      position = start
      return .needMore
    }
    var fields = HTTPFields()
    while true {
      guard let line = try line(limit: limits.fieldLine, 431, "A header") else {
        guard buffer.count - start <= limits.head + limits.startLine else { throw headTooLarge }
        position = start
        return .needMore
      }
      guard position - first.upperBound <= limits.head else { throw headTooLarge }
      if line.isEmpty { break }
      let (name, value) = try FieldParser.field(buffer[line])
      fields.append(name, value)
      guard fields.list.count <= limits.fields else {
        throw HTTPFault(431, "There are more than \(limits.fields) headers.")
      }
    }
    let head = try FieldParser.head(buffer[first], fields, role, answersHead: answersHead)
    scanned = 0
    begin(head)
    return .head(head)
  }

  private var headTooLarge: HTTPFault { HTTPFault(431, "The headers are longer than \(limits.head) bytes.") }

  private mutating func begin(_ head: MessageHead) {
    switch head.framing {
    case .none: state = .done
    case .length(let count): state = .length(count)
    case .chunked: state = .chunkSize
    case .untilClose: state = .untilClose
    }
  }

  /// `1*HEXDIG [ ";" extension ]`; extensions are dropped.
  private static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> Int {
    var size = 0
    var digits = 0
    for byte in line {
      if byte == UInt8(ascii: ";"), digits > 0 { break }
      guard let digit = hexDigit(byte), digits < 15 else {
        throw HTTPFault(400, "a chunk's size is not a hexadecimal number")
      }
      size = size << 4 | digit
      digits += 1
    }
    guard digits > 0 else { throw HTTPFault(400, "a chunk without a size") }
    guard line.allSatisfy({ $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) }) else {
      throw HTTPFault(400, "a control character in a chunk's size line")
    }
    return size
  }

  private static func hexDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case 48...57: Int(byte) - 48
    case 65...70: Int(byte) - 55
    case 97...102: Int(byte) - 87
    default: nil
    }
  }
}

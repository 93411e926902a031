/// A parser without I/O for a body that arrives in chunks: bytes in, values out.
public protocol IncrementalParser: Sendable {
  associatedtype Output

  mutating func append(_ bytes: some Collection<UInt8>)
  /// The next value in the bytes so far; nil when more are needed.
  mutating func next() throws(CodecError) -> Output?
  /// Reports the end of the bytes, once ``next()`` returned nil. A value that only the end completes is returned.
  mutating func finish() throws(CodecError) -> Output?
}

/// Received bytes that are not consumed yet.
struct InputBuffer: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where the bytes begin that are not consumed yet.
  private(set) var start = 0
  /// The end of the examined bytes.
  var scanned = 0

  var count: Int { bytes.count - start }

  mutating func append(_ more: some Collection<UInt8>) {
    // No more bytes are moved than were consumed since the last move, so that moving is linear for any sequence of
    // chunks.
    if start > 0, start >= count {
      bytes.removeFirst(start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Consumes the bytes before `end`; the rest is examined from there unless it already was.
  @discardableResult mutating func take(to end: Int) -> [UInt8] {
    let taken = Array(bytes[start..<end])
    skip(to: end)
    return taken
  }

  mutating func skip(to end: Int) {
    start = end
    scanned = max(scanned, end)
  }

  /// Looks for the first of two bytes after the examined ones, which are then examined.
  mutating func find(_ first: UInt8, or second: UInt8) -> Int? {
    let from = scanned
    let found = bytes.withUnsafeBufferPointer { bytes in
      var index = from
      while index < bytes.count, bytes[index] != first, bytes[index] != second { index += 1 }
      return index
    }
    scanned = found
    return found < bytes.count ? found : nil
  }
}

/// Splits bytes that arrive in chunks into lines.
struct LineSplitter: Sendable {
  /// What ends a line: only LF, or any of LF, CR and CRLF.
  enum End { case lineFeed, anyEnd }

  private let end: End
  private let limit: Int
  private var input = InputBuffer()
  /// Whether the last line ended with a CR, which an LF may still follow.
  private var endedWithCR = false

  init(_ end: End, limit: Int) {
    self.end = end
    self.limit = limit
  }

  mutating func append(_ bytes: some Collection<UInt8>) { input.append(bytes) }

  /// The next line without its end; nil when it is not complete yet.
  mutating func next() throws(CodecError) -> [UInt8]? {
    if endedWithCR, input.count > 0 {
      if input.bytes[input.start] == 10 { input.skip(to: input.start + 1) }
      endedWithCR = false
    }
    let found = input.find(10, or: end == .anyEnd ? 13 : 10)
    guard (found ?? input.bytes.count) - input.start <= limit else {
      throw CodecError(tooLarge: "A line has more than \(limit) bytes.")
    }
    guard let found else { return nil }
    endedWithCR = input.bytes[found] == 13
    let line = input.take(to: found)
    input.skip(to: found + 1)
    return line
  }

  /// The bytes after the last line end.
  mutating func rest() -> [UInt8] { input.take(to: input.bytes.count) }
}

/// A pure parser of a body that comes piece by piece: bytes in, values out.
public protocol IncrementalParser: Sendable {
  associatedtype Output

  mutating func append(_ bytes: some Collection<UInt8>)
  /// What can be read from the bytes so far; nil when more are needed.
  mutating func next() throws(CodecError) -> Output?
  /// Tells that no more bytes come, once ``next()`` gave nil. What only the end makes whole is returned.
  mutating func finish() throws(CodecError) -> Output?
}

/// Bytes that came and are not used yet.
struct InputBuffer: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where the bytes that are not used yet begin.
  private(set) var start = 0
  /// Up to where they were looked through.
  var scanned = 0

  var count: Int { bytes.count - start }

  mutating func append(_ more: some Collection<UInt8>) {
    // No more is moved than was used since it was moved last, so that moving is linear however bytes come.
    if start > 0, start >= count {
      bytes.removeFirst(start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Uses the bytes before `end`; the rest is looked through anew from there unless it was already.
  @discardableResult mutating func take(to end: Int) -> [UInt8] {
    let taken = Array(bytes[start..<end])
    skip(to: end)
    return taken
  }

  mutating func skip(to end: Int) {
    start = end
    scanned = max(scanned, end)
  }

  /// Looks for the first of two bytes behind what was looked through; that is looked through then.
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

/// Cuts bytes that come piece by piece into lines.
struct LineSplitter: Sendable {
  /// What ends a line: LF alone, or LF, CR or both.
  enum End { case lineFeed, anyEnd }

  private let end: End
  private let limit: Int
  private var input = InputBuffer()
  /// Whether the last line ended with a CR, to which a LF may still belong.
  private var endedWithCR = false

  init(_ end: End, limit: Int) {
    self.end = end
    self.limit = limit
  }

  mutating func append(_ bytes: some Collection<UInt8>) { input.append(bytes) }

  /// The next line without its end; nil when it is not whole yet.
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

  /// What stands behind the last line's end.
  mutating func rest() -> [UInt8] { input.take(to: input.bytes.count) }
}

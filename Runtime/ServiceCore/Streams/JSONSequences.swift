/// How the JSON texts of a body are separated.
public enum JSONFraming: Sendable {
  /// One text per line: `application/jsonl`, `application/x-ndjson`.
  case lines
  /// `application/json-seq` (RFC 7464): a record separator before each text, a line feed after it.
  case sequence

  /// A JSON text for the wire. Line ends are white space outside of strings, and cannot occur inside them: each becomes
  /// a space.
  public func record(_ json: [UInt8]) -> [UInt8] {
    let text = json.map { $0 == 10 || $0 == 13 ? 0x20 : $0 }
    return (self == .sequence ? [JSONSequenceParser.separator] : []) + text + [10]
  }
}

/// Reads bodies of one JSON text per line: `application/jsonl`, `application/x-ndjson`. Blank lines are skipped; the
/// last line needs no line end. The reader of a line checks whether it is JSON.
public struct JSONLinesParser: IncrementalParser {
  private var lines: LineSplitter

  /// - Parameter limit: the maximum bytes of one line.
  public init(limit: Int = 1_048_576) { lines = LineSplitter(.lineFeed, limit: limit) }

  public mutating func append(_ bytes: some Collection<UInt8>) { lines.append(bytes) }

  public mutating func next() throws(CodecError) -> [UInt8]? {
    while let line = try lines.next() { if let text = Self.text(line) { return text } }
    return nil
  }

  public mutating func finish() throws(CodecError) -> [UInt8]? { Self.text(lines.rest()) }

  private static func text(_ line: [UInt8]) -> [UInt8]? {
    guard line.contains(where: { $0 != 0x20 && $0 != 9 && $0 != 13 }) else { return nil }
    return line.last == 13 ? line.dropLast() : line
  }
}

/// Reads JSON text sequences (RFC 7464): `application/json-seq`. A text is returned as soon as it is complete, not only
/// when the next begins. The reader of a text checks whether it is JSON.
public struct JSONSequenceParser: IncrementalParser {
  public enum Text: Sendable {
    case whole([UInt8])
    /// A text cut off by the next one or by the end (section 2.3), or bytes that belong to no text.
    case truncated([UInt8])
  }

  /// RS, which no JSON text contains: parsing restarts after it, whatever came before.
  static let separator: UInt8 = 0x1E

  private let limit: Int
  private var input = InputBuffer()
  /// Whether a record separator was read, and no complete text after it.
  private var isOpen = false
  private var isEmpty = true
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// - Parameter limit: the maximum bytes of one text.
  public init(limit: Int = 1_048_576) { self.limit = limit }

  public mutating func append(_ bytes: some Collection<UInt8>) { input.append(bytes) }

  public mutating func next() throws(CodecError) -> Text? {
    while input.scanned < input.bytes.count {
      let index = input.scanned
      let byte = input.bytes[index]
      guard index - input.start <= limit else { throw tooLarge }
      input.scanned += 1
      if byte == Self.separator {
        let text = cut(at: index)
        input.skip(to: index + 1)
        isOpen = true
        if let text { return text }
      } else if ends(with: byte) {
        // A number has no other end: without white space after it digits may be missing (section 2.4).
        isOpen = false
        let text = take(to: index)
        input.skip(to: index + 1)
        return .whole(text)
      }
    }
    guard input.count <= limit else { throw tooLarge }
    return nil
  }

  public mutating func finish() throws(CodecError) -> Text? { cut(at: input.bytes.count) }

  private var tooLarge: CodecError { CodecError(tooLarge: "A JSON text has more than \(limit) bytes.") }

  /// Tracks strings and brackets; whether `byte` is the white space after a complete text.
  private mutating func ends(with byte: UInt8) -> Bool {
    if isInString {
      isInString = isEscaped || byte != UInt8(ascii: "\"")
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      return false
    }
    switch byte {
    case 0x20, 9, 10, 13:
      if isEmpty { input.skip(to: input.scanned) }
      return isOpen && !isEmpty && depth <= 0
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    default: break
    }
    isEmpty = false
    return false
  }

  /// The text that ends at a record separator or at the end of the body; nil for an empty one.
  private mutating func cut(at end: Int) -> Text? {
    guard !isEmpty else { return nil }
    let isWhole = isOpen && depth <= 0 && !isInString && "}]\"".utf8.contains(input.bytes[end - 1])
    let text = take(to: end)
    return isWhole ? .whole(text) : .truncated(text)
  }

  private mutating func take(to end: Int) -> [UInt8] {
    isEmpty = true
    depth = 0
    isInString = false
    isEscaped = false
    return input.take(to: end)
  }
}

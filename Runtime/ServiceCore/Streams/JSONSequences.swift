/// How JSON texts follow each other in a body.
public enum JSONFraming: Sendable {
  /// One text a line: `application/jsonl`, `application/x-ndjson`.
  case lines
  /// `application/json-seq` (RFC 7464): a record separator before each text, a line feed behind it.
  case sequence

  /// A JSON text as it goes over the wire. Outside of strings line ends are white space, and in strings there are none:
  /// each becomes a space.
  public func record(_ json: [UInt8]) -> [UInt8] {
    let text = json.map { $0 == 10 || $0 == 13 ? 0x20 : $0 }
    return (self == .sequence ? [JSONSequenceParser.separator] : []) + text + [10]
  }
}

/// Reads bodies of one JSON text a line: `application/jsonl`, `application/x-ndjson`. Blank lines are skipped; the last
/// line needs no end. Whether a line is JSON is for its reader to say.
public struct JSONLinesParser: IncrementalParser {
  private var lines: LineSplitter

  /// - Parameter limit: the bytes of one line.
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

/// Reads JSON text sequences (RFC 7464): `application/json-seq`. A text is given as soon as it is whole, not only when
/// the next begins. Whether it is JSON is for its reader to say.
public struct JSONSequenceParser: IncrementalParser {
  public enum Text: Sendable {
    case whole([UInt8])
    /// A text that the next one, or the end, cut off (section 2.3), or bytes that belong to none.
    case truncated([UInt8])
  }

  /// RS, which no JSON text holds: reading goes on behind it whatever came before.
  static let separator: UInt8 = 0x1E

  private let limit: Int
  private var input = InputBuffer()
  /// Whether a record separator was read, and no whole text behind it.
  private var isOpen = false
  private var isEmpty = true
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// - Parameter limit: the bytes of one text.
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
        // A number ends nowhere else: without white space behind it digits may be missing (section 2.4).
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

  /// Follows strings and brackets; whether `byte` is the white space behind a whole text.
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

  /// What a record separator or the end leaves of a text: nil for nothing.
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

import CYAML
import ContractValues

/// Reads YAML 1.2 (core schema, one document) into nodes with positions. JSON is read as a subset of YAML.
///
/// libyaml produces the events; this reader interprets them, with limits on depth and alias expansion.
struct YAMLReader {
  static let depthLimit = 64
  /// The maximum number of entries in an object or list, and of bytes in a text.
  static let entryLimit = 16_384
  static let textLimit = 1_048_576
  /// The maximum factor by which aliases may expand the document.
  static let expansionLimit = 10

  private let file: SourceFile
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var anchors: [String: Node] = [:]
  private var written = 0
  private var expanded = 0

  /// The reason why a document cannot be read, reported as one diagnostic.
  private struct Fault: Error {
    let code: Diagnostic.Code
    let message: String
    let position: SourcePosition
    var help: String?
  }

  static func read(_ file: SourceFile, _ diagnostics: Diagnostics) -> Node? {
    // libyaml's parser is a C struct that must not move: it is allocated and freed here.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { return nil }
    defer { yaml_parser_delete(parser) }
    return file.bytes.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
      var reader = YAMLReader(file: file, parser: parser)
      do throws(Fault) {
        return try reader.document()
      } catch {
        diagnostics.error(error.code, error.message, at: error.position, help: error.help)
        return nil
      }
    }
  }

  private init(file: SourceFile, parser: UnsafeMutablePointer<yaml_parser_t>) {
    self.file = file
    self.parser = parser
  }

  private struct Event {
    enum Kind {
      case alias(String)
      case scalar(String, isPlain: Bool)
      case sequenceStart, sequenceEnd, mappingStart, mappingEnd, documentStart, documentEnd, streamEnd, other
    }
    let kind: Kind
    let position: SourcePosition
    let anchor: String?
    let tag: String?
  }

  private func next() throws(Fault) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw parserFault() }
    defer { yaml_event_delete(&raw) }
    let position = position(raw.start_mark)
    switch raw.type {
    case YAML_ALIAS_EVENT:
      return Event(kind: .alias(text(raw.data.alias.anchor)), position: position, anchor: nil, tag: nil)
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      return Event(
        kind: .scalar(value, isPlain: isPlain), position: position, anchor: scalar.anchor.map(text),
        tag: scalar.tag.map(text))
    case YAML_SEQUENCE_START_EVENT:
      let start = raw.data.sequence_start
      return Event(kind: .sequenceStart, position: position, anchor: start.anchor.map(text), tag: start.tag.map(text))
    case YAML_MAPPING_START_EVENT:
      let start = raw.data.mapping_start
      return Event(kind: .mappingStart, position: position, anchor: start.anchor.map(text), tag: start.tag.map(text))
    case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, position: position, anchor: nil, tag: nil)
    case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, position: position, anchor: nil, tag: nil)
    case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, position: position, anchor: nil, tag: nil)
    case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, position: position, anchor: nil, tag: nil)
    case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, position: position, anchor: nil, tag: nil)
    default: return Event(kind: .other, position: position, anchor: nil, tag: nil)
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>) -> String { String(cString: pointer) }

  private func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private func parserFault() -> Fault {
    let parser = parser.pointee
    let problem = parser.problem.map { String(cString: $0) } ?? "the text cannot be read"
    let isReader = parser.error == YAML_READER_ERROR
    let mark = isReader ? parser.mark : parser.problem_mark
    return Fault(code: .syntax, message: "not YAML: \(problem)", position: position(mark))
  }

  private mutating func document() throws(Fault) -> Node {
    var event = try next()
    while case .other = event.kind { event = try next() }
    guard case .documentStart = event.kind else {
      throw Fault(
        code: .syntax, message: "the file is empty", position: event.position,
        help: "a contract begins with 'openapi: 3.1.0'"
      )
    }
    let root = try node(from: try next(), depth: 0)
    _ = try next()
    let end = try next()
    guard case .streamEnd = end.kind else {
      throw Fault(
        code: .syntax, message: "a second document", position: end.position, help: "a file has exactly one contract")
    }
    return root
  }

  private mutating func node(from event: Event, depth: Int) throws(Fault) -> Node {
    guard depth <= Self.depthLimit else {
      throw Fault(code: .limit, message: "nested deeper than \(Self.depthLimit)", position: event.position)
    }
    written += 1
    if let tag = event.tag, !tag.hasPrefix("tag:yaml.org,2002:") {
      throw Fault(code: .unsupported, message: "the tag \(tag) has no meaning in a contract", position: event.position)
    }
    let node: Node
    switch event.kind {
    case .alias(let name): return try alias(name, at: event.position)
    case .scalar(let text, let isPlain):
      guard text.utf8.count <= Self.textLimit else {
        throw Fault(code: .limit, message: "a text of more than \(Self.textLimit) bytes", position: event.position)
      }
      let value = isPlain && event.tag == nil ? try Self.plain(text, at: event.position) : Node.Value.string(text)
      node = Node(value, at: event.position)
    case .sequenceStart: node = try sequence(at: event.position, depth: depth)
    case .mappingStart: node = try mapping(at: event.position, depth: depth)
    default: throw Fault(code: .syntax, message: "expected a value", position: event.position)
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func alias(_ name: String, at position: SourcePosition) throws(Fault) -> Node {
    guard let node = anchors[name] else {
      throw Fault(
        code: .brokenReference, message: "there is no anchor &\(name) before this alias", position: position,
        help: nearest(name, among: anchors.keys).map { "did you mean *\($0)?" })
    }
    expanded += node.size
    guard expanded <= (written + 1_000) * Self.expansionLimit else {
      throw Fault(
        code: .limit, message: "aliases make the document more than \(Self.expansionLimit) times its size",
        position: position
      )
    }
    return node
  }

  private func checkCount(_ count: Int, at position: SourcePosition) throws(Fault) {
    guard count < Self.entryLimit else {
      throw Fault(code: .limit, message: "more than \(Self.entryLimit) entries", position: position)
    }
  }

  private mutating func sequence(at position: SourcePosition, depth: Int) throws(Fault) -> Node {
    var items: [Node] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind { return Node(.sequence(items), at: position) }
      try checkCount(items.count, at: position)
      items.append(try node(from: event, depth: depth + 1))
    }
  }

  private mutating func mapping(at position: SourcePosition, depth: Int) throws(Fault) -> Node {
    var entries: [Node.Entry] = []
    var seen: [ByteKey: SourcePosition] = [:]
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return Node(.mapping(entries), at: position) }
      guard case .scalar(let key, let isPlain) = event.kind else {
        throw Fault(code: .wrongType, message: "a key that is not text", position: event.position)
      }
      if key == "<<" && isPlain {
        throw Fault(
          code: .unsupported, message: "merge keys are not part of YAML 1.2", position: event.position,
          help: "write the keys out, or use $ref")
      }
      let unique = ByteKey(key)
      if let first = seen[unique] {
        throw Fault(
          code: .duplicate, message: "the key '\(key)' is duplicated in this object", position: event.position,
          help: "its first occurrence is in line \(first.line)")
      }
      seen[unique] = event.position
      try checkCount(entries.count, at: position)
      let value = try node(from: try next(), depth: depth + 1)
      entries.append(Node.Entry(key: key, keyPosition: event.position, value: value))
    }
  }

  /// The value of a plain scalar by YAML 1.2's core schema.
  private static func plain(_ text: String, at position: SourcePosition) throws(Fault) -> Node.Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf":
      throw Fault(
        code: .badValue, message: "\(text) is not a JSON number", position: position, help: "quote it if it is text")
    default: return number(text).map { .number($0) } ?? .string(text)
    }
  }

  private static func number(_ text: String) -> String? {
    if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return String(value) }
    if text.hasPrefix("0o"), let value = Int(text.dropFirst(2), radix: 8) { return String(value) }
    var rest = Substring(text)
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    let whole = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(whole.count)
    var fraction: Substring = ""
    if rest.hasPrefix(".") {
      fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !(whole.isEmpty && fraction.isEmpty), isExponent(rest) else { return nil }
    let digits = whole.drop { $0 == "0" }
    return (isNegative ? "-" : "") + (digits.isEmpty ? "0" : digits) + (fraction.isEmpty ? "" : "." + fraction) + rest
  }

  private static func isExponent(_ text: Substring) -> Bool {
    guard let first = text.first else { return true }
    guard first == "e" || first == "E" else { return false }
    let digits = text.dropFirst().drop { $0 == "+" || $0 == "-" }
    return !digits.isEmpty && text.count - digits.count <= 2 && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

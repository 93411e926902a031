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

  let file: SourceFile
  private let diagnostics: Diagnostics
  let parser: UnsafeMutablePointer<yaml_parser_t>
  /// Where lines begin, counted in characters, in a file with breaks that are none to an editor; else empty.
  let lineStarts: [Int]
  private var anchors: [String: Node] = [:]
  private var written = 0
  private var expanded = 0

  /// The event before the next one, by which a problem is explained.
  var previous: YAMLProblem.Event?
  /// The opening brackets of the objects and lists that are being read.
  var brackets: [YAMLProblem.Mark] = []

  /// The reason why a document cannot be read, reported as one diagnostic.
  struct Fault: Error {
    let code: Diagnostic.Code
    let message: String
    let position: SourcePosition
    var help: String?
    /// Whether a tab is the reason.
    var isTab = false

    static func conflict(at position: SourcePosition) -> Fault {
      Fault(
        code: .syntax, message: "this is a mark of a merge that was not finished", position: position,
        help: "choose one of the two texts up to '>>>>>>>', and remove the marks")
    }
  }

  static func read(_ file: SourceFile, _ diagnostics: Diagnostics) -> Node? {
    let file = file.asUTF8
    var result = read(file, file.bytes, diagnostics)
    if case .failure(let fault) = result, fault.isTab, let bytes = TabLines.blanked(file.bytes) {
      result = read(file, bytes, diagnostics)
    }
    switch result {
    case .success(let node): return node
    case .failure(let fault):
      diagnostics.error(fault.code, fault.message, at: fault.position, help: fault.help)
      return nil
    }
  }

  /// - Parameter bytes: those of the file, with other blanks.
  private static func read(
    _ file: SourceFile, _ bytes: [UInt8], _ diagnostics: Diagnostics
  ) -> Result<Node, Fault> {
    // libyaml's parser is a C struct that must not move: it is allocated and freed here.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else {
      let start = SourcePosition(file: file, line: 1, column: 1)
      return .failure(Fault(code: .limit, message: "there is no memory to read this file", position: start))
    }
    defer { yaml_parser_delete(parser) }
    return bytes.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
      var reader = YAMLReader(file: file, diagnostics: diagnostics, parser: parser)
      return Result { () throws(Fault) in try reader.document() }
    }
  }

  private init(file: SourceFile, diagnostics: Diagnostics, parser: UnsafeMutablePointer<yaml_parser_t>) {
    self.file = file
    self.diagnostics = diagnostics
    self.parser = parser
    lineStarts = file.hasOtherBreaks ? file.lineStarts : []
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

  private mutating func next() throws(Fault) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw parserFault() }
    defer { yaml_event_delete(&raw) }
    let position = position(raw.start_mark)
    let event = YAMLProblem.Event(raw, mark(raw.start_mark), mark(raw.end_mark))
    if event.kind == .flowStart {
      brackets.append(event.start)
    } else if event.kind == .flowEnd {
      _ = brackets.popLast()
    }
    previous = event
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

  func position(_ mark: yaml_mark_t) -> SourcePosition {
    let mark = self.mark(mark)
    return SourcePosition(file: file, line: mark.line, column: mark.column)
  }

  /// The line and column of a mark: libyaml also counts a CR, NEL, LS or PS alone as the end of a line.
  func mark(_ mark: yaml_mark_t) -> YAMLProblem.Mark {
    if lineStarts.isEmpty { return YAMLProblem.Mark(Int(mark.line) + 1, Int(mark.column) + 1) }
    var (low, high) = (0, lineStarts.count)
    while low < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= Int(mark.index) { low = middle + 1 } else { high = middle }
    }
    return YAMLProblem.Mark(low, Int(mark.index) - lineStarts[low - 1] + 1)
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
    if let tag = event.tag, !tag.hasPrefix(Self.tagPrefix) {
      throw Fault(
        code: .unsupported, message: "the tag \(tag) has no meaning in a contract", position: event.position,
        help: "remove it; text that begins with '!' needs quotes")
    }
    let node: Node
    switch event.kind {
    case .alias(let name): return try alias(name, at: event.position)
    case .scalar(let text, let isPlain):
      guard text.utf8.count <= Self.textLimit else {
        throw Fault(code: .limit, message: "a text of more than \(Self.textLimit) bytes", position: event.position)
      }
      node = Node(try Self.scalar(text, isPlain, event.tag, at: event.position), at: event.position)
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
        help: nearest(name, among: anchors.keys).map { "did you mean *\($0)?" }
          ?? "text that begins with '*' needs quotes")
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
    var keys = KeySet()
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return Node(.mapping(entries), at: position) }
      guard case .scalar(let key, let isPlain) = event.kind else {
        throw Fault(
          code: .wrongType, message: "a key must be text", position: event.position,
          help: "text that begins with '{', '[' or '*' needs quotes")
      }
      if key == "<<" && isPlain {
        throw Fault(
          code: .unsupported, message: "merge keys are not part of YAML 1.2", position: event.position,
          help: "write the keys out, or use $ref")
      }
      guard keys.insert(key, after: entries) else {
        let first = entries.first { KeySet.areSame($0.key, key) }
        throw Fault(
          code: .duplicate, message: "the key '\(key)' is duplicated in this object", position: event.position,
          help: first.map { "its first occurrence is in line \($0.keyPosition.line)" })
      }
      try checkCount(entries.count, at: position)
      let value = try node(from: try next(), depth: depth + 1)
      if isPlain, case .null = value.value { checkSpace(in: key, at: event.position, before: value.position) }
      entries.append(Node.Entry(key: key, keyPosition: event.position, value: value))
    }
  }

  /// Warns of `{type:string}`, whose only key is `type:string`.
  private func checkSpace(in key: String, at position: SourcePosition, before value: SourcePosition) {
    // A key with a colon after it has no value on purpose.
    guard let help = YAMLProblem.missingSpace(in: key), value.line == position.line,
      let end = file.offset(line: position.line, column: position.column + key.unicodeScalars.count),
      let next = file.offset(line: value.line, column: value.column), end <= next,
      !file.bytes[end..<next].contains(UInt8(ascii: ":"))
    else { return }
    diagnostics.warning(
      .syntax, "there is no space after the colon in '\(YAMLProblem.shortened(key))': it is a key without a value",
      at: position, help: help)
  }
}

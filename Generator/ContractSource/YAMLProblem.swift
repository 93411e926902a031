import CYAML

/// A problem that libyaml found, in words for the contract's author, at the position where it began.
///
/// libyaml says what it expected where it gave up. What an author wrote is often lines before: a quote that is not
/// closed, a key without a space after its colon, a value that something is nested below.
struct YAMLProblem {
  let file: SourceFile
  /// libyaml's own words.
  let text: String
  /// Where libyaml gave up, and where what it was reading began.
  let mark: Mark
  let context: Mark
  /// Where the last token began.
  let token: Mark
  let isInFlow: Bool
  /// The last event before the problem.
  let previous: Event?
  /// The innermost bracket that is open.
  let bracket: Mark?

  /// A line and a column, counted from 1.
  struct Mark: Equatable {
    let line: Int
    let column: Int

    init(_ line: Int, _ column: Int) { (self.line, self.column) = (line, column) }
  }

  struct Event {
    enum Kind { case quoted, block, flowStart, flowEnd, alias, other }
    let kind: Kind
    let start: Mark
    let end: Mark

    init(_ event: yaml_event_t, _ start: Mark, _ end: Mark) {
      (self.start, self.end) = (start, end)
      kind =
        switch event.type {
        case YAML_ALIAS_EVENT: .alias
        case YAML_SEQUENCE_START_EVENT:
          event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE && start != end ? .flowStart : .other
        case YAML_MAPPING_START_EVENT:
          event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE && start != end ? .flowStart : .other
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: start == end ? .other : .flowEnd
        case YAML_SCALAR_EVENT:
          switch event.data.scalar.style {
          case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
          case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
          default: .other
          }
        default: .other
        }
    }
  }

  struct Words {
    let message: String
    let mark: Mark
    var help: String?
    var isTab = false

    init(_ message: String, at mark: Mark, help: String? = nil) {
      (self.message, self.mark, self.help) = (message, mark, help)
    }
  }

  var words: Words {
    switch text {
    case "found character that cannot start any token": unstartable
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      tab
    case "mapping values are not allowed in this context": secondColon
    case "could not find expected ':'": keyWithoutColon
    case "did not find expected key": afterValue ?? notKey
    case "did not find expected '-' indicator": afterValue ?? notItem
    case "did not find expected ',' or '}'": afterValue ?? unclosed("{", "}")
    case "did not find expected ',' or ']'": afterValue ?? unclosed("[", "]")
    case "did not find expected node content": notValue
    case "found unexpected ':'":
      Words("there is no space after this ':'", at: mark, help: "a key is followed by ': '; put text in quotes")
    case "did not find expected <document start>": afterDocument
    case "block sequence entries are not allowed in this context": indicator("- ", "a list begins in the next line")
    case "mapping keys are not allowed in this context": indicator("? ", nil)
    default: scalarWords ?? directiveWords ?? Words(text, at: mark)
    }
  }

  // MARK: The source

  /// The text of a line from a column on.
  func rest(_ mark: Mark) -> String {
    String(String.UnicodeScalarView(file.line(mark.line).unicodeScalars.dropFirst(mark.column - 1)))
  }

  func character(_ mark: Mark) -> Unicode.Scalar? {
    file.line(mark.line).unicodeScalars.dropFirst(mark.column - 1).first
  }

  /// The column of the first character of a line.
  func indentation(_ line: Int) -> Int { file.line(line).unicodeScalars.prefix { $0 == " " }.count + 1 }

  /// The column of the first character of a line after the dashes of lists.
  func keyColumn(_ line: Int) -> Int {
    let text = Array(file.line(line).unicodeScalars)
    var index = 0
    while index < text.count,
      text[index] == " " || text[index] == "-" && index + 1 < text.count && text[index + 1] == " "
    { index += 1 }
    return index + 1
  }

  private func isBlank(_ line: Int) -> Bool {
    let first = file.line(line).unicodeScalars.first { $0 != " " && $0 != "\t" }
    return first == nil || first == "#"
  }

  /// The line before that has more than a comment.
  func lineBefore(_ line: Int) -> Int? { stride(from: line - 1, to: 0, by: -1).first { !isBlank($0) } }

  var isAtEnd: Bool { file.offset(line: mark.line, column: mark.column).map { $0 >= file.bytes.count } ?? true }

  /// A text in single quotes for a message, cut where it is long.
  func quoted(_ text: String) -> String { "'\(Self.shortened(text))'" }

  static func shortened(_ text: String) -> String {
    let text = text.unicodeScalars.prefix(41)
    return text.count > 40 ? String(text.dropLast()) + "…" : String(text)
  }

  /// The text of a line from a mark on, without a comment, and in an object or list of one line without what follows it.
  func value(_ mark: Mark) -> String {
    var text = Substring(rest(mark))
    if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
    if isInFlow { text = text.prefix { !",{}[]".contains($0) } }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }

  /// The advice to put a value in quotes.
  func quotes(_ mark: Mark) -> String {
    let value = value(mark)
    guard !value.isEmpty, value.unicodeScalars.count <= 40 else { return "put the text in quotes" }
    return "put the text in quotes: '\(value.replacing("'", with: "''"))'"
  }
}

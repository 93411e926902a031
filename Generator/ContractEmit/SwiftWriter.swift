/// Writes lines of Swift with the indentation of their block, and breaks those that are too long.
struct SwiftWriter {
  /// The most columns of a line.
  static let width = 120

  private(set) var text = ""
  private var depth = 0

  mutating func line(_ line: String = "") {
    if line.utf8.count + 2 * depth <= Self.width || line.hasPrefix("//") { return verbatim(line) }
    for (extra, part) in LineBreaker(column: 2 * depth).broken(line) { verbatim(part, extra) }
  }

  /// Writes a line as it is, such as one of a literal.
  mutating func verbatim(_ line: String, _ extra: Int = 0) {
    if !line.isEmpty {
      for _ in 0..<(depth + extra) { text += "  " }
      text += line
    }
    text += "\n"
  }

  /// Writes a multi-line text.
  mutating func lines(_ text: String) {
    for part in text.split(separator: "\n") { line(String(part)) }
  }

  /// Writes `head {`, the lines of `body`, and `}`.
  mutating func block(_ head: String, _ body: (inout SwiftWriter) -> Void) {
    line(head.isEmpty ? "{" : head + " {")
    indented(body)
    line("}")
  }

  /// Writes `head { statement }` if it fits, otherwise as a block.
  mutating func function(_ head: String, _ statement: String) {
    let short = "\(head) { \(statement) }"
    if short.utf8.count + 2 * depth <= Self.width { return line(short) }
    block(head) { $0.line(statement) }
  }

  /// Writes lines one indentation level deeper.
  mutating func indented(_ body: (inout SwiftWriter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// Writes the label of a case and its statement.
  mutating func `case`(_ label: String, _ statement: String) {
    if label.utf8.count + statement.utf8.count + 2 + 2 * depth <= Self.width {
      return verbatim("\(label): \(statement)")
    }
    line(label + ":")
    indented { $0.line(statement) }
  }

  /// Writes the label of a case and its statements: on one line where it is a single one that fits.
  mutating func `case`(_ label: String, _ statements: (inout SwiftWriter) -> Void) {
    var body = SwiftWriter()
    body.depth = depth + 1
    statements(&body)
    let single = body.text.utf8.dropLast().contains(UInt8(ascii: "\n")) ? nil : String(body.text.dropLast())
    let statement = single?.drop { $0 == " " }
    if let statement, label.utf8.count + statement.utf8.count + 2 + 2 * depth <= Self.width {
      return verbatim("\(label): \(statement)")
    }
    line(label + ":")
    text += body.text
  }

  /// Writes a doc comment, with prose broken between words.
  mutating func doc(_ lines: [String]) { comment("///", lines) }

  mutating func comment(_ mark: String, _ lines: [String]) {
    var isCode = false
    for line in lines {
      let isFence = line.utf8.drop { $0 == UInt8(ascii: " ") }.starts(with: "```".utf8)
      if isFence { isCode.toggle() }
      let room = Self.width - 2 * depth - mark.utf8.count - 1
      // Tables and code keep their lines.
      let isKept = isCode || isFence || line.utf8.count <= room || line.utf8.first == UInt8(ascii: "|")
      for part in isKept ? [line] : Self.words(of: line, room) { verbatim(part.isEmpty ? mark : "\(mark) \(part)") }
    }
  }

  /// The lines of a paragraph; those after the first one of a list's item are indented as its text is.
  private static func words(of line: String, _ room: Int) -> [String] {
    let words = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Substring($0) }
    let first = words.first.map { [UInt8]($0.utf8) } ?? []
    let isMark = first.count == 1 && "-*+".utf8.contains(first[0])
    let isItem = isMark || first.last == UInt8(ascii: ".") && UInt8(ascii: "0")...UInt8(ascii: "9") ~= first[0]
    let hanging = String(repeating: " ", count: isItem ? first.count + 1 : 0)
    var lines: [String] = []
    var (start, end, count) = (line.startIndex, line.startIndex, 0)
    func append() {
      let blanks = line.utf8[start..<end].reversed().prefix { $0 == UInt8(ascii: " ") }.count
      let text = String(line[start..<line.utf8.index(end, offsetBy: -blanks)])
      lines.append(lines.isEmpty ? text : hanging + text)
    }
    for word in words {
      let length = word.unicodeScalars.count
      if count > hanging.utf8.count, count + 1 + length > room, !word.isEmpty {
        append()
        (start, count) = (word.startIndex, hanging.utf8.count + length)
      } else {
        count += length + 1
      }
      end = word.endIndex
    }
    append()
    return lines
  }
}

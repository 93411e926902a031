/// Text of a contract for another language: as a literal, or in a comment.
enum ExportText {
  /// A string literal of JSON, JavaScript and TypeScript, in ASCII.
  static func json(_ text: String) -> String {
    literal(text) { scalar in String(scalar).utf16.map { "\\u" + hex(UInt32($0), 4) }.joined() }
  }

  /// A string literal of Python, in ASCII.
  static func python(_ text: String) -> String {
    literal(text) { $0.value < 0x10000 ? "\\u" + hex($0.value, 4) : "\\U" + hex($0.value, 8) }
  }

  private static func literal(_ text: String, escape: (Unicode.Scalar) -> String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case " "..."~": result.unicodeScalars.append(scalar)
      default: result += escape(scalar)
      }
    }
    return result + "\""
  }

  /// Lines for a block comment of TypeScript: nothing ends it, and no tool finds a directive in it.
  static func blockComment(_ text: String) -> [String] {
    lines(text).map { line in
      var line = line
      // Splitting one may form another, as in `**//`, so it is repeated until nothing changes.
      for (word, harmless) in [("*/", "* /"), ("/*", "/ *"), ("//#", "// #"), ("//@", "// @"), ("@ts-", "@ ts-")] {
        while line.contains(word) { line = replacing(word, by: harmless, in: line) }
      }
      return line
    }
  }

  /// Lines for a Python docstring.
  static func docstring(_ text: String) -> [String] {
    lines(text).map { line in
      var result = ""
      let scalars = Array(line.unicodeScalars)
      for (index, scalar) in scalars.enumerated() {
        let isLast = index + 1 == scalars.count
        // A quote beside a quote, or at the end of a line, could be part of the closing three.
        if scalar == "\\" || (scalar == "\"" && (isLast || scalars[index + 1] == "\"")) { result += "\\" }
        result.unicodeScalars.append(scalar)
      }
      return result
    }
  }

  /// The lines of a text, without characters that move a cursor, end a line only for some tools, or hide what follows.
  static func lines(_ text: String) -> [String] {
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line in
      trimmed(String(String.UnicodeScalarView(line.unicodeScalars.filter { !isHidden($0) })))
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last?.isWhitespace == true { line.removeLast() }
    return String(line)
  }

  private static func replacing(_ word: String, by other: String, in text: String) -> String {
    text.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }

  static func hex(_ value: UInt32, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}

/// Writes lines with indentation.
struct LineWriter {
  let unit: String
  private(set) var text = ""
  private var depth = 0

  init(indent unit: String) { self.unit = unit }

  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: unit, count: depth) + line }
    text += "\n"
  }

  mutating func lines(_ lines: [String]) { for line in lines { self.line(line) } }

  /// Writes the output of `body` indented, between two lines; the last is omitted where it is empty.
  mutating func block(_ open: String, _ close: String = "", _ body: (inout LineWriter) -> Void) {
    line(open)
    depth += 1
    body(&self)
    depth -= 1
    if !close.isEmpty { line(close) }
  }

  /// Writes text that has its own indentation.
  mutating func raw(_ other: String) { text += other + "\n" }
}

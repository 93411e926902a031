import CYAML

/// Why libyaml cannot read a text.
extension YAMLReader {
  /// The fault at which libyaml stopped, in an author's words.
  func parserFault() -> Fault {
    let parser = parser.pointee
    if parser.error == YAML_READER_ERROR { return unreadable(parser) }
    if let conflict = file.conflict { return .conflict(at: conflict) }
    // The last token may be read already: only its position is used.
    let token = parser.tokens.tail > parser.tokens.start ? parser.tokens.tail[-1].start_mark : parser.problem_mark
    let words = YAMLProblem(
      file: file, text: parser.problem.map { String(cString: $0) } ?? "it cannot be read",
      mark: inside(mark(parser.problem_mark)), context: mark(parser.context_mark), token: mark(token),
      isInFlow: parser.flow_level > 0 || parser.context.map { String(cString: $0).contains("flow") } ?? false,
      previous: previous, bracket: brackets.last
    ).words
    return Fault(
      code: .syntax, message: "not YAML: " + words.message,
      position: SourcePosition(file: file, line: words.mark.line, column: words.mark.column), help: words.help,
      isTab: words.isTab)
  }

  /// The end of the file, for a mark in the line that libyaml adds to one without a line break at its end.
  private func inside(_ mark: YAMLProblem.Mark) -> YAMLProblem.Mark {
    guard file.offset(line: mark.line, column: 1) == nil else { return mark }
    return YAMLProblem.Mark(mark.line - 1, file.line(mark.line - 1).unicodeScalars.count + 1)
  }

  /// The fault that a byte is no part of a text in UTF-8, or of a character that YAML does not allow.
  private func unreadable(_ parser: yaml_parser_t) -> Fault {
    var offset = parser.problem_offset
    let problem = parser.problem.map { String(cString: $0) } ?? ""
    if problem.contains("trailing") {
      // The character begins before its faulty byte.
      repeat { offset -= 1 } while offset > 0 && file.bytes[offset] < 0xC0
    }
    var (line, column) = (1, 1)
    for byte in file.bytes.prefix(offset).dropFirst(file.byteOrderMarkEnd) {
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    let position = SourcePosition(file: file, line: line, column: column)
    guard problem == "control characters are not allowed", !file.bytes.prefix(2).contains(0) else {
      return Fault(
        code: .syntax, message: "not YAML: the file is not in UTF-8", position: position, help: "save it in UTF-8")
    }
    let digits = String(parser.problem_value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return Fault(
      code: .syntax, message: "not YAML: the character U+\(padded) is not allowed", position: position,
      help: "remove it, or write it as \\u\(padded) in double quotes")
  }
}

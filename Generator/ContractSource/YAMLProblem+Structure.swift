/// Problems of indentation, of keys and values, and of brackets.
extension YAMLProblem {
  var tab: Words {
    var words = Words(
      "a tab is used as indentation", at: mark, help: "indent with spaces: YAML does not allow tabs there")
    words.isTab = true
    return words
  }

  /// Something at the position of a value or key that cannot begin one.
  var unstartable: Words {
    guard let character = character(mark) else { return Words("a value or a key is missing", at: mark) }
    switch character {
    case "\t" where mark.column > 1 && self.character(Mark(mark.line, mark.column - 1)) == "-":
      return Words("a tab follows the '-' of a list", at: mark, help: "write a space between the '-' and the item")
    case "\t": return tab
    case "|", ">":
      return Words(
        "a text in lines of its own ('\(character)') is not allowed in { } or [ ]", at: mark, help: "put it in quotes")
    default: return Words("text without quotes cannot begin with '\(character)'", at: mark, help: quotes(mark))
    }
  }

  /// A ':' after a text that already is a value.
  var secondColon: Words {
    guard token.line == mark.line else { return afterText }
    if token.column + 1_024 < mark.column { return Self.longKey(token) }
    if let character = character(token), character == "\"" || character == "'" {
      return Words("a second ':' in one entry", at: mark, help: "write the next key in a line of its own")
    }
    return Words(
      "a text with ': ' in it needs quotes", at: mark, help: quotes(token) + "; a nested key begins in the next line")
  }

  /// A key in a line that continues a text of lines before.
  private var afterText: Words {
    if let words = missingSpace(token) { return words }
    guard token.column > keyColumn(token.line) else {
      return Words("there is no ':' after \(quoted(value(token)))", at: token, help: Self.entries)
    }
    return nested(below: token.line)
  }

  private static func longKey(_ mark: Mark) -> Words {
    Words("a key of more than 1024 characters", at: mark, help: "write '? ' before it, or shorten it")
  }

  private static let entries = "an entry is written 'key: value', and an item of a list '- value'"

  /// Where a text without quotes begins as `type:string`.
  private func missingSpace(_ mark: Mark) -> Words? {
    let text = value(mark)
    guard let help = Self.missingSpace(in: text) else { return nil }
    return Words("there is no space after the colon in \(quoted(text))", at: mark, help: help)
  }

  /// The advice for a text such as `type:string`, which YAML reads as one word.
  static func missingSpace(in text: String) -> String? {
    guard let colon = text.firstIndex(of: ":"), text[colon...].count > 1, !text[colon...].hasPrefix("://") else {
      return nil
    }
    let key = text[..<colon].split(separator: " ", maxSplits: 1)
    guard key.count == 1, key[0].allSatisfy({ $0.isLetter || $0.isNumber || "-_$.".contains($0) }) else { return nil }
    return "write '\(key[0]): \(shortened(String(text[text.index(after: colon)...])))'"
  }

  /// A key that is indented deeper than one that has a value.
  private func nested(below line: Int) -> Words {
    Words(
      "this line is indented deeper than line \(line), whose key has a value already",
      at: Mark(mark.line, indentation(mark.line)),
      help: "indent it by \(keyColumn(line) - 1) spaces to make it the next key, or remove the value in line \(line)")
  }

  /// The line of a key that has no colon, and cannot be text either.
  var keyWithoutColon: Words {
    if let words = missingSpace(context) { return words }
    if context.line == mark.line, context.column + 1_024 < mark.column { return Self.longKey(context) }
    let text = value(context)
    let words = "there is no ':' after \(quoted(text))"
    guard let line = lineBefore(context.line) else { return Words(words, at: context, help: Self.entries) }
    let before = value(Mark(line, 1))
    if let header = before.split(separator: " ").last, ["|", ">", "|-", ">-", "|+", ">+"].contains(header) {
      return Words(
        words, at: context, help: "the text of '\(header)' in line \(line) is indented deeper than its key")
    }
    return Words(
      words, at: context, help: Self.entries + "; text that continues line \(line) is indented deeper than its key")
  }

  /// Text after a value that had an end: a quote, a bracket or an alias.
  var afterValue: Words? {
    guard let previous, previous.end.line == mark.line, previous.end.column <= mark.column, !isAtEnd else { return nil }
    switch previous.kind {
    case .quoted where previous.start.line < mark.line: return lateQuote(previous)
    case .quoted
    where isInFlow && (character(mark) == ":" || (character(mark).map { "]}".contains(String($0)) } ?? false)):
      return nil
    case .quoted:
      return Words("text after the closing quote", at: mark, help: Self.quotesInside(character(previous.start)))
    case .flowEnd:
      guard let end = character(Mark(mark.line, previous.end.column - 1)) else { return nil }
      if let other = character(mark), other == "}" || other == "]" {
        return Words("'\(other)' without an opening bracket", at: mark, help: "remove it")
      }
      return Words("text after '\(end)'", at: mark, help: isInFlow ? Self.commas : quotes(previous.start, to: end))
    case .block, .flowStart: return nil
    case .alias:
      return Words("text after the alias \(quoted(value(previous.start)))", at: mark, help: quotes(previous.start))
    case .other: return nil
    }
  }

  private static let commas = "entries are separated by commas; text with , [ ] { } or ': ' in it needs quotes"

  private func quotes(_ start: Mark, to end: Unicode.Scalar) -> String {
    "text that begins with '\(end == "}" ? "{" : "[")' needs quotes"
  }

  private func lateQuote(_ previous: Event) -> Words {
    Words(
      "this quote is closed in line \(mark.line) only, where other text follows", at: previous.start,
      help: "close it in line \(previous.start.line); \(Self.quotesInside(character(previous.start)))")
  }

  /// How a quote is written inside quotes.
  static func quotesInside(_ quote: Unicode.Scalar?) -> String {
    quote == "\"" ? "inside double quotes a quote is written \\\"" : "inside single quotes a quote is written ''"
  }

  /// Something else than a key where the entries of an object continue.
  var notKey: Words {
    if let character = character(mark), character == "}" || character == "]" {
      return Words("'\(character)' without an opening bracket", at: mark, help: "remove it, or put the text in quotes")
    }
    if rest(mark).hasPrefix("- ") || rest(mark) == "-" {
      guard context.column == mark.column else { return indentation }
      return Words(
        "an item of a list between the keys of an object", at: mark,
        help: "indent the list below its key, which has no other value")
    }
    return mark.column == indentation(mark.line) ? indentation : Words("a key is missing", at: mark, help: Self.entries)
  }

  /// A line that is indented like no line of the objects and lists around it.
  private var indentation: Words {
    let column = indentation(mark.line)
    if let previous, previous.kind == .block, column > keyColumn(previous.start.line) {
      return Words(
        "the text that begins in line \(previous.start.line) is indented less here than at its beginning",
        at: Mark(mark.line, column), help: "indent all lines of the text like the first, also those before it")
    }
    guard let before = lineBefore(mark.line) else { return Words("a key is missing", at: mark) }
    if column > keyColumn(before) { return nested(below: before) }
    var columns: [Int] = []
    var line = lineBefore(mark.line)
    while let other = line, columns.last ?? .max > 1 {
      for found in [keyColumn(other), indentation(other)] where found < columns.last ?? .max { columns.append(found) }
      line = lineBefore(other)
    }
    let valid = [columns.last { $0 > column }, columns.first { $0 < column }].compactMap { $0.map { "\($0 - 1)" } }
    return Words(
      "the indentation of this line matches no line above it", at: Mark(mark.line, column),
      help: "indent it by \(valid.sorted { ($0.count, $0) < ($1.count, $1) }.joined(separator: " or ")) spaces")
  }

  /// Something else than an item where a list continues.
  var notItem: Words {
    guard mark.column == context.column else { return indentation }
    return Words(
      "this line is not an item of the list that begins in line \(context.line)", at: mark,
      help: "write '- ' before it, or indent it like the key that it belongs to")
  }

  /// An object or list in brackets that does not continue as such.
  func unclosed(_ open: Character, _ close: Character) -> Words {
    if let character = character(mark), character == "}" || character == "]" {
      return Words(
        "'\(open)' is closed by '\(character)'", at: mark, help: "its opening bracket is in line \(context.line)")
    }
    if isAtEnd || mark.line > context.line && indentation(mark.line) <= indentation(context.line) {
      return Words(
        "this '\(open)' is not closed", at: context,
        help: isAtEnd ? "write '\(close)' at its end" : "write '\(close)' at its end, before line \(mark.line)")
    }
    if let previous, previous.start.line < mark.line, previous.start.line >= context.line {
      return Words("',' is missing after this entry", at: previous.start, help: Self.commas)
    }
    if character(mark) == ":" { return Words("a second ':' in one entry", at: mark, help: Self.commas) }
    return Words("',' or '\(close)' is missing before \(quoted(value(mark)))", at: mark, help: Self.commas)
  }

  /// Something that is no value where one is expected.
  var notValue: Words {
    guard !isAtEnd, let character = character(mark) else {
      guard let bracket, let open = self.character(bracket), open == "{" || open == "[" else {
        return Words("a value is missing", at: mark)
      }
      return Words("this '\(open)' is not closed", at: bracket, help: "write '\(open == "{" ? "}" : "]")' at its end")
    }
    switch character {
    case "," where isInFlow: return Words("there is nothing before this ','", at: mark, help: "remove it")
    case ":": return Words("a second ':' in one entry", at: mark, help: Self.commas)
    case "-" where isInFlow:
      return Words("'- ' is not allowed in [ ]", at: mark, help: "items in [ ] are separated by commas")
    case ",", "}", "]":
      return Words(
        "a value cannot begin with '\(character)'", at: mark, help: isInFlow ? "write the value" : quotes(mark))
    default: return Words("a value is missing before \(quoted(value(mark)))", at: mark)
    }
  }

  var afterDocument: Words {
    if rest(Mark(1, 1)).hasPrefix("%") {
      return Words(
        "'---' is missing after the lines that begin with '%'", at: mark, help: "write '---' before this line")
    }
    return Words("text after the end of the document", at: mark, help: "a file has exactly one contract")
  }

  func indicator(_ indicator: String, _ help: String?) -> Words {
    Words(
      "text without quotes cannot begin with '\(indicator)'", at: mark,
      help: quotes(mark) + (help.map { "; \($0)" } ?? ""))
  }
}

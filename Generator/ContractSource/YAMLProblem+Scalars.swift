/// Problems inside quotes, of the text of `|` and `>`, of anchors, tags and directives.
extension YAMLProblem {
  var scalarWords: Words? {
    switch text {
    case "found unexpected end of stream", "found unexpected document indicator":
      return Words(
        "this quote is not closed", at: context,
        help: "write \(character(context) == "'" ? "'" : "\"") at the end of the text; "
          + Self.quotesInside(character(context)))
    case "found unknown escape character":
      let letter = character(Mark(mark.line, mark.column + 1)).map(String.init) ?? ""
      return Words(
        "'\\\(letter)' is not an escape in double quotes", at: mark,
        help: "write '\\\\\(letter)', or put the text in single quotes")
    case "did not find expected hexdecimal number":
      return Words(
        "an escape without its hexadecimal digits", at: Mark(mark.line, mark.column - 2),
        help: "\\x is followed by two, \\u by four and \\U by eight")
    case "found invalid Unicode character escape code": return surrogate
    case "did not find expected comment or line break" where "|>".contains(rest(context).prefix(1)):
      return Words(
        "text follows '\(rest(context).prefix(1))' in its line", at: mark,
        help: "begin the text in the next line, indented; or put it in quotes with its '\(rest(context).prefix(1))'")
    case "found an indentation indicator equal to 0":
      return Words("an indentation of 0 is not valid", at: mark, help: "valid values: 1 to 9")
    case "did not find expected alphabetic or numeric character":
      let sign = rest(context).prefix(1)
      return Words(
        "text that begins with '\(sign)' is read as \(sign == "*" ? "an alias" : "an anchor")", at: context,
        help: quotes(context))
    case "did not find expected tag URI", "did not find the expected '>'", "found undefined tag handle",
      "did not find expected whitespace or line break", "did not find URI escaped octet",
      "found an incorrect leading UTF-8 octet", "found an incorrect trailing UTF-8 octet":
      return rest(context).hasPrefix("%")
        ? nil : Words("text that begins with '!' is read as a tag", at: context, help: quotes(context))
    case "did not find expected '!'" where !rest(context).hasPrefix("%"):
      return Words("text that begins with '!' is read as a tag", at: context, help: quotes(context))
    default: return nil
    }
  }

  /// An escape of a half of a pair, as in JSON.
  private var surrogate: Words {
    let start = Mark(mark.line, mark.column - 2)
    let escapes = Array(rest(start).unicodeScalars.prefix(12))
    let text = escapes.count == 12 && escapes[6] == "\\" ? String(String.UnicodeScalarView(escapes[8...])) : ""
    let first = UInt32(String(String.UnicodeScalarView(escapes.dropFirst(2).prefix(4))), radix: 16)
    guard let first, 0xD800..<0xDC00 ~= first, let second = UInt32(text, radix: 16), 0xDC00..<0xE000 ~= second else {
      return Words("an escape of no character", at: start, help: "write the character itself")
    }
    let digits = String(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), radix: 16, uppercase: true)
    return Words(
      "YAML does not write a character as two escapes, as JSON does", at: start,
      help: "write the character itself, or \\U\(String(repeating: "0", count: 8 - digits.count))\(digits)")
  }

  /// Lines that begin with `%`.
  var directiveWords: Words? {
    switch text {
    case "found incompatible YAML document":
      return Words("this version of YAML is not known", at: mark, help: "remove the line: a contract is YAML 1.2")
    case "found duplicate %YAML directive", "found duplicate %TAG directive":
      return Words("this directive is duplicated", at: mark, help: "remove one of the lines")
    default:
      guard rest(context).hasPrefix("%") else { return nil }
      return Words(
        "a line that begins with '%' is read as a directive, and this one is not valid", at: context,
        help: "put a text that begins with '%' in quotes, or indent its line")
    }
  }
}

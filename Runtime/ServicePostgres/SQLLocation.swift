/// A position in SQL, with its line and a caret below it, as compilers show it.
struct SQLLocation {
  let line: Int
  /// In Unicode scalars, from 1.
  let column: Int
  let listing: String

  /// - Parameters:
  ///   - offset: bytes from the text's beginning.
  ///   - line: the line in the file at which the text begins, and the column in it.
  init(in text: String, offset: Int, line: Int = 1, column: Int = 1) {
    let end = text.utf8.index(text.startIndex, offsetBy: max(0, offset), limitedBy: text.endIndex) ?? text.endIndex
    // The part of the first line before the text is unknown.
    var lead = String.UnicodeScalarView(repeatElement(" ", count: column - 1))
    var (line, column, start, margin) = (line, column, text.startIndex, String(lead))
    var index = text.startIndex
    while index < end {
      let scalar = text.unicodeScalars[index]
      text.unicodeScalars.formIndex(after: &index)
      if scalar == "\n" {
        (line, column, start, margin, lead) = (line + 1, 1, index, "", String.UnicodeScalarView())
      } else {
        lead.append(scalar == "\t" ? "\t" : " ")
        column += 1
      }
    }
    self.line = line
    self.column = column
    let shown = text.unicodeScalars[start...].prefix { $0 != "\n" && $0 != "\r" }
    let gutter = String(repeating: " ", count: String(line).utf8.count)
    listing = "  \(line) | \(margin)\(String(shown))\n  \(gutter) | \(String(lead))^"
  }

  /// The listing with the help below it.
  func listing(help: String?) -> String {
    let gutter = String(repeating: " ", count: String(line).utf8.count)
    return listing + (help.map { "\n  \(gutter) = help: \($0)" } ?? "")
  }
}

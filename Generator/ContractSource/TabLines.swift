/// Lines of tabs alone, or of tabs and a comment, which YAML allows and libyaml does not.
enum TabLines {
  /// The text with blanks in place of such lines, and every position as it was; nil without any.
  static func blanked(_ bytes: [UInt8]) -> [UInt8]? {
    var result = bytes
    var isChanged = false
    /// The indentation of the key or dash whose value is the text of `|` or `>` that is being read.
    var textIndentation: Int?
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let next = end + 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      let spaces = indentation(bytes, start..<end)
      // The text of '|' has more spaces than its key: a tab after fewer is no part of it.
      if isTabLine(bytes, (start + spaces)..<end), spaces <= textIndentation ?? .max {
        var index = start + spaces
        while index < end, bytes[index] == UInt8(ascii: "\t") || bytes[index] == UInt8(ascii: " ") {
          result[index] = UInt8(ascii: " ")
          index += 1
        }
        // After the text of '|' the comment begins where its tab is, which is not far enough to be part of the text.
        if textIndentation != nil, index < end { result[start + spaces] = UInt8(ascii: "#") }
        isChanged = true
      } else if spaces < end - start, spaces <= textIndentation ?? .max {
        textIndentation = header(bytes, start..<end)
      }
      start = next
    }
    return isChanged ? result : nil
  }

  private static func indentation(_ bytes: [UInt8], _ line: Range<Int>) -> Int {
    var index = line.lowerBound
    while index < line.upperBound, bytes[index] == UInt8(ascii: " ") { index += 1 }
    return index - line.lowerBound
  }

  /// Whether a line has a tab, and nothing else before its end or a comment.
  private static func isTabLine(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
    guard line.lowerBound < line.upperBound, bytes[line.lowerBound] == UInt8(ascii: "\t") else { return false }
    let first = bytes[line].first { $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: " ") }
    return first == nil || first == UInt8(ascii: "#")
  }

  /// The indentation of the key or dash of a line that ends with `|` or `>`, which the lines of the text exceed.
  private static func header(_ bytes: [UInt8], _ line: Range<Int>) -> Int? {
    // Most lines have neither.
    guard bytes[line].contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ">") }) else { return nil }
    var words = bytes[line].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    if let comment = words.firstIndex(where: { $0.first == UInt8(ascii: "#") }) { words.removeSubrange(comment...) }
    guard let last = words.popLast(), last.first == UInt8(ascii: "|") || last.first == UInt8(ascii: ">"),
      last.dropFirst().allSatisfy({ "+-123456789".utf8.contains($0) })
    else { return nil }
    while let first = words.last?.first, first == UInt8(ascii: "&") || first == UInt8(ascii: "!") { words.removeLast() }
    guard let before = words.last, let end = before.last else { return nil }
    let dash = UInt8(ascii: "-")
    if before.count == 1, end == dash { return before.startIndex - line.lowerBound }
    guard end == UInt8(ascii: ":"), let key = words.first(where: { $0.count > 1 || $0.first != dash }) else {
      return nil
    }
    return key.startIndex - line.lowerBound
  }
}

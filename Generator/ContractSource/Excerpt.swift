/// The part of a line around a position, as a listing shows it: a whole line up to 120 columns, a part of a longer one.
struct Excerpt {
  /// The text, with `…` where it was cut.
  let text: String
  /// Blanks as wide as the text before the position.
  let lead: String

  private static let wholeLine = 120
  private static let columnsBefore = 60
  private static let columns = 98
  /// No more bytes than this before and after a position are looked at, however long its line is.
  private static let reach = 4 * wholeLine

  /// Nil for an empty line, and beyond the last.
  init?(of position: SourcePosition) {
    let file = position.file
    guard let offset = file.offset(line: position.line, column: position.column) else { return nil }
    let (before, isBeginning) = Self.text(before: offset, in: file)
    let (after, isEnd) = Self.text(after: offset, in: file)
    guard !before.isEmpty || !after.isEmpty else { return nil }
    let width = Self.width(before[...]) + Self.width(after[...])
    if isBeginning, isEnd, width <= Self.wholeLine {
      text = Self.string(before + after)
      lead = Self.blanks(before[...])
      return
    }
    // Where little precedes or follows the position, more of the other side is shown.
    let widthAfter = min(Self.width(after[...]), Self.columns - Self.columnsBefore)
    let shownBefore = Self.suffix(of: before, Self.columns - widthAfter)
    let shownAfter = Self.prefix(of: after, Self.columns - Self.width(shownBefore))
    let isCutBefore = !isBeginning || shownBefore.count < before.count
    let isCutAfter = !isEnd || shownAfter.count < after.count
    text =
      (isCutBefore ? "…" : "") + Self.string(Array(shownBefore) + shownAfter) + (isCutAfter ? "…" : "")
    lead = (isCutBefore ? " " : "") + Self.blanks(shownBefore)
  }

  /// The characters of a line before an offset, as far as needed; and whether the line begins with them.
  private static func text(before offset: Int, in file: SourceFile) -> ([Unicode.Scalar], isBeginning: Bool) {
    var start = offset
    let limit = max(file.byteOrderMarkEnd, offset - reach)
    while start > limit, file.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    let isBeginning = start == file.byteOrderMarkEnd || file.bytes[start - 1] == UInt8(ascii: "\n")
    while !isBeginning, start < offset, file.bytes[start] & 0xC0 == 0x80 { start += 1 }
    return (scalars(file.bytes[start..<offset]), isBeginning)
  }

  /// The characters of a line from an offset on, as far as needed; and whether the line ends with them.
  private static func text(after offset: Int, in file: SourceFile) -> ([Unicode.Scalar], isEnd: Bool) {
    var end = offset
    let limit = min(file.bytes.count, offset + reach)
    while end < limit, file.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    let isEnd = end == file.bytes.count || file.bytes[end] == UInt8(ascii: "\n")
    if isEnd, end > offset, file.bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    while !isEnd, end > offset, file.bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return (scalars(file.bytes[offset..<end]), isEnd)
  }

  private static func scalars(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String { String(String.UnicodeScalarView(scalars)) }

  private static func suffix(of scalars: [Unicode.Scalar], _ width: Int) -> ArraySlice<Unicode.Scalar> {
    var (start, rest) = (scalars.count, width)
    while start > 0, rest >= columns(scalars[start - 1]) {
      start -= 1
      rest -= columns(scalars[start])
    }
    return scalars[start...]
  }

  private static func prefix(of scalars: [Unicode.Scalar], _ width: Int) -> ArraySlice<Unicode.Scalar> {
    var (end, rest) = (0, width)
    while end < scalars.count, rest >= columns(scalars[end]) {
      rest -= columns(scalars[end])
      end += 1
    }
    return scalars[..<end]
  }

  private static func width(_ scalars: ArraySlice<Unicode.Scalar>) -> Int { scalars.reduce(0) { $0 + columns($1) } }

  /// Tabs are preserved, so that the caret is below its character for any tab width.
  private static func blanks(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    scalars.map { $0 == "\t" ? "\t" : String(repeating: " ", count: columns($0)) }.joined()
  }

  /// The number of columns that a terminal gives a character (Unicode, annex 11).
  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    guard scalar.value >= 0x300 else { return 1 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory) ? 0 : 2
    default:
      if scalar.properties.isEmojiPresentation { return 2 }
      return [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory) ? 0 : 1
    }
  }
}

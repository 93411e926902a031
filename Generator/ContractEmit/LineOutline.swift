/// Where a line of Swift has brackets, commas and literals, outside all others.
struct LineOutline {
  struct Group {
    let opening: UInt8
    let start: Int
    var end: Int
  }

  private(set) var groups: [Group] = []
  private(set) var strings: [(start: Int, end: Int)] = []
  private(set) var commas: [Int] = []
  /// The first colon before a space or the end.
  private(set) var colon: Int?
  /// The first ` = `, at its sign.
  private(set) var assignment: Int?
  /// The spaces before `&&` and `||`.
  private(set) var operators: [Int] = []

  init(_ line: ArraySlice<UInt8>) {
    var (depth, index) = (0, line.startIndex)
    var open: Group?
    while index < line.endIndex {
      let byte = line[index]
      switch byte {
      case UInt8(ascii: "\""):
        let end = Self.end(ofString: line, at: index)
        if depth == 0 { strings.append((index, end)) }
        index = end
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        if depth == 0 { open = Group(opening: byte, start: index, end: index) }
        depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        // What closes brackets of an earlier line is none here.
        guard depth > 0 else { break }
        depth -= 1
        if depth == 0, var group = open {
          group.end = index
          groups.append(group)
        }
      default: if depth == 0 { add(byte, at: index, line) }
      }
      index += 1
    }
    // Brackets that a later line closes are part of the rest; what is in them is not outside.
  }

  private mutating func add(_ byte: UInt8, at index: Int, _ line: ArraySlice<UInt8>) {
    let next = index + 1 < line.endIndex ? line[index + 1] : UInt8(ascii: " ")
    let isSpaced = next == UInt8(ascii: " ")
    switch byte {
    case UInt8(ascii: ",") where isSpaced && index + 1 < line.endIndex: commas.append(index)
    case UInt8(ascii: ":") where isSpaced: colon = colon ?? index
    case UInt8(ascii: "=") where isSpaced && index > line.startIndex && line[index - 1] == UInt8(ascii: " "):
      assignment = assignment ?? index
    case UInt8(ascii: " ") where next == UInt8(ascii: "&") || next == UInt8(ascii: "|"): operators.append(index)
    default: break
    }
  }

  /// Whether a line declares a function or an initializer.
  static func isFunction(_ line: ArraySlice<UInt8>) -> Bool {
    if line.starts(with: "public init".utf8) || line.starts(with: "init(".utf8) { return true }
    return line.prefix(28).indices.contains { line[$0...].starts(with: "func ".utf8) }
  }

  static func isName(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "`") || byte > 127
  }

  /// The quote that ends a literal, or the end of the line.
  static func end(ofString line: ArraySlice<UInt8>, at start: Int) -> Int {
    var index = start + 1
    while index < line.endIndex {
      switch line[index] {
      case UInt8(ascii: "\""): return index
      case UInt8(ascii: "\\"): index = end(ofEscape: line, at: index)
      default: index += 1
      }
    }
    return line.endIndex - 1
  }

  /// The index after an escape or an interpolation, which begins at its backslash.
  static func end(ofEscape line: ArraySlice<UInt8>, at start: Int) -> Int {
    guard start + 1 < line.endIndex else { return line.endIndex }
    let isCode = line[start + 1] == UInt8(ascii: "u")
    guard line[start + 1] == UInt8(ascii: "(") || isCode else { return start + 2 }
    if isCode { return (line[start...].firstIndex(of: UInt8(ascii: "}")) ?? line.endIndex - 1) + 1 }
    var (depth, index) = (0, start + 1)
    while index < line.endIndex {
      switch line[index] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: "\""): index = end(ofString: line, at: index)
      default: break
      }
      index += 1
    }
    return line.endIndex
  }
}

/// The inside of a literal, in pieces that nothing breaks: bytes, escapes and interpolations.
struct LiteralPieces {
  private var text: [UInt8] = []
  /// The offset at which each piece ends.
  private var ends: [Int] = []

  init(_ given: ArraySlice<UInt8>) {
    text.reserveCapacity(given.count)
    ends.reserveCapacity(given.count)
    var index = given.startIndex
    var quotes = 0
    while index < given.endIndex {
      var end = index + 1
      if given[index] == UInt8(ascii: "\\") {
        end = LineOutline.end(ofEscape: given, at: index)
      } else {
        while end < given.endIndex, given[end] & 0xC0 == 0x80 { end += 1 }
      }
      let isQuote = end == index + 2 && given[index] == UInt8(ascii: "\\") && given[index + 1] == UInt8(ascii: "\"")
      quotes = isQuote ? quotes + 1 : 0
      // Three quotes would end the literal.
      text += isQuote && quotes < 3 ? given[(index + 1)..<end] : given[index..<end]
      ends.append(text.count)
      if quotes == 3 { quotes = 0 }
      index = end
    }
  }

  /// The lines of a multi-line literal, broken after a comma, a slash or a space where there is one.
  func lines(of room: Int) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var (lineStart, start) = (0, 0)
    var cut: Int?
    for end in ends {
      if end - lineStart > room, start > lineStart {
        lines.append(text[lineStart..<(cut ?? start)])
        (lineStart, cut) = (cut ?? start, nil)
      }
      if end - start == 1, ", /".utf8.contains(text[start]), end - lineStart > room / 2 { cut = end }
      start = end
    }
    return lines + [text[lineStart...]]
  }
}

/// A pattern of a contract (ECMA-262), converted to Python's `re` with `re.ASCII`.
enum PythonPattern {
  private static let spaces = #"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"#

  /// Nil where `re` cannot express it: character properties, `\S` inside a class, and look-behind of several lengths.
  static func translated(_ source: String) -> String? {
    var rest = Array(source.unicodeScalars)[...]
    var result = ""
    var isInClass = false
    // Whether what is before is a class such as \w, beside which a '-' is a character.
    var isAfterClass = false
    while let scalar = rest.popFirst() {
      let isClass = scalar == "\\" && rest.first.map("dDwWsS".unicodeScalars.contains) ?? false
      defer { isAfterClass = isClass }
      switch (scalar, isInClass) {
      case ("\\", _):
        guard let escaped = escape(&rest, isInClass) else { return nil }
        result += escaped
      case ("$", false): result += #"\Z"#
      case (".", false): result += #"[^\n\r\u2028\u2029]"#
      case ("-", true) where isAfterClass || beginsWithClass(rest): result += "\\-"
      case ("[", false):
        isInClass = true
        guard let opened = open(&rest) else { return nil }
        result += opened
      case ("]", true):
        isInClass = false
        result += "]"
      // Python warns about syntax that may mean set operations in the future.
      case ("[", true), ("&", true), ("~", true), ("|", true): result += "\\" + String(scalar)
      case ("(", false):
        guard !looksBehind(rest) || hasOneLength(rest) else { return nil }
        result += group(&rest)
      // Python reads `{,2}` as a count from 0.
      case ("{", false) where rest.first == ",": result += "\\{"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The beginning of a class: an empty one matches nothing, and its complement everything.
  private static func open(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
    let isNot = rest.first == "^"
    if isNot { rest.removeFirst() }
    guard rest.first != "]" else { return nil }
    return isNot ? "[^" : "["
  }

  private static func beginsWithClass(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    rest.first == "\\" && rest.dropFirst().first.map("dDwWsS".unicodeScalars.contains) ?? false
  }

  private static func looksBehind(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    rest.starts(with: "?<=".unicodeScalars) || rest.starts(with: "?<!".unicodeScalars)
  }

  /// Whether a look-behind has no repetition, no alternative and no group in it, and so one length.
  private static func hasOneLength(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    var inside = rest.dropFirst(3)
    var isInClass = false
    while let scalar = inside.popFirst() {
      switch (scalar, isInClass) {
      case ("\\", _): inside = inside.dropFirst()
      case ("[", false): isInClass = true
      case ("]", true): isInClass = false
      case (")", false): return true
      case ("*", false), ("+", false), ("?", false), ("{", false), ("|", false), ("(", false): return false
      default: break
      }
    }
    return false
  }

  /// A group's name does not change what matches.
  private static func group(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
    let head = Array(rest.prefix(3))
    guard head.count == 3, head[0] == "?", head[1] == "<", head[2] != "=", head[2] != "!",
      let end = rest.firstIndex(of: ">")
    else { return "(" }
    rest = rest[rest.index(after: end)...]
    return "(?:"
  }

  private static func escape(_ rest: inout ArraySlice<Unicode.Scalar>, _ isInClass: Bool) -> String? {
    guard let next = rest.popFirst() else { return nil }
    switch next {
    case "s": return isInClass ? spaces : "[" + spaces + "]"
    case "S": return isInClass ? nil : "[^" + spaces + "]"
    case "p", "P", "k": return nil
    case "u": return unicode(&rest)
    case "c":
      guard let letter = rest.popFirst() else { return nil }
      return "\\x" + ExportText.hex(letter.value & 31, 2)
    case "d", "D", "w", "W", "b", "B", "n", "r", "t", "f", "v", "x", "0": return "\\" + String(next)
    case "1"..."9": return nil
    // A letter with another escape meaning in Python is written as the plain letter.
    case "a"..."z", "A"..."Z": return String(next)
    default: return next.isASCII ? "\\" + String(next) : String(next)
    }
  }

  private static func unicode(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
    var digits = String.UnicodeScalarView()
    if rest.first == "{" {
      rest.removeFirst()
      while let digit = rest.popFirst(), digit != "}" { digits.append(digit) }
    } else {
      digits.append(contentsOf: rest.prefix(4))
      rest = rest.dropFirst(4)
    }
    guard let value = UInt32(String(digits), radix: 16) else { return nil }
    guard (0xD800...0xDFFF).contains(value) else { return "\\U" + ExportText.hex(value, 8) }
    // A surrogate pair; half of one is left out, since Python counts whole characters.
    let second = rest.prefix(6)
    guard value < 0xDC00, second.starts(with: "\\u".unicodeScalars),
      let low = UInt32(String(String.UnicodeScalarView(second.dropFirst(2))), radix: 16),
      (0xDC00...0xDFFF).contains(low)
    else { return nil }
    rest = rest.dropFirst(6)
    return "\\U" + ExportText.hex(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00), 8)
  }
}

/// Classes and escapes.
extension PatternParser {
  mutating func characterClass() throws(Problem) -> ScalarSet {
    var set = ScalarSet()
    set.isInverted = take("^")
    while !take("]") {
      let first = try classAtom()
      guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.add(first)
        continue
      }
      position += 1
      let last = try classAtom()
      guard let low = first.singleValue, let high = last.singleValue else {
        // Beside a class such as `\w` it is the character '-' (ECMA-262, annex B.1.2).
        for part in [first, .single("-"), last] { set.add(part) }
        continue
      }
      guard low <= high else { throw problem("a range that is out of order") }
      set.ranges.append(low...high)
    }
    return set
  }

  private mutating func classAtom() throws(Problem) -> ScalarSet {
    guard let scalar = current else { throw problem("a '[' without its ']'") }
    position += 1
    guard scalar == "\\" else { return .single(scalar) }
    if take("b") { return .single("\u{8}") }
    if take("-") { return .single("-") }
    return try escape()
  }

  private var wordSet: ScalarSet { modifiers.ignoresCase ? .foldedWord : .word }

  mutating func escape() throws(Problem) -> ScalarSet {
    guard let scalar = current else { throw problem("a '\\' at the end") }
    position += 1
    switch scalar {
    case "d": return .digit
    case "D": return ScalarSet.digit.inverted
    case "w": return wordSet
    case "W": return wordSet.inverted
    case "s": return .space
    case "S": return ScalarSet.space.inverted
    case "t": return .single("\t")
    case "n": return .single("\n")
    case "r": return .single("\r")
    case "v": return .single("\u{B}")
    case "f": return .single("\u{C}")
    case "0": return .single("\u{0}")
    case "x": return try hex(2)
    case "u": return take("{") ? try bracedHex() : try pairedHex()
    case "p", "P": return try property(isNegated: scalar == "P")
    case "c":
      guard let letter = current, (65...90).contains(letter.value & ~0x20) else {
        throw problem("an unknown escape \\c")
      }
      position += 1
      return ScalarSet(ranges: [letter.value & 31...letter.value & 31])
    case "1"..."9", "k": throw problem("a back-reference, which cannot be matched in linear time")
    default:
      // Any other character that is not a letter or digit is a literal (ECMA-262, annex B.1.2).
      guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
        throw problem("an unknown escape \\\(scalar)")
      }
      return .single(scalar)
    }
  }

  private mutating func property(isNegated: Bool) throws(Problem) -> ScalarSet {
    guard take("{"), let end = scalars[position...].firstIndex(of: "}") else {
      throw problem("a '\\p' without its '{name}'")
    }
    let name = String(String.UnicodeScalarView(scalars[position..<end]))
    guard UnicodeProperty.exists(name) else { throw problem("'\(name)', which is not a Unicode property") }
    guard let property = UnicodeProperty(name, isNegated: isNegated) else {
      throw problem("the Unicode property '\(name)', which is not supported")
    }
    position = end + 1
    return ScalarSet(properties: [property])
  }

  private mutating func hex(_ count: Int) throws(Problem) -> ScalarSet {
    guard position + count <= scalars.count else { throw problem("an unfinished escape") }
    let text = String(String.UnicodeScalarView(scalars[position..<position + count]))
    guard text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16), value <= 0x10FFFF else {
      throw problem("an escape that is not a character")
    }
    position += count
    return ScalarSet(ranges: [value...value])
  }

  /// Four digits, or two times four that are a surrogate pair. Half of a pair is in no text.
  private mutating func pairedHex() throws(Problem) -> ScalarSet {
    let first = try hex(4)
    let start = position
    guard let high = first.singleValue, (0xD800...0xDBFF).contains(high), take("\\"), take("u"),
      let low = (try? hex(4))?.singleValue, (0xDC00...0xDFFF).contains(low)
    else {
      position = start
      return first
    }
    let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
    return ScalarSet(ranges: [value...value])
  }

  private mutating func bracedHex() throws(Problem) -> ScalarSet {
    guard let end = scalars[position...].firstIndex(of: "}"), end - position <= 6 else {
      throw problem("an unfinished escape")
    }
    let set = try hex(end - position)
    position = end + 1
    return set
  }
}

extension ScalarSet {
  fileprivate mutating func add(_ other: ScalarSet) {
    ranges += other.positiveRanges
    properties += other.properties
  }

  fileprivate var singleValue: UInt32? {
    guard !isInverted, properties.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}

/// Compiles a pattern: ECMA-262 with the `u` flag, without the constructs that are not regular.
struct PatternParser {
  typealias Problem = Pattern.Problem
  typealias Program = [Pattern.Instruction]

  /// The maximum number of steps; counted repeats are unrolled, and a pattern that grows beyond this is refused.
  static let sizeLimit = 10_000
  static let depthLimit = 64

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func compile() throws(Problem) -> Program {
    let program = try alternation()
    if position < scalars.count { throw problem("an unmatched ')'") }
    return program + [.match]
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func problem(_ text: String) -> Problem { Problem(description: text, offset: position) }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  // Programs are relocatable: jumps are relative to the start of their own program, and are shifted when it is
  // embedded.
  private mutating func alternation() throws(Problem) -> Program {
    var result = try sequence()
    while take("|") {
      let other = try sequence()
      var joined: Program = [.split(1, result.count + 2)]
      joined += moved(result, by: 1)
      joined.append(.jump(joined.count + 1 + other.count))
      joined += moved(other, by: joined.count)
      result = joined
    }
    return result
  }

  private mutating func sequence() throws(Problem) -> Program {
    var result: Program = []
    while let scalar = current, scalar != "|", scalar != ")" {
      let (atom, canRepeat) = try atom()
      let repeated = canRepeat ? try quantified(atom) : atom
      guard result.count + repeated.count <= Self.sizeLimit else { throw problem("more than \(Self.sizeLimit) steps") }
      result += moved(repeated, by: result.count)
    }
    return result
  }

  private func moved(_ program: Program, by offset: Int) -> Program {
    program.map { instruction in
      switch instruction {
      case .split(let first, let second): .split(first + offset, second + offset)
      case .jump(let target): .jump(target + offset)
      default: instruction
      }
    }
  }

  private mutating func atom() throws(Problem) -> (program: Program, canRepeat: Bool) {
    let start = position
    guard let scalar = current else { throw problem("an unfinished pattern") }
    position += 1
    switch scalar {
    case "^": return ([.assert(.start)], false)
    case "$": return ([.assert(.end)], false)
    case ".": return ([.scalar(.notLineTerminator)], true)
    case "[": return ([.scalar(try characterClass())], true)
    case "(": return (try group(), true)
    case "\\":
      if take("b") { return ([.assert(.wordBoundary)], false) }
      if take("B") { return ([.assert(.notWordBoundary)], false) }
      return ([.scalar(try escape())], true)
    case "*", "+", "?":
      position = start
      throw problem("a '\(scalar)' with nothing to apply to; write \\\(scalar) for the character")
    default: return ([.scalar(.single(scalar))], true)
    }
  }

  private mutating func group() throws(Problem) -> Program {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw problem("groups nested deeper than \(Self.depthLimit)") }
    if take("?") {
      if take("<"), current != "=", current != "!" {
        while current != nil, current != ">" { position += 1 }
        guard take(">") else { throw problem("an unterminated group name") }
      } else if !take(":") {
        let looks = current == "=" || current == "!" || (position > 0 && scalars[position - 1] == "<")
        throw problem(
          looks
            ? "look-around, which cannot be matched in linear time"
            : "a group that begins with '(?' and is not in ECMA-262, which has no inline flags")
      }
    }
    let inner = try alternation()
    guard take(")") else { throw problem("a '(' without its ')'") }
    return inner
  }

  private mutating func quantified(_ atom: Program) throws(Problem) -> Program {
    let (low, high): (Int, Int?)
    switch current {
    case "*": (low, high) = (0, nil)
    case "+": (low, high) = (1, nil)
    case "?": (low, high) = (0, 1)
    case "{" where isCount:
      position += 1
      (low, high) = try bounds()
      position -= 1
    default: return atom
    }
    position += 1
    // A lazy quantifier matches the same texts.
    _ = take("?")
    guard (atom.count + 1) * max(low, high ?? 0, 1) <= Self.sizeLimit else {
      throw problem("more than \(Self.sizeLimit) steps")
    }
    return repeated(atom, low, high)
  }

  private func repeated(_ atom: Program, _ low: Int, _ high: Int?) -> Program {
    var result: Program = []
    for _ in 0..<low { result += moved(atom, by: result.count) }
    guard let high else {
      let start = result.count
      result.append(.split(start + 1, start + atom.count + 2))
      result += moved(atom, by: start + 1)
      result.append(.jump(start))
      return result
    }
    for _ in 0..<max(0, high - low) {
      let start = result.count
      result.append(.split(start + 1, start + atom.count + 1))
      result += moved(atom, by: start + 1)
    }
    return result
  }

  /// Whether a '{' begins a count; otherwise it is a literal (ECMA-262, annex B.1.2).
  private var isCount: Bool {
    let inside = scalars[(position + 1)...].prefix { $0 != "}" }
    return inside.first.map(ScalarSet.digit.contains) ?? false && inside.endIndex < scalars.count
      && inside.allSatisfy { $0 == "," || ScalarSet.digit.contains($0) }
  }

  private mutating func bounds() throws(Problem) -> (Int, Int?) {
    guard let low = number() else { throw problem("a '{' without a count; write \\{ for the character") }
    var high: Int? = low
    if take(",") { high = number() }
    guard current == "}" else { throw problem("a count that does not end with '}'") }
    position += 1
    if let high, high < low { throw problem("a count whose bounds are out of order") }
    return (low, high)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, ScalarSet.digit.contains(scalar) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000)
      position += 1
    }
    return value
  }

  private mutating func characterClass() throws(Problem) -> ScalarSet {
    var set = ScalarSet()
    set.isInverted = take("^")
    while !take("]") {
      let first = try classAtom()
      guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.ranges += first.positiveRanges
        set.properties += first.properties
        continue
      }
      position += 1
      let last = try classAtom()
      guard let low = first.singleValue, let high = last.singleValue, low <= high else {
        throw problem("a range that is out of order or not between two characters")
      }
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

  private mutating func escape() throws(Problem) -> ScalarSet {
    guard let scalar = current else { throw problem("a '\\' at the end") }
    position += 1
    switch scalar {
    case "d": return .digit
    case "D": return ScalarSet.digit.inverted
    case "w": return .word
    case "W": return ScalarSet.word.inverted
    case "s": return .space
    case "S": return ScalarSet.space.inverted
    case "t": return .single("\t")
    case "n": return .single("\n")
    case "r": return .single("\r")
    case "v": return .single("\u{B}")
    case "f": return .single("\u{C}")
    case "0": return .single("\u{0}")
    case "x": return try hex(2)
    case "u": return take("{") ? try bracedHex() : try hex(4)
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
    guard let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw problem("an escape that is not a character")
    }
    position += count
    return .single(scalar)
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
  fileprivate var singleValue: UInt32? {
    guard !isInverted, properties.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}

/// Parses a pattern: ECMA-262 (16th edition) with the `u` flag, without the constructs that are not regular.
struct PatternParser {
  typealias Problem = Pattern.Problem

  /// The maximum number of instructions; a pattern whose repetitions need more is refused.
  static let sizeLimit = 10_000
  static let depthLimit = 64
  /// Each takes memory for every position of the text.
  static let lookLimit = 16

  let scalars: [Unicode.Scalar]
  var position = 0
  private var depth = 0
  private var lookCount = 0
  var modifiers = PatternModifiers()
  private(set) var hasModifiers = false
  private(set) var foreignSyntax: [(text: String, meaning: String)] = []

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func parse() throws(Problem) -> PatternNode {
    try readLeadingModifiers()
    let node = try alternation()
    if position < scalars.count { throw problem("an unmatched ')'") }
    return node
  }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func problem(_ text: String) -> Problem { Problem(description: text, offset: position) }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  private mutating func readLeadingModifiers() throws(Problem) {
    let letters = scalars.dropFirst(2).prefix { PatternModifiers.letters.contains($0) }
    guard scalars.starts(with: "(?".unicodeScalars), !letters.isEmpty, letters.endIndex < scalars.count,
      scalars[letters.endIndex] == ")"
    else { return }
    position = letters.startIndex
    modifiers = try modifierList()
    position += 1
    let text = String(String.UnicodeScalarView(letters))
    noteForeign("(?\(text))", "'(?\(text):…)' of the rest")
  }

  private mutating func noteForeign(_ text: String, _ meaning: String) {
    if !foreignSyntax.contains(where: { $0.text == text }) { foreignSyntax.append((text, meaning)) }
  }

  /// Reads the anchors `\A`, `\z` and `\Z` of other languages.
  private mutating func foreignAnchor() -> Pattern.Assertion? {
    guard let letter = current, ["A", "z", "Z"].contains(letter) else { return nil }
    position += 1
    let note = letter == "Z" ? ", as in Python: only the end of the text, not before a final line break" : ""
    noteForeign("\\\(letter)", (letter == "A" ? "'^'" : "'$'") + note)
    return letter == "A" ? .start : .end
  }

  private mutating func alternation() throws(Problem) -> PatternNode {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return try limited(.choice(branches))
  }

  private mutating func sequence() throws(Problem) -> PatternNode {
    var parts: [PatternNode] = []
    var size = 0
    while let scalar = current, scalar != "|", scalar != ")" {
      let (atom, canRepeat) = try atom()
      let part = canRepeat ? try quantified(atom) : atom
      size += part.size
      guard size <= Self.sizeLimit else { throw tooLarge }
      parts.append(part)
    }
    return .sequence(parts)
  }

  private func limited(_ node: PatternNode) throws(Problem) -> PatternNode {
    guard node.size <= Self.sizeLimit else { throw tooLarge }
    return node
  }

  private var tooLarge: Problem {
    problem(
      "more than \(Self.sizeLimit) steps, which are not held in memory. Any count is held for one character or class, "
        + "and for a group without a count in it that is repeated from 0 or 1 times, or without a limit")
  }

  private mutating func atom() throws(Problem) -> (node: PatternNode, canRepeat: Bool) {
    guard let scalar = current else { throw problem("an unfinished pattern") }
    guard !beginsQuantifier else {
      throw problem("a '\(scalar)' with nothing to apply to; write \\\(scalar) for the character")
    }
    position += 1
    switch scalar {
    case "^": return (PatternNode(modifiers.isMultiline ? .lineStart : .start), false)
    case "$": return (PatternNode(modifiers.isMultiline ? .lineEnd : .end), false)
    case ".": return (PatternNode(modifiers.isDotAll ? .all : ScalarSet.lineTerminator.inverted), true)
    case "[": return (PatternNode(cased(try characterClass())), true)
    case "(": return try group()
    case "\\":
      let boundary = Pattern.Assertion.boundary(isNegated: current == "B", isFolded: modifiers.ignoresCase)
      if take("b") || take("B") { return (PatternNode(boundary), false) }
      if let anchor = foreignAnchor() { return (PatternNode(anchor), false) }
      return (PatternNode(cased(try escape())), true)
    default: return (PatternNode(cased(.single(scalar))), true)
    }
  }

  /// The characters that match those of `set`, with their case ignored where the modifiers say so.
  private func cased(_ set: ScalarSet) -> ScalarSet { modifiers.ignoresCase ? CaseFolding.closed(set) : set }

  private mutating func group() throws(Problem) -> (node: PatternNode, canRepeat: Bool) {
    depth += 1
    let outer = modifiers
    defer {
      depth -= 1
      modifiers = outer
    }
    guard depth <= Self.depthLimit else { throw problem("groups nested deeper than \(Self.depthLimit)") }
    let look = take("?") ? try groupKind() : nil
    let inner = try alternation()
    guard take(")") else { throw problem("a '(' without its ')'") }
    guard let look else { return (inner, true) }
    return (try limited(.look(inner, isBehind: look.isBehind, isNegated: look.isNegated)), false)
  }

  /// Reads what follows `(?`; nil for a group that is no look-around.
  private mutating func groupKind() throws(Problem) -> (isBehind: Bool, isNegated: Bool)? {
    let rest = scalars[position...]
    if rest.starts(with: "P<".unicodeScalars), let first = rest.dropFirst(2).first, first != "=", first != "!" {
      position += 1
      noteForeign("(?P<…>", "'(?<…>'")
    }
    let isBehind = take("<")
    if current == "=" || current == "!" {
      lookCount += 1
      guard lookCount <= Self.lookLimit else { throw problem("more than \(Self.lookLimit) look-arounds") }
      return (isBehind, !take("=") && take("!"))
    }
    if isBehind {
      while current != nil, current != ">" { position += 1 }
      guard take(">") else { throw problem("an unterminated group name") }
      return nil
    }
    if take(":") { return nil }
    guard let scalar = current, scalar == "-" || PatternModifiers.letters.contains(scalar) else {
      throw problem("a group that begins with '(?' and is not in ECMA-262")
    }
    hasModifiers = true
    modifiers = try modifierList()
    if current == ")" {
      throw problem("modifiers that are not at the start of the pattern; write '(?i:…)' around what they apply to")
    }
    guard take(":") else { throw problem("a group that begins with '(?' and is not in ECMA-262") }
    return nil
  }

  private mutating func modifierList() throws(Problem) -> PatternModifiers {
    var (result, named) = (modifiers, Set<Unicode.Scalar>())
    var value = true
    while let scalar = current, scalar != ":", scalar != ")" {
      if scalar == "-" && value {
        value = false
      } else {
        guard PatternModifiers.letters.contains(scalar) else {
          throw problem("the modifier '\(scalar)', which is not in ECMA-262; valid modifiers are i, m and s")
        }
        guard named.insert(scalar).inserted else { throw problem("the modifier '\(scalar)' twice") }
        result.set(scalar, value)
      }
      position += 1
    }
    if named.isEmpty { throw problem("a '(?-' without a modifier") }
    return result
  }

  private mutating func quantified(_ atom: PatternNode) throws(Problem) -> PatternNode {
    let (low, high): (Int, Int)
    let start = position
    switch current {
    case "*": (low, high) = (0, PatternNode.unlimited)
    case "+": (low, high) = (1, PatternNode.unlimited)
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
    let node = PatternNode.repeated(atom, low, high)
    if node.size > Self.sizeLimit { position = start }
    return try limited(node)
  }

  private var beginsQuantifier: Bool {
    switch current {
    case "*", "+", "?": true
    case "{": isCount
    default: false
    }
  }

  /// Whether a '{' begins a count; otherwise it is a literal (ECMA-262, annex B.1.2).
  private var isCount: Bool {
    let inside = scalars[(position + 1)...].prefix { $0 == "," || ScalarSet.digit.contains($0) }
    return inside.first.map(ScalarSet.digit.contains) ?? false && inside.endIndex < scalars.count
      && scalars[inside.endIndex] == "}"
  }

  private mutating func bounds() throws(Problem) -> (Int, Int) {
    guard let low = number() else { throw problem("a '{' without a count; write \\{ for the character") }
    var high = low
    if take(",") { high = number() ?? PatternNode.unlimited }
    guard current == "}" else { throw problem("a count that does not end with '}'") }
    position += 1
    if high < low { throw problem("a count whose bounds are out of order") }
    return (low, high)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, ScalarSet.digit.contains(scalar) {
      // No text is longer than this.
      value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1 << 40)
      position += 1
    }
    return value
  }
}

/// What a part of a pattern is matched by (ECMA-262, section 22.2.1, RegularExpressionModifiers).
struct PatternModifiers: Equatable {
  var ignoresCase = false
  var isMultiline = false
  var isDotAll = false

  static let letters: Set<Unicode.Scalar> = ["i", "m", "s"]

  mutating func set(_ letter: Unicode.Scalar, _ value: Bool) {
    switch letter {
    case "i": ignoresCase = value
    case "m": isMultiline = value
    default: isDotAll = value
    }
  }
}

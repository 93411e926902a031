/// Checks the syntax of a regular expression: ECMA-262 with the `u` flag (16th edition, section 22.2.1).
///
/// `Pattern` accepts less, since it must also match in linear time. Open groups are kept in a list instead of on the
/// call stack, so that no nesting depth exhausts it.
struct RegexSyntax {
  /// The kind of the term read last: whether a quantifier may follow it.
  private enum Term { case repeatable, unrepeatable }

  let scalars: [Unicode.Scalar]
  var position = 0
  private var openGroups: [Term] = []
  private var captureCount = 0
  private var captureNames: Set<[Unicode.Scalar]> = []
  private var highestReference = 0
  private var referencedNames: Set<[Unicode.Scalar]> = []

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  static func admits(_ text: String) -> Bool {
    var syntax = RegexSyntax(text)
    return syntax.isPattern()
  }

  private mutating func isPattern() -> Bool {
    var last = Term.unrepeatable
    while let scalar = next() {
      guard let term = term(scalar, after: last) else { return false }
      last = term
    }
    // A reference may precede its group.
    return openGroups.isEmpty && highestReference <= captureCount && referencedNames.isSubset(of: captureNames)
  }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func next() -> Unicode.Scalar? {
    guard let scalar = current else { return nil }
    position += 1
    return scalar
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  /// Reads the term that begins with `scalar`; nil when it is malformed, as in all following functions.
  private mutating func term(_ scalar: Unicode.Scalar, after last: Term) -> Term? {
    switch scalar {
    case "^", "$", "|": .unrepeatable
    case "(": isGroupStart() ? .unrepeatable : nil
    case ")": openGroups.popLast()
    case "*", "+", "?", "{": last == .repeatable && isQuantifier(scalar) ? .unrepeatable : nil
    case "[": isClass() ? .repeatable : nil
    case "]", "}": nil
    case "\\": take("b") || take("B") ? .unrepeatable : isAtomEscape() ? .repeatable : nil
    default: .repeatable
    }
  }

  private mutating func isGroupStart() -> Bool {
    var group = Term.repeatable
    if !take("?") {
      captureCount += 1
    } else if take("=") || take("!") {
      group = .unrepeatable
    } else if take("<") {
      if take("=") || take("!") {
        group = .unrepeatable
      } else {
        guard let name = groupName(), captureNames.insert(name).inserted else { return false }
        captureCount += 1
      }
    } else if !take(":") && !isModifierList() {
      return false
    }
    openGroups.append(group)
    return true
  }

  /// Reads the modifiers of a group, up to their `:`; each may occur once.
  private mutating func isModifierList() -> Bool {
    var named: Set<Unicode.Scalar> = []
    var isRemoving = false
    while let scalar = next() {
      if scalar == ":" { return !named.isEmpty }
      if scalar == "-" && !isRemoving {
        isRemoving = true
      } else if !PatternModifiers.letters.contains(scalar) || !named.insert(scalar).inserted {
        return false
      }
    }
    return false
  }

  /// Reads a name up to its `>`. Names are compared by scalars, not by canonical equivalence.
  private mutating func groupName() -> [Unicode.Scalar]? {
    var name: [Unicode.Scalar] = []
    while let scalar = next() {
      if scalar == ">" { return name.isEmpty ? nil : name }
      var character: Unicode.Scalar? = scalar
      if scalar == "\\" { character = take("u") ? unicodeEscape().flatMap(Unicode.Scalar.init) : nil }
      guard let character, isAllowed(character, first: name.isEmpty) else { return nil }
      name.append(character)
    }
    return nil
  }

  private func isAllowed(_ character: Unicode.Scalar, first isFirst: Bool) -> Bool {
    if character == "$" || character == "_" { return true }
    if isFirst { return character.properties.isIDStart }
    return character.properties.isIDContinue || character == "\u{200C}" || character == "\u{200D}"
  }

  private mutating func isQuantifier(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "{" {
      guard let low = number() else { return false }
      if take(","), let high = number(), high < low { return false }
      guard take("}") else { return false }
    }
    _ = take("?")
    return true
  }

  /// Reads decimal digits; numbers beyond any valid count are clamped.
  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, ScalarSet.digit.contains(scalar) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000_000_000)
      position += 1
    }
    return value
  }

  private mutating func isAtomEscape() -> Bool {
    if let scalar = current, ("1"..."9").contains(scalar) {
      highestReference = max(highestReference, number() ?? 0)
      return true
    }
    guard take("k") else { return escape() != nil }
    guard take("<"), let name = groupName() else { return false }
    referencedNames.insert(name)
    return true
  }
}

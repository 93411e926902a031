/// A pattern as ECMA-262's source, without names, modifiers and laziness.
extension PatternNode {
  var source: String {
    switch kind {
    case .set(let set): set.source
    case .assert(let assertion): assertion.source
    case .sequence(let parts):
      parts.map { if case .choice = $0.kind { "(?:\($0.source))" } else { $0.source } }.joined()
    case .choice(let branches): branches.map(\.source).joined(separator: "|")
    case .repeated(let body, let low, let high):
      (body.isAtom ? body.source : "(?:\(body.source))") + Self.quantifier(low, high)
    case .look(let body, let isBehind, let isNegated):
      "(?\(isBehind ? "<" : "")\(isNegated ? "!" : "=")\(body.source))"
    }
  }

  private var isAtom: Bool {
    if case .set = kind { true } else { false }
  }

  private static func quantifier(_ low: Int, _ high: Int) -> String {
    switch (low, high) {
    case (0, unlimited): "*"
    case (1, unlimited): "+"
    case (0, 1): "?"
    case (_, unlimited): "{\(low),}"
    default: low == high ? "{\(low)}" : "{\(low),\(high)}"
    }
  }
}

extension Pattern.Assertion {
  fileprivate var source: String {
    let line = ScalarSet.lineTerminator.source
    switch self {
    case .start: return "^"
    case .end: return "$"
    case .lineStart: return "(?:^|(?<=\(line)))"
    case .lineEnd: return "(?:$|(?=\(line)))"
    case .boundary(let isNegated, false): return isNegated ? "\\B" : "\\b"
    case .boundary(let isNegated, true):
      let word = ScalarSet.foldedWord.source
      return isNegated
        ? "(?:(?<=\(word))(?=\(word))|(?<!\(word))(?!\(word)))" : "(?:(?<=\(word))(?!\(word))|(?<!\(word))(?=\(word)))"
    }
  }
}

extension ScalarSet {
  fileprivate var source: String {
    let set = merged
    if set.ranges.isEmpty && set.properties.isEmpty {
      return isInverted ? ScalarSet.all.source : #"[^\u{0}-\u{10ffff}]"#
    }
    if !isInverted, set.properties.isEmpty, set.ranges.count == 1, set.ranges[0].count == 1 {
      return Self.escaped(set.ranges[0].lowerBound)
    }
    let ranges = set.ranges.map { range in
      Self.escaped(range.lowerBound) + (range.count > 1 ? "-" + Self.escaped(range.upperBound) : "")
    }
    return (isInverted ? "[^" : "[") + ranges.joined() + set.properties.map(\.source).joined() + "]"
  }

  private static func escaped(_ value: UInt32) -> String {
    guard let scalar = Unicode.Scalar(value), scalar.isASCII, scalar.properties.isAlphabetic || digit.contains(scalar)
    else { return "\\u{\(String(value, radix: 16))}" }
    return String(scalar)
  }
}

import ContractValues

/// A pattern with the lengths of the texts that match each of its parts, from which such texts are written.
final class PatternShape: Sendable {
  enum Kind: Sendable {
    case empty
    case set(usual: [Unicode.Scalar], other: [Unicode.Scalar])
    case sequence([PatternShape])
    case choice([PatternShape])
    case repeated(PatternShape, low: Int, high: Int)
  }

  /// A length that stands for no limit.
  static let unlimited = 1 << 40

  let kind: Kind
  let least: Int
  let most: Int
  /// The texts of its positive look-arounds, one of each of which a match probably contains.
  let looks: [PatternShape]
  let beginsAtStart: Bool
  let endsAtEnd: Bool

  init(_ node: PatternNode) {
    var (beginsAtStart, endsAtEnd) = (false, false)
    switch node.kind {
    case .set(let set):
      let (usual, other) = ScalarChoice.members(of: set)
      (kind, least, most, looks) = (.set(usual: usual, other: other), 1, 1, [])
    case .assert(let assertion):
      (kind, least, most, looks) = (.empty, 0, 0, [])
      (beginsAtStart, endsAtEnd) = (assertion == .start, assertion == .end)
    case .look(let body, _, let isNegated):
      (kind, least, most) = (.empty, 0, 0)
      looks = isNegated ? [] : [PatternShape(body)]
    case .sequence(let nodes):
      let parts = nodes.map(PatternShape.init)
      kind = parts.isEmpty ? .empty : .sequence(parts)
      least = Self.sum(parts.map(\.least))
      most = Self.sum(parts.map(\.most))
      looks = parts.flatMap(\.looks)
      beginsAtStart = parts.first?.beginsAtStart ?? false
      endsAtEnd = parts.last?.endsAtEnd ?? false
    case .choice(let nodes):
      let branches = nodes.map(PatternShape.init)
      kind = .choice(branches)
      least = branches.map(\.least).min() ?? 0
      most = branches.map(\.most).max() ?? 0
      looks = branches.flatMap(\.looks)
      beginsAtStart = branches.allSatisfy(\.beginsAtStart)
      endsAtEnd = branches.allSatisfy(\.endsAtEnd)
    case .repeated(let node, let low, let high):
      let body = PatternShape(node)
      kind = .repeated(body, low: low, high: min(high, Self.unlimited))
      least = Self.product(body.least, low)
      most = Self.product(body.most, min(high, Self.unlimited))
      looks = body.looks
    }
    self.beginsAtStart = beginsAtStart
    self.endsAtEnd = endsAtEnd
  }

  private static func sum(_ lengths: [Int]) -> Int { lengths.reduce(0) { min(unlimited, $0 + $1) } }

  private static func product(_ length: Int, _ count: Int) -> Int {
    let (product, overflow) = length.multipliedReportingOverflow(by: count)
    return overflow ? unlimited : min(unlimited, product)
  }

  /// All characters that its sets have, or some of them.
  var alphabet: [Unicode.Scalar] {
    switch kind {
    case .empty: []
    case .set(let usual, let other): usual + other
    case .sequence(let parts), .choice(let parts): parts.flatMap(\.alphabet)
    case .repeated(let body, _, _): body.alphabet
    }
  }

  /// Writes a text of about so many characters: exactly so many, where the lengths of alternatives have no gaps.
  func write(_ target: Int, _ text: inout String.UnicodeScalarView, _ random: inout SplitMix64) {
    let target = min(max(target, least), most)
    switch kind {
    case .empty: break
    case .set(let usual, let other):
      let list = usual.isEmpty || !other.isEmpty && random.once(in: 24) ? other : usual
      if let scalar = random.element(list) { text.append(scalar) }
    case .sequence(let parts): Self.write(parts[...], target, &text, &random)
    case .choice(let branches):
      let short = branches.filter { $0.least <= target }
      let fitting = short.filter { target <= $0.most }
      random.element(fitting.isEmpty ? short : fitting)?.write(target, &text, &random)
    case .repeated(let body, let low, let high):
      let fewest = body.most == 0 ? low : max(low, (target + body.most - 1) / body.most)
      let largest = body.least == 0 ? max(fewest, min(high, fewest + 2)) : min(high, target / body.least)
      let count = fewest < largest ? random.within(fewest...largest) : fewest
      // A body that may be empty is repeated as often as it has to be.
      guard body.most > 0 else { return }
      Self.write(ArraySlice(repeatElement(body, count: min(count, target))), target, &text, &random)
    }
  }

  /// Distributes the characters beyond the least among the parts.
  private static func write(
    _ parts: ArraySlice<PatternShape>, _ target: Int, _ text: inout String.UnicodeScalarView,
    _ random: inout SplitMix64
  ) {
    var rest = max(0, target - sum(parts.map(\.least)))
    var capacity = parts.reduce(0) { min(unlimited, $0 + $1.most - $1.least) }
    for part in parts {
      let own = part.most - part.least
      if capacity < unlimited { capacity -= own }
      let needed = capacity < unlimited ? max(0, rest - capacity) : 0
      let most = min(own, rest)
      let share = needed < most ? random.within(needed...most) : most
      part.write(part.least + share, &text, &random)
      rest -= share
    }
  }
}

/// Characters of sets.
enum ScalarChoice {
  private static let alphanumeric: [Unicode.Scalar] = scalars(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
  private static let punctuation: [Unicode.Scalar] = scalars("-_.:/@+,;!#$%&'()*<=>?[]^`{|}~\"\\ ")
  private static let beyond: [Unicode.Scalar] = scalars(
    "éßñÅçøλЖй中文日本語한글אب٣१½²€©★→😀🎉"
      + "\u{301}\u{200D}\u{A0}\u{2028}\t\n\r\u{B}\u{1}\u{7F}\u{FE0F}\u{E000}\u{378}\u{FFFE}\u{1F3FB}\u{AD}"
  )

  private static func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  /// Some members of a set: those that texts usually have, and others.
  static func members(of set: ScalarSet) -> (usual: [Unicode.Scalar], other: [Unicode.Scalar]) {
    let usual = alphanumeric.filter(set.contains)
    var other = punctuation.filter(set.contains)
    if other.count > 24 { other.removeLast(4) }
    let isWide = usual.count == alphanumeric.count && other.count > 20
    if isWide { return (usual, other + [" ", "é", "中", "😀"].filter(set.contains)) }
    if usual.isEmpty || other.isEmpty { other += beyond.prefix(22).filter(set.contains) }
    if usual.isEmpty && other.isEmpty {
      other = beyond.filter(set.contains)
      for range in set.ranges.prefix(16) {
        for value in [range.lowerBound, range.upperBound] {
          if let scalar = Unicode.Scalar(value), set.contains(scalar) { other.append(scalar) }
        }
      }
    }
    if usual.isEmpty && other.isEmpty { other = search(set) }
    return (usual, other)
  }

  /// The first members of a set that has none of the usual characters, such as the letters of one script.
  private static func search(_ set: ScalarSet) -> [Unicode.Scalar] {
    var found: [Unicode.Scalar] = []
    for value: UInt32 in 0...0xFFF {
      if found.count >= 4 { break }
      if let scalar = Unicode.Scalar(value), set.contains(scalar) { found.append(scalar) }
    }
    return found
  }
}

/// A parsed pattern.
package struct PatternNode: Sendable {
  package indirect enum Kind: Sendable {
    case set(ScalarSet)
    case assert(Pattern.Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, low: Int, high: Int)
    /// What follows a position, or is before it, matches or does not.
    case look(PatternNode, isBehind: Bool, isNegated: Bool)
  }

  /// Whether the empty text matches: an assertion decides it by where it stands.
  enum Emptiness: Int, Sendable { case never, byAssertion, always }

  /// How a repetition is compiled.
  enum Repetition: Sendable {
    /// As so many copies of the body.
    case copies
    /// As one state that counts for each of its beginnings.
    case run
    /// As one copy of the body, whose states carry a count; a least number above 1 is made of copies.
    case counter
  }

  /// The number of repetitions that stands for no limit.
  package static let unlimited = Int.max

  package let kind: Kind
  let emptiness: Emptiness
  /// The number of instructions with counters, and of those without any.
  let size: Int
  let plainSize: Int
  let repetition: Repetition

  init(_ set: ScalarSet) { self.init(.set(set), .never, 1) }

  init(_ assertion: Pattern.Assertion) { self.init(.assert(assertion), .byAssertion, 1) }

  private init(
    _ kind: Kind, _ emptiness: Emptiness, _ size: Int, plain: Int? = nil, _ repetition: Repetition = .copies
  ) {
    self.kind = kind
    self.emptiness = emptiness
    // A size beyond every limit is as good as any other, and does not overflow.
    self.size = min(size, 1 << 20)
    plainSize = min(plain ?? size, 1 << 20)
    self.repetition = repetition
  }

  static func look(_ body: PatternNode, isBehind: Bool, isNegated: Bool) -> PatternNode {
    PatternNode(
      .look(body, isBehind: isBehind, isNegated: isNegated), .byAssertion, body.size + 2, plain: body.plainSize + 2)
  }

  static func sequence(_ parts: [PatternNode]) -> PatternNode {
    if parts.count == 1 { return parts[0] }
    let emptiness = parts.map(\.emptiness).min { $0.rawValue < $1.rawValue } ?? .always
    return PatternNode(
      .sequence(parts), emptiness, parts.reduce(0) { $0 + $1.size }, plain: parts.reduce(0) { $0 + $1.plainSize })
  }

  /// Alternatives; those that are all single characters make one class.
  static func choice(_ branches: [PatternNode]) -> PatternNode {
    if branches.count == 1 { return branches[0] }
    var united: ScalarSet? = ScalarSet()
    for branch in branches {
      guard case .set(let set) = branch.kind else {
        united = nil
        break
      }
      united = united?.union(set)
    }
    if let united { return PatternNode(united) }
    let emptiness = branches.map(\.emptiness).max { $0.rawValue < $1.rawValue } ?? .never
    let jumps = 2 * (branches.count - 1)
    return PatternNode(
      .choice(branches), emptiness, branches.reduce(jumps) { $0 + $1.size },
      plain: branches.reduce(jumps) { $0 + $1.plainSize })
  }

  static func repeated(_ body: PatternNode, _ least: Int, _ most: Int) -> PatternNode {
    if most == 0 || body.plainSize == 0 { return .sequence([]) }
    if least == 1 && most == 1 { return body }
    // A body that may be empty fills up what is missing.
    let low = body.emptiness == .always ? 0 : least
    let (size, repetition) = counted(body, low, most)
    return PatternNode(
      .repeated(body, low: low, high: most), low == 0 ? .always : body.emptiness, size,
      plain: copied(body.plainSize, low, most), repetition)
  }

  /// The node that matches the same from the text's end to its start.
  var reversed: PatternNode {
    switch kind {
    case .set, .look: self
    case .assert(let assertion): PatternNode(assertion.reversed)
    case .sequence(let parts): .sequence(parts.reversed().map(\.reversed))
    case .choice(let branches): .choice(branches.map(\.reversed))
    case .repeated(let body, let low, let high): .repeated(body.reversed, low, high)
    }
  }

  private static func copied(_ size: Int, _ low: Int, _ high: Int) -> Int {
    let least = low.multipliedReportingOverflow(by: size)
    let rest = high == unlimited ? (size + 2, false) : (high - low).multipliedReportingOverflow(by: size + 1)
    return least.overflow || rest.1 ? 1 << 20 : min(least.0, 1 << 20) + min(rest.0, 1 << 20)
  }

  /// The smallest way to compile a repetition, with what it takes.
  private static func counted(_ body: PatternNode, _ low: Int, _ high: Int) -> (size: Int, Repetition) {
    let copies = copied(body.size, low, high)
    // A few copies are faster than a counter, and `*` and `+` need none.
    if copies <= 16 || high == unlimited && low <= 1 { return (copies, .copies) }
    if case .set = body.kind { return (1, .run) }
    guard body.emptiness != .byAssertion else { return (copies, .copies) }
    let prefix = high == unlimited ? 0 : copied(body.size, max(0, low - 1), max(0, low - 1))
    let counter = prefix + body.plainSize + 3
    return counter < copies ? (counter, .counter) : (copies, .copies)
  }
}

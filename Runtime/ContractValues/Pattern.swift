/// A regular expression of JSON Schema's `pattern` (the regular subset of ECMA-262), matched in linear time.
///
/// The pattern is compiled to an NFA whose states are simulated in parallel, so no text costs more than its length
/// times the pattern's size. Counted repetitions are counters, where copies of what is repeated would be many. For ASCII
/// most patterns also have a table, which costs one lookup per byte. A look-around is an NFA of its own, which is run
/// over the whole text first. Back-references, which an automaton cannot match, are refused. As in JSON Schema, a pattern
/// matches anywhere in the text unless it is anchored.
public struct Pattern: Sendable {
  public let source: String
  /// What is not ECMA-262 and is read as in other languages, such as a leading `(?i)`, and what it is read as. `\Z` is
  /// that of Python, where it is the end of the text only.
  public let foreignSyntax: [(text: String, meaning: String)]
  private let isRewritten: Bool
  private let program: PatternProgram?
  private let table: PatternTable?

  /// An unsupported or malformed pattern.
  public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// The offset of the offending Unicode scalar in the pattern.
    public let offset: Int
  }

  package enum Assertion: Sendable, Equatable {
    case start, end, lineStart, lineEnd
    /// The border of a word; a folded one is of words in which case is ignored.
    case boundary(isNegated: Bool, isFolded: Bool)
  }

  public init(_ source: String) throws(Problem) {
    var parser = PatternParser(source)
    self.init(source, try parser.parse(), parser)
  }

  /// Compiles a pattern that the generator has already validated; an invalid one matches nothing.
  public init(checked source: String) {
    var parser = PatternParser(source)
    self.init(source, try? parser.parse(), parser)
  }

  private init(_ source: String, _ node: PatternNode?, _ parser: PatternParser) {
    self.source = source
    foreignSyntax = parser.foreignSyntax
    isRewritten = parser.hasModifiers || !parser.foreignSyntax.isEmpty
    if let node, node.plainSize <= PatternTable.programLimit,
      let table = PatternTable(PatternProgram(node, hasCounters: false))
    {
      self.table = table
    } else {
      table = nil
    }
    program = node.map { PatternProgram($0, hasCounters: true) }
  }

  /// Whether a part of `text` matches, in at most the text's length times the program's size steps.
  public func matches(_ text: String) -> Bool {
    if let matches = table?.matches(text) { return matches }
    guard let program else { return false }
    return PatternRun.matches(program, text)
  }

  /// The parsed pattern.
  package var node: PatternNode? {
    var parser = PatternParser(source)
    return try? parser.parse()
  }

  /// The pattern for engines that know no modifiers and no foreign syntax: the source, or one that matches the same
  /// without them.
  public var sourceWithoutModifiers: String {
    guard isRewritten else { return source }
    var parser = PatternParser(source)
    return (try? parser.parse())?.source ?? source
  }
}

extension Pattern.Assertion {
  func holds(_ previous: Unicode.Scalar?, _ current: Unicode.Scalar?) -> Bool {
    switch self {
    case .start: previous == nil
    case .end: current == nil
    case .lineStart: previous.map(ScalarSet.lineTerminator.contains) ?? true
    case .lineEnd: current.map(ScalarSet.lineTerminator.contains) ?? true
    case .boundary(let isNegated, let isFolded):
      (isWord(previous, isFolded) != isWord(current, isFolded)) != isNegated
    }
  }

  /// The assertion for a text that is read from its end.
  var reversed: Self {
    switch self {
    case .start: .end
    case .end: .start
    case .lineStart: .lineEnd
    case .lineEnd: .lineStart
    case .boundary: self
    }
  }

  private func isWord(_ scalar: Unicode.Scalar?, _ isFolded: Bool) -> Bool {
    scalar.map((isFolded ? ScalarSet.foldedWord : ScalarSet.word).contains) ?? false
  }
}

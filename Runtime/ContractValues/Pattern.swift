/// A regular expression of JSON Schema's `pattern` (the regular subset of ECMA-262), matched in linear time.
///
/// The pattern is compiled to an NFA whose states are simulated in parallel, so no text costs more than its length
/// times the pattern's size; for ASCII most patterns also have a table, which costs one lookup per byte. Look-around and back-references, which an automaton cannot match, are refused. As in JSON
/// Schema, a pattern matches anywhere in the text unless it is anchored.
public struct Pattern: Sendable {
  public let source: String
  let program: [Instruction]
  private let table: PatternTable?

  /// An unsupported or malformed pattern.
  public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// The offset of the offending Unicode scalar in the pattern.
    public let offset: Int
  }

  enum Instruction: Sendable {
    case scalar(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assert(Assertion)
    case match
  }

  enum Assertion: Sendable { case start, end, wordBoundary, notWordBoundary }

  public init(_ source: String) throws(Problem) {
    self.source = source
    var parser = PatternParser(source)
    program = try parser.compile()
    table = PatternTable(program)
  }

  /// Compiles a pattern that the generator has already validated; an invalid one matches nothing.
  public init(checked source: String) {
    self.source = source
    var parser = PatternParser(source)
    program = (try? parser.compile()) ?? []
    table = PatternTable(program)
  }

  /// Whether a part of `text` matches, in at most the text's length times the program's size steps.
  public func matches(_ text: String) -> Bool { table?.matches(text) ?? simulates(text) }

  private func simulates(_ text: String) -> Bool {
    var threads = ThreadList(capacity: program.count)
    var next = ThreadList(capacity: program.count)
    var pending: [Int] = []
    var previous: Unicode.Scalar?
    var iterator = text.unicodeScalars.makeIterator()
    var current = iterator.next()
    while true {
      // A new attempt begins at every position, since a pattern matches anywhere.
      if previous == nil || !beginsAtStart, add(0, to: &threads, &pending, previous, current) { return true }
      guard let scalar = current, !threads.states.isEmpty || !beginsAtStart else { return false }
      let following = iterator.next()
      next.removeAll()
      for state in threads.states {
        guard case .scalar(let set) = program[state], set.contains(scalar) else { continue }
        if add(state + 1, to: &next, &pending, scalar, following) { return true }
      }
      swap(&threads, &next)
      previous = scalar
      current = following
    }
  }

  /// Whether a match can only begin at the start of the text.
  private var beginsAtStart: Bool {
    if case .assert(.start) = program.first { true } else { false }
  }

  /// Adds a state and all states reachable from it without reading; true when the match is reached.
  private func add(
    _ start: Int, to list: inout ThreadList, _ pending: inout [Int], _ previous: Unicode.Scalar?,
    _ current: Unicode.Scalar?
  ) -> Bool {
    pending.removeAll(keepingCapacity: true)
    pending.append(start)
    while let state = pending.popLast() {
      guard state < program.count, list.visit(state) else { continue }
      switch program[state] {
      case .scalar: list.states.append(state)
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assert(let assertion):
        if assertion.holds(previous, current) { pending.append(state + 1) }
      case .match: return true
      }
    }
    return false
  }
}

/// The automaton's current states, without duplicates.
private struct ThreadList {
  var states: [Int] = []
  /// The round in which each state was last visited, so that nothing is cleared between rounds.
  private var visited: [Int]
  private var round = 1

  init(capacity: Int) { visited = [Int](repeating: 0, count: capacity) }

  mutating func visit(_ state: Int) -> Bool {
    if visited[state] == round { return false }
    visited[state] = round
    return true
  }

  mutating func removeAll() {
    states.removeAll(keepingCapacity: true)
    round += 1
  }
}

extension Pattern.Assertion {
  func holds(_ previous: Unicode.Scalar?, _ current: Unicode.Scalar?) -> Bool {
    switch self {
    case .start: previous == nil
    case .end: current == nil
    case .wordBoundary: isWord(previous) != isWord(current)
    case .notWordBoundary: isWord(previous) == isWord(current)
    }
  }

  private func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(ScalarSet.word.contains) ?? false }
}

/// A set of Unicode scalars as ranges, possibly inverted.
struct ScalarSet: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// Unicode properties (`\p{…}`); a scalar with any of them is in the set.
  var properties: [UnicodeProperty] = []
  var isInverted = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    (ranges.contains { $0.contains(scalar.value) } || properties.contains { $0.holds(scalar) }) != isInverted
  }

  static let digit = ScalarSet(ranges: [48...57])
  static let word = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
  /// ECMA-262's WhiteSpace and LineTerminator.
  static let space = ScalarSet(ranges: [
    9...13, 32...32, 160...160, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F,
    0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let notLineTerminator = ScalarSet(ranges: [10...10, 13...13, 0x2028...0x2029], isInverted: true)

  static func single(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }

  var inverted: ScalarSet { ScalarSet(ranges: ranges, isInverted: !isInverted) }

  /// The ranges with the inversion applied, for use inside another class.
  var positiveRanges: [ClosedRange<UInt32>] {
    guard isInverted else { return ranges }
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }
}

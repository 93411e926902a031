/// A program's simulation over one text: all its states at once.
struct PatternRun {
  private let program: PatternProgram
  /// Whether each look-around of the program holds, by the number of characters that have been read; empty for a run
  /// in which all hold everywhere.
  private var holds: [[Bool]] = []
  /// Where the match is reached; nil for a run that ends at the first.
  private var ends: [Bool]?
  private var pending: [(state: Int, count: Int)] = []
  private var queues: [BeginningQueue]
  /// How many characters have been read.
  private var position = 0

  private init(_ program: PatternProgram) {
    self.program = program
    queues = Array(repeating: BeginningQueue(), count: program.queueCount)
  }

  /// - Parameter isReversed: whether the program reads the text from its end.
  private init(_ program: PatternProgram, _ text: String, isReversed: Bool = false) {
    self.init(program)
    holds = program.looks.map { look in
      var run = PatternRun(look.program, text, isReversed: !look.isBehind)
      let ends = run.matchEnds(in: text, isReversed: !look.isBehind)
      let inOrder = isReversed == look.isBehind ? ends.reversed() : ends
      return look.isNegated ? inOrder.map { !$0 } : inOrder
    }
  }

  /// Whether a part of the text matches, in at most its length times the program's size steps.
  static func matches(_ program: PatternProgram, _ text: String) -> Bool {
    // Each look-around reads the whole text. In a long one none is run where the rest of the pattern fails.
    if !program.looks.isEmpty, text.utf8.count > 256 {
      var run = PatternRun(program)
      guard run.reaches(text.unicodeScalars) else { return false }
    }
    var run = PatternRun(program, text)
    return run.reaches(text.unicodeScalars)
  }

  /// Whether a match ends after each number of characters, from none to all.
  private mutating func matchEnds(in text: String, isReversed: Bool) -> [Bool] {
    ends = Array(repeating: false, count: text.unicodeScalars.count + 1)
    _ = isReversed ? reaches(text.unicodeScalars.reversed()) : reaches(text.unicodeScalars)
    return ends ?? []
  }

  private mutating func reaches(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
    let beginsAtStart = program.beginsAtStart
    var threads = ThreadList(capacity: program.instructions.count)
    var next = threads
    var previous: Unicode.Scalar?
    var iterator = scalars.makeIterator()
    var current = iterator.next()
    while true {
      // A new attempt begins at every position, since a pattern matches anywhere.
      if previous == nil || !beginsAtStart, add(0, 0, to: &threads, previous, current) { return true }
      guard let scalar = current, !threads.states.isEmpty || !beginsAtStart else { return false }
      let following = iterator.next()
      position += 1
      next.removeAll()
      // In ascending order of counts, a state is seldom reached again with a better one.
      if program.hasCounts { threads.sort() }
      for state in threads.states where step(state, threads.counts[state], scalar, to: &next, following) { return true }
      swap(&threads, &next)
      previous = scalar
      current = following
    }
  }

  /// Moves one state over a character; true when the match is reached.
  private mutating func step(
    _ state: Int, _ count: Int, _ scalar: Unicode.Scalar, to next: inout ThreadList, _ following: Unicode.Scalar?
  ) -> Bool {
    switch program.instructions[state] {
    case .scalar(let set):
      return program.sets[set].contains(scalar) && add(state + 1, count, to: &next, scalar, following)
    case .run(let set, let low, let high, let queue):
      guard program.sets[set].contains(scalar) else {
        queues[queue].removeAll(before: position)
        return false
      }
      queues[queue].advance(to: position, low: low, high: high)
      guard !queues[queue].isEmpty else { return false }
      next.list(state)
      return queues[queue].isRipe(at: position, low: low) && add(state + 1, 0, to: &next, scalar, following)
    default: return false
    }
  }

  /// Adds a state and all states reachable from it without reading; true when the match is reached.
  private mutating func add(
    _ start: Int, _ count: Int, to list: inout ThreadList, _ previous: Unicode.Scalar?, _ current: Unicode.Scalar?
  ) -> Bool {
    pending.removeAll(keepingCapacity: true)
    pending.append((start, count))
    while let (state, count) = pending.popLast() {
      guard list.visit(state, count) else { continue }
      switch program.instructions[state] {
      case .scalar: list.list(state)
      case .jump(let target): pending.append((target, count))
      case .split(let first, let second):
        pending.append((second, count))
        pending.append((first, count))
      case .assert(let assertion):
        if assertion.holds(previous, current) { pending.append((state + 1, count)) }
      case .look(let look): if holds.isEmpty || holds[look][position] { pending.append((state + 1, count)) }
      case .run(_, let low, _, let queue):
        queues[queue].add(position)
        list.list(state)
        if low == 0 { pending.append((state + 1, 0)) }
      case .enter(let first): pending.append((state + 1, first))
      case .again(let body, let limit):
        if count + 1 < limit { pending.append((body, count + 1)) }
        pending.append((state + 1, 0))
      case .atLeast(let body):
        pending.append((body, max(0, count - 1)))
        if count <= 1 { pending.append((state + 1, 0)) }
      case .match:
        guard ends != nil else { return true }
        ends?[position] = true
      }
    }
    return false
  }
}

/// The automaton's current states, without duplicates, each with its smallest count.
private struct ThreadList {
  private(set) var states: [Int] = []
  private(set) var counts: [Int]
  /// The rounds in which each state was last visited and last listed, so that nothing is cleared between rounds.
  private var visited: [Int]
  private var listed: [Int]
  private var round = 1

  init(capacity: Int) {
    counts = [Int](repeating: 0, count: capacity)
    (visited, listed) = (counts, counts)
  }

  /// False for a state that has been visited in this round with a count as small.
  mutating func visit(_ state: Int, _ count: Int) -> Bool {
    if visited[state] == round && counts[state] <= count { return false }
    visited[state] = round
    counts[state] = count
    return true
  }

  mutating func list(_ state: Int) {
    if listed[state] == round { return }
    listed[state] = round
    states.append(state)
  }

  mutating func removeAll() {
    states.removeAll(keepingCapacity: true)
    round += 1
  }

  mutating func sort() {
    let isSorted = zip(states, states.dropFirst()).allSatisfy { counts[$0] <= counts[$1] }
    if !isSorted { states.sort { counts[$0] < counts[$1] } }
  }
}

/// The positions where runs of one set of characters began that still go on, oldest first, in spans.
private struct BeginningQueue {
  private var spans: [(first: Int, last: Int)] = []
  private var head = 0

  var isEmpty: Bool { head == spans.count }

  /// Removes all but a run that begins at `position`.
  mutating func removeAll(before position: Int) {
    let isFresh = !isEmpty && spans[spans.count - 1].last == position
    spans.removeAll(keepingCapacity: true)
    head = 0
    if isFresh { spans.append((position, position)) }
  }

  mutating func add(_ position: Int) {
    if !isEmpty, spans[spans.count - 1].last >= position - 1 {
      spans[spans.count - 1].last = position
    } else {
      spans.append((position, position))
    }
  }

  /// Removes what is beyond `high` characters, and runs that can do nothing that another cannot.
  mutating func advance(to position: Int, low: Int, high: Int) {
    if isEmpty { return }
    if high == PatternNode.unlimited {
      // What began first has the most.
      spans.removeLast(spans.count - head - 1)
      spans[head].last = spans[head].first
      return
    }
    // Of those that have enough, the youngest can go on for longest.
    let ripe = position - low
    while head + 1 < spans.count, spans[head + 1].first <= ripe { head += 1 }
    if spans[head].first <= ripe { spans[head].first = min(spans[head].last, ripe) }
    if position - spans[head].first > high {
      if spans[head].first == spans[head].last { head += 1 } else { spans[head].first += 1 }
    }
    if head > 64 && head * 2 > spans.count {
      spans.removeFirst(head)
      head = 0
    }
  }

  func isRipe(at position: Int, low: Int) -> Bool { !isEmpty && position - spans[head].first >= low }
}

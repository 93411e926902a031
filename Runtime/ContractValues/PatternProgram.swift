/// A compiled pattern: an NFA as a list of instructions.
struct PatternProgram: Sendable {
  /// Sets are numbered, so that an instruction is copied without counting references.
  enum Instruction: Sendable {
    case scalar(Int)
    case split(Int, Int)
    case jump(Int)
    case assert(Pattern.Assertion)
    /// Goes on where a look-around holds.
    case look(Int)
    /// Characters of a set, from `low` to `high` of them.
    case run(Int, low: Int, high: Int, queue: Int)
    /// Begins a counted body with its first count.
    case enter(Int)
    /// Ends a counted body. Below the limit the body may follow again.
    case again(Int, limit: Int)
    /// Ends a counted body without a limit, whose count is the repetitions that are missing.
    case atLeast(Int)
    case match
  }

  /// A look-around: where its program ends, having read the text in its direction, it matches.
  struct Look: Sendable {
    let program: PatternProgram
    let isBehind: Bool
    let isNegated: Bool
  }

  private(set) var instructions: [Instruction] = []
  private(set) var looks: [Look] = []
  private(set) var sets: [ScalarMatcher] = []
  private(set) var queueCount = 0
  private(set) var hasCounts = false
  private let hasCounters: Bool

  /// - Parameter hasCounters: whether counted repetitions are compiled to counters where that is smaller.
  init(_ node: PatternNode, hasCounters: Bool) {
    self.hasCounters = hasCounters
    add(node, hasCounters)
    instructions.append(.match)
  }

  /// Whether a match can only begin at the start of the text.
  var beginsAtStart: Bool {
    if case .assert(.start) = instructions.first { true } else { false }
  }

  private mutating func add(_ node: PatternNode, _ hasCounters: Bool) {
    switch node.kind {
    case .set(let set): instructions.append(.scalar(number(set)))
    case .assert(let assertion): instructions.append(.assert(assertion))
    case .sequence(let parts): for part in parts { add(part, hasCounters) }
    case .choice(let branches): addChoice(branches, hasCounters)
    case .look(let body, let isBehind, let isNegated):
      instructions.append(.look(looks.count))
      let program = PatternProgram(isBehind ? body : body.reversed, hasCounters: self.hasCounters)
      looks.append(Look(program: program, isBehind: isBehind, isNegated: isNegated))
    case .repeated(let body, let low, let high):
      switch hasCounters ? node.repetition : .copies {
      case .copies: addCopies(body, low, high, hasCounters)
      case .run: addRun(body, low, high)
      case .counter: addCounter(body, low, high)
      }
    }
  }

  private mutating func number(_ set: ScalarSet) -> Int {
    sets.append(ScalarMatcher(set))
    return sets.count - 1
  }

  private mutating func addChoice(_ branches: [PatternNode], _ hasCounters: Bool) {
    var jumps: [Int] = []
    for branch in branches.dropLast() {
      let split = instructions.count
      instructions.append(.split(split + 1, 0))
      add(branch, hasCounters)
      jumps.append(instructions.count)
      instructions.append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = branches.last { add(last, hasCounters) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func addCopies(_ body: PatternNode, _ low: Int, _ high: Int, _ hasCounters: Bool) {
    var first: Copy?
    for _ in 0..<low { add(body, hasCounters, copying: &first) }
    if high == PatternNode.unlimited {
      let start = instructions.count
      instructions.append(.split(start + 1, 0))
      add(body, hasCounters, copying: &first)
      instructions.append(.jump(start))
      instructions[start] = .split(start + 1, instructions.count)
      return
    }
    var exits: [Int] = []
    for _ in low..<high {
      exits.append(instructions.count)
      instructions.append(.split(0, 0))
      add(body, hasCounters, copying: &first)
    }
    for exit in exits { instructions[exit] = .split(exit + 1, instructions.count) }
  }

  /// A compiled body, of which copies are made: they share its sets, and have queues of their own.
  private struct Copy {
    let instructions: [Instruction]
    let start: Int
    let queues: Range<Int>
  }

  private mutating func add(_ body: PatternNode, _ hasCounters: Bool, copying first: inout Copy?) {
    guard let copy = first else {
      let (start, queue) = (instructions.count, queueCount)
      add(body, hasCounters)
      first = Copy(instructions: Array(instructions[start...]), start: start, queues: queue..<queueCount)
      return
    }
    let (offset, queueOffset) = (instructions.count - copy.start, queueCount - copy.queues.lowerBound)
    instructions += copy.instructions.map { $0.moved(by: offset, queues: queueOffset) }
    queueCount += copy.queues.count
  }

  private mutating func addRun(_ body: PatternNode, _ low: Int, _ high: Int) {
    guard case .set(let set) = body.kind else { return }
    instructions.append(.run(number(set), low: low, high: high, queue: queueCount))
    queueCount += 1
  }

  /// A body may be repeated from 0 or 1 times up to a limit, or from any number of times on: then of two counts at one
  /// state one always allows what the other does, and only that is retained.
  private mutating func addCounter(_ body: PatternNode, _ low: Int, _ high: Int) {
    hasCounts = true
    let prefix = high == PatternNode.unlimited ? 0 : max(0, low - 1)
    addCopies(body, prefix, prefix, true)
    let skip = low == 0 ? instructions.count : nil
    if skip != nil { instructions.append(.split(0, 0)) }
    instructions.append(.enter(high == PatternNode.unlimited ? low : 0))
    let start = instructions.count
    add(body, false)
    instructions.append(high == PatternNode.unlimited ? .atLeast(start) : .again(start, limit: high - prefix))
    if let skip { instructions[skip] = .split(skip + 1, instructions.count) }
  }
}

extension PatternProgram.Instruction {
  fileprivate func moved(by offset: Int, queues: Int) -> Self {
    switch self {
    case .split(let first, let second): .split(first + offset, second + offset)
    case .jump(let target): .jump(target + offset)
    case .run(let set, let low, let high, let queue): .run(set, low: low, high: high, queue: queue + queues)
    case .again(let body, let limit): .again(body + offset, limit: limit)
    case .atLeast(let body): .atLeast(body + offset)
    case .scalar, .assert, .look, .enter, .match: self
    }
  }
}

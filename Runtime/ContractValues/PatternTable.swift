/// A pattern's automaton with its sets of states computed in advance, for text that is ASCII: one lookup per byte.
struct PatternTable: Sendable {
  /// For each state, the next state by byte.
  private var next: [UInt8] = []
  /// Whether a text that ends in a state matches.
  private var accepts: [Bool] = []

  /// The state in which a part of the text has matched.
  private static let matched: UInt8 = 255
  /// The state in which nothing can match any more.
  private static let dead: UInt8 = 254
  private static let stateLimit = 32
  static let programLimit = 128

  /// Nil for a pattern with too many states, or with word boundaries or look-around.
  init?(_ program: PatternProgram) {
    guard program.looks.isEmpty else { return nil }
    for case .assert(let assertion) in program.instructions where assertion != .start && assertion != .end {
      return nil
    }
    let isAnchored = program.beginsAtStart
    // Where each state's threads are before they read a byte. The first state is the only one at the text's start.
    var states: [[Int]] = [[]]
    while accepts.count < states.count {
      let isFirst = accepts.isEmpty
      let entries = states[accepts.count] + (isFirst || !isAnchored ? [0] : [])
      let (threads, isMatch) = Self.reached(program, entries, isFirst: isFirst, isLast: false)
      accepts.append(Self.reached(program, entries, isFirst: isFirst, isLast: true).isMatch)
      for byte in 0..<UInt8(128) {
        guard !isMatch else {
          next.append(Self.matched)
          continue
        }
        let target = threads.filter { state in
          if case .scalar(let set) = program.instructions[state] {
            program.sets[set].contains(Unicode.Scalar(byte))
          } else {
            false
          }
        }.map { $0 + 1 }
        if target.isEmpty && isAnchored {
          next.append(Self.dead)
        } else if let known = states.dropFirst().firstIndex(of: target) {
          next.append(UInt8(known))
        } else {
          guard states.count < Self.stateLimit else { return nil }
          next.append(UInt8(states.count))
          states.append(target)
        }
      }
    }
  }

  /// The reading states that are reached without reading, and whether the match is reached.
  private static func reached(
    _ program: PatternProgram, _ entries: [Int], isFirst: Bool, isLast: Bool
  ) -> (states: [Int], isMatch: Bool) {
    var seen = [Bool](repeating: false, count: program.instructions.count)
    var pending = entries
    var states: [Int] = []
    var isMatch = false
    while let state = pending.popLast() {
      guard !seen[state] else { continue }
      seen[state] = true
      switch program.instructions[state] {
      case .scalar: states.append(state)
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [second, first]
      case .assert(let assertion): if assertion == .start ? isFirst : isLast { pending.append(state + 1) }
      case .match: isMatch = true
      // A program with counters or look-around has no table.
      case .run, .enter, .again, .atLeast, .look: break
      }
    }
    return (states.sorted(), isMatch)
  }

  /// Whether a part of `text` matches; nil for text that is not ASCII.
  func matches(_ text: String) -> Bool? {
    var text = text
    return text.withUTF8 { text in
      guard ByteWord.areASCII(text) else { return nil }
      var state: UInt8 = 0
      for byte in text {
        state = next[Int(state) << 7 | Int(byte)]
        if state >= Self.dead { return state == Self.matched }
      }
      return accepts[Int(state)]
    }
  }
}

import ContractValues

/// A bounded search for values that satisfy requirements.
struct Search: Sendable {
  /// How the values that are open are chosen.
  enum Mode: Sendable { case minimal, edges, random }

  /// The position in the value that is being made.
  struct Place {
    var depth = 0
    var mode: Mode
    /// Selects among edges, and the number of edges that it selected among on the way from the root.
    var cursor = 0
    var radix = 1
    /// The number of the try, which turns the order of alternatives.
    var turn = 0
    /// The name of the property, which says what a realistic value is.
    var name: String?

    /// The place of a part. Far below the root, edges would multiply.
    func inside(_ name: String?, cursor: Int, radix: Int = 1) -> Place {
      let mode = mode == .edges && depth >= 4 ? Mode.random : mode
      return Place(depth: depth + 1, mode: mode, cursor: cursor, radix: radix, turn: turn, name: name ?? self.name)
    }
  }

  var program: SchemaProgram
  let limits: SchemaSampler.Limits
  let annotations: [Int: SchemaSampler.Annotations]
  let direction: SchemaSampler.Direction?
  let assertsFormat: Bool
  let heights: [Int]
  /// The number of schemas without those that are added for the violation of one keyword.
  let count: Int
  /// What a schema that is added is to violate.
  var breaks: [Int: Requirement] = [:]
  var random = SplitMix64(0)
  /// The steps and parts that are left for one value.
  var steps = 0
  var parts = 0
  var isExhausted: Bool { steps <= 0 }
  /// Where the search last found that requirements exclude each other.
  var blocked: (schema: Int, keyword: Keyword)?
  /// Whether any part of the search was given up before its end, so that a failure proves nothing.
  var isCut = false
  /// The largest number of alternatives on a way from the root to a part.
  var radix = 1
  /// How often no value was found for requirements in the value that is being made.
  var failures: [[Int]: Int] = [:]
  var shapes: [ByteKey: PatternShape] = [:]

  /// So many schemas may apply to one part of a value through each other.
  private static let nestingLimit = 96
  private static let choiceLimit = 64
  /// So many choices may follow each other.
  private static let branchingLimit = 1_000
  /// So many combinations of alternatives are tried before others are.
  private static let leafLimit = 12
  /// So often a part of a value may fail before it is given up wherever it occurs.
  private static let failureLimit = 4

  /// The first value that satisfies the requirements, in a limited number of tries.
  mutating func make(_ requirements: [Requirement], _ place: Place) -> JSONValue? {
    let key = requirements.map(\.key)
    guard place.depth <= limits.depth + 16, !isExhausted, failures[key, default: 0] < Self.failureLimit else {
      isCut = true
      return nil
    }
    var place = place
    parts -= 1
    let wasCut = isCut
    for turn in 0..<(place.depth == 0 ? 12 : 4) {
      place.turn = turn
      isCut = false
      if let value = attempt(requirements, place) {
        isCut = wasCut
        return value
      }
      if !isCut {
        isCut = wasCut
        return nil
      }
      if isExhausted { break }
    }
    failures[key, default: 0] += 1
    return nil
  }

  private mutating func attempt(_ requirements: [Requirement], _ place: Place) -> JSONValue? {
    var demand = Demand()
    (demand.cursor, demand.radix) = (place.cursor, place.radix)
    for requirement in requirements where !add(requirement, &demand, 0) { return nil }
    return demand.isPossible() ? decide(demand, requirements, place) : nil
  }

  /// A demand whose first choice is being made.
  private struct Branching {
    let demand: Demand
    let choice: Demand.Choice
    /// The alternatives that have not been tried, the next one last.
    var order: [Int]
  }

  /// Chooses alternatives, one choice after the other, until a value can be built.
  private mutating func decide(_ demand: Demand, _ requirements: [Requirement], _ place: Place) -> JSONValue? {
    var stack: [Branching] = []
    var next: Demand? = demand
    var leaves = 0
    while true {
      if let demand = next.take() {
        if let branching = branching(demand, place) {
          stack.append(branching)
        } else {
          leaves += 1
          if let value = decided(demand, requirements, place) { return value }
        }
      }
      guard let last = stack.indices.last else { return nil }
      guard leaves < Self.leafLimit, stack.count < Self.branchingLimit, spend(1 + stack[last].demand.size / 16) else {
        isCut = true
        return nil
      }
      guard let index = stack[last].order.popLast() else {
        stack.removeLast()
        continue
      }
      var changed = stack[last].demand
      let isPossible = stack[last].choice.alternatives[index].allSatisfy { add($0, &changed, 0) }
      if isPossible, changed.isPossible() { next = changed }
    }
  }

  private mutating func branching(_ demand: Demand, _ place: Place) -> Branching? {
    guard let choice = demand.choices.first else { return nil }
    var base = demand
    base.choices.removeFirst()
    let order = order(of: choice, place, &base)
    return Branching(demand: base, choice: choice, order: order.reversed())
  }

  private mutating func decided(_ demand: Demand, _ requirements: [Requirement], _ place: Place) -> JSONValue? {
    var demand = demand
    addDependencies(&demand)
    guard demand.isPossible(), excludeClosed(&demand), let value = build(demand, place) else { return nil }
    if !demand.isUncertain || holds(value, requirements) { return value }
    isCut = true
    return nil
  }

  /// The order in which the alternatives are tried.
  private mutating func order(of choice: Demand.Choice, _ place: Place, _ demand: inout Demand) -> [Int] {
    let indices = Array(choice.alternatives.indices)
    if place.depth >= limits.depth || place.mode == .minimal || parts <= 0 {
      let heights = choice.alternatives.map(height)
      let sorted = indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
      return Self.rotated(sorted, by: place.turn)
    }
    if place.mode == .random { return Self.rotated(indices, by: random.below(indices.count)) }
    if choice.isNegation { return Self.rotated(indices, by: place.turn + place.cursor) }
    let start = digit(indices.count, &demand)
    return Self.rotated(indices, by: start + place.turn)
  }

  /// Adds what required properties need beside them.
  private mutating func addDependencies(_ demand: inout Demand) {
    guard !demand.dependencies.isEmpty else { return }
    var next = 0
    while next < demand.required.count, spend(1 + demand.dependencies.count / 16) {
      let name = ByteKey(demand.required[next].key)
      for dependency in demand.dependencies where ByteKey(dependency.name) == name {
        demand.require(dependency.needed)
      }
      next += 1
    }
  }

  /// Removes the type of objects where a schema forbids what another requires; false where no type is left.
  private mutating func excludeClosed(_ demand: inout Demand) -> Bool {
    guard demand.types.contains(.object), !demand.required.isEmpty else { return true }
    for rule in demand.memberRules where rule.additional != nil || !rule.patterns.isEmpty {
      guard spend(1 + demand.required.count * (1 + rule.patterns.count) / 16) else { return true }
      for member in demand.required {
        guard let schema = rule.schemas(for: member.key).first(where: isNever) else { continue }
        demand.types.remove(.object)
        return demand.isPossible() || block(schema, .never)
      }
    }
    return true
  }

  /// The next digit of the cursor, one of so many.
  mutating func digit(_ count: Int, _ demand: inout Demand) -> Int {
    guard count > 1 else { return 0 }
    let digit = demand.cursor % count
    demand.cursor /= count
    demand.radix = min(demand.radix, 1 << 20) * count
    radix = max(radix, demand.radix)
    return digit
  }

  static func rotated(_ list: [Int], by turn: Int) -> [Int] {
    guard list.count > 1 else { return list }
    let start = turn % list.count
    return Array(list[start...] + list[..<start])
  }

  mutating func spend(_ cost: Int = 1) -> Bool {
    steps -= cost
    if steps > 0 { return true }
    isCut = true
    return false
  }

  mutating func block(_ schema: Int, _ keyword: Keyword) -> Bool {
    blocked = (schema, keyword)
    return false
  }

  /// Adds a requirement; false where it excludes what is required already.
  mutating func add(_ requirement: Requirement, _ demand: inout Demand, _ nesting: Int) -> Bool {
    guard spend(), nesting < Self.nestingLimit else {
      isCut = true
      return false
    }
    switch requirement {
    case .schema(let index, let scope): return addSchema(index, scope, &demand, nesting + 1)
    case .fails(let index, let scope): return addFailure(index, scope, &demand, nesting + 1)
    case .broken(let index, let keyword, let part, let scope):
      return addBroken(index, keyword, part, scope, &demand, nesting + 1)
    case .values(let values): demand.admitOnly(values)
    case .present(let name):
      demand.limit(.object)
      demand.require(name)
    case .absent(let name): demand.forbid(name)
    case .member(let name, let requirements): demand.members.append((name, requirements))
    case .item(let index, let requirements):
      demand.limit(.array)
      demand.items.append((index, requirements))
      demand.minItems = max(demand.minItems, index + 1)
    case .text: demand.limit(.string)
    }
    return demand.isPossible()
  }

  /// Adds a choice. The only alternative is none, and too many are not all tried.
  mutating func choose(
    _ alternatives: [[Requirement]], isNegation: Bool = false, _ demand: inout Demand, _ nesting: Int
  ) -> Bool {
    if alternatives.count == 1 { return alternatives[0].allSatisfy { add($0, &demand, nesting) } }
    var alternatives = alternatives
    if alternatives.count > Self.choiceLimit && isNegation {
      isCut = true
      alternatives.removeLast(alternatives.count - Self.choiceLimit)
    }
    demand.choices.append(Demand.Choice(alternatives: alternatives, isNegation: isNegation))
    return !alternatives.isEmpty
  }

  /// Whether the validator agrees that a value satisfies requirements. What depends on a dynamic scope is left to the
  /// validation of the whole value.
  mutating func holds(_ value: JSONValue, _ requirements: [Requirement]) -> Bool {
    for requirement in requirements {
      let isFine =
        switch requirement {
        case .schema(let index, let scope) where scope.isEmpty && index < count: admits(value, index)
        case .fails(let index, let scope) where scope.isEmpty && index < count: !admits(value, index)
        default: true
        }
      if !isFine { return false }
    }
    return true
  }

  mutating func admits(_ value: JSONValue, _ schema: Int) -> Bool {
    _ = spend(8)
    return program.admits(value, schema: schema, assertsFormat: assertsFormat)
  }
}

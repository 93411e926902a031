import ContractValues

extension Search {
  mutating func array(_ demand: inout Demand, _ place: Place) -> JSONValue? {
    guard demand.minItems <= limits.parts else {
      isCut = true
      return nil
    }
    let limit = demand.minItems + (parts > 0 && place.depth < limits.depth ? limits.items : 0)
    let least = min(max(demand.minItems, neededItems(demand)), demand.maxItems)
    let range = least...max(least, min(limit, demand.maxItems, evaluatedItems(demand)))
    var count = least
    switch place.mode {
    case .minimal: count = place.turn > 2 ? random.within(range) : least
    case .edges:
      // Items can only be at their edges where there are any.
      let counts = [min(max(least, 1), range.upperBound), range.lowerBound, range.upperBound]
      count = counts[digit(counts.count, &demand)]
      if place.turn > 2 { count = random.within(range) }
    case .random: count = random.within(least...min(range.upperBound, least + 4))
    }
    let items = demand.hasDuplicate ? duplicated(demand, max(2, count), place) : items(demand, count, place)
    // Another number of items may be possible.
    if items == nil { isCut = true }
    return items.map { .array($0) }
  }

  /// So many items are allowed where others are forbidden by `unevaluatedItems`.
  private func evaluatedItems(_ demand: Demand) -> Int {
    let isClosed = demand.unevaluatedItems.contains { rule in
      if case .schema(let schema, _) = rule { isNever(schema) } else { false }
    }
    let isOpen = demand.itemRules.contains { $0.rest != nil } || demand.contains.contains { $0.most == nil }
    return !isClosed || isOpen ? .max : demand.itemRules.map(\.prefix.count).max() ?? 0
  }

  /// So many items are needed for each `contains` to have its own.
  private func neededItems(_ demand: Demand) -> Int {
    demand.contains.reduce(0) { min(limits.parts, $0 + max(0, min($1.least, limits.parts))) }
  }

  private mutating func items(_ demand: Demand, _ count: Int, _ place: Place) -> [JSONValue]? {
    let contained = contained(demand, count, place)
    var items: [JSONValue] = []
    var seen: Set<JSONValue> = []
    for index in 0..<count {
      let requirements = itemRequirements(demand, index, contained, place)
      var made: JSONValue?
      for turn in 0..<(demand.isUnique ? 24 : 1) {
        var inner = place.inside(
          nil, cursor: turn == 0 && index == 0 ? demand.cursor : index + turn, radix: demand.radix)
        if turn > 4 { inner.mode = .random }
        guard let value = make(requirements, inner) else { break }
        guard demand.isUnique, seen.contains(value) else {
          made = value
          break
        }
      }
      guard let made else { return index >= demand.minItems && contained.isEmpty ? items : nil }
      if demand.isUnique { seen.insert(made) }
      items.append(made)
    }
    return items
  }

  private mutating func duplicated(_ demand: Demand, _ count: Int, _ place: Place) -> [JSONValue]? {
    guard let items = items(demand, count - 1, place), let last = items.last else { return nil }
    return items + [last]
  }

  /// Which items are to match which `contains`: those at the end first, which no prefix limits.
  private mutating func contained(_ demand: Demand, _ count: Int, _ place: Place) -> [Int: [Int]] {
    var result: [Int: [Int]] = [:]
    var next = count - 1
    for (rule, contains) in demand.contains.enumerated() {
      var chosen: Set<Int> = []
      for _ in 0..<max(0, min(contains.least, count)) {
        if next < 0 || place.turn % 3 == 2 { next = random.below(count) }
        while chosen.contains(next) { next = (next + 1) % count }
        chosen.insert(next)
        next -= 1
      }
      if place.turn % 3 == 1 { next = count - 1 }
      for index in chosen { result[index, default: []].append(rule) }
    }
    return result
  }

  private func itemRequirements(
    _ demand: Demand, _ index: Int, _ contained: [Int: [Int]], _ place: Place
  ) -> [Requirement] {
    var result: [Requirement] = []
    var isEvaluated = false
    for rule in demand.itemRules {
      if index < rule.prefix.count {
        result.append(.schema(rule.prefix[index], rule.scope))
        isEvaluated = true
      } else if let rest = rule.rest {
        result.append(.schema(rest, rule.scope))
        isEvaluated = true
      }
    }
    for (own, requirements) in demand.items where own == index { result += requirements }
    for (number, rule) in demand.contains.enumerated() {
      if contained[index]?.contains(number) ?? false {
        result.append(.schema(rule.schema, rule.scope))
        isEvaluated = true
      } else if rule.most != nil {
        result.append(.fails(rule.schema, rule.scope))
      }
    }
    if isEvaluated && place.turn <= 3 || demand.unevaluatedItems.isEmpty { return result }
    if !isEvaluated, let rule = demand.contains.first(where: { $0.most == nil }) {
      result.append(.schema(rule.schema, rule.scope))
    } else {
      result += demand.unevaluatedItems
    }
    return result
  }
}

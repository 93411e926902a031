import ContractValues

extension Search {
  mutating func object(_ demand: inout Demand, _ place: Place) -> JSONValue? {
    guard demand.minProperties <= limits.parts, demand.required.count <= limits.parts else {
      isCut = true
      return nil
    }
    var names = JSONObject<Bool>()
    for member in demand.required { guard include(member.key, &names, demand) else { return nil } }
    guard names.count <= demand.maxProperties, names.allSatisfy({ isAllowed($0.key, demand, place) }) else {
      return nil
    }
    let (cursor, radix) = (demand.cursor, demand.radix)
    for name in optionalNames(demand, place) { addOptional(name, &names, demand, place) }
    fill(&names, demand, place)
    var object = JSONObject<JSONValue>()
    for name in ordered(names, demand) {
      let inner = place.inside(name, cursor: cursor, radix: radix)
      if let value = make(memberRequirements(name, demand, place), inner) {
        object[name] = value
      } else if demand.required[name] != nil || isExhausted {
        return nil
      }
    }
    guard object.count >= demand.minProperties || fillLate(&object, demand, place) else {
      isCut = true
      return nil
    }
    return .object(object)
  }

  /// Adds a name with those that it needs; false where one of them must be absent.
  private func include(_ name: String, _ names: inout JSONObject<Bool>, _ demand: Demand) -> Bool {
    var pending = [name]
    while let next = pending.popLast() {
      if names[next] != nil { continue }
      guard demand.absent[next] == nil else { return false }
      names[next] = true
      for dependency in demand.dependencies where ByteKey(dependency.name) == ByteKey(next) {
        pending.append(dependency.needed)
      }
    }
    return true
  }

  private mutating func addOptional(
    _ name: String, _ names: inout JSONObject<Bool>, _ demand: Demand, _ place: Place
  ) {
    var more = names
    guard spend(1 + demand.dependencies.count / 16), include(name, &more, demand), more.count <= demand.maxProperties
    else { return }
    let added = more.suffix(more.count - names.count)
    if added.allSatisfy({ isAllowed($0.key, demand, place) }) { names = more }
  }

  /// Whether a property of the name can be there: no schema forbids it, and the name itself is allowed.
  private mutating func isAllowed(_ name: String, _ demand: Demand, _ place: Place) -> Bool {
    let rules = demand.memberRules.reduce(1) { $0 + 1 + $1.patterns.count }
    guard spend(rules / 4 + 1), demand.absent[name] == nil else { return false }
    let isForbidden = memberRequirements(name, demand, place).contains { requirement in
      if case .schema(let schema, _) = requirement { isNever(schema) } else { false }
    }
    if isForbidden { return false }
    if let wrong = demand.wrongName, ByteKey(wrong) == ByteKey(name) { return true }
    return holds(.string(name), demand.nameRules)
  }

  /// The optional properties that the value is to have.
  private mutating func optionalNames(_ demand: Demand, _ place: Place) -> [String] {
    guard place.depth < limits.depth, parts > 0, place.mode != .minimal else { return [] }
    var known = JSONObject<Bool>()
    for rule in demand.memberRules {
      for member in rule.properties
      where demand.required[member.key] == nil && demand.absent[member.key] == nil && isInDirection(member.value) {
        known[member.key] = true
      }
    }
    var names = Array(known.keys.prefix(max(0, parts)))
    if place.mode == .random {
      var own = random
      names = names.filter { _ in own.below(3) > 0 }
      random = own
    } else if names.count > 0, place.depth < 3 {
      // One after the other is absent, and in the first value none.
      let count = min(names.count, 16) + 1
      // In the next round another one, so that no property is always absent where it is at one of its edges.
      let left = (demand.cursor + demand.cursor / count) % count
      self.radix = max(self.radix, min(demand.radix * 2 * count, 1 << 20))
      if left > 0 { names.remove(at: left - 1) }
    }
    let takesOthers = demand.memberRules.contains {
      !$0.patterns.isEmpty || $0.additional.map { !isNever($0) } ?? false
    }
    if takesOthers, random.once(in: 2), let name = freshName(JSONObject(names.map { ($0, true) }), demand, place, 0) {
      names.append(name)
    }
    return names
  }

  private func isInDirection(_ schema: Int) -> Bool {
    guard let direction, let annotation = annotations[schema] else { return true }
    return direction == .request ? !annotation.isReadOnly : !annotation.isWriteOnly
  }

  /// Adds names up to `minProperties`: known ones first.
  private mutating func fill(_ names: inout JSONObject<Bool>, _ demand: Demand, _ place: Place) {
    guard names.count < demand.minProperties else { return }
    for rule in demand.memberRules {
      for member in rule.properties where names.count < demand.minProperties {
        addOptional(member.key, &names, demand, place)
      }
    }
    var tries = 0
    while names.count < demand.minProperties, tries < 4 * demand.minProperties + 16, spend() {
      if let name = freshName(names, demand, place, tries) { addOptional(name, &names, demand, place) }
      tries += 1
    }
  }

  /// Adds members in place of optional ones for which no value was found.
  private mutating func fillLate(_ object: inout JSONObject<JSONValue>, _ demand: Demand, _ place: Place) -> Bool {
    var names = JSONObject(object.map { ($0.key, true) })
    for tries in 0..<(demand.minProperties + 8) where object.count < demand.minProperties {
      guard let name = freshName(names, demand, place, tries) else { continue }
      names[name] = true
      object[name] = make(memberRequirements(name, demand, place), place.inside(name, cursor: tries))
    }
    return object.count >= demand.minProperties
  }

  /// A name that no schema lists, or that matches a pattern of `patternProperties`.
  private mutating func freshName(_ names: JSONObject<Bool>, _ demand: Demand, _ place: Place, _ turn: Int) -> String? {
    let patterns = demand.memberRules.flatMap { $0.patterns.map(\.pattern) }
    var candidates: [String] = []
    if !patterns.isEmpty, let name = matchingName(patterns[turn % patterns.count], besides: nil) {
      candidates.append(name)
    }
    if !demand.nameRules.isEmpty {
      let inner = Place(depth: place.depth + 1, mode: turn == 0 ? place.mode : .random, cursor: turn)
      if let name = make(demand.nameRules + [.text], inner)?.text { candidates.append(name) }
    }
    candidates.append(turn < Self.freshNames.count ? Self.freshNames[turn] : "extra\(turn)")
    return candidates.first { names[$0] == nil && isAllowed($0, demand, place) }
  }

  /// The names in the order of the schemas, those that none lists last.
  private func ordered(_ names: JSONObject<Bool>, _ demand: Demand) -> [String] {
    var result = JSONObject<Bool>()
    for rule in demand.memberRules {
      for member in rule.properties where names[member.key] != nil { result[member.key] = true }
    }
    for member in names { result[member.key] = true }
    return result.keys
  }

  private func memberRequirements(_ name: String, _ demand: Demand, _ place: Place) -> [Requirement] {
    var result: [Requirement] = []
    var isEvaluated = false
    for rule in demand.memberRules {
      let schemas = rule.schemas(for: name)
      result += schemas.map { .schema($0, rule.scope) }
      isEvaluated = isEvaluated || !schemas.isEmpty
    }
    for (own, requirements) in demand.members where ByteKey(own) == ByteKey(name) { result += requirements }
    if !isEvaluated || place.turn > 3 && demand.required[name] == nil { result += demand.unevaluatedProperties }
    return result
  }
}

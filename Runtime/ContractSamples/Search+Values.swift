import ContractValues

/// Values for what is required of them.
extension Search {
  private static let order: [JSONTypes] = [.object, .array, .string, .integer, .number, .boolean, .null]

  mutating func build(_ demand: Demand, _ place: Place) -> JSONValue? {
    var demand = demand
    if let values = demand.values { return listed(values, &demand, place) }
    if !demand.suggested.isEmpty, let value = suggested(&demand, place) { return value }
    let types = types(demand)
    guard !types.isEmpty else { return nil }
    var start = 0
    switch place.mode {
    case .minimal: break
    case .edges: start = digit(types.count, &demand)
    case .random: start = random.below(types.count)
    }
    for index in Self.rotated(Array(types.indices), by: start + place.turn) {
      if let value = value(types[index], demand, place) { return value }
      guard spend() else { break }
    }
    return nil
  }

  private mutating func value(_ type: JSONTypes, _ demand: Demand, _ place: Place) -> JSONValue? {
    var demand = demand
    switch type {
    case .null: return demand.excluded.contains(.null) ? nil : .null
    case .boolean:
      let both = [JSONValue.boolean(true), .boolean(false)].filter { !demand.excluded.contains($0) }
      return place.mode == .edges ? both.isEmpty ? nil : both[digit(both.count, &demand)] : random.element(both)
    case .integer, .number:
      if type == .integer { demand.types.remove(.number) }
      let number = number(&demand, place)
      if number == nil { isCut = true }
      return number.map { .number($0) }
    case .string:
      let text = text(&demand, place)
      if text == nil { isCut = true }
      return text.map { .string($0) }
    case .array: return array(&demand, place)
    default: return object(&demand, place)
    }
  }

  /// The types to try: those that the schemas have keywords for come first, or alone where any value will do.
  private func types(_ demand: Demand) -> [JSONTypes] {
    var types = Self.order.filter { demand.types.contains($0) }
    // A number is tried with and without a fraction by the same lattices.
    if demand.types.isSuperset(of: [.number, .integer]) { types.removeAll { $0 == .integer } }
    let hinted = types.filter { !demand.hinted.isDisjoint(with: $0.expanded) }
    return hinted.isEmpty && demand.types == .all
      ? [.string, .number, .boolean, .null, .array, .object]
      : hinted + types.filter { demand.hinted.isDisjoint(with: $0.expanded) }
  }

  private mutating func listed(_ values: [JSONValue], _ demand: inout Demand, _ place: Place) -> JSONValue? {
    let fitting = values.filter { value in
      guard demand.admitsType(of: value) else { return false }
      return switch value {
      case .number(let number): demand.fits(number)
      case .string(let text): demand.fits(text)
      default: !demand.excluded.contains(value)
      }
    }
    demand.isUncertain = true
    guard !fitting.isEmpty else { return nil }
    switch place.mode {
    case .minimal: return fitting[place.turn % fitting.count]
    case .edges: return fitting[(digit(fitting.count, &demand) + place.turn) % fitting.count]
    case .random: return random.element(fitting)
    }
  }

  /// A default or an example; the other edges are as likely.
  private mutating func suggested(_ demand: inout Demand, _ place: Place) -> JSONValue? {
    let chosen =
      switch place.mode {
      case .minimal: place.turn
      case .edges: digit(demand.suggested.count + 1, &demand) - 1 + place.turn
      case .random: random.once(in: 3) ? random.below(demand.suggested.count) : -1
      }
    guard demand.suggested.indices.contains(chosen) else { return nil }
    let value = demand.suggested[chosen]
    return listed([value], &demand, place)
  }
}

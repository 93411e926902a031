import ContractValues

/// The numbers that are multiples of a step between two bounds, by their factors.
struct NumberLattice {
  let step: ExactDecimal
  var low: Int128?
  var high: Int128?

  /// Nil where the bounds and the step have too many digits between them.
  init?(_ demand: Demand, step: ExactDecimal) {
    guard step != .zero else { return nil }
    self.step = step.significand < 0 ? ExactDecimal(scaled: -step.significand, exponent: step.exponent) : step
    if let lower = demand.lower {
      guard let (factor, isExact) = Self.divided(lower.value, by: self.step) else { return nil }
      low = isExact && !lower.isOpen ? factor : factor + 1
    }
    if let upper = demand.upper {
      guard let (factor, isExact) = Self.divided(upper.value, by: self.step) else { return nil }
      high = isExact && upper.isOpen ? factor - 1 : factor
    }
  }

  /// The largest integer that is not above the quotient, and whether it is the quotient.
  private static func divided(_ value: ExactDecimal, by step: ExactDecimal) -> (Int128, Bool)? {
    guard let (first, second, _) = aligned(value, step), second != 0 else { return nil }
    let (quotient, rest) = first.quotientAndRemainder(dividingBy: second)
    return (rest < 0 ? quotient - 1 : quotient, rest == 0)
  }

  private static func aligned(_ left: ExactDecimal, _ right: ExactDecimal) -> (Int128, Int128, exponent: Int)? {
    let exponent = min(left.exponent, right.exponent)
    guard let first = scaled(left, to: exponent), let second = scaled(right, to: exponent) else { return nil }
    return (first, second, exponent)
  }

  private static func scaled(_ value: ExactDecimal, to exponent: Int) -> Int128? {
    guard value.exponent - exponent < 38 else { return value == .zero ? 0 : nil }
    var result = value.significand
    for _ in 0..<(value.exponent - exponent) {
      let (next, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow || next.magnitude > 1 << 120 { return nil }
      result = next
    }
    return result
  }

  /// The least number that is a multiple of both; nil beyond the digits of a decimal.
  static func common(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
    guard let (first, second, exponent) = aligned(left, right), first != 0, second != 0 else { return nil }
    var (divisor, rest) = (first.magnitude, second.magnitude)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    let (product, overflow) = (first.magnitude / divisor).multipliedReportingOverflow(by: second.magnitude)
    return overflow || product > 1 << 120 ? nil : ExactDecimal(Int128(product), exponent)
  }

  /// Whether there are many numbers.
  var isWide: Bool {
    guard let low, let high else { return true }
    return high - low > 100
  }

  func value(_ factor: Int128) -> ExactDecimal? {
    let (product, overflow) = step.significand.multipliedReportingOverflow(by: factor)
    return overflow ? nil : ExactDecimal(product, step.exponent)
  }

  /// A factor within the bounds, or near to the only one.
  func factor(_ random: inout SplitMix64) -> Int128 {
    let span: Int128 = 1_000
    let low = self.low ?? self.high.map { $0 - span } ?? 0
    let high = self.high ?? low + span
    guard high > low else { return low }
    return low + Int128(random.below(Int(clamping: high - low + 1)))
  }
}

extension Search {
  mutating func number(_ demand: inout Demand, _ place: Place) -> ExactDecimal? {
    let lattices = lattices(demand)
    switch place.mode {
    case .minimal:
      if let value = likely(demand, lattices) ?? edges(demand, lattices).first { return value }
    case .edges:
      let edges = edges(demand, lattices)
      if !edges.isEmpty { return edges[digit(edges.count, &demand)] }
    case .random: if random.once(in: 8), let value = random.element(edges(demand, lattices)) { return value }
    }
    if let name = place.name, let value = RealisticValues.number(name, &random).flatMap({ demand.fits($0) ? $0 : nil })
    {
      return value
    }
    for _ in 0..<8 {
      for lattice in lattices {
        if let value = lattice.value(lattice.factor(&random)), demand.fits(value) { return value }
      }
    }
    return edges(demand, lattices).first
  }

  private func likely(_ demand: Demand, _ lattices: [NumberLattice]) -> ExactDecimal? {
    [ExactDecimal(1), .zero].first(where: demand.fits)
  }

  /// The lattices to look for numbers in: that of the steps, or without any those of whole numbers and fractions.
  private func lattices(_ demand: Demand) -> [NumberLattice] {
    var steps = demand.steps
    if !demand.types.contains(.number) { steps.append(ExactDecimal(1)) }
    if let first = steps.first {
      let common = steps.dropFirst().reduce(Optional(first)) { common, step in
        common.flatMap { NumberLattice.common($0, step) }
      }
      return common.flatMap { NumberLattice(demand, step: $0) }.map { [$0] } ?? []
    }
    var result = [0, -2, -6, -12, -20, -30].compactMap { power in
      ExactDecimal(1, power).flatMap { NumberLattice(demand, step: $0) }
    }
    // Coarse steps suffice where they have many numbers.
    if let wide = result.firstIndex(where: \.isWide) {
      result.removeLast(max(0, result.count - wide - 2))
    }
    return result
  }

  /// The numbers at the bounds and beside them, and those at the limits of formats.
  private func edges(_ demand: Demand, _ lattices: [NumberLattice]) -> [ExactDecimal] {
    var found: [ExactDecimal?] = []
    if let lower = demand.lower { found.append(lower.value) }
    if let upper = demand.upper { found.append(upper.value) }
    for lattice in lattices {
      if let low = lattice.low { found += [lattice.value(low), lattice.value(low + 1)] }
      if let high = lattice.high { found += [lattice.value(high), lattice.value(high - 1)] }
      if lattice.low == nil || lattice.high == nil { found += [lattice.value(0), lattice.value(1), lattice.value(-1)] }
    }
    found += [
      .zero, ExactDecimal(1), ExactDecimal(-1), ExactDecimal("0.5"), ExactDecimal("-0.1"), ExactDecimal("0.001"),
    ]
    if let lower = demand.lower { found += Self.offsets.map { try? lower.value + $0 } }
    if let upper = demand.upper {
      found += Self.offsets.map { try? upper.value + ExactDecimal(scaled: -$0.significand, exponent: $0.exponent) }
    }
    if let lower = demand.lower, let upper = demand.upper, let half = ExactDecimal("0.5") {
      found.append((try? lower.value + upper.value).flatMap { try? $0 * half })
    }
    found += Self.limits.map { ExactDecimal($0) }
    found += demand.brokenSteps.flatMap { step in
      [1, 3, 7].map { count in
        ExactDecimal(step.significand * count, step.exponent - 1)
      }
    }
    var result: [ExactDecimal] = []
    for case let value? in found where demand.fits(value) && !result.contains(value) { result.append(value) }
    return result
  }

  private static let offsets = [0, -1, -2, -6, -12, -30].compactMap { ExactDecimal(1, $0) }
  private static let limits = [
    "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
    "2147483648", "9223372036854775808", "18446744073709551616", "1e39", "1e309", "0.25",
  ]
}

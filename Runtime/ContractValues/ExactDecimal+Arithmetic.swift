extension ExactDecimal: Comparable, CustomStringConvertible {
  public var description: String { text() }

  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if let first = left.short, let second = right.short {
      // Different signs, and a zero, decide whatever the exponents are.
      if left.exponent == right.exponent || first ^ second < 0 || first == 0 || second == 0 { return first < second }
      if let (first, second, _) = aligned(left, right) { return first < second }
    }
    if left.exponent == right.exponent { return left.significand < right.significand }
    if left.significand.signum() != right.significand.signum() {
      return left.significand.signum() < right.significand.signum()
    }
    let isNegative = left.significand < 0
    let (leftSize, rightSize) = (left.magnitudeOrder, right.magnitudeOrder)
    if leftSize != rightSize { return (leftSize < rightSize) != isNegative }
    // Of equal order, both have at most 34 digits once aligned to the smaller exponent.
    let low = min(left.exponent, right.exponent)
    return left.significand * powersOfTen[left.exponent - low] < right.significand * powersOfTen[right.exponent - low]
  }

  /// The number of digits before the point; negative when the value begins with zeros after it.
  private var magnitudeOrder: Int {
    let magnitude = significand.magnitude
    var digits = 1
    while digits < Self.powersOfTen.count, magnitude >= Self.powersOfTen[digits].magnitude { digits += 1 }
    return digits + exponent
  }

  /// Two significands of one exponent, if they fit 64 bits.
  private static func aligned(
    _ left: ExactDecimal, _ right: ExactDecimal
  ) -> (left: Int64, right: Int64, exponent: Int)? {
    guard let first = left.short, let second = right.short else { return nil }
    let shift = left.exponent - right.exponent
    if shift == 0 { return (first, second, left.exponent) }
    if shift > 0 { return scaled(first, shift).map { ($0, second, right.exponent) } }
    return scaled(second, -shift).map { (first, $0, left.exponent) }
  }

  /// `significand` × 10^`power`, if it fits 64 bits.
  static func scaled(_ significand: Int64, _ power: Int) -> Int64? {
    guard power < shortPowersOfTen.count else { return significand == 0 ? 0 : nil }
    let (value, overflow) = significand.multipliedReportingOverflow(by: shortPowersOfTen[power])
    return overflow ? nil : value
  }

  private static let shortPowersOfTen: [Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
  ]
}

extension ExactDecimal {
  /// Below it the exponent of a number of 64 bits is within the limit also when normalized.
  private static let safeExponent = exponentLimit - 20

  public static func + (left: ExactDecimal, right: ExactDecimal) throws(Overflow) -> ExactDecimal {
    if let (first, second, exponent) = aligned(left, right), abs(exponent) < safeExponent {
      let (sum, overflow) = first.addingReportingOverflow(second)
      if !overflow { return ExactDecimal(normalizing: sum, exponent) }
    }
    if left.significand == 0 { return right }
    if right.significand == 0 { return left }
    let low = min(left.exponent, right.exponent)
    guard left.exponent - low < powersOfTen.count, right.exponent - low < powersOfTen.count else { throw Overflow() }
    let (first, firstOverflow) = left.significand.multipliedReportingOverflow(by: powersOfTen[left.exponent - low])
    let (second, secondOverflow) = right.significand.multipliedReportingOverflow(by: powersOfTen[right.exponent - low])
    let (sum, sumOverflow) = first.addingReportingOverflow(second)
    guard !firstOverflow, !secondOverflow, !sumOverflow, let result = ExactDecimal(sum, low) else { throw Overflow() }
    return result
  }

  public static func * (left: ExactDecimal, right: ExactDecimal) throws(Overflow) -> ExactDecimal {
    let exponent = left.exponent + right.exponent
    if let first = left.short, let second = right.short, abs(exponent) < safeExponent {
      let (product, overflow) = first.multipliedReportingOverflow(by: second)
      if !overflow { return ExactDecimal(normalizing: product, exponent) }
    }
    let (product, overflow) = left.significand.multipliedReportingOverflow(by: right.significand)
    guard !overflow, let result = ExactDecimal(product, exponent) else { throw Overflow() }
    return result
  }

  /// Whether the value is `step` times an integer.
  public func isMultiple(of step: ExactDecimal) -> Bool {
    guard step.significand != 0, significand != 0 else { return step.significand != 0 }
    if let unit = step.short, unit.magnitude == 1, exponent >= step.exponent { return true }
    if let (value, step, _) = Self.aligned(self, step) {
      // Only division by minus one could overflow.
      return step == -1 || value % step == 0
    }
    let shift = exponent - step.exponent
    guard shift >= 0 else {
      // The value has more decimal digits than the step: it is a multiple only if its significand is one of the scaled
      // step.
      guard -shift < Self.powersOfTen.count else { return false }
      let (scaled, overflow) = step.significand.multipliedReportingOverflow(by: Self.powersOfTen[-shift])
      return !overflow && significand % scaled == 0
    }
    // The step's significand, reduced by the common divisor, must divide 10^shift: only factors of 2 and 5 may remain.
    var (rest, divisor) = (step.significand.magnitude, significand.magnitude)
    while divisor != 0 { (rest, divisor) = (divisor, rest % divisor) }
    rest = step.significand.magnitude / rest
    for prime: UInt128 in [2, 5] {
      var left = shift
      while left > 0, rest % prime == 0 {
        rest /= prime
        left -= 1
      }
    }
    return rest == 1
  }
}

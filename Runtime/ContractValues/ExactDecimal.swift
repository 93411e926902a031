/// A decimal number of at most 34 significant digits, exact: money never passes through binary floating point.
///
/// Values are kept without trailing zeros, so `12.50` equals `12.5`.
public struct ExactDecimal: Sendable, Hashable {
  /// The most significant digits one value may have.
  public static let digitLimit = 34
  static let exponentLimit = 6_144

  /// The value is `significand * 10^exponent`.
  package let significand: Int128
  package let exponent: Int

  /// Thrown by arithmetic whose result has more than 34 digits.
  public struct Overflow: Error, Sendable {}

  public static let zero = ExactDecimal(0)

  public init(_ value: Int) { (significand, exponent) = Self.normalize(Int128(value), 0) }

  /// Reads a decimal literal such as `-12.50` or `1e3`; nil for anything else and for more than 34 digits.
  public init?(_ text: some StringProtocol) { self.init(ascii: ArraySlice(Array(text.utf8))) }

  /// `significand` times ten to the power of `exponent`, as the generator writes a literal: without trailing zeros,
  /// and of at most 34 digits.
  public init(scaled significand: Int128, exponent: Int) {
    self.significand = significand
    self.exponent = exponent
  }

  /// A number of at most 64 bits times a small power of ten, trailing zeros and all.
  package init(short significand: UInt64, _ exponent: Int, isNegative: Bool) {
    let (significand, exponent) = Self.normalize(significand, exponent)
    self.init(scaled: isNegative ? -Int128(significand) : Int128(significand), exponent: exponent)
  }

  init?(ascii text: ArraySlice<UInt8>) {
    if let (value, isNegative, exponent) = Self.short(text) {
      self.init(short: value, exponent, isNegative: isNegative)
    } else {
      self.init(long: text)
    }
  }

  /// A number of at most 18 digits without a power of ten, which fits 64 bits: nearly all there are.
  private static func short(_ text: ArraySlice<UInt8>) -> (value: UInt64, isNegative: Bool, exponent: Int)? {
    text.withUnsafeBufferPointer { text in
      let isNegative = text.first == UInt8(ascii: "-")
      let start = isNegative ? 1 : 0
      guard text.count > start, text.count - start <= 19, text[start] &- 48 < 10, text[text.count - 1] &- 48 < 10 else {
        return nil
      }
      var value: UInt64 = 0
      var point = text.count
      for index in start..<text.count {
        let digit = text[index] &- 48
        if digit < 10 {
          value = value &* 10 &+ UInt64(digit)
        } else if text[index] == UInt8(ascii: "."), point == text.count {
          point = index
        } else {
          return nil
        }
      }
      guard text.count - start <= 18 || point < text.count else { return nil }
      return (value, isNegative, point == text.count ? 0 : point + 1 - text.count)
    }
  }

  private static func normalize(_ significand: UInt64, _ exponent: Int) -> (UInt64, Int) {
    if significand == 0 { return (0, 0) }
    var (significand, exponent) = (significand, exponent)
    while significand % 10 == 0 {
      significand /= 10
      exponent += 1
    }
    return (significand, exponent)
  }

  private init?(long text: ArraySlice<UInt8>) {
    var rest = text
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    var significand: Int128 = 0
    var exponent = 0
    var digits = 0
    var seenPoint = false
    var significant = 0
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !seenPoint, digits > 0 {
        seenPoint = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits += 1
        if significant > 0 || byte != UInt8(ascii: "0") { significant += 1 }
        if significant > Self.digitLimit {
          // A zero beyond the limit may only be a trailing one.
          guard byte == UInt8(ascii: "0") else { return nil }
          if !seenPoint { exponent += 1 }
        } else {
          significand = significand * 10 + Int128(byte - UInt8(ascii: "0"))
          if seenPoint { exponent -= 1 }
        }
      } else {
        break
      }
      rest.removeFirst()
    }
    guard digits > 0, !(seenPoint && text[rest.startIndex - 1] == UInt8(ascii: ".")) else { return nil }
    if let byte = rest.first {
      guard byte | 0x20 == UInt8(ascii: "e") else { return nil }
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") {
        rest.removeFirst()
        if rest.first == UInt8(ascii: "-") { return nil }
      }
      let isBelow = rest.first == UInt8(ascii: "-")
      if isBelow { rest.removeFirst() }
      guard !rest.isEmpty, rest.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
      let power = rest.drop { $0 == UInt8(ascii: "0") }
      // Of zero any power is zero; of anything else one of so many digits is out of range.
      if significand != 0 {
        guard power.count < 8 else { return nil }
        exponent += power.reduce(0) { $0 * 10 + Int($1 - 48) } * (isBelow ? -1 : 1)
      }
    }
    (self.significand, self.exponent) = Self.normalize(isNegative ? -significand : significand, exponent)
    guard abs(self.exponent) <= Self.exponentLimit else { return nil }
  }

  private init?(_ significand: Int128, _ exponent: Int) {
    let (whole, power) = Self.normalize(significand, exponent)
    guard whole.magnitude < Self.powersOfTen[Self.digitLimit].magnitude, abs(power) <= Self.exponentLimit else {
      return nil
    }
    self.significand = whole
    self.exponent = power
  }

  private static func normalize(_ significand: Int128, _ exponent: Int) -> (Int128, Int) {
    if significand == 0 { return (0, 0) }
    var (significand, exponent) = (significand, exponent)
    while significand % 10 == 0 {
      significand /= 10
      exponent += 1
    }
    return (significand, exponent)
  }

  /// 10^0 up to 10^37, all that fit 128 bits with a digit to spare.
  static let powersOfTen: [Int128] = (0..<38).map { power in (0..<power).reduce(Int128(1)) { value, _ in value * 10 } }

  /// The digits after the point that the value needs: 2 for `12.34`, 0 for `12`.
  public var decimalPlaces: Int { max(0, -exponent) }

  /// The value as an integer of 64 bits; nil when it has a fraction or does not fit.
  public var integer: Int? {
    guard exponent >= 0 else { return significand == 0 ? 0 : nil }
    guard exponent <= 19 else { return nil }
    let (value, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[exponent])
    return overflow ? nil : Int(exactly: value)
  }

  /// The value as an integer of 64 bits without a sign; nil when it has a fraction or does not fit.
  public var unsigned: UInt? {
    guard exponent >= 0, exponent <= 19 else { return significand == 0 ? 0 : nil }
    let (value, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[exponent])
    return overflow ? nil : UInt(exactly: value)
  }

  /// Whether 64 bits of floating point reach as far as this value.
  var isFiniteDouble: Bool { exponent < 270 || double?.isFinite == true }

  var double: Double? { Double("\(significand)e\(exponent)") }

  /// The value in plain notation, with at least `places` digits after the point.
  public func text(places: Int = 0) -> String {
    let digits = String(significand.magnitude)
    var whole = digits
    var fraction = ""
    if exponent >= 0 {
      whole = significand == 0 ? "0" : digits + String(repeating: "0", count: exponent)
    } else if digits.utf8.count > -exponent {
      whole = String(digits.dropLast(-exponent))
      fraction = String(digits.suffix(-exponent))
    } else {
      whole = "0"
      fraction = String(repeating: "0", count: -exponent - digits.utf8.count) + digits
    }
    if fraction.utf8.count < places { fraction += String(repeating: "0", count: places - fraction.utf8.count) }
    return (significand < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}

extension ExactDecimal: Comparable, CustomStringConvertible {
  public var description: String { text() }

  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
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

  /// How many digits the value has before its point; fewer than none for what begins behind it.
  private var magnitudeOrder: Int {
    let magnitude = significand.magnitude
    var digits = 1
    while digits < Self.powersOfTen.count, magnitude >= Self.powersOfTen[digits].magnitude { digits += 1 }
    return digits + exponent
  }
}

extension ExactDecimal {
  public static func + (left: ExactDecimal, right: ExactDecimal) throws(Overflow) -> ExactDecimal {
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
    let (product, overflow) = left.significand.multipliedReportingOverflow(by: right.significand)
    guard !overflow, let result = ExactDecimal(product, left.exponent + right.exponent) else { throw Overflow() }
    return result
  }

  /// Whether the value is `step` times an integer.
  public func isMultiple(of step: ExactDecimal) -> Bool {
    guard step.significand != 0, significand != 0 else { return step.significand != 0 }
    if exponent == step.exponent, let value = Int64(exactly: significand), let step = Int64(exactly: step.significand) {
      // 128 bits divide by a function of their own, 64 by an instruction; -1 alone could overflow.
      return step == -1 || value % step == 0
    }
    let shift = exponent - step.exponent
    guard shift >= 0 else {
      // The value is finer than the step: it can be a multiple only if the step's own digits divide out.
      guard -shift < Self.powersOfTen.count else { return false }
      let (scaled, overflow) = step.significand.multipliedReportingOverflow(by: Self.powersOfTen[-shift])
      return !overflow && significand % scaled == 0
    }
    // What the value's digits leave of the step must divide a power of ten, which is made of twos and fives.
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

extension ExactDecimal: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExactDecimal? {
    guard try json.kind() == .number else {
      try json.mismatch("a number")
      return nil
    }
    guard let value = ExactDecimal(ascii: try json.scanNumber()) else {
      json.violations.add("type", "a decimal has at most \(digitLimit) significant digits")
      return nil
    }
    return value
  }

  public func encode(_ json: inout JSONWriter) { write(to: &json, places: 0) }

  fileprivate func write(to json: inout JSONWriter, places: Int) {
    // In plain notation seven bytes such as 1e6144 would be written as six thousand.
    if abs(exponent) > 40 { return json.raw("\(significand)e\(exponent)".utf8) }
    guard let short = Int64(exactly: significand), (-18...0).contains(exponent), (0...18).contains(places) else {
      return json.raw(text(places: places).utf8)
    }
    json.number(60) { place in
      var digits = short.magnitude
      let fraction = max(-exponent, places)
      // From the end: the fraction, the point, and what is before it, with a zero where there is nothing.
      var start = 60
      var written = 0
      for _ in -exponent..<fraction {
        start -= 1
        place[start] = UInt8(ascii: "0")
        written += 1
      }
      repeat {
        if written == fraction, fraction > 0 {
          start -= 1
          place[start] = UInt8(ascii: ".")
        }
        start -= 1
        place[start] = UInt8(truncatingIfNeeded: 48 + digits % 10)
        digits /= 10
        written += 1
      } while digits > 0 || written <= fraction
      if short < 0 {
        start -= 1
        place[start] = UInt8(ascii: "-")
      }
      place.update(from: place + start, count: 60 - start)
      return 60 - start
    }
  }
}

extension JSONWriter {
  /// Writes a decimal with at least `places` digits after the point: money as `12.50`.
  public mutating func field(_ key: StaticString, _ value: ExactDecimal?, places: Int) {
    guard let value else { return }
    self.key(key)
    value.write(to: &self, places: places)
  }
}

/// An exact decimal number of at most 34 significant digits, so that money never passes through binary floating point.
///
/// Values are stored without trailing zeros, so `12.50` equals `12.5`.
public struct ExactDecimal: Sendable, Hashable {
  /// The maximum number of significant digits.
  public static let digitLimit = 34
  static let exponentLimit = 6_144

  /// The value is `significand * 10^exponent`.
  package var significand: Int128 { Int128(high) << 64 | Int128(low) }
  // In two halves: Swift 6.3 crashes where an async function has an Int128 among parameters that do not fit registers.
  private let high: Int64
  private let low: UInt64
  package let exponent: Int

  /// Thrown by arithmetic whose result has more than 34 digits.
  public struct Overflow: Error, Sendable {}

  public static let zero = ExactDecimal(0)

  public init(_ value: Int) {
    let (significand, exponent) = Self.normalize(Int128(value), 0)
    self.init(scaled: significand, exponent: exponent)
  }

  /// Parses a decimal literal such as `-12.50` or `1e3`; nil for anything else and for more than 34 digits.
  public init?(_ text: some StringProtocol) { self.init(ascii: ArraySlice(Array(text.utf8))) }

  /// `significand` × 10^`exponent`. The generator writes literals in this form: without trailing zeros, and with at
  /// most 34 digits.
  public init(scaled significand: Int128, exponent: Int) {
    (high, low) = (Int64(truncatingIfNeeded: significand >> 64), UInt64(truncatingIfNeeded: significand))
    self.exponent = exponent
  }

  /// A 64-bit number times a small power of ten; trailing zeros are allowed.
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

  /// Parses a number of at most 18 digits without an exponent, which fits 64 bits. Nearly all numbers do.
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
          // Beyond the limit only trailing zeros are allowed.
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
      // Zero times any power is zero; any other value is out of range with an exponent of so many digits.
      if significand != 0 {
        guard power.count < 8 else { return nil }
        exponent += power.reduce(0) { $0 * 10 + Int($1 - 48) } * (isBelow ? -1 : 1)
      }
    }
    let (whole, power) = Self.normalize(isNegative ? -significand : significand, exponent)
    guard abs(power) <= Self.exponentLimit else { return nil }
    self.init(scaled: whole, exponent: power)
  }

  private init?(_ significand: Int128, _ exponent: Int) {
    let (whole, power) = Self.normalize(significand, exponent)
    guard whole.magnitude < Self.powersOfTen[Self.digitLimit].magnitude, abs(power) <= Self.exponentLimit else {
      return nil
    }
    self.init(scaled: whole, exponent: power)
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

  /// 10^0 up to 10^37: the powers that fit 128 bits with one digit to spare.
  static let powersOfTen: [Int128] = (0..<38).map { power in (0..<power).reduce(Int128(1)) { value, _ in value * 10 } }

  /// The number of digits after the point: 2 for `12.34`, 0 for `12`.
  public var scale: Int { max(0, -exponent) }

  /// The value as a signed 64-bit integer; nil when it has a fraction or does not fit.
  public var integer: Int? {
    guard exponent >= 0 else { return significand == 0 ? 0 : nil }
    guard exponent <= 19 else { return nil }
    let (value, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[exponent])
    return overflow ? nil : Int(exactly: value)
  }

  /// The value as an unsigned 64-bit integer; nil when it has a fraction or does not fit.
  public var unsigned: UInt? {
    guard exponent >= 0, exponent <= 19 else { return significand == 0 ? 0 : nil }
    let (value, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[exponent])
    return overflow ? nil : UInt(exactly: value)
  }

  /// Whether the value is within the range of `Double`.
  var isFiniteDouble: Bool { exponent < 270 || double?.isFinite == true }

  var double: Double? { Double("\(significand)e\(exponent)") }

  /// The value in plain notation, with at least `scale` digits after the point.
  public func text(scale: Int = 0) -> String {
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
    if fraction.utf8.count < scale { fraction += String(repeating: "0", count: scale - fraction.utf8.count) }
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

  /// The number of digits before the point; negative when the value begins with zeros after it.
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
      // 128-bit division is a library call, 64-bit division one instruction. Only a divisor of -1 could overflow.
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

  public func encode(_ json: inout JSONWriter) { write(to: &json, scale: 0) }

  fileprivate func write(to json: inout JSONWriter, scale: Int) {
    // In plain notation the six bytes 1e6144 would become six thousand.
    if abs(exponent) > 40 { return json.raw("\(significand)e\(exponent)".utf8) }
    guard let short = Int64(exactly: significand), (-18...0).contains(exponent), (0...18).contains(scale) else {
      return json.raw(text(scale: scale).utf8)
    }
    json.number(60) { buffer in
      var digits = short.magnitude
      let fraction = max(-exponent, scale)
      // Written from the end: the fraction, the point, and the integer part, which is 0 if there is none.
      var start = 60
      var written = 0
      for _ in -exponent..<fraction {
        start -= 1
        buffer[start] = UInt8(ascii: "0")
        written += 1
      }
      repeat {
        if written == fraction, fraction > 0 {
          start -= 1
          buffer[start] = UInt8(ascii: ".")
        }
        start -= 1
        buffer[start] = UInt8(truncatingIfNeeded: 48 + digits % 10)
        digits /= 10
        written += 1
      } while digits > 0 || written <= fraction
      if short < 0 {
        start -= 1
        buffer[start] = UInt8(ascii: "-")
      }
      buffer.update(from: buffer + start, count: 60 - start)
      return 60 - start
    }
  }
}

extension JSONWriter {
  /// Writes a decimal with at least `scale` digits after the point: money as `12.50`.
  public mutating func field(_ key: StaticString, _ value: ExactDecimal?, scale: Int) {
    guard let value else { return }
    self.key(key)
    value.write(to: &self, scale: scale)
  }
}

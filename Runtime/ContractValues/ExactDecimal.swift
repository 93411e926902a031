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
  @usableFromInline let high: Int64
  @usableFromInline let low: UInt64
  @usableFromInline package let exponent: Int

  /// Thrown by arithmetic whose result has more than 34 digits.
  public struct Overflow: Error, Sendable {}

  public static let zero = ExactDecimal(0)

  public init(_ value: Int) { self.init(normalizing: Int64(value), 0) }

  /// Parses a decimal literal such as `-12.50` or `1e3`; nil for anything else and for more than 34 digits.
  public init?(_ text: some StringProtocol) { self.init(ascii: ArraySlice(Array(text.utf8))) }

  /// `significand` × 10^`exponent`. The generator writes literals in this form: without trailing zeros, and with at
  /// most 34 digits.
  @inlinable public init(scaled significand: Int128, exponent: Int) {
    (high, low) = (Int64(truncatingIfNeeded: significand >> 64), UInt64(truncatingIfNeeded: significand))
    self.exponent = exponent
  }

  /// A 64-bit number times a small power of ten; trailing zeros are allowed.
  package init(short significand: UInt64, _ exponent: Int, isNegative: Bool) {
    if let significand = Int64(exactly: significand) {
      self.init(normalizing: isNegative ? -significand : significand, exponent)
    } else {
      let (significand, exponent) = Self.normalize(Int128(significand), exponent)
      self.init(scaled: isNegative ? -significand : significand, exponent: exponent)
    }
  }

  init(_ number: ShortNumber) {
    let significand = Int64(number.significand)
    self.init(normalizing: number.isNegative ? -significand : significand, -number.scale)
  }

  init?(ascii text: ArraySlice<UInt8>) {
    let short = text.withUnsafeBufferPointer { ShortNumber.parse($0, 0) }
    if let (number, length) = short, length == text.count {
      self.init(number)
    } else {
      self.init(long: text)
    }
  }

  /// A 64-bit significand with trailing zeros, and an exponent within the limit.
  init(normalizing significand: Int64, _ exponent: Int) {
    var (significand, exponent) = (significand, significand == 0 ? 0 : exponent)
    while significand != 0, significand % 10 == 0 {
      significand /= 10
      exponent += 1
    }
    self.init(short: significand, exponent)
  }

  /// A 64-bit significand without trailing zeros.
  private init(short significand: Int64, _ exponent: Int) {
    (high, low) = (significand >> 63, UInt64(bitPattern: significand))
    self.exponent = exponent
  }

  /// The significand, if it fits 64 bits, as nearly all do: 128-bit arithmetic takes several times as long, and its
  /// division is a library call.
  var short: Int64? {
    let short = Int64(bitPattern: low)
    return high == short >> 63 ? short : nil
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

  package init?(_ significand: Int128, _ exponent: Int) {
    if let short = Int64(exactly: significand), abs(exponent) < 6_000 {
      self.init(normalizing: short, exponent)
      return
    }
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

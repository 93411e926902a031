/// A decimal number of at most 18 digits, which fits 64 bits without an overflow check per digit.
struct ShortNumber {
  var significand: UInt64
  var isNegative: Bool
  /// The number of digits after the point.
  var scale: Int

  /// Parses the number that begins at an offset, by RFC 8259's grammar; nil for a longer one, one with an exponent, and
  /// anything else. An unsafe buffer, because half of the time would be spent on an array's bounds checks.
  static func parse(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> (number: ShortNumber, length: Int)? {
    var index = start
    let isNegative = index < text.count && text[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let first = index
    // 19 characters are 18 digits and a point, or too many digits.
    let end = min(text.count, first + 19)
    var point = -1
    var significand: UInt64 = 0
    while index < end {
      let digit = text[index] &- UInt8(ascii: "0")
      if digit < 10 {
        significand = significand &* 10 &+ UInt64(digit)
      } else if text[index] == UInt8(ascii: "."), point < 0 {
        point = index
      } else {
        break
      }
      index += 1
    }
    guard isComplete(text, first, point, index) else { return nil }
    let scale = point < 0 ? 0 : index - point - 1
    return (ShortNumber(significand: significand, isNegative: isNegative, scale: scale), index - start)
  }

  /// The nearest 64-bit floating-point number; nil for zero and for more than 15 digits, or 14 after the point. A
  /// quotient of two exact numbers is rounded once, so it is the nearest.
  var double: Double? {
    guard significand > 0, significand < 1_000_000_000_000_000, scale < Self.powersOfTen.count else { return nil }
    let value = Double(significand) / Self.powersOfTen[scale]
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
  ]

  /// Whether digits with a point are a whole number of the grammar, which ends where they end.
  private static func isComplete(_ text: UnsafeBufferPointer<UInt8>, _ first: Int, _ point: Int, _ end: Int) -> Bool {
    let next = end < text.count ? text[end] : 0
    guard next &- UInt8(ascii: "0") >= 10, next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") else {
      return false
    }
    let whole = (point < 0 ? end : point) - first
    // Digits stand before and after a point, and a leading zero stands alone.
    guard whole > 0, point != end - 1, whole == 1 || text[first] != UInt8(ascii: "0") else { return false }
    return point >= 0 || whole <= 18
  }
}

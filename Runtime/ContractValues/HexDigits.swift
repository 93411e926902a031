/// Eight hexadecimal digits in a word, the first in the lowest byte, converted at once.
package struct HexDigits {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  let text: UInt64
  /// The highest bit of each byte that is a letter up to F.
  private let letters: UInt64

  @inline(__always) init(_ text: UInt64) {
    self.text = text
    // An addition carries into a byte's highest bit when the byte is above a bound; no byte of ASCII carries further.
    let letter = (text | Self.ones &* 0x20) ^ Self.ones &* 0x60
    letters = (letter &+ Self.ones &* 0x7F) & ~(letter &+ Self.ones &* 0x79) & Self.highs
  }

  /// Whether all eight bytes are digits, in upper or lower case.
  @inline(__always) var isValid: Bool {
    let isNotDecimal = (text ^ Self.ones &* 0x30) &+ Self.ones &* 0x76
    return (text | isNotDecimal & ~letters) & Self.highs == 0
  }

  /// The number that the digits stand for, of 32 bits.
  @inline(__always) var number: UInt64 {
    var digits = (text & 0x0F0F_0F0F_0F0F_0F0F) &+ (letters >> 7) &* 9
    digits = (digits << 4 | digits >> 8) & 0x00FF_00FF_00FF_00FF
    digits = (digits << 8 | digits >> 16) & 0x0000_FFFF_0000_FFFF
    return (digits << 16 | digits >> 32) & 0xFFFF_FFFF
  }

  /// The eight digits of the lower half of a number, in lower case.
  @inline(__always) static func text(_ number: UInt64) -> UInt64 {
    var digits = number & 0xFFFF_FFFF
    digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
    digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
    digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = (digits &+ ones &* 0x06) >> 4 & ones
    return (digits &+ ones &* 0x30 &+ letters &* 39).byteSwapped
  }

  /// Writes the last `count` digits of a number, at most 16, in lower case.
  package static func write(_ number: UInt64, count: Int, to target: UnsafeMutablePointer<UInt8>) {
    var (position, rest) = (count, number)
    while position >= 8 {
      position -= 8
      UnsafeMutableRawPointer(target + position).storeBytes(of: text(rest).littleEndian, as: UInt64.self)
      rest >>= 32
    }
    while position > 0 {
      position -= 1
      let digit = UInt8(truncatingIfNeeded: rest & 0xF)
      target[position] = digit < 10 ? 48 + digit : 87 + digit
      rest >>= 4
    }
  }
}

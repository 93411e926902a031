/// The decimal digits of a number.
struct Digits {
  let value: UInt64
  let count: Int

  @inline(__always) init(_ value: UInt64) {
    self.value = value
    var (count, rest) = (1, value)
    while rest >= 10 {
      rest /= 10
      count &+= 1
    }
    self.count = count
  }

  /// Writes the digits, with a point and at least one digit before it if `scale` of them are to stand after it.
  ///
  /// - Returns: how many characters were written.
  @inline(__always) @discardableResult func write(to buffer: UnsafeMutablePointer<UInt8>, scale: Int = 0) -> Int {
    let length = scale == 0 ? count : max(count, scale &+ 1) &+ 1
    var rest = value
    var end = buffer + length
    if scale > 0 {
      for _ in 0..<scale { Self.take(&rest, &end) }
      end -= 1
      end[0] = UInt8(ascii: ".")
    }
    repeat { Self.take(&rest, &end) } while end > buffer
    return length
  }

  /// Writes the last digit before `end`.
  @inline(__always) private static func take(_ rest: inout UInt64, _ end: inout UnsafeMutablePointer<UInt8>) {
    end -= 1
    end[0] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
    rest /= 10
  }
}

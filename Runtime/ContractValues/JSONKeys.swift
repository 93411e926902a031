/// The keys that a contract lists for a record, in its order, and the one that is expected next.
///
/// Most senders keep the order, so each key is first compared with the expected one where it stands in the text, before
/// it is looked for among the others.
public struct JSONKeys {
  /// The names, separated by commas.
  @usableFromInline let names: UnsafePointer<UInt8>
  @usableFromInline let count: Int
  /// The offset of the expected name.
  @usableFromInline var offset = 0
  /// The position of the expected name in the list.
  @usableFromInline var index = 0

  @inlinable init(_ names: StaticString) {
    (self.names, count) = (names.utf8Start, names.utf8CodeUnitCount)
  }

  /// Moves on if the expected key and its colon begin at `start`, after a comma unless they are the first, and without
  /// white space but one space after the comma.
  ///
  /// - Returns: the offset after the colon, or 0.
  @inline(__always) mutating func expect(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, isFirst: Bool) -> Int {
    // The shortest: a comma, a space, two quotes, a colon; at the very end of a text, no value would follow.
    guard let base = text.baseAddress, text.count &- start >= 5 else { return 0 }
    var start = start
    if !isFirst {
      guard base[start] == UInt8(ascii: ",") else { return 0 }
      start &+= base[start &+ 1] == UInt8(ascii: " ") ? 2 : 1
    }
    guard base[start] == UInt8(ascii: "\""), let length = match(base, text.count, start &+ 1) else { return 0 }
    let colon = start &+ length &+ 2
    guard colon < text.count, base[colon] == UInt8(ascii: ":") else { return 0 }
    moveOn(length)
    return colon &+ 1
  }

  /// The position of a key in the list, or nil when it is not in it. The name after it becomes the expected one.
  mutating func find(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    guard let base = text.baseAddress else { return nil }
    let before = offset
    repeat {
      let candidate = index
      let isFound = match(base, text.count, start) != nil
      moveOn(length)
      if isFound { return candidate }
    } while offset != before
    return nil
  }

  /// The length of a key that begins at `start` and ends in a quote, if it is the expected one.
  @inline(__always) private func match(_ text: UnsafePointer<UInt8>, _ size: Int, _ start: Int) -> Int? {
    // Offsets are at most the counts: their sums cannot overflow.
    var length = 0
    while true {
      let name = word(at: offset &+ length)
      let changed = name.bits ^ ByteWord(text, size, at: start &+ length).bits
      let commas = name.marks(of: UInt8(ascii: ","))
      if commas == 0 {
        if changed != 0 { return nil }
        length &+= 8
        continue
      }
      // Only the bytes up to the comma count. In its place, the text has a quote.
      let bit = commas.trailingZeroBitCount & 56
      if changed &<< UInt64(truncatingIfNeeded: 56 &- bit) != Self.quoteForComma { return nil }
      return length &+ bit &>> 3
    }
  }

  /// The length of the expected name.
  private var length: Int {
    var length = 0
    while true {
      let commas = word(at: offset + length).marks(of: UInt8(ascii: ","))
      if commas != 0 { return length + commas.trailingZeroBitCount / 8 }
      length += 8
    }
  }

  private static let quoteForComma = UInt64(UInt8(ascii: ",") ^ UInt8(ascii: "\"")) << 56

  /// Eight bytes of the names. The last name, too, ends in a comma.
  @inline(__always) private func word(at offset: Int) -> ByteWord {
    offset &+ 8 <= count ? ByteWord(names, count, at: offset) : lastWord(at: offset)
  }

  @inline(never) private func lastWord(at offset: Int) -> ByteWord {
    ByteWord(ByteWord(names, count, at: offset).bits | UInt64(UInt8(ascii: ",")) << UInt64(8 * (count - offset)))
  }

  @inline(__always) private mutating func moveOn(_ length: Int) {
    offset &+= length &+ 1
    index &+= 1
    if offset > count { (offset, index) = (0, 0) }
  }

  /// The bytes of a key as `names` has them, with the quote at its end.
  static func written(_ key: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in key {
      switch byte {
      case 0..<0x20, UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"):
        result += (byte < 0x10 ? "\\u000" : "\\u00").utf8
        result += String(byte, radix: 16).utf8
      default: result.append(byte)
      }
    }
    return result + [UInt8(ascii: "\"")]
  }
}

/// Eight bytes of a text, which are compared and searched at once; the first is in the lowest bits.
///
/// It loads from raw memory, because an array's bounds check per byte takes longer than the work itself: scanning the
/// strings of an order of ten items took 21,000 instructions byte by byte, and takes 4,000 in words.
struct ByteWord {
  let bits: UInt64

  @inline(__always) init(_ bits: UInt64) { self.bits = bits }

  /// The bytes from an offset on, which is not negative, with zeros in place of those beyond the end.
  @inline(__always) init(_ bytes: UnsafePointer<UInt8>, _ count: Int, at offset: Int) {
    bits = offset &+ 8 <= count ? Self.load(bytes + offset) : Self.tail(bytes, count, offset)
  }

  @inline(__always) init(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) {
    bits = bytes.baseAddress.map { ByteWord($0, bytes.count, at: offset).bits } ?? 0
  }

  @inline(__always) private static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
  }

  @inline(never) private static func tail(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ offset: Int) -> UInt64 {
    guard offset < count else { return 0 }
    if count >= 8 { return load(bytes + (count - 8)) >> UInt64(8 * (offset + 8 - count)) }
    var bits: UInt64 = 0
    for index in offset..<count { bits |= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
    return bits
  }

  private static var ones: UInt64 { 0x0101_0101_0101_0101 }
  private static var highs: UInt64 { 0x8080_8080_8080_8080 }

  /// The highest bit of every byte that is `byte`. Only the lowest of them is certain: a borrow may set one above it.
  @inline(__always) func marks(of byte: UInt8) -> UInt64 {
    let difference = bits ^ (Self.ones &* UInt64(byte))
    return (difference &- Self.ones) & ~difference & Self.highs
  }

  /// The index of the first byte that a JSON string cannot hold as it is: a quote, a backslash, a control character;
  /// nil when there is none.
  @inline(__always) var special: Int? {
    let found = specialMarks
    return found == 0 ? nil : found.trailingZeroBitCount >> 3
  }

  @inline(__always) private var specialMarks: UInt64 {
    let controls = (bits &- Self.ones &* 0x20) & ~bits & Self.highs
    return controls | marks(of: UInt8(ascii: "\"")) | marks(of: UInt8(ascii: "\\"))
  }

  /// Whether the first `count` bytes, of eight, are ASCII.
  @inline(__always) func isASCII(_ count: Int) -> Bool { bits & Self.highs & ((1 &<< UInt64(count * 8)) &- 1) == 0 }

  @inline(__always) var isASCII: Bool { bits & Self.highs == 0 }

  static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var index = 0
    while index < left.count {
      guard ByteWord(left, at: index).bits == ByteWord(right, at: index).bits else { return false }
      index += 8
    }
    return true
  }

  static func areASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      guard ByteWord(bytes, at: index).isASCII else { return false }
      index += 8
    }
    return true
  }

  /// The offset of the first byte from `start` on that a JSON string cannot hold as it is, or the end; and whether all
  /// bytes before it are ASCII.
  static func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
    var index = start
    var isASCII = true
    while index < bytes.count {
      let word = ByteWord(bytes, at: index)
      // Beyond the end there are zeros, which are control characters.
      if let offset = word.special { return (index + offset, isASCII && word.isASCII(offset)) }
      isASCII = isASCII && word.isASCII
      index += 8
    }
    return (index, isASCII)
  }

  /// The offset of the quote that ends a string from `start` on, of ASCII without escapes; nil for any other string, and
  /// possibly for one in the last bytes of a text.
  @inline(__always) static func quote(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, from start: Int
  ) -> Int? {
    var index = start
    while index &+ 8 <= count {
      let word = ByteWord(load(bytes + index))
      let found = word.specialMarks | word.bits & Self.highs
      if found != 0 {
        let end = index &+ found.trailingZeroBitCount &>> 3
        return bytes[end] == UInt8(ascii: "\"") ? end : nil
      }
      index &+= 8
    }
    return nil
  }

  /// Copies a text that can stand in a JSON string as it is; false when it cannot. There is room for seven bytes more.
  @inline(__always) static func copyPlain(
    _ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    guard let source = text.baseAddress else { return true }
    let count = text.count
    guard count >= 8 else {
      // Beyond the end there are zeros, which are control characters.
      let word = ByteWord(source, count, at: 0)
      word.store(to: target)
      return word.special == count
    }
    var index = 0
    while true {
      let word = ByteWord(load(source + index))
      if word.special != nil { return false }
      word.store(to: target + index)
      if index == count &- 8 { return true }
      // The last word overlaps the one before it.
      index = min(index &+ 8, count &- 8)
    }
  }

  /// Copies a short text without a call.
  @inline(__always) static func copy(
    _ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>
  ) {
    guard count <= 16 else { return target.update(from: source, count: count) }
    if count >= 8 {
      ByteWord(load(source)).store(to: target)
      ByteWord(load(source + (count &- 8))).store(to: target + (count &- 8))
    } else {
      for index in 0..<count { target[index] = source[index] }
    }
  }

  @inline(__always) private func store(to target: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(target).storeBytes(of: bits.littleEndian, as: UInt64.self)
  }
}

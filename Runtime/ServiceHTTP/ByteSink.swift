import ServiceCore

/// Memory of a known size that text is written into, with one check for each piece rather than for each byte.
struct ByteSink {
  private let start: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  /// Appends what `write` writes, which must be at most `capacity` bytes.
  @inline(__always) static func append(_ capacity: Int, to bytes: inout [UInt8], _ write: (inout ByteSink) -> Void) {
    bytes.append(addingCapacity: capacity) { room in
      room.withUnsafeMutableBufferPointer { buffer, count in
        guard let base = buffer.baseAddress else { return }
        var sink = ByteSink(start: base, capacity: buffer.count)
        write(&sink)
        count = sink.count
      }
    }
  }

  private init(start: UnsafeMutablePointer<UInt8>, capacity: Int) {
    (self.start, self.capacity) = (start, capacity)
  }

  /// The memory for the next bytes.
  @inline(__always) private mutating func take(_ size: Int) -> UnsafeMutablePointer<UInt8> {
    precondition(size <= capacity - count, "more is written than was reserved")
    defer { count += size }
    return start + count
  }

  @inline(__always) mutating func put(_ byte: UInt8) { take(1).pointee = byte }

  @inline(__always) mutating func put(_ text: StaticString) {
    take(text.utf8CodeUnitCount).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  @inline(__always) mutating func put(_ bytes: [UInt8]) {
    let room = take(bytes.count)
    bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { room.update(from: base, count: $0.count) } }
  }

  @inline(__always) mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    let room = take(bytes.count)
    if let base = bytes.baseAddress { room.update(from: base, count: bytes.count) }
  }

  @inline(__always) mutating func put(_ text: String) {
    var text = text
    let room = take(text.utf8.count)
    text.withUTF8 { if let base = $0.baseAddress { room.update(from: base, count: $0.count) } }
  }

  /// Appends those bytes of a text that are allowed.
  ///
  /// - Returns: whether all are.
  @inline(__always) mutating func put(_ text: String, where isAllowed: (UInt8) -> Bool) -> Bool {
    var text = text
    return text.withUTF8 { put($0, where: isAllowed) }
  }

  @inline(__always) mutating func put(
    _ bytes: UnsafeBufferPointer<UInt8>, where isAllowed: (UInt8) -> Bool
  ) -> Bool {
    let room = take(bytes.count)
    var end = 0
    for byte in bytes {
      room[end] = byte
      if isAllowed(byte) { end += 1 }
    }
    count -= bytes.count - end
    return end == bytes.count
  }

  /// Appends a text as a part of a JSON string: at most six bytes for each of its own.
  mutating func put(escaping text: String) {
    let start = count
    let isPlain = put(text) { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    guard !isPlain else { return }
    drop(to: start)
    for byte in text.utf8 {
      if byte < 0x20 {
        put("\\u00")
        put(hex: UInt64(byte), digits: 2)
      } else {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { put(UInt8(ascii: "\\")) }
        put(byte)
      }
    }
  }

  mutating func drop(to count: Int) { self.count = count }

  /// Appends the last digits of a number that is not negative.
  mutating func put(_ number: Int, digits: Int) {
    let room = take(digits)
    var (rest, position) = (number, digits)
    while position > 0 {
      position -= 1
      room[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
      rest /= 10
    }
  }

  /// Appends a number that is not negative.
  mutating func put(_ number: Int) {
    var (digits, rest) = (1, number)
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    put(number, digits: digits)
  }

  /// Appends the last hexadecimal digits of a number.
  mutating func put(hex number: UInt64, digits: Int) { HexDigits.write(number, count: digits, to: take(digits)) }

  mutating func put(_ id: Uuid) { id.write(take(36)) }

  mutating func put(_ parent: TraceParent) { parent.write(take(55)) }
}

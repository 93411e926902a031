/// Writes JSON text directly into a byte buffer.
///
/// The caller is responsible for the grammar: every value of an object follows a ``key(_:)``.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8]
  private var needsComma = false
  /// The key of the next value, if it is that of a property: it is written together with the value.
  @usableFromInline var pendingKey: StaticString = ""
  @usableFromInline var hasKey = false

  public init(reservingCapacity capacity: Int = 512) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a key that needs no escaping; generated code knows which of its keys do.
  @inlinable public mutating func key(_ key: StaticString) {
    (pendingKey, hasKey) = (key, true)
  }

  /// Writes an arbitrary key, escaping it as needed.
  public mutating func key(escaping key: String) {
    string(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func string(_ value: String) {
    let isPlain = value.utf8.withContiguousStorageIfAvailable { plain($0) } ?? false
    if !isPlain { escape(value) }
  }

  /// Writes a string none of whose characters needs escaping; false for any other, which is not written.
  @inline(never) private mutating func plain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // The text is copied in words, of which one may have seven bytes too many.
    put(text.count + 9) { buffer in
      buffer[0] = UInt8(ascii: "\"")
      guard ByteWord.copyPlain(text, to: buffer + 1) else { return nil }
      buffer[text.count + 1] = UInt8(ascii: "\"")
      return text.count + 2
    }
  }

  /// Writes a string of at most `capacity` ASCII characters, none of which needs escaping, directly into the buffer.
  mutating func ascii(_ capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    put(capacity + 2) { buffer in
      buffer[0] = UInt8(ascii: "\"")
      let count = write(buffer + 1)
      buffer[count + 1] = UInt8(ascii: "\"")
      return count + 2
    }
  }

  /// Writes a number of at most `capacity` characters directly into the buffer.
  @inline(__always) mutating func number(_ capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    put(capacity, write)
  }

  /// Writes text that is already a JSON value: a number, `true`, `null`.
  public mutating func raw(_ text: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  /// Writes `true`, `false` or `null`.
  @usableFromInline mutating func word(_ word: StaticString) {
    put(word.utf8CodeUnitCount) { buffer in
      ByteWord.copy(word.utf8Start, word.utf8CodeUnitCount, to: buffer)
      return word.utf8CodeUnitCount
    }
  }

  public mutating func integer(_ value: Int) {
    number(20) { buffer in
      var start = buffer
      if value < 0 {
        buffer[0] = UInt8(ascii: "-")
        start += 1
      }
      let digits = Digits(UInt64(value.magnitude))
      digits.write(to: start)
      return start - buffer + digits.count
    }
  }

  /// Makes room for more items like the first, which began at `start`: growing a few times moves all that is written.
  @usableFromInline mutating func reserve(items: Int, since start: Int) {
    guard items > 0 else { return }
    let (size, overflow) = (bytes.count - start + 8).multipliedReportingOverflow(by: items)
    let wanted = bytes.count + (overflow ? 65_536 : min(size, 65_536))
    if wanted > bytes.capacity { bytes.reserveCapacity(max(wanted, 2 * bytes.capacity)) }
  }

  /// Writes what separates a value from the text before it, and the value, without a bounds check per byte. `fill` gets
  /// `capacity` bytes and returns how many it wrote, or nil to write nothing; for orders of ten items this is a third
  /// faster than appending byte by byte.
  @inline(__always) @discardableResult private mutating func put(
    _ capacity: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int?
  ) -> Bool {
    let (comma, key, hasKey) = (needsComma, pendingKey, hasKey)
    var isWritten = false
    bytes.append(addingCapacity: capacity + (hasKey ? key.utf8CodeUnitCount + 4 : 1)) { room in
      room.withUnsafeMutableBufferPointer { buffer, count in
        guard let start = buffer.baseAddress else { return }
        let end = Self.separate(start, comma, hasKey ? key : nil)
        guard let length = fill(end) else { return }
        count = end - start + length
        isWritten = true
      }
    }
    guard isWritten else { return false }
    (needsComma, self.hasKey) = (true, false)
    return true
  }

  /// Writes a comma and a key, and returns their end.
  @inline(__always) private static func separate(
    _ buffer: UnsafeMutablePointer<UInt8>, _ comma: Bool, _ key: StaticString?
  ) -> UnsafeMutablePointer<UInt8> {
    var end = buffer
    if comma {
      end[0] = UInt8(ascii: ",")
      end += 1
    }
    guard let key else { return end }
    end[0] = UInt8(ascii: "\"")
    end += 1
    ByteWord.copy(key.utf8Start, key.utf8CodeUnitCount, to: end)
    end += key.utf8CodeUnitCount
    end[0] = UInt8(ascii: "\"")
    end[1] = UInt8(ascii: ":")
    return end + 2
  }

  private mutating func escape(_ value: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 { escape(byte) }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case 0..<0x20:
      bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    default: bytes.append(byte)
    }
  }

  private mutating func open(_ bracket: UInt8) {
    put(1) { buffer in
      buffer[0] = bracket
      return 1
    }
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() { put(0) { _ in 0 } }
}

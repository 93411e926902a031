/// Writes JSON text directly into a byte buffer.
///
/// The caller is responsible for the grammar: every value of an object follows a ``key(_:)``.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  public init(reservingCapacity capacity: Int = 512) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a key that needs no escaping; generated code knows which of its keys do.
  public mutating func key(_ key: StaticString) {
    let comma = needsComma
    put(key.utf8CodeUnitCount + 4) { buffer in
      var end = 0
      if comma {
        buffer[0] = UInt8(ascii: ",")
        end = 1
      }
      buffer[end] = UInt8(ascii: "\"")
      (buffer + end + 1).update(from: key.utf8Start, count: key.utf8CodeUnitCount)
      end += 1 + key.utf8CodeUnitCount
      buffer[end] = UInt8(ascii: "\"")
      buffer[end + 1] = UInt8(ascii: ":")
      return end + 2
    }
    needsComma = false
  }

  /// Writes an arbitrary key, escaping it as needed.
  public mutating func key(escaping key: String) {
    string(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func string(_ value: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { text in
      if text.allSatisfy(Self.isPlain) { bytes.append(contentsOf: text) } else { for byte in text { escape(byte) } }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Writes a string of at most `capacity` ASCII characters, none of which needs escaping, directly into the buffer.
  mutating func ascii(_ capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    separate()
    put(capacity + 2) { buffer in
      buffer[0] = UInt8(ascii: "\"")
      let count = write(buffer + 1)
      buffer[count + 1] = UInt8(ascii: "\"")
      return count + 2
    }
    needsComma = true
  }

  /// Writes a number of at most `capacity` characters directly into the buffer.
  mutating func number(_ capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    separate()
    put(capacity, write)
    needsComma = true
  }

  /// Writes text that is already a JSON value: a number, `true`, `null`.
  public mutating func raw(_ text: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  public mutating func integer(_ value: Int) {
    number(20) { buffer in
      var rest = value.magnitude
      // Written from the end, since the number of digits is not known before.
      var start = 20
      repeat {
        start -= 1
        buffer[start] = UInt8(truncatingIfNeeded: 48 + rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        start -= 1
        buffer[start] = UInt8(ascii: "-")
      }
      buffer.update(from: buffer + start, count: 20 - start)
      return 20 - start
    }
  }

  /// Writes without a bounds check per byte. `fill` gets `capacity` bytes and returns how many it wrote; for orders of
  /// ten items this is a third faster than appending byte by byte.
  private mutating func put(_ capacity: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
    bytes.append(addingCapacity: capacity) { room in
      room.withUnsafeMutableBufferPointer { buffer, count in
        if let buffer = buffer.baseAddress { count = fill(buffer) }
      }
    }
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
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}

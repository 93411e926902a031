/// Invalid JSON (RFC 8259): the reason and the position.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  public let message: String
  /// The offset of the offending byte from the start of the text.
  public let offset: Int

  public var description: String { "\(message) at byte \(offset)" }
}

/// A strict one-pass JSON reader: RFC 8259, UTF-8 only, no byte order mark, no lone surrogates, limited depth.
///
/// Invalid JSON throws. A value of the wrong type is skipped and recorded in ``violations``, so that the rest of the
/// text is still read and all errors are reported at once.
public struct JSONReader: Sendable {
  /// The maximum nesting of arrays and objects; freeing a deeper value could overflow the stack.
  public static let depthLimit = 64

  public var violations = Violations(isChecked: true)
  let bytes: [UInt8]
  @usableFromInline var position = 0
  private var depth = 0
  /// The end offset of the value that was last validated as a whole by its schema.
  var checkedEnd = 0
  /// Whether the next element or key is the first of the innermost container.
  private var isFirst = false

  /// The remaining memory, in bytes, that the items read may take: a list of two bytes per item must not become
  /// gigabytes.
  private var room: Int

  /// The last key that ``next(_:)`` did not find in the contract.
  public private(set) var unknownKey = JSONKey(bytes: [], range: 0..<0)

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    room = 16 << 20 + 24 * bytes.count
    ahead = 65_536 + 8 * bytes.count
  }

  /// The remaining number of bytes that may be read ahead to select the alternative that a value matches.
  private var ahead: Int

  /// Counts bytes that were read ahead: nested choices would read the same bytes again at each level.
  mutating func lookedAhead(to end: Int) throws(JSONSyntaxError) {
    ahead -= end - position
    if ahead < 0 {
      throw JSONSyntaxError(message: "alternatives nested too deep for a text of this size", offset: position)
    }
  }

  /// Counts the memory of an item, in bytes.
  @usableFromInline mutating func charge(_ size: Int) throws(JSONSyntaxError) {
    room -= size
    if room < 0 { throw JSONSyntaxError(message: "more items than a text of this size may have", offset: position) }
  }

  /// The remaining memory, in bytes, that may be reserved for items before they are read: each of many short lists could
  /// reserve it in vain.
  private var reserve = 32_768

  /// How many items a list probably has, by the length of its first, which began at `start` and takes `size` bytes.
  @usableFromInline mutating func expectedItems(_ size: Int, _ start: Int, _ max: Int) -> Int {
    let count = min(32, max, 1 + (bytes.count - position) / (position - start + 1))
    guard count * size <= reserve else { return 1 }
    reserve -= count * size
    return count
  }

  /// The kind of a JSON value, as determined by its first byte.
  public enum Kind: String, Sendable { case object, array, string, number, boolean, null }

  public mutating func kind() throws(JSONSyntaxError) -> Kind {
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw unexpected("a value")
    }
  }

  /// Checks that only white space is left.
  ///
  /// - Throws: ``JSONSyntaxError`` for anything else.
  public mutating func finish() throws(JSONSyntaxError) {
    skipSpace()
    if position < bytes.count { throw unexpected("the end of the text") }
  }

  /// Enters an object; a value of another type is recorded and skipped, and false is returned.
  public mutating func beginObject() throws(JSONSyntaxError) -> Bool {
    try begin(.object)
  }

  /// Enters an array; a value of another type is recorded and skipped, and false is returned.
  public mutating func beginArray() throws(JSONSyntaxError) -> Bool {
    try begin(.array)
  }

  /// The next key of the object, or nil at its end.
  public mutating func nextKey() throws(JSONSyntaxError) -> JSONKey? {
    guard try advanceToKey() else { return nil }
    let key = try scanKey()
    try scanColon()
    return key
  }

  /// The keys that a record may have, for ``next(_:)``: at least one, separated by commas, as they are written in JSON: a
  /// comma, a quote, a backslash and a control character by their code, such as `\u002c`, and all others as they are.
  @inlinable public func keys(_ names: StaticString) -> JSONKeys { JSONKeys(names) }

  /// The position of the object's next key in a list, -1 for one that is not in it (``unknownKey``), or nil at the
  /// object's end.
  public mutating func next(_ keys: inout JSONKeys) throws(JSONSyntaxError) -> Int? {
    if current == UInt8(ascii: "}") {
      leave()
      return nil
    }
    let expected = keys.index
    let end = bytes.withUnsafeBufferPointer { keys.expect($0, position, isFirst: isFirst) }
    guard end > 0 else { return try find(&keys) }
    position = end
    isFirst = false
    return expected
  }

  @inline(never) private mutating func find(_ keys: inout JSONKeys) throws(JSONSyntaxError) -> Int? {
    guard try advanceToKey() else { return nil }
    let start = position + 1
    let key = try scanKey()
    try scanColon()
    // Only a key that a list writes as the text does can be compared where it stands.
    let isListed = key.range.lowerBound == start && !bytes[key.range].contains(UInt8(ascii: ","))
    let found =
      isListed
      ? bytes.withUnsafeBufferPointer { keys.find($0, start) }
      : JSONKeys.written(key.bytes[key.range]).withUnsafeBufferPointer { keys.find($0, 0) }
    if let found { return found }
    unknownKey = key
    return -1
  }

  private mutating func advanceToKey() throws(JSONSyntaxError) -> Bool {
    guard try advance(to: UInt8(ascii: "}")) else { return false }
    guard current == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
    return true
  }

  @inline(__always) private mutating func scanColon() throws(JSONSyntaxError) {
    skipSpace()
    guard current == UInt8(ascii: ":") else { throw unexpected("':'") }
    position += 1
  }

  /// Whether the array has another element; false at its end.
  public mutating func nextElement() throws(JSONSyntaxError) -> Bool {
    try advance(to: UInt8(ascii: "]"))
  }

  /// Records that the next value has the wrong type, and skips it.
  public mutating func mismatch(_ wanted: String) throws(JSONSyntaxError) {
    let found = try kind()
    violations.add("type", "expected \(wanted), found \(found == .null ? "null" : "\(found.rawValue)")")
    try skip()
  }

  /// Skips one value, checking its syntax.
  public mutating func skip() throws(JSONSyntaxError) {
    switch try kind() {
    case .object:
      _ = try begin(.object)
      while try nextKey() != nil { try skip() }
    case .array:
      _ = try begin(.array)
      while try nextElement() { try skip() }
    case .string: _ = try scanString()
    case .number: _ = try scanNumber()
    case .boolean: _ = try scanBoolean()
    case .null: try scanNull()
    }
  }

  public mutating func scanNull() throws(JSONSyntaxError) { try scanWord("null") }

  public mutating func scanBoolean() throws(JSONSyntaxError) -> Bool {
    let value = current == UInt8(ascii: "t")
    try scanWord(value ? "true" : "false")
    return value
  }

  @inline(__always) private mutating func begin(_ wanted: Kind) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: wanted == .object ? "{" : "[") else {
      try mismatch("an \(wanted.rawValue)")
      return false
    }
    guard depth < Self.depthLimit else {
      throw JSONSyntaxError(message: "nested deeper than \(Self.depthLimit)", offset: position)
    }
    depth += 1
    position += 1
    isFirst = true
    return true
  }

  private mutating func advance(to close: UInt8) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    if current == close {
      leave()
      return false
    }
    if !isFirst {
      guard current == UInt8(ascii: ",") else {
        throw unexpected("',' or '\(Character(Unicode.Scalar(close)))'")
      }
      position += 1
      skipSpace()
    }
    isFirst = false
    return true
  }

  @inline(__always) private mutating func leave() {
    depth -= 1
    position += 1
    isFirst = false
  }

  private mutating func scanWord(_ word: StaticString) throws(JSONSyntaxError) {
    let length = word.utf8CodeUnitCount
    let matches =
      bytes.count - position >= length
      && word.withUTF8Buffer { word in word.indices.allSatisfy { word[$0] == bytes[position + $0] } }
    guard matches else { throw unexpected("a value") }
    position += length
  }

  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  @inline(__always) mutating func skipSpace() {
    if position < bytes.count, bytes[position] <= 0x20 { skipSpaces() }
  }

  @inline(never) private mutating func skipSpaces() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  func unexpected(_ wanted: String) -> JSONSyntaxError {
    guard position < bytes.count else {
      return JSONSyntaxError(message: "the text ends where \(wanted) was expected", offset: bytes.count)
    }
    let byte = bytes[position]
    let shown = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    return JSONSyntaxError(message: "expected \(wanted), found \(shown)", offset: position)
  }
}

/// An object's key as raw bytes of the text, compared by bytes.
///
/// Swift's `==` of strings is canonical equivalence, which equates the Kelvin sign and K.
public struct JSONKey: Sendable, CustomStringConvertible {
  let bytes: [UInt8]
  let range: Range<Int>

  public var description: String { String(decoding: bytes[range], as: UTF8.self) }

  public static func ~= (pattern: StaticString, key: JSONKey) -> Bool {
    guard pattern.utf8CodeUnitCount == key.range.count else { return false }
    let start = key.range.lowerBound
    return key.bytes.withUnsafeBufferPointer { bytes in
      pattern.withUTF8Buffer { pattern in pattern.indices.allSatisfy { pattern[$0] == bytes[start + $0] } }
    }
  }
}

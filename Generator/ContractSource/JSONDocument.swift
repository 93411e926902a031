/// A strict JSON reader (RFC 8259) that produces nodes with positions: UTF-8 only, with the same depth limit as YAML.
///
/// Contracts have megabytes, and build plugins run the generator unoptimised: plain text is scanned eight bytes at a
/// time, a column is a difference of offsets, and the reader is not copyable, because unoptimised code would copy it on
/// each access.
public struct JSONDocumentReader: ~Copyable {
  let file: SourceFile
  let bytes: UnsafeRawBufferPointer
  var position = 0
  var line = 1
  /// The offset at which the line would begin if each of its characters before the position took one byte.
  var lineStart = 0
  /// The unescaped bytes of the string being read.
  var unescaped: [UInt8] = []
  let entryLimit: Int

  /// The reason why a document cannot be read, reported as one diagnostic.
  struct Fault: Error {
    var code = Diagnostic.Code.syntax
    let message: String
    let offset: Int
    var help: String?
  }

  /// - Parameter isContract: false for data, whose lists may have any length.
  public static func read(_ file: SourceFile, _ diagnostics: Diagnostics, isContract: Bool = true) -> Node? {
    // In unoptimised code, access to an array's element costs a call and a retain, access through a pointer does not.
    // The pointer does not leave this closure, and every offset is compared with the count before it is read.
    file.bytes.withUnsafeBytes { bytes in
      var reader = JSONDocumentReader(file: file, bytes: bytes, entryLimit: isContract ? YAMLReader.entryLimit : .max)
      do throws(Fault) {
        return try reader.document()
      } catch {
        diagnostics.error(error.code, error.message, at: reader.sourcePosition(at: error.offset), help: error.help)
        return nil
      }
    }
  }

  private init(file: SourceFile, bytes: UnsafeRawBufferPointer, entryLimit: Int) {
    self.entryLimit = entryLimit
    self.file = file
    self.bytes = bytes
  }

  mutating func document() throws(Fault) -> Node {
    position = byteOrderMarkEnd
    lineStart = position
    try refuseOtherEncodings()
    skipSpace()
    guard position < bytes.count else {
      let help = "a contract begins with {\"openapi\": \"3.1.0\""
      throw Fault(message: "the file is empty", offset: position, help: help)
    }
    let root = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw unexpected(.end) }
    return root
  }

  mutating func value(depth: Int) throws(Fault) -> Node {
    guard depth <= YAMLReader.depthLimit else {
      throw Fault(code: .limit, message: "nested deeper than \(YAMLReader.depthLimit)", offset: position)
    }
    let start = here
    switch current {
    case UInt8(ascii: "\""):
      let offset = position
      let text = try string()
      guard entryLimit == .max || text.utf8.count <= YAMLReader.textLimit else {
        throw Fault(code: .limit, message: "a text of more than \(YAMLReader.textLimit) bytes", offset: offset)
      }
      return Node(.string(text), at: start)
    case UInt8(ascii: "{"): return try object(at: start, depth: depth)
    case UInt8(ascii: "["): return try array(at: start, depth: depth)
    default: return Node(try word(), at: start)
    }
  }

  mutating func object(at start: SourcePosition, depth: Int) throws(Fault) -> Node {
    guard enter(UInt8(ascii: "}")) else { return Node(.mapping([]), at: start) }
    var entries: [Node.Entry] = []
    var keys = KeySet()
    repeat {
      let keyPosition = here
      let keyOffset = position
      guard current == UInt8(ascii: "\"") else { throw unexpected(.key) }
      let key = try string()
      guard keys.insert(key, after: entries) else { throw duplicate(key, at: keyOffset, among: entries) }
      guard entries.count < entryLimit else {
        throw Fault(code: .limit, message: "more than \(entryLimit) entries", offset: keyOffset)
      }
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw unexpected(.colon) }
      position += 1
      skipSpace()
      entries.append(Node.Entry(key: key, keyPosition: keyPosition, value: try value(depth: depth + 1)))
    } while try isContinued(.entryEnd, UInt8(ascii: "}"), since: start)
    return Node(.mapping(entries), at: start)
  }

  mutating func array(at start: SourcePosition, depth: Int) throws(Fault) -> Node {
    guard enter(UInt8(ascii: "]")) else { return Node(.sequence([]), at: start) }
    var items: [Node] = []
    repeat {
      guard items.count < entryLimit else {
        throw Fault(code: .limit, message: "more than \(entryLimit) entries", offset: position)
      }
      items.append(try value(depth: depth + 1))
    } while try isContinued(.itemEnd, UInt8(ascii: "]"), since: start)
    return Node(.sequence(items), at: start)
  }

  /// Skips an opening bracket; false when the closing bracket follows at once, which is skipped too.
  mutating func enter(_ close: UInt8) -> Bool {
    position += 1
    skipSpace()
    guard current == close else { return true }
    position += 1
    return false
  }

  /// Skips a comma; false when there is the closing bracket instead, which is skipped too.
  mutating func isContinued(_ wanted: Wanted, _ close: UInt8, since opening: SourcePosition) throws(Fault) -> Bool {
    skipSpace()
    if current == close {
      position += 1
      return false
    }
    guard current == UInt8(ascii: ",") else { throw unexpected(wanted, since: opening) }
    let comma = position
    position += 1
    skipSpace()
    guard current == close else { return true }
    throw Fault(
      message: "not JSON: a comma after the last entry", offset: comma,
      help: "JSON has commas only between entries: remove it")
  }
}

// MARK: Strings, numbers and literals

extension JSONDocumentReader {
  /// Reads a string including its quotes.
  mutating func string() throws(Fault) -> String {
    let start = position + 1
    let end = plainEnd(from: start)
    guard byte(at: end) == UInt8(ascii: "\"") else { return try nonPlainString() }
    position = end + 1
    return text(start..<end)
  }

  /// Reads a string with escapes or non-ASCII characters.
  mutating func nonPlainString() throws(Fault) -> String {
    unescaped.removeAll(keepingCapacity: true)
    var start = position + 1
    var end = start
    while true {
      end = partEnd(from: end)
      guard end < bytes.count else { throw unterminated() }
      unescaped.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      if bytes[end] == UInt8(ascii: "\"") { break }
      guard bytes[end] == UInt8(ascii: "\\") else { throw controlCharacter(at: end) }
      end = try escape(at: end)
      start = end
    }
    guard let text = String(validating: unescaped, as: UTF8.self) else { throw notUTF8(position..<end) }
    position = end + 1
    return text
  }

  /// The end of the unescaped part of a string. Adjusts `lineStart` so that each non-ASCII character counts as one
  /// column.
  mutating func partEnd(from start: Int) -> Int {
    var end = plainEnd(from: start)
    while end < bytes.count, bytes[end] >= 0x80 {
      if bytes[end] < 0xC0 { lineStart += 1 }
      end += 1
      if byte(at: end) < 0x80 { end = plainEnd(from: end) }
    }
    return end
  }

  /// Appends the character of an escape; returns the escape's end.
  mutating func escape(at offset: Int) throws(Fault) -> Int {
    let letter = byte(at: offset + 1)
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): return try unicodeEscape(at: offset)
    default:
      guard offset + 1 < bytes.count else { throw unterminated() }
      throw Fault(
        message: "not JSON: \\ before \(shown(at: offset + 1)) is not an escape", offset: offset,
        help: "a backslash itself is written \\\\")
    }
    return offset + 2
  }

  mutating func unicodeEscape(at offset: Int) throws(Fault) -> Int {
    var value = try codeUnit(at: offset)
    var end = offset + 6
    if 0xD800..<0xDC00 ~= value, byte(at: end) == UInt8(ascii: "\\"), byte(at: end + 1) == UInt8(ascii: "u") {
      let second = try codeUnit(at: end)
      if 0xDC00..<0xE000 ~= second {
        value = 0x10000 + (value - 0xD800) << 10 + (second - 0xDC00)
        end += 6
      }
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw Fault(
        message: "not JSON: \(text(offset..<offset + 6)) is a lone surrogate", offset: offset,
        help: "write both surrogates, or the character itself")
    }
    unescaped.append(contentsOf: String(scalar).utf8)
    return end
  }

  /// The value of the four digits of a `\u` escape.
  func codeUnit(at offset: Int) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for index in offset + 2..<offset + 6 {
      let digit = byte(at: index)
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit & 0x0F)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | UInt32(digit & 0x0F + 9)
      default: throw Fault(message: "not JSON: \\u without four hexadecimal digits", offset: offset)
      }
    }
    return value
  }

  /// Reads a number, `true`, `false` or `null`.
  mutating func word() throws(Fault) -> Node.Value {
    let word = position..<wordEnd(from: position)
    let text = text(word)
    let value: Node.Value
    switch text {
    case "true": value = .bool(true)
    case "false": value = .bool(false)
    case "null": value = .null
    default:
      guard isNumber(word) else { throw notValue() }
      value = .number(text)
    }
    position = word.upperBound
    return value
  }

  /// Whether a word is a number by RFC 8259, section 6.
  func isNumber(_ word: Range<Int>) -> Bool {
    var index = word.lowerBound
    if byte(at: index) == UInt8(ascii: "-") { index += 1 }
    let whole = index
    guard skipDigits(&index), byte(at: whole) != UInt8(ascii: "0") || index == whole + 1 else { return false }
    if byte(at: index) == UInt8(ascii: ".") {
      index += 1
      guard skipDigits(&index) else { return false }
    }
    if byte(at: index) | 0x20 == UInt8(ascii: "e") {
      index += 1
      if byte(at: index) == UInt8(ascii: "+") || byte(at: index) == UInt8(ascii: "-") { index += 1 }
      guard skipDigits(&index) else { return false }
    }
    return index == word.upperBound
  }

  func skipDigits(_ index: inout Int) -> Bool {
    let start = index
    while UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte(at: index) { index += 1 }
    return index > start
  }
}

// MARK: Bytes and positions

extension JSONDocumentReader {
  /// The byte at an offset; beyond the end 0, which is not valid anywhere in JSON.
  func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  var here: SourcePosition { SourcePosition(file: file, line: line, column: position - lineStart + 1) }

  var byteOrderMarkEnd: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        position += 1
        line += 1
        lineStart = position
        skipIndentation()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      default: return
      }
    }
  }

  mutating func skipIndentation() {
    while position + 8 <= bytes.count, eight(at: position) == 0x2020_2020_2020_2020 { position += 8 }
  }

  func eight(at offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The offset of the first byte that is not plain ASCII string content: a quote, a backslash, a control character, or
  /// part of a non-ASCII character; the byte count when there is none.
  func plainEnd(from start: Int) -> Int {
    var index = start
    while index + 8 <= bytes.count {
      let eight = eight(at: index)
      // Subtracting n from all eight bytes sets the high bit of those below n; after XOR with n, subtracting 1 sets
      // that of those equal to n. A borrow affects only bytes after one that is itself found, so the first one found is
      // correct.
      let control = eight &- 0x2020_2020_2020_2020
      let quote = (eight ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
      let backslash = (eight ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
      let found = (eight | control | quote | backslash) & 0x8080_8080_8080_8080
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      index += 1
    }
    return index
  }

  /// The end of the characters that may have been meant as one number or name.
  func wordEnd(from start: Int) -> Int {
    var end = start
    while true {
      switch byte(at: end) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "$"):
        end += 1
      default: return end
      }
    }
  }

  /// The text in a range of ASCII bytes.
  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// The position of an offset, counted from the beginning of the file; used only for faults, once per document.
  func sourcePosition(at offset: Int) -> SourcePosition {
    var (line, column) = (1, 1)
    for byte in bytes.prefix(offset).dropFirst(byteOrderMarkEnd) {
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(file: file, line: line, column: column)
  }
}

/// The keys of one object, compared by bytes: Swift's `==` equates different encodings of an accented character.
struct KeySet {
  struct Key: Hashable {
    let text: String

    static func == (left: Key, right: Key) -> Bool { KeySet.areSame(left.text, right.text) }

    func hash(into hasher: inout Hasher) {
      // `String.hash` is equal for all encodings of an accented character: collisions could be constructed.
      text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  /// The number of keys up to which a linear search is faster than hashing.
  static let linearLimit = 16
  var hashed: Set<Key> = []

  static func areSame(_ left: String, _ right: String) -> Bool {
    // The first comparison is faster, and false for nearly all keys.
    left == right && left.utf8.elementsEqual(right.utf8)
  }

  /// Adds a key to those of the entries before it; false when it is a duplicate.
  mutating func insert(_ key: String, after entries: [Node.Entry]) -> Bool {
    guard entries.count >= Self.linearLimit else {
      // By index: a closure or an iterator would retain each entry.
      for index in 0..<entries.count where Self.areSame(entries[index].key, key) { return false }
      return true
    }
    if hashed.isEmpty { hashed = Set(entries.map { Key(text: $0.key) }) }
    return hashed.insert(Key(text: key)).inserted
  }
}

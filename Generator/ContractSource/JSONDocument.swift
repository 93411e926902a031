/// Reads JSON (RFC 8259) into located nodes: strictly, in UTF-8 only, with a limit on depth.
///
/// Contracts have megabytes, and build plugins run the generator unoptimised: text in which nothing happens is
/// passed eight bytes at a time, and a column is a difference of offsets.
public struct JSONDocumentReader: ~Copyable {
  private let file: SourceFile
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var line = 1
  /// Where the line would begin if all its characters up to the position took one byte each.
  private var lineStart = 0
  private var unescaped: [UInt8] = []

  /// Why a document cannot be read; told as one diagnostic.
  private struct Fault: Error {
    var code = Diagnostic.Code.syntax
    let message: String
    let offset: Int
    var help: String?
  }

  public static func read(_ file: SourceFile, _ diagnostics: Diagnostics) -> Node? {
    // Unoptimised, an element of an array costs a call and a retain; a pointer's does not. It is used in here only,
    // where the array stays as it is, and every offset is compared with the count before it is read.
    file.bytes.withUnsafeBytes { bytes in
      var reader = JSONDocumentReader(file: file, bytes: bytes)
      do throws(Fault) {
        return try reader.document()
      } catch {
        diagnostics.error(error.code, error.message, at: reader.place(at: error.offset), help: error.help)
        return nil
      }
    }
  }

  private init(file: SourceFile, bytes: UnsafeRawBufferPointer) {
    self.file = file
    self.bytes = bytes
  }

  private mutating func document() throws(Fault) -> Node {
    skipByteOrderMark()
    skipSpace()
    guard position < bytes.count else {
      throw Fault(
        message: "the file is empty", offset: position, help: "a contract begins with {\"openapi\": \"3.1.0\"")
    }
    let root = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw unexpected(.end) }
    return root
  }

  private mutating func value(depth: Int) throws(Fault) -> Node {
    guard depth <= YAMLReader.depthLimit else {
      throw Fault(code: .limit, message: "nested deeper than \(YAMLReader.depthLimit)", offset: position)
    }
    let place = here
    switch current {
    case UInt8(ascii: "\""): return Node(.string(try string()), at: place)
    case UInt8(ascii: "{"): return try object(at: place, depth: depth)
    case UInt8(ascii: "["): return try array(at: place, depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return Node(.number(try number()), at: place)
    default: return Node(try word(), at: place)
    }
  }

  private mutating func object(at place: Place, depth: Int) throws(Fault) -> Node {
    var entries: [Node.Entry] = []
    var keys = KeySet()
    guard enter(UInt8(ascii: "}")) else { return Node(.mapping([]), at: place) }
    repeat {
      let (keyPlace, keyOffset) = (here, position)
      guard current == UInt8(ascii: "\"") else { throw unexpected(.key) }
      let key = try string()
      if !keys.insert(key, after: entries) { throw duplicate(key, at: keyOffset, among: entries) }
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw unexpected(.colon) }
      position += 1
      skipSpace()
      entries.append(Node.Entry(key: key, keyPlace: keyPlace, value: try value(depth: depth + 1)))
    } while try isContinued(.entryEnd, UInt8(ascii: "}"), since: place)
    return Node(.mapping(entries), at: place)
  }

  private mutating func array(at place: Place, depth: Int) throws(Fault) -> Node {
    var items: [Node] = []
    guard enter(UInt8(ascii: "]")) else { return Node(.sequence([]), at: place) }
    repeat {
      items.append(try value(depth: depth + 1))
    } while try isContinued(.itemEnd, UInt8(ascii: "]"), since: place)
    return Node(.sequence(items), at: place)
  }

  /// Passes an opening bracket; false when the closing one follows, which is passed too.
  private mutating func enter(_ close: UInt8) -> Bool {
    position += 1
    skipSpace()
    guard current == close else { return true }
    position += 1
    return false
  }

  /// Whether a comma follows and after it something else than the end; false at the end, which is passed.
  private mutating func isContinued(_ wanted: Wanted, _ close: UInt8, since opening: Place) throws(Fault) -> Bool {
    skipSpace()
    if current == close {
      position += 1
      return false
    }
    guard current == UInt8(ascii: ",") else { throw unexpected(wanted, openedIn: opening.line) }
    let comma = position
    position += 1
    skipSpace()
    guard current == close else { return true }
    throw Fault(
      message: "not JSON: a comma with nothing after it", offset: comma,
      help: "JSON has commas only between two entries: take it out")
  }
}

// MARK: Strings, numbers and words

extension JSONDocumentReader {
  /// Reads a string and its quotes.
  private mutating func string() throws(Fault) -> String {
    let start = position + 1
    let end = plainEnd(from: start)
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return try unusualString() }
    position = end + 1
    return text(start..<end)
  }

  /// Reads a string that has escapes or characters beyond ASCII.
  private mutating func unusualString() throws(Fault) -> String {
    var index = position + 1
    var start = index
    unescaped.removeAll(keepingCapacity: true)
    while true {
      index = plainEnd(from: index)
      guard index < bytes.count else { throw endless() }
      let byte = bytes[index]
      if byte >= 0x80 {
        if byte < 0xC0 { lineStart += 1 }
        index += 1
        continue
      }
      unescaped.append(contentsOf: bytes[start..<index])
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else { throw controlCharacter(byte, at: index) }
      index = try escape(at: index)
      start = index
    }
    guard let text = String(validating: unescaped, as: UTF8.self) else { throw notUTF8(position..<index) }
    position = index + 1
    return text
  }

  /// Appends what an escape means; returns where it ends.
  private mutating func escape(at offset: Int) throws(Fault) -> Int {
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
      guard offset + 1 < bytes.count else { throw endless() }
      throw Fault(
        message: "not JSON: '\\' before \(shown(at: offset + 1)) is no escape", offset: offset,
        help: "a backslash itself is written \\\\")
    }
    return offset + 2
  }

  private mutating func unicodeEscape(at offset: Int) throws(Fault) -> Int {
    var value = try hex(at: offset)
    var end = offset + 6
    if 0xD800..<0xDC00 ~= value, byte(at: end) == UInt8(ascii: "\\"), byte(at: end + 1) == UInt8(ascii: "u") {
      let low = try hex(at: end)
      if 0xDC00..<0xE000 ~= low {
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        end += 6
      }
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw Fault(
        message: "not JSON: \(text(offset..<offset + 6)) is half of a character", offset: offset,
        help: "write both halves of the surrogate pair, or the character itself")
    }
    unescaped.append(contentsOf: String(scalar).utf8)
    return end
  }

  /// The four digits of the escape `\u` at an offset.
  private func hex(at offset: Int) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for index in offset + 2..<offset + 6 {
      let digit = byte(at: index)
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit & 0x0F)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | UInt32(digit & 0x0F + 9)
      default: throw Fault(message: "not JSON: '\\u' without four hexadecimal digits", offset: offset)
      }
    }
    return value
  }

  /// Reads a number's own text, so that no digit is lost.
  private mutating func number() throws(Fault) -> String {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let isZero = current == UInt8(ascii: "0")
    try digits(of: start)
    if isZero, position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
      throw Fault(message: "not JSON: a number that begins with 0", offset: start, help: "quote it if it is text")
    }
    if current == UInt8(ascii: ".") {
      position += 1
      try digits(of: start)
    }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits(of: start)
    }
    return text(start..<position)
  }

  private mutating func digits(of start: Int) throws(Fault) {
    guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= current else { throw badNumber(start) }
    repeat { position += 1 } while UInt8(ascii: "0")...UInt8(ascii: "9") ~= current
  }

  /// Reads `true`, `false` or `null`.
  private mutating func word() throws(Fault) -> Node.Value {
    let end = wordEnd(from: position)
    let word = text(position..<end)
    switch word {
    case "true", "false", "null": position = end
    default: throw badWord(word)
    }
    return word == "null" ? .null : .bool(word == "true")
  }
}

// MARK: Bytes and places

extension JSONDocumentReader {
  /// The byte at the position; 0, which begins nothing, at the end.
  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private var here: Place { Place(file: file, line: line, column: position - lineStart + 1) }

  /// The place of any offset, counted from the beginning of the file.
  private func place(at offset: Int) -> Place {
    var (line, column) = (1, 1)
    for byte in bytes[byteOrderMarkEnd..<max(byteOrderMarkEnd, min(offset, bytes.count))] {
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return Place(file: file, line: line, column: column)
  }

  private var byteOrderMarkEnd: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  private mutating func skipByteOrderMark() {
    position = byteOrderMarkEnd
    lineStart = position
  }

  private mutating func skipSpace() {
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

  private mutating func skipIndentation() {
    while position + 8 <= bytes.count,
      bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) == 0x2020_2020_2020_2020
    {
      position += 8
    }
  }

  /// Where the next byte is that may end a string or is not plain: a quote, a backslash, a control character,
  /// a part of a character beyond ASCII; the count of bytes when there is none.
  private func plainEnd(from start: Int) -> Int {
    var index = start
    while index + 8 <= bytes.count {
      let eight = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      // A byte below n has its high bit set by subtracting n; one that equals n is 0, below 1, once that is XORed.
      // Bytes are borrowed from only above one that was found, so that the lowest found is always right.
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

  private func wordEnd(from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        end += 1
      default: return end
      }
    }
    return end
  }

  /// The text in a range of bytes that are known to be UTF-8.
  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}

// MARK: Faults

extension JSONDocumentReader {
  private enum Wanted: String {
    case value = "a value"
    case key = "a key in double quotes"
    case colon = "':'"
    case entryEnd = "',' or '}'"
    case itemEnd = "',' or ']'"
    case end = "the end of the file"
  }

  private func unexpected(_ wanted: Wanted, openedIn line: Int? = nil) -> Fault {
    let found =
      position < bytes.count
      ? "expected \(wanted.rawValue), found \(shown(at: position))"
      : "the file ends where \(wanted.rawValue) was expected"
    return Fault(message: "not JSON: \(found)", offset: position, help: help(wanted, line))
  }

  private func help(_ wanted: Wanted, _ openedIn: Int?) -> String? { nil }
  private func badWord(_ word: String) -> Fault { unexpected(.value) }
  private func badNumber(_ start: Int) -> Fault { unexpected(.value) }
  private func endless() -> Fault { Fault(message: "not JSON: a string that does not end", offset: position) }
  private func controlCharacter(_ byte: UInt8, at offset: Int) -> Fault { Fault(message: "control", offset: offset) }
  private func notUTF8(_ range: Range<Int>) -> Fault { Fault(message: "utf8", offset: range.lowerBound) }
  private func shown(at offset: Int) -> String { "" }

  private func duplicate(_ key: String, at offset: Int, among entries: [Node.Entry]) -> Fault {
    let first = entries.first { KeySet.areSame($0.key, key) }
    return Fault(
      code: .duplicate, message: "the key '\(key)' stands twice in this object", offset: offset,
      help: first.map { "it stands first in line \($0.keyPlace.line)" })
  }
}

/// The keys of one object, compared byte for byte: Swift's `==` would have two spellings of an accent be equal.
private struct KeySet {
  private struct Key: Hashable {
    let text: String

    static func == (left: Key, right: Key) -> Bool { KeySet.areSame(left.text, right.text) }
  }

  /// Up to how many keys looking at each is faster than hashing.
  private static let linearLimit = 16
  private var hashed: Set<Key> = []

  static func areSame(_ left: String, _ right: String) -> Bool { left == right && left.utf8.elementsEqual(right.utf8) }

  /// Adds a key to those of the entries before it; false when it is one of them.
  mutating func insert(_ key: String, after entries: [Node.Entry]) -> Bool {
    if entries.count < Self.linearLimit {
      for index in 0..<entries.count where Self.areSame(entries[index].key, key) { return false }
      return true
    }
    if hashed.isEmpty { hashed = Set(entries.map { Key(text: $0.key) }) }
    return hashed.insert(Key(text: key)).inserted
  }
}

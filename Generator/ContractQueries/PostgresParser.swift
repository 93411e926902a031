import CPgQuery
import ContractValues

/// A word, number, literal, operator or comment of SQL, in bytes of the text.
struct SQLToken {
  enum Kind {
    case word, comment, other
  }

  let range: Range<Int>
  let kind: Kind
  /// Whether it is a word that no name can be unless it is quoted.
  let isReserved: Bool
}

/// What PostgreSQL's parser says is wrong with a text.
struct SQLSyntaxError: Error {
  let message: String
  /// In bytes.
  let offset: Int
}

/// PostgreSQL's own scanner and parser: the door to libpg_query. A text has no NUL in it.
enum PostgresParser {
  /// The tokens of a text, comments among them (`ScanResult` in pg_query.proto).
  static func scan(_ text: [UInt8]) throws(SQLSyntaxError) -> [SQLToken] {
    let result = (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { pg_query_scan($0.baseAddress) }
    defer { pg_query_free_scan_result(result) }
    if let error = result.error { throw failure(error.pointee, text) }
    guard let data = result.pbuf.data else { return [] }
    // Copied, so that nothing of the library's outlives this call.
    var message = ProtobufReader(
      data.withMemoryRebound(to: UInt8.self, capacity: result.pbuf.len) {
        Array(UnsafeBufferPointer(start: $0, count: result.pbuf.len))
      })
    var tokens: [SQLToken] = []
    while let field = message.next() {
      guard field.number == 2, case .bytes(let bytes) = field.value else { continue }
      if let token = token(bytes, textSize: text.count) { tokens.append(token) }
    }
    return tokens
  }

  /// The statements of a text as libpg_query's JSON; nil for a tree that nests deeper than a JSON reader goes.
  static func parse(_ text: [UInt8]) throws(SQLSyntaxError) -> JSONValue? {
    // A chain of operators is a tree as deep as it is long, and libpg_query writes it by recursion.
    var size = 0
    for token in try scan(text) {
      size = token.range.count == 1 && text[token.range.lowerBound] == UInt8(ascii: ";") ? 0 : size + 1
      if size > 30_000 {
        throw SQLSyntaxError(
          message: "the statement has more than 30000 words and signs", offset: token.range.lowerBound)
      }
    }
    let result = (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { pg_query_parse($0.baseAddress) }
    defer { pg_query_free_parse_result(result) }
    if let error = result.error { throw failure(error.pointee, text) }
    guard let tree = result.parse_tree else { return nil }
    var json = JSONReader(Array(String(cString: tree).utf8))
    return try? JSONValue.decode(&json)
  }

  /// Whether a name must be quoted to be one of a column.
  static func isReserved(_ name: String) -> Bool {
    ((try? scan(Array(name.utf8))) ?? []).contains(where: \.isReserved)
  }

  private static func failure(_ error: PgQueryError, _ text: [UInt8]) -> SQLSyntaxError {
    var message = error.message.map { String(cString: $0) } ?? "syntax error"
    // It quotes the text up to its end, where a literal has none.
    if message.utf8.contains(UInt8(ascii: "\n")) { message = String(message.prefix { $0 != "\"" && !$0.isNewline }) }
    if message.hasSuffix(" at or near ") { message.removeLast(" at or near ".utf8.count) }
    // It counts characters, from 1.
    var left = Int(error.cursorpos) - 1
    var offset = 0
    while offset < text.count, left > 0 {
      offset += 1
      while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
      left -= 1
    }
    return SQLSyntaxError(message: message, offset: offset)
  }

  private static func token(_ bytes: ArraySlice<UInt8>, textSize: Int) -> SQLToken? {
    var numbers = [0, 0, 0, 0, 0, 0]
    var message = ProtobufReader(Array(bytes))
    while let field = message.next() {
      if case .number(let value) = field.value, numbers.indices.contains(field.number) { numbers[field.number] = value }
    }
    let (start, end, code, keyword) = (numbers[1], numbers[2], numbers[4], numbers[5])
    guard start >= 0, start < end, end <= textSize else { return nil }
    // IDENT, SQL_COMMENT and C_COMMENT; reserved keywords and those that are names of types or functions alone.
    let kind: SQLToken.Kind = code == 275 || code == 276 ? .comment : code == 258 || keyword > 0 ? .word : .other
    return SQLToken(range: start..<end, kind: kind, isReserved: keyword >= 3)
  }
}

/// The fields of a message in Protocol Buffers' wire format: as much of it as tokens need.
private struct ProtobufReader {
  enum Value {
    case number(Int)
    case bytes(ArraySlice<UInt8>)
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next field; nil at the end, and at what is none.
  mutating func next() -> (number: Int, value: Value)? {
    guard let tag = varint() else { return nil }
    guard let value = varint() else { return nil }
    switch tag & 7 {
    case 0: return (tag >> 3, .number(value))
    case 2:
      guard value >= 0, value <= bytes.count - position else { return nil }
      position += value
      return (tag >> 3, .bytes(bytes[position - value..<position]))
    default: return nil
    }
  }

  private mutating func varint() -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}

import ContractSource

/// Queries.sql cut into queries: a head in comments, and the SQL under it.
struct QueryFile {
  struct Block {
    /// The head's text without comment signs, each byte with its offset in the file.
    var head: [(byte: UInt8, offset: Int)]
    let headOffset: Int
    var doc: [String] = []
    /// What stands under the head, comments included, without those that belong to the next one.
    var tokens: [SQLToken] = []
  }

  let text: SourceText
  private(set) var blocks: [Block] = []
  private let diagnostics: Diagnostics

  /// Nil, and reported, for what PostgreSQL's scanner cannot read.
  init?(_ file: SourceFile, _ diagnostics: Diagnostics) {
    // Neither a byte order mark nor how a checkout ends lines is anything of SQL's.
    text = SourceText(SourceFile(path: file.path, bytes: Self.plain(file.bytes)))
    self.diagnostics = diagnostics
    if let offset = text.firstFault {
      diagnostics.error(
        .syntax, "this line is not UTF-8, or has a NUL or a lone carriage return in it", at: text.position(offset))
      return nil
    }
    do throws(SQLSyntaxError) {
      split(try PostgresParser.scan(text.bytes))
    } catch {
      diagnostics.error(.syntax, error.message, at: text.position(error.offset))
      return nil
    }
  }

  private static func plain(_ bytes: [UInt8]) -> [UInt8] {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard bytes.contains(0x0D) else { return Array(bytes) }
    return bytes.indices.filter { bytes[$0] != 0x0D || $0 + 1 == bytes.endIndex || bytes[$0 + 1] != 0x0A }
      .map { bytes[$0] }
  }

  private mutating func split(_ tokens: [SQLToken]) {
    var pending: [SQLToken] = []
    var index = 0
    var hasStray = false
    while index < tokens.count {
      let token = tokens[index]
      index += 1
      if token.kind == .comment, isAlone(token, after: index > 1 ? tokens[index - 2] : nil) {
        guard isHead(token) else {
          pending.append(token)
          continue
        }
        var block = Block(head: [], headOffset: headStart(token))
        block.doc = lines(adjacentTo: token, pending)
        index = readHead(tokens, from: index - 1, into: &block)
        pending = []
        blocks.append(block)
        continue
      }
      if blocks.isEmpty {
        if token.kind != .comment, !hasStray {
          hasStray = true
          diagnostics.error(
            .syntax, "this SQL is under no head", at: text.position(token.range.lowerBound),
            help: "write '-- query name(label: Type) -> Result' on the line before it")
        }
        continue
      }
      blocks[blocks.count - 1].tokens += pending + [token]
      pending = []
    }
  }

  /// Whether a comment is of the kind `--` and has its line for itself.
  private func isAlone(_ token: SQLToken, after previous: SQLToken?) -> Bool {
    guard text.starts(token.range, with: "--") else { return false }
    guard let previous else { return true }
    return text.line(of: previous.range.upperBound - 1) < text.line(of: token.range.lowerBound)
  }

  private func isHead(_ token: SQLToken) -> Bool {
    let words = text[token.range].dropFirst(2).split(whereSeparator: { $0 == " " || $0 == "\t" })
    // Of a head on several lines the first may be the name alone.
    return words.count > 1 && words[0] == "query" && words[1].first.map { $0.isLetter || $0 == "_" } == true
      && (words.count == 2 || text[token.range].contains("("))
  }

  private func headStart(_ token: SQLToken) -> Int {
    var offset = token.range.lowerBound + 2
    while offset < token.range.upperBound, text.bytes[offset] == 0x20 || text.bytes[offset] == 0x09 { offset += 1 }
    return offset
  }

  /// The comment lines directly before a head, which begin the query's documentation.
  private func lines(adjacentTo head: SQLToken, _ comments: [SQLToken]) -> [String] {
    var line = text.line(of: head.range.lowerBound)
    var result: [String] = []
    for comment in comments.reversed() {
      guard text.line(of: comment.range.lowerBound) == line - 1 else { break }
      line -= 1
      result.append(text.comment(comment.range))
    }
    return result.reversed()
  }

  /// Reads a head on one line or several, and the comment lines directly behind it; gives the index of the next token.
  private func readHead(_ tokens: [SQLToken], from start: Int, into block: inout Block) -> Int {
    var index = start
    var line = text.line(of: tokens[start].range.lowerBound)
    var scan = HeadScan()
    while index < tokens.count {
      let token = tokens[index]
      guard index == start || isAlone(token, after: nil) && text.line(of: token.range.lowerBound) == line + 1,
        index == start || !isHead(token)
      else { break }
      line = text.line(of: token.range.lowerBound)
      if !scan.isComplete || !scan.hasArrow && text.comment(token.range).hasPrefix("->") {
        let from = token.range.lowerBound + 2
        block.head += (from..<token.range.upperBound).map { (text.bytes[$0], $0) } + [(0x20, token.range.upperBound)]
        for byte in text.bytes[from..<token.range.upperBound] { scan.take(byte) }
      } else {
        block.doc.append(text.comment(token.range))
      }
      index += 1
    }
    return index
  }

  /// Whether the lines of a head so far can be all of it.
  private struct HeadScan {
    private var depth = 0
    private var last: UInt8?
    private var hasList = false
    private(set) var hasArrow = false

    mutating func take(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): (depth, hasList) = (depth + 1, true)
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ">"): hasArrow = true
      case 0x20, 0x09: return
      default: break
      }
      last = byte
    }

    var isComplete: Bool { hasList && depth <= 0 && last != UInt8(ascii: ">") && last != UInt8(ascii: ",") }
  }
}

/// A file's bytes with the lines in it.
struct SourceText {
  let file: SourceFile
  private let lineStarts: [Int]

  var bytes: [UInt8] { file.bytes }

  init(_ file: SourceFile) {
    self.file = file
    lineStarts = [0] + file.bytes.indices.filter { file.bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  subscript(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The offset of the first line that is no UTF-8, or has a NUL or a lone carriage return in it: PostgreSQL takes that
  /// for a line's end, and editors do not.
  var firstFault: Int? {
    func isSound(_ bytes: ArraySlice<UInt8>) -> Bool {
      !bytes.contains(0) && !bytes.contains(0x0D) && String(validating: bytes, as: UTF8.self) != nil
    }
    if isSound(bytes[...]) { return nil }
    return zip(lineStarts, lineStarts.dropFirst() + [bytes.count]).first { !isSound(bytes[$0..<$1]) }?.0
  }

  /// The line of a byte, from 0.
  func line(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  func lineStart(_ line: Int) -> Int { lineStarts[line] }

  func position(_ offset: Int) -> SourcePosition {
    let line = line(of: offset)
    let before = bytes[lineStarts[line]..<max(lineStarts[line], min(offset, bytes.count))]
    // Columns count characters, as the listing does.
    return SourcePosition(file: file, line: line + 1, column: before.count { $0 & 0xC0 != 0x80 } + 1)
  }

  func starts(_ range: Range<Int>, with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[range].starts(with: $0) }
  }

  /// A comment's words, without the sign.
  func comment(_ range: Range<Int>) -> String {
    var words = bytes[range].dropFirst(2)
    while let last = words.last, last == 0x20 || last == 0x09 { words.removeLast() }
    while words.first == 0x20 || words.first == 0x09 { words.removeFirst() }
    return String(decoding: words, as: UTF8.self)
  }
}

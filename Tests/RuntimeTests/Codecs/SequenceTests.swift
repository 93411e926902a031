import ServiceCore
import Testing

@Suite struct SequenceTests {
  /// What a parser gives for pieces of a body, as texts.
  private func parse<Parser: IncrementalParser>(
    _ pieces: [[UInt8]], _ parser: Parser, _ shown: (Parser.Output) -> String
  ) throws(CodecError) -> [String] {
    var parser = parser
    var result: [String] = []
    for piece in pieces {
      parser.append(piece)
      while let output = try parser.next() { result.append(shown(output)) }
    }
    if let output = try parser.finish() { result.append(shown(output)) }
    return result
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func text(_ output: JSONSequenceParser.Text) -> String {
    switch output {
    case .whole(let bytes): text(bytes)
    case .truncated(let bytes): "cut " + text(bytes)
    }
  }

  /// Every cut of the bytes in two, and single bytes.
  private func cuts(_ text: String) -> [[[UInt8]]] {
    let bytes = Array(text.utf8)
    return (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.map { [$0] }]
  }

  // MARK: lines

  @Test(arguments: [
    ("", []), ("\n", []), ("1", ["1"]), ("1\n", ["1"]), ("1\n2", ["1", "2"]), ("1\r\n2\r\n", ["1", "2"]),
    ("\n\r\n \t\n1\n\n\n2\n \n", ["1", "2"]), ("{\"a\": 1}\n[1, 2]\n", ["{\"a\": 1}", "[1, 2]"]), (" 1 \r", [" 1 "]),
    ("1\r2\n", ["1\r2"]), ("not JSON\n", ["not JSON"]),
  ])
  func `each line is a text`(_ body: String, _ expected: [String]) throws {
    for pieces in cuts(body) { #expect(try parse(pieces, JSONLinesParser(), text) == expected) }
  }

  @Test func `a line has a limit`() throws {
    let parser = JSONLinesParser(limit: 5)
    #expect(try parse([Array("12345\n12345".utf8)], parser, text) == ["12345", "12345"])
    for body in ["123456\n", "123456", "1\n      \n"] {
      let error = #expect(throws: CodecError.self) { try parse([Array(body.utf8)], parser, text) }
      #expect(error?.isTooLarge == true)
    }
  }

  // MARK: sequences

  @Test(arguments: [
    ("", []), ("\u{1E}", []), ("\u{1E}1\n", ["1"]), ("\u{1E}{\"a\": [1]}\n\u{1E}\"x\"\n", ["{\"a\": [1]}", "\"x\""]),
    ("\u{1E}\u{1E}\u{1E}true\n\u{1E}", ["true"]), ("\u{1E} \n", []),
    // Line ends and brackets inside of a text.
    ("\u{1E}{\n  \"}]\\\"{\": \"[\",\n  \"b\": []\n}\n\u{1E}2\n", ["{\n  \"}]\\\"{\": \"[\",\n  \"b\": []\n}", "2"]),
    ("\u{1E}\"\\\\\"\n\u{1E}\"\\\\\\\"\"\n", ["\"\\\\\"", "\"\\\\\\\"\""]),
    // A text needs no line feed where it shows that it is whole.
    ("\u{1E}{}\u{1E}[]\u{1E}\"\"", ["{}", "[]", "\"\""]), ("\u{1E}1 \u{1E}2\t\u{1E}3\r\n", ["1", "2", "3"]),
    // Truncated: numbers and words that could go on, open brackets and strings.
    ("\u{1E}12\u{1E}3\n", ["cut 12", "3"]), ("\u{1E}tru\u{1E}null", ["cut tru", "cut null"]),
    ("\u{1E}{\"a\": 1\u{1E}2\n", ["cut {\"a\": 1", "2"]), ("\u{1E}\"abc\u{1E}2\n", ["cut \"abc", "2"]),
    ("\u{1E}{\"a\": {}\n\u{1E}{\"b\": \"\u{1E}[[]", ["cut {\"a\": {}\n", "cut {\"b\": \"", "cut [[]"]),
    ("\u{1E}\"\\\"\u{1E}\"\\", ["cut \"\\\"", "cut \"\\"]),
    // Bytes that belong to no text.
    ("1\n\u{1E}2\n", ["cut 1\n", "2"]), ("\n \u{1E}2\n", ["2"]), ("\u{1E}1\n2\n\u{1E}3\n", ["1", "cut 2\n", "3"]),
    // Brackets that do not match are for the reader of the text.
    ("\u{1E}[}\n\u{1E}]\n", ["[}", "]"]),
  ])
  func `each record is a text, and a truncated one is told`(_ body: String, _ expected: [String]) throws {
    for pieces in cuts(body) { #expect(try parse(pieces, JSONSequenceParser(), text) == expected) }
  }

  @Test func `a text is given with its line feed, before the next begins`() throws {
    var parser = JSONSequenceParser()
    parser.append(Array("\u{1E}{\"a\":\n1}\n".utf8))
    #expect(try parser.next().map(text) == "{\"a\":\n1}")
    #expect(try parser.next() == nil)
  }

  @Test func `a text has a limit`() throws {
    let parser = JSONSequenceParser(limit: 5)
    #expect(try parse([Array("\u{1E}12345\n\u{1E}123".utf8)], parser, text) == ["12345", "cut 123"])
    for body in ["\u{1E}123456\n", "\u{1E}123456", "123456", "\u{1E}1\n123456"] {
      let error = #expect(throws: CodecError.self) { _ = try parse([Array(body.utf8)], parser, text) }
      #expect(error?.isTooLarge == true)
    }
    #expect(try parse([Array(("\u{1E}" + String(repeating: " ", count: 100) + "1\n").utf8)], parser, text) == ["1"])
  }

  @Test func `long bodies of single bytes are read in one pass`() throws {
    let record = Array("\u{1E}[\"\u{20}\"]\n".utf8)
    let pieces = Array(repeating: record.map { [$0] }, count: 20_000).flatMap { $0 }
    #expect(try parse(pieces, JSONSequenceParser(), text).count == 20_000)
    let long = Array(repeating: [UInt8(ascii: "[")], count: 100_000)
    #expect(try parse(long, JSONSequenceParser(), text).count == 1)
    #expect(try parse(long, JSONLinesParser(), text).count == 1)
    // All at once, and then a byte between texts.
    var parser = JSONLinesParser()
    parser.append(Array(repeating: [49, 10], count: 100_000).flatMap { $0 })
    var count = 0
    while try parser.next() != nil {
      count += 1
      parser.append([10])
    }
    #expect(count == 100_000)
  }

  // MARK: round trips

  @Test func `what is written is read as what it was`() throws {
    var random = SeededRandom(1)
    for _ in 0..<500 {
      let values: [JSONValue] = (0..<Int.random(in: 0...6, using: &random)).map { _ in randomValue(&random, 3) }
      let expected = values.map { text($0.json) }
      let lines = values.flatMap { JSONFraming.lines.record($0.json) }
      #expect(try parse(random.pieces(lines, upTo: 30), JSONLinesParser(), text) == expected)
      let records = values.flatMap { JSONFraming.sequence.record($0.json) }
      #expect(try parse(random.pieces(records, upTo: 30), JSONSequenceParser(), text) == expected)
    }
    #expect(text(JSONFraming.lines.record(Array("{\r\n\"a\":\n1}".utf8))) == "{  \"a\": 1}\n")
    #expect(text(JSONFraming.sequence.record([49])) == "\u{1E}1\n")
  }

  private func randomValue(_ random: inout SeededRandom, _ depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &random) {
    case 0: .null
    case 1: .boolean(Bool.random(using: &random))
    case 2: .string(random.text("a\"\\\n\u{1E}{}[] é", upTo: 6))
    case 3: JSONValue(integerLiteral: Int.random(in: -1_000...1_000, using: &random))
    case 4: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in randomValue(&random, depth - 1) })
    default: ["a\n]": randomValue(&random, depth - 1), "b": randomValue(&random, depth - 1)]
    }
  }

  @Test func `no bytes trap`() throws {
    var random = SeededRandom(2)
    for _ in 0..<3_000 {
      let pieces = random.pieces(Array(random.text("\u{1E}\u{1E}[]{}\"\\1 \n\ré", upTo: 30).utf8), upTo: 5)
      _ = try parse(pieces, JSONSequenceParser(), text)
      _ = try parse(pieces, JSONLinesParser(), text)
      _ = try parse(pieces, EventStreamParser()) { $0.data ?? "" }
    }
  }
}

import ContractSource
import Testing

/// What is wrong with a text that is not YAML: in an author's words, where it began, and what would be right.
@Suite struct YAMLFaultTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let error: String
    let help: String?
    var testDescription: String { text }

    init(_ text: String, _ error: String, _ help: String? = nil) {
      (self.text, self.error, self.help) = (text, error, help)
    }
  }

  private static let commas = "entries are separated by commas; text with , [ ] { } or ': ' in it needs quotes"
  private static let entries = "an entry is written 'key: value', and an item of a list '- value'"
  private static let directive = "a line that begins with '%' is read as a directive, and this one is not valid"
  private static let percent = "put a text that begins with '%' in quotes, or indent its line"
  private static let spaces = "indent with spaces: YAML does not allow tabs there"

  static let indentation = [
    Row("a:\n\tb: 1\n", "2:1: a tab is used as indentation", spaces),
    Row("a:\n  b: 1\n\tc: 2\n", "3:1: a tab is used as indentation", spaces),
    Row("a: |\n\t x\n", "2:1: a tab is used as indentation", spaces),
    Row("a:\n  -\tb\n", "2:4: a tab follows the '-' of a list", "write a space between the '-' and the item"),
    Row(
      "a: 1\n  b: 2\n", "2:3: this line is indented deeper than line 1, whose key has a value already",
      "indent it by 0 spaces to make it the next key, or remove the value in line 1"),
    Row(
      "a: \"1\"\n  b: 2\n", "2:3: this line is indented deeper than line 1, whose key has a value already",
      "indent it by 0 spaces to make it the next key, or remove the value in line 1"),
    Row(
      "a:\n    b: 1\n  c: 2\n", "3:3: the indentation of this line matches no line above it",
      "indent it by 0 or 4 spaces"),
    Row(
      "a:\n  - b: 1\n   c: 2\n", "3:4: the indentation of this line matches no line above it",
      "indent it by 2 or 4 spaces"),
    Row(
      "a:\n  - x\n  b: 1\n", "3:3: this line is not an item of the list that begins in line 2",
      "write '- ' before it, or indent it like the key that it belongs to"),
    Row(
      "a: 1\n- b\n", "2:1: an item of a list between the keys of an object",
      "indent the list below its key, which has no other value"),
    Row(
      "a: |\n    x\n  y\n", "3:3: the text that begins in line 1 is indented less here than at its beginning",
      "indent all lines of the text like the first, also those before it"),
    Row(
      "a: |\ntext here\nb: 1\n", "2:1: there is no ':' after 'text here'",
      "the text of '|' in line 1 is indented deeper than its key"),
  ]

  static let colons = [
    Row("type:string\nformat: x\n", "1:1: there is no space after the colon in 'type:string'", "write 'type: string'"),
    Row(
      "a:\n  x: 1\n  type:string\n", "3:3: there is no space after the colon in 'type:string'", "write 'type: string'"),
    Row("a: 1\nb :2\nc: 3\n", "2:1: there is no space after the colon in 'b :2'", "write 'b: 2'"),
    Row("{ a:, b: 1 }", "1:4: there is no space after this ':'", "a key is followed by ': '; put text in quotes"),
    Row(
      "a: foo: bar # c\n", "1:7: a text with ': ' in it needs quotes",
      "put the text in quotes: 'foo: bar'; a nested key begins in the next line"),
    Row("- a: \"b\": c\n", "1:9: a second ':' in one entry", "write the next key in a line of its own"),
    Row("{ a: b: c }", "1:7: a second ':' in one entry", commas),
    Row(
      "a: text\nmore text\nb: 2\n", "2:1: there is no ':' after 'more text'",
      entries + "; text that continues line 1 is indented deeper than its key"),
    Row("a:\n  b\n  c: 1\n", "2:3: there is no ':' after 'b'", entries),
    Row(
      "\"\(String(repeating: "k", count: 1_100))\": 1\n", "1:1: a key of more than 1024 characters",
      "write '? ' before it, or shorten it"),
  ]

  static let quotes = [
    Row(
      "a: \"foo\nb: 1\n", "1:4: this quote is not closed",
      "write \" at the end of the text; inside double quotes a quote is written \\\""),
    Row(
      "a: 'foo\n---\n", "1:4: this quote is not closed",
      "write ' at the end of the text; inside single quotes a quote is written ''"),
    Row(
      "a: \"foo\nb: \"bar\"\nc: 1\n", "1:4: this quote is closed in line 2 only, where other text follows",
      "close it in line 1; inside double quotes a quote is written \\\""),
    Row("a: 'It's fine'\n", "1:8: text after the closing quote", "inside single quotes a quote is written ''"),
    Row(
      "a: \"\\d+\"\n", "1:5: '\\d' is not an escape in double quotes", "write '\\\\d', or put the text in single quotes"
    ),
    Row(
      "a: \"\\xg\"\n", "1:5: an escape without its hexadecimal digits",
      "\\x is followed by two, \\u by four and \\U by eight"),
    Row(
      "a: \"\\ud83d\\ude00\"\n", "1:5: YAML does not write a character as two escapes, as JSON does",
      "write the character itself, or \\U0001F600"),
    Row("a: \"\\ud83d\"\n", "1:5: an escape of no character", "write the character itself"),
  ]

  static let brackets = [
    Row("a: { b: 1\nc: 2\n", "1:4: this '{' is not closed", "write '}' at its end, before line 2"),
    Row("a: [b, \"c\"\n", "1:4: this '[' is not closed", "write ']' at its end"),
    Row("a: [{ b: 1 }, { c: ", "1:15: this '{' is not closed", "write '}' at its end"),
    Row("a: [b}\n", "1:6: '[' is closed by '}'", "its opening bracket is in line 1"),
    Row("a: [1, 2]]\n", "1:10: ']' without an opening bracket", "remove it"),
    Row("a: {\n  b: \"x\"\n  c: 2\n}\n", "2:6: ',' is missing after this entry", commas),
    Row("a: {\n  b: 1\n  c: 2\n}\n", "2:6: ',' is missing after this entry", commas),
    Row("a: [b,,c]\n", "1:7: there is nothing before this ','", "remove it"),
    Row("a: {id} of x\n", "1:9: text after '}'", "text that begins with '{' needs quotes"),
    Row("a: [x] of y\n", "1:8: text after ']'", "text that begins with '[' needs quotes"),
    Row("a: {b: ]}\n", "1:8: a value cannot begin with ']'", "write the value"),
    Row("a: [- b]\n", "1:5: '- ' is not allowed in [ ]", "items in [ ] are separated by commas"),
  ]

  static let signs = [
    Row("a: @x\n", "1:4: text without quotes cannot begin with '@'", "put the text in quotes: '@x'"),
    Row("a: `it's`\n", "1:4: text without quotes cannot begin with '`'", "put the text in quotes: '`it''s`'"),
    Row("a: %x\n", "1:4: text without quotes cannot begin with '%'", "put the text in quotes: '%x'"),
    Row("a: ,b\n", "1:4: a value cannot begin with ','", "put the text in quotes: ',b'"),
    Row(
      "a: - b\n", "1:4: text without quotes cannot begin with '- '",
      "put the text in quotes: '- b'; a list begins in the next line"),
    Row("a: ? b\n", "1:4: text without quotes cannot begin with '? '", "put the text in quotes: '? b'"),
    Row("a: **b** c\n", "1:4: text that begins with '*' is read as an alias", "put the text in quotes: '**b** c'"),
    Row("a: & b\n", "1:4: text that begins with '&' is read as an anchor", "put the text in quotes: '& b'"),
    Row("a: !!\n", "1:4: text that begins with '!' is read as a tag", "put the text in quotes: '!!'"),
    Row("a: !x!y z\n", "1:4: text that begins with '!' is read as a tag", "put the text in quotes: '!x!y z'"),
    Row("a: !<x\n", "1:4: text that begins with '!' is read as a tag", "put the text in quotes: '!<x'"),
    Row("a: !a,b\n", "1:4: text that begins with '!' is read as a tag", "put the text in quotes: '!a,b'"),
    Row("a: &x 1\nb: *x y\n", "2:7: text after the alias '*x y'", "put the text in quotes: '*x y'"),
    Row(
      "a: > 5\n", "1:6: text follows '>' in its line",
      "begin the text in the next line, indented; or put it in quotes with its '>'"),
    Row("a: |0\n x\n", "1:5: an indentation of 0 is not valid", "valid values: 1 to 9"),
    Row("a: [|]\n", "1:5: a text in lines of its own ('|') is not allowed in { } or [ ]", "put it in quotes"),
    Row("%x\n", "1:1: " + directive, percent), Row("%\na: 1\n", "1:1: " + directive, percent),
    Row("a: 1\n%b: 2\n", "2:1: " + directive, percent), Row("%YAML x\n", "1:1: " + directive, percent),
    Row("%TAG x\n", "1:1: " + directive, percent), Row("%YAML 1.2 x\n---\n", "1:1: " + directive, percent),
    Row("%YAML 1.3\n---\na: 1\n", "1:1: this version of YAML is not known", "remove the line: a contract is YAML 1.2"),
    Row("%YAML 1.2\n%YAML 1.2\n---\n", "2:1: this directive is duplicated", "remove one of the lines"),
    Row(
      "%YAML 1.2\na: 1\n", "2:1: '---' is missing after the lines that begin with '%'", "write '---' before this line"),
    Row("{ a: 1 }\nb: 2\n", "2:1: text after the end of the document", "a file has exactly one contract"),
    Row(
      "a: x\0\n", "1:5: the character U+0000 is not allowed", "remove it, or write it as \\u0000 in double quotes"),
    Row(
      "a:\n  b: \u{80}\n", "2:6: the character U+0080 is not allowed",
      "remove it, or write it as \\u0080 in double quotes"),
  ]

  @Test(arguments: indentation + colons + quotes + brackets + signs)
  func `a mistake is reported where it began, with what would be right`(_ row: Row) throws {
    let found = try #require(Self.read(row.text).first)
    #expect(Self.line(found) == row.error.replacing(#/^\d+:\d+: /#) { $0.output + "not YAML: " })
    #expect(found.help == row.help)
  }

  @Test func `what YAML allows and a contract does not is reported with what would be right`() throws {
    let mark = "this is a mark of a merge that was not finished"
    for row in [
      Row("a: 1\n---\nb: 2\n", "2:1: a second document", "a file has exactly one contract"),
      Row("a: *foo bar\n", "1:4: there is no anchor &foo before this alias", "text that begins with '*' needs quotes"),
      Row("a: &long 1\nb: *lonk\n", "2:4: there is no anchor &lonk before this alias", "did you mean *long?"),
      Row(
        "a: !foo bar\n", "1:4: the tag !foo has no meaning in a contract",
        "remove it; text that begins with '!' needs quotes"),
      Row(
        "a: { type:string }\n",
        "1:6: there is no space after the colon in 'type:string': it is a key without a value", "write 'type: string'"),
      Row("{id}: 1\n", "1:1: a key must be text", "text that begins with '{', '[' or '*' needs quotes"),
      Row("b: 1\na: 1\nb: 2\n", "3:1: the key 'b' is duplicated in this object", "its first occurrence is in line 1"),
      Row(
        "a:\n<<<<<<< HEAD\n  b: 1\n=======\n  b: 2\n>>>>>>> x\n", "2:1: " + mark,
        "choose one of the two texts up to '>>>>>>>', and remove the marks"),
    ] {
      let found = try #require(Self.read(row.text).first)
      #expect(Self.line(found) == row.error)
      #expect(found.help == row.help)
    }
  }

  @Test(arguments: [
    Row("{\"a\": 1,}", "1:8: a comma after the last entry", "JSON has commas only between entries: remove it"),
    Row("[1,, 2]", "1:4: expected a value, found ','", "remove the extra comma"),
    Row(
      "{\"a\": 1 // x\n}", "1:9: expected ',' or '}', found '/'",
      "JSON has no comments: remove it, or write the contract in YAML"),
    Row(
      "{'a': 1}", "1:2: expected a key in double quotes, found '''", "JSON has keys and text in straight double quotes"),
    Row("{a: 1}", "1:2: expected a key in double quotes, found 'a'", "put the key in double quotes"),
    Row("{\"a\": b}", "1:7: expected a value, found 'b'", "put text in double quotes"),
    Row("{\"a\": 1 \"b\": 2}", "1:9: expected ',' or '}', found '\"'", "put a comma between two entries"),
    Row(
      "{\"a\": \"b}", "1:7: a string that is not closed",
      "write '\"' at its end; inside a string a quote is written \\\""),
    Row("{\"a\": [1}", "1:9: expected ',' or ']', found '}'", "the bracket of line 1 is not closed"),
    Row(
      "openapi: 3.1.0\n", "1:1: expected a value, found 'openapi'",
      "a JSON document begins with '{'; name a file of YAML .yaml"),
    Row(
      "{\n<<<<<<< HEAD\n", "2:1: expected a key in double quotes, found '<'",
      "there is a mark of a merge that was not finished"),
  ])
  func `a mistake in JSON is reported with what would be right`(_ row: Row) throws {
    let diagnostics = Diagnostics()
    _ = DocumentReader.read(SourceFile(path: "c.json", bytes: Array(row.text.utf8)), diagnostics)
    let found = try #require(diagnostics.sorted.first)
    #expect(Self.line(found) == row.error.replacing(#/^\d+:\d+: /#) { $0.output + "not JSON: " })
    #expect(found.help == row.help)
  }

  @Test func `a file in another encoding is reported, and UTF-16 with its mark is read`() throws {
    let latin = try #require(Self.read(bytes: [0x61, 0x3A, 0x20, 0x63, 0xE9, 0x20, 0x78]).first)
    #expect(Self.line(latin) == "1:5: not YAML: the file is not in UTF-8")
    let later = try #require(Self.read(bytes: [0x61, 0x3A, 0x20, 0xC3, 0xA9, 0xFF]).first)
    #expect(later.position.column == 5)
    let unmarked = try #require(Self.read(bytes: [0x61, 0, 0x3A, 0, 0x20, 0, 0x31, 0]).first)
    #expect(unmarked.message == "not YAML: the file is not in UTF-8")
    for order: (UInt16) -> [UInt8] in [
      { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
    ] {
      #expect(Self.read(bytes: "\u{FEFF}a: é😀\n".utf16.flatMap(order)).isEmpty)
      let found = try #require(Self.read(bytes: "\u{FEFF}a: é\nb: @x\n".utf16.flatMap(order)).first)
      #expect(found.rendered().hasPrefix("c.yaml:2:4: error: "))
      #expect(found.rendered().contains("\n  2 | b: @x\n    |    ^\n"))
    }
  }

  @Test(arguments: ["\r", "\u{85}", "\u{2028}", "\u{2029}"])
  func `a line is what an editor shows as one`(_ other: String) throws {
    let found = try #require(Self.read("a: |\n  x\(other)  y\nb: @x\n").first)
    #expect(found.position.line == 3)
    #expect(found.rendered().contains("\n  3 | b: @x\n    |    ^\n"))
  }

  @Test func `a line of tabs and a comment is read as YAML reads it`() throws {
    let text =
      "a: 1\n\t\nb: { c: x,\n\td: y }\n\t# c\ne: |\n  x\n\t\n    \t# kept\n\t# c\nf:\n  - g: |\n      a\n   \t# c\r\n    h: 2\n"
    let diagnostics = Diagnostics()
    let file = SourceFile(path: "c.yaml", bytes: Array(text.utf8))
    let node = try #require(DocumentReader.read(file, diagnostics), "\(diagnostics.list.map { $0.rendered() })")
    #expect(node["b"]?["d"]?.string == "y")
    #expect(node["e"]?.string == "x\n\n  \t# kept\n")
    #expect(node.at(pointer: "/f/0/g")?.string == "a\n")
    #expect(node.at(pointer: "/f/0/h")?.position.line == 15)
  }

  @Test func `a listing shows a window of a long line, with the caret at its column`() throws {
    let long = String(repeating: "é ", count: 5_000)
    let found = try #require(Self.read("{ a: \"\(long)\", b: @x, c: \"\(long)\" }").first)
    let lines = found.rendered().split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("c.yaml:1:10013: error: "))
    #expect(lines[1].unicodeScalars.count <= 106)
    #expect(lines[1].hasPrefix("  1 | …") && lines[1].hasSuffix("…"))
    let caret = try #require(lines[2].unicodeScalars.firstIndex(of: "^"))
    let column = lines[2].unicodeScalars.distance(from: lines[2].unicodeScalars.startIndex, to: caret)
    #expect(Array(lines[1].unicodeScalars)[column] == "@")
  }

  @Test func `the caret is below its character after wide ones, combining ones, tabs and a byte order mark`() throws {
    #expect(
      try Self.listing("\u{FEFF}{ 日本: 😀, e\u{301}:\t@x }")
        == ["  1 | { 日本: 😀, e\u{301}:\t@x }", "    |               \t^"])
  }

  @Test func `at most 200 diagnostics are printed, errors before warnings, and the number of the others`() {
    let diagnostics = Diagnostics()
    let file = SourceFile(path: "c.yaml", bytes: [])
    for line in 1...300 { diagnostics.warning(.unused, "w", at: SourcePosition(file: file, line: line, column: 1)) }
    diagnostics.error(.syntax, "e", at: SourcePosition(file: file, line: 301, column: 1))
    let lines = diagnostics.sorted.rendered().split(separator: "\n")
    #expect(lines.count == 201)
    #expect(lines[199] == "c.yaml:301:1: error: e [C001]")
    #expect(lines[200] == "101 more warnings; check --json lists all of them")
  }

  /// YAML 1.2, section 10.3.2.
  @Test(arguments: [
    ("0x1F", "31"), ("0xfF", "255"), ("0o17", "15"), ("0x0", "0"), ("0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695"),
    ("+1", "1"), ("-01.50", "-1.50"), (".5", "0.5"), ("1.", "1"), ("1.e+3", "1e+3"), ("!!int '5'", "5"),
    ("!!float 5", "5"),
    ("0x+1", nil), ("0x-1", nil), ("0o+7", nil), ("0o8", nil), ("0xG", nil), ("0x", nil), ("0o", nil), ("-0x1", nil),
    ("+0o7", nil), ("0X1", nil), ("0b1", nil), ("1_000", nil), ("1:30", nil), ("1e", nil), ("1e++1", nil), (".", nil),
    ("+", nil), (".e5", nil), ("0x１", nil), ("１", nil), ("yes", nil), ("+.nan", nil), (".iNF", nil), ("!!str 5", nil),
  ])
  func `a scalar without quotes is a number by the core schema alone`(_ text: String, _ number: String?) throws {
    let diagnostics = Diagnostics()
    let file = SourceFile(path: "c.yaml", bytes: Array("a: \(text)\n".utf8))
    let value = try #require(DocumentReader.read(file, diagnostics)?["a"]?.value, "\(diagnostics.list)")
    switch value {
    case .number(let found): #expect(found == number)
    case .string(let found): #expect(number == nil && text.hasSuffix(found))
    default: Issue.record("\(value)")
    }
  }

  @Test(arguments: [
    ("-.Inf", "-.Inf is not a JSON number"), ("+.INF", "+.INF is not a JSON number"),
    ("0x" + String(repeating: "F", count: 33), "an integer of more than 34 digits"),
    ("!!int x", "'x' is not what its tag !!int says"),
  ])
  func `a scalar that is not a number of JSON is refused`(_ text: String, _ message: String) throws {
    #expect(try #require(Self.read("a: \(text)\n").first).message.hasSuffix(message))
  }

  // MARK: Reading

  private static func read(_ text: String) -> [Diagnostic] { read(bytes: Array(text.utf8)) }

  private static func read(bytes: [UInt8]) -> [Diagnostic] {
    let diagnostics = Diagnostics()
    _ = DocumentReader.read(SourceFile(path: "c.yaml", bytes: bytes), diagnostics)
    return diagnostics.sorted
  }

  private static func line(_ found: Diagnostic) -> String {
    "\(found.position.line):\(found.position.column): \(found.message)"
  }

  private static func listing(_ text: String) throws -> [String] {
    let lines = try #require(read(text).first).rendered().split(separator: "\n").map(String.init)
    return Array(lines[1...2])
  }
}

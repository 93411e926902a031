import ContractValues
import Testing

@Suite struct JSONTests {
  private func read(_ bytes: [UInt8]) throws -> [Violation] {
    var json = JSONReader(bytes)
    try json.skip()
    try json.finish()
    return json.violations.list
  }

  @Test(arguments: [
    "null", "true", " false ", "0", "-0", "1.5e+10", "\"\"", "\"\\u00e9\\ud83d\\ude00\\n\"", "[]", "[1,[2],{}]",
    "{\"a\":{\"b\":[null]}}",
    "\t[\r\n1 , 2 ]", "1E400", "\"\u{7F}\"",
  ])
  func `what RFC 8259 allows is read`(_ text: String) throws {
    #expect(try read(Array(text.utf8)).isEmpty)
  }

  @Test(arguments: [
    "", " ", "nul", "True", "01", "+1", "1.", ".5", "1e", "-", "0x1", "NaN", "[1,]", "[,1]", "[1 2]", "[", "]",
    "{\"a\"}", "{\"a\":}",
    "{a:1}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
    "\"\\udc00\"", "\"a\nb\"",
    "1 2", "[]]", "\u{FEFF}1", "'a'", "/**/1", "[1}", "{]",
  ])
  func `what RFC 8259 forbids is refused`(_ text: String) {
    #expect(throws: JSONSyntaxError.self) { try read(Array(text.utf8)) }
  }

  @Test func `text that is not UTF-8 is refused`() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
      var json = JSONReader([0x22] + bytes + [0x22])
      #expect(throws: JSONSyntaxError.self) { try String.decode(&json) }
    }
  }

  @Test(arguments: [64, 65, 1_000_000]) func `depth is limited`(_ depth: Int) throws {
    let text = [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    if depth <= JSONReader.depthLimit {
      #expect(try read(text).isEmpty)
    } else {
      #expect(throws: JSONSyntaxError.self) { try read(text) }
    }
  }

  @Test(arguments: [
    ("1", 1), ("1.0", 1), ("1e2", 100), ("-9223372036854775808", Int.min), ("9223372036854775807", Int.max), ("-0", 0),
    ("9007199254740993", 9_007_199_254_740_993),
  ])
  func `an integer is exact, however it is written`(_ text: String, _ value: Int) throws {
    var json = JSONReader(Array(text.utf8))
    #expect(try Int.decode(&json) == value)
  }

  @Test(arguments: ["1.5", "9223372036854775808", "1e400", "\"1\"", "null", "1e-1"])
  func `what is no integer is a violation`(_ text: String) throws {
    var json = JSONReader(Array(text.utf8))
    #expect(try Int.decode(&json) == nil)
    #expect(json.violations.list.map(\.rule) == ["type"])
  }

  @Test func `NUL in text is a violation, since PostgreSQL cannot hold it`() throws {
    var json = JSONReader(Array(#""a\u0000b""#.utf8))
    #expect(try String.decode(&json) == nil)
    #expect(json.violations.count == 1)
  }

  @Test func `keys are compared byte for byte`() throws {
    // The Kelvin sign is canonically a K, and Swift's strings say it is equal.
    var json = JSONReader(Array("{\"\u{212A}\": 1}".utf8))
    #expect(try json.beginObject())
    let key = try #require(try json.nextKey())
    #expect(!("K" ~= key))
    #expect("\u{212A}" ~= key)
  }

  @Test func `what is written is read back`() throws {
    let text = "a\"\\/\u{8}\u{1F}\n\r\té😀\u{2028}"
    var json = JSONReader(text.json)
    #expect(try String.decode(&json) == text)
  }
}

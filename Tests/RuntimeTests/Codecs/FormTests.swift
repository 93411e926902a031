import ServiceCore
import Testing

@Suite struct FormTests {
  private func shown(_ pairs: [(name: String, value: String)]) -> [String] { pairs.map { "\($0.name)|\($0.value)" } }

  @Test(arguments: [
    ("", []), ("a=1", ["a|1"]), ("a=1&b=2", ["a|1", "b|2"]), ("a", ["a|"]), ("a=", ["a|"]), ("=1", ["|1"]),
    ("=", ["|"]), ("&&a=1&&", ["a|1"]), ("a=b=c", ["a|b=c"]), ("a+b=c+d%2B%20", ["a b|c d+ "]),
    ("%61=%C3%A9", ["a|é"]), ("é=€", ["é|€"]), ("a=1;b=2", ["a|1;b=2"]), ("a=1&a=2", ["a|1", "a|2"]),
  ])
  func `pairs of a form are read`(_ text: String, _ expected: [String]) throws {
    #expect(try shown(FormEncoding.decode(Array(text.utf8))) == expected)
  }

  @Test(arguments: ["a=%", "a=%4", "%zz=1", "a=%FF", "a=%00", "%00", "a=%C3", "a=%ED%A0%80", "a=%C0%80"])
  func `a form that is not percent-encoded UTF-8 is refused`(_ text: String) {
    #expect(throws: CodecError.self) { try FormEncoding.decode(Array(text.utf8)) }
  }

  @Test func `bytes that are not UTF-8 are refused, and so are too many pairs`() throws {
    #expect(throws: CodecError.self) { try FormEncoding.decode([0x61, 0x3D, 0xFF]) }
    let most = Array(repeating: "a=1", count: 1_000).joined(separator: "&")
    #expect(try FormEncoding.pairs(most + "&&&").count == 1_000)
    let error = #expect(throws: CodecError.self) { try FormEncoding.pairs(most + "&a") }
    #expect(error?.isTooLarge == true && error?.problem.status == 413)
    #expect(throws: CodecError.self) { try ParameterCodec.cookies([String(repeating: "a=1;", count: 1_001)]) }
    #expect(try FormEncoding.pairs(String(repeating: "&", count: 1_000_000)).isEmpty)
  }

  @Test func `a form is written by the set of WHATWG's section 5`() {
    let form = FormEncoding.encode([("a b", "c+d&e=f"), ("é~*-._", "%")])
    #expect(form == "a+b=c%2Bd%26e%3Df&%C3%A9%7E*-._=%25")
    #expect(FormEncoding.encode([]) == "")
  }

  @Test func `what is written is read as what it was`() throws {
    var random = SeededRandom(3)
    for _ in 0..<3_000 {
      let pairs = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        (name: random.text("ab+ %&=é€\n\u{1}~*", upTo: 6), value: random.text("ab+ %&=é€\n\u{1}~*", upTo: 6))
      }
      #expect(try shown(FormEncoding.decode(Array(FormEncoding.encode(pairs).utf8))) == shown(pairs))
    }
  }
}

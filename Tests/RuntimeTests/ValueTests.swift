import ContractValues
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    ("0", "0"), ("-0.00", "0"), ("12.50", "12.5"), ("1e3", "1000"), ("1.5E-3", "0.0015"), ("0.1", "0.1"),
    ("9999999999999999999999999999999999", "9999999999999999999999999999999999"), ("-123.456", "-123.456"),
    ("1000000000000000000000000000000000000000", "1000000000000000000000000000000000000000"),
  ])
  func `a decimal is what its text says`(_ text: String, _ plain: String) {
    #expect(ExactDecimal(text)?.description == plain)
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "1e", "1e-", "1e99999999", "0x1", " 1", "1 ", "+1", "1,5", "1e+-5",
    "12345678901234567890123456789012345",
  ])
  func `what is no decimal, or has too many digits, is none`(_ text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func `decimals add, multiply and compare exactly`() throws {
    let price = try #require(ExactDecimal("19.99"))
    #expect(try price * ExactDecimal(3) + ExactDecimal(scaled: 3, exponent: -2) == ExactDecimal(60))
    #expect(ExactDecimal(scaled: 1, exponent: -1) < ExactDecimal(scaled: 11, exponent: -2))
    #expect(ExactDecimal(scaled: -5, exponent: 0) < ExactDecimal(scaled: -49, exponent: -1))
    #expect(ExactDecimal(scaled: 1, exponent: 30) > ExactDecimal(scaled: 999, exponent: -2))
    #expect(price.text(scale: 2) == "19.99" && ExactDecimal(5).text(scale: 2) == "5.00")
    #expect(price.scale == 2 && price.isMultiple(of: ExactDecimal(scaled: 1, exponent: -2)))
    #expect(!price.isMultiple(of: ExactDecimal(scaled: 5, exponent: -2)))
    let large = ExactDecimal(scaled: 9999999999999999999999999999999999, exponent: 0)
    #expect(throws: ExactDecimal.Overflow.self) { try large * large }
    #expect(throws: ExactDecimal.Overflow.self) { try large + ExactDecimal(scaled: 1, exponent: -1) }
    // No result is beyond what the reader accepts.
    let (tall, wide) = try (#require(ExactDecimal("4e3071")), #require(ExactDecimal("25e3072")))
    #expect(throws: ExactDecimal.Overflow.self) { try tall * wide }
    let (most, one) = try (#require(ExactDecimal("999999999999999999e6126")), #require(ExactDecimal("1e6126")))
    let sum = try most + one
    #expect(ExactDecimal(String(decoding: sum.json, as: UTF8.self)) == sum)
  }

  @Test(arguments: [
    ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"), ("2026-01-31T13:30:00+01:30", "2026-01-31T12:00:00Z"),
    ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"), ("2024-02-29t00:00:00z", "2024-02-29T00:00:00Z"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"), ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59.123456789Z", "9999-12-31T23:59:59.123456Z"),
  ])
  func `a time is read in any offset and written in UTC`(_ text: String, _ utc: String) {
    #expect(Timestamp(text)?.description == utc)
  }

  @Test(arguments: [
    "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31 12:00:00Z", "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:00", "2026-01-31",
    "2026-01-31T12:00:00+1:00", "2026-1-31T12:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Zx",
    "0000-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
  ])
  func `what is no time is none`(_ text: String) { #expect(Timestamp(text) == nil) }

  @Test func `ids sort by the time they were made`() {
    let ids = (0..<100).map { Uuid.v7(at: Timestamp(microseconds: 1_700_000_000_000_000 + $0 * 1_000)) }
    #expect(ids == ids.sorted())
    #expect(ids.allSatisfy { Uuid($0.description) == $0 })
    #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 2 })
    #expect(Uuid("0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1") == nil && Uuid("0190f3d2x7c5e-7a3b-9c1d-2e4f6a8b0c1d") == nil)
  }

  @Test(arguments: [
    (Format.email, "a@b.cc", true), (.email, "a.b+c@x-y.example", true), (.email, "a@b", true), (.email, "a@", false),
    (.email, "@b.cc", false), (.email, "a b@c.dd", false), (.email, "a..b@c.dd", false), (.email, "a@-b.cc", false),
    (.uri, "https://example.com/a?b=c#d", true), (.uri, "urn:x:y", true), (.uri, "/a", false),
    (.uri, "http://a b", false),
    (.uri, "http://a/%zz", false), (.date, "2024-02-29", true), (.date, "2023-02-29", false),
  ])
  func `a format is asserted`(_ format: Format, _ text: String, _ isRight: Bool) {
    #expect(format.matches(text) == isRight)
  }
}

@Suite struct PatternTests {
  @Test(arguments: [
    ("^ORD-[0-9]{8}-[0-9]{3,}$", "ORD-20260131-001", true), ("^ORD-[0-9]{8}-[0-9]{3,}$", "ORD-20260131-01", false),
    ("b+", "aabbcc", true), ("^b+$", "aabbcc", false), ("a|bc", "xbcx", true), ("^(?:a|bc)*$", "abcbca", true),
    ("^(?:a|bc)*$", "abcb", false), ("^[^a-c\\d]$", "d", true), ("^[^a-c\\d]$", "5", false),
    ("^\\w{2,3}$", "a_9", true),
    ("^\\w{2,3}$", "a_9x", false), ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("^.$", "é", true),
    ("^.$", "\n", false), ("^\\u{1F600}$", "😀", true), ("^\\x41\\.$", "A.", true), ("", "x", true), ("^$", "", true),
    ("^$", "x", false), ("^a{0}$", "", true), ("^(a?){3}$", "aa", true), ("^[\\s\\S]$", "\n", true),
    ("^[a-]$", "-", true),
    ("a.*?c", "abbc", true), ("^(?<n>x)y$", "xy", true), ("^e\u{301}$", "é", false),
    ("^\\p{L}+$", "aéж日", true), ("^\\p{L}+$", "a1", false), ("^[\\p{Lu}\\d]+$", "A1Ж", true),
    ("^[\\p{Lu}\\d]+$", "a", false),
    ("^\\P{L}$", "1", true), ("^\\p{General_Category=Decimal_Number}$", "٣", true), ("^\\p{Emoji}$", "😀", true),
    ("^\\-\\@\\ $", "-@ ", true), ("^{a}]$", "{a}]", true), ("^x{,2}$", "x{,2}", true), ("^\\cJ$", "\n", true),
    ("^[\\w-.]+$", "a-b.c", true), ("^[\\w-.]+$", "a b", false), ("^[+-\\d]+$", "-1+", true), ("\\uD83D", "😀", false),
    ("\\uD83D\\uDE00", "😀", true), ("^[\\uD800\\uDC00-\\uDBFF\\uDFFF]$", "a", false),
    ("^[ -\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*$", "a😀\t", true),
  ])
  func `a pattern matches as ECMA-262 says`(_ source: String, _ text: String, _ matches: Bool) throws {
    #expect(try Pattern(source).matches(text) == matches)
  }

  @Test(arguments: [
    "(?=x", "(?<!x))", "(?=x)*", String(repeating: "(?!x)", count: 17), "(?=(ab){5001,5002})", "(a)\\1",
    "\\k<n>", "[b-a]", "a{2,1}", "(", ")", "[", "*a", "a**", "\\", "\\p{Nonsense}",
    "(ab){5001,5002}", "([a-z]{1,65535}\\.){2,65535}", "(a|\\b){100000}", "(?<n>a{1,9000}b){2,9000}", "a(?i)b", "(?x)a",
    "(?i",
    "(?-:a)", "(?i-i:a)", "(?ii:a)", "\\x+1", "\\u+041", "\\u{+41}", "\\u{}", "[\\x+1]",
    "(?=a){2}", "(?<=a){2}", "^{2}a", "a|{2}", "a{2}{3}", "\\b{1,}", "(?P<=a)b", "(?P<!a)b", "(?P<",
  ])
  func `what cannot be matched in linear time, or is malformed, is refused`(_ source: String) {
    #expect(throws: Pattern.Problem.self) { try Pattern(source) }
  }

  @Test(arguments: [
    ("^(?!admin)[a-z]+$", "administer", false), ("^(?!admin)[a-z]+$", "user", true), ("^(?!.*--)", "a--b", false),
    ("^(?!.*--)", "a-b-", true), ("^(?=.*[A-Z])(?=.*\\d).{3,}$", "aB3", true),
    ("^(?=.*[A-Z])(?=.*\\d).{3,}$", "ab3", false),
    ("(?<=a)b", "cab", true), ("(?<=a)b", "cb", false), ("(?<!a)b", "ab", false), ("(?<!a)b", "b", true),
    ("^(?:(?!ab).)*$", "aab", false), ("^(?:(?!ab).)*$", "aaca", true), ("(?<=^a{2,3})b", "aaab", true),
    ("(?<=^a{2,3})b", "aaaab", false), ("a(?=b{2,3}$)", "abbb", true), ("a(?=b{2,3}$)", "abbbb", false),
    ("(?<=(?<!x)a)b", "xab", false), ("(?<=(?<!x)a)b", "yab", true), ("a(?=(?!bc)b.)", "abc", false),
    ("a(?=(?<=a)b)", "ab", true), ("(?=a)$", "a", false), ("(?!a)$", "a", true), ("(?<=é)😀(?=日)", "é😀日", true),
    ("^(?=(?:ab|c){2}$)", "abc", true), ("^(?=(?:ab|c){2}$)", "abcc", false), ("a(?=\\b)", "ab", false),
    ("^(?i:(?=A)a)$", "a", true), ("(?=)", "", true), ("(?!)", "x", false), ("^((?!a)\\w){2,500}$", "bcd", true),
    ("^((?!a)\\w){2,500}$", "bad", false), ("(?<=^|,)a(?=,|$)", "b,a", true), ("(?<=^|,)a(?=,|$)", "b,ab", false),
    ("(?m:(?<=^b)c)", "a\nbc", true), ("(?:(?!a)){2}b", "b", true), ("(?:(?=a)|b){2}c", "bbc", true),
    ("(?:(?=a)|b){2}c", "c", false), ("^(?:(?<!b)[ab]){1,300}$", "aab", true),
    ("^(?:(?<!b)[ab]){1,300}$", "aba", false),
  ])
  func `look-around holds as ECMA-262 says`(_ source: String, _ text: String, _ matches: Bool) throws {
    let pattern = try Pattern(source)
    #expect(pattern.matches(text) == matches)
    #expect(try Pattern(pattern.sourceWithoutModifiers).matches(text) == matches)
  }

  @Test(arguments: [
    ("^(?=.*b)a{8,64}", "a", false), ("^(?=.*b)[ab]{8,64}$", "ab", false), ("^(?!.*--)[a-z]+$", "a", true),
    ("^(?=.*--)[a-z]+$", "a", false), ("(?<!a)b(?=a)", "ab", false), ("(?<=a)b(?!b)", "ab", true),
  ])
  func `look-around holds in a long text`(_ source: String, _ part: String, _ matches: Bool) throws {
    #expect(try Pattern(source).matches(String(repeating: part, count: 300)) == matches)
  }

  @Test(arguments: [
    ("^.{0,262144}$", "a", 2_000, true), ("^.{0,9999}$", "a", 10_000, false),
    ("^[a-z]{1,9999}$", "b", 10_000, false),
    ("^(.|\\n){0,4000}$", "\n", 4_000, true), ("^(.|\\n){0,4000}$", "\n", 4_001, false),
    ("^(ab){2,5000}$", "ab", 1, false), ("^(ab){2,5000}$", "ab", 2, true), ("^(ab){2,5000}$", "ab", 5_000, true),
    ("^(ab){2,5000}$", "ab", 5_001, false), ("^(abc){3000,}$", "abc", 2_999, false),
    ("^(abc){3000,}$", "abc", 4_000, true), ("^([a-z]{1,63}\\.){1,126}$", "abc.", 126, true),
    ("^([a-z]{1,63}\\.){1,126}$", "abc.", 127, false), ("^(a{100}){100}$", "a", 10_000, true),
    ("^(a?){2,5000}$", "a", 5_000, true), ("^(a?){2,5000}$", "a", 5_001, false), ("(){1000000}", "", 0, true),
    ("^[ab]*a.{1001}$", "ab", 1_500, true), ("b[ab]{3000,3001}c", "ab", 2_000, false),
    ("^(?:a|aa){0,5000}$", "a", 10_000, true), ("^(?:a|aa){0,5000}$", "a", 10_001, false),
  ])
  func `a large count is counted`(_ source: String, _ part: String, _ times: Int, _ matches: Bool) throws {
    #expect(try Pattern(source).matches(String(repeating: part, count: times)) == matches)
  }

  @Test(arguments: [
    ("^(?i:straSSe)$", "STRASSE", true), ("(?i)^content-type$", "Content-Type", true), ("^(?i:a)b$", "AB", false),
    ("^(?i:a(?-i:b))$", "Ab", true), ("^(?i:a(?-i:b))$", "AB", false), ("^(?i:k)$", "\u{212A}", true),
    ("^(?i:[^x])$", "X", false), ("^(?i:\\p{Lu})$", "a", true), ("^(?i:σ)$", "ς", true), ("^(?i:ß)$", "ẞ", true),
    ("^(?i:ß)$", "SS", false), ("^(?i:i)$", "İ", false), ("^(?i:\\W)$", "ſ", false), ("^(?i:\\w)$", "ſ", true),
    ("^(?s:.)$", "\n", true), ("^(?i-s:.)$", "\n", false), ("(?m:^b$)", "a\nb\nc", true), ("(?m:^b$)", "ab", false),
    ("(?s)^.$", "\n", true), ("(?im)^b$", "a\nB", true), ("^(?i:[]*)a$", "a", true),
    ("\\Aab\\z", "ab", true), ("(?m:\\Ab)", "a\nb", false), ("^ab\\Z", "abc", false), ("^(?P<n>a)b$", "ab", true),
  ])
  func `modifiers apply to their group, and syntax of other languages is read as it is meant`(
    _ source: String, _ text: String, _ matches: Bool
  ) throws {
    let pattern = try Pattern(source)
    #expect(pattern.matches(text) == matches)
    // What is written for engines without modifiers matches alike.
    #expect(try Pattern(pattern.sourceWithoutModifiers).matches(text) == matches)
    #expect(pattern.sourceWithoutModifiers != source)
  }

  @Test func `a warning says which of its meanings an anchor of other languages has`() throws {
    #expect(try Pattern("a\\Z").foreignSyntax.map(\.meaning).first?.contains("as in Python") == true)
    #expect(try Pattern("\\Aa\\z").foreignSyntax.map(\.meaning) == ["'^'", "'$'"])
    #expect(try !Pattern("a\\Z").matches("a\n"))
  }

  @Test(arguments: [
    "^(?=(a+)+$)", "^(?:(?=a*!)a)*$", "^(a+)+$", "^(a|a)*$", "(.*)*x", "^(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$",
    "^(a{0,5000}){0,100}$x",
  ])
  func `a text made to blow up a backtracking matcher does not`(_ source: String) throws {
    // 2^5000 steps for a matcher that backtracks; this one ends.
    #expect(try !Pattern(source).matches(String(repeating: "a", count: 5_000) + "!"))
  }
}

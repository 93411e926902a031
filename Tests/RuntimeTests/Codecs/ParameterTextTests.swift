import ServiceCore
import Testing

/// What of a parameter's texts is encoded, and what is refused.
@Suite struct ParameterTextTests {
  // MARK: encoding

  @Test(arguments: [
    (
      Violation.Location.query, ParameterStyle.form, false, "a b&c=d/e,f+g%é~",
      "n%20n=a%20b%26c%3Dd%2Fe%2Cf%2Bg%25%C3%A9~"
    ),
    (.query, .form, true, "a b&c=d/e,f+g%#[x]", "n%20n=a%20b%26c=d/e,f%2Bg%25%23%5Bx%5D"),
    (.query, .form, true, "50% of %41%zz", "n%20n=50%25%20of%20%41%25zz"),
    (.path, .simple, false, "a/b?c#d;e.f", "a%2Fb%3Fc%23d%3Be.f"),
    (.path, .simple, true, "a/b?c#d;e.f:@!$", "a%2Fb%3Fc%23d%3Be.f:@!$"),
    (.path, .matrix, true, "a;b=c", ";n%20n=a%3Bb=c"),
    (.path, .label, true, "a.b", ".a.b"),
    (.cookie, .form, false, "Hello, world!", "n%20n=Hello%2C%20world%21"),
    (.cookie, .form, true, "Hello, world!;", "n%20n=Hello%2C%20world!%3B"),
    (.header, .simple, false, "Hello, world! 100% é", "Hello, world! 100% é"),
  ])
  func `texts are encoded by their location`(
    _ location: Violation.Location, _ style: ParameterStyle, _ allowReserved: Bool, _ text: String, _ expected: String
  ) throws {
    let codec = ParameterCodec("n n", in: location, style: style, explode: false, allowReserved: allowReserved)
    #expect(try codec.write(.primitive(text)) == expected)
  }

  @Test func `items keep what delimits them apart`() throws {
    let items = StyledValue.array(["a,b", "c.d", "e;f=g"])
    let list: [(ParameterStyle, Bool, String)] = [
      (.simple, false, "a%2Cb,c.d,e%3Bf%3Dg"), (.label, true, ".a%2Cb.c%2Ed.e%3Bf%3Dg"),
      (.label, false, ".a%2Cb,c.d,e%3Bf%3Dg"), (.matrix, true, ";n=a%2Cb;n=c.d;n=e%3Bf%3Dg"),
    ]
    for (style, explode, expected) in list {
      for allowReserved in [false, true] {
        let codec = ParameterCodec("n", in: .path, style: style, explode: explode, allowReserved: allowReserved)
        #expect(try codec.write(items) == expected)
        #expect(try codec.read(path: expected[...], as: .array).shown == items.shown)
      }
    }
  }

  @Test(arguments: [
    (Violation.Location.header, ParameterStyle.simple, StyledValue.primitive("a\r\nb: c")),
    (.header, .simple, .primitive("a\0")), (.header, .simple, .primitive(" a")), (.header, .simple, .primitive("a\t")),
    (.header, .simple, .array(["a,b"])), (.header, .simple, .array(["a ", "b"])), (.header, .simple, .array([""])),
    (.header, .simple, .object([("a=", "b")])), (.cookie, .cookie, .primitive("a;b")),
    (.cookie, .cookie, .primitive("a,b")), (.cookie, .cookie, .primitive("a b")),
    (.cookie, .cookie, .primitive("é")), (.cookie, .cookie, .primitive("a\r\n")),
    (.cookie, .cookie, .object([("a b", "c")])), (.cookie, .cookie, .object([("", "c")])),
    (.cookie, .form, .object([("", "c")])), (.query, .form, .primitive("\0")), (.path, .matrix, .array([""])),
    (.path, .matrix, .object([("n", "")])), (.query, .form, .array([""])), (.query, .form, .object([("n", "")])),
    (.cookie, .cookie, .object([("n", "")])), (.query, .deepObject, .object([("a[b]", "c")])),
    (.query, .deepObject, .object([("", "c")])), (.query, .deepObject, .array(["a"])),
  ])
  func `what a location cannot hold is refused`(
    _ location: Violation.Location, _ style: ParameterStyle, _ value: StyledValue
  ) {
    #expect(throws: CodecError.self) { try ParameterCodec("n", in: location, style: style, explode: true).write(value) }
  }

  @Test func `delimiters that stand encoded cannot be data`() throws {
    for (style, item) in [(ParameterStyle.spaceDelimited, "a b"), (.pipeDelimited, "a|b")] {
      let codec = ParameterCodec("n", in: .query, style: style, explode: false)
      #expect(throws: CodecError.self) { try codec.write(.array([item])) }
      #expect(try ParameterCodec("n", in: .query, style: style, explode: true).write(.array([item])).hasPrefix("n=a%"))
      let kept = ParameterCodec("n", in: .query, style: style, explode: false, allowReserved: true)
      #expect(try kept.write(.array(["a%20b%7Cc", "+"])).hasPrefix("n=a%2520b%257Cc%"))
    }
  }

  // MARK: reading

  private static let readings: [(Violation.Location, ParameterStyle, Bool, StyledValue.Shape, String, String?)] = [
    // Repeated, missing, odd.
    (.query, .form, true, .primitive, "n=1&n=2", nil), (.query, .form, false, .array, "n=1&n=2", nil),
    (.query, .form, false, .object, "n=a,1,b", nil), (.query, .form, false, .object, "n=a,1,a,2", nil),
    (.query, .form, true, .object, "a=1&a=2", nil), (.query, .form, true, .primitive, "m=1", "nothing"),
    (.query, .form, true, .array, "n&n=", "[\"\", \"\"]"), (.query, .form, true, .array, "n", "[]"),
    (.query, .form, true, .object, "n=", "{}"), (.query, .form, true, .object, "n=&m=1", "{\"n\": \"\", \"m\": \"1\"}"),
    (.body, .form, true, .array, "n=a+b&n=%2B", "[\"a b\", \"+\"]"), (.query, .form, true, .primitive, "n", "\"\""),
    (.cookie, .cookie, true, .primitive, "n=1; n=2", nil), (.path, .matrix, true, .primitive, ";n=1;n=2", nil),
    // Encodings.
    (.query, .form, true, .primitive, "n=%", nil), (.query, .form, true, .primitive, "n=%4", nil),
    (.query, .form, true, .primitive, "n=%zz", nil), (.query, .form, true, .primitive, "n=%FF", nil),
    (.query, .form, true, .primitive, "n=%00", nil), (.query, .form, true, .primitive, "n=a+b%2B%20", "\"a b+ \""),
    (.query, .form, true, .primitive, "%6E=1", "\"1\""), (.query, .form, true, .object, "%zz=1", "nothing"),
    (.query, .form, false, .array, "n=a%2Cb,c", "[\"a,b\", \"c\"]"),
    (.query, .form, true, .array, "n=a,b", "[\"a,b\"]"), (.path, .simple, false, .primitive, "a+b%2F", "\"a+b/\""),
    (.path, .simple, false, .primitive, "%C3", nil), (.path, .simple, false, .array, "%00,a", nil),
    (.cookie, .form, true, .primitive, "n=a+b%2C", "\"a+b,\""), (.cookie, .form, true, .primitive, "n=%", nil),
    (.cookie, .cookie, true, .primitive, "n=%2C%zz", "\"%2C%zz\""),
    (.header, .simple, false, .primitive, "a, b%2C", "\"a, b%2C\""),
    // Delimiters as they are and encoded.
    (.query, .spaceDelimited, false, .array, "n=a+b%20c", "[\"a\", \"b\", \"c\"]"),
    (.query, .pipeDelimited, false, .array, "n=a|b%7cc%7Cd", "[\"a\", \"b\", \"c\", \"d\"]"),
    (.query, .pipeDelimited, false, .array, "n=|", "[\"\", \"\"]"),
    (.query, .pipeDelimited, false, .array, "n=a%7", nil),
    (.query, .pipeDelimited, false, .object, "n=a|1|b", nil),
    // Labels and matrices.
    (.path, .matrix, false, .array, ";n=", "[]"), (.path, .matrix, false, .array, ";m=1", nil),
    (.path, .matrix, false, .array, "n=1", nil), (.path, .matrix, false, .array, ";n1", nil),
    (.path, .matrix, false, .array, "", nil), (.path, .matrix, false, .primitive, ";n", "\"\""),
    (.path, .matrix, true, .array, ";n=1;m=2", nil), (.path, .matrix, true, .array, ";n;n=a", "[\"\", \"a\"]"),
    (.path, .matrix, true, .object, ";R;G=", "{\"R\": \"\", \"G\": \"\"}"),
    (.path, .label, true, .array, "a.b", nil), (.path, .label, true, .array, "", nil),
    (.path, .label, true, .array, ".a..b", "[\"a\", \"\", \"b\"]"), (.path, .label, true, .object, ".R=1.G", nil),
    (.path, .label, false, .primitive, ".1.5", "\"1.5\""), (.path, .simple, true, .object, "R=1,G", nil),
    (.path, .simple, true, .object, "R=a=b", "{\"R\": \"a=b\"}"), (.path, .simple, true, .object, "R=1,R=2", nil),
    (.path, .simple, true, .object, "e\u{301}=1,\u{E9}=2", "{\"e\u{301}\": \"1\", \"\u{E9}\": \"2\"}"),
    // Deep objects.
    (.query, .deepObject, true, .object, "n[a]=1&n%5Bb%5D=2&m[a]=3&nn[a]=4", "{\"a\": \"1\", \"b\": \"2\"}"),
    (.query, .deepObject, true, .object, "n[a][b]=1", nil), (.query, .deepObject, true, .object, "n[]=1", nil),
    (.query, .deepObject, true, .object, "n[a=1", nil), (.query, .deepObject, true, .object, "n=1", nil),
    (.query, .deepObject, true, .object, "n[=1", nil), (.query, .deepObject, true, .object, "n]=1", "nothing"),
    (.query, .deepObject, true, .object, "n[a]=1&n[a]=2", nil), (.query, .deepObject, true, .object, "x=1", "nothing"),
    // Headers and cookies.
    (.header, .simple, false, .array, " a , b,,c\t", "[\"a\", \"b\", \"\", \"c\"]"),
    (.header, .simple, true, .object, "R=1, G=2", "{\"R\": \"1\", \"G\": \"2\"}"),
    (.cookie, .cookie, true, .array, "n=1;n=2 ;  n=3; x; =y;; m=4", "[\"1\", \"2\", \"3\"]"),
    (.cookie, .form, true, .object, "a=1; b%zz=2", "{\"a\": \"1\"}"),
  ]

  @Test(arguments: readings.indices)
  func `values are read strictly`(_ index: Int) throws {
    let (location, style, explode, shape, text, expected) = Self.readings[index]
    let codec = ParameterCodec("n", in: location, style: style, explode: explode)
    if let expected {
      #expect(try codec.shown(text, as: shape) == expected)
    } else {
      #expect(throws: CodecError.self, "\(text)") { try codec.read(text, as: shape) }
    }
  }

  @Test func `a header may stand several times, but not one text`() throws {
    let codec = ParameterCodec("X-N", in: .header, style: .simple, explode: false)
    #expect(try codec.read(header: ["a", "b, c"], as: .array)?.shown == "[\"a\", \"b\", \"c\"]")
    #expect(try codec.read(header: ["a,1", "b,2"], as: .object)?.shown == "{\"a\": \"1\", \"b\": \"2\"}")
    #expect(try codec.read(header: [], as: .array) == nil)
    #expect(throws: CodecError.self) { try codec.read(header: ["a", "b"], as: .primitive) }
  }

  @Test func `an object of pairs takes those that are its own`() throws {
    let codec = ParameterCodec("filter", in: .query, style: .form, explode: true)
    let pairs = try FormEncoding.pairs("R=1&page=2&page=%zz&G=3")
    let value = try codec.read(pairs: pairs, as: .object) { $0 != "page" }
    #expect(try codec.read(pairs: FormEncoding.pairs("filter&page=2"), as: .object) { $0 == "R" }?.shown == "{}")
    #expect(try codec.read(pairs: FormEncoding.pairs("page=2"), as: .object) { $0 == "R" } == nil)
    #expect(value?.shown == "{\"R\": \"1\", \"G\": \"3\"}")
    let deep = ParameterCodec("n", in: .query, style: .deepObject, explode: true)
    for name in ["n", "n[a]", "n%5Bb%5D", "%6E["] { #expect(deep.takes(name[...])) }
    for name in ["m", "nn", "n]", "%zz", ""] { #expect(!deep.takes(name[...])) }
  }

  @Test func `long texts are read in one pass`() throws {
    let count = 300_000
    let delimiters: [(ParameterStyle, String)] = [(.form, ","), (.spaceDelimited, "%20"), (.pipeDelimited, "|")]
    for (style, delimiter) in delimiters {
      let text = "n=" + String(repeating: delimiter, count: count)
      let codec = ParameterCodec("n", in: .query, style: style, explode: false)
      guard case .array(let items) = try codec.read(pairs: FormEncoding.pairs(text), as: .array) else {
        Issue.record("no list")
        return
      }
      #expect(items.count == count + 1)
    }
  }
}

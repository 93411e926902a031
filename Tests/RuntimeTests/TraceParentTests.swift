import ServiceCore
import Testing

/// The headers of W3C Trace Context, by value.
@Suite struct TraceParentTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let span = "00f067aa0ba902b7"
  private static let valid = "00-\(trace)-\(span)-01"

  @Test func `a valid header is read and written as itself`() throws {
    let parent = try #require(TraceParent(Self.valid))
    #expect(parent.trace == (0x4BF9_2F35_77B3_4DA6, 0xA3CE_929D_0E0E_4736))
    #expect(parent.span == 0x00F0_67AA_0BA9_02B7 && parent.flags == 1)
    #expect(parent.text == Self.valid)
    let least = "00-00000000000000000000000000000001-0000000000000001-00"
    #expect(TraceParent(least)?.text == least)
  }

  @Test(arguments: [
    // A later version may have more fields.
    ("cc-\(trace)-\(span)-01", "01"), ("01-\(trace)-\(span)-01-more", "01"), ("fe-\(trace)-\(span)-03-", "03"),
    // Flags that are not defined are not passed on.
    ("00-\(trace)-\(span)-ff", "03"), ("00-\(trace)-\(span)-04", "00"),
  ])
  func `what is known of a later version is read`(_ text: String, _ flags: String) {
    #expect(TraceParent(text)?.text == "00-\(Self.trace)-\(Self.span)-\(flags)")
  }

  @Test(arguments: [
    "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-",
    "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-010", "ff-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01more",
    "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
    "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01", "0A-\(trace)-\(span)-01",
    "00-\(trace)-\(span)-0A", "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01",
    " \(valid)", "\(valid) ", "0g-\(trace)-\(span)-01", "00-\(trace.dropLast())g-\(span)-01",
    "00-\(trace.dropLast())é-\(span)-1", ".0-\(trace)-\(span)-01", "00-\(trace)-\(span)-.0",
  ])
  func `an invalid header is ignored`(_ text: String) { #expect(TraceParent(text) == nil) }

  private static let long = String(repeating: "x", count: 510)
  private static let states: [(lines: [String], state: String?)] = [
    (["a=1"], "a=1"), (["a=1,b=2"], "a=1,b=2"), (["a=1", "b=2"], "a=1,b=2"),
    ([" a=1 , b=2\t", "", ",,c=3"], "a=1,b=2,c=3"), (["t@v=a b"], "t@v=a b"), ([], nil), ([""], nil), ([","], nil),
    (["a"], nil), (["a="], nil), (["=1"], nil), (["a=1=2"], nil), (["a=é"], nil), (["a=1\u{7F}"], nil),
    (["a=\(long)"], "a=\(long)"), (["a=x\(long)"], nil), (Array(repeating: "a=1", count: 33), nil),
    (Array(repeating: "a=1", count: 32), Array(repeating: "a=1", count: 32).joined(separator: ",")),
  ]

  @Test(arguments: states)
  func `a state is passed on as one line, or not at all`(_ lines: [String], _ expected: String?) {
    #expect(TraceParent.state(lines) == expected)
  }

  @Test func `digits are written eight at a time as they are one by one`() {
    var random = SeededRandom(1)
    for _ in 0..<1_000 {
      let id = Uuid(high: random.next(), low: random.next())
      var text = [UInt8](repeating: 0, count: 36)
      text.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { id.write(start) } }
      #expect(String(decoding: text, as: UTF8.self) == id.description)
    }
  }
}

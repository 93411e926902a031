import Foundation
import Testing

/// Bombs, circles, hostile names and texts: no input crashes the generator, runs away, or puts its text into code.
@Suite struct RobustnessTests {
  static let head = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\n"

  static let bombs: [(name: String, text: @Sendable () -> String, code: String?)] = [
    ("deep flow", { head + "x-a: " + String(repeating: "[", count: 100_000) }, "C003"),
    ("deep JSON", { "{\"x\":" + String(repeating: "[", count: 100_000) }, "C003"),
    ("deep block", { head + "x-a:\n" + (1..<500).map { String(repeating: " ", count: $0) + "-\n" }.joined() }, "C003"),
    ("100,000 anchors", { head + "x-a:\n" + (0..<100_000).map { "  - &a\($0) x\n" }.joined() }, "C003"),
    ("100,000 keys", { head + "x-a:\n" + (0..<100_000).map { "  k\($0): 1\n" }.joined() }, "C003"),
    ("a scalar of 10 MB", { head + "x-a: " + String(repeating: "a", count: 10_000_000) }, "C003"),
    ("a file of 40 MB", { "{" + String(repeating: " ", count: 40_000_000) + "}" }, "C002"),
    ("an alias of itself", { head + "x-a: &a [*a]\n" }, "C030"),
    ("merge keys", { head + "x-a: &a { b: 1 }\nx-b: { <<: *a }\n" }, "C020"),
    ("a foreign tag", { head + "x-a: !!python/object:os.system x\nx-b: !run y\n" }, "C020"),
    ("NUL", { head + "x-a: a\0b\n" }, "C001"),
    ("a terminal's escapes", { head + "\"\\e[2J\": 1\n" }, "C012"),
    ("a byte order mark", { "\u{FEFF}" + head }, nil),
    ("a chain of 10,000 references", { chain { "{ $ref: '#/components/schemas/A\($0)' }" } }, nil),
    ("a chain of 10,000 records", { chain { record("{ $ref: '#/components/schemas/A\($0)' }") } }, nil),
    ("a chain of 10,000 lists", { chain { "{ type: array, items: { $ref: '#/components/schemas/A\($0)' } }" } }, nil),
    (
      "a chain of 2,000 allOf",
      { chain(2_000) { "{ allOf: [{ $ref: '#/components/schemas/A\($0)' }, { type: object }] }" } }, "C003"
    ),
    (
      "a circle of references",
      { schemas("A: { $ref: '#/components/schemas/B' }", "B: { $ref: '#/components/schemas/A' }") }, "C030"
    ),
    (
      "a circle through allOf and oneOf",
      {
        schemas(
          "A: { allOf: [{ $ref: '#/components/schemas/B' }] }", "B: { oneOf: [{ $ref: '#/components/schemas/A' }] }")
      }, "C030"
    ),
    (
      "a pointer with escapes",
      { schemas("a~b/c d: { type: object }", "B: " + record("{ $ref: '#/components/schemas/a~0b~1c%20d' }")) }, nil
    ),
    ("a pointer to nothing", { schemas("B: " + record("{ $ref: '#/components/schemas/C/items/0' }")) }, "C030"),
    ("a reference to no schema", { schemas("B: " + record("{ $ref: '#/openapi' }")) }, "C010"),
    (
      "a choice of 1,000",
      {
        schemas(
          "A: { oneOf: [" + (0..<1_000).map { "{ type: object, required: [p\($0)] }" }.joined(separator: ", ") + "] }")
      }, nil
    ),
    (
      "choices that lead to each other in a circle",
      {
        schemas(
          (0..<6).map { one in
            let others = (0..<6).filter { $0 != one }.map { "{ $ref: '#/components/schemas/S\($0)' }" }
            return "S\(one): { oneOf: [" + others.joined(separator: ", ") + ", { type: string }] }"
          })
      }, "C030"
    ),
    (
      "a chain of choices that doubles at each link",
      { doubling("oneOf") }, nil
    ),
    (
      "a chain of allOf that doubles at each link",
      { doubling("allOf") }, nil
    ),
    (
      "an enum of 10,000 texts",
      { schemas("E: { type: string, enum: [" + (0..<10_000).map { "v\($0)" }.joined(separator: ", ") + "] }") }, nil
    ),
    (
      "5,000 operations",
      {
        head.replacing("paths: {}\n", with: "paths:\n")
          + (0..<5_000).map { "  /p\($0): { get: { responses: { default: { description: x } } } }\n" }.joined()
      }, nil
    ),
    (
      "10,000 schemas",
      {
        schemas((0..<10_000).map { "S\($0): " + record("{ $ref: '#/components/schemas/S\(($0 * 7 + 1) % 10_000)' }") })
      }, nil
    ),
  ]

  /// Thirty schemas, each of which leads to the one before twice: followed one by one, a billion ways.
  private static func doubling(_ keyword: String) -> String {
    schemas(
      ["L0: { type: object, properties: { a: { type: string } } }"]
        + (1...30).map { link in
          let before = "{ $ref: '#/components/schemas/L\(link - 1)' }"
          return "L\(link): { \(keyword): [\(before), \(before)] }"
        })
  }

  @Test(arguments: RobustnessTests.bombs.map(\.name))
  func `a bomb is refused with its place, or taken`(_ name: String) throws {
    let bomb = try #require(Self.bombs.first { $0.name == name })
    let run = try Sandbox.generate(
      bomb.text(), file: name.contains("JSON") || name.contains("40 MB") ? "c.json" : "c.yaml")
    #expect(run.code == (bomb.code == nil ? 0 : 1), "\(run.errors.prefix(400))")
    if let code = bomb.code {
      #expect(run.errors.contains("[\(code)]"), "\(run.errors.prefix(400))")
      #expect(run.errors.contains("c.") && run.errors.contains(": error: "))
    }
    #expect(!run.errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
  }

  @Test func `what lies outside is not read`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try "secret: { type: string }\n".write(
      to: sandbox.folder.appending(path: "outside.yaml"), atomically: true, encoding: .utf8)
    let inside = sandbox.folder.appending(path: "inside")
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: inside.appending(path: "link.yaml"), withDestinationURL: sandbox.folder.appending(path: "outside.yaml"))
    for reference in [
      "../outside.yaml#/secret", "link.yaml#/secret", "/etc/passwd", "file:///etc/passwd", "https://example.com/a.yaml",
      "//example.com/a.yaml", "..%2foutside.yaml#/secret", "a/../../outside.yaml#/secret", "..\\outside.yaml",
    ] {
      let text = Self.schemas("A: " + Self.record("{ $ref: '\(reference)' }"))
      let path = inside.appending(path: "contract.yaml")
      try text.write(to: path, atomically: true, encoding: .utf8)
      let run = try sandbox.run([path.path])
      #expect(run.code == 1, "\(reference)")
      #expect(run.errors.contains("[C031]") || run.errors.contains("[C002]"), "\(reference): \(run.errors)")
      #expect(!run.errors.contains("secret: {"))
    }
  }

  @Test func `a contract that was edited at random is taken or refused with a place`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    var random = SplitMix(20_261_121)
    for name in ["pets", "composition", "references", "objects"] {
      let path = GoldenTests.folder.appending(path: name).appending(path: "contract.yaml")
      let original = [UInt8](try Data(contentsOf: path))
      for number in 0..<60 {
        let bytes = Self.mutated(original, &random)
        let file = sandbox.folder.appending(path: "c.yaml")
        try Data(bytes).write(to: file)
        let run = try sandbox.run([file.path])
        #expect(
          run.code == 0 || run.code == 1, "\(name), edit \(number): ended with \(run.code): \(run.errors.suffix(300))")
        if run.code == 1 {
          #expect(run.errors.contains(#/c\.yaml:\d+:\d+: error: /#), "\(name), edit \(number): \(run.errors)")
        }
      }
    }
  }

  private static func mutated(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = original
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count)
      switch random.below(5) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes.remove(at: place)
      case 2:
        let marks = Array("{}[]:,-&*!|>'\"%@`#\n ".utf8)
        bytes.insert(marks[random.below(marks.count)], at: place)
      case 3: bytes.removeSubrange(place..<min(place + random.below(40), bytes.count))
      default:
        let words = ["null", "true", "[]", "{}", "-1", "1e400", "$ref", "type", "oneOf", "\"\"", "~"]
        bytes.insert(contentsOf: Array(words[random.below(words.count)].utf8), at: place)
      }
    }
    return bytes
  }

  static func schemas(_ lines: String...) -> String { schemas(lines) }

  static func schemas(_ lines: [String]) -> String {
    head + "components:\n  schemas:\n" + lines.map { "    " + $0 + "\n" }.joined()
  }

  static func record(_ schema: String) -> String { "{ type: object, properties: { p: \(schema) } }" }

  private static func chain(_ count: Int = 10_000, _ link: (Int) -> String) -> String {
    schemas((0..<count).map { "A\($0): " + link($0 + 1) } + ["A\(count): { type: object }"])
  }
}

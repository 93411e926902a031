import Foundation
import Testing

/// In a contract of very many records a changed one is compiled again with its own users, and not with theirs.
@Suite struct LargeContractTests {
  /// Holders of a component in each way that a type can contain another, and each of them held in turn.
  private static let schemas = [
    "Leaf: { type: object, properties: { count: { type: integer } } }",
    "Plain: { type: object, required: [leaf], properties: {"
      + " leaf: { $ref: \"#/components/schemas/Leaf\" }, kind: { type: string, enum: [a, b] } } }",
    "List: { type: object, properties: { items: { type: array, items: { $ref: \"#/components/schemas/Leaf\" } } } }",
    "Map: { type: object, properties: { all: { type: object,"
      + " additionalProperties: { $ref: \"#/components/schemas/Leaf\" } } } }",
    "Parts: { type: object, properties: { parts: { type: string, deprecated: true },"
      + " leaf: { anyOf: [{ $ref: \"#/components/schemas/Leaf\" }, { type: \"null\" }], deprecated: true } } }",
    "Choice: { type: object, properties: { either: { anyOf: [{ type: string },"
      + " { $ref: \"#/components/schemas/Leaf\" }] } } }",
    "Inline: { type: object, properties: { inner: { type: object,"
      + " properties: { leaf: { $ref: \"#/components/schemas/Leaf\" } } } } }",
    "Loop: { type: object, properties: { next: { $ref: \"#/components/schemas/Loop\" },"
      + " leaf: { $ref: \"#/components/schemas/Leaf\" } } }",
  ]

  private static func contract(records: Int) -> String {
    let others = (0..<records).map { "Other\($0): { type: object, properties: { a: { type: string } } }" }
    let answer =
      "{ description: D, content: { application/json: { schema: { $ref: \"#/components/schemas/Plain\" } } } }"
    return "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\npaths:\n"
      + "  /plain: { get: { operationId: getPlain, responses: { \"200\": \(answer), default: \(answer) } } }\n"
      + "components:\n  schemas:\n" + (schemas + others).map { "    \($0)\n" }.joined()
  }

  /// Generates a contract, and writes a file beside what is made of it.
  private static func generate(records: Int, beside swift: String) throws -> (sandbox: Sandbox, files: [String]) {
    let made = try Sandbox.generate(contract(records: records))
    try #require(made.code == 0, "\(made.errors)")
    let sandbox = try Sandbox()
    return (sandbox, try [sandbox.write(swift, to: "User.swift"), sandbox.write(made.output, to: "Generated.swift")])
  }

  /// Whether the compiler notes a type among those on which a file depends that passes on values of another.
  private static func depends(on type: String, _ user: String, records: Int) throws -> Bool {
    let (sandbox, files) = try generate(records: records, beside: "func pass(_ value: \(user)) -> \(user) { value }\n")
    defer { sandbox.remove() }
    let noted = sandbox.folder.appending(path: "User.swiftdeps")
    let compiled = try sandbox.run(
      "swiftc",
      [
        "-frontend", "-c", "-swift-version", "6", "-warnings-as-errors", "-parse-as-library", "-module-name", "Large",
        "-I", try Sandbox.modules(), "-emit-reference-dependencies-path", noted.path,
        "-o", sandbox.folder.appending(path: "User.o").path, "-primary-file",
      ] + files)
    try #require(compiled.code == 0, "\(compiled.errors.prefix(2_000))")
    let names = try Data(contentsOf: noted)
    try #require(names.range(of: Data(user.prefix { $0 != "." }.utf8)) != nil)
    return names.range(of: Data(type.utf8)) != nil
  }

  @Test(arguments: ["Plain", "List", "Map", "Parts", "Choice", "Inline", "Loop"])
  func `who passes on a record does not depend on what it holds`(_ holder: String) throws {
    #expect(try !Self.depends(on: "Leaf", holder, records: 200))
  }

  @Test(arguments: ["Leaf", "PlainKind"])
  func `who passes on a response does not depend on what its body holds`(_ part: String) throws {
    #expect(try !Self.depends(on: part, "GetPlain.Output", records: 200))
    #expect(try Self.depends(on: part, "GetPlain.Output", records: 20))
  }

  @Test func `in a small contract a record is held inline`() throws {
    #expect(try Self.depends(on: "Leaf", "Plain", records: 20))
    #expect(try !Sandbox.generate(Self.contract(records: 20)).output.contains("struct _Parts"))
  }

  @Test func `all of a large contract compiles, and every property is there`() throws {
    let use = """
      func use() -> Bool {
        let leaf = Leaf(count: 1)
        let plain = Plain(leaf: leaf, kind: .a)
        let loop = Loop(next: Loop(leaf: leaf), leaf: leaf)
        return plain == Plain(leaf: leaf, kind: .init(rawValue: "a")) && plain.leaf.count == 1
          && loop.next?.leaf == leaf && List(items: [leaf]).items?.first == leaf
          && Inline(inner: .init(leaf: leaf)).inner?.leaf == leaf
      }
      """
    let (sandbox, files) = try Self.generate(records: 200, beside: use)
    defer { sandbox.remove() }
    try sandbox.typecheck(files)
  }
}

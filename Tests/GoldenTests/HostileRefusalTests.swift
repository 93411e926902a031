import ContractValues
import Foundation
import Testing

/// What can be no name where it stands: it is refused there, one line for each, and nothing is generated.
@Suite struct HostileRefusalTests {
  /// Names that are no token of HTTP (RFC 9110, section 5.6.2).
  private static let broken = HostileNames.all.filter { name in
    let isToken = name.utf8.allSatisfy {
      (48...57).contains($0) || (97...122).contains($0 | 0x20) || "!#$%&'*+-.^_`|~".utf8.contains($0)
    }
    return name.isEmpty || !isToken
  }

  static let positions: [(name: String, fields: @Sendable (String) -> JSONValue)] = [
    ("a header", { get(["responses": ["200": ["description": "d", "headers": [$0: schema]], "default": answer]]) }),
    ("a parameter's header", { get(["parameters": [parameter($0, "header")]]) }),
    ("a cookie", { get(["parameters": [parameter($0, "cookie")]]) }),
    (
      "a media type",
      { get(["responses": ["200": ["description": "d", "content": ["a/" + $0: [:]]], "default": answer]]) }
    ),
    (
      "a header of a part",
      { get(["requestBody": ["content": ["multipart/form-data": body(["a": ["headers": [$0: schema]]])]]]) }
    ),
    ("a method", { ["additionalOperations": [$0: ["responses": ["default": answer]]]] }),
    (
      "an expression",
      { get(["responses": ["200": ["description": "d", "links": ["l": link($0)]], "default": answer]]) }
    ),
  ]

  @Test(arguments: HostileRefusalTests.positions.map(\.name))
  func `what is no token is refused where one must be`(_ position: String) throws {
    let fields = try #require(Self.positions.first { $0.name == position }).fields
    // A cookie's name may be more than a token.
    let broken = Self.broken.filter { name in
      let isCookie = name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"=,;\\".utf8.contains($0) }
      return position != "a cookie" || name.isEmpty || !isCookie
    }
    let paths = broken.enumerated().map { ("/x\($0)", fields($1)) }
    try expectRefused(HostileOperationTests.document(paths), paths.count)
  }

  @Test func `a style is one of four words`() throws {
    let paths = HostileNames.all.filter { $0 != "form" }.enumerated().map { index, name in
      let content: JSONValue = ["application/x-www-form-urlencoded": Self.body(["a": ["style": .string(name)]])]
      return ("/x\(index)", Self.get(["requestBody": ["content": content]]))
    }
    try expectRefused(HostileOperationTests.document(paths), paths.count)
  }

  @Test func `a server's default is no template`() throws {
    let server = { (text: String) -> JSONValue in ["url": "/{v}", "variables": ["v": ["default": .string(text)]]] }
    let paths = ["{x}", "{x);exit(1);(}", "a b", "?q", "#f", "\\(exit(1))", "line\nbreak"].enumerated().map {
      ("/x\($0)", Self.get(["servers": [server($1)]]))
    }
    try expectRefused(HostileOperationTests.document(paths), paths.count)
  }

  private func expectRefused(_ contract: JSONObject<JSONValue>, _ count: Int) throws {
    let run = try Sandbox.generate(String(decoding: JSONValue.object(contract).json, as: UTF8.self), file: "c.json")
    #expect(run.code == 1 && run.output.isEmpty)
    let errors = run.errors.split(separator: "\n").filter { $0.contains(": error: ") }
    // So many are listed at once.
    let count = min(count, 200)
    #expect(errors.count == count, "\(run.errors.prefix(2_000))")
    #expect(errors.allSatisfy { $0.wholeMatch(of: #/\S*c\.json:\d+:\d+: error: .* \[C\d\d\d\]/#) != nil })
    #expect(run.errors.split(separator: "\n").filter { $0.contains("help: ") }.count >= count)
  }

  // MARK: text that moves what stands around it

  @Test func `a mark behind a brace or a slash neither hides nor makes a parameter`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let paths = [
      ["a+\"", "\"+String(describing:exit(1))+input.a"], ["a"], ["\u{301}a"], ["a\u{200d}", "b"], ["a\u{600}", "b"],
    ].enumerated().map { index, names -> (String, JSONValue) in
      let path = "/p\(index)/\u{301}" + names.map { "{\($0)}\u{301}" }.joined() + "/\u{301}"
      return (path, Self.get(["parameters": .array(names.map { Self.parameter($0, "path") })]))
    }
    let swift = try sandbox.swift(HostileOperationTests.document(paths))
    try sandbox.expectSound(swift)
    #expect(!swift.contains(".literal(\"\"), .literal"))
    #expect(
      swift.contains(#".mixed([.literal("\u{301}"), .parameter("a"), .literal("\u{301}")]), .literal("\u{301}")"#))
  }

  @Test func `the name of a file ends no comment`() throws {
    let run = try Sandbox.generate(RobustnessTests.head, file: "a\nfatalError().yaml")
    #expect(run.code == 0)
    #expect(!run.output.split(separator: "\n").contains { $0.hasPrefix("fatalError()") })
  }

  @Test func `a name with a line's end makes no diagnostic of its own`() throws {
    let text = RobustnessTests.head + "tags: [{ name: a, parent: \"b\\nother.yaml:1:1: error: forged [C001]\" }]\n"
    let run = try Sandbox.generate(text.replacing("3.1.0", with: "3.2.0"))
    #expect(run.code == 1)
    #expect(!run.errors.split(separator: "\n").contains { $0.hasPrefix("other.yaml") })
  }

  // MARK: pieces

  private static var schema: JSONValue { ["schema": ["type": "string"]] }
  private static var answer: JSONValue { ["description": "d"] }

  private static func get(_ fields: JSONObject<JSONValue>) -> JSONValue { HostileOperationTests.path("post", fields) }

  private static func parameter(_ name: String, _ place: String) -> JSONValue {
    HostileOperationTests.parameter(name, place, ["type": "string"])
  }

  private static func body(_ encoding: JSONValue) -> JSONValue {
    ["schema": ["type": "object", "properties": ["a": ["type": "string"]]], "encoding": encoding]
  }

  private static func link(_ name: String) -> JSONValue {
    ["operationId": "post /x0", "requestBody": .string("$response.header." + name)]
  }
}

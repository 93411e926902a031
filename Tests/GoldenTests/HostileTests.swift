import ContractValues
import Foundation
import Testing

/// Names and texts that try to become code: what is generated from them compiles, and holds them as names, literals
/// and comments only.
@Suite struct HostileTests {
  private static let keywords = """
    associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private
    precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default
    defer do else fallthrough for guard if in repeat return throw switch where while any as await false is nil self
    Self super throws true try Type Protocol Any actor async borrowing consuming convenience didSet dynamic final get
    indirect infix isolated lazy left mutating none nonisolated nonmutating optional override package postfix
    precedence prefix required right sending set some unowned weak willSet macro each discard _ __ $0 $ + - * / == !
    ? . .. ... 0 1st 9 123abc
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  private static let own = [
    "", " ", "foo-bar", "foo_bar", "fooBar", "FooBar", "FOO_BAR", "foo bar", "foo.bar", "foo/bar", "foo~bar", "`", "``",
    "`self`", "\u{e9}", "e\u{301}", "ñandú", "日本", "😀", "\u{202e}gnp", "\u{200b}", "a\u{200b}b",
    String(repeating: "x", count: 10_000), "json", "key", "mark", "check", "request", "response", "input", "output",
    "path", "query", "reader", "value", "item", "program", "rest", "additionalProperties", "decode", "encode",
    "validate", "hashValue", "description", "rawValue", "allCases", "other", "known", "rule", "init(", "\"", "\\",
    "\\(exit(1))", "\"; fatalError() //", "*/", "/*", "#\"", "\"\"\"", "line\nbreak", "tab\there", "nul\0", "cr\r",
    "\u{2028}", "String", "Int", "Bool", "Optional", "Array", "Error", "Result", "Task", "JSONValue", "JSONReader",
    "Violations", "Schemas", "Patterns", "Swift", "ServiceCore", "Equatable", "Sendable", "Nullable", "Indirect",
    "Foundation", "CON", "id", "ID", "Id", "url", "URL",
  ]

  private static let texts = [
    "*/ fatalError() /*", "/// doc", "\"\"\"", "#\"", "\\(exit(1))", "\n}\nfatalError()\n{", "\r fatalError()",
    "\u{2028}fatalError()", "\u{202e}", "\u{0}", "%s",
  ]

  private static let names = keywords + own

  @Test func `hostile names and texts stay names and texts`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let contract = sandbox.folder.appending(path: "contract.json")
    try Data(JSONValue.object(Self.contract()).json).write(to: contract)
    let run = try sandbox.run([contract.path])
    #expect(run.code == 0, "\(run.errors.prefix(2_000))")
    let code = run.output.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("///") }
    #expect(!code.contains { $0.hasPrefix("fatalError(") || $0.hasPrefix("exit(") })
    #expect(!run.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202e}" || $0 == "\u{2028}" })
    let output = sandbox.folder.appending(path: "Output.swift")
    try run.output.write(to: output, atomically: true, encoding: .utf8)
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"])
    let compiled = try sandbox.run(
      "/usr/bin/env",
      ["swiftc", "-swift-version", "6", "-typecheck", "-warnings-as-errors", "-I", programs + "/Modules", output.path])
    #expect(compiled.code == 0, "\(compiled.errors.prefix(2_000))")
  }

  /// What a file declares, as the compiler parses it: kinds and names, each as deep as it stands.
  private func declarations(_ contract: JSONObject<JSONValue>) throws -> [String] {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let path = sandbox.folder.appending(path: "contract.json")
    try Data(JSONValue.object(contract).json).write(to: path)
    let run = try sandbox.run([path.path])
    #expect(run.code == 0, "\(run.errors.prefix(2_000))")
    // Nothing was written but what it prints, which goes to files ending so.
    let written = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path)
      .filter { !$0.hasSuffix(".out") && !$0.hasSuffix(".err") }
    #expect(written == ["contract.json"])
    let output = sandbox.folder.appending(path: "Output.swift")
    try run.output.write(to: output, atomically: true, encoding: .utf8)
    let dump = try sandbox.run(
      "/usr/bin/env", ["swiftc", "-frontend", "-dump-parse", "-swift-version", "6", output.path])
    return dump.output.split(separator: "\n").compactMap { line in
      let depth = line.prefix { $0 == " " }.count
      let words = line.dropFirst(depth).split(separator: " ")
      guard let kind = words.first, kind.hasPrefix("("), kind.hasSuffix("_decl") else { return nil }
      return "\(depth) \(kind) \(words.first { $0.hasPrefix("\"") } ?? "")"
    }
  }

  @Test func `texts of a contract declare nothing that harmless ones do not`() throws {
    let hostile = try declarations(Self.contract())
    let harmless = try declarations(
      Self.contract { text in String(text.unicodeScalars.map { $0.properties.isAlphabetic ? Character($0) : "x" }) })
    #expect(hostile.count > 1_000)
    #expect(hostile == harmless)
  }

  private static func contract(_ word: (String) -> String = { $0 }) -> JSONObject<JSONValue> {
    var root: JSONObject<JSONValue> = ["openapi": "3.1.0"]
    root["info"] = [
      "title": .string(word(texts.joined())), "version": .string(word(texts[3])),
      "description": .string(word(texts.joined())),
    ]
    root["paths"] = .object(paths(word))
    root["components"] = ["schemas": .object(schemas(word))]
    root["x-" + texts[0]] = .string(word(texts[4]))
    return root
  }

  private static func each(_ schema: (String) -> JSONValue) -> JSONValue {
    .object(JSONObject(names.map { ($0, schema($0)) }))
  }

  private static func schemas(_ word: (String) -> String) -> JSONObject<JSONValue> {
    let all = JSONValue.array(names.map { .string($0) })
    let numbered = { (values: [String], make: (String) -> JSONValue) in
      JSONValue.object(JSONObject(values.enumerated().map { ("d\($0)", make($1)) }))
    }
    var schemas: JSONObject<JSONValue> = [
      "Properties": [
        "type": "object", "title": .string(word(texts[5])), "description": .string(word(texts.joined(separator: " "))),
        "properties": each { _ in ["type": "string"] },
      ],
      "Required": [
        "type": "object", "additionalProperties": false, "required": all,
        "properties": each { _ in ["type": "string"] },
      ],
      "Cases": ["type": "string", "description": .string(word(texts[0])), "enum": all],
      "OpenCases": ["anyOf": [["type": "string", "enum": all], ["type": "string"]]],
      "Inline": [
        "type": "object", "properties": each { _ in ["type": "object", "properties": ["v": ["type": "integer"]]] },
      ],
      "Branches": ["oneOf": .array(names.map { ["title": .string($0), "type": "object", "required": [.string($0)]] })],
      "Defaults": [
        "type": "object", "properties": numbered(texts + names) { ["type": "string", "default": .string(word($0))] },
      ],
      "Constants": [
        "type": "object", "properties": numbered(texts) { ["const": .string($0), "format": .string($0)] },
      ],
      "Matched": [
        "type": "object", "properties": ["p": ["type": "string", "pattern": "^\"; fatalError\\(\\) //\\\\\"#$"]],
      ],
      "Held": ["type": "object", "patternProperties": ["\"; x //": ["type": "string"]], "additionalProperties": false],
    ]
    for name in names where schemas[name] == nil {
      schemas[name] = ["type": "object", "properties": ["value": ["$ref": "#/components/schemas/Cases"]]]
    }
    return schemas
  }

  private static func paths(_ word: (String) -> String) -> JSONObject<JSONValue> {
    var paths: JSONObject<JSONValue> = [:]
    for (index, name) in names.enumerated() {
      var parameters: [JSONValue] = [["name": "id", "in": "path", "required": true, "schema": ["type": "string"]]]
      if !["id", "ID", "Id"].contains(name) {
        parameters.append([
          "name": .string(name), "in": "query", "schema": ["type": "string", "enum": [.string(name)]],
        ])
      }
      paths["/p\(index)/{id}"] = [
        "get": [
          "operationId": .string(name.isEmpty ? "empty" : name), "summary": .string(word(texts[index % texts.count])),
          "tags": [.string(name)], "parameters": .array(parameters),
          "responses": ["default": ["description": .string(word(texts[(index + 3) % texts.count]))]],
        ]
      ]
    }
    return paths
  }
}

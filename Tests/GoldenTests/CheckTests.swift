import Foundation
import Testing

/// `check`: the ledger, machine-readable diagnostics, and values held against schemas.
@Suite struct CheckTests {
  private static let contract = """
    openapi: 3.1.0
    info: { title: T, version: "1", x-logo: mine }
    paths:
      /things/{id}:
        get:
          operationId: getThing
          parameters: [{ name: id, in: path, required: true, schema: { type: string, minimum: 3 } }]
          responses:
            "200":
              description: A thing.
              content: { application/json: { schema: { $ref: "#/components/schemas/Thing" }, example: { size: 11 } } }
            default: { description: It did not work. }
    components:
      schemas:
        Thing:
          type: object
          required: [size]
          properties:
            size: { type: integer, maximum: 10, default: 12, examples: [1, 11] }
            at: { type: string, format: date }
            kind: { oneOf: [{ type: string }, { type: boolean }], type: integer }
        Unused: { type: string }
    """

  private func check(_ arguments: [String], contract: String = CheckTests.contract, data: String? = nil) throws -> (
    code: Int32, output: String, errors: String
  ) {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let path = sandbox.folder.appending(path: "contract.yaml")
    try contract.write(to: path, atomically: true, encoding: .utf8)
    var arguments = arguments
    if let data {
      let file = sandbox.folder.appending(path: "data.json")
      try data.write(to: file, atomically: true, encoding: .utf8)
      arguments += ["--data", file.path]
    }
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    return try sandbox.run(programs + "/contractgen", ["check"] + arguments + [path.path])
  }

  @Test func `what is wrong with a contract that is well-formed is told with its place`() throws {
    let run = try check([])
    #expect(run.code == 0)
    for fault in [
      "7:82: warning: 'minimum' has no effect: it does not apply to string [C062]",
      "11:107: warning: this example breaks its own schema at /size: maximum: must be at most 10 [C061]",
      "19:54: warning: this default is not applied, since it breaks its own schema: maximum: must be at most 10 [C061]",
      "19:72: warning: this example breaks its own schema: maximum: must be at most 10 [C061]",
      "21:25: warning: no value is of this branch of 'oneOf': it is not of the type beside it [C041]",
      "22:5: warning: the schema 'Unused' is used nowhere in this contract [C060]",
    ] { #expect(run.errors.contains("contract.yaml:" + fault), "\(fault) is missing in\n\(run.errors)") }
  }

  @Test func `the ledger gives every keyword one of four fates`() throws {
    let run = try check(["--ledger"])
    let lines = run.output.split(separator: "\n").map { $0.split(separator: ": ", maxSplits: 2).map(String.init) }
    #expect(lines.count > 30)
    for line in lines {
      let fate = line[2].prefix { $0.isLetter }
      #expect(["enforced", "documentation", "ignored", "refused"].contains(fate), "\(line)")
    }
    let fates = Dictionary(lines.map { ($0[1] + " " + $0[2], 1) }, uniquingKeysWith: +)
    #expect(fates["maximum enforced"] == 1)
    #expect(fates["description documentation"] == 2)
    #expect(fates["minimum ignored (JSON Schema validation, section 6.2)"] == 1)
    #expect(fates["x-logo ignored (OpenAPI 3.1, section 4.9; AsyncAPI 3.0, Specification Extensions)"] == 1)
  }

  @Test func `with --strict a warning makes a check and a generation fail`() throws {
    let run = try check(["--strict"])
    #expect(run.code == 1)
    let last = try #require(run.errors.split(separator: "\n").last)
    #expect(last.contains("contract.yaml: ") && last.hasSuffix(" warnings, and --strict allows none"), "\(last)")
    let sound = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\n"
    #expect(try check(["--strict"], contract: sound).code == 0)
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let path = sandbox.folder.appending(path: "contract.yaml")
    try Self.contract.write(to: path, atomically: true, encoding: .utf8)
    let generated = try sandbox.run(["--strict", path.path])
    #expect(generated.code == 1 && generated.output.isEmpty)
    #expect(generated.errors.contains("\nerror: Contract: "))
    #expect(try sandbox.run([path.path]).code == 0)
  }

  @Test func `faults are told to editors as JSON`() throws {
    let broken = Self.contract.replacing("maximum: 10", with: "maximun: 10")
    let run = try check(["--json"], contract: broken)
    #expect(run.code == 1)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: [[String: Any]]]
    let error = object?["diagnostics"]?.first { $0["severity"] as? String == "error" }
    #expect(error?["code"] as? String == "C012")
    #expect(error?["line"] as? Int == 19)
    #expect(error?["column"] as? Int == 32)
    #expect(error?["help"] as? String == "did you mean 'maximum'?")
  }

  @Test(arguments: [
    (#"{"size": 3}"#, 0, ""),
    (#"{"size": 11, "at": "x"}"#, 1, "/size: maximum: must be at most 10\n/at: format: is not of the format date\n"),
    (#"{"size": 1.0}"#, 0, ""), (#"{}"#, 1, "/size: required: is required\n"), ("[", 2, ""),
    (#"{"size": 1e9999999}"#, 2, ""),
  ])
  func `a value is held against a schema`(_ data: String, _ code: Int, _ output: String) throws {
    let run = try check(["--schema", "/components/schemas/Thing"], data: data)
    #expect(run.code == Int32(code), "\(run.errors)")
    #expect(run.output == output)
  }

  @Test func `a format is asserted unless it is to be an annotation`() throws {
    let arguments = ["--schema", "#/components/schemas/Thing/properties/at"]
    #expect(try check(arguments, data: "\"yesterday\"").code == 1)
    #expect(try check(arguments + ["--format", "annotation"], data: "\"yesterday\"").code == 0)
    #expect(try check(["--schema", "/components/schemas/Nothing"], data: "1").code == 2)
    #expect(try check(["--schema", "/components", "--format", "neither"], data: "1").code == 2)
  }

  @Test func `JSON contracts may have what YAML has no room for`() throws {
    let key = String(repeating: "k", count: 3_000)
    let text = """
      {"openapi": "3.1.0", "info": {"title": "\\ud83d\\ude00", "version": "1"}, "paths": {}, "components": {"schemas": {
        "A": {"type": "object", "required": ["\(key)"], "properties": {"\(key)": {"const": "\\ud83d\\ude00"}}}}}}
      """
    let taken = try Sandbox.generate(text, file: "c.json")
    #expect(taken.code == 0, "\(taken.errors)")
    #expect(taken.output.contains("\"\\u{1f600}\""))
    let refused = try Sandbox.generate(text.replacing("\\ude00\", \"version", with: "\", \"version"), file: "c.json")
    #expect(refused.errors.contains("c.json:1:41: error: "), "\(refused.errors)")
  }

  @Test func `each wrong member of an example is reported where it is`() throws {
    let broken = Self.contract.replacing("example: { size: 11 }", with: "example: { size: 11, kind: true, at: x }")
    let run = try check([], contract: broken)
    for fault in [
      "11:107: warning: this example breaks its own schema at /size: maximum: must be at most 10 [C061]",
      "11:117: warning: this example breaks its own schema at /kind: type: ",
      "11:127: warning: this example breaks its own schema at /at: format: is not of the format date [C061]",
    ] { #expect(run.errors.contains("contract.yaml:" + fault), "\(fault) is missing in\n\(run.errors)") }
  }

  @Test func `a default that breaks its schema is an error in OpenAPI 3_0, and a warning later`() throws {
    let contract = """
      openapi: 3.0.3
      info: { title: T, version: "1" }
      paths: {}
      components: { schemas: { A: { type: object, properties: { size: { type: integer, default: many } } } } }
      """
    let old = try check([], contract: contract)
    #expect(old.code == 1)
    #expect(old.errors.contains("4:91: error: this default breaks its own schema: type: "), "\(old.errors)")
    let later = try check([], contract: contract.replacing("3.0.3", with: "3.1.0"))
    #expect(later.code == 0)
    #expect(later.errors.contains("4:91: warning: this default is not applied, since it breaks"), "\(later.errors)")
  }
}

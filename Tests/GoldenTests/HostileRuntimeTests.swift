import ContractValues
import Foundation
import Testing

/// Names of the runtime and of Swift's own library: a contract may use each of them, wherever it has a name.
@Suite struct HostileRuntimeTests {
  private typealias Operations = HostileOperationTests

  /// What Swift calls its own, and the modules that generated code may meet.
  private static let swift = """
    Any AnyHashable AnyObject Actor Array ArraySlice AsyncIteratorProtocol AsyncSequence AsyncStream Bool
    CancellationError CaseIterable Character ClosedRange Clock Codable CodingKey Collection Comparable ContinuousClock
    ContiguousArray CustomStringConvertible Data Date Decimal Decodable Decoder Dictionary Double Duration Encodable
    Encoder Equatable Error Float Hashable Hasher Identifiable Int Int8 Int16 Int32 Int64 IteratorProtocol KeyPath
    LosslessStringConvertible MainActor MemoryLayout Mirror Mutex Never ObjectIdentifier Optional OptionSet Range
    RawRepresentable Regex Result Self Sendable Sequence Set Span StaticString String StringProtocol Substring Task
    TaskGroup TaskLocal Type Protocol UInt UInt8 UInt16 UInt32 UInt64 URL UUID Unicode UnsafePointer
    UnsafeRawPointer Void Swift ServiceCore ContractValues ServiceClient Foundation Glibc Synchronization
    _Concurrency _StringProcessing
    """

  /// The public names of the modules that generated code imports, read from their sources.
  private static func names() throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Runtime")
    var names = Set(swift.split(whereSeparator: \.isWhitespace).map(String.init))
    let pattern = /^public (?:final |indirect )*(?:struct|enum|class|protocol|actor|typealias|func) (\w+)/
      .anchorsMatchLineEndings()
    for module in ["ServiceCore", "ContractValues"] {
      let folder = root.appending(path: module)
      let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      for file in files where file.hasSuffix(".swift") {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        names.formUnion(text.matches(of: pattern).map { String($0.1) })
      }
    }
    #expect(names.isSuperset(of: ["APIClient", "HTTPFields", "JSONValue", "ServiceEndpoint", "Violations"]))
    return names.sorted()
  }

  @Test func `a contract may have every name of the runtime`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let names = try Self.names()
    let each = { (value: JSONValue) in JSONValue.object(JSONObject(names.map { ($0, value) })) }
    var schemas = JSONObject(names.map { ($0, Operations.properties(of: "v")) })
    schemas["Properties"] = ["type": "object", "properties": each(["type": "string"])]
    schemas["Cases"] = ["type": "string", "enum": .array(names.map { .string($0) })]
    schemas["Rich"] = Self.rich
    let paths = names.enumerated().map { index, name -> (String, JSONValue) in
      let content: JSONValue = ["application/json": Self.schema(name)]
      return (
        "/p\(index)",
        Operations.path(
          "get",
          [
            "operationId": .string(name), "tags": [.string(name)],
            "parameters": [Operations.parameter(name, "query", Operations.string)],
            "responses": ["200": Operations.answer(["content": content]), "default": Operations.answer([:])],
          ])
      )
    }
    // What a contract of these names has besides uses as much of the runtime as it can.
    try sandbox.expectSound(
      sandbox.swift(
        Operations.document(paths + Self.richPaths, ["schemas": .object(schemas), "securitySchemes": Self.schemes])))
  }

  /// Contracts whose files have such names, in one module: their APIs are named after them.
  @Test func `a contract's file may have every name`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let names = """
      service swift string foundation type any self error call protocol task http webhook int array service-core glibc
      handlers client operation schemas patterns security json uuid result optional package init class api
      """
    var all: [String] = []
    for (index, name) in names.split(whereSeparator: \.isWhitespace).enumerated() {
      let file = sandbox.folder.appending(path: "\(name).json")
      let content: JSONValue = ["application/json": Self.schema("Model\(index)")]
      var contract = Operations.document(
        ["a", "b"].map { tag in
          (
            "/\(name)/\(tag)",
            Operations.path(
              "get",
              [
                "operationId": .string("\(tag)\(index)"), "tags": [.string(tag)], "security": [["s\(index)": []]],
                "responses": ["200": Operations.answer(["content": content]), "default": Operations.answer([:])],
              ])
          )
        },
        [
          "schemas": ["Model\(index)": Operations.properties(of: "v")],
          "securitySchemes": ["s\(index)": ["type": "http", "scheme": "basic"]],
        ])
      contract["servers"] = [["url": "https://example.com"]]
      contract["webhooks"] = ["hook\(index)": Operations.path("post", [:])]
      try Data(JSONValue.object(contract).json).write(to: file)
      let run = try sandbox.run([file.path])
      #expect(run.code == 0, "\(name): \(run.errors.prefix(2_000))")
      let swift = sandbox.folder.appending(path: "\(index).swift")
      try run.output.write(to: swift, atomically: true, encoding: .utf8)
      all.append(swift.path)
    }
    try sandbox.typecheck(all)
  }

  // MARK: what uses the runtime

  private static func schema(_ name: String) -> JSONValue {
    ["schema": ["$ref": .string("#/components/schemas/\(name)")]]
  }

  private static let schemes: JSONValue = ["Rich": ["type": "http", "scheme": "basic"]]

  private static let rich: JSONValue = [
    "type": "object", "required": ["list"],
    "properties": [
      "list": ["type": "array", "items": ["type": "integer"], "minItems": 1, "uniqueItems": true],
      "map": ["type": "object", "additionalProperties": ["type": "number"]], "any": [:],
      "at": ["type": "string", "format": "date-time"], "id": ["type": "string", "format": "uuid"],
      "price": ["type": "number", "format": "decimal", "multipleOf": 1],
      "bytes": ["type": "string", "contentEncoding": "base64"], "pattern": ["type": "string", "pattern": "^a"],
      "unsigned": ["type": "integer", "format": "uint64", "default": 3], "null": ["type": ["string", "null"]],
      "case": ["type": "string", "enum": ["a", "b"]], "number": ["type": "integer", "enum": [1, 2]],
      "choice": ["oneOf": [["type": "string"], ["type": "integer"]]], "not": ["not": ["type": "string"]],
      "open": ["anyOf": [["type": "string", "enum": ["a"]], ["type": "string"]]],
      "self": ["$ref": "#/components/schemas/Rich"],
    ],
  ]

  private static var richPaths: [(String, JSONValue)] {
    let rich = schema("Rich")
    let item: JSONValue = ["itemSchema": ["$ref": "#/components/schemas/Rich"]]
    let form: JSONValue = ["schema": Operations.properties(of: "v")]
    let contents: [(JSONValue, JSONValue)] = [
      (["application/json": rich], ["application/json": rich, "text/event-stream": item]),
      (["multipart/form-data": form], ["application/octet-stream": [:]]),
      (["application/x-www-form-urlencoded": form], ["text/plain": ["schema": Operations.string]]),
      (["application/merge-patch+json": rich], ["application/jsonl": item]),
      (["application/octet-stream": [:]], ["multipart/mixed": item]),
    ]
    return contents.enumerated().map { index, content in
      let id = "rich\(index)"
      let link: JSONValue = ["operationId": .string(id), "parameters": ["id": "$request.path.id"]]
      return (
        "/rich\(index)/{id}",
        Operations.path(
          "post",
          [
            "operationId": .string(id), "security": [["Rich": []] as JSONValue, [:]], "x-timeout": "2s",
            "servers": [["url": "https://{v}.example", "variables": ["v": ["default": "a", "enum": ["a", "b"]]]]],
            "parameters": [
              Operations.parameter("id", "path", ["type": "string", "format": "uuid"]),
              Operations.parameter("q", "query", ["type": "array", "items": ["type": "integer"]]),
              Operations.parameter("X-H", "header", Operations.string),
            ],
            "requestBody": ["required": true, "content": content.0],
            "responses": [
              "200": Operations.answer([
                "headers": ["X-N": ["schema": ["type": "integer"]]], "content": content.1, "links": ["go": link],
              ]), "404": Operations.answer([:]), "default": Operations.answer([:]),
            ],
            "callbacks": ["c": ["{$url}": Operations.path("post", [:])]],
          ])
      )
    }
  }
}

extension HostileOperationTests {
  /// An object with one text.
  fileprivate static func properties(of name: String) -> JSONValue {
    ["type": "object", "properties": [name: string]]
  }
}

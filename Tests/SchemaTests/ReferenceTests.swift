import ContractModel
import ContractSource
import Testing

/// Where references lead, as the diagnostics of contracts without their targets name it.
@Suite struct ReferenceTests {
  /// The examples of RFC 3986, sections 5.4.1 and 5.4.2, but for those that refer to the base itself.
  private static let examples = [
    ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
    ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
    ("g#s", "http://a/b/c/g"), ("g?y#s", "http://a/b/c/g?y"), (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"),
    ("g;x?y#s", "http://a/b/c/g;x?y"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
    ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
    ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
    ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
    ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
    ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
    ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
    ("g#s/./x", "http://a/b/c/g"), ("g#s/../x", "http://a/b/c/g"), ("http:g", "http:g"),
  ]

  @Test(arguments: examples) func `the examples of RFC 3986 are resolved as it says`(_ reference: String, _ uri: String)
    throws
  {
    let messages = try messages(of: reference, in: "http://a/b/c/d;p?q")
    #expect(messages.count == 1 && messages[0].contains("'\(uri)'"), "\(reference): \(messages)")
  }

  @Test(arguments: ["", "#", "d;p?q", "//a/b/c/d;p?q", "HTTP://a/b/c/./d;p?q"])
  func `a reference to the base is one to the schema that has it`(_ reference: String) throws {
    #expect(try messages(of: reference, in: "http://a/b/c/d;p?q").isEmpty)
  }

  @Test(arguments: [
    ("x", "http://a", "http://a/x"), ("?x", "http://a", "http://a?x"), ("x", "http://a?q/r", "http://a/x"),
    ("/a/../b/./c", "http://h/x", "http://h/b/c"), ("HTTPS://Host/a/../b", "http://h/x", "https://Host/b"),
    ("x", "urn:a:b", "urn:x"), ("urn:a/../b", "http://h/x", "urn:/b"),
  ])
  func `other bases and references`(_ reference: String, _ base: String, _ uri: String) throws {
    let messages = try messages(of: reference, in: base)
    #expect(messages.count == 1 && messages[0].contains("'\(uri)'"), "\(reference): \(messages)")
  }

  @Test(arguments: [
    ("b.yaml", nil), ("./x/../b.yaml", nil), ("../folder/b.yaml", nil), ("../a%25b.yaml", nil),
    ("../../folder/b.yaml", "leads out"), ("/folder/b.yaml", "leads out"), ("//folder/b.yaml", "leads out"),
    ("contract:/x/../../folder/b.yaml", "leads out"), ("%2e%2E/folder/b.yaml", "is not the path of a file"),
    ("x%2F..%2Fb.yaml", "is not the path of a file"), ("%2e/b.yaml", "is not the path of a file"),
    ("b.yaml%00#/x", "is not the path of a file"), ("..#/x", "is not the path of a file"), ("b%2Eyaml", nil),
  ])
  func `a file is named relative to the file that refers to it, within the folder`(
    _ reference: String, _ message: String?
  ) throws {
    let messages = try messages(
      of: reference, others: ["folder/b.yaml": "type: string", "a%b.yaml": "$ref: folder/b.yaml"])
    #expect(
      messages.count == (message == nil ? 0 : 1) && messages.allSatisfy { $0.contains(message ?? "") }, "\(messages)")
  }

  @Test func `a schema in a response of another file is in the dialect of that file`() throws {
    let contract = { (more: String) in "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\n\(more)\n" }
    let schema = "{ type: array, items: [{ type: integer }], additionalItems: false }"
    let messages = try messages(in: [
      "folder/a.yaml": contract("components: { responses: { A: { $ref: \"b.yaml#/components/responses/B\" } } }"),
      "folder/b.yaml": contract(
        "jsonSchemaDialect: https://json-schema.org/draft/2019-09/schema\ncomponents: { responses: { B: { "
          + "description: B, content: { application/json: { schema: \(schema) } } } } }"),
    ])
    #expect(messages.isEmpty, "\(messages)")
  }

  @Test(arguments: [
    ("", ["cat", "dog"]), ("kitty: ./cat.yaml", ["dog"]), ("cat: ./cat.yaml, dog: ./dog.yaml", []),
    ("cat: cat.yaml", []),
  ])
  func `a whole file as a branch has its file's name, unless the mapping has another`(
    _ mapping: String, _ unnamed: [String]
  ) throws {
    let files = ["cat.yaml", "dog.yaml"]
    let branches = files.map { "{ $ref: \($0) }" }.joined(separator: ", ")
    let contract = """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      components:
        schemas: { A: { oneOf: [\(branches)], discriminator: { propertyName: kind, mapping: { \(mapping) } } } }
      """
    let texts = Dictionary(uniqueKeysWithValues: files.map { ("folder/" + $0, "type: object") })
    let expected =
      mapping == "cat: cat.yaml"
      ? ["'cat.yaml' is not one of the schemas of this choice"]
      : unnamed.map { "this schema is a whole file, which has no name: 'kind' selects it by '\($0)'" }
    let found = try messages(in: texts.merging(["folder/a.yaml": contract]) { $1 }, [.error, .warning])
    #expect(found == expected)
  }

  /// The messages about a contract with a schema that refers to another.
  private func messages(of reference: String, in base: String? = nil, others: [String: String] = [:]) throws -> [String]
  {
    let id = base.map { ", $id: \"\($0)\"" } ?? ""
    let contract = """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      components: { schemas: { A: { type: object\(id), properties: { p: { $ref: "\(reference)" } } } } }
      """
    return try messages(in: others.merging(["folder/a.yaml": contract], uniquingKeysWith: { $1 }))
  }

  /// What is reported of one of the files.
  private func messages(
    in texts: [String: String], _ severities: [Diagnostic.Severity] = [.error]
  ) throws -> [String] {
    let diagnostics = Diagnostics()
    var documents: [String: Node] = [:]
    for (path, text) in texts {
      documents[path] = DocumentReader.read(SourceFile(path: path, bytes: Array(text.utf8)), diagnostics)
    }
    let reader = ContractReader(
      source: SourceReader(documents: documents, diagnostics: diagnostics), diagnostics: diagnostics)
    _ = try #require(reader.read("folder/a.yaml"))
    return diagnostics.list.filter { severities.contains($0.severity) }.map(\.message)
  }
}

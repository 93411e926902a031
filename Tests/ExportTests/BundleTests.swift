import ContractExport
import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// A bundle means what the files mean that it is made of.
@Suite struct BundleTests {
  /// Files of contracts, and the bundle of some of them.
  struct Files {
    private let documents: [String: Node]

    init(_ texts: [String: String]) {
      let diagnostics = Diagnostics()
      documents = texts.reduce(into: [:]) { documents, file in
        let source = SourceFile(path: file.key, bytes: Array(file.value.utf8))
        documents[file.key] = DocumentReader.read(source, diagnostics)
      }
      #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.map { $0.rendered() })")
    }

    init(documents: [String: Node]) { self.documents = documents }

    func bundle(_ paths: [String] = ["contract.yaml"]) -> (text: String?, diagnostics: Diagnostics) {
      let diagnostics = Diagnostics()
      let source = SourceReader(documents: documents, diagnostics: diagnostics)
      return (Exporter.openapi(paths, source, diagnostics), diagnostics)
    }

    func read(_ path: String = "contract.yaml") throws -> (contract: Contract, schemas: SchemaSet) {
      let diagnostics = Diagnostics()
      let source = SourceReader(documents: documents, diagnostics: diagnostics)
      let reader = ContractReader(source: source, diagnostics: diagnostics)
      let contract = try #require(reader.read(path))
      #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.map { $0.rendered() })")
      return (contract, reader.schemaSet)
    }

    /// The bundle, read again.
    func bundled(_ paths: [String] = ["contract.yaml"]) throws -> (contract: Contract, schemas: SchemaSet, text: String)
    {
      let (text, diagnostics) = bundle(paths)
      let bundle = try #require(text, "\(diagnostics.sorted.map { $0.rendered() })")
      let (contract, schemas) = try Files(["contract.yaml": bundle]).read()
      return (contract, schemas, bundle)
    }

    /// The message, with its place, of what cannot be bundled.
    func fault(_ paths: [String] = ["contract.yaml"]) throws -> String {
      let (text, diagnostics) = bundle(paths)
      #expect(text == nil)
      let error = try #require(diagnostics.sorted.first { $0.severity == .error })
      return "\(error.position.file.path):\(error.position.line): \(error.message)"
    }
  }

  static func value(_ text: String) throws -> JSONValue {
    let file = SourceFile(path: "value.json", bytes: Array(text.utf8))
    return try #require(JSONDocumentReader.read(file, Diagnostics(), isContract: false)?.json, "\(text)")
  }

  static func admits(_ read: (contract: Contract, schemas: SchemaSet), _ name: String, _ value: JSONValue) throws
    -> Bool
  {
    let schema = try #require(read.contract.components.first { $0.name == name }?.schema)
    return read.schemas.program.admits(value, schema: schema, assertsFormat: false)
  }

  /// Expects a component to admit some values and no others, in the files and in their bundle.
  private func expect(
    _ files: Files, _ name: String = "S", admits valid: [String], not invalid: [String],
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let (original, bundle) = (try files.read(), try files.bundled())
    for (text, wanted) in valid.map({ ($0, true) }) + invalid.map({ ($0, false) }) {
      let value = try Self.value(text)
      #expect(try Self.admits(original, name, value) == wanted, "\(text) in the files", sourceLocation: place)
      let isAdmitted = try Self.admits((bundle.contract, bundle.schemas), name, value)
      #expect(isAdmitted == wanted, "\(text) in \(bundle.text)", sourceLocation: place)
    }
  }

  private static func contract(_ schemas: String, version: String = "3.1.0", _ more: String = "") -> String {
    "openapi: \(version)\ninfo: { title: T, version: \"1\" }\n\(more)\ncomponents:\n  schemas:\n"
      + schemas.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  // MARK: schemas

  @Test func `references below an $id are resolved against it`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { $ref: "parts/tree.json" }
        Inner: { $id: "https://x.test/inner", type: object, properties: { a: { $ref: "#/$defs/n" }, b: { $ref: leaf } }, $defs: { n: { type: integer }, m: { $id: leaf, type: boolean } } }
        n: { type: string }
        """),
      "parts/tree.json": """
      { "$id": "https://x.test/tree", "type": "object", "properties": { "leaf": { "$ref": "node" }, "again": { "$ref": "#" },
        "named": { "$ref": "#name" }, "far": { "$ref": "node#/$defs/deep" } },
        "$defs": { "n": { "$id": "node", "type": "integer", "$defs": { "deep": { "type": "boolean" } } },
          "a": { "$anchor": "name", "type": "null" } } }
      """,
      // What a reference would lead to that took no notice of the `$id`.
      "parts/node": "type: string", "leaf": "type: string",
    ])
    try expect(
      files, admits: [#"{ "leaf": 1, "again": { "leaf": 2 }, "named": null, "far": true }"#],
      not: [#"{ "leaf": "a" }"#, #"{ "again": { "leaf": "a" } }"#, #"{ "named": 1 }"#, #"{ "far": 1 }"#])
    try expect(files, "Inner", admits: [#"{ "a": 1, "b": true }"#], not: [#"{ "a": "x" }"#, #"{ "b": "x" }"#])
    #expect(try !files.bundled().text.contains("$id"))
  }

  @Test func `a schema of another draft keeps its dialect wherever it is moved`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { type: object, properties: { old: { $ref: "old.json#/definitions/positive" }, whole: { $ref: old.json }, api: { $ref: "api.yaml#/components/schemas/Api" } } }
        """),
      "old.json": """
      { "$schema": "http://json-schema.org/draft-04/schema#", "id": "https://x.test/old", "type": "object",
        "properties": { "id": { "$ref": "#/definitions/positive" }, "pair": { "items": [{ "type": "integer" }] } },
        "definitions": { "positive": { "type": "number", "minimum": 0, "exclusiveMinimum": true } } }
      """,
      "api.yaml": Self.contract(
        "Api: { items: [{ type: integer }], additionalItems: false }",
        "jsonSchemaDialect: https://json-schema.org/draft/2019-09/schema"),
    ])
    try expect(
      files, admits: [#"{ "old": 1, "whole": { "id": 1, "pair": [1, "a"] }, "api": [1] }"#],
      not: [#"{ "old": 0 }"#, #"{ "whole": { "id": 0 } }"#, #"{ "whole": { "pair": ["a"] } }"#, #"{ "api": [1, 2] }"#])
  }

  @Test func `schemas of responses and of other contracts keep the dialect of their documents`() throws {
    let response = { (id: String, reference: String) in
      "paths: { /\(id): { get: { operationId: \(id), responses: { \"200\": \(reference) } } } }"
    }
    let inline =
      "{ description: D, content: { application/json: { schema: { type: array, items: [{ type: integer }] } } } }"
    let old = "jsonSchemaDialect: https://json-schema.org/draft/2019-09/schema"
    let files = Files([
      "contract.yaml": Self.contract("A: {}", response("a", "{ $ref: \"b.yaml#/components/responses/R\" }")),
      "b.yaml": Self.contract("B: {}\n", old + "\n" + response("b", inline)) + "  responses: { R: \(inline) }\n",
    ])
    for paths in [["contract.yaml"], ["contract.yaml", "b.yaml"]] {
      let bundle = try files.bundled(paths)
      for operation in bundle.contract.operations {
        let schema = try #require(operation.responses[0].content[0].schema)
        #expect(
          try bundle.schemas.program.admits(Self.value("[1, 2]"), schema: schema, assertsFormat: false))
        #expect(try !bundle.schemas.program.admits(Self.value(#"["a"]"#), schema: schema, assertsFormat: false))
      }
    }
  }

  @Test func `dynamic references go by the resources of the files`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { $ref: "lists/strings.json" }
        Open: { $ref: "lists/list.json" }
        Unbound: { type: object, properties: { of: { $ref: "lists/list.json#/$defs/plain" } } }
        T: { type: integer }
        """),
      "lists/list.json": """
      { "type": "object", "properties": { "items": { "type": "array", "items": { "$dynamicRef": "#T" } },
          "t": { "$ref": "../contract.yaml#/components/schemas/T" }, "more": { "$ref": "more.yaml#/More" } },
        "$defs": { "any": { "$dynamicAnchor": "T" }, "plain": { "type": "integer" } } }
      """,
      "lists/strings.json": """
      { "$ref": "list.json", "$defs": { "strings": { "$dynamicAnchor": "T", "type": "string" } } }
      """,
      "lists/more.yaml": "More: { properties: { list: { $ref: list.json } }, type: object }",
    ])
    try expect(
      files, admits: [#"{ "items": ["a"], "t": 1, "more": { "list": { "items": ["b"] } } }"#],
      not: [#"{ "items": [1] }"#, #"{ "t": "a" }"#, #"{ "more": { "list": { "items": [1] } } }"#])
    try expect(files, "Open", admits: [#"{ "items": ["a", 1] }"#], not: [#"{ "t": "a" }"#])
    try expect(files, "Unbound", admits: [#"{ "of": 1 }"#], not: [#"{ "of": "a" }"#])
    try expect(files, "T", admits: ["1"], not: ["true"])
  }

  /// The suites' groups about identifiers and references, each schema in a file that a contract refers to.
  private static let groups = ["", "draft4/", "draft6/", "draft7/", "draft2019-09/"].flatMap { draft in
    [
      "anchor", "defs", "definitions", "dynamicRef", "id", "infinite-loop-detection", "recursiveRef", "ref",
      "refRemote",
      "unevaluatedItems", "unevaluatedProperties", "unknownKeyword", "items", "dependencies",
    ].map { draft + $0 + ".json" }
  }

  private static let dialects = [
    "draft4": "http://json-schema.org/draft-04/schema#", "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
  ]

  @Test(arguments: groups) func `the verdicts of JSON Schema's suites are those of a bundle`(_ file: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../SchemaTests/Suite")
    guard let data = try? Data(contentsOf: folder.appending(path: file)) else { return }
    let root = try #require(JSONDocumentReader.read(SourceFile(path: file, bytes: [UInt8](data)), Diagnostics()))
    let dialect = Self.dialects[String(file.prefix { $0 != "/" })]
    let contract = SourceFile(path: "contract.yaml", bytes: Array(Self.contract("S: { $ref: schema.json }").utf8))
    for group in root.items ?? [] {
      let name = "\(file): \(group["description"]?.string ?? "")"
      let schema = try #require(group["schema"]?.json)
      let text = SourceFile(path: "schema.json", bytes: Self.declaring(dialect, schema).json)
      let files = Files(documents: [
        "contract.yaml": try #require(DocumentReader.read(contract, Diagnostics())),
        "schema.json": try #require(DocumentReader.read(text, Diagnostics())),
      ])
      let diagnostics = Diagnostics()
      let (bundle, faults) = files.bundle()
      if faults.list.contains(where: { $0.code == .referenceOutside }) || name.contains("metaschema") { continue }
      let written = try #require(bundle, "\(name): \(faults.sorted.map { $0.rendered() })")
      let node = try #require(
        DocumentReader.read(SourceFile(path: "bundle.json", bytes: Array(written.utf8)), diagnostics))
      let reader = ContractReader(
        source: SourceReader(documents: ["bundle.json": node], diagnostics: diagnostics), diagnostics: diagnostics)
      let index = try #require(reader.readSchema("bundle.json", pointer: "/components/schemas/S"))
      for test in group["tests"]?.items ?? [] {
        guard case .bool(let wanted)? = test["valid"]?.value, let value = test["data"]?.json else { continue }
        let isAdmitted = reader.schemaSet.program.admits(value, schema: index, assertsFormat: false)
        #expect(isAdmitted == wanted, "\(name): \(test["description"]?.string ?? ""): \(written)")
      }
    }
  }

  private static func declaring(_ dialect: String?, _ schema: JSONValue) -> JSONValue {
    guard let dialect, case .object(var object) = schema, object["$schema"] == nil else { return schema }
    object["$schema"] = .string(dialect)
    return .object(object)
  }

  @Test func `what no document can say is refused where it is`() throws {
    let old = Files([
      "contract.yaml": Self.contract("A: { $ref: \"b.json\" }", version: "3.0.4"),
      "b.json": #"{ "$schema": "http://json-schema.org/draft-07/schema#", "const": 1 }"#,
    ])
    #expect(
      try old.fault()
        == "b.json:1: a schema of JSON Schema draft-07 cannot be part of a document with those of OpenAPI 3.0")
    let versions = Files([
      "contract.yaml": Self.contract("A: { $ref: \"b.yaml#/components/schemas/B\" }"),
      "b.yaml": Self.contract("B: { type: string, nullable: true }", version: "3.0.4"),
    ])
    #expect(try versions.fault().hasPrefix("contract.yaml:6: 'b.yaml' is of OpenAPI 3.0.4, and"))
    let anchors = Files([
      "contract.yaml": Self.contract("A: { $ref: \"b.yaml#/components/schemas/B\" }"),
      "b.yaml": Self.contract(
        "B: { type: array, items: { $dynamicRef: \"#node\" } }\nC: { $dynamicAnchor: node, type: string }"),
    ])
    #expect(try anchors.fault().hasPrefix("b.yaml:7: the dynamic anchor of this schema would apply to others too"))
  }

  @Test func `references to the same schema lead to one component, and to what is in it`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        A: { $ref: "b.yaml#/components/schemas/B" }
        C: { $ref: "b.yaml#/components/schemas/B/properties/inner" }
        D: { $ref: "b.yaml#/x-more/D" }
        E: { $ref: "#/x-own" }
        """, "x-own: { type: object, properties: { b: { $ref: \"b.yaml#/components/schemas/B\" } } }"),
      "b.yaml": Self.contract(
        "B: { type: object, properties: { inner: { type: object, properties: { b: { $ref: \"#/components/schemas/B\" } } } } }",
        "x-more: { D: { type: integer } }"),
    ])
    let (_, _, text) = try files.bundled()
    #expect(text.contains(##""C": { "$ref": "#/components/schemas/B/properties/inner" }"##), "\(text)")
    #expect(text.components(separatedBy: "\"inner\":").count == 2, "\(text)")
    try expect(files, "D", admits: ["1"], not: ["\"a\""])
    try expect(files, "E", admits: [#"{ "b": {} }"#], not: [#"{ "b": 1 }"#])
  }

  @Test func `names that differ only in their normal form are two`() throws {
    let path = { (path: String, id: String) in
      "tags: [{ name: \(id) }]\n"
        + "paths: { \(path): { get: { operationId: \(id), responses: { \"204\": { description: D } } } } }"
    }
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { type: object, properties: { a: { $ref: "n.yaml#/\u{E9}" }, b: { $ref: "n.yaml#/e\u{301}" } } }
        """, path("/\u{E9}", "\u{E9}")),
      "n.yaml": "\u{E9}: { type: integer }\ne\u{301}: { type: string }",
      "more.yaml": Self.contract("M: {}", path("/e\u{301}", "e\u{301}")),
    ])
    try expect(files, admits: [#"{ "a": 1, "b": "x" }"#], not: [#"{ "a": "x" }"#, #"{ "b": 1 }"#])
    let merged = try files.bundled(["contract.yaml", "more.yaml"]).contract
    #expect(merged.operations.count == 2 && merged.tags.count == 2)
  }

  @Test func `a component for which there is no name has that of its kind`() throws {
    let files = Files([
      "contract.yaml": Self.contract("S: { $ref: \"n.yaml#/d/\" }"), "n.yaml": "d: { \"\": { type: integer } }",
    ])
    try expect(files, admits: ["1"], not: ["\"a\""])
    #expect(try files.bundled().contract.components.map(\.name) == ["S", "schemas"])
  }

  @Test func `what is no object is left as it is`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        "S: { $ref: \"#/x-any/S\" }\nT: { $ref: \"b.yaml#/never\" }\nU: { $ref: \"b.yaml#/deep/0\" }",
        "x-any: { S: true, list: [1, { $ref: nowhere.yaml }] }"),
      "b.yaml": "never: false\ndeep: [{ type: integer }]",
    ])
    try expect(files, admits: ["1"], not: [])
    try expect(files, "T", admits: [], not: ["1"])
    try expect(files, "U", admits: ["1"], not: ["\"a\""])
  }

  @Test func `a chain of thousands of components is bundled`() throws {
    let count = 2_000
    let parts = (0..<count).map { "B\($0): { type: array, items: { $ref: \"#/B\(($0 + 1) % count)\" } }\n" }.joined()
    let files = Files(["contract.yaml": Self.contract("S: { $ref: \"parts.yaml#/B0\" }"), "parts.yaml": parts])
    #expect(try files.bundled().contract.components.count == count + 1)
  }

  @Test func `a discriminator knows its branches by the names that they had`() throws {
    let files = Files([
      "contract.yaml": Self.contract("S: { $ref: \"b.yaml#/components/schemas/Pet\" }\nDog: { type: string }"),
      "b.yaml": Self.contract(
        """
        Pet: { oneOf: [{ $ref: "#/components/schemas/Dog" }, { $ref: "#/components/schemas/Cat" }], discriminator: { propertyName: kind, mapping: { kitty: Cat, puppy: Dog, cub: "#/components/schemas/Dog" } } }
        Dog: { type: object, required: [kind], properties: { kind: { type: string }, bark: { type: integer } } }
        Cat: { type: object, required: [kind], properties: { kind: { type: string }, purr: { type: integer } } }
        """),
    ])
    try expect(
      files, admits: ["Dog", "puppy", "cub"].map { #"{ "kind": "\#($0)", "bark": 1, "purr": "" }"# },
      not: ["Dog", "puppy", "cub"].map { #"{ "kind": "\#($0)", "bark": "" }"# } + [#"{ "kind": "kitty", "purr": "" }"#])
  }

  @Test func `a whole file as a branch has the name of the component that leads to it`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: dog.yaml }], discriminator: { propertyName: kind, mapping: { puppy: ./dog.yaml } } }
        Cat: { $ref: tom.yaml }
        """),
      "tom.yaml": "{ type: object, properties: { purr: { type: integer } } }",
      "dog.yaml": "{ type: object, properties: { bark: { type: integer } } }",
    ])
    try expect(
      files, admits: [#"{ "kind": "Cat", "purr": 1, "bark": "" }"#, #"{ "kind": "puppy", "bark": 1, "purr": "" }"#],
      not: [#"{ "kind": "Cat", "purr": "" }"#, #"{ "kind": "puppy", "bark": "" }"#, #"{ "kind": "", "bark": 1 }"#])
  }

  // MARK: other objects

  @Test func `the base of a document is its own URI`() throws {
    let files = Files([
      "contract.yaml": Self.contract(
        """
        S: { $ref: "main.yaml#/components/schemas/T" }
        T: { type: integer }
        U: { $ref: "/api/main.yaml#/components/schemas/T" }
        """, version: "3.2.0", "$self: https://x.test/api/main.yaml"),
      "main.yaml": Self.contract("T: { type: string }"),
    ])
    try expect(files, admits: ["1"], not: ["\"a\""])
    try expect(files, "U", admits: ["1"], not: ["\"a\""])
  }

  @Test func `a scheme that a requirement names by its URI is in the bundle`() throws {
    let files = Files([
      "contract.yaml": """
      openapi: 3.2.0
      info: { title: T, version: "1" }
      security: [{ "parts/schemes.yaml#/key": [] }]
      paths:
        /a: { get: { operationId: a, responses: { "204": { description: D } } } }
        /b: { get: { operationId: b, security: [{ "./parts/schemes.yaml#/key": [], key: [] }], responses: { "204": { description: D } } } }
        /c: { $ref: "parts/c.yaml" }
      components: { securitySchemes: { key: { type: http, scheme: bearer } } }
      """,
      "parts/schemes.yaml": "key: { type: apiKey, in: header, name: X-Key }",
      "parts/c.yaml":
        "get: { operationId: c, security: [{ \"schemes.yaml#/key\": [] }, { key: [] }], responses: { \"204\": { description: D } } }",
    ])
    let kinds = { (contract: Contract) in
      contract.operations.map { $0.policy.security.map { $0.schemes.map { "\($0.scheme.kind)" } } }
    }
    let (contract, _, text) = try files.bundled()
    #expect(kinds(contract) == kinds(try files.read().contract))
    #expect(contract.securitySchemes.map(\.name) == ["key", "key2"] && !text.contains("schemes.yaml"), "\(text)")
  }

  @Test func `links, path items and examples of other files lead where they led`() throws {
    let files = Files([
      "contract.yaml": """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      paths:
        /a: { $ref: "parts/items.yaml#/a" }
        /b/{id}: { $ref: "parts/items.yaml#/b" }
        /c: { $ref: "parts/items.yaml#/a" }
      """,
      "parts/items.yaml": """
      a:
        get:
          callbacks: { done: { "{$request.body#/url}": { $ref: "#/hook" } } }
          responses:
            "200":
              description: D
              content:
                application/json:
                  schema: { type: object, properties: { id: { $ref: "#/b/parameters/0/schema" } } }
                  examples: { far: { externalValue: far.json } }
              links:
                here: { operationRef: "#/b/get", parameters: { id: "$response.body#/id" } }
                there: { operationRef: "../other.yaml#/paths/~1x/get" }
      b:
        parameters: [{ name: id, in: path, required: true, schema: { type: integer, maximum: 7 } }]
        get: { operationId: b, responses: { "204": { description: D } } }
      hook: { post: { responses: { "204": { description: D } } } }
      """,
    ])
    let (contract, _, text) = try files.bundled()
    #expect(contract.operations.map(\.path) == ["/a", "/b/{id}", "/c"])
    #expect(contract.operations[0].callbacks.map(\.operation.method) == ["POST"])
    let links = contract.operations[0].responses[0].links
    #expect(LinkTargets(contract.operations)[links[0]]?.id == "b")
    #expect(links[1].operationReference == "other.yaml#/paths/~1x/get")
    #expect(text.contains("\"externalValue\": \"parts/far.json\""), "\(text)")
    #expect(text.contains(##""/c": { "$ref": "#/paths/~1a" }"##) && !text.contains("items.yaml"), "\(text)")
  }

  @Test func `paths of two contracts that differ only in the names of parameters are one path`() throws {
    let contract = { (path: String) in
      "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\npaths:\n  \(path): { summary: S }"
    }
    for (path, other) in [("/a/{x}", "/a/{y}"), ("/{x}.{y}", "/{y}.{x}"), ("/a", "/a")] {
      let files = Files(["a.yaml": contract(path), "b.yaml": contract(other)])
      #expect(try files.fault(["a.yaml", "b.yaml"]) == "b.yaml:4: the path \(other) is in two contracts")
    }
    let files = Files(["a.yaml": contract("/a/{x}"), "b.yaml": contract("/a/{x}/b")])
    #expect(files.bundle(["a.yaml", "b.yaml"]).text != nil)
  }

  @Test func `operations of several contracts keep what their documents declare for all`() throws {
    let contract = { (id: String, defaults: String) in
      """
      openapi: 3.\(id == "c" ? 2 : 1).0
      info: { title: \(id), version: "1" }
      \(defaults)
      paths:
        /\(id):
          get: { operationId: \(id), responses: { "204": { description: D } } }
          post: { operationId: \(id)Own, security: [{ key: [] }], responses: { "204": { description: D } } }
      components: { securitySchemes: { key: { type: apiKey, in: header, name: X-\(id) } } }
      """
    }
    let files = Files([
      "a.yaml": contract("a", "security: [{ key: [] }]\nservers: [{ url: https://a.test }]\nx-principal: Customer"),
      "b.yaml": contract("b", ""),
      "c.yaml": contract("c", "security: [{ key: [] }]\nservers: [{ url: https://c.test }]"),
    ])
    let (bundle, _, text) = try files.bundled(["a.yaml", "b.yaml", "c.yaml"])
    #expect(text.contains("\"openapi\": \"3.2.0\""))
    let look = { (operation: ContractModel.Operation, servers: [Server]) in
      let schemes = operation.policy.security.flatMap(\.schemes).map { "\($0.scheme.kind)" }
      let urls = (operation.servers.isEmpty ? servers : operation.servers).map { "\($0.url)" }
      return "\(operation.id) \(schemes) \(operation.policy.principal ?? "") \(urls)"
    }
    var originals: [String] = []
    for path in ["a.yaml", "b.yaml", "c.yaml"] {
      let original = try files.read(path).contract
      let servers = original.servers.isEmpty ? [] : original.servers
      originals += original.operations.map { look($0, servers) }
    }
    let found = bundle.operations.map { look($0, bundle.servers) }
    #expect(found.map { $0.replacing("[\"/\"]", with: "[]") } == originals.map { $0.replacing("[\"/\"]", with: "[]") })
  }
}

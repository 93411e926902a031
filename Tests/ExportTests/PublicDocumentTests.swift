import ContractExport
import ContractSource
import ContractValues
import Testing

/// What a gateway says of its contracts to everybody.
@Suite struct PublicDocumentTests {
  private func document(_ files: [String: String]) throws -> (json: JSONValue, text: String) {
    let (text, diagnostics) = made(files)
    let given = try #require(text, "\(diagnostics.sorted.map { $0.rendered() })")
    return (try BundleTests.value(given), given)
  }

  private func made(_ files: [String: String]) -> (text: String?, diagnostics: Diagnostics) {
    let diagnostics = Diagnostics()
    let documents = files.reduce(into: [String: Node]()) { documents, file in
      let source = SourceFile(path: file.key, bytes: Array(file.value.utf8))
      documents[file.key] = DocumentReader.read(source, diagnostics)
    }
    let source = SourceReader(documents: documents, diagnostics: diagnostics)
    return (Exporter.publicDocument(files.keys.sorted(), source, diagnostics), diagnostics)
  }

  private let head = "openapi: 3.2.0\ninfo: { title: T, version: \"1\" }\n"
  private let inner = "x-internal: true, responses: { \"204\": { description: D } }"

  @Test func `operations that are internal are nowhere, and neither is what leads to them`() throws {
    let (json, text) = try document([
      "a.yaml": head + """
        paths:
          /open:
            get:
              operationId: open
              callbacks:
                told: { "{$request.query.url}": { post: { operationId: hiddenCall, \(inner) } } }
              responses:
                "200":
                  description: D
                  links:
                    away: { operationId: hiddenFind }
                    far: { operationRef: "#/paths/~1hidden/get" }
                    here: { operationId: open }
            additionalOperations: { FIND: { operationId: hiddenFind, \(inner) } }
          /hidden: { get: { operationId: hiddenGet, \(inner) } }
          /half: { get: { operationId: hiddenHalf, \(inner) }, put: { operationId: half, responses: { "204": { description: D } } } }
        webhooks: { hidden: { post: { operationId: hiddenHook, \(inner) } } }
        """
    ])
    #expect(!text.contains("hidden"), "\(text)")
    #expect(json["paths"]?.members.map(\.key) == ["/open", "/half"])
    #expect(json["paths"]?["/open"]?["get"]?["responses"]?["200"]?["links"]?.members.map(\.key) == ["here"])
  }

  @Test func `paths in components stay, and so does what is referred to in any way`() throws {
    let (json, text) = try document([
      "a.yaml": head + """
        paths:
          /a: { $ref: "#/components/pathItems/A" }
          /b: { $ref: "#/components/pathItems/B" }
        components:
          pathItems:
            A: { get: { responses: { "200": { $ref: "#/components/responses/%41nswer" } } } }
            B: { get: { \(inner) } }
          responses:
            Answer: { description: D, content: { application/json: { schema: { $ref: "#/components/schemas/Tree" } } } }
          schemas:
            Tree: { $id: tree, $dynamicAnchor: node, type: array, items: { $dynamicRef: "#node" } }
            Unused: { type: string }
        """
    ])
    #expect(json["paths"]?.members.map(\.key) == ["/a"], "\(text)")
    #expect(json["components"]?["responses"]?["Answer"] != nil && json["components"]?["schemas"]?["Tree"] != nil)
    #expect(!text.contains("Unused") && !text.contains("x-internal"))
  }

  @Test func `a path that two contracts have by other servers is there twice`() throws {
    let contract = { (server: String, id: String) in
      """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      servers: [{ url: \(server) }]
      paths:
        /ticks: { get: { operationId: \(id), responses: { "204": { description: D } } } }
        /inside: { get: { operationId: same, x-internal: true, responses: { "204": { description: D } } } }
      """
    }
    let (json, text) = try document(["a.yaml": contract("/a", "one"), "b.yaml": contract("/b/", "two")])
    #expect(json["paths"]?.members.map(\.key) == ["/ticks", "/b/ticks"], "\(text)")
    #expect(json["paths"]?["/b/ticks"]?["servers"]?.elements.first?["url"] == .string("/"))
    let (same, diagnostics) = made(["a.yaml": contract("/a", "one"), "b.yaml": contract("/a", "two")])
    #expect(same == nil && diagnostics.sorted.map(\.message) == ["the path /ticks is in two contracts"])
  }

  @Test func `schemes that several contracts declare in the same way are one`() throws {
    let contract = { (id: String, header: String) in
      """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      security: [{ user: [] }, { \(id): [], key: [] }]
      paths: { /\(id): { get: { operationId: \(id), responses: { "204": { description: D } } } } }
      components:
        securitySchemes:
          user: { $ref: "shared.yaml#/user" }
          key: { type: apiKey, in: header, name: \(header) }
          \(id): { type: http, scheme: bearer }
      """
    }
    let diagnostics = Diagnostics()
    let files = [
      "a.yaml": contract("a", "X-Key"), "b.yaml": contract("b", "X-Key"), "c.yaml": contract("c", "X-Other"),
      "shared.yaml": "user: { type: http, scheme: bearer, bearerFormat: JWT }",
    ]
    let documents = files.reduce(into: [String: Node]()) { documents, file in
      documents[file.key] = DocumentReader.read(
        SourceFile(path: file.key, bytes: Array(file.value.utf8)), diagnostics)
    }
    let source = SourceReader(documents: documents, diagnostics: diagnostics)
    let text = try #require(Exporter.publicDocument(["a.yaml", "b.yaml", "c.yaml"], source, diagnostics))
    let json = try BundleTests.value(text)
    let schemes = try #require(json["components"]?["securitySchemes"])
    #expect(schemes.members.count == 4, "\(text)")
    let needs = { (path: String) -> [[String]] in
      let own = json["paths"]?[path]?["get"]?["security"] ?? json["security"]
      return own?.elements.map { $0.members.map(\.key) } ?? []
    }
    #expect(needs("/a") == [["user"], ["a", "key"]] && needs("/b") == [["user"], ["a", "key"]])
    let third = needs("/c")
    #expect(third.first == ["user"] && third.last?.first == "a")
    let other = try #require(third.last?.last)
    #expect(schemes[other]?["name"] == .string("X-Other"))
  }

  @Test func `what leads into an internal operation is reported`() throws {
    let (text, diagnostics) = made([
      "a.yaml": head + """
        paths:
          /hidden: { get: { x-internal: true, responses: { "200": { description: D } } } }
          /open: { get: { responses: { "200": { $ref: "#/paths/~1hidden/get/responses/200" } } } }
        """
    ])
    #expect(text == nil)
    #expect(
      diagnostics.sorted.map(\.message) == ["'#/paths/~1hidden/get/responses/200' leads into an internal operation"])
  }
}

extension JSONValue {
  fileprivate var members: [(key: String, value: JSONValue)] {
    if case .object(let members) = self { members.map { ($0.key, $0.value) } } else { [] }
  }

  fileprivate var elements: [JSONValue] { if case .array(let items) = self { items } else { [] } }
}

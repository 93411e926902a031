import ContractExport
import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// Contracts in, text out: each folder of `Cases` has a contract and what comes of it.
@Suite struct ExportTests {
  static let cases = ["shapes", "bundle", "content", "events"]
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

  struct Reading {
    let contracts: [NamedContract]
    let events: [EventContract]
    let schemas: SchemaSet
    let source: SourceReader

    /// The messages without the contract.
    var ofEvents: Reading { Reading(contracts: [], events: events, schemas: schemas, source: source) }
  }

  /// Reads the contract of a folder, and its messages where it has such.
  static func read(_ folder: URL) throws -> Reading {
    let diagnostics = Diagnostics()
    let source = SourceReader(root: folder.path, diagnostics: diagnostics) { $0 }
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let events = EventContractReader(beside: reader)
    let reading = Reading(
      contracts: [NamedContract(name: "Sample", contract: try #require(reader.read("contract.yaml")))],
      events: try ["contract.events.yaml"].filter(source.hasFile).map { try #require(events.read($0)) },
      schemas: reader.schemaSet, source: source)
    #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.map { $0.rendered() })")
    return reading
  }

  static func texts(_ name: String) throws -> [(file: String, text: String)] {
    let reading = try read(folder.appending(path: name))
    let diagnostics = Diagnostics()
    let bundle = Exporter.openapi(["contract.yaml"], reading.source, diagnostics)
    #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.map { $0.rendered() })")
    return [
      (
        "expected.ts.txt", Exporter.typescript(reading.contracts, events: reading.events, schemas: reading.schemas).text
      ),
      ("expected.py.txt", Exporter.python(reading.contracts, events: reading.events, schemas: reading.schemas).text),
      ("expected.postman.json", Exporter.postman(reading.contracts, schemas: reading.schemas)),
      ("expected.openapi.json", try #require(bundle)),
    ]
  }

  @Test(arguments: cases) func `an export is as it was recorded, twice the same`(_ name: String) throws {
    for ((file, text), again) in zip(try Self.texts(name), try Self.texts(name).map(\.text)) {
      #expect(text == again)
      let path = Self.folder.appending(path: name).appending(path: file)
      let expected = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      if ProcessInfo.processInfo.environment["CHARTER_RECORD"] != nil {
        try text.write(to: path, atomically: true, encoding: .utf8)
      }
      #expect(text == expected, "\(name)/\(file) differs")
    }
  }

  /// Writes clients in each language.
  static func write(_ reading: Reading, to folder: URL) throws {
    let texts = [
      (
        "sample_client.ts",
        Exporter.typescript(reading.contracts, events: reading.events, schemas: reading.schemas).text
      ),
      ("sample_client.py", Exporter.python(reading.contracts, events: reading.events, schemas: reading.schemas).text),
    ]
    for (name, text) in texts { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
  }

  static func json(_ text: String) -> String {
    String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
  }

  @Test(arguments: cases) func `exported clients are free of type errors under strict rules`(_ name: String) throws {
    try check(try Self.read(Self.folder.appending(path: name)), with: .tsc)
  }

  @Test(.enabled("mypy is not installed") { Checker.mypy.isInstalled }, arguments: cases)
  func `mypy finds nothing in exported clients`(_ name: String) throws {
    try check(try Self.read(Self.folder.appending(path: name)), with: .mypy)
  }

  @Test(.enabled("basedpyright is not installed") { Checker.basedpyright.isInstalled }, arguments: cases)
  func `basedpyright finds nothing in exported clients`(_ name: String) throws {
    try check(try Self.read(Self.folder.appending(path: name)), with: .basedpyright)
  }

  /// Checks the file of a contract, and that of its messages alone where it has such.
  private func check(_ reading: Reading, with checker: Checker) throws {
    for part in reading.events.isEmpty ? [reading] : [reading, reading.ofEvents] {
      let folder = FileManager.default.temporaryDirectory.appending(path: "charter-types-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Self.write(part, to: folder)
      try checker.check(folder)
    }
  }

  @Test(arguments: [
    (#"^(?!x)[\w-.]+$"#, #"^(?!x)[\w\-.]+\Z"#), (#"[+-\d]"#, #"[+\-\d]"#), (#"(?<!ab)c"#, #"(?<!ab)c"#),
    (#"(?<=a+)b"#, nil), (#"[\uD800\uDC00-\uDBFF\uDFFF]"#, #"[\U00010000-\U0010ffff]"#), (#"\uD800"#, nil),
    (#"\Aa\z"#, #"^a\Z"#), (#"(?P<n>a)"#, "a"),
    (#"(?<=a[)]b*)c"#, nil), (#"(?<=\)x*)c"#, nil), (#"(?<=\)[)*])c"#, #"(?<=\)[)*])c"#), (#"b{,2}"#, #"b\{,2}"#),
  ])
  func `a pattern is written as Python reads it, or not checked`(_ pattern: String, _ python: String?) throws {
    let text = """
      openapi: 3.1.0
      info: { title: T, version: 1.0.0 }
      paths:
        /a:
          get:
            operationId: a
            parameters: [{ name: p, in: query, schema: { type: string, pattern: '\(pattern)' } }]
            responses: { "204": { description: None. } }
      """
    let diagnostics = Diagnostics()
    let node = try #require(DocumentReader.read(SourceFile(path: "c.yaml", bytes: Array(text.utf8)), diagnostics))
    let source = SourceReader(documents: ["c.yaml": node], diagnostics: diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let contracts = [NamedContract(name: "Sample", contract: try #require(reader.read("c.yaml")))]
    #expect(!diagnostics.hasErrors)
    let made = Exporter.python(contracts, schemas: reader.schemaSet).text
    #expect(made.contains(python.map { "\"pattern\": \(Self.json($0))" } ?? "\"$comment\": \"not checked"))
  }

  @Test func `a bundle refers to nothing outside itself and means the same`() throws {
    let folder = Self.folder.appending(path: "bundle")
    let original = try Self.read(folder)
    let text = try #require(Exporter.openapi(["contract.yaml"], original.source, Diagnostics()))
    let file = SourceFile(path: "bundle.json", bytes: Array(text.utf8))
    let diagnostics = Diagnostics()
    let node = try #require(DocumentReader.read(file, diagnostics))
    let source = SourceReader(documents: ["bundle.json": node], diagnostics: diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let contract = try #require(reader.read("bundle.json"))
    #expect(!diagnostics.hasErrors)
    let before = original.contracts[0].contract
    #expect(contract.operations.map(\.id) == before.operations.map(\.id))
    for (left, right) in zip(before.operations, contract.operations) {
      #expect(left.parameters.map(\.name) == right.parameters.map(\.name))
      #expect(left.responses.map(\.status) == right.responses.map(\.status))
      let pairs = zip(schemas(left), schemas(right))
      for (one, other) in pairs { #expect(isSame(one, original.schemas, other, reader.schemaSet)) }
    }
  }

  @Test func `bundled contracts keep their own security schemes, and mean themselves by their own URIs`() throws {
    let contract = { (id: String, scheme: String) in
      """
      openapi: 3.2.0
      $self: https://contracts.test/\(id).yaml
      info: { title: \(id), version: 1.0.0 }
      security: [{ key: [] }]
      paths:
        /\(id):
          additionalOperations:
            COPY:
              operationId: \(id)
              responses: { "204": { $ref: "https://contracts.test/\(id).yaml#/components/responses/Done" } }
      components:
        responses: { Done: { description: Of \(id). } }
        securitySchemes: { key: \(scheme) }
      """
    }
    let diagnostics = Diagnostics()
    let texts = [
      ("a.yaml", contract("a", "{ type: http, scheme: basic }")),
      ("b.yaml", contract("b", "{ type: apiKey, in: header, name: X-Key }")),
    ]
    let documents = texts.map { path, text in
      (path, DocumentReader.read(SourceFile(path: path, bytes: Array(text.utf8)), diagnostics))
    }
    let files = SourceReader(
      documents: Dictionary(uniqueKeysWithValues: documents).compactMapValues { $0 }, diagnostics: diagnostics)
    let text = try #require(Exporter.openapi(["a.yaml", "b.yaml"], files, diagnostics))
    let bundle = SourceFile(path: "bundle.json", bytes: Array(text.utf8))
    let node = try #require(DocumentReader.read(bundle, diagnostics))
    let source = SourceReader(documents: ["bundle.json": node], diagnostics: diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let operations = try #require(reader.read("bundle.json")).operations
    #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.map { $0.rendered() })")
    #expect(operations.map(\.id) == ["a", "b"])
    #expect(operations.map { $0.responses.map(\.description) } == [["Of a."], ["Of b."]])
    let schemes = operations.map { $0.policy.security.flatMap(\.schemes).map { "\($0.scheme.kind)" } }
    #expect(schemes == [["http(scheme: \"basic\")"], ["apiKey(location: \"header\", name: \"X-Key\")"]])
  }

  private func schemas(_ operation: ContractModel.Operation) -> [Int] {
    operation.parameters.map(\.schema) + operation.responses.flatMap { $0.content.compactMap(\.schema) }
  }

  /// Whether two schemas and all below them have the same keywords, wherever they stand.
  private func isSame(_ left: Int, _ leftSet: SchemaSet, _ right: Int, _ rightSet: SchemaSet) -> Bool {
    var known: [Int: Int] = [:]
    var pending = [(left, right)]
    while let (one, other) = pending.popLast() {
      if let met = known.updateValue(other, forKey: one) {
        if met != other { return false }
        continue
      }
      var (first, second) = (leftSet.keywords(one), rightSet.keywords(other))
      guard first.children.count == second.children.count else { return false }
      pending += zip(first.children, second.children)
      (first.resource, second.resource) = (0, 0)
      (first.dynamicAnchors, second.dynamicAnchors) = ([:], [:])
      if first.renumbered({ _ in 0 }).json != second.renumbered({ _ in 0 }).json { return false }
    }
    return true
  }
}

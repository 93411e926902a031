import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// JSON Schema's own suite for 2020-12 (github.com/json-schema-org/JSON-Schema-Test-Suite, `Suite/LICENSE`),
/// applied as `check --format annotation` applies a schema, and its tests of formats as `check` does.
@Suite struct SuiteTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Suite")
  static let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter {
    $0.hasSuffix(".json")
  }
  /// The suite's optional tests of formats as assertions.
  static let formats = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/format"))?.map {
    "format/" + $0
  }

  /// Groups that need what Charter never does: fetching schemas over the network (the metaschema is one), and
  /// foreign vocabularies.
  static let refused: Set<String> = [
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
    "vocabulary.json: ignore unrecognized optional vocabulary",
    "refRemote.json: root ref in remote ref",
    "refRemote.json: retrieved nested refs resolve relative to their URI not $id",
    "refRemote.json: remote ref with ref to defs",
    "refRemote.json: remote ref",
    "refRemote.json: remote HTTP ref with nested absolute ref",
    "refRemote.json: remote HTTP ref with different URN $id",
    "refRemote.json: remote HTTP ref with different $id",
    "refRemote.json: ref within remote ref",
    "refRemote.json: fragment within remote ref",
    "refRemote.json: base URI change",
    "refRemote.json: base URI change - change folder",
    "refRemote.json: base URI change - change folder in subschema",
    "refRemote.json: anchor within remote ref",
    "refRemote.json: Location-independent identifier in remote ref",
    "refRemote.json: $ref to $ref finds detached $anchor",
    "ref.json: remote ref, containing refs itself",
    "dynamicRef.json: tests for implementation dynamic anchor and reference link",
    "dynamicRef.json: strict-tree schema, guards against misspelled properties",
    "dynamicRef.json: $ref to $dynamicRef finds detached $dynamicAnchor",
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first",
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first",
    "defs.json: validate definition against metaschema",
  ]

  @Test func `the suite has files for what is tested`() {
    #expect(Self.files?.isEmpty == false && Self.formats?.isEmpty == false)
  }

  @Test(arguments: ((SuiteTests.files ?? []) + (SuiteTests.formats ?? [])).sorted())
  func `the suite's verdicts are the validator's`(_ file: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: file)))
    let faults = Diagnostics()
    #expect(faults.list.isEmpty)
    let root = try #require(JSONDocumentReader.read(SourceFile(path: file, bytes: bytes), faults))
    for group in root.items ?? [] {
      let name = group["description"]?.string ?? ""
      let schema = try #require(group["schema"])
      let diagnostics = Diagnostics()
      let program = Self.program(schema, diagnostics)
      if Self.needsNetwork(diagnostics) {
        #expect(Self.refused.contains("\(file): \(name)"), "\(file): \(name) needs the network")
        continue
      }
      let (set, index) = try #require(program, "\(file): \(name): \(diagnostics.sorted.map { $0.rendered() })")
      for test in group["tests"]?.items ?? [] {
        let value = try #require(test["data"]?.json, "\(file): \(name)")
        guard case .bool(let wanted)? = test["valid"]?.value else { continue }
        #expect(
          set.admits(value, schema: index, assertsFormat: file.hasPrefix("format/")) == wanted,
          "\(file): \(name): \(test["description"]?.string ?? "")")
      }
    }
  }

  static func needsNetwork(_ diagnostics: Diagnostics) -> Bool {
    diagnostics.list.contains { $0.code == .referenceOutside || $0.message.contains("dialect") }
  }

  static func program(_ schema: Node, _ diagnostics: Diagnostics) -> (SchemaProgram, Int)? {
    let source = SourceReader(documents: ["schema.json": schema], diagnostics: diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    return reader.readSchema("schema.json", pointer: "").map { (reader.schemaSet.program, $0) }
  }
}

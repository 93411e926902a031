import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// JSON Schema's own suites for the drafts before 2020-12, each schema read in its draft's dialect.
@Suite struct DraftTests {
  struct File: CustomStringConvertible, Sendable {
    let draft: String
    let dialect: String
    let name: String

    var description: String { "\(draft)/\(name)" }
  }

  private static let dialects = [
    "draft4": "http://json-schema.org/draft-04/schema#", "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
  ]

  static let files = dialects.sorted { $0.key < $1.key }.flatMap { draft, dialect in
    let folder = SuiteTests.folder.appending(path: draft).path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { File(draft: draft, dialect: dialect, name: $0) }
  }

  /// Files whose groups all fetch schemas over the network (the metaschema is one), or use foreign vocabularies.
  private static let refused: Set<String> = ["definitions.json", "defs.json", "refRemote.json", "vocabulary.json"]

  @Test(arguments: DraftTests.files)
  func `the verdicts of older drafts are the validator's`(_ file: File) throws {
    let path = SuiteTests.folder.appending(path: file.draft).appending(path: file.name)
    let faults = Diagnostics()
    let source = SourceFile(path: file.name, bytes: [UInt8](try Data(contentsOf: path)))
    let root = try #require(JSONDocumentReader.read(source, faults))
    var applied = 0
    for group in root.items ?? [] {
      let name = "\(file): \(group["description"]?.string ?? "")"
      let schema = try Self.declaring(file.dialect, try #require(group["schema"]))
      let diagnostics = Diagnostics()
      let program = SuiteTests.program(schema, diagnostics)
      if SuiteTests.needsNetwork(diagnostics) { continue }
      applied += 1
      guard let (set, index) = program, !diagnostics.hasErrors else {
        Issue.record("\(name): \(diagnostics.sorted.map { $0.rendered() })")
        continue
      }
      for test in group["tests"]?.items ?? [] {
        let value = try #require(test["data"]?.json, "\(name)")
        guard case .bool(let wanted)? = test["valid"]?.value else { continue }
        #expect(
          set.admits(value, schema: index, assertsFormat: false) == wanted,
          "\(name): \(test["description"]?.string ?? "")")
      }
    }
    #expect(applied > 0 || Self.refused.contains(file.name), "\(file) needs the network throughout")
  }

  /// The schema with `$schema`, which the suites of most drafts leave out.
  private static func declaring(_ dialect: String, _ schema: Node) throws -> Node {
    guard case .object(var object)? = schema.json, object["$schema"] == nil else { return schema }
    object["$schema"] = .string(dialect)
    let file = SourceFile(path: "schema.json", bytes: JSONValue.object(object).json)
    return try #require(JSONDocumentReader.read(file, Diagnostics()))
  }
}

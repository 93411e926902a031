import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// `values.json` of a case lists values that its schemas admit, and values that break them, with the pointer and
/// rule of each violation: the same from the generated decoder and from the dynamic validator.
@Suite struct ValuesTests {
  static let names = GoldenTests.names.filter { name in
    FileManager.default.fileExists(atPath: GoldenTests.folder.appending(path: name).appending(path: "values.json").path)
  }

  @Test(arguments: ValuesTests.names)
  func `generated code and the dynamic validator say what the values say`(_ name: String) throws {
    let values = try Self.document(name, "values.json")
    let diagnostics = Diagnostics()
    let source = SourceReader(
      root: GoldenTests.folder.appending(path: name).path, diagnostics: diagnostics, display: { $0 })
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    for entry in values.entries ?? [] {
      let schema = try #require(reader.readSchema("contract.yaml", pointer: "/components/schemas/" + entry.key))
      let program = reader.schemaSet.program
      let type = try #require(goldenTypes[name]?[entry.key], "\(name)/\(entry.key) is not in GoldenTypes.swift")
      let cases =
        (entry.value["valid"]?.items ?? []).map { (value: $0, wanted: [String]()) }
        + (entry.value["invalid"]?.items ?? []).map { ($0["value"] ?? $0, Self.violations($0)) }
      for (node, wanted) in cases {
        let value = try #require(node.json)
        let text = String(decoding: value.json, as: UTF8.self)
        let dynamic = program.violations(of: value, schema: schema).map { $0.name + " " + $0.rule }
        #expect(dynamic.sorted() == wanted, "\(name)/\(entry.key): dynamic: \(text)")
        let generated = Self.violations(of: Self.bytes(node), as: type).map { $0.name + " " + $0.rule }
        #expect(generated.sorted() == wanted, "\(name)/\(entry.key): generated: \(text)")
      }
    }
  }

  /// What a service finds wrong with a body: while it reads it, and in the value it has read.
  static func violations<Value: JSONCodable>(of bytes: [UInt8], as type: Value.Type) -> [Violation] {
    var json = JSONReader(bytes)
    guard let value = try? Value.decode(&json) else { return json.violations.list }
    var check = json.violations
    value.validate(&check)
    guard json.violations.isEmpty else { return check.list }
    // What was read is written so that it reads as the same again, and holds as a value that was made here.
    var own = Violations()
    value.validate(&own)
    var again = JSONReader(value.json)
    #expect((try? Value.decode(&again))?.json == value.json)
    #expect(own.list.isEmpty == check.list.isEmpty)
    return check.list
  }

  /// The value as the file has it: a number in its own notation, 4.0 rather than 4.
  private static func bytes(_ node: Node) -> [UInt8] {
    switch node.value {
    case .number(let text): Array(text.utf8)
    case .sequence(let items): [91] + Array(items.map(bytes).joined(separator: [44])) + [93]
    case .mapping(let entries):
      [123] + Array(entries.map { JSONValue.string($0.key).json + [58] + bytes($0.value) }.joined(separator: [44])) + [
        125
      ]
    default: node.json?.json ?? []
    }
  }

  private static func violations(_ node: Node) -> [String] {
    (node["violations"]?.items ?? []).map { ($0["pointer"]?.string ?? "") + " " + ($0["rule"]?.string ?? "") }.sorted()
  }

  private static func document(_ name: String, _ file: String) throws -> Node {
    let path = GoldenTests.folder.appending(path: name).appending(path: file)
    let faults = Diagnostics()
    let bytes = [UInt8](try Data(contentsOf: path))
    let node = JSONDocumentReader.read(SourceFile(path: file, bytes: bytes), faults)
    return try #require(node, "\(faults.sorted.map { $0.rendered() })")
  }
}

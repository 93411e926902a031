import Foundation
import TestProcesses
import Testing

/// A case is a folder: `contract.yaml`, and `expected/*.swift` or, where it must fail, `expected.txt`. The words in a file
/// `arguments` are added to the command line.
/// With CHARTER_RECORD set, what the generator does is written down as expected, and the run still fails.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
  static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []

  @Test(arguments: GoldenTests.names.filter { !$0.hasPrefix("queries-") })
  func `the generator does what the folder says`(_ name: String) throws {
    let folder = Self.folder.appending(path: name)
    let run = try generate(folder, "-")
    let isRecording = ProcessInfo.processInfo.environment["CHARTER_RECORD"] != nil
    #expect(run.code == 0 || run.code == 1)
    // Warnings of a contract that is accepted are part of what the folder says.
    for (file, made) in [("expected.swift", run.output), ("expected.txt", run.errors)] {
      let path = folder.appending(path: file)
      if isRecording {
        try? FileManager.default.removeItem(at: path)
        if !made.isEmpty { try made.write(to: path, atomically: true, encoding: .utf8) }
      }
      #expect(made == (try? String(contentsOf: path, encoding: .utf8)) ?? "", "\(name)/\(file) differs")
    }
    #expect(run.output.isEmpty == (run.code == 1))
    #expect(!isRecording, "recorded; run again without CHARTER_RECORD")
  }

  @Test func `names do not change when something is added elsewhere`() throws {
    let contract = try String(
      contentsOf: Self.folder.appending(path: "pets").appending(path: "contract.yaml"), encoding: .utf8)
    let more = contract.replacing(
      "  schemas:\n",
      with:
        "  schemas:\n    AAA: { type: object, properties: { owner: { type: object, properties: { x: { type: string } } } } }\n"
    )
    let before = try Sandbox.generate(contract)
    let after = try Sandbox.generate(more)
    #expect(before.code == 0 && after.code == 0 && before.output != after.output)
    let declarations = { (text: String) in
      Set(
        text.split(separator: "\n\npublic ").filter { $0.hasPrefix("struct") || $0.hasPrefix("enum") }.map {
          $0.prefix(400)
        })
    }
    #expect(declarations(before.output).count > 5)
    #expect(declarations(before.output).isSubset(of: declarations(after.output)))
  }

  @Test func `two runs give the same bytes, and the second writes nothing`() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "charter-golden-\(UUID())")
    defer { try? FileManager.default.removeItem(at: output) }
    let types = output.appending(path: "Types-1.swift").path
    #expect(try generate(Self.folder.appending(path: "pets"), output.path).code == 0)
    let first = try FileManager.default.attributesOfItem(atPath: types)[.modificationDate] as? Date
    #expect(try generate(Self.folder.appending(path: "pets"), output.path).code == 0)
    #expect(try FileManager.default.attributesOfItem(atPath: types)[.modificationDate] as? Date == first)
  }

  @Test func `the files of an API compile together, whichever of them a group is in`() throws {
    let operation = "{ tags: [%], responses: { \"204\": { description: Done } } }"
    // By the hashes of these names no group is in the file of the composition.
    let paths = ["pets", "store"].map { "  /\($0): { get: \(operation.replacing("%", with: $0)) }\n" }
    let contracts = try ContractFolder([
      "c.yaml": "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\npaths:\n" + paths.joined()
    ])
    defer { contracts.remove() }
    #expect(try contracts.run("file", "c.yaml", "--output", "output", "--name", "C624").code == 0)
    let output = contracts.folder.appending(path: "output")
    let files = try FileManager.default.contentsOfDirectory(atPath: output.path).filter { $0.hasSuffix(".swift") }
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try sandbox.typecheck(files.map { output.appending(path: $0).path })
  }

  @Test func `inline types are one only where they are written alike and consist of the same`() throws {
    let point = "{ type: object, required: [x], properties: { x: { type: integer } } }"
    let contracts = try ContractFolder([
      "c.yaml": ContractFolder.contract(
        "Same: { type: object, properties: { a: \(point), b: \(point) } }",
        "Files: { type: object, properties: { a: { type: object, properties: { f: { $ref: point.yaml } } },"
          + " b: { type: object, properties: { f: { $ref: vector.yaml } } } } }",
        // The letter K and the sign of Kelvin, which are canonically equivalent.
        "Names: { type: object, properties: { a: { type: object, properties: { K: { type: integer } } },"
          + " b: { type: object, properties: { \"\\u212A\": { type: integer } } } } }"),
      "point.yaml": point, "vector.yaml": point,
    ])
    defer { contracts.remove() }
    let made = try contracts.run("file", "c.yaml", "--output", "-").output
    #expect(made.contains("public typealias SameA = Vector\n") && made.contains("public typealias SameB = Vector\n"))
    #expect(made.contains("public struct FilesB") && made.contains("public struct NamesB"))
  }

  private func generate(_ folder: URL, _ output: String) throws -> (code: Int32, output: String, errors: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let arguments = (try? String(contentsOf: folder.appending(path: "arguments"), encoding: .utf8)) ?? ""
    // From inside the folder, so that messages name the contract as any checkout would.
    return try TestProcess.run(
      [programs + "/contractgen", "file", "contract.yaml", "--output", output, "--name", "Pets"]
        + arguments.split(whereSeparator: \.isWhitespace).map(String.init), in: folder)
  }
}

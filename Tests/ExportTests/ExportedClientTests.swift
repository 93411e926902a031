import ContractExport
import Foundation
import TestProcesses
import Testing

/// Clients exported from `Cases/content` call a server that tells what came: every kind of body, stream and credential.
@Suite struct ExportedClientTests {
  private let source = ExportTests.folder.appending(path: "content")

  @Test func `what exported clients send and read is what the contract says`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-content-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["server.py", "check.py", "check.ts"] {
      try FileManager.default.copyItem(at: source.appending(path: name), to: folder.appending(path: name))
    }
    let reading = try ExportTests.read(source)
    let exports = [
      ("sample_client.ts", Exporter.typescript(reading.contracts, schemas: reading.schemas).text),
      ("sample_client.py", Exporter.python(reading.contracts, schemas: reading.schemas).text),
    ]
    for (name, text) in exports {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    _ = try run(
      ["tsc", "--strict", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom", "check.ts"], in: folder)
    let told = try run(["python3", "server.py", "python3 -W error check.py", "node check.js"], in: folder)
    #expect(told == "python: all is well\ntypescript: all is well\n")
  }

  /// Runs a program and gives what it printed; one that fails is an issue.
  private func run(_ arguments: [String], in folder: URL) throws -> String {
    let ended = try TestProcess.run(arguments, in: folder)
    #expect(ended.code == 0, "\(arguments): \(ended.output + ended.errors)")
    return ended.output
  }
}

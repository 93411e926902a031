import Foundation
import Testing

/// Public contracts, where CHARTER_CORPUS points to a folder that has some in `openapi/`.
@Suite struct CorpusTests {
  static let folder = ProcessInfo.processInfo.environment["CHARTER_CORPUS"].map { $0 + "/openapi" }
  static let names = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0).sorted() } ?? []

  @Test(arguments: CorpusTests.names)
  func `a public contract becomes Swift that compiles without a warning`(_ name: String) throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let contract = try #require(Self.folder) + "/" + name
    let run = try sandbox.run([contract])
    #expect(run.code == 0, "\(run.errors.prefix(2_000))")
    let output = sandbox.folder.appending(path: "Output.swift")
    try run.output.write(to: output, atomically: true, encoding: .utf8)
    try sandbox.typecheck([output.path])
    #expect(try sandbox.run([contract]).output == run.output, "two runs differ")
  }
}

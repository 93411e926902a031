import ContractOutline
import Foundation
import TestProcesses
import Testing

/// A golden case with operations.
struct MockedCase: Sendable {
  let name: String
  let contract: Outline

  /// The name of its exported files.
  var module: String { name.replacing("-", with: "_") + "_client" }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "GoldenTests/Cases")
  private static let read = Result { try readAll() }

  /// All of them, read once.
  static var all: [MockedCase] { get throws { try read.get() } }

  private static func readAll() throws -> [MockedCase] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { name -> MockedCase? in
      let files = folder.appending(path: name)
      // The others are contracts that must be refused.
      guard FileManager.default.fileExists(atPath: files.appending(path: "expected.swift").path) else { return nil }
      let file = files.appending(path: "contract.yaml")
      // A document of events alone has no operations that are called.
      if try String(contentsOf: file, encoding: .utf8).hasPrefix("asyncapi") { return nil }
      let contract = try outline(of: file)
      return contract.routes.isEmpty ? nil : MockedCase(name: name, contract: contract)
    }
  }

  /// The client of its contract in a language.
  func client(_ language: ClientLanguage) throws -> String {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let command = [programs + "/contractgen", "export", language.rawValue, "contract.yaml"]
    let run = try TestProcess.run(command, in: Self.folder.appending(path: name))
    #expect(run.code == 0, "\(name): \(run.errors)")
    return run.output
  }
}

/// A language that clients are exported in.
enum ClientLanguage: String, CaseIterable, Sendable {
  case python, typescript

  /// Writes the clients of all cases and the driver, compiles them at once, and returns the command of the driver.
  func prepare(_ cases: [MockedCase], in folder: URL) throws -> [String] {
    let ending = self == .python ? "py" : "ts"
    for golden in cases {
      var text = try golden.client(self)
      // The driver reads the table that the client goes by.
      if self == .typescript { text += "export { contractClientOperations as operations };\n" }
      try text.write(
        to: folder.appending(path: "\(golden.module).\(ending)"), atomically: true, encoding: .utf8)
    }
    let drivers = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients")
    let driver = "trip.\(ending)"
    try FileManager.default.copyItem(at: drivers.appending(path: driver), to: folder.appending(path: driver))
    guard self == .typescript else { return ["python3", driver] }
    let options = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom"]
    let compiled = try TestProcess.run(["tsc"] + options + [driver] + cases.map { "\($0.module).ts" }, in: folder)
    #expect(compiled.code == 0, "\(compiled.output.prefix(4_000))")
    return ["node", "trip.js"]
  }
}

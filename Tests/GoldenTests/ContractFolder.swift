import Foundation
import TestProcesses
import Testing

/// A folder of contracts and other files to run `contractgen` in.
struct ContractFolder {
  let folder = FileManager.default.temporaryDirectory.appending(path: "charter-contracts-\(UUID())")

  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, text) in files { try write(path, text) }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func write(_ path: String, _ text: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  func text(_ path: String) throws -> String { try String(contentsOf: folder.appending(path: path), encoding: .utf8) }

  func run(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
    try run(arguments: arguments)
  }

  func run(arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    return try TestProcess.run([programs + "/contractgen"] + arguments, in: folder)
  }

  /// A contract with the given schemas, each in one line.
  static func contract(_ schemas: String...) -> String {
    "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\ncomponents:\n  schemas:\n"
      + schemas.map { "    \($0)\n" }.joined()
  }
}

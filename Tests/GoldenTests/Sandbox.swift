import Foundation
import TestProcesses
import Testing

/// A folder to run the generator in, with a limit on its time and memory.
struct Sandbox {
  let folder = FileManager.default.temporaryDirectory.appending(path: "charter-sandbox-\(UUID())")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Generates from one text.
  static func generate(_ text: String, file: String = "c.yaml") throws -> (code: Int32, output: String, errors: String)
  {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let path = sandbox.folder.appending(path: file)
    try text.write(to: path, atomically: true, encoding: .utf8)
    return try sandbox.run([path.path])
  }

  /// Runs `contractgen file`; a code of 124 or above means that it hung or was killed.
  func run(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    return try run(
      "prlimit",
      ["--as=4294967296", "timeout", "60", programs + "/contractgen", "file"] + arguments + ["--output", "-"])
  }

  func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    try TestProcess.run([program] + arguments)
  }
}

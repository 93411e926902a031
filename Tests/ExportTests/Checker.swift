import Foundation
import TestProcesses
import Testing

/// A program that checks the types of exported files; all but `tsc` are used where they are installed.
enum Checker: String, CaseIterable, CustomTestStringConvertible {
  case tsc, mypy, basedpyright

  var testDescription: String { rawValue }

  var isInstalled: Bool { self == .tsc || (try? TestProcess.run([rawValue, "--version"]).code) == 0 }

  private var command: [String] {
    switch self {
    case .tsc:
      [
        "tsc", "--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes",
        "--noImplicitOverride",
        "--noImplicitReturns", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable",
        "sample_client.ts",
      ]
    case .mypy: ["mypy", "--strict", "--python-version", "3.11", "sample_client.py"]
    case .basedpyright: ["basedpyright", "-p", "pyrightconfig.json", "sample_client.py"]
    }
  }

  /// Checks the client in a folder; what the program finds is an issue.
  func check(_ folder: URL) throws {
    let settings = #"{ "pythonVersion": "3.11", "typeCheckingMode": "strict", "failOnWarnings": true }"#
    try settings.write(to: folder.appending(path: "pyrightconfig.json"), atomically: true, encoding: .utf8)
    let ended = try TestProcess.run(command, in: folder)
    #expect(ended.code == 0, "\(rawValue): \((ended.output + ended.errors).prefix(4_000))")
  }
}

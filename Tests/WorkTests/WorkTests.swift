import Foundation
import TestProcesses
import Testing

/// Work on outside data is linear in its size: twice as much data takes about twice the instructions, not four times.
///
/// The program `work` (Tests/Work) reads inputs of two sizes, in every form of body, parameter, header and text, by
/// generated code. Valgrind counts its instructions, which do not depend on the machine's load.
@Suite struct WorkTests {
  /// A linear count doubles, or less because of constant costs; the limit has some tolerance.
  static let limit = 2.5

  @Test(.timeLimit(.minutes(25))) func `twice as much outside data takes at most twice as many instructions`() throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-work-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    let run = try TestProcess.run(
      [
        "valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*8measuredyyyyXEF",
        "--dump-after=*8measuredyyyyXEF", "--callgrind-out-file=\(folder.path)/out", programs + "/work",
      ], environment: environment)
    try #require(run.code == 0, "\(run.errors.suffix(2_000))")
    // Each case has one line for each of three sizes.
    let cases = run.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(cases.count > 1_000)
    // The first of the three sizes is a warm-up.
    for start in stride(from: 0, to: cases.count - 2, by: 3) {
      let (first, second) = (try Self.total(folder, start + 2), try Self.total(folder, start + 3))
      #expect(
        Double(second) <= Self.limit * Double(first),
        "\(cases[start][0]): \(first) instructions for \(cases[start + 1][1]) bytes, \(second) for \(cases[start + 2][1])"
      )
    }
  }

  /// The number of instructions of a call, numbered from 1.
  private static func total(_ folder: URL, _ number: Int) throws -> Int {
    let text = try String(contentsOf: folder.appending(path: "out.\(number)"), encoding: .utf8)
    let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") })
    return try #require(Int(line.split(separator: " ").last ?? ""))
  }
}

import Foundation
import TestProcesses
import Testing

/// Work on outside data is linear in its size: four times as much data takes about four times the instructions, not
/// sixteen times.
///
/// The program `work` (Tests/Work) reads inputs of two sizes, in every form of body, parameter, header and text, by
/// generated code. Valgrind counts its instructions, which do not depend on the machine's load.
@Suite struct WorkTests {
  /// A linear count quadruples, or less because of constant costs; the limit has some tolerance. It is exceeded where a
  /// quadratic part is 36 % of the linear one at the larger size, or, beside large constant costs, as large as it.
  static let limit = 5.0

  @Test(.timeLimit(.minutes(25)))
  func `four times as much outside data takes at most four times as many instructions`() throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-work-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    let run = try TestProcess.run(
      [
        "valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*8measuredyyyyXEF",
        "--dump-after=*8measuredyyyyXEF", "--callgrind-out-file=\(folder.path)/out",
      ] + Self.uncounted.map { "--fn-skip=\($0)*" } + [programs + "/work"], environment: environment)
    try #require(run.code == 0, "\(run.errors.suffix(2_000))")
    let totals = try Self.totals(folder)
    // Each case has one line for each of two sizes.
    let cases = run.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(cases.count > 1_000 && totals.count >= cases.count)
    for start in stride(from: 0, to: cases.count - 1, by: 2) {
      let first = try #require(totals[start + 1], "\(cases[start][0])")
      let second = try #require(totals[start + 2], "\(cases[start][0])")
      #expect(
        second <= Self.limit * first,
        "\(cases[start][0]): \(first) instructions for \(cases[start][1]) bytes, \(second) for \(cases[start + 1][1])")
    }
  }

  /// Functions whose instructions are attributed to their callers: those of modules with names of ten letters and more,
  /// and of the standard library. The totals are the same, and each dump is a tenth of the size.
  private static let uncounted = ["$s1", "$sS", "$ss", "swift_"]

  /// The number of instructions of each call, numbered from 1.
  private static func totals(_ folder: URL) throws -> [Int: Double] {
    // By grep, since the files have tens of megabytes.
    let found = try TestProcess.run(["grep", "--recursive", "--text", "^totals:", folder.path])
    let lines = found.output.matches(of: #/out\.(\d+):totals: (\d+)/#)
    return Dictionary(lines.map { (Int($0.1) ?? 0, Double($0.2) ?? 0) }) { $1 }
  }
}

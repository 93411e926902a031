import Glibc

/// Runs the test targets' programs two at a time: many wait, but several build packages, which takes all processors, and
/// the deadlines of others suffer. Those that measure run alone.
struct TestRunners {
  private let atOnce: Int
  /// A target that takes longer is considered hung and killed.
  private let longestSeconds: Double
  /// The slowest targets, which start first.
  private static let longest = ["EndToEndTests", "GoldenTests", "WorkTests"]
  /// The targets whose tests have deadlines of their own, which run last and each by itself.
  private static let alone = ["EventTests", "GatewayTests", "PostgresTests", "RuntimeTests"]
  /// How a filter for the tests of services begins, which no other target's tests have to be asked for.
  static let services = "^ServiceTests\\."

  private let names: [String]
  private let arguments: [String]
  private let folder: String
  private let isTimed: Bool

  private struct Running {
    let name: String
    let child: Child
    let began: Double
  }

  /// - Parameters:
  ///   - filter: a regular expression that selects tests; nil for all except ChaosTests.
  ///   - folder: the folder for their output files.
  ///   - minutes: the time limit of tests that print measurements, which are then shown; nil for others.
  init(filter: String?, folder: String, minutes: Double?) throws {
    isTimed = minutes != nil
    atOnce = isTimed ? 1 : 2
    longestSeconds = max(1_500, (minutes ?? 0) * 180)
    let suffix = "-test-runner"
    let found = Folder.entries(try CommandLineTool.tool("")).filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }.filter { filter != nil || $0 != "ChaosTests" }
      .filter { filter?.hasPrefix(Self.services) != true || $0 == "ServiceTests" }
    let others = found.sorted().filter { !Self.longest.contains($0) && !Self.alone.contains($0) }
    names = Self.longest.filter(found.contains) + others + Self.alone.filter(found.contains)
    arguments = ["--testing-library", "swift-testing"] + (filter.map { ["--filter", $0] } ?? [])
    self.folder = folder
    guard !names.isEmpty else { throw Failure("no test programs are built beside this one: run ./charter test") }
  }

  /// Runs the targets and prints the failures.
  ///
  /// - Returns: whether at least one test ran and all passed.
  /// - Throws: ``Failure`` when a signal ended the run.
  func run(_ signals: Signals) throws -> Bool {
    var waiting = names[...]
    var running: [Running] = []
    var allPassed = true
    var count = 0
    while !waiting.isEmpty || !running.isEmpty {
      while let name = waiting.first, running.count < (Self.alone.contains(name) ? 1 : atOnce) {
        waiting.removeFirst()
        running.append(try start(name))
      }
      if signals.received(within: 50) != nil {
        end(running)
        throw Failure("interrupted")
      }
      for (index, test) in running.enumerated().reversed() {
        if monotonicSeconds() - test.began > longestSeconds { kill(test.child.pid, SIGKILL) }
        guard let code = test.child.poll() else { continue }
        running.remove(at: index)
        let result = try report(test, code)
        count += result.tests
        if !result.allPassed { allPassed = false }
      }
    }
    say("\(count) tests \(allPassed ? "passed" : "ran, some failed")")
    return allPassed && count > 0
  }

  private func start(_ name: String) throws -> Running {
    let program = try CommandLineTool.tool(name + "-test-runner")
    return Running(
      name: name, child: try Child.start(program, arguments, output: log(name)), began: monotonicSeconds())
  }

  private func log(_ name: String) -> String { folder + "/" + name + ".log" }

  /// Prints a line for a target and its failures. Returns the number of its tests, and whether all passed.
  private func report(_ test: Running, _ code: Int32) throws -> (tests: Int, allPassed: Bool) {
    let lines = String(decoding: try readFile(log(test.name)), as: UTF8.self).split(separator: "\n").map(String.init)
    unlink(log(test.name))
    let words = lines.last { $0.contains("Test run with ") }?.split(separator: " ") ?? []
    let count = words.firstIndex(of: "with").flatMap { Int(words[$0 + 1]) }
    // A target without tests that match the filter has not failed.
    if count == 0 { return (0, true) }
    let seconds = Int((monotonicSeconds() - test.began).rounded())
    // Each timed test prints a line with its measurement.
    for line in lines where [" pass ", " fail ", "kills "].contains(where: line.contains) && isTimed { say(line) }
    say(
      padded(test.name, 16) + padded("\(count ?? 0) tests", 12) + (code == 0 ? "passed" : "failed")
        + " after \(seconds) s")
    guard code != 0 else { return (count ?? 0, true) }
    var seen: Set<String> = []
    let failures = lines.filter { ($0.hasPrefix("✘") || $0.hasPrefix("↳")) && seen.insert($0).inserted }.prefix(200)
    // A target that ended by a trap, or because it hung, has its reason at the end of its output.
    let isReported = count != nil && failures.contains { $0.hasPrefix("✘") }
    complain((isReported ? failures[...] : failures + lines.suffix(40)).joined(separator: "\n"))
    return (count ?? 0, false)
  }

  private func end(_ running: [Running]) {
    for test in running { kill(test.child.pid, SIGTERM) }
    // Allow ten seconds before they are killed.
    for _ in 0..<100 where running.contains(where: { $0.child.poll() == nil }) { usleep(100_000) }
    for test in running where test.child.poll() == nil { kill(test.child.pid, SIGKILL) }
  }
}

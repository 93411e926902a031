import Glibc

/// `./charter test`: runs the test suite or part of it with its own PostgreSQL, and checks that nothing is left behind.
struct TestRun {
  private var filter: String?
  /// The sanitizer to run the runtime's tests under: `address` or `thread`.
  private var sanitizer: String?
  private var isChaos = false
  private var isSweep = false
  private var minutes = "10"
  private var seed = "1"

  init(_ call: Command.Call) throws {
    filter = call.operands.first
    isChaos = call.flags.contains("--chaos")
    isSweep = call.flags.contains("--sweep")
    minutes = call.values["--minutes"] ?? minutes
    seed = call.values["--seed"] ?? seed
    sanitizer = call.values["--sanitize"]
    guard let number = Double(minutes), number > 0, number.isFinite else {
      throw UsageError(description: "--minutes is '\(minutes)', which is not a positive number")
    }
    guard UInt64(seed) != nil else {
      throw UsageError(description: "--seed is '\(seed)', which is not an integer from 0 on")
    }
    guard sanitizer == nil || sanitizer == "address" || sanitizer == "thread" else {
      throw UsageError(description: "--sanitize takes address or thread")
    }
  }

  func run() throws -> Int32 {
    RunFolder.sweep()
    if isSweep { return 0 }
    let signals = Signals()
    guard let root = getenv("CHARTER_ROOT") else {
      throw Failure("CHARTER_ROOT is not set: run the tests with ./charter test")
    }
    let checkout = String(cString: root)
    if !isChaos && sanitizer == nil && filter == nil { guard try lint(checkout, signals) == 0 else { return 1 } }
    // A sanitizer build has its own folder: in a shared one, each change of flags would rebuild everything.
    let package = [
      "--package-path", checkout, "--scratch-path", try Self.scratch() + (sanitizer.map { "-" + $0 } ?? ""),
    ]
    let flags = sanitizer.map { ["--sanitize", $0] } ?? []
    if sanitizer != nil {
      say("building the tests")
      guard try finish(Child.start("swift", ["build", "--build-tests"] + flags + package), signals) == 0 else {
        return 1
      }
    }
    let folder = try RunFolder()
    defer { folder.remove() }
    setenv("TMPDIR", folder.path, 1)
    let cluster = try Cluster(data: folder.path + "/cluster", fast: true)
    try cluster.start()
    setenv("CHARTER_TEST_DATABASE", try cluster.address("postgres"), 1)
    setenv("CHARTER_TEST_PROGRAMS", try CommandLineTool.tool(""), 1)
    if isChaos {
      setenv("CHARTER_CHAOS_MINUTES", minutes, 1)
      setenv("CHARTER_CHAOS_SEED", seed, 1)
    }
    if let sanitizer { setSanitizerOptions(sanitizer, checkout) }
    say(isChaos ? "testing for about \(minutes) minutes, with the seed \(seed)" : "testing")
    let hasPassed: Bool
    if sanitizer == nil {
      setenv("NO_COLOR", "1", 1)
      hasPassed = try TestRunners(
        filter: effectiveFilter(checkout), folder: folder.path, minutes: isChaos ? Double(minutes) : nil
      ).run(signals)
    } else {
      let arguments =
        ["test", "--skip-build"] + flags + package + (effectiveFilter(checkout).map { ["--filter", $0] } ?? [])
      hasPassed = try finish(Child.start("swift", arguments), signals) == 0
    }
    cluster.stop()
    cluster.remove()
    let left = folder.leftovers()
    for line in left { complain(line) }
    let hasSucceeded = hasPassed && left.isEmpty
    guard isChaos && filter == nil else { return hasSucceeded ? 0 : 1 }
    return try fuzz(checkout, folder, signals) && hasSucceeded ? 0 : 1
  }

  /// Group A13: runs libFuzzer with AddressSanitizer on the parsers of outside data, for a fifth of the time limit.
  private func fuzz(_ checkout: String, _ folder: RunFolder, _ signals: Signals) throws -> Bool {
    say("building the fuzzer")
    let scratch = try Self.scratch() + "-fuzz"
    setenv("CHARTER_FUZZ", "1", 1)
    // The system's gold linker cannot link code that both sanitizers instrument.
    let build = [
      "build", "--product", "fuzz", "--sanitize", "address", "-Xswiftc", "-sanitize=fuzzer", "-Xswiftc", "-use-ld=lld",
      "--package-path", checkout, "--scratch-path", scratch,
    ]
    let (log, corpus, crash) = (folder.path + "/fuzz.log", folder.path + "/fuzz", "/tmp/charter-fuzz-\(getpid())-")
    // SwiftPM also builds the plugins' tools, which fail to link with these flags and are not needed.
    guard try finish(Child.start("swift", build, output: log), signals) == 0 else {
      complain("the fuzzer could not be built:\n" + String(decoding: try readFile(log).suffix(4_000), as: UTF8.self))
      return false
    }
    let seconds = max(10, Int((Double(minutes) ?? 10) * 12))
    mkdir(corpus, 0o755)
    say("fuzzing for \(seconds) s")
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1)
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    let options = [
      "-max_total_time=\(seconds)", "-timeout=1", "-max_len=2048", "-seed=\(seed)", "-artifact_prefix=\(crash)",
    ]
    let fuzzer = try Child.start(
      scratch + "/debug/fuzz", options + [corpus, checkout + "/Tests/Fuzz/Seeds"], output: log)
    let hasSucceeded = try finish(fuzzer, signals) == 0
    let lines = String(decoding: try readFile(log), as: UTF8.self).split(separator: "\n")
    let runs = lines.last { $0.hasPrefix("Done ") }?.split(separator: " ").dropFirst().first ?? "?"
    say("A13 \(hasSucceeded ? "pass" : "fail") \(runs) \(seconds) s")
    if !hasSucceeded { complain(lines.suffix(30).joined(separator: "\n") + "\nthe input is in \(crash)*") }
    return hasSucceeded
  }

  /// The build folder that contains this program.
  private static func scratch() throws -> String {
    let programs = try CommandLineTool.tool("")
    guard let range = programs.firstRange(of: "/.build/") else {
      throw Failure("this program is not in a checkout: run the tests with ./charter test")
    }
    return programs[..<range.lowerBound] + "/.build"
  }

  /// A regular expression for the tests to run; nil for all.
  private func effectiveFilter(_ checkout: String) -> String? {
    if let filter {
      let suites = Self.suites(filter, checkout + "/Tests/ServiceTests")
      return suites.isEmpty ? filter : TestRunners.services + "(\(suites.joined(separator: "|")))/"
    }
    if sanitizer != nil { return "^(GatewayTests|RuntimeTests|PostgresTests)\\." }
    return isChaos
      ? "^ChaosTests\\.|^GatewayTests\\.|ReuseTests|KillTests|ConformanceChaos|LogChaos|NATSFaultTests" : nil
  }

  /// The suites of the service, or of all services of the system, of that name in any case; none where there is neither.
  private static func suites(_ name: String, _ folder: String) -> [String] {
    let name = name.lowercased().filter { $0 != "-" }
    return Folder.entries(folder).sorted().flatMap { system in
      Folder.entries(folder + "/" + system).sorted().filter { $0.hasSuffix("Tests.swift") }.map {
        String($0.dropLast(6))
      }
      .filter { name == system.lowercased() || name + "tests" == $0.lowercased() }
    }
  }

  private func lint(_ checkout: String, _ signals: Signals) throws -> Int32 {
    say("checking the format of the sources")
    let sources = ["Generator", "Runtime", "Services", "Generated", "Tests", "Package.swift"].map {
      checkout + "/" + $0
    }
    let format = [
      "format", "lint", "--strict", "--parallel", "--recursive", "--configuration", checkout + "/.swift-format",
    ]
    return try finish(Child.start("swift", format + sources), signals)
  }

  private func setSanitizerOptions(_ sanitizer: String, _ checkout: String) {
    if sanitizer == "thread" {
      setenv("TSAN_OPTIONS", "suppressions=\(checkout)/Tests/thread-sanitizer.txt", 1)
    } else {
      // Swift's runtime never frees metadata, which is not a leak.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 1)
    }
  }

  /// Waits for a program to end. A signal is forwarded to it, and ends the run.
  ///
  /// - Throws: ``Failure`` after a signal, so that nothing else is started.
  private func finish(_ child: Child, _ signals: Signals) throws -> Int32 {
    while true {
      if let code = child.poll() { return code }
      guard let signal = signals.received(within: 100) else { continue }
      kill(child.pid, signal)
      // Allow ten seconds before it is killed.
      for _ in 0..<100 {
        if child.poll() != nil { throw Failure("interrupted") }
        usleep(100_000)
      }
      kill(child.pid, SIGKILL)
      _ = child.wait()
      throw Failure("interrupted")
    }
  }
}

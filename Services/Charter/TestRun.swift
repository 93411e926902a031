import Glibc

/// `./charter test`: a PostgreSQL for the run, the whole test suite or a part of it, and nothing left behind.
struct TestRun {
  private var filter: String?
  /// `address` or `thread`: the tests of the runtime, watched by that sanitizer.
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
      throw UsageError(description: "'\(minutes)' is not a number of minutes")
    }
    guard UInt64(seed) != nil else { throw UsageError(description: "'\(seed)' is not a seed: a number is") }
    guard sanitizer == nil || sanitizer == "address" || sanitizer == "thread" else {
      throw UsageError(description: "--sanitize takes address or thread")
    }
  }

  func run() throws -> Int32 {
    RunFolder.sweep()
    if isSweep { return 0 }
    let signals = Signals()
    guard let root = getenv("CHARTER_ROOT") else { throw Failure("run the tests by ./charter test") }
    let checkout = String(cString: root)
    if !isChaos && sanitizer == nil && filter == nil { guard try lint(checkout, signals) == 0 else { return 1 } }
    // A folder of its own: with the same one each change of flags would build everything anew.
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
    if let sanitizer { watch(sanitizer, checkout) }
    say(isChaos ? "testing for about \(minutes) minutes, with the seed \(seed)" : "testing")
    let hasPassed: Bool
    if sanitizer == nil {
      setenv("NO_COLOR", "1", 1)
      hasPassed = try TestRunners(filter: chosen, folder: folder.path, isTimed: isChaos).run(signals)
    } else {
      let arguments = ["test", "--skip-build"] + flags + package + (chosen.map { ["--filter", $0] } ?? [])
      hasPassed = try finish(Child.start("swift", arguments), signals) == 0
    }
    cluster.stop()
    cluster.remove()
    let left = folder.leftovers()
    for line in left { complain(line) }
    let isSound = hasPassed && left.isEmpty
    guard isChaos && filter == nil else { return isSound ? 0 : 1 }
    return try fuzz(checkout, folder, signals) && isSound ? 0 : 1
  }

  /// Group A13: libFuzzer with AddressSanitizer on what reads outside bytes, for a fifth of the time box.
  private func fuzz(_ checkout: String, _ folder: RunFolder, _ signals: Signals) throws -> Bool {
    say("building the fuzzer")
    let scratch = try Self.scratch() + "-fuzz"
    setenv("CHARTER_FUZZ", "1", 1)
    // The system's gold cannot link what both sanitizers instrument.
    let build = [
      "build", "--product", "fuzz", "--sanitize", "address", "-Xswiftc", "-sanitize=fuzzer", "-Xswiftc", "-use-ld=lld",
      "--package-path", checkout, "--scratch-path", scratch,
    ]
    let (log, corpus, crash) = (folder.path + "/fuzz.log", folder.path + "/fuzz", "/tmp/charter-fuzz-\(getpid())-")
    // SwiftPM builds the plugins' tools beside it, which cannot be linked so and are not needed.
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
    let isSound = try finish(fuzzer, signals) == 0
    let lines = String(decoding: try readFile(log), as: UTF8.self).split(separator: "\n")
    let runs = lines.last { $0.hasPrefix("Done ") }?.split(separator: " ").dropFirst().first ?? "?"
    say("A13 \(isSound ? "pass" : "fail") \(runs) \(seconds) s")
    if !isSound { complain(lines.suffix(30).joined(separator: "\n") + "\nthe input is in \(crash)*") }
    return isSound
  }

  /// The folder of builds that this program is in.
  private static func scratch() throws -> String {
    let programs = try CommandLineTool.tool("")
    guard let range = programs.firstRange(of: "/.build/") else { throw Failure("run the tests by ./charter test") }
    return programs[..<range.lowerBound] + "/.build"
  }

  private var chosen: String? {
    if let filter { return filter }
    if sanitizer != nil { return "^(RuntimeTests|PostgresTests)\\." }
    return isChaos ? "^ChaosTests\\.|ReuseTests|KillTests" : nil
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

  private func watch(_ sanitizer: String, _ checkout: String) {
    if sanitizer == "thread" {
      setenv("TSAN_OPTIONS", "suppressions=\(checkout)/Tests/thread-sanitizer.txt", 1)
    } else {
      // Swift's runtime keeps metadata for ever, which is no leak.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 1)
    }
  }

  /// Waits for a program's end. A signal is passed on to it, and ends the run.
  ///
  /// - Throws: ``Failure`` when there was a signal: nothing else is started then.
  private func finish(_ child: Child, _ signals: Signals) throws -> Int32 {
    while true {
      if let code = child.poll() { return code }
      guard let signal = signals.received(within: 100) else { continue }
      kill(child.pid, signal)
      // Ten seconds to end by itself.
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

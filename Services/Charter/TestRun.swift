import Glibc

/// `./charter test`: a PostgreSQL for the run, the whole test suite, and nothing left behind.
struct TestRun {
  private let filter: String?

  init(_ arguments: [String]) throws {
    guard arguments.count <= 1 else { throw UsageError(description: "test takes at most one filter") }
    filter = arguments.first
  }

  func run() throws -> Int32 {
    let signals = Signals()
    guard let root = getenv("CHARTER_ROOT") else { throw Failure("run the tests by ./charter test") }
    let checkout = String(cString: root)
    let scratch = try CommandLineTool.tool("").split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    let package = ["--package-path", checkout, "--scratch-path", scratch]
    say("checking the format of the sources")
    let sources = ["Generator", "Runtime", "Services", "Generated", "Tests", "Package.swift"].map {
      checkout + "/" + $0
    }
    let format = [
      "format", "lint", "--strict", "--parallel", "--recursive", "--configuration", checkout + "/.swift-format",
    ]
    guard try finish(Child.start("swift", format + sources), signals) == 0 else { return 1 }
    say("building the tests")
    guard try finish(Child.start("swift", ["build", "--build-tests"] + package), signals) == 0 else { return 1 }
    let cluster = try Cluster(data: "/tmp/charter-test-\(getpid())", fast: true)
    defer {
      cluster.stop()
      cluster.remove()
    }
    try cluster.start()
    setenv("CHARTER_TEST_DATABASE", try cluster.address("postgres"), 1)
    setenv("CHARTER_TEST_PROGRAMS", try CommandLineTool.tool(""), 1)
    say("testing")
    let arguments = ["test", "--skip-build"] + package + (filter.map { ["--filter", $0] } ?? [])
    return try finish(Child.start("swift", arguments), signals) == 0 ? 0 : 1
  }

  /// Waits for a program's end, passing signals on to it.
  private func finish(_ child: Child, _ signals: Signals) -> Int32 {
    while true {
      if let code = child.poll() { return code }
      if let signal = signals.received(within: 100) { kill(child.pid, signal) }
    }
  }
}

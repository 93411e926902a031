import Glibc

/// `./charter bench generate`: measures the generator, and with `--compile` a debug build of its output on all cores.
///
/// Measures the contracts that ``SampleContract`` makes and those in `$CHARTER_CORPUS/openapi`, or the given ones. For
/// contracts with known figures of swift-openapi-generator 1.13, the ratio to these is printed too. Of the contracts
/// made here one schema is edited, and the build repeated.
struct GenerateBenchmark {
  private let contracts: [String]
  private let compiles: Bool
  private static let rounds = 5
  private static let timeLimit = 1_200

  /// The figures of swift-openapi-generator 1.13 (release build): generation in seconds, lines written, compilation in
  /// seconds.
  private static let peer: [String: (generate: Double?, lines: Int, compile: Double?)] = [
    "api.github.com.json": (20.4, 371_000, nil), "superset.json": (4.1, 95_000, nil), "ent.json": (nil, 7_300, 9.3),
  ]

  init(_ call: Command.Call) {
    compiles = call.flags.contains("--compile")
    contracts = call.operands
  }

  func run() throws -> Int32 {
    let folder = "/tmp/charter-bench-\(getpid())"
    defer { _ = try? Child.run("/bin/rm", ["-rf", folder]) }
    _ = try Child.run("/bin/mkdir", ["-p", folder])
    say(
      "contract                          generate (min median max)    lines   peak   debug build: wall, CPU, peak"
        + "   edit   compared to the peer")
    var code: Int32 = 0
    for contract in contracts {
      if try !measure(contract, below: folder, edit: nil) { code = 1 }
    }
    guard contracts.isEmpty else { return code }
    for shape in SampleContract.Shape.allCases {
      let contract = "\(folder)/\(shape.rawValue).json"
      try Self.write(SampleContract(shape: shape).text, to: contract)
      let edited = SampleContract(shape: shape, isEdited: true).text
      if try !measure(contract, below: folder, edit: edited) { code = 1 }
    }
    let corpus = getenv("CHARTER_CORPUS").map { Self.files(String(cString: $0) + "/openapi") } ?? []
    for contract in corpus {
      if try !measure(contract, below: folder, edit: nil) { code = 1 }
    }
    return code
  }

  /// Measures one contract and prints its figures.
  private func measure(_ contract: String, below folder: String, edit: String?) throws -> Bool {
    let tool = try CommandLineTool.tool("contractgen")
    let name = contract.split(separator: "/").last.map(String.init) ?? contract
    let output = folder + "/output"
    _ = try Child.run("/bin/rm", ["-rf", output])
    var runs: [Child.Usage] = []
    for _ in 0..<Self.rounds {
      let run = try run(tool, ["file", contract, "--output", output])
      guard run.code == 0 else {
        say("\(padded(name, 34))refused: see ./charter check \(contract)")
        return false
      }
      runs.append(run)
    }
    let times = runs.map(\.seconds).sorted()
    let lines = Self.files(output).reduce(0) { $0 + Self.lines(in: $1) }
    let figures = [times[0], times[times.count / 2], times[times.count - 1]].map { Self.seconds($0, 3) }
    var row = padded(name, 34) + padded(figures.joined(separator: " "), 26) + padded(String(lines), 9)
    row += padded("\(runs.map(\.peak).max() ?? 0) MB", 9)
    guard compiles else {
      say(row + Self.ratios(name, times[times.count / 2], lines, nil))
      return true
    }
    let build = try compile(output)
    row += padded("\(Self.seconds(build.seconds, 1)) \(Self.seconds(build.processor, 1)) \(build.peak) MB", 26)
    var again: Child.Usage?
    if let edit {
      try Self.write(edit, to: contract)
      _ = try run(tool, ["file", contract, "--output", output])
      again = try compile(output)
    }
    row += padded(again.map { Self.seconds($0.seconds, 1) } ?? "-", 8)
    say(row + Self.ratios(name, times[times.count / 2], lines, build.code == 0 ? build.seconds : nil))
    return build.code == 0 && again?.code ?? 0 == 0
  }

  /// Compiles the files of a folder for debugging, those that need it, as a build system does.
  private func compile(_ folder: String) throws -> Child.Usage {
    let sources = Self.files(folder).filter { $0.hasSuffix(".swift") }
    let objects = sources.map { source in
      let base = source.dropLast(6)
      return #""\#(source)":{"object":"\#(base).o","swift-dependencies":"\#(base).swiftdeps"}"#
    }
    let map = folder + "/files.map"
    try Self.write(
      #"""
      {"":{"swift-dependencies":"\#(folder)/all.swiftdeps","object":"\#(folder)/Output.o"},
      \#(objects.joined(separator: ","))}
      """#, to: map)
    let options = [
      "-swift-version", "6", "-warnings-as-errors", "-Onone", "-g", "-incremental", "-enable-batch-mode",
      "-parse-as-library", "-c", "-emit-module", "-emit-module-path", folder + "/Output.swiftmodule",
      "-enable-testing", "-module-name", "Output", "-output-file-map", map, "-j",
      String(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
    ]
    return try run("swiftc", options + ["-I", try CommandLineTool.tool("")] + sources)
  }

  private static func ratios(_ name: String, _ generate: Double, _ lines: Int, _ compile: Double?) -> String {
    guard let peer = peer[name] else { return "" }
    var parts: [String] = []
    if let other = peer.generate { parts.append("generates \(seconds(other / generate, 0))x as fast") }
    parts.append("\(seconds(Double(lines) / Double(peer.lines), 2)) of the lines")
    if let other = peer.compile, let compile { parts.append("compiles \(seconds(other / compile, 1))x as fast") }
    return parts.joined(separator: ", ")
  }

  private func run(_ program: String, _ arguments: [String]) throws -> Child.Usage {
    try Child.measured("/usr/bin/timeout", [String(Self.timeLimit), program] + arguments, output: "/dev/null")
  }

  private static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw Failure("\(path) cannot be written: \(lastError())") }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw Failure("\(path) cannot be written: \(lastError())") }
  }

  private static func files(_ folder: String) -> [String] {
    Folder.entries(folder).filter { !$0.hasPrefix(".") }.map { folder + "/" + $0 }.sorted()
  }

  private static func lines(in path: String) -> Int {
    guard let file = fopen(path, "r") else { return 0 }
    defer { fclose(file) }
    var count = 0
    var byte = getc(file)
    while byte != EOF {
      if byte == 10 { count += 1 }
      byte = getc(file)
    }
    return count
  }

  private static func seconds(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let rounded = (value * scale).rounded() / scale
    return digits == 0 ? String(Int(rounded)) : "\(rounded)"
  }
}

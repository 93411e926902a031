import Glibc

/// `./charter bench generate`: measures the generator, and the compilation of its output (debug build, both cores).
///
/// Measures the given contracts, or all in `$CHARTER_CORPUS/openapi`. For contracts with known figures of
/// swift-openapi-generator 1.13, the ratio to these is printed too.
struct GenerateBenchmark {
  private let contracts: [String]
  private static let rounds = 5
  private static let timeLimit = 600

  /// The figures of swift-openapi-generator 1.13 (release build): generation in seconds, lines written, compilation in
  /// seconds.
  private static let peer: [String: (generate: Double?, lines: Int, compile: Double?)] = [
    "api.github.com.json": (20.4, 371_000, nil), "superset.json": (4.1, 95_000, nil), "ent.json": (nil, 7_300, 9.3),
  ]

  init(_ arguments: [String]) throws {
    if arguments.isEmpty {
      guard let corpus = getenv("CHARTER_CORPUS") else {
        throw UsageError(description: "name contracts, or set CHARTER_CORPUS to a folder with contracts in openapi/")
      }
      contracts = Self.files(String(cString: corpus) + "/openapi")
    } else {
      contracts = arguments
    }
  }

  func run() throws -> Int32 {
    let tool = try CommandLineTool.tool("contractgen")
    let modules = try CommandLineTool.tool("")
    var code: Int32 = 0
    say(
      "contract                          generate (min median max)    lines   debug build   compared to the peer"
    )
    for contract in contracts {
      let name = contract.split(separator: "/").last.map(String.init) ?? contract
      let output = "/tmp/charter-bench-\(getpid())"
      defer { _ = try? Child.run("/bin/rm", ["-rf", output]) }
      var times: [Double] = []
      for _ in 0..<Self.rounds {
        let (status, seconds) = try measure(tool, ["file", contract, "--output", output])
        guard status == 0 else { break }
        times.append(seconds)
      }
      guard times.count == Self.rounds else {
        say("\(padded(name, 34))refused: see ./charter check \(contract)")
        code = 1
        continue
      }
      let lines = Self.files(output).reduce(0) { $0 + Self.lines(in: $1) }
      let files = Self.files(output).map { "'\($0)'" }.joined(separator: " ")
      let compile =
        "cd \(output) && swiftc -swift-version 6 -warnings-as-errors -Onone -g -enable-batch-mode -j2 -parse-as-library "
        + "-c -module-name Output -I '\(modules)' \(files)"
      let (status, seconds) = try measure("/bin/sh", ["-c", compile])
      if status != 0 { code = 1 }
      times.sort()
      let figures = [times[0], times[times.count / 2], times[times.count - 1]].map { Self.seconds($0, 3) }
      say(
        padded(name, 34) + padded(figures.joined(separator: " "), 26) + padded(String(lines), 9)
          + padded(status == 0 ? Self.seconds(seconds, 1) : "failed", 13)
          + Self.ratios(name, times[times.count / 2], lines, seconds))
    }
    return code
  }

  private static func ratios(_ name: String, _ generate: Double, _ lines: Int, _ compile: Double) -> String {
    guard let peer = peer[name] else { return "" }
    var parts: [String] = []
    if let other = peer.generate { parts.append("generates \(seconds(other / generate, 0))x as fast") }
    parts.append("\(seconds(Double(lines) / Double(peer.lines), 2)) of the lines")
    if let other = peer.compile { parts.append("compiles \(seconds(other / compile, 1))x as fast") }
    return parts.joined(separator: ", ")
  }

  private func measure(_ program: String, _ arguments: [String]) throws -> (status: Int32, seconds: Double) {
    let start = monotonicSeconds()
    let status = try Child.run("/usr/bin/timeout", [String(Self.timeLimit), program] + arguments, output: "/dev/null")
    return (status, monotonicSeconds() - start)
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

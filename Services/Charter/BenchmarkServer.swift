import Glibc

/// A server that is measured, while it runs.
struct BenchmarkServer {
  /// How a server is started.
  struct Program {
    let name: String
    /// A program and its arguments; assignments such as `PORT=1` may stand before it.
    var command: [String]
    /// The folder that it is started in.
    var folder = "/"
    /// The cores that it may use, as `taskset` takes them.
    var cores = "0"
    /// The port on which it serves the bench contract.
    var port = BenchmarkSession.port
  }

  private let child: Child
  private let program: Program
  private let session: BenchmarkSession
  private let log: String

  /// Starts a server, and waits until it responds.
  ///
  /// - Throws: ``Failure`` with the end of its output when it does not.
  init(_ program: Program, _ session: BenchmarkSession) throws {
    (self.program, self.session) = (program, session)
    log = session.folder + "/server.log"
    unlink(log)
    try session.checkPort(program.port)
    child = try Child.start(
      "taskset", ["-c", program.cores, "env", "-C", program.folder] + program.command, hasOwnGroup: true, output: log)
    do { try waitUntilReady() } catch {
      stop()
      throw error
    }
  }

  /// Ends it, and waits for that.
  func stop() {
    kill(child.pid, SIGTERM)
    _ = child.wait()
  }

  /// The processor time that it has used, in seconds.
  var processorSeconds: Double { Machine.processorSeconds(of: child.pid) }
  /// In MB.
  var memory: Int { Machine.memory(of: child.pid) }

  private func waitUntilReady() throws {
    let request = BenchmarkClient.request("GET", "/api/bench/greeting")
    for _ in 0..<1_200 {
      if var client = BenchmarkClient(port: program.port), try client.send(request) == 200 { return }
      if let code = child.poll() { throw Failure("\(program.name) ended with code \(code): \(lastOutput)") }
      try session.pause(milliseconds: 50)
    }
    throw Failure("\(program.name) does not respond on port \(program.port): \(lastOutput)")
  }

  private var lastOutput: String {
    (try? readFile(log)).map { String(decoding: $0.suffix(2_000), as: UTF8.self) } ?? ""
  }
}

/// What wrk sends to a server.
struct BenchmarkLoad {
  let path: String
  /// A script of `Tests/Benchmarks/Load`, and its arguments; nil for GET of the path.
  var script: String?
  var arguments: [String] = []
  var connections = 64
  /// Such as `authorization: Bearer x`.
  var headers: [String] = []

  /// What one run of wrk found.
  struct Result {
    /// Requests a second.
    let rate: Double
    /// The server's processor time a request, in microseconds.
    let microseconds: Double
    /// Responses that were not 2xx or 3xx, and requests without a response.
    let failures: Int
    /// The time that 99 of 100 requests took at most, in milliseconds.
    let p99: Double
  }

  /// Sends requests for some seconds to warm up, and then measures.
  func measure(_ server: BenchmarkServer, seconds: Int, after warmUp: Int = 1, _ session: BenchmarkSession) throws
    -> Result
  {
    _ = try send(for: warmUp, session)
    let before = server.processorSeconds
    let (requests, rate, failures, p99) = try send(for: seconds, session)
    let used = server.processorSeconds - before
    return Result(rate: rate, microseconds: used * 1e6 / Double(max(1, requests)), failures: failures, p99: p99)
  }

  /// The command that sends requests for some seconds.
  func command(seconds: Int, _ session: BenchmarkSession) -> [String] {
    let script = self.script.map { ["-s", "\(session.sources)/Load/\($0)"] } ?? []
    return ["wrk", "-t1", "-c\(connections)", "-d\(seconds)", "--latency"] + headers.flatMap { ["-H", $0] } + script
      + ["http://127.0.0.1:\(BenchmarkSession.port)\(path)"] + (arguments.isEmpty ? [] : ["--"] + arguments)
  }

  func send(
    for seconds: Int, _ session: BenchmarkSession
  ) throws -> (requests: Int, rate: Double, failures: Int, p99: Double) {
    let (code, text) = try session.run(command(seconds: seconds, session), cores: "\(Machine.loadCore)")
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard code == 0, let rate = lines.first(where: { $0.first == "Requests/sec:" })?.last.flatMap({ Double($0) }),
      rate.isFinite,
      let requests = lines.first(where: { $0.dropFirst().starts(with: ["requests", "in"]) })?.first.flatMap({ Int($0) })
    else { throw Failure("wrk failed: \(text)") }
    let refused = lines.first { $0.first == "Non-2xx" }?.last.flatMap { Int($0) } ?? 0
    // Socket errors: connect 0, read 0, write 0, timeout 0
    let broken = lines.first { $0.starts(with: ["Socket", "errors:"]) } ?? []
    let failures = broken.reduce(refused) { $0 + (Int($1.filter(\.isNumber)) ?? 0) }
    return (requests, rate, failures, lines.first { $0.first == "99%" }?.last.flatMap(Self.milliseconds) ?? 0)
  }

  /// A time as wrk writes it: `812.00us`, `1.23ms`, `1.05s`.
  private static func milliseconds(_ text: Substring) -> Double? {
    let number = Double(text.prefix { $0.isNumber || $0 == "." })
    return switch text.drop(while: { $0.isNumber || $0 == "." }) {
    case "us": number.map { $0 / 1_000 }
    case "ms": number
    case "s": number.map { $0 * 1_000 }
    default: nil
    }
  }
}

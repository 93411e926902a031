import Glibc
import ServicePostgres

/// `./charter bench serve`: measures Charter and other servers one after another on one core, with the load generator
/// on another core.
///
/// All serve `Contracts/platform/bench.yaml` and read the same table of the same PostgreSQL. A server that is not
/// installed is reported and left out; `--install-peers` installs them.
struct ServeBenchmark {
  private var rounds = 3
  private var seconds = 4
  private var installsPeers = false
  private var chart: String?
  private let folder = "/tmp/charter-bench-\(getpid())"
  private let peers: String

  /// A measured workload: a path and the wrk script for it.
  enum Workload: String, CaseIterable {
    case greeting, orders, items

    var title: String {
      switch self {
      case .greeting: "GET a small typed object"
      case .orders: "POST an order of 10 items"
      case .items: "GET a row by its key"
      }
    }
  }

  struct Contender {
    let name: String
    let program: String
    let arguments: [String]
    var environment: [String] = []
    let workloads: [Workload]
  }

  /// One contender's figures for one workload: requests per second in each round, memory in MB, and responses that were
  /// not 2xx.
  struct Figures {
    var rates: [Double] = []
    var memory = 0
    var failures = 0

    var median: Double { rates.sorted()[rates.count / 2] }
  }

  init(_ call: Command.Call) throws {
    guard let root = getenv("CHARTER_ROOT") else {
      throw Failure("CHARTER_ROOT is not set: run this as ./charter bench serve")
    }
    peers = String(cString: root) + "/Tests/Benchmarks/Peers"
    installsPeers = call.flags.contains("--install-peers")
    chart = call.values["--chart"]
    rounds = try Self.number(call, "--rounds", 1...100) ?? rounds
    seconds = try Self.number(call, "--seconds", 1...600) ?? seconds
  }

  private static func number(_ call: Command.Call, _ option: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let text = call.values[option] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        description: "\(option) is '\(text)', which is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func run() throws -> Int32 {
    if installsPeers { try install() }
    for program in ["wrk", "taskset"] where !Self.isInstalled(program) {
      throw Failure("\(program) is not installed; ./charter bench serve --install-peers installs it and the peers")
    }
    guard mkdir(folder, 0o755) == 0 else { throw Failure("cannot create \(folder): \(lastError())") }
    defer { _ = try? Child.run("/bin/rm", ["-rf", folder]) }
    // PostgreSQL's user may enter this folder, but not write to it.
    let cluster = try Cluster(data: folder + "/data")
    try cluster.start()
    defer {
      cluster.stop()
      cluster.remove()
    }
    let contenders = try self.contenders(cluster)
    say(Machine.description)
    say(
      "server on core 0, load on core \(Machine.loadCore): wrk, 64 connections, \(seconds) s per round, \(rounds) rounds"
    )
    var figures: [String: [Workload: Figures]] = [:]
    for round in 1...rounds {
      for contender in contenders {
        say("round \(round) of \(rounds): \(contender.name)")
        try measure(contender, into: &figures)
      }
    }
    let table = BenchmarkTable(contenders: contenders, figures: figures)
    for line in table.lines { say(line) }
    say(
      "Hummingbird 2.26 with swift-openapi-generator 1.13 is not measured: it cannot be downloaded here. "
        + "On a similar machine it served 10,000, 3,600 and 2,800 requests per second, "
        + "and FastAPI 5,900, 3,800 and 2,400."
    )
    let path = chart ?? "charter-bench-serve.svg"
    try table.chart(Machine.description).write(to: path)
    say("chart: \(path)")
    return 0
  }

  // MARK: contenders

  private func contenders(_ cluster: Cluster) throws -> [Contender] {
    let admin = try cluster.address("postgres")
    let passwords = (owner: try cluster.secret("bench_owner"), app: try cluster.secret("bench_app"))
    try Database.provision(admin, name: "bench", passwords: passwords)
    let app = try Database.address(admin, database: "bench", user: "bench_app", password: passwords.app)
    let owner = try Database.address(admin, database: "bench", user: "bench_owner", password: passwords.owner)
    var result = [
      Contender(
        name: "Charter", program: try CommandLineTool.tool("bench-host"), arguments: ["--port", "\(port)"],
        environment: [
          "BENCH_DB_CONNECTION=" + app, "BENCH_DB_OWNER=" + owner, "CHARTER_ACCESS_LOG=\(folder)/charter-access.log",
        ], workloads: Workload.allCases)
    ]
    let socket = cluster.socketFolder
    result += peer(
      Contender(
        name: "FastAPI", program: "uvicorn",
        arguments: [
          "fastapi_app:app", "--app-dir", peers, "--port", "\(port)", "--no-access-log", "--log-level", "error",
        ],
        environment: ["BENCH_DATABASE=postgresql://bench_app:\(passwords.app)@/bench?host=\(socket)"],
        workloads: Workload.allCases),
      isInstalled: Self.isInstalled("uvicorn"))
    result += peer(
      Contender(
        name: "Express", program: "node", arguments: [peers + "/express_app.js"],
        environment: ["PORT=\(port)", "NODE_ENV=production", "NODE_PATH=/usr/share/nodejs"],
        workloads: [.greeting, .orders]),
      isInstalled: Self.isInstalled("node") && access("/usr/share/nodejs/express", F_OK) == 0)
    let configuration = folder + "/nginx.conf"
    try String(decoding: readFile(peers + "/nginx.conf"), as: UTF8.self)
      .replacing("FOLDER", with: folder).replacing("PORT", with: "\(port)").write(to: configuration)
    result += peer(
      Contender(
        name: "nginx, static", program: "nginx", arguments: ["-c", configuration], workloads: [.greeting]),
      isInstalled: Self.isInstalled("nginx"))
    return result
  }

  private var port: Int { 18_080 }

  private func peer(_ contender: Contender, isInstalled: Bool) -> [Contender] {
    let name = contender.name.prefix { $0 != "," }
    if !isInstalled { say("\(name) is not installed and is left out; --install-peers installs it") }
    return isInstalled ? [contender] : []
  }

  private func install() throws {
    say("installing wrk, nginx, Express (apt), FastAPI, uvicorn and asyncpg (pip)")
    let asRoot = geteuid() == 0 ? ["env"] : ["sudo", "env"]
    let log = "/tmp/charter-install-peers.log"
    let steps = [
      asRoot + [
        "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", "--no-install-recommends", "wrk",
        "nginx-light", "nodejs", "node-express", "python3-pip",
      ],
      ["python3", "-m", "pip", "install", "--quiet", "fastapi", "uvicorn", "uvloop", "httptools", "asyncpg"],
    ]
    for step in steps where try Child.run(step[0], Array(step.dropFirst()), output: log) != 0 {
      throw Failure("\(step.joined(separator: " ")) failed; see \(log)")
    }
  }

  // MARK: measuring

  private func measure(_ contender: Contender, into figures: inout [String: [Workload: Figures]]) throws {
    let environment =
      contender.environment + Child.environment(besides: contender.environment.map { String($0.prefix { $0 != "=" }) })
    let server = try Child.start(
      "taskset", ["-c", "0", contender.program] + contender.arguments, environment: environment,
      output: folder + "/server.log")
    defer {
      kill(server.pid, SIGTERM)
      _ = server.wait()
    }
    try waitUntilReady(server, contender)
    for workload in contender.workloads {
      _ = try load(workload, seconds: 1)
      let (rate, failures) = try load(workload, seconds: seconds)
      figures[contender.name, default: [:]][workload, default: Figures()].rates.append(rate)
      figures[contender.name]?[workload]?.failures += failures
      figures[contender.name]?[workload]?.memory = Machine.memory(of: server.pid)
    }
  }

  private func waitUntilReady(_ server: Child, _ contender: Contender) throws {
    for _ in 0..<200 {
      if try Child.run(
        "curl", ["-sf", "-o", "/dev/null", "http://127.0.0.1:\(port)/api/bench/greeting"], output: "/dev/null") == 0
      {
        return
      }
      if let code = server.poll() {
        let log = (try? readFile(folder + "/server.log")).map { String(decoding: $0.suffix(2_000), as: UTF8.self) }
        throw Failure("\(contender.name) ended with code \(code): \(log ?? "")")
      }
      usleep(50_000)
    }
    throw Failure("\(contender.name) does not respond on port \(port)")
  }

  /// Runs wrk. Returns requests per second, and the number of responses that were not 2xx.
  private func load(_ workload: Workload, seconds: Int) throws -> (rate: Double, failures: Int) {
    let script = workload == .greeting ? [] : ["-s", "\(peers)/\(workload.rawValue).lua"]
    let log = folder + "/wrk.log"
    unlink(log)
    let path = workload == .items ? "items/1" : workload.rawValue
    let code = try Child.run(
      "taskset",
      ["-c", "\(Machine.loadCore)", "wrk", "-t1", "-c64", "-d\(seconds)"] + script + [
        "http://127.0.0.1:\(port)/api/bench/\(path)"
      ], output: log)
    let lines = String(decoding: try readFile(log), as: UTF8.self).split(separator: "\n")
    guard code == 0, let line = lines.first(where: { $0.hasPrefix("Requests/sec:") }),
      let rate = Double(line.dropFirst("Requests/sec:".count).filter { $0 != " " })
    else { throw Failure("wrk failed: \(lines.joined(separator: "; "))") }
    let failures = lines.first { $0.contains("Non-2xx") }?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    return (rate, failures)
  }

  private static func isInstalled(_ program: String) -> Bool {
    let code = try? Child.run("/bin/sh", ["-c", "command -v \(program)"], output: "/dev/null")
    return code == 0
  }
}

/// The machine that the figures were measured on.
enum Machine {
  /// The core of the load generator: the last one. On a single-core machine it is also the server's.
  static let loadCore = max(0, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)

  static var description: String {
    let model = value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
    let memory = (value(of: "MemTotal", in: "/proc/meminfo") ?? "").split(separator: " ").first.flatMap { Int($0) } ?? 0
    let kernel = (try? readFile("/proc/sys/kernel/osrelease")) ?? []
    return "\(model), \(loadCore + 1) cores, \(memory >> 20) GiB, Linux "
      + String(decoding: kernel.filter { $0 != 10 }, as: UTF8.self)
  }

  /// The resident memory of a process, in MB.
  static func memory(of pid: pid_t) -> Int {
    let text = value(of: "VmRSS", in: "/proc/\(pid)/status") ?? ""
    return (text.split(separator: " ").first.flatMap { Int($0) } ?? 0) >> 10
  }

  private static func value(of name: String, in path: String) -> String? {
    guard let bytes = try? readFile(path) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " || $0 == "\t" }) }
  }
}

import Glibc

/// `./charter bench serve`: measures Charter and other servers one after another on one core, with the load generator
/// on another core.
///
/// All serve `Contracts/platform/bench.yaml` and read the same table of the same PostgreSQL. A peer that is not
/// installed is reported and left out; `--install-peers` installs them.
struct ServeBenchmark {
  private var rounds = 3
  private var seconds = 4
  private let installsPeers: Bool
  private let peers: [BenchmarkPeer]
  private let chart: String

  /// A measured workload.
  enum Workload: String, CaseIterable, Sendable {
    case greeting, orders, items

    var title: String {
      switch self {
      case .greeting: "GET a small typed object"
      case .orders: "POST an order of 10 items"
      case .items: "GET a row by its key"
      }
    }

    var load: BenchmarkLoad {
      BenchmarkLoad(path: "/api/bench/\(rawValue)", script: self == .greeting ? nil : rawValue + ".lua")
    }
  }

  /// One contender's figures for one workload, in each round.
  struct Figures {
    /// Requests a second.
    var rates: [Double] = []
    /// The server's processor time a request, in microseconds; empty where it is not measured.
    var microseconds: [Double] = []
    /// In MB; nil where it is not measured.
    var memory: Int?
    /// Responses that were not 2xx.
    var failures = 0
  }

  /// A server, what it is measured on, and for how many seconds it first serves that.
  private struct Contender {
    let program: BenchmarkServer.Program
    let workloads: [Workload]
    let warmUp: Int
  }

  typealias Results = [String: [Workload: Figures]]

  init(_ call: Command.Call) throws {
    installsPeers = call.flags.contains("--install-peers")
    peers = try BenchmarkPeer.named(call.values["--with-peers"] ?? "nginx,fastapi,express")
    chart = call.values["--chart"] ?? "charter-bench-serve.svg"
    rounds = try call.number("--rounds", 1...100) ?? rounds
    seconds = try call.number("--seconds", 1...600) ?? seconds
  }

  func run() throws -> Int32 {
    guard let root = getenv("CHARTER_ROOT") else {
      throw Failure("CHARTER_ROOT is not set: run this as ./charter bench serve")
    }
    let folder = try BenchmarkPeerFolder(sources: String(cString: root) + "/Tests/Benchmarks/Peers")
    if installsPeers { try folder.install(peers) }
    let session = try BenchmarkSession(needing: ["wrk", "taskset"])
    defer { session.end() }
    let database = try session.database("bench")
    var contenders = [
      Contender(program: try Self.charter(session, database), workloads: Workload.allCases, warmUp: 1)
    ]
    for peer in peers {
      if try folder.isInstalled(peer) {
        let program = try folder.program(peer, database: database.url, run: session.folder)
        contenders.append(Contender(program: program, workloads: peer.workloads, warmUp: peer.warmUp))
      } else {
        say("\(peer.name) is not installed and is left out; --install-peers installs it")
      }
    }
    let results = try measure(contenders, database, session)
    let names = contenders.map(\.program.name) + [Pgbench.name]
    let table = BenchmarkTable(contenders: names, results: results)
    for line in table.lines + Self.notes { say(line) }
    try table.chart(Machine.description).write(to: chart)
    say("chart: \(chart)")
    return 0
  }

  /// The program of Charter with everything on.
  static func charter(
    _ session: BenchmarkSession, _ database: BenchmarkDatabase, cores: String = "0", port: Int = BenchmarkSession.port,
    _ environment: [String] = []
  ) throws -> BenchmarkServer.Program {
    BenchmarkServer.Program(
      name: "Charter",
      command: [
        "BENCH_DB_CONNECTION=" + database.app, "BENCH_DB_OWNER=" + database.owner, "CHARTER_DRAIN=0",
        "CHARTER_ACCESS_LOG=\(session.folder)/access.log",
      ] + environment + [try CommandLineTool.tool("bench-host"), "--port", "\(port)"], cores: cores, port: port)
  }

  private func measure(
    _ contenders: [Contender], _ database: BenchmarkDatabase,
    _ session: BenchmarkSession
  ) throws -> Results {
    say(Machine.description)
    say(
      "server on core 0, load on core \(Machine.loadCore): wrk, 64 connections, \(seconds) s per round, \(rounds) rounds"
    )
    var results = Results()
    for round in 1...rounds {
      for contender in contenders {
        let name = contender.program.name
        say("round \(round) of \(rounds): \(name)")
        let server = try BenchmarkServer(contender.program, session)
        defer { server.stop() }
        for workload in contender.workloads {
          let result = try workload.load.measure(server, seconds: seconds, after: contender.warmUp, session)
          results[name, default: [:]][workload, default: Figures()].add(result, server.memory)
        }
      }
      say("round \(round) of \(rounds): \(Pgbench.name)")
      let rate = try Pgbench(session, database).rate(
        of: "items.sql", clients: 64, seconds: seconds, cores: "\(Machine.loadCore)")
      results[Pgbench.name, default: [:]][.items, default: Figures()].rates.append(rate)
    }
    return results
  }

  private static let notes = [
    "Charter runs with everything on: checks by the contract, request ids, access log, metrics and traces; its money is "
      + "exact. FastAPI checks by its models, the other peers by hand; only nginx has an access log, and only FastAPI exact "
      + "money.",
    "us: the server's user and system time a request, without PostgreSQL's, which runs on any core.",
    "\(Pgbench.name): PostgreSQL's own load generator on the load core sends the same prepared SELECT on 64 connections.",
    "Hummingbird 2.26 with swift-openapi-generator 1.13 is not measured: it cannot be downloaded here. On a similar "
      + "machine it served 10,000, 3,600 and 2,800 requests per second, and FastAPI 5,900, 3,800 and 2,400.",
  ]
}

extension ServeBenchmark.Figures {
  fileprivate mutating func add(_ result: BenchmarkLoad.Result, _ memory: Int) {
    rates.append(result.rate)
    microseconds.append(result.microseconds)
    failures += result.failures
    self.memory = memory
  }
}

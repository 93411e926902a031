import Glibc

/// `./charter bench growth`: measures what a request costs Charter as connections, routes, bytes, services and cores
/// grow, beside what it should cost.
struct GrowthBenchmark {
  private var rounds = 1
  private var seconds = 3
  private let chart: String

  /// What grows, with a server and a load for each size.
  struct Series: Sendable {
    let title: String
    let unit: String
    let sizes: [Int]
    var expected = Expected.constant
    let load: @Sendable (_ size: Int) -> BenchmarkLoad
    /// The environment of the server.
    var environment: @Sendable (_ size: Int) -> [String] = { _ in [] }
    var cores: @Sendable (_ size: Int) -> String = { _ in "0" }
  }

  /// How the cost of a request should grow.
  enum Expected { case constant, linear }

  /// The results for one size, in each round.
  struct Point {
    let size: Int
    var rates: [Double] = []
    /// The server's processor time a request.
    var microseconds: [Double] = []
    var failures = 0
  }

  init(_ call: Command.Call) throws {
    chart = call.values["--chart"] ?? "charter-bench-growth.svg"
    rounds = try call.number("--rounds", 1...100) ?? rounds
    seconds = try call.number("--seconds", 1...600) ?? seconds
  }

  func run() throws -> Int32 {
    let session = try BenchmarkSession(needing: ["wrk", "taskset"])
    defer { session.end() }
    raiseDescriptorLimit()
    let database = try session.database("bench")
    let series = Self.series(database)
    say(Machine.description)
    say("load on core \(Machine.loadCore): wrk, 64 connections unless noted, \(seconds) s per figure, \(rounds) rounds")
    var points = series.map { $0.sizes.map { Point(size: $0) } }
    for round in 1...rounds {
      for (index, series) in series.enumerated() {
        say("round \(round) of \(rounds): \(series.title)")
        for place in series.sizes.indices { try measure(series, database, session, &points[index][place]) }
      }
    }
    let table = GrowthTable(results: Array(zip(series, points)))
    for line in table.lines { say(line) }
    try table.chart(Machine.description).write(to: chart)
    say("chart: \(chart)")
    return 0
  }

  private func measure(
    _ series: Series, _ database: BenchmarkDatabase, _ session: BenchmarkSession, _ point: inout Point
  ) throws {
    let server = try BenchmarkServer(
      ServeBenchmark.charter(
        session, database, cores: series.cores(point.size), series.environment(point.size)), session)
    defer { server.stop() }
    let result = try series.load(point.size).measure(server, seconds: seconds, session)
    point.rates.append(result.rate)
    point.microseconds.append(result.microseconds)
    point.failures += result.failures
  }

  /// Both the server and wrk need a descriptor for each connection.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < 4_096 else { return }
    limit.rlim_cur = min(4_096, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private static let greeting = "/api/bench/greeting"

  private static func series(_ database: BenchmarkDatabase) -> [Series] {
    let services: @Sendable (Int) -> [String] = { count in
      ["BENCH_SERVICES=\(count)"]
        + (1...count).dropFirst().flatMap {
          ["BENCH_\($0)_DB_CONNECTION=" + database.app, "BENCH_\($0)_DB_OWNER=" + database.owner]
        }
    }
    let all = [
      Series(title: "connections (greeting)", unit: "connections", sizes: [1, 8, 64, 256, 1_024]) {
        BenchmarkLoad(path: greeting, connections: $0)
      },
      Series(
        title: "routes (each in turn)", unit: "routes", sizes: [1, 10, 100, 1_000, 5_000],
        load: { BenchmarkLoad(path: greeting, script: "routes.lua", arguments: ["\($0)"]) },
        environment: { ["BENCH_ROUTES=\($0)"] }),
      Series(
        title: "bytes of a body of order lines (8 connections)", unit: "bytes",
        sizes: [1_000, 10_000, 100_000, 1_000_000], expected: .linear,
        load: {
          BenchmarkLoad(path: "/api/bench/lines", script: "lines.lua", arguments: ["\($0)"], connections: 8)
        }),
      Series(
        title: "services (greeting of each in turn)", unit: "services", sizes: [1, 2, 8, 24],
        load: { BenchmarkLoad(path: greeting, script: "services.lua", arguments: ["\($0)", "/greeting"]) },
        environment: services),
      Series(
        title: "services (a row of each in turn)", unit: "services", sizes: [1, 2, 8, 24],
        load: { BenchmarkLoad(path: greeting, script: "services.lua", arguments: ["\($0)", "/items/1"]) },
        environment: services),
    ]
    guard Machine.loadCore > 0 else { return all }
    let sharing = Machine.loadCore == 1 ? ", of which wrk uses one too" : ""
    return all + [
      Series(
        title: "cores (greeting)" + sharing, unit: "cores", sizes: [1, 2],
        load: { _ in BenchmarkLoad(path: greeting) }, cores: { $0 == 1 ? "0" : "0,1" })
    ]
  }
}

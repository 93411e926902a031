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
  static func run(
    _ id: String, limit: Int? = nil, environment: [String: String] = [:],
    _ body: (ChaosHost, inout Findings) async throws -> Void
  ) async throws {
    let host = try await ChaosHost(descriptors: limit, environment: environment)
    var findings = Findings()
    let began = ContinuousClock.now
    do {
      try await body(host, &findings)
      if !host.isRunning { findings.add("the host has ended") }
    } catch {
      findings.add("\(error)")
    }
    let seconds = (ContinuousClock.now - began).seconds
    let memory = host.largestMemory >> 20
    await host.stop()
    print(
      id, findings.faults.isEmpty ? "pass" : "fail", findings.count, String(format: "%.1f s", seconds), "\(memory) MiB",
      findings.notes.joined(separator: "; "))
    for fault in findings.faults { Issue.record("\(id): \(fault)") }
  }
}

/// The results of a test.
struct Findings {
  var count = 0
  private(set) var faults: [String] = []
  private(set) var notes: [String] = []

  mutating func add(_ fault: String) { if faults.count < 20 { faults.append(fault) } }
  mutating func note(_ text: String) { notes.append(text) }
  mutating func check(_ holds: Bool, _ fault: @autoclosure () -> String) { if !holds { add(fault()) } }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension SplitMix64 {
  /// A reproducible generator of its own for each salt.
  init(salt: UInt64) { self.init(Chaos.seed &* 0x9E37_79B9_7F4A_7C15 &+ salt) }
}

/// The benchmark's host in its own process, on one processor and therefore with one loop and sixteen database
/// connections.
final class ChaosHost: Sendable {
  let port: Int
  let pid: pid_t
  let database: Database
  let client: HTTPClient
  private let process: TestProcess
  private let loop: Loop

  static let operation = OperationDescriptor(
    service: "chaos", id: "any", method: "GET", path: [], responses: .init([], hasDefault: true))

  /// - Parameter descriptors: the limit of open files and sockets.
  init(descriptors: Int? = nil, environment own: [String: String] = [:]) async throws {
    let environment = ProcessInfo.processInfo.environment
    let programs = try #require(environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let server = try #require(environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let name = "chaos_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    let address = try Database.address(server, database: name, user: name + "_owner", password: "o")
    let limit = descriptors.map { ["prlimit", "--nofile=\($0)"] } ?? []
    let settings = [
      "BENCH_DB_CONNECTION": address, "BENCH_DB_OWNER": address, "LOG_LEVEL": "error", "CHARTER_DRAIN": "0",
    ]
    process = try TestProcess(
      ["taskset", "-c", "0"] + limit + [programs + "/bench-host", "--port", "0"],
      environment: environment.filter { !$0.key.hasPrefix("CHARTER_") }.merging(settings) { $1 }.merging(own) { $1 },
      errors: .inherited)
    var text = ""
    while !text.contains("ready http://127.0.0.1:"), case let data = process.output.availableData,
      !data.isEmpty
    {
      text += String(decoding: data, as: UTF8.self)
    }
    let digits = text.split(separator: "ready http://127.0.0.1:").last?.prefix { $0.isNumber } ?? ""
    port = try #require(Int(digits), "the host did not start: \(text)")
    // `taskset` and `prlimit` exec the program, so the process id is the host's.
    pid = process.pid
    loop = try Loop()
    var limits = HTTPClient.Limits()
    (limits.connections, limits.waiting, limits.answer) = (4_000, 20_000, 60_000)
    client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: limits)
    database = Database(address, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
  }

  var isRunning: Bool { process.isRunning }

  private func status(_ field: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }

  /// Resident memory, now and at its peak, in bytes.
  var memory: Int { status("VmRSS") }
  var largestMemory: Int { status("VmHWM") }
  var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0 }

  /// The processor time used, in seconds.
  var processorTime: Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  func get(_ path: String) async throws -> HTTPResponse {
    try await client.send(HTTPRequest(method: "GET", path: "/api/bench" + path), Self.operation)
  }

  /// Sends a request. The status is 0 when there was no response.
  func sample(_ path: String) async -> Sample {
    let began = ContinuousClock.now
    let status = (try? await get(path).status) ?? 0
    return Sample(status: status, milliseconds: (ContinuousClock.now - began).seconds * 1_000, began: began)
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
    process.send(SIGINT)
    await process.end()
    loop.stop()
  }
}

/// The status and duration of one request.
struct Sample: Sendable {
  let status: Int
  let milliseconds: Double
  let began: ContinuousClock.Instant
}

extension [Sample] {
  /// The duration in milliseconds that the given share of the samples does not exceed.
  func percentile(_ share: Double) -> Double {
    let sorted = map(\.milliseconds).sorted()
    return sorted.isEmpty ? 0 : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

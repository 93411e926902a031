import Foundation
import ServicePostgres
import TestProcesses
import Testing

/// A program of the platform in a process of its own, on one processor and therefore with one loop, once it is ready.
final class HostProcess: Sendable {
  /// Where it listens.
  let origin: String
  let port: Int
  let pid: pid_t
  private let process: TestProcess

  /// - Parameters:
  ///   - program: `host` or `bench-host`.
  ///   - wrapper: what runs the program, such as `prlimit`.
  init(
    _ program: String, _ arguments: [String], _ settings: [String: String], by wrapper: [String] = []
  ) async throws {
    let environment = ProcessInfo.processInfo.environment
    let programs = try #require(environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let own = ["LOG_LEVEL": "error", "CHARTER_DRAIN": "0"]
    let process = try TestProcess(
      ["taskset", "-c", "0"] + wrapper + ["\(programs)/\(program)"] + arguments,
      environment: environment.filter { !$0.key.hasPrefix("CHARTER_") }.merging(own) { $1 }.merging(settings) { $1 },
      errors: .inherited)
    self.process = process
    let text = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: Self.untilReady(process.output)) }
    }
    guard text.contains("ready http://"), let origin = text.split(separator: "ready ").last.map(String.init),
      let port = origin.split(separator: ":").last.flatMap({ Int($0) })
    else {
      process.send(SIGKILL)
      await process.end()
      throw PostgresError.unavailable("\(program) \(arguments) did not start: \(text)")
    }
    (self.origin, self.port) = (origin, port)
    // What runs the program mostly becomes it; the program is the child of one that does not.
    let children = try? String(contentsOfFile: "/proc/\(process.pid)/task/\(process.pid)/children", encoding: .utf8)
    pid = children?.split(separator: " ").first.flatMap { pid_t($0) } ?? process.pid
  }

  /// What it prints until it is ready, or ends.
  private static func untilReady(_ output: FileHandle) -> String {
    var text = ""
    while !text.hasSuffix("\n") || !text.contains("ready http://"), case let data = output.availableData, !data.isEmpty
    {
      text += String(decoding: data, as: UTF8.self)
    }
    return text.trimmingCharacters(in: .newlines)
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

  /// Sends a signal and waits for the end; the exit code.
  @discardableResult func end(_ signal: Int32 = SIGTERM) async -> Int32 {
    if process.isRunning { kill(pid, signal) }
    return await process.end()
  }

  // MARK: settings

  /// The settings of services with a new database each.
  static func databases(of services: [String]) throws -> [String: String] {
    try services.reduce(into: [:]) { settings, service in
      let (server, name) = try database(for: service)
      let address = try Database.address(server, database: name, user: name + "_owner", password: "o")
      let variable = service.uppercased().replacing("-", with: "_")
      (settings[variable + "_DB_CONNECTION"], settings[variable + "_DB_OWNER"]) = (address, address)
    }
  }

  /// The setting of processes whose events a new database carries.
  static func events() throws -> [String: String] {
    let (server, name) = try database(for: "events")
    return ["EVENTS_URL": try Database.url(server, database: name, user: name + "_owner", password: "o")]
  }

  private static func database(for use: String) throws -> (server: String, name: String) {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let name = "chaos_\(use)_\(UUID())".lowercased().replacing("-", with: "")
    try Database.provision(server, name: name, passwords: (owner: "o", app: "a"))
    return (server, name)
  }
}

/// Programs whose clock is wrong, or runs faster: that of times of day, not the one by which they wait.
enum FakeTime {
  static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/faketime")

  /// What runs a program by another clock.
  ///
  /// - Parameter offset: such as `+1h`, or `+0 x3000`.
  static func wrapper(_ offset: String) -> [String] {
    // It waits for its program, which would outlive it.
    ["faketime", "--exclude-monotonic", "-f", offset, "setpriv", "--pdeathsig", "TERM", "--"]
  }
}

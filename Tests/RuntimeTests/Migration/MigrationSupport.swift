import Foundation
import Gateway
import Glibc
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// A host with the gateway and one service, in front of an old system.
final class MigratedHost: Sendable {
  typealias Respond = @Sendable (HTTPRequest) async -> HTTPResponse

  /// What the service of this test responds.
  @TaskLocal fileprivate static var respond: Respond = { _ in HTTPResponse(status: 200) }

  let port: Int
  let log: Notes
  private let file: URL
  private let client: HTTPClient

  fileprivate init(port: Int, file: URL, log: Notes, loop: Loop) throws {
    (self.port, self.file, self.log) = (port, file, log)
    var limits = HTTPClient.Limits.patient
    limits.connections = 400
    client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: limits)
  }

  /// Replaces the content of the migration's file.
  func write(_ text: String) throws { try Data(text.utf8).write(to: file, options: .atomic) }

  func removeFile() throws { try FileManager.default.removeItem(at: file) }

  func ask(
    _ path: String, method: String = "GET", _ headers: HTTPFields = [:], stream: ByteStream? = nil
  ) async throws -> HTTPResponse {
    let operation = OperationDescriptor(
      service: "test", id: "ask", method: method, path: [], responses: .init([], hasDefault: true),
      policy: .init(timeout: hangGuard))
    let request = HTTPRequest(method: method, path: path, headers: headers, stream: stream)
    return try await client.forward(request, operation)
  }

  func text(_ path: String, _ headers: HTTPFields = [:]) async throws -> String {
    String(decoding: try await ask(path, headers).body, as: UTF8.self)
  }

  /// The report; every comparison of a request that was answered appears in it sooner or later.
  func report() async throws -> JSONValue {
    var reader = JSONReader(try await ask("/health/migration").body)
    let report = try JSONValue.decode(&reader)
    return try #require(report)
  }

  /// The report, once so many comparisons of the first path have ended.
  func report(ended: Int) async throws -> JSONValue {
    try await eventually {
      let current = try await report()
      return ["equal", "different", "failed", "skipped"].reduce(0) { $0 + current.count($1) } >= ended
    }
    return try await report()
  }

  /// Waits until a line of the log has this text.
  func isLogged(_ text: String) async throws { try await eventually { log.all.contains { $0.contains(text) } } }

  /// Runs `body` with a host whose file has these entries; `ORIGIN` in them is the old system's.
  static func run(
    _ entries: String, environment: [String: String] = [:],
    service: @escaping Respond = { _ in MigratedHost.text("new") },
    old: @escaping Respond = { _ in MigratedHost.text("old") },
    _ body: (MigratedHost, _ origin: String) async throws -> Void
  ) async throws {
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: Logger(level: .error, sink: { _ in })
    ) { _ in .receive(limit: .max, isStreamed: true, timeout: hangGuard, respond: old) }
    await server.start()
    let result = await outcome {
      let origin = "http://127.0.0.1:\(server.port)"
      try await run(entries, origin, loop, environment: environment, service: service) { try await body($0, origin) }
    }
    await server.stop(within: 0)
    loop.stop()
    try result.get()
  }

  /// The same without an old system.
  static func run(
    _ entries: String, _ origin: String, _ loop: Loop, environment: [String: String] = [:],
    service: @escaping Respond = { _ in MigratedHost.text("new") }, _ body: (MigratedHost) async throws -> Void
  ) async throws {
    let (file, log) = (FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json"), Notes())
    try Data(entries.replacing("ORIGIN", with: origin).utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let host = try host(environment.merging(["CHARTER_MIGRATION": file.path]) { $1 }, log)
    let result = await outcome {
      let port = try await $respond.withValue(service) { try await host.start { _ in } }
      try await body(try MigratedHost(port: port, file: file, log: log, loop: loop))
    }
    await host.stop(within: 0)
    try result.get()
  }

  static func host(_ environment: [String: String], _ log: Notes = Notes()) throws -> ServiceHost.Host {
    let services: [any Service.Type] = [MigratedShop.self]
    var settings = try Settings(
      arguments: ["--port", "0"], environment: environment.merging(["CHARTER_DRAIN": "0"]) { $1 }, services: services)
    (settings.http.headTimeout, settings.http.bodyTimeout) = (hangGuard, hangGuard)
    (settings.http.idleTimeout, settings.http.writeTimeout) = (hangGuard, hangGuard)
    return try ServiceHost.Host(
      settings: settings, services: services, gateway: { GatewayHandler($0).receive }, loops: 1,
      logger: Logger { log.add(String(decoding: $0, as: UTF8.self)) },
      // The file is looked at all the time.
      sleep: { _ in try await Task.sleep(for: .milliseconds(2)) })
  }

  private static func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  static func text(_ text: String, _ type: String = "text/plain") -> HTTPResponse {
    HTTPResponse(status: 200, headers: ["content-type": type], body: Array(text.utf8))
  }

  static func json(_ text: String) -> HTTPResponse { self.text(text, "application/json") }
}

/// The service behind the gateway.
struct MigratedShop: Service {
  enum API: ServiceContract {
    static let name = "shop"
    static let version = "1"
    static let operations = [
      operation("getProduct", "GET", [.literal("api"), .literal("products"), .parameter("id")]),
      operation("addProduct", "POST", [.literal("api"), .literal("products")]),
      operation("getOffers", "GET", [.literal("api"), .literal("productsX")]),
    ]

    private static func operation(
      _ id: String, _ method: String, _ path: [OperationDescriptor.PathSegment]
    ) -> OperationDescriptor {
      OperationDescriptor(
        service: "shop", id: id, method: method, path: path, responses: .init([200]), policy: .init(timeout: hangGuard))
    }
  }

  let endpoint: any ServiceEndpoint = Endpoint(respond: MigratedHost.respond)

  init(_ resources: Resources) throws {}

  private struct Endpoint: ServiceEndpoint {
    let respond: MigratedHost.Respond

    func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      await respond(routed.request)
    }
  }
}

extension JSONValue {
  /// What the report of a migration counts of its first path.
  func count(_ kind: String) -> Int {
    guard case .array(let paths)? = self["paths"], case .number(let number)? = paths.first?["counts"]?[kind] else {
      return 0
    }
    return Int("\(number)") ?? 0
  }

  /// The differences in the report of a migration, in a line each, the newest first.
  var differences: [String] {
    guard case .array(let list)? = self["differences"] else { return [] }
    return list.map { entry in
      ["method", "path", "what", "pointer", "old", "new"].compactMap { entry[$0]?.text }.joined(separator: " ")
    }
  }
}

import Foundation
import Gateway
import Glibc
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// A gateway in front of a service elsewhere, which does as the script of a test says.
///
/// The tests of a suite run one after another: each takes up to 300 descriptors, of which a process may have 1,024.
final class GatewayScene: Sendable {
  /// What the gateway decided on a request.
  struct Decision: Sendable {
    let path: String
    /// Nil for a request that it refused.
    let operation: String?
    let values: [String]
  }

  /// The minutes of `./charter test --chaos`, which runs the long counts of these tests; nil in any other run.
  static let minutes = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"].flatMap(Double.init)

  let service: ScriptedServer
  let port: Int
  private let decided: Decisions

  private final class Decisions: Sendable { let list = Mutex<[Decision]>([]) }

  private init(_ service: ScriptedServer, _ port: Int, _ decided: Decisions) {
    (self.service, self.port, self.decided) = (service, port, decided)
  }

  var decisions: [Decision] { decided.list.withLock(\.self) }

  /// The requests that reached the service with this method and path.
  func requests(_ line: String) -> [String] { service.requests.filter { $0.hasPrefix(line + " ") } }

  /// How many connections to the service are open, as the service sees it.
  var connections: Int { service.connections - service.endedConnections }

  /// How many sockets the gateway has for its clients, those included whose client has closed.
  func clientCount() throws -> Int {
    let table = try #require(fopen("/proc/self/net/tcp", "r"))
    defer { fclose(table) }
    let local = "0100007F:" + String(format: "%04X", port)
    var line = [CChar](repeating: 0, count: 512)
    var count = 0
    while fgets(&line, Int32(line.count), table) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        separator: " ")
      // ESTABLISHED and CLOSE_WAIT.
      if words[1] == local, ["01", "08"].contains(words[3]) { count += 1 }
    }
    return count
  }

  /// A client of the gateway that has sent a text.
  func connect(sending text: String) throws -> RawClient {
    let client = try RawClient(port: port)
    client.send(text)
    return client
  }

  /// The response to a request that ends its connection.
  func ask(
    _ target: String = "/open/1", method: String = "GET", fields: String = "", body: String? = nil,
    host: String = "shop.example"
  ) throws -> Replies.Reply {
    let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
    let head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\(length)Connection: close\r\n\r\n"
    let came = try connect(sending: head + (body ?? "")).receive()
    try #require(came.replies.count == 1 && came.isSound && came.isClosed, "\(target) \(fields): \(came)")
    return came.replies[0]
  }

  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
  /// The header of the caller who may call the protected operations.
  static let key = "X-Api-Key: right\r\n"

  /// Responds to each request.
  static let answers: @Sendable (ScriptedServer.Peer) -> Void = { peer in
    while peer.request() != nil { peer.send(ok) }
  }

  /// Runs `body` with a gateway, as ``serving(_:_:)`` does.
  ///
  /// - Parameter onRequest: called on the gateway's loop, with the path of each request.
  static func run(
    _ script: @escaping @Sendable (ScriptedServer.Peer) -> Void = answers, environment: [String: String] = [:],
    onRequest: @escaping @Sendable (String) -> Void = { _ in }, _ body: (GatewayScene) async throws -> Void
  ) async throws {
    let (service, decided) = (try ScriptedServer(script), Decisions())
    defer { service.stop() }
    let host = try host(
      "gateway",
      ["SHOP_URL": service.origin, "CHARTER_UPSTREAM_CONNECTIONS": "\(GatewayQueueTests.slots)"].merging(environment) {
        $1
      },
      gateway: { routes in
        let handler = GatewayHandler(routes)
        return { request in
          onRequest(request.path)
          let disposition = handler.receive(&request)
          var decision = Decision(path: request.path, operation: nil, values: [])
          if case .route(let route, let values, _) = disposition {
            decision = Decision(path: request.path, operation: route.operation.id, values: values)
          }
          decided.list.withLock { $0.append(decision) }
          return disposition
        }
      })
    try await serving(host) { try await body(GatewayScene(service, $0, decided)) }
  }

  /// Runs `body` with the port of a host, on a thread of its own, which its clients may block: all tests share the others.
  static func serving(_ host: ServiceHost.Host, _ body: (_ port: Int) async throws -> Void) async throws {
    let thread = try Loop()
    defer { thread.stop() }
    let port = try await host.start { _ in }
    let result = await withTaskExecutorPreference(thread) { await Result { try await body(port) } }
    await host.stop(within: 0)
    try result.get()
  }

  static func host(
    _ placed: String, _ environment: [String: String], services: [any Service.Type] = [ShopElsewhere.self],
    gateway: @escaping ServiceHost.Host.MakeGateway = { GatewayHandler($0).receive }
  ) throws -> ServiceHost.Host {
    var settings = try Settings(
      arguments: ["--port", "0", "--only", placed], environment: environment.merging(["CHARTER_DRAIN": "0"]) { $1 },
      services: services)
    (settings.http.headTimeout, settings.http.bodyTimeout) = (hangGuard, hangGuard)
    (settings.http.idleTimeout, settings.http.writeTimeout) = (hangGuard, hangGuard)
    return try ServiceHost.Host(
      settings: settings, services: services, verifier: { _ in Keys() }, gateway: gateway, loops: 1,
      logger: Logger(level: .error, sink: { _ in }))
  }

  private struct Keys: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      guard case .apiKey("right") = credential else { return nil }
      return VerifiedIdentity(subject: "ada", scopes: [])
    }
  }
}

/// The service behind the gateway: `/open` is for everybody and `/closed` for callers with a key, each with up to three
/// parameters below it.
struct ShopElsewhere: Service {
  enum API: ServiceContract {
    static let name = "shop"
    static let version = "1"
    static let operations =
      (1...3).map { operation("GET", "open", $0) } + (1...3).map { operation("GET", "closed", $0, isClosed: true) } + [
        operation("POST", "orders", fields: ["x-tenant"], key: .optional), operation("POST", "effects"),
        operation("POST", "repeated", attempts: 2, key: .optional), operation("GET", "again", attempts: 2),
        operation("GET", "tenant", fields: ["x-tenant"], isClosed: true), operation("GET", "hold"),
        operation("POST", "brief", timeout: brief),
        operation("GET", "kept", cache: CachePolicy(maxAge: 3_600_000)),
      ]
    /// The time limit of `/brief`, in milliseconds.
    static let brief = 2_000

    private static let scheme = SecurityScheme(name: "key", kind: .apiKey(in: .header, name: "X-Api-Key"))

    static func operation(
      _ method: String, _ name: String, _ count: Int = 0, fields: [String] = [], timeout: Int = hangGuard,
      isClosed: Bool = false, attempts: Int = 1, key: OperationPolicy.KeyUse = .none, cache: CachePolicy? = nil
    ) -> OperationDescriptor {
      OperationDescriptor(
        service: Self.name, id: name, method: method,
        path: [.literal(name)] + (0..<count).map { .parameter("p\($0)") },
        body: method == "POST" ? .init(limit: 1_000) : nil, fields: fields, responses: .init([200], hasDefault: true),
        policy: .init(
          security: isClosed ? [SecurityRequirement(schemes: [(scheme, [])])] : [], cache: cache, timeout: timeout,
          attempts: attempts, idempotencyKey: key))
    }
  }

  let endpoint: any ServiceEndpoint = Nothing()

  init(_ resources: Resources) throws {}

  private struct Nothing: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 404)
    }
  }
}

import Foundation
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import Synchronization
import TestSockets
import Testing

/// The tokens that services of a host have for their own calls.
@Suite(.timeLimit(.minutes(10))) struct HostTokensTests {
  /// Two issuers of tokens, an API outside and a service of the platform, at one address.
  private final class Elsewhere: Sendable {
    private let received = Mutex<[HTTPRequest]>([])
    private let origin = Mutex("")

    func requests(_ path: String) -> [HTTPRequest] { received.withLock { $0.filter { $0.path == path } } }

    func begin(at origin: String) { self.origin.withLock { $0 = origin } }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
      received.withLock { $0.append(request) }
      let origin = origin.withLock(\.self)
      let realm = request.path.split(separator: "/").first.map(String.init) ?? ""
      switch request.path {
      case "/ours/.well-known/openid-configuration", "/theirs/.well-known/openid-configuration":
        return json([
          "issuer": .string("\(origin)/\(realm)"), "token_endpoint": .string("\(origin)/\(realm)/token"),
        ])
      case "/ours/token", "/theirs/token":
        return json(["access_token": .string(realm), "token_type": "Bearer", "expires_in": 900])
      case "/ring": return HTTPResponse(status: 200, body: Array((request.headers["authorization"] ?? "nobody").utf8))
      default: return HTTPResponse(status: 404)
      }
    }

    private func json(_ json: JSONValue) -> HTTPResponse {
      HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: json.json)
    }
  }

  private struct RatesClient: APIClient {
    static let service = "rates"
    let placement: Placement
    init(_ placement: Placement) { self.placement = placement }
  }

  private struct VaultClient: APIClient {
    static let service = "vault"
    let placement: Placement
    init(_ placement: Placement) { self.placement = placement }
  }

  private struct Vault: Service {
    enum API: ServiceContract {
      static let name = "vault"
      static let version = "1"
      static let operations = [TokenScene.Ring.descriptor]
    }

    let endpoint: any ServiceEndpoint = Nothing()
    init(_ resources: Resources) throws {}

    struct Nothing: ServiceEndpoint {
      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        HTTPResponse(status: 404)
      }
    }
  }

  /// Calls both, in a task and for callers.
  private struct Desk: Service {
    enum API: ServiceContract {
      static let name = "desk"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "desk", id: "look", method: "GET", path: [.literal("look")], responses: .init([200]))
      ]
    }

    static let tasks: [RepeatingTask<Self>] = [
      RepeatingTask("look", every: .seconds(3_600), within: .seconds(3_000)) { desk, call in
        desk.report(await desk.look.both(call))
      }
    ]

    struct Look: ServiceEndpoint {
      let rates: RatesClient
      let vault: VaultClient

      func both(_ call: Call) async -> String {
        "\(await ask(rates.placement, call)), \(await ask(vault.placement, call))"
      }

      private func ask(_ placement: Placement, _ call: Call) async -> String {
        do { return try await TokenScene.ring(placement, call) } catch { return "\(error)" }
      }

      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(await both(call).utf8))
      }
    }

    @TaskLocal static var report: @Sendable (String) -> Void = { _ in }
    private let report = Self.report
    private let look: Look
    var endpoint: any ServiceEndpoint { look }

    init(_ resources: Resources) throws {
      look = Look(rates: try resources.client(), vault: try resources.client())
    }
  }

  private static let keys = Base64(Array(repeating: 7, count: 32)).text

  /// Runs `body` with the port of a host of the desk; it returns what the host has logged.
  private func hosting(
    _ environment: [String: String], _ report: @escaping @Sendable (String) -> Void,
    _ body: (_ port: Int) async throws -> Void
  ) async throws -> String {
    let services: [any Service.Type] = [Desk.self, Vault.self]
    let log = SecurityServingTests.Log()
    let host = try ServiceHost.Host(
      settings: try Settings(
        arguments: ["--port", "0", "--only", "desk"], environment: environment, services: services),
      services: services, gateway: { _ in { _ in .answer(HTTPResponse(status: 404)) } }, loops: 1,
      logger: Logger(level: .debug, sink: log.write))
    let result = await Result {
      try await body(try await Desk.$report.withValue(report) { try await host.start { _ in } })
    }
    await host.stop(within: 0)
    try result.get()
    return log.text
  }

  @Test func `each API has a token of its own client, and the platform's is for what serves nobody`() async throws {
    let (elsewhere, loop) = (Elsewhere(), try Loop())
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: Logger(level: .error, sink: { _ in })
    ) { _ in .receive(limit: 65_536) { elsewhere.answer($0) } }
    await server.start()
    let origin = "http://127.0.0.1:\(server.port)"
    elsewhere.begin(at: origin)
    let file = NSTemporaryDirectory() + "charter-rates-\(UUID())"
    try Data("their-secret".utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let environment = [
      "CHARTER_DRAIN": "0", "CHARTER_CALLER_KEYS": Self.keys, "OIDC_ISSUER": origin + "/ours", "OIDC_AUDIENCE": "desk",
      "CHARTER_CLIENT_ID": "desk", "CHARTER_CLIENT_SECRET": "our-secret", "VAULT_URL": origin, "RATES_URL": origin,
      "RATES_ISSUER": origin + "/theirs", "RATES_CLIENT_ID": "customer", "RATES_CLIENT_SECRET_FILE": file,
    ]
    let (reports, source) = AsyncStream.makeStream(of: String.self)
    let result = await Result {
      try await hosting(environment, { source.yield($0) }) { port in
        #expect(await reports.first { _ in true } == "Bearer theirs, Bearer ours")
        let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: .patient)
        let response = try await client.send(HTTPRequest(method: "GET", path: "/look"), Desk.API.operations[0])
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.hasPrefix("Bearer theirs, The call needs credentials that it lacks"), "\(text)")
      }
    }
    await server.stop(within: 0)
    loop.stop()
    let log = try result.get()
    #expect(!log.contains("our-secret") && !log.contains("their-secret"), "\(log)")
    // The seal says which service calls, to the platform alone, and the token who is called for.
    #expect(elsewhere.requests("/ring").map { $0.headers["x-charter-caller"] != nil } == [false, true, false])
    for (path, pair) in [("/ours/token", "desk:our-secret"), ("/theirs/token", "customer:their-secret")] {
      let basic = "Basic " + Base64(Array(pair.utf8)).text
      #expect(elsewhere.requests(path).map { $0.headers["authorization"] } == [basic])
    }
  }

  @Test func `half a client of an API outside stops the start`() async throws {
    for (name, reason) in [
      ("RATES_CLIENT_ID", "set RATES_CLIENT_SECRET, or RATES_CLIENT_SECRET_FILE"),
      ("RATES_CLIENT_SECRET", "RATES_CLIENT_ID is missing"),
    ] {
      let environment = [
        "CHARTER_DRAIN": "0", "VAULT_URL": "http://127.0.0.1:1", "RATES_URL": "http://127.0.0.1:1", name: "hunter2",
      ]
      let error = await #expect(throws: ConfigurationError.self) {
        _ = try await hosting(environment, { _ in }) { _ in }
      }
      #expect(error?.description.contains(reason) == true && error?.description.contains("hunter2") == false)
    }
  }
}

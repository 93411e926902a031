import Foundation
import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import ServiceSecurity
import ServiceTesting
import Synchronization
import TestProcesses
import Testing

@testable import IdentityService

/// Services that call others for nobody, with tokens of the platform's own identity service.
@Suite(.timeLimit(.minutes(10))) struct OwnTokensTests {
  /// Lists the platform's users in a task, and for callers.
  private struct Clerk: Service {
    enum API: ServiceContract {
      static let name = "clerk"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "clerk", id: "look", method: "GET", path: [.literal("look")], responses: .init([200]))
      ]
    }

    static let tasks: [RepeatingTask<Self>] = [
      RepeatingTask("look", every: .milliseconds(1), within: .seconds(600)) { clerk, call in
        clerk.report(await Clerk.look(clerk.identity, call))
      }
    ]

    struct Look: ServiceEndpoint {
      let identity: IdentityClient

      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(await Clerk.look(identity, call).utf8))
      }
    }

    @TaskLocal static var report: @Sendable (String) -> Void = { _ in }
    private let report = Self.report
    private let identity: IdentityClient
    var endpoint: any ServiceEndpoint { Look(identity: identity) }

    init(_ resources: Resources) throws { identity = try resources.client() }

    private static func look(_ identity: IdentityClient, _ call: Call) async -> String {
      do {
        return "\(try await identity.listUsers(.init(), call).get().items.count) users"
      } catch {
        return "\(error)"
      }
    }
  }

  /// The verifier of the platform's hosts, which also knows an administrator.
  private struct Verifier: CredentialVerifier {
    let tokens: TokenVerifier

    init(_ resources: Resources) throws {
      let identity: IdentityClient = try resources.client()
      let call = Call(logger: resources.logger)
      let keys = IssuerKeys(clock: resources.clock) {
        var json = JSONReader(try await identity.verificationKeys(.init(), call).get().json)
        return try JSONValue.decode(&json).flatMap { JSONWebKey.set($0) } ?? []
      }
      let rules = TokenRules(issuer: resources.publicURL, audience: resources.publicURL, types: ["at+jwt"])
      let findClient: TokenVerifier.FindClient = { id, secret in
        guard let client = Uuid(id) else { return nil }
        let proof = ClientProof(clientID: client, clientSecret: secret)
        guard case .noContent = try await identity.verifyClient(.init(body: proof), call) else { return nil }
        return VerifiedIdentity(subject: id)
      }
      tokens = TokenVerifier(rules, keys: keys, clock: resources.clock, findClient: findClient)
    }

    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      if case .bearer("administrator") = credential { return VerifiedIdentity(subject: "admin", scopes: ["admin"]) }
      return try await tokens.verify(credential, for: scheme)
    }
  }

  /// A database of the identity service, one of events, and what the hosts on them log.
  private final class World: Sendable {
    let loop: Loop
    private let environment: [String: String]
    private let lines = Mutex("")

    init(_ loop: Loop, _ environment: [String: String]) { (self.loop, self.environment) = (loop, environment) }

    var log: String { lines.withLock(\.self) }

    /// Runs `body` beside a host.
    func hosting(
      _ placed: String, port: Int, _ more: [String: String], _ body: (HTTPClient) async throws -> Void
    ) async throws {
      let services: [any Service.Type] = [Identity.self, Clerk.self]
      let settings = try Settings(
        arguments: ["--port", String(port), "--only", placed], environment: environment.merging(more) { $1 },
        services: services)
      let logger = Logger(level: .info) { [self] line in
        lines.withLock { $0 += String(decoding: line, as: UTF8.self) }
      }
      let host = try ServiceHost.Host(
        settings: settings, services: services, verifier: { try Verifier($0) },
        gateway: { _ in { _ in .answer(HTTPResponse(status: 404)) } },
        transports: ["postgres": { url, loops, logger in PostgresLog(url, loops: loops, logger: logger) }], loops: 1,
        logger: logger)
      let result = await Result {
        _ = try await host.start { _ in }
        try await body(HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop]))
      }
      await host.stop(within: 0)
      try result.get()
    }

    /// Registers a client that may list users.
    func client(at transport: HTTPClient) async throws -> (id: String, secret: String) {
      let draft = ClientDraft(name: "Clerk", grants: [.clientCredentials], scopes: ["admin"])
      let call = Call(logger: Logger(level: .error)).acting(with: ["user": .bearer("administrator")])
      let new = try await IdentityClient(.remote(transport)).registerClient(.init(body: draft), call).get()
      return (new.client.id.description, try #require(new.clientSecret))
    }
  }

  private static func withWorld(_ body: (World) async throws -> Void) async throws {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    let names = [name, name + "_log"]
    defer { for name in names { try? Database.drop(server, name, roles: [name + "_owner", name + "_app"]) } }
    for name in names { try Database.provision(server, name: name, passwords: (owner: "o", app: "a")) }
    let loop = try Loop()
    defer { loop.stop() }
    try await body(
      World(
        loop,
        [
          "IDENTITY_DB_CONNECTION": try Database.address(server, database: name, user: name + "_app", password: "a"),
          "IDENTITY_DB_OWNER": try Database.address(server, database: name, user: name + "_owner", password: "o"),
          "EVENTS_URL": try Database.url(server, database: names[1], user: names[1] + "_owner", password: "o"),
          "CHARTER_DRAIN": "0", "CHARTER_CURSOR_KEYS": Base64(Array(repeating: 7, count: 32)).text,
        ]))
  }

  private static let keys = Base64(Array(repeating: 9, count: 32)).text

  @Test(arguments: [false, true])
  func `a task calls identity with a token of its own, here and elsewhere, and a caller gets none`(_ isElsewhere: Bool)
    async throws
  {
    let ports = try FreePorts.take(2)
    let (reports, source) = AsyncStream.makeStream(of: String.self)
    try await Self.withWorld { world in
      func check(_ client: (id: String, secret: String), _ placed: String, _ more: [String: String]) async throws {
        let own = more.merging(["CHARTER_CLIENT_ID": client.id, "CHARTER_CLIENT_SECRET": client.secret]) { $1 }
        try await Clerk.$report.withValue({ source.yield($0) }) {
          try await world.hosting(placed, port: ports[1], own) { transport in
            let first = await reports.first { _ in true }
            #expect(first == "0 users")
            let response = try await transport.send(HTTPRequest(method: "GET", path: "/look"), Clerk.API.operations[0])
            #expect(response.text.contains("The call needs credentials that it lacks"), "\(response.text)")
          }
        }
        #expect(!world.log.contains(client.secret) && !world.log.contains("no token"), "\(world.log)")
      }
      let keys = ["CHARTER_CALLER_KEYS": Self.keys]
      var found: (id: String, secret: String)?
      try await world.hosting("identity", port: ports[0], isElsewhere ? keys : [:]) { transport in
        let client = try await world.client(at: transport)
        found = client
        let origin = "http://127.0.0.1:\(ports[0])"
        let more = ["IDENTITY_URL": origin, "CHARTER_PUBLIC_URL": origin].merging(keys) { $1 }
        if isElsewhere { try await check(client, "clerk", more) }
      }
      if !isElsewhere { try await check(try #require(found), "identity,clerk", [:]) }
    }
  }

  @Test func `a client that identity does not know gets no token, and the log says what to do`() async throws {
    let port = try FreePorts.take()
    let (reports, source) = AsyncStream.makeStream(of: String.self)
    let secret = "cs_" + String(repeating: "a", count: 40)
    try await Self.withWorld { world in
      let client = ["CHARTER_CLIENT_ID": Uuid.test(1).description, "CHARTER_CLIENT_SECRET": secret]
      try await Clerk.$report.withValue({ source.yield($0) }) {
        try await world.hosting("identity,clerk", port: port, client) { _ in
          let first = await reports.first { _ in true } ?? ""
          #expect(first.contains("identity.listUsers: unreachable, it needs a token, and there is none"), "\(first)")
          #expect(first.contains("http://127.0.0.1:\(port)/api/identity/token answers with"), "\(first)")
        }
      }
      #expect(world.log.contains("no token") && !world.log.contains(secret), "\(world.log)")
    }
  }
}

import Gateway
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// Reliability C5: what a browser is told about pages of other origins.
@Suite(.timeLimit(.minutes(10))) struct CrossOriginTests {
  private func serving(_ origins: [String], _ body: @Sendable () async throws -> Void) async throws {
    let operation = OperationDescriptor(
      service: "shelf", id: "books", method: "POST", path: [.literal("books")],
      responses: .init([200], hasDefault: true))
    let routes = RouteHandler([
      ServiceRoute(operation) { _ in
        HTTPResponse(status: 200, headers: ["vary": "Accept", "access-control-allow-origin": "*"], body: [65])
      }
    ])
    let loop = try Loop()
    var settings = HTTPServerSettings()
    (settings.origins, settings.fields) = (origins, ["x-frame-options": "DENY"])
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: settings, logger: Logger(level: .error, sink: { _ in })
    ) { routes.receive($0) }
    await server.start()
    let result = await Result {
      try await LiveService.$current.withValue(LiveService(loop: loop, port: server.port)) { try await body() }
    }
    await server.stop(within: 1)
    loop.stop()
    try result.get()
  }

  private func ask(_ method: String, _ path: String, _ fields: String) throws -> Replies.Reply {
    let client = try RawClient()
    client.send("\(method) \(path) HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\(fields)\r\n")
    return try #require(client.receive { $0.contains("\r\n\r\n") }.replies.first)
  }

  private static let good = "https://shop.example"

  @Test func `a page of a listed origin may call, also where it is refused`() async throws {
    try await serving([Self.good, "http://localhost:3000"]) {
      for (method, path, status) in [("POST", "/books", 200), ("GET", "/books", 405), ("GET", "/nothing", 404)] {
        let reply = try ask(method, path, "origin: \(Self.good)\r\n")
        #expect(reply.status == status)
        #expect(reply.fields["access-control-allow-origin"] == [Self.good], "\(path)")
        #expect(reply.fields["access-control-allow-credentials"] == ["true"])
        #expect(reply.fields["access-control-expose-headers"]?.first?.contains("x-request-id") == true)
        #expect(reply.fields["vary"]?.contains("Origin") == true)
        #expect(reply.fields["x-frame-options"] == ["DENY"])
      }
    }
  }

  @Test func `a browser that asks first is told the path's methods and the headers it named`() async throws {
    try await serving([Self.good]) {
      let reply = try ask(
        "OPTIONS", "/books",
        "origin: \(Self.good)\r\naccess-control-request-method: POST\r\n"
          + "access-control-request-headers: authorization, idempotency-key\r\n")
      #expect(reply.status == 204 && reply.fields["access-control-allow-origin"] == [Self.good])
      #expect(reply.fields["access-control-allow-methods"] == ["OPTIONS, POST"])
      #expect(reply.fields["access-control-allow-headers"] == ["authorization, idempotency-key"])
      #expect(reply.fields["access-control-max-age"] == ["600"])
      let odd = try ask(
        "OPTIONS", "/books",
        "origin: \(Self.good)\r\naccess-control-request-method: POST\r\naccess-control-request-headers: a b\r\n")
      #expect(odd.status == 204 && odd.fields["access-control-allow-headers"] == nil)
    }
  }

  @Test func `no other origin is told anything, however much it looks like a listed one`() async throws {
    try await serving([Self.good, "http://localhost:3000"]) {
      let origins = [
        "null", "*", "https://evil.example", "https://shop.example.evil.com", "https://evil-shop.example",
        "https://evilshop.example", "http://shop.example", "https://shop.example:443", "https://shop.example:8443",
        "https://SHOP.example", "https://shop.example/", "https://shop.example.", "https://a.shop.example",
        "https://shop.example@evil.com", "https://shop.example https://evil.com",
        "https://shop.example,https://evil.com",
        "shop.example", "//shop.example", "https://", "https:/shop.example", "file://", "http://localhost",
        "http://localhost:30000", "http://localhost:3000.evil.com", "https://localhost:3000", "http://127.0.0.1:3000",
        "https://shop.example%00.evil.com", "https://shop.example\\.evil.com", "https://shop.example?",
        "https://shop.example#",
      ]
      for origin in origins {
        for (method, more) in [("POST", ""), ("OPTIONS", "access-control-request-method: POST\r\n")] {
          let reply = try ask(method, "/books", "origin: \(origin)\r\n\(more)")
          #expect(!reply.fields.keys.contains { $0.hasPrefix("access-control-") }, "\(method) \(origin)")
          #expect(reply.fields["vary"]?.contains("Origin") == true, "\(origin)")
        }
      }
      let two = try ask("POST", "/books", "origin: \(Self.good)\r\norigin: https://evil.example\r\n")
      #expect(two.fields["access-control-allow-origin"] == nil)
    }
  }

  @Test func `without listed origins nothing is added`() async throws {
    try await serving([]) {
      let reply = try ask("POST", "/books", "origin: \(Self.good)\r\n")
      #expect(reply.fields["access-control-allow-origin"] == ["*"] && reply.fields["vary"] == ["Accept"])
    }
  }
}

/// Contracts that declare OPTIONS themselves, at a gateway.
extension CrossOriginTests {
  private struct Shelf: Service {
    enum API: ServiceContract {
      static let name = "shelf"
      static let version = "1"
      static let operations = [
        operation("OPTIONS", "books", isClosed: true), operation("PUT", "books"), operation("DELETE", "books"),
        operation("POST", "pens"), operation("OPTIONS", "alone"),
      ]

      private static func operation(_ method: String, _ name: String, isClosed: Bool = false) -> OperationDescriptor {
        OperationDescriptor(
          service: Self.name, id: method + name, method: method, path: [.literal(name)],
          responses: .init([200], hasDefault: true),
          policy: .init(security: isClosed ? [requirement(Schemes.header)] : [], timeout: hangGuard))
      }
    }

    let endpoint: any ServiceEndpoint = Endpoint()

    init(_ resources: Resources) throws {}

    private struct Endpoint: ServiceEndpoint {
      func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        HTTPResponse(status: 200, body: Array("own".utf8))
      }
    }
  }

  private typealias Ask = (_ path: String, _ fields: HTTPFields) async throws -> HTTPResponse

  /// Runs `body` with what asks a gateway by OPTIONS.
  private func asking(_ environment: [String: String], _ body: (Ask) async throws -> Void) async throws {
    let services: [any Service.Type] = [Shelf.self]
    let host = try ServiceHost.Host(
      settings: try Settings(
        arguments: ["--port", "0"], environment: environment.merging(["CHARTER_DRAIN": "0"]) { $1 },
        services: services),
      services: services, verifier: { _ in SecretBook() }, gateway: { GatewayHandler($0).receive }, loops: 1,
      logger: Logger(level: .error, sink: { _ in }))
    let loop = try Loop()
    defer { loop.stop() }
    let port = try await host.start { _ in }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: .patient)
    let operation = OperationDescriptor(
      service: "test", id: "ask", method: "OPTIONS", path: [], responses: .init([], hasDefault: true),
      policy: .init(timeout: hangGuard))
    let result = await Result {
      try await body { path, fields in
        try await client.send(HTTPRequest(method: "OPTIONS", path: path, headers: fields), operation)
      }
    }
    await host.stop(within: 0)
    try result.get()
  }

  private static let first: HTTPFields = ["origin": good, "access-control-request-method": "PUT"]

  @Test func `a browser that asks first is answered by the gateway, also where a contract declares OPTIONS`()
    async throws
  {
    try await asking(["CHARTER_ORIGINS": Self.good]) { ask async throws in
      for (path, methods) in [
        ("/books", "DELETE, OPTIONS, PUT"), ("/pens", "OPTIONS, POST"), ("/alone", "OPTIONS"),
        ("/b%6foks", "DELETE, OPTIONS, PUT"),
      ] {
        let answer = try await ask(path, Self.first)
        #expect(answer.status == 204 && answer.headers["allow"] == methods, "\(path)")
        #expect(answer.headers["access-control-allow-methods"] == methods)
        #expect(answer.headers["access-control-allow-origin"] == Self.good)
        let other = try await ask(path, ["origin": "https://evil.example", "access-control-request-method": "PUT"])
        #expect(other.status == 204 && other.headers["allow"] == methods)
        #expect(!other.headers.list.contains { $0.name.hasPrefix("access-control-") })
      }
      #expect(try await ask("/nothing", Self.first).status == 404)
      // What is not asked first is the operation's.
      #expect(try await ask("/books", ["origin": Self.good]).status == 401)
      #expect(try await ask("/books", ["origin": Self.good, "x-key": "alice"]).body == Array("own".utf8))
      let plain = try await ask("/pens", [:])
      #expect(plain.status == 204 && plain.headers["allow"] == "OPTIONS, POST")
    }
  }

  @Test func `without listed origins it is the operation's to answer`() async throws {
    try await asking([:]) { ask async throws in
      #expect(try await ask("/alone", Self.first).body == Array("own".utf8))
      #expect(try await ask("/books", Self.first).status == 401)
      #expect(try await ask("/pens", Self.first).headers["allow"] == "OPTIONS, POST")
    }
  }
}

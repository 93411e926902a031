import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// The server and the internal client over real sockets.
@Suite struct ServerTests {
  private static let operation = OperationDescriptor(
    service: "echo", id: "echo", method: "POST", path: [.literal("echo")], body: .init(limit: 1_000),
    responses: .init([200], hasDefault: true), policy: .init(timeout: hangGuard))

  /// Serves `/echo` for as long as `body` runs.
  private func serving(_ body: @Sendable (HTTPServer, HTTPClient) async throws -> Void) async throws {
    let loops = [try Loop(index: 0), try Loop(index: 1)]
    let logger = Logger(level: .error, sink: { _ in })
    let routes = RouteHandler(
      [
        ServiceRoute(Self.operation) { routed in
          HTTPResponse(status: 200, headers: ["x-evil": "a\r\nb: c"], body: routed.request.body)
        }
      ])
    let server = try HTTPServer(
      loops: loops, address: "127.0.0.1", port: 0, settings: .patient, logger: logger
    ) { routes.receive($0) }
    await server.start()
    do {
      try await body(server, HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: loops, limits: .patient))
    } catch {
      await server.stop(within: 1)
      for loop in loops { loop.stop() }
      throw error
    }
    await server.stop(within: 1)
    for loop in loops { loop.stop() }
  }

  private func echo(_ body: [UInt8]) -> HTTPRequest { HTTPRequest(method: "POST", path: "/echo", body: body) }

  @Test func `a request is answered, and its connection used again`() async throws {
    try await serving { _, client in
      for count in [0, 1, 999] {
        let response = try await client.send(echo([UInt8](repeating: 65, count: count)), Self.operation)
        #expect(response.status == 200 && response.body.count == count)
        #expect(response.headers["x-request-id"] != nil)
      }
    }
  }

  @Test func `no value adds a header line`() async throws {
    try await serving { _, client in
      let response = try await client.send(echo([]), Self.operation)
      #expect(response.headers["x-evil"] == "ab: c" && response.headers["b"] == nil)
    }
  }

  @Test func `many requests at once are all answered`() async throws {
    try await serving { _, client in
      let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
        for size in 0..<200 {
          group.addTask { try await client.send(echo([UInt8](repeating: 1, count: size)), Self.operation).body.count }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(sizes == Set(0..<200))
    }
  }

  @Test func `too large a body is refused before it is read`() async throws {
    try await serving { _, client in
      let response = try await client.send(echo([UInt8](repeating: 65, count: 1_001)), Self.operation)
      #expect(response.status == 413)
      #expect(response.headers["content-type"] == "application/problem+json")
    }
  }

  @Test func `a wrong method, a wrong path and OPTIONS are told apart`() async throws {
    try await serving { _, client in
      let wrong = try await client.send(HTTPRequest(method: "GET", path: "/echo"), Self.operation)
      #expect(wrong.status == 405 && wrong.headers["allow"] == "OPTIONS, POST")
      #expect(try await client.send(HTTPRequest(method: "GET", path: "/none"), Self.operation).status == 404)
      let options = try await client.send(HTTPRequest(method: "OPTIONS", path: "/echo"), Self.operation)
      #expect(options.status == 204 && options.headers["allow"] == "OPTIONS, POST")
    }
  }

  @Test func `a service that is not there is unreachable`() async throws {
    let loop = try Loop()
    let client = try HTTPClient(origin: "http://127.0.0.1:1", loops: [loop], limits: .patient)
    await #expect(throws: ClientError.self) { try await client.send(echo([]), Self.operation) }
    loop.stop()
  }

  @Test(arguments: [
    "127.0.0.1:80", "http://", "https://", "http://a:b", "https://a/b", "ftp://a", "HTTPS://a", "http://a:70000",
  ])
  func `what is no origin is refused`(_ origin: String) {
    #expect(throws: ConfigurationError.self) { try HTTPClient(origin: origin, loops: []) }
  }
}

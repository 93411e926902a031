import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestSockets
import Testing

/// What a server holds of all its clients together, and how it lets them go.
@Suite(.timeLimit(.minutes(10))) struct ServerLimitTests {
  /// Keeps handlers at `/held` until it is opened.
  private final class Gate: Sendable {
    private let waiting = Mutex<(isOpen: Bool, handlers: [CheckedContinuation<Void, Never>])>((false, []))

    var count: Int { waiting.withLock { $0.handlers.count } }

    func pass() async {
      await withCheckedContinuation { continuation in
        let isOpen = waiting.withLock { waiting in
          if !waiting.isOpen { waiting.handlers.append(continuation) }
          return waiting.isOpen
        }
        if isOpen { continuation.resume() }
      }
    }

    func open() {
      let handlers = waiting.withLock { waiting in
        waiting.isOpen = true
        defer { waiting.handlers = [] }
        return waiting.handlers
      }
      for handler in handlers { handler.resume() }
    }
  }

  private static func operation(
    _ method: String, _ name: String, isStreamed: Bool = false
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: "limits", id: name, method: method, path: [.literal("api"), .literal(name), .parameter("email")],
      body: method == "POST" ? OperationDescriptor.RequestBody(isStreamed: isStreamed) : nil,
      responses: .init([200], hasDefault: true))
  }

  /// Serves `POST /api/echo/x`, which answers with the body's size, `POST /api/held/x`, which does once the gate is open,
  /// `GET /api/get/x`, and `GET /api/own/x`, whose answer has fields of its own.
  private func serving(
    loops count: Int = 1, bodies: Int = 134_217_728, log: AccessLog? = nil,
    _ body: @Sendable (HTTPServer, Gate) async throws -> Void
  ) async throws {
    let gate = Gate()
    let routes = RouteHandler([
      ServiceRoute(Self.operation("POST", "echo")) { size($0) },
      ServiceRoute(Self.operation("POST", "held")) {
        await gate.pass()
        return size($0)
      },
      ServiceRoute(Self.operation("POST", "stream", isStreamed: true)) { routed in
        var count = 0
        do {
          if let stream = routed.request.stream { for try await piece in stream { count += piece.count } }
          return HTTPResponse(status: 200, body: Array("\(count)".utf8))
        } catch {
          let problem = (error as? RequestFault)?.problem ?? ProblemDetails(500, "\(error)")
          return problem.response(instance: nil, requestID: nil)
        }
      },
      ServiceRoute(Self.operation("GET", "get")) { HTTPResponse(status: 200, body: Array($0.pathValues[0].utf8)) },
      ServiceRoute(Self.operation("GET", "own")) { _ in
        HTTPResponse(
          status: 200, headers: ["Cache-Control": "max-age=60", "x-content-type-options": "none"], body: [65])
      },
    ])
    let loops = try (0..<count).map { try Loop(index: $0) }
    var settings = HTTPServerSettings()
    settings.bodies = bodies
    let server = try HTTPServer(
      loops: loops, address: "127.0.0.1", port: 0, settings: settings, logger: Logger(level: .error, sink: { _ in }),
      accessLog: log
    ) { routes.receive($0) }
    await server.start()
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await LiveService.$current.withValue(LiveService(loop: loops[0], port: server.port)) {
          try await body(server, gate)
        })
    } catch {
      result = .failure(error)
    }
    gate.open()
    await server.stop(within: 1)
    for loop in loops { loop.stop() }
    try result.get()
  }

  private func post(_ name: String, _ length: Int, _ fields: String = "", sent: Int? = nil) -> String {
    "POST /api/\(name)/x HTTP/1.1\r\nhost: a\r\ncontent-length: \(length)\r\n\(fields)\r\n"
      + String(repeating: "a", count: sent ?? length)
  }

  private func answer(_ client: RawClient) -> Replies { client.receive { $0.contains("\r\n\r\n") } }

  private func refused(_ client: RawClient, _ comment: Comment? = nil) throws {
    let replies = client.receive { $0.hasSuffix("}") }
    let reply = try #require(replies.replies.first, "\(replies)")
    #expect(reply.status == 503 && reply.fields["retry-after"] == ["1"], comment)
    #expect(reply.fields["connection"] == ["close"], comment)
    #expect(reply.fields["content-type"] == ["application/problem+json"], comment)
  }

  // MARK: the budget of bodies

  @Test(arguments: [1, 2]) func `when bodies fill their budget the one that has come least is refused`(_ loops: Int)
    async throws
  {
    // Two bodies and the beginning of a third: each is held in no more than its whole length.
    try await serving(loops: loops, bodies: 125_000) { _, _ in
      let least = try RawClient()
      least.send(post("echo", 60_000, sent: 8_000))
      let others = try (0..<2).map { _ in try RawClient() }
      for other in others { other.send(post("echo", 60_000, sent: 59_000)) }
      try refused(least)
      for other in others {
        other.send(String(repeating: "a", count: 1_000))
        #expect(answer(other).replies.map(\.text) == ["60000"])
      }
      // All was given back, however often.
      for _ in 0..<5 {
        others[0].send(post("echo", 100_000))
        #expect(others[0].receive { $0.hasSuffix("100000") }.statuses.allSatisfy { $0 == 200 })
      }
    }
  }

  @Test func `a body that is handed over piece by piece takes no more of the budget than its buffers`() async throws {
    try await serving(bodies: 400_000) { _, _ in
      let client = try RawClient()
      client.send(post("stream", 1_000_000))
      #expect(answer(client).replies.map(\.text) == ["1000000"])
    }
  }

  @Test func `what handlers hold counts, decompressed, and new bodies are refused while nobody can give way`()
    async throws
  {
    try await serving(bodies: 61_000) { _, gate in
      let held = try RawClient()
      held.send(post("held", 60_000))
      while gate.count < 1 { await Task.yield() }
      let late = try RawClient()
      late.send(post("echo", 5_000, sent: 2_000))
      try refused(late, "one that is not whole gives way to one that is")
      let small = try RawClient()
      small.send(post("echo", 100))
      #expect(answer(small).replies.map(\.text) == ["100"], "a small one that came whole is not in the way")
      let gzip = try RawClient()
      let member = try #require(Data(base64Encoded: Self.gzip)).map(\.self)
      gzip.send(post("held", member.count, "content-encoding: gzip\r\n", sent: 0))
      Raw.send(gzip.descriptor, member)
      while gate.count < 2 { await Task.yield() }
      let refusedSmall = try RawClient()
      refusedSmall.send(post("echo", 100))
      try refused(refusedSmall, "what was decompressed counts")
      let reader = try RawClient()
      reader.send("GET /api/get/a HTTP/1.1\r\nhost: a\r\n\r\n")
      #expect(answer(reader).statuses == [200])
      gate.open()
      #expect(answer(held).replies.map(\.text) == ["60000"] && answer(gzip).replies.map(\.text) == ["40000"])
      let after = try RawClient()
      after.send(post("echo", 100))
      #expect(answer(after).statuses == [200])
    }
  }

  /// 40,000 times the letter A.
  private static let gzip =
    "H4sIAAAAAAACA+3BMQEAAADCoGzrX8rLFkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA3VbHDQUCcAAA="

  // MARK: connections

  @Test func `a thousand requests in one packet are all answered, in order`() async throws {
    try await serving { _, _ in
      let client = try RawClient()
      client.send((0..<1_000).map { "GET /api/get/n\($0) HTTP/1.1\r\nhost: a\r\n\r\n" }.joined())
      let replies = client.receive { $0.hasSuffix("n999") }
      #expect(replies.replies.map(\.text) == (0..<1_000).map { "n\($0)" })
    }
  }

  @Test func `before a stop every answer says that its connection ends, and idle ones stay open until then`()
    async throws
  {
    try await serving { server, _ in
      let clients = try (0..<3).map { _ in try RawClient() }
      func ask(_ client: RawClient) -> Replies {
        client.send("GET /api/get/a HTTP/1.1\r\nhost: a\r\n\r\n")
        return client.receive { $0.hasSuffix("\r\n\r\na") }
      }
      for client in clients { #expect(ask(client).replies.first?.fields["connection"] == nil) }
      await server.beginDraining()
      let told = clients[0].receiveAnother("GET /api/get/b HTTP/1.1\r\nhost: a\r\n\r\n")
      #expect(told.statuses == [200, 200] && told.replies.last?.fields["connection"] == ["close"] && told.isClosed)
      // Whoever connects now, or asked nothing so far, is served.
      #expect(ask(try RawClient()).replies.first?.fields["connection"] == ["close"])
      let idle = clients[1].receiveAnother("GET /api/none HTTP/1.1\r\nhost: a\r\n\r\n")
      #expect(idle.statuses == [200, 404] && idle.replies.last?.fields["connection"] == ["close"] && idle.isClosed)
      await server.stop(within: 1)
      #expect(clients[2].receive().isClosed)
    }
  }

  // MARK: what is said of an answer

  @Test func `an answer is neither stored nor taken for another type, unless it says so itself`() async throws {
    try await serving { _, _ in
      for (target, cache, options) in [
        ("/api/get/a", "no-store", "nosniff"), ("/none", "no-store", "nosniff"), ("/api/own/a", "max-age=60", "none"),
      ] {
        let client = try RawClient()
        client.send("GET \(target) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        let fields = try #require(client.receive().replies.first).fields
        #expect(fields["cache-control"] == [cache] && fields["x-content-type-options"] == [options])
      }
      let broken = try RawClient()
      broken.send("GET / HTTP/9\r\n\r\n")
      #expect(broken.receive().replies.first?.fields["cache-control"] == ["no-store"])
    }
  }

  @Test func `OPTIONS of the server, and of a path, say what there is`() async throws {
    try await serving { _, _ in
      for (target, allow) in [("*", "GET, HEAD, OPTIONS, POST"), ("/api/echo/a", "OPTIONS, POST")] {
        let client = try RawClient()
        client.send("OPTIONS \(target) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        let reply = try #require(client.receive().replies.first)
        #expect(reply.status == 204 && reply.fields["allow"] == [allow])
      }
    }
  }

  @Test func `the access log names operations, and nothing that a client put into a path`() async throws {
    let path = NSTemporaryDirectory() + "charter-access-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await serving(log: try AccessLog(path: path)) { _, _ in
      for target in [
        "/api/get/ada@example.com?q=ada@example.com", "/api/gte/ada@example.com", "/ada%40example.com/x",
        "/api/0171-5551234", "/api/echo/ada@example.com", "/robots.txt", "/api/a%00",
      ] {
        let client = try RawClient()
        client.send("GET \(target) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        #expect(client.receive().isClosed)
      }
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let objects = try lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    #expect(
      objects.map { $0["path"] as? String } == [
        "/api/get/{email}", "/api/gte/*", "/*/x", "/api/*", "/api/echo/*", "/robots.txt", "/api/*",
      ])
    #expect(objects[0]["operation"] as? String == "get" && objects[0]["service"] as? String == "limits")
    #expect(objects[1]["operation"] == nil && !lines.contains { $0.contains("example") || $0.contains("5551234") })
  }

  @Test func `of a field that is given twice neither is taken, and a list on several lines is one`() async throws {
    let routes: HTTPHandler = { _ in
      .answer(
        HTTPResponse(
          status: 200, headers: ["accept-ranges": "bytes", "etag": "\"b\"", "last-modified": "x"], body: [65, 66]))
    }
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error, sink: { _ in }), handler: routes)
    await server.start()
    try LiveService.$current.withValue(LiveService(loop: loop, port: server.port)) {
      for (fields, status) in [
        ("range: bytes=0-0\r\n", 206), ("range: bytes=0-0\r\nrange: bytes=1-1\r\n", 200),
        ("range: bytes=0-0\r\nif-range: \"b\"\r\nif-range: \"a\"\r\n", 200), ("if-modified-since: x\r\n", 304),
        ("if-modified-since: x\r\nif-modified-since: y\r\n", 200),
        ("if-none-match: \"a\"\r\nif-none-match: \"b\"\r\n", 304),
      ] {
        let client = try RawClient()
        client.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\(fields)\r\n")
        #expect(client.receive().statuses == [status], "\(fields)")
      }
    }
    await server.stop(within: 1)
    loop.stop()
  }

  @Test func `a server that stood still reads what has come before it closes who was silent`() async throws {
    var settings = HTTPServerSettings()
    settings.idleTimeout = 500
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: settings, logger: Logger(level: .error, sink: { _ in })
    ) { _ in .answer(HTTPResponse(status: 200, body: [65])) }
    await server.start()
    try await LiveService.$current.withValue(LiveService(loop: loop, port: server.port)) {
      let client = try RawClient()
      let request = "GET / HTTP/1.1\r\nhost: a\r\n\r\n"
      client.send(request)
      #expect(client.receive { $0.hasSuffix("A") }.statuses == [200])
      // The request comes in the first turn after the standstill, in which the timers are late.
      var ends: [Int32] = [-1, -1]
      pipe(&ends)
      defer { for end in ends { close(end) } }
      let (descriptor, signal, wake) = (client.descriptor, ends[0], ends[1])
      let ready = await Task(executorPreference: loop) {
        let ready = LoopEvent(loop, descriptor: signal, .read) {
          var byte: UInt8 = 0
          if read(signal, &byte, 1) == 1 { Raw.send(descriptor, bytes(request)) }
        }
        ready.add()
        var byte: UInt8 = 1
        write(wake, &byte, 1)
        usleep(1_600_000)
        return ready
      }.value
      #expect(client.receive { $0.contains("A") && $0.hasSuffix("A") && $0.count > 200 }.statuses == [200, 200])
      withExtendedLifetime(ready) {}
    }
    await server.stop(within: 1)
    loop.stop()
  }
}

private func size(_ routed: RoutedRequest) -> HTTPResponse {
  HTTPResponse(status: 200, body: Array("\(routed.request.body.count)".utf8))
}

extension RawClient {
  /// Sends another request, and reads until the server closes.
  fileprivate func receiveAnother(_ text: String) -> Replies {
    send(text)
    return receive()
  }
}

import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// What a server does beside whole requests and answers: streams, deadlines, clients that go, ranges, compression.
@Suite struct StreamTests {
  private static let operation = OperationDescriptor(
    service: "test", id: "test", method: "GET", path: [], responses: .init([200], hasDefault: true),
    policy: .init(timeout: hangGuard))

  /// Serves requests by `handler` for as long as `body` runs.
  private func serving(
    _ settings: HTTPServerSettings = .patient, _ handler: @escaping HTTPHandler,
    _ body: @Sendable (HTTPServer, HTTPClient) async throws -> Void
  ) async throws {
    let loop = try Loop()
    let logger = Logger(level: .error, sink: { _ in })
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: settings, logger: logger, handler: handler)
    await server.start()
    var failure: (any Error)?
    do {
      try await body(server, HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: [loop], limits: .patient))
    } catch {
      failure = error
    }
    await server.stop(within: 1)
    loop.stop()
    if let failure { throw failure }
  }

  /// A body of so many pieces of 64 KiB; `made` counts those that were asked for.
  private static func pieces(_ count: Int, length: Int? = nil, _ made: Counter = Counter()) -> ByteStream {
    ByteStream(length: length) {
      let number = made.next()
      return number < count ? [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 65_536) : nil
    }
  }

  /// Waits until its task is cancelled: nothing else is waited for.
  private static func untilCancelled() async throws { try await Task.sleep(for: .milliseconds(hangGuard)) }

  private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func next() -> Int {
      count.withLock { value in
        value += 1
        return value - 1
      }
    }
  }

  @Test(arguments: [nil, 400 * 65_536])
  func `a body goes there and back piece by piece`(_ length: Int?) async throws {
    try await serving { _ in
      .receive(limit: .max, isStreamed: true) { HTTPResponse(status: 200, stream: $0.stream) }
    } _: { _, client in
      let request = HTTPRequest(method: "POST", path: "/", stream: Self.pieces(400, length: length))
      let response = try await client.forward(request, Self.operation)
      var count = 0
      for try await piece in try #require(response.stream) {
        #expect(piece.count <= 65_536)
        count += piece.count
      }
      #expect(count == 400 * 65_536)
      // The connection can be used again.
      let after = try await client.send(HTTPRequest(method: "POST", path: "/"), Self.operation)
      #expect(after.status == 200)
    }
  }

  @Test func `who does not read gets no more than fits the buffers`() async throws {
    let made = Counter()
    try await serving { _ in
      .answer(HTTPResponse(status: 404))
    } _: { _, _ in
    }
    try await serving { _ in
      .receive(limit: 0) { request in
        request.path == "/count"
          ? HTTPResponse(status: 200) : HTTPResponse(status: 200, stream: Self.pieces(4_000, made))
      }
    } _: { server, client in
      let response = try await client.forward(HTTPRequest(method: "GET", path: "/"), Self.operation)
      // Two more requests on the same loop: whatever the stream could do meanwhile is done.
      for _ in 0..<50 { _ = try await client.send(HTTPRequest(method: "GET", path: "/count"), Self.operation) }
      let ahead = made.value
      // The system's own buffers take some megabytes; the whole would be 262 MB.
      #expect(ahead < 400)
      var count = 0
      for try await piece in try #require(response.stream) { count += piece.count }
      #expect(count == 4_000 * 65_536)
      #expect(server.port > 0)
    }
  }

  @Test func `an answer that stops short is not taken for whole`() async throws {
    try await serving { _ in
      .receive(limit: 0) { _ in
        let made = Counter()
        return HTTPResponse(
          status: 200,
          stream: ByteStream {
            guard made.next() < 3 else { throw CancellationError() }
            return [UInt8](repeating: 1, count: 65_536)
          })
      }
    } _: { _, client in
      let response = try await client.forward(HTTPRequest(method: "GET", path: "/"), Self.operation)
      let stream = try #require(response.stream)
      await #expect(throws: (any Error).self) { for try await _ in stream {} }
    }
  }

  @Test func `an answer that takes too long is a 504, and its handler is told to stop`() async throws {
    let wasCancelled = Counter()
    try await serving { _ in
      .receive(limit: 0, timeout: 100) { _ in
        let left = Deadline.current?.left ?? -1
        do { try await Self.untilCancelled() } catch { _ = wasCancelled.next() }
        return HTTPResponse(status: 200, headers: ["x-left": String(left)])
      }
    } _: { _, client in
      let response = try await client.send(HTTPRequest(method: "GET", path: "/"), Self.operation)
      #expect(response.status == 504 && response.headers["content-type"] == "application/problem+json")
    }
    #expect(wasCancelled.value == 1)
  }

  @Test func `a client that goes away stops its handler`() async throws {
    let (cancelled, continuation) = AsyncStream<Void>.makeStream()
    try await serving { _ in
      .receive(limit: 0) { _ in
        do { try await Self.untilCancelled() } catch { continuation.finish() }
        return HTTPResponse(status: 200)
      }
    } _: { server, client in
      let asking = Task { try await client.send(HTTPRequest(method: "GET", path: "/"), Self.operation) }
      while await server.connectionCount == 0 { await Task.yield() }
      asking.cancel()
      for await _ in cancelled {}
      await #expect(throws: (any Error).self) { try await asking.value }
      while await server.connectionCount > 0 { await Task.yield() }
    }
  }

  @Test(arguments: [
    ("bytes=0-3", 206, "bytes 0-3/10", "0123"), ("bytes=4-", 206, "bytes 4-9/10", "456789"),
    ("bytes=-2", 206, "bytes 8-9/10", "89"), ("bytes=9-99", 206, "bytes 9-9/10", "9"),
    ("bytes=0-9223372036854775807", 206, "bytes 0-9/10", "0123456789"), ("bytes=10-", 416, "bytes */10", ""),
    ("bytes=99999999999999999999-", 416, "bytes */10", ""), ("bytes=3-1", 200, nil, "0123456789"),
    ("bytes=a-b", 200, nil, "0123456789"), ("lines=1-2", 200, nil, "0123456789"), ("bytes=-", 200, nil, "0123456789"),
    ("bytes=0-1,3-4", 200, nil, "0123456789"),
  ])
  func `a part of a body is given where its maker allows it`(
    _ range: String, _ status: Int, _ shown: String?, _ body: String
  ) async throws {
    try await serving { _ in
      .answer(HTTPResponse(status: 200, headers: ["accept-ranges": "bytes"], body: Array("0123456789".utf8)))
    } _: { _, client in
      let response = try await client.send(
        HTTPRequest(method: "GET", path: "/", headers: ["range": range]), Self.operation)
      #expect(response.status == status && response.headers["content-range"] == shown)
      #expect(String(decoding: response.body, as: UTF8.self) == body)
    }
  }

  @Test func `what has not changed is not sent again`() async throws {
    try await serving { _ in
      .answer(HTTPResponse(status: 200, headers: ["etag": "\"a\""], body: [65]))
    } _: { _, client in
      for (tags, status) in [("\"a\"", 304), ("W/\"a\"", 304), ("\"b\", \"a\"", 304), ("*", 304), ("\"b\"", 200)] {
        let request = HTTPRequest(method: "GET", path: "/", headers: ["if-none-match": tags])
        let response = try await client.send(request, Self.operation)
        #expect(response.status == status && response.body.isEmpty == (status == 304), "\(tags)")
      }
    }
  }

  @Test func `large texts are compressed for those who read gzip, and gzip is read up to a limit`() async throws {
    let text = Array(String(repeating: "a word, ", count: 1_000).utf8)
    let routes = RouteHandler([
      ServiceRoute(
        OperationDescriptor(
          service: "test", id: "echo", method: "POST", path: [.literal("echo")], body: .init(limit: 20_000),
          responses: .init([200], hasDefault: true))
      ) { HTTPResponse(status: 200, headers: ["content-type": "text/plain"], body: $0.request.body) }
    ])
    try await serving {
      routes.receive($0)
    } _: { _, client in
      func send(_ headers: HTTPFields, _ body: [UInt8]) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(method: "POST", path: "/echo", headers: headers, body: body), Self.operation)
      }
      let packed = try await send(["accept-encoding": "br, gzip;q=0.5"], text)
      #expect(packed.headers["content-encoding"] == "gzip" && packed.headers["vary"] == "accept-encoding")
      #expect(packed.body.count < text.count / 10)
      let unpacked = try await send(["content-encoding": "gzip"], packed.body)
      #expect(unpacked.status == 200 && unpacked.body == text && unpacked.headers["content-encoding"] == nil)
      #expect(try await send(["accept-encoding": "gzip;q=0"], text).headers["content-encoding"] == nil)
      #expect(try await send(["content-encoding": "gzip"], Array(packed.body.dropLast(3))).status == 400)
      #expect(try await send(["content-encoding": "gzip"], packed.body + [0]).status == 400)
      #expect(try await send(["content-encoding": "gzip, gzip"], packed.body).status == 415)
      #expect(try await send(["content-encoding": "br"], packed.body).status == 415)
      let bomb = try await send(
        ["accept-encoding": "gzip"], [UInt8](repeating: 0x20, count: 19_999))
      #expect(try await send(["content-encoding": "gzip"], bomb.body).status == 200)
    }
  }

  @Test func `a silent event stream is kept alive`() async throws {
    var settings = HTTPServerSettings.patient
    settings.heartbeat = 20
    try await serving(settings) { _ in
      .receive(limit: 0) { _ in
        let made = Counter()
        return HTTPResponse(
          status: 200, headers: ["content-type": "text/event-stream"],
          stream: ByteStream {
            if made.next() == 0 { return Array("data: 1\n\n".utf8) }
            try await Self.untilCancelled()
            return nil
          })
      }
    } _: { _, client in
      let response = try await client.forward(HTTPRequest(method: "GET", path: "/"), Self.operation)
      var text = ""
      for try await piece in try #require(response.stream) {
        text += String(decoding: piece, as: UTF8.self)
        if text.contains("\n\n:\n\n:\n\n") { break }
      }
      #expect(text.hasPrefix("data: 1\n\n:\n\n"))
    }
  }

  @Test func `a server that stops ends its event streams at once, and whole`() async throws {
    try await serving { _ in
      .receive(limit: 0) { _ in
        let made = Counter()
        return HTTPResponse(
          status: 200, headers: ["content-type": "text/event-stream"],
          stream: ByteStream {
            if made.next() == 0 { return Array("data: 1\n\n".utf8) }
            try await Self.untilCancelled()
            return nil
          })
      }
    } _: { server, client in
      let response = try await client.forward(HTTPRequest(method: "GET", path: "/"), Self.operation)
      var (text, isStopped) = ("", false)
      for try await piece in try #require(response.stream) {
        text += String(decoding: piece, as: UTF8.self)
        // Far longer than a test may take: only its own end ends it in time.
        if !isStopped { Task { await server.stop(within: 600) } }
        isStopped = true
      }
      // On a loaded machine what keeps the stream alive may come before the end.
      #expect(text.replacing(":\n\n", with: "") == "data: 1\n\n")
    }
  }

  @Test func `an event is not cut by what keeps its stream alive`() async throws {
    var settings = HTTPServerSettings.patient
    settings.heartbeat = 20
    let gate = AsyncStream<Void>.makeStream()
    try await serving(settings) { _ in
      .receive(limit: 0) { _ in
        let made = Counter()
        return HTTPResponse(
          status: 200, headers: ["content-type": "text/event-stream"],
          stream: ByteStream {
            switch made.next() {
            case 0: return Array("data: a\n\n".utf8)
            case 1:
              // Once silence was filled, the next event comes in two pieces.
              for await _ in gate.stream { break }
              return Array("data: b".utf8)
            case 2:
              try await Task.sleep(for: .milliseconds(100))
              return Array("c\n\n".utf8)
            default: return nil
            }
          })
      }
    } _: { _, client in
      let response = try await client.forward(HTTPRequest(method: "GET", path: "/"), Self.operation)
      var text = ""
      for try await piece in try #require(response.stream) {
        text += String(decoding: piece, as: UTF8.self)
        // What comes before it is read is one piece.
        if text.contains("data: a\n\n:\n\n") { gate.continuation.yield() }
      }
      #expect(text.hasPrefix("data: a\n\n:\n\n") && text.contains("data: bc\n\n"))
    }
  }
}

import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// What the tests of WebSockets have in common. No frames are sent: what passes them through does not read them.
enum WebSocketText {
  static let key = "dGhlIHNhbXBsZSBub25jZQ=="

  /// A handshake.
  static func handshake(
    _ path: String = "/chat", key: String? = key, version: String? = "13", connection: String = "keep-alive, Upgrade",
    upgrade: String = "WebSocket", http: String = "1.1", fields: String = ""
  ) -> String {
    "GET \(path) HTTP/\(http)\r\nHost: a\r\nConnection: \(connection)\r\nUpgrade: \(upgrade)\r\n"
      + (key.map { "Sec-WebSocket-Key: \($0)\r\n" } ?? "")
      + (version.map { "Sec-WebSocket-Version: \($0)\r\n" } ?? "") + fields + "\r\n"
  }

  static let switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"

  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
}

extension ScriptedServer.Peer {
  /// Sends back what comes, until the client ends; how many bytes that were.
  @discardableResult func echo() -> Int {
    var count = 0
    while let more = Raw.receive(descriptor), !more.isEmpty {
      count += more.count
      Raw.send(descriptor, more)
    }
    return count
  }

  /// Reads what comes, until the client ends; how many bytes that were.
  func count() -> Int {
    var count = 0
    while let more = Raw.receive(descriptor), !more.isEmpty { count += more.count }
    return count
  }
}

extension RawClient {
  /// Sends a handshake, and reads until the head of the response has come; what came, behind the head.
  func open(_ handshake: String = WebSocketText.handshake(), _ behind: String = "") throws -> [UInt8] {
    send(handshake + behind)
    var received: [UInt8] = []
    while let more = Raw.receive(descriptor), !more.isEmpty {
      received += more
      let end = received.indices.first { received[$0...].starts(with: bytes("\r\n\r\n")) }
      guard let end else { continue }
      let head = String(decoding: received[..<end], as: UTF8.self)
      try #require(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"), "\(head)")
      #expect(
        head.lowercased().contains("\r\nconnection: upgrade") && head.lowercased().contains("\r\nupgrade: websocket"))
      return Array(received[(end + 4)...])
    }
    Issue.record("no response came")
    return []
  }

  /// Reads until so many bytes have come, or the end has.
  func read(_ count: Int) -> [UInt8] {
    var received: [UInt8] = []
    while received.count < count, let more = Raw.receive(descriptor), !more.isEmpty { received += more }
    return received
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}

/// A server that passes WebSockets through to a service, without the rest of a gateway.
struct TunnelScene: Sendable {
  let loop: Loop
  let server: HTTPServer
  let service: ScriptedServer

  func connect() throws -> RawClient { try RawClient(port: server.port) }

  /// Serves `/chat`, which may upgrade, and `/plain`, which does not, by a service that does as `script` says. `body` runs
  /// on a thread of its own, which its clients may block.
  static func run(
    settings: HTTPServerSettings = .patient, limits: HTTPClient.Limits = .patient, attempts: Int = 1,
    _ script: @escaping @Sendable (ScriptedServer.Peer) -> Void, _ body: (TunnelScene) async throws -> Void
  ) async throws {
    let (loop, thread, service) = (try Loop(), try Loop(), try ScriptedServer(script))
    defer { thread.stop() }
    let client = try Upstream(
      "chat", at: [service.origin], loops: [loop], limits: limits, sleep: { try await loop.sleep(milliseconds: $0) })
    let chat = OperationDescriptor(
      service: "chat", id: "chat", method: "GET", path: [.literal("chat")], responses: .init([101], hasDefault: true),
      policy: .init(timeout: hangGuard, attempts: attempts))
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: settings, logger: Logger(level: .error, sink: { _ in })
    ) { _ in
      .receive(limit: 1_000, timeout: hangGuard) { request in await pass(request, to: client, chat) }
    }
    await server.start()
    let scene = TunnelScene(loop: loop, server: server, service: service)
    let result = await withTaskExecutorPreference(thread) { await Result { try await body(scene) } }
    await server.stop(within: 1)
    service.stop()
    loop.stop()
    try result.get()
  }

  private static func pass(
    _ request: HTTPRequest, to client: Upstream, _ operation: OperationDescriptor
  ) async -> HTTPResponse {
    do {
      return request.path == "/chat"
        ? try await client.upgrade(request, operation) : try await client.forward(request, operation)
    } catch {
      let problem = (error as? any ProblemConvertible)?.problem ?? ProblemDetails(500, "\(error)")
      return problem.response(instance: nil, requestID: nil)
    }
  }
}

/// Something that a thread tells a test once.
struct Signal<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func give(_ value: Value) { continuation.yield(value) }

  func take() async -> Value? { await stream.first { _ in true } }
}

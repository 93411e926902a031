import ServiceClient
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets

/// How often something happened.
final class ClientCounter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }
  @discardableResult func next() -> Int {
    count.withLock { value in
      value += 1
      return value - 1
    }
  }
}

/// What the suites of the client have in common.
protocol ClientSuite {}

extension ClientSuite {
  static func operation(
    _ method: String = "GET", timeout: Int = hangGuard, key: OperationPolicy.KeyUse = .none
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: "test", id: "test", method: method, path: [], responses: .init([200], hasDefault: true),
      policy: .init(timeout: timeout, idempotencyKey: key))
  }

  static var ok: String { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" }

  static func get(_ path: String = "/") -> HTTPRequest { HTTPRequest(method: "GET", path: path) }

  static func post(_ headers: HTTPFields = [:]) -> HTTPRequest {
    HTTPRequest(method: "POST", path: "/", headers: headers, body: [65])
  }

  /// Options whose timeouts end only a test that hangs.
  static func patient() -> CurlTransport.Options {
    var options = CurlTransport.Options()
    (options.connectTimeout, options.answerTimeout) = (hangGuard, hangGuard)
    return options
  }

  /// Retries without pauses that a test would notice.
  static func quick(_ count: Int = 2) -> CurlTransport.Options {
    var options = patient()
    options.retries.count = count
    options.retries.firstDelay = 2
    return options
  }

  /// Runs `body` with a client of a server that does as `script` says.
  func scripted(
    _ options: CurlTransport.Options = quick(), _ script: @escaping @Sendable (ScriptedServer.Peer) -> Void,
    _ body: (ScriptedServer, CurlTransport) async throws -> Void
  ) async throws {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    try await body(server, CurlTransport(origin: server.origin, options: options))
  }

  func answering(
    _ text: String, _ options: CurlTransport.Options = quick(),
    _ body: (ScriptedServer, CurlTransport) async throws -> Void
  ) async throws {
    try await scripted(options, { peer in while peer.request() != nil { peer.send(text) } }, body)
  }

  /// Runs `body` beside a server of ours.
  func serving(
    _ handler: @escaping HTTPHandler, _ body: @Sendable (HTTPServer) async throws -> Void
  ) async throws {
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: Logger(level: .error, sink: { _ in }),
      handler: handler)
    await server.start()
    var failure: (any Error)?
    do { try await body(server) } catch { failure = error }
    await server.stop(within: 1)
    loop.stop()
    if let failure { throw failure }
  }

  static func client(_ server: HTTPServer) throws -> CurlTransport {
    try CurlTransport(origin: "http://127.0.0.1:\(server.port)", options: patient())
  }

  static func pieces(_ count: Int, length: Int? = nil, _ made: ClientCounter = ClientCounter()) -> ByteStream {
    ByteStream(length: length) {
      let number = made.next()
      return number < count ? [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 65_536) : nil
    }
  }

  static func untilCancelled() async throws { try await Task.sleep(for: .milliseconds(hangGuard)) }

  /// How a request failed: `unreachable`, `timedOut` or `cancelled`, with the reason.
  func outcome(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "none"
    } catch ClientError.unreachable(_, let reason) {
      return "unreachable: \(reason)"
    } catch ClientError.timedOut {
      return "timed out"
    } catch is CancellationError {
      return "cancelled"
    } catch {
      return "\(error)"
    }
  }
}

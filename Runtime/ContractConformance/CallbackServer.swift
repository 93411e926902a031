import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization

/// Receives the callbacks of a server on this machine, and answers each with 204.
public final class CallbackServer: CallbackReceiver {
  private let loop: Loop
  private let server: HTTPServer
  private let requests: Requests

  private final class Requests: Sendable {
    private let list = Mutex<[HTTPRequest]>([])

    func add(_ request: HTTPRequest) { list.withLock { $0.append(request) } }

    func take() -> [HTTPRequest] {
      list.withLock { list in
        defer { list = [] }
        return list
      }
    }
  }

  /// - Throws: ``SystemError`` when no port can be bound.
  public init() async throws {
    let (loop, requests) = (try Loop(), Requests())
    server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error)) { _ in
      .receive(limit: 1_048_576) { request in
        requests.add(request)
        return HTTPResponse(status: 204)
      }
    }
    (self.loop, self.requests) = (loop, requests)
    await server.start()
  }

  public var origin: String { "http://127.0.0.1:\(server.port)" }

  public func received(within duration: Duration) async -> [HTTPRequest] {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
      let found = requests.take()
      if !found.isEmpty { return found }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return requests.take()
  }

  public func stop() async {
    await server.stop(within: 1)
    loop.stop()
  }
}

import ContractConformance
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization

/// Receives the callbacks of a server on this machine.
final class LocalReceiver: CallbackReceiver {
  private let loop: Loop
  private let server: HTTPServer
  private let requests: Requests

  private final class Requests: Sendable {
    private let list = Mutex<[HTTPRequest]>([])

    func add(_ request: HTTPRequest) { list.withLock { $0.append(request) } }
    func take() -> [HTTPRequest] {
      list.withLock { list in
        defer { list = [] }; return list
      }
    }
  }

  /// - Throws: ``SystemError`` when no port can be bound.
  init() throws {
    let (loop, requests) = (try Loop(), Requests())
    server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Logger { _ in }) { _ in
      .receive(limit: 1_048_576) { request in
        requests.add(request)
        return HTTPResponse(status: 204)
      }
    }
    (self.loop, self.requests) = (loop, requests)
  }

  var origin: String { "http://127.0.0.1:\(server.port)" }

  func received(within duration: Duration) async -> [HTTPRequest] {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
      let found = requests.take()
      if !found.isEmpty { return found }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return requests.take()
  }

  func start() async { await server.start() }

  func stop() { loop.stop() }
}

import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets

/// A server behind the gateway that records the requests it has read whole.
struct ChainEnd: Sendable {
  let name: String
  let port: Int
  /// Ends it.
  ///
  /// - Returns: what it was sent, and what it took for no request.
  let finish: @Sendable () async throws -> (seen: [SeenRequest], refused: [String])

  /// The first segment of the paths that lead to it; nil for one that operations of a contract lead to.
  var prefix: String? { name == Self.hosted ? nil : name }

  static let hosted = "our service"

  /// One that reads strictly and says what it would not take.
  static func recorder() throws -> ChainEnd {
    let log = Log()
    let server = try ScriptedServer { peer in
      Raw.set(peer.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
      var reader = StrictReader()
      while reader.refusal == nil, let bytes = Raw.receive(peer.descriptor), !bytes.isEmpty {
        for request in reader.read(bytes) {
          log.add(request)
          let body = "seen " + request.target
          peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
          if request.method != "HEAD" { peer.send(body) }
        }
      }
      if let refusal = reader.refusal { log.refuse(refusal) }
    }
    return ChainEnd(name: "recorder", port: server.port) {
      server.stop()
      return log.content
    }
  }

  /// Our own server.
  static func service() async throws -> ChainEnd {
    let (log, loop) = (Log(), try Loop())
    let logger = Logger(level: .error, sink: { _ in })
    let server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: logger) { _ in
      .receive(limit: 1 << 20) { request in
        let target = request.path + (request.query.map { "?" + $0 } ?? "")
        log.add(SeenRequest(method: request.method, target: target, body: request.body))
        return HTTPResponse(status: 200, headers: ["content-type": "text/plain"], body: Array("seen \(target)".utf8))
      }
    }
    await server.start()
    return ChainEnd(name: hosted, port: server.port) {
      await server.stop(within: 1)
      loop.stop()
      return log.content
    }
  }

  /// A server of another project.
  static func peer(_ peer: PeerServer) async throws -> ChainEnd {
    let running = try await peer.start(next: FreePorts.take())
    return ChainEnd(name: peer.name, port: running.port) {
      let wasRunning = running.process.isRunning
      running.process.send(SIGTERM)
      await running.process.end()
      let seen = try running.requests()
      let failure = running.failure
      await running.stop()
      if !wasRunning { throw failure }
      return (seen, [])
    }
  }

  private final class Log: Sendable {
    private let seen = Mutex<[SeenRequest]>([])
    private let refused = Mutex<[String]>([])

    func add(_ request: SeenRequest) { seen.withLock { $0.append(request) } }
    func refuse(_ reason: String) { refused.withLock { $0.append(reason) } }
    var content: (seen: [SeenRequest], refused: [String]) { (seen.withLock { $0 }, refused.withLock { $0 }) }
  }
}

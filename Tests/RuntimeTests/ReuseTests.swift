import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// A server that closes a connection just when it is used again: nothing hangs, and nothing is done twice that must not.
@Suite(.timeLimit(.minutes(10))) struct ReuseTests {
  /// Counts the requests that came, by their paths, and treats each connection as it is told to.
  private final class CountingServer: Sendable {
    let port: Int
    private let listener: Int32
    private let executions = Mutex<[String: Int]>([:])

    var counts: [String: Int] { executions.withLock { $0 } }

    init() throws { (listener, port) = try Raw.listen() }

    /// Answers one request a connection, says that the connection goes on, and closes it.
    func closeEach() {
      serve { [self] client in
        guard let words = request(client) else { return }
        count(words)
        answer(client)
      }
    }

    /// Answers GET; reads another request, counts it, and resets the connection.
    func resetWrites() {
      serve { [self] client in
        while let words = request(client) {
          guard words[0] == "GET" else {
            count(words)
            // Closed with nothing left to send, it is reset.
            return Raw.set(client, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
          }
          answer(client)
        }
      }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ treat: @escaping @Sendable (Int32) -> Void) {
      Thread.detachNewThread { [self] in
        while case let client = accept(listener, nil, nil), client >= 0 {
          treat(client)
          close(client)
        }
      }
    }

    /// The words of a request; nil when none comes.
    private func request(_ client: Int32) -> [Substring]? {
      guard let bytes = Raw.receive(client) else { return nil }
      let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      return words.count > 1 ? words : nil
    }

    private func count(_ words: [Substring]) { executions.withLock { $0[String(words[1]), default: 0] += 1 } }

    private func answer(_ client: Int32) {
      Raw.send(client, Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8))
    }
  }

  /// More of it in a run of `./charter test --chaos`.
  private static let isChaos = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] != nil

  @Test(arguments: ["GET", "POST"])
  func `a connection that ends as it is used again costs no answer that may be asked for twice`(
    _ method: String
  ) async throws {
    let server = try CountingServer()
    server.closeEach()
    let loop = try Loop()
    let client = try HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: [loop], limits: .patient)
    let operation = OperationDescriptor(
      service: "test", id: "test", method: method, path: [], responses: .init([200], hasDefault: true),
      policy: .init(timeout: hangGuard))
    var failures = 0
    let rounds = Self.isChaos ? 10_000 : 1_500
    for number in 0..<rounds {
      do {
        let response = try await client.send(HTTPRequest(method: method, path: "/\(number)"), operation)
        #expect(response.status == 200)
      } catch is ClientError {
        failures += 1
      }
    }
    if method == "GET" { #expect(failures == 0) }
    #expect(server.counts.values.allSatisfy { $0 == 1 })
    #expect(server.counts.count + failures >= rounds)
    server.stop()
    loop.stop()
  }

  @Test(arguments: [false, true])
  func `a request that was read and reset on a connection in use is done once, or twice with a key`(
    _ isKeyed: Bool
  ) async throws {
    let rounds = Self.isChaos ? 1_000 : 200
    let upstream = try CountingServer()
    upstream.resetWrites()
    let loop = try Loop()
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [loop], limits: .patient)
    let first = OperationDescriptor(
      service: "test", id: "first", method: "GET", path: [], responses: .init([200], hasDefault: true),
      policy: .init(timeout: hangGuard))
    let second = OperationDescriptor(
      service: "test", id: "second", method: "POST", path: [], responses: .init([200], hasDefault: true),
      policy: .init(timeout: hangGuard, idempotencyKey: isKeyed ? .optional : .none))
    for number in 0..<rounds {
      // The connection is in use from here on.
      #expect(try await client.send(HTTPRequest(method: "GET", path: "/open"), first).status == 200)
      var request = HTTPRequest(method: "POST", path: "/\(number)", body: Array("{}".utf8))
      if isKeyed { request.headers["idempotency-key"] = "key \(number)" }
      let error = await #expect(throws: ClientError.self) { try await client.send(request, second) }
      #expect(error?.problem.status == 502 || error?.problem.status == 503)
    }
    let counts = upstream.counts
    #expect(counts.count == rounds)
    #expect(counts.values.allSatisfy { isKeyed ? (1...2).contains($0) : $0 == 1 })
    upstream.stop()
    loop.stop()
  }
}

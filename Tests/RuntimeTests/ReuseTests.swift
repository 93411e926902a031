import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

/// A server that closes a connection just when it is used again: nothing hangs, and nothing is done twice that must not.
@Suite(.timeLimit(.minutes(2))) struct ReuseTests {
  /// Answers one request a connection, says that the connection goes on, and closes it.
  private final class ClosingServer: Sendable {
    let port: Int
    private let listener: Int32
    private let executions = Mutex<[String: Int]>([:])

    /// How often each request was executed, by its path.
    var counts: [String: Int] { executions.withLock { $0 } }

    init() throws {
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let descriptor = listener
      let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &size) == 0
        }
      }
      try #require(isListening)
      port = Int(in_port_t(bigEndian: address.sin_port))
    }

    func start() {
      Thread.detachNewThread { [self] in
        while case let client = accept(listener, nil, nil), client >= 0 {
          var bytes = [UInt8](repeating: 0, count: 4_096)
          let count = recv(client, &bytes, bytes.count, 0)
          let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
          guard words.count > 1 else {
            close(client)
            continue
          }
          executions.withLock { $0[String(words[1]), default: 0] += 1 }
          let answer = Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8)
          _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
          close(client)
        }
      }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
  }

  /// More of it in a run of `./charter test --chaos`.
  private static let isChaos = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] != nil

  @Test(arguments: ["GET", "POST"])
  func `a connection that ends as it is used again costs no answer that may be asked for twice`(
    _ method: String
  ) async throws {
    let server = try ClosingServer()
    server.start()
    let loop = try Loop()
    let client = try HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: [loop])
    let operation = OperationDescriptor(
      service: "test", id: "test", method: method, path: [], statuses: [200], hasDefault: true)
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
    let upstream = try ResettingServer()
    let loop = try Loop()
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [loop])
    let first = OperationDescriptor(
      service: "test", id: "first", method: "GET", path: [], statuses: [200], hasDefault: true)
    let second = OperationDescriptor(
      service: "test", id: "second", method: "POST", path: [], idempotencyKey: isKeyed ? .optional : .none,
      statuses: [200], hasDefault: true)
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

  /// Answers GET; reads a POST, counts it, and resets the connection.
  private final class ResettingServer: Sendable {
    let port: Int
    private let listener: Int32
    private let executions = Mutex<[String: Int]>([:])

    var counts: [String: Int] { executions.withLock { $0 } }

    init() throws {
      (listener, port) = try Raw.listen()
      Thread.detachNewThread { [self] in
        while case let client = accept(listener, nil, nil), client >= 0 {
          serve(client)
          close(client)
        }
      }
    }

    private func serve(_ client: Int32) {
      while let request = Raw.receive(client), !request.isEmpty {
        let words = String(decoding: request, as: UTF8.self).split(separator: " ")
        guard words[0] == "GET" else {
          executions.withLock { $0[String(words[1]), default: 0] += 1 }
          // Closed with nothing left to send, it is reset.
          Raw.set(client, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
          return
        }
        Raw.send(client, Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8))
      }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
  }
}

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
          if words.count > 1 { executions.withLock { $0[String(words[1]), default: 0] += 1 } }
          let answer = Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8)
          _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
          close(client)
        }
      }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
  }

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
    for number in 0..<1_500 {
      do {
        let response = try await client.send(HTTPRequest(method: method, path: "/\(number)"), operation)
        #expect(response.status == 200)
      } catch is ClientError {
        failures += 1
      }
    }
    if method == "GET" { #expect(failures == 0) }
    #expect(server.counts.values.allSatisfy { $0 == 1 })
    #expect(server.counts.count + failures >= 1_500)
    server.stop()
    loop.stop()
  }
}

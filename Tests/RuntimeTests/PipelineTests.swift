import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestSockets
import Testing

/// Many requests sent at once on one connection: each is answered, in order, however the client reads.
@Suite(.timeLimit(.minutes(10))) struct PipelineTests {
  /// Runs `body` beside a server whose `GET /get/{name}` answers with the name, and `size` bytes before it.
  private func serving(size: Int = 0, _ body: @Sendable () async throws -> Void) async throws {
    let operation = OperationDescriptor(
      service: "pipeline", id: "get", method: "GET", path: [.literal("get"), .parameter("name")],
      responses: .init([200], hasDefault: true))
    let padding = [UInt8](repeating: UInt8(ascii: "."), count: size)
    let routes = RouteHandler([
      ServiceRoute(operation) { HTTPResponse(status: 200, body: padding + Array($0.pathValues[0].utf8)) }
    ])
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error, sink: { _ in })
    ) { routes.receive($0) }
    await server.start()
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await LiveService.$current.withValue(LiveService(loop: loop, port: server.port)) { try await body() })
    } catch {
      result = .failure(error)
    }
    await server.stop(within: 1)
    loop.stop()
    try result.get()
  }

  private func requests(_ count: Int) -> String {
    (0..<count).map { "GET /get/\($0) HTTP/1.1\r\nhost: a\r\n\r\n" }.joined()
  }

  /// The names in the answers, in their order.
  private func names(_ replies: Replies) -> [Int?] {
    replies.replies.map { Int($0.text.drop { $0 == "." }) }
  }

  @Test(arguments: [1, 100, 1_000, 5_000])
  func `all requests of one packet are answered`(_ count: Int) async throws {
    try await serving {
      let client = try RawClient()
      client.send(requests(count))
      client.send("GET /get/last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
      let replies = client.receive()
      #expect(names(replies).dropLast().elementsEqual((0..<count).map { $0 }))
      #expect(replies.replies.last?.text == "last" && replies.isClosed && replies.isSound)
    }
  }

  @Test(arguments: [1_000, 5_000])
  func `a client that closes its sending side gets all its answers`(_ count: Int) async throws {
    try await serving {
      let client = try RawClient()
      client.send(requests(count))
      shutdown(client.descriptor, Int32(SHUT_WR))
      let replies = client.receive()
      #expect(names(replies).elementsEqual((0..<count).map { $0 }))
      #expect(replies.isClosed && replies.isSound)
    }
  }

  @Test(arguments: [false, true], [(6_000, 1_000), (100, 100_000)])
  func `a client that reads only after it has sent all gets all its answers`(
    _ endsSending: Bool, _ answers: (count: Int, size: Int)
  ) async throws {
    // More than the buffers of both sockets hold.
    try await serving(size: answers.size) {
      let client = try RawClient()
      let text = requests(answers.count - 1) + "GET /get/last HTTP/1.1\r\nhost: a\r\n"
      let (descriptor, bytes) = (client.descriptor, bytes(text + (endsSending ? "" : "connection: close\r\n") + "\r\n"))
      // The server stops reading while its answers are not read: sending goes on beside it.
      Thread.detachNewThread {
        Raw.send(descriptor, bytes)
        if endsSending { shutdown(descriptor, Int32(SHUT_WR)) }
      }
      // Until other requests are answered, the server has had the time to fill the buffers.
      for _ in 0..<20 {
        let fence = try RawClient()
        fence.send("GET /get/fence HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        _ = fence.receive()
      }
      var received: [UInt8] = []
      while let more = Raw.receive(descriptor), !more.isEmpty { received += more }
      #expect(received.suffix(5).elementsEqual(".last".utf8))
      #expect(count(of: "HTTP/1.1 200 OK\r\n", in: received) == answers.count)
    }
  }

  private func count(of text: String, in bytes: [UInt8]) -> Int {
    let data = Data(bytes)
    var (count, rest) = (0, data.startIndex..<data.endIndex)
    while let found = data.range(of: Data(text.utf8), in: rest) {
      count += 1
      rest = found.upperBound..<data.endIndex
    }
    return count
  }
}

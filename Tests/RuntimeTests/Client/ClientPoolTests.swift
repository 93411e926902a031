import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// Who waits for a connection to a service, and who does not.
@Suite(.timeLimit(.minutes(10))) struct ClientPoolTests: ClientSuite {
  /// Responds to `/stream` without end, to a chunked body at its end, and at once to everything else.
  private static let script: @Sendable (ScriptedServer.Peer) -> Void = { peer in
    while let request = peer.request() {
      if request.hasPrefix("POST ") {
        var body: [UInt8] = []
        while !body.suffix(5).elementsEqual("0\r\n\r\n".utf8), let more = Raw.receive(peer.descriptor), !more.isEmpty {
          body += more
        }
      }
      guard request.hasPrefix("GET /stream ") else {
        peer.send(ok)
        continue
      }
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
      return peer.waitForEnd()
    }
  }

  private func calling(
    connections: Int, _ body: @escaping @Sendable (HTTPClient, ScriptedServer) async throws -> Void
  ) async throws {
    let (server, loop) = (try ScriptedServer(Self.script), try Loop())
    var limits = HTTPClient.Limits.patient
    limits.connections = connections
    let client = try HTTPClient(origin: server.origin, loops: [loop], limits: limits)
    let result = await Result { try await body(client, server) }
    server.stop()
    loop.stop()
    try result.get()
  }

  @Test func `streams that nobody reads hold up no other request`() async throws {
    try await calling(connections: 2) { client, server in
      var streams: [HTTPResponse] = []
      for _ in 0..<5 {
        streams.append(try await client.forward(HTTPRequest(method: "GET", path: "/stream"), Self.operation()))
      }
      #expect(streams.allSatisfy { $0.stream != nil } && server.connections == 5)
      #expect(try await client.send(HTTPRequest(method: "GET", path: "/x"), Self.operation()).status == 200)
      streams = []
    }
  }

  @Test func `bodies that are slow to come hold up no other request`() async throws {
    try await calling(connections: 2) { client, server in
      try await withThrowingTaskGroup(of: Int.self) { group in
        var ends: [AsyncStream<Void>.Continuation] = []
        for _ in 0..<5 {
          let (turns, end) = AsyncStream.makeStream(of: Void.self)
          ends.append(end)
          group.addTask {
            var request = HTTPRequest(method: "POST", path: "/x")
            request.stream = ByteStream {
              for await _ in turns {}
              return nil
            }
            return try await client.send(request, Self.operation("POST")).status
          }
        }
        try await eventually { server.connections == 5 }
        #expect(try await client.send(HTTPRequest(method: "GET", path: "/x"), Self.operation()).status == 200)
        for end in ends { end.finish() }
        for try await status in group { #expect(status == 200) }
      }
    }
  }
}

import Foundation
import ServiceClient
import ServiceCore
import ServiceHTTP
import TestSockets
import Testing

/// Bodies that come piece by piece, in both directions.
@Suite(.timeLimit(.minutes(10))) struct ClientStreamTests: ClientSuite {
  @Test(arguments: [nil, 1_024 * 65_536])
  func `64 MiB go there and back, and few of them are on the way`(_ length: Int?) async throws {
    try await serving { _ in
      .receive(limit: .max, isStreamed: true) { HTTPResponse(status: 200, stream: $0.stream) }
    } _: { server in
      let client = try Self.client(server)
      let made = ClientCounter()
      let request = HTTPRequest(method: "POST", path: "/", stream: Self.pieces(1_024, length: length, made))
      let response = try await client.forward(request, Self.operation("POST"))
      var (count, ahead, isRight) = (0, 0, true)
      for try await piece in try #require(response.stream) {
        isRight = isRight && piece.count <= 65_536 && piece[0] == UInt8(truncatingIfNeeded: count / 65_536)
        count += piece.count
        ahead = max(ahead, made.value - count / 65_536)
      }
      #expect(count == 1_024 * 65_536 && isRight)
      // The system's own buffers, four of them, take some megabytes each.
      #expect(ahead < 600)
    }
  }

  @Test func `who does not read gets no more than fits the buffers`() async throws {
    let made = ClientCounter()
    try await serving { _ in
      .receive(limit: 0) { request in
        request.path == "/count"
          ? HTTPResponse(status: 200) : HTTPResponse(status: 200, stream: Self.pieces(4_000, made))
      }
    } _: { server in
      let client = try Self.client(server)
      let response = try await client.forward(Self.get(), Self.operation())
      // Whatever the stream could do meanwhile is done: these use the same threads.
      for _ in 0..<50 { _ = try await client.send(Self.get("/count"), Self.operation()) }
      #expect(made.value < 400)
      var count = 0
      for try await piece in try #require(response.stream) { count += piece.count }
      #expect(count == 4_000 * 65_536)
    }
  }

  @Test func `a server that does not read is sent no more than fits the buffers`() async throws {
    let (made, release) = (ClientCounter(), DispatchSemaphore(value: 0))
    defer { release.signal() }
    try await scripted { peer in
      while let head = peer.head() {
        if head.hasPrefix("POST") { return release.wait() }
        peer.send(Self.ok)
      }
    } _: { server, client in
      let request = HTTPRequest(method: "POST", path: "/", stream: Self.pieces(100_000, made))
      let sending = Task { try await client.send(request, Self.operation("POST")) }
      while made.value < 3 { await Task.yield() }
      for _ in 0..<50 { _ = try await client.send(Self.get(), Self.operation()) }
      #expect(made.value < 400)
      sending.cancel()
      #expect(await outcome { _ = try await sending.value } == "cancelled")
    }
  }

  @Test func `an answer that stops short is not taken for whole`() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "a", count: 100_000)
    try await scripted { peer in
      if peer.request() != nil { peer.send(head) }
    } _: { server, client in
      let stream = try #require(try await client.forward(Self.get(), Self.operation()).stream)
      #expect(stream.length == 1_000_000)
      var count = 0
      let outcome = await outcome { for try await piece in stream { count += piece.count } }
      #expect(outcome.hasPrefix("unreachable: ") && count == 100_000)
      // What has been handed out is not asked for again.
      #expect(server.requests.count == 1)
    }
  }

  @Test func `an answer of another kind than a large body is whole even where a stream is asked for`() async throws {
    for answer in [Self.ok, "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n"] {
      try await answering(answer) { _, client in
        let response = try await client.forward(Self.get(), Self.operation())
        #expect(response.stream == nil)
      }
    }
  }

  @Test func `a body of another length than it was said to have is not sent as one`() async throws {
    for length in [65_535, 65_537] {
      try await scripted { peer in
        if peer.head() != nil { peer.waitForEnd() }
      } _: { _, client in
        let request = HTTPRequest(method: "PUT", path: "/", stream: Self.pieces(1, length: length))
        let outcome = await outcome { _ = try await client.send(request, Self.operation("PUT")) }
        #expect(outcome == "unreachable: the length of the request's body differs from its content-length")
      }
    }
  }

  @Test func `a body that cannot be read ends the request, and its end is not sent`() async throws {
    struct Broken: Error {}
    let wasEnded = ClientCounter()
    try await scripted { peer in
      guard peer.head() != nil else { return }
      var text = ""
      while let more = Raw.receive(peer.descriptor), !more.isEmpty { text += String(decoding: more, as: UTF8.self) }
      if text.hasSuffix("0\r\n\r\n") { wasEnded.next() }
    } _: { server, client in
      let made = ClientCounter()
      let stream = ByteStream {
        guard made.next() == 0 else { throw Broken() }
        return [65]
      }
      let request = HTTPRequest(method: "PUT", path: "/", stream: stream)
      let outcome = await outcome { _ = try await client.send(request, Self.operation("PUT")) }
      #expect(outcome == "Broken()")
      while server.endedConnections == 0 { await Task.yield() }
      #expect(wasEnded.value == 0)
    }
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
      "HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno",
      "HTTP/1.1 413 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
      "HTTP/1.1 413 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nx-trailer: 1\r\n\r\n",
      "HTTP/1.1 413 No\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
    ], [true, false])
  func `an answer before the body is sent does not wait for it`(_ answer: String, _ isStreamed: Bool) async throws {
    let release = DispatchSemaphore(value: 0)
    defer { release.signal() }
    try await scripted { peer in
      guard peer.head() != nil else { return }
      peer.send(answer)
      release.wait()
    } _: { _, client in
      let made = ClientCounter()
      let stream = ByteStream {
        // The rest of it never comes.
        if made.next() > 0 { try await Self.untilCancelled() }
        return [65]
      }
      let request = HTTPRequest(
        method: "PUT", path: "/", body: isStreamed ? [] : [UInt8](repeating: 65, count: 32 * 1_048_576),
        stream: isStreamed ? stream : nil)
      let response = try await client.send(request, Self.operation("PUT"))
      #expect(
        answer.contains("\(response.status) ") && response.body == Array("no".utf8)
          && response.headers["x-trailer"] == nil)
    }
  }
}

import Glibc
import ServiceClient
import ServiceCore
import ServiceHTTP
import TestProcesses
import TestSockets
import Testing

/// What ends a transfer before its answer: whoever asked, and time.
@Suite(.timeLimit(.minutes(10))) struct ClientEndingTests: ClientSuite {
  @Test func `who is cancelled waits no longer, and the connection ends`() async throws {
    try await scripted { peer in
      if peer.request() != nil { peer.waitForEnd() }
    } _: { server, client in
      let asking = Task { try await client.send(Self.get(), Self.operation()) }
      while server.requests.isEmpty { await Task.yield() }
      asking.cancel()
      #expect(await outcome { _ = try await asking.value } == "cancelled")
      while server.endedConnections == 0 { await Task.yield() }
      #expect(server.requests.count == 1)
    }
  }

  @Test func `who is cancelled before is not even connected`() async throws {
    try await answering(Self.ok) { server, client in
      let asking = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        _ = try await client.send(Self.get(), Self.operation())
      }
      #expect(await outcome { try await asking.value } == "cancelled")
      _ = try await client.send(Self.get("/after"), Self.operation())
      #expect(server.requests.count == 1)
    }
  }

  @Test func `reading an answer ends with the task that reads`() async throws {
    try await scripted { peer in
      guard peer.request() != nil else { return }
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
      peer.waitForEnd()
    } _: { server, client in
      let stream = try #require(try await client.forward(Self.get(), Self.operation()).stream)
      let read = ClientCounter()
      let reading = Task { for try await _ in stream { read.next() } }
      while read.value == 0 { await Task.yield() }
      reading.cancel()
      #expect(await outcome { try await reading.value } == "cancelled")
      while server.endedConnections == 0 { await Task.yield() }
    }
  }

  @Test func `an answer that is dropped ends its transfer, and a client its connections`() async throws {
    try await serving { _ in
      .receive(limit: 0) { request in
        request.path == "/small" ? HTTPResponse(status: 200) : HTTPResponse(status: 200, stream: Self.pieces(4_000))
      }
    } _: { server in
      var client: CurlTransport? = try Self.client(server)
      var response = try await client?.forward(Self.get(), Self.operation())
      #expect(response?.stream != nil)
      while await server.connectionCount != 1 { await Task.yield() }
      response = nil
      while await server.connectionCount > 0 { await Task.yield() }
      _ = try await client?.send(Self.get("/small"), Self.operation())
      while await server.connectionCount != 1 { await Task.yield() }
      client = nil
      while await server.connectionCount > 0 { await Task.yield() }
    }
  }

  @Test func `an answer is read out though its client is gone`() async throws {
    try await serving { _ in
      .receive(limit: 0) { _ in HTTPResponse(status: 200, stream: Self.pieces(100)) }
    } _: { server in
      let stream = try #require(try await Self.client(server).forward(Self.get(), Self.operation()).stream)
      var count = 0
      for try await piece in stream { count += piece.count }
      #expect(count == 100 * 65_536)
    }
  }

  @Test func `no answer in time is told, and not waited for again`() async throws {
    try await scripted { peer in
      if peer.request() != nil { peer.waitForEnd() }
    } _: { server, client in
      let late = await outcome { _ = try await client.send(Self.get(), Self.operation(timeout: 50)) }
      #expect(late == "timed out")
      for milliseconds in [50, 0] {
        let told = await Deadline.$current.withValue(Deadline(in: milliseconds)) {
          await outcome { _ = try await client.send(Self.get(), Self.operation()) }
        }
        #expect(told == "timed out")
      }
      #expect(server.connections <= 2)
    }
  }

  @Test func `the time that is left is handed on`() async throws {
    try await answering(Self.ok) { server, client in
      _ = try await client.send(Self.get(), Self.operation())
      let time = hangGuard / 2
      try await Deadline.$current.withValue(Deadline(in: time)) {
        _ = try await client.send(Self.get(), Self.operation())
        _ = try await client.send(Self.get(), Self.operation(timeout: time / 2))
      }
      let left = server.requests.map { request in
        request.split(separator: "\r\n").compactMap { line in
          line.hasPrefix("x-request-deadline: ") ? Int(line.dropFirst("x-request-deadline: ".count)) : nil
        }
      }
      #expect(left.count == 3 && left[0].isEmpty)
      #expect((time / 2 + 1...time).contains(left[1].first ?? 0))
      #expect((1...time / 2).contains(left[2].first ?? 0))
    }
  }

  @Test func `a stream may take longer than its operation, but must not stand still`() async throws {
    let isLate = ClientCounter()
    try await serving { _ in
      .receive(limit: 0) { _ in
        HTTPResponse(
          status: 200,
          stream: ByteStream {
            if isLate.value > 0 { try await Self.untilCancelled() }
            try await Task.sleep(for: .milliseconds(10))
            return [65]
          })
      }
    } _: { server in
      // A machine that stood still meanwhile ends a stream before it is told to: another is asked for.
      for _ in 0..<5 where isLate.value == 0 {
        let (start, limit) = (Deadline.now, 3_000)
        let response = try await Self.client(server).forward(Self.get(), Self.operation(timeout: limit))
        let stream = try #require(response.stream)
        let outcome = await outcome {
          for try await _ in stream where Deadline.now - start > 2 * limit { isLate.next() }
        }
        #expect(outcome == "timed out")
      }
      #expect(isLate.value > 0)
    }
  }

  @Test func `a connection that is not made in time is a timeout`() async throws {
    // Nobody accepts, and the queue is full: further connections are not made.
    let (listener, port) = try Raw.listen()
    let filling = try (0..<40).map { _ in
      let descriptor = try Raw.socket()
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      try? Raw.withLoopback(port) { connect(descriptor, $0, $1) }
      return descriptor
    }
    defer { for descriptor in filling + [listener] { close(descriptor) } }
    var options = Self.quick()
    options.connectTimeout = 30
    let client = try CurlTransport(origin: "http://127.0.0.1:\(port)", options: options)
    let start = Deadline.now
    #expect(await outcome { _ = try await client.send(Self.post(), Self.operation("POST")) } == "timed out")
    // Nothing was sent, so that it is tried three times.
    #expect(Deadline.now - start >= 90)
  }
}

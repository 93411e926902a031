import ServiceClient
import ServiceCore
import Testing

/// What is sent again, and what is never sent twice.
@Suite(.timeLimit(.minutes(10))) struct ClientRetryTests: ClientSuite {
  @Test(arguments: [502, 503, 504, 500, 429])
  func `an answer that says to come back is asked for again, a bounded number of times`(_ status: Int) async throws {
    try await answering("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n") { server, client in
      let wanted = status == 500 || status == 429 ? 1 : 3
      #expect(try await client.send(Self.get(), Self.operation()).status == status)
      #expect(server.requests.count == wanted)
      let key: HTTPFields = ["idempotency-key": "k"]
      _ = try await client.send(Self.post(key), Self.operation("POST", key: .optional))
      #expect(server.requests.count == 2 * wanted)
      // No key, a key that the operation does not know, and a body that can be read only once.
      _ = try await client.send(Self.post(), Self.operation("POST", key: .optional))
      _ = try await client.send(Self.post(key), Self.operation("POST"))
      _ = try await client.send(Self.post(key), Self.operation("GET"))
      let stream = HTTPRequest(method: "PUT", path: "/", stream: Self.pieces(0, length: 0))
      _ = try await client.send(stream, Self.operation("PUT"))
      #expect(server.requests.count == 2 * wanted + 4)
    }
  }

  @Test func `an answer that is a stream is asked for again before it is handed out`() async throws {
    let unready = "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n"
    try await scripted { peer in
      guard peer.request() != nil else { return }
      peer.send(peer.server.requests.count < 3 ? unready : Self.ok)
      peer.waitForEnd()
    } _: { server, client in
      let response = try await client.forward(Self.get(), Self.operation())
      #expect(response.status == 200 && server.requests.count == 3)
      while server.endedConnections < 2 { await Task.yield() }
    }
  }

  @Test func `a connection that breaks costs no answer that may be asked for twice`() async throws {
    let key: HTTPFields = ["idempotency-key": "k"]
    for (request, operation, count) in [
      (Self.get(), Self.operation(), 3), (Self.post(key), Self.operation("POST", key: .required), 3),
      (Self.post(), Self.operation("POST"), 1),
    ] {
      try await scripted { peer in
        guard peer.request() != nil else { return }
        if peer.server.requests.count % 2 == 0 { peer.reset() }
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok")
      } _: { server, client in
        let outcome = await outcome { _ = try await client.send(request, operation) }
        #expect(outcome.hasPrefix("unreachable: "))
        #expect(server.requests.count == count)
      }
    }
  }

  @Test func `what must not be done twice is not, on connections that end as they are used again`() async throws {
    let rounds = 300
    try await scripted { peer in
      if peer.request() != nil { peer.send(Self.ok) }
    } _: { server, client in
      for number in 0..<rounds {
        _ = try await client.send(Self.get("/get/\(number)"), Self.operation())
        let request = HTTPRequest(method: "POST", path: "/post/\(number)", body: [65])
        _ = try await client.send(request, Self.operation("POST"))
      }
      let paths = server.requests.filter { $0.hasPrefix("POST") }.map { $0.split(separator: " ")[1] }
      #expect(paths.count == rounds && Set(paths).count == rounds)
    }
  }

  @Test(arguments: [false, true])
  func `a request that meets a connection which closes is done once, or as often as its key allows`(
    _ isKeyed: Bool
  ) async throws {
    // The second request on a connection is read, and the connection closed without an answer.
    try await scripted { peer in
      guard peer.request() != nil else { return }
      peer.send(Self.ok)
      _ = peer.request()
    } _: { server, client in
      _ = try await client.send(Self.get(), Self.operation())
      let headers: HTTPFields = isKeyed ? ["idempotency-key": "k"] : [:]
      let response = try await client.send(Self.post(headers), Self.operation("POST", key: .optional))
      #expect(response.status == 200)
      #expect(server.requests.filter { $0.hasPrefix("POST") }.count == (isKeyed ? 2 : 1))
    }
  }

  @Test func `what was refused before anything was sent is tried again`() async throws {
    var options = Self.patient()
    options.retries.firstDelay = 40
    let client = try CurlTransport(origin: "http://127.0.0.1:1", options: options)
    var start = Deadline.now
    let outcome = await outcome { _ = try await client.send(Self.post(), Self.operation("POST")) }
    #expect(outcome.hasPrefix("unreachable: "))
    #expect(Deadline.now - start >= 20 + 40)
    options.retries.count = 0
    start = Deadline.now
    let once = try CurlTransport(origin: "http://127.0.0.1:1", options: options)
    await #expect(throws: ClientError.self) { try await once.send(Self.post(), Self.operation("POST")) }
    let nameless = try CurlTransport(origin: "http://name.invalid", options: options)
    await #expect(throws: ClientError.self) { try await nameless.send(Self.get(), Self.operation()) }
  }

  @Test func `Retry-After is waited for, unless it is too long`() async throws {
    func answer(_ after: String) -> String {
      "HTTP/1.1 503 No\r\nRetry-After: \(after)\r\nContent-Length: 0\r\n\r\n"
    }
    let future = "Sun, 06 Nov 2094 08:49:37 GMT"
    for after in ["11", "3600", "99999999999999999999", "9223372036854775807", future] {
      try await answering(answer(after)) { server, client in
        let response = try await client.send(Self.get(), Self.operation())
        #expect(response.status == 503 && server.requests.count == 1)
      }
    }
    // A moment that is past, and what is none.
    for after in ["0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon"] {
      try await answering(answer(after)) { server, client in
        _ = try await client.send(Self.get(), Self.operation())
        #expect(server.requests.count == 3)
      }
    }
    try await answering(answer("1"), Self.quick(1)) { server, client in
      let start = Deadline.now
      _ = try await client.send(Self.get(), Self.operation())
      #expect(server.requests.count == 2 && Deadline.now - start >= 1_000)
      // Nobody waits beyond the deadline.
      _ = try await client.send(Self.get(), Self.operation(timeout: 900))
      #expect(server.requests.count == 3)
    }
  }
}

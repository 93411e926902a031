import Foundation
import ServiceClient
import ServiceCore
import ServiceHTTP
import Testing

/// The client for other people's programs: requests, answers, and what is refused.
@Suite(.timeLimit(.minutes(10))) struct ClientTests: ClientSuite {
  @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
  func `a request is sent as it is, and answered`(_ method: String) async throws {
    let answer = "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-two:\t2 \r\nx-two: 3\r\nContent-Length: 2\r\n\r\n"
    try await answering(answer + (method == "HEAD" ? "" : "ok")) { server, client in
      let request = HTTPRequest(
        method: method, path: "/a/../b%2F", query: "q=%20&r='",
        headers: ["x-evil": "a\r\nb: c", "x-empty": "", "Host": "other", "content-length": "9", "bad name": "1"],
        id: "id-1")
      let response = try await client.send(request, Self.operation(method))
      #expect(response.status == 200 && response.body == (method == "HEAD" ? [] : Array("ok".utf8)))
      #expect(response.headers["x-one"] == "1" && response.headers.values("x-two") == ["2", "3"])
      let hasLength = method == "POST" || method == "PUT" || method == "PATCH"
      let head =
        "\(method) /a/../b%2F?q=%20&r=' HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
        + "x-evil: ab: c\r\nx-empty:\r\nx-request-id: id-1\r\n" + (hasLength ? "Content-Length: 0\r\n" : "") + "\r\n"
      #expect(server.requests == [head])
    }
  }

  @Test func `a body is sent whole, on a connection that is used again where that is safe`() async throws {
    try await answering(Self.ok) { server, client in
      let body = [UInt8](repeating: 65, count: 300_000)
      for method in ["PUT", "PUT", "DELETE", "GET"] {
        let request = HTTPRequest(method: method, path: "/", body: body)
        #expect(try await client.send(request, Self.operation(method)).status == 200)
      }
      #expect(server.connections == 1)
      #expect(server.requests.allSatisfy { $0.hasSuffix(String(repeating: "A", count: 300_000)) })
      _ = try await client.send(Self.post(), Self.operation("POST"))
      #expect(server.connections == 2)
    }
  }

  @Test func `many requests at once are all answered`() async throws {
    try await serving { _ in
      .receive(limit: 1_000) { HTTPResponse(status: 200, body: $0.body) }
    } _: { server in
      let client = try Self.client(server)
      let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
        for size in 0..<300 {
          let request = HTTPRequest(method: "PUT", path: "/", body: [UInt8](repeating: 1, count: size))
          group.addTask { try await client.send(request, Self.operation("PUT")).body.count }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(sizes == Set(0..<300))
    }
  }

  @Test func `who finds no connection free waits for one, and the next is sent away`() async throws {
    let release = DispatchSemaphore(value: 0)
    var options = Self.quick()
    (options.connections, options.waiting) = (1, 1)
    try await scripted(options) { peer in
      while peer.request() != nil {
        release.wait()
        peer.send(Self.ok)
      }
    } _: { server, client in
      let first = Task { try await client.send(Self.get("/1"), Self.operation()) }
      while server.requests.isEmpty { await Task.yield() }
      let late = await outcome { _ = try await client.send(Self.get("/2"), Self.operation(timeout: 20)) }
      #expect(late == "timed out")
      let third = Task { try await client.send(Self.get("/3"), Self.operation()) }
      let fourth = Task { try await client.send(Self.get("/4"), Self.operation()) }
      // One of the two finds the other one waiting.
      let outcomes = AsyncStream<Result<HTTPResponse, any Error>>.makeStream()
      for task in [third, fourth] { Task { outcomes.continuation.yield(await task.result) } }
      var results = outcomes.stream.makeAsyncIterator()
      let refused = await results.next()
      #expect(throws: ClientError.self) { try refused?.get() }
      for _ in 0..<2 { release.signal() }
      let answers = [try await first.value, try await results.next()?.get()]
      #expect(answers.allSatisfy { $0?.status == 200 })
      #expect(server.connections == 1 && server.requests.count == 2)
    }
  }

  @Test(arguments: ["/a b", "/a#b", "a", "*", "/\u{e9}", "/a\r\nb", "@evil/"])
  func `a target that is none is not sent`(_ path: String) async throws {
    try await answering(Self.ok) { server, client in
      await #expect(throws: ClientError.self) { try await client.send(Self.get(path), Self.operation()) }
      #expect(server.requests.isEmpty)
    }
  }

  @Test(arguments: [
    "127.0.0.1:80", "http://", "http://a:b", "http://a:", "http://a/b", "ftp://a", "http://a:70000", "http://u@a",
    "https://[::1", "http://a?b", "http://a b", "file:///etc/passwd",
  ])
  func `what is no origin is refused`(_ origin: String) {
    #expect(throws: ConfigurationError.self) { try CurlTransport(origin: origin) }
  }

  @Test func `an option that cannot be used is refused`() {
    var options = CurlTransport.Options()
    options.authorities = "/nowhere/ca.pem"
    #expect(throws: ConfigurationError.self) { try CurlTransport(origin: "https://a/", options: options) }
    options = CurlTransport.Options()
    options.proxy = .url("")
    #expect(throws: ConfigurationError.self) {
      try CurlTransport(origin: "https://[::1]:8443", options: options)
    }
  }

  @Test func `a redirect is an answer`() async throws {
    try await answering("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n") { server, client in
      let response = try await client.send(Self.get(), Self.operation())
      #expect(response.status == 302 && response.headers["location"] == "/there")
      #expect(server.requests.count == 1)
    }
  }

  @Test(arguments: [
    ("x: " + String(repeating: "a", count: 40_000), "headers of more than 32768 bytes"),
    ((0..<400).map { "x-\($0): " + String(repeating: "a", count: 90) }.joined(separator: "\r\n"), "more than"),
    ((0..<101).map { "x-\($0): 1" }.joined(separator: "\r\n"), "more than 100 headers"),
    ("no colon", "colon"), ("x : 1", "token and a colon"), ("x: a\u{1}b", "control character"),
    ("x: 1\r\n folded", "token and a colon"), ("Content-Length: 2\r\nContent-Length: 3", "several lengths"),
  ])
  func `an answer with bad headers is refused, once`(_ lines: String, _ reason: String) async throws {
    try await answering("HTTP/1.1 200 OK\r\n\(lines)\r\nContent-Length: 2\r\n\r\nok") { server, client in
      let failure = await outcome { _ = try await client.send(Self.get(), Self.operation()) }
      #expect(failure.hasPrefix("unreachable: ") && failure.contains(reason), "\(failure)")
      #expect(server.requests.count == 1)
    }
  }

  @Test func `interim answers are passed over, up to a limit`() async throws {
    let interim = "HTTP/1.1 103 Early Hints\r\nx-early: 1\r\n\r\n"
    try await answering(String(repeating: interim, count: 8) + Self.ok) { _, client in
      let response = try await client.send(Self.get(), Self.operation())
      #expect(response.status == 200 && response.headers["x-early"] == nil)
    }
    try await answering(String(repeating: interim, count: 9) + Self.ok) { _, client in
      let failure = await outcome { _ = try await client.send(Self.get(), Self.operation()) }
      #expect(failure.contains("interim"))
    }
  }

  @Test(arguments: ["Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"])
  func `an answer that is larger than the limit is refused`(_ head: String) async throws {
    var options = Self.quick()
    options.answerLimit = 1_000
    let text = "HTTP/1.1 200 OK\r\n" + head + String(repeating: "a", count: 1_001) + "\r\n0\r\n\r\n"
    try await answering(text, options) { server, client in
      let failure = await outcome { _ = try await client.send(Self.get(), Self.operation()) }
      #expect(failure == "unreachable: the response is larger than 1000 bytes")
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a mock answers, and tells what it was asked`() async throws {
    let transport = MockTransport { request in
      guard request.path != "/broken" else { throw RequestFault(503, "broken") }
      return HTTPResponse(status: 200, body: Array(request.path.utf8))
    }
    let client: any Transport = transport
    try await withThrowingTaskGroup { group in
      for number in 0..<50 {
        group.addTask { _ = try await client.send(Self.get("/\(number)"), Self.operation()) }
      }
      try await group.waitForAll()
    }
    await #expect(throws: RequestFault.self) { try await client.send(Self.get("/broken"), Self.operation()) }
    #expect(Set(transport.requests.map(\.path)).count == 51 && transport.requests.last?.path == "/broken")
  }
}

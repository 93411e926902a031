import ServiceCore
import TestSockets
import Testing

/// Reliability C5, at a gateway: what a browser is told about pages of other origins, whatever the service says.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayOriginTests {
  private static let good = "https://shop.example"
  private static let evil = "https://evil.example"
  private static let environment = ["CHARTER_ORIGINS": "\(good),http://localhost:3000"]

  /// Whether a reply lets pages of an origin read it: of the good one, or of none.
  private static func expect(
    _ reply: Replies.Reply, readableFor origin: String?, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isExact =
      reply.fields["access-control-allow-origin"] == origin.map { [$0] }
      && reply.fields["access-control-allow-credentials"] == origin.map { _ in ["true"] }
      && reply.fields["vary"]?.contains("Origin") == true
    #expect(isExact, "\(name): \(reply)", sourceLocation: sourceLocation)
    if origin == nil {
      let told = reply.fields.keys.filter { $0.hasPrefix("access-control-") }
      #expect(told.isEmpty, "\(name): \(told)", sourceLocation: sourceLocation)
    }
  }

  @Test func `what a service says of origins is replaced`() async throws {
    let lines = [
      "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: \(Self.evil)",
      "Access-Control-Allow-Origin: null",
      "ACCESS-CONTROL-ALLOW-ORIGIN: \(Self.evil)\r\naccess-control-allow-origin: \(Self.evil)",
      "Access-Control-Allow-Private-Network: true\r\nAccess-Control-Allow-Methods: *",
    ]
    for line in lines {
      let script: @Sendable (ScriptedServer.Peer) -> Void = { peer in
        while peer.request() != nil {
          peer.send(
            "HTTP/1.1 200 OK\r\n\(line)\r\nAccess-Control-Allow-Credentials: true\r\nVary: Accept\r\n"
              + "Content-Length: 2\r\n\r\nok")
        }
      }
      try await GatewayScene.run(script, environment: Self.environment) { scene async throws in
        for origin in [Self.evil, "null", "https://evil-shop.example", "https://shop.example.evil.com", nil] {
          let reply = try scene.ask(fields: origin.map { "Origin: \($0)\r\n" } ?? "")
          Self.expect(reply, readableFor: nil, "\(line) for \(origin ?? "none")")
          #expect(reply.fields["vary"]?.contains("Accept") == true)
        }
        Self.expect(try scene.ask(fields: "Origin: \(Self.good)\r\n"), readableFor: Self.good, line)
      }
    }
  }

  @Test func `the question of a browser is the gateway's to answer, without a key and without the service`()
    async throws
  {
    try await GatewayScene.run(environment: Self.environment) { scene async throws in
      let asks = "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n"
      for (target, methods) in [("/closed/1", "GET, HEAD, OPTIONS"), ("/orders", "OPTIONS, POST")] {
        let reply = try scene.ask(target, method: "OPTIONS", fields: asks + "Origin: \(Self.good)\r\n")
        Self.expect(reply, readableFor: Self.good, target)
        #expect(reply.status == 204 && reply.fields["allow"] == [methods], "\(reply)")
        #expect(reply.fields["access-control-allow-methods"] == [methods])
        #expect(reply.fields["access-control-max-age"].flatMap { Int($0[0]) }.map { (1...600).contains($0) } == true)
        #expect(reply.fields["access-control-allow-private-network"] == nil)
        // A cache that takes no notice of Vary must not keep it.
        #expect(reply.fields["cache-control"] == ["no-store"])
        for origin in [Self.evil, "null", "*", "https://shop.example.", "HTTPS://shop.example"] {
          let other = try scene.ask(target, method: "OPTIONS", fields: asks + "Origin: \(origin)\r\n")
          Self.expect(other, readableFor: nil, "\(target) for \(origin)")
          #expect(other.status == 204 && other.fields["allow"] == [methods], "\(other)")
        }
      }
      let names = ["authorization\u{7}", "a, b c", "x: y", "*\"", "a\\b"]
      for name in names {
        let fields = "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: \(name)\r\n"
        let reply = try scene.ask("/open/1", method: "OPTIONS", fields: fields + "Origin: \(Self.good)\r\n")
        #expect(reply.status == 400 || reply.fields["access-control-allow-headers"] == nil, "\(name): \(reply)")
      }
      #expect(scene.service.requests.isEmpty)
    }
  }

  @Test func `a page learns why its request failed, wherever it failed`() async throws {
    let script: @Sendable (ScriptedServer.Peer) -> Void = { peer in
      while let request = peer.request() {
        if request.hasPrefix("POST /orders") { return peer.reset() }
        if request.hasPrefix("POST /brief") { return peer.waitForEnd() }
        peer.send("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno")
      }
    }
    try await GatewayScene.run(script, environment: Self.environment) { scene async throws in
      let large = String(repeating: "a", count: 2_000)
      let failures: [(method: String, target: String, body: String?, status: Int)] = [
        ("GET", "/closed/1", nil, 401), ("GET", "/nothing", nil, 404), ("GET", "/open/%00", nil, 400),
        ("GET", "/open/..;", nil, 400), ("PUT", "/open/1", nil, 405), ("POST", "/orders", large, 413),
        ("POST", "/orders", "{}", 503), ("POST", "/brief", "{}", 504), ("GET", "/open/1", nil, 500),
      ]
      for (method, target, body, status) in failures {
        for (origin, reader) in [(Self.good, Self.good), (Self.evil, nil)] {
          let reply = try scene.ask(target, method: method, fields: "Origin: \(origin)\r\n", body: body)
          #expect(reply.status == status, "\(target): \(reply)")
          Self.expect(reply, readableFor: reader, "\(target) for \(origin)")
        }
      }
    }
  }

  @Test func `what is kept for one origin is given to another without what the first was told`() async throws {
    try await GatewayScene.run(environment: Self.environment) { scene async throws in
      for _ in 0..<2 {
        for (origin, reader) in [
          (Self.good, Self.good), (Self.evil, nil), (nil, nil), ("http://localhost:3000", "http://localhost:3000"),
        ] {
          let reply = try scene.ask("/kept", fields: origin.map { "Origin: \($0)\r\n" } ?? "")
          #expect(reply.text == "ok")
          Self.expect(reply, readableFor: reader, "\(origin ?? "none")")
        }
      }
      // Kept at all, or the test says nothing.
      #expect(scene.service.requests.count <= 4, "\(scene.service.requests.count)")
    }
  }
}

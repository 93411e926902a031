import Glibc
import ServiceCore
import ServiceDefinition
import TestSockets
import Testing

/// Reliability C3: the gateway opens connections to the addresses in its settings, and to no others.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayTargetTests {
  /// Runs `body` with a server beside the service, which nobody has a reason to connect to; nobody must have.
  private static func withTrap(
    _ script: @escaping @Sendable (ScriptedServer.Peer) -> Void = GatewayScene.answers,
    _ body: (GatewayScene, _ trap: String) async throws -> Void
  ) async throws {
    let trap = try ScriptedServer(answering: GatewayScene.ok)
    defer { trap.stop() }
    try await GatewayScene.run(script) { scene async throws in
      try await body(scene, "127.0.0.1:\(trap.port)")
    }
    #expect(trap.connections == 0)
  }

  @Test func `a redirection is the caller's to follow`() async throws {
    // The service redirects to what the path names.
    let script: @Sendable (ScriptedServer.Peer) -> Void = { peer in
      while let request = peer.request() {
        let words = request.split(separator: " ")[1].split(separator: "/")
        guard words.count == 3, let target = words[2].removingPercentEncoding else { return }
        peer.send("HTTP/1.1 \(words[1]) Elsewhere\r\nLocation: \(target)\r\nContent-Length: 5\r\n\r\nthere")
      }
    }
    try await Self.withTrap(script) { scene, trap in
      let targets = [
        "http://169.254.169.254/latest/meta-data/", "http://\(trap)/", "http://\(trap)/open/1", "//\(trap)/open/1",
        "https://\(trap)/", "file:///etc/passwd", "gopher://\(trap)/_GET", "/open/1", "",
      ]
      var count = 0
      for status in [301, 302, 303, 307, 308, 300, 305] {
        for target in targets {
          let reply = try scene.ask("/open/\(status)/\(PercentCoding.encode(target))x")
          #expect(reply.status == status && reply.text == "there", "\(target): \(reply)")
          #expect(reply.fields["location"] == [target + "x"], "\(reply)")
          count += 1
        }
      }
      #expect(scene.service.requests.count == count, "each was asked for once")
    }
  }

  @Test func `other ways in which a response names an address have no effect either`() async throws {
    for field in ["Refresh: 0;url=", "Content-Location: ", "Link: rel=preload;", "Alt-Svc: h2=", "X-Accel-Redirect: /"]
    {
      let script: @Sendable (ScriptedServer.Peer) -> Void = { peer in
        while peer.request() != nil {
          peer.send("HTTP/1.1 200 OK\r\n\(field)http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nok")
        }
      }
      try await GatewayScene.run(script) { scene async throws in
        for _ in 0..<2 { #expect(try scene.ask().text == "ok") }
        #expect(scene.service.requests.count == 2)
      }
    }
  }

  @Test func `whatever host a caller names, the service of the path is asked, by its own name`() async throws {
    try await Self.withTrap { scene, trap in
      for host in [trap, "169.254.169.254", "localhost:\(scene.service.port)", "a.example", "[::1]:80", "shop"] {
        for target in ["/open/1", "http://\(host)/open/1", "HTTP://\(host)/open/1", "https://\(host)/open/1"] {
          let before = scene.service.requests.count
          #expect(try scene.ask(target, host: host).status == 200, "\(target)")
          let requests = scene.service.requests[before...]
          let head = try #require(requests.first)
          #expect(requests.count == 1 && head.hasPrefix("GET /open/1 HTTP/1.1\r\n"), "\(target) became \(head)")
          #expect(head.contains("\r\nhost: 127.0.0.1:\(scene.service.port)\r\n") && !head.contains(trap), "\(head)")
        }
      }
    }
  }

  @Test func `a target that names another host than the request, or another scheme, is refused`() async throws {
    try await Self.withTrap { scene, trap in
      let targets = [
        "http://\(trap)/open/1", "http://shop.example@\(trap)/open/1", "http://\(trap)\\@shop.example/open/1",
        "http://shop.example:80@\(trap)/open/1", "file:///open/1", "gopher://shop.example/open/1",
        "ftp://shop.example/open/1", "//\(trap)/open/1", "http:/open/1", trap,
      ]
      for target in targets {
        let status = try scene.ask(target).status
        #expect([400, 404].contains(status), "\(target): \(status)")
      }
      #expect([400, 404, 405, 501].contains(try scene.ask(trap, method: "CONNECT", host: trap).status))
      #expect(scene.service.requests.isEmpty)
    }
  }

  @Test(arguments: [
    "file:///etc/passwd", "gopher://127.0.0.1:1", "ftp://127.0.0.1", "http://u:p@127.0.0.1:1x", "unix:/x",
  ])
  func `a gateway does not start with a service at an address of another scheme`(_ url: String) async throws {
    let host = try GatewayScene.host("gateway", ["SHOP_URL": url])
    await #expect(throws: ConfigurationError.self) { try await host.start { _ in } }
    await host.stop(within: 0)
  }

  @Test func `a proxy that the environment names is not asked`() async throws {
    // In a process of its own, whose other tests do not see the environment.
    await #expect(processExitsWith: .success) {
      let proxy = try ScriptedServer(answering: GatewayScene.ok)
      for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"] {
        setenv(name, proxy.origin, 1)
      }
      for name in ["no_proxy", "NO_PROXY"] { unsetenv(name) }
      try await GatewayScene.run { scene async throws in
        // A caller's `Proxy` header becomes HTTP_PROXY where programs are started by CGI.
        #expect(try scene.ask(fields: "Proxy: \(proxy.origin)\r\n").status == 200)
        #expect(scene.service.requests.count == 1 && scene.service.requests[0].hasPrefix("GET /open/1 HTTP/1.1\r\n"))
        #expect(!scene.service.requests[0].lowercased().contains("proxy"))
      }
      #expect(proxy.connections == 0)
      proxy.stop()
    }
  }
}

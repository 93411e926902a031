import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// Calls to `https` origins.
@Suite(.timeLimit(.minutes(5))) struct TLSTests: ClientSuite {
  /// What the server says of the connection that a response has come over.
  private func facts(_ client: HTTPClient, _ path: String = "/") async throws -> [String] {
    let response = try await client.send(Self.get(path), Self.operation())
    #expect(response.status == 200 && response.body.allSatisfy { $0 == UInt8(ascii: "x") })
    return ["connection", "version", "protocol", "resumed", "name"].map { response.headers["x-\($0)"] ?? "" }
  }

  private func failure(_ client: HTTPClient, _ path: String = "/") async -> String {
    await outcome { _ = try await client.send(Self.get(path), Self.operation()) }
  }

  // MARK: certificates

  @Test func `a server is called that has a certificate of a trusted authority for its name`() async throws {
    try await TLSScene.run { scene async throws in
      #expect(try await facts(scene.client()) == ["1", "TLSv1.3", "http/1.1", "False", "localhost"])
      #expect(await failure(try scene.client("127.0.0.1")).contains("for 127.0.0.1: IP address mismatch"))
    }
  }

  @Test func `an address is one of the certificate's addresses, and is not named to the server`() async throws {
    try await TLSScene.run("addressed") { scene async throws in
      #expect(try await facts(scene.client("127.0.0.1")).last == "None")
      #expect(await failure(try scene.client()).contains("for localhost: hostname mismatch"))
    }
  }

  @Test(arguments: [
    ("other", "root.pem", "hostname mismatch"), ("expired", "root.pem", "certificate has expired"),
    ("named", "stranger.pem", "unable to get local issuer certificate"),
    ("named", nil, "unable to get local issuer certificate"),
  ])
  func `nothing is sent to a server whose certificate is not valid, and the log can say why`(
    _ certificate: String, _ authority: String?, _ reason: String
  ) async throws {
    try await TLSScene.run(certificate) { scene async throws in
      let error = await #expect(throws: ClientError.self) {
        try await scene.client(trusting: authority).send(Self.post(), Self.operation("POST"))
      }
      let text = error?.description ?? ""
      #expect(text.hasSuffix("the certificate is not accepted for localhost: \(reason)"), "\(text)")
      // What a caller outside gets says nothing of it.
      #expect(error?.problem.status == 503 && error?.problem.detail.contains("certificate") == false)
    }
  }

  @Test func `an address that is not the service's is left for another one`() async throws {
    try await TLSScene.run { scene async throws in
      let upstream = try ServiceHTTP.Upstream(
        "test", at: ["https://127.0.0.1:\(scene.port)", "https://localhost:\(scene.port)"], loops: [scene.loop],
        limits: .patient, tls: ClientTLS(authorities: scene.path("root.pem")), sleep: { _ in })
      for _ in 0..<8 {
        #expect(try await upstream.send(Self.post(), Self.operation("POST")).body == [65])
      }
    }
  }

  @Test func `a client shows its certificate to a server that asks for one`() async throws {
    try await TLSScene.run("named", ["authorities=FOLDER/root.pem"]) { scene async throws in
      let nobody = await failure(try scene.client())
      #expect(nobody.hasPrefix("unreachable: the connection ended before a response arrived"), "\(nobody)")
      let tls = try ClientTLS(
        authorities: scene.path("root.pem"),
        certificate: (file: scene.path("named.pem"), key: scene.path("server.key")))
      let origin = "https://localhost:\(scene.port)"
      let client = try HTTPClient(origin: origin, loops: [scene.loop], limits: .patient, tls: tls)
      #expect(try await facts(client)[1] == "TLSv1.3")
    }
  }

  @Test func `files that cannot be used are named, with what is wrong`() async throws {
    try await TLSScene.run { scene async throws in
      func error(_ authorities: String?, _ certificate: String? = nil, _ key: String = "server.key") -> String {
        let files = certificate.map { (file: scene.path($0), key: scene.path(key)) }
        return #expect(throws: ConfigurationError.self) {
          try ClientTLS(authorities: authorities.map(scene.path), certificate: files)
        }?.description ?? ""
      }
      #expect(error("none.pem").contains("/none.pem' is not a PEM file of authorities: "))
      #expect(error("server.key").contains("/server.key' is not a PEM file of authorities: "))
      #expect(error(nil, "server.key").contains("/server.key' is not a PEM file of a certificate: "))
      #expect(error(nil, "named.pem", "none.key").contains("/none.key' is not a PEM file of the key of '"))
      #expect(error(nil, "named.pem", "root.key").contains("key values mismatch"))
    }
  }

  // MARK: handshakes

  @Test func `older versions of TLS than the last two are not spoken`() async throws {
    try await TLSScene.run("named", ["version=TLSv1_1"]) { scene async throws in
      let failure = await failure(try scene.client())
      #expect(failure.hasPrefix("unreachable: the TLS handshake failed: "), "\(failure)")
    }
    try await TLSScene.run("named", ["version=TLSv1_2"]) { scene async throws in
      #expect(try await facts(scene.client()) == ["1", "TLSv1.2", "http/1.1", "False", "localhost"])
    }
  }

  @Test(arguments: ["TLSv1_2", "TLSv1_3"])
  func `a connection is used again, and the next one resumes its session`(_ version: String) async throws {
    try await TLSScene.run("named", ["version=\(version)"]) { scene async throws in
      let client = try scene.client()
      for _ in 0..<20 { #expect(try await facts(client)[0] == "1") }
      #expect(try await facts(client, "/close")[0] == "1")
      #expect(try await facts(client, "/close")[0...3] == ["2", version.replacing("_", with: "."), "http/1.1", "True"])
      #expect(try await facts(client)[0...3] == ["3", version.replacing("_", with: "."), "http/1.1", "True"])
    }
  }

  @Test func `a handshake that hangs is given up within the time for connecting`() async throws {
    let (server, loop) = (try ScriptedServer { $0.waitForEnd() }, try Loop())
    defer {
      server.stop()
      loop.stop()
    }
    var limits = HTTPClient.Limits.patient
    limits.connect = 100
    let client = try HTTPClient(origin: "https://127.0.0.1:\(server.port)", loops: [loop], limits: limits)
    #expect(await failure(client) == "unreachable: connect: no answer in time")
    try await eventually { server.endedConnections == 1 }
  }

  @Test func `a caller that goes ends the handshake`() async throws {
    let (server, loop) = (try ScriptedServer { $0.waitForEnd() }, try Loop())
    defer {
      server.stop()
      loop.stop()
    }
    let client = try HTTPClient(origin: "https://127.0.0.1:\(server.port)", loops: [loop], limits: .patient)
    let call = Task { await failure(client) }
    try await eventually { server.connections == 1 }
    call.cancel()
    #expect(await call.value == "cancelled")
    try await eventually { server.endedConnections == 1 }
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", ""])
  func `a server without TLS is unreachable`(_ answer: String) async throws {
    let loop = try Loop()
    let server = try ScriptedServer { peer in
      _ = Raw.receive(peer.descriptor)
      peer.send(answer)
    }
    defer {
      server.stop()
      loop.stop()
    }
    let client = try HTTPClient(origin: "https://127.0.0.1:\(server.port)", loops: [loop], limits: .patient)
    let failure = await failure(client)
    #expect(failure.hasPrefix("unreachable: the TLS handshake failed: "), "\(failure)")
  }

  // MARK: bodies

  @Test func `large bodies go there and back, whole and in pieces`() async throws {
    let (count, length) = (32, 32 * 65_536)
    try await TLSScene.run { scene async throws in
      let client = try scene.client()
      let whole = HTTPRequest(method: "POST", path: "/", body: (0..<length).map { UInt8(truncatingIfNeeded: $0 / 251) })
      #expect(try await client.send(whole, Self.operation("POST")).body == whole.body)
      let request = HTTPRequest(method: "POST", path: "/", stream: Self.pieces(count, length: length))
      let response = try await client.forward(request, Self.operation("POST"))
      let body = try #require(response.stream)
      var received = 0
      for try await piece in body {
        let expected = (received..<received + piece.count).map { UInt8(truncatingIfNeeded: $0 / 65_536) }
        #expect(piece == expected)
        received += piece.count
      }
      #expect(received == length && response.headers["x-connection"] == "1")
      #expect(try await facts(client)[0] == "1")
    }
  }

  @Test func `a body without a length is whole only where its end is announced`() async throws {
    try await TLSScene.run { scene async throws in
      let client = try scene.client()
      #expect(try await facts(client, "/until-close").count == 5)
      #expect(
        await failure(client, "/cut")
          == "unreachable: the connection broke inside the response: it ended without TLS's close_notify")
      #expect(await failure(client, "/short") == "unreachable: the connection ended inside the response")
      // The same of a stream.
      let request = HTTPRequest(method: "GET", path: "/cut", query: "100000")
      let body = try #require(try await client.forward(request, Self.operation()).stream)
      let outcome = await outcome { for try await _ in body {} }
      #expect(outcome.hasSuffix("it ended without TLS's close_notify"), "\(outcome)")
    }
  }

  @Test func `a body with a length is whole however the connection ends, which is not used again`() async throws {
    try await TLSScene.run { scene async throws in
      let client = try scene.client()
      for number in 0..<10 {
        let (first, second) = (try await facts(client, "/whole-cut"), try await facts(client, "/leave"))
        #expect(first[0] == "\(2 * number + 1)" && second[0] == "\(2 * number + 2)")
      }
    }
  }

  // MARK: what is not passed on

  @Test func `a WebSocket is not passed on over TLS`() async throws {
    try await TLSScene.run { scene async throws in
      let client = try scene.client()
      let request = HTTPRequest(method: "GET", path: "/", headers: ["connection": "upgrade", "upgrade": "websocket"])
      let outcome = await outcome { _ = try await client.upgrade(request, Self.operation()) }
      #expect(outcome == "unreachable: a WebSocket is not passed on to an https origin")
      #expect(try await facts(client)[0] == "1")
    }
  }
}

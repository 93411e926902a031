import Foundation
import Gateway
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// WebSockets through the gateway, to a service elsewhere.
@Suite(.serialized, .timeLimit(.minutes(5))) struct WebSocketGatewayTests {
  private enum ChatAPI: ServiceContract {
    static let name = "chat"
    static let version = "1"
    static let operations = [
      operation("chat", [101]), operation("plain", [200]),
      operation("closed", [101], [SecurityRequirement(schemes: [(key, [])])]),
    ]
    static let key = SecurityScheme(name: "key", kind: .apiKey(in: .header, name: "X-Api-Key"))

    static func operation(
      _ name: String, _ statuses: [Int], _ security: [SecurityRequirement] = []
    ) -> OperationDescriptor {
      OperationDescriptor(
        service: "chat", id: name, method: "GET", path: [.literal(name)],
        responses: .init(statuses, hasDefault: true), policy: .init(security: security, timeout: hangGuard))
    }
  }

  private struct Chat: Service {
    typealias API = ChatAPI
    init(_ resources: Resources) throws {}
    var endpoint: any ServiceEndpoint { Nothing() }
  }

  private struct Nothing: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 404)
    }
  }

  /// Runs a gateway before a service at `origin`.
  private func gateway(_ origin: String, _ body: (_ port: Int) async throws -> Void) async throws {
    let host = try GatewayScene.host(
      "gateway",
      [
        "CHAT_URL": origin, "CHARTER_PUBLIC_URL": "https://shop.example:443",
        "CHARTER_ORIGINS": "https://app.example,http://localhost:3000",
      ], services: [Chat.self])
    try await GatewayScene.serving(host, body)
  }

  /// The same before a service that switches where it is asked to.
  private func chatting(_ body: (ScriptedServer, _ port: Int) async throws -> Void) async throws {
    let service = try ScriptedServer { peer in
      while let head = peer.request() {
        guard head.contains("upgrade: websocket\r\n") else {
          peer.send(WebSocketText.ok)
          continue
        }
        peer.send(WebSocketText.switched)
        return _ = peer.echo()
      }
    }
    defer { service.stop() }
    try await gateway(service.origin) { try await body(service, $0) }
  }

  private func ask(_ text: String, _ port: Int) throws -> Replies {
    let client = try RawClient(port: port)
    client.send(text)
    return client.receive { $0.hasSuffix("ok") || $0.hasSuffix("}") }
  }

  @Test func `a service gets the fields of the handshake, and what follows it`() async throws {
    try await chatting { service, port in
      let client = try RawClient(port: port)
      let fields =
        "Origin: https://app.example\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
        + "X-Secret: s\r\nX-User-Id: boss\r\n"
      let early = try client.open(WebSocketText.handshake(fields: fields), "hello")
      #expect(early + client.read(5 - early.count) == bytes("hello"))
      let head = try #require(service.requests.first).lowercased()
      for line in [
        "get /chat http/1.1", "connection: upgrade", "upgrade: websocket", "origin: https://app.example",
        "sec-websocket-protocol: a, b", "sec-websocket-extensions: permessage-deflate", "sec-websocket-version: 13",
        "sec-websocket-key: \(WebSocketText.key.lowercased())",
      ] {
        #expect(head.components(separatedBy: line + "\r\n").count == 2, "\(line) in \(head)")
      }
      #expect(!head.contains("x-secret") && !head.contains("x-user-id"))
      #expect(head.components(separatedBy: "upgrade:").count == 2)
    }
  }

  @Test func `what is no handshake is an ordinary request`() async throws {
    try await chatting { service, port in
      let others = [
        WebSocketText.handshake("/plain"), WebSocketText.handshake(upgrade: "h2c"),
        WebSocketText.handshake(connection: "keep-alive"), WebSocketText.handshake(connection: "close, x-upgrade"),
        WebSocketText.handshake(http: "1.0"), "GET /chat HTTP/1.1\r\nHost: a\r\n\r\n",
      ]
      for text in others {
        let statuses = try ask(text, port).replies.map(\.status)
        #expect(statuses == [200], "\(text)")
      }
      #expect(service.requests.count == others.count)
      for head in service.requests {
        #expect(!head.lowercased().contains("upgrade:") && !head.contains("sec-websocket"), "\(head)")
      }
    }
  }

  @Test func `a handshake that is not valid does not reach the service`() async throws {
    try await chatting { service, port in
      for version in ["12", "8", "13, 8", nil] {
        let reply = try #require(try ask(WebSocketText.handshake(version: version), port).replies.first)
        #expect(reply.status == 426 && reply.fields["sec-websocket-version"] == ["13"])
        #expect(reply.fields["upgrade"] == ["websocket"] && reply.fields["connection"] == ["upgrade"])
      }
      let keys = [
        nil, "", "short==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=!", "dGhlIHNhbXBsZSBub25jZ-==",
        "dGhlIHNhbXBsZSBub25jZR==",
        WebSocketText.key + "\r\nSec-WebSocket-Key: " + WebSocketText.key,
      ]
      for key in keys {
        let statuses = try ask(WebSocketText.handshake(key: key), port).replies.map(\.status)
        #expect(statuses == [400], "\(key ?? "none")")
      }
      let body = WebSocketText.handshake(fields: "Content-Length: 2\r\n") + "ab"
      #expect(try ask(body, port).replies.map(\.status) == [400])
      #expect(service.requests.isEmpty)
    }
  }

  @Test func `only pages of the platform, and of the origins that it names, open a WebSocket`() async throws {
    try await chatting { service, port in
      let strange = [
        "https://evil.example", "null", "", "https://app.example.evil.com", "https://APP.example", "http://app.example",
        "https://app.example:444", "https://shop.example:443", "http://localhost:3001",
        "https://app.example\r\nOrigin: https://evil.example",
      ]
      for origin in strange {
        let reply = try ask(WebSocketText.handshake(fields: "Origin: \(origin)\r\n"), port)
        #expect(reply.replies.map(\.status) == [403], "\(origin)")
      }
      #expect(service.requests.isEmpty)
      for origin in ["https://shop.example", "https://app.example", "http://localhost:3000"] {
        _ = try RawClient(port: port).open(WebSocketText.handshake(fields: "Origin: \(origin)\r\n"))
      }
    }
  }

  @Test func `a handshake passes the stages of its operation first`() async throws {
    try await chatting { service, port in
      #expect(try ask(WebSocketText.handshake("/closed"), port).replies.map(\.status) == [401])
      #expect(
        try ask(WebSocketText.handshake("/closed", fields: "X-Api-Key: wrong\r\n"), port).replies.map(\.status) == [401]
      )
      #expect(service.requests.isEmpty)
      _ = try RawClient(port: port).open(WebSocketText.handshake("/closed", fields: "X-Api-Key: right\r\n"))
      #expect(service.requests.first?.contains("x-user-id: ada\r\n") == true)
    }
  }

  @Test func `a service at an https origin, to which none are passed on, stops the start`() async throws {
    let host = try GatewayScene.host(
      "gateway", ["CHAT_URL": "http://127.0.0.1:1,https://chat.example"], services: [Chat.self])
    let error = await #expect(throws: ConfigurationError.self) { try await host.start { _ in } }
    #expect(
      error?.description.hasPrefix("CHAT_URL is 'http://127.0.0.1:1,https://chat.example', and chat of chat") == true)
    await host.stop(within: 0)
  }

  // MARK: a real peer

  private static let hasPeer: Bool = {
    let run = try? TestProcess.run(["/bin/sh", "-c", "python3 -c 'import websockets'"])
    return run?.code == 0
  }()

  /// Messages of each kind and size, compressed ones, pings and codes of closing, by a client and a server that are not ours.
  @Test(.enabled(if: hasPeer, "websockets is not installed"))
  func `a client and a server of another maker understand each other`() async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peer.py").path
    let server = try TestProcess(["/bin/sh", "-c", "exec python3 \"$@\"", "sh", script, "serve"])
    defer { server.stop() }
    var origin = ""
    while !origin.hasSuffix("\n"), case let more = server.output.availableData, !more.isEmpty {
      origin += String(decoding: more, as: UTF8.self)
    }
    try await gateway(origin.trimmingCharacters(in: .whitespacesAndNewlines)) { port in
      let run = try TestProcess.run(["/bin/sh", "-c", "exec python3 \"$@\"", "sh", script, "call", "\(port)"])
      #expect(run.code == 0 && run.output.hasSuffix("done\n"), "\(run.output)\(run.errors)")
    }
  }
}

import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestSockets
import Testing

/// Connections that switch protocols: bytes pass through the server, unread, to a service and back.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TunnelTests {
  private static func echoing(_ peer: ScriptedServer.Peer) {
    guard peer.request() != nil else { return }
    peer.send(WebSocketText.switched)
    peer.echo()
  }

  // MARK: bytes

  @Test func `bytes pass in both directions, however many`() async throws {
    try await TunnelScene.run(Self.echoing) { scene in
      let client = try scene.connect()
      #expect(try client.open().isEmpty)
      for text in ["a", "GET / HTTP/1.1\r\n\r\n", "\u{0}\u{FF}"] {
        client.send(text)
        #expect(client.read(bytes(text).count) == bytes(text))
      }
      var long: [UInt8] = []
      for number in 0..<(8 << 20) { long.append(UInt8(truncatingIfNeeded: number &* 31 &+ number >> 9)) }
      let (descriptor, sent) = (client.descriptor, long)
      // Nobody reads the echo until it is all sent, or the sockets are full: so a thread sends.
      Thread.detachNewThread { Raw.send(descriptor, sent) }
      #expect(client.read(long.count) == long)
    }
  }

  @Test func `what came behind the heads of the handshake passes first`() async throws {
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched + "hello")
      peer.echo()
    } _: { scene in
      // Were it read as HTTP, it would be a request of its own.
      let early = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n"
      let client = try scene.connect()
      let received = try client.open(WebSocketText.handshake(), early)
      let expected = bytes("hello" + early)
      #expect(received + client.read(expected.count - received.count) == expected)
      #expect(scene.service.connections == 1)
    }
  }

  @Test func `who sends waits while the other side does not read`() async throws {
    let (mayRead, received) = (DispatchSemaphore(value: 0), Signal<Int>())
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched)
      mayRead.wait()
      received.give(peer.count())
    } _: { scene in
      let client = try scene.connect()
      _ = try client.open()
      Raw.set(client.descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 0, tv_usec: 300_000))
      let piece = [UInt8](repeating: 1, count: 65_536)
      var sent = 0
      while sent < 256 << 20 {
        let count = piece.withUnsafeBytes { send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { break }
        sent += count
      }
      // What the sockets of the system hold, and no more.
      #expect(sent < 64 << 20)
      mayRead.signal()
      client.endSending()
      #expect(await received.take() == sent)
    }
  }

  // MARK: ends

  @Test func `a client that has ended its side still gets what the service sends, and then the end`() async throws {
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched)
      peer.send("\(peer.count()) bytes")
    } _: { scene in
      let client = try scene.connect()
      _ = try client.open()
      client.send("12345")
      client.endSending()
      #expect(client.read(.max) == bytes("5 bytes"))
    }
  }

  @Test func `each side learns that the other has gone`() async throws {
    let ended = Signal<Int>()
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched)
      var byte: UInt8 = 0
      while recv(peer.descriptor, &byte, 1, 0) == 1, byte != UInt8(ascii: "q") {}
      ended.give(Int(byte))
    } _: { scene in
      let client = try scene.connect()
      _ = try client.open()
      client.send("abcq")
      #expect(client.read(.max).isEmpty, "the service has closed")
      #expect(await ended.take() == Int(UInt8(ascii: "q")))
      var other: RawClient? = try scene.connect()
      _ = try other?.open()
      other?.send("abc")
      other = nil
      #expect(await ended.take() == Int(UInt8(ascii: "c")), "the client has closed")
    }
  }

  @Test func `the connection of a client is closed in order where that of the service breaks`() async throws {
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched)
      var byte: UInt8 = 0
      _ = recv(peer.descriptor, &byte, 1, 0)
      peer.reset()
    } _: { scene in
      let client = try scene.connect()
      _ = try client.open()
      client.send("a")
      #expect(Raw.receive(client.descriptor) == [])
      #expect(scene.service.connections == 1)
    }
  }

  @Test func `a server that stops ends them`() async throws {
    let ended = Signal<Int>()
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(WebSocketText.switched + "hello")
      ended.give(peer.count())
    } _: { scene in
      var client: RawClient? = try scene.connect()
      let received = try client?.open() ?? []
      #expect(received + (client?.read(5 - received.count) ?? []) == bytes("hello"))
      // On the loop: this thread is blocked.
      let stopping = Task(executorPreference: scene.loop) { await scene.server.stop(within: 600) }
      #expect(client?.read(.max) == [])
      client = nil
      await stopping.value
      #expect(await ended.take() == 0)
      #expect(await scene.server.connectionCount == 0)
    }
  }

  @Test func `one that is silent for too long is ended`() async throws {
    var settings = HTTPServerSettings.patient
    settings.tunnelIdle = 100
    try await TunnelScene.run(settings: settings, Self.echoing) { scene in
      let client = try scene.connect()
      _ = try client.open()
      #expect(client.read(.max).isEmpty)
    }
  }

  // MARK: limits

  @Test func `a tunnel is one of the server's connections, and none of its client's pool`() async throws {
    var (settings, limits) = (HTTPServerSettings.patient, HTTPClient.Limits.patient)
    (settings.connections, limits.connections, limits.waiting) = (2, 1, 0)
    try await TunnelScene.run(settings: settings, limits: limits) { peer in
      guard let head = peer.request() else { return }
      guard head.hasPrefix("GET /chat") else { return peer.send(WebSocketText.ok) }
      peer.send(WebSocketText.switched)
      peer.echo()
    } _: { scene in
      let first = try scene.connect()
      var second: RawClient? = try scene.connect()
      for client in [first, second] { _ = try client?.open() }
      #expect(await scene.server.connectionCount == 2)
      let third = try scene.connect()
      third.send("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
      second = nil
      let came = third.receive { $0.hasSuffix("ok") }
      #expect(came.replies.map(\.status) == [200])
      first.send("still there")
      #expect(first.read(11) == bytes("still there"))
    }
  }

  // MARK: refusals

  @Test func `the connection of a client that is refused stays HTTP`() async throws {
    try await TunnelScene.run { peer in
      while let head = peer.request() {
        peer.send(
          head.hasPrefix("GET /chat") ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno" : WebSocketText.ok)
      }
    } _: { scene in
      let client = try scene.connect()
      client.send(WebSocketText.handshake() + "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
      let came = client.receive { $0.hasSuffix("ok") }
      #expect(came.replies.map(\.status) == [403, 200] && came.replies.map(\.text) == ["no", "ok"])
      // Each on a connection of its own: that of a handshake is not used again.
      #expect(scene.service.connections == 2)
      let hasty = try scene.connect()
      hasty.send(WebSocketText.handshake() + "\u{81}\u{5}hello\r\n")
      let refused = hasty.receive()
      #expect(refused.isClosed && refused.replies.map(\.status) == [403, 400])
      #expect(scene.service.requests.allSatisfy { $0.hasSuffix("\r\n\r\n") }, "nothing else has reached the service")
    }
  }

  @Test(arguments: [
    "Upgrade: h2c\r\nConnection: Upgrade\r\n", "Connection: Upgrade\r\n", "Upgrade: websocket\r\n", "",
    "Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n", "Upgrade: websocket\r\nConnection: close\r\n",
  ])
  func `a service that switches to anything else gives no usable response`(_ fields: String) async throws {
    try await refused("/chat", fields)
  }

  @Test func `a service that switches without being asked gives no usable response`() async throws {
    try await refused("/plain", "Upgrade: websocket\r\nConnection: Upgrade\r\n")
  }

  private func refused(_ path: String, _ fields: String) async throws {
    try await TunnelScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send("HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")
      peer.waitForEnd()
    } _: { scene in
      let client = try scene.connect()
      client.send(WebSocketText.handshake(path) + "GET /\r\n\r\n")
      let came = client.receive()
      #expect(came.isClosed && came.replies.map(\.status) == [502, 400], "\(came)")
    }
  }

  @Test func `a service that is away cannot be reached`() async throws {
    try await TunnelScene.run { peer in
      peer.reset()
    } _: { scene in
      let client = try scene.connect()
      client.send(WebSocketText.handshake())
      #expect(client.receive { $0.contains("\r\n\r\n") }.replies.map(\.status) == [503])
    }
  }

  @Test func `what was sent is not sent again`() async throws {
    try await TunnelScene.run(attempts: 3) { peer in
      while peer.request() != nil { peer.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno") }
    } _: { scene in
      let client = try scene.connect()
      client.send(WebSocketText.handshake())
      #expect(client.receive { $0.hasSuffix("no") }.replies.map(\.status) == [503])
      #expect(scene.service.requests.count == 1)
      client.send(WebSocketText.handshake("/plain"))
      _ = client.receive { $0.components(separatedBy: "HTTP/1.1 503").count == 3 && $0.hasSuffix("no") }
      #expect(scene.service.requests.count == 4, "another request is repeated")
    }
  }
}

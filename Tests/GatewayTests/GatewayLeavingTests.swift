import Glibc
import ServiceCore
import TestProcesses
import TestSockets
import Testing

/// Reliability F10: clients that go away while a service works for them.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayLeavingTests {
  /// How many go in each way: 240 in all, or 10,000 if a fifth of the minutes is enough for them.
  private static let (count, milliseconds) =
    GatewayScene.minutes.map { (3_340, Int(min($0 * 4_000, 150_000))) } ?? (80, hangGuard)
  /// How many at once: fewer than the connections to the service.
  private static let batch = 20

  /// How a client goes.
  enum Leaving: CaseIterable { case closes, resets, endsSending }

  private static func leave(_ client: RawClient, _ leaving: Leaving) {
    switch leaving {
    case .closes: break
    case .resets: Raw.set(client.descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    case .endsSending:
      shutdown(client.descriptor, Int32(SHUT_WR))
      // It still reads, and is told that nothing will come.
      let came = client.receive()
      #expect(came.isClosed && !came.statuses.contains(200), "\(came)")
    }
  }

  /// Reads requests, and responds to none but those to `/open`.
  private static let works: @Sendable (ScriptedServer.Peer) -> Void = { peer in
    while let request = peer.request() {
      guard request.hasPrefix("GET /hold ") else {
        peer.send(GatewayScene.ok)
        continue
      }
      return peer.waitForEnd()
    }
  }

  /// Whether as many requests as there are connections, and more, still pass, one after another and all at once.
  private static func expectAllPass(_ scene: GatewayScene) throws {
    for _ in 0..<GatewayQueueTests.slots * 2 { #expect(try scene.ask().status == 200) }
    let clients = try (0..<GatewayQueueTests.slots * 2).map { _ in
      try scene.connect(sending: "GET /open/2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    }
    for client in clients { #expect(client.receive().statuses == [200]) }
  }

  @Test(arguments: Leaving.allCases)
  func `the work of a client that goes away is ended, and nothing of it is left`(_ leaving: Leaving) async throws {
    try await GatewayScene.run(Self.works) { scene async throws in
      #expect(try scene.ask().status == 200)
      #expect(scene.connections == 1)
      var asked = 0
      let end = Deadline(in: Self.milliseconds)
      while asked < Self.count, end.left > 0 {
        asked += Self.batch
        do {
          let clients = try (0..<Self.batch).map { _ in try scene.connect(sending: GatewayQueueTests.hold) }
          try await eventually { scene.requests("GET /hold").count == asked }
          for client in clients { Self.leave(client, leaving) }
        }
        // The service learns of each by the end of its connection.
        try await eventually { try scene.connections == 0 && scene.clientCount() == 0 }
      }
      try Self.expectAllPass(scene)
      #expect(scene.connections <= GatewayQueueTests.slots)
      let isOnce = scene.requests("GET /hold").count == asked
      #expect(isOnce, "none was sent again")
      try await eventually { try scene.clientCount() == 0 }
      if GatewayScene.minutes != nil { print("F10", isOnce ? "pass" : "fail", asked, "clients, each", leaving) }
    }
  }

  @Test func `a client that goes away inside a long response takes its connection along`() async throws {
    let long = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + String(repeating: "a", count: 200_000)
    try await GatewayScene.run { peer in
      while let request = peer.request() {
        guard request.hasPrefix("GET /hold ") else {
          peer.send(GatewayScene.ok)
          continue
        }
        peer.send(long)
        return peer.waitForEnd()
      }
    } _: { scene async throws in
      for round in 0..<(GatewayScene.minutes == nil ? 5 : 30) {
        do {
          let clients = try (0..<Self.batch).map { _ in try scene.connect(sending: GatewayQueueTests.hold) }
          for (index, client) in clients.enumerated() {
            #expect(client.receive { $0.contains("\r\n\r\na") }.replies.isEmpty)
            if index % 2 == 0 { Self.leave(client, .resets) }
          }
        }
        try await eventually { try scene.connections == 0 && scene.clientCount() == 0 }
        #expect(scene.requests("GET /hold").count == (round + 1) * Self.batch)
      }
      try Self.expectAllPass(scene)
    }
  }

  @Test func `the request of a client that goes away before it has a connection does not reach its service`()
    async throws
  {
    let gate = GatewayQueueTests.Gate()
    try await GatewayScene.run(GatewayQueueTests.holding(gate)) { scene async throws in
      let held = try await GatewayQueueTests.fill(scene)
      for _ in 0..<4 {
        do { _ = try await GatewayQueueTests.wait(50, "POST /orders", scene) }
        try await eventually { try scene.clientCount() == held.count }
      }
      gate.open()
      for client in held { #expect(client.receive { $0.hasSuffix("ok") }.statuses == [200]) }
      try Self.expectAllPass(scene)
      #expect(scene.requests("POST /orders").isEmpty)
      #expect(scene.service.connections == GatewayQueueTests.slots)
    }
  }
}

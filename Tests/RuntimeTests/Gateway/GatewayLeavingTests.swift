import Foundation
import Glibc
import ServiceCore
import Testing

/// Reliability F10: clients that go away while a service works for them.
@Suite(.timeLimit(.minutes(10)), .enabled(if: GatewayScene.isAskedFor, "run ./charter test --chaos"))
struct GatewayLeavingTests {
  private static let isChaos = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] != nil
  /// How many go in each way: 2,100 in all, and 240.
  private static let count = isChaos ? 700 : 80
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
      let client = try RawClient()
      client.send("GET /open/2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      return client
    }
    for client in clients { #expect(client.receive().statuses == [200]) }
  }

  @Test(arguments: Leaving.allCases)
  func `the work of a client that goes away is ended, and nothing of it is left`(_ leaving: Leaving) async throws {
    try await GatewayScene.run(Self.works) { scene async throws in
      #expect(try scene.ask().status == 200)
      #expect(scene.connections == 1)
      var asked = 0
      while asked < Self.count {
        asked += Self.batch
        do {
          let clients = try (0..<Self.batch).map { _ in
            let client = try RawClient()
            client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
          }
          try await eventually { scene.requests("GET /hold").count == asked }
          for client in clients { Self.leave(client, leaving) }
        }
        // The service learns of each by the end of its connection.
        try await eventually { try scene.connections == 0 && scene.clients() == 0 }
      }
      try Self.expectAllPass(scene)
      #expect(scene.connections <= GatewayQueueTests.slots)
      #expect(scene.requests("GET /hold").count == Self.count, "none was sent again")
      try await eventually { try scene.clients() == 0 }
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
      for round in 0..<(Self.isChaos ? 30 : 5) {
        do {
          let clients = try (0..<Self.batch).map { _ in
            let client = try RawClient()
            client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
          }
          for (index, client) in clients.enumerated() {
            #expect(client.receive { $0.contains("\r\n\r\na") }.replies.isEmpty)
            if index % 2 == 0 { Self.leave(client, .resets) }
          }
        }
        try await eventually { try scene.connections == 0 && scene.clients() == 0 }
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
        try await eventually { try scene.clients() == held.count }
      }
      gate.open()
      for client in held { #expect(client.receive { $0.hasSuffix("ok") }.statuses == [200]) }
      try Self.expectAllPass(scene)
      #expect(scene.requests("POST /orders").isEmpty)
      #expect(scene.service.connections == GatewayQueueTests.slots)
    }
  }
}

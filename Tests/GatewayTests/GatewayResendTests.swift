import ServiceCore
import Synchronization
import TestSockets
import Testing

/// Reliability F4, through a gateway: what a service has read is not sent to it again, unless a key says that it may be.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayResendTests {
  /// More of it in a run of `./charter test --chaos`.
  private static let rounds = GatewayScene.minutes == nil ? 200 : 1_000

  /// How a service ends a connection on which it has read a request: all of it, or its head alone.
  enum Ending: CaseIterable { case resets, closes, resetsInsideTheBody }

  /// A request with an effect that the service has read.
  private struct Execution: Sendable {
    let text: String
    /// Whether the connection that it came on had been used before.
    let isReused: Bool
  }

  private final class Executions: Sendable { let all = Mutex<[Execution]>([]) }

  /// Sends a GET, and then a POST that is read on the same connection of the gateway's and not answered.
  private func rounds(
    _ count: Int, _ path: String, _ ending: Ending, key: Bool,
    _ check: (_ executions: [Execution], _ reply: Replies.Reply) throws -> Void
  ) async throws {
    let executions = Executions()
    try await GatewayScene.run { peer in
      var isReused = false
      while case let request? = ending == .resetsInsideTheBody ? peer.head() : peer.request() {
        guard request.hasPrefix("POST") else {
          peer.send(GatewayScene.ok)
          isReused = true
          continue
        }
        executions.all.withLock { $0.append(Execution(text: request, isReused: isReused)) }
        if ending != .closes { peer.reset() }
        return
      }
    } _: { scene async throws in
      for number in 0..<count {
        #expect(try scene.ask().status == 200)
        let before = executions.all.withLock(\.count)
        let fields = key ? "Idempotency-Key: key-\(number)\r\n" : ""
        let reply = try scene.ask(path, method: "POST", fields: fields, body: "{\"number\":\(number)}")
        try check(executions.all.withLock { Array($0[before...]) }, reply)
      }
      // What is sent once has a new connection where the one in use has been idle for too long: on a slow machine, some.
      #expect(executions.all.withLock { $0.count(where: \.isReused) } > count / 2)
    }
  }

  private func expectFailure(_ reply: Replies.Reply) {
    #expect(reply.status == 502 || reply.status == 503, "\(reply)")
    #expect(reply.fields["content-type"] == ["application/problem+json"], "\(reply)")
  }

  @Test(arguments: Ending.allCases)
  func `a request without a key is executed once, and its caller learns that its end is unknown`(_ ending: Ending)
    async throws
  {
    try await rounds(ending == .resets ? Self.rounds : 40, "/orders", ending, key: false) { executions, reply in
      expectFailure(reply)
      #expect(executions.count == 1, "\(executions)")
    }
  }

  /// However often its contract lets it be sent: once, and twice.
  @Test(arguments: Ending.allCases, ["/orders", "/repeated"])
  func `a request with a key is sent once more, the same byte for byte`(_ ending: Ending, _ path: String) async throws {
    try await rounds(ending == .resets ? Self.rounds : 40, path, ending, key: true) { executions, reply in
      expectFailure(reply)
      let texts = executions.map(\.text)
      #expect(executions.map(\.isReused) == [true, false] && Set(texts).count == 1, "\(texts)")
      #expect(texts.allSatisfy { $0.contains("\r\nidempotency-key: key-") }, "\(texts)")
      #expect(ending == .resetsInsideTheBody || texts.allSatisfy { $0.hasSuffix("}") }, "\(texts)")
    }
  }

  @Test func `a key that the contract does not ask for lets nothing be sent again`() async throws {
    try await rounds(40, "/effects", .resets, key: true) { executions, reply in
      expectFailure(reply)
      #expect(executions.count == 1, "\(executions)")
    }
  }

  @Test func `a request with a key is executed no more often than its contract says, on connections that end`()
    async throws
  {
    // Too busy for the first effect on a connection, and gone with the second.
    try await GatewayScene.run { peer in
      var isBusy = false
      while let request = peer.request() {
        guard request.hasPrefix("POST") else {
          peer.send(GatewayScene.ok)
          continue
        }
        if isBusy { return peer.reset() }
        isBusy = true
        peer.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
      }
    } _: { scene async throws in
      for number in 0..<10 {
        #expect(try scene.ask().status == 200)
        let before = scene.requests("POST /repeated").count
        let reply = try scene.ask(
          "/repeated", method: "POST", fields: "Idempotency-Key: key-\(number)\r\n", body: "{}")
        #expect(reply.status == 503, "\(reply)")
        let count = scene.requests("POST /repeated").count - before
        #expect(count == 2, "\(number): \(count)")
      }
    }
  }

  @Test(arguments: ["/open/1", "/again"])
  func `a read on a connection that has ended is no error`(_ path: String) async throws {
    try await GatewayScene.run { peer in
      guard peer.request() != nil else { return }
      peer.send(GatewayScene.ok)
      if peer.request() != nil { peer.reset() }
    } _: { scene async throws in
      for _ in 0..<40 { #expect(try scene.ask(path).status == 200) }
      #expect(scene.requests("GET \(path)").count > 40, "none met a connection in use")
    }
  }

  @Test func `a service that responds to part of a request has had it, and does not get it again`() async throws {
    let partial = ["HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 100 Continue\r\n\r\n"]
    for text in partial {
      try await GatewayScene.run { peer in
        while let request = peer.request() {
          peer.send(request.hasPrefix("POST") ? text : GatewayScene.ok)
          if request.hasPrefix("POST") { return }
        }
      } _: { scene async throws in
        for number in 0..<20 {
          #expect(try scene.ask().status == 200)
          expectFailure(try scene.ask("/orders", method: "POST", fields: "Idempotency-Key: k\(number)\r\n", body: "{}"))
        }
        #expect(scene.requests("POST /orders").count == 20, "\(text)")
      }
    }
  }
}

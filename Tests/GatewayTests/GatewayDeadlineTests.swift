import Foundation
import Glibc
import ServiceCore
import ServiceDefinition
import ServiceHost
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// Reliability F7: how long a gateway waits for a service, and how long it says that it will.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayDeadlineTests {
  /// What a service does that takes too long.
  enum Slowness: CaseIterable { case isSilent, sendsHalfAHead, sendsByteByByte, sendsInterimResponses }

  /// Whether a connection is still there after a while.
  private static func isOpen(_ peer: ScriptedServer.Peer) -> Bool {
    var polled = [pollfd(fd: peer.descriptor, events: Int16(POLLIN), revents: 0)]
    return poll(&polled, 1, 20) == 0
  }

  @Test(arguments: Slowness.allCases)
  func `a service that takes too long is left, and the gateway responds in its place`(_ slowness: Slowness) async throws
  {
    try await GatewayScene.run { peer in
      guard peer.request() != nil else { return }
      switch slowness {
      case .isSilent: break
      case .sendsHalfAHead: peer.send("HTTP/1.1 200 OK\r\nContent-Le")
      case .sendsByteByByte:
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        while Self.isOpen(peer) { peer.send("a") }
      case .sendsInterimResponses:
        for _ in 0..<8 where Self.isOpen(peer) { peer.send("HTTP/1.1 103 Early Hints\r\n\r\n") }
      }
      peer.waitForEnd()
    } _: { scene async throws in
      let start = Deadline.now
      let reply = try scene.ask("/brief", method: "POST", fields: "X-Request-Id: r-1\r\n", body: "{}")
      // Times are checked in ticks.
      #expect(Deadline.now - start >= ShopElsewhere.API.brief - 50)
      #expect(reply.status == 504 && reply.fields["content-type"] == ["application/problem+json"], "\(reply)")
      #expect(reply.text.contains(#""instance":"/brief""#) && reply.fields["x-request-id"] == ["r-1"], "\(reply)")
      // The service is told by the end of its connection, and nothing of it is used again.
      try await eventually { scene.connections == 0 }
      #expect(scene.service.connections == 1 && scene.service.requests.count == 1)
    }
  }

  // MARK: hops

  /// A service between the gateway and the one elsewhere.
  private struct Relay: Service {
    enum API: ServiceContract {
      static let name = "relay"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "relay", id: "pass", method: "GET", path: [.literal("pass")],
          responses: .init([200], hasDefault: true), policy: .init(timeout: Relay.timeout))
      ]
    }

    struct Shop: APIClient {
      static let service = "shop"
      let placement: Placement
      init(_ placement: Placement) { self.placement = placement }
    }

    static let timeout = 20_000
    /// How long it takes before it calls.
    static let pause = 40
    /// What it was told, in milliseconds.
    @TaskLocal static var told: Told?
    final class Told: Sendable { let values = Mutex<[String?]>([]) }

    let endpoint: any ServiceEndpoint

    init(_ resources: Resources) throws { endpoint = Passing(shop: try resources.client(), told: Relay.told) }

    struct Passing: ServiceEndpoint {
      let shop: Shop
      let told: Told?

      func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
        told?.values.withLock { $0.append(routed.request.headers[Deadline.header]) }
        let end = Deadline(in: Relay.pause)
        while end.left > 0 { await Task.yield() }
        guard case .remote(let transport) = shop.placement else { return HTTPResponse(status: 500) }
        let response = try? await transport.send(
          HTTPRequest(method: "GET", path: "/open/1"), ShopElsewhere.API.operations[0])
        return response ?? HTTPResponse(status: 500)
      }
    }
  }

  @Test func `each hop has less time than the one before it`() async throws {
    let told = Relay.Told()
    let service = try ScriptedServer(GatewayScene.answers)
    defer { service.stop() }
    let services: [any Service.Type] = [Relay.self, ShopElsewhere.self]
    let relay = try GatewayScene.host("relay", ["SHOP_URL": service.origin], services: services)
    let relayPort = try await Relay.$told.withValue(told) { try await relay.start { _ in } }
    let environment = ["RELAY_URL": "http://127.0.0.1:\(relayPort)", "SHOP_URL": service.origin]
    let result = await Result {
      let gateway = try GatewayScene.host("gateway", environment, services: services)
      try await GatewayScene.serving(gateway) { port async throws in
        for asked in ["", "X-Request-Deadline: 999999999\r\n"] {
          let client = try RawClient(port: port)
          client.send("GET /pass HTTP/1.1\r\nHost: a\r\n\(asked)Connection: close\r\n\r\n")
          let came = client.receive()
          #expect(came.statuses == [200], "\(came)")
          let first = try #require(told.values.withLock { $0.last?.flatMap { Int($0) } })
          let line = service.requests.last?.split(separator: "\r\n").first { $0.hasPrefix("x-request-deadline: ") }
          let second = try #require(line.flatMap { Int($0.dropFirst(20)) })
          #expect((1...Relay.timeout).contains(first) && second > 0 && second <= first - Relay.pause + 1)
        }
      }
    }
    await relay.stop(within: 0)
    try result.get()
  }
}

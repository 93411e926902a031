import Dispatch
import ServiceCore
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// Reliability F8: requests that wait at the gateway for a connection to their service.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayQueueTests {
  /// A gate that threads wait at.
  final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let count = Mutex(0)

    /// How many have come to it.
    var arrivals: Int { count.withLock(\.self) }

    func open() { semaphore.signal() }

    /// Waits until it is opened, on a thread that has nothing else to do.
    func wait() {
      count.withLock { $0 += 1 }
      semaphore.wait()
      semaphore.signal()
    }
  }

  /// The connections of the gateway's loop to a service.
  static let slots = 32
  private static let rounds = GatewayScene.minutes == nil ? 2 : 10
  static let hold = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let stop = "GET /stop HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Answers `/hold` once the gate is open, and all others at once.
  static func holding(_ gate: Gate) -> @Sendable (ScriptedServer.Peer) -> Void {
    { peer in
      while let request = peer.request() {
        if request.hasPrefix("GET /hold ") { gate.wait() }
        peer.send(GatewayScene.ok)
      }
    }
  }

  /// Takes all connections to the service.
  static func fill(_ scene: GatewayScene) async throws -> [RawClient] {
    let held = scene.requests("GET /hold").count
    let clients = try (0..<slots).map { _ in try scene.connect(sending: hold) }
    try await eventually { scene.requests("GET /hold").count == held + slots }
    return clients
  }

  /// Requests without a response yet, of which the gateway has the heads.
  static func wait(_ count: Int, _ line: String, _ scene: GatewayScene) async throws -> [RawClient] {
    let path = line.split(separator: " ")[1]
    let before = scene.decisions.count { $0.path == path }
    let clients = try (0..<count).map { _ in
      try scene.connect(sending: "\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
    }
    try await eventually { scene.decisions.count { $0.path == path } == before + count }
    return clients
  }

  private static func receive(_ client: RawClient) -> Replies { client.receive { $0.contains("\r\n\r\n") } }

  @Test func `a request whose time passes while it waits for a connection does not reach its service`() async throws {
    for _ in 0..<Self.rounds {
      let gate = Gate()
      try await GatewayScene.run(Self.holding(gate)) { scene async throws in
        let held = try await Self.fill(scene)
        let start = Deadline.now
        for client in try await Self.wait(50, "POST /brief", scene) {
          let reply = try #require(Self.receive(client).replies.first)
          #expect(reply.status == 503 || reply.status == 504, "\(reply)")
        }
        #expect(Deadline.now - start >= ShopElsewhere.API.brief - 50)
        #expect(scene.requests("POST /brief").isEmpty)
        gate.open()
        for client in held { #expect(Self.receive(client).statuses == [200]) }
        // The same connections then serve others.
        for _ in 0..<Self.slots * 2 { #expect(try scene.ask().status == 200) }
        #expect(scene.requests("POST /brief").isEmpty)
        #expect(scene.service.connections == Self.slots && scene.connections <= Self.slots)
      }
    }
  }

  /// The loop is late: it learns of the connection that has become free, and only then that the time has passed.
  @Test func `a request that gets its connection too late does not reach its service either`() async throws {
    let (gate, loop) = (Gate(), Gate())
    try await GatewayScene.run(Self.holding(gate), onRequest: { if $0 == "/stop" { loop.wait() } }) {
      scene async throws in
      let held = try await Self.fill(scene)
      let waiting = try await Self.wait(20, "POST /brief", scene)
      // All of them have had their time then, by the gateway's clock as well.
      let end = Deadline(in: ShopElsewhere.API.brief + 1_000)
      let stopping = try scene.connect(sending: Self.stop)
      try await eventually { loop.arrivals == 1 }
      gate.open()
      try await eventually { end.left == 0 }
      loop.open()
      for client in waiting {
        let reply = try #require(Self.receive(client).replies.first)
        #expect(reply.status == 503 || reply.status == 504, "\(reply)")
      }
      for client in held { #expect(Self.receive(client).statuses == [200]) }
      #expect(try scene.ask().status == 200)
      #expect(scene.requests("POST /brief").isEmpty)
      withExtendedLifetime(stopping) {}
    }
  }

  /// The same for a connection that is made for it.
  @Test func `a request whose connection is made too late does not reach its service`() async throws {
    var isShown = false
    // The loop must come to the request before it is stopped for the second time: it does, but for bad luck.
    while !isShown {
      let gates = [Gate(), Gate()]
      try await GatewayScene.run(
        onRequest: { if $0 == "/stop" { gates[gates[0].arrivals].wait() } }
      ) { scene async throws in
        let clients = try (0..<3).map { _ in try scene.connect(sending: "") }
        clients[0].send(Self.stop)
        try await eventually { gates[0].arrivals == 1 }
        clients[1].send("POST /brief HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        clients[2].send(Self.stop)
        gates[0].open()
        try await eventually { gates[1].arrivals == 1 }
        isShown = scene.decisions.contains { $0.path == "/brief" }
        let end = Deadline(in: ShopElsewhere.API.brief + 1_000)
        try await eventually { end.left == 0 }
        gates[1].open()
        let reply = try #require(Self.receive(clients[1]).replies.first)
        guard isShown else { return }
        #expect(reply.status == 503 || reply.status == 504, "\(reply)")
        #expect(try scene.ask().status == 200)
        #expect(scene.requests("POST /brief").isEmpty)
      }
    }
  }
}

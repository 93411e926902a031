import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import Testing

extension ChaosTests {
  /// Group H: restarts.
  @Suite struct RestartChaos {
    /// Requests a second, of all clients together.
    private static let rate = 200.0

    @Test func `H2: two gateways, two of each service and the registry are restarted in turn, and no request fails`()
      async throws
    {
      let system = try RestartedSystem()
      await Chaos.report("H2") { findings in
        let balancer = try await system.start()
        let requests = ShopRequests(token: try await system.token())
        _ = try await balancer.send(requests.first)
        let (load, watching) = (RequestLoad(), Task { await balancer.watch() })
        var slowest = 0.0
        let began = ContinuousClock.now
        try await load.run(rate: Self.rate) { client, number in
          let isStock = (client + number) % 2 == 0
          return ShopRequests.fault(
            of: try await balancer.send(isStock ? requests.stock(number) : requests.products(client, number)))
        } while: {
          for _ in 0..<Chaos.count(10, atLeast: 2) {
            for role in RestartedSystem.Role.allCases {
              let (code, seconds, memory) = try await system.restart(role)
              findings.took(memory)
              findings.check(code == 0, "\(role) ended with \(code)")
              findings.check(seconds <= 30, "\(role) ended after \(seconds) s")
              slowest = max(slowest, seconds)
            }
          }
        }
        watching.cancel()
        let seconds = (ContinuousClock.now - began).seconds
        let restarts = await system.restarts
        findings.note(String(format: "%d restarts, the slowest end after %.1f s", restarts, slowest))
        findings.judge(load, rate: Self.rate, seconds: seconds)
      }
      await system.stop()
    }
  }
}

/// Two gateways, two processes with the services of the shop, and one with the registry and the identity service.
private actor RestartedSystem {
  enum Role: CaseIterable { case registry, shop, otherShop, gateway, otherGateway }

  private let shared: ShopSystem
  private let keys: IdentityKeys
  private let ports: [Role: Int]
  private let loop: Loop
  private let clients: [Role: HTTPClient]
  private var running: [Role: HostProcess] = [:]
  private(set) var restarts = 0

  init() throws {
    shared = try ShopSystem()
    keys = try IdentityKeys(shared.settings, issuer: ShopSystem.publicURL)
    loop = try Loop()
    ports = try Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, try FreePorts.lasting()) })
    clients = try ports.mapValues { [loop] in try HTTPClient(origin: "http://127.0.0.1:\($0)", loops: [loop]) }
  }

  private func origin(_ role: Role) -> String { "http://127.0.0.1:\(ports[role] ?? 0)" }

  private func ask(_ role: Role, _ path: String) async -> HTTPResponse? {
    try? await clients[role]?.send(HTTPRequest(method: "GET", path: path), ChaosHost.operation)
  }

  private func launch(_ role: Role) async throws {
    // As they are without settings, but for what processes share.
    var settings = [
      "REGISTRY_URL": origin(.registry), "CHARTER_DRAIN": "2000",
      "CHARTER_CALLER_KEYS": shared.settings["CHARTER_CURSOR_KEYS"] ?? "",
    ]
    let services: String
    switch role {
    case .registry: services = "registry,identity"
    case .shop, .otherShop: services = "products,inventory,orders"
    case .gateway, .otherGateway: services = "gateway"
    }
    if services != "gateway" { settings["CHARTER_ADVERTISE"] = origin(role) }
    running[role] = try await shared.start(services, port: ports[role] ?? 0, settings)
  }

  /// Starts all of it; what stands in front of the gateways.
  func start() async throws -> Balancer {
    for role in Role.allCases { try await launch(role) }
    let balancer = try Balancer([origin(.gateway), origin(.otherGateway)], loop)
    // Until the gateways have found all services.
    for role in [Role.gateway, .otherGateway] {
      for path in ["/api/products?limit=1", "/api/identity/keys"] {
        try await waited { await ask(role, path)?.status == 200 }
      }
    }
    return balancer
  }

  func token() async throws -> String { try keys.token(by: try await keys.current()) }

  /// Ends a process as an operator does, and starts it again; until it is called again.
  ///
  /// - Returns: its exit code, how many seconds it took to end, and the most memory that it had.
  func restart(_ role: Role) async throws -> (code: Int32, seconds: Double, memory: Int) {
    guard let process = running[role] else { return (-1, 0, 0) }
    let memory = process.largestMemory
    let began = ContinuousClock.now
    let code = await process.end()
    let seconds = (ContinuousClock.now - began).seconds
    try await launch(role)
    try await waited { await isServing(role) }
    // Both gateways look for instances every second.
    try await Task.sleep(for: .seconds(2))
    restarts += 1
    return (code, seconds, memory)
  }

  /// Whether all of a process that is asked for here is called again: others stop calling the next one only when it says
  /// that it ends.
  private func isServing(_ role: Role) async -> Bool {
    guard let response = await ask(role, "/metrics") else { return false }
    let lines = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
    return (role == .registry ? ["registry"] : ["products", "inventory"]).allSatisfy { service in
      lines.contains { line in
        line.hasPrefix("charter_requests_total{service=\"\(service)\"") && line.contains("2xx") && !line.hasSuffix(" 0")
      }
    }
  }

  private func waited(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await !condition() {
      guard ContinuousClock.now < end else { throw ClientError.timedOut(ChaosHost.operation) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func stop() async {
    for role in Role.allCases.reversed() { await running[role]?.end() }
    await keys.close()
    loop.stop()
  }
}

/// What a load balancer does in front of two gateways: requests go to those that say they are ready, in turn. A request that
/// has been sent is not sent again, but for a GET on a connection that was closed before.
private final class Balancer: Sendable {
  private let gateways: [HTTPClient]
  private let state: Mutex<(isReady: [Bool], turn: Int)>

  init(_ origins: [String], _ loop: Loop) throws {
    gateways = try origins.map { try HTTPClient(origin: $0, loops: [loop]) }
    state = Mutex((origins.map { _ in true }, 0))
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let gateway = state.withLock { state in
      let ready = gateways.indices.filter { state.isReady[$0] }
      let candidates = ready.isEmpty ? Array(gateways.indices) : ready
      state.turn += 1
      return gateways[candidates[state.turn % candidates.count]]
    }
    return try await gateway.send(request, ChaosHost.operation)
  }

  /// Asks each of them again and again, until it is cancelled.
  func watch() async {
    while !Task.isCancelled {
      for (index, gateway) in gateways.enumerated() {
        let status = try? await gateway.send(HTTPRequest(method: "GET", path: "/ready"), ChaosHost.operation).status
        state.withLock { $0.isReady[index] = status == 200 }
      }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
}

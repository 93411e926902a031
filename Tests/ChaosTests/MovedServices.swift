import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import Testing

/// Services at two addresses, of which gateways call the one that they are told: one finds `products` by the registry, and has
/// a migration; the other finds `inventory` by a name.
final class MovedServices: Sendable {
  /// What says where a service is.
  enum Kind: String, CaseIterable { case registry, name, migration }

  let kinds: [Kind]
  let gateways: [HostProcess]
  private let shared: ShopSystem
  private let keys: IdentityKeys
  private let registry: HostProcess
  private let places: [HostProcess]
  private let folder: URL
  private let loop: Loop
  private let clients: [String: HTTPClient]

  init() async throws {
    shared = try ShopSystem()
    keys = try IdentityKeys(shared.settings, issuer: ShopSystem.publicURL)
    loop = try Loop()
    folder = FileManager.default.temporaryDirectory.appending(path: "moved-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (hosts, migration) = (folder.appending(path: "hosts"), folder.appending(path: "migration.json"))
    try Data(Self.hosts(0).utf8).write(to: hosts)
    try Data(Self.migration(nil).utf8).write(to: migration)
    registry = try await shared.start("registry,identity")
    let known = ["IDENTITY_URL": registry.origin]
    // A name has no port: they have the same one.
    let port = try FreePorts.lasting()
    places = [
      try await shared.start("products,inventory", port: port, address: "127.0.0.1", known),
      try await shared.start("products,inventory", port: port, address: "127.0.0.2", known),
    ]
    let canName = try TestProcess.run(["unshare", "--mount", "true"]).code == 0
    kinds = Kind.allCases.filter { $0 != .name || canName }
    let script = #"mount --bind "$0" /etc/hosts && exec "$@""#
    gateways = [
      try await shared.start(
        "gateway", known.merging(["REGISTRY_URL": registry.origin, "CHARTER_MIGRATION": migration.path]) { $1 }),
      try await shared.start(
        "gateway",
        known.merging(["INVENTORY_URL": canName ? "dns://inventory.test:\(port)" : places[0].origin]) { $1 },
        by: canName ? ["unshare", "--mount", "sh", "-c", script, hosts.path] : []),
    ]
    clients = try Dictionary(
      uniqueKeysWithValues: (gateways + places + [registry]).map { [loop] in
        ($0.origin, try HTTPClient(origin: $0.origin, loops: [loop]))
      })
  }

  private func ask(_ process: HostProcess, _ request: HTTPRequest) async throws -> HTTPResponse {
    guard let client = clients[process.origin] else { throw ClientError.unreachable(ChaosHost.operation, "unknown") }
    return try await client.send(request, ChaosHost.operation)
  }

  private static func hosts(_ place: Int) -> String { "127.0.0.1 localhost\n127.0.0.\(place + 1) inventory.test\n" }

  private static func migration(_ origin: String?) -> String {
    guard let origin else { return #"{"paths": []}"# }
    return #"{"paths": [{"path": "/api/identity/keys", "origin": "\#(origin)"}]}"#
  }

  func token() async throws -> String { try keys.token(by: try await keys.current()) }

  /// Registers the first address, and waits until all that is asked for is found.
  func prepare(_ requests: ShopRequests) async throws {
    try await register(0)
    for (client, request) in [(0, requests.products(0, 1)), (1, requests.first)] {
      try await waited { try await ask(gateways[client], request).status < 300 }
    }
  }

  /// Half of the clients ask the first gateway for products, and for what is migrated; the others the second one for stock.
  func send(_ requests: ShopRequests, _ client: Int, _ number: Int) async throws -> HTTPResponse {
    let request =
      client % 2 == 1
      ? requests.stock(number)
      : number % 4 == 0
        ? HTTPRequest(method: "GET", path: "/api/identity/keys") : requests.products(client, number)
    return try await ask(gateways[client % 2], request)
  }

  /// Moves a service to the other address again and again, each time when the last change was seen; how often.
  func change(_ kind: Kind, until end: ContinuousClock.Instant) async throws -> Int {
    var count = 0
    while ContinuousClock.now < end {
      let place = (count + 1) % 2
      switch kind {
      case .registry:
        let before = try await requests(of: "products", at: place)
        try await register(place)
        try await waited { try await requests(of: "products", at: place) > before }
      case .name:
        let before = try await requests(of: "inventory", at: place)
        // In its place, and as long as before: it has no moment without an address.
        let file = try FileHandle(forWritingTo: folder.appending(path: "hosts"))
        try file.write(contentsOf: Data(Self.hosts(place).utf8))
        try file.close()
        try await waited { try await requests(of: "inventory", at: place) > before }
      case .migration:
        let origin = place == 1 ? registry.origin : nil
        try Data(Self.migration(origin).utf8).write(to: folder.appending(path: "migration.json"), options: .atomic)
        try await waited {
          try await self.text("/health/migration", gateways[0]).contains("identity") == (origin != nil)
        }
      }
      count += 1
    }
    return count
  }

  /// Has the registry say that `products` is at one of the addresses alone.
  private func register(_ place: Int) async throws {
    let ids = ["01890f3d-2a11-7f00-8c55-0d1e2f3a4b5c", "01890f3d-2a11-7f00-8c55-0d1e2f3a4b5d"]
    var request = HTTPRequest(
      method: "PUT", path: "/api/registry/instances/" + ids[place],
      body: Array(#"{"service": "products", "origin": "\#(places[place].origin)", "version": "1.0.0"}"#.utf8))
    request.headers["content-type"] = "application/json"
    for request in [request, HTTPRequest(method: "DELETE", path: "/api/registry/instances/" + ids[1 - place])] {
      let response = try await ask(registry, request)
      guard response.status < 300 else { throw ClientError.unexpected(ChaosHost.operation, response) }
    }
  }

  private func text(_ path: String, _ process: HostProcess) async throws -> String {
    let response = try await ask(process, HTTPRequest(method: "GET", path: path))
    return String(decoding: response.body, as: UTF8.self)
  }

  /// How many requests of a service an address has served.
  private func requests(of service: String, at place: Int) async throws -> Int {
    try await text("/metrics", places[place]).split(separator: "\n").reduce(0) { sum, line in
      line.hasPrefix("charter_requests_total{service=\"\(service)\"")
        ? sum + (line.split(separator: " ").last.flatMap { Int($0) } ?? 0) : sum
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
    for process in gateways + places + [registry] { await process.end() }
    await keys.close()
    loop.stop()
    try? FileManager.default.removeItem(at: folder)
  }
}

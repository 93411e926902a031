import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import Testing

extension EndToEnd {
  /// New versions are put in place of old ones while people buy.
  @Suite struct RollingRestartTests {
    @Test func `a service at two addresses is restarted address by address, and no request fails`() async throws {
      try await withPlatform(arguments: ["--only", "identity"], environment: Platform.nowhere) { identity in
        let ports = [try FreePorts.lasting(), try FreePorts.lasting()]
        let folders = [try await Platform.preparedData(), try await Platform.preparedData()]
        defer { for folder in folders { removeData(folder) } }
        let environment = Platform.nowhere.merging(["IDENTITY_URL": identity.origin, "CHARTER_DRAIN": "300"]) { $1 }
        @Sendable func start(_ index: Int) async throws -> Platform {
          try await Platform(
            data: folders[index], arguments: ["--only", "products"], port: ports[index], environment: environment)
        }
        var running = [try await start(0), try await start(1)]
        let addresses = ports.map { "http://127.0.0.1:\($0)" }.joined(separator: ",")
        let front = environment.merging(["PRODUCTS_URL": addresses]) { $1 }
        let token = try #require(identity.token)
        let result: Result<Void, any Error>
        do {
          result = .success(
            try await withPlatform(arguments: ["--only", "gateway"], environment: front) { gateway in
              try await underLoad({ try await Self.send(gateway, token, $0, $1) }) {
                for index in [0, 1, 0] {
                  await running[index].stop()
                  running[index] = try await start(index)
                }
              }
            })
        } catch {
          result = .failure(error)
        }
        for platform in running { await platform.stop() }
        try result.get()
      }
    }

    @Test func `two gateways are restarted one after the other, and no request fails`() async throws {
      try await withPlatform(arguments: ["--only", "identity,products"], environment: Platform.nowhere) { services in
        let ports = [try FreePorts.lasting(), try FreePorts.lasting()]
        let folders = [Platform.newData(), Platform.newData()]
        defer { for folder in folders { removeData(folder) } }
        let environment = Platform.nowhere.merging([
          "IDENTITY_URL": services.origin, "PRODUCTS_URL": services.origin, "CHARTER_DRAIN": "300",
        ]) { $1 }
        @Sendable func start(_ index: Int) async throws -> Platform {
          try await Platform(
            data: folders[index], arguments: ["--only", "gateway"], port: ports[index], environment: environment)
        }
        var running = [try await start(0), try await start(1)]
        let (token, loop) = (try #require(services.token), try Loop())
        // What a proxy in front of two gateways does: the other one is asked where one has gone.
        let proxy = try Upstream(
          "gateways", at: ports.map { "http://127.0.0.1:\($0)" }, loops: [loop],
          sleep: { try await loop.sleep(milliseconds: $0) })
        let result: Result<Void, any Error>
        do {
          try await underLoad({ try await Self.send(proxy, token, $0, $1) }) {
            for index in [0, 1, 0, 1] {
              await running[index].stop()
              running[index] = try await start(index)
            }
          }
          result = .success(())
        } catch {
          result = .failure(error)
        }
        for platform in running { await platform.stop() }
        loop.stop()
        try result.get()
      }
    }

    @Test func `services that register are restarted in turn, and so is their registry, and no request fails`()
      async throws
    {
      let ports = try (0..<3).map { _ in try FreePorts.lasting() }
      let origins = ports.map { "http://127.0.0.1:\($0)" }
      let folders = [
        try await Platform.preparedData(), try await Platform.preparedData(), try await Platform.preparedData(),
      ]
      defer { for folder in folders { removeData(folder) } }
      @Sendable func start(_ index: Int) async throws -> Platform {
        let placed = index == 0 ? "registry,identity" : "products,inventory,orders"
        return try await Platform(
          data: folders[index], arguments: ["--only", placed], port: ports[index],
          environment: [
            "REGISTRY_URL": origins[0], "CHARTER_ADVERTISE": origins[index], "CHARTER_DRAIN": "2000",
            "CHARTER_CALLER_KEYS": Self.keys,
          ])
      }
      var running: [Platform] = []
      let result: Result<Void, any Error>
      do {
        for index in ports.indices { running.append(try await start(index)) }
        let token = try #require(running[0].token)
        let front = ["REGISTRY_URL": origins[0], "CHARTER_CALLER_KEYS": Self.keys]
        result = .success(
          try await withPlatform(arguments: ["--only", "gateway"], environment: front) { gateway in
            let isFound = try await eventually(within: 60) {
              try await gateway.send("GET", "/api/products?limit=1", as: .nobody).status == 200
            }
            #expect(isFound)
            try await underLoad(keyed: false, { try await Self.send(gateway, token, $0, $1) }) {
              for index in [1, 2, 0, 1, 2] {
                await running[index].stop()
                running[index] = try await start(index)
                // The other one goes only when this one is called again.
                let isBack = try await eventually(within: 60) {
                  try await Self.isServing(running[index], index == 0 ? "registry" : "products")
                }
                #expect(isBack)
              }
            }
          })
      } catch {
        result = .failure(error)
      }
      for platform in running { await platform.stop() }
      try result.get()
    }

    private static let keys = Base64(Array(repeating: 7, count: 32)).text

    /// Whether a service of a process is called again.
    private static func isServing(_ platform: Platform, _ service: String) async throws -> Bool {
      let metrics = try await platform.send("GET", "/metrics", as: .nobody)
      return String(decoding: metrics.body, as: UTF8.self).split(separator: "\n").contains { line in
        line.hasPrefix("charter_requests_total{service=\"\(service)\"") && line.contains("2xx") && !line.hasSuffix(" 0")
      }
    }

    private static func send(
      _ gateway: Platform, _ token: String, _ request: ProductRequest, _ key: String?
    ) async throws -> HTTPResponse {
      try await gateway.send(
        request.method, request.path, request.draft, key: key, as: request.draft == nil ? .nobody : .given(token))
    }

    private static func send(
      _ proxy: Upstream, _ token: String, _ request: ProductRequest, _ key: String?
    ) async throws -> HTTPResponse {
      let operation = OperationDescriptor(
        service: "gateways", id: request.method, method: request.method, path: [],
        responses: .init([], hasDefault: true), policy: .init(attempts: 3, idempotencyKey: .optional))
      let parts = request.path.split(separator: "?").map(String.init)
      var sent = HTTPRequest(
        method: operation.method, path: parts[0], query: parts.count > 1 ? parts[1] : nil,
        body: Array((request.draft ?? "").utf8))
      sent.headers["idempotency-key"] = key
      if request.draft != nil {
        sent.headers["content-type"] = "application/json"
        sent.headers["authorization"] = "Bearer " + token
      }
      return try await proxy.send(sent, operation)
    }

    /// Sends requests as long as `body` runs: none may fail.
    ///
    /// - Parameter keyed: whether those with an effect have a key, and may be sent again.
    private func underLoad(
      keyed: Bool = true, _ send: @escaping @Sendable (ProductRequest, _ key: String?) async throws -> HTTPResponse,
      _ body: () async throws -> Void
    ) async throws {
      let load = RequestLoad()
      try await load.run { client, number in
        let request = ProductRequest(client: client, number: number)
        let key = keyed && request.draft != nil ? "\(client)-\(number)" : nil
        let response = try await send(request, key)
        return [200, 201].contains(response.status)
          ? nil : "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
      } while: {
        try await body()
      }
      let failed = load.failures
      #expect(failed.isEmpty, "\(failed.count) of \(load.count): \(failed.prefix(3))")
      #expect(load.count > 100)
    }
  }
}

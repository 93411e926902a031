import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

extension EndToEnd {
  /// New versions are put in place of old ones while people buy.
  @Suite struct RollingRestartTests {
    @Test func `a service at two addresses is restarted address by address, and no request fails`() async throws {
      try await withPlatform(arguments: ["--only", "identity"], environment: Platform.nowhere) { identity in
        let ports = [try Platform.freePort(), try Platform.freePort()]
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
              try await underLoad({ try await Self.send(gateway, token, $0, $1, $2) }) {
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
        let ports = [try Platform.freePort(), try Platform.freePort()]
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
          try await underLoad({ try await Self.send(proxy, token, $0, $1, $2) }) {
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

    private static func send(
      _ gateway: Platform, _ token: String, _ path: String, _ draft: String?, _ key: String?
    ) async throws -> HTTPResponse {
      try await gateway.send(
        draft == nil ? "GET" : "POST", path, draft, key: key, as: draft == nil ? .nobody : .given(token))
    }

    private static func send(
      _ proxy: Upstream, _ token: String, _ path: String, _ draft: String?, _ key: String?
    ) async throws -> HTTPResponse {
      let operation = OperationDescriptor(
        service: "gateways", id: draft == nil ? "get" : "post", method: draft == nil ? "GET" : "POST", path: [],
        responses: .init([], hasDefault: true), policy: .init(attempts: 3, idempotencyKey: .optional))
      let parts = path.split(separator: "?").map(String.init)
      var request = HTTPRequest(
        method: operation.method, path: parts[0], query: parts.count > 1 ? parts[1] : nil,
        body: Array((draft ?? "").utf8))
      request.headers["idempotency-key"] = key
      if draft != nil {
        request.headers["content-type"] = "application/json"
        request.headers["authorization"] = "Bearer " + token
      }
      return try await proxy.send(request, operation)
    }

    private final class Load: Sendable {
      let isOver = Mutex(false)
      let failures = Mutex<[String]>([])
      let count = Mutex(0)
    }

    /// Sends requests one after another from several clients, two reading ones and one that has an effect in turn, as long as
    /// `body` runs. Those with an effect have a key: on a connection that its server has just closed they may be sent again.
    private func underLoad(
      _ send: @escaping @Sendable (_ path: String, _ draft: String?, _ key: String?) async throws -> HTTPResponse,
      _ body: () async throws -> Void
    ) async throws {
      let load = Load()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<8 {
          group.addTask {
            var number = 0
            while !load.isOver.withLock(\.self) {
              number += 1
              let name = "scarf \(client)-\(number)"
              let draft = #"{"name": "\#(name)", "price": 1.5, "category": "clothing", "tags": []}"#
              let response: HTTPResponse
              do {
                response =
                  number % 3 == 0
                  ? try await send("/api/products", draft, "\(client)-\(number)")
                  : try await send("/api/products?limit=1", nil, nil)
              } catch {
                load.failures.withLock { $0.append("\(error)") }
                continue
              }
              load.count.withLock { $0 += 1 }
              if ![200, 201].contains(response.status) {
                let text = String(decoding: response.body, as: UTF8.self)
                load.failures.withLock { $0.append("\(response.status) \(text)") }
              }
            }
          }
        }
        defer { load.isOver.withLock { $0 = true } }
        try await body()
        load.isOver.withLock { $0 = true }
        try await group.waitForAll()
      }
      let failed = load.failures.withLock(\.self)
      #expect(failed.count == 0, "\(failed.count) of \(load.count.withLock(\.self)): \(failed.prefix(3))")
      #expect(load.count.withLock(\.self) > 100)
    }
  }
}

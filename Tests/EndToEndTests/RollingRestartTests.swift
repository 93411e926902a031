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
              try await underLoad(gateway, token) {
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

    private final class Load: Sendable {
      let isOver = Mutex(false)
      let failures = Mutex<[String]>([])
      let count = Mutex(0)
    }

    /// Sends requests one after another from several clients, two reading ones and one that has an effect in turn, as long as
    /// `body` runs. Those with an effect have a key: on a connection that its server has just closed they may be sent again.
    private func underLoad(_ gateway: Platform, _ token: String, _ body: () async throws -> Void) async throws {
      let load = Load()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<8 {
          group.addTask {
            var number = 0
            while !load.isOver.withLock(\.self) {
              number += 1
              let name = "scarf \(client)-\(number)"
              let draft = #"{"name": "\#(name)", "price": 1.5, "category": "clothing", "tags": []}"#
              let response =
                number % 3 == 0
                ? try await gateway.send("POST", "/api/products", draft, key: "\(client)-\(number)", as: .given(token))
                : try await gateway.send("GET", "/api/products?limit=1", as: .nobody)
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
      #expect(failed.isEmpty, "\(failed.count) of \(load.count.withLock(\.self)): \(failed.prefix(3))")
      #expect(load.count.withLock(\.self) > 100)
    }
  }
}

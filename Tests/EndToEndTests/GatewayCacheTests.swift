import ServiceCore
import Testing

extension EndToEnd {
  /// What a gateway keeps of the answers of a service in another process.
  @Suite struct GatewayCacheTests {
    @Test func `a product is asked for once, until it changes`() async throws {
      try await withPlatform(arguments: ["--only", "identity,products"], environment: Platform.nowhere) { services in
        let environment = Platform.nowhere.merging([
          "IDENTITY_URL": services.origin, "PRODUCTS_URL": services.origin,
        ]) { $1 }
        let token = try #require(services.token)
        try await withPlatform(arguments: ["--only", "gateway"], environment: environment) { gateway in
          func send(_ method: String, _ path: String, _ name: String? = nil, _ headers: HTTPFields = [:]) async throws
            -> HTTPResponse
          {
            let draft = name.map { #"{"name": "\#($0)", "price": 1.5, "category": "clothing", "tags": []}"# }
            return try await gateway.send(
              method, path, draft, headers: headers, as: method == "GET" ? .nobody : .given(token))
          }
          let created = try await send("POST", "/api/products", "scarf")
          let path = try #require(created.headers["location"])
          let first = try await send("GET", path)
          #expect(first.status == 200 && first.headers["cache-status"] == "charter; fwd=miss")
          #expect(first.headers["cache-control"] == "max-age=5")
          let tag = try #require(first.headers["etag"])
          let second = try await send("GET", path)
          #expect(second.headers["cache-status"] == "charter; hit" && second.body == first.body)
          #expect(try await send("GET", path, nil, ["if-none-match": tag]).status == 304)
          #expect(try await send("PUT", path, "hat").status == 200)
          let changed = try await send("GET", path)
          #expect(changed.headers["cache-status"] == "charter; fwd=miss" && changed.headers["etag"] != tag)
          #expect(String(decoding: changed.body, as: UTF8.self).contains("hat"))
          #expect(try await send("DELETE", path).status == 204)
          #expect(try await send("GET", path).status == 404)
        }
      }
    }
  }
}

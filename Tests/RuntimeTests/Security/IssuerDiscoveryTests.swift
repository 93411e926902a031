import ServiceCore
import ServiceSecurity
import Testing

/// Answers by address.
private struct Web: Transport {
  let origin: String
  let pages: [String: String]

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    guard let page = pages[origin + request.path] else { return HTTPResponse(status: 404) }
    return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: Array(page.utf8))
  }
}

@Suite struct IssuerDiscoveryTests {
  private func keys(of issuer: String, _ pages: [String: String]) async throws -> [JSONWebKey] {
    try await IssuerDiscovery(issuer) { Web(origin: $0, pages: pages) }.keys()
  }

  @Test func `keys are found by the metadata, wherever they are`() async throws {
    let key = try #require(SigningKey.generate(.rs256)).publicKey
    let set = "{\"keys\": [\(String(decoding: key.json.json, as: UTF8.self)), {\"kty\": \"OKP\"}]}"
    for issuer in ["http://id.example/realms/shop", "http://id.example/realms/shop/"] {
      let pages = [
        "http://id.example/realms/shop/.well-known/openid-configuration":
          "{\"issuer\": \"\(issuer)\", \"jwks_uri\": \"http://keys.example:8080/set\"}",
        "http://keys.example:8080/set": set,
      ]
      #expect(try await keys(of: issuer, pages).map(\.id) == [key.id])
    }
    for path in ["/jwks", "/jwks/"] {
      let bare = [
        "http://127.0.0.1:9/.well-known/openid-configuration":
          "{\"issuer\": \"http://127.0.0.1:9\", \"jwks_uri\": \"http://127.0.0.1:9\(path)\"}",
        "http://127.0.0.1:9" + path: set,
      ]
      #expect(try await keys(of: "http://127.0.0.1:9", bare).count == 1)
    }
  }

  @Test func `an answer of somebody else, and one that is no metadata, give no keys`() async throws {
    let metadata = "https://id.example/.well-known/openid-configuration"
    for page in [
      #"{"issuer": "https://evil.example", "jwks_uri": "https://id.example/jwks"}"#,
      #"{"jwks_uri": "https://id.example/jwks"}"#, #"{"issuer": "https://id.example"}"#,
      #"{"issuer": "https://id.example", "jwks_uri": "file:///etc/passwd"}"#,
      #"{"issuer": "https://id.example", "jwks_uri": "http://id.example/jwks"}"#,
      #"{"issuer": "https://id.example", "jwks_uri": "https://id.example/none"}"#,
      #"{"issuer": "https://id.example", "jwks_uri": "https://id.example/text"}"#, "[]", "no JSON", "",
    ] {
      let pages = [
        metadata: page, "https://id.example/jwks": "{\"keys\": []}", "http://id.example/jwks": "{\"keys\": []}",
        "https://id.example/text": "{}",
      ]
      await #expect(throws: (any Error).self, "\(page)") { _ = try await keys(of: "https://id.example", pages) }
    }
    await #expect(throws: ConfigurationError.self) { _ = try await keys(of: "id.example", [:]) }
  }
}

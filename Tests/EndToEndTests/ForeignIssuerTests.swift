import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServiceSecurity
import Synchronization
import Testing

/// An issuer of somebody else's, and in the same server a service of somebody else's, which reads no tokens.
private final class ForeignServer: Sendable {
  /// What it answers with, and what it received.
  private final class State: Sendable {
    let key: SigningKey
    let origin = Mutex("")
    let received = Mutex<[HTTPFields]>([])
    let answer = Mutex<JSONValue>(ForeignServer.user)

    init(_ key: SigningKey) { self.key = key }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
      let origin = origin.withLock(\.self)
      let json: JSONValue
      switch request.path {
      case "/realm/.well-known/openid-configuration":
        json = ["issuer": .string(origin + "/realm"), "jwks_uri": .string(origin + "/keys")]
      case "/keys": json = ["keys": .array([key.publicKey.json])]
      case "/api/identity/me":
        received.withLock { $0.append(request.headers) }
        json = self.answer.withLock(\.self)
      default: return HTTPResponse(status: 404)
      }
      return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: json.json)
    }
  }

  let origin: String
  private let state: State
  private let server: HTTPServer
  private let loop: Loop

  init() throws {
    let state = State(try #require(SigningKey.generate(.rs256)))
    loop = try Loop()
    server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error)) {
      .answer(state.answer($0))
    }
    origin = "http://127.0.0.1:\(server.port)"
    state.origin.withLock { [origin] in $0 = origin }
    self.state = state
  }

  /// The headers of the requests that the service received.
  var received: [HTTPFields] { state.received.withLock(\.self) }

  static let user: JSONValue = [
    "id": "0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c", "email": "ada@example.com", "name": "Ada", "roles": ["user"],
    "scopes": [], "is_disabled": false, "created_at": "2026-01-31T12:00:00Z", "updated_at": "2026-01-31T12:00:00Z",
    "of_the_service": "stays",
  ]

  /// What the service answers from now on.
  func answer(_ json: JSONValue) { state.answer.withLock { $0 = json } }

  func start() async { await server.start() }

  func stop() async {
    await server.stop(within: 1)
    loop.stop()
  }

  func token(_ audience: String, issuer: String? = nil) throws -> String {
    let now = Int(Date().timeIntervalSince1970)
    return try state.key.token(
      "JWT",
      [
        "iss": .string(issuer ?? origin + "/realm"), "aud": [.string(audience), "account"], "sub": "f:1:ada",
        "email": "ada@example.com", "email_verified": true, "realm_access": ["roles": ["user"]],
        "roles": ["user", "admin"],
        "iat": .number(ExactDecimal(now)), "exp": .number(ExactDecimal(now + 60)),
      ])
  }
}

extension EndToEnd {
  @Suite struct ForeignIssuerTests {
    @Test func `tokens of another issuer pass, and a service behind the gateway learns their subject`() async throws {
      let foreign = try ForeignServer()
      await foreign.start()
      let environment = [
        "OIDC_ISSUER": foreign.origin + "/realm", "OIDC_AUDIENCE": "shop", "IDENTITY_URL": foreign.origin,
      ]
      try await withPlatform(arguments: ["--only", "gateway"], environment: environment) { platform in
        func status(_ token: String?, _ more: HTTPFields = [:]) async throws -> Int {
          var headers = more
          headers["authorization"] = token.map { "Bearer " + $0 }
          return try await platform.send("GET", "/api/identity/me", headers: headers).status
        }
        let spoofed: HTTPFields = ["x-user-id": "root", "x-user-role": "root", "x-user-email": "root@example.com"]
        let right = try await status(foreign.token("shop"), spoofed)
        #expect(right == 200)
        let told = try #require(foreign.received.first)
        #expect(told["x-user-id"] == "f:1:ada" && told["x-user-email"] == "ada@example.com")
        #expect(told["x-user-role"] == "user,admin" && told["authorization"]?.hasPrefix("Bearer ") == true)
        let wrong = [
          try await status(foreign.token("other")), try await status(foreign.token("shop", issuer: foreign.origin)),
          try await status(nil, spoofed),
        ]
        #expect(wrong == [401, 401, 401] && foreign.received.count == 1)
      }
      await foreign.stop()
    }

    @Test(arguments: ["requests,responses", "none"])
    func `what a service of another make sends is held against its contract`(_ checks: String) async throws {
      let foreign = try ForeignServer()
      await foreign.start()
      let environment = [
        "OIDC_ISSUER": foreign.origin + "/realm", "OIDC_AUDIENCE": "shop", "IDENTITY_URL": foreign.origin,
        "CHARTER_CHECKS": checks,
      ]
      let isChecked = checks != "none"
      try await withPlatform(arguments: ["--only", "gateway"], environment: environment) { platform in
        let headers: HTTPFields = ["authorization": "Bearer " + (try foreign.token("shop"))]
        func ask(_ method: String = "GET", _ body: JSONValue? = nil) async throws -> (status: Int, body: String) {
          let text = body.map { String(decoding: $0.json, as: UTF8.self) }
          let answer = try await platform.send(method, "/api/identity/me", text, headers: headers)
          return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        let right = try await ask()
        #expect(right.status == 200 && right.body.contains("of_the_service"))
        foreign.answer(["id": "none"])
        let wrong = try await ask()
        #expect(wrong.status == (isChecked ? 502 : 200) && wrong.body.contains("none") == !isChecked)
        let before = foreign.received.count
        let refused = try await ask("PATCH", ["name": ""])
        #expect(refused.status == (isChecked ? 400 : 200) && refused.body.contains("/name") == isChecked)
        #expect(foreign.received.count == before + (isChecked ? 0 : 1))
      }
      await foreign.stop()
    }
  }
}

import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServiceSecurity
import Synchronization
import Testing

/// A provider of OpenID Connect that says what a test tells it to.
final class FakeProvider: Sendable {
  private let key: SigningKey
  private let loop: Loop
  private let server = Mutex<HTTPServer?>(nil)
  private let state = Mutex<(claims: [String: JSONValue], asked: [[String: String]], isAway: Bool)>(([:], [], false))
  private let origin = Mutex("")

  init() throws {
    key = try #require(SigningKey.generate(.es256))
    loop = try Loop()
  }

  var issuer: String { origin.withLock(\.self) }
  /// What the last request for tokens said.
  var asked: [String: String] { state.withLock { $0.asked.last ?? [:] } }
  var isAway: Bool {
    get { state.withLock(\.isAway) }
    set { state.withLock { $0.isAway = newValue } }
  }

  /// What the next ID token says, but for the issuer and the times.
  func says(_ claims: [String: JSONValue]) { state.withLock { $0.claims = claims } }

  func start() async throws {
    let server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error)) {
      request in
      .receive(limit: 65_536) { [self] request in answer(request) }
    }
    origin.withLock { $0 = "http://127.0.0.1:\(server.port)" }
    self.server.withLock { $0 = server }
    await server.start()
  }

  func stop() async {
    await server.withLock(\.self)?.stop(within: 1)
    loop.stop()
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let json: JSONValue
    switch request.path {
    case _ where isAway: return HTTPResponse(status: 503)
    case "/.well-known/openid-configuration":
      json = [
        "issuer": .string(issuer), "jwks_uri": .string(issuer + "/keys"),
        "authorization_endpoint": .string(issuer + "/authorize?tenant=1"), "token_endpoint": .string(issuer + "/token"),
      ]
    case "/keys": json = ["keys": .array([key.publicKey.json])]
    case "/token":
      let pairs = String(decoding: request.body, as: UTF8.self).split(separator: "&").map { $0.split(separator: "=") }
      var asked = Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), PercentCoding.decode($0[1]) ?? "") })
      asked["authorization"] = request.headers["authorization"]
      let claims = state.withLock { state in
        state.asked.append(asked)
        return state.claims
      }
      guard asked["code"] == "right",
        let token = try? key.token("JWT", .object(JSONObject(claims.map { ($0.key, $0.value) })))
      else {
        return HTTPResponse(status: 400, body: Array(#"{"error":"invalid_grant"}"#.utf8))
      }
      json = ["access_token": "x", "token_type": "Bearer", "id_token": .string(token)]
    default: return HTTPResponse(status: 404)
    }
    return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: json.json)
  }
}

import ServiceClient
import ServiceCore
import ServiceSecurity
import Synchronization
import TestProcesses
import Testing

/// An issuer and an API that takes its tokens, without sockets, and a clock that tests set.
final class TokenScene: Sendable {
  struct State {
    var second = 1_800_000_000
    var isAway = false
    /// The scopes that the client may have; nil for all.
    var scopes: Set<String>?
    /// For how many seconds tokens are good; nil where the issuer does not say so.
    var life: Int? = 900
    /// What the token endpoint answers instead; the scopes that it was asked for are not looked at.
    var answer: (status: Int, body: String)?
    /// The addresses of the requests, and those to a token endpoint themselves.
    var asked: [String] = []
    var grants: [HTTPRequest] = []
    /// The requests to the API, and the tokens that it refuses.
    var calls: [HTTPRequest] = []
    var revoked: Set<String> = []
    var log = ""
  }

  /// Calls the API.
  enum Ring: ContractOperation {
    struct Input: Sendable { let text: String }

    static let descriptor = TokenScene.operation(requirement(Schemes.bearer, scopes: ["ring", "hear"]))

    static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
      Input(text: String(decoding: request.request.body, as: UTF8.self))
    }
    static func validate(_ input: Input, _ check: inout Violations) {}
    static func encode(_ input: Input) throws -> HTTPRequest {
      HTTPRequest(method: "POST", path: "/ring", body: Array(input.text.utf8))
    }
    static func decode(_ response: HTTPResponse) throws -> String? {
      response.status == 200 ? String(decoding: response.body, as: UTF8.self) : nil
    }
    static func validate(_ output: String, _ check: inout Violations) {}
    static func encode(_ output: String) -> HTTPResponse { HTTPResponse(status: 200, body: Array(output.utf8)) }
  }

  static let issuer = "https://id.example/realm"
  static let secret = "s3cr:t%/+"
  let state = Mutex(State())
  /// Before the issuer answers a request for a token.
  private let hold: @Sendable () async throws -> Void

  init(hold: @escaping @Sendable () async throws -> Void = {}) { self.hold = hold }

  static func operation(_ security: SecurityRequirement..., timeout: Int = hangGuard) -> OperationDescriptor {
    OperationDescriptor(
      service: "bells", id: "ring", method: "POST", path: [.literal("ring")], body: .init(), responses: .init([200]),
      policy: .init(security: security, timeout: timeout))
  }

  func pass(_ seconds: Int) { state.withLock { $0.second += seconds } }
  var grants: [HTTPRequest] { state.withLock(\.grants) }
  var calls: [HTTPRequest] { state.withLock(\.calls) }
  /// The scopes that tokens were asked for, in that order.
  var scopes: [String] { grants.map { Self.member("scope", $0) ?? "" } }

  var logger: Logger {
    let clock = Clock(now: { [self] in Timestamp(microseconds: state.withLock(\.second) * 1_000_000) })
    return Logger(level: .debug, clock: clock) { [self] line in
      state.withLock { $0.log += String(decoding: line, as: UTF8.self) }
    }
  }

  /// A call that serves nobody, and one that serves a request.
  var call: Call { Call(logger: logger) }
  var serving: Call { call.serving(HTTPRequest(method: "GET", path: "/", id: "r1")) }

  func tokens(_ issuer: String? = TokenScene.issuer, actsForCallers: Bool = true) throws -> ClientTokens {
    let client = try OAuthClient(id: "bell ringer", secret: Self.secret, issuer: issuer)
    return ClientTokens(of: client, actsForCallers: actsForCallers, logger: logger) { [self] origin in
      MockTransport { try await self.issue($0, at: origin) }
    }
  }

  /// The API, which says who calls it.
  var api: Placement {
    .remote(
      MockTransport { [self] request in
        state.withLock { state in
          state.calls.append(request)
          let token = String(request.headers["authorization"]?.dropFirst("Bearer ".count) ?? "")
          guard !state.revoked.contains(token) else {
            let challenge = #"Bearer realm="bells", error="invalid_token""#
            return HTTPResponse(status: 401, headers: ["www-authenticate": challenge])
          }
          return HTTPResponse(status: 200, body: Array(token.utf8))
        }
      })
  }

  func ring(_ placement: Placement, _ call: Call? = nil) async throws -> String {
    try await Self.ring(placement, call ?? self.call)
  }

  static func ring(_ placement: Placement, _ call: Call) async throws -> String {
    try await placement.call(Ring.self, .init(text: "ding"), call) {
      (_: any Sendable, _: Ring.Input, proof: Proof, _: Call) in proof.identities.map(\.subject).joined()
    }
  }

  /// The API in this process, which says who calls it.
  var local: Placement {
    let call = Call(requestID: "", logger: logger, verifier: Ringers())
    return .local { LocalService(name: "bells", handlers: 0, call: call) }
  }

  /// A call that serves one from this process.
  func localCall() async throws -> Call {
    let found = Mutex<Call?>(nil)
    let given = call.acting(with: ["token": .bearer("mine")])
    _ = try await local.call(Ring.self, .init(text: "ding"), given) {
      (_: any Sendable, _: Ring.Input, _: Proof, call: Call) in
      found.withLock { $0 = call }
      return ""
    }
    let inner = found.withLock { $0 }
    return try #require(inner)
  }

  private struct Ringers: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      guard case .bearer(let token) = credential else { return nil }
      return VerifiedIdentity(subject: "ringer of " + token, scopes: ["ring", "hear"])
    }
  }

  private func issue(_ request: HTTPRequest, at origin: String) async throws -> HTTPResponse {
    let address = origin + request.path
    let isAway = state.withLock { state in
      state.asked.append(address)
      return state.isAway
    }
    if isAway { throw ClientError.unreachable(Self.operation(), "connection refused") }
    if request.method == "GET" {
      let issuer = String(address.dropLast("/.well-known/openid-configuration".count))
      return Self.json(200, ["issuer": .string(issuer), "token_endpoint": .string(origin + "/tokens/")])
    }
    try await hold()
    return state.withLock { state in
      state.grants.append(request)
      if let answer = state.answer { return HTTPResponse(status: answer.status, body: Array(answer.body.utf8)) }
      let wanted = Set((Self.member("scope", request) ?? "").split(separator: " ").map(String.init))
      if let scopes = state.scopes, !wanted.isSubset(of: scopes) { return Self.json(400, ["error": "invalid_scope"]) }
      var members: [(String, JSONValue)] = [
        ("access_token", .string("t\(state.grants.count)")), ("token_type", "bearer"),
      ]
      if let life = state.life { members.append(("expires_in", .number(ExactDecimal(life)))) }
      return Self.json(200, .object(JSONObject(members)))
    }
  }

  private static func json(_ status: Int, _ json: JSONValue) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["content-type": "application/json"], body: json.json)
  }

  /// A member of the form of a request.
  static func member(_ name: String, _ request: HTTPRequest) -> String? {
    String(decoding: request.body, as: UTF8.self).split(separator: "&").first { $0.hasPrefix(name + "=") }
      .flatMap { PercentCoding.decode($0.dropFirst(name.count + 1)) }
  }
}

import ServiceCore
import ServiceSecurity
import Synchronization
import Testing

/// An issuer with a clock that tests set, and what it counts.
final class TestIssuer: Sendable {
  struct State {
    var second = 1_800_000_000
    var keys: [JSONWebKey]
    var isAway = false
    var fetches = 0
  }

  struct Away: Error {}

  let key: SigningKey
  let state: Mutex<State>
  static let url = "https://issuer.example"
  static let scheme = SecurityScheme(name: "token", kind: .http(scheme: "bearer"))

  init(_ algorithm: SignatureAlgorithm = .es256) throws {
    key = try #require(SigningKey.generate(algorithm))
    state = Mutex(State(keys: [key.publicKey]))
  }

  var clock: Clock { Clock(now: { [self] in Timestamp(microseconds: state.withLock(\.second) * 1_000_000) }) }
  var second: Int { state.withLock(\.second) }
  func pass(_ seconds: Int) { state.withLock { $0.second += seconds } }

  func verifier(
    types: [String?] = ["at+jwt"], capacity: Int = 100, findKey: TokenVerifier.FindKey? = nil
  ) -> TokenVerifier {
    let keys = IssuerKeys(clock: clock) { [self] in
      try state.withLock { state in
        state.fetches += 1
        if state.isAway { throw Away() }
        return state.keys
      }
    }
    let rules = TokenRules(issuer: Self.url, audience: "shop", types: types)
    return TokenVerifier(rules, keys: keys, clock: clock, capacity: capacity, findKey: findKey)
  }

  /// A valid token's claims, changed; `.null` removes one.
  func claims(_ changes: [String: JSONValue] = [:]) -> JSONValue {
    let valid: [(String, JSONValue)] = [
      ("iss", .string(Self.url)), ("sub", "ada"), ("aud", "shop"), ("exp", .number(ExactDecimal(second + 300))),
      ("iat", .number(ExactDecimal(second))), ("scope", "orders:read orders:write"), ("roles", ["user"]),
    ]
    var members = JSONObject(valid)
    for (name, value) in changes { members[name] = value == JSONValue.null ? nil : value }
    return .object(members)
  }

  func token(_ changes: [String: JSONValue] = [:], type: String = "at+jwt") throws -> String {
    try key.token(type, claims(changes))
  }
}

extension TokenVerifier {
  fileprivate func subject(_ token: String) async throws -> String? {
    try await verify(.bearer(token), for: TestIssuer.scheme)?.subject
  }
}

/// A token of parts, as JSON texts, with a signature by a key or made up.
private func forged(_ header: String, _ claims: JSONValue, signature: [UInt8] = [1, 2, 3]) -> String {
  let parts = [Array(header.utf8), claims.json, signature].map { Base64($0, isURLSafe: true).text }
  return parts.joined(separator: ".")
}

@Suite(.timeLimit(.minutes(10))) struct TokenTests {
  @Test(arguments: SignatureAlgorithm.allCases)
  func `a token that an issuer signed names its subject, scopes and claims`(_ algorithm: SignatureAlgorithm)
    async throws
  {
    let issuer = try TestIssuer(algorithm)
    let verifier = issuer.verifier()
    let identity = try await verifier.verify(.bearer(issuer.token()), for: TestIssuer.scheme)
    #expect(identity?.subject == "ada")
    #expect(identity?.scopes == ["orders:read", "orders:write", "user"])
    #expect(identity?.claims["aud"] == "shop")
    // A key that was stored signs as before.
    let stored = try #require(SigningKey(algorithm, der: issuer.key.der))
    #expect(stored.id == issuer.key.id && stored.id.utf8.count == 43)
    #expect(try await verifier.subject(stored.token("at+jwt", issuer.claims())) == "ada")
    // A published key is read back.
    let published = try #require(JSONWebKey.set(["keys": [issuer.key.publicKey.json]]))
    issuer.state.withLock { $0.keys = published }
    #expect(try await issuer.verifier().subject(issuer.token()) == "ada")
  }

  @Test func `the thumbprint of the specification's key is the specification's`() throws {
    // RFC 7638, section 3.1.
    let key: JSONValue = [
      "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
      "n": .string(
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
          + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
          + "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKg"
          + "w"),
    ]
    #expect(JSONWebKey(key)?.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
  }

  @Test func `keys that are not for verifying, of another kind, or malformed are left out of a set`() throws {
    let good = try #require(SigningKey.generate(.es256)).publicKey.json
    let rsa = try #require(SigningKey.generate(.rs256)).publicKey.json
    func changed(_ json: JSONValue, _ name: String, _ value: JSONValue?) -> JSONValue {
      guard case .object(var members) = json else { return json }
      members[name] = value
      return .object(members)
    }
    let bad: [JSONValue] = [
      changed(good, "use", "enc"), changed(good, "use", 1), changed(good, "key_ops", ["sign"]),
      changed(good, "key_ops", "verify"), changed(good, "alg", "ES384"), changed(good, "alg", "RS256"),
      changed(good, "alg", "ES521"), changed(good, "crv", "P-384"), changed(good, "crv", nil),
      changed(good, "kty", "OKP"),
      changed(good, "kty", "oct"), changed(good, "kty", nil), changed(good, "x", nil), changed(good, "x", "AAAA"),
      changed(good, "y", good["x"]), changed(good, "kid", 7), changed(rsa, "alg", "PS256"), changed(rsa, "n", "AQAB"),
      changed(rsa, "n", ""), changed(rsa, "e", "AA"), changed(rsa, "n", .string(String(repeating: "A", count: 20_000))),
      "text", [], .null,
    ]
    #expect(JSONWebKey.set(["keys": .array(bad + [good, rsa])])?.count == 2)
    for json in bad { #expect(JSONWebKey(json) == nil, "\(String(decoding: json.json, as: UTF8.self).prefix(200))") }
    for json in ["text", [:], ["keys": "none"], .null] as [JSONValue] { #expect(JSONWebKey.set(json) == nil) }
  }

  @Test func `claims that are missing, of the wrong kind, too old or too new are refused`() async throws {
    let issuer = try TestIssuer()
    let verifier = issuer.verifier()
    func number(_ value: Int) -> JSONValue { .number(ExactDecimal(value)) }
    let now = issuer.second
    let refused: [[String: JSONValue]] = [
      ["exp": .null], ["exp": "1900000000"], ["exp": number(now - 60)], ["exp": number(-1)], ["exp": true],
      ["exp": .number(try #require(ExactDecimal("1900000000.5")))],
      ["exp": .number(try #require(ExactDecimal("9223372036854775808")))],
      ["exp": .number(try #require(ExactDecimal("1e300")))], ["exp": number(.max)], ["exp": []],
      ["nbf": number(now + 61)], ["nbf": "0"], ["iat": number(now + 61)], ["iat": "0"],
      ["aud": .null], ["aud": "other"], ["aud": []], ["aud": ["other"]], ["aud": ["shop", 1]], ["aud": 1],
      ["iss": .null], ["iss": "https://issuer.example/"], ["iss": "https://other.example"], ["iss": ["x"]],
      ["sub": .null], ["sub": ""], ["sub": 1], ["jti": 1], ["jti": ["a"]],
    ]
    for changes in refused { #expect(try await verifier.subject(issuer.token(changes)) == nil, "\(changes)") }
    let accepted: [[String: JSONValue]] = [
      ["exp": number(now - 59)], ["nbf": number(now + 60)], ["iat": number(now + 60)], ["iat": .null],
      ["aud": ["other", "shop"]], ["roles": .null], ["scope": .null], ["roles": "admin"], ["scope": 1],
    ]
    for changes in accepted { #expect(try await verifier.subject(issuer.token(changes)) == "ada", "\(changes)") }
    // A remembered token passes no longer than a new one.
    let token = try issuer.token()
    #expect(try await verifier.subject(token) == "ada")
    issuer.pass(359)
    #expect(try await verifier.subject(token) == "ada")
    issuer.pass(1)
    #expect(try await verifier.subject(token) == nil)
  }

  @Test func `tokens of another kind, and headers that choose keys or algorithms, are refused`() async throws {
    let (issuer, other) = (try TestIssuer(), try TestIssuer(.rs256))
    let verifier = issuer.verifier()
    for type in ["JWT", "id+jwt", "", "at+jwt ", "application/jwt"] {
      #expect(try await verifier.subject(issuer.token(type: type)) == nil, "\(type)")
    }
    for type in ["at+jwt", "AT+JWT", "application/at+jwt"] {
      #expect(try await verifier.subject(issuer.token(type: type)) == "ada", "\(type)")
    }
    let signature = try #require(
      try issuer.token().split(separator: ".").last.flatMap { Base64(String($0), isURLSafe: true) })
    let id = issuer.key.id
    let headers = [
      #"{"alg":"none","typ":"at+jwt"}"#, #"{"alg":"None","typ":"at+jwt"}"#, #"{"alg":"nOnE","typ":"at+jwt"}"#,
      #"{"alg":"","typ":"at+jwt"}"#, #"{"typ":"at+jwt"}"#, #"{"alg":["ES256"],"typ":"at+jwt"}"#,
      #"{"alg":"HS256","typ":"at+jwt"}"#, #"{"alg":"RS256","typ":"at+jwt"}"#, #"{"alg":"ES384","typ":"at+jwt"}"#,
      #"{"alg":"es256","typ":"at+jwt"}"#, #"{"alg":"ES256","alg":"none","typ":"at+jwt"}"#,
    ]
    for header in headers {
      for signature in [[], signature.bytes, Array(issuer.claims().json)] {
        let token = forged(header, issuer.claims(), signature: signature)
        #expect(try await verifier.subject(token) == nil, "\(header)")
      }
    }
    let known = #"{"alg":"ES256","typ":"at+jwt","kid":"\#(id)""#
    for more in [
      #","jku":"https://evil.example""#, #","jwk":{}"#, #","x5u":"https://evil.example""#, #","x5c":[]"#,
      #","crit":["exp"]"#, #","b64":false"#, #","zip":"DEF""#, #","cty":"JWT""#,
    ] {
      #expect(
        try await verifier.subject(forged(known + more + "}", issuer.claims(), signature: signature.bytes)) == nil)
    }
    // Signed by a key of somebody else, who uses the issuer's words.
    let claims = issuer.claims()
    #expect(try await verifier.subject(try other.key.token("at+jwt", claims)) == nil)
    #expect(issuer.state.withLock(\.fetches) <= 2)
  }

  @Test func `of an issuer that does not mark its access tokens, its ID tokens are refused`() async throws {
    let issuer = try TestIssuer(.rs256)
    let verifier = issuer.verifier(types: ["at+jwt", "jwt", nil])
    for claims in [["typ": "Bearer"], ["token_use": "access"], [:]] as [[String: JSONValue]] {
      #expect(try await verifier.subject(issuer.token(claims, type: "JWT")) == "ada")
    }
    let others: [[String: JSONValue]] = [
      ["nonce": "n"], ["at_hash": "h"], ["c_hash": "h"], ["events": [:]], ["typ": "ID"], ["typ": "Refresh"],
      ["typ": "Logout"], ["token_use": "id"],
    ]
    for claims in others { #expect(try await verifier.subject(issuer.token(claims, type: "JWT")) == nil, "\(claims)") }
    #expect(try await verifier.subject(issuer.token(["nonce": "n"])) == "ada", "marked as an access token")
  }

  @Test func `texts that are not in the one form of a token are refused`() async throws {
    let issuer = try TestIssuer()
    let verifier = issuer.verifier()
    let token = try issuer.token()
    let parts = token.split(separator: ".").map(String.init)
    let withSpace = Base64(Array(" ".utf8) + issuer.claims().json, isURLSafe: true).text
    var texts = [
      "", ".", "..", "...", token + ".", "." + token, token + "=", token + " ", parts[0] + "." + parts[1],
      parts[0] + "." + parts[1] + ".", token + "." + parts[2], parts[0] + ".." + parts[2],
      parts[0] + "." + withSpace + "." + parts[2], token.replacing("-", with: "+") + "+",
      String(repeating: "a", count: 1_000_000), "\u{FEFF}" + token,
    ]
    for index in stride(from: 0, to: token.utf8.count, by: 7) {
      var bytes = Array(token.utf8)
      bytes[index] = bytes[index] == 65 ? 66 : 65
      texts.append(String(decoding: bytes, as: UTF8.self))
      texts.append(String(decoding: bytes[..<index], as: UTF8.self))
    }
    for text in texts { #expect(try await verifier.subject(text) == nil, "\(text.prefix(100))") }
    // The last digit of a signature of 64 bytes has unused bits, which must be zero.
    let last = try #require(token.utf8.last)
    for digit in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8 where digit != last {
      let other = String(decoding: token.utf8.dropLast() + [digit], as: UTF8.self)
      #expect(try await verifier.subject(other) == nil)
    }
    let twice = #"{"iss":"https://issuer.example","sub":"eve","sub":"ada"}"#
    let content = [#"{"alg":"ES256"}"#, twice].map { Base64(Array($0.utf8), isURLSafe: true).text }
    #expect(try await verifier.subject(content.joined(separator: ".") + "." + parts[2]) == nil)
    #expect(try await verifier.subject(token) == "ada")
  }
}

import ServiceCore
import Testing

/// Which alternative is proven, and what a caller is told when none is.
@Suite struct SecurityProofTests {
  private let alice = request(["authorization": "Bearer alice", "x-key": "admin"], certificate: "alice")
  private let wrong = request(["authorization": "Bearer mallory"])
  private let nothing = request()

  @Test func `the first alternative that is proven wins, whatever the others are`() async throws {
    let alternatives = [requirement(Schemes.cookie), requirement(Schemes.bearer), requirement(Schemes.header)]
    #expect(try await outcome(alternatives, alice) == "1 alice")
    let mixed = request(["authorization": "Bearer mallory", "x-key": "admin"])
    #expect(try await outcome(alternatives, mixed) == "2 admin")
  }

  @Test func `all schemes of an alternative are proven, and their identities stand in its order`() async throws {
    let both = [requirement(Schemes.header, Schemes.bearer, Schemes.client)]
    #expect(try await outcome(both, alice) == "0 admin+alice+alice")
    #expect(try await outcome(both, request(["authorization": "Bearer alice", "x-key": "admin"])) == "401")
    #expect(try await outcome([requirement(Schemes.bearer, Schemes.basic)], alice) == "401")
  }

  @Test func `anybody may call only where nothing that was tried is wrong`() async throws {
    for alternatives in [
      [requirement(Schemes.bearer), requirement()], [requirement(), requirement(Schemes.bearer)],
    ] {
      let anonymous = alternatives.firstIndex { $0.schemes.isEmpty } ?? 0
      #expect(try await outcome(alternatives, nothing) == "\(anonymous) ")
      #expect(try await outcome(alternatives, alice) == "\(1 - anonymous) alice")
      #expect(try await outcome(alternatives, wrong) == "401")
      // A credential of another scheme is not tried.
      #expect(try await outcome(alternatives, request(["authorization": "Digest x"])) == "\(anonymous) ")
    }
    #expect(try await outcome([], wrong) == "0 ")
  }

  @Test func `an alternative that is not complete leaves anybody, unless a part of it is wrong`() async throws {
    for first in [requirement(Schemes.cookie, Schemes.bearer), requirement(Schemes.bearer, Schemes.cookie)] {
      #expect(try await outcome([first, requirement()], alice) == "1 ")
      #expect(try await outcome([first, requirement()], wrong) == "401")
    }
  }

  @Test func `a credential is verified once, and not after an alternative is proven`() async throws {
    let book = SecretBook()
    let alternatives = [
      requirement(Schemes.bearer, Schemes.cookie), requirement(Schemes.bearer, scopes: ["write"]),
      requirement(Schemes.bearer, Schemes.header), requirement(Schemes.client),
    ]
    #expect(try await outcome(alternatives, alice, book) == "2 alice+admin")
    #expect(book.questions == ["token", "headerKey"])
  }

  @Test func `a scope that lacks is 403 for each kind, and never anonymous`() async throws {
    let write = ["read", "write"]
    #expect(try await outcome([requirement(Schemes.oauth, scopes: write), requirement()], alice) == "403")
    #expect(try await outcome([requirement(Schemes.client, scopes: write)], alice) == "403")
    #expect(try await outcome([requirement(Schemes.header, scopes: write)], alice) == "0 admin")
    #expect(
      try await outcome([requirement(Schemes.oauth, scopes: write), requirement(Schemes.header, scopes: write)], alice)
        == "1 admin")
    // Equal to the eye, and another scope.
    let eve = request(["authorization": "Bearer eve"])
    #expect(try await outcome([requirement(Schemes.bearer, scopes: ["caf\u{e9}"])], eve) == "403")
    #expect(try await outcome([requirement(Schemes.bearer, scopes: ["cafe\u{301}"])], eve) == "0 eve")
  }

  @Test func `a verifier's own failure is told as it is`() async throws {
    let told = try await problem(
      [requirement(Schemes.bearer), requirement()], request(["authorization": "Bearer down"]))
    #expect(told?.status == 503 && told?.headers["retry-after"] == "1")
  }

  @Test func `401 has one challenge for each scheme, and says what to send`() async throws {
    let alternatives = [
      requirement(Schemes.header, Schemes.client), requirement(Schemes.query), requirement(Schemes.cookie),
      requirement(Schemes.basic), requirement(Schemes.bearer), requirement(Schemes.oauth), requirement(Schemes.openID),
      requirement(Schemes.digest),
    ]
    let told = try await problem(alternatives, nothing)
    #expect(
      told?.headers.values("www-authenticate") == [
        #"ApiKey realm="shop", in="header", name="X-Key""#, #"MutualTLS realm="shop""#,
        #"ApiKey realm="shop", in="query", name="api key""#, #"ApiKey realm="shop", in="cookie", name="sid""#,
        #"Basic realm="shop", charset="UTF-8""#, #"Bearer realm="shop""#, #"digest realm="shop""#,
      ])
    #expect(
      told?.detail
        == "Send the API key in the header X-Key and a client certificate when connecting, or "
        + "the API key in the query parameter api key, or the API key in the cookie sid, or "
        + "a user and a password (Basic) in the header Authorization, or a bearer token in the header Authorization, "
        + "or a credential of the scheme digest in the header Authorization.")
  }

  @Test func `an invalid token is told only to whoever sent one`() async throws {
    let alternatives = [requirement(Schemes.basic), requirement(Schemes.oauth)]
    let told = try await problem(alternatives, wrong)
    #expect(
      told?.headers.values("www-authenticate") == [
        #"Basic realm="shop", charset="UTF-8""#, #"Bearer realm="shop", error="invalid_token""#,
      ])
    #expect(told?.detail.hasPrefix("The credential for 'oauth' is not valid. Send a user and a password") == true)
    let other = try await problem(alternatives, request(["authorization": "Basic !"]))
    #expect(other?.headers.values("www-authenticate").last == #"Bearer realm="shop""#)
  }

  @Test func `403 names the scopes that are needed`() async throws {
    let told = try await problem([requirement(Schemes.oauth, scopes: ["read", "write"])], alice)
    #expect(
      told?.headers.values("www-authenticate") == [#"Bearer error="insufficient_scope", scope="read write""#])
    #expect(told?.detail == "The credential for 'oauth' needs the scopes: read, write.")
    let keyed = try await problem([requirement(Schemes.client, scopes: ["a\"b"])], alice)
    #expect(keyed?.status == 403 && keyed?.headers["www-authenticate"] == nil)
  }

  @Test func `a realm and a name cannot break out of a challenge`() async throws {
    let odd = SecurityScheme(name: "odd", kind: .apiKey(in: .query, name: "a\"\\\r\nb"))
    let told = await #expect(throws: RequestFault.self) {
      try await SecurityRequirement.prove([requirement(odd)], by: SecretBook(), request(), realm: "s\"\r\n\\")
    }
    #expect(told?.problem.headers["www-authenticate"] == #"ApiKey realm="s\"\\", in="query", name="a\"\\b""#)
  }

  @Test func `no description and no problem shows a secret`() async throws {
    let secret = "hunter2"
    let credentials: [Credential] = [
      .apiKey(secret), .basic(user: "user", password: secret), .bearer(secret), .certificate(Array(secret.utf8)),
      .other(scheme: "digest", secret),
    ]
    var shown = ""
    for credential in credentials {
      let held: Credentials = ["a": credential]
      dump(credential, to: &shown)
      dump(held, to: &shown)
      shown += "\(credential) \(String(reflecting: credential)) \(held) \(String(reflecting: held)) \([credential])"
      shown += String(describing: Mirror(reflecting: credential).children.map(\.value))
    }
    let headers: HTTPFields = ["authorization": "Bearer \(secret)", "cookie": "sid=\(secret)", "x-key": secret]
    for scheme in [Schemes.bearer, Schemes.cookie, Schemes.header] {
      let told = try await problem([requirement(scheme)], request(headers))
      shown += String(decoding: told?.response(instance: nil, requestID: nil).body ?? [], as: UTF8.self)
      shown += told.map { "\($0.headers)" } ?? ""
    }
    #expect(shown.contains("a bearer token") && shown.contains("is not valid"))
    // Neither as text nor as its bytes. An address in memory, which descriptions of private types have, is no byte.
    #expect(!shown.contains(secret) && !shown.contains(#/\b104\b/#))
  }
}

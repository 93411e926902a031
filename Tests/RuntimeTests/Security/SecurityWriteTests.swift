import ServiceCore
import Testing

/// What a client puts onto its requests.
@Suite struct SecurityWriteTests {
  private static let all: Credentials = [
    "headerKey": .apiKey("alice"), "queryKey": .apiKey("alice"), "session": .apiKey("alice"),
    "login": .basic(user: "alice@x", password: "alice"), "token": .bearer("alice"), "oauth": .bearer("alice"),
    "openID": .bearer("alice"), "digest": .other(scheme: "Digest", "alice"),
  ]

  private func authorized(
    _ alternatives: [SecurityRequirement], _ credentials: Credentials = all, _ request: HTTPRequest = request()
  ) throws -> HTTPRequest {
    var request = request
    try request.authorize(alternatives, with: credentials)
    return request
  }

  private func refusal(_ scheme: SecurityScheme, _ credential: Credential) -> String {
    do {
      _ = try authorized([requirement(scheme)], [scheme.name: credential])
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `what is put on a request is taken off it`() async throws {
    for scheme in [
      Schemes.header, Schemes.query, Schemes.cookie, Schemes.basic, Schemes.bearer, Schemes.oauth, Schemes.openID,
      Schemes.digest,
    ] {
      let sent = try authorized([requirement(scheme)])
      #expect(try await outcome([requirement(scheme)], sent) == "0 alice", "\(scheme.name)")
    }
    let many = [requirement(Schemes.header, Schemes.query, Schemes.cookie, Schemes.basic)]
    let sent = try authorized(many, Self.all, request(["cookie": "a=b"], query: "c=d"))
    #expect(try await outcome(many, sent) == "0 alice+alice+alice+alice")
    #expect(sent.headers["cookie"] == "a=b; sid=alice" && sent.query == "c=d&api%20key=alice")
  }

  @Test func `any text that fits comes back as it was`() async throws {
    final class Echo: CredentialVerifier {
      func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
        switch credential {
        case .apiKey(let key): VerifiedIdentity(subject: key)
        case .basic(let user, let password): VerifiedIdentity(subject: "\(user):\(password)")
        default: nil
        }
      }
    }
    var random = SeededRandom(7)
    for _ in 0..<500 {
      let text = "x" + random.text("ab +&=%;,\"é€\\~:", upTo: 8) + "x"
      for (scheme, credential) in [
        (Schemes.header, Credential.apiKey(text)), (Schemes.query, .apiKey(text)),
        (Schemes.basic, .basic(user: "u", password: text)),
      ] {
        let sent = try authorized([requirement(scheme)], [scheme.name: credential])
        let proof = try await SecurityRequirement.prove([requirement(scheme)], by: Echo(), sent, realm: "shop")
        let expected = scheme.name == "login" ? "u:" + text : text
        #expect(proof.identities.first?.subject.utf8.elementsEqual(expected.utf8) == true)
      }
    }
  }

  @Test func `the first alternative that is complete is used, and no more of the credentials`() throws {
    let alternatives = [
      requirement(Schemes.header, Schemes.bearer), requirement(), requirement(Schemes.query),
      requirement(Schemes.bearer),
    ]
    let token = try authorized(alternatives, ["token": .bearer("t"), "login": .basic(user: "u", password: "p")])
    #expect(token.headers == ["authorization": "Bearer t"] && token.query == nil)
    let none = try authorized(alternatives, ["headerKey": .apiKey("k")])
    #expect(none.headers == [:] && none.query == nil)
    #expect(try authorized([], Self.all).headers == [:])
  }

  @Test func `a certificate is the transport's, and counts as there where nothing else is`() throws {
    let either = [requirement(Schemes.client), requirement(Schemes.bearer)]
    #expect(try authorized(either, [:]).headers == [:])
    #expect(try authorized(either, ["token": .bearer("t")]).headers["authorization"] == "Bearer t")
    let both = [requirement(Schemes.client, Schemes.header)]
    #expect(try authorized(both, ["headerKey": .apiKey("k")]).headers == ["x-key": "k"])
    #expect(throws: CredentialError.self) { try authorized(both, [:]) }
  }

  @Test func `credentials that are missing are named`() {
    let error = #expect(throws: CredentialError.self) {
      try authorized(
        [requirement(Schemes.client, Schemes.header, Schemes.bearer), requirement(Schemes.oauth)],
        ["headerKey": .apiKey("k")])
    }
    #expect(error?.description == "The call needs credentials that it lacks: give those of 'token', or of 'oauth'.")
  }

  @Test(arguments: [
    (Schemes.header, Credential.apiKey("a\r\nx: y")), (Schemes.header, .apiKey("a\0")), (Schemes.header, .apiKey("")),
    (Schemes.header, .apiKey(" a")), (Schemes.query, .apiKey("a\nb")), (Schemes.query, .apiKey("")),
    (Schemes.cookie, .apiKey("a;b=c")), (Schemes.cookie, .apiKey("a b")), (Schemes.cookie, .apiKey("é")),
    (Schemes.cookie, .apiKey("a\nb")), (Schemes.cookie, .apiKey("")),
    (Schemes.basic, .basic(user: "a:b", password: "c")),
    (Schemes.basic, .basic(user: "a", password: "b\n")), (Schemes.bearer, .bearer("a b")),
    (Schemes.bearer, .bearer("")),
    (Schemes.bearer, .bearer("a\r\nb")), (Schemes.oauth, .bearer("a=b")),
    (Schemes.digest, .other(scheme: "digest", "a\nb")),
  ])
  func `a value that does not fit is not sent`(_ scheme: SecurityScheme, _ credential: Credential) {
    #expect(refusal(scheme, credential).hasPrefix("The credential for '\(scheme.name)' cannot be sent: "))
  }

  @Test(arguments: [
    (Schemes.header, Credential.bearer("a")), (Schemes.bearer, .apiKey("a")), (Schemes.basic, .bearer("a")),
    (Schemes.bearer, .other(scheme: "bearer", "a b")), (Schemes.digest, .other(scheme: "dpop", "a")),
    (Schemes.client, .bearer("a")), (Schemes.oauth, .basic(user: "a", password: "b")),
  ])
  func `a credential of another kind is not sent`(_ scheme: SecurityScheme, _ credential: Credential) {
    #expect(refusal(scheme, credential).hasPrefix("The scheme '\(scheme.name)' needs "))
  }

  @Test func `two credentials for one header are not sent`() {
    #expect(throws: CredentialError.self) { try authorized([requirement(Schemes.bearer, Schemes.basic)]) }
  }
}

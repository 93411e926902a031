import ServiceCore
import Testing

/// What is taken out of a request, and what is refused.
@Suite struct SecurityReadTests {
  private static func basic(_ text: String) -> HTTPFields {
    ["authorization": "Basic " + Base64(Array(text.utf8)).text]
  }

  @Test func `each kind of credential is found where its scheme says`() async throws {
    let requests: [(SecurityScheme, HTTPRequest)] = [
      (Schemes.header, request(["x-key": "alice"])),
      (Schemes.query, request(query: "a=1&api+key=%61lice")),
      (Schemes.cookie, request(["cookie": "a=b; sid=alice; c=d"])),
      (Schemes.basic, request(Self.basic("alice@x:alice"))),
      (Schemes.bearer, request(["authorization": "Bearer alice"])),
      (Schemes.oauth, request(["authorization": "bEARER  alice"])),
      (Schemes.openID, request(["authorization": "bearer alice"])),
      (Schemes.digest, request(["authorization": "DIGEST alice"])),
      (Schemes.client, request(certificate: "alice")),
    ]
    for (scheme, request) in requests {
      #expect(try await outcome([requirement(scheme)], request) == "0 alice", "\(scheme.name)")
      #expect(
        try await outcome([requirement(scheme)], HTTPRequest(method: "GET", path: "/")) == "401", "\(scheme.name)")
    }
  }

  @Test(
    arguments: [
      ["authorization": "Bearer"], ["authorization": "Bearer "], ["authorization": "Bearer ali ce"],
      ["authorization": "Bearer al=ice"], ["authorization": "Bearer ="],
      ["authorization": "Bearer alice, Bearer alice"],
      ["authorization": "Bearer al\u{e9}ce"], ["authorization": "Bearer\talice"], ["authorization": "Bearer, alice"],
      ["authorization": "alice"], ["authorization": ""], ["authorization": "Basic YWxpY2VAeDphbGljZQ=="],
    ] as [HTTPFields])
  func `a bearer token that is none is not shown to the verifier`(_ headers: HTTPFields) async throws {
    let book = SecretBook()
    #expect(try await outcome([requirement(Schemes.bearer)], request(headers), book) == "401")
    #expect(book.questions.isEmpty)
  }

  @Test(arguments: ["Bearer", "Bearer\talice", "Bearer, alice", "bearer=alice", "Bearer "])
  func `a bearer token that is none is wrong, not absent`(_ value: String) async throws {
    let alternatives = [requirement(Schemes.bearer), requirement()]
    #expect(try await outcome(alternatives, request(["authorization": value])) == "401")
  }

  @Test(arguments: [
    "Basic", "Basic YWxpY2VAeDphbGljZQ", "Basic !!!!", "Basic YWxpY2U=", "Basic YWxp Y2VAeDphbGljZQ==",
    // Not UTF-8; a line break; U+0000; unused bits that are not zero.
    "Basic /zph", "Basic YTpiCg==", "Basic YToAYg==", "Basic YTpiYx==",
  ])
  func `basic credentials are base64 of UTF-8 with a colon and without control characters`(
    _ value: String
  ) async throws {
    let book = SecretBook()
    #expect(try await outcome([requirement(Schemes.basic)], request(["authorization": value]), book) == "401")
    #expect(book.questions.isEmpty)
  }

  @Test func `a password may have colons, and both parts may be of any script`() async throws {
    final class Listener: CredentialVerifier {
      func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
        guard case .basic(let user, let password) = credential else { return nil }
        return VerifiedIdentity(subject: "\(user)|\(password)")
      }
    }
    for (text, expected) in [("ä:b:c€", "ä|b:c€"), (":", "|"), ("a:\u{301}b", "a|\u{301}b")] {
      let proof = try await SecurityRequirement.prove(
        [requirement(Schemes.basic)], by: Listener(), request(Self.basic(text)), realm: "shop")
      #expect(proof.identities.first?.subject.utf8.elementsEqual(expected.utf8) == true)
    }
  }

  @Test func `what is given twice is refused with 400, even where one of the two is right`() async throws {
    var twice = HTTPFields()
    for (name, value) in [
      ("authorization", "Bearer alice"), ("authorization", "Basic x"), ("x-key", "alice"), ("x-key", "alice"),
      ("cookie", "sid=alice"), ("cookie", "sid=alice"),
    ] { twice.append(name, value) }
    let double = request(twice, query: "api+key=alice&api%20key=")
    for scheme in [
      Schemes.bearer, Schemes.basic, Schemes.oauth, Schemes.digest, Schemes.header, Schemes.cookie, Schemes.query,
    ] {
      #expect(try await outcome([requirement(scheme), requirement()], double) == "400", "\(scheme.name)")
    }
    let told = try await problem([requirement(Schemes.query)], double)
    #expect(told?.violations.map(\.name) == ["api key"] && told?.violations.first?.location == .query)
  }

  @Test func `an empty key is no key`() async throws {
    let empty = request(["x-key": "", "cookie": "sid="], query: "api+key=", certificate: "")
    for scheme in [Schemes.header, Schemes.cookie, Schemes.query, Schemes.client] {
      #expect(try await outcome([requirement(scheme), requirement()], empty) == "1 ", "\(scheme.name)")
    }
  }

  @Test(arguments: ["api+key=%zz", "api+key=%FF", "api+key=alice%00", "api+key=alice%0A", "api+key=a%7F"])
  func `a key that is no text is wrong, not absent`(_ query: String) async throws {
    let book = SecretBook()
    #expect(try await outcome([requirement(Schemes.query), requirement()], request(query: query), book) == "401")
    #expect(book.questions.isEmpty)
  }

  @Test func `a query or cookies beyond the limit are told as too large`() async throws {
    let pairs = request(
      ["cookie": String(repeating: "a=1;", count: 1_001)], query: String(repeating: "a&", count: 1_001))
    #expect(try await outcome([requirement(Schemes.query)], pairs) == "413")
    #expect(try await outcome([requirement(Schemes.cookie)], pairs) == "413")
  }

  @Test func `names are compared byte for byte`() async throws {
    let key = SecurityScheme(name: "k", kind: .apiKey(in: .query, name: "cl\u{e9}"))
    #expect(try await outcome([requirement(key)], request(query: "cl%C3%A9=alice")) == "0 alice")
    #expect(try await outcome([requirement(key)], request(query: "cle%CC%81=alice")) == "401")
    #expect(try await outcome([requirement(Schemes.cookie)], request(["cookie": "SID=alice"])) == "401")
  }
}

import ServiceCore
import Testing

@testable import SecurityGolden

/// Who may call, from a generated client to a generated server over a socket; the verifier is the test's own.
@Suite struct SecurityTests {
  private struct Door: PetsHandlers {
    func me(_ input: Me.Input, _ principal: SessionPrincipal, _ call: Call) async throws -> Me.Output {
      guard case .session(let identity) = principal else { return .other(status: 500, .init()) }
      return .ok(identity.subject)
    }

    func open(_ input: Open.Input, _ call: Call) async throws -> Open.Output { .ok("anybody") }

    func either(
      _ input: Either.Input, _ principal: VisitorPrincipal, _ call: Call
    ) async throws -> Either.Output {
      switch principal {
      case .headerKey(let identity): .ok("header \(identity.subject)")
      case .queryKey(let identity): .ok("query \(identity.subject)")
      case .login(let identity): .ok("login \(identity.subject)")
      case .anonymous: .ok("nobody")
      }
    }

    func both(
      _ input: Both.Input, _ principal: BothCaller, _ call: Call
    ) async throws -> Both.Output {
      switch principal {
      case .tokenAndHeaderKey(let token, let key): .ok("\(token.subject) by \(key.subject)")
      case .granted(let identity): .ok("granted \(identity.subject)")
      }
    }

    func issued(
      _ input: Issued.Input, _ principal: IssuerOrMachinePrincipal, _ call: Call
    ) async throws -> Issued.Output {
      if case .machine(let identity) = principal { return .ok("machine \(identity.subject)") }
      throw NotImplemented()
    }
  }

  /// Takes `ada` for Ada, who may write, and `bob` for Bob, who may not.
  private struct Names: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      let name: String
      switch credential {
      case .apiKey(let text), .bearer(let text): name = text
      case .basic(let user, let password): name = password == "secret" ? user : ""
      case .certificate(let bytes): name = String(decoding: bytes, as: UTF8.self)
      case .other: name = ""
      }
      switch name {
      case "ada": return VerifiedIdentity(subject: "Ada", scopes: ["read", "write"])
      case "bob": return VerifiedIdentity(subject: "Bob", scopes: ["read"])
      default: return nil
      }
    }
  }

  private let call = LiveServer.call
  private static let serving = Call(requestID: "r1", logger: LiveServer.call.logger, verifier: Names())

  private func run(_ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    try await LiveServer.run(PetsEndpoint(Door()), PetsContract.operations, Self.serving) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  /// Over a socket and in one process.
  private func everywhere(_ body: (PetsClient) async throws -> Void) async throws {
    try await run { _, client async throws in try await body(client) }
    try await body(
      PetsClient(
        .local {
          LocalService(
            name: "contract", handlers: Door(),
            call: Call(requestID: "", logger: Logger(level: .error), verifier: Names()))
        }))
  }

  @Test func `a handler is told what was proven`() async throws {
    try await everywhere { client async throws in
      let session = call.acting(with: ["session": .apiKey("ada")])
      #expect(try await client.me(.init(), session).get() == "Ada")
      #expect(try await client.open(.init(), call).get() == "anybody")
      for (credentials, answer) in [
        (["headerKey": .apiKey("ada")], "header Ada"), (["queryKey": .apiKey("bob")], "query Bob"),
        (["login": .basic(user: "ada", password: "secret")], "login Ada"), ([:], "nobody"),
      ] as [(Credentials, String)] {
        #expect(try await client.either(.init(), call.acting(with: credentials)).get() == answer)
      }
      let both = Both.Input(body: .init(a: 1))
      let pair = call.acting(with: ["token": .bearer("bob"), "headerKey": .apiKey("ada")])
      #expect(try await client.both(both, pair).get() == "Bob by Ada")
      #expect(try await client.both(both, call.acting(with: ["granted": .bearer("ada")])).get() == "granted Ada")
    }
  }

  @Test func `without proof there is no way in, and the answer says what would open it`() async throws {
    try await everywhere { client async throws in
      guard case .other(401, _) = try await client.me(.init(), call.acting(with: ["session": .apiKey("eve")])) else {
        Issue.record("let in")
        return
      }
      // A key that is wrong is not the same as none.
      guard case .other(401, _) = try await client.either(.init(), call.acting(with: ["headerKey": .apiKey("eve")]))
      else {
        Issue.record("let in")
        return
      }
      let few = call.acting(with: ["granted": .bearer("bob")])
      guard case .other(403, _) = try await client.both(.init(body: .init(a: 1)), few) else {
        Issue.record("let in")
        return
      }
      await #expect(throws: CredentialError.self) { try await client.me(.init(), call) }
    }
    try await run { server, _ async throws in
      let refused = try await server.send("GET", "/me")
      #expect(refused.status == 401 && refused.text.contains("sid") && refused.headers["www-authenticate"] != nil)
      // Who calls is asked before what is said.
      let both = try await server.send("POST", "/both", ["content-type": "application/json"], body: "[")
      #expect(both.status == 401 && both.headers.values("www-authenticate").contains { $0.hasPrefix("Bearer ") })
      let query = try await server.send("GET", "/either", query: "key=ada")
      #expect(query.status == 200 && query.text == "query Ada")
    }
  }

  @Test func `a service without a verifier lets nobody in`() async throws {
    try await LiveServer.run(PetsEndpoint(Door()), PetsContract.operations) { server in
      let answer = try await server.send("GET", "/me", ["cookie": "sid=ada"])
      #expect(answer.status == 500)
    }
  }

  @Test func `a certificate is proof as any other`() async throws {
    for (certificate, status) in [("ada", 200), ("eve", 401)] {
      try await LiveServer.run(
        PetsEndpoint(Door()), PetsContract.operations, Self.serving, certificate: Array(certificate.utf8)
      ) { server in
        // The client sends nothing: its transport's connection proves it.
        let output = try await PetsClient(.remote(server.transport)).issued(.init(), call)
        switch output {
        case .ok(let text): #expect(status == 200 && text == "machine Ada")
        case .other(let code, _): #expect(status == code)
        }
      }
    }
  }

  @Test func `an operation that is not there yet says so`() async throws {
    try await everywhere { client async throws in
      guard case .other(501, _) = try await client.issued(.init(), call.acting(with: ["issuer": .bearer("ada")])) else {
        Issue.record("not 501")
        return
      }
    }
  }
}

import ServiceCore
import ServiceSecurity
import Testing

/// Each stage as a value: what it lets pass, refuses or answers, and what it learns at the end.
@Suite struct StageTests {
  private let log = SecurityServingTests.Log()

  private func call(
    _ verifier: (any CredentialVerifier)? = nil, webhooks: (any WebhookVerifier)? = nil,
    _ admission: (any Admission)? = nil
  ) -> Call {
    Call(
      requestID: "r1", logger: Logger(sink: log.write), verifier: verifier, webhookVerifier: webhooks,
      admission: admission)
  }

  // MARK: signature

  private let signed = OperationDescriptor.with(.init(signature: WebhookSignature(window: 2_000)))

  private func signature(_ call: Call) throws -> (SignatureStage, Passage) {
    (try #require(SignatureStage(signed, call)), Passage(signed, .request(.to("/look")), call))
  }

  @Test func `a new delivery passes, and its verifier learns how it ended`() async throws {
    for (status, outcome) in [(204, "done"), (299, "done"), (300, "not done"), (503, "not done")] {
      let verifier = FakeWebhookVerifier(.success(true))
      var (stage, passage) = try signature(call(webhooks: verifier))
      #expect(try stage.enter(&passage).text == "waits" && !passage.call.isSignatureVerified)
      #expect(try await stage.wait(&passage).text == "passes" && passage.call.isSignatureVerified)
      #expect(!stage.leave(passage, status: status))
      await stage.waitToLeave(passage, status: status)
      #expect(verifier.notes.all == ["verify /look within 2000", "finish /look: \(outcome)"])
    }
  }

  @Test func `a delivery that was processed before is answered by the first declared success`() async throws {
    let verifier = FakeWebhookVerifier(.success(false))
    var (stage, passage) = try signature(call(webhooks: verifier))
    #expect(try await stage.wait(&passage).text == "responds 202")
    #expect(!passage.call.isSignatureVerified && stage.leave(passage, status: 202))
    let silent = OperationDescriptor(
      service: "bank", id: "o", method: "POST", path: [], responses: .init([], hasDefault: true), policy: signed.policy)
    let other = try #require(SignatureStage(silent, call(webhooks: verifier)))
    #expect(try await other.wait(&passage).text == "responds 204")
  }

  @Test func `a delivery whose signature is wrong is refused, and is none that ends`() async throws {
    let verifier = FakeWebhookVerifier(.failure(.unproved("Forged.", challenge: "Webhook-Signature")))
    var (stage, passage) = try signature(call(webhooks: verifier))
    await #expect(throws: VerificationError.self) { try await stage.wait(&passage) }
    #expect(!passage.call.isSignatureVerified && stage.leave(passage, status: 401))
    #expect(verifier.notes.all == ["verify /look within 2000"])
  }

  @Test func `without a verifier of signatures, and in its own process, no delivery passes`() async throws {
    var (stage, passage) = try signature(call())
    await #expect(throws: ConfigurationError.self) { try await stage.wait(&passage) }
    let verifier = FakeWebhookVerifier(.success(true))
    (stage, passage) = try signature(call(webhooks: verifier))
    passage = Passage(signed, .local([]), call(webhooks: verifier))
    await #expect(throws: ConfigurationError.self) { try await stage.wait(&passage) }
    await stage.waitToLeave(passage, status: 500)
    #expect(verifier.notes.all.isEmpty)
  }

  // MARK: authentication

  private static let guarded = OperationDescriptor.with(
    .init(security: [requirement(Schemes.header, scopes: ["write"]), requirement(Schemes.basic)]))

  private func authenticate(_ arrival: Passage.Arrival, _ verifier: (any CredentialVerifier)? = SecretBook())
    async throws -> Passage
  {
    let call = call(verifier)
    let stage = try #require(AuthenticationStage(Self.guarded, call))
    var passage = Passage(Self.guarded, arrival, call)
    #expect(try stage.enter(&passage).text == "waits")
    #expect(try await stage.wait(&passage).text == "passes")
    #expect(stage.leave(passage, status: 200))
    return passage
  }

  @Test func `credentials are those of the request, or those that a caller in this process chose`() async throws {
    let arrivals: [Passage.Arrival] = [
      .request(.to("/look", ["x-key": "admin"])), .local([(Schemes.header, .apiKey("admin"))]),
    ]
    for arrival in arrivals {
      let proof = try #require(try await authenticate(arrival).call.proof)
      #expect(proof.alternative == 0 && proof.identities.map(\.subject) == ["admin"])
    }
    let basic = try await authenticate(.local([(Schemes.basic, .basic(user: "alice@x", password: "alice"))]))
    #expect(basic.call.proof?.alternative == 1)
  }

  @Test(arguments: [("nobody", 401), ("mallory", 401), ("alice", 403), ("down", 503)])
  func `who does not prove what is required is refused, from anywhere`(_ key: String, _ status: Int) async throws {
    let isThere = key != "nobody"
    let arrivals: [Passage.Arrival] = [
      .request(.to("/look", isThere ? ["x-key": key] : [:])),
      .local(isThere ? [(Schemes.header, .apiKey(key))] : []),
    ]
    for arrival in arrivals {
      let error = await #expect(throws: (any Error).self) { try await authenticate(arrival) }
      let problem = (error as? any ProblemConvertible)?.problem
      #expect(problem?.status == status)
      guard status == 401 else { continue }
      let challenges = problem?.headers.values("www-authenticate") ?? []
      #expect(challenges.contains(#"Basic realm="bank", charset="UTF-8""#), "\(challenges)")
    }
  }

  @Test func `without a verifier of credentials nobody passes`() async throws {
    await #expect(throws: ConfigurationError.self) {
      try await authenticate(.request(.to("/look", ["x-key": "admin"])), nil)
    }
  }

  @Test func `what another process has verified is not verified again, and its scopes still count`() async throws {
    let (book, seal) = (SecretBook(), try CallerKeyRing(Base64(Array(repeating: 1, count: 32)).text))
    func authenticate(_ subject: String, as scheme: SecurityScheme, given: String? = nil) async throws -> Proof? {
      let call = Call(
        requestID: "r1", logger: Logger(sink: log.write), verifier: book, callerSeal: seal, observers: { _ in [] })
      let identity = try #require(SecretBook.identities[subject])
      let caller = SealedCaller(from: "gateway", identities: [(scheme.name, identity)])
      var headers: HTTPFields = [:]
      headers[SealedCaller.header] = try seal.seal(caller, for: Self.guarded, at: Clock.system.now())
      headers["x-key"] = given
      let stage = try #require(AuthenticationStage(Self.guarded, call))
      var passage = Passage(Self.guarded, .request(.to("/look", headers)), call)
      #expect(try await stage.wait(&passage).text == "passes")
      return passage.call.proof
    }
    #expect(try await authenticate("admin", as: Schemes.header, given: "mallory")?.identities[0].subject == "admin")
    #expect(try await authenticate("alice", as: Schemes.basic)?.alternative == 1)
    #expect(book.questions.isEmpty)
    let unentitled = await #expect(throws: RequestFault.self) { try await authenticate("alice", as: Schemes.header) }
    #expect(unentitled?.problem.status == 403)
    // What is proved of a scheme that the operation does not ask for is no proof.
    await #expect(throws: RequestFault.self) { try await authenticate("admin", as: Schemes.cookie) }
  }

  // MARK: bulkhead

  private func bulkhead(_ admission: FakeAdmission) throws -> (BulkheadStage, Passage) {
    let (operation, call) = (OperationDescriptor.with(.init()), call(nil, admission))
    return (try #require(BulkheadStage(operation, call)), Passage(operation, .local([]), call))
  }

  @Test func `a call takes a free slot at once, and leaves it at once or later`() async throws {
    for leavesNow in [true, false] {
      let admission = FakeAdmission(.now, leavesNow: leavesNow)
      var (stage, passage) = try bulkhead(admission)
      #expect(try stage.enter(&passage).text == "passes" && passage.call.slot?.index == 7)
      #expect(stage.leave(passage, status: 200) == leavesNow)
      if !leavesNow { await stage.waitToLeave(passage, status: 200) }
      #expect(admission.notes.all == ["enter", leavesNow ? "leave 7" : "leave 7 later"])
    }
  }

  @Test func `a call waits for a slot that is taken`() async throws {
    let admission = FakeAdmission(.later)
    var (stage, passage) = try bulkhead(admission)
    #expect(try stage.enter(&passage).text == "waits" && passage.call.slot == nil)
    #expect(try await stage.wait(&passage).text == "passes" && passage.call.slot?.index == 7)
    #expect(stage.leave(passage, status: 200))
    #expect(admission.notes.all == ["wait", "leave 7"])
  }

  @Test func `a call that gets no slot is refused, and leaves none`() async throws {
    let admission = FakeAdmission(.never)
    var (stage, passage) = try bulkhead(admission)
    #expect(try stage.enter(&passage).text == "waits")
    let fault = await #expect(throws: RequestFault.self) { try await stage.wait(&passage) }
    #expect(fault?.problem.status == 503 && fault?.problem.headers["retry-after"] == "1")
    #expect(fault?.problem.detail == "The service 'bank' is busy.")
    #expect(stage.leave(passage, status: 503))
    await stage.waitToLeave(passage, status: 503)
    #expect(admission.notes.all == ["wait"])
  }

  // MARK: policies

  @Test func `a policy that is not asked for has no stage`() {
    let call = call(SecretBook(), webhooks: FakeWebhookVerifier(.success(true)), FakeAdmission(.now))
    let open = OperationDescriptor.with(.init())
    #expect(SignatureStage(open, call) == nil && AuthenticationStage(open, call) == nil)
    #expect(BulkheadStage(open, call) != nil && BulkheadStage(open, self.call()) == nil)
    // Credentials are verified where some alternative requires them.
    for (alternatives, isStage) in [
      ([requirement()], false), ([requirement(), requirement()], false),
      ([requirement(Schemes.header), requirement()], true),
    ] {
      #expect((AuthenticationStage(.with(.init(security: alternatives)), call) != nil) == isStage)
    }
  }

  @Test func `a call has the time of its operation, or what its caller has left`() {
    #expect(OperationPolicy().timeLimit(remaining: nil) == 30_000)
    let policy = OperationPolicy(timeout: 500)
    for (remaining, limit) in [(nil, 500), (501, 500), (500, 500), (499, 499), (0, 0)] as [(Int?, Int)] {
      #expect(policy.timeLimit(remaining: remaining) == limit)
    }
  }

  @Test func `each kind of stage has a site, and validation comes before idempotency`() {
    #expect(StageKind.allCases.allSatisfy { !$0.sites.isEmpty })
    #expect(StageKind.allCases == StageKind.allCases.sorted())
    #expect(StageKind.authentication < .bulkhead && StageKind.validation < .idempotency)
    #expect(Set(StageKind.allCases.flatMap(\.sites)) == Set(StageSite.allCases))
  }
}

import ServiceCore
import ServiceSecurity
import Synchronization
import Testing

/// How the keys of an issuer come, are kept, and are replaced.
@Suite(.timeLimit(.minutes(10))) struct IssuerKeysTests {
  private func subject(_ token: String, _ verifier: TokenVerifier) async throws -> String? {
    try await verifier.verify(.bearer(token), for: TestIssuer.scheme)?.subject
  }

  @Test func `tokens with unknown keys have keys fetched at most every 30 seconds`() async throws {
    let (issuer, stranger) = (try TestIssuer(), try TestIssuer())
    let verifier = issuer.verifier()
    #expect(try await subject(issuer.token(), verifier) == "ada")
    for number in 0..<100 {
      #expect(
        try await subject(stranger.key.token("at+jwt", issuer.claims(["n": .string("\(number)")])), verifier) == nil)
    }
    #expect(issuer.state.withLock(\.fetches) == 1)
    issuer.pass(30)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask {
          let token = try? stranger.key.token("at+jwt", issuer.claims(["n": .string("again \(number)")]))
          _ = try? await self.subject(token ?? "", verifier)
        }
      }
    }
    #expect(issuer.state.withLock(\.fetches) == 2)
  }

  @Test func `a new key is found when its first token comes, and a withdrawn one ends with the age of the set`()
    async throws
  {
    let (issuer, next) = (try TestIssuer(), try TestIssuer())
    let verifier = issuer.verifier()
    let old = try issuer.token(["exp": .number(ExactDecimal(issuer.second + 100_000))])
    #expect(try await subject(old, verifier) == "ada")
    issuer.pass(31)
    issuer.state.withLock { $0.keys = [issuer.key.publicKey, next.key.publicKey] }
    #expect(try await subject(next.key.token("at+jwt", issuer.claims()), verifier) == "ada")
    issuer.state.withLock { $0.keys = [next.key.publicKey] }
    #expect(try await subject(old, verifier) == "ada", "the set is not old yet")
    issuer.pass(300)
    // The fetch goes on in the background: the first call after the age may still pass.
    while issuer.state.withLock(\.fetches) < 3 {
      _ = try await subject(old, verifier)
      await Task.yield()
    }
    while try await subject(old, verifier) != nil { await Task.yield() }
    #expect(try await subject(next.key.token("at+jwt", issuer.claims()), verifier) == "ada")
  }

  @Test func `while an issuer is away its last keys go on, and before the first ones the answer is 503`() async throws {
    let issuer = try TestIssuer()
    issuer.state.withLock { $0.isAway = true }
    let verifier = issuer.verifier()
    await #expect(throws: VerificationError.self) { _ = try await self.subject(issuer.token(), verifier) }
    issuer.state.withLock { $0.isAway = false }
    issuer.pass(1)
    #expect(try await subject(issuer.token(), verifier) == "ada")
    issuer.state.withLock { $0.isAway = true }
    for _ in 0..<10 {
      issuer.pass(100)
      #expect(try await subject(issuer.token(["jti": .string("\(issuer.second)")]), verifier) == "ada")
    }
  }

  @Test func `a token without a key's name is verified by the only key, and by none of several`() async throws {
    let issuer = try TestIssuer()
    let other = try #require(SigningKey.generate(.es256))
    let token = try issuer.token()
    #expect(try await subject(token, issuer.verifier()) == "ada")
    issuer.state.withLock { $0.keys = [other.publicKey] }
    #expect(try await subject(token, issuer.verifier()) == nil)
  }

  @Test func `API keys are asked for, and remembered for ten seconds`() async throws {
    let issuer = try TestIssuer()
    let asked = Mutex<[String]>([])
    let verifier = issuer.verifier { key in
      asked.withLock { $0.append(key) }
      return key == "good" ? VerifiedIdentity(subject: "robot") : nil
    }
    func subject(_ key: String) async throws -> String? {
      try await verifier.verify(.apiKey(key), for: TestIssuer.scheme)?.subject
    }
    for _ in 0..<3 { #expect(try await subject("good") == "robot") }
    for _ in 0..<2 { #expect(try await subject("bad") == nil) }
    #expect(try await self.subject("good", verifier) == nil, "a key is no token, though it is remembered")
    #expect(asked.withLock(\.self) == ["good", "bad", "bad"])
    issuer.pass(10)
    #expect(try await subject("good") == "robot")
    #expect(asked.withLock(\.self).count == 4)
    #expect(try await verifier.verify(.basic(user: "a", password: "b"), for: TestIssuer.scheme) == nil)
    #expect(try await issuer.verifier().verify(.apiKey("good"), for: TestIssuer.scheme) == nil)
  }
}

import ServiceCore
import ServicePasswords
import Testing

@Suite(.timeLimit(.minutes(10))) struct PasswordTests {
  @Test func `a password matches its own hashes only, and no hash matches anything`() async throws {
    let hasher = PasswordHasher()
    let hash = try await hasher.hash("correct horse \u{1F40E} battery")
    #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(!PasswordHasher.isOutdated(hash) && hash.utf8.count < 128)
    #expect(try await hasher.matches(hash, "correct horse \u{1F40E} battery"))
    for password in ["", "correct horse", "correct horse \u{1F40E} battery ", String(repeating: "x", count: 100_000)] {
      #expect(try await !hasher.matches(hash, password))
      #expect(try await !hasher.matches(nil, password))
    }
    for text in ["", "$argon2id$", "plain", hash + "x", String(repeating: "$", count: 10_000)] {
      #expect(try await !hasher.matches(text, "correct horse \u{1F40E} battery"))
    }
    #expect(PasswordHasher.isOutdated("$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA"))
    await #expect(throws: RequestFault.self) { try await hasher.hash(String(repeating: "x", count: 1_025)) }
  }

  @Test func `of a crowd so many wait as may, and the others are refused at once`() async throws {
    let hasher = PasswordHasher(threads: 1, waiting: 3)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<40 { group.addTask { (try? await hasher.hash("a")) != nil } }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect((4..<40).contains(outcomes.count(where: \.self)))
    #expect(try await hasher.matches(hasher.hash("b"), "b"))
  }
}

import ServiceCore
import ServicePostgres
import Testing

@Suite struct IdempotencyTests {
  @Test func `an answer is stored with its effect, and given again`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [Migration(name: "0001-t.sql", sql: "CREATE TABLE t (n integer)")])
    let request = Array("body".utf8)
    guard case .claimed(let claim) = try await test.database.claim("k", operation: "o", request: request) else {
      Issue.record("a new key was not claimed")
      return
    }
    guard case .running = try await test.database.claim("k", operation: "o", request: request) else {
      Issue.record("a twin did not find the key taken")
      return
    }
    guard case .otherRequest = try await test.database.claim("k", operation: "o", request: [1]) else {
      Issue.record("another request was let pass")
      return
    }
    let answer = HTTPResponse(status: 201, headers: ["content-type": "x", "location": "/a"], body: [1, 0, 2])
    try await test.database.sqlTransaction { transaction in
      try await transaction.execute("INSERT INTO t VALUES (1)")
      try await transaction.store(answer, for: claim)
    }
    guard case .answered(let again) = try await test.database.claim("k", operation: "o", request: request) else {
      Issue.record("the answer was not given again")
      return
    }
    #expect(again.status == 201 && again.headers == answer.headers && again.body == answer.body)
    await test.end()
  }

  @Test func `a key whose request failed is free again`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    guard case .claimed(let claim) = try await test.database.claim("k", operation: "o", request: []) else { return }
    await test.database.release(claim)
    guard case .claimed = try await test.database.claim("k", operation: "o", request: [9]) else {
      Issue.record("the key is still taken")
      return
    }
    // The first attempt, slow, comes back: its key is another's now.
    await #expect(throws: PostgresError.self) {
      try await test.database.sqlTransaction { try await $0.store(HTTPResponse(status: 200), for: claim) }
    }
    await test.end()
  }
}

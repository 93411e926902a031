import ServiceCore
import ServicePostgres
import Testing

@Suite(.timeLimit(.minutes(10))) struct IdempotencyTests {
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
    let error = await #expect(throws: RequestFault.self) {
      try await test.database.sqlTransaction { try await $0.store(HTTPResponse(status: 200), for: claim) }
    }
    #expect(error?.problem.status == 503)
    await test.end()
  }

  private func isClaimed(_ database: Database) async throws -> Bool {
    if case .claimed = try await database.claim("k", operation: "o", request: []) { true } else { false }
  }

  @Test func `the claim of a process that has died is free in seconds, and never while it lives`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    let (first, second) = (Uuid.v7(at: Clock.system.now()), Uuid.v7(at: Clock.system.now()))
    let other = test.appDatabase()
    try await other.beat(first)
    try await test.database.beat(second)
    #expect(try await isClaimed(other))
    // Its connections may be gone, as behind a pooler, and it lives.
    await other.close()
    try await see(first, "2 seconds", test.database)
    #expect(try await !isClaimed(test.database))
    try await see(first, "6 seconds", test.database)
    #expect(try await isTakenOver(test.database))
    // The one that took over is alive.
    #expect(try await !isClaimed(test.database))
    await test.end()
  }

  @Test func `the claim of a process that gives no signs of life is free when it expires`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    #expect(try await isClaimed(test.database))
    let other = test.appDatabase()
    try await other.beat(Uuid.v7(at: Clock.system.now()))
    #expect(try await !isClaimed(other))
    try await test.database.execute("UPDATE charter.idempotency_keys SET expires_at = now() - interval '1 second'")
    #expect(try await isClaimed(other))
    await other.close()
    await test.end()
  }

  private func see(_ process: Uuid, _ ago: String, _ database: Database) async throws {
    try await database.execute(
      "UPDATE charter.processes SET seen_at = now() - \(ago)::interval WHERE id = \(process)")
  }

  /// A server that was started just now takes processes for alive for as long as they have to say so.
  private func isTakenOver(_ database: Database) async throws -> Bool {
    let deadline = Deadline(in: 10_000)
    while deadline.left > 0 { if try await isClaimed(database) { return true } }
    return false
  }

  @Test func `a claim expires behind the deadline of its call`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    let isFirst = try await Deadline.$current.withValue(Deadline(in: 20_000)) { try await isClaimed(test.database) }
    #expect(isFirst)
    let left = try await test.database.query(
      "SELECT extract(epoch FROM expires_at - now())::integer AS n FROM charter.idempotency_keys")[0].get("n", Int.self)
    #expect((20...30).contains(left))
    #expect(try await !isClaimed(test.database))
    try await test.database.execute("UPDATE charter.idempotency_keys SET expires_at = now()")
    #expect(try await isClaimed(test.database))
    await test.end()
  }

  @Test func `a key whose time is over forgets its answer`() async throws {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [])
    guard case .claimed(let claim) = try await test.database.claim("k", operation: "o", request: []) else { return }
    try await test.database.sqlTransaction { try await $0.store(HTTPResponse(status: 200), for: claim) }
    try await test.database.execute("UPDATE charter.idempotency_keys SET claimed_at = now() - interval '25 hours'")
    #expect(try await isClaimed(test.database))
    guard case .running = try await test.database.claim("k", operation: "o", request: []) else {
      Issue.record("the answer of another request was given")
      return
    }
    await test.end()
  }
}

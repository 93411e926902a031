import ServiceCore
import ServicePostgres
import Testing

/// Which statements share connections: those that are known to be quick, with each other.
@Suite(.timeLimit(.minutes(10))) struct SharingTests {
  // MARK: how long a statement takes

  /// The share of a statement after runs of the given times.
  private func shared(_ times: [Int]) -> Int? {
    var time = StatementTime()
    for milliseconds in times { time.record(milliseconds: milliseconds) }
    return time.shared(most: 16)
  }

  @Test func `a statement is known to be quick after sixteen quick runs`() {
    #expect(shared([]) == nil && shared([Int](repeating: 0, count: 15)) == nil)
    #expect(shared([Int](repeating: 0, count: 16)) == 16)
    #expect(shared([Int](repeating: 1, count: 1_000)) == nil)
  }

  @Test func `the longer it takes, the fewer share a connection`() {
    // A fifth of a millisecond, and two fifths.
    #expect(shared((0..<1_000).map { $0 % 5 == 0 ? 1 : 0 })?.magnitude ?? 0 >= 8)
    #expect((4...6).contains(shared((0..<1_000).map { $0 % 5 < 2 ? 1 : 0 }) ?? 0))
  }

  @Test func `one slow run ends the sharing for as long as it takes to be known again`() {
    let quick = [Int](repeating: 0, count: 1_000)
    #expect(shared(quick + [10]) == 12)
    #expect(shared(quick + [11]) == nil && shared(quick + [60_000] + quick.prefix(255)) == nil)
    #expect(shared(quick + [60_000] + quick) == 16)
    #expect(shared([Int](repeating: -1, count: 16)) == 16)
  }

  // MARK: which connection is taken

  private func uses(_ count: Int) -> ConnectionUses {
    var uses = ConnectionUses(pipelined: 4)
    for _ in 0..<count { uses.append(now: 0) }
    return uses
  }

  private func take(
    _ uses: inout ConnectionUses, _ work: ConnectionUses.Work, at now: Int = 0, isLast: Bool = false,
    isWanted: Bool = false
  ) -> Int? {
    uses.take(work, now: now, isLast: isLast, isWanted: isWanted)
  }

  @Test func `quick statements fill a connection before they take another`() {
    var uses = uses(3)
    let taken = (0..<13).map { _ in take(&uses, .quick(most: 4)) }
    #expect(taken.prefix(5) == [0, 0, 0, 0, 1] && taken.prefix(12).allSatisfy { $0 != nil } && taken[12] == nil)
    #expect(uses.list.allSatisfy { $0.kind == .quick && $0.count == 4 })
    // The one with the most room.
    #expect(!uses.release(1, 2, now: 1) && !uses.release(2, 1, now: 1))
    #expect([take(&uses, .quick(most: 4)), take(&uses, .quick(most: 2))] == [1, nil])
    #expect(uses.release(0, 4, now: 1) && uses.list[0].kind == .idle)
  }

  @Test func `neither slow statements nor transactions share with quick ones, however few connections there are`() {
    var uses = uses(2)
    #expect(take(&uses, .statement, isLast: true) == 0)
    #expect(take(&uses, .quick(most: 4), isLast: true) == 1)
    for _ in 0..<3 { #expect(take(&uses, .statement, isLast: true) == 0) }
    for _ in 0..<3 { #expect(take(&uses, .quick(most: 1), isLast: true) == 1) }
    #expect(take(&uses, .statement, isLast: true) == nil && take(&uses, .quick(most: 4), isLast: true) == nil)
    #expect(take(&uses, .transaction, isLast: true) == nil)
    #expect(uses.release(1, 4, now: 0) && take(&uses, .transaction) == 1)
    #expect(take(&uses, .quick(most: 4), isLast: true) == nil)
  }

  @Test func `slow statements share only when no more connections may be opened`() {
    var uses = uses(1)
    #expect(take(&uses, .statement) == 0)
    #expect(take(&uses, .statement) == nil && take(&uses, .statement, isLast: true) == 0)
  }

  @Test func `no statement shares a connection that another loop waits for`() {
    var uses = uses(2)
    #expect([take(&uses, .quick(most: 4)), take(&uses, .statement)] == [0, 1])
    #expect(take(&uses, .quick(most: 4), isLast: true, isWanted: true) == nil)
    #expect(take(&uses, .statement, isLast: true, isWanted: true) == nil)
  }

  @Test func `no quick statement is sent behind one that has turned out to be slow`() {
    var uses = uses(2)
    #expect(take(&uses, .quick(most: 4), at: 10) == 0 && take(&uses, .quick(most: 4), at: 14) == 0)
    #expect(take(&uses, .quick(most: 4), at: 15) == 1 && take(&uses, .quick(most: 4), at: 16) == 1)
    // A result of the first.
    #expect(!uses.release(0, 1, now: 17) && take(&uses, .quick(most: 4), at: 17) == 0)
  }

  // MARK: with a server

  private static let quick: SQL.Compiled = "SELECT pg_backend_pid() AS process"
  private static let slow: SQL.Compiled = "SELECT pg_backend_pid() AS process FROM pg_sleep(0.3)"
  private static let changing: SQL.Compiled = "SELECT pg_backend_pid() AS process FROM pg_sleep($1)"

  /// Runs so many statements at once, and returns the processes of the server that they ran in.
  private func processes(_ count: Int, _ statement: SQL, _ database: Database) async throws -> Set<Int> {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count { group.addTask { try await database.query(statement)[0].get("process") } }
      return try await group.reduce(into: []) { $0.insert($1) }
    }
  }

  /// Runs `body` on a database with so many open connections.
  private func with(_ connections: Int, _ body: (Database) async throws -> Void) async throws {
    var limits = Database.Limits()
    limits.connections = connections
    let test = try await TestDatabase(limits)
    let database = test.database
    do {
      let gate = Gate()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<connections { group.addTask { try await database.sqlTransaction { _ in await gate.pass() } } }
        await gate.keeps(connections)
        gate.open()
        try await group.waitForAll()
      }
      try await body(database)
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  /// Whether it is true before long: on a busy machine, a quick statement may be slow for a while.
  private func comesTrue(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<1_000 where try await condition() { return true }
    return false
  }

  @Test func `many quick statements share few connections, and wait for no slow one`() async throws {
    try await with(8) { database in
      #expect(try await comesTrue { try await processes(32, SQL(Self.quick), database).count <= 4 })
      let isApart = try await comesTrue {
        async let slow = processes(3, SQL(Self.slow), database)
        async let quick = processes(64, SQL(Self.quick), database)
        return try await slow.isDisjoint(with: quick)
      }
      #expect(isApart)
    }
  }

  @Test func `a statement that becomes slow no longer shares a connection`() async throws {
    try await with(4) { database in
      func run(_ seconds: Double) -> SQL { SQL(Self.changing, [.double(seconds)]) }
      #expect(try await comesTrue { try await processes(4, run(0), database).count == 1 })
      try await database.query(run(0.02))
      #expect(try await comesTrue { try await processes(4, run(0.02), database).count == 4 })
    }
  }
}

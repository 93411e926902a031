import ServiceCore
import ServicePostgres
import Testing

/// Statements that are known from the start, held against the live schema.
@Suite struct StatementTests {
  private struct Item: Sendable, Equatable {
    let id: Int
    let name: String?
    let tags: [String]
  }

  private static let item = RowShape("id", "name", "tags") { Item(id: $0, name: $1, tags: $2) }

  private func table() async throws -> TestDatabase {
    let test = try await TestDatabase()
    try await test.database.execute("CREATE TABLE items (id integer PRIMARY KEY, name text, tags text[] NOT NULL)")
    return test
  }

  @Test func `a row becomes a value, a value that is nil NULL`() async throws {
    let test = try await table()
    let shape = Self.item
    let add: Statement<Item, Int, String?, [String]> = test.database.prepare(shape) { id, name, tags in
      "INSERT INTO items (\(shape)) VALUES (\(id), \(name), \(tags)) RETURNING \(shape)"
    }
    // One parameter at two places is one value; the columns may come in another order.
    let find: Statement<Item, Int?> = test.database.prepare(shape) { id in
      "SELECT tags, name, id FROM items WHERE \(id)::integer IS NULL OR id = \(id) ORDER BY items.id"
    }
    let remove: Statement<Void, Int> = test.database.prepare { id in "DELETE FROM items WHERE id = \(id)" }
    try await test.database.checkStatements()
    let first = Item(id: 1, name: nil, tags: ["a", "b,\"c\\"])
    let second = Item(id: 2, name: "two", tags: [])
    #expect(try await test.database.first(add, 1, nil, first.tags) == first)
    let added = try await test.database.sqlTransaction { try await $0.first(add, 2, "two", []) }
    #expect(added == second)
    #expect(try await test.database.query(find, nil) == [first, second])
    #expect(try await test.database.first(find, 3) == nil)
    #expect(try await test.database.execute(remove, 1) == 1)
    #expect(try await test.database.query(find, nil) == [second])
    await test.end()
  }

  @Test func `what does not fit the schema is told with its statement and column, all at once`() async throws {
    let test = try await table()
    let database = test.database
    let shape = Self.item
    let _: Statement<Item, Int> = database.prepare(shape) { id in "SELECT id, nam, tags FROM items WHERE id = \(id)" }
    let _: Statement<Item> = database.prepare(shape) { "SELECT id, tags FROM items" }
    let wrong = RowShape("id", "name") { (id: Uuid, name: [String]) in "\(id)\(name)" }
    let _: Statement<String> = database.prepare(wrong) { "SELECT id, name FROM items" }
    let _: Statement<Item, Uuid> = database.prepare(shape) { id in "SELECT \(shape) FROM items WHERE id = \(id)" }
    let _: Statement<Int> = database.prepare(RowShape("id") { (id: Int, _: String) in id }) { "SELECT id FROM items" }
    let _: Statement<Int> = database.prepare(RowShape("id", "name") { (id: Int) in id }) {
      "SELECT id, name FROM items"
    }
    let _: Statement<Void> = database.prepare { "DELETE FROM items WHERE id = \(7)" }
    let mismatch = await #expect(throws: SchemaMismatch.self) { try await database.checkStatements() }
    let all = (mismatch?.description ?? "").split(separator: "\n")
    // The statement's line that the server points at comes with a caret.
    #expect(all.dropFirst().prefix(2) == ["  1 | SELECT id, nam, tags FROM items WHERE id = $1", "    |            ^"])
    let lines = all.filter { !$0.hasPrefix(" ") }
    let expected = [
      "refuses the statement: column \"nam\" does not exist",
      "gives no column 'name'; it gives id, tags",
      "the column 'id' is integer, which is not read as Uuid",
      "the column 'name' is text, which is not read as Array<String>",
      "parameter 1 is integer, which no Uuid is written to",
      "gives no column '(column 2 has no name)'",
      "the column 'name' is text, which is not read as any value: the shape has more names",
      "a value stands in the statement's text",
    ]
    #expect(lines.count == expected.count, "\(mismatch?.description ?? "")")
    for (line, text) in zip(lines, expected) {
      #expect(line.contains(#/^PostgresTests/StatementTests.swift:\d+:\d+: error: /#) && line.contains(text), "\(line)")
    }
    await test.end()
  }

  /// A service of this module, whose sources the build would say are in `Services/Town/Shelf`.
  private struct Shelf: HostedService {
    static let name = "shelf"
    static let version = "1"
    static let routes: [OperationDescriptor] = []
    static let migrations = [Migration(name: "0001-a.sql", path: "Services/Town/Shelf/Migrations/0001-a.sql", sql: "")]
    let endpoint: any ServiceEndpoint

    init(_ context: ServiceContext) throws { throw CancellationError() }
  }

  @Test func `a service's statement is named by its file from the package's root on`() async throws {
    let test = try await TestDatabase()
    let _: Statement<Void> = test.database.prepare { "DELETE FROM\n  nowhere" }
    let line = #line - 1
    let error = await #expect(throws: SchemaMismatch.self) { try await test.database.checkStatements(of: Shelf.self) }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("Services/Town/Shelf/StatementTests.swift:\(line):"), "\(description)")
    #expect(description.hasSuffix("relation \"nowhere\" does not exist\n  2 |   nowhere\n    |   ^"), "\(description)")
    await test.end()
  }

  @Test func `a row that makes no sense is an error, not a value`() async throws {
    let test = try await table()
    let shape = RowShape("id", "name") { (id: Int, name: String) in "\(id) \(name)" }
    let find: Statement<String> = test.database.prepare(shape) { "SELECT id, name FROM items" }
    try await test.database.execute("INSERT INTO items VALUES (1, NULL, '{}')")
    let error = await #expect(throws: PostgresError.self) { try await test.database.first(find) }
    #expect(error?.description.contains("'name' is NULL") == true)
    await test.end()
  }
}

/// COPY and LISTEN.
@Suite struct CopyTests {
  @Test func `rows are copied in, whatever is in them, and none of a copy that fails`() async throws {
    let test = try await TestDatabase()
    try await test.database.execute("CREATE TABLE t (id bigint PRIMARY KEY, name text, price numeric)")
    let nasty = ["a\tb\nc\\d\r", "\\N", "", "\\."]
    let (rows, feed) = AsyncStream<[(any PostgresEncodable)?]>.makeStream()
    for (index, name) in nasty.enumerated() { feed.yield([index, name, ExactDecimal("1.50")]) }
    feed.yield([nasty.count, nil, nil])
    feed.finish()
    #expect(try await test.database.copy("COPY t (id, name, price) FROM STDIN", rows) == 5)
    let stored = try await test.database.query("SELECT name FROM t ORDER BY id").map {
      try $0.get("name", String?.self)
    }
    #expect(stored == nasty + [nil])
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await test.database.copy(
        "COPY t (id, name) FROM STDIN",
        Rows(count: 30_000) { number in
          if number == 20_000 { throw Stop() }
          return [number + 100, "x"]
        })
    }
    let error = await #expect(throws: PostgresError.self) {
      try await test.database.copy("COPY t (id) FROM STDIN", Rows(count: 3) { [$0] })
    }
    guard case .refused("23505", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    await #expect(throws: PostgresError.self) {
      try await test.database.copy("COPY nowhere FROM STDIN", Rows(count: 3) { [$0] })
    }
    #expect(try await test.database.query("SELECT count(*) AS n FROM t")[0].get("n") == 5)
    await test.end()
  }

  @Test func `a copy's rows are asked for as the server takes them`() async throws {
    let test = try await TestDatabase()
    try await test.database.execute("CREATE TABLE t (id bigint, filler text)")
    let filler = String(repeating: "x", count: 1_000)
    #expect(
      try await test.database.copy("COPY t FROM STDIN", Rows(count: 50_000) { [$0, filler] }) == 50_000)
    #expect(try await test.database.query("SELECT sum(id)::bigint AS n FROM t")[0].get("n") == 50_000 * 49_999 / 2)
    await test.end()
  }

  @Test func `what is notified is heard, and a connection that broke is said to have`() async throws {
    let test = try await TestDatabase()
    let channel = "a \"channel\""
    var heard = test.database.notifications(on: channel).makeAsyncIterator()
    #expect(await heard.next() == .listening)
    for number in 0..<3 {
      try await test.database.query("SELECT pg_notify(\(channel), \("message \(number)"))")
    }
    for number in 0..<3 { #expect(await heard.next() == .message("message \(number)")) }
    try await test.database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    #expect(await heard.next() == .listening)
    try await test.database.query("SELECT pg_notify(\(channel), 'again')")
    #expect(await heard.next() == .message("again"))
    await test.end()
  }
}

/// Rows that are made one by one.
private struct Rows: AsyncSequence, AsyncIteratorProtocol, Sendable {
  let count: Int
  let row: @Sendable (Int) throws -> [(any PostgresEncodable)?]
  private var next = 0

  init(count: Int, row: @escaping @Sendable (Int) throws -> [(any PostgresEncodable)?]) {
    self.count = count
    self.row = row
  }

  func makeAsyncIterator() -> Self { self }

  mutating func next() async throws -> [(any PostgresEncodable)?]? {
    guard next < count else { return nil }
    defer { next += 1 }
    return try row(next)
  }
}

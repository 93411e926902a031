import ServiceCore
import ServicePostgres
import Testing

/// Compiled queries against the live schema.
@Suite(.timeLimit(.minutes(10))) struct QueryCheckTests {
  private enum Status: String, StringEnum { case open = "OPEN" }

  private static let schema: StaticString = """
    CREATE TYPE status AS ENUM ('OPEN');
    CREATE DOMAIN amount AS numeric CHECK (VALUE >= 0);
    CREATE DOMAIN code AS text NOT NULL;
    CREATE TABLE items (
      id uuid PRIMARY KEY, name text NOT NULL, price amount NOT NULL, note text, count integer NOT NULL,
      tags text[] NOT NULL, status status NOT NULL, statuses status[] NOT NULL, data jsonb NOT NULL, code code,
      weight double precision NOT NULL, made timestamptz NOT NULL);
    CREATE VIEW names AS SELECT id, name FROM items;
    """

  /// What is said of queries, each file a path and what is in it from line 7 on.
  private func faults(_ checks: [QueryCheck]) async throws -> String {
    let test = try await TestDatabase()
    _ = try await Database.migrate(test.address, [Migration(name: "0001-a.sql", sql: Self.schema.description)])
    var description = ""
    do {
      // The working role suffices.
      let app = test.appDatabase()
      do { try await app.checkQueries(checks) } catch let error as SchemaMismatch { description = error.description }
      await app.close()
    } catch {
      await test.end()
      throw error
    }
    await test.end()
    return description
  }

  private static func check(
    _ name: String, _ source: String, _ text: String? = nil, _ splices: [QueryCheck.Splice] = [], line: Int = 7,
    column: Int = 1, parameters: [QueryCheck.Parameter] = [], columns: [QueryCheck.Column] = []
  ) -> QueryCheck {
    QueryCheck(
      name, path: "Services/Shop/Items/Queries.sql", line: line, column: column, source: source, text: text ?? source,
      splices: splices, parameters: parameters, columns: columns)
  }

  @Test func `what fits is let pass`() async throws {
    let columns: [QueryCheck.Column] = [
      .init("id", Uuid.self), .init("name", String.self), .init("price", ExactDecimal.self),
      .init("note", String?.self),
      .init("count", Int.self), .init("tags", [String].self), .init("status", PostgresEnum<Status>.self),
      .init("statuses", [PostgresEnum<Status>].self), .init("data", PostgresJSON<JSONValue>.self),
      .init("code", String.self), .init("weight", Double.self), .init("made", Timestamp.self),
    ]
    let parameters: [QueryCheck.Parameter] = [
      .init("id", Uuid.self), .init("name", String.self), .init("price", ExactDecimal.self),
      .init("note", String?.self),
      .init("count", Int.self), .init("tags", [String].self), .init("status", PostgresEnum<Status>.self),
      .init("statuses", [PostgresEnum<Status>?].self), .init("data", PostgresJSON<JSONValue>.self),
      .init("code", String.self), .init("weight", Double.self), .init("made", Timestamp.self),
    ]
    let names = columns.map(\.name).joined(separator: ", ")
    let numbers = (1...12).map { "$\($0)" }.joined(separator: ", ")
    let all = try await faults([
      Self.check("all", "SELECT \(names) FROM items", columns: columns),
      Self.check(
        "insert", "INSERT INTO items (\(names)) VALUES (\(numbers)) RETURNING \(names)", parameters: parameters,
        columns: columns),
      // What is NULL by a table's declaration is none behind coalesce; a view declares nothing.
      Self.check(
        "some", "SELECT coalesce(i.note, '') AS note, v.id FROM items AS i JOIN names AS v USING (id)",
        columns: [.init("note", String.self), .init("id", Uuid.self)]),
      // A query whose rows nobody reads is not judged by its columns, and one without a name is the only one.
      Self.check("touch", "SELECT note, note FROM items"),
      Self.check("total", "SELECT count(*) + 1 FROM items", columns: [.init("", Int.self)]),
      Self.check(
        "date", "SELECT id FROM items WHERE made > $1::date AND id = ANY ($2)",
        parameters: [.init("day", String.self), .init("ids", [Uuid].self)], columns: [.init("id", Uuid.self)]),
    ])
    #expect(all.isEmpty, "\(all)")
  }

  @Test func `what does not fit is said all at once, at the file's lines`() async throws {
    let faults = try await faults([
      Self.check("missing", "SELECT id,\n\tnam FROM items", columns: [.init("id", Uuid.self)]),
      Self.check("absent", "SELECT id FROM items", columns: [.init("id", Uuid.self), .init("name", String.self)]),
      Self.check("none", "DELETE FROM items", columns: [.init("id", Uuid.self)]),
      Self.check("wrong", "SELECT id, price FROM items", columns: [.init("price", [PostgresJSON<JSONValue>]?.self)]),
      Self.check(
        "nullable", "UPDATE items SET note = 'note'\nRETURNING id, note", columns: [.init("note", String.self)]),
      Self.check(
        "swapped", "UPDATE items SET name = $2 WHERE id = $1",
        parameters: [.init("draft.name", String.self), .init("id", Uuid.self)]),
      Self.check(
        "array", "SELECT id FROM items WHERE tags = $1 AND count = $2",
        parameters: [.init("tags", [Int].self), .init("status", PostgresEnum<Status>.self)]),
      Self.check("untyped", "SELECT jsonb_build_object('a', $1)", parameters: [.init("a", String.self)]),
      Self.check("few", "SELECT id FROM items WHERE id = $1"),
      Self.check("twice", "SELECT id, name, name FROM items", columns: [.init("name", String.self)]),
      Self.check("wide", "SELECT id, name FROM items", columns: [.init("", Uuid.self)]),
      // The two forms of a query have the fault in common.
      Self.check("list", "SELECT id FROM item", columns: [.init("id", Uuid.self)]),
      Self.check("list", "SELECT id FROM item", columns: [.init("id", Uuid.self)]),
    ])
    let path = "Services/Shop/Items/Queries.sql"
    let expected = """
      \(path):8:2: error: the database refuses the query 'missing': column "nam" does not exist
        8 | \tnam FROM items
          | \t^
          = help: Perhaps you meant to reference the column "items.name".
      \(path):7:1: error: the query 'absent' returns no column 'name'; it returns id
        7 | SELECT id FROM items
          | ^
      \(path):7:1: error: the query 'none' returns no column 'id'; it returns none
        7 | DELETE FROM items
          | ^
      \(path):7:12: error: the column 'price' has the type numeric, which cannot be read as [JSONValue]?
        7 | SELECT id, price FROM items
          |            ^
          = help: declare it ExactDecimal, or cast it in the query
      \(path):8:15: error: the column 'note' may be NULL, and is read as String
        8 | RETURNING id, note
          |               ^
          = help: declare it optional, or use coalesce
      \(path):7:39: error: the parameter :draft.name has the type uuid, to which String cannot be written
        7 | UPDATE items SET name = $2 WHERE id = $1
          |                                       ^
          = help: declare it Uuid, or cast it in the query
      \(path):7:25: error: the parameter :id has the type text, to which Uuid cannot be written
        7 | UPDATE items SET name = $2 WHERE id = $1
          |                         ^
          = help: declare it String, or cast it in the query
      \(path):7:35: error: the parameter :tags has the type text[], to which [Int] cannot be written
        7 | SELECT id FROM items WHERE tags = $1 AND count = $2
          |                                   ^
          = help: declare it [String], or cast it in the query
      \(path):7:50: error: the parameter :status has the type integer, to which Status cannot be written
        7 | SELECT id FROM items WHERE tags = $1 AND count = $2
          |                                                  ^
          = help: declare it Int, or cast it in the query
      \(path):7:32: error: the database refuses the query 'untyped': could not determine data type of parameter $1
        7 | SELECT jsonb_build_object('a', $1)
          |                                ^
          = help: $1 is :a; where its type cannot be inferred, write :a::text or the like
      \(path):7:1: error: the query 'few' has parameters up to $1, and values up to $0
        7 | SELECT id FROM items WHERE id = $1
          | ^
      \(path):7:12: error: the query 'twice' returns several columns 'name'
        7 | SELECT id, name, name FROM items
          |            ^
          = help: give them different names by AS
      \(path):7:1: error: the query 'wide' returns 2 columns, and one is read
        7 | SELECT id, name FROM items
          | ^
      \(path):7:16: error: the database refuses the query 'list': relation "item" does not exist
        7 | SELECT id FROM item
          |                ^
      """
    for (line, wanted) in zip(faults.split(separator: "\n"), expected.split(separator: "\n")) {
      #expect(line == wanted)
    }
    #expect(faults == expected, "\(faults)")
  }

  /// A query as the file has it, what is sent of it with and without its conditional line, and what was spliced.
  private struct Spliced {
    let source = """
      SELECT :Item -- \u{20AC}
      FROM items
      WHERE name = :draft.name
        AND count = :count  -- if :count
        AND id = :name ORDER BY made_at
      """
    var text = ""
    var splices: [QueryCheck.Splice] = []

    /// Adds what the file says elsewhere in other words.
    mutating func splice(_ part: String, for words: String) throws {
      let range = try #require(source.firstRange(of: words))
      let start = source.utf8.distance(from: source.startIndex, to: range.lowerBound)
      splices.append(QueryCheck.Splice(text.utf8.count, part.utf8.count, from: start, words.utf8.count))
      text += part
    }

    init(isCounted: Bool, order: String) throws {
      text = "SELECT "
      try splice("id, name, note", for: ":Item")
      text += " -- \u{20AC}\nFROM items\nWHERE name = "
      try splice("$1", for: ":draft.name")
      text += "\n"
      if isCounted {
        text += "  AND count = "
        try splice("$2", for: ":count")
        text += "  -- if :count\n"
      } else {
        try splice("", for: "  AND count = :count  -- if :count\n")
      }
      text += "  AND id = "
      try splice(isCounted ? "$3" : "$2", for: ":name")
      text += " ORDER BY \(order)"
    }
  }

  @Test func `a position is that of the file, whatever was spliced in or left out before it`() async throws {
    let columns: [QueryCheck.Column] = [
      .init("id", Uuid.self), .init("name", String.self), .init("note", String.self),
    ]
    var checks: [QueryCheck] = []
    for isCounted in [true, false] {
      let parameters: [QueryCheck.Parameter] =
        [.init("draft.name", String.self)] + (isCounted ? [.init("count", Uuid.self)] : [])
        + [.init("name", String.self)]
      for order in ["made", "made_at"] {
        let query = try Spliced(isCounted: isCounted, order: order)
        // In the file it begins in the ninth column of line 40.
        checks.append(
          Self.check(
            "list", query.source, query.text, query.splices, line: 40, column: 9, parameters: parameters,
            columns: columns))
      }
    }
    let faults = try await faults(checks)
    let path = "Services/Shop/Items/Queries.sql"
    #expect(
      faults == """
        \(path):40:16: error: the column 'note' may be NULL, and is read as String
          40 |         SELECT :Item -- \u{20AC}
             |                ^
             = help: declare it optional, or use coalesce
        \(path):43:15: error: the parameter :count has the type integer, to which Uuid cannot be written
          43 |   AND count = :count  -- if :count
             |               ^
             = help: declare it Int, or cast it in the query
        \(path):44:12: error: the parameter :name has the type uuid, to which String cannot be written
          44 |   AND id = :name ORDER BY made_at
             |            ^
             = help: declare it Uuid, or cast it in the query
        \(path):44:27: error: the database refuses the query 'list': column "made_at" does not exist
          44 |   AND id = :name ORDER BY made_at
             |                           ^
             = help: Perhaps you meant to reference the column "items.made".
        """, "\(faults)")
  }
}

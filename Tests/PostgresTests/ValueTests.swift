import ServiceCore
import ServicePostgres
import Testing

/// Values of contracts in columns: what the generated code of queries writes and reads.
@Suite(.timeLimit(.minutes(10))) struct ValueTests {
  private enum Status: String, StringEnum {
    case open = "OPEN"
    case closed = "it's \"closed\", {really}"
    case cafe = "caf\u{E9}"
  }

  private enum Priority: Int, IntegerEnum {
    case low = -1
    case high = 2
  }

  /// Written as the generator writes a record with a bound and a list.
  private struct Address: JSONCodable, Equatable {
    let street: String
    let floors: [Int]
    let note: String?

    static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Address? {
      guard try json.beginObject() else { return nil }
      let mark = json.violations.count
      var street: String?
      var floors: [Int]?
      var note: String?
      while let key = try json.nextKey() {
        switch key {
        case "street": try json.field("street", &street)
        case "floors": try json.field("floors", &floors)
        case "note": try json.field("note", &note)
        default: try json.skip()
        }
      }
      json.require(street, "street", since: mark)
      json.require(floors, "floors", since: mark)
      guard let street, let floors else { return nil }
      return Address(street: street, floors: floors, note: note)
    }

    func encode(_ json: inout JSONWriter) {
      json.beginObject()
      json.field("street", street)
      json.field("floors", floors)
      json.field("note", note)
      json.endObject()
    }

    func validate(_ check: inout Violations) {
      if street.isEmpty { check.fail("street", "minLength", "has 0 characters, at least 1 are needed") }
    }
  }

  private func with(_ body: (Database) async throws -> Void) async throws {
    let test = try await TestDatabase()
    do {
      try await body(test.database)
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  /// A value and its type in PostgreSQL, there and back: as text at first, and in binary format once the server has said
  /// what it takes.
  private func roundTrip<Value: PostgresEncodable & PostgresDecodable>(
    _ value: Value, _ type: StaticString, _ database: Database
  ) async throws -> Value {
    let query = SQL(SQL.Compiled("SELECT $1::\(type) AS value"), [value.postgresParameter])
    let first = try await database.one(query, "roundTrip").get("value", hint: 0, Value.self)
    let second = try await database.one(query, "roundTrip").get("value", hint: 0, Value.self)
    #expect(first.postgresText == second.postgresText)
    return second
  }

  /// What is said of a value that cannot be read.
  private func fault<Value: PostgresDecodable>(
    _ expression: StaticString, _ type: Value.Type, _ database: Database
  ) async throws -> String {
    let row = try await database.one(SQL(compiled: "SELECT \(expression) AS value"), "fault")
    let error = #expect(throws: PostgresError.self) { try row.get("value", hint: 0, Value.self) }
    return error?.description ?? ""
  }

  @Test func `JSON goes there and back by its contract's codec`() async throws {
    try await with { database in
      let address = Address(street: "\u{1F600} \"quoted\" \\ 'x'", floors: [-1, .max], note: nil)
      #expect(try await roundTrip(PostgresJSON(address), "jsonb", database).value == address)
      #expect(try await roundTrip(PostgresJSON(address), "json", database).value == address)
      let list = [PostgresJSON(address), nil]
      #expect(try await roundTrip(list, "jsonb[]", database).map { $0?.value } == [address, nil])
      #expect(try await roundTrip(list, "json[]", database).map { $0?.value } == [address, nil])
      let one = PostgresJSON([address, address])
      #expect(try await roundTrip(one, "jsonb", database).value == [address, address])
      let none: PostgresJSON<Address>? = nil
      #expect(try await roundTrip(none, "jsonb", database)?.value == nil)
      // A NULL of SQL is not JSON's.
      #expect(try await roundTrip(PostgresJSON(JSONValue.null) as PostgresJSON<JSONValue>?, "jsonb", database) != nil)
      let children = try await database.one(
        "SELECT jsonb_agg(to_jsonb(i) ORDER BY street) AS items FROM (VALUES ('a', '{1}'::int[]), ('b', '{}')) AS i (street, floors)",
        "children")
      #expect(
        try children.get("items", hint: 0, PostgresJSON<[Address]>.self).value.map(\.street) == ["a", "b"])
    }
  }

  @Test func `JSON that breaks its contract is an error that says where, never a value and never a trap`() async throws
  {
    try await with { database in
      for (json, words) in [
        (#"'{"street": "a"}'::jsonb"#, "/floors: required"),
        (#"'{"street": "", "floors": []}'::jsonb"#, "/street: minLength"),
        (#"'{"street": 1, "floors": [1.5]}'::jsonb"#, "/street: type"),
        (#"'{"street": 1, "floors": [1.5]}'::json"#, "/floors/0: type"),
        (#"'null'::jsonb"#, "expected an object, found null"), (#"'[]'::json"#, "expected an object"),
        (#"'{"street": "a", "street": "b", "floors": []}'::json"#, "/street: uniqueKeys"),
        ("(repeat('[', 70) || repeat(']', 70))::jsonb", "nested deeper than 64"),
        (#"'{"street": "\u0000", "floors": []}'::json"#, "/street: type: U+0000"),
        // Longer than the numbers that a value may have.
        (#"('{"street": "a", "floors": [1e' || repeat('9', 5) || ']}')::json"#, "/floors/0: type"),
      ] as [(StaticString, String)] {
        let fault = try await fault(json, PostgresJSON<Address>?.self, database)
        #expect(fault.contains("'value'") && fault.contains(words), "\(json): \(fault)")
      }
      let inArray = try await fault(
        #"ARRAY['{"street": "a", "floors": []}', '{}']::jsonb[]"#, [PostgresJSON<Address>].self, database)
      #expect(inArray.contains("in its element 2, it breaks its contract: /street: required"), "\(inArray)")
      let missing = try await fault("ARRAY[NULL]::jsonb[]", [PostgresJSON<Address>].self, database)
      #expect(missing.contains("its element 1 is NULL"), "\(missing)")
      // A text that is not of the type is one fault more; a hundred thousand items are not too many.
      #expect(try await fault("'{}'::text", PostgresJSON<Address>.self, database).contains("has the type 25"))
      let many = try await database.one("SELECT ('[' || repeat('1,', 100000) || '1]')::jsonb AS value", "many")
      #expect(try many.get("value", hint: 0, PostgresJSON<[Int]>.self).value.count == 100_001)
    }
  }

  @Test func `enums are texts, labels of the database's own types, and whole numbers`() async throws {
    try await with { database in
      try await database.execute(
        "CREATE TYPE status AS ENUM ('OPEN', 'it''s \"closed\", {really}', 'café', 'ARCHIVED')")
      for status in Status.allCases {
        for type in ["text", "varchar", "status"] as [StaticString] {
          #expect(try await roundTrip(PostgresEnum(status), type, database).value == status)
        }
      }
      let list = Status.allCases.map { PostgresEnum($0) as PostgresEnum<Status>? } + [nil]
      for type in ["text[]", "status[]"] as [StaticString] {
        #expect(try await roundTrip(list, type, database).map { $0?.value } == [.open, .closed, .cafe, nil])
      }
      for type in ["smallint", "integer", "bigint"] as [StaticString] {
        #expect(try await roundTrip(PostgresIntegerEnum(Priority.low), type, database).value == .low)
      }
      #expect(
        try await roundTrip([PostgresIntegerEnum(Priority.high), nil], "smallint[]", database).map { $0?.value }
          == [.high, nil])
      #expect(try await roundTrip(nil as PostgresEnum<Status>?, "status", database) == nil)
      let archived = try await fault("'ARCHIVED'::status", PostgresEnum<Status>.self, database)
      #expect(archived.contains("it is not one of OPEN, "), "\(archived)")
      // Equal to a listed one by canonical equivalence, and not byte for byte.
      _ = try await fault("'cafe' || chr(769)", PostgresEnum<Status>.self, database)
      let number = try await fault("3", PostgresIntegerEnum<Priority>.self, database)
      #expect(number.contains("it is 3, not one of -1, 2"), "\(number)")
      #expect(try await fault("3", PostgresEnum<Status>.self, database).contains("has the type 23"))
      #expect(try await fault("'OPEN'", PostgresIntegerEnum<Priority>.self, database).contains("has the type 25"))
    }
  }

  @Test func `bytes and floating point go there and back, arrays with NULLs too`() async throws {
    try await with { database in
      let bytes = Base64((0...255).map { UInt8($0) })
      #expect(try await roundTrip(bytes, "bytea", database) == bytes)
      #expect(try await roundTrip([bytes, nil, Base64([])], "bytea[]", database) == [bytes, nil, Base64([])])
      let doubles = [
        0, -0.0, 0.1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e21, .pi,
      ]
      for value in doubles { #expect(try await roundTrip(value, "float8", database).bitPattern == value.bitPattern) }
      #expect(try await roundTrip(0.1, "real", database) == Double(Float(0.1)))
      let list: [Double?] = [1.5, nil, -2.25]
      #expect(try await roundTrip(list, "float8[]", database) == list)
      #expect(try await roundTrip(list, "real[]", database) == list)
      for value in ["'NaN'::float8", "'Infinity'::float8", "'-Infinity'::real"] as [StaticString] {
        #expect(try await fault(value, Double.self, database).contains("infinite or not a number"))
      }
      for value in ["'NaN'::numeric", "'Infinity'::numeric"] as [StaticString] {
        _ = try await fault(value, ExactDecimal.self, database)
      }
    }
  }

  /// An array must come back as it was written.
  private func keep<Element: PostgresEncodable & PostgresDecodable & Equatable>(
    _ array: [Element?], _ types: [StaticString], _ database: Database
  ) async throws {
    for type in types {
      let back = try await roundTrip(array, type, database)
      #expect(back == array, "\(type)")
    }
  }

  @Test func `arrays go there and back, in binary format and as text`() async throws {
    try await with { database in
      let long = String(repeating: "x", count: 100_000)
      try await keep(["", "NULL", nil, "a,b", "{}", "\"\\", "caf\u{E9}", long], ["text[]", "varchar[]"], database)
      try await keep([-1, nil, 32_767], ["smallint[]", "integer[]", "bigint[]"], database)
      try await keep([Int.min, .max], ["bigint[]"], database)
      try await keep([Int?](), ["bigint[]"], database)
      try await keep([true, nil, false], ["boolean[]"], database)
      try await keep([Uuid.v7(at: Timestamp(microseconds: 1)), nil], ["uuid[]"], database)
      try await keep([Timestamp(microseconds: -1), nil], ["timestamptz[]"], database)
      try await keep([ExactDecimal(scaled: 1_999, exponent: -2), nil], ["numeric[]"], database)
      for query in [
        SQL(SQL.Compiled("SELECT $1::text[]"), [["a", "\0"].postgresParameter]),
        SQL(SQL.Compiled("SELECT $1::smallint[]"), [[1, 65_536].postgresParameter]),
        SQL(SQL.Compiled("SELECT $1::integer[]"), [[Int.max].postgresParameter]),
      ] {
        for _ in 0..<2 {
          await #expect(throws: PostgresError.self) { _ = try await database.one(query, "refused") }
        }
      }
    }
  }

  @Test func `values at the limits come back, and what Swift's types cannot express is an error`() async throws {
    try await with { database in
      for value in [Int.min, .max] { #expect(try await roundTrip(value, "bigint", database) == value) }
      #expect(try await database.one("SELECT (-32768)::smallint AS value", "least").get("value") == -32_768)
      for text in [
        "0000-01-01T00:00:00Z", "0000-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
      ] {
        let time = try #require(Timestamp(text))
        #expect(try await roundTrip(time, "timestamptz", database) == time)
      }
      // The last moments that PostgreSQL has are more microseconds after 1970 than 64 bits hold.
      for value in [
        "'294276-12-31 23:59:59.999999Z'::timestamptz", "'4714-11-24 00:00:00Z BC'::timestamptz",
        "'10000-01-01Z'::timestamptz", "'infinity'::timestamptz", "'-infinity'::timestamptz",
      ] as [StaticString] {
        #expect(try await fault(value, Timestamp.self, database).contains("years 0 to 9999"))
      }
      for value in ["ARRAY[[1, 2], [3, 4]]", "ARRAY[1, NULL]"] as [StaticString] {
        _ = try await fault(value, [Int].self, database)
      }
      #expect(try await fault("ARRAY[[1, 2], [3, 4]]", [Int].self, database).contains("several dimensions"))
      let empty = try await database.one("SELECT '{}'::int[] AS a, '[5:6]={1,2}'::int[] AS b", "arrays")
      #expect(try empty.get("a") == [Int]() && empty.get("b") == [1, 2])
      #expect(try await roundTrip([String](), "text[]", database) == [])
    }
  }

  @Test func `a parameter that is not of the value's own type is sent as text`() async throws {
    try await with { database in
      try await database.execute("CREATE DOMAIN count AS bigint CHECK (value > 0)")
      for type in ["bigint", "integer", "smallint", "numeric", "real", "float8", "count"] as [StaticString] {
        let query = SQL(SQL.Compiled("SELECT ($1::\(type))::bigint AS value"), [7.postgresParameter])
        for _ in 0..<2 { #expect(try await database.one(query, "seven").get("value") == 7, "\(type)") }
      }
      #expect(try await roundTrip(Bytes([]), "bytea", database).bytes.isEmpty)
      #expect(try await roundTrip(true, "boolean", database))
      let id = Uuid(high: .max, low: 1)
      #expect(try await roundTrip(id, "uuid", database) == id)
      let other = SQL(SQL.Compiled("SELECT upper($1::text) AS value"), [id.postgresParameter])
      for _ in 0..<2 {
        #expect(try await database.one(other, "text").get("value", String.self) == id.description.uppercased())
      }
      // The server says what is wrong, whatever was sent before.
      let small = SQL.Compiled("SELECT $1::smallint AS value")
      for value in [1, 2, 40_000, Int.min] {
        do {
          #expect(try await database.one(SQL(small, [value.postgresParameter]), "small").get("value") == value)
        } catch {
          #expect("\(error)" == "PostgreSQL refused: value \"\(value)\" is out of range for type smallint (22003)")
        }
      }
    }
  }

  @Test func `a compiled query is prepared again after its preparation failed`() async throws {
    try await with { database in
      let query = SQL(SQL.Compiled("SELECT n FROM later WHERE n = $1"), [5.postgresParameter])
      for _ in 0..<2 { await #expect(throws: PostgresError.self) { try await database.query(query) } }
      try await database.execute("CREATE TABLE later AS SELECT 5::bigint AS n")
      for _ in 0..<2 { #expect(try await database.query(query).map { try $0.get("n", Int.self) } == [5]) }
    }
  }

  @Test func `a query of one row says its name when it gives none or several`() async throws {
    try await with { database in
      let error = await #expect(throws: PostgresError.self) { try await database.one("SELECT 1 WHERE false", "insert") }
      #expect(error?.description.contains("the query 'insert' must return one row, and returned 0") == true)
      await #expect(throws: PostgresError.self) { try await database.one("VALUES (1), (2)", "insert") }
      let row = try await database.sqlTransaction { try await $0.one("SELECT 7 AS n, 8 AS n, 9 AS o", "row") }
      // The position decides between columns of one name, and alone where no name is given; a wrong one is no trap.
      #expect(try row.get("n", hint: 1, Int.self) == 8 && row.get("n", hint: 2, Int.self) == 7)
      #expect(try row.get("o", hint: -1, Int.self) == 9 && row.get("", hint: 2, Int.self) == 9)
      #expect(throws: PostgresError.self) { try row.get("", hint: 3, Int.self) }
    }
  }

  @Test func `a statement grows by parts with values of their own`() async throws {
    var query: SQL = "SELECT \(1)::bigint AS a"
    query += ", \("x")::text AS b"
    let part: SQL = ", \(2)::bigint AS c"
    query += "\(part)\(part)"
    query += SQL(compiled: ", $\(query.parameters.count + 1)::bigint AS d", parameters: ["3"])
    query += " LIMIT 1"
    #expect(
      query.text
        == "SELECT $1::bigint AS a, $2::text AS b, $3::bigint AS c, $4::bigint AS c, $5::bigint AS d LIMIT 1")
    #expect(query.parameters == ["1", "x", "2", "2", "3"])
    var compiled = SQL(compiled: "SELECT $1::bigint AS a, $1 + 1 AS b", parameters: ["5"])
    compiled += ", \(6)::bigint AS c"
    let outer: SQL = "SELECT * FROM (\(compiled)) AS q"
    #expect(outer.text == "SELECT * FROM (SELECT $1::bigint AS a, $1 + 1 AS b, $2::bigint AS c) AS q")
    try await with { database async throws in
      #expect(try await database.one(outer, "outer").get("c") == 6)
    }
  }
}

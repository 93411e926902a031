// Generated from Queries.sql. Edit that, not this file.
// swift-format-ignore-file
import QueriesValuesAPI
import ServiceCore
import ServiceDefinition
import ServicePostgres
import struct ServiceDefinition.Resources

/// The queries of Queries.sql.
struct ValuesQueries: Sendable {
  /// The database, or the transaction, that they are sent to.
  let session: any SQLSession

  /// The queries of a database, or of a transaction.
  init(_ session: any SQLSession) { self.session = session }

  /// - Throws: `ConfigurationError` where the service has no database.
  init(_ resources: Resources) throws { session = try resources.database }

  private static let noteText: SQL.Compiled = """
    SELECT id, "order", colour, colours, priority, kind, weight, remark, picture, lines, anything, \
    "isDone" FROM notes WHERE id = $1 AND kind <> ':id'
    """

  func note(id: Uuid) async throws -> Note {
    let query = SQL(Self.noteText, [id.postgresParameter])
    return try await Note(row: session.one(query, "note"))
  }

  private static let addText: SQL.Compiled = """
    INSERT INTO notes (id, "order", colour, colours, priority, kind, weight, remark, picture, lines, \
    anything, "isDone") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    """

  func add(note: Note) async throws {
    let query = SQL(Self.addText, [
      note.id.postgresParameter,
      note.order.postgresParameter,
      PostgresEnum(note.colour).postgresParameter,
      (note.colours?.map { PostgresEnum($0) }).postgresParameter,
      PostgresIntegerEnum(note.priority).postgresParameter,
      note.kind.rawValue.postgresParameter,
      note.weight.postgresParameter,
      note.remark.value.postgresParameter,
      note.picture.postgresParameter,
      note.lines.map { PostgresJSON($0) }.postgresParameter,
      note.anything.map { PostgresJSON($0) }.postgresParameter,
      note.isDone.postgresParameter,
    ])
    try await session.execute(query)
  }

  private static let changeText: SQL.Compiled = """
    UPDATE notes SET (id, "order", colour, colours, priority, kind, weight, remark, picture, lines, \
    anything, "isDone") = ROW(CASE WHEN $1 THEN $2 ELSE id END, CASE WHEN $3 THEN $4 ELSE "order" END, \
    CASE WHEN $5 THEN $6 ELSE colour END, CASE WHEN $7 THEN $8 ELSE colours END, \
    CASE WHEN $9 THEN $10 ELSE priority END, CASE WHEN $11 THEN $12 ELSE kind END, \
    CASE WHEN $13 THEN $14 ELSE weight END, CASE WHEN $15 THEN $16 ELSE remark END, \
    CASE WHEN $17 THEN $18 ELSE picture END, CASE WHEN $19 THEN $20 ELSE lines END, \
    CASE WHEN $21 THEN $22 ELSE anything END, \
    CASE WHEN $23 THEN $24 ELSE "isDone" END) WHERE id = $25 RETURNING id, "order", colour, colours, \
    priority, kind, weight, remark, picture, lines, anything, "isDone"
    """

  /// Absent leaves a column, null empties it.
  func change(id: Uuid, patch: NotePatch) async throws -> Note? {
    let query = SQL(Self.changeText, [
      (!patch.id.isAbsent).postgresParameter,
      patch.id.value.postgresParameter,
      (!patch.order.isAbsent).postgresParameter,
      patch.order.value.postgresParameter,
      (!patch.colour.isAbsent).postgresParameter,
      patch.colour.value.map { PostgresEnum($0) }.postgresParameter,
      (!patch.colours.isAbsent).postgresParameter,
      (patch.colours.value?.map { PostgresEnum($0) }).postgresParameter,
      (!patch.priority.isAbsent).postgresParameter,
      patch.priority.value.map { PostgresIntegerEnum($0) }.postgresParameter,
      (!patch.kind.isAbsent).postgresParameter,
      (patch.kind.value?.rawValue).postgresParameter,
      (!patch.weight.isAbsent).postgresParameter,
      patch.weight.value.postgresParameter,
      (!patch.remark.isAbsent).postgresParameter,
      patch.remark.value.postgresParameter,
      (!patch.picture.isAbsent).postgresParameter,
      patch.picture.value.postgresParameter,
      (!patch.lines.isAbsent).postgresParameter,
      patch.lines.value.map { PostgresJSON($0) }.postgresParameter,
      (!patch.anything.isAbsent).postgresParameter,
      patch.anything.value.map { PostgresJSON($0) }.postgresParameter,
      (!patch.isDone.isAbsent).postgresParameter,
      patch.isDone.value.postgresParameter,
      id.postgresParameter,
    ])
    return try await session.query(query).first.map(Note.init(row:))
  }

  private static let addPointsText: SQL.Compiled = """
    INSERT INTO points (id, x, colour, note, place) SELECT $1::uuid, \
    p.* FROM unnest($2::double precision[], $3::text[], $4::text[], $5::jsonb[]) AS p
    """

  func addPoints(id: Uuid, points: [Point]) async throws {
    let query = SQL(Self.addPointsText, [
      id.postgresParameter,
      points.map(\.x).postgresParameter,
      points.map { PostgresEnum($0.colour) }.postgresParameter,
      points.map(\.note.value).postgresParameter,
      points.map { $0.place.map { PostgresJSON($0) } }.postgresParameter,
    ])
    try await session.execute(query)
  }

  /// A row of `find`.
  struct Find: Sendable {
    let note: Note
    let home: Address?
    let homeTown: String?
    let numbers: [Int]
    let first: Timestamp

    fileprivate init(row: ResultRow) throws {
      note = try Note(row: row)
      home = try row.get("street", hint: 12, String?.self) == nil ? nil : Address(row: row)
      homeTown = try row.get("home_town", hint: 14, String?.self)
      numbers = try row.get("numbers", hint: 15, [Int].self)
      first = try row.get("first", hint: 16, Timestamp.self)
    }
  }

  func find(
    filter: ListNotes.Input, address: Address?, in: Colour?, query: String?, kinds: [Kind], session: Bytes?
  ) async throws -> [Find] {
    var statement: SQL = """
      SELECT n.id, n."order", n.colour, n.colours, n.priority, n.kind, n.weight, n.remark, n.picture, \
      n.lines, n.anything, n."isDone", n.remark AS street, NULL AS town, \
      n.remark || '\u{e9}""\"\\' AS home_town,
        ARRAY[1]::bigint[] AS numbers, now() AS first
      FROM notes AS n
      WHERE n.kind = ANY(\(kinds.map { $0.rawValue }))
      """
    if let colour = filter.colour { statement += "\n  AND colour = \(PostgresEnum(colour))" }
    if let address { statement += "\n  AND remark IN (\(address.street), \(address.town))" }
    if let `in` { statement += "\n  AND colour = \(PostgresEnum(`in`))" }
    if let query { statement += "\n  AND remark LIKE \(query) AND \(query) <> ''" }
    if let session { statement += "\n  AND picture = \(session)" }
    statement += "\nORDER BY"
    if filter.colour == .red || filter.colour == .green { statement += "\n  \"order\" DESC," }
    statement += """

        id
      LIMIT \(filter.pageSize)
      """
    return try await self.session.query(statement).map(Find.init(row:))
  }

  private static let streetText: SQL.Compiled = """
    SELECT count(*) > 0 FROM notes WHERE remark = $1 OR ($2::boolean) IS NOT NULL AND "isDone" = $2
    """

  func street(address: Address?, is: Bool?) async throws -> Bool {
    let query = SQL(Self.streetText, [(address?.street).postgresParameter, `is`.postgresParameter])
    return try await session.one(query, "street").get("", hint: 0, Bool.self)
  }

  private static let coloursText: SQL.Compiled = """
    SELECT colours FROM notes WHERE kind = $1 AND priority = $2 AND anything = $3 AND weight::numeric < $4
    """

  func colours(kind: Kind?, priority: Priority, any: JSONValue, price: ExactDecimal) async throws -> [[Colour]?] {
    let query = SQL(Self.coloursText, [
      (kind?.rawValue).postgresParameter,
      PostgresIntegerEnum(priority).postgresParameter,
      PostgresJSON(`any`).postgresParameter,
      price.postgresParameter,
    ])
    return try await session.query(query).map {
      try $0.get("", hint: 0, [PostgresEnum<Colour>]?.self)?.map { $0.value }
    }
  }

  private static let putText: SQL.Compiled = """
    INSERT INTO notes (id, "order", colour, colours, priority, kind, weight, remark, picture, lines, \
    anything, "isDone") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (id) DO UPDATE SET (id, "order", colour, colours, priority, kind, weight, remark, \
    picture, lines, anything, "isDone") = ROW(excluded.id, excluded."order", excluded.colour, \
    excluded.colours, excluded.priority, excluded.kind, excluded.weight, excluded.remark, \
    excluded.picture, excluded.lines, excluded.anything, excluded."isDone") RETURNING notes.id, \
    notes."order", notes.colour, notes.colours, notes.priority, notes.kind, notes.weight, notes.remark, \
    notes.picture, notes.lines, notes.anything, notes."isDone"
    """

  func put(note: Note) async throws -> Note {
    let query = SQL(Self.putText, [
      note.id.postgresParameter,
      note.order.postgresParameter,
      PostgresEnum(note.colour).postgresParameter,
      (note.colours?.map { PostgresEnum($0) }).postgresParameter,
      PostgresIntegerEnum(note.priority).postgresParameter,
      note.kind.rawValue.postgresParameter,
      note.weight.postgresParameter,
      note.remark.value.postgresParameter,
      note.picture.postgresParameter,
      note.lines.map { PostgresJSON($0) }.postgresParameter,
      note.anything.map { PostgresJSON($0) }.postgresParameter,
      note.isDone.postgresParameter,
    ])
    return try await Note(row: session.one(query, "put"))
  }

  private static let pointsText: SQL.Compiled = """
    SELECT x, colour, note, place FROM points WHERE id = $1 ORDER BY x
    """

  func points(id: Uuid) async throws -> [Point] {
    let query = SQL(Self.pointsText, [id.postgresParameter])
    return try await session.query(query).map(Point.init(row:))
  }

  private static let withColoursText: SQL.Compiled = """
    SELECT id FROM notes
    WHERE colours && $1 AND kind IN (SELECT unnest($2::text[])) AND priority = ANY ($3) ORDER BY id
    """

  func withColours(colours: [Colour], kinds: [Kind?], priorities: [Priority]) async throws -> [Uuid] {
    let query = SQL(Self.withColoursText, [
      colours.map { PostgresEnum($0) }.postgresParameter,
      (kinds.map { $0?.rawValue }).postgresParameter,
      priorities.map { PostgresIntegerEnum($0) }.postgresParameter,
    ])
    return try await session.query(query).map { try $0.get("", hint: 0, Uuid.self) }
  }

  /// A row of `default`.
  struct Default: Sendable {
    let query: Int
    let row: Int
    let isHomeThere: Int
    let home: Address?
    let session: Colour
    let selfValue: Int

    fileprivate init(row: ResultRow) throws {
      query = try row.get("query", hint: 0, Int.self)
      self.row = try row.get("row", hint: 1, Int.self)
      isHomeThere = try row.get("is_home_there", hint: 2, Int.self)
      home = try row.get("street", hint: 3, String?.self) == nil ? nil : Address(row: row)
      session = try row.get("session", hint: 5, PostgresEnum<Colour>.self).value
      selfValue = try row.get("self", hint: 6, Int.self)
    }
  }

  /// Names of Swift's and of the code around them.
  func `default`(
    query: Int,
    statement: Int?,
    sql: Int,
    session: Int,
    body: Int,
    row: Int,
    checks: Int,
    selfValue: Int,
    filter: ListNotes.Input,
    filterColour: Colour,
    colour: Colour
  ) async throws -> [Default] {
    var query_: SQL = """
      SELECT \(query)::bigint + \(sql) + \(session) + \(body) + \(checks) AS query, \(row) + 0 AS row, \
      1 AS is_home_there, 'a' AS street,
        NULL AS town, \(PostgresEnum(filterColour)) AS session, \(selfValue) + 0 AS self
      WHERE true
      """
    if let statement { query_ += "\n  AND \(statement) > 1" }
    if let filterColourValue = filter.colour {
      query_ += """

          AND \(PostgresEnum(filterColourValue)) <> \(PostgresEnum(filterColour)) || '' AND \(PostgresEnum(filterColourValue)) <> \(PostgresEnum(colour)) || ''
        """
    }
    return try await self.session.query(query_).map(Default.init(row:))
  }

  /// A row of `session`.
  struct Session: Sendable {
    let bytes: Int

    fileprivate init(row: ResultRow) throws {
      bytes = try row.get("bytes", hint: 0, Int.self)
    }
  }

  private static let sessionText: SQL.Compiled = "SELECT 1 AS bytes"

  func session() async throws -> Session {
    let query = SQL(Self.sessionText)
    return try await Session(row: session.one(query, "session"))
  }

  /// A row of `resources`.
  struct ResourcesRow: Sendable {
    let resources: [QueriesValuesAPI.Resources]

    fileprivate init(row: ResultRow) throws {
      resources = try row.get("resources", hint: 0, PostgresJSON<[QueriesValuesAPI.Resources]>.self).value
    }
  }

  private static let resourcesText: SQL.Compiled = "SELECT jsonb_build_array($1::jsonb) AS resources"

  func resources(resources: QueriesValuesAPI.Resources) async throws -> ResourcesRow {
    let query = SQL(Self.resourcesText, [PostgresJSON(resources).postgresParameter])
    return try await ResourcesRow(row: session.one(query, "resources"))
  }

  /// A row of `resultRow`.
  struct ResultRowRow: Sendable {
    let bytes: Bytes

    fileprivate init(row: ResultRow) throws {
      bytes = try row.get("bytes", hint: 0, Bytes.self)
    }
  }

  private static let resultRowText: SQL.Compiled = "SELECT $1::bytea AS bytes"

  func resultRow(bytes: Bytes) async throws -> ResultRowRow {
    let query = SQL(Self.resultRowText, [bytes.postgresParameter])
    return try await ResultRowRow(row: session.one(query, "resultRow"))
  }

  /// A row of `operators`.
  struct Operators: Sendable {
    let has: Bool
    let value: String?
    let slice: [Int]
    let quoted: String
    let contains: Bool

    fileprivate init(row: ResultRow) throws {
      has = try row.get("has", hint: 0, Bool.self)
      value = try row.get("value", hint: 1, String?.self)
      slice = try row.get("slice", hint: 2, [Int].self)
      quoted = try row.get("quoted", hint: 3, String.self)
      contains = try row.get("contains", hint: 4, Bool.self)
    }
  }

  private static let operatorsText: SQL.Compiled = """
    SELECT $1::jsonb?$2 AS has, $1::jsonb->>$2 AS value, (ARRAY[1, 2, 3, 4])[$3:3]::bigint[] AS slice,
      E'\\'\\\\:low' || $q$:key -- if :low$q$ || ':low' || U&'\\00e9' AS quoted, $1::jsonb@>'{"a": 1}' AS contains
    """

  func operators(json: JSONValue, key: String, low: Int) async throws -> Operators {
    let query = SQL(Self.operatorsText, [
      PostgresJSON(json).postgresParameter,
      key.postgresParameter,
      low.postgresParameter,
    ])
    return try await Operators(row: session.one(query, "operators"))
  }

  private static let mergeText: SQL.Compiled = """
    MERGE INTO notes AS n USING (SELECT $1::uuid AS id) AS s ON n.id = s.id
    WHEN MATCHED AND $2::text IS NULL THEN DELETE
    WHEN MATCHED THEN UPDATE SET remark = $2
    WHEN NOT MATCHED THEN DO NOTHING
    """

  @discardableResult
  func merge(id: Uuid, remark: String?) async throws -> Int {
    let query = SQL(Self.mergeText, [id.postgresParameter, remark.postgresParameter])
    return try await session.execute(query)
  }

  /// A row of `move`.
  struct Move: Sendable {
    let point: Point
    let placeNumber: Int
    let other: Uuid?

    fileprivate init(row: ResultRow) throws {
      point = try Point(row: row)
      placeNumber = try row.get("place_number", hint: 4, Int.self)
      other = try row.get("other", hint: 5, Uuid?.self)
    }
  }

  func move(id: Uuid, to: Uuid, x: Double?) async throws -> [Move] {
    var query: SQL = """
      WITH gone AS (
          DELETE FROM points WHERE id = \(id)
      """
    if let x { query += "\n      AND x >= \(x)" }
    query += """

          RETURNING x, colour, note, place),
        put AS (INSERT INTO points (id, x, colour, note, place) SELECT \(to), g.x, g.colour, g.note, \
      g.place FROM gone AS g RETURNING points.id, points.x, points.colour, points.note, points.place)
      SELECT p.x, p.colour, p.note, p.place, row_number() OVER w AS place_number, l.id AS other
      FROM put AS p LEFT JOIN LATERAL (SELECT n.id FROM notes AS n WHERE n.colour = p.colour ORDER BY n.id LIMIT 1
        FOR UPDATE OF n) AS l ON true
      WINDOW w AS (ORDER BY p.x) ORDER BY place_number
      """
    return try await session.query(query).map(Move.init(row:))
  }

  private static let doneText: SQL.Compiled = """
    SELECT n.id, n."order", n.colour, n.colours, n.priority, n.kind, n.weight, n.remark, n.picture, \
    n.lines, n.anything, n.colour IS DISTINCT FROM 'RED' AS "isDone" FROM notes AS n
    WHERE EXISTS (SELECT n.id, n."order", n.colour, n.colours, n.priority, n.kind, n.weight, n.remark, \
    n.picture, n.lines, n.anything, n."isDone" FROM points) OR true ORDER BY n.id
    """

  func done() async throws -> [Note] {
    let query = SQL(Self.doneText)
    return try await session.query(query).map(Note.init(row:))
  }

  private static let clearedText: SQL.Compiled = """
    UPDATE notes SET remark = NULL, colour = colour
    WHERE kind = $1 AND ($2::boolean IS NULL OR "isDone" = ($2))
    """

  @discardableResult
  func cleared(kind: Kind, isDone: Bool?) async throws -> Int {
    let query = SQL(Self.clearedText, [kind.rawValue.postgresParameter, isDone.postgresParameter])
    return try await session.execute(query)
  }
}

extension Call {
  /// Runs `body` in one transaction of the service's database, and commits its result with its effect.
  ///
  /// - Throws: what `body` throws, after a rollback.
  func transaction<Value: Sendable>(
    _ body: (ValuesQueries) async throws -> Value
  ) async throws -> Committed<Value> {
    try await sqlTransaction { try await body(ValuesQueries($0)) }
  }
}

extension Note {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      id: row.get("id", hint: 0, Uuid.self),
      order: row.get("order", hint: 1, Int.self),
      colour: row.get("colour", hint: 2, PostgresEnum<Colour>.self).value,
      colours: row.get("colours", hint: 3, [PostgresEnum<Colour>]?.self)?.map { $0.value },
      priority: row.get("priority", hint: 4, PostgresIntegerEnum<Priority>.self).value,
      kind: Kind(rawValue: row.get("kind", hint: 5, String.self)),
      weight: row.get("weight", hint: 6, Double?.self),
      remark: Nullable(read: .some(row.get("remark", hint: 7, String?.self))),
      picture: row.get("picture", hint: 8, Base64?.self),
      lines: row.get("lines", hint: 9, PostgresJSON<[Line]>?.self)?.value,
      anything: row.get("anything", hint: 10, PostgresJSON<JSONValue>?.self)?.value,
      isDone: row.get("isDone", hint: 11, Bool?.self))
  }
}

extension Address {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      street: row.get("street", hint: 0, String.self),
      town: row.get("town", hint: 1, String?.self))
  }
}

extension Point {
  fileprivate init(row: ResultRow) throws {
    try self.init(
      x: row.get("x", hint: 0, Double.self),
      colour: row.get("colour", hint: 1, PostgresEnum<Colour>.self).value,
      note: Nullable(read: .some(row.get("note", hint: 2, String?.self))),
      place: row.get("place", hint: 3, PostgresJSON<Address>?.self)?.value)
  }
}

extension ValuesQueries {
  /// Every text that can be sent, which is compared with the live schema at the start.
  static let checks: [QueryCheck] = [
    noteCheck, addCheck, changeCheck, addPointsCheck, findCheck1, findCheck2, streetCheck,
    coloursCheck, putCheck, pointsCheck, withColoursCheck, defaultCheck1, defaultCheck2, sessionCheck,
    resourcesCheck, resultRowCheck, operatorsCheck, mergeCheck, moveCheck1, moveCheck2, doneCheck,
    clearedCheck,
  ]

  private static let noteCheck = QueryCheck(
    "note", path: "Queries.sql", line: 2, column: 1,
    source: "SELECT :Note FROM notes WHERE id = :id AND kind <> ':id'",
    text: noteText.text,
    splices: [.init(7, 96, from: 7, 5), .init(126, 2, from: 35, 3)],
    parameters: [.init("id", Uuid.self)],
    columns: columnsOfNote)

  private static let addCheck = QueryCheck(
    "add", path: "Queries.sql", line: 7, column: 1,
    source: "INSERT INTO notes (:Note) VALUES (:note.*)",
    text: addText.text,
    splices: [.init(19, 96, from: 19, 5), .init(125, 49, from: 34, 7)],
    parameters: [
      .init("note.id", Uuid.self), .init("note.order", Int.self),
      .init("note.colour", PostgresEnum<Colour>.self),
      .init("note.colours", [PostgresEnum<Colour>]?.self),
      .init("note.priority", PostgresIntegerEnum<Priority>.self), .init("note.kind", String.self),
      .init("note.weight", Double?.self), .init("note.remark", String?.self),
      .init("note.picture", Base64?.self), .init("note.lines", PostgresJSON<[Line]>?.self),
      .init("note.anything", PostgresJSON<JSONValue>?.self), .init("note.isDone", Bool?.self),
    ],
    columns: [])

  private static let changeCheck = QueryCheck(
    "change", path: "Queries.sql", line: 11, column: 1,
    source: "UPDATE notes SET (:NotePatch) = ROW(:patch.*) WHERE id = :id RETURNING :Note",
    text: changeText.text,
    splices: [
      .init(18, 96, from: 18, 10), .init(122, 471, from: 36, 8), .init(606, 3, from: 57, 3),
      .init(620, 96, from: 71, 5),
    ],
    parameters: [
      .init("patch.id is there", Bool.self), .init("patch.id", Uuid?.self),
      .init("patch.order is there", Bool.self), .init("patch.order", Int?.self),
      .init("patch.colour is there", Bool.self), .init("patch.colour", PostgresEnum<Colour>?.self),
      .init("patch.colours is there", Bool.self), .init("patch.colours", [PostgresEnum<Colour>]?.self),
      .init("patch.priority is there", Bool.self),
      .init("patch.priority", PostgresIntegerEnum<Priority>?.self),
      .init("patch.kind is there", Bool.self), .init("patch.kind", String?.self),
      .init("patch.weight is there", Bool.self), .init("patch.weight", Double?.self),
      .init("patch.remark is there", Bool.self), .init("patch.remark", String?.self),
      .init("patch.picture is there", Bool.self), .init("patch.picture", Base64?.self),
      .init("patch.lines is there", Bool.self), .init("patch.lines", PostgresJSON<[Line]>?.self),
      .init("patch.anything is there", Bool.self),
      .init("patch.anything", PostgresJSON<JSONValue>?.self), .init("patch.isDone is there", Bool.self),
      .init("patch.isDone", Bool?.self), .init("id", Uuid.self),
    ],
    columns: columnsOfNote)

  private static let addPointsCheck = QueryCheck(
    "addPoints", path: "Queries.sql", line: 14, column: 1,
    source: "INSERT INTO points (id, :Point) SELECT :id::uuid, p.* FROM unnest(:points.*) AS p",
    text: addPointsText.text,
    splices: [.init(24, 22, from: 24, 6), .init(55, 2, from: 39, 3), .init(81, 59, from: 66, 9)],
    parameters: [
      .init("id", Uuid.self), .init("points.x", [Double].self),
      .init("points.colour", [PostgresEnum<Colour>].self), .init("points.note", [String?].self),
      .init("points.place", [PostgresJSON<Address>?].self),
    ],
    columns: [])

  private static let findCheck1 = QueryCheck(
    "find", path: "Queries.sql", line: 19, column: 1,
    source: findSource,
    text: """
      SELECT n.id, n."order", n.colour, n.colours, n.priority, n.kind, n.weight, n.remark, n.picture, \
      n.lines, n.anything, n."isDone", n.remark AS street, NULL AS town, \
      n.remark || '\u{e9}""\"\\' AS home_town,
        ARRAY[1]::bigint[] AS numbers, now() AS first
      FROM notes AS n
      WHERE n.kind = ANY($1)
        AND colour = $2
        AND remark IN ($3, $4)
        AND colour = $5
        AND remark LIKE $6 AND $7 <> ''
        AND picture = $8
      ORDER BY
        "order" DESC,
        id
      LIMIT $9
      """,
    splices: [
      .init(7, 120, from: 7, 7), .init(281, 2, from: 168, 6), .init(300, 2, from: 191, 14),
      .init(302, 0, from: 205, 34), .init(320, 2, from: 257, 15), .init(324, 2, from: 274, 13),
      .init(327, 0, from: 288, 16), .init(343, 2, from: 320, 3), .init(345, 0, from: 323, 34),
      .init(364, 2, from: 376, 6), .init(371, 2, from: 387, 6), .init(379, 0, from: 399, 14),
      .init(396, 2, from: 430, 8), .init(398, 0, from: 438, 33), .init(423, 0, from: 496, 63),
      .init(435, 2, from: 571, 17),
    ],
    parameters: [
      .init("kinds", [String].self), .init("filter.colour", PostgresEnum<Colour>.self),
      .init("address.street", String.self), .init("address.town", String?.self),
      .init("in", PostgresEnum<Colour>.self), .init("query", String.self), .init("query", String.self),
      .init("session", Bytes.self), .init("filter.page_size", Int.self),
    ],
    columns: columnsOfNote + [
      .init("street", String?.self), .init("town", String?.self), .init("home_town", String?.self),
      .init("numbers", [Int].self), .init("first", Timestamp.self),
    ])

  private static let findCheck2 = QueryCheck(
    "find", path: "Queries.sql", line: 19, column: 1,
    source: findSource,
    text: """
      SELECT n.id, n."order", n.colour, n.colours, n.priority, n.kind, n.weight, n.remark, n.picture, \
      n.lines, n.anything, n."isDone", n.remark AS street, NULL AS town, \
      n.remark || '\u{e9}""\"\\' AS home_town,
        ARRAY[1]::bigint[] AS numbers, now() AS first
      FROM notes AS n
      WHERE n.kind = ANY($1)
      ORDER BY
        id
      LIMIT $2
      """,
    splices: [
      .init(7, 120, from: 7, 7), .init(281, 2, from: 168, 6), .init(284, 0, from: 175, 64),
      .init(284, 0, from: 239, 65), .init(284, 0, from: 304, 53), .init(284, 0, from: 357, 56),
      .init(284, 0, from: 413, 58), .init(293, 0, from: 480, 79), .init(305, 2, from: 571, 17),
    ],
    parameters: [.init("kinds", [String].self), .init("filter.page_size", Int.self)],
    columns: columnsOfNote + [
      .init("street", String?.self), .init("town", String?.self), .init("home_town", String?.self),
      .init("numbers", [Int].self), .init("first", Timestamp.self),
    ])

  private static let streetCheck = QueryCheck(
    "street", path: "Queries.sql", line: 34, column: 1,
    source: """
      SELECT count(*) > 0 FROM notes WHERE remark = :address.street OR (:is) IS NOT NULL AND "isDone" = :is
      """,
    text: streetText.text,
    splices: [.init(46, 2, from: 46, 15), .init(53, 11, from: 66, 3), .init(93, 2, from: 98, 3)],
    parameters: [.init("address.street", String?.self), .init("is", Bool?.self)],
    columns: [.init("", Bool.self)])

  private static let coloursCheck = QueryCheck(
    "colours", path: "Queries.sql", line: 37, column: 1,
    source: """
      SELECT colours FROM notes WHERE kind = :kind AND priority = :priority AND anything = :any AND weight::numeric < :price
      """,
    text: coloursText.text,
    splices: [
      .init(39, 2, from: 39, 5), .init(57, 2, from: 60, 9), .init(75, 2, from: 85, 4),
      .init(100, 2, from: 112, 6),
    ],
    parameters: [
      .init("kind", String?.self), .init("priority", PostgresIntegerEnum<Priority>.self),
      .init("any", PostgresJSON<JSONValue>.self), .init("price", ExactDecimal.self),
    ],
    columns: [.init("", [PostgresEnum<Colour>]?.self)])

  private static let putCheck = QueryCheck(
    "put", path: "Queries.sql", line: 40, column: 1,
    source: """
      INSERT INTO notes (:Note) VALUES (:note.*)
      ON CONFLICT (id) DO UPDATE SET (:Note) = ROW(excluded.:Note) RETURNING notes.:Note
      """,
    text: putText.text,
    splices: [
      .init(19, 96, from: 19, 5), .init(125, 49, from: 34, 7), .init(208, 96, from: 75, 5),
      .init(312, 204, from: 88, 14), .init(528, 168, from: 114, 11),
    ],
    parameters: [
      .init("note.id", Uuid.self), .init("note.order", Int.self),
      .init("note.colour", PostgresEnum<Colour>.self),
      .init("note.colours", [PostgresEnum<Colour>]?.self),
      .init("note.priority", PostgresIntegerEnum<Priority>.self), .init("note.kind", String.self),
      .init("note.weight", Double?.self), .init("note.remark", String?.self),
      .init("note.picture", Base64?.self), .init("note.lines", PostgresJSON<[Line]>?.self),
      .init("note.anything", PostgresJSON<JSONValue>?.self), .init("note.isDone", Bool?.self),
    ],
    columns: columnsOfNote)

  private static let pointsCheck = QueryCheck(
    "points", path: "Queries.sql", line: 44, column: 1,
    source: "SELECT :Point FROM points WHERE id = :id ORDER BY x",
    text: pointsText.text,
    splices: [.init(7, 22, from: 7, 6), .init(53, 2, from: 37, 3)],
    parameters: [.init("id", Uuid.self)],
    columns: columnsOfPoint)

  private static let withColoursCheck = QueryCheck(
    "withColours", path: "Queries.sql", line: 47, column: 1,
    source: """
      SELECT id FROM notes
      WHERE colours && :colours AND kind IN (SELECT unnest(:kinds)) AND priority = ANY (:priorities) ORDER BY id
      """,
    text: withColoursText.text,
    splices: [.init(38, 2, from: 38, 8), .init(68, 10, from: 74, 6), .init(101, 2, from: 103, 11)],
    parameters: [
      .init("colours", [PostgresEnum<Colour>].self), .init("kinds", [String?].self),
      .init("priorities", [PostgresIntegerEnum<Priority>].self),
    ],
    columns: [.init("", Uuid.self)])

  private static let defaultCheck1 = QueryCheck(
    "default", path: "Queries.sql", line: 56, column: 1,
    source: defaultSource,
    text: """
      SELECT $1::bigint + $2 + $3 + $4 + $5 AS query, $6 + 0 AS row, 1 AS is_home_there, 'a' AS street,
        NULL AS town, $7 AS session, $8 + 0 AS self
      WHERE true
        AND $9 > 1
        AND $10 <> $11 || '' AND $12 <> $13 || ''
      """,
    splices: [
      .init(7, 2, from: 7, 6), .init(20, 2, from: 24, 4), .init(25, 2, from: 31, 8),
      .init(30, 2, from: 42, 5), .init(35, 2, from: 50, 7), .init(48, 2, from: 68, 4),
      .init(114, 2, from: 136, 14), .init(129, 2, from: 163, 5), .init(161, 2, from: 198, 10),
      .init(167, 0, from: 212, 83), .init(174, 3, from: 302, 14), .init(181, 3, from: 320, 14),
      .init(195, 3, from: 345, 14), .init(202, 3, from: 363, 7),
    ],
    parameters: [
      .init("query", Int.self), .init("sql", Int.self), .init("session", Int.self),
      .init("body", Int.self), .init("checks", Int.self), .init("row", Int.self),
      .init("filter_colour", PostgresEnum<Colour>.self), .init("self", Int.self),
      .init("statement", Int.self), .init("filter.colour", PostgresEnum<Colour>.self),
      .init("filter_colour", PostgresEnum<Colour>.self),
      .init("filter.colour", PostgresEnum<Colour>.self), .init("colour", PostgresEnum<Colour>.self),
    ],
    columns: [
      .init("query", Int.self), .init("row", Int.self), .init("is_home_there", Int.self),
      .init("street", String?.self), .init("town", String?.self),
      .init("session", PostgresEnum<Colour>.self), .init("self", Int.self),
    ])

  private static let defaultCheck2 = QueryCheck(
    "default", path: "Queries.sql", line: 56, column: 1,
    source: defaultSource,
    text: """
      SELECT $1::bigint + $2 + $3 + $4 + $5 AS query, $6 + 0 AS row, 1 AS is_home_there, 'a' AS street,
        NULL AS town, $7 AS session, $8 + 0 AS self
      WHERE true
      """,
    splices: [
      .init(7, 2, from: 7, 6), .init(20, 2, from: 24, 4), .init(25, 2, from: 31, 8),
      .init(30, 2, from: 42, 5), .init(35, 2, from: 50, 7), .init(48, 2, from: 68, 4),
      .init(114, 2, from: 136, 14), .init(129, 2, from: 163, 5), .init(154, 0, from: 191, 104),
      .init(154, 0, from: 295, 81),
    ],
    parameters: [
      .init("query", Int.self), .init("sql", Int.self), .init("session", Int.self),
      .init("body", Int.self), .init("checks", Int.self), .init("row", Int.self),
      .init("filter_colour", PostgresEnum<Colour>.self), .init("self", Int.self),
    ],
    columns: [
      .init("query", Int.self), .init("row", Int.self), .init("is_home_there", Int.self),
      .init("street", String?.self), .init("town", String?.self),
      .init("session", PostgresEnum<Colour>.self), .init("self", Int.self),
    ])

  private static let sessionCheck = QueryCheck(
    "session", path: "Queries.sql", line: 64, column: 1,
    source: "SELECT 1 AS bytes",
    text: sessionText.text,
    splices: [],
    parameters: [],
    columns: [.init("bytes", Int.self)])

  private static let resourcesCheck = QueryCheck(
    "resources", path: "Queries.sql", line: 67, column: 1,
    source: "SELECT jsonb_build_array(:resources::jsonb) AS resources",
    text: resourcesText.text,
    splices: [.init(25, 2, from: 25, 10)],
    parameters: [.init("resources", PostgresJSON<QueriesValuesAPI.Resources>.self)],
    columns: [.init("resources", PostgresJSON<[QueriesValuesAPI.Resources]>.self)])

  private static let resultRowCheck = QueryCheck(
    "resultRow", path: "Queries.sql", line: 70, column: 1,
    source: "SELECT :bytes::bytea AS bytes",
    text: resultRowText.text,
    splices: [.init(7, 2, from: 7, 6)],
    parameters: [.init("bytes", Bytes.self)],
    columns: [.init("bytes", Bytes.self)])

  private static let operatorsCheck = QueryCheck(
    "operators", path: "Queries.sql", line: 74, column: 1,
    source: """
      SELECT :json::jsonb?:key AS has, :json::jsonb->>:key AS value, (ARRAY[1, 2, 3, 4])[:low:3]::bigint[] AS slice,
        E'\\'\\\\:low' || $q$:key -- if :low$q$ || ':low' || U&'\\00e9' AS quoted, \
      :json::jsonb@>'{"a": 1}' AS contains
      """,
    text: operatorsText.text,
    splices: [
      .init(7, 2, from: 7, 5), .init(17, 2, from: 20, 4), .init(28, 2, from: 33, 5),
      .init(40, 2, from: 48, 4), .init(73, 2, from: 83, 4), .init(172, 2, from: 184, 5),
    ],
    parameters: [
      .init("json", PostgresJSON<JSONValue>.self), .init("key", String.self), .init("low", Int.self),
    ],
    columns: [
      .init("has", Bool.self), .init("value", String?.self), .init("slice", [Int].self),
      .init("quoted", String.self), .init("contains", Bool.self),
    ])

  private static let mergeCheck = QueryCheck(
    "merge", path: "Queries.sql", line: 78, column: 1,
    source: """
      MERGE INTO notes AS n USING (SELECT :id::uuid AS id) AS s ON n.id = s.id
      WHEN MATCHED AND :remark IS NULL THEN DELETE
      WHEN MATCHED THEN UPDATE SET remark = :remark
      WHEN NOT MATCHED THEN DO NOTHING
      """,
    text: mergeText.text,
    splices: [.init(36, 2, from: 36, 3), .init(89, 8, from: 90, 7), .init(156, 2, from: 156, 7)],
    parameters: [.init("id", Uuid.self), .init("remark", String?.self)],
    columns: [])

  private static let moveCheck1 = QueryCheck(
    "move", path: "Queries.sql", line: 84, column: 1,
    source: moveSource,
    text: """
      WITH gone AS (
          DELETE FROM points WHERE id = $1
            AND x >= $2
          RETURNING x, colour, note, place),
        put AS (INSERT INTO points (id, x, colour, note, place) SELECT $3, g.x, g.colour, g.note, \
      g.place FROM gone AS g RETURNING points.id, points.x, points.colour, points.note, points.place)
      SELECT p.x, p.colour, p.note, p.place, row_number() OVER w AS place_number, l.id AS other
      FROM put AS p LEFT JOIN LATERAL (SELECT n.id FROM notes AS n WHERE n.colour = p.colour ORDER BY n.id LIMIT 1
        FOR UPDATE OF n) AS l ON true
      WINDOW w AS (ORDER BY p.x) ORDER BY place_number
      """,
    splices: [
      .init(49, 2, from: 49, 3), .init(67, 2, from: 68, 2), .init(69, 0, from: 70, 9),
      .init(84, 22, from: 94, 6), .init(143, 22, from: 137, 6), .init(174, 2, from: 152, 3),
      .init(178, 30, from: 157, 8), .init(245, 50, from: 202, 13), .init(304, 30, from: 224, 8),
    ],
    parameters: [.init("id", Uuid.self), .init("x", Double.self), .init("to", Uuid.self)],
    columns: columnsOfPoint + [.init("place_number", Int.self), .init("other", Uuid?.self)])

  private static let moveCheck2 = QueryCheck(
    "move", path: "Queries.sql", line: 84, column: 1,
    source: moveSource,
    text: """
      WITH gone AS (
          DELETE FROM points WHERE id = $1
          RETURNING x, colour, note, place),
        put AS (INSERT INTO points (id, x, colour, note, place) SELECT $2, g.x, g.colour, g.note, \
      g.place FROM gone AS g RETURNING points.id, points.x, points.colour, points.note, points.place)
      SELECT p.x, p.colour, p.note, p.place, row_number() OVER w AS place_number, l.id AS other
      FROM put AS p LEFT JOIN LATERAL (SELECT n.id FROM notes AS n WHERE n.colour = p.colour ORDER BY n.id LIMIT 1
        FOR UPDATE OF n) AS l ON true
      WINDOW w AS (ORDER BY p.x) ORDER BY place_number
      """,
    splices: [
      .init(49, 2, from: 49, 3), .init(51, 0, from: 52, 27), .init(66, 22, from: 94, 6),
      .init(125, 22, from: 137, 6), .init(156, 2, from: 152, 3), .init(160, 30, from: 157, 8),
      .init(227, 50, from: 202, 13), .init(286, 30, from: 224, 8),
    ],
    parameters: [.init("id", Uuid.self), .init("to", Uuid.self)],
    columns: columnsOfPoint + [.init("place_number", Int.self), .init("other", Uuid?.self)])

  private static let doneCheck = QueryCheck(
    "done", path: "Queries.sql", line: 95, column: 1,
    source: """
      SELECT n.:Note, n.colour IS DISTINCT FROM 'RED' AS "isDone" FROM notes AS n
      WHERE EXISTS (SELECT n.:Note FROM points) OR true ORDER BY n.id
      """,
    text: doneText.text,
    splices: [.init(7, 108, from: 7, 7), .init(198, 120, from: 97, 7)],
    parameters: [],
    columns: columnsOfNote)

  private static let clearedCheck = QueryCheck(
    "cleared", path: "Queries.sql", line: 99, column: 1,
    source: """
      UPDATE notes SET remark = NULL, colour = colour
      WHERE kind = :kind AND (:isDone IS NULL OR "isDone" = (:isDone))
      """,
    text: clearedText.text,
    splices: [.init(61, 2, from: 61, 5), .init(69, 11, from: 72, 7), .init(104, 2, from: 103, 7)],
    parameters: [.init("kind", String.self), .init("isDone", Bool?.self)],
    columns: [])

  private static let findSource = """
    SELECT n.:Note, n.remark AS street, NULL AS town, n.remark || '\u{e9}""\"\\' AS home_town,
      ARRAY[1]::bigint[] AS numbers, now() AS first
    FROM notes AS n
    WHERE n.kind = ANY(:kinds)
      AND colour = :filter.colour              -- if :filter.colour
      AND remark IN (:address.street, :address.town)  -- if :address
      AND colour = :in                         -- if :in
      AND remark LIKE :query AND :query <> ''  -- if :query
      AND picture = :session                   -- if :session
    ORDER BY
      "order" DESC,                            -- when :filter.colour = RED, GREEN
      id
    LIMIT :filter.page_size
    """

  private static let defaultSource = """
    SELECT :query::bigint + :sql + :session + :body + :checks AS query, :row + 0 AS row, \
    1 AS is_home_there, 'a' AS street,
      NULL AS town, :filter_colour AS session, :self + 0 AS self
    WHERE true
      AND :statement > 1                                                                   -- IF :statement
      AND :filter.colour <> :filter_colour || '' AND :filter.colour <> :colour || ''
    """

  private static let moveSource = """
    WITH gone AS (
        DELETE FROM points WHERE id = :id
          AND x >= :x -- if :x
        RETURNING :Point),
      put AS (INSERT INTO points (id, :Point) SELECT :to, g.:Point FROM gone AS g RETURNING points.id, \
    points.:Point)
    SELECT p.:Point, row_number() OVER w AS place_number, l.id AS other
    FROM put AS p LEFT JOIN LATERAL (SELECT n.id FROM notes AS n WHERE n.colour = p.colour ORDER BY n.id LIMIT 1
      FOR UPDATE OF n) AS l ON true
    WINDOW w AS (ORDER BY p.x) ORDER BY place_number
    """

  private static let columnsOfNote: [QueryCheck.Column] = [
    .init("id", Uuid.self), .init("order", Int.self), .init("colour", PostgresEnum<Colour>.self),
    .init("colours", [PostgresEnum<Colour>]?.self),
    .init("priority", PostgresIntegerEnum<Priority>.self), .init("kind", String.self),
    .init("weight", Double?.self), .init("remark", String?.self), .init("picture", Base64?.self),
    .init("lines", PostgresJSON<[Line]>?.self), .init("anything", PostgresJSON<JSONValue>?.self),
    .init("isDone", Bool?.self),
  ]

  private static let columnsOfAddress: [QueryCheck.Column] = [
    .init("street", String.self), .init("town", String?.self),
  ]

  private static let columnsOfPoint: [QueryCheck.Column] = [
    .init("x", Double.self), .init("colour", PostgresEnum<Colour>.self), .init("note", String?.self),
    .init("place", PostgresJSON<Address>?.self),
  ]
}

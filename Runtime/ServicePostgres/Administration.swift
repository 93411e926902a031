import CPostgres
import Glibc
import ServiceCore
import ServiceLoop

/// A failed administrative statement or connection, in the server's own words.
public struct AdministrationError: Error, Sendable, CustomStringConvertible {
  public var description: String { [reason, hint].compactMap(\.self).joined(separator: "; ") }
  let reason: String
  /// The server's hint.
  var hint: String?
  /// Whether no connection could be opened: the server may still be starting.
  public var isUnreachable = false
  /// The position of the error in the statement, in characters counted from 1, where the server reports one.
  var position: Int?

  /// The position of the error in the statement's text, in bytes; nil when the server reports none.
  func offset(in sql: String) -> Int? {
    guard let position, position > 0 else { return nil }
    return sql.unicodeScalars.prefix(position - 1).reduce(0) { $0 + UTF8.width($1) }
  }

  /// The same as a location in the text.
  func location(in sql: String) -> SQLLocation? { offset(in: sql).map { SQLLocation(in: sql, offset: $0) } }
}

/// A blocking connection for work that is done once, at the start: migrations, roles, databases.
///
/// Use it where blocking is allowed (``BlockingPool/administration``).
final class Administration {
  private let connection: OpaquePointer?

  /// The time limit for connecting, in milliseconds.
  private static let connectTimeout = 30_000

  init(_ address: String) throws {
    connection = PQconnectStart(address)
    // Set at once: a server may send warnings while the connection is opened.
    ignoreNotices(of: connection)
    let deadline = Deadline(in: Self.connectTimeout)
    var state = PGRES_POLLING_WRITING
    while PQstatus(connection) != CONNECTION_BAD, state != PGRES_POLLING_OK, state != PGRES_POLLING_FAILED {
      let events = Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT)
      var wanted = pollfd(fd: PQsocket(connection), events: events, revents: 0)
      let count = poll(&wanted, 1, Int32(max(0, deadline.left)))
      guard count != 0 else {
        throw AdministrationError(reason: "the server did not respond within 30 seconds", isUnreachable: true)
      }
      if count > 0 { state = PQconnectPoll(connection) }
    }
    guard PQstatus(connection) == CONNECTION_OK else {
      throw AdministrationError(reason: message, isUnreachable: true)
    }
    try execute("SET client_min_messages = warning")
  }

  deinit { PQfinish(connection) }

  private var message: String {
    String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; ")
  }

  /// Runs any number of statements without parameters.
  func execute(_ sql: String) throws {
    let result = PQexec(connection, sql)
    defer { PQclear(result) }
    try check(result)
  }

  /// Runs one statement, and returns the first value of its first row, if there is one.
  @discardableResult func value(_ sql: String, _ parameters: [String] = []) throws -> String? {
    try rows(sql, parameters).first?.first ?? nil
  }

  /// Runs one statement and returns its rows.
  func rows(_ sql: String, _ parameters: [String] = []) throws -> [[String?]] {
    let copies = parameters.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let result = copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
      PQexecParams(connection, sql, Int32(values.count), nil, values.baseAddress, nil, nil, 0)
    }
    defer { PQclear(result) }
    try check(result)
    return (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        PQgetisnull(result, row, column) == 0 ? String(cString: PQgetvalue(result, row, column)) : nil
      }
    }
  }

  /// The server's description of a statement: its columns and the types of its parameters.
  struct Described {
    struct Column {
      let name: String
      let type: UInt32
      /// The table of the column, and its number in that table; 0 for a computed column.
      let table: UInt32
      let number: Int
    }

    let columns: [Column]
    let parameters: [UInt32]
  }

  /// Has the server parse and describe a statement.
  func describe(_ sql: String) throws -> Described {
    let parsed = PQprepare(connection, "", sql, 0, nil)
    defer { PQclear(parsed) }
    try check(parsed)
    let result = PQdescribePrepared(connection, "")
    defer { PQclear(result) }
    try check(result)
    return Described(
      columns: (0..<PQnfields(result)).map {
        Described.Column(
          name: String(cString: PQfname(result, $0)), type: PQftype(result, $0), table: PQftable(result, $0),
          number: Int(PQftablecol(result, $0)))
      },
      parameters: (0..<PQnparams(result)).map { PQparamtype(result, $0) })
  }

  func name(ofType type: UInt32) throws -> String {
    try value("SELECT format_type($1::oid, NULL)", ["\(type)"]) ?? "an unknown type"
  }

  /// Whether the connection is still open.
  var isOpen: Bool { PQstatus(connection) == CONNECTION_OK }

  /// Runs a statement that cannot have parameters, such as CREATE ROLE: the server itself quotes the values into it.
  func executeFormatted(_ format: String, _ values: [String]) throws {
    let placeholders = values.indices.map { "$\($0 + 2)::text" }.joined(separator: ", ")
    if let sql = try value("SELECT format($1::text, \(placeholders))", [format] + values) { try execute(sql) }
  }

  private func check(_ result: OpaquePointer?) throws {
    // A migration may be empty, or only a comment.
    if [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result)) { return }
    func field(_ code: UnicodeScalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    // Without a message the error comes from the connection, not the server.
    guard let primary = field("M") else { throw AdministrationError(reason: message) }
    throw AdministrationError(
      reason: [primary, field("D")].compactMap(\.self).joined(separator: "; "), hint: field("H"),
      position: field("P").flatMap { Int($0) })
  }
}

/// Drops the server's notices, which libpq would print on standard error, between the JSON lines of the log.
func ignoreNotices(of connection: OpaquePointer?) { PQsetNoticeProcessor(connection, { _, _ in }, nil) }

extension Database {
  /// Closes one of Charter's own servers: roles without another privilege may not connect to the databases that every
  /// server has.
  ///
  /// - Parameter address: a superuser's connection.
  /// - Throws: ``AdministrationError``.
  public static func closeToPublic(_ address: String) throws {
    let server = try Administration(address)
    for name in ["postgres", "template1"] {
      try server.executeFormatted("REVOKE ALL ON DATABASE %I FROM PUBLIC", [name])
    }
  }

  /// Ensures that a service has its database and two roles: one that owns the schema, and one that the service uses.
  ///
  /// Safe to repeat, and to run beside another process that does the same. It blocks, and is called by set-up programs,
  /// never by a service.
  ///
  /// - Parameters:
  ///   - address: a connection that may create roles and databases; its parameter `dbname` is replaced.
  ///   - passwords: those of the roles `<name>_owner` and `<name>_app`.
  /// - Throws: ``AdministrationError``.
  public static func provision(
    _ address: String, name: String, passwords: (owner: String, app: String)
  ) throws {
    try Provisioning(address: address, name: name).run(passwords.owner, passwords.app)
  }

  /// A libpq connection string with its database, user and password replaced.
  public static func address(
    _ address: String, database: String, user: String? = nil, password: String? = nil
  ) throws -> String {
    var settings = ["dbname": database]
    settings["user"] = user
    settings["password"] = password
    return try self.address(address, setting: settings)
  }

  /// The same as a URL, as `EVENTS_URL` takes it.
  ///
  /// - Throws: ``AdministrationError`` for what is not a connection string.
  public static func url(
    _ address: String, database: String, user: String, password: String
  ) throws -> String {
    let parts = try parameters(of: address, setting: ["dbname": database, "user": user, "password": password])
    return "postgres://?" + PercentCoding.query(parts)
  }

  /// A libpq connection string, given in any form, with some of its parameters replaced.
  static func address(_ address: String, setting replaced: [String: String]) throws -> String {
    try parameters(of: address, setting: replaced).map { name, value in
      let quoted = value.unicodeScalars.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return "\(name)='\(quoted)'"
    }.joined(separator: " ")
  }

  private static func parameters(
    of address: String, setting replaced: [String: String]
  ) throws -> [(name: String, value: String)] {
    guard let options = PQconninfoParse(address, nil) else {
      throw AdministrationError(reason: "not a connection string")
    }
    defer { PQconninfoFree(options) }
    var parts: [(String, String)] = []
    var option = options
    while let keyword = option.pointee.keyword {
      let name = String(cString: keyword)
      let given = option.pointee.val.map { String(cString: $0) }
      if let value = replaced[name] ?? given { parts.append((name, value)) }
      option += 1
    }
    return parts
  }
}

private struct Provisioning {
  let address: String
  let name: String

  func run(_ ownerPassword: String, _ appPassword: String) throws {
    let server = try Administration(address)
    try server.value("SELECT pg_advisory_lock(hashtext('charter.provisioning'))")
    let (owner, app) = (name + "_owner", name + "_app")
    for (role, password) in [(owner, ownerPassword), (app, appPassword)] {
      if try server.value("SELECT rolname FROM pg_roles WHERE rolname = $1", [role]) == nil {
        try server.executeFormatted("CREATE ROLE %I LOGIN", [role])
      }
      try server.executeFormatted("ALTER ROLE %I PASSWORD %L", [role, password])
    }
    if try server.value("SELECT datname FROM pg_database WHERE datname = $1", [name]) == nil {
      // Only a superuser or a member of a role can make that role an owner.
      try server.executeFormatted("GRANT %I TO CURRENT_USER", [owner])
      try server.executeFormatted("CREATE DATABASE %I OWNER %I", [name, owner])
    }
    try server.executeFormatted("REVOKE ALL ON DATABASE %I FROM PUBLIC, %I", [name, app])
    try server.executeFormatted("GRANT CONNECT ON DATABASE %I TO %I", [name, app])
    try restrict(owner)
    let database = try Administration(
      Database.address(address, database: name, user: owner, password: ownerPassword))
    try database.executeFormatted("GRANT USAGE ON SCHEMA public TO %I", [app])
    for (privileges, kind) in [
      ("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES"), ("USAGE", "SCHEMAS"),
    ] {
      try database.executeFormatted("ALTER DEFAULT PRIVILEGES GRANT \(privileges) ON \(kind) TO %I", [app])
    }
  }

  /// Revokes from all roles in the database what a service does not need: creating objects in the public schema, large
  /// objects, procedural code outside the functions of a migration, and writing to the write-ahead log.
  ///
  /// These belong to the server's superuser: another role that provisions leaves them unchanged.
  private func restrict(_ owner: String) throws {
    let database = try Administration(Database.address(address, database: name))
    guard try database.value("SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user") == "true" else {
      return
    }
    try database.execute(
      "REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;")
    try database.executeFormatted("GRANT USAGE ON LANGUAGE plpgsql TO %I", [owner])
    try database.execute(
      """
      DO $$
      DECLARE f regprocedure;
      BEGIN
        FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
          AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite', 'pg_logical_emit_message'))
          AND has_function_privilege('public', oid, 'EXECUTE')
        LOOP
          EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        END LOOP;
      END $$
      """)
  }
}

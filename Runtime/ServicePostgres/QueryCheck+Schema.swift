import ServiceCore
import ServiceLoop

/// Queries that do not match the database, each with its position and fault.
public struct SchemaMismatch: Error, Sendable, CustomStringConvertible {
  public let description: String
}

extension Database {
  /// Checks queries against the live schema: the server must accept the text; each column that is read must exist
  /// exactly once, with a type that can be read so, and must not be NULL unless it is read as optional; and each
  /// parameter must have a type that can be written so.
  ///
  /// NULL in a computed column, or one of an outer join, is not detected.
  /// - Throws: ``SchemaMismatch`` with all faults; ``AdministrationError`` when the server cannot be asked.
  public func checkQueries(_ checks: [QueryCheck]) async throws {
    let address = address
    try await BlockingPool.administration.run {
      Result {
        var schema = LiveSchema(server: try Administration(address))
        var faults: [String] = []
        // The forms of one query have faults in common.
        var known: Set<String> = []
        for check in checks {
          faults += try check.faults(&schema).filter { known.insert($0).inserted }
        }
        if !faults.isEmpty { throw SchemaMismatch(description: faults.joined(separator: "\n")) }
      }
    }.get()
  }
}

extension QueryCheck {
  fileprivate func faults(_ schema: inout LiveSchema) throws -> [String] {
    let described: Administration.Described
    do {
      described = try schema.server.describe(text)
    } catch let error as AdministrationError where schema.server.isOpen {
      return [fault(error)]
    }
    var faults: [String] = []
    for (index, column) in columns.enumerated() {
      if let fault = try fault(of: column, at: index, described.columns, &schema) { faults.append(fault) }
    }
    if parameters.count != described.parameters.count {
      faults.append(
        fault(
          "the query '\(name)' has parameters up to $\(described.parameters.count), and values up to $\(parameters.count)",
          at: nil))
    }
    for (index, (parameter, type)) in zip(parameters, described.parameters).enumerated() {
      let base = try schema.base(of: type)
      if parameter.type.isWritten(to: base) { continue }
      let (type, given) = (try schema.server.name(ofType: type), Self.swiftName(parameter.type))
      faults.append(
        fault(
          "the parameter :\(parameter.name) has the type \(type), to which \(given) cannot be written",
          at: offset(ofParameter: index + 1), help: Self.help(for: base)))
    }
    return faults
  }

  /// The fault of a column that is read; nil when there is none.
  private func fault(
    of column: Column, at index: Int, _ described: [Administration.Described.Column], _ schema: inout LiveSchema
  ) throws -> String? {
    let names = described.map(\.name)
    if column.name.isEmpty && names.count != 1 {
      return fault("the query '\(name)' returns \(names.count) columns, and one is read", at: nil)
    }
    guard let match = Columns.index(of: column.name, hint: index, in: names) else {
      let given = names.isEmpty ? "none" : names.joined(separator: ", ")
      return fault("the query '\(name)' returns no column '\(column.name)'; it returns \(given)", at: nil)
    }
    let (found, offset) = (described[match], offset(ofColumn: names[match]))
    if names.count(where: { $0 == column.name }) > 1 {
      return fault(
        "the query '\(name)' returns several columns '\(column.name)'", at: offset,
        help: "give them different names by AS")
    }
    let base = try schema.base(of: found.type)
    if !column.type.isRead(from: base) {
      let (type, wanted) = (try schema.server.name(ofType: found.type), Self.swiftName(column.type))
      return fault(
        "the column '\(found.name)' has the type \(type), which cannot be read as \(wanted)", at: offset,
        help: Self.help(for: base))
    }
    if !column.takesNull, try schema.mayBeNull(found.table, found.number) {
      return fault(
        "the column '\(found.name)' may be NULL, and is read as \(Self.swiftName(column.type))", at: offset,
        help: "declare it optional, or use coalesce")
    }
    return nil
  }

  /// The message for people, beginning with a line that editors understand.
  ///
  /// - Parameter offset: bytes of the text; nil for the query as a whole.
  private func fault(_ message: String, at offset: Int?, help: String? = nil) -> String {
    let location = SQLLocation(in: source, offset: offset.map(sourceOffset) ?? 0, line: line, column: column)
    return "\(path):\(location.line):\(location.column): error: \(message)\n\(location.listing(help: help))"
  }

  /// An error reported by the server, at its position, or at the parameter whose number it mentions.
  private func fault(_ error: AdministrationError) -> String {
    let numbers = error.reason.split(separator: "$").dropFirst().map { Int($0.prefix { ("0"..."9").contains($0) }) }
    var (offset, help) = (error.offset(in: text), error.hint)
    if case let number?? = numbers.first, parameters.indices.contains(number - 1) {
      let name = parameters[number - 1].name
      offset = offset ?? self.offset(ofParameter: number)
      help = help ?? "$\(number) is :\(name); where its type cannot be inferred, write :\(name)::text or the like"
    }
    return fault("the database refuses the query '\(name)': \(error.reason)", at: offset, help: help)
  }
}

/// The database's types and tables, each queried once.
private struct LiveSchema {
  let server: Administration
  private var types: [UInt32: UInt32] = [:]
  private var nullable: [UInt32: Set<Int>] = [:]

  init(server: Administration) { self.server = server }

  /// The type to pass to ``PostgresDecodable/isRead(from:)``.
  mutating func base(of type: UInt32) throws -> UInt32 {
    if type < PostgresType.firstOwn { return type }
    if let known = types[type] { return known }
    let base = try server.value(
      """
      WITH RECURSIVE base AS (
        SELECT * FROM pg_type WHERE oid = $1::oid
        UNION ALL SELECT t.* FROM base AS b JOIN pg_type AS t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
      SELECT CASE WHEN b.typtype = 'e' THEN 'anyenum'::regtype::oid
        WHEN e.typtype = 'e' AND e.typarray = b.oid THEN 'anyarray'::regtype::oid ELSE b.oid END
      FROM base AS b LEFT JOIN pg_type AS e ON e.oid = b.typelem WHERE b.typtype <> 'd'
      """, ["\(type)"])
    let result = base.flatMap { UInt32($0) } ?? type
    types[type] = result
    return result
  }

  /// Whether a column of a table may be NULL, by its declaration.
  mutating func mayBeNull(_ table: UInt32, _ column: Int) throws -> Bool {
    if table == 0 { return false }
    if let known = nullable[table] { return known.contains(column) }
    // A view's columns are never declared NOT NULL.
    let rows = try server.rows(
      """
      SELECT a.attnum FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
      JOIN pg_type AS t ON t.oid = a.atttypid
      WHERE c.oid = $1::oid AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attnotnull AND NOT t.typnotnull
      """, ["\(table)"])
    let columns = Set(rows.compactMap { $0[0].flatMap { Int($0) } })
    nullable[table] = columns
    return columns.contains(column)
  }
}

/// What will be generated for a service's Queries.sql, every text and name chosen.
public struct QueriesPlan: Sendable {
  /// The service's name in Swift: `Products`.
  public let service: String
  /// The file, from the package's root on.
  public let source: String
  /// The modules whose types are named.
  public let imports: [String]
  /// The records that rows are read as.
  public let records: [RowPlan]
  public let queries: [QueryPlan]

  /// The runtime's types that generated queries name: what is imported of them, and from where, is said where a type of
  /// a contract's has the same name.
  public static let runtimeNames = [
    "Bytes": "struct ServicePostgres", "PostgresEnum": "struct ServicePostgres",
    "PostgresIntegerEnum": "struct ServicePostgres", "PostgresJSON": "struct ServicePostgres",
    "QueryCheck": "struct ServicePostgres", "Resources": "struct ServiceDefinition",
    "ResultRow": "struct ServicePostgres", "SQL": "struct ServicePostgres", "SQLSession": "protocol ServicePostgres",
  ]

  public init(service: String, source: String, imports: [String], records: [RowPlan], queries: [QueryPlan]) {
    (self.service, self.source, self.imports) = (service, source, imports)
    (self.records, self.queries) = (records, queries)
  }
}

/// A value as PostgreSQL knows it, and how Swift's is made of it.
public indirect enum SQLValuePlan: Sendable, Equatable {
  /// A type of the runtime's, with its name in SQL.
  case plain(String, sql: String)
  case enumeration(String)
  case integerEnumeration(String)
  /// An enum that takes other values too: a text.
  case openEnumeration(String)
  case json(String)
  case array(SQLValuePlan)
  case optional(SQLValuePlan)

  /// The type that columns are read as, and parameters are written as.
  public var swift: String {
    switch self {
    case .plain(let name, _): name
    case .enumeration(let name): "PostgresEnum<\(name)>"
    case .integerEnumeration(let name): "PostgresIntegerEnum<\(name)>"
    case .openEnumeration: "String"
    case .json(let name): "PostgresJSON<\(name)>"
    case .array(let element): "[\(element.swift)]"
    case .optional(let value): value.swift + "?"
    }
  }

  /// The type's name in SQL.
  public var sql: String {
    switch self {
    case .plain(_, let sql): sql
    case .enumeration, .openEnumeration: "text"
    case .integerEnumeration: "bigint"
    case .json: "jsonb"
    case .array(let element): element.sql + "[]"
    case .optional(let value): value.sql
    }
  }

  public var isOptional: Bool { if case .optional = self { true } else { false } }

  /// The same where it is known not to be null.
  public var present: SQLValuePlan { if case .optional(let value) = self { value } else { self } }

  private var isPlain: Bool {
    switch self {
    case .plain: true
    case .array(let element), .optional(let element): element.isPlain
    default: false
    }
  }

  /// The parameter that is made of a Swift value.
  public func written(_ value: String) -> String {
    switch self {
    case _ where isPlain: value
    case .enumeration, .integerEnumeration, .json: "\(swift.prefix { $0 != "<" })(\(value))"
    case .openEnumeration: value + ".rawValue"
    case .array(let element): value + ".map { \(element.written("$0")) }"
    case .optional(.array(let element)): value + "?.map { \(element.written("$0")) }"
    case .optional(.openEnumeration): value + "?.rawValue"
    case .optional(let inner): value + ".map { \(inner.written("$0")) }"
    case .plain: value
    }
  }

  /// The Swift value of what was read of a column.
  public func read(_ value: String) -> String {
    switch self {
    case _ where isPlain: value
    case .enumeration, .integerEnumeration, .json: value + ".value"
    case .openEnumeration(let name): "\(name)(rawValue: \(value))"
    case .array(let element): value + ".map { \(element.read("$0")) }"
    case .optional(.array(let element)): value + "?.map { \(element.read("$0")) }"
    case .optional(.openEnumeration(let name)): value + ".map { \(name)(rawValue: $0) }"
    case .optional(let inner): inner.read(value + "?")
    case .plain: value
    }
  }
}

/// A column of a row, and what it becomes.
public struct ColumnPlan: Sendable {
  public let name: String
  /// The argument or property it is for.
  public let label: String
  public let value: SQLValuePlan
  /// Whether absent, null and a value are three states in Swift.
  public let isNullable: Bool

  public init(name: String, label: String, value: SQLValuePlan, isNullable: Bool = false) {
    (self.name, self.label, self.value, self.isNullable) = (name, label, value, isNullable)
  }
}

/// A record that is read from columns of its properties' names.
public struct RowPlan: Sendable {
  public let type: String
  public let columns: [ColumnPlan]

  public init(type: String, columns: [ColumnPlan]) { (self.type, self.columns) = (type, columns) }

  /// The columns of which one is not NULL where there is such a record.
  public var required: [ColumnPlan] {
    let required = columns.filter { !$0.value.isOptional }
    return required.isEmpty ? columns : required
  }
}

/// One query: a function, what it sends, and what it makes of what comes back.
public struct QueryPlan: Sendable {
  public enum Row: Sendable {
    case record(RowPlan)
    case value(ColumnPlan, type: String)
    /// A row that the query's head declares: a struct of this name.
    case declared(name: String, [Field])
  }

  public struct Field: Sendable {
    public enum Content: Sendable {
      case value(ColumnPlan)
      case record(RowPlan, isOptional: Bool)
    }

    public let label: String
    public let type: String
    public let content: Content

    public init(label: String, type: String, content: Content) {
      (self.label, self.type, self.content) = (label, type, content)
    }
  }

  public enum Result: Sendable {
    case nothing, count
    case one(Row)
    case first(Row)
    case all(Row)

    public var row: Row? {
      switch self {
      case .nothing, .count: nil
      case .one(let row), .first(let row), .all(let row): row
      }
    }
  }

  /// When a line is sent.
  public enum Condition: Sendable {
    /// There is a value, which is then called `local`.
    case present(value: String, local: String)
    case equal(value: String, cases: [String])
  }

  public enum Piece: Sendable, Equatable {
    case text(String)
    /// A parameter: what makes it, and its number where the whole text is fixed.
    case value(String, number: Int)
  }

  public let name: String
  public let doc: [String]
  public let parameters: [(label: String, type: String)]
  public let result: Result
  /// The text cut where lines are conditional; one part without a condition where none is.
  public let parts: [(condition: Condition?, pieces: [Piece])]
  public let source: QuerySource
  public let checks: [QueryCheckPlan]

  public init(
    name: String, doc: [String], parameters: [(label: String, type: String)], result: Result,
    parts: [(condition: Condition?, pieces: [Piece])], source: QuerySource, checks: [QueryCheckPlan]
  ) {
    (self.name, self.doc, self.parameters, self.result) = (name, doc, parameters, result)
    (self.parts, self.source, self.checks) = (parts, source, checks)
  }

  /// Whether the text is the same at every call.
  public var isFixed: Bool { parts.allSatisfy { $0.condition == nil } }
}

/// What the file says, and where.
public struct QuerySource: Sendable {
  public let line: Int
  public let column: Int
  public let text: String

  public init(line: Int, column: Int, text: String) { (self.line, self.column, self.text) = (line, column, text) }
}

/// A text that a query can send, for the check against the live schema.
public struct QueryCheckPlan: Sendable {
  public let text: String
  /// What stands in the text in the place of what the file says, in bytes.
  public let splices: [(start: Int, length: Int, source: Int, sourceLength: Int)]
  public let parameters: [(name: String, type: String)]

  public init(
    text: String, splices: [(start: Int, length: Int, source: Int, sourceLength: Int)],
    parameters: [(name: String, type: String)]
  ) {
    (self.text, self.splices, self.parameters) = (text, splices, parameters)
  }
}

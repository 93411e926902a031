import ServiceCore

/// How a row becomes a value: the columns it is read from, by name and type, and what is made of them.
///
///     let shape = RowShape("id", "name", "price") { Product(id: $0, name: $1, price: $2) }
///
/// The closure's parameters are the columns' types; one that may be NULL is optional. Written into a statement's text,
/// a shape is its columns' names.
public struct RowShape<Output: Sendable>: Sendable {
  let columns: [StatementCheck.Column]
  let make: @Sendable (ResultRow) throws -> Output

  private init(columns: [StatementCheck.Column], make: @escaping @Sendable (ResultRow) throws -> Output) {
    self.columns = columns
    self.make = make
  }

  /// - Parameters:
  ///   - names: the columns' names in the order of the closure's parameters.
  ///   - make: makes the value; it may throw what a row that makes no sense deserves.
  public init<each Value: PostgresDecodable>(
    _ names: String..., make: @escaping @Sendable (repeat each Value) throws -> Output
  ) {
    var columns: [StatementCheck.Column] = []
    func add<One: PostgresDecodable>(_: One.Type) {
      // A name too few shows when the statement is checked.
      let name = columns.count < names.count ? names[columns.count] : "(column \(columns.count + 1) has no name)"
      columns.append(StatementCheck.Column(name: name, type: "\(One.self)", isRead: One.isRead))
    }
    repeat add((each Value).self)
    for name in names.dropFirst(columns.count) {
      columns.append(
        StatementCheck.Column(name: name, type: "any value: the shape has more names", isRead: { _ in false }))
    }
    self.columns = columns
    self.make = { row in
      var place = 0
      func next<One: PostgresDecodable>(_: One.Type) throws -> One {
        defer { place += 1 }
        return try row.get(names[place], hint: place, One.self)
      }
      return try make(repeat try next((each Value).self))
    }
  }
}

extension RowShape {
  /// A shape of this one's columns and one more.
  public func and<Value: PostgresDecodable, Other: Sendable>(
    _ name: String, make: @escaping @Sendable (Output, Value) throws -> Other
  ) -> RowShape<Other> {
    let column = StatementCheck.Column(name: name, type: "\(Value.self)", isRead: Value.isRead)
    let (place, first) = (columns.count, self.make)
    return RowShape<Other>(columns: columns + [column]) { row in
      try make(try first(row), try row.get(name, hint: place, Value.self))
    }
  }
}

/// The place of a value in a prepared statement's text.
public struct Parameter<Value: PostgresEncodable>: Sendable {
  let number: Int
}

/// A statement that is known before the service starts, and held against the live schema then: its text, the values it
/// takes and the rows it gives.
///
///     find = database.prepare(shape) { id in "SELECT \(shape) FROM products WHERE id = \(id)" }
///     let product = try await session.first(find, productID)
public struct Statement<Output: Sendable, each Input: PostgresEncodable>: Sendable {
  let text: String
  let make: @Sendable (ResultRow) throws -> Output

  func filled(_ values: repeat each Input) -> SQL {
    var parameters: [String?] = []
    repeat parameters.append((each values).postgresText)
    return SQL(compiled: text, parameters: parameters)
  }
}

extension Database {
  /// Prepares a statement that gives rows.
  ///
  /// Do it while the service is made: what was prepared by then is checked before the first request.
  /// - Parameter text: the statement, with the given places where its values go.
  public func prepare<Output: Sendable, each Input: PostgresEncodable>(
    _ shape: RowShape<Output>, file: String = #fileID, line: Int = #line, column: Int = #column,
    _ text: (repeat Parameter<each Input>) -> SQL
  ) -> Statement<Output, repeat each Input> {
    var parameters: [StatementCheck.Parameter] = []
    func next<One: PostgresEncodable>(_: One.Type) -> Parameter<One> {
      parameters.append(StatementCheck.Parameter(type: "\(One.self)", isWritten: One.isWritten))
      return Parameter(number: parameters.count)
    }
    let statement = text(repeat next((each Input).self))
    register(
      StatementCheck(
        file: file, line: line, column: column, statement: statement, parameters: parameters,
        columns: shape.columns))
    return Statement(text: statement.text, make: shape.make)
  }

  /// Prepares a statement that gives no rows.
  public func prepare<each Input: PostgresEncodable>(
    file: String = #fileID, line: Int = #line, column: Int = #column, _ text: (repeat Parameter<each Input>) -> SQL
  ) -> Statement<Void, repeat each Input> {
    prepare(RowShape<Void> {}, file: file, line: line, column: column, text)
  }
}

extension SQLSession {
  /// Runs a prepared statement and gives its rows.
  public func query<Output: Sendable, each Input: PostgresEncodable>(
    _ statement: Statement<Output, repeat each Input>, _ values: repeat each Input
  ) async throws -> [Output] {
    let rows = try await query(statement.filled(repeat each values))
    return try rows.map(statement.make)
  }

  /// Runs a prepared statement and gives the first of its rows, if there is one.
  public func first<Output: Sendable, each Input: PostgresEncodable>(
    _ statement: Statement<Output, repeat each Input>, _ values: repeat each Input
  ) async throws -> Output? {
    let rows = try await query(statement.filled(repeat each values))
    return try rows.first.map(statement.make)
  }

  /// Runs a prepared statement and gives the number of rows it touched.
  @discardableResult
  public func execute<Output: Sendable, each Input: PostgresEncodable>(
    _ statement: Statement<Output, repeat each Input>, _ values: repeat each Input
  ) async throws -> Int {
    try await execute(statement.filled(repeat each values))
  }
}

import CPostgres
import ServiceCore

/// A libpq result, freed with its last row.
///
/// `@unchecked`: a result is complete before it comes here, and libpq allows any thread to read a complete one.
@usableFromInline final class ResultSet: @unchecked Sendable {
  private let pointer: OpaquePointer
  let columns: Columns
  @usableFromInline let count: Int

  /// - Parameter columns: those of an earlier result of the same statement; nil when there was none.
  init(_ pointer: OpaquePointer, columns: Columns?) {
    self.pointer = pointer
    self.columns = columns ?? Columns(pointer)
    count = Int(PQntuples(pointer))
  }

  deinit { PQclear(pointer) }

  /// The command's tag, such as `UPDATE 1`.
  var tag: String { String(cString: PQcmdStatus(pointer)) }

  /// The number of affected rows.
  var touched: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

  func cell(row: Int32, column: Int) -> Cell {
    let index = Int32(truncatingIfNeeded: column)
    let type = columns.types[column]
    guard PQgetisnull(pointer, row, index) == 0, let start = PQgetvalue(pointer, row, index) else {
      return Cell(bytes: nil, type: type)
    }
    let raw = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, index)))
    return Cell(bytes: raw.bindMemory(to: UInt8.self), type: type)
  }

  /// The content of a cell. Its bytes belong to the result, and are valid as long as that is.
  @usableFromInline struct Cell {
    /// Nil for NULL.
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>?
    @usableFromInline let type: UInt32

    /// Why it could not be read, for people.
    func fault<Value: PostgresDecodable>(_: Value.Type) -> String {
      guard let bytes else { return "is NULL" }
      let name = QueryCheck.swiftName(Value.self)
      if let fault = Value.fault(postgres: bytes.span, type: type) { return "cannot be read as \(name): \(fault)" }
      return Value.isRead(from: type)
        ? "holds a value that \(name) cannot express" : "has the type \(type), which cannot be read as \(name)"
    }
  }
}

/// The columns of a result, shared by all results of a statement.
final class Columns: Sendable {
  let names: [String]
  let types: [UInt32]

  init(_ result: OpaquePointer) {
    let width = PQnfields(result)
    names = (0..<width).map { String(cString: PQfname(result, $0)) }
    types = (0..<width).map { PQftype(result, $0) }
  }

  func index(of name: String, hint: Int) -> Int? { Self.index(of: name, hint: hint, in: names) }

  /// The index of a column; `hint` is tried first, and is the only one tried where the name is empty.
  static func index(of name: String, hint: Int, in names: [String]) -> Int? {
    guard names.indices.contains(hint) else { return name.isEmpty ? nil : names.firstIndex(of: name) }
    return names[hint] == name || name.isEmpty ? hint : names.firstIndex(of: name)
  }
}

/// The rows of a result. They are read where libpq has put them.
public struct ResultRows: RandomAccessCollection, Sendable {
  @usableFromInline let result: ResultSet

  init(_ result: ResultSet) { self.result = result }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { result.count }

  @inlinable public subscript(index: Int) -> ResultRow {
    precondition(index >= 0 && index < result.count, "there is no such row")
    return ResultRow(result, Int32(truncatingIfNeeded: index))
  }
}

/// One row of a result, its values in PostgreSQL's binary format until they are read.
public struct ResultRow: Sendable {
  let result: ResultSet
  let index: Int32

  @usableFromInline init(_ result: ResultSet, _ index: Int32) {
    self.result = result
    self.index = index
  }

  /// The value of a column.
  ///
  /// - Throws: ``PostgresError/unexpectedColumn(_:)`` when the column does not exist, has another type, holds a value
  ///   that the type cannot express, or is NULL and the type is not optional.
  public func get<Value: PostgresDecodable>(_ name: String, _ type: Value.Type = Value.self) throws -> Value {
    try get(name, hint: 0, type)
  }

  /// The value of a column whose index is likely to be `hint`, counted from 0; only the index counts where the name is
  /// empty, as for a query whose one column is read.
  ///
  /// - Throws: ``PostgresError/unexpectedColumn(_:)``.
  @inlinable
  public func get<Value: PostgresDecodable>(_ name: String, hint: Int, _ type: Value.Type) throws -> Value {
    // Inlinable, like the functions that it calls: a type that is only known at run time costs more than the value.
    let cell = try cell(name, hint: hint)
    defer { withExtendedLifetime(self) {} }
    if let value = cell.bytes.map({ Value(postgres: $0.span, type: cell.type) }) ?? Value.null { return value }
    throw fault(name, cell, type)
  }

  @usableFromInline func cell(_ name: String, hint: Int) throws -> ResultSet.Cell {
    guard let column = result.columns.index(of: name, hint: hint) else {
      throw PostgresError.unexpectedColumn(
        "there is no column '\(name)' among \(result.columns.names.joined(separator: ", "))")
    }
    return result.cell(row: index, column: column)
  }

  @usableFromInline func fault<Value: PostgresDecodable>(
    _ name: String, _ cell: ResultSet.Cell, _ type: Value.Type
  ) -> PostgresError {
    .unexpectedColumn("the column '\(name)' \(cell.fault(type))")
  }
}

extension SQLSession {
  /// Runs a query that returns exactly one row.
  ///
  /// - Parameter name: the query's name in errors.
  /// - Throws: ``PostgresError/unexpectedColumn(_:)`` for no row and for several.
  public func one(_ query: SQL, _ name: StaticString) async throws -> ResultRow {
    let rows = try await self.query(query)
    guard rows.count == 1 else {
      throw PostgresError.unexpectedColumn("the query '\(name)' must return one row, and returned \(rows.count)")
    }
    return rows[0]
  }
}

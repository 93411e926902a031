import CPostgres
import ServiceCore

/// A result of libpq's, freed when no row of it is left.
///
/// `@unchecked`: a result is complete before it comes here, and libpq lets any thread read one that is.
final class ResultSet: @unchecked Sendable {
  private let pointer: OpaquePointer
  let columns: Columns

  /// - Parameter columns: those of an earlier result of the same statement; nil when there was none.
  init(_ pointer: OpaquePointer, columns: Columns?) {
    self.pointer = pointer
    self.columns = columns ?? Columns(pointer)
  }

  deinit { PQclear(pointer) }

  var count: Int { Int(PQntuples(pointer)) }
  var rows: [ResultRow] { (0..<count).map { ResultRow(result: self, index: Int32($0)) } }

  /// The command's tag, such as `UPDATE 1`.
  var tag: String { String(cString: PQcmdStatus(pointer)) }

  /// How many rows the command touched.
  var touched: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

  /// The value in a cell; nil when the type is not read from the column's. A NULL is ``PostgresDecodable/null``.
  func value<Value: PostgresDecodable>(row: Int32, column: Int, _: Value.Type) -> Value? {
    let place = Int32(truncatingIfNeeded: column)
    guard PQgetisnull(pointer, row, place) == 0, let start = PQgetvalue(pointer, row, place) else { return Value.null }
    // The bytes stay where they are as long as this object does.
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, place)))
    return bytes.withMemoryRebound(to: UInt8.self) { Value(postgres: $0.span, type: columns.types[column]) }
  }

  func isNull(row: Int32, column: Int) -> Bool { PQgetisnull(pointer, row, Int32(truncatingIfNeeded: column)) == 1 }
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

  /// Where a column is; `hint` is looked at first.
  func index(of name: String, hint: Int = 0) -> Int? {
    if hint < names.count, names[hint] == name { return hint }
    return names.firstIndex(of: name)
  }
}

/// One row of a result, its values in PostgreSQL's binary format until they are asked for.
public struct ResultRow: Sendable {
  let result: ResultSet
  let index: Int32

  /// The value of a column.
  ///
  /// - Throws: ``PostgresError/unexpectedColumn(_:)`` when the column is not there, is of another type, or is NULL and
  ///   the type is not an optional one.
  public func get<Value: PostgresDecodable>(_ name: String, _ type: Value.Type = Value.self) throws -> Value {
    try get(name, hint: 0, type)
  }

  /// - Parameter hint: where the column is likely to be.
  func get<Value: PostgresDecodable>(_ name: String, hint: Int, _ type: Value.Type) throws -> Value {
    guard let column = result.columns.index(of: name, hint: hint) else {
      throw PostgresError.unexpectedColumn(
        "there is no column '\(name)' among \(result.columns.names.joined(separator: ", "))")
    }
    if let value = result.value(row: index, column: column, type) { return value }
    if result.isNull(row: index, column: column) {
      throw PostgresError.unexpectedColumn("the column '\(name)' is NULL")
    }
    throw PostgresError.unexpectedColumn(
      "the column '\(name)' has the type \(result.columns.types[column]), which is not read as \(Value.self)")
  }
}

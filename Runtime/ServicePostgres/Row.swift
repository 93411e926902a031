import ServiceCore

/// The columns of a result, shared by its rows.
final class Columns: Sendable {
  let names: [String]
  let types: [UInt32]

  init(names: [String], types: [UInt32]) {
    self.names = names
    self.types = types
  }
}

/// One row of a result, its values in PostgreSQL's binary format until they are asked for.
public struct Row: Sendable {
  let columns: Columns
  let cells: [[UInt8]?]

  /// The value of a column.
  ///
  /// - Throws: ``PostgresError/unexpectedColumn(_:)`` when the column is not there, is NULL, or is of another type.
  public func get<Value: PostgresDecodable>(_ name: String, _ type: Value.Type = Value.self) throws -> Value {
    guard let value = try getOptional(name, type) else {
      throw PostgresError.unexpectedColumn("the column '\(name)' is NULL")
    }
    return value
  }

  /// The value of a column that may be NULL.
  public func getOptional<Value: PostgresDecodable>(_ name: String, _ type: Value.Type = Value.self) throws -> Value? {
    guard let index = columns.names.firstIndex(of: name) else {
      throw PostgresError.unexpectedColumn(
        "there is no column '\(name)' among \(columns.names.joined(separator: ", "))")
    }
    guard let cell = cells[index] else { return nil }
    guard let value = Value(postgres: cell[...], type: columns.types[index]) else {
      throw PostgresError.unexpectedColumn(
        "the column '\(name)' has the type \(columns.types[index]), which is not read as \(Value.self)")
    }
    return value
  }
}

/// A value that can be read from a column in PostgreSQL's binary format.
public protocol PostgresDecodable: Sendable {
  /// - Parameter type: the column's type by its object id in `pg_type`.
  init?(postgres bytes: ArraySlice<UInt8>, type: UInt32)
}

/// The object ids of the types that are read (`pg_type.dat`).
enum PostgresType {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let varchar: UInt32 = 1043
  static let timestamptz: UInt32 = 1184
  static let numeric: UInt32 = 1700
  static let uuid: UInt32 = 2950
}

extension FixedWidthInteger {
  /// The big-endian integer that `bytes` are; nil when their number is not the integer's.
  init?(bigEndian bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.bitWidth / 8 else { return nil }
    self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
  }
}

extension Int: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    switch type {
    case PostgresType.int8: self.init(bigEndian: bytes)
    case PostgresType.int4: self.init(Int32(bigEndian: bytes) ?? 0)
    case PostgresType.int2: self.init(Int16(bigEndian: bytes) ?? 0)
    default: return nil
    }
  }
}

extension Bool: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    guard type == PostgresType.bool, let byte = bytes.first else { return nil }
    self = byte != 0
  }
}

extension String: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    guard type == PostgresType.text || type == PostgresType.varchar else { return nil }
    self.init(validating: bytes, as: UTF8.self)
  }
}

extension Bytes: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    guard type == PostgresType.bytea else { return nil }
    self.init(Array(bytes))
  }
}

extension Uuid: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    guard type == PostgresType.uuid, bytes.count == 16, let high = UInt64(bigEndian: bytes.prefix(8)),
      let low = UInt64(bigEndian: bytes.suffix(8))
    else { return nil }
    self.init(high: high, low: low)
  }
}

extension Timestamp: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    // Microseconds since 2000-01-01; infinity has no place on the wire.
    guard type == PostgresType.timestamptz, let value = Int(bigEndian: bytes), value != .max, value != .min else {
      return nil
    }
    self.init(microseconds: value + 946_684_800_000_000)
  }
}

extension ExactDecimal: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    guard type == PostgresType.numeric, bytes.count >= 8 else { return nil }
    let words = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
      Int(Int16(truncatingIfNeeded: Int(bytes[index]) << 8 | Int(bytes[index + 1])))
    }
    // ndigits, weight, sign, dscale, then digits of base 10,000.
    guard words[2] == 0 || words[2] == 0x4000, words.count == words[0] + 4 else { return nil }
    let digits = words[4...].map { digit in
      String(repeating: "0", count: 4 - String(digit).utf8.count) + String(digit)
    }.joined()
    let exponent = (words[1] - words[0] + 1) * 4
    self.init((words[2] == 0 ? "" : "-") + (digits.isEmpty ? "0" : digits) + "e\(digits.isEmpty ? 0 : exponent)")
  }
}

/// Arrays of one dimension, without NULLs.
extension Array: PostgresDecodable where Element: PostgresDecodable {
  public init?(postgres bytes: ArraySlice<UInt8>, type: UInt32) {
    var rest = bytes
    func word() -> Int? {
      guard let value = Int32(bigEndian: rest.prefix(4)) else { return nil }
      rest = rest.dropFirst(4)
      return Int(value)
    }
    guard let dimensions = word(), dimensions <= 1, word() != nil, let element = word() else { return nil }
    self = []
    if dimensions == 0 { return }
    guard let count = word(), word() != nil else { return nil }
    for _ in 0..<count {
      guard let size = word(), size >= 0, rest.count >= size,
        let value = Element(postgres: rest.prefix(size), type: UInt32(element))
      else { return nil }
      append(value)
      rest = rest.dropFirst(size)
    }
  }
}

/// A value in a cursor: an `Int`, `Bool`, `String`, `Uuid`, `Timestamp` or `ExactDecimal`, or an optional of one.
///
/// Each value is written as a byte for its type, its length, and its bytes: a cursor made by an earlier version of a
/// service is never read as another type.
public protocol CursorValue: Sendable {
  func write(_ cursor: inout CursorWriter)
  static func read(_ cursor: inout CursorReader) throws(CursorError) -> Self
}

/// A cursor that does not contain the key that its list is sorted by.
public struct CursorError: Error {}

/// Writes the values of a cursor.
public struct CursorWriter: Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ type: CursorType, _ value: some Collection<UInt8>) {
    bytes.append(type.rawValue)
    // Seven bits per byte, the lowest first; the top bit means that more follow.
    var count = value.count
    while count > 127 {
      bytes.append(UInt8(truncatingIfNeeded: count & 127 | 128))
      count >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: count))
    bytes += value
  }

  mutating func append(_ type: CursorType, _ value: some FixedWidthInteger) {
    append(type, stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) })
  }
}

/// Reads the values of a cursor.
public struct CursorReader: Sendable {
  var rest: ArraySlice<UInt8>

  /// Whether the next value has this type; a value without bytes is then consumed.
  mutating func skip(_ type: CursorType) -> Bool {
    guard rest.starts(with: [type.rawValue, 0]) else { return false }
    rest = rest.dropFirst(2)
    return true
  }

  mutating func value(_ type: CursorType) throws(CursorError) -> ArraySlice<UInt8> {
    guard rest.popFirst() == type.rawValue else { throw CursorError() }
    var count = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      guard let byte = rest.popFirst() else { throw CursorError() }
      count |= Int(byte & 127) << shift
      guard byte < 128 else { continue }
      let value = rest.prefix(count)
      guard value.count == count else { throw CursorError() }
      rest = rest.dropFirst(count)
      return value
    }
    throw CursorError()
  }

  mutating func integer<Value: FixedWidthInteger>(_ type: CursorType) throws(CursorError) -> Value {
    let bytes = try value(type)
    guard bytes.count == Value.bitWidth / 8 else { throw CursorError() }
    return bytes.reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  mutating func text(_ type: CursorType) throws(CursorError) -> String {
    guard let text = String(validating: try value(type), as: UTF8.self) else { throw CursorError() }
    return text
  }
}

/// The byte before a value. A number is never reused for another type.
enum CursorType: UInt8 {
  case none, integer, boolean, text, uuid, timestamp, decimal
}

extension Int: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.integer, self) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> Int { try cursor.integer(.integer) }
}

extension Bool: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.boolean, UInt8(self ? 1 : 0)) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> Bool {
    try cursor.integer(.boolean) as UInt8 != 0
  }
}

extension String: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.text, utf8) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> String { try cursor.text(.text) }
}

extension Uuid: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.uuid, UInt128(high) << 64 | UInt128(low)) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> Uuid {
    let bits: UInt128 = try cursor.integer(.uuid)
    return Uuid(high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
  }
}

extension Timestamp: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.timestamp, microseconds) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> Timestamp {
    Timestamp(microseconds: try cursor.integer(.timestamp))
  }
}

extension ExactDecimal: CursorValue {
  public func write(_ cursor: inout CursorWriter) { cursor.append(.decimal, "\(significand)e\(exponent)".utf8) }
  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> ExactDecimal {
    guard let value = ExactDecimal(try cursor.text(.decimal)) else { throw CursorError() }
    return value
  }
}

extension Optional: CursorValue where Wrapped: CursorValue {
  public func write(_ cursor: inout CursorWriter) {
    if let self { self.write(&cursor) } else { cursor.append(.none, EmptyCollection<UInt8>()) }
  }

  public static func read(_ cursor: inout CursorReader) throws(CursorError) -> Wrapped? {
    cursor.skip(.none) ? nil : try Wrapped.read(&cursor)
  }
}

import ServiceCore

/// A value that can be read from a column in PostgreSQL's binary format. An optional one may be NULL.
public protocol PostgresDecodable: Sendable {
  /// Whether columns of a type, by its object id in `pg_type`, are read as this.
  static func isRead(from type: UInt32) -> Bool
  /// What NULL is; nil when it is not read as this.
  static var null: Self? { get }
  /// - Parameter type: the column's type by its object id in `pg_type`.
  init?(postgres bytes: Span<UInt8>, type: UInt32)
}

extension PostgresDecodable {
  public static var null: Self? { nil }
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

  /// The type of an array's elements, by the array's own.
  static let elements: [UInt32: UInt32] = [
    1000: bool, 1001: bytea, 1005: int2, 1007: int4, 1009: text, 1015: varchar, 1016: int8, 1185: timestamptz,
    1231: numeric, 2951: uuid,
  ]
}

extension FixedWidthInteger {
  /// The big-endian integer that `bytes` are; nil when their number is not the integer's.
  init?(bigEndian bytes: Span<UInt8>) {
    guard bytes.count == Self.bitWidth / 8 else { return nil }
    var value: Self = 0
    for index in bytes.indices { value = value << 8 | Self(truncatingIfNeeded: bytes[index]) }
    self = value
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { Wrapped.isRead(from: type) }
  public static var null: Self? { .some(nil) }
  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard let value = Wrapped(postgres: bytes, type: type) else { return nil }
    self = value
  }
}

extension Int: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool {
    type == PostgresType.int8 || type == PostgresType.int4 || type == PostgresType.int2
  }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    switch type {
    case PostgresType.int8: self.init(bigEndian: bytes)
    case PostgresType.int4: self.init(Int32(bigEndian: bytes) ?? 0)
    case PostgresType.int2: self.init(Int16(bigEndian: bytes) ?? 0)
    default: return nil
    }
  }
}

extension Bool: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.bool }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard type == PostgresType.bool, bytes.count == 1 else { return nil }
    self = bytes[0] != 0
  }
}

extension String: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.text || type == PostgresType.varchar }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard Self.isRead(from: type), let text = try? UTF8Span(validating: bytes) else { return nil }
    self.init(copying: text)
  }
}

extension Bytes: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.bytea }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard type == PostgresType.bytea else { return nil }
    self.init(bytes.withUnsafeBufferPointer { Array($0) })
  }
}

extension Uuid: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.uuid }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard type == PostgresType.uuid, bytes.count == 16, let high = UInt64(bigEndian: bytes.extracting(first: 8)),
      let low = UInt64(bigEndian: bytes.extracting(last: 8))
    else { return nil }
    self.init(high: high, low: low)
  }
}

extension Timestamp: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.timestamptz }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    // Microseconds since 2000-01-01; infinity has no place on the wire.
    guard type == PostgresType.timestamptz, let value = Int(bigEndian: bytes), value != .max, value != .min else {
      return nil
    }
    self.init(microseconds: value + 946_684_800_000_000)
  }
}

extension ExactDecimal: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.numeric }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard type == PostgresType.numeric, bytes.count >= 8, bytes.count % 2 == 0 else { return nil }
    func word(_ index: Int) -> Int {
      Int(Int16(truncatingIfNeeded: Int(bytes[index * 2]) << 8 | Int(bytes[index * 2 + 1])))
    }
    // ndigits, weight, sign, dscale, then digits of base 10,000.
    let (count, weight, sign) = (word(0), word(1), word(2))
    guard sign == 0 || sign == 0x4000, bytes.count == (count + 4) * 2 else { return nil }
    if count <= 4, abs(weight) < 8 {
      // Up to 16 digits need no way over a text.
      var value: UInt64 = 0
      for place in 0..<count { value = value &* 10_000 &+ UInt64(clamping: word(place + 4)) }
      self.init(short: value, (weight - count + 1) * 4, isNegative: sign != 0)
    } else {
      var digits = sign == 0 ? "" : "-"
      for place in 0..<count {
        let digit = String(word(place + 4))
        digits += String(repeating: "0", count: max(0, 4 - digit.utf8.count)) + digit
      }
      self.init(digits + "e\((weight - count + 1) * 4)")
    }
  }
}

/// Arrays of one dimension; elements may be NULL where they are optional.
extension Array: PostgresDecodable where Element: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool {
    PostgresType.elements[type].map(Element.isRead) ?? false
  }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    var place = 0
    func word() -> Int? {
      guard bytes.count - place >= 4 else { return nil }
      place += 4
      return Int32(bigEndian: bytes.extracting(place - 4..<place)).map(Int.init)
    }
    guard let dimensions = word(), dimensions <= 1, word() != nil, let element = word() else { return nil }
    self = []
    if dimensions == 0 { return }
    guard let count = word(), count >= 0, word() != nil else { return nil }
    for _ in 0..<count {
      guard let size = word(), size <= bytes.count - place else { return nil }
      let value: Element?
      if size < 0 {
        value = Element.null
      } else {
        value = Element(postgres: bytes.extracting(place..<place + size), type: UInt32(truncatingIfNeeded: element))
        place += size
      }
      guard let value else { return nil }
      append(value)
    }
  }
}

import ServiceCore

/// A value that can be read from a column in PostgreSQL's binary format. An optional one may be NULL.
public protocol PostgresDecodable: Sendable {
  /// Whether columns of a type, by its object id in `pg_type`, can be read as this. For a domain its base type is
  /// passed, for an enum `anyenum`, and for an array of enums `anyarray`.
  static func isRead(from type: UInt32) -> Bool
  /// The value for NULL; nil when NULL cannot be read as this.
  static var null: Self? { get }
  /// - Parameter type: the column's type by its object id in `pg_type`.
  init?(postgres bytes: Span<UInt8>, type: UInt32)
  /// Why a value cannot be read although its column's type can, for people. Called only after reading failed.
  static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String?
}

extension PostgresDecodable {
  @inlinable public static var null: Self? { nil }
  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? { nil }
}

extension FixedWidthInteger {
  /// The big-endian integer in `bytes`; nil when their number does not match the integer's.
  init?(bigEndian bytes: Span<UInt8>) {
    guard bytes.count == Self.bitWidth / 8 else { return nil }
    self = bytes.withUnsafeBytes { Self(bigEndian: $0.loadUnaligned(as: Self.self)) }
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { Wrapped.isRead(from: type) }
  @inlinable public static var null: Self? { .some(nil) }
  @inlinable public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard let value = Wrapped(postgres: bytes, type: type) else { return nil }
    self = value
  }
  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    Wrapped.fault(postgres: bytes, type: type)
  }
}

extension Int: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool {
    type == PostgresType.int8 || type == PostgresType.int4 || type == PostgresType.int2
  }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    switch type {
    case PostgresType.int8: self.init(bigEndian: bytes)
    case PostgresType.int4:
      guard let value = Int32(bigEndian: bytes) else { return nil }
      self.init(value)
    case PostgresType.int2:
      guard let value = Int16(bigEndian: bytes) else { return nil }
      self.init(value)
    default: return nil
    }
  }
}

extension Double: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.float8 || type == PostgresType.float4 }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    switch type {
    case PostgresType.float8:
      guard let bits = UInt64(bigEndian: bytes) else { return nil }
      self.init(bitPattern: bits)
    case PostgresType.float4:
      guard let bits = UInt32(bigEndian: bytes) else { return nil }
      self.init(Float(bitPattern: bits))
    default: return nil
    }
    // Infinity and NaN cannot be expressed on the wire.
    guard isFinite else { return nil }
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    isRead(from: type) ? "it is infinite or not a number, which JSON cannot express" : nil
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

extension Base64: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { Bytes.isRead(from: type) }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard let read = Bytes(postgres: bytes, type: type) else { return nil }
    self.init(read.bytes)
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
    guard type == PostgresType.timestamptz, let value = Int(bigEndian: bytes) else { return nil }
    self.init(postgresMicroseconds: value)
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    isRead(from: type) ? "it is infinite or not of the years 0 to 9999, which RFC 3339 cannot express" : nil
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
      // Up to 16 digits need no intermediate text.
      var value: UInt64 = 0
      for index in 0..<count { value = value &* 10_000 &+ UInt64(clamping: word(index + 4)) }
      self.init(short: value, (weight - count + 1) * 4, isNegative: sign != 0)
    } else {
      var digits = sign == 0 ? "" : "-"
      for index in 0..<count {
        let digit = String(word(index + 4))
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

  @inlinable public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard var elements = ArrayElements(bytes) else { return nil }
    self = []
    reserveCapacity(elements.left)
    while elements.left > 0 {
      guard let range = elements.next(bytes) else { return nil }
      let value =
        elements.isNull ? Element.null : Element(postgres: bytes.extracting(range), type: elements.type)
      guard let value else { return nil }
      append(value)
    }
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    guard var elements = ArrayElements(bytes) else { return "it has several dimensions" }
    var number = 0
    while elements.left > 0, let range = elements.next(bytes) {
      number += 1
      if elements.isNull {
        if Element.null == nil { return "its element \(number) is NULL" }
      } else if Element(postgres: bytes.extracting(range), type: elements.type) == nil {
        return Element.fault(postgres: bytes.extracting(range), type: elements.type).map {
          "in its element \(number), \($0)"
        }
      }
    }
    return nil
  }
}

/// Iterates over an array in binary format: the number of its dimensions, whether there are NULLs, the type of its
/// elements, and for each dimension the length and the first index; then the elements, each preceded by its size.
@usableFromInline struct ArrayElements {
  @usableFromInline let type: UInt32
  @usableFromInline private(set) var left = 0
  /// Whether the last element was NULL.
  @usableFromInline private(set) var isNull = false
  private var offset = 12

  /// Nil for an array with several dimensions, and for malformed bytes.
  @usableFromInline init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= 12, let dimensions = Int32(bigEndian: bytes.extracting(0..<4)), dimensions <= 1,
      let type = UInt32(bigEndian: bytes.extracting(8..<12))
    else { return nil }
    self.type = type
    if dimensions == 0 { return }
    guard let count = word(bytes), count >= 0, word(bytes) != nil, count <= (bytes.count - offset) / 4 else {
      return nil
    }
    left = count
  }

  /// The range of the next element's bytes; nil for malformed bytes.
  @usableFromInline mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
    guard let size = word(bytes), size <= bytes.count - offset else { return nil }
    left -= 1
    isNull = size < 0
    defer { offset += max(0, size) }
    return offset..<offset + max(0, size)
  }

  private mutating func word(_ bytes: Span<UInt8>) -> Int? {
    guard bytes.count - offset >= 4 else { return nil }
    offset += 4
    return Int32(bigEndian: bytes.extracting(offset - 4..<offset)).map(Int.init)
  }
}

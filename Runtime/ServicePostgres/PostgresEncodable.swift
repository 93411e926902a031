import ServiceCore

/// A value that can be a statement's parameter. An optional one may be NULL.
public protocol PostgresEncodable: Sendable {
  /// The value in PostgreSQL's text format; nil is NULL.
  var postgresText: String? { get }
  /// The value as a parameter, in binary format where the statement accepts that.
  var postgresParameter: SQL.Parameter { get }
  /// Whether a parameter of a type, by its object id in `pg_type`, accepts this. For a domain its base type is passed,
  /// for an enum `anyenum`, and for an array of enums `anyarray`.
  static func isWritten(to type: UInt32) -> Bool
}

extension PostgresEncodable {
  public var postgresParameter: SQL.Parameter { postgresText.map(SQL.Parameter.text) ?? .null }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { self?.postgresParameter ?? .null }
  public var postgresText: String? { self?.postgresText }
  public static func isWritten(to type: UInt32) -> Bool { Wrapped.isWritten(to: type) }
}

extension String: PostgresEncodable {
  public var postgresText: String? { self }

  /// Types that Swift has an equivalent of are written from that; all others, such as date and inet, only from text.
  public static func isWritten(to type: UInt32) -> Bool {
    !PostgresType.typed.contains(type) && PostgresType.elements[type] == nil
  }
}

extension Int: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .integer(self) }
  public var postgresText: String? { String(self) }
  public static func isWritten(to type: UInt32) -> Bool {
    isRead(from: type) || type == PostgresType.numeric || Double.isWritten(to: type)
  }
}

extension Double: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .double(self) }
  public var postgresText: String? { "\(self)" }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension Bool: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .bool(self) }
  public var postgresText: String? { self ? "true" : "false" }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension Uuid: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .uuid(self) }
  public var postgresText: String? { description }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension Timestamp: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .timestamp(self) }
  public var postgresText: String? {
    let text = description
    // PostgreSQL writes years before 1 as BC, without a year 0.
    return text.utf8.starts(with: "0000-".utf8) ? "0001" + text.dropFirst(4) + " BC" : text
  }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension ExactDecimal: PostgresEncodable {
  public var postgresText: String? { description }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
  public var postgresParameter: SQL.Parameter { .array(map(\.postgresParameter)) }
  public var postgresText: String? { postgresParameter.text }
  public static func isWritten(to type: UInt32) -> Bool { PostgresType.elements[type].map(Element.isWritten) ?? false }
}

/// Bytes as a parameter of the type bytea.
public struct Bytes: PostgresEncodable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }

  public var postgresParameter: SQL.Parameter { .bytes(bytes) }

  public var postgresText: String? {
    var text = Array("\\x".utf8)
    text.reserveCapacity(2 * bytes.count + 2)
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Base64: PostgresEncodable {
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
  public var postgresText: String? { Bytes(bytes).postgresText }
  public var postgresParameter: SQL.Parameter { .bytes(bytes) }
}

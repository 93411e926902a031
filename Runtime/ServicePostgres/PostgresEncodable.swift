import ServiceCore

/// A value that can be a statement's parameter. An optional one may be NULL.
public protocol PostgresEncodable: Sendable {
  /// The value in PostgreSQL's text format; nil is NULL.
  var postgresText: String? { get }
  /// Whether a parameter of a type, by its object id in `pg_type`, can take this; true where nothing speaks against it.
  static func isWritten(to type: UInt32) -> Bool
}

extension PostgresEncodable {
  public static func isWritten(to type: UInt32) -> Bool { true }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  public var postgresText: String? { self?.postgresText }
  public static func isWritten(to type: UInt32) -> Bool { Wrapped.isWritten(to: type) }
}

extension String: PostgresEncodable { public var postgresText: String? { self } }

extension Int: PostgresEncodable {
  public var postgresText: String? { String(self) }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) || type == PostgresType.numeric }
}

extension Bool: PostgresEncodable {
  public var postgresText: String? { self ? "true" : "false" }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}

extension Uuid: PostgresEncodable {
  public var postgresText: String? { description }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) || String.isRead(from: type) }
}

extension Timestamp: PostgresEncodable {
  public var postgresText: String? { description }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) || String.isRead(from: type) }
}

extension ExactDecimal: PostgresEncodable {
  public var postgresText: String? { description }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) || String.isRead(from: type) }
}

extension StringEnum where Self: PostgresEncodable {
  public var postgresText: String? { rawValue }
}

/// An array as PostgreSQL writes it: every element quoted, quotes and backslashes escaped.
extension Array: PostgresEncodable where Element: PostgresEncodable {
  public var postgresText: String? {
    let items = map { item -> String in
      guard let text = item.postgresText else { return "NULL" }
      return "\"" + text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    return "{" + items.joined(separator: ",") + "}"
  }

  public static func isWritten(to type: UInt32) -> Bool {
    PostgresType.elements[type].map(Element.isWritten) ?? String.isRead(from: type)
  }
}

/// Bytes as a parameter of the type bytea.
public struct Bytes: PostgresEncodable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }

  public var postgresText: String? {
    var text = "\\x"
    for byte in bytes {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }
}

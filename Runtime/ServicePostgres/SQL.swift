import ServiceCore

/// A statement whose values are parameters: what is interpolated never becomes part of the text.
///
///     let statement: SQL = "SELECT name FROM products WHERE id = \(id)"
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// The statement with `$1`, `$2` where values were.
  public let text: String
  /// The values in PostgreSQL's text format; nil is NULL.
  public let parameters: [String?]

  private let pieces: [Piece]

  fileprivate enum Piece: Sendable {
    case text(String)
    case parameter(String?)
  }

  public init(stringLiteral value: StaticString) { self.init([.text(value.description)]) }

  public init(stringInterpolation: StringInterpolation) { self.init(stringInterpolation.pieces) }

  private init(_ pieces: [Piece]) {
    self.pieces = pieces
    var text = ""
    var parameters: [String?] = []
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .parameter(let value):
        parameters.append(value)
        text += "$\(parameters.count)"
      }
    }
    self.text = text
    self.parameters = parameters
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text(literal.description)) }

    public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
      pieces.append(.parameter(value?.postgresText))
    }

    /// Puts a part of a statement in, with its own parameters.
    public mutating func appendInterpolation(_ part: SQL) { pieces += part.pieces }
  }
}

/// A value that can be a statement's parameter.
public protocol PostgresEncodable: Sendable {
  /// The value in PostgreSQL's text format.
  var postgresText: String { get }
}

extension String: PostgresEncodable { public var postgresText: String { self } }
extension Int: PostgresEncodable { public var postgresText: String { String(self) } }
extension Bool: PostgresEncodable { public var postgresText: String { self ? "true" : "false" } }
extension Uuid: PostgresEncodable { public var postgresText: String { description } }
extension Timestamp: PostgresEncodable { public var postgresText: String { description } }
extension ExactDecimal: PostgresEncodable { public var postgresText: String { description } }

extension StringEnum where Self: PostgresEncodable {
  public var postgresText: String { rawValue }
}

/// An array as PostgreSQL writes it: every element quoted, quotes and backslashes escaped.
extension Array: PostgresEncodable where Element: PostgresEncodable {
  public var postgresText: String {
    let items = map { item in
      "\"" + item.postgresText.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    return "{" + items.joined(separator: ",") + "}"
  }
}

/// Bytes as a parameter of the type bytea.
public struct Bytes: PostgresEncodable {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var postgresText: String {
    var text = "\\x"
    for byte in bytes {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }
}

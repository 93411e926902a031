import ServiceCore
import Synchronization

/// A statement whose values are parameters: interpolated values never become part of the text.
///
///     var statement: SQL = "SELECT name FROM products WHERE category = \(category)"
///     if let limit { statement += " LIMIT \(limit)" }
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// The statement with `$1`, `$2` in place of values.
  public private(set) var text = ""
  /// The values of `$1`, `$2`.
  private(set) var values: [Parameter] = []
  /// The number of the compiled query that this is; nil for any other text.
  private(set) var number: Int?

  /// The values in PostgreSQL's text format; nil is NULL.
  public var parameters: [String?] { values.map(\.text) }

  /// Nil for a compiled query.
  private var pieces: [Piece]?

  enum Piece: Sendable {
    case text(String)
    case parameter(Parameter)
    case compiled(String, [Parameter])
  }

  /// A query of a service's Queries.sql.
  ///
  /// Its number is unique in the process: a connection finds the prepared statement by it, without hashing the text.
  public struct Compiled: Sendable, ExpressibleByStringLiteral {
    public let text: String
    let number: Int

    private static let count = Atomic(0)

    public init(_ text: String) {
      self.text = text
      number = Self.count.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    public init(stringLiteral text: String) { self.init(text) }
  }

  public init(stringLiteral value: StaticString) { append([.text(value.description)]) }

  public init(stringInterpolation: StringInterpolation) { append(stringInterpolation.pieces) }

  /// A compiled query: its text, and the values of its `$1`, `$2` in PostgreSQL's text format.
  ///
  /// For generated code: a text that is put together from values would not be safe.
  public init(compiled text: String, parameters: [String?] = []) {
    self.text = text
    values = parameters.map { $0.map(Parameter.text) ?? .null }
  }

  /// A compiled query with the values of its `$1`, `$2`.
  public init(_ query: Compiled, _ values: [Parameter] = []) {
    text = query.text
    number = query.number
    self.values = values
  }

  /// Appends a part. The parameters of an interpolated part are renumbered after those before it; the text of a
  /// compiled one is appended unchanged, so its `$n` count from the beginning of the whole.
  public static func += (statement: inout SQL, part: SQL) { statement.append(part.parts) }

  fileprivate var parts: [Piece] { pieces ?? [.compiled(text, values)] }

  private mutating func append(_ added: [Piece]) {
    var pieces = parts
    self.pieces = nil
    number = nil
    pieces += added
    for piece in added {
      switch piece {
      case .text(let part): text += part
      case .parameter(let value):
        values.append(value)
        text += "$\(values.count)"
      case .compiled(let part, let others):
        text += part
        values += others
      }
    }
    self.pieces = pieces
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text(literal.description)) }

    public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
      pieces.append(.parameter(value.postgresParameter))
    }

    /// Inserts a part of a statement, with its own parameters.
    public mutating func appendInterpolation(_ part: SQL) { pieces += part.parts }
  }
}

import ServiceCore

/// A statement whose values are parameters: interpolated values never become part of the text.
///
///     var statement: SQL = "SELECT name FROM products WHERE category = \(category)"
///     if let limit { statement += " LIMIT \(limit)" }
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// The statement with `$1`, `$2` in place of values.
  public private(set) var text = ""
  /// The values in PostgreSQL's text format; nil is NULL.
  public private(set) var parameters: [String?] = []

  /// Nil for a compiled query.
  private var pieces: [Piece]?

  enum Piece: Sendable {
    case text(String)
    case parameter(String?)
    case compiled(String, [String?])
  }

  public init(stringLiteral value: StaticString) { append([.text(value.description)]) }

  public init(stringInterpolation: StringInterpolation) { append(stringInterpolation.pieces) }

  /// A compiled query: its text, and the values of its `$1`, `$2` in PostgreSQL's text format.
  ///
  /// For generated code: a text that is put together from values would not be safe.
  public init(compiled text: String, parameters: [String?] = []) {
    self.text = text
    self.parameters = parameters
  }

  /// Appends a part. The parameters of an interpolated part are renumbered after those before it; the text of a
  /// compiled one is appended unchanged, so its `$n` count from the beginning of the whole.
  public static func += (statement: inout SQL, part: SQL) { statement.append(part.parts) }

  fileprivate var parts: [Piece] { pieces ?? [.compiled(text, parameters)] }

  private mutating func append(_ added: [Piece]) {
    var pieces = parts
    self.pieces = nil
    pieces += added
    for piece in added {
      switch piece {
      case .text(let part): text += part
      case .parameter(let value):
        parameters.append(value)
        text += "$\(parameters.count)"
      case .compiled(let part, let values):
        text += part
        parameters += values
      }
    }
    self.pieces = pieces
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text(literal.description)) }

    public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
      pieces.append(.parameter(value?.postgresText))
    }

    /// Inserts a part of a statement, with its own parameters.
    public mutating func appendInterpolation(_ part: SQL) { pieces += part.parts }
  }
}

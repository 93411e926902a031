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
    case place(Int)
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
      case .place(let number): text += "$\(number)"
      }
    }
    self.text = text
    self.parameters = parameters
  }

  /// A query that the build has compiled: its text, and the values of its `$1`, `$2` in PostgreSQL's text format.
  ///
  /// For generated code: a text that is put together from values would not be safe.
  public init(compiled text: String, parameters: [String?] = []) {
    self.text = text
    self.parameters = parameters
    pieces = []
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: StaticString) { pieces.append(.text(literal.description)) }

    public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
      pieces.append(.parameter(value?.postgresText))
    }

    /// Puts the place of a prepared statement's parameter in; the same one may stand at several places.
    public mutating func appendInterpolation(_ parameter: Parameter<some PostgresEncodable>) {
      pieces.append(.place(parameter.number))
    }

    /// Puts the names of a row's columns in.
    public mutating func appendInterpolation(_ shape: RowShape<some Sendable>) {
      pieces.append(.text(shape.columns.map(\.name).joined(separator: ", ")))
    }

    /// Puts a part of a statement in, with its own parameters.
    public mutating func appendInterpolation(_ part: SQL) { pieces += part.pieces }
  }
}

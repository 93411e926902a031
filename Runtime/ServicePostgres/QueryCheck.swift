/// A compiled query: the text that it sends, and the Swift types of its parameters and columns.
public struct QueryCheck: Sendable {
  public struct Parameter: Sendable {
    /// Its name in the query: `draft.price`.
    public let name: String
    let type: any PostgresEncodable.Type

    public init<Value: PostgresEncodable>(_ name: String, _ type: Value.Type) {
      self.name = name
      self.type = type
    }
  }

  /// A required column of a row. One without a name is the query's only column, under any name.
  public struct Column: Sendable {
    public let name: String
    let type: any PostgresDecodable.Type

    public init<Value: PostgresDecodable>(_ name: String, _ type: Value.Type) {
      self.name = name
      self.type = type
    }

    /// Whether NULL is read as a value.
    var takesNull: Bool { type.null != nil }
  }

  /// A replacement in the text: a parameter's number, or a record's columns. It is empty where a line was left out.
  public struct Splice: Sendable {
    /// The byte offset in the text.
    let start: Int
    /// The number of bytes in the text.
    let length: Int
    /// The byte offset from the beginning of the query's text in the file.
    let source: Int
    /// The number of bytes in the file.
    let sourceLength: Int

    public init(_ start: Int, _ length: Int, from source: Int, _ sourceLength: Int) {
      self.start = start
      self.length = length
      self.source = source
      self.sourceLength = sourceLength
    }
  }

  /// The query's name in Swift.
  public let name: String
  /// Its file, relative to the package's root.
  public let path: String
  /// The line and column in the file, from 1, at which the text begins.
  public let line: Int
  public let column: Int
  /// The text in the file.
  public let source: String
  /// The text that is sent.
  public let text: String
  /// In the order of the text.
  public let splices: [Splice]
  public let parameters: [Parameter]
  public let columns: [Column]

  public init(
    _ name: String, path: String, line: Int, column: Int, source: String, text: String, splices: [Splice],
    parameters: [Parameter], columns: [Column]
  ) {
    self.name = name
    self.path = path
    self.line = line
    self.column = column
    self.source = source
    self.text = text
    self.splices = splices
    self.parameters = parameters
    self.columns = columns
  }
}

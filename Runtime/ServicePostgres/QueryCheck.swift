/// A query as the build has compiled it: what it sends, and what its parameters and columns are in Swift.
public struct QueryCheck: Sendable {
  public struct Parameter: Sendable {
    /// As the query's head names it: `draft.price`.
    public let name: String
    let type: String
    let isWritten: @Sendable (UInt32) -> Bool

    public init<Value: PostgresEncodable>(_ name: String, _ type: Value.Type) {
      self.name = name
      self.type = "\(Value.self)"
      isWritten = Value.isWritten
    }
  }

  /// A column that a row must have.
  public struct Column: Sendable {
    public let name: String
    let type: String
    let isRead: @Sendable (UInt32) -> Bool
    /// Whether NULL is read as a value.
    let takesNull: Bool

    public init<Value: PostgresDecodable>(_ name: String, _ type: Value.Type) {
      self.name = name
      self.type = "\(Value.self)"
      isRead = Value.isRead
      takesNull = Value.null != nil
    }
  }

  /// What stands in the text in the place of what the file says: a parameter's number, or a record's columns.
  public struct Splice: Sendable {
    /// Bytes from the text's beginning.
    let start: Int
    /// Bytes of the text.
    let length: Int
    /// Bytes from the beginning of the query's text in the file.
    let source: Int
    /// Bytes of what the file says.
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
  /// Its file, from the package's root on.
  public let path: String
  /// The line and column of the file, from 1, at which the text begins.
  public let line: Int
  public let column: Int
  /// What the file says.
  public let source: String
  /// What is sent.
  public let text: String
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

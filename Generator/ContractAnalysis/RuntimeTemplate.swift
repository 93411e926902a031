import ContractSource

/// A value made of runtime expressions: one alone, or a text with any number of them in braces.
public enum RuntimeTemplate: Hashable, Sendable, CustomStringConvertible {
  public enum Piece: Hashable, Sendable {
    case text(String)
    case expression(RuntimeExpression)
  }

  case expression(RuntimeExpression)
  case pieces([Piece])

  /// Reads a template; text in the place of an expression is reported, and stays a text.
  public init(_ text: String, at position: SourcePosition, _ diagnostics: Diagnostics) {
    let read = { (text: String) -> RuntimeExpression? in
      if let expression = RuntimeExpression(text) { return expression }
      diagnostics.error(
        .badValue, "'\(text)' is not a runtime expression", at: position,
        help: "write it as $request.body#/name, $response.header.Location or $request.query.name")
      return nil
    }
    guard !text.utf8.starts(with: "$".utf8) else {
      self = read(text).map { .expression($0) } ?? .pieces([.text(text)])
      return
    }
    self = .pieces(
      Self.split(text).map { piece in
        guard piece.isExpression else { return .text(piece.text) }
        return read(piece.text).map { .expression($0) } ?? .text("{\(piece.text)}")
      })
  }

  /// Whether a text has expressions, rather than being the value itself.
  public static func isTemplate(_ text: String) -> Bool {
    text.utf8.starts(with: "$".utf8) || zip(text.utf8, text.utf8.dropFirst()).contains { $0 == brace && $1 == dollar }
  }

  private static let (brace, dollar) = (UInt8(ascii: "{"), UInt8(ascii: "$"))

  /// The text split at braces that begin with a dollar sign.
  private static func split(_ text: String) -> [(text: String, isExpression: Bool)] {
    var pieces: [(text: String, isExpression: Bool)] = []
    let bytes = text.utf8
    var (start, next) = (bytes.startIndex, bytes.startIndex)
    while let open = bytes[next...].firstIndex(of: brace) {
      let inner = bytes.index(after: open)
      next = inner
      guard inner < bytes.endIndex, bytes[inner] == dollar else { continue }
      guard let end = bytes[inner...].firstIndex(of: UInt8(ascii: "}")) else { break }
      if start < open { pieces.append((String(text[start..<open]), false)) }
      pieces.append((String(text[inner..<end]), true))
      (start, next) = (bytes.index(after: end), bytes.index(after: end))
    }
    if start < bytes.endIndex { pieces.append((String(text[start...]), false)) }
    return pieces
  }

  public var description: String {
    switch self {
    case .expression(let expression): expression.description
    case .pieces(let pieces):
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .expression(let expression): "{\(expression)}"
        }
      }.joined()
    }
  }
}

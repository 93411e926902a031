/// A text with runtime expressions in braces, `https://example.com?u={$request.body#/url}`, or one expression without
/// them: a callback's address (OpenAPI 3.1, section 4.8.18).
public struct ExpressionTemplate: Sendable {
  private enum Piece: Sendable {
    case text(String)
    case expression(RuntimeExpression)
  }

  private let pieces: [Piece]

  /// Nil when the text in braces, or after a leading dollar sign, is no expression, or when braces do not match. An
  /// expression in braces ends at the first closing brace.
  public init?(_ text: String) {
    if text.utf8.first == UInt8(ascii: "$") {
      guard let expression = RuntimeExpression(text) else { return nil }
      pieces = [.expression(expression)]
      return
    }
    var pieces: [Piece] = []
    var rest = text.utf8[...]
    while let brace = rest.firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
      let inner = rest[brace...].dropFirst()
      guard rest[brace] == UInt8(ascii: "{"), let end = inner.firstIndex(of: UInt8(ascii: "}")),
        let expression = RuntimeExpression(String(Substring(inner[..<end])))
      else { return nil }
      pieces += [.text(String(Substring(rest[..<brace]))), .expression(expression)]
      rest = inner[end...].dropFirst()
    }
    self.pieces = pieces + [.text(String(Substring(rest)))]
  }

  /// The text with the values of its expressions: strings unchanged, numbers and booleans as JSON. Nil when an
  /// expression has no value, or its value is null, a list or an object. Nothing is percent-encoded.
  public func text(in context: ExpressionContext) -> String? {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .expression(let expression):
        guard let text = expression.value(in: context).flatMap(Self.text) else { return nil }
        result += text
      }
    }
    return result
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .number, .boolean: String(decoding: value.json, as: UTF8.self)
    case .null, .array, .object: nil
    }
  }
}

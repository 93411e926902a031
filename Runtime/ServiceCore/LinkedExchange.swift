/// A request and what it was answered, as links and callbacks take values from them (OpenAPI 3.1, section 4.8.20.4).
public struct LinkedExchange: Sendable {
  private let context: ExpressionContext

  /// - Throws: ``ProblemDetails`` for an input or answer that has no form on the wire.
  public init<O: ContractOperation>(_ operation: O.Type, _ input: O.Input, _ output: O.Output?) throws {
    context = ExpressionContext(
      try O.encode(input), O.descriptor, response: try output.map { try O.encode($0) })
  }

  /// The text that a template of expressions makes; nil where one of them has no value.
  public func text(_ template: String) -> String? { ExpressionTemplate(template)?.text(in: context) }

  /// The value of an expression, of a template, or of JSON as it stands; nil where it has none of that type.
  public func value<Value: JSONCodable>(_ source: String, _ type: Value.Type) -> Value? {
    if let expression = RuntimeExpression(source) { return expression.value(in: context)?.value(as: type) }
    if source.utf8.contains(UInt8(ascii: "$")), let text = text(source) {
      return JSONValue.string(text).value(as: type)
    }
    var json = JSONReader(Array(source.utf8))
    return (try? JSONValue.decode(&json))?.value(as: type)
  }

  /// - Throws: ``ProblemDetails`` where there is none.
  public func required<Value: JSONCodable>(_ source: String, _ type: Value.Type) throws(ProblemDetails) -> Value {
    if let value = value(source, type) { return value }
    throw ProblemDetails(502, "The answer has no value for the link's '\(source)'.")
  }
}

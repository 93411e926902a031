/// A request and its response, from which links and callbacks take values (OpenAPI 3.1, section 4.8.20.4).
public struct LinkedExchange: Sendable {
  private let context: ExpressionContext

  package init(_ context: ExpressionContext) { self.context = context }

  /// - Throws: ``RequestFault`` for an input or a response that cannot be expressed on the wire.
  public init<O: ContractOperation>(_ operation: O.Type, _ input: O.Input, _ output: O.Output?) throws {
    context = ExpressionContext(
      try O.encode(input), O.descriptor, response: try output.map { try O.encode($0) })
  }

  /// The text of a template of expressions; nil where one of them has no value.
  public func text(_ template: String) -> String? { ExpressionTemplate(template)?.text(in: context) }

  /// The value of an expression, or of a template of them; nil where it has no value of that type.
  public func value<Value: JSONCodable>(_ source: String, _ type: Value.Type) -> Value? {
    if let expression = RuntimeExpression(source) { return expression.value(in: context)?.value(as: type) }
    return text(source).flatMap { JSONValue.string($0).value(as: type) }
  }

  /// A constant value in the contract, as JSON.
  public func value<Value: JSONCodable>(json source: String, _ type: Value.Type) -> Value? {
    var json = JSONReader(Array(source.utf8))
    return (try? JSONValue.decode(&json))?.value(as: type)
  }

  /// - Throws: ``RequestFault`` where there is no value.
  public func required<Value: JSONCodable>(_ source: String, _ type: Value.Type) throws(RequestFault) -> Value {
    if let value = value(source, type) { return value }
    throw RequestFault(502, "The response has no value for the link's '\(source)'.")
  }

  /// - Throws: ``RequestFault`` for a value of another type.
  public func required<Value: JSONCodable>(json source: String, _ type: Value.Type) throws(RequestFault) -> Value {
    if let value = value(json: source, type) { return value }
    throw RequestFault(502, "The contract's value for a link is of another type: \(source)")
  }
}

/// The data that runtime expressions are evaluated over: a request and its response.
public struct ExpressionContext: Sendable {
  public let request: HTTPRequest
  /// The operation that the request's path belongs to.
  public let operation: OperationDescriptor
  public let response: HTTPResponse?
  /// The origin that the request was sent to: `https://example.com:8443`.
  public let origin: String?

  public init(
    _ request: HTTPRequest, _ operation: OperationDescriptor, response: HTTPResponse? = nil, origin: String? = nil
  ) {
    self.request = request
    self.operation = operation
    self.response = response
    self.origin = origin
  }
}

/// A value that a link or a callback takes from a request or its response: `$request.body#/url` (OpenAPI 3.1, section
/// 4.8.20.4).
public struct RuntimeExpression: Sendable {
  private enum Source: Sendable {
    case url, method, statusCode
    case requestHeader(String), responseHeader(String)
    case query(String), path(String)
    case requestBody(JSONPointer), responseBody(JSONPointer)
  }

  private let source: Source

  /// Exactly one expression; nil for any other text, and for what a response does not have: a query, a path.
  public init?(_ text: String) {
    let text = text[...]
    let source: Source? =
      if let name = Self.rest(text, "$request.header.") {
        Self.fieldName(name).map(Source.requestHeader)
      } else if let name = Self.rest(text, "$response.header.") {
        Self.fieldName(name).map(Source.responseHeader)
      } else if let name = Self.rest(text, "$request.query.") {
        Self.name(name).map(Source.query)
      } else if let name = Self.rest(text, "$request.path.") {
        Self.name(name).map(Source.path)
      } else if let pointer = Self.rest(text, "$request.body") {
        Self.pointer(pointer).map(Source.requestBody)
      } else if let pointer = Self.rest(text, "$response.body") {
        Self.pointer(pointer).map(Source.responseBody)
      } else {
        Self.whole(text)
      }
    guard let source else { return nil }
    self.source = source
  }

  /// The value; nil when there is none. The values of a header are joined by commas (RFC 9110, section 5.3), of query
  /// parameters with one name the first counts, and a body that is not JSON has no value. `$url` begins with the path
  /// where no origin is known.
  public func value(in context: ExpressionContext) -> JSONValue? {
    let request = context.request
    switch source {
    case .url: return .string((context.origin ?? "") + request.target)
    case .method: return .string(request.method)
    case .statusCode: return context.response.map { .number(ExactDecimal($0.status)) }
    case .requestHeader(let name): return Self.header(name, request.headers)
    case .responseHeader(let name): return context.response.flatMap { Self.header(name, $0.headers) }
    case .query(let name): return request.query.flatMap { Self.query(name, $0) }
    case .path(let name):
      return context.operation.rawValue(of: name, in: request.path).flatMap { PercentCoding.decode($0) }
        .map(JSONValue.string)
    case .requestBody(let pointer): return JSONValue.read(request.body).flatMap(pointer.value)
    case .responseBody(let pointer):
      return (context.response?.body).flatMap { JSONValue.read($0) }.flatMap(pointer.value)
    }
  }

  // MARK: parsing

  /// The text after a prefix; nil without the prefix.
  private static func rest(_ text: Substring, _ start: String) -> Substring? {
    text.utf8.starts(with: start.utf8) ? Substring(text.utf8.dropFirst(start.utf8.count)) : nil
  }

  private static func whole(_ text: Substring) -> Source? {
    switch Array(text.utf8) {
    case Array("$url".utf8): .url
    case Array("$method".utf8): .method
    case Array("$statusCode".utf8): .statusCode
    default: nil
    }
  }

  private static func fieldName(_ text: Substring) -> String? {
    FieldSyntax.isToken(text) ? text.lowercased() : nil
  }

  /// The grammar's `name`: characters as in a JSON string (RFC 8259, section 7), here at least one.
  private static func name(_ text: Substring) -> String? {
    let quote = [UInt8(ascii: "\"")]
    let name = String.read(quote + text.utf8 + quote)
    return name?.isEmpty == false ? name : nil
  }

  private static func pointer(_ text: Substring) -> JSONPointer? {
    text.isEmpty ? JSONPointer("") : rest(text, "#").flatMap { JSONPointer($0) }
  }

  // MARK: values

  private static func header(_ name: String, _ headers: HTTPFields) -> JSONValue? {
    let values = headers.values(name)
    return values.isEmpty ? nil : .string(values.joined(separator: ", "))
  }

  private static func query(_ name: String, _ query: String) -> JSONValue? {
    let pair = (try? FormEncoding.pairs(query))?.first {
      PercentCoding.decode($0.name, plusIsSpace: true)?.utf8.elementsEqual(name.utf8) == true
    }
    return pair.flatMap { PercentCoding.decode($0.value, plusIsSpace: true) }.map(JSONValue.string)
  }
}

extension JSONValue {
  /// This value as another type, or its text parsed as JSON: the `7` of a header is an integer too. Nil when neither
  /// fits the type.
  public func value<Value: JSONCodable>(as type: Value.Type) -> Value? {
    Value.read(json) ?? text.flatMap { Value.read(Array($0.utf8)) }
  }
}

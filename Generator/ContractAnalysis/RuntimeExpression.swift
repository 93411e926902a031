import ContractModel

/// A part of a request or its response that a link or a callback takes a value from (OpenAPI 3.1, section 4.8.20.4).
public enum RuntimeExpression: Hashable, Sendable, CustomStringConvertible {
  public enum Message: String, Hashable, Sendable { case request, response }

  public enum Source: Hashable, Sendable {
    case header(String)
    case query(String)
    case path(String)
    /// The body, or the value at a JSON pointer in it.
    case body(pointer: String?)
  }

  case url, method, statusCode
  case part(Message, Source)

  /// Nil for text that is not an expression.
  public init?(_ text: String) {
    switch text {
    case "$url": self = .url
    case "$method": self = .method
    case "$statusCode": self = .statusCode
    default:
      let bytes = Substring(text).utf8
      for message in [Message.request, .response] {
        guard let rest = Self.rest(of: bytes, after: "$\(message).") else { continue }
        guard let source = Source(rest) else { return nil }
        self = .part(message, source)
        return
      }
      return nil
    }
  }

  public var description: String {
    switch self {
    case .url: "$url"
    case .method: "$method"
    case .statusCode: "$statusCode"
    case .part(let message, let source): "$\(message).\(source.text)"
    }
  }

  fileprivate static func rest(of bytes: Substring.UTF8View, after prefix: String) -> Substring.UTF8View? {
    bytes.starts(with: prefix.utf8) ? bytes.dropFirst(prefix.utf8.count) : nil
  }
}

extension RuntimeExpression.Source {
  fileprivate init?(_ bytes: Substring.UTF8View) {
    if let name = RuntimeExpression.rest(of: bytes, after: "header.").map(Substring.init) {
      guard ContractReader.isToken(name) else { return nil }
      self = .header(String(name))
    } else if let name = RuntimeExpression.rest(of: bytes, after: "query.").flatMap(Self.name) {
      self = .query(name)
    } else if let name = RuntimeExpression.rest(of: bytes, after: "path.").flatMap(Self.name) {
      self = .path(name)
    } else if let fragment = RuntimeExpression.rest(of: bytes, after: "body") {
      guard !fragment.isEmpty else {
        self = .body(pointer: nil)
        return
      }
      guard let pointer = RuntimeExpression.rest(of: fragment, after: "#"),
        pointer.isEmpty || pointer.first == UInt8(ascii: "/")
      else { return nil }
      self = .body(pointer: String(Substring(pointer)))
    } else {
      return nil
    }
  }

  private static func name(_ bytes: Substring.UTF8View) -> String? {
    bytes.isEmpty || bytes.contains(UInt8(ascii: "#")) ? nil : String(Substring(bytes))
  }

  fileprivate var text: String {
    switch self {
    case .header(let name): "header." + name
    case .query(let name): "query." + name
    case .path(let name): "path." + name
    case .body(let pointer): "body" + (pointer.map { "#" + $0 } ?? "")
    }
  }
}

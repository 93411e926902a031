/// A request to be sent, byte for byte, and what is to come of it.
public struct Message: Sendable, CustomStringConvertible {
  /// What is wrong or remarkable about it.
  public let name: String
  /// Each character, up to U+00FF, is a byte.
  public let text: String
  /// Each of these is a right response.
  public let statuses: Set<Int>
  /// The body of the response to one that is sound: of `/echo` and `/stream` the length of the request's body, a colon
  /// and the body.
  public let answer: String

  public init(_ name: String, _ text: String, _ statuses: Set<Int> = [400], answer: String = "5:hello") {
    self.name = name
    self.text = text
    self.statuses = statuses
    self.answer = answer
  }

  public var description: String { name }
}

/// Requests that two servers could understand differently, their sound counterparts, and requests in bodies. They are
/// for `/get`, which takes no body, for `/echo` and `/stream`, which do, and for `/none`, which is not there.
public enum Corpus {}

/// A request without a body.
public func get(
  _ target: String = "/get?q=1", fields: String = "", method: String = "GET", version: String = "HTTP/1.1"
) -> String {
  "\(method) \(target) \(version)\r\nHost: a\r\n\(fields)\r\n"
}

/// A request with a body, whose length or coding is one of the fields.
public func post(
  _ fields: String, _ body: String = "hello", path: String = "/echo", version: String = "HTTP/1.1"
) -> String {
  "POST \(path) \(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
}

/// A request whose body is sent in chunks.
public func chunked(_ path: String, _ chunks: String) -> String {
  post("Transfer-Encoding: chunked", chunks, path: path)
}

/// Tables as one.
public func all<Item>(_ tables: [Item]...) -> [Item] { tables.flatMap { $0 } }

/// A row of each text. Long literals with operators between them would take the compiler minutes.
public func each<Item>(_ texts: [String], _ row: (String) -> Item) -> [Item] { texts.map(row) }

/// So many bytes.
public func filler(_ count: Int) -> String { String(repeating: "a", count: count) }

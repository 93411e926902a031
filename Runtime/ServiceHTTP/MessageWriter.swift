import ServiceCore

/// Writes HTTP/1.1 messages. No field value can inject a line.
enum MessageWriter {
  /// How the body that follows a head is framed.
  enum Body {
    case whole(Int)
    case chunked
    /// For HTTP/1.0 clients: the end of the connection ends the body.
    case untilClose
  }

  /// Appends the head of a response.
  static func head(
    _ response: HTTPResponse, id: String, _ body: Body, connection: String?, date: [UInt8], to bytes: inout [UInt8]
  ) {
    append("HTTP/1.1 ", to: &bytes)
    append(String(response.status), to: &bytes)
    bytes.append(UInt8(ascii: " "))
    append(reasonPhrase(response.status), to: &bytes)
    append("\r\ndate: ", to: &bytes)
    bytes.append(contentsOf: date)
    append("\r\n", to: &bytes)
    let present = append(response.headers, to: &bytes)
    // By default a response must not be stored by caches, and its content type must not be sniffed (RFC 9111, section
    // 5.2.2.5; WHATWG Fetch, section 3.5).
    if !present.cacheControl { append("cache-control: no-store\r\n", to: &bytes) }
    if !present.contentTypeOptions { append("x-content-type-options: nosniff\r\n", to: &bytes) }
    if !id.isEmpty { append(name: "x-request-id", value: id, to: &bytes) }
    // A response to HEAD has the content-length of the response to GET (RFC 9110, section 8.6).
    switch body {
    case .whole(let count) where response.status >= 200 && response.status != 204 && response.status != 304:
      append("content-length: ", to: &bytes)
      append(String(count), to: &bytes)
      append("\r\n", to: &bytes)
    case .chunked: append("transfer-encoding: chunked\r\n", to: &bytes)
    case .whole, .untilClose: break
    }
    if let connection { append(name: "connection", value: connection, to: &bytes) }
    append("\r\n", to: &bytes)
  }

  static func request(_ request: HTTPRequest, host: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    append("\(request.method) \(request.target) HTTP/1.1\r\nhost: \(host)\r\n", to: &bytes)
    append(request.headers, to: &bytes)
    if !request.id.isEmpty { append(name: "x-request-id", value: request.id, to: &bytes) }
    if let stream = request.stream {
      append(stream.length.map { "content-length: \($0)\r\n" } ?? "transfer-encoding: chunked\r\n", to: &bytes)
    } else if !request.body.isEmpty || request.method == "POST" || request.method == "PUT" || request.method == "PATCH"
    {
      append("content-length: \(request.body.count)\r\n", to: &bytes)
    }
    append("\r\n", to: &bytes)
    bytes.append(contentsOf: request.body)
    return bytes
  }

  /// Appends a piece of a chunked body (RFC 9112, section 7.1).
  static func chunk(_ piece: [UInt8], to bytes: inout [UInt8]) {
    append(String(piece.count, radix: 16), to: &bytes)
    append("\r\n", to: &bytes)
    bytes.append(contentsOf: piece)
    append("\r\n", to: &bytes)
  }

  static let lastChunk = Array("0\r\n\r\n".utf8)

  private static func append(_ text: String, to bytes: inout [UInt8]) { bytes.append(contentsOf: text.utf8) }

  /// Appends fields, except those that the writer itself sets, such as the framing. Control characters are left out.
  ///
  /// - Returns: whether the fields with a default value were present.
  @discardableResult private static func append(
    _ fields: HTTPFields, to bytes: inout [UInt8]
  ) -> (cacheControl: Bool, contentTypeOptions: Bool) {
    var present = (cacheControl: false, contentTypeOptions: false)
    for (name, value) in fields.list
    where !isReserved(name) && !name.isEmpty && name.utf8.allSatisfy(FieldSyntax.isToken) {
      switch name.utf8.count {
      case 13: present.cacheControl = present.cacheControl || name.lowercased() == "cache-control"
      case 22: present.contentTypeOptions = present.contentTypeOptions || name.lowercased() == "x-content-type-options"
      default: break
      }
      append(name: name, value: value, to: &bytes)
    }
    return present
  }

  private static func append(name: String, value: String, to bytes: inout [UInt8]) {
    append(name, to: &bytes)
    append(": ", to: &bytes)
    if value.utf8.allSatisfy(FieldSyntax.isAllowed) {
      append(value, to: &bytes)
    } else {
      bytes.append(contentsOf: value.utf8.lazy.filter(FieldSyntax.isAllowed))
    }
    append("\r\n", to: &bytes)
  }

  private static func isReserved(_ given: String) -> Bool {
    // Fields set by a handler may have any case.
    let name = given.utf8.contains { (65...90).contains($0) } ? given.lowercased() : given
    return switch name.utf8.count {
    case 4: name == "date" || name == "host"
    case 10: name == "connection"
    case 12: name == "x-request-id"
    case 14: name == "content-length"
    case 17: name == "transfer-encoding"
    default: false
    }
  }

  /// A time in HTTP's format: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  static func date(_ time: Timestamp) -> String {
    let text = time.description
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = time.microseconds / 86_400_000_000
    let month = Int(text.dropFirst(5).prefix(2)) ?? 1
    return "\(names[days % 7]), \(text.dropFirst(8).prefix(2)) \(months[month - 1]) \(text.prefix(4)) "
      + "\(text.dropFirst(11).prefix(8)) GMT"
  }
}

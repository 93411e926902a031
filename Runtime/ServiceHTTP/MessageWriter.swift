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
  ///
  /// - Parameters:
  ///   - id: the request id; nil for none.
  ///   - fixed: the `date` field and those of every response, with the ends of their lines.
  static func head(
    _ response: HTTPResponse, _ id: RequestID?, _ body: Body, connection: StaticString?, fixed: [UInt8],
    to bytes: inout [UInt8]
  ) {
    let fields = response.headers.list
    var capacity = 320 + fixed.count
    for (name, value) in fields { capacity += name.utf8.count + value.utf8.count + 4 }
    if case .text(let text) = id { capacity += text.utf8.count }
    ByteSink.append(capacity, to: &bytes) { sink in
      if response.status == 200 {
        sink.put("HTTP/1.1 200 OK\r\n")
      } else {
        putStatus(max(0, response.status), to: &sink)
      }
      sink.put(fixed)
      var (hasCacheControl, hasTypeOptions) = (false, false)
      for (name, value) in fields where put(name, value, to: &sink) {
        switch name.utf8.count {
        case 13: hasCacheControl = hasCacheControl || isSame(name, "cache-control")
        case 22: hasTypeOptions = hasTypeOptions || isSame(name, "x-content-type-options")
        default: break
        }
      }
      // By default a response must not be stored by caches, and its content type must not be sniffed (RFC 9111,
      // section 5.2.2.5; WHATWG Fetch, section 3.5).
      if !hasCacheControl { sink.put("cache-control: no-store\r\n") }
      if !hasTypeOptions { sink.put("x-content-type-options: nosniff\r\n") }
      put(id, to: &sink)
      // A response to HEAD has the content-length of the response to GET (RFC 9110, section 8.6).
      switch body {
      case .whole(let count) where response.status >= 200 && response.status != 204 && response.status != 304:
        sink.put("content-length: ")
        sink.put(count)
        sink.put("\r\n")
      case .chunked: sink.put("transfer-encoding: chunked\r\n")
      case .whole, .untilClose: break
      }
      if let connection {
        sink.put("connection: ")
        sink.put(connection)
        sink.put("\r\n")
      }
      sink.put("\r\n")
    }
  }

  /// A request id: a received one, or one that was generated and is written without making a string.
  enum RequestID {
    case text(String), uuid(Uuid)
  }

  private static func putStatus(_ status: Int, to sink: inout ByteSink) {
    sink.put("HTTP/1.1 ")
    sink.put(status)
    sink.put(UInt8(ascii: " "))
    sink.put(reasonPhrase(status))
    sink.put("\r\n")
  }

  private static func put(_ id: RequestID?, to sink: inout ByteSink) {
    guard let id else { return }
    sink.put("x-request-id: ")
    switch id {
    case .text(let text): _ = sink.put(text, where: FieldSyntax.isAllowed)
    case .uuid(let id): sink.put(id)
    }
    sink.put("\r\n")
  }

  /// Appends a field, except those that the writer itself sets, such as the framing, and those whose name is no token.
  /// Control characters are left out of its value.
  ///
  /// - Returns: whether it was appended.
  private static func put(_ name: String, _ value: String, to sink: inout ByteSink) -> Bool {
    guard !name.isEmpty, !isReserved(name) else { return false }
    let start = sink.count
    guard sink.put(name, where: FieldSyntax.isToken) else {
      sink.drop(to: start)
      return false
    }
    sink.put(": ")
    _ = sink.put(value, where: FieldSyntax.isAllowed)
    sink.put("\r\n")
    return true
  }

  /// - Parameter upgrades: whether the server is asked to switch to the WebSocket protocol.
  static func request(_ request: HTTPRequest, host: String, upgrades: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    append("\(request.method) \(request.target) HTTP/1.1\r\nhost: \(host)\r\n", to: &bytes)
    if upgrades { append("connection: upgrade\r\nupgrade: websocket\r\n", to: &bytes) }
    // The trace is that of the call on whose behalf the request is sent, and its headers are not copied.
    let identity = request.identity
    append(request.headers, isTraced: identity != nil, to: &bytes)
    if !request.id.isEmpty { append(name: "x-request-id", value: request.id, to: &bytes) }
    if let identity {
      append(name: "traceparent", value: identity.traceParent.text, to: &bytes)
      if let state = identity.state { append(name: "tracestate", value: state, to: &bytes) }
    }
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

  /// Appends the fields of a request, except those that the writer itself sets.
  private static func append(_ fields: HTTPFields, isTraced: Bool, to bytes: inout [UInt8]) {
    for (name, value) in fields.list
    where !isReserved(name) && FieldSyntax.isToken(name)
      && !(isTraced && (isSame(name, "traceparent") || isSame(name, "tracestate")))
    {
      append(name: name, value: value, to: &bytes)
    }
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

  private static func isReserved(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: isSame(name, "date") || isSame(name, "host")
    case 10: isSame(name, "connection")
    case 12: isSame(name, "x-request-id")
    case 14: isSame(name, "content-length")
    case 17: isSame(name, "transfer-encoding")
    default: false
    }
  }

  /// Whether a name is this one, in any case: a handler may have written it in any.
  private static func isSame(_ name: String, _ other: StaticString) -> Bool {
    var name = name
    return name.withUTF8 { $0.isSameInAnyCase(as: other) }
  }
}

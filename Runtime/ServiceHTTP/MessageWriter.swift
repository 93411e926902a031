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
    let fields = response.headers
    var capacity = 320 + fixed.count + fields.capacity
    if case .text(let text) = id { capacity += text.utf8.count }
    ByteSink.append(capacity, to: &bytes) { sink in
      if response.status == 200 {
        sink.put("HTTP/1.1 200 OK\r\n")
      } else {
        putStatus(max(0, response.status), to: &sink)
      }
      sink.put(fixed)
      var (hasCacheControl, hasTypeOptions) = (false, false)
      put(fields, to: &sink) { name in
        switch name.count {
        case 13: hasCacheControl = hasCacheControl || name.isSameInAnyCase(as: "cache-control")
        case 22: hasTypeOptions = hasTypeOptions || name.isSameInAnyCase(as: "x-content-type-options")
        default: break
        }
        return true
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

  /// Appends fields, except those that the writer itself sets, such as the framing, and those whose name is no token.
  /// Control characters are left out of their values.
  ///
  /// - Parameter isWanted: whether a field of this name is appended.
  @inline(__always) private static func put(
    _ fields: HTTPFields, to sink: inout ByteSink, where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    // The parser has checked them.
    fields.withReceived { name, value in
      guard !isReserved(name), isWanted(name) else { return }
      sink.put(name)
      sink.put(": ")
      sink.put(value)
      sink.put("\r\n")
    }
    for (name, value) in fields.added {
      var name = name
      name.withUTF8 { name in
        let start = sink.count
        guard !name.isEmpty, !isReserved(name), sink.put(name, where: FieldSyntax.isToken), isWanted(name) else {
          return sink.drop(to: start)
        }
        sink.put(": ")
        _ = sink.put(value, where: FieldSyntax.isAllowed)
        sink.put("\r\n")
      }
    }
  }

  /// The bytes of a request; nil where its method is no token, or its target has a character that must be
  /// percent-encoded.
  ///
  /// - Parameter upgrades: whether the server is asked to switch to the WebSocket protocol.
  static func request(_ request: HTTPRequest, host: String, upgrades: Bool = false) -> [UInt8]? {
    let (method, fields, identity) = (request.method, request.headers, request.identity)
    var isValid = !method.isEmpty
    var bytes: [UInt8] = []
    let state = identity?.state
    let capacity = 320 + fields.capacity + method.utf8.count + host.utf8.count + (state?.utf8.count ?? 0)
    request.withTarget { target in
      ByteSink.append(capacity + target.count + (request.givenID?.utf8.count ?? 0), to: &bytes) { sink in
        isValid = sink.put(method, where: FieldSyntax.isToken) && isValid
        sink.put(UInt8(ascii: " "))
        isValid = sink.put(target) { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") } && isValid
        sink.put(" HTTP/1.1\r\nhost: ")
        sink.put(host)
        sink.put(upgrades ? "\r\nconnection: upgrade\r\nupgrade: websocket\r\n" : "\r\n")
        // The trace is that of the call on whose behalf the request is sent, and its headers are not copied.
        put(fields, to: &sink) { name in
          identity == nil || !name.isSameInAnyCase(as: "traceparent") && !name.isSameInAnyCase(as: "tracestate")
        }
        put(request.givenID.map { .text($0) } ?? identity.map { .uuid($0.uuid) }, to: &sink)
        if let identity {
          sink.put("traceparent: ")
          sink.put(identity.traceParent)
          sink.put("\r\n")
        }
        if let state {
          sink.put("tracestate: ")
          _ = sink.put(state, where: FieldSyntax.isAllowed)
          sink.put("\r\n")
        }
        putFraming(of: request, method, to: &sink)
        sink.put("\r\n")
      }
    }
    guard isValid else { return nil }
    bytes.append(contentsOf: request.body)
    return bytes
  }

  private static func putFraming(of request: HTTPRequest, _ method: String, to sink: inout ByteSink) {
    var length: Int?
    if let stream = request.stream {
      guard let announced = stream.length else { return sink.put("transfer-encoding: chunked\r\n") }
      length = announced
    } else if !request.body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
      length = request.body.count
    }
    guard let length else { return }
    sink.put("content-length: ")
    sink.put(max(0, length))
    sink.put("\r\n")
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

  private static func isReserved(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    switch name.count {
    case 4: name.isSameInAnyCase(as: "date") || name.isSameInAnyCase(as: "host")
    case 10: name.isSameInAnyCase(as: "connection")
    case 12: name.isSameInAnyCase(as: "x-request-id")
    case 14: name.isSameInAnyCase(as: "content-length")
    case 17: name.isSameInAnyCase(as: "transfer-encoding")
    default: false
    }
  }
}

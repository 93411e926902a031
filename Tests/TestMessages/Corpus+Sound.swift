extension Corpus {
  /// The counterparts of what is refused. Each is answered, and so is what comes behind it.
  public static let sound: [Message] = all(
    each([
      "Content-Length: 5", "content-length: 5", "Content-Length:5", "Content-Length: \t 5 \t", "Content-Length: 05",
      "Content-Length: 5\r\nX-Content-Length: 6", "Content-Length: 5\r\nTE: chunked", "Content-Length: 5\r\nX:",
      "Content-Length: 5\r\nX: y\tz", "Content-Length: 5\r\nX: \u{C3}\u{A9}", "Content-Length: 5\r\n!#$%&'*+-.^_`|~: y",
      "Content-Length: 5\r\nConnection: keep-alive", "Content-Length: 5\r\nUpgrade: h2c\r\nConnection: upgrade",
      "Content-Length: 5\r\nExpect: 100-continue",
    ]) { Message($0.debugDescription, post($0)) },
    each(["chunked", "Chunked", "CHUNKED", "\tchunked", "  chunked  ", "chunked\t"]) {
      Message("coding \($0.debugDescription)", post("Transfer-Encoding: \($0)", hello))
    },
    chunksAndLimits("/echo"), chunksAndLimits("/stream"),
    each([
      get(), "\r\n" + get(), get("http://a/get?q=1"), get("HTTP://A/get?q=1"), get("/%67et?q=1"),
      "GET /get?q=1 HTTP/1.1\r\nhost:a\r\n\r\n", "GET http://a:80/get?q=1 HTTP/1.1\r\nHost: a:80\r\n\r\n",
      "GET /get?q=1 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /get?q=1 HTTP/1.1\r\nHost: a-b.c_d:8080\r\n\r\n",
      "GET /get?q=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", get(fields: "Content-Length: 0\r\n"),
      get(fields: String(repeating: "X: y\r\n", count: 99)), get(fields: "X: \(filler(8_189))\r\n"),
    ]) { Message(String($0.debugDescription.prefix(100)), $0, answer: "got 1") },
    [
      Message("the longest first line", get(line(8_192)), answer: "got " + filler(8_192 - "GET /get?q= HTTP/1.1".count))
    ]
  )

  private static func chunksAndLimits(_ path: String) -> [Message] {
    all(
      each([
        "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n", "5;a\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n", "5;a;b=c\r\nhello\r\n0\r\n\r\n", "05\r\nhello\r\n0\r\n\r\n",
        "000000000005\r\nhello\r\n0\r\n\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "5\r\nhello\r\n000\r\n\r\n",
        "5\r\nhello\r\n0;a=b\r\n\r\n", "5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n",
      ]) { Message("\(path): \($0.debugDescription)", chunked(path, $0)) },
      each(["a", "A", "0a"]) {
        Message("\(path): \($0)", chunked(path, "\($0)\r\nhellohello\r\n0\r\n\r\n"), answer: "10:hellohello")
      },
      [
        Message("\(path): none", post("Content-Length: 0", "", path: path), answer: "0:"),
        Message("\(path): no chunk", chunked(path, "0\r\n\r\n"), answer: "0:"),
        Message(
          "\(path): the limit", post("Content-Length: 1000", filler(1_000), path: path),
          answer: "1000:\(filler(1_000))"),
      ])
  }

  /// A query with which a request's first line has so many bytes.
  public static func line(_ count: Int) -> String { "/get?q=" + filler(count - "GET /get?q= HTTP/1.1".count) }

  /// A request inside a body, wherever a server could take no notice of the body. `METHOD` stands for any method.
  public static func hiding(_ request: String) -> [Message] {
    func message(_ name: String, _ line: String, _ fields: String = "", length: Int? = nil) -> Message {
      let length = length ?? request.utf8.count
      return Message(name, "METHOD \(line)\r\nHost: a\r\n\(fields)Content-Length: \(length)\r\n\r\n\(request)")
    }
    let chunk = "\(String(request.utf8.count, radix: 16))\r\n\(request)\r\n0\r\n\r\n"
    return [
      message("a length", "/get HTTP/1.1"),
      Message("a chunk", "METHOD /get HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)"),
      message("expected", "/get HTTP/1.1", "Expect: 100-continue\r\n"), message("nothing there", "/none HTTP/1.1"),
      message("expected, nothing there", "/none HTTP/1.1", "Expect: 100-continue\r\n"),
      message("HTTP/1.0", "/get HTTP/1.0", "Connection: keep-alive\r\n"),
      message("a malformed path", "/%zz HTTP/1.1"), message("too large", "/get HTTP/1.1", length: 1_048_577),
    ]
  }

  /// Trailers that would change what a request means, if they were fields of its header.
  public static let trailers = [
    "Content-Length: 0", "Transfer-Encoding: chunked", "Host: evil", "Authorization: evil", "X-User-Id: evil",
    "Content-Type: evil", "Connection: evil", "Trailer: evil", "Cookie: evil", "X-Request-Id: evil",
  ]
}

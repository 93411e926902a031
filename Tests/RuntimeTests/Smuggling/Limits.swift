import TestMessages

extension SmugglingTests {
  /// The limits of ``HTTPLimits``: 8 KiB a line, 32 KiB and 100 fields a head.
  static let limits: [Message] = [
    Message("a path of 8 KiB", get("/" + filler(8_192)), [414]),
    Message("a query of 8 KiB", get("/get?q=" + filler(8_192)), [414]),
    Message("a path of 64 KiB", get("/" + filler(65_536)), [414]),
    Message("a first line a byte too long", get(Corpus.line(8_193)), [414]),
    Message("a first line without an end", "GET /" + filler(100_000), [414]),
    Message("a field of 8 KiB", get(fields: "X: \(filler(8_192))\r\n"), [431]),
    Message("a field a byte too long", get(fields: "X: \(filler(8_190))\r\n"), [431]),
    Message("a field without an end", "GET /get HTTP/1.1\r\nHost: a\r\nX: " + filler(100_000), [431]),
    Message("a name of 64 KiB", get(fields: "\(filler(65_536)): y\r\n"), [431]),
    Message("a name without an end", "GET /get HTTP/1.1\r\n" + filler(100_000), [431]),
    Message("101 fields", get(fields: String(repeating: "X: y\r\n", count: 100)), [431]),
    Message("10,000 fields", get(fields: String(repeating: "X: y\r\n", count: 10_000)), [431]),
    Message("10,000 empty fields", get(fields: String(repeating: "X:\r\n", count: 10_000)), [431]),
    Message("five fields of 8,000 bytes", get(fields: String(repeating: "X: \(filler(8_000))\r\n", count: 5)), [431]),
    Message("90 fields of 400 bytes", get(fields: String(repeating: "X: \(filler(400))\r\n", count: 90)), [431]),
    Message("spaces of 64 KiB", get(fields: "X:\(String(repeating: " ", count: 65_536))y\r\n"), [431]),
    Message("101 trailers", chunked("/echo", "0\r\n" + String(repeating: "X: \(filler(400))\r\n", count: 101)), [431]),
    Message("a trailer of 8 KiB", chunked("/echo", "0\r\nX: \(filler(8_192))\r\n\r\n"), [431]),
  ]

  /// The routes take 1,000 bytes, GET a mebibyte.
  static let bodies: [Message] = all(
    tooLarge("/echo"), tooLarge("/stream"), [Message("of a GET", get(fields: "Content-Length: 1048577\r\n"), [413])])

  static func tooLarge(_ path: String) -> [Message] {
    func large(_ name: String, _ fields: String, _ body: String = "", _ status: Int = 413) -> Message {
      Message("\(path): \(name)", post(fields, body, path: path), [status])
    }
    return [
      large("a byte too long", "Content-Length: 1001", filler(1_001)),
      large("a byte too long, none sent", "Content-Length: 1001"),
      large("much too long", "Content-Length: 300000", filler(300_000)),
      large("10 GB, none sent", "Content-Length: 10000000000"),
      large("2^32 and 5", "Content-Length: 4294967301", "hello"),
      large("10^18 - 1", "Content-Length: 999999999999999999"),
      large("expected, a byte too long", "Content-Length: 1001\r\nExpect: 100-continue"),
      large("expected, 10 GB", "Expect: 100-continue\r\nContent-Length: 10000000000"),
      large("expected, and sent", "Content-Length: 1001\r\nExpect: 100-continue", filler(1_001)),
      large("a chunk of 2^59", "Transfer-Encoding: chunked", "800000000000000\r\n"),
      large("a chunk of 300 KB", "Transfer-Encoding: chunked", "493e0\r\n\(filler(300_000))\r\n0\r\n\r\n"),
      large("1,001 chunks", "Transfer-Encoding: chunked", String(repeating: "1\r\na\r\n", count: 1_001)),
      large("another expectation", "Content-Length: 5\r\nExpect: more", "hello", 417),
      large("two expectations", "Content-Length: 5\r\nExpect: 100-continue, more", "hello", 417),
      large("two in two fields", "Content-Length: 5\r\nExpect: more\r\nExpect: 100-continue", "hello", 417),
      large("an empty expectation", "Content-Length: 5\r\nExpect:", "hello", 417),
    ]
  }

  /// Messages to be cut: what they are answered with does not depend on where.
  static let segmented: [Message] = [
    Message("GET", get(fields: "X: y\r\n"), [200]),
    Message("an empty line first", "\r\n" + get("http://a/get?q=1"), [200]),
    Message("POST", post("Content-Length: 5"), [200]),
    Message("chunks", chunked("/echo", "2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n"), [200]),
    Message("chunks of a stream", chunked("/stream", "2\r\nhe\r\n03;a\r\nllo\r\n0\r\n\r\n"), [200]),
    Message("two lengths", post("Content-Length: 5\r\nContent-Length: 5")),
    Message("a bare LF", "GET /get HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    Message("chunks too long", chunked("/echo", "4\r\nhello\r\n")),
  ]
}

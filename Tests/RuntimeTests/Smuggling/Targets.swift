import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

extension SmugglingTests {
  /// RFC 9112, sections 2.3, 3.2 and 3.3; RFC 9110, section 7.2.
  static let targets: [Message] = all(
    [
      Message("no host", "GET /get HTTP/1.1\r\n\r\n"),
      Message("no host but fields", "GET /get HTTP/1.1\r\nX: y\r\n\r\n"),
      Message("two hosts", "GET /get HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
      Message("the same host twice", "GET /get HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
      Message("two hosts in HTTP/1.0", "GET /get HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
      Message("folded host", "GET /get HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
      Message("space before the host's colon", "GET /get HTTP/1.1\r\nHost : a\r\n\r\n"),
    ],
    each([
      "", " ", "u@a", "u:p@a", "a/b", "a?b", "a#b", "a b", "a\tb", "a\\b", "a, b", "http://a", "a\u{0}", "a\u{E9}",
      "a\u{C3}\u{A9}", "a\"", "<a>", "a:b", "a:80:80", "a:-1", "a:+80", "[::1", "::1", "[x]", "a%zz", "a%",
    ]) { Message("host \($0.debugDescription)", "GET /get HTTP/1.1\r\nHost: \($0)\r\n\r\n") },
    each([
      "http://b/get", "http://u@a/get", "http://a:81/get", "http:///get", "http:/get", "http:get", "ftp://a/get",
      "//a/get?\u{7F}", "get", "?q=1", "a", "*", "/a b", "/a\tb", "/get#x", "#", "/get?a#b", "/\u{E9}", "/<", "/\"",
      "/\\",
      "http://a/get#x", "http://a\\@b/get",
    ]) { Message("target \($0.debugDescription)", get($0)) },
    [
      Message("CONNECT", get("a:80", method: "CONNECT")),
      Message("HTTP/0.9", "GET /get\r\n"), Message("HTTP/0.9 with fields", "GET /get\r\nHost: a\r\n\r\n"),
      Message("HTTP/0.9 with a space", "GET /get \r\nHost: a\r\n\r\n"),
      Message("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505]),
      Message("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n\r\n"),
    ],
    each([
      "HTTP/1.12", "HTTP/01.1", "HTTP/1.01", "HTTP/1.", "HTTP/.1", "HTTP/1", "HTTP/11", "HTTP/1,1", "HTTP/+1.1",
      "HTTP/-1.1", "HTTP/1.x", "http/1.1", "Http/1.1", "HTTP 1.1", "HTTPS/1.1", "HTTP/1.1x", "XHTTP/1.1", "HTTP//1.1",
      "HTTP/1 .1", "ICE/1.0", "1.1", "HTTP/1.\u{EF}\u{BC}\u{91}",
    ]) { Message("version \($0.debugDescription)", get(version: $0)) },
    each(["HTTP/2.0", "HTTP/3.0", "HTTP/9.9", "HTTP/0.9", "HTTP/0.1"]) {
      Message("version \($0)", get(version: $0), [505])
    }
  )

  /// The limits of ``HTTPLimits``: 8 KiB a line, 32 KiB and 100 fields a head.
  static let limits: [Message] = [
    Message("a path of 8 KiB", get("/" + filler(8_192)), [414]),
    Message("a query of 8 KiB", get("/get?q=" + filler(8_192)), [414]),
    Message("a path of 64 KiB", get("/" + filler(65_536)), [414]),
    Message("a first line a byte too long", get(line(8_193)), [414]),
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

  /// A query with which a request's first line has so many bytes.
  static func line(_ count: Int) -> String { "/get?q=" + filler(count - "GET /get?q= HTTP/1.1".count) }

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

  /// The counterparts of what is refused. Each is answered, and so is what comes behind it.
  static let sound: [Message] = all(
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

  static func chunksAndLimits(_ path: String) -> [Message] {
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

  /// A request inside a body, wherever a server could take no notice of the body.
  static let hidden: [Message] = [
    hiding("a length", "/get HTTP/1.1"),
    Message(
      "a chunk",
      "METHOD /get HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "\(String(smuggled.utf8.count, radix: 16))\r\n\(smuggled)\r\n0\r\n\r\n"),
    hiding("expected", "/get HTTP/1.1", "Expect: 100-continue\r\n"), hiding("nothing there", "/none HTTP/1.1"),
    hiding("expected, nothing there", "/none HTTP/1.1", "Expect: 100-continue\r\n"),
    hiding("HTTP/1.0", "/get HTTP/1.0", "Connection: keep-alive\r\n"), hiding("a malformed path", "/%zz HTTP/1.1"),
    Message("too large", "METHOD /get HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n\(smuggled)"),
  ]

  static func hiding(_ name: String, _ line: String, _ fields: String = "") -> Message {
    let length = smuggled.utf8.count
    return Message(name, "METHOD \(line)\r\nHost: a\r\n\(fields)Content-Length: \(length)\r\n\r\n\(smuggled)")
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

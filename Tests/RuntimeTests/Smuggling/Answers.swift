import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestMessages
import Testing

extension SmugglingTests {
  /// Names and values that a handler puts into its answer.
  static let injections: [(String, String)] = all(
    each([
      "a\r\nx-injected: b", "a\nx-injected: b", "a\rx-injected: b", "a\u{0}x-injected: b", "\r\nx-injected: b", "a\r\n",
      "a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "\r\n\r\nbody", "a\r\n x-injected: b", "a\n\tb", "\r",
      "\n",
      "\u{0}", "\u{7F}", "\u{1B}[31m", "a\u{B}b", "a\u{C}b", "a\u{C2}\u{85}b",
      "a\u{E2}\u{80}\u{A8}x-injected: b", "a\u{E5}\u{98}\u{8D}\u{E5}\u{98}\u{8A}b", "a\u{E9}b",
      "%0d%0ax-injected: b", "a\\r\\nx-injected: b", "a\r\ncontent-length: 0", "a\r\ntransfer-encoding: chunked", "",
    ]) { ("x-value", $0) },
    each([
      "x-a\r\nx-injected", "x-a\nx-injected", "x-a\rx-injected", "x-a\u{0}", "x-a: b\r\nx-injected", "x-a ", " x-a",
      "x a", "",
      ":", "x-a:", "x-\u{E9}", "\r\nx-injected", "content-length", "transfer-encoding", "connection", "date",
      "Content-Length", "CONTENT-LENGTH", "Transfer-Encoding", "Connection", "Date", "X-Request-Id",
    ]) { ($0, "0") }
  )

  /// What goes into a request that is sent on.
  static let injectedRequests: [Injection] = [
    Injection("path", path: "/first HTTP/1.1\r\nx-injected: b\r\n\r\n"),
    Injection("path, LF", path: "/first\nx-injected: b"),
    Injection("path, CR", path: "/first\rx-injected: b"), Injection("path, space", path: "/first x"),
    Injection("path, NUL", path: "/first\u{0}"),
    Injection("path, a request", path: "/first HTTP/1.1\r\nhost: a\r\n\r\nGET /smuggled"),
    Injection("query", query: "a HTTP/1.1\r\nx-injected: b\r\n\r\n"), Injection("query, LF", query: "a\nx-injected: b"),
    Injection("query, space", query: "a b"),
    Injection("method", method: "GET /smuggled HTTP/1.1\r\nx-injected: b\r\n\r\nGET"),
    Injection("method, space", method: "GET /smuggled"), Injection("method, LF", method: "GET\n"),
    Injection("value", field: ("x-value", "a\r\nx-injected: b")),
    Injection("value, LF", field: ("x-value", "a\nx-injected: b")),
    Injection("value, CR", field: ("x-value", "a\rx-injected: b")),
    Injection("value, NUL", field: ("x-value", "a\u{0}b")),
    Injection("value, the end", field: ("x-value", "a\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")),
    Injection("name", field: ("x-a: b\r\nx-injected", "b")), Injection("name, LF", field: ("x-a\nx-injected", "b")),
    Injection("name, empty", field: ("", "b")), Injection("id", id: "a\r\nx-injected: b"),
    Injection("id, LF", id: "a\nx-injected: b"),
  ]

  /// Targets that have nothing to do with any route's parameters, or too much.
  static let strange: [String] = all(
    [
      "%zz", "%", "%2", "%00", "a%00b", "%c0%ae", "%c0%80", "%e0%80%af", "%f0%80%80%af", "%ff", "%fe%ff", "%ed%a0%80",
      "%f4%90%80%80", "%u0041", "%F0%9F%92%A9", "%E2%80%AE", "%0d%0ax-injected:%20b", "%25zz", "%2500", "+", "%2b", "'",
      "1%27--", "..%2f..%2fetc%2fpasswd", "$%7Ba%7D", "{a}", "[a]", "a|b", "a^b", "`a`",
    ].flatMap { ["/get?q=\($0)", "/get?\($0)", "/get?\($0)=1", "/get/\($0)", "/\($0)"] },
    [
      "/get?", "/get??", "/get?=", "/get?==", "/get?&&&&", "/get?q", "/get?q=", "/get?=q", "/get?q=1&q=2",
      "/get?q=1;q=2",
      "/get?q[]=1", "/get?q=1=2", "/get/..", "/get/.", "/get/../get", "/get/%2e%2e", "/get/%2e", "/get/a%2fb",
      "/get/a%5cb",
      "/get//", "//get", "/", "//", "/.", "/..", "/get/;a=b", "/get;a=b", "/get.", "/get%20", "/GET", "/%2567et",
      "/get/\(filler(8_000))", "/get?q=\(filler(8_000))", "/get?\(filler(8_000))", "/\(filler(8_192))",
      "/" + String(repeating: "a/", count: 4_000), String(repeating: "/", count: 8_000),
      "/" + String(repeating: "%2e%2e/", count: 1_000), "/get/" + String(repeating: "%61", count: 2_600),
      "/get?q=" + String(repeating: "%F0%9F%92%A9", count: 600), "/get?q=" + String(repeating: "%", count: 8_000),
      "/get?" + String(repeating: "&", count: 8_000), "/get?" + String(repeating: "a&", count: 4_000),
      "/get?" + String(repeating: "q=1&", count: 2_000), "/get?" + String(repeating: "a=1&", count: 10_000),
      "/get?a" + String(repeating: "[b]", count: 1_100) + "=1", "/get?q=" + String(repeating: "9", count: 1_000),
      "/get?q=9223372036854775808", "/get?q=-9223372036854775809", "/get?q=1e400", "/get?q=NaN",
    ]
  )

  static let ok = "HTTP/1.1 200 OK\r\n"
  static let sent = "Content-Length: 2\r\n\r\nok"

  /// Answers of a server that is not to be trusted.
  static let hostile: [Hostile] = all(
    each([
      "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
      "Content-Length: 2, 2\r\n\r\nok", "Content-Length: +2\r\n\r\nok", "Content-Length: -2\r\n\r\nok",
      "Content-Length: 0x2\r\n\r\nok", "Content-Length:\r\n\r\nok", "Content-Length: 9223372036854775808\r\n\r\nok",
      "Content-Length: 18446744073709551618\r\n\r\nok", "Content_Length: 2\r\n\r\nok",
      "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: \u{B}chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer_Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "Transfer-Encoding: chun\u{E2}\u{84}\u{AA}ed\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "X: y\r\n z\r\n\(sent)", "X : y\r\n\(sent)", " X: y\r\n\(sent)", ": y\r\n\(sent)", "X\r\n\(sent)",
      "X: \u{0}\r\n\(sent)",
      "X: y\rz\r\n\(sent)", "X: y\nz: z\r\n\(sent)", "X\u{0}: y\r\n\(sent)",
    ]) { Hostile($0.debugDescription, "\(ok)\($0)") },
    each([
      "0x2\r\nok\r\n0\r\n\r\n", "+2\r\nok\r\n0\r\n\r\n", "-2\r\nok\r\n0\r\n\r\n", " 2\r\nok\r\n0\r\n\r\n",
      "2 \r\nok\r\n0\r\n\r\n",
      "2\nok\r\n0\r\n\r\n", "2\r\nok0\r\n\r\n", "2\r\nok\n0\r\n\r\n", "1\r\nok\r\n0\r\n\r\n", "ok\r\n0\r\n\r\n", "\r\n",
      "10000000000000002\r\nok\r\n0\r\n\r\n", "ffffffffffffffff\r\nok\r\n0\r\n\r\n", "2;a\nb\r\nok\r\n0\r\n\r\n",
      "2\r\nok\r\n0\r\nbad trailer\r\n\r\n", "2\r\nok\r\n0\r\nA: b\r\n c\r\n\r\n",
      "2;\(filler(65_536))\r\nok\r\n0\r\n\r\n",
    ]) { Hostile("chunk \($0.prefix(30).debugDescription)", "\(ok)Transfer-Encoding: chunked\r\n\r\n\($0)") },
    each([
      "HTTP/1.1 200 O\rK\r\n", "HTTP/1.1 200 O\nK\r\n", "HTTP/1.1 200 O\r\nK\r\n", "HTTP/1.1 200 O\u{0}K\r\n",
      "HTTP/1.1 200 OK\n",
      "HTTP/2.0 200 OK\r\n", "HTTP/3 200 OK\r\n", "HTTP/0.9 200 OK\r\n", "HTTP/1.12 200 OK\r\n", "HTTP/1 200 OK\r\n",
      "http/1.1 200 OK\r\n", "ICY 200 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 abc OK\r\n",
      "HTTP/1.1 -20 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1\t200 OK\r\n", "HTTP/1.1\r\n",
      "200 OK\r\n",
      "\r\nHTTP/1.1 200 OK\r\n", "\nHTTP/1.1 200 OK\r\n", "garbage\r\n", "GET / HTTP/1.1\r\n", " HTTP/1.1 200 OK\r\n",
    ]) { Hostile($0.debugDescription, "\($0)\(sent)") },
    [
      Hostile("a frame of HTTP/2", "\u{0}\u{0}\u{12}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{3}", .closes),
      Hostile("an alert of TLS", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{46}", .closes),
      Hostile("a page of HTTP/0.9", "<html>\n<body>ok</body>\n</html>\n", .closes),
      Hostile("another protocol", "SSH-2.0-OpenSSH_9.2\r\n"), Hostile("noise", "\u{FF}\u{FE}\u{0}\u{1}\u{80}\r\n\r\n"),
      Hostile("a field of 1 MB", "\(ok)X: \(filler(1_000_000))\r\n\(sent)"),
      Hostile("a head of 1 MB", "\(ok)\(String(repeating: "X: \(filler(8_000))\r\n", count: 125))\(sent)"),
      Hostile("a status line of 1 MB", "HTTP/1.1 200 \(filler(1_000_000))\r\n\(sent)"),
      Hostile("10,000 fields", "\(ok)\(String(repeating: "X: y\r\n", count: 10_000))\(sent)"),
      Hostile(
        "trailers of 1 MB", "\(chunkedAnswer)0\r\n\(String(repeating: "X: \(filler(8_000))\r\n", count: 125))\r\n"),
      Hostile(
        "1,000 interim answers", "\(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1_000))\(ok)\(sent)"),
      Hostile(
        "nine interim answers", "\(String(repeating: "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", count: 9))\(ok)\(sent)"
      ),
      Hostile("a change of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\(ok)\(sent)"),
      Hostile("nothing", "", .closes), Hostile("half a head", "\(ok)Content-Le", .closes),
      Hostile("half a line", "HTTP/1", .closes),
      Hostile("half a body", "\(ok)Content-Length: 10\r\n\r\nok", .closes),
      Hostile("no body", "\(ok)Content-Length: 10\r\n\r\n", .closes),
      Hostile("half a body, reset", "\(ok)Content-Length: 10\r\n\r\nok", .resets),
      Hostile("an interim answer alone", "HTTP/1.1 100 Continue\r\n\r\n", .closes),
      Hostile("half a chunk", "\(chunkedAnswer)5\r\nok", .closes),
      Hostile("no last chunk", "\(chunkedAnswer)2\r\nok\r\n", .closes),
      Hostile("no empty line", "\(chunkedAnswer)2\r\nok\r\n0\r\n", .closes),
      Hostile("no chunk", chunkedAnswer, .closes),
      // A body until the end is whole only when nothing went wrong (RFC 9112, section 8).
      Hostile("until the end, reset", "\(ok)\r\nok", .resets),
      Hostile("a long body, cut off", "\(long)\(filler(70_000))", .closes, isStreamed: true),
      Hostile("a long body, reset", "\(long)\(filler(70_000))", .resets, isStreamed: true),
      Hostile("a stream, cut off", "\(chunkedAnswer)186a0\r\n\(filler(70_000))", .closes, isStreamed: true),
      Hostile("a stream without a last chunk", "\(chunkedAnswer)5\r\nhello\r\n", .closes, isStreamed: true),
      Hostile("a stream with a bad chunk", "\(chunkedAnswer)5\r\nhello\r\n0x5\r\nhello\r\n0\r\n\r\n", isStreamed: true),
      Hostile("a stream with a long chunk", "\(chunkedAnswer)5\r\nhelloX\r\n0\r\n\r\n", isStreamed: true),
      Hostile("a stream until the end, reset", "\(ok)\r\nok", .resets, isStreamed: true),
      // What is sound is taken; what comes with it is not.
      Hostile("sound", "\(ok)\(sent)", body: "ok", isReusable: true),
      Hostile(
        "sound chunks", "\(chunkedAnswer)1;a=b\r\no\r\n1\r\nk\r\n0\r\nA: b\r\n\r\n", body: "ok", isReusable: true),
      Hostile(
        "interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n\(ok)\(sent)", body: "ok",
        isReusable: true),
      Hostile("until the end", "\(ok)\r\nok", .closes, body: "ok"),
      Hostile("a last answer", "\(ok)Connection: close\r\n\(sent)", body: "ok"),
      Hostile("an older server's", "HTTP/1.0 200 OK\r\n\(sent)", body: "ok"),
      Hostile("longer than it says", "\(ok)\(sent)more", body: "ok"),
      Hostile("a second answer behind it", "\(ok)\(sent)\(ok)\(sent)", body: "ok"),
      Hostile("chunks with more behind them", "\(chunkedAnswer)2\r\nok\r\n0\r\n\r\nmore", body: "ok"),
      Hostile("204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", body: ""),
      Hostile("304 with a body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok", body: ""),
      Hostile("a body for HEAD", "\(ok)\(sent)", body: "", method: "HEAD"),
      Hostile("a length for HEAD", "\(ok)Content-Length: 2\r\n\r\n", body: "", isReusable: true, method: "HEAD"),
      Hostile("a stream", "\(long)\(filler(100_000))", body: filler(100_000), isReusable: true, isStreamed: true),
      Hostile("a stream until the end", "\(ok)\r\nok", .closes, body: "ok", isStreamed: true),
      Hostile(
        "a stream with more behind it", "\(long)\(filler(100_000))\(ok)\(sent)", body: filler(100_000), isStreamed: true
      ),
    ]
  )

  static let chunkedAnswer = ok + "Transfer-Encoding: chunked\r\n\r\n"
  static let long = ok + "Content-Length: 100000\r\n\r\n"
}

/// A request of a client's that holds what would make lines.
struct Injection: Sendable, CustomTestStringConvertible {
  let name: String
  let request: HTTPRequest

  init(
    _ name: String, method: String = "GET", path: String = "/first", query: String? = nil,
    field: (String, String)? = nil,
    id: String = ""
  ) {
    self.name = name
    var request = HTTPRequest(method: method, path: path, query: query)
    if let field { request.headers.append(field.0, field.1) }
    request.id = id
    self.request = request
  }

  var testDescription: String { name }
}

// MARK: - the server

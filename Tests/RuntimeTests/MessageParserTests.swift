import ServiceHTTP
import Testing

@Suite struct MessageParserTests {
  /// What a parser gives for bytes that come in one piece, or in pieces of a size.
  private func parse(_ text: String, pieces: Int? = nil, role: MessageParser.Role = .request) throws(HTTPFault)
    -> [String]
  {
    var parser = MessageParser(role)
    parser.bodyLimit = 1_000
    var result: [String] = []
    var body: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let end = min(bytes.count, index + (pieces ?? bytes.count))
      parser.append(bytes[index..<end])
      index = end
      reading: while true {
        switch try parser.next() {
        case .needMore: break reading
        case .head(let head):
          switch head.startLine {
          case .request(let method, let target): result.append("\(method) \(target)")
          case .response(let status): result.append("\(status)")
          }
        case .part(let bytes): body += bytes
        case .end:
          result.append(String(decoding: body, as: UTF8.self))
          body = []
        }
      }
    }
    return result
  }

  private static let host = "Host: a\r\n"

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /", ""]),
    ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /", ""]),
    ("POST /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", ["POST /x?y=1", "abc"]),
    (
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n",
      ["POST /", "abcde"]
    ),
    ("POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n", ["POST /", ""]),
    ("GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", ["GET http://a/x", ""]),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS *", ""]),
    ("GET / HTTP/1.0\r\n\r\n", ["GET /", ""]),
    (
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
      ["GET /1", "", "GET /2", "x", "GET /3", ""]
    ),
  ])
  func `a sound request is read the same however it is cut`(_ text: String, _ expected: [String]) throws {
    #expect(try parse(text) == expected)
    for pieces in 1..<text.utf8.count { #expect(try parse(text, pieces: pieces) == expected) }
  }

  @Test(arguments: [
    // Lengths.
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\nx",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n",
    // A length beside chunks, and codings.
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{B}chunked\r\n\r\n0\r\n\r\n",
    // Chunks.
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\nx\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n",
    // Lines and fields.
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}: y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: y\u{0}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    // Request lines and hosts.
    "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.12\r\nHost: a\r\n\r\n", "GET / HTTP/01.1\r\nHost: a\r\n\r\n",
    "GET /\r\n\r\n",
    "GET / http/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
  ])
  func `whatever could be understood in two ways is refused`(_ text: String) {
    let fault = #expect(throws: HTTPFault.self) { try parse(text) }
    #expect(fault?.status == 400)
    let cut = #expect(throws: HTTPFault.self) { try parse(text, pieces: 1) }
    #expect(cut?.status == 400)
  }

  @Test(arguments: [
    (501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
    (501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"),
    (501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"),
    (505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"), (417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n"),
    (414, "GET /" + String(repeating: "a", count: 8_200) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
    (431, "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 8_200) + "\r\n\r\n"),
    (431, "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 101) + "\r\n"),
    (
      431,
      "GET / HTTP/1.1\r\nHost: a\r\n"
        + String(repeating: "X: " + String(repeating: "y", count: 4_000) + "\r\n", count: 9) + "\r\n"
    ),
    (413, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"),
  ])
  func `limits and what is not served have their own statuses`(_ status: Int, _ text: String) {
    let fault = #expect(throws: HTTPFault.self) { try parse(text) }
    #expect(fault?.status == status)
  }

  @Test func `responses are read, interim ones and bodies until the end too`() throws {
    #expect(
      try parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", role: .response)
        == ["100", "", "200", "ok"])
    #expect(try parse("HTTP/1.1 204 No Content\r\n\r\n", role: .response) == ["204", ""])
    var parser = MessageParser(.response)
    parser.append(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8))
    _ = try parser.next()
    guard case .part(let body) = try parser.next() else {
      Issue.record("a body until the end was not given out")
      return
    }
    try parser.close()
    #expect(body == Array("abc".utf8))
  }
}

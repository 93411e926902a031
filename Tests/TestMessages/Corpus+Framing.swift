extension Corpus {
  /// RFC 9112, section 6.3, rules 3 and 5; RFC 9110, section 8.6.
  public static let lengths: [Message] = all(
    [
      Message("length, chunks", post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
      Message("chunks, length", post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")),
      Message("length of 0, chunks", post("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
      Message("length, chunks, length", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\nContent-Length: 5")),
      Message(
        "chunks, length, chunks", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\nTransfer-Encoding: a")),
      Message("in other cases", post("CONTENT-LENGTH: 5\r\ntransfer-encoding: CHUNKED", "0\r\n\r\n")),
      Message("far apart", post("Content-Length: 5\r\nX: y\r\nY: z\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
      Message("length, identity", post("Content-Length: 5\r\nTransfer-Encoding: identity"), [400, 501]),
      Message("length, unknown coding", post("Content-Length: 5\r\nTransfer-Encoding: xchunked"), [400, 501]),
      Message("length, empty coding", post("Content-Length: 5\r\nTransfer-Encoding:"), [400, 501]),
      Message(
        "length, chunks in HTTP/1.0", post("Content-Length: 5\r\nTransfer-Encoding: chunked", version: "HTTP/1.0")),
      Message("twice the same", post("Content-Length: 5\r\nContent-Length: 5")),
      Message("twice, different", post("Content-Length: 5\r\nContent-Length: 6")),
      Message("0, then 5", post("Content-Length: 0\r\nContent-Length: 5")),
      Message("5, then 0", post("Content-Length: 5\r\nContent-Length: 0")),
      Message("5, then 05", post("Content-Length: 5\r\nContent-Length: 05")),
      Message("twice in other cases", post("Content-Length: 5\r\ncontent-length: 5")),
      Message("twice, apart", post("Content-Length: 5\r\nX: y\r\nContent-Length: 5")),
      Message("twice, one empty", post("Content-Length: 5\r\nContent-Length:")),
      Message("three times", post("Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 5")),
      Message("twice in HTTP/1.0", post("Content-Length: 5\r\nContent-Length: 6", version: "HTTP/1.0")),
      Message("folded", post("Content-Length:\r\n 5")),
      Message("folded after a digit", post("Content-Length: 0\r\n\t5")),
      Message("space before the colon", post("Content-Length : 5")),
      Message("tab before the colon", post("Content-Length\t: 5")),
      Message("underscore", post("Content_Length: 5")),
      Message("a space in the name", post("Content Length: 5")),
      Message("no colon", post("Content-Length 5")),
      Message("behind a bare CR", post("X: y\rContent-Length: 5")),
      Message("behind a bare LF", post("X: y\nContent-Length: 5")),
      Message("behind a NUL", post("X: y\u{0}Content-Length: 5")),
      Message("of a GET, twice", get(fields: "Content-Length: 0\r\nContent-Length: 0\r\n")),
    ],
    each([
      "5, 5", "5,5", "5, 6", "5,", ",5", "5 5", "5\t5", "+5", "-5", "-0", "+0", "0x5", "0o5", "0b101", "5h", "", " ",
      "5.0", "5.", "5e0", "five", "5;a=b", "\"5\"", "5_0", "9223372036854775808", "18446744073709551616",
      "18446744073709551621", "99999999999999999999999999999999999999999999", "\u{B}5", "5\u{C}", "5\u{0}", "\u{1}5",
      "5\u{7F}", "\u{EF}\u{BC}\u{95}", "\u{D9}\u{A5}", "\u{A0}5", "5\r", "NaN", "*",
    ]) { Message($0.debugDescription, post("Content-Length: \($0)")) }
  )

  /// A body in a chunk.
  public static let hello = "5\r\nhello\r\n0\r\n\r\n"

  /// RFC 9112, sections 6.1 and 7.
  public static let codings: [Message] = all(
    each([
      "xchunked", "chunkedx", "chunk", "identity", "gzip", "deflate", "x-gzip", "chunked, gzip", "gzip, chunked",
      "chunked, chunked", "chunked,chunked", "chunked, identity", "identity, chunked", "chunked,", ",chunked",
      ", chunked", "chunked;q=1", "chunked ;a=b", "chunked;", "\"chunked\"", "'chunked'", "chunked chunked",
      "chunked\tx", "trailers", "*", "", " ", "\u{B}chunked", "chunked\u{B}", "\u{C}chunked", "chunked\u{C}",
      "\u{0}chunked", "chunked\u{0}", "\u{1}chunked", "chunked\u{7F}", "\u{A0}chunked", "\u{C2}\u{A0}chunked",
      "\u{EF}\u{BB}\u{BF}chunked", "chunked\r", "chunked\n",
      // A Kelvin sign, which is a 'k' to who maps it to lower case.
      "chun\u{E2}\u{84}\u{AA}ed",
    ]) { Message($0.debugDescription, post("Transfer-Encoding: \($0)", hello), [400, 501]) },
    each([
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding:\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\ntransfer-encoding: x",
      "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: gzip\r\n\t, chunked", "Transfer_Encoding: chunked",
      "transfer_encoding: chunked", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
      "Transfer Encoding: chunked", "Transfer-Encoding\u{0}: chunked", "Transfer-Encoding\u{FF}: chunked",
      "Transfer-Encoding chunked", ":Transfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
      "X: y\nTransfer-Encoding: chunked", "X: y\r\r\nTransfer-Encoding: chunked",
    ]) { Message($0.debugDescription, post($0, hello), [400, 501]) },
    [
      Message("in HTTP/1.0", post("Transfer-Encoding: chunked", hello, version: "HTTP/1.0")),
      Message(
        "in HTTP/1.0, kept alive",
        post("Connection: keep-alive\r\nTransfer-Encoding: chunked", hello, version: "HTTP/1.0")),
      Message("of a GET", get(fields: "Transfer-Encoding: identity\r\n"), [400, 501]),
      Message(
        "as the first line", "POST /echo HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: a\r\n\r\n" + hello),
    ]
  )

  /// RFC 9112, section 7.1. What stands before the message is the head of one with chunks.
  public static let chunks: [Message] = all(
    each([
      "0x5", "0X5", "0x", "+5", "-5", "-1", "-0", " 5", "\t5", "5 ", "5\t", "5 x", "5_0", "5,", "5.0", "5h", "h", "",
      " ", "\"5\"", "5\u{0}", "\u{0}5", "5\u{B}", "\u{C}5", "5\u{7F}", "\u{EF}\u{BC}\u{95}", "ffffffffffffffff",
      "8000000000000000", "10000000000000005", "00000000000000005", "5;a=\u{0}", "5;a\u{1}b", "5 ;a=b", "5;a=b\u{7F}",
      // No extension has these forms (RFC 9112, section 7.1.1).
      "5;", "5;a b", "5;=b", "5;a=\"b", "5;a=b;",
    ]) { Message($0.debugDescription, "\($0)\r\nhello\r\n0\r\n\r\n") },
    [
      Message("an extension of 64 KiB", "5;a=" + filler(65_536) + "\r\nhello\r\n0\r\n\r\n", [400, 431]),
      Message("a size of 64 KiB", String(repeating: "0", count: 65_536) + "5\r\nhello\r\n0\r\n\r\n"),
    ],
    each([
      "5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5\n\rhello\r\n0\r\n\r\n", "5\r\r\nhello\r\n0\r\n\r\n",
      "5;a\nb\r\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n", "5;a=\"\r\nhello\n\"\r\n0\r\n\r\n",
      "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "5\r\nhello\n\r0\r\n\r\n",
      "5\r\nhello\r\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "4\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n\r\n0\r\n\r\n",
      "0\n\r\n", "0\r\r\n\r\n", "0\r\n\n", "0\r\n\r\r\n", "0x0\r\n\r\n", "-0\r\n\r\n", "0 \r\n\r\n",
      "0\r\nbad trailer\r\n\r\n", "0\r\n: x\r\n\r\n", "0\r\nA : x\r\n\r\n", "0\r\nA: x\r\n y\r\n\r\n",
      "0\r\n A: x\r\n\r\n", "0\r\nA: x\ny\r\n\r\n", "0\r\nA: x\u{0}\r\n\r\n", "0\r\nTransfer_Encoding: x\r\n\r\n",
      // A whole body, with a request behind it, for who goes on after the refused line.
      "zz\r\n5\r\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n\r\n0\r\n\r\n",
    ]) { Message($0.debugDescription, $0) }
  )
}

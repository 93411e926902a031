import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

/// What an attacker writes to a socket, byte for byte: whatever two readers could understand differently has one
/// answer, a refusal, and nothing behind it is read as a request.
///
/// Every message that is to be refused goes out with a request for `/smuggled` behind it, and every sound one with
/// a last request that ends the connection: what came back is read until the server closes, so nothing is timed.
@Suite(ServingTrait()) struct SmugglingTests {
  // MARK: one answer, then the end

  @Test(arguments: lengths)
  fileprivate func `a length that is not one decimal number is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: codings)
  fileprivate func `a transfer coding that is not exactly chunked is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: chunks, ["/echo", "/stream"])
  fileprivate func `a chunk that is not what it says is refused`(_ chunks: Message, _ path: String) throws {
    try expectRefused(Message(chunks.name, chunked(path, chunks.text), chunks.statuses))
  }

  @Test(arguments: lines)
  fileprivate func `a line or a field that is malformed is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: targets)
  fileprivate func `a host, a target or a version that is malformed is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: limits)
  fileprivate func `a head beyond its limits is refused by the limit's status`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: bodies)
  fileprivate func `a body that is too large is refused before it is asked for`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: ["/echo", "/stream"], [chunked("/", "3e9\r\n"), chunked("/", "1f4\r\n\(filler(500))\r\n1f5\r\n")])
  fileprivate func `chunks beyond the limit are refused, and are not read as anything else`(
    _ path: String, _ text: String
  ) throws {
    // What the refused chunk holds would be the end of the body and a request, for who took it for framing.
    let message = text.replacing("POST /", with: "POST \(path)") + "0\r\n\r\n"
    try expectRefused(Message("chunks", message, [413]))
  }

  // MARK: sound messages

  @Test(arguments: sound)
  fileprivate func `a sound message is answered, and its connection goes on`(_ message: Message) throws {
    let came = try exchange([message.text + Self.last])
    #expect(came.statuses == [200, 200] && came.isClosed, "\(message.name): \(came)")
    #expect(came.replies.first?.text == message.answer && came.replies.last?.text == "got last", "\(came)")
  }

  @Test(arguments: ["GET", "HEAD", "OPTIONS", "DELETE"], hidden)
  fileprivate func `a request inside a body is part of the body`(_ method: String, _ message: Message) throws {
    let text = message.text.replacing("METHOD", with: method) + Self.last
    let came = try exchange([text], isHead: method == "HEAD")
    #expect(came.isSound && came.isClosed && (1...2).contains(came.replies.count), "\(came)")
    #expect(!came.wasSmuggled, "\(came)")
    // Either the body was read and the connection goes on, or it ends.
    if came.replies.count == 2 {
      #expect(came.replies.last?.text == "got last", "\(came)")
    } else {
      #expect(came.replies.first?.fields["connection"] == ["close"], "\(came)")
    }
  }

  @Test(arguments: [
    get(fields: "Connection: close\r\n"), get(fields: "Connection: x, Close\r\n"), get(version: "HTTP/1.0"),
    get(fields: "Connection: x\r\nConnection: close\r\n"), post("Content-Length: 5\r\nConnection: close"),
  ])
  fileprivate func `nothing is read behind a last request`(_ text: String) throws {
    let came = try exchange([text + Self.smuggled])
    #expect(came.statuses == [200] && came.isClosed && !came.wasSmuggled, "\(came)")
  }

  @Test(
    arguments: [
      "Content-Length: 0", "Transfer-Encoding: chunked", "Host: evil", "Authorization: evil", "X-User-Id: evil",
      "Content-Type: evil", "Connection: evil", "Trailer: evil", "Cookie: evil", "X-Request-Id: evil",
    ], ["/echo", "/stream"])
  fileprivate func `a trailer is dropped`(_ trailer: String, _ path: String) throws {
    let came = try exchange([chunked(path, "5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n") + Self.last])
    #expect(came.statuses == [200, 200] && came.isClosed, "\(came)")
    #expect(came.replies.first?.text == "5:hello" && came.replies.last?.text == "got last", "\(came)")
    let seen = try #require(came.replies.first?.fields["x-seen"])
    #expect(seen == ["host: a|transfer-encoding: chunked"], "\(came)")
  }

  // MARK: segments

  @Test(arguments: ["/echo", "/stream"])
  fileprivate func `a hundred requests in one write have a hundred answers in their order`(_ path: String) throws {
    let requests = (0..<100).map { index in
      switch index % 3 {
      case 0: get("/get?q=\(index)")
      case 1: post("Content-Length: \(String(index).count)", String(index), path: path)
      default: chunked(path, "1\r\n\(index / 10)\r\n1;a=b\r\n\(index % 10)\r\n0\r\n\r\n")
      }
    }
    let answers = (0..<100).map { index in
      switch index % 3 {
      case 0: "got \(index)"
      case 1: "\(String(index).count):\(index)"
      default: "2:\(index / 10)\(index % 10)"
      }
    }
    let came = try exchange([requests.joined() + Self.last])
    #expect(came.isSound && came.isClosed && came.statuses == [Int](repeating: 200, count: 101), "\(came)")
    #expect(came.replies.map(\.text) == answers + ["got last"])
  }

  @Test(arguments: segmented)
  fileprivate func `a message is read the same wherever it is cut`(_ message: Message) throws {
    let text = message.text + Self.last
    let whole = try exchange([text])
    #expect(whole.isClosed && Set(whole.statuses) == message.statuses, "\(message.name): \(whole)")
    let fence = try RawClient()
    for offset in 1..<text.unicodeScalars.count {
      let cut = text.unicodeScalars.index(text.unicodeScalars.startIndex, offsetBy: offset)
      let came = try exchange([String(text[..<cut]), String(text[cut...])], fence: fence)
      #expect(came.same(as: whole), "\(message.name) cut at \(offset): \(came)")
    }
  }

  @Test(arguments: segmented)
  fileprivate func `a message is read the same when it comes byte by byte`(_ message: Message) throws {
    let text = message.text + Self.last
    let came = try exchange(text.unicodeScalars.map { String($0) }, fence: try RawClient())
    #expect(came.same(as: try exchange([text])), "\(message.name): \(came)")
  }

  // MARK: expectations

  @Test(arguments: ["/echo", "/stream"], ["100-continue", "100-Continue"])
  fileprivate func `a body that is waited for is asked for once`(_ path: String, _ expectation: String) throws {
    let client = try RawClient()
    client.send(post("Content-Length: 5\r\nExpect: \(expectation)", "", path: path))
    let asked = client.receive { $0.hasSuffix("\r\n\r\n") }
    #expect(asked.interim == [100] && asked.replies.isEmpty && asked.isSound, "\(asked)")
    client.send("hello" + Self.last)
    let came = client.receive()
    #expect(came.interim == [100] && came.statuses == [200, 200] && came.isClosed && came.isSound, "\(came)")
    #expect(came.replies.first?.text == "5:hello" && came.replies.last?.text == "got last", "\(came)")
  }

  @Test(arguments: [
    post("Content-Length: 5\r\nExpect: 100-continue", path: "/none"), get(fields: "Expect: 100-continue\r\n"),
    post("Content-Length: 5\r\nExpect: 100-continue", path: "/get"),
    post("Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close", version: "HTTP/1.0"),
  ])
  fileprivate func `no body is asked for where none is wanted`(_ text: String) throws {
    let came = try exchange([text + Self.last])
    #expect(came.interim.isEmpty && came.isClosed && came.isSound && !came.replies.isEmpty, "\(came)")
    #expect(came.replies.count == 1 || came.replies.last?.text == "got last", "\(came)")
  }

  @Test fileprivate func `no body is asked for inside an answer`() throws {
    let client = try RawClient()
    client.send(post("Content-Length: 5\r\nExpect: 100-continue", "", path: "/pipe"))
    _ = client.receive { $0.hasSuffix("\r\n\r\n") }
    client.send("hello" + Self.last)
    let came = client.receive()
    #expect(came.isSound && came.isClosed && came.replies.first?.text == "hello", "\(came)")
  }

  @Test(arguments: [
    post("Content-Length: 5", path: "/pipe"), chunked("/pipe", hello),
    chunked("/pipe", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    post("Content-Length: 5\r\nConnection: close", path: "/pipe"),
  ])
  fileprivate func `an answer that says it is the last one is`(_ text: String) throws {
    let came = try exchange([text + Self.last])
    #expect(came.isSound && came.isClosed && came.replies.first?.text == "hello", "\(came)")
    let isLast = came.replies.first?.fields["connection"] == ["close"]
    #expect(isLast ? came.replies.count == 1 : came.replies.last?.text == "got last", "\(came)")
  }

  // MARK: answers

  @Test(arguments: injections)
  fileprivate func `no field of an answer makes another line`(_ name: String, _ value: String) throws {
    let body = name + "=" + value
    let came = try exchange([post("Content-Length: \(body.unicodeScalars.count)", body, path: "/reflect") + Self.last])
    #expect(came.isSound && came.isClosed && came.statuses == [200, 200], "\(came)")
    #expect(came.replies.first?.text == "reflected" && came.replies.last?.text == "got last", "\(came)")
    let own: Set<String> = ["date", "x-request-id", "content-length", "connection"]
    let fields = came.replies.first?.fields ?? [:]
    #expect(fields.keys.allSatisfy { own.contains($0) || $0 == name.lowercased() }, "\(came)")
    #expect(fields.values.allSatisfy { $0.count == 1 } && fields["transfer-encoding"] == nil, "\(came)")
    #expect(own.allSatisfy { fields[$0] != ["0"] }, "\(came)")
  }

  @Test(arguments: injectedRequests)
  fileprivate func `nothing of a client's request makes another line`(_ item: Injection) async throws {
    let service = try #require(Service.current)
    let upstream = try Upstream(Hostile("sound", Self.ok + "Content-Length: 2\r\n\r\nok"))
    defer { upstream.stop() }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [service.loop])
    // It is refused, or goes out without what does not belong in it.
    _ = try? await client.send(item.request, Self.fetch)
    #expect(upstream.seen.count <= 1, "\(item.name)")
    for seen in upstream.seen {
      let lines = seen.text.components(separatedBy: "\r\n")
      #expect(
        lines[0].split(separator: " ", omittingEmptySubsequences: false).count == 3, "\(seen.text.debugDescription)")
      #expect(lines.suffix(2) == ["", ""] && !lines.dropLast(2).contains(""), "\(seen.text.debugDescription)")
      #expect(!lines.contains { $0.hasPrefix("x-injected") || $0.hasPrefix("GET /smuggled") }, "\(lines)")
      let hasControl = lines.contains {
        $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
      }
      #expect(!hasControl, "\(seen.text.debugDescription)")
    }
  }

  // MARK: strange targets

  @Test(arguments: strange)
  fileprivate func `a strange target has one answer, and no harm is done`(_ target: String) throws {
    let came = try exchange([get(target) + Self.last])
    #expect(came.isSound && came.isClosed && came.interim.isEmpty && !came.wasSmuggled, "\(came)")
    let status = try #require(came.statuses.first)
    #expect((200..<300).contains(status) || (400..<500).contains(status), "\(came)")
    #expect(came.replies.count == 1 || came.replies.count == 2 && came.replies.last?.text == "got last", "\(came)")
    #expect(try exchange([Self.last]).replies.first?.text == "got last")
  }

  @Test(arguments: [
    ("bytes=0-9223372036854775807", 206), ("bytes=0-9223372036854775808", 206),
    ("bytes=0-99999999999999999999999999", 206), ("bytes=-9223372036854775807", 206),
    ("bytes=-99999999999999999999999999", 206), ("bytes=-0", 416), ("bytes=9223372036854775807-", 416),
    ("bytes=99999999999999999999999999-", 416), ("bytes=9223372036854775807-9223372036854775807", 416),
    ("bytes=1-0", 200), ("bytes=-", 200), ("bytes=", 200), ("bytes=--1", 200), ("bytes=+0-1", 200),
    ("bytes=0x0-1", 200), ("bytes=0-1,2-3", 200), ("lines=0-1", 200), ("bytes 0-1", 200),
  ])
  fileprivate func `a range at its extremes has one answer`(_ range: String, _ status: Int) throws {
    let came = try exchange([get(fields: "Range: \(range)\r\n") + Self.last])
    #expect(came.statuses == [status, 200] && came.isSound && came.isClosed, "\(came)")
  }

  // MARK: hostile servers

  @Test(arguments: hostile)
  fileprivate func `a hostile answer is refused, and its connection is not used again`(_ answer: Hostile) async throws {
    let service = try #require(Service.current)
    let upstream = try Upstream(answer)
    defer { upstream.stop() }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [service.loop])
    let request = HTTPRequest(method: answer.method, path: "/first")
    do {
      let response =
        try await answer.isStreamed ? client.forward(request, Self.fetch) : client.send(request, Self.fetch)
      let body = try await response.stream?.collect(limit: 1_000_000) ?? response.body
      #expect(answer.body.map { $0.utf8.elementsEqual(body) } ?? false, "\(response.status), \(body.count) bytes")
    } catch ClientError.unreachable(_, let reason) {
      #expect(answer.body == nil, "\(reason)")
    } catch {
      // The body of an answer that is a stream ends with an error of the connection's own.
      #expect(answer.isStreamed && answer.body == nil && !(error is ClientError), "\(error)")
    }
    let second = try await client.send(HTTPRequest(method: "GET", path: "/second"), Self.fetch)
    #expect(second.status == 200 && second.body == Array("ok".utf8))
    #expect(upstream.seen.map(\.connection) == [0, answer.isReusable ? 0 : 1])
  }

  // MARK: helpers

  /// A request that is not to be seen. It ends the connection, so that nobody waits where it is seen after all.
  private static let smuggled = get("/smuggled", fields: "Connection: close\r\n")
  /// The request that ends a connection on which all went well.
  private static let last = get("/get?q=last", fields: "Connection: close\r\n")

  private static let fetch = OperationDescriptor(
    service: "upstream", id: "fetch", method: "GET", path: [.literal("first")], statuses: [200], hasDefault: true)

  /// Sends a message and a request behind it: there is one answer, a refusal that says so, and then the end.
  private func expectRefused(_ message: Message, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let came = try exchange([message.text + Self.smuggled])
    let isRefused =
      came.isSound && came.isClosed && came.interim.isEmpty && came.replies.count == 1
      && message.statuses.contains(came.statuses[0]) && came.replies[0].fields["connection"] == ["close"]
    #expect(isRefused, "\(message.name): \(came)", sourceLocation: sourceLocation)
  }

  /// Sends pieces and reads until the server closes. Behind a fence, each piece has been read before the next goes out:
  /// the server has one loop, which sees what is ready in the order in which it came.
  private func exchange(_ pieces: [String], isHead: Bool = false, fence: RawClient? = nil) throws -> Replies {
    let client = try RawClient(isHead: isHead)
    try fence?.roundTrip()
    for piece in pieces {
      client.send(piece)
      try fence?.roundTrip()
    }
    return client.receive()
  }
}

// MARK: - tables

/// A message to be sent, and what is to come of it.
private struct Message: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// Each of these is a right answer.
  let statuses: Set<Int>
  /// The body of the answer.
  let answer: String

  init(_ name: String, _ text: String, _ statuses: Set<Int> = [400], answer: String = "5:hello") {
    self.name = name
    self.text = text
    self.statuses = statuses
    self.answer = answer
  }

  var testDescription: String { name }
}

private func get(
  _ target: String = "/get?q=1", fields: String = "", method: String = "GET", version: String = "HTTP/1.1"
) -> String {
  "\(method) \(target) \(version)\r\nHost: a\r\n\(fields)\r\n"
}

private func post(
  _ fields: String, _ body: String = "hello", path: String = "/echo", version: String = "HTTP/1.1"
) -> String {
  "POST \(path) \(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
}

private func chunked(_ path: String, _ chunks: String) -> String {
  post("Transfer-Encoding: chunked", chunks, path: path)
}

/// Tables as one.
private func all<Item>(_ tables: [Item]...) -> [Item] { tables.flatMap { $0 } }

/// A row of each text. Long literals with operators between them would take the compiler minutes.
private func each<Item>(_ texts: [String], _ row: (String) -> Item) -> [Item] { texts.map(row) }

private func filler(_ count: Int) -> String { String(repeating: "a", count: count) }

extension SmugglingTests {
  /// RFC 9112, section 6.3, rules 3 and 5; RFC 9110, section 8.6.
  private static let lengths: [Message] = all(
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

  private static let hello = "5\r\nhello\r\n0\r\n\r\n"

  /// RFC 9112, sections 6.1 and 7.
  private static let codings: [Message] = all(
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
  private static let chunks: [Message] = all(
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

  /// RFC 9112, sections 2.2, 3 and 5.
  private static let lines: [Message] = all(
    [
      Message("LF everywhere", "GET /get HTTP/1.1\nHost: a\n\n"),
      Message("LF after the first line", "GET /get HTTP/1.1\nHost: a\r\n\r\n"),
      Message("LF after a field", "GET /get HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
      Message("LF as the empty line", "GET /get HTTP/1.1\r\nHost: a\r\n\n"),
      Message("LF before the empty line", "GET /get HTTP/1.1\r\nHost: a\n\r\n"),
      Message("CR everywhere", "GET /get HTTP/1.1\rHost: a\r\r"),
      Message("CR after the first line", "GET /get HTTP/1.1\rHost: a\r\n\r\n"),
      Message("CR after a field", "GET /get HTTP/1.1\r\nHost: a\rX: y\r\n\r\n"),
      Message("CR CR LF", "GET /get HTTP/1.1\r\r\nHost: a\r\n\r\n"),
      Message("LF CR", "GET /get HTTP/1.1\n\rHost: a\n\r\n\r"),
      Message("CR as the empty line", "GET /get HTTP/1.1\r\nHost: a\r\n\rX"),
      Message("CR in the method", "G\rET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("LF in the method", "G\nET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL in the method", "G\u{0}ET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL in the target", "GET /g\u{0}et HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("CR in the target", "GET /g\ret HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL behind the version", "GET /get HTTP/1.1\u{0}\r\nHost: a\r\n\r\n"),
      Message("an LF first", "\nGET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a CR first", "\rGET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a space first", " GET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a NUL first", "\u{0}GET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("two spaces", "GET  /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("two spaces later", "GET /get  HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a tab", "GET\t/get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a tab later", "GET /get\tHTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a form feed", "GET\u{C}/get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a space at the end", "GET /get HTTP/1.1 \r\nHost: a\r\n\r\n"),
      Message("more at the end", "GET /get HTTP/1.1 x\r\nHost: a\r\n\r\n"),
      Message("a space before the first field", "GET /get HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
      Message("a tab before the first field", "GET /get HTTP/1.1\r\n\tHost: a\r\n\r\n"),
      Message("a line of a space", "GET /get HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
      Message("no fields but a colon", "GET /get HTTP/1.1\r\nHost: a\r\n:\r\n\r\n"),
    ],
    each(["G(T", "G/T", "G:T", "\"GET\"", "G{T", "G\u{7F}T", "G\u{E9}T", "G[T", "GET,", "G@T", ""]) {
      Message("method \($0.debugDescription)", "\($0) /get HTTP/1.1\r\nHost: a\r\n\r\n")
    },
    each([
      "X: y\r\n z", "X: y\r\n\tz", "X:\r\n y", "X: y\r\n ", "X : y", "X\t: y", "X\u{B}: y", ": y", " : y", "X", "X y",
      "X\u{0}: y", "X\u{1}: y", "X\u{7F}: y", "X\u{E9}: y", "X\u{C3}\u{A9}: y", "X(: y", "X/: y", "X@: y", "X[: y",
      "X{: y", "X\\: y", "X\": y", "X=: y", "X;: y", "X,: y", "X<: y", "X?: y", "X Y: z", "X: y\u{0}", "X: \u{0}y",
      "X: y\u{1}z", "X: y\u{8}z", "X: y\u{B}z", "X: y\u{C}z", "X: y\u{1B}z", "X: y\u{7F}z", "X: y\rz", "X: y\nz",
      "X: y\n z",
    ]) { Message("field \($0.debugDescription)", get(fields: "\($0)\r\n")) }
  )

  /// RFC 9112, sections 2.3, 3.2 and 3.3; RFC 9110, section 7.2.
  private static let targets: [Message] = all(
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
  private static let limits: [Message] = [
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
  private static func line(_ count: Int) -> String { "/get?q=" + filler(count - "GET /get?q= HTTP/1.1".count) }

  /// The routes take 1,000 bytes, GET a mebibyte.
  private static let bodies: [Message] = all(
    tooLarge("/echo"), tooLarge("/stream"), [Message("of a GET", get(fields: "Content-Length: 1048577\r\n"), [413])])

  private static func tooLarge(_ path: String) -> [Message] {
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
  private static let sound: [Message] = all(
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

  /// A request inside a body, wherever a server could take no notice of the body.
  private static let hidden: [Message] = [
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

  private static func hiding(_ name: String, _ line: String, _ fields: String = "") -> Message {
    let length = smuggled.utf8.count
    return Message(name, "METHOD \(line)\r\nHost: a\r\n\(fields)Content-Length: \(length)\r\n\r\n\(smuggled)")
  }

  /// Messages to be cut: what they are answered with does not depend on where.
  private static let segmented: [Message] = [
    Message("GET", get(fields: "X: y\r\n"), [200]),
    Message("an empty line first", "\r\n" + get("http://a/get?q=1"), [200]),
    Message("POST", post("Content-Length: 5"), [200]),
    Message("chunks", chunked("/echo", "2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n"), [200]),
    Message("chunks of a stream", chunked("/stream", "2\r\nhe\r\n03;a\r\nllo\r\n0\r\n\r\n"), [200]),
    Message("two lengths", post("Content-Length: 5\r\nContent-Length: 5")),
    Message("a bare LF", "GET /get HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
    Message("chunks too long", chunked("/echo", "4\r\nhello\r\n")),
  ]

  /// Names and values that a handler puts into its answer.
  private static let injections: [(String, String)] = all(
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
  private static let injectedRequests: [Injection] = [
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
  private static let strange: [String] = all(
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

  private static let ok = "HTTP/1.1 200 OK\r\n"
  private static let sent = "Content-Length: 2\r\n\r\nok"

  /// Answers of a server that is not to be trusted.
  private static let hostile: [Hostile] = all(
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

  private static let chunkedAnswer = ok + "Transfer-Encoding: chunked\r\n\r\n"
  private static let long = ok + "Content-Length: 100000\r\n\r\n"
}

/// A request of a client's that holds what would make lines.
private struct Injection: Sendable, CustomTestStringConvertible {
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

/// The server that the tests talk to.
private struct Service: Sendable {
  let loop: Loop
  let port: Int

  @TaskLocal static var current: Service?

  private static func operation(
    _ method: String, _ path: OperationDescriptor.PathSegment..., isStreamed: Bool = false
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: "smuggling", id: "\(path)", method: method, path: path, hasBody: method == "POST",
      bodyLimit: method == "POST" ? 1_000 : 1_048_576, streamsBody: isStreamed, statuses: [200], hasDefault: true)
  }

  /// `/echo` and `/stream` answer with the body's length and the body, `/pipe` with the body as it comes; `/reflect`
  /// with a field of the name and the value in its body; `/get` with a parameter of its query.
  static let routes: RouteHandler = {
    let get = operation("GET", .literal("get"))
    let item = operation("GET", .literal("get"), .parameter("id"))
    return RouteHandler([
      ServiceRoute(get) { read($0, get) }, ServiceRoute(item) { read($0, item) },
      ServiceRoute(operation("GET", .literal("smuggled"))) { _ in
        HTTPResponse(status: 200, headers: ["x-smuggled": "yes"], body: Array("smuggled".utf8))
      },
      ServiceRoute(operation("POST", .literal("echo"))) { echo($0.request, $0.request.body) },
      ServiceRoute(operation("POST", .literal("stream"), isStreamed: true)) { routed in
        do {
          return echo(routed.request, try await routed.request.stream?.collect(limit: 1_000) ?? [])
        } catch {
          let problem = error as? ProblemDetails ?? ProblemDetails(500, "\(error)")
          return problem.response(instance: nil, requestID: routed.request.id)
        }
      },
      ServiceRoute(operation("POST", .literal("pipe"), isStreamed: true)) { routed in
        let body = routed.request.stream
        return HTTPResponse(status: 200, stream: ByteStream { try await body?.makeAsyncIterator().next() })
      },
      ServiceRoute(operation("POST", .literal("reflect"))) { routed in
        let parts = routed.request.body.split(
          separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        var response = HTTPResponse(status: 200, body: Array("reflected".utf8))
        response.headers.append(String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
        return response
      },
    ])
  }()

  private static func echo(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    let seen = request.headers.list.map { "\($0.name): \($0.value)" }.joined(separator: "|")
    return HTTPResponse(status: 200, headers: ["x-seen": seen], body: Array("\(body.count):".utf8) + body)
  }

  private static func read(_ routed: RoutedRequest, _ operation: OperationDescriptor) -> HTTPResponse {
    var reader = RequestReader(routed, operation)
    _ = reader.path("id", Int.self)
    _ = reader.query("number", Int.self)
    let text = reader.query("q", String.self)
    reader.closeQuery("q", "number")
    guard reader.violations.isEmpty else {
      return ProblemDetails.badRequest(reader.violations.list).response(instance: nil, requestID: routed.request.id)
    }
    return HTTPResponse(status: 200, headers: ["accept-ranges": "bytes"], body: Array("got \(text ?? "")".utf8))
  }
}

/// Serves while the suite runs.
private struct ServingTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let loop = try Loop()
    let logger = Logger(level: .error, sink: { _ in })
    let server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: logger) {
      Service.routes.receive($0)
    }
    await server.start()
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await Service.$current.withValue(Service(loop: loop, port: server.port)) { try await function() })
    } catch {
      result = .failure(error)
    }
    await server.stop(within: 1)
    loop.stop()
    try result.get()
  }
}

// MARK: - sockets

/// Text as bytes: each character of it, up to U+00FF, is one.
private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// The system's sockets, blocking.
private enum Raw {
  struct Failure: Error { let code = errno }

  static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure() }
    return descriptor
  }

  /// Calls with the address of a port of this machine.
  static func withLoopback(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
    guard code == 0 else { throw Failure() }
  }

  /// Listens on a port of this machine that is free.
  static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = try socket()
    try withLoopback(0) { bind(descriptor, $0, $1) }
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard code == 0, Glibc.listen(descriptor, 16) == 0 else { throw Failure() }
    return (descriptor, Int(in_port_t(bigEndian: name.sin_port)))
  }

  static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: some BitwiseCopyable) {
    withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
  }

  /// Writes all of it; ends early when nobody reads any more.
  static func send(_ descriptor: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// What has come; empty at the end, nil when nothing came in time.
  static func receive(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count >= 0 { return Array(buffer[..<count]) }
    return errno == EAGAIN ? nil : []
  }
}

/// A client that sends what it is told to.
private final class RawClient {
  private let descriptor: Int32
  private let isHead: Bool
  private var received: [UInt8] = []

  /// How long a server may be silent before it is taken for one that waits, in seconds. No test that passes waits.
  private static let patience = 5

  init(isHead: Bool = false) throws {
    let port = try #require(Service.current).port
    self.isHead = isHead
    descriptor = try Raw.socket()
    Raw.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    Raw.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    Raw.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    try Raw.withLoopback(port) { connect(descriptor, $0, $1) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) { Raw.send(descriptor, bytes(text)) }

  /// Reads until the server closes, or until what came is enough; all that came since the beginning.
  func receive(until isEnough: (String) -> Bool = { _ in false }) -> Replies {
    while let more = Raw.receive(descriptor) {
      if more.isEmpty { return Replies(received, isHead: isHead, isClosed: true) }
      received += more
      if isEnough(String(decoding: received, as: UTF8.self)) { break }
    }
    return Replies(received, isHead: isHead, isClosed: false)
  }

  /// A request and its answer: whatever was sent to the server before has been read when it is back.
  func roundTrip() throws {
    received = []
    send(get("/get?q=fence"))
    let came = receive { $0.hasSuffix("got fence") }
    try #require(came.replies.map(\.text) == ["got fence"], "\(came)")
  }
}

/// What came back on a connection, read strictly: what is not an answer stays.
private struct Replies: CustomStringConvertible {
  struct Reply: Equatable {
    let status: Int
    let fields: [String: [String]]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private(set) var interim: [Int] = []
  private(set) var replies: [Reply] = []
  let isClosed: Bool
  private let bytes: [UInt8]
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], isHead: Bool, isClosed: Bool) {
    self.bytes = bytes
    self.isClosed = isClosed
    rest = bytes[...]
    while var reply = Self.head(&rest) {
      if reply.status < 200 {
        interim.append(reply.status)
        continue
      }
      let hasBody = reply.status != 204 && reply.status != 304 && !(isHead && replies.isEmpty)
      guard !hasBody || Self.body(&rest, &reply) else { break }
      replies.append(reply)
    }
  }

  var statuses: [Int] { replies.map(\.status) }
  /// Whether all that came is answers, and none is behind one that says it is the last.
  var isSound: Bool { rest.isEmpty && replies.dropLast().allSatisfy { $0.fields["connection"] != ["close"] } }
  var wasSmuggled: Bool { replies.contains { $0.fields["x-smuggled"] != nil } }

  /// Whether the same came, but for what each answer has of its own: a time and an id.
  func same(as other: Replies) -> Bool {
    interim == other.interim && statuses == other.statuses && isClosed == other.isClosed && isSound == other.isSound
      && zip(replies, other.replies).allSatisfy { one, other in
        one.fields.keys == other.fields.keys && (one.status != 200 || one.body == other.body)
      }
  }

  var description: String {
    "\(interim) \(statuses)\(isClosed ? ", closed" : ", open")\(isSound ? "" : ", with something else"): "
      + String(decoding: bytes, as: UTF8.self).prefix(1_000).debugDescription
  }

  /// Takes a head off; nil, and nothing taken, when there is none.
  private static func head(_ rest: inout ArraySlice<UInt8>) -> Reply? {
    guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let hasControl = lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F } }
    guard !hasControl, lines[0].hasPrefix("HTTP/1.1 "), let status = Int(lines[0].dropFirst(9).prefix(3)),
      (100..<600).contains(status), lines[0].dropFirst(12).first == " "
    else { return nil }
    var fields: [String: [String]] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields[line[..<colon].lowercased(), default: []].append(value)
    }
    rest = rest[end.upperBound...]
    return Reply(status: status, fields: fields)
  }

  /// Takes a body off; false when it is not whole, or nobody can say where it ends.
  private static func body(_ rest: inout ArraySlice<UInt8>, _ reply: inout Reply) -> Bool {
    let (lengths, codings) = (reply.fields["content-length"] ?? [], reply.fields["transfer-encoding"] ?? [])
    if codings == ["chunked"], lengths.isEmpty {
      while let end = rest.firstRange(of: Array("\r\n".utf8)),
        let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16),
        rest[end.upperBound...].count >= size + 2, rest[end.upperBound...].dropFirst(size).starts(with: [13, 10])
      {
        reply.body += rest[end.upperBound...].prefix(size)
        rest = rest[end.upperBound...].dropFirst(size + 2)
        if size == 0 { return true }
      }
      return false
    }
    guard codings.isEmpty, lengths.count == 1, let length = Int(lengths[0]), rest.count >= length else { return false }
    reply.body = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    return true
  }
}

// MARK: - a server not to be trusted

/// What a server answers its first request with, and what is to come of it.
private struct Hostile: Sendable, CustomTestStringConvertible {
  enum Ending: Sendable { case staysOpen, closes, resets }

  let name: String
  let text: String
  let ending: Ending
  /// The body that is to be had; nil when there is none.
  let body: String?
  let isReusable: Bool
  let method: String
  let isStreamed: Bool

  init(
    _ name: String, _ text: String, _ ending: Ending = .staysOpen, body: String? = nil, isReusable: Bool = false,
    method: String = "GET", isStreamed: Bool = false
  ) {
    self.name = name
    self.text = text
    self.ending = ending
    self.body = body
    self.isReusable = isReusable
    self.method = method
    self.isStreamed = isStreamed
  }

  var testDescription: String { name }
}

/// Answers its first request as it is told to, and all others soundly, on a thread of its own.
private final class Upstream: Sendable {
  struct Request: Sendable {
    /// The connection it came on, in the order in which they came.
    let connection: Int
    let text: String
  }

  let port: Int
  private let listener: Int32
  private let requests = Mutex<[Request]>([])

  init(_ answer: Hostile) throws {
    (listener, port) = try Raw.listen()
    Thread.detachNewThread { [self] in serve(answer) }
  }

  var seen: [Request] { requests.withLock { $0 } }

  /// Ends the thread, and with it all connections.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ answer: Hostile) {
    var sockets: [(descriptor: Int32, number: Int)] = []
    var accepted = 0
    defer { for descriptor in sockets.map(\.descriptor) + [listener] { close(descriptor) } }
    while true {
      var polled = ([listener] + sockets.map(\.descriptor)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, nfds_t(polled.count), -1) > 0 else { return }
      if polled[0].revents != 0 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        Raw.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 5, tv_usec: 0))
        sockets.append((descriptor, accepted))
        accepted += 1
      }
      for ready in polled.dropFirst() where ready.revents != 0 {
        guard let index = sockets.firstIndex(where: { $0.descriptor == ready.fd }) else { continue }
        if !serveOne(sockets[index].descriptor, sockets[index].number, answer) {
          close(sockets.remove(at: index).descriptor)
        }
      }
    }
  }

  /// Reads what came, which is a request since the client writes each at once, and answers it.
  ///
  /// - Returns: whether the connection stays.
  private func serveOne(_ descriptor: Int32, _ number: Int, _ answer: Hostile) -> Bool {
    guard let received = Raw.receive(descriptor), !received.isEmpty else { return false }
    let count = requests.withLock { requests in
      requests.append(Request(connection: number, text: String(decoding: received, as: UTF8.self)))
      return requests.count
    }
    guard count == 1 else {
      Raw.send(descriptor, bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
      return true
    }
    Raw.send(descriptor, bytes(answer.text))
    if answer.ending == .resets { Raw.set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0)) }
    return answer.ending == .staysOpen
  }
}

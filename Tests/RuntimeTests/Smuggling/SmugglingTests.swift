import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestMessages
import TestProcesses
import TestSockets
import Testing

/// What an attacker writes to a socket, byte for byte: whatever two readers could understand differently has one
/// answer, a refusal, and nothing behind it is read as a request.
///
/// Every message that is to be refused goes out with a request for `/smuggled` behind it, and every sound one with
/// a last request that ends the connection: what came back is read until the server closes, so nothing is timed.
@Suite(ServingTrait()) struct SmugglingTests {
  // MARK: one answer, then the end

  @Test(arguments: Corpus.lengths)
  func `a length that is not one decimal number is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: Corpus.codings)
  func `a transfer coding that is not exactly chunked is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: Corpus.chunks, ["/echo", "/stream"])
  func `a chunk that is not what it says is refused`(_ chunks: Message, _ path: String) throws {
    try expectRefused(Message(chunks.name, chunked(path, chunks.text), chunks.statuses))
  }

  @Test(arguments: Corpus.lines)
  func `a line or a field that is malformed is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: Corpus.targets)
  func `a host, a target or a version that is malformed is refused`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: limits)
  func `a head beyond its limits is refused by the limit's status`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: bodies)
  func `a body that is too large is refused before it is asked for`(_ message: Message) throws {
    try expectRefused(message)
  }

  @Test(arguments: ["/echo", "/stream"], [chunked("/", "3e9\r\n"), chunked("/", "1f4\r\n\(filler(500))\r\n1f5\r\n")])
  func `chunks beyond the limit are refused, and are not read as anything else`(
    _ path: String, _ text: String
  ) throws {
    // What the refused chunk holds would be the end of the body and a request, for who took it for framing.
    let message = text.replacing("POST /", with: "POST \(path)") + "0\r\n\r\n"
    try expectRefused(Message("chunks", message, [413]))
  }

  // MARK: sound messages

  @Test(arguments: Corpus.sound)
  func `a sound message is answered, and its connection goes on`(_ message: Message) throws {
    let came = try exchange([message.text + Self.last])
    #expect(came.statuses == [200, 200] && came.isClosed, "\(message.name): \(came)")
    #expect(came.replies.first?.text == message.answer && came.replies.last?.text == "got last", "\(came)")
  }

  @Test(arguments: ["GET", "HEAD", "OPTIONS", "DELETE"], Corpus.hiding(smuggled))
  func `a request inside a body is part of the body`(_ method: String, _ message: Message) throws {
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
  func `nothing is read behind a last request`(_ text: String) throws {
    let came = try exchange([text + Self.smuggled])
    #expect(came.statuses == [200] && came.isClosed && !came.wasSmuggled, "\(came)")
  }

  @Test(arguments: Corpus.trailers, ["/echo", "/stream"])
  func `a trailer is dropped`(_ trailer: String, _ path: String) throws {
    let came = try exchange([chunked(path, "5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n") + Self.last])
    #expect(came.statuses == [200, 200] && came.isClosed, "\(came)")
    #expect(came.replies.first?.text == "5:hello" && came.replies.last?.text == "got last", "\(came)")
    let seen = try #require(came.replies.first?.fields["x-seen"])
    #expect(seen == ["host: a|transfer-encoding: chunked"], "\(came)")
  }

  // MARK: segments

  @Test(arguments: ["/echo", "/stream"])
  func `a hundred requests in one write have a hundred answers in their order`(_ path: String) throws {
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
  func `a message is read the same wherever it is cut`(_ message: Message) throws {
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
  func `a message is read the same when it comes byte by byte`(_ message: Message) throws {
    let text = message.text + Self.last
    let came = try exchange(text.unicodeScalars.map { String($0) }, fence: try RawClient())
    #expect(came.same(as: try exchange([text])), "\(message.name): \(came)")
  }

  // MARK: expectations

  @Test(arguments: ["/echo", "/stream"], ["100-continue", "100-Continue"])
  func `a body that is waited for is asked for once`(_ path: String, _ expectation: String) throws {
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
  func `no body is asked for where none is wanted`(_ text: String) throws {
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
    post("Content-Length: 5", path: "/pipe"), chunked("/pipe", Corpus.hello),
    chunked("/pipe", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    post("Content-Length: 5\r\nConnection: close", path: "/pipe"),
  ])
  func `an answer that says it is the last one is`(_ text: String) throws {
    let came = try exchange([text + Self.last])
    #expect(came.isSound && came.isClosed && came.replies.first?.text == "hello", "\(came)")
    let isLast = came.replies.first?.fields["connection"] == ["close"]
    #expect(isLast ? came.replies.count == 1 : came.replies.last?.text == "got last", "\(came)")
  }

  // MARK: answers

  @Test(arguments: injections)
  func `no field of an answer makes another line`(_ name: String, _ value: String) throws {
    let body = name + "=" + value
    let came = try exchange([post("Content-Length: \(body.unicodeScalars.count)", body, path: "/reflect") + Self.last])
    #expect(came.isSound && came.isClosed && came.statuses == [200, 200], "\(came)")
    #expect(came.replies.first?.text == "reflected" && came.replies.last?.text == "got last", "\(came)")
    let own: Set<String> = [
      "date", "x-request-id", "content-length", "connection", "cache-control", "x-content-type-options",
    ]
    let fields = came.replies.first?.fields ?? [:]
    #expect(fields.keys.allSatisfy { own.contains($0) || $0 == name.lowercased() }, "\(came)")
    #expect(fields.values.allSatisfy { $0.count == 1 } && fields["transfer-encoding"] == nil, "\(came)")
    #expect(own.allSatisfy { fields[$0] != ["0"] }, "\(came)")
  }

  @Test(arguments: injectedRequests)
  func `nothing of a client's request makes another line`(_ item: Injection) async throws {
    let service = try #require(LiveService.current)
    let upstream = try Upstream(Hostile("sound", Self.ok + "Content-Length: 2\r\n\r\nok"))
    defer { upstream.stop() }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [service.loop], limits: .patient)
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
  func `a strange target has one answer, and no harm is done`(_ target: String) throws {
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
  func `a range at its extremes has one answer`(_ range: String, _ status: Int) throws {
    let came = try exchange([get(fields: "Range: \(range)\r\n") + Self.last])
    #expect(came.statuses == [status, 200] && came.isSound && came.isClosed, "\(came)")
  }

  // MARK: hostile servers

  @Test(arguments: hostile)
  func `a hostile answer is refused, and its connection is not used again`(_ answer: Hostile) async throws {
    let service = try #require(LiveService.current)
    let upstream = try Upstream(answer)
    defer { upstream.stop() }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(upstream.port)", loops: [service.loop], limits: .patient)
    let request = HTTPRequest(method: answer.method, path: "/first")
    do {
      let response =
        try await answer.isStreamed ? client.forward(request, Self.fetch) : client.send(request, Self.fetch)
      let body = try await response.stream?.collect(limit: 1_000_000) ?? response.body
      #expect(answer.body.map { $0.utf8.elementsEqual(body) } ?? false, "\(response.status), \(body.count) bytes")
    } catch ClientError.unreachable(_, let reason) {
      #expect(answer.body == nil, "\(reason)")
    } catch ClientError.unexpected(_, let response) {
      #expect(answer.body == nil && response.status == 101)
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
  static let smuggled = get("/smuggled", fields: "Connection: close\r\n")
  /// The request that ends a connection on which all went well.
  static let last = get("/get?q=last", fields: "Connection: close\r\n")

  static let fetch = OperationDescriptor(
    service: "upstream", id: "fetch", method: "GET", path: [.literal("first")],
    responses: .init([200], hasDefault: true), policy: .init(timeout: hangGuard))

  /// Sends a message and a request behind it: there is one answer, a refusal that says so, and then the end.
  func expectRefused(_ message: Message, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let came = try exchange([message.text + Self.smuggled])
    let isRefused =
      came.isSound && came.isClosed && came.interim.isEmpty && came.replies.count == 1
      && message.statuses.contains(came.statuses[0]) && came.replies[0].fields["connection"] == ["close"]
    #expect(isRefused, "\(message.name): \(came)", sourceLocation: sourceLocation)
  }

  /// Sends pieces and reads until the server closes. Behind a fence, each piece has been read before the next goes out:
  /// the server has one loop, which sees what is ready in the order in which it came.
  func exchange(_ pieces: [String], isHead: Bool = false, fence: RawClient? = nil) throws -> Replies {
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

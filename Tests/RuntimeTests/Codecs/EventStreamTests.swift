import ServiceCore
import Testing

@Suite struct EventStreamTests {
  /// An event for a person: `id/event/retry: data`.
  private func shown(_ event: ServerSentEvent) -> String {
    "\(event.id ?? "-")/\(event.event ?? "-")/\(event.retry.map(String.init) ?? "-"): \(event.data ?? "nil")"
  }

  private func parse(
    _ pieces: [[UInt8]], _ parser: inout EventStreamParser
  ) throws(CodecError) -> [String] {
    var events: [String] = []
    for piece in pieces {
      parser.append(piece)
      while let event = try parser.next() { events.append(shown(event)) }
    }
    if let event = try parser.finish() { events.append(shown(event)) }
    return events
  }

  private func parse(_ bytes: [UInt8], limit: Int = 1_000) throws(CodecError) -> [String] {
    var parser = EventStreamParser(limit: limit)
    return try parse([bytes], &parser)
  }

  static let streams: [(String, [String])] = [
    ("", []), ("\n\n\n", []), ("data: a\n\n", ["-/-/-: a"]),
    // The examples of the specification.
    (
      "data: YHOO\ndata: +2\ndata: 10\n\n: test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
      ["-/-/-: YHOO\n+2\n10", "1/-/-: first event", "/-/-: second event", "-/-/-:  third event"]
    ),
    ("data\n\ndata\ndata\n\ndata:", ["-/-/-: ", "-/-/-: \n"]),
    ("data:test\n\ndata: test\n\n", ["-/-/-: test", "-/-/-: test"]),
    ("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n", ["-/add/-: 73857293", "-/remove/-: 2153"]),
    // Ends of lines.
    ("data: a\r\rdata: b\r\n\r\ndata: c\n\r\n", ["-/-/-: a", "-/-/-: b", "-/-/-: c"]),
    ("data: a\rdata: b\n\rdata: c\r\n\r", ["-/-/-: a\nb", "-/-/-: c"]),
    // A byte order mark, once, at the beginning.
    ("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", ["-/-/-: a"]), ("\u{FEFF}\u{FEFF}data: a\n\n", []),
    ("\u{FEFF}\ndata: a\n\n", ["-/-/-: a"]),
    // Fields.
    ("data:a:b: c\n\n", ["-/-/-: a:b: c"]), ("Data: a\n data: b\ndata : c\nx: d\n\n", []), (":data: a\n:\n\n", []),
    ("event: a\nevent: b\nevent\ndata: c\n\n", ["-/-/-: c"]), ("event:  a \ndata: c\n\n", ["-/ a /-: c"]),
    ("event: a\n\ndata: b\n\n", ["-/-/-: b"]), ("id: a\0b\ndata: c\n\n", ["-/-/-: c"]),
    ("id: 1\nid: a\0\ndata: c\n\n", ["1/-/-: c"]), ("retry: 10\ndata: a\n\n", ["-/-/10: a"]),
    ("retry: -1\nretry: 1x\nretry:\nretry: 1.5\nretry: +1\nretry: 99999999999999999999\ndata: a\n\n", ["-/-/-: a"]),
    ("retry: 007\ndata: a\n\n", ["-/-/7: a"]),
    // What the end cuts off.
    ("data: a\n\ndata: b\n", ["-/-/-: a"]), ("data: a", []),
  ]

  @Test(arguments: streams)
  func `a stream is read the same however it is cut`(_ text: String, _ expected: [String]) throws {
    let bytes = Array(text.utf8)
    #expect(try parse(bytes) == expected)
    for first in 0...bytes.count {
      var parser = EventStreamParser()
      #expect(try parse([Array(bytes[..<first]), Array(bytes[first...])], &parser) == expected)
    }
    var parser = EventStreamParser()
    #expect(try parse(bytes.map { [$0] }, &parser) == expected)
  }

  @Test func `an event is given with its last byte, whatever follows`() throws {
    var parser = EventStreamParser()
    #expect(try parse([Array("data: a\r\n\r".utf8)], &parser) == ["-/-/-: a"])
    #expect(try parse([Array("\ndata: b\r\r".utf8)], &parser) == ["-/-/-: b"])
  }

  @Test func `the last id and the last retry are kept without data`() throws {
    var parser = EventStreamParser()
    #expect(parser.lastEventID == "" && parser.retry == nil)
    #expect(try parse([Array("id: 7\nretry: 5\n\ndata: a\n\n".utf8)], &parser) == ["-/-/-: a"])
    #expect(parser.lastEventID == "7" && parser.retry == 5)
    #expect(try parse([Array("id: x\0\n\nretry: y\n\n".utf8)], &parser) == [])
    #expect(parser.lastEventID == "7" && parser.retry == 5)
    #expect(try parse([Array("id\n\n".utf8)], &parser) == [])
    #expect(parser.lastEventID == "")
  }

  @Test func `bytes that are not UTF-8 are replaced`() throws {
    #expect(try parse(Array("data: a".utf8) + [0xFF, 0x62, 10, 10]) == ["-/-/-: a\u{FFFD}b"])
  }

  @Test func `an event has a limit, and a line`() throws {
    let line = "data: " + String(repeating: "x", count: 94) + "\n"
    #expect(try parse(Array((String(repeating: line, count: 10) + "\n").utf8)).count == 1)
    #expect(try parse(Array(String(repeating: line + "\n", count: 20).utf8)).count == 20)
    #expect(try parse(Array((String(repeating: ":" + line, count: 20) + "\n").utf8)) == [])
    for text in [String(repeating: line, count: 11), String(repeating: ":", count: 1_001)] {
      let error = #expect(throws: CodecError.self) { try parse(Array(text.utf8)) }
      #expect(error?.isTooLarge == true)
    }
  }

  @Test func `long streams of short pieces are read in one pass`() throws {
    var parser = EventStreamParser(limit: 10_000_000)
    let count = try parse(Array(repeating: Array("data: x\r\n".utf8), count: 50_000) + [[10]], &parser)[0].utf8.count
    #expect(count == 100_006)
    #expect(try parse(Array(repeating: [13], count: 100_000), &parser) == [])
  }

  // MARK: writing

  @Test(arguments: [
    (ServerSentEvent(data: "a"), "data: a\n\n"), (ServerSentEvent(data: ""), "data: \n\n"),
    (ServerSentEvent(data: "a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"),
    (ServerSentEvent(data: "\n a\r\n\r\n"), "data: \ndata:  a\ndata: \ndata: \n\n"),
    (ServerSentEvent(data: "a", event: "b", id: "c", retry: 5), "event: b\nid: c\nretry: 5\ndata: a\n\n"),
    (ServerSentEvent(comment: "a\r\nb"), ": a\n: b\n\n"), (ServerSentEvent(id: ""), "id: \n\n"),
    (ServerSentEvent(data: "a", comment: "data: b\n\ndata: c"), ": data: b\n: \n: data: c\ndata: a\n\n"),
  ])
  func `an event is written line by line`(_ event: ServerSentEvent, _ expected: String) throws {
    #expect(try String(decoding: event.encoded(), as: UTF8.self) == expected)
  }

  @Test func `what would break out of a line is refused`() {
    for text in ["a\nb", "a\r", "\0"] {
      #expect(throws: CodecError.self) { try ServerSentEvent(id: text).encoded() }
      #expect(throws: CodecError.self) { try ServerSentEvent(event: text).encoded() }
    }
    #expect(throws: CodecError.self) { try ServerSentEvent(retry: -1).encoded() }
  }

  @Test func `what is written is read as what it was`() throws {
    var random = SeededRandom(1)
    var bytes: [UInt8] = []
    var expected: [String] = []
    for _ in 0..<3_000 {
      var event = ServerSentEvent(data: random.text("ab: \n\0é\u{FEFF}", upTo: 8))
      if Bool.random(using: &random) { event.event = random.text("ab: é", upTo: 4) + "e" }
      if Bool.random(using: &random) { event.id = random.text("ab: é", upTo: 4) }
      if Bool.random(using: &random) { event.retry = Int.random(in: 0...Int.max, using: &random) }
      if Bool.random(using: &random) { event.comment = random.text("data:\r\n", upTo: 20) }
      bytes += try event.encoded()
      expected.append(shown(event))
    }
    var parser = EventStreamParser()
    #expect(try parse(random.pieces(bytes, upTo: 40), &parser) == expected)
  }
}

import ServiceCore
import Testing

/// Items of bodies of JSON texts and of events.
@Suite struct ItemFormatTests {
  private func decode(
    _ format: ItemFormat, _ bytes: ByteStream, _ program: SchemaProgram? = nil
  ) -> ItemStream<Note> {
    format.decode(bytes, Note.self, program, validate: { $0.validate(&$1) }, failure: { Refusal(failure: $0) })
  }

  private func decode(_ format: ItemFormat, _ text: String) -> ItemStream<Note> { decode(format, ByteStream(text)) }

  private func encode(_ format: ItemFormat, _ notes: [Note]) -> ByteStream {
    format.encode(ItemStream(notes), validate: { $0.validate(&$1) }, failure: { Refusal(failure: $0) })
  }

  // MARK: items

  static let formats: [(ItemFormat, String)] = [
    (.lines, "{\"data\":\"a\\nb\",\"id\":\"1\"}\n{\"data\":\"é\"}\n"),
    (.sequence, "\u{1E}{\"data\":\"a\\nb\",\"id\":\"1\"}\n\u{1E}{\"data\":\"é\"}\n"),
    (.events, "id: 1\ndata: a\ndata: b\n\ndata: é\n\n"),
  ]

  @Test(arguments: formats)
  func `items go over the wire and come back however the body is cut`(
    _ format: ItemFormat, _ wire: String
  ) async throws {
    let notes = [Note(data: "a\nb", id: "1"), Note(data: "é")]
    #expect(try await encode(format, notes).text == wire)
    for body in ByteStream.cuts(Array(wire.utf8)) {
      let read = await decode(format, body).all()
      #expect(read.elements == notes && read.end == "")
    }
    #expect(try await encode(format, []).text == "")
    #expect(await decode(format, "").all().elements == [])
  }

  @Test(arguments: [
    (ItemFormat.lines, "{\"data\":\"a\"}\n{\"data\":1}\n{\"data\":\"b\"}\n", "/1/data type"),
    (.lines, "{\"data\":\"a\"}\n\n{\"data\":\"\"}\n", "/1/data minLength"),
    (.lines, "{\"data\":\"a\"}\n{\"x\":1,\"y\":2}\n", "/1/x additionalProperties, /1/y additionalProperties"),
    (.lines, "{\"data\":\"a\"}\n{}", "/1/data required"), (.lines, "{\"data\":\"a\"}\n{\"data\"", "/1 json"),
    (.lines, "{\"data\":\"a\"}\n{\"data\":\"b\"} {}\n", "/1 json"), (.lines, "{\"data\":\"a\"}\n[]\n", "/1 type"),
    (.sequence, "\u{1E}{\"data\":\"a\"}\n\u{1E}{\"data\":null}\n", "/1/data type"),
    (.sequence, "\u{1E}{\"data\":\"a\"}\n\u{1E}{\"data\":\"b", "malformed"),
    (.sequence, "\u{1E}{\"data\":\"a\"}\n\u{1E}{\"data\":\u{1E}{\"data\":\"c\"}\n", "malformed"),
    (.sequence, "\u{1E}{\"data\":\"a\"}\n{\"data\":\"b\"}\n", "malformed"),
    (.events, "data: a\n\nevent: x\ndata: b\n\n", "/1/event additionalProperties"),
    (.events, "data: a\n\ndata:\n\n", "/1/data minLength"), (.events, "data: a\n\ndata: \0\n\n", "/1/data type"),
  ])
  func `an item that does not fit ends the stream behind those before it`(
    _ format: ItemFormat, _ body: String, _ end: String
  ) async throws {
    for body in ByteStream.cuts(Array(body.utf8)) {
      let read = await decode(format, body).all()
      #expect(read.elements == [Note(data: "a")] && read.end == end)
    }
    var items = decode(format, body).makeAsyncIterator()
    _ = try await items.next()
    await #expect(throws: Refusal.self) { try await items.next() }
    #expect(try await items.next() == nil)
  }

  @Test func `an event that the end cuts off is none`() async throws {
    let read = await decode(.events, "data: a\n\ndata: b\n").all()
    #expect(read.elements == [Note(data: "a")] && read.end == "")
  }

  @Test func `items are held against a schema first`() async throws {
    var keywords = SchemaKeywords()
    keywords.maxProperties = 1
    let program = SchemaProgram([keywords])
    let body = ByteStream("{\"data\":\"a\"}\n{\"data\":\"\",\"id\":\"1\"}\n")
    let read = await decode(.lines, body, program).all()
    #expect(read.elements == [Note(data: "a")] && read.end == "/1 maxProperties")
  }

  @Test func `what is too large is told apart`() async throws {
    for format in [ItemFormat.lines, .sequence, .events] {
      let body = ByteStream((format == .sequence ? "\u{1E}" : "") + String(repeating: "x", count: 1_048_600))
      var items = decode(format, body).makeAsyncIterator()
      let refusal = await #expect(throws: Refusal.self) { try await items.next() }
      #expect(refusal?.failure.problem.status == 413)
    }
    let violation = Violation(name: "/0", rule: "type", message: "")
    #expect(ContentFailure.invalid([violation]).problem.status == 400)
    #expect(ContentFailure.invalid([violation]).problem.violations == [violation])
    #expect(ContentFailure.malformed(CodecError("x")).problem.status == 400)
  }

  @Test(arguments: [ItemFormat.lines, .sequence, .events])
  func `an item that breaks its contract is not written, and ends the body`(_ format: ItemFormat) async throws {
    let body = encode(format, [Note(data: "a"), Note(data: ""), Note(data: "b")])
    let written = await ItemStream(body).all()
    #expect(written.elements.count == 1 && written.end == "/1/data minLength")
  }

  @Test func `only an object of what an event has is written as one`() async throws {
    let write = { (value: JSONValue) in
      let body = ItemFormat.events.encode(
        ItemStream([value]), validate: { _, _ in }, failure: { Refusal(failure: $0) })
      do { return try await body.text } catch { return "\(error)" }
    }
    #expect(
      await write(["data": "a", "event": "b", "id": "c", "retry": 5]) == "event: b\nid: c\nretry: 5\ndata: a\n\n")
    #expect(await write(["retry": 5]) == "retry: 5\n\n")
    #expect(await write(["data": "a", "name": 1]) == "/0/name additionalProperties")
    #expect(await write(["data": 1, "retry": "x"]) == "/0/data type, /0/retry type")
    #expect(await write(["data": .null]) == "/0/data type")
    #expect(await write("a") == "/0 type")
    for value: JSONValue in [["id": "a\nb"], ["event": "\r"], ["retry": -1]] {
      #expect(await write(value) == "malformed")
    }
  }

  // MARK: events

  @Test func `events go over the wire as they are`() async throws {
    let events = [ServerSentEvent(data: "a\nb", event: "x", id: "1", retry: 3), ServerSentEvent(data: "c")]
    let wire = try await ItemFormat.bytes(ItemStream(events)).collect(limit: 1_000)
    for body in ByteStream.cuts(wire) {
      let read = await ItemFormat.events(body, failure: { Refusal(failure: $0) }).all()
      #expect(read.elements.map(\.json) == events.map(\.json) && read.end == "")
    }
    await #expect(throws: CodecError.self) {
      try await ItemFormat.bytes(ItemStream([ServerSentEvent(id: "\0")])).text
    }
    let large = ByteStream(String(repeating: "x", count: 1_048_600))
    #expect(await ItemFormat.events(large, failure: { Refusal(failure: $0) }).all().end == "malformed")
  }

  private func typed(_ body: ByteStream, _ program: SchemaProgram? = nil) -> ItemStream<TypedEvent<Note>> {
    ItemFormat.events(
      body, data: Note.self, program, validate: { $0.validate(&$1) }, failure: { Refusal(failure: $0) })
  }

  private func written(_ events: [TypedEvent<Note>]) -> ByteStream {
    ItemFormat.bytes(ItemStream(events), validate: { $0.validate(&$1) }, failure: { Refusal(failure: $0) })
  }

  @Test func `events carry data of a type`() async throws {
    let wire = "event: x\nid: 1\nretry: 3\ndata: {\"data\":\"a\\nb\"}\n\ndata: {\"data\":\"c\",\"id\":\"2\"}\n\n"
    let first = TypedEvent(data: Note(data: "a\nb"), event: "x", id: "1", retry: 3)
    let second = TypedEvent(data: Note(data: "c", id: "2"))
    #expect(try await written([first, second]).text == wire)
    for body in ByteStream.cuts(Array(wire.utf8)) {
      let read = await typed(body).all()
      #expect(read.elements.map(\.data) == [first.data, second.data] && read.end == "")
      #expect(read.elements.map(\.id) == ["1", nil] && read.elements.map(\.event) == ["x", nil])
      #expect(read.elements.map(\.retry) == [3, nil])
    }
    // Data of several lines is one text.
    #expect(await typed(ByteStream("data: {\ndata: \"data\": \"a\"}\n\n")).all().elements.map(\.data.data) == ["a"])
  }

  @Test(arguments: [
    ("data: {\"data\": \"\"}\n\n", "/1/data/data minLength"), ("data: {\"data\": 1}\n\n", "/1/data/data type"),
    ("data: x\n\n", "/1/data json"), ("data\n\n", "/1/data json"), ("data: {}\n\n", "/1/data/data required"),
    ("data: {\"data\": \"a\", \"id\": \"1\"}\n\n", "/1/data maxProperties"),
  ])
  func `violations of data stand below it`(_ event: String, _ end: String) async throws {
    var keywords = SchemaKeywords()
    keywords.maxProperties = 1
    let read = await typed(ByteStream("data: {\"data\": \"a\"}\n\n" + event), SchemaProgram([keywords])).all()
    #expect(read.elements.count == 1 && read.end == end)
  }

  @Test func `an event that cannot be written ends the body`() async throws {
    let event = TypedEvent(data: Note(data: "a"))
    var written = await ItemStream(self.written([event, TypedEvent(data: Note(data: ""))])).all()
    #expect(written.elements.count == 1 && written.end == "/1/data/data minLength")
    written = await ItemStream(self.written([event, TypedEvent(data: Note(data: "a"), id: "\n")])).all()
    #expect(written.elements.count == 1 && written.end == "malformed")
  }
}

import ServiceCore
import Synchronization
import Testing

/// Multipart bodies as streams of the parts of a contract.
@Suite struct MultipartBodyTests {
  /// The parts of an upload; others are refused.
  private enum Upload: MultipartItem {
    case note(Note, rate: Int?)
    case count(Int)
    case file(MultipartPart)

    static let layout = MultipartLayout(
      parts: [("note", 1, 1), ("count", 0, 2), ("file", 0, .max)], isClosed: true)

    static func decode(_ reader: inout PartReader) async throws -> Upload? {
      switch reader.name {
      case "note":
        let rate = reader.header("X-Rate", Int.self)
        return try await reader.json(Note.self, of: ["application/json"]).map { .note($0, rate: rate) }
      case "count": return try await reader.text(Int.self, of: ["text/plain"], .integer).map { .count($0) }
      case "file": return .file(reader.part)
      default: return nil
      }
    }

    func validate(_ check: inout Violations) {
      switch self {
      case .note(let note, _): note.validate(&check)
      case .count(let count): check.range("", count, min: 0)
      case .file: break
      }
    }

    func encode() throws -> MultipartPart {
      switch self {
      case .note(let note, let rate):
        try MultipartPart(name: "note", json: note, headers: rate.map { ["x-rate": $0.parameter] } ?? [:])
      case .count(let count): try MultipartPart(name: "count", text: count)
      case .file(let part): try part.named("file", contentType: "application/octet-stream")
      }
    }
  }

  /// Of all parts only some are of interest.
  private struct Loose: MultipartItem {
    var text: String
    static let layout = MultipartLayout(parts: [("a", 2, 3)])

    static func decode(_ reader: inout PartReader) async throws -> Loose? {
      guard reader.name == "a", let id = reader.requiredHeader("X-ID", Int.self) else { return nil }
      return try await reader.text(String.self, of: ["text/*"], .string).map { Loose(text: "\(id) \($0)") }
    }

    func validate(_ check: inout Violations) {}
    func encode() throws -> MultipartPart { try MultipartPart(name: "a", text: text, headers: ["x-id": "1"]) }
  }

  /// A note, and numbers behind it.
  private enum Mixed: MultipartItem, Equatable {
    case note(Note)
    case number(Int)

    static let layout = MultipartLayout(min: 1, max: 3)

    static func decode(_ reader: inout PartReader) async throws -> Mixed? {
      if reader.index == 0 { return try await reader.json(Note.self, of: ["application/json"]).map { .note($0) } }
      return try await reader.text(Int.self, of: ["text/plain"], .integer).map { .number($0) }
    }

    func validate(_ check: inout Violations) { if case .note(let note) = self { note.validate(&check) } }

    func encode() throws -> MultipartPart {
      switch self {
      case .note(let note): try MultipartPart(json: note)
      case .number(let number): try MultipartPart(text: number)
      }
    }
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func next() -> Int {
      count.withLock { value in
        value += 1
        return value - 1
      }
    }
  }

  private func decode<Part: MultipartItem>(
    _ body: ByteStream, _ type: Part.Type, _ contentType: String = "multipart/form-data; boundary=b"
  ) throws -> ItemStream<Part> {
    try MultipartBody.decode(body, type, contentType: contentType, failure: { Refusal(failure: $0) })
  }

  private func encode<Part: MultipartItem>(_ parts: [Part]) -> (contentType: String, body: ByteStream) {
    MultipartBody.encode(ItemStream(parts), failure: { Refusal(failure: $0) })
  }

  /// A body of the boundary `b`: each part's name, further headers, and content.
  private func body(_ parts: [(name: String, headers: String, content: String)]) -> String {
    parts.map { name, headers, content in
      "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\(headers)\r\n\(content)\r\n"
    }.joined() + "--b--\r\n"
  }

  /// A part for a person; its content is read.
  private func shown(_ part: Upload) async throws -> String {
    switch part {
    case .note(let note, let rate): "note \(note.data) \(rate ?? -1)"
    case .count(let count): "count \(count)"
    case .file(let part):
      "file \(part.filename ?? "-") \(part.contentType ?? "-") \(part.name ?? "-") \(try await part.content.text)"
    }
  }

  /// What the parts of a body are, and what ends them.
  private func read(_ body: ByteStream) async throws -> [String] {
    var read: [String] = []
    do {
      for try await part in try decode(body, Upload.self) { read.append(try await shown(part)) }
    } catch {
      read.append("\(error)")
    }
    return read
  }

  private func read(_ text: String) async throws -> [String] { try await read(ByteStream(text)) }

  // MARK: both ways

  @Test func `parts go over the wire and come back however the body is cut`() async throws {
    let file = try MultipartPart(
      filename: "é\".txt", contentType: "text/plain", headers: ["x-a": "1"], content: ByteStream("line\r\n--\r\n"))
    let parts: [Upload] = [
      .note(Note(data: "a"), rate: 3), .file(file), .count(0), .file(try MultipartPart(content: ByteStream([]))),
    ]
    let sent = encode(parts)
    let bytes = try await sent.body.collect(limit: 10_000)
    let boundary = try MultipartParser.boundary(contentType: sent.contentType)
    #expect(sent.contentType == "multipart/form-data; boundary=\(boundary)")
    let expected = [
      "note a 3", "file é\".txt text/plain file line\r\n--\r\n", "count 0", "file - application/octet-stream file ",
    ]
    for body in ByteStream.cuts(bytes) {
      var read: [String] = []
      for try await part in try decode(body, Upload.self, sent.contentType) { read.append(try await shown(part)) }
      #expect(read == expected)
    }
    #expect(encode(parts).contentType != sent.contentType)
  }

  @Test func `parts without names are told apart by position`() async throws {
    let parts: [Mixed] = [.note(Note(data: "a")), .number(1), .number(2)]
    let sent = encode(parts)
    #expect(sent.contentType.hasPrefix("multipart/mixed; boundary="))
    #expect(try await decode(sent.body, Mixed.self, sent.contentType).all().elements == parts)
    for (contents, end) in [
      ([], " minItems"), (["{}"], "/0/data required"), (["{\"data\":\"\"}"], "/0/data minLength"),
      (["{\"data\":\"a\"}", "x"], "/1 type"), (["{\"data\":\"a\"}", "1", "2", "3"], " maxItems"),
    ] {
      let text = contents.map { "--b\r\n\r\n\($0)\r\n" }.joined() + "--b--"
      #expect(try await decode(ByteStream(text), Mixed.self).all().end == end)
    }
    let written = await ItemStream(encode([Mixed.note(Note(data: ""))]).body).all()
    #expect(written.elements.isEmpty && written.end == "/0/data minLength")
    #expect(await ItemStream(encode([Mixed]()).body).all().end == " minItems")
    #expect(await ItemStream(encode(parts + parts).body).all().end == " maxItems")
  }

  // MARK: contracts of parts

  @Test func `counts and names are held against the layout`() async throws {
    let note = ("note", "", "{\"data\":\"a\"}")
    #expect(try await read(body([note])) == ["note a -1"])
    #expect(try await read(body([])) == ["/note required"])
    #expect(try await read(body([("count", "", "1")])) == ["count 1", "/note required"])
    // One too many is told when it comes.
    #expect(try await read(body([note, note, ("count", "", "1")])) == ["note a -1", "/note maxItems"])
    let count = ("count", "", "1")
    #expect(try await read(body([note, count, count, count])).last == "/count maxItems")
    #expect(try await read(body([note, ("a/b", "", "1"), count])) == ["note a -1", "/a~1b additionalProperties"])
    // Names are compared by their bytes.
    #expect(try await read(body([note, ("e\u{301}", "", "1")])).last == "/e\u{301} additionalProperties")
  }

  @Test(arguments: [
    ("note", "", "{\"data\":1}", "/note/data type"), ("note", "", "{\"data\":\"\"}", "/note/data minLength"),
    ("note", "", "{", "/note json"), ("note", "X-Rate: x\r\n", "{\"data\":\"a\"}", "/note type"),
    ("count", "", "x", "/count type"), ("count", "", "", "/count type"), ("count", "", "1.5", "/count type"),
    ("count", "", "-1", "/count minimum"), ("count", "content-type: application/json\r\n", "1", "/count contentType"),
    ("note", "content-type: text/plain\r\n", "{\"data\":\"a\"}", "/note contentType"),
    ("count", "content-type: text/plain; charset=utf-16\r\n", "1", "/count contentType"),
  ])
  func `violations stand below the part's name`(
    _ name: String, _ headers: String, _ content: String, _ expected: String
  ) async throws {
    #expect(try await read(body([(name, headers, content)])) == [expected])
  }

  @Test func `an unknown part of an open layout can be left out, and headers can be required`() async throws {
    let loose = { (parts: [(String, String, String)]) in
      let read = try await self.decode(ByteStream(self.body(parts)), Loose.self).all()
      return read.elements.map(\.text) + [read.end]
    }
    let (first, second) = (("a", "x-id: 1\r\n", "true"), ("a", "X-Id: 2\r\n", ""))
    #expect(try await loose([first, ("b", "", "1"), second, ("", "", "")]) == ["1 true", "2 ", ""])
    #expect(try await loose([first]) == ["1 true", "/a minItems"])
    #expect(try await loose([("b", "", "1")]) == ["/a required"])
    #expect(try await loose([first, first, first, first]).last == "/a maxItems")
    #expect(try await loose([first, ("a", "", "x")]) == ["1 true", "/a required"])
    #expect(try await loose([("a", "X-ID: y\r\n", "x")]) == ["/a type"])
  }

  @Test func `a part that is read as a value has a limit and is UTF-8`() async throws {
    let digits = String(repeating: "0", count: PartReader.wholeLimit + 1)
    var parts = try decode(ByteStream(body([("count", "", digits)])), Upload.self).makeAsyncIterator()
    let refusal = await #expect(throws: Refusal.self) { try await parts.next() }
    #expect(refusal?.failure.problem.status == 413)
    let bytes = Array(body([("a", "X-ID: 1\r\n", "?")]).utf8).map { $0 == UInt8(ascii: "?") ? 0xFF : $0 }
    #expect(try await decode(ByteStream(bytes), Loose.self).all().end == "malformed")
  }

  @Test(arguments: [
    "", "--b\r\n", "--b\r\n\r\nx\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Disposition: attachment; name=\"note\"\r\n\r\n{}\r\n--b--",
    "--b\r\nContent-Disposition: form-data; name=\"note\r\n\r\n{}\r\n--b--",
    "--b\r\nContent-Disposition: form-data; name=note\r\n\r\n{\"data\":\"a\"}\r\n--b-",
  ])
  func `a body that is not multipart, or whose parts have no names, is malformed`(_ text: String) async throws {
    for body in ByteStream.cuts(Array(text.utf8)) { #expect(try await read(body).last == "malformed") }
  }

  @Test func `a content type without a boundary is refused before anything is read`() {
    for type in [nil, "multipart/form-data", "text/plain; boundary=b"] {
      let refusal = #expect(throws: Refusal.self) {
        try MultipartBody.decode(
          ByteStream { throw CodecError("read") }, Upload.self, contentType: type, failure: { Refusal(failure: $0) })
      }
      #expect(refusal?.description == "malformed")
    }
  }

  // MARK: contents

  /// The file of a part.
  private func file(_ part: Upload?) throws -> MultipartPart {
    guard case .file(let file) = part else { throw CodecError("no file") }
    return file
  }

  @Test func `a file of 64 MiB is never held, neither written nor read`() async throws {
    let piece = [UInt8](repeating: 0x2D, count: 65_536)
    let made = Counter()
    let content = ByteStream { made.next() < 1_024 ? piece : nil }
    let sent = encode([Upload.note(Note(data: "a"), rate: nil), .file(try MultipartPart(content: content))])
    var parts = try decode(sent.body, Upload.self, sent.contentType).makeAsyncIterator()
    _ = try await parts.next()
    let file = try file(try await parts.next())
    #expect(made.value <= 1)
    var count = 0
    var mostInFlight = 0
    for try await bytes in file.content {
      count += bytes.count
      mostInFlight = max(mostInFlight, made.value - count / piece.count)
    }
    #expect(count == 1_024 * piece.count && mostInFlight <= 2)
    #expect(try await parts.next() == nil)
  }

  @Test func `asking for the next part reads past the content of the one before`() async throws {
    let text = body([
      ("file", "", "abc"), ("file", "", String(repeating: "x\r\n", count: 100)), ("note", "", "{\"data\":\"a\"}"),
    ])
    var parts = try decode(ByteStream(pieces: text.utf8.map { [$0] }), Upload.self).makeAsyncIterator()
    let first = try file(try await parts.next())
    #expect(try await first.content.makeAsyncIterator().next() == [0x61])
    let second = try file(try await parts.next())
    // Neither the one that was read in part nor, below, the one that was not read at all comes back.
    await #expect(throws: CodecError.self) { try await first.content.makeAsyncIterator().next() }
    guard case .note = try await parts.next() else { throw CodecError("no note") }
    await #expect(throws: CodecError.self) { try await second.content.text }
    #expect(try await parts.next() == nil)
  }

  @Test func `a content ends once, and a cut-off one is never taken for whole`() async throws {
    var parts = try decode(ByteStream(body([("file", "", "abc")])), Upload.self).makeAsyncIterator()
    let content = try file(try await parts.next()).content
    #expect(try await content.text == "abc")
    #expect(try await content.makeAsyncIterator().next() == nil)
    await #expect(throws: Refusal.self) { try await parts.next() }

    let cutOff = Array(body([("file", "", "abc")]).utf8.dropLast(8))
    parts = try decode(ByteStream(cutOff), Upload.self).makeAsyncIterator()
    let broken = try file(try await parts.next()).content
    await #expect(throws: Refusal.self) { try await broken.text }
    // What broke the body is told wherever it is read on.
    await #expect(throws: Refusal.self) { try await broken.makeAsyncIterator().next() }
    await #expect(throws: Refusal.self) { try await parts.next() }
    #expect(try await parts.next() == nil)
  }

  @Test func `two tasks cannot read one body at once`() async throws {
    let head = Array("--b\r\nContent-Disposition: form-data; name=file\r\n\r\nabc".utf8)
    let (asked, tellAsked) = AsyncStream<Void>.makeStream()
    let (released, release) = AsyncStream<Void>.makeStream()
    let count = Counter()
    let source = ByteStream {
      if count.next() == 0 { return head }
      tellAsked.finish()
      for await _ in released {}
      return nil
    }
    var parts = try decode(source, Upload.self).makeAsyncIterator()
    let content = try file(try await parts.next()).content
    let reading = Task { try await content.text }
    for await _ in asked {}
    await #expect(throws: CodecError.self) { try await parts.next() }
    release.finish()
    await #expect(throws: Refusal.self) { try await reading.value }
  }

  // MARK: writing

  @Test func `parts that break their contract end the body`() async throws {
    let note = Upload.note(Note(data: "a"), rate: nil)
    for (parts, end) in [
      ([], "/note required"), ([.count(1)], "/note required"), ([note, note], "/note maxItems"),
      ([.count(-1), note], "/count minimum"), ([.note(Note(data: ""), rate: nil)], "/note/data minLength"),
      ([.file(try MultipartPart(headers: ["a\r\nb": "c"], content: ByteStream([])))], "malformed"),
    ] as [([Upload], String)] {
      let written = await ItemStream(encode(parts).body).all()
      #expect(written.end == end)
      #expect(!written.elements.contains { String(decoding: $0, as: UTF8.self).hasSuffix("--\r\n") })
    }
    struct Nameless: MultipartItem {
      static let layout = MultipartLayout(parts: [])
      static func decode(_ reader: inout PartReader) async throws -> Nameless? { nil }
      func validate(_ check: inout Violations) {}
      func encode() throws -> MultipartPart { try MultipartPart(filename: "a", content: ByteStream([])) }
    }
    #expect(await ItemStream(encode([Nameless()]).body).all().end == "malformed")
  }

  @Test func `a failure of a file's content ends the body`() async throws {
    struct Failure: Error {}
    let file = try MultipartPart(content: ByteStream { throw Failure() })
    let body = encode([Upload.note(Note(data: "a"), rate: nil), .file(file)]).body
    await #expect(throws: Failure.self) { for try await _ in body {} }
  }

  @Test func `a part has a name, a file name and a type, or none`() throws {
    let bare = try MultipartPart(content: ByteStream([]))
    #expect(bare.name == nil && bare.filename == nil && bare.contentType == nil && bare.headers.list.isEmpty)
    let file = try MultipartPart(filename: "a\\b\"", contentType: "a/b", content: ByteStream([]))
    #expect(file.name == nil && file.filename == "a\\b\"" && file.contentType == "a/b")
    let named = try file.named("é", contentType: "c/d")
    #expect(named.name == "é" && named.filename == "a\\b\"" && named.contentType == "a/b")
    #expect(named.headers.values("content-disposition").count == 1)
    #expect(try bare.named("a", contentType: "c/d").contentType == "c/d")
    #expect(throws: CodecError.self) { try file.named("\0", contentType: "a/b") }
    #expect(throws: CodecError.self) { try MultipartPart(name: "a", text: ["a": 1] as JSONValue) }
    #expect(throws: CodecError.self) { try MultipartPart(name: "a", text: JSONValue.null) }
  }
}

import ServiceCore
import Testing

@testable import MultipartGolden

/// Multipart bodies, from a generated client to a generated server over a socket.
@Suite struct MultipartTests {
  private struct Albums: PetsHandlers {
    func addAlbum(_ input: AddAlbum.Input, _ call: Call) async throws -> AddAlbum.Output {
      var lines: [String] = []
      for try await part in input.body {
        switch part {
        case .title(let title): lines.append("title \(title)")
        case .year(let year): lines.append("year \(year)")
        case .owner(let owner): lines.append("owner \(owner.name)")
        case .words(let word): lines.append("word \(word)")
        case .notes(let file): lines.append("notes \(try await file.content.collect(limit: 100).count)")
        case .cover(let file): lines.append("cover \(file.contentType ?? "")")
        case .photos(let file, let taken, let stars):
          var size = 0
          for try await piece in file.content { size += piece.count }
          lines.append("photo \(file.filename ?? "") \(size) \(taken) \(stars ?? 0)")
        }
      }
      return .ok(lines.joined(separator: "\n"))
    }

    func addPapers(_ input: AddPapers.Input, _ call: Call) async throws -> AddPapers.Output {
      var lines: [String] = []
      for try await part in input.body {
        switch part {
        case .xminY(let text): lines.append("y \(text)")
        case .sheets(let file): lines.append("sheet \(try await file.content.collect(limit: 9).count)")
        case .about(let about): lines.append("pages \(about.pages ?? 0)")
        case .annex(let items):
          for try await case .item(let number) in items { lines.append("annex \(number)") }
        case .index(let entries):
          for try await entry in entries {
            switch entry {
            case .word(let word): lines.append("word \(word)")
            case .file(let file): lines.append("file \(try await file.content.collect(limit: 9).count)")
            case .undeclared(let part): lines.append("\(part.name ?? "")")
            }
          }
        case .undeclared(let part): lines.append("\(part.name ?? "") \(try await part.content.collect(limit: 9).count)")
        }
      }
      return .ok(lines.joined(separator: "\n"))
    }

    func runBatch(_ input: RunBatch.Input, _ call: Call) async throws -> RunBatch.Output {
      var parts: [RunBatchOkBodyPart] = []
      var count = 0
      for try await part in input.body {
        switch part {
        case .part1(let head): count = head.count
        case .item(let text): if parts.count < count { parts.append(.item(text)) }
        }
      }
      return .ok(ItemStream(parts))
    }
  }

  private let call = LiveServer.call
  private static let time = Timestamp(microseconds: 1_700_000_000_000_000)

  private func run(_ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    try await LiveServer.run(PetsEndpoint(Albums()), PetsContract.operations) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  private func photo(_ name: String, pieces: Int) throws -> MultipartPart {
    let bytes = ItemStream((0..<pieces).map { _ in [UInt8](repeating: 7, count: 65_536) })
    return try MultipartPart(filename: name, contentType: "image/png", content: ByteStream(encoding: bytes) { $0 })
  }

  @Test func `fields are typed, files come as streams, parts have headers`() async throws {
    try await run { _, client async throws in
      let parts: [AddAlbumBodyPart] = [
        .title("Süd\r\n--x"), .year(1999), .owner(.init(name: "Ada")), .words("a"), .words("b"),
        .notes(try MultipartPart(content: ByteStream([0xFF, 0]))),
        .cover(try MultipartPart(contentType: "image/jpeg", content: ByteStream([1, 2, 3]))),
        .photos(try photo("a\"b.png", pieces: 40), xTaken: Self.time, xStars: 5),
        .photos(try photo("b.png", pieces: 0), xTaken: Self.time, xStars: nil),
      ]
      let text = try await client.addAlbum(.init(body: ItemStream(parts)), call).get()
      #expect(
        text == """
          title Süd\r
          --x
          year 1999
          owner Ada
          word a
          word b
          notes 2
          cover image/jpeg
          photo a"b.png 2621440 \(Self.time) 5
          photo b.png 0 \(Self.time) 0
          """)
    }
  }

  private func form(_ parts: String...) -> String {
    parts.map { "--xx\r\nContent-Disposition: form-data; \($0)\r\n" }.joined() + "--xx--\r\n"
  }

  private static let photo =
    "name=photos; filename=a\r\nContent-Type: image/gif\r\nX-Taken: 2026-01-01T00:00:00Z\r\n\r\nGIF"

  @Test func `a form as a browser sends it, and each of its faults by name`() async throws {
    try await run { server, _ async throws in
      let type: HTTPFields = ["content-type": "multipart/form-data; boundary=xx"]
      let title = "name=\"title\"\r\n\r\nHoliday"
      let good = try await server.send("POST", "/albums", type, body: form(title, Self.photo))
      #expect(good.status == 200 && good.text == "title Holiday\nphoto a 3 2026-01-01T00:00:00Z 0", "\(good.text)")
      let typed = form(
        "name=title\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nHo",
        "name=owner\r\nContent-Type: application/json\r\n\r\n{\"name\":\"A\"}", Self.photo)
      #expect(try await server.send("POST", "/albums", type, body: typed).text.hasPrefix("title Ho\nowner A\n"))
      for (body, pointer, rule) in [
        (form(title), "/photos", "required"), (form(Self.photo), "/title", "required"),
        (form("name=title\r\n\r\nH", Self.photo), "/title", "minLength"),
        (form(title, "name=year\r\n\r\n1x"), "/year", "type"), (form(title, "name=year\r\n\r\n1"), "/year", "minimum"),
        (form(title, title), "/title", "maxItems"),
        (form(title, "name=other\r\n\r\n1"), "/other", "additionalProperties"),
        (form(title, "name=owner\r\n\r\n{}"), "/owner/name", "required"),
        (form("name=title\r\nContent-Type: application/json\r\n\r\n\"Ho\"", Self.photo), "/title", "contentType"),
        (form("name=title\r\nContent-Type: text/plain; charset=latin1\r\n\r\nHo", Self.photo), "/title", "contentType"),
        (form(title, "name=owner\r\nContent-Type: text/plain\r\n\r\n{}"), "/owner", "contentType"),
        (form(title, Self.photo.replacing("2026", with: "x")), "/photos", "format"),
        (form(title, "name=cover\r\nContent-Type: image/gif\r\n\r\nGIF"), "/cover", "contentType"),
        (form(title, "name=photos\r\nContent-Type: image/gif\r\n\r\nGIF"), "/photos", "required"),
      ] {
        let wrong = try await server.send("POST", "/albums", type, body: body)
        #expect(
          wrong.status == 400 && wrong.text.contains(#""pointer":"\#(pointer)","rule":"\#(rule)""#), "\(wrong.text)")
      }
      for body in ["", "--xx\r\n", form("\r\n\r\nx"), "--yy--\r\n", form(title).replacing("\r\n", with: "\n")] {
        #expect(try await server.send("POST", "/albums", type, body: body).status == 400)
      }
      #expect(try await server.send("POST", "/albums", ["content-type": "multipart/form-data"], body: "").status == 400)
    }
  }

  @Test func `what breaks the contract is told before it is sent`() async throws {
    try await run { _, client async throws in
      for parts in [[], [.title("x")], [.title("xx"), .words("a"), .words("b"), .words("c")]] as [[AddAlbumBodyPart]] {
        await #expect(throws: (any Error).self) { try await client.addAlbum(.init(body: ItemStream(parts)), call) }
      }
    }
  }

  @Test func `a form that others may add to hands on what it does not list`() async throws {
    try await run { _, client async throws in
      let parts: [AddPapersBodyPart] = [
        .xminY("a"), .sheets(try MultipartPart(content: ByteStream([1, 2]))), .about(.init(pages: 3)),
        .undeclared(try MultipartPart(name: "other", content: ByteStream([1]))),
      ]
      let text = try await client.addPapers(.init(body: ItemStream(parts)), call).get()
      #expect(text == "y a\nsheet 2\npages 3\nother 1")
    }
  }

  @Test func `parts have parts, both ways, and are told by their pointers`() async throws {
    try await run { server, client async throws in
      let parts: [AddPapersBodyPart] = [
        .xminY("a"), .annex(ItemStream([.item(1), .item(2)])),
        .index(ItemStream([.file(try MultipartPart(content: ByteStream([1, 2]))), .word("w\r\n--")])),
        .about(.init(pages: 3)),
      ]
      let text = try await client.addPapers(.init(body: ItemStream(parts)), call).get()
      #expect(text == "y a\nannex 1\nannex 2\nfile 2\nword w\r\n--\npages 3")
      for broken in [
        AddPapersBodyPart.annex(ItemStream([.item(10)])), .annex(ItemStream([])), .index(ItemStream([])),
      ] {
        await #expect(throws: (any Error).self) {
          try await client.addPapers(.init(body: ItemStream([broken])), call)
        }
      }
      let type: HTTPFields = ["content-type": "multipart/form-data; boundary=xx"]
      let inner = { (kind: String, content: String) in
        "Content-Type: \(kind); boundary=yy\r\n\r\n" + content + "--yy--"
      }
      for (part, pointer, rule) in [
        ("name=annex\r\n" + inner("multipart/mixed", "--yy\r\n\r\n1\r\n--yy\r\n\r\n10\r\n"), "/annex/1", "maximum"),
        ("name=annex\r\n" + inner("multipart/mixed", ""), "/annex", "minItems"),
        ("name=annex\r\n" + inner("multipart/form-data", ""), "/annex", "contentType"),
        ("name=annex\r\n\r\n1", "/annex", "contentType"),
        ("name=index\r\n" + inner("multipart/form-data", ""), "/index/word", "required"),
      ] {
        let wrong = try await server.send("POST", "/papers", type, body: form(part))
        #expect(
          wrong.status == 400 && wrong.text.contains(#""pointer":"\#(pointer)","rule":"\#(rule)""#), "\(wrong.text)")
      }
    }
  }

  @Test func `parts by their place, both ways`() async throws {
    try await run { _, client async throws in
      let parts: [RunBatchBodyPart] = [.part1(.init(count: 2)), .item("one"), .item("two\r\n--"), .item("three")]
      let answer = try await client.runBatch(.init(body: ItemStream(parts)), call).get()
      var texts: [String] = []
      for try await case .item(let text) in answer { texts.append(text) }
      #expect(texts == ["one", "two\r\n--"])
    }
  }

  @Test(arguments: LiveServer.lineBreakers)
  func `A12: a file's name and type make no header of their own`(_ text: String) async throws {
    try await run { _, client async throws in
      let make = { () throws -> MultipartPart in
        try MultipartPart(filename: text, contentType: "image/png", content: ByteStream([1]))
      }
      guard let file = try? make() else { return }
      let parts: [AddAlbumBodyPart] = [.title("xx"), .photos(file, xTaken: Self.time, xStars: nil)]
      let lines = try await client.addAlbum(.init(body: ItemStream(parts)), call).get()
      #expect(lines == "title xx\nphoto \(text) 1 \(Self.time) 0")
    }
    let typed = try? MultipartPart(filename: "a", contentType: "image/png" + text, content: ByteStream([1]))
    try await run { _, client async throws in
      guard let typed else { return }
      let parts: [AddAlbumBodyPart] = [.title("xx"), .photos(typed, xTaken: Self.time, xStars: nil)]
      await #expect(throws: (any Error).self) { try await client.addAlbum(.init(body: ItemStream(parts)), call) }
    }
  }
}

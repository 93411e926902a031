import ServiceCore
import Testing

@testable import BodiesGolden

/// Bodies of every media type, from a generated client to a generated server over a socket.
@Suite struct BodyTests {
  private struct Desk: PetsHandlers {
    func addNote(_ input: AddNote.Input, _ call: Call) async throws -> AddNote.Output { .ok(input.body) }

    func putText(_ input: PutText.Input, _ call: Call) async throws -> PutText.Output {
      let words = input.body.split(separator: " ").map(String.init)
      return .ok(
        input.body.uppercased(), xLength: input.body.count, xWords: words.isEmpty ? nil : words,
        xSeen: PutTextXSeen(first: words.first == "first"))
    }

    func putFile(_ input: PutFile.Input, _ call: Call) async throws -> PutFile.Output {
      // A body may be read by any task, on any thread.
      let reading = Task.detached {
        var size = 0
        for try await piece in input.body { size += piece.count }
        return size
      }
      return .noContent(xSize: try await reading.value)
    }

    func getFile(_ input: GetFile.Input, _ call: Call) async throws -> GetFile.Output {
      if input.name == "missing" { throw GetFile.problem(status: 404, "No such file.") }
      if input.name == "large" { return .ok(ByteStream([UInt8](repeating: 1, count: 1_000_000))) }
      return .ok(ByteStream(Array(input.name.utf8)))
    }

    func addPicture(_ input: AddPicture.Input, _ call: Call) async throws -> AddPicture.Output { .ok(input.body) }

    func makeReport(_ input: MakeReport.Input, _ call: Call) async throws -> MakeReport.Output {
      let title: String
      switch input.body {
      case .json(let note), .form(let note): title = note.title
      case .anyText(let text): title = text
      case .xml(let bytes): title = String(decoding: try await bytes.collect(limit: 1_000), as: UTF8.self)
      case nil: title = "none"
      }
      switch input.accept.first {
      case .csv: return .ok(.csv("title\n\(title)"))
      case .pdf: return .ok(.pdf(ByteStream(Array("%PDF \(title)".utf8))))
      case .json, nil: return .ok(.json(Note(title: title)))
      }
    }

    func sendAnything(_ input: SendAnything.Input, _ call: Call) async throws -> SendAnything.Output {
      .ok(input.body, xRange: .init(from: 1, to: 2))
    }

    func count(_ input: Count.Input, _ call: Call) async throws -> Count.Output {
      .ok(input.body.reduce(0) { $0 + $1.value })
    }

    func lookAtCounts(_ input: LookAtCounts.Input, _ call: Call) async throws -> LookAtCounts.Output {
      .noContent(xHere: true)
    }

    func dropWishes(_ input: DropWishes.Input, _ call: Call) async throws -> DropWishes.Output {
      switch input.body {
      case .absent: .ok(.absent)
      case .null: .ok(.nothing)
      case .value: .ok(.something)
      }
    }
  }

  private let call = LiveServer.call

  private func run(_ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    try await LiveServer.run(PetsEndpoint(Desk()), PetsContract.operations) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  @Test func `a form is typed, with lists, styles and JSON in it`() async throws {
    let note = Note(
      title: "a&b = ç", stars: 5, tags: ["x", "y z"], range: NoteRange(from: 1, to: nil, steps: [1, 2]),
      extra: NoteExtra(list: [1.5, 2]), ranges: [.init(to: 1), .init(to: 2)])
    try await run { server, client async throws in
      #expect(try await client.addNote(.init(body: note), call).get() == note)
      #expect(try await client.addNote(.init(body: Note(title: "t")), call).get() == Note(title: "t", stars: 3))
      let type: HTTPFields = ["content-type": "application/x-www-form-urlencoded"]
      let other = try await server.send("POST", "/notes", type, body: "title=a+b&tags=1&tags=2&range%5Bto%5D=7")
      #expect(other.status == 200 && other.headers["content-type"] == "application/vnd.note+json")
      #expect(other.text == #"{"title":"a b","stars":3,"tags":["1","2"],"range":{"to":7}}"#)
      for (form, pointer, rule) in [
        ("stars=9&title=t", "/stars", "maximum"), ("stars=x&title=t", "/stars", "type"),
        ("stars=1", "/title", "required"),
        ("title=t&ranges=%7B%22to%22:1%7D&ranges=%7B%7D", "/ranges/1/to", "required"),
        ("title=t&ranges=%7B%22to%22:1%7D,%7B%22to%22:2%7D", "/ranges/0", "type"),
        ("title=t&other=1", "/other", "additionalProperties"),
        ("title=t&title=u", "/title", "uniqueKeys"), ("title=t&stars=9&stars=3", "/stars", "uniqueKeys"),
        ("title=%zz", "/title", "encoding"), ("title=t&range%5Bto%5D=1&range%5Bto%5D=2", "/range/to", "uniqueKeys"),
        ("title=t&range[steps][]=1&range[steps][]=x", "/range/steps/1", "type"),
        ("title=t&extra=%7B", "/extra", "json"), ("title=t&other=1&other=2", "/other", "additionalProperties"),
        ("title=t&tags=1&tags=2&tags=3&tags=4", "/tags", "maxItems"),
      ] {
        let wrong = try await server.send("POST", "/notes", type, body: form)
        #expect(
          wrong.status == 400 && wrong.text.contains(#""pointer":"\#(pointer)","rule":"\#(rule)""#), "\(wrong.text)")
      }
      let all = try await server.send("POST", "/notes", type, body: "title=t&title=u&stars=9&tags=1&x=%zz&%zz=1")
      for (pointer, rule) in [("/title", "uniqueKeys"), ("/stars", "maximum"), ("/x", "encoding"), ("", "encoding")] {
        #expect(all.text.contains(#""pointer":"\#(pointer)","rule":"\#(rule)""#), "\(all.text)")
      }
      #expect(all.status == 400 && !all.text.contains("required"))
      let json = try await server.send("POST", "/notes", ["content-type": "application/json"], body: "{}")
      #expect(json.status == 415 && json.headers["accept"] == "application/x-www-form-urlencoded")
    }
  }

  @Test func `a form may have any members, and an operation only a head`() async throws {
    try await run { server, client async throws in
      #expect(try await client.count(.init(body: JSONObject([("a", 1), ("b c", 41)])), call).get() == 42)
      let wrong = try await server.send(
        "POST", "/counts", ["content-type": "application/x-www-form-urlencoded"], body: "a=1&b=x")
      #expect(wrong.status == 400 && wrong.text.contains(#""pointer":"/b""#))
      guard case .noContent(let isHere) = try await client.lookAtCounts(.init(), call) else {
        Issue.record("not there")
        return
      }
      #expect(isHere == true)
      #expect(try await server.send("GET", "/counts").status == 405)
      let any = try await client.sendAnything(.init(body: Note(title: "t")), call)
      guard case .ok(let note, let range) = any else {
        Issue.record("\(any)")
        return
      }
      #expect(note.title == "t" && range?.from == 1 && range?.to == 2)
    }
  }

  @Test func `a text keeps its rules, and its answer has headers of every type`() async throws {
    try await run { server, client async throws in
      let output = try await client.putText(.init(name: "a b", body: "first ünd last"), call)
      guard case .ok(let text, let length, let words, let seen) = output else {
        Issue.record("\(output)")
        return
      }
      #expect(text == "FIRST ÜND LAST" && length == 14 && words == ["first", "ünd", "last"] && seen?.first == true)
      let plain: HTTPFields = ["content-type": "text/plain; charset=utf-8"]
      let wrong = try await server.send("PUT", "/texts/a", plain, body: "far too much of a text!")
      #expect(wrong.status == 400 && wrong.text.contains("maxLength") && wrong.text.contains("pattern"))
      let error = await #expect(throws: RequestFault.self) {
        try await client.putText(.init(name: "a", body: "no!"), call)
      }
      #expect(error?.problem.violations.first?.rule == "pattern")
    }
  }

  @Test func `bytes go both ways as they come`() async throws {
    try await run { _, client async throws in
      let pieces = ItemStream((0..<100).map { [UInt8](repeating: UInt8($0), count: 10_000) })
      let output = try await client.putFile(.init(name: "f", body: ByteStream(encoding: pieces) { $0 }), call)
      guard case .noContent(let size) = output else {
        Issue.record("\(output)")
        return
      }
      #expect(size == 1_000_000)
      let bytes = try await client.getFile(.init(name: "some file"), call).get()
      #expect(try await bytes.collect(limit: 100) == Array("some file".utf8))
      let nested = try await client.getFile(.init(name: "a/b%2F c"), call).get()
      #expect(try await nested.collect(limit: 100) == Array("a/b%2F c".utf8))
      guard case .other(404, _) = try await client.getFile(.init(name: "missing"), call) else {
        Issue.record("not told that it is missing")
        return
      }
    }
  }

  @Test func `an answer that nobody reads gives its connection back`() async throws {
    try await run { server, client async throws in
      // More than there are connections.
      for _ in 0..<100 { _ = try await client.getFile(.init(name: "large"), call) }
      for _ in 0..<100 {
        for try await _ in try await client.getFile(.init(name: "large"), call).get() { break }
      }
      #expect(try await client.getFile(.init(name: "small"), call).get().collect(limit: 9) == Array("small".utf8))
    }
  }

  @Test func `what a caller's own body throws is the caller's`() async throws {
    struct Broken: Error {}
    try await run { _, client async throws in
      await #expect(throws: Broken.self) {
        try await client.putFile(.init(name: "f", body: ByteStream { throw Broken() }), call)
      }
    }
  }

  @Test func `what a range of media types allows keeps its own, and its limit`() async throws {
    try await run { server, client async throws in
      let picture = Blob(mediaType: "image/gif", content: ByteStream([71, 73, 70]))
      let same = try await client.addPicture(.init(body: picture), call).get()
      #expect(same.mediaType == "image/gif")
      #expect(try await same.content.collect(limit: 10) == [71, 73, 70])
      #expect(try await server.send("POST", "/pictures", ["content-type": "text/plain"], body: "x").status == 415)
      let large = String(repeating: "x", count: 1_001)
      #expect(try await server.send("POST", "/pictures", ["content-type": "image/png"], body: large).status == 413)
    }
  }

  @Test func `one body of several media types, and the answer that is wanted`() async throws {
    try await run { server, client async throws in
      for (body, title) in [
        (MakeReportContent.json(Note(title: "j")), "j"), (.form(Note(title: "f")), "f"), (.anyText("t"), "t"),
        (.xml(ByteStream(Array("<a/>".utf8))), "<a/>"),
      ] {
        guard case .json(let note) = try await client.makeReport(.init(body: body), call).get() else {
          Issue.record("not JSON")
          continue
        }
        #expect(note.title == title)
      }
      guard case .csv(let csv) = try await client.makeReport(.init(accept: [.csv, .json]), call).get() else {
        Issue.record("not CSV")
        return
      }
      #expect(csv == "title\nnone")
      for (accept, type) in [
        ("application/pdf", "application/pdf"), ("text/*", "text/csv; charset=utf-8"), ("*/*", "application/json"),
        ("application/json;q=0.1, text/csv;q=0.5", "text/csv; charset=utf-8"),
        ("application/*;q=0.4, application/json;q=0", "application/pdf"),
      ] {
        let answer = try await server.send("POST", "/reports", ["accept": accept])
        #expect(answer.status == 200 && answer.headers["content-type"] == type, "\(accept)")
      }
      // Several lines are one list, and a range with parameters is of a type that has them.
      var lines: HTTPFields = ["accept": "image/png"]
      lines.append("accept", "text/csv")
      #expect(try await server.send("POST", "/reports", lines).status == 200)
      let versions = "application/json;version=2;q=0, application/json;charset=utf-8"
      #expect(try await server.send("POST", "/reports", ["accept": versions]).status == 200)
      for type in ["*/*", "application/*", "text/x<y>", "json", ""] {
        let vague = try await server.send("POST", "/reports", ["content-type": type], body: "x")
        #expect(vague.status == 415, "\(type)")
      }
      let none = try await server.send("POST", "/reports", ["accept": "image/png"])
      #expect(none.status == 406 && none.text.contains("text/csv"))
      let unknown = try await server.send("POST", "/reports", ["content-type": "video/mp4"], body: "x")
      #expect(unknown.status == 415)
    }
  }

  @Test func `a body that is null is not one that is absent`() async throws {
    try await run { _, client async throws in
      #expect(try await client.dropWishes(.init(), call).get() == .absent)
      #expect(try await client.dropWishes(.init(body: .null), call).get() == .nothing)
      #expect(try await client.dropWishes(.init(body: .value(.init(all: true))), call).get() == .something)
    }
  }

  @Test func `in one process the same values go without a wire`() async throws {
    let client = PetsClient(.local { LocalService(name: "contract", handlers: Desk(), call: Call()) })
    #expect(try await client.putText(.init(name: "a", body: "abc"), call).get() == "ABC")
    let picture = Blob(mediaType: "image/gif", content: ByteStream([1]))
    #expect(try await client.addPicture(.init(body: picture), call).get().mediaType == "image/gif")
  }

  @Test(arguments: LiveServer.lineBreakers)
  func `A12: a value makes no line of its own in a head, whoever gives it`(_ text: String) async throws {
    struct Hostile: PetsHandlers {
      let text: String
      func addNote(_ input: AddNote.Input, _ call: Call) async throws -> AddNote.Output {
        throw AddNote.problem(status: 400, text)
      }
      func putText(_ input: PutText.Input, _ call: Call) async throws -> PutText.Output {
        .ok(text, xLength: 1, xWords: [text], xSeen: nil)
      }
      func putFile(_ input: PutFile.Input, _ call: Call) async throws -> PutFile.Output {
        throw PutFile.problem(status: 404, text)
      }
      func getFile(_ input: GetFile.Input, _ call: Call) async throws -> GetFile.Output { .ok(ByteStream([])) }
      func addPicture(_ input: AddPicture.Input, _ call: Call) async throws -> AddPicture.Output {
        .ok(Blob(mediaType: text, content: ByteStream([1])))
      }
      func makeReport(_ input: MakeReport.Input, _ call: Call) async throws -> MakeReport.Output { .ok(.csv(text)) }
      func count(_ input: Count.Input, _ call: Call) async throws -> Count.Output { .ok(1) }
      func sendAnything(_ input: SendAnything.Input, _ call: Call) async throws -> SendAnything.Output {
        .ok(input.body, xRange: nil)
      }
      func lookAtCounts(_ input: LookAtCounts.Input, _ call: Call) async throws -> LookAtCounts.Output {
        .noContent(xHere: nil)
      }
      func dropWishes(_ input: DropWishes.Input, _ call: Call) async throws -> DropWishes.Output { .ok(.absent) }
    }
    try await LiveServer.run(PetsEndpoint(Hostile(text: text)), PetsContract.operations) { server in
      let plain: HTTPFields = ["content-type": "text/plain"]
      // A list that cannot be written is the service's fault, and is not sent.
      let words = try await server.send("PUT", "/texts/a", plain, body: "x")
      #expect(words.status == 500 && words.headers["x-injected"] == nil)
      let problem = try await server.send("PUT", "/files/a", ["content-type": "application/octet-stream"], body: "x")
      #expect(problem.status == 404 && problem.headers["x-injected"] == nil)
      let picture = try await server.send("POST", "/pictures", ["content-type": "image/png"], body: "x")
      #expect(picture.headers["x-injected"] == nil && picture.text == "\u{1}")
      let client = PetsClient(.remote(server.transport))
      // What a client sends is refused there, or arrives as one value.
      _ = try? await client.getFile(.init(name: text), call)
      _ = try? await client.addPicture(.init(body: Blob(mediaType: "image/" + text, content: ByteStream([1]))), call)
      #expect(try await server.send("GET", "/files/after").status == 200)
    }
  }
}

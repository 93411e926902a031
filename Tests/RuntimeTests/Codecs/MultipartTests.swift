import ServiceCore
import Testing

@Suite struct MultipartTests {
  /// What a parser gives for a body: a line for each part, headers and content, and `end`.
  private func parse(
    _ pieces: [[UInt8]], boundary: String = "b", limits: MultipartLimits = MultipartLimits()
  ) throws(CodecError) -> [String] {
    var parser = try MultipartParser(boundary: boundary, limits: limits)
    var result: [String] = []
    var part = ""
    for piece in pieces {
      parser.append(piece)
      while let event = try parser.next() {
        switch event {
        case .part(let headers):
          part = headers.list.map { "\($0.name)=\($0.value)" }.joined(separator: ",") + "|"
        case .data(let bytes): part += String(decoding: bytes, as: UTF8.self)
        case .partEnd: result.append(part)
        case .end: result.append("end")
        }
      }
    }
    _ = try parser.finish()
    return result
  }

  private func parse(_ text: String, limits: MultipartLimits = MultipartLimits()) throws(CodecError) -> [String] {
    try parse([Array(text.utf8)], limits: limits)
  }

  private func cut(_ text: String, _ size: Int) -> [[UInt8]] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  static let sound: [(String, [String])] = [
    ("--b\r\n\r\nx\r\n--b--", ["|x", "end"]),
    ("--b\r\n\r\nx\r\n--b--\r\n", ["|x", "end"]),
    ("--b--", ["end"]), ("--b--\r\n", ["end"]),
    ("--b\r\nA: 1\r\nB-C:  2 \t\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n", ["a=1,b-c=2|x", "|y", "end"]),
    // Nothing in a part, with and without a line's end of its own.
    ("--b\r\nA: 1\r\n\r\n\r\n--b--", ["a=1|", "end"]), ("--b\r\nA: 1\r\n\r\n--b--", ["a=1|", "end"]),
    ("--b\r\n\r\n--b\r\n\r\n--b--", ["|", "|", "end"]),
    // Spaces behind boundaries, and what stands before and behind.
    ("--b \t \r\n\r\nx\r\n--b-- \t\r\n", ["|x", "end"]), ("--b\r\n\r\nx\r\n--b--  ", ["|x", "end"]),
    ("preamble\r\nof --b lines\r\n\r\n--b\r\n\r\nx\r\n--b--\r\nepilogue\r\n--b\r\n", ["|x", "end"]),
    ("\r\n--b\r\n\r\nx\r\n--b--", ["|x", "end"]), ("-\r\r\n--b--", ["end"]), ("--\r\n--b--", ["end"]),
    // What looks like the beginning of a boundary.
    (
      "--b\r\n\r\n\r\n-\r\n--\r\r\n--c--b\n--b\r--b\r\n-\r\n\r\n--b--",
      ["|\r\n-\r\n--\r\r\n--c--b\n--b\r--b\r\n-\r\n", "end"]
    ),
    ("--b\r\n\r\n-b--\r\r\n--b--", ["|-b--\r", "end"]), ("--b\r\n\r\n--c\r\n--b--", ["|--c", "end"]),
    ("--b\r\n\r\n-\r\n--b--", ["|-", "end"]),
  ]

  @Test(arguments: sound)
  func `a sound body is read the same however it is cut`(_ text: String, _ expected: [String]) throws {
    for size in 1...text.utf8.count { #expect(try parse(cut(text, size)) == expected) }
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      #expect(try parse([Array(bytes[..<first]), Array(bytes[first...])]) == expected)
    }
  }

  static let unsound = [
    // The last boundary is missing.
    "", "x", "--b", "--b\r\n", "--b\r\n\r\nx", "--b\r\n\r\nx\r\n--b", "--b\r\n\r\nx\r\n--b-", "--b\r\n\r\nx\r\n--b\r\n",
    "--b\r\nA: 1\r\n", "--b\r\n\r\nx--b--", "--b\r\n\r\nx\n--b--", "x--b--",
    // A line that only begins with the boundary.
    "--b\r\n\r\nx\r\n--bc\r\n--b--", "--b\r\n\r\nx\r\n--b-c\r\n--b--", "--bb\r\n--b--", "--b\r\n\r\nx\r\n--b--c",
    "--b\r\n\r\nx\r\n--b--\n", "--b\r\n\r\nx\r\n--b--\r", "--b\n\r\nx\r\n--b--", "--b\r\r\n\r\nx\r\n--b--",
    // Heads.
    "--b\r\nA: 1\n\r\nx\r\n--b--", "--b\r\nA: 1\r\r\n\r\nx\r\n--b--", "--b\r\nA : 1\r\n\r\nx\r\n--b--",
    "--b\r\nA: 1\r\n 2\r\n\r\nx\r\n--b--", "--b\r\nA\r\n\r\nx\r\n--b--", "--b\r\n: 1\r\n\r\nx\r\n--b--",
    "--b\r\nA: \0\r\n\r\nx\r\n--b--", "--b\r\nA: \u{7F}\r\n\r\nx\r\n--b--", "--b\r\nA: 1\r\n--b--",
    "--b\r\nContent-Type: a/b\r\ncontent-type: a/b\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Disposition: form-data\r\nContent-disposition: form-data\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--",
  ]

  @Test(arguments: unsound)
  func `what two readers could understand differently is refused`(_ text: String) {
    for size in 1...max(1, text.utf8.count) { #expect(throws: CodecError.self) { try parse(cut(text, size)) } }
  }

  @Test func `headers are UTF-8`() throws {
    let head = Array("--b\r\nA: ".utf8)
    let rest = Array("\r\n\r\nx\r\n--b--".utf8)
    #expect(try parse([head + Array("é".utf8) + rest]) == ["a=é|x", "end"])
    #expect(throws: CodecError.self) { try parse([head + [0xE9] + rest]) }
    #expect(try parse("--b\r\nContent-Transfer-Encoding: 8BIT\r\n\r\nx\r\n--b--").count == 2)
  }

  @Test func `limits are kept to`() throws {
    var limits = MultipartLimits()
    (limits.parts, limits.fields, limits.headBytes, limits.outsideBytes) = (2, 2, 20, 5)
    let part = "--b\r\n\r\nx\r\n"
    let sound = [
      part + part + "--b--", "--b\r\nA: 1\r\nB: 2\r\n\r\n\r\n--b--", "--b\r\nA: 345678901234567\r\n\r\n\r\n--b--",
      "123\r\n--b--", "--b--\r\n12345",
    ]
    let unsound = [
      part + part + part + "--b--", "--b\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n\r\n--b--",
      "--b\r\nA: 3456789012345678901\r\n\r\n\r\n--b--", "--b\r\nA: 345678901\r\nB: 345678901\r\n\r\n\r\n--b--",
      "123456\r\n--b--", "123\r\n--b--\r\n123", "--b--\r\n123456", "--b" + String(repeating: " ", count: 1_001),
      "--b\r\nA: " + String(repeating: "x", count: 20),
    ]
    for text in sound { #expect(throws: Never.self, "\(text)") { try parse(text, limits: limits) } }
    for text in unsound {
      let error = #expect(throws: CodecError.self, "\(text)") { try parse(text, limits: limits) }
      #expect(error?.isTooLarge == true, "\(text)")
    }
  }

  @Test func `content full of beginnings of boundaries is read in one pass`() throws {
    for (line, size) in [("\r\n--bbbbbbb", 65_536), ("\r\n--", 1), ("\r", 3), ("\r\n--bbbbbbb", 1)] {
      let content = String(repeating: line, count: 200_000 / line.utf8.count)
      let bytes = Array("--bbbbbbbb\r\n\r\n\(content)\r\n--bbbbbbbb--".utf8)
      var parser = try MultipartParser(boundary: "bbbbbbbb")
      var count = 0
      var isEnded = false
      for start in stride(from: 0, to: bytes.count, by: size) {
        parser.append(bytes[start..<min(start + size, bytes.count)])
        while let event = try parser.next() {
          if case .data(let bytes) = event { count += bytes.count }
          if case .end = event { isEnded = true }
        }
      }
      #expect(isEnded && count == content.utf8.count)
    }
  }

  // MARK: fields

  @Test(arguments: [
    ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Mixed;BOUNDARY=\"a b\"", "a b"),
    ("multipart/x; charset=utf-8 ; boundary=a", "a"),
    ("multipart/form-data; boundary=\"a:/=?b\"; x=\"\\\"\"", "a:/=?b"),
    ("multipart/form-data;;boundary=----WebKitFormBoundary7MA4YWxk;", "----WebKitFormBoundary7MA4YWxk"),
    ("multipart/form-data; boundary=" + String(repeating: "x", count: 70), String(repeating: "x", count: 70)),
  ])
  func `the boundary comes from the Content-Type`(_ field: String, _ expected: String) throws {
    #expect(try MultipartParser.boundary(contentType: field) == expected)
  }

  @Test(arguments: [
    "", "text/plain; boundary=a", "multipart/; boundary=a", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=a; boundary=a",
    "multipart/form-data; boundary=a; Boundary=b", "multipart/form-data; boundary=\"a", "multipart/form-data; boundary",
    "multipart/form-data; boundary=a/b", "multipart/form-data; boundary=\"a \"",
    "multipart/form-data; boundary=\"a;b\"",
    "multipart/form-data; boundary=a b", "multipart/form-data; boundary= a", "multipart/form-data; boundary =a",
    "multipart/form-data; boundary=\"a\"b", "multipart/form-data; boundary=é", "multipart/form-data; =a",
    "multipart/form-data, boundary=a", "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
  ])
  func `what is no boundary is refused`(_ field: String) {
    #expect(throws: CodecError.self) { try MultipartParser.boundary(contentType: field) }
  }

  @Test(arguments: [
    ("form-data; name=\"a\"", "form-data", "a", nil), ("Form-Data; NAME=a; filename=b.txt", "form-data", "a", "b.txt"),
    ("attachment", "attachment", nil, nil), ("form-data; name=\"\"; filename=\"\"", "form-data", "", ""),
    ("form-data; name=\"a;b=c\"", "form-data", "a;b=c", nil),
    ("form-data; name=\"a\\\"b\\\\c\"", "form-data", "a\"b\\c", nil),
    ("form-data; name=\"C:\\dir\\f.txt\"", "form-data", "C:\\dir\\f.txt", nil),
    ("form-data; name=\"%22%0d%0A%\"", "form-data", "\"\r\n%", nil),
    ("form-data; name=\"%41%2\"", "form-data", "%41%2", nil),
    ("form-data; name=a%22", "form-data", "a%22", nil),
    ("form-data; name=\"é\"; filename=\"€.txt\"", "form-data", "é", "€.txt"),
    ("form-data; name=a; filename=x; filename*=UTF-8''%e2%82%ac%20rates", "form-data", "a", "€ rates"),
    ("form-data; name=a; filename*=utf-8'en'y; filename=x", "form-data", "a", "y"),
  ])
  func `names come from the Content-Disposition`(
    _ field: String, _ type: String, _ name: String?, _ filename: String?
  ) throws {
    let disposition = try ContentDisposition(field)
    #expect(disposition.type == type && disposition.name == name && disposition.filename == filename)
  }

  @Test(arguments: [
    "", "; name=a", "form data", "form-data; name=\"a", "form-data; name=\"a\\\"", "form-data; name=\"a\"; name=\"b\"",
    "form-data; filename*=UTF-8''a; filename*=UTF-8''b", "form-data; filename*=latin1''a",
    "form-data; filename*=UTF-8''%", "form-data; filename*=UTF-8''%FF", "form-data; filename*=UTF-8''%00",
    "form-data; filename*=a", "form-data; filename*=UTF-8'a", "form-data; filename*=UTF-8''a'b",
    "form-data; name=a b", "form-data; name=", "form-data name=a",
  ])
  func `a Content-Disposition that is none is refused`(_ field: String) {
    #expect(throws: CodecError.self) { try ContentDisposition(field) }
  }

  // MARK: writing

  @Test func `parts are written with a boundary by chance`() throws {
    var random = SeededRandom(1)
    var writer = MultipartWriter(using: &random)
    let other = MultipartWriter(using: &random)
    #expect(writer.boundary.utf8.count == 30 && writer.boundary != other.boundary)
    #expect(writer.contentType() == "multipart/form-data; boundary=\(writer.boundary)")
    #expect(try MultipartParser.boundary(contentType: writer.contentType("mixed")) == writer.boundary)
    let first = try writer.field("a\"\r\n\\", filename: "é;.txt", contentType: "text/plain")
    #expect(
      String(decoding: first, as: UTF8.self)
        == "--\(writer.boundary)\r\ncontent-disposition: form-data; name=\"a%22%0D%0A\\\\\"; filename=\"é;.txt\"\r\n"
        + "content-type: text/plain\r\n\r\n")
    #expect(try String(decoding: writer.part([:]), as: UTF8.self) == "\r\n--\(writer.boundary)\r\n\r\n")
    #expect(String(decoding: writer.end(), as: UTF8.self) == "\r\n--\(writer.boundary)--\r\n")
    #expect(String(decoding: other.end(), as: UTF8.self) == "--\(other.boundary)--\r\n")
  }

  @Test func `no text breaks out of a part's head`() {
    var random = SeededRandom(2)
    var writer = MultipartWriter(using: &random)
    for headers: HTTPFields in [["a": "b\r\nc: d"], ["a": "b\0"], ["a\r\n": "b"], ["a b": "c"], ["": "c"], ["a": "\n"]]
    {
      #expect(throws: CodecError.self) { try writer.part(headers) }
    }
    #expect(throws: CodecError.self) { try writer.field("\0") }
    #expect(throws: CodecError.self) { try writer.field("a", filename: "\u{1B}") }
    #expect(throws: CodecError.self) { try writer.field("a", contentType: "a/b\r\nc: d") }
    #expect(throws: CodecError.self) { try ContentDisposition(type: "a b", name: nil).field() }
  }

  @Test func `what is written is read as what it was`() throws {
    var random = SeededRandom(3)
    for _ in 0..<1_000 {
      var writer = MultipartWriter(using: &random)
      var bytes: [UInt8] = []
      var expected: [String] = []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let name = random.text("ab\"\\\r\n;=é€ ", upTo: 6)
        let content = random.text("ab\r\n-" + String(writer.boundary.prefix(2)), upTo: 40)
        bytes += try writer.field(name, filename: random.text("x\\\"/", upTo: 3)) + Array(content.utf8)
        expected.append("\(name)|\(content)")
      }
      bytes += writer.end()
      var parser = try MultipartParser(boundary: writer.boundary)
      var parts: [String] = []
      var isEnded = false
      for piece in random.pieces(bytes, upTo: 50) {
        parser.append(piece)
        while let event = try parser.next() {
          switch event {
          case .part(let headers):
            parts.append(try #require(ContentDisposition(headers["content-disposition"] ?? "").name) + "|")
          case .data(let data): parts[parts.count - 1] += String(decoding: data, as: UTF8.self)
          case .partEnd: break
          case .end: isEnded = true
          }
        }
      }
      _ = try parser.finish()
      #expect(isEnded && parts.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }
  }

  @Test func `no bytes trap`() throws {
    var random = SeededRandom(4)
    for _ in 0..<5_000 {
      var parser = try MultipartParser(boundary: "b")
      let text = random.text("--bb\r\r\n\n: aA\t\u{E9}\0", upTo: 60)
      do {
        for piece in random.pieces(Array("--b\r\n".utf8) + Array(text.utf8), upTo: 8) {
          parser.append(piece)
          while try parser.next() != nil {}
        }
        _ = try parser.finish()
      } catch {}
    }
  }
}

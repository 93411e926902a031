import ContractAnalysis
import ContractModel
import ContractSource
import Testing

/// What is decided once for every language: names of media types, styles, expressions, words, paths and statuses.
@Suite struct AnalysisTests {
  @Test(
    arguments: [
      ("application/json", .json), (" Application/JSON ; charset=utf-8", .json), ("application/problem+json", .json),
      ("application/merge-patch+json", .json), ("application/json-seq", .sequence),
      ("application/geo+json-seq", .sequence),
      ("application/x-ndjson", .lines), ("application/jsonl", .lines), ("text/event-stream", .events),
      ("application/x-www-form-urlencoded", .form), ("multipart/form-data; boundary=a", .multipart),
      ("multipart/mixed", .multipart), ("text/csv", .text), ("text/*", .text), ("image/png", .bytes),
      ("application/xml", .bytes), ("application/jsonx", .bytes), ("*/*", .bytes), ("", .bytes), ("text", .bytes),
    ] as [(String, MediaKind)])
  func `the name of a media type determines how content is written`(_ text: String, _ kind: MediaKind) {
    let name = MediaTypeName(text)
    #expect(name.kind == kind)
    #expect(name.isJSON == (kind == .json))
    #expect(kind.isSequence == [.events, .lines, .sequence].contains(kind))
  }

  @Test(arguments: [
    ("a/b", true, false), ("a/*", true, true), ("*/*", true, true), ("a", false, false), ("a/", false, false),
    ("/b", false, false), ("a/b/c", false, false), ("a b/c", false, false), ("a/b\u{301}", false, false),
    ("", false, false),
  ])
  func `the name of a media type is a type and a subtype`(_ text: String, _ isValid: Bool, _ isRange: Bool) {
    #expect(MediaTypeName(text).isValid == isValid)
    #expect(MediaTypeName(text).isRange == isRange)
  }

  @Test func `a list of media types is split at commas`() {
    #expect(MediaTypeName.list("image/PNG, text/plain;q=1 ,*/*").map(\.base) == ["image/png", "text/plain", "*/*"])
    #expect(MediaTypeName("application/*").isAny && !MediaTypeName("text/*").isAny)
    #expect(MediaTypeName("application/merge-patch+json").isMergePatch)
  }

  @Test(
    arguments: [
      (.path, .simple, [.simple, .label, .matrix]),
      (.query, .form, [.form, .spaceDelimited, .pipeDelimited, .deepObject]), (.header, .simple, [.simple]),
      (.cookie, .form, [.form, .cookie]),
    ] as [(Parameter.Location, ParameterStyle, [ParameterStyle])])
  func `a location has a usual style and allows others`(
    _ location: Parameter.Location, _ usual: ParameterStyle, _ allowed: [ParameterStyle]
  ) {
    #expect(ParameterStyle.usual(in: location) == usual)
    #expect(ParameterStyle.allowed(in: location) == allowed)
    for style in allowed { #expect(style.explodes == (style == .form || style == .cookie)) }
  }

  @Test(
    arguments: [
      ("$url", .url), ("$method", .method), ("$statusCode", .statusCode),
      ("$request.body", .part(.request, .body(pointer: nil))), ("$request.body#", .part(.request, .body(pointer: ""))),
      ("$response.body#/a~1b/0", .part(.response, .body(pointer: "/a~1b/0"))),
      ("$request.header.X-Id", .part(.request, .header("X-Id"))),
      ("$request.query.a b", .part(.request, .query("a b"))),
      ("$request.path.größe", .part(.request, .path("größe"))),
    ] as [(String, RuntimeExpression)])
  func `an expression is read and written back`(_ text: String, _ expression: RuntimeExpression) {
    #expect(RuntimeExpression(text) == expression)
    #expect(expression.description == text)
  }

  @Test(arguments: [
    "", "$", "$URL", "$url ", "$url.a", "request.body", "$request", "$request.", "$request.body/a", "$request.body#a",
    "$request.header.", "$request.header.a b", "$request.header.a\u{301}", "$request.query.", "$request.query.a#/b",
    "$request.path.", "$response.cookie.a", "$status", "{$url}",
  ])
  func `what breaks the grammar of expressions is none`(_ text: String) {
    #expect(RuntimeExpression(text) == nil)
  }

  @Test(arguments: [
    ("$url", true, "$url"), ("https://{$request.header.Host}/a{b}", true, "https://{$request.header.Host}/a{b}"),
    ("a{b}$", false, "a{b}$"), ("{$url", true, "{$url"), ("{{$method}}", true, "{{$method}}"),
  ])
  func `a template is texts and expressions, in their order`(_ text: String, _ isTemplate: Bool, _ written: String) {
    let diagnostics = Diagnostics()
    let position = SourcePosition(file: SourceFile(path: "a.yaml", bytes: []), line: 1, column: 1)
    #expect(RuntimeTemplate.isTemplate(text) == isTemplate)
    #expect(RuntimeTemplate(text, at: position, diagnostics).description == written)
    #expect(!diagnostics.hasErrors)
  }

  @Test(arguments: [
    ("order_item", "order item"), ("orderItem", "order item"), ("HTTPServer2Go", "http server2 go"),
    ("line2Item", "line2 item"), ("ABC", "abc"), ("größeÄndern", "größe ändern"), ("a--b..c", "a b c"), ("", ""),
    ("_-_", ""), ("x", "x"), ("価格", "価格"),
  ])
  func `a name consists of words`(_ text: String, _ words: String) {
    #expect(NameWords.words(text).joined(separator: " ") == words)
    #expect(NameWords.pieces(text).joined() == text.filter { !"_-.".contains($0) })
  }

  @Test(
    arguments: [
      ("/", [.literal("")]), ("/a/", [.literal("a"), .literal("")]), ("/{id}", [.parameter("id")]),
      ("/a.{id}...{kind}", [.mixed([.literal("a."), .parameter("id"), .literal("..."), .parameter("kind")])]),
      ("/a%20b/%C3%A9", [.literal("a b"), .literal("é")]), ("/a%2", [.literal("a%2")]), ("/a%zz", [.literal("a%zz")]),
      ("/a%+1", [.literal("a%+1")]), ("/a% 1", [.literal("a% 1")]), ("/%ff", [.literal("%ff")]),
      ("/{a", [.literal("{a")]),
    ] as [(String, [PathSegment])])
  func `a path is segments of texts and parameters`(_ path: String, _ segments: [PathSegment]) {
    #expect(PathSegment.split(path) == segments)
    // What a URL has for the segments is read as the same segments.
    #expect(PathSegment.split(segments.map { "/" + $0.template }.joined()) == segments)
  }

  @Test(
    arguments: [
      (.code(204), "204", false, 204, nil), (.code(399), "399", false, 399, nil), (.code(404), "404", true, 404, nil),
      (.range(3), "3XX", false, nil, 3), (.range(4), "4XX", true, nil, 4), (.other, "default", true, nil, nil),
    ] as [(Response.Status, String, Bool, Int?, Int?)])
  func `a status has a text, and is a failure or not`(
    _ status: Response.Status, _ text: String, _ isFailure: Bool, _ code: Int?, _ range: Int?
  ) {
    #expect(status.text == text && status.isFailure == isFailure && status.code == code && status.range == range)
  }

  @Test(arguments: [
    ("/a/0", "x"), ("/a/1", "y"), ("/a/00", nil), ("/a/+0", nil), ("/a/-0", nil), ("/a/", nil), ("/a/2", nil),
  ])
  func `a pointer refers to an item by digits without a leading zero`(_ pointer: String, _ value: String?) throws {
    let file = SourceFile(path: "a.json", bytes: Array(#"{"a": ["x", "y"]}"#.utf8))
    let node = try #require(DocumentReader.read(file, Diagnostics()))
    #expect(node.at(pointer: pointer)?.string == value)
  }
}

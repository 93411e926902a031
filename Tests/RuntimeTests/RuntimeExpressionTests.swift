import ServiceCore
import Testing

@Suite struct RuntimeExpressionTests {
  private static let operation = OperationDescriptor(
    service: "s", id: "o", method: "POST",
    path: [
      .literal("jobs"), .parameter("id"),
      .mixed([.literal("r."), .parameter("format"), .literal("-"), .parameter("v")]),
    ], responses: .init([], hasDefault: true))

  private static let request = HTTPRequest(
    method: "POST", path: "/jobs/a%20b/r.x%2D1", query: "u=a%26b+c&u=2&k%C3%A9y=1&none&=empty",
    headers: ["x-one": "1", "x-two": "a", "x-two": "b"],
    body: Array(#"{"url":"http://x/","a/b":{"m~n":[10,{"":"é"},true,null,1.50]},"~1":7,"é":1}"#.utf8))

  private static let response = HTTPResponse(
    status: 201, headers: ["location": "/jobs/7"], body: Array(#"[[1,2],{"id":"7"},"text"]"#.utf8))

  private static let context = ExpressionContext(
    request, operation, response: response, origin: "https://example.com:8443")

  /// The value as JSON text; `-` where there is none.
  private func value(_ text: String, _ context: ExpressionContext = context) throws -> String {
    try #require(RuntimeExpression(text)).value(in: context).map { String(decoding: $0.json, as: UTF8.self) } ?? "-"
  }

  @Test(arguments: [
    ("$url", #""https://example.com:8443/jobs/a%20b/r.x%2D1?u=a%26b+c&u=2&k%C3%A9y=1&none&=empty""#),
    ("$method", #""POST""#), ("$statusCode", "201"),
    ("$request.header.x-one", #""1""#), ("$request.header.X-Two", #""a, b""#), ("$request.header.x", "-"),
    ("$response.header.Location", #""/jobs/7""#), ("$response.header.x-one", "-"),
    ("$request.query.u", #""a&b c""#), ("$request.query.kéy", #""1""#), ("$request.query.ke\u{301}y", "-"),
    ("$request.query.k\\u00E9y", #""1""#), ("$request.query.none", #""""#), ("$request.query.U", "-"),
    ("$request.path.id", #""a b""#), ("$request.path.format", #""x""#), ("$request.path.v", #""1""#),
    ("$request.path.jobs", "-"), ("$request.path.ID", "-"),
    ("$request.body#/url", #""http://x/""#), ("$request.body#/a~1b/m~0n/0", "10"),
    ("$request.body#/a~1b/m~0n/1/", #""é""#), ("$request.body#/a~1b/m~0n/2", "true"),
    ("$request.body#/a~1b/m~0n/3", "null"), ("$request.body#/a~1b/m~0n/4", "1.5"), ("$request.body#/~01", "7"),
    ("$request.body#/é", "1"), ("$request.body#/e\u{301}", "-"), ("$request.body#/", "-"), ("$request.body#/a", "-"),
    ("$request.body#/a~1b/m~0n/5", "-"), ("$request.body#/a~1b/m~0n/-", "-"), ("$request.body#/a~1b/m~0n/00", "-"),
    ("$request.body#/a~1b/m~0n/01", "-"), ("$request.body#/a~1b/m~0n/+1", "-"), ("$request.body#/a~1b/m~0n/", "-"),
    ("$request.body#/a~1b/m~0n/99999999999999999999", "-"), ("$request.body#/url/0", "-"),
    ("$response.body", #"[[1,2],{"id":"7"},"text"]"#), ("$response.body#", #"[[1,2],{"id":"7"},"text"]"#),
    ("$response.body#/0/1", "2"), ("$response.body#/1/id", #""7""#), ("$response.body#/2/0", "-"),
  ])
  func `an expression has the value that the exchange gives`(_ text: String, _ expected: String) throws {
    #expect(try value(text) == expected)
  }

  @Test func `what is not there, or is no JSON, has no value`() throws {
    let path = ExpressionContext(HTTPRequest(method: "GET", path: "/jobs/1"), Self.operation)
    #expect(try value("$url", path) == #""/jobs/1""#)
    for text in [
      "$statusCode", "$response.header.location", "$response.body", "$request.body", "$request.query.u",
      "$request.path.id", "$request.path.v",
    ] { #expect(try value(text, path) == "-") }
    var request = Self.request
    request.path = "/jobs/%FF/r.%"
    request.query = "u=%FF"
    for body in ["{", "1 2", "\"\\u0000\"", #"{"a":1,"a":2}"#] {
      request.body = Array(body.utf8)
      let context = ExpressionContext(request, Self.operation)
      for text in ["$request.path.id", "$request.path.format", "$request.query.u", "$request.body", "$request.body#/a"]
      {
        #expect(try value(text, context) == "-")
      }
    }
  }

  @Test(arguments: [
    "", "$", "url", "$URL", "$url ", " $url", "$url.", "$urls", "$method#", "$statuscode", "$status", "$request",
    "$request.", "$response.", "$request.header", "$request.header.", "$request.header.a b", "$request.header.é",
    "$request.header.a:", "$request.header.a{", "$response.header.", "$request.query", "$request.query.",
    "$request.query.a\u{7}", "$request.query.a\"b", "$request.query.a\",\"b", "$request.query.a\\",
    "$request.query.\\x",
    "$request.query.\\u0000", "$request.path.", "$response.query.a", "$response.path.a", "$request.body.a",
    "$request.body/a", "$request.body#a", "$request.body##/a", "$request.body#/~", "$request.body#/~2",
    "$request.body#/a~/b",
    "$response.bodyx", "$request.cookie.a", "$inputs.a", "{$url}", "$url$url", "$url\u{301}",
    "$request.header.\u{301}a",
  ])
  func `any other text is no expression`(_ text: String) {
    #expect(RuntimeExpression(text) == nil)
  }

  @Test func `no text and no piece of one stops the process`() {
    var random = SeededRandom(3)
    let words = [
      "$request.", "$response.", "header.", "query.", "path.", "body", "#", "/", "~", "~0", "0", "é", "{", "}", "\0",
      "\"",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        .joined()
      _ = RuntimeExpression(text)?.value(in: Self.context)
      _ = ExpressionTemplate("{" + text + "}")?.text(in: Self.context)
      _ = ExpressionTemplate(text)?.text(in: Self.context)
    }
  }

  // MARK: templates

  @Test(arguments: [
    ("", ""), ("http://x/", "http://x/"), ("$request.body#/url", "http://x/"),
    ("http://x?u={$request.body#/url}", "http://x?u=http://x/"),
    ("{$method}{$statusCode}é{$request.body#/a~1b/m~0n/2}{$request.body#/a~1b/m~0n/4}", "POST201étrue1.5"),
    ("{$request.path.id}/", "a b/"), ("costs $5: {$method}$", "costs $5: POST$"),
    // Null, a list, an object, nothing.
    ("{$request.body#/a~1b/m~0n/3}", nil), ("x{$response.body#/0}", nil), ("{$request.body}", nil),
    ("{$request.header.no}", nil), ("$response.body", nil),
  ])
  func `a template has the texts of its expressions`(_ text: String, _ expected: String?) throws {
    #expect(try #require(ExpressionTemplate(text)).text(in: Self.context) == expected)
  }

  @Test(arguments: [
    "$", "$urls", "$url/x", "{", "}", "{}", "{id}", "{$url", "$url}", "{$url}}", "{{$url}}", "x{ $url}", "{$url }",
    "a}{$url}",
    "{$request.body#/~2}",
  ])
  func `a template has expressions in its braces, and nothing else`(_ text: String) {
    #expect(ExpressionTemplate(text) == nil)
  }

  // MARK: conversion

  @Test func `a value becomes one of another type, by its text where it must`() {
    #expect(JSONValue.string("7").value(as: Int.self) == 7)
    #expect(JSONValue.string("7").value(as: String.self) == "7")
    #expect(JSONValue.number(ExactDecimal(7)).value(as: Int.self) == 7)
    #expect(JSONValue.number(ExactDecimal(7)).value(as: String.self) == nil)
    #expect(JSONValue.string("true").value(as: Bool.self) == true)
    #expect(JSONValue.string("[1,2]").value(as: [Int].self) == [1, 2])
    #expect(JSONValue.string("1.5").value(as: ExactDecimal.self) == ExactDecimal("1.5"))
    #expect(JSONValue.string("x").value(as: JSONValue.self) == .string("x"))
    for text in ["", "x", "7 8", "1.5", "\"7\"", "null", "99999999999999999999"] {
      #expect(JSONValue.string(text).value(as: Int.self) == nil)
    }
    #expect(JSONValue.null.value(as: Int.self) == nil && JSONValue.array([7]).value(as: Int.self) == nil)
  }
}

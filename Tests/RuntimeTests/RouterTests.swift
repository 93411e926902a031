import ServiceCore
import Testing

@Suite struct RouterTests {
  private typealias Segment = OperationDescriptor.PathSegment

  private static func router(_ routes: [(String, [Segment])]) -> Router {
    var router = Router()
    for (index, (method, path)) in routes.enumerated() {
      router.add(
        OperationDescriptor(
          service: "s", id: "o\(index)", method: method, path: path, responses: .init([], hasDefault: true)))
    }
    return router
  }

  private static let whole = router([
    ("GET", [.literal("a"), .literal("search")]), ("GET", [.literal("a"), .parameter("id")]),
    ("PUT", [.literal("a"), .parameter("id")]), ("PATCH", [.literal("a"), .parameter("id"), .literal("x")]),
    ("PUT", [.literal("a"), .literal("r"), .parameter("id")]),
  ])

  /// A path's segments as the generator makes them of the text between the slashes.
  private static func path(_ text: String) -> [Segment] {
    text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { segment in
      var pieces: [Segment.Piece] = []
      for part in segment.split(separator: "{") {
        let ends = part.split(separator: "}", omittingEmptySubsequences: false)
        if ends.count == 2 { pieces.append(.parameter(String(ends[0]))) }
        if let text = ends.last, !text.isEmpty { pieces.append(.literal(String(text))) }
      }
      return switch pieces.first {
      case .literal(let text)? where pieces.count == 1: .literal(text)
      case .parameter(let name)? where pieces.count == 1: .parameter(name)
      case nil: .literal("")
      default: .mixed(pieces)
      }
    }
  }

  private static let mixed: Router = {
    let paths = [
      "/", "/a", "/a/", "/a//b", "/report.{format}", "/report.{x}.json", "/{name}", "/v{version}/x",
      "/{all}/x", "/compare/{base}...{head}", "/é {a}!{b}%", "/v{major}.{minor}/x", "/{q}é/{r}", "/report.{other}/y",
      "/report.pdf", "/c/{a}-{b}-{c}", "/c/{a}-{b}-{c}-end", "/d/{a}{b}",
    ]
    return router(paths.map { ("GET", path($0)) } + [("PUT", path("/report.{kind}"))])
  }()

  /// What a router finds: the same by its tables, for a request whose path is text, as by decoding.
  private func match(_ method: String, _ path: String, _ router: Router = whole) -> String {
    func text(_ match: Router.Match) -> String {
      switch match {
      case .found(let index, let values): "\(index) \(values.joined(separator: ","))"
      case .methodNotAllowed(let methods): methods.joined(separator: ",")
      case .notFound: "404"
      case .malformed: "400"
      }
    }
    let found = text(router.match(method: method, path: path))
    let request = HTTPRequest(method: method, path: path)
    if !path.isEmpty { #expect(text(router.match(request)) == found) }
    return found
  }

  @Test func `each of many routes is found`() {
    let count = 5_000
    var router = Self.router(
      (0..<count).map { ("GET", Self.path("/r\($0 % 100)/\($0)")) }
        + (0..<count).map { ("PUT", Self.path("/r\($0 % 100)/{id}/\($0)")) })
    router.freeze()
    for index in 0..<count {
      guard case .found(index, pathValues: []) = router.match(method: "GET", path: "/r\(index % 100)/\(index)"),
        case .found(count + index, pathValues: ["x"]) = router.match(method: "PUT", path: "/r\(index % 100)/x/\(index)")
      else {
        Issue.record("route \(index) is not found")
        return
      }
    }
  }

  @Test(arguments: [
    ("GET", "/a/search", "0 "), ("GET", "/a/1", "1 1"), ("HEAD", "/a/1", "1 1"), ("PUT", "/a/1", "2 1"),
    ("PATCH", "/a/q/x", "3 q"), ("PUT", "/a/r/x", "4 x"), ("GET", "/a/%C3%A9%20b", "1 é b"),
    ("DELETE", "/a/1", "GET,HEAD,OPTIONS,PUT"),
    ("GET", "/a", "404"), ("GET", "/a/", "404"), ("GET", "/a//", "404"), ("GET", "/A/1", "404"),
    ("GET", "/a/1/y", "404"),
    ("GET", "/a/..", "400"), ("GET", "/a/%2e%2E", "400"), ("GET", "/a/b%2fc", "1 b/c"), ("GET", "/a/%2F", "1 /"),
    ("PATCH", "/a/x%2Fy/x", "3 x/y"), ("GET", "/a%2Fsearch", "400"), ("GET", "/b%2Fc/1", "400"),
    ("GET", "/a/b%2F..%2Fc", "400"), ("GET", "/a/%2e%2F%2E", "400"), ("GET", "/a/..%2f", "400"),
    ("GET", "/a/b%2F...%2Fc", "1 b/.../c"), ("GET", "/a/b%252F", "1 b%2F"), ("GET", "/a/%5c", "400"),
    ("GET", "/a/%00", "400"), ("GET", "/a/..;", "400"), ("GET", "/a/.;x=1", "400"), ("GET", "/a/..%3Bx", "400"),
    ("GET", "/a/b%2F..;x%2Fc", "400"), ("GET", "/a/b;x=..", "1 b;x=.."), ("GET", "/a/...;", "1 ...;"),
    ("GET", "/a/%zz", "400"), ("GET", "/a/%c0%ae", "400"), ("GET", "/a/%", "400"), ("OPTIONS", "*", "400"),
  ])
  func `a path has one meaning`(_ method: String, _ path: String, _ expected: String) {
    #expect(match(method, path) == expected)
  }

  @Test(arguments: [
    // The root, slashes at the end and empty segments.
    ("/", "0 "), ("/a", "1 "), ("/a/", "2 "), ("/a//b", "3 "), ("//", "404"), ("/a//", "404"), ("/report.pdf/", "404"),
    // Literals before mixed segments, these before parameters, and of those the ones with more text.
    ("/report.pdf", "14 "), ("/report.csv", "4 csv"), ("/report.a.json", "5 a"), ("/report", "6 report"),
    ("/v2/x", "7 2"), ("/v2.1/x", "11 2,1"), ("/w2/x", "8 w2"), ("/report.a/y", "13 a"),
    ("/report.a.json/y", "13 a.json"),
    // A parameter is never empty, and the first ones take as much as they can: what stands behind is an extension.
    ("/report.", "6 report."), ("/v/x", "8 v"), ("/v2./x", "7 2."), ("/v.1/x", "7 .1"), ("/report..json", "4 .json"),
    ("/report.a.json.json", "5 a.json"), ("/report.json", "4 json"),
    ("/compare/a...b", "9 a,b"), ("/compare/a....b", "9 a.,b"), ("/compare/....b", "9 .,b"),
    ("/compare/a...b...c", "9 a...b,c"),
    ("/compare/a...", "404"), ("/compare/...b", "404"), ("/compare/......", "9 ..,."), ("/compare/a..b", "404"),
    ("/c/a-b-c", "15 a,b,c"), ("/c/---b-c", "15 --,b,c"), ("/c/a-b", "404"), ("/c/a-b-", "404"),
    ("/c/a-b-c-end", "16 a,b,c"), ("/c/a-b-end", "15 a,b,end"), ("/c/a-b--end", "15 a,b-,end"),
    // Of adjacent parameters the second is one character.
    ("/d/xyz", "17 xy,z"), ("/d/w", "404"), ("/d/w%C3%A9", "17 w,é"), ("/d/%C3%A9", "404"),
    // What is percent-encoded is compared as what it stands for.
    ("/compare/a%2E%2e.b%20c", "9 a,b c"), ("/%72eport%2Ecsv", "4 csv"), ("/%C3%A9%20x!y%25", "10 x,y"),
    ("/%C3%A9%20%21!%21%25", "10 !,!"), ("/x%C3%A9/y", "12 x,y"), ("/%C3%A9%C3%A9/%C3%A9", "12 é,é"),
    ("/e%CC%81/y", "404"), ("/%C3%A9/y", "404"), ("/compare/a...%2F", "400"), ("/compare/..", "400"),
    ("/compare/..%2e", "404"),
  ])
  func `a segment can have parameters among its text`(_ path: String, _ expected: String) {
    #expect(match("GET", path, Self.mixed) == expected)
  }

  @Test func `segments that match the same are one, whatever their parameters are called`() {
    #expect(match("PUT", "/report.csv", Self.mixed) == "18 csv")
    #expect(match("POST", "/report.csv", Self.mixed) == "GET,HEAD,OPTIONS,PUT")
  }

  @Test(arguments: [
    ("PUT", "/a/search", "GET,HEAD,OPTIONS"), ("OPTIONS", "/a/search", "GET,HEAD,OPTIONS"),
    ("PATCH", "/a/r/x", "OPTIONS,PUT"), ("PUT", "/a/r", "2 r"),
  ])
  func `the most specific path decides which methods there are`(_ method: String, _ path: String, _ expected: String) {
    #expect(match(method, path) == expected)
  }

  @Test func `a mixed segment decides before a parameter and one with less text`() {
    #expect(match("PUT", "/report.a.json", Self.mixed) == "GET,HEAD,OPTIONS")
    #expect(match("POST", "/report.pdf", Self.mixed) == "GET,HEAD,OPTIONS")
    #expect(match("PUT", "/report.pdf", Self.mixed) == "GET,HEAD,OPTIONS")
  }

  @Test func `a path that begins more specifically gives way where it does not match as a whole`() {
    let router = Self.router([
      ("GET", Self.path("/a/b/{x}/d")), ("PUT", Self.path("/a/{y}/c")), ("POST", Self.path("/{z}/b/c")),
    ])
    #expect(match("PUT", "/a/b/c", router) == "1 b" && match("POST", "/a/b/c", router) == "OPTIONS,PUT")
    #expect(match("POST", "/e/b/c", router) == "2 e" && match("GET", "/a/b/c/d", router) == "0 c")
  }

  @Test func `no text traps where parameters share a segment`() {
    let pieces: [[Segment.Piece]] = [
      [.parameter("a"), .literal("-"), .parameter("b"), .literal("-"), .parameter("c")],
      [.literal("x"), .parameter("a"), .literal("--"), .parameter("b"), .literal("-"), .parameter("c"), .literal("-")],
    ]
    let router = Self.router(pieces.map { ("GET", [.mixed($0)]) })
    // Every text of up to seven of these.
    var texts = [""]
    for _ in 0..<7 { texts = texts.flatMap { text in ["", "-", "x", "a"].map { text + $0 } } }
    for text in Set(texts) where !text.isEmpty {
      let found = match("GET", "/" + text, router)
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) {
        #expect(found == "0 " + parts.joined(separator: ","))
      }
    }
    #expect(match("GET", "/-x", router) == "404" && match("GET", "/x-", router) == "404")
  }

  @Test func `a long segment is matched in one pass`() {
    let pieces = Array(repeating: [Segment.Piece.parameter("p"), .literal("aa")], count: 100).flatMap { $0 }
    let router = Self.router([("GET", [.mixed(pieces + [.parameter("p"), .literal("b")])])])
    let text = String(repeating: "a", count: 50_000)
    #expect(match("GET", "/" + text, router) == "404")
    #expect(match("GET", "/" + text + "b", router).utf8.count == 50_000 - 200 + 100 + 2)
  }

  @Test func `parameters are read where they stand in the path`() {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: Self.path("/é/{a}/f.{b}-{c}/{e}"),
      responses: .init([], hasDefault: true))
    let request = HTTPRequest(method: "GET", path: "/%C3%A9/1/f%2E;b=x%2Dy%20z%2D.7.8/%2d")
    var router = Router()
    router.add(operation)
    guard case .found(0, let values) = router.match(method: "GET", path: request.path) else {
      Issue.record("no route")
      return
    }
    var reader = RequestReader(RoutedRequest(request: request, pathValues: values), operation)
    #expect(reader.path("a", Int.self) == 1 && reader.path("e", String.self) == "-")
    #expect(reader.path("b", String.self) == ";b=x-y z" && reader.path("c", String.self) == ".7.8")
    #expect(reader.path("d", String.self) == nil)
    let matrix = StyledParameter("b", in: .path, style: .matrix, explode: false, .primitive(.string))
    #expect(reader.read(matrix, String.self) == "x-y z")
    let simple = StyledParameter("c", in: .path, style: .simple, explode: false, .primitive(.string))
    #expect(reader.read(simple, String.self) == ".7.8" && reader.violations.isEmpty)
  }

  @Test func `a label among text is cut as it came`() {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: Self.path("/x{ids}-{last}"), responses: .init([], hasDefault: true))
    let request = HTTPRequest(method: "GET", path: "/x.1.2%2C%2e3%2D%2D")
    var reader = RequestReader(RoutedRequest(request: request, pathValues: []), operation)
    let label = StyledParameter("ids", in: .path, style: .label, explode: true, .array(.string))
    #expect(reader.read(label, [String].self) == ["1", "2,.3"])
    let last = StyledParameter("last", in: .path, style: .simple, explode: false, .primitive(.string))
    #expect(reader.read(last, String.self) == "-" && reader.violations.isEmpty)
  }
}

@Suite struct ProblemTests {
  @Test func `a problem carries at most fifty places, and names of bounded length`() {
    let violations = (0..<80).map { index in
      Violation(name: "/" + String(repeating: "x", count: 100_000), rule: "r\(index)", message: "m")
    }
    let response = ProblemDetails(409, "d", violations: violations).response(instance: nil, requestID: nil)
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(text.contains("\"r49\"") && !text.contains("\"r50\"") && response.body.count < 60_000)
  }
}

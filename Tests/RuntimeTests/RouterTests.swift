import ServiceCore
import Testing

@Suite struct RouterTests {
  private let router: Router = {
    var router = Router()
    let routes: [(String, [OperationDescriptor.PathSegment])] = [
      ("GET", [.literal("a"), .literal("search")]), ("GET", [.literal("a"), .parameter("id")]),
      ("PUT", [.literal("a"), .parameter("id")]), ("PATCH", [.literal("a"), .parameter("id"), .literal("x")]),
      ("PUT", [.literal("a"), .literal("r"), .parameter("id")]),
    ]
    for (index, (method, path)) in routes.enumerated() {
      router.add(
        OperationDescriptor(service: "s", id: "o\(index)", method: method, path: path, statuses: [], hasDefault: true))
    }
    return router
  }()

  private func match(_ method: String, _ path: String) -> String {
    switch router.match(method: method, path: path) {
    case .found(let index, let values): "\(index) \(values.joined(separator: ","))"
    case .methodNotAllowed(let methods): methods.joined(separator: ",")
    case .notFound: "404"
    case .malformed: "400"
    }
  }

  @Test(arguments: [
    ("GET", "/a/search", "0 "), ("GET", "/a/1", "1 1"), ("HEAD", "/a/1", "1 1"), ("PUT", "/a/search", "2 search"),
    ("PATCH", "/a/r/x", "3 r"), ("PUT", "/a/r/x", "4 x"), ("GET", "/a/%C3%A9%20b", "1 é b"),
    ("DELETE", "/a/1", "GET,HEAD,OPTIONS,PUT"),
    ("GET", "/a", "404"), ("GET", "/a/", "404"), ("GET", "/a//", "404"), ("GET", "/A/1", "404"),
    ("GET", "/a/1/y", "404"),
    ("GET", "/a/..", "400"), ("GET", "/a/%2e%2E", "400"), ("GET", "/a/b%2fc", "400"), ("GET", "/a/%5c", "400"),
    ("GET", "/a/%00", "400"),
    ("GET", "/a/%zz", "400"), ("GET", "/a/%c0%ae", "400"), ("GET", "/a/%", "400"), ("OPTIONS", "*", "400"),
  ])
  func `a path has one meaning`(_ method: String, _ path: String, _ expected: String) {
    #expect(match(method, path) == expected)
  }
}

@Suite struct ProblemTests {
  @Test func `a problem carries at most fifty places, and names of bounded length`() {
    let violations = (0..<80).map { index in
      Violation(location: "/" + String(repeating: "x", count: 100_000), rule: "r\(index)", message: "m")
    }
    let response = ProblemDetails(409, "d", violations: violations).response(instance: nil, requestID: nil)
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(text.contains("\"r49\"") && !text.contains("\"r50\"") && response.body.count < 60_000)
  }
}

import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestSockets
import Testing

@testable import ParametersGolden

/// Parameters of every place and style, from a generated client to a generated server over a socket.
@Suite struct ParameterTests {
  private final class Finder: PetsHandlers {
    let seen = Mutex<FindThings.Input?>(nil)

    func findThings(_ input: FindThings.Input, _ call: Call) async throws -> FindThings.Output {
      seen.withLock { $0 = input }
      return .noContent
    }

    let sought = Mutex<Search.Input?>(nil)

    func search(_ input: Search.Input, _ call: Call) async throws -> Search.Output {
      sought.withLock { $0 = input }
      return .noContent(xTold: input.xSaid ?? "nothing")
    }

    func checkAll(_ input: CheckAll.Input, _ call: Call) async throws -> CheckAll.Output { .noContent }
  }

  private let call = Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }))

  /// Serves the contract, and hands over what the handler saw and a transport to it.
  private func serve(
    _ body: (HTTPClient, _ seen: () -> FindThings.Input?) async throws -> Void
  ) async throws {
    let finder = Finder()
    let routes = RouteHandler(ServiceRoute.all(of: PetsContract.operations, by: PetsEndpoint(finder), call))
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: call.logger,
      handler: { routes.receive($0) })
    await server.start()
    let client = try HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: [loop])
    try await body(client, { finder.seen.withLock { $0 } })
    await server.stop(within: 0)
    loop.stop()
  }

  private static let time = Timestamp(microseconds: 1_700_000_000_000_000)

  static let inputs: [FindThings.Input] = [
    .init(
      id: 7, labels: ["a"], point: .init(x: 1, y: -2), sizes: [3], xMode: .fast, session: "abc"),
    .init(
      id: 1, labels: ["a.b", "ç,;", "x y"], point: .init(x: 0, y: 0), tags: ["a,b", "c&d=e", "", "+"],
      sizes: [1, 2, 3], words: ["one", "two+two", "drei,"], pipes: [0.5, -1],
      filter:
        .init(name: "a[b]=c&d", price: ExactDecimal(scaled: 195, exponent: -1), old: false),
      span: .init(from: time, to: time), where: .init(all: [.init(name: "\"&=", old: true), .init(name: "")]),
      free: "a/b?c:@", order: [.down, .up], xTrace: [1, -2, 3], xMode: .safe, xNote: "a, b", session: "s%;,\"é",
      prefs: .init(from: time)),
  ]

  @Test(arguments: inputs)
  func `what a client sends is what a handler sees`(_ input: FindThings.Input) async throws {
    try await serve { transport, seen in
      let client = PetsClient(.remote(transport))
      let output = try await client.findThings(input, call)
      guard case .noContent = output else {
        Issue.record("\(output)")
        return
      }
      #expect("\(seen() as Any)" == "\(input as Any?)")
    }
  }

  private static let good: (path: String, query: String, headers: HTTPFields) = (
    "/v1/things/;id=7/.a/x=1,y=2", "sizes=1", ["x-mode": "fast", "cookie": "session=abc"]
  )

  private func send(_ change: (inout HTTPRequest) -> Void) async throws -> HTTPResponse {
    var request = HTTPRequest(method: "GET", path: Self.good.path, query: Self.good.query, headers: Self.good.headers)
    change(&request)
    var response = HTTPResponse(status: 0)
    try await serve { transport, _ in response = try await transport.send(request, FindThings.descriptor) }
    return response
  }

  @Test func `a request as another tool writes it is understood`() async throws {
    #expect(try await send { _ in }.status == 204)
    let response = try await send {
      $0.query =
        "tags=a&tags=b&sizes=1,2&words=a%20b&pipes=1%7C2&filter[name]=x&filter%5Bprice%5D=1.5&from=2026-01-01T00:00:00Z"
      $0.headers["x-trace"] = "1, 2,3"
      $0.headers["cookie"] = "other=1; session=abc; prefs=from,2026-01-01T00:00:00Z"
    }
    #expect(response.status == 204, "\(String(decoding: response.body, as: UTF8.self))")
  }

  static let searches: [(Search.Input, String)] = [
    (
      .init(path: [1, 2], id: .string("ab"), size: .integer(5), created: .integer(7), expand: ["a", "b c"]),
      "/v1/searches/.1.2 id=ab&size=5&created=7&expand[]=a&expand[]=b%20c"
    ),
    (
      .init(
        path: [3], id: .array(["a", "b"]), size: .array([1.5, 2]), created: .object(.init(gt: 1, lt: 2)),
        order: Order(
          lines: [.init(price: 1, tags: ["x", "y"]), .init(price: 2, tags: [])], meta: JSONObject([("k", "1")]),
          sub: Order(lines: [])),
        limit: 3, others: JSONObject([("a", 1), ("ordered", 2)]), xSaid: "a, b"),
      "/v1/searches/.3 id=a&id=b&size=1.5,2&created[gt]=1&created[lt]=2&order[lines][0][price]=1"
        + "&order[lines][0][tags][]=x&order[lines][0][tags][]=y&order[lines][1][price]=2&order[lines][1][tags]="
        + "&order[meta][k]=1&order[sub][lines]=&limit=3&a=1&ordered=2"
    ),
  ]

  @Test(arguments: searches.indices)
  func `structures that the texts tell apart go both ways`(_ index: Int) async throws {
    let (input, expected) = Self.searches[index]
    let request = try Search.encode(input)
    let text = expected.replacing("[", with: "%5B").replacing("]", with: "%5D")
    #expect(request.path + " " + (request.query ?? "") == text)
    let finder = Finder()
    try await LiveServer.run(PetsEndpoint(finder), PetsContract.operations) { server in
      guard case .noContent(let told) = try await PetsClient(.remote(server.transport)).search(input, call) else {
        Issue.record("no answer")
        return
      }
      #expect(told == input.xSaid ?? "nothing")
      #expect("\(finder.sought.withLock { $0 } as Any)" == "\(input as Any?)")
    }
  }

  @Test func `what contradicts itself is told where it is`() async throws {
    try await LiveServer.run(PetsEndpoint(Finder()), PetsContract.operations) { server in
      for (query, name, rule) in [
        ("id=a", "id", "minLength"), ("id=a&id=b&id=c&id=d", "id", "maxItems"), ("size=0", "size", "minimum"),
        ("size=x", "size/0", "type"), ("created[gt]=x", "created/gt", "type"),
        ("created=1&created[gt]=1", "created", "style"), ("created=x", "created", "type"),
        ("expand[]=0123456789", "expand/0", "maxLength"), ("others=1", "others/others", "absent"),
        ("order[lines][0][price]=0", "order/lines/0/price", "minimum"),
        ("order[lines][1][price]=1", "order/lines", "style"),
        ("order[lines][0][tags][]=1", "order/lines/0/price", "required"), ("a=x", "others/a", "type"),
        ("order[sub][sub][meta]=1", "order/sub/sub/meta", "type"), ("a=1&a=2", "others/a", "uniqueKeys"),
        ("order[meta]=1&order[meta][k]=2", "order/meta", "style"), ("limit=1&limit=2", "limit", "uniqueKeys"),
      ] {
        let response = try await server.send("GET", "/v1/searches/.1", query: query)
        let told = #""in":"query","name":"\#(name)","rule":"\#(rule)""#
        let isWrong = rule != "absent"
        #expect(response.status == (isWrong ? 400 : 204) && response.text.contains(told) == isWrong, "\(response.text)")
      }
    }
  }

  @Test(arguments: [
    ("sizes=1,x", "query", "sizes/1", "type"), ("sizes=1,2,3,4", "query", "sizes", "maxItems"),
    ("", "query", "sizes", "required"), ("sizes=1&sizes=2", "query", "sizes", "uniqueKeys"),
    ("sizes=1&filter[price]=-1&filter[name]=a", "query", "filter/price", "minimum"),
    ("sizes=1&filter[price]=1", "query", "filter/name", "required"),
    ("sizes=1&filter[name][first]=a", "query", "filter/name", "type"), ("sizes=1&where={", "query", "where", "json"),
    ("sizes=1&where={%22all%22:[{}]}", "query", "where/all/0/name", "required"),
    ("sizes=1&order=sideways", "query", "order/0", "enum"), ("sizes=1&until=x", "query", "until", "unknown"),
    ("sizes=1&from=yesterday", "query", "span/from", "format"), ("sizes=%zz", "query", "sizes", "encoding"),
    ("sizes=1&filter[name]=%zz", "query", "filter/name", "encoding"),
    ("sizes=1&from=%zz", "query", "span/from", "encoding"),
    ("sizes=1&filter[name]=a&filter[name]=b", "query", "filter/name", "uniqueKeys"),
    ("sizes=1&filter=a", "query", "filter", "type"), ("sizes=1&filter[name]=a&filter=b", "query", "filter", "style"),
    ("sizes=1&free=a&free=b", "query", "free", "uniqueKeys"), ("sizes=1&filter[a=1", "query", "filter", "style"),
  ])
  func `a wrong parameter is told by location and name`(
    _ query: String, _ location: String, _ name: String, _ rule: String
  ) async throws {
    let response = try await send { $0.query = query.isEmpty ? nil : query }
    let text = String(decoding: response.body, as: UTF8.self)
    let told = #""in":"\#(location)","name":"\#(name)","rule":"\#(rule)""#
    #expect(response.status == 400 && text.contains(told), "\(text)")
  }

  @Test(
    arguments: [
      ("from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", []), ("to=%zz", ["span/to encoding"]),
      ("from=yesterday&to=x", ["span/from format", "span/to format"]), ("until=x", ["until unknown"]),
      ("from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z", ["span/from uniqueKeys"]),
    ] as [(String, [String])])
  func `a gateway takes the members of an exploded object for parameters, and checks them`(
    _ query: String, _ expected: [String]
  ) async throws {
    let request = HTTPRequest(
      method: "GET", path: Self.good.path, query: "sizes=1&" + query, headers: Self.good.headers)
    let routed = try #require(RoutedRequest(request, for: FindThings.descriptor))
    var found: [String] = []
    do {
      try await Serving.check(FindThings.self, routed)
    } catch let fault as RequestFault {
      found = fault.problem.violations.map { "\($0.name) \($0.rule)" }
    }
    #expect(found.sorted() == expected)
  }

  @Test func `what is wrong in paths, headers and cookies is told so too`() async throws {
    for (location, name, rule, change) in [
      ("path", "id", "style", { $0.path = "/v1/things/7/.a/x=1,y=2" }),
      ("path", "id", "minimum", { $0.path = "/v1/things/;id=0/.a/x=1,y=2" }),
      ("path", "point/y", "required", { $0.path = "/v1/things/;id=7/.a/x=1" }),
      ("header", "X-Mode", "required", { $0.headers["x-mode"] = nil }),
      ("header", "X-Mode", "enum", { $0.headers["x-mode"] = "slow" }),
      ("header", "X-Trace/1", "type", { $0.headers["x-trace"] = "1,b" }),
      ("header", "X-Note", "maxLength", { $0.headers["x-note"] = "123456" }),
      ("cookie", "session", "required", { $0.headers["cookie"] = nil }),
      ("cookie", "session", "minLength", { $0.headers["cookie"] = "session=ab" }),
    ] as [(String, String, String, (inout HTTPRequest) -> Void)] {
      let response = try await send(change)
      let text = String(decoding: response.body, as: UTF8.self)
      let told = #""in":"\#(location)","name":"\#(name)","rule":"\#(rule)""#
      #expect(response.status == 400 && text.contains(told), "\(text)")
    }
  }

  @Test(
    arguments: [
      (
        "/v1/all/0", "size=6&kind=c&when=now&tag=none&x=1&size2=%zz", "4", "mark=ab",
        #"{"name":"A","count":0,"odd":2,"parts":[{"size":10,"word":"a"}],"other":1}"#,
        "path id minimum, query size maximum, query kind enum, query when format, query tag not, query x unknown, "
          + "query size2 encoding, header X-Level maximum, cookie mark minLength, body /name pattern, body /count minimum, "
          + "body /odd not, body /parts/0/size maximum, body /parts/0/word minLength, body /other additionalProperties"
      ),
      (
        "/v1/all/x", "kind=a&kind=b&tag=none", "x", "mark=abc; mark=abc",
        #"{"name":"A","count":"1","odd":2,"parts":[{"size":"1","word":"a"},{"word":"b"},7,{"size":10}],"name":"a"}"#,
        "path id type, query size required, query kind uniqueKeys, query tag not, header X-Level type, "
          + "cookie mark uniqueKeys, body /name uniqueKeys, body /count type, body /odd not, "
          + "body /parts/0/size type, body /parts/0/word minLength, body /parts/1/size required, "
          + "body /parts/1/word minLength, body /parts/2 type, body /parts/3/size maximum"
      ),
      (
        "/v1/all/1", "size=1&size=2", nil, "", "[]",
        "query size uniqueKeys, header X-Level required, body  type"
      ),
      (
        "/v1/all/0", "size=6", "4", "mark=ab", "{",
        "path id minimum, query size maximum, header X-Level maximum, "
          + "cookie mark minLength, body  json"
      ),
    ] as [(String, String, String?, String, String, String)])
  func `all that is wrong is told at once, each once`(
    _ path: String, _ query: String, _ level: String?, _ cookie: String, _ body: String, _ expected: String
  ) async throws {
    var request = HTTPRequest(method: "POST", path: path, query: query, body: Array(body.utf8))
    request.headers = ["content-type": "application/json", "cookie": cookie]
    request.headers["x-level"] = level
    try await serve { transport, _ in
      let response = try await transport.send(request, CheckAll.descriptor)
      var reader = JSONReader(response.body)
      guard case .object(let problem)? = try JSONValue.decode(&reader), case .array(let errors)? = problem["errors"]
      else {
        Issue.record("\(String(decoding: response.body, as: UTF8.self))")
        return
      }
      let told = errors.map { error in
        guard case .object(let error) = error else { return "" }
        return [error["in"], error["pointer"] ?? error["name"], error["rule"]].map { value in
          if case .string(let text)? = value { text } else { "" }
        }.joined(separator: " ")
      }
      #expect(response.status == 400 && told.sorted() == expected.split(separator: ", ").map(String.init).sorted())
    }
  }

  @Test func `a value that would make a line of its own is refused by the client`() async throws {
    let input = FindThings.Input(
      id: 7, labels: ["a"], point: .init(x: 1, y: 2), sizes: [1], xMode: .fast, xNote: "a\r\nb", session: "abc")
    try await serve { transport, seen in
      let error = await #expect(throws: RequestFault.self) {
        try await PetsClient(.remote(transport)).findThings(input, call)
      }
      #expect(error?.problem.status == 400 && seen() == nil)
    }
  }
}

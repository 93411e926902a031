import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
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
      loops: [loop], address: "127.0.0.1", port: 0, logger: call.logger, handler: { routes.receive($0) })
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

  @Test(arguments: [
    ("sizes=1,x", "query", "sizes/1", "type"), ("sizes=1,2,3,4", "query", "sizes", "maxItems"),
    ("", "query", "sizes", "required"), ("sizes=1&sizes=2", "query", "sizes", "style"),
    ("sizes=1&filter[price]=-1&filter[name]=a", "query", "filter/price", "minimum"),
    ("sizes=1&filter[price]=1", "query", "filter/name", "required"),
    ("sizes=1&filter[name][first]=a", "query", "filter", "style"), ("sizes=1&where={", "query", "where", "json"),
    ("sizes=1&where={%22all%22:[{}]}", "query", "where/all/0/name", "required"),
    ("sizes=1&order=sideways", "query", "order/0", "enum"), ("sizes=1&until=x", "query", "until", "unknown"),
    ("sizes=1&from=yesterday", "query", "span/from", "format"), ("sizes=%zz", "query", "", "encoding"),
  ])
  func `a wrong parameter is told by location and name`(
    _ query: String, _ location: String, _ name: String, _ rule: String
  ) async throws {
    let response = try await send { $0.query = query.isEmpty ? nil : query }
    let text = String(decoding: response.body, as: UTF8.self)
    let told = #""in":"\#(location)","name":"\#(name)","rule":"\#(rule)""#
    #expect(response.status == 400 && text.contains(told), "\(text)")
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

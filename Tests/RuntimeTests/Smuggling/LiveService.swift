import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestMessages
import TestSockets
import Testing

/// The server that the tests talk to.
struct LiveService: Sendable {
  let loop: Loop
  let port: Int

  @TaskLocal static var current: LiveService?

  static func operation(
    _ method: String, _ path: OperationDescriptor.PathSegment..., isStreamed: Bool = false
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: "smuggling", id: "\(path)", method: method, path: path,
      body: method == "POST"
        ? OperationDescriptor.RequestBody(limit: method == "POST" ? 1_000 : 1_048_576, isStreamed: isStreamed) : nil,
      responses: .init([200], hasDefault: true))
  }

  /// `/echo` and `/stream` answer with the body's length and the body, `/pipe` with the body as it comes; `/reflect`
  /// with a field of the name and the value in its body; `/get` with a parameter of its query.
  static let routes: RouteHandler = {
    let get = operation("GET", .literal("get"))
    let item = operation("GET", .literal("get"), .parameter("id"))
    return RouteHandler([
      ServiceRoute(get) { read($0, get) }, ServiceRoute(item) { read($0, item) },
      ServiceRoute(operation("GET", .literal("smuggled"))) { _ in
        HTTPResponse(status: 200, headers: ["x-smuggled": "yes"], body: Array("smuggled".utf8))
      },
      ServiceRoute(operation("POST", .literal("echo"))) { echo($0.request, $0.request.body) },
      ServiceRoute(operation("POST", .literal("stream"), isStreamed: true)) { routed in
        do {
          return echo(routed.request, try await routed.request.stream?.collect(limit: 1_000) ?? [])
        } catch {
          let problem = (error as? RequestFault)?.problem ?? ProblemDetails(500, "\(error)")
          return problem.response(instance: nil, requestID: routed.request.id)
        }
      },
      ServiceRoute(operation("POST", .literal("pipe"), isStreamed: true)) { routed in
        let body = routed.request.stream
        return HTTPResponse(status: 200, stream: ByteStream { try await body?.makeAsyncIterator().next() })
      },
      ServiceRoute(operation("POST", .literal("reflect"))) { routed in
        let parts = routed.request.body.split(
          separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        var response = HTTPResponse(status: 200, body: Array("reflected".utf8))
        response.headers.append(String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
        return response
      },
    ])
  }()

  static func echo(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    let seen = request.headers.list.map { "\($0.name): \($0.value)" }.joined(separator: "|")
    return HTTPResponse(status: 200, headers: ["x-seen": seen], body: Array("\(body.count):".utf8) + body)
  }

  static func read(_ routed: RoutedRequest, _ operation: OperationDescriptor) -> HTTPResponse {
    var reader = RequestReader(routed, operation)
    _ = reader.path("id", Int.self)
    _ = reader.query("number", Int.self)
    let text = reader.query("q", String.self)
    reader.closeQuery("q", "number")
    guard reader.violations.isEmpty else {
      return ProblemDetails.badRequest(reader.violations.list).response(instance: nil, requestID: routed.request.id)
    }
    return HTTPResponse(status: 200, headers: ["accept-ranges": "bytes"], body: Array("got \(text ?? "")".utf8))
  }
}

/// Serves while the suite runs.
struct ServingTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let loop = try Loop()
    let logger = Logger(level: .error, sink: { _ in })
    let server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: logger) {
      LiveService.routes.receive($0)
    }
    await server.start()
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await LiveService.$current.withValue(LiveService(loop: loop, port: server.port)) { try await function() })
    } catch {
      result = .failure(error)
    }
    await server.stop(within: 1)
    loop.stop()
    try result.get()
  }
}

// MARK: - sockets

extension RawClient {
  /// A client of the server that the tests talk to.
  convenience init(isHead: Bool = false) throws {
    try self.init(port: #require(LiveService.current).port, isHead: isHead)
  }

  /// A request and its answer: whatever was sent to the server before has been read when it is back.
  func roundTrip() throws {
    forget()
    send(get("/get?q=fence"))
    let came = receive { $0.hasSuffix("got fence") }
    try #require(came.replies.map(\.text) == ["got fence"], "\(came)")
  }
}

extension Replies {
  var wasSmuggled: Bool { replies.contains { $0.fields["x-smuggled"] != nil } }

  /// Whether the same came, but for what each answer has of its own: a time and an id.
  func same(as other: Replies) -> Bool {
    interim == other.interim && statuses == other.statuses && isClosed == other.isClosed && isSound == other.isSound
      && zip(replies, other.replies).allSatisfy { one, other in
        one.fields.keys == other.fields.keys && (one.status != 200 || one.body == other.body)
      }
  }
}

import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceLoop

/// The entrance to a service under test: its router and endpoint on its loop, without a socket.
struct Entrance: Transport {
  let routes: RouteHandler
  let signatures: TestSignatures
  let loop: Loop
  let record: TestRecord

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await respond(to: request)
  }

  /// - Parameter credentials: the credentials of a caller, for a request without its own.
  func respond(to request: HTTPRequest, as credentials: Credentials? = nil) async throws -> HTTPResponse {
    switch routes.receive(request) {
    case .answer(let response): return response
    case .receive(let limit, let isStreamed, let timeout, let respond):
      return try await run(request.path, within: .milliseconds(timeout)) {
        try await respond(Self.received(request, limit, isStreamed: isStreamed))
      }
    case .route(let route, let pathValues, let timeout):
      let operation = route.operation
      var request = request
      if let credentials { try request.authorize(operation.policy.security, with: credentials) }
      if operation.policy.signature != nil { request = try signatures.signed(request) }
      let whole = request
      return try await run(operation.name, within: .milliseconds(timeout)) {
        let received = try await Self.received(whole, operation.bodyLimit, isStreamed: operation.streamsBody)
        return await route.respond(to: RoutedRequest(request: received, pathValues: pathValues))
      }
    }
  }

  /// Runs the service's code on its loop, with a deadline.
  func run<Value: Sendable>(
    _ name: String, within limit: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await limited(to: limit, of: name, on: loop, record) {
      try await Deadline.$current.withValue(Deadline(in: limit.milliseconds)) { try await body() }
    }
  }

  /// A request with its body as the operation reads it: in chunks, or complete.
  private static func received(
    _ request: HTTPRequest, _ limit: Int, isStreamed: Bool
  ) async throws -> HTTPRequest {
    var request = request
    if isStreamed, request.stream == nil {
      let body = [request.body].filter { !$0.isEmpty }
      let pieces = Pieces(body)
      request.stream = ByteStream(length: request.body.count) { await pieces.next() }
      request.body = []
    } else if !isStreamed, let stream = request.stream {
      (request.body, request.stream) = (try await stream.collect(limit: limit), nil)
    }
    return request
  }
}

private actor Pieces {
  private var rest: [[UInt8]]

  init(_ pieces: [[UInt8]]) { rest = pieces }

  func next() -> [UInt8]? { rest.isEmpty ? nil : rest.removeFirst() }
}

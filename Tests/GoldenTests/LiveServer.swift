import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestSockets
import Testing

/// A generated server over a socket, and what reaches it.
struct LiveServer {
  let transport: HTTPClient
  let port: Int

  /// Texts that would be lines of their own, or end one, where a header's value stands (A12).
  static let lineBreakers = [
    "a\r\nx-injected: 1", "a\nx-injected: 1", "a\rx-injected: 1", "a\0b", "a\u{7F}b", "\r\n\r\n<b>",
    "a\r\n\r\nGET / HTTP/1.1",
  ]

  static let call = Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }))

  /// Serves an endpoint's routes for as long as `body` runs.
  ///
  /// - Parameter certificate: what the client's end of a TLS connection would have proved.
  static func run(
    _ endpoint: some ServiceEndpoint, _ routes: [OperationDescriptor], _ call: Call = LiveServer.call,
    certificate: [UInt8]? = nil,
    _ body: (LiveServer) async throws -> Void
  ) async throws {
    let handler = RouteHandler(
      routes.enumerated().map { index, operation in
        let route = ServiceRoute(operation, by: endpoint, at: index, call)
        return ServiceRoute(operation) { routed in
          var request = routed.request
          request.peerCertificate = certificate
          let proved = RoutedRequest(request: request, pathValues: routed.pathValues)
          return await route.respond(to: proved)
        }
      })
    let loop = try Loop()
    let server = try HTTPServer(
      loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: call.logger,
      handler: { handler.receive($0) })
    await server.start()
    let transport = try HTTPClient(origin: "http://127.0.0.1:\(server.port)", loops: [loop])
    do {
      try await body(LiveServer(transport: transport, port: server.port))
    } catch {
      Issue.record(error)
    }
    await server.stop(within: 0)
    loop.stop()
  }

  /// Sends what no generated client would.
  func send(
    _ method: String, _ path: String, query: String? = nil, _ headers: HTTPFields = HTTPFields(), body: String = ""
  ) async throws -> (status: Int, headers: HTTPFields, text: String) {
    let request = HTTPRequest(method: method, path: path, query: query, headers: headers, body: Array(body.utf8))
    let response = try await transport.forward(
      request,
      OperationDescriptor(service: "t", id: "t", method: method, path: [], responses: .init([], hasDefault: true)))
    let bytes = try await response.stream?.collect(limit: 10_000_000) ?? response.body
    return (response.status, response.headers, String(decoding: bytes, as: UTF8.self))
  }
}

extension ItemStream {
  func all() async throws -> [Element] {
    var result: [Element] = []
    for try await element in self { result.append(element) }
    return result
  }
}

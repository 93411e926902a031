import Gateway
import ServiceCore
import ServiceHTTP
import Testing

/// Requests whose memory a server uses again, and what a gateway takes from them.
@Suite struct ReusedRequestTests {
  private func head(_ text: String) throws -> MessageHead {
    var parser = MessageParser(.request)
    parser.append(text.utf8)
    guard case .head(let head) = try parser.next() else { throw HTTPFault(400, "no head") }
    return head
  }

  @Test func `nothing of a request is in the next one that has its memory`() throws {
    let head = try head("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    var request = HTTPRequest(
      method: "POST", path: "/", query: "secret", headers: ["x-secret": "1"], body: Array("secret".utf8),
      stream: ByteStream { nil }, id: "secret")
    request.peerCertificate = [1]
    request.receive(head.received, CallIdentity(requestID: "next"), target: nil)
    #expect(request.method == "GET" && request.path == "/next" && request.query == nil && request.id == "next")
    #expect(request.body.isEmpty && request.stream == nil && request.peerCertificate == nil)
    #expect(request.headers["x-secret"] == nil && request.headers["host"] == "a")
  }

  @Test func `what somebody still has of a request stays as it is`() throws {
    var request = HTTPRequest(method: "POST", path: "/first", body: [1])
    let kept = request
    request.receive(
      try head("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").received, CallIdentity(requestID: "next"), target: nil)
    #expect(kept.path == "/first" && kept.body == [1] && request.path == "/next" && request.body.isEmpty)
  }

  @Test func `a service does not receive the headers that only a gateway may set`() throws {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: [.literal("next")], responses: .init([200]))
    let gateway = GatewayHandler([ServiceRoute(operation) { _ in HTTPResponse(status: 200) }])
    var request = HTTPRequest(
      method: "GET", path: "/next",
      headers: ["x-user-id": "admin", "x-user-role": "admin", "x-request-deadline": "1", "accept": "*/*"])
    guard case .route(let route, _, let timeout) = gateway.receive(&request) else {
      Issue.record("no route")
      return
    }
    #expect(route.operation.id == "o" && timeout == operation.policy.timeout)
    #expect(request.headers.list.map(\.name) == ["accept"])
  }

  @Test func `a slash that a path encodes reaches a service as it came`() throws {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: [.literal("files"), .parameter("name")], responses: .init([200]))
    let gateway = GatewayHandler([ServiceRoute(operation) { _ in HTTPResponse(status: 200) }])
    for (path, value) in [
      ("/files/a%2Fb", "a/b"), ("/files/%2f%20", "/ "), ("/files/..%2Fb", nil), ("/files/a/b", nil),
    ] {
      var request = HTTPRequest(method: "GET", path: path)
      guard case .route(_, let routed, _) = gateway.receive(&request) else {
        #expect(value == nil, "\(path)")
        continue
      }
      #expect(routed == value.map { [$0] } && request.path == path, "\(path)")
    }
  }
}

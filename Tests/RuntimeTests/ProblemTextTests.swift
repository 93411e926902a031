import ServiceCore
import Testing

@Suite struct ProblemTextTests {
  @Test func `what is sent of a detail and a message has an end`() throws {
    let long = String(repeating: "e\u{301}", count: 5_000)
    let problem = ProblemDetails(409, long, violations: [Violation(name: "/" + long, rule: "r", message: long)])
    let body = String(decoding: problem.response(instance: nil, requestID: nil).body, as: UTF8.self)
    #expect(body.contains(#""detail":"\#(String(repeating: "e\u{301}", count: 1_000))""#))
    #expect(body.contains(#""message":"\#(String(repeating: "e\u{301}", count: 1_000))""#))
  }

  @Test(arguments: [(503, 503), (504, 504), (500, 502), (409, 502)])
  func `what another service could not answer is told apart`(_ status: Int, _ told: Int) {
    let operation = OperationDescriptor(
      service: "shop", id: "read", method: "GET", path: [], responses: .init([200]))
    #expect(ClientError.unexpected(operation, HTTPResponse(status: status)).problem.status == told)
  }
}

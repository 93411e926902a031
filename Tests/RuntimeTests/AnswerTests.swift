import ServiceCore
import Synchronization
import Testing

/// What becomes of an answer between its handler and the wire.
@Suite struct AnswerTests {
  /// Answers with a body that comes piece by piece.
  private enum Download: ContractOperation {
    static let descriptor = OperationDescriptor(
      service: "shop", id: "download", method: "GET", path: [.literal("file")],
      responses: .init([200], isStreamed: true))

    static func decode(_ request: inout RequestReader) throws(RequestFault) -> Bool? { true }
    static func validate(_ input: Bool, _ check: inout Violations) {}
    static func encode(_ input: Bool) throws -> HTTPRequest { HTTPRequest(method: "GET", path: "/file") }
    static func idempotencyKey(_ input: Bool) -> String? { nil }
    static func decode(_ response: HTTPResponse) throws -> ByteStream? { response.stream }
    static func validate(_ output: ByteStream, _ check: inout Violations) {}
    static func encode(_ output: ByteStream) -> HTTPResponse {
      var response = HTTPResponse(status: 200)
      response.stream = output
      return response
    }
  }

  private let log = SecurityServingTests.Log()

  private func respond(_ handler: @Sendable () throws -> ByteStream) async -> HTTPResponse {
    let routed = RoutedRequest(request: HTTPRequest(method: "GET", path: "/file"), pathValues: [])
    return await Serving.respond(Download.self, routed, Call(requestID: "r1", logger: Logger(sink: log.write))) {
      (_: Bool, _: Call) in try handler()
    }
  }

  @Test func `parts of a body can be had, and what reading them throws is what the handler's stream threw`()
    async throws
  {
    struct Lost: Error {}
    let response = await respond {
      ByteStream(length: 10) { part in
        let rest = Mutex<[UInt8]?>([7])
        return {
          if part.upperBound > 5 { throw Lost() }
          return rest.withLock { $0.take() }
        }
      }
    }
    let part = try #require(response.stream?.part(0..<1))
    #expect(try await part.collect(limit: 10) == [7])
    await #expect(throws: Lost.self) { try await response.stream?.collect(limit: 10) }
  }

  @Test func `a failure is logged with service and operation, and with what it breaks`() async {
    let broken = [Violation(name: "/name", rule: "minLength", message: "is short")]
    #expect(await respond { throw RequestFault(.badRequest(broken)) }.status == 500)
    #expect(await respond { throw RequestFault(.unavailable("Full.")) }.status == 500)
    let lines = log.text.split(separator: "\n")
    #expect(
      lines.count == 3 && lines.allSatisfy { $0.contains(#""service":"shop","operation":"download""#) }, "\(lines)")
    #expect(lines.first?.contains("shop.download: undeclared failure: 400") == true)
    #expect(lines.first?.contains("/name is short") == true)
  }
}

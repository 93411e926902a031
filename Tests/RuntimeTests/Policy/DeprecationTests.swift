import ServiceCore
import Testing

/// What callers of a deprecated operation are told.
@Suite struct DeprecationTests {
  private struct Answer: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 201)
    }
  }

  private func ask(_ deprecation: Deprecation?, at sites: Set<StageSite> = [.edge]) async -> HTTPFields {
    let call = Call(requestID: "", logger: Logger(level: .error))
    let operation = OperationDescriptor.with(.init(isDeprecated: true, deprecation: deprecation))
    let route = ServiceRoute(Pipeline(operation, at: sites, of: call), by: Answer(), at: 0, call)
    return await route.respond(to: .to("/look")).headers
  }

  @Test func `since when, until when, and where more is said`() async {
    // RFC 9745, section 2.1, and RFC 8594, section 3, by their own examples.
    let whole = await ask(Deprecation(since: 1_688_169_599, sunset: 1_546_300_799, link: "https://a.test/x"))
    #expect(whole["deprecation"] == "@1688169599")
    #expect(whole["sunset"] == "Mon, 31 Dec 2018 23:59:59 GMT")
    #expect(whole["link"] == #"<https://a.test/x>; rel="deprecation"; type="text/html""#)
    let short = await ask(Deprecation(since: 0))
    #expect(short["deprecation"] == "@0" && short["sunset"] == nil && short["link"] == nil)
    #expect(await ask(nil)["deprecation"] == nil)
    #expect(await ask(Deprecation(since: 0), at: [.callee])["deprecation"] == nil)
  }
}

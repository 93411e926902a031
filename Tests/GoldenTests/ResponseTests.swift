import ServiceCore
import Testing

@testable import ResponsesGolden

/// Answers by code and by range.
@Suite struct ResponseTests {
  private struct Jobs: PetsHandlers {
    func readJob(_ input: ReadJob.Input, _ call: Call) async throws -> ReadJob.Output {
      switch input.status {
      case 202: .accepted
      case 200..<300: .success(status: input.status, Job(name: "sweep"), xTook: 7)
      case 404: throw ReadJob.clientError(status: 404, "No such job.")
      case 409: .clientError(status: 409, JSONObject([("status", .number(ExactDecimal(409)))]))
      case 600: .success(status: 404, Job(name: "sweep"), xTook: nil)
      default: throw ReadJob.clientError(status: 302, "Elsewhere.")
      }
    }
  }

  private let call = Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }))

  private func read(_ status: Int) async -> HTTPResponse {
    let request = HTTPRequest(method: "GET", path: "/jobs/\(status)")
    return await PetsEndpoint(Jobs()).respond(
      to: RoutedRequest(request: request, pathValues: [String(status)]), operation: 0, call: call)
  }

  @Test(arguments: [(200, 200), (202, 202), (207, 207), (404, 404), (409, 409), (600, 500), (302, 500)])
  func `a code goes before its range, and what is in neither is a failure of the service`(
    _ asked: Int, _ answered: Int
  ) async {
    #expect(await read(asked).status == answered)
  }

  @Test func `a client gets the code of a range, and what none declares is no answer`() async throws {
    guard case .success(let status, let job, let took)? = try ReadJob.decode(await read(207)) else {
      Issue.record("not the range's")
      return
    }
    #expect(status == 207 && job == Job(name: "sweep") && took == 7)
    guard case .accepted? = try ReadJob.decode(await read(202)) else {
      Issue.record("not the code's")
      return
    }
    #expect(try ReadJob.decode(HTTPResponse(status: 302)) == nil)
  }

  @Test func `the status of an output is the one that it is sent with`() {
    let outputs: [ReadJob.Output] = [
      .success(status: 207, Job(name: "sweep"), xTook: 7), .accepted, .clientError(status: 409, JSONObject([])),
      .serverError(status: 503, JSONObject([])),
    ]
    #expect(outputs.map(ReadJob.status) == [207, 202, 409, 503])
    #expect(outputs.map(ReadJob.status) == outputs.map { ReadJob.encode($0).status })
  }
}

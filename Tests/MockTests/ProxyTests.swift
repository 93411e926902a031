import ContractMock
import ContractOutline
import ServiceCore
import Synchronization
import Testing

private let things = """
  openapi: 3.1.0
  info: { title: Things, version: "1" }
  paths:
    /things/{id}:
      get:
        operationId: getThing
        parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
        responses:
          "200":
            description: The thing.
            headers: { X-Count: { required: true, schema: { type: integer } } }
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name:
                      type: string
                      minLength: 1
  """

/// Servers that answer what a test says.
@Suite struct ProxyTests {
  /// The response of a proxy before a server that answers `response`, and what it reports.
  private func exchange(
    _ response: HTTPResponse, _ path: String = "/things/1", method: String = "GET"
  ) async throws -> (HTTPResponse, [String]) {
    let reports = Mutex<[String]>([])
    let proxy = ContractProxy(
      try outline(yaml: things), forward: { _, _ in response }, report: { line in reports.withLock { $0.append(line) } }
    )
    var answer = await proxy.respond(to: HTTPRequest(method: method, path: path))
    if let stream = answer.stream { answer.body = try await stream.collect(limit: 1_000) }
    return (answer, reports.withLock { $0 })
  }

  private let valid = HTTPResponse(
    status: 200, headers: ["content-type": "application/json", "x-count": "1"], body: Array(#"{"name":"a"}"#.utf8))

  @Test func `a valid exchange is not reported`() async throws {
    let (answer, reports) = try await exchange(valid)
    #expect(answer.body == valid.body)
    #expect(reports == [])
  }

  @Test(arguments: [false, true])
  func `a response that breaks the contract is passed on, and reported with its line`(_ isStreamed: Bool) async throws {
    var response = valid
    let body = Array(#"{"name":""}"#.utf8)
    if isStreamed { response.stream = ByteStream(body) } else { response.body = body }
    response.headers["x-count"] = nil
    let (answer, reports) = try await exchange(response)
    #expect(answer.text == #"{"name":""}"#)
    #expect(reports.count == 2)
    let lines = reports.joined(separator: "\n")
    #expect(lines.contains("GET /things/1: response 200: the header X-Count is missing"), "\(lines)")
    #expect(lines.contains("GET /things/1: response 200: /name has 0 characters"), "\(lines)")
    #expect(lines.contains("contract.yaml:18)"), "\(lines)")
  }

  @Test func `undeclared statuses, types, paths and methods are reported`() async throws {
    let teapot = try await exchange(HTTPResponse(status: 418)).1
    #expect(teapot.count == 1 && teapot[0].contains("response the status is 418"), "\(teapot)")
    var html = valid
    html.headers["content-type"] = "text/html"
    #expect(try await exchange(html).1.first?.contains("it is text/html") == true)
    #expect(try await exchange(valid, "/other").1.first?.contains("no such path") == true)
    #expect(try await exchange(valid, method: "PUT").1.first?.contains("the contract has GET") == true)
    #expect(try await exchange(valid, "/things/x").1.first?.contains("request: the path id ") == true)
  }
}

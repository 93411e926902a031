import ServiceCore
import Testing

/// The fields that say what a body is, and which request it belongs to.
@Suite struct ContentTypeTests {
  private static let operation = OperationDescriptor(
    service: "s", id: "o", method: "POST", path: [.literal("a")], body: .init(),
    responses: .init([200], hasDefault: true), policy: .init(idempotencyKey: .optional))

  private func reader(_ fields: [(String, String)]) -> RequestReader {
    var headers = HTTPFields()
    for (name, value) in fields { headers.append(name, value) }
    let request = HTTPRequest(method: "POST", path: "/a", headers: headers, body: Array("1".utf8))
    return RequestReader(RoutedRequest(request: request, pathValues: []), Self.operation)
  }

  /// The status that a body of such a type gets, where it is read as one type and where it may be one of several.
  private func statuses(_ types: String...) -> [Int] {
    let fields = types.map { ("content-type", $0) }
    return [
      status { try reader(fields).expect("text/csv", "application/json") },
      status {
        var reader = reader(fields)
        return try reader.body(Int.self) as Any
      },
    ]
  }

  private func status(_ body: () throws -> Any) -> Int {
    do {
      _ = try body()
      return 200
    } catch {
      return (error as? RequestFault)?.problem.status ?? 0
    }
  }

  @Test(arguments: [
    "application/json", "Application/JSON", "application/json;", "application/json; ;charset=utf-8",
    "application/json; charset=\"UTF-8\"", "application/json;charset=US-ASCII", "application/json; v=\"a;b,\\\"c\"",
    "application/json ; charset=utf-8",
  ])
  func `a type is taken however it is written`(_ type: String) {
    #expect(statuses(type) == [200, 200])
  }

  @Test(arguments: [
    "application/json; charset=\"utf-8", "application/json; charset", "application/json; charset=",
    "application/json; =utf-8", "application/json; charset=utf-8 x", "application/json; a=1; a=2",
    "application/json; charset=utf-8; charset=utf-16", "application/json; a=b\"c\"",
  ])
  func `parameters that cannot be read are a bad request`(_ type: String) {
    #expect(statuses(type) == [400, 400])
  }

  @Test(arguments: [
    "application/json; charset=utf-16", "application/json; charset=\"ISO-8859-1\"", "text/plain", "*/*",
    "application/*", "application / json", "appli cation/json", "application/json/x", "application/json\u{301}", "",
    "application/json, text/csv",
  ])
  func `another type or encoding is not supported`(_ type: String) {
    #expect(statuses(type) == [415, 415])
  }

  @Test func `a type or a key that is given twice is a bad request`() {
    #expect(statuses("application/json", "application/json") == [400, 400])
    var twice = reader([("idempotency-key", "a"), ("idempotency-key", "a")])
    #expect(twice.idempotencyKey() == nil && twice.violations.list.map(\.name) == ["Idempotency-Key"])
    var once = reader([("idempotency-key", "a")])
    #expect(once.idempotencyKey() == "a" && once.violations.isEmpty)
  }
}

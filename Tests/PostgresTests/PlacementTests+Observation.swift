import Foundation
import ServiceCore
import ServiceHTTP
import Testing

/// The rows of the table that operators observe: ids, traces, the access log and the metrics.
extension PlacementTests {
  private static let trace = "0af7651916cd43dd8448eb211c80319c"
  private static let span: UInt64 = 0xb7ad_6b71_6920_3331
  private static let headers: HTTPFields = [
    "x-request-id": "order-7", "traceparent": "00-\(trace)-b7ad6b7169203331-01",
  ]

  // MARK: identity

  @Test(arguments: CallPath.allCases)
  func `request id: a handler has the id that the request came with, and so has its response`(_ path: CallPath)
    async throws
  {
    try await PlacedCall.by(path) { call async throws in
      let outcome = try await call(PlacedServices.Echo.self, headers: Self.headers)
      #expect(outcome.status == 200)
      if !path.isCall { #expect(outcome.headers["x-request-id"] == "order-7") }
      let failed = try await call(PlacedServices.Echo.self, Message("fail"), headers: Self.headers)
      #expect(failed.text.contains(#""request_id":"order-7""#), "\(failed)")
      #expect(call.scene.seen.map(\.requestID) == ["order-7", "order-7"])
    }
  }

  @Test(arguments: CallPath.allCases)
  func `request id: a request without one is given one, the same in every process`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      let failed = try await call(PlacedServices.Echo.self, Message("fail"))
      let id = try #require(call.scene.seen.first?.requestID)
      #expect(Uuid(id) != nil && failed.text.contains(#""request_id":"\#(id)""#), "\(failed)")
      // Nor does one that could not be logged count.
      _ = try await call(PlacedServices.Echo.self, headers: ["x-request-id": "a b"])
      #expect(call.scene.seen.last.flatMap { Uuid($0.requestID) } != nil)
    }
  }

  @Test(arguments: CallPath.allCases)
  func `trace context: a handler's span belongs to the trace of the request, below the span of its caller`(
    _ path: CallPath
  ) async throws {
    try await PlacedCall.by(path) { call async throws in
      let (callers, source) = AsyncStream.makeStream(of: CallIdentity.self)
      _ = try await call(PlacedServices.Echo.self, headers: Self.headers, from: { source.yield($0.identity) })
      let seen = try #require(call.scene.seen.first).identity
      #expect(seen.trace == (0x0af7_6519_16cd_43dd, 0x8448_eb21_1c80_319c) && seen.flags & 1 == 1)
      switch path {
      case .port, .gateway: #expect(seen.parent == Self.span)
      case .remoteGateway:
        // The hop has a span of its own.
        #expect(seen.parent != Self.span && seen.parent != 0)
      case .local, .remote:
        for await caller in callers {
          #expect(seen.parent == caller.span && caller.parent == Self.span)
          break
        }
      }
      #expect(seen.span != seen.parent && seen.span != 0)
    }
  }

  // MARK: the access log

  @Test(arguments: CallPath.allCases)
  func `access log: each call has one line in the process of its service, with its ids and its status`(
    _ path: CallPath
  ) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: file) }
    try await PlacedCall.by(path, ["CHARTER_ACCESS_LOG": file.path]) { call async throws in
      for text in ["hello", "conflict", "fail"] {
        _ = try await call(PlacedServices.Echo.self, Message(text), headers: Self.headers)
      }
      _ = try await call(PlacedServices.Secret.self, by: "eve", headers: Self.headers)
      // A gateway of another process refuses a caller by itself.
      let calls = [("echo", 200), ("echo", 409), ("echo", 500)] + (path == .remoteGateway ? [] : [("secret", 401)])
      // Lines are written in batches, soon.
      var lines: [Substring] = []
      let deadline = Deadline(in: 10_000)
      while lines.count < calls.count, deadline.left > 0 {
        _ = try await call.send(HTTPRequest(method: "GET", path: "/version"), to: call.callee)
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        lines = text.split(separator: "\n").filter { $0.contains(#""service":"back""#) }
      }
      #expect(lines.count == calls.count, "\(lines)")
      for (line, (operation, status)) in zip(lines, calls) {
        for part in [
          #""request_id":"order-7""#, #""trace_id":"\#(Self.trace)""#, #""operation":"\#(operation)""#,
          #""method":"POST""#, #""path":"/\#(operation)""#, #""status":\#(status)"#,
        ] { #expect(line.contains(part), "\(line)") }
      }
    }
  }

  // MARK: metrics

  /// How many calls `/metrics` counts, such as `back.echo 2xx`, without those that are 0.
  private func counts(_ call: PlacedCall, at client: HTTPClient) async throws -> [String: Int] {
    let text = try await metrics(call, at: client)
    var counts: [String: Int] = [:]
    let sample = #/charter_requests_total\{service="(.*)",operation="(.*)",status="(.*)"\} (\d+)/#
    for match in text.matches(of: sample) where match.4 != "0" {
      counts["\(match.1).\(match.2) \(match.3)"] = Int(match.4)
    }
    return counts
  }

  private func metrics(_ call: PlacedCall, at client: HTTPClient) async throws -> String {
    let response = try await call.send(HTTPRequest(method: "GET", path: "/metrics"), to: client)
    #expect(response.status == 200)
    return String(decoding: response.body, as: UTF8.self)
  }

  @Test(arguments: CallPath.allCases)
  func `metrics: the process of the service counts each call once, by its operation and the class of its status`(
    _ path: CallPath
  ) async throws {
    try await PlacedCall.by(path) { call async throws in
      for text in ["hello", "hello", "conflict", "fail"] {
        _ = try await call(PlacedServices.Echo.self, Message(text))
      }
      _ = try await call(PlacedServices.Secret.self, by: "eve")
      #expect(try await call(PlacedServices.Brief.self, Message("linger")).status == 504)
      await call.scene.wasCancelled()
      // A process whose caller has left ends the call by itself, soon.
      var counted: [String: Int] = [:]
      let deadline = Deadline(in: 10_000)
      while counted["back.brief 5xx"] == nil, deadline.left > 0 { counted = try await counts(call, at: call.callee) }
      let expected = [
        "back.echo 2xx": 2, "back.echo 4xx": 1, "back.echo 5xx": 1, "back.secret 4xx": 1, "back.brief 5xx": 1,
      ]
      let reached = path == .remoteGateway ? expected.filter { $0.key != "back.secret 4xx" } : expected
      #expect(counted.filter { $0.key.hasPrefix("back.") } == reached)
      switch path {
      // The hop counts like the service, and what it refuses itself.
      case .remoteGateway:
        #expect(try await counts(call, at: call.entry).filter { $0.key.hasPrefix("back.") } == expected)
      case .remote:
        let own = try await counts(call, at: call.entry)
        #expect(own["front.run 2xx"] == 6 && !own.keys.contains { $0.hasPrefix("back.") }, "\(own)")
      case .port, .gateway, .local: break
      }
      let sum = try await metrics(call, at: call.callee).split(separator: "\n").first {
        $0.hasPrefix(#"charter_request_duration_seconds_count{service="back",operation="echo"}"#)
      }
      #expect(sum?.hasSuffix(" 4") == true)
    }
  }

  @Test(arguments: CallPath.requests)
  func `metrics: requests for paths that nobody has, or that cannot be read, make no series`(_ path: CallPath)
    async throws
  {
    try await PlacedCall.by(path) { call async throws in
      let before = try await metrics(call, at: call.entry).split(separator: "\n").count
      for number in 0..<20 {
        let request = HTTPRequest(method: "GET", path: "/nothing-\(number)/\(number)")
        #expect(try await call.send(request).status == 404)
      }
      #expect(try await call.send(HTTPRequest(method: "GET", path: "/echo")).status == 405)
      #expect(try await counts(call, at: call.entry)[". 4xx"] == 21)
      #expect(try await metrics(call, at: call.entry).split(separator: "\n").count == before)
    }
  }
}

import ServiceCore
import ServiceHost
import Testing

/// One table: each policy of an operation by each path on which a call reaches it. Where the service runs changes
/// nothing that its caller observes.
///
/// A client does not send what breaks the contract, nor without the credentials that it requires: there, its error is
/// what a caller observes, wherever the service runs.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PlacementTests {
  typealias Message = PlacedServices.Message

  @Test(arguments: CallPath.allCases)
  func `no policy: a response comes as its handler gave it, and a failure as the contract has it`(_ path: CallPath)
    async throws
  {
    try await PlacedCall.by(path) { call async throws in
      let reply = try await call(PlacedServices.Echo.self)
      #expect(reply.status == 200 && reply.text == "hello nobody")
      let declared = try await call(PlacedServices.Echo.self, Message("conflict"))
      #expect(declared.status == 409 && declared.text == "conflict")
      for text in ["fail", "broken"] {
        let failed = try await call(PlacedServices.Echo.self, Message(text))
        #expect(failed.status == 500 && failed.text.contains("The log says why"))
        #expect(failed.headers["content-type"] == "application/problem+json")
      }
      #expect(call.scene.texts.count == 4)
    }
  }

  @Test(arguments: CallPath.allCases)
  func `validation: what breaks the contract reaches no handler, and its caller learns where`(_ path: CallPath)
    async throws
  {
    try await PlacedCall.by(path) { call async throws in
      for text in ["", "eleven long"] {
        let outcome = try await call(PlacedServices.Echo.self, Message(text))
        #expect(outcome.status == 400 && outcome.text.contains(#""pointer":"/text""#), "\(outcome)")
        #expect(outcome.isUnsent == path.isCall)
      }
      #expect(call.scene.seen.isEmpty)
    }
  }

  @Test(arguments: CallPath.allCases)
  func `authentication: the handler is told who calls, and others do not reach it`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      let known = try await call(PlacedServices.Secret.self, by: "ada")
      #expect(known.status == 200 && known.text == "hello ada")
      let unknown = try await call(PlacedServices.Secret.self, by: "eve")
      #expect(unknown.status == 401 && unknown.text.contains("The credential for 'key' is not valid."))
      #expect(unknown.headers["www-authenticate"] == #"ApiKey realm="back", in="header", name="x-key""#)
      let unentitled = try await call(PlacedServices.Secret.self, by: "tim")
      #expect(unentitled.status == 403 && unentitled.text.contains("needs the scopes: read"))
      let nobody = try await call(PlacedServices.Secret.self)
      #expect(nobody.status == 401 && nobody.isUnsent == path.isCall)
      // Who calls is asked before what is said.
      if !path.isCall { #expect(try await call(PlacedServices.Secret.self, Message(""), by: "eve").status == 401) }
      #expect(call.scene.texts == ["secret hello by ada"])
    }
  }

  private static let (first, second) = (key(1), key(2))

  private static func key(_ byte: UInt8) -> String { Base64(Array(repeating: byte, count: 32)).text }

  @Test(arguments: CallPath.allCases)
  func `callers: what another process has verified is believed, and internal operations are for services alone`(
    _ path: CallPath
  ) async throws {
    try await PlacedCall.by(path, keys: (own: "\(Self.first),\(Self.second)", others: Self.second)) {
      call async throws in
      #expect(try await call(PlacedServices.Secret.self, by: "ada").text == "hello ada")
      #expect(try await call(PlacedServices.Secret.self, by: "tim").status == 403)
      let status = [CallPath.port: 401, .gateway: 404, .remoteGateway: 404][path] ?? 200
      #expect(try await call(PlacedServices.Inner.self).status == status)
    }
  }

  @Test func `callers: what is proved by another key is refused`() async throws {
    for path in [CallPath.remoteGateway, .remote] {
      try await PlacedCall.by(path, keys: (own: Self.first, others: Self.second)) { call async throws in
        let refused = try await call(PlacedServices.Secret.self, by: "ada")
        // A caller from outside is not told that its credential is wrong, which it is not.
        #expect(refused.status == (path == .remoteGateway ? 502 : 401), "\(refused)")
        #expect(refused.text.contains("x-charter-caller") == (path == .remote))
        #expect((refused.headers["www-authenticate"] == #"Charter realm="back""#) == (path == .remote))
        #expect(call.scene.texts.isEmpty)
      }
    }
  }

  // MARK: deadlines

  /// The time limits of the process of `back`: for a call in it, that of the operation passes as soon as its handler
  /// has begun, and no other does. The timers of connections are their own.
  private static func limits(_ path: CallPath, _ scene: @escaping @Sendable () async -> Void) -> Host.Sleep? {
    guard path == .local else { return nil }
    return { milliseconds in
      if milliseconds == 100 { return await scene() }
      await PlacedServices.Scene.forever()
      throw CancellationError()
    }
  }

  @Test(arguments: CallPath.allCases)
  func `deadline: a handler that takes longer than its operation may is cancelled, and its caller gets 504`(
    _ path: CallPath
  ) async throws {
    let (begun, source) = AsyncStream.makeStream(of: Void.self)
    let limits = Self.limits(path) { for await _ in begun { return } }
    try await PlacedCall.by(path, sleep: limits) { call async throws in
      async let outcome = call(PlacedServices.Brief.self, Message("linger"))
      await call.scene.lingers()
      source.yield()
      let late = try await outcome
      #expect(late.status == 504 && late.isTimeout, "\(late)")
      await call.scene.wasCancelled()
      // The service goes on.
      #expect(try await call(PlacedServices.Echo.self).status == 200)
    }
  }

  @Test(arguments: CallPath.allCases)
  func `deadline: a call has no more time than its caller has left`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      // The operation itself has half a minute. The gateway of Charter takes no deadline from outside, and a gateway of
      // another kind may.
      let headers: HTTPFields = path.isCall ? [:] : [Deadline.header: "100"]
      let late = try await call(PlacedServices.Echo.self, Message("linger"), headers: headers, hurries: path.isCall)
      // A caller that is over itself learns no more.
      #expect(path.isCall || late.status == 504 && late.isTimeout, "\(late)")
      await call.scene.wasCancelled()
      #expect(try await call(PlacedServices.Echo.self).status == 200)
    }
  }

  @Test(arguments: CallPath.calls)
  func `deadline: a caller that gives a call less time than it has itself is told so when that is over`(
    _ path: CallPath
  ) async throws {
    try await PlacedCall.by(path) { call async throws in
      let late = try await call(PlacedServices.Echo.self, Message("linger"), within: 100)
      #expect(late.status == 504 && late.isTimeout, "\(late)")
      await call.scene.wasCancelled()
    }
  }

  // MARK: bulkhead

  @Test(arguments: CallPath.allCases)
  func `bulkhead: a call waits until another has left`(_ path: CallPath) async throws {
    try await PlacedCall.by(path, ["BACK_DB_CONNECTIONS": "1"]) { call async throws in
      async let first = call(PlacedServices.Echo.self, Message("hold"))
      await call.scene.gate.keeps(1)
      async let second = call(PlacedServices.Echo.self)
      // Meanwhile the process responds: what need not wait does not.
      for _ in 0..<5 {
        #expect(try await call.send(HTTPRequest(method: "GET", path: "/version"), to: call.callee).status == 200)
      }
      #expect(call.scene.texts == ["echo hold by nobody"])
      call.scene.gate.open()
      #expect(try await [first.status, second.status] == [200, 200])
      #expect(call.scene.texts == ["echo hold by nobody", "echo hello by nobody"])
    }
  }

  @Test(arguments: CallPath.allCases)
  func `bulkhead: where no more may wait, a call is refused at once`(_ path: CallPath) async throws {
    try await PlacedCall.by(path, ["BACK_DB_CONNECTIONS": "1"]) { call async throws in
      async let first = call(PlacedServices.Echo.self, Message("hold"))
      await call.scene.gate.keeps(1)
      let (statuses, source) = AsyncStream.makeStream(of: Int.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        // 256 may wait. Once those beyond are refused, the others do.
        for _ in 0..<266 {
          group.addTask {
            let request = try PlacedServices.Echo.encode(Message("wait"))
            source.yield(try await call.send(request, to: call.callee).status)
          }
        }
        var refused = 0
        for await status in statuses {
          #expect(status == 503)
          refused += 1
          if refused == 10 { break }
        }
        let busy = try await call(PlacedServices.Echo.self)
        #expect(busy.status == 503 && busy.text.contains("The service 'back' is busy."), "\(busy)")
        #expect(busy.headers["retry-after"] == "1")
        call.scene.gate.open()
        try await group.waitForAll()
      }
      #expect(try await first.status == 200)
      #expect(!call.scene.texts.contains("echo hello by nobody"))
    }
  }

  // MARK: idempotency

  @Test(arguments: CallPath.allCases)
  func `idempotency: a request with a key is executed once, and belongs to its caller`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      let ten = Message("ten", key: "k1")
      for isRepeated in [false, true, true] {
        let outcome = try await call(PlacedServices.Pay.self, ten, by: "ada")
        #expect(outcome.status == 200 && outcome.text == "ten ada", "\(outcome)")
        if !path.isCall { #expect(outcome.headers["idempotent-replay"] == (isRepeated ? "true" : nil)) }
      }
      let other = try await call(PlacedServices.Pay.self, Message("eleven", key: "k1"), by: "ada")
      #expect(other.status == 422 && other.text.contains("was used with another request"), "\(other)")
      #expect(try await call(PlacedServices.Pay.self, ten, by: "bob").text == "ten bob")
      #expect(call.scene.texts == ["pay ten by ada", "pay ten by bob"])
      let rows = try await call.database.query("SELECT subject FROM payments ORDER BY subject")
      #expect(try rows.map { try $0.get("subject", String.self) } == ["ada", "bob"])
    }
  }

  @Test(arguments: CallPath.allCases)
  func `idempotency: what breaks the contract, or fails, does not use its key up`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      #expect(try await call(PlacedServices.Pay.self, Message("", key: "k1"), by: "ada").status == 400)
      #expect(try await call(PlacedServices.Pay.self, Message("fail", key: "k1"), by: "ada").status == 500)
      #expect(try await call(PlacedServices.Pay.self, Message("conflict", key: "k1"), by: "ada").status == 409)
      #expect(try await call(PlacedServices.Pay.self, Message("ten", key: "k1"), by: "ada").status == 200)
    }
  }

  @Test(arguments: CallPath.allCases)
  func `idempotency: of two requests with a key at the same time, the second is told that the first still runs`(
    _ path: CallPath
  ) async throws {
    try await PlacedCall.by(path) { call async throws in
      async let first = call(PlacedServices.Pay.self, Message("hold", key: "k1"), by: "ada")
      await call.scene.gate.keeps(1)
      let second = try await call(PlacedServices.Pay.self, Message("hold", key: "k1"), by: "ada")
      #expect(second.status == 409 && second.headers["retry-after"] == "1", "\(second)")
      call.scene.gate.open()
      #expect(try await first.text == "hold ada")
      #expect(try await call(PlacedServices.Pay.self, Message("hold", key: "k1"), by: "ada").text == "hold ada")
      #expect(call.scene.texts.count == 1)
    }
  }

  // MARK: signature

  // A delivery is sent to an address: services do not call it, and there is no such cell.
  @Test(arguments: CallPath.requests)
  func `signature: a delivery is processed once, and only one that is signed`(_ path: CallPath) async throws {
    try await PlacedCall.by(path) { call async throws in
      func deliver(_ id: String, _ signature: String, _ text: String = "hello") async throws -> Outcome {
        let headers: HTTPFields = ["webhook-id": id, "webhook-timestamp": "1", "webhook-signature": signature]
        return try await call(PlacedServices.Deliver.self, Message(text), headers: headers)
      }
      #expect(try await deliver("m1", "bad").status == 401)
      let first = try await deliver("m1", "good")
      #expect(first.status == 200 && first.text == "hello nobody", "\(first)")
      let again = try await deliver("m1", "good")
      #expect(again.status == 200 && again.text.isEmpty)
      // One that failed may come again.
      #expect(try await deliver("m2", "good", "fail").status == 500)
      #expect(try await deliver("m2", "good").status == 200)
      #expect(call.scene.texts == ["deliver hello by nobody", "deliver fail by nobody", "deliver hello by nobody"])
    }
  }
}

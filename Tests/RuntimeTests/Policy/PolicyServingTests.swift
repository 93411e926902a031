import ServiceCore
import Synchronization
import Testing

/// An operation with its policies, by a request and by a call in the same process.
@Suite(.timeLimit(.minutes(10))) struct PolicyServingTests {
  private let log = SecurityServingTests.Log()
  private let notes = Notes()
  private let transactions = FakeTransactions()
  private let admission = FakeAdmission(.now)
  private let observer = FakeObserver()

  private func template(
    _ admission: FakeAdmission? = nil, sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)? = nil
  ) -> Call {
    Call(
      requestID: "", logger: Logger(sink: log.write), transactions: transactions, verifier: SecretBook(),
      admission: admission ?? self.admission, observers: { [observer] _ in [observer] }, sleep: sleep)
  }

  private struct Failed: Error {}

  private func handle(_ input: Pay.Input, _ proof: Proof, _ call: Call) async throws -> String {
    notes.add("paid by \(proof.identities.map(\.subject).joined())")
    if input.text == "fail" { throw Failed() }
    return input.text
  }

  private func respond(_ headers: HTTPFields, _ body: String) async -> HTTPResponse {
    let headers = HTTPFields(headers, "x-key", "admin")
    return await ServiceRoute(Pay.self, template()) { try await handle($0, $1, $2) }
      .respond(to: .to("/pay", headers, body))
  }

  /// Calls the operation in this process.
  private func pay(
    _ input: Pay.Input, _ template: Call? = nil, by key: String = "admin", from caller: Call? = nil,
    _ handler: (@Sendable (Pay.Input, Proof, Call) async throws -> String)? = nil
  ) async throws -> String {
    let service = LocalService(
      name: "bank", handlers: (), call: template ?? self.template(), operations: [Pay.descriptor])
    let caller = caller ?? Call(requestID: "r1", logger: Logger(sink: log.write))
    return try await Placement.local { service }.call(Pay.self, input, caller.acting(with: ["headerKey": .apiKey(key)]))
    { (_: any Sendable, input: Pay.Input, proof: Proof, call: Call) in
      try await (handler ?? handle)(input, proof, call)
    }
  }

  /// The status of a response that the contract does not declare.
  private func status(_ body: () async throws -> String) async -> Int {
    let error = await #expect(throws: ClientError.self) { try await body() }
    guard case .unexpected(_, let response) = error else { return 0 }
    return response.status
  }

  // MARK: order

  @Test func `a request that breaks its contract does not claim its key`() async throws {
    let key: HTTPFields = ["idempotency-key": "k1"]
    #expect(await respond(key, "a text that is too long").status == 400)
    #expect(await respond(["idempotency-key": "k 1"], "short").status == 400)
    #expect(transactions.notes.all.isEmpty)
    #expect(await respond(key, "short").status == 201)
    let fault = await #expect(throws: RequestFault.self) {
      try await pay(.init(text: "a text that is too long", key: "k1"))
    }
    #expect(fault?.problem.violations.map(\.name) == ["/text"])
    #expect(try await pay(.init(text: "short", key: "k1")) == "short")
    // Both are the same claim.
    let claim = try #require(transactions.notes.all.first)
    #expect(claim.hasPrefix("claim k1 for pay ") && transactions.notes.all == [claim, claim])
    #expect(notes.all == ["paid by admin", "paid by admin"])
  }

  @Test func `a caller who is refused neither has its input validated nor takes a slot`() async throws {
    let request = RoutedRequest.to("/pay", ["x-key": "mallory", "idempotency-key": "k1"], "a text that is too long")
    let route = ServiceRoute(Pay.self, template()) { try await handle($0, $1, $2) }
    #expect(await route.respond(to: request).status == 401)
    #expect(await status { try await pay(.init(text: "short", key: "k1"), by: "mallory") } == 401)
    #expect(admission.notes.all.isEmpty && transactions.notes.all.isEmpty && notes.all.isEmpty)
  }

  @Test func `the key of a call that fails is released, and so is its slot`() async throws {
    #expect(await respond(["idempotency-key": "k1"], "fail").status == 500)
    #expect(await status { try await pay(.init(text: "fail", key: "k1")) } == 500)
    #expect(transactions.notes.all.filter { $0.hasPrefix("release k1") }.count == 2)
    #expect(admission.notes.all == ["enter", "leave 7", "enter", "leave 7"])
  }

  // MARK: calls in the same process

  @Test func `a call in the same process waits for a slot like a request, and is refused like one`() async throws {
    let later = FakeAdmission(.later, leavesNow: false)
    #expect(try await pay(.init(text: "short"), template(later)) == "short")
    #expect(later.notes.all == ["wait", "leave 7 later"])
    let never = FakeAdmission(.never)
    let error = await #expect(throws: ClientError.self) { try await pay(.init(text: "short"), template(never)) }
    guard case .unexpected(_, let response) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(response.status == 503 && response.headers["retry-after"] == "1")
    #expect(response.headers["content-type"] == "application/problem+json")
    #expect(never.notes.all == ["wait"] && notes.all.count == 1)
  }

  @Test func `a call in the same process continues its caller's trace, and is observed once`() async throws {
    let caller = Call(requestID: "r7", logger: Logger(sink: log.write))
    let seen = Mutex<CallIdentity?>(nil)
    _ = try await pay(.init(text: "short"), from: caller) { input, _, call in
      seen.withLock { $0 = call.identity }
      return input.text
    }
    _ = await status { try await pay(.init(text: "fail"), from: caller) }
    _ = await status { try await pay(.init(text: "short"), by: "mallory", from: caller) }
    #expect(observer.all.map(\.status) == [201, 500, 401])
    for record in observer.all {
      #expect(record.operation === Pay.descriptor && record.identity.requestID == "r7")
      #expect(record.identity.trace == caller.identity.trace && record.identity.parent == caller.identity.span)
    }
    let handled = seen.withLock { $0 }
    let identity = try #require(handled)
    #expect(identity.span == observer.all[0].identity.span && identity.span != caller.identity.span)
    #expect(Set(observer.all.map(\.identity.span)).count == 3)
  }

  @Test func `a call in the same process ends with its time limit, and its handler is cancelled`() async throws {
    let (cancelled, entered) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
    let template = template { milliseconds in
      #expect(milliseconds == 500)
      for await _ in entered.stream { return }
    }
    let error = await #expect(throws: ClientError.self) {
      try await pay(.init(text: "short"), template) { _, _, _ in
        #expect((1...500).contains(Deadline.current?.left ?? 0))
        entered.continuation.yield()
        for await _ in AsyncStream<Void>.makeStream().stream {}
        cancelled.continuation.yield()
        throw CancellationError()
      }
    }
    guard case .timedOut(let operation) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(operation === Pay.descriptor && observer.all.map(\.status) == [504])
    for await _ in cancelled.stream { break }
  }

  @Test func `a call in the same process has no more time than its caller, whoever sees to that`() async throws {
    struct Slept: Error {}
    let asked = Notes()
    let template = template { milliseconds in
      asked.add((1...100).contains(milliseconds) ? "what is left" : "\(milliseconds)")
      throw Slept()
    }
    let own = try await Deadline.$current.withValue(Deadline(in: 100)) { try await pay(.init(text: "short"), template) }
    #expect(own == "short" && asked.all == ["what is left"])
    // A caller that is cancelled in time needs no timer for its calls, unless they have less time.
    for (milliseconds, expected) in [(100, ["what is left"]), (60_000, ["what is left", "500"])] {
      let deadline = Deadline(in: milliseconds).enforced
      _ = try await Deadline.$current.withValue(deadline) { try await pay(.init(text: "short"), template) }
      #expect(asked.all == expected)
    }
  }

  @Test func `a call in the same process whose caller is cancelled ends, and is observed once`() async throws {
    let (began, source) = AsyncStream.makeStream(of: Void.self)
    let template = template { _ in for await _ in AsyncStream<Void>.makeStream().stream {} }
    let caller = Task {
      try await pay(.init(text: "short"), template) { _, _, _ in
        source.yield()
        for await _ in AsyncStream<Void>.makeStream().stream {}
        throw CancellationError()
      }
    }
    for await _ in began { break }
    caller.cancel()
    await #expect(throws: CancellationError.self) { try await caller.value }
    #expect(observer.all.map(\.status) == [503])
  }

  // MARK: endpoints

  @Test func `an endpoint that is called without its stages refuses what they guard, and says so in the log`()
    async throws
  {
    let request = RoutedRequest.to("/pay", ["x-key": "admin"], "short")
    let response = await Serving.respond(Pay.self, request, template()) { (_: Pay.Input, _: Call) in "in" }
    #expect(response.status == 500)
    let principal = await Serving.respond(Pay.self, request, template()) { (_: Pay.Input, _: Proof, _: Call) in "in" }
    #expect(principal.status == 500)
    let lines = log.text.split(separator: "\n")
    #expect(
      lines.count == 2
        && lines.allSatisfy { $0.contains("bank.pay") && $0.contains("has not passed the stages of its policy") },
      "\(lines)")
  }
}

extension HTTPFields {
  fileprivate init(_ fields: HTTPFields, _ name: String, _ value: String) {
    self = fields
    append(name, value)
  }
}

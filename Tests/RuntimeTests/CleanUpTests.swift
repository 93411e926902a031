import ServiceCore
import ServiceLoop
import Synchronization
import Testing

/// What the runtime gives back is given back though nobody waits for the call any more.
@Suite struct CleanUpTests {
  /// Notes whether it was called in a task that nobody has cancelled, with time left.
  private final class Watcher: TransactionRunner, WebhookVerifier {
    private let notes = Mutex<[String]>([])

    var seen: [String] { notes.withLock { $0 } }

    private func note(_ what: String) {
      let isRefused = Task.isCancelled || Deadline.current?.left == 0
      notes.withLock { $0.append("\(what) \(isRefused ? "is refused" : "is done")") }
    }

    func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value {
      throw ConfigurationError("The test has no transactions.")
    }
    func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
      .claimed(IdempotencyClaim(operation: operation, key: key, attempt: Uuid(high: 0, low: 0)))
    }
    func release(_ claim: IdempotencyClaim) async { note("release") }
    func verify(_ request: HTTPRequest, within milliseconds: Int) async throws -> Bool { true }
    func finish(_ request: HTTPRequest, wasDone: Bool) async { note(wasDone ? "done" : "not done") }
  }

  private enum Deliver: ContractOperation {
    static let descriptor = OperationDescriptor(
      service: "shop", id: "deliver", method: "POST", path: [], responses: .init([204], hasDefault: true),
      policy: .init(signature: WebhookSignature(), idempotencyKey: .optional))

    static func decode(_ request: inout RequestReader) async throws(RequestFault) -> String? {
      request.idempotencyKey()
    }
    static func validate(_ input: String, _ check: inout Violations) {}
    static func encode(_ input: String) throws -> HTTPRequest { HTTPRequest(method: "POST", path: "/") }
    static func idempotencyKey(_ input: String) -> String? { input }
    static func decode(_ response: HTTPResponse) async throws -> Int? { response.status }
    static func validate(_ output: Int, _ check: inout Violations) {}
    static func encode(_ output: Int) throws -> HTTPResponse { HTTPResponse(status: output) }
  }

  @Test func `a deadline that no clock can count is far away`() {
    #expect(Deadline(in: .max).left > 1_000_000_000_000)
  }

  @Test func `a claim is given back and a webhook finished by a task that was cancelled`() async throws {
    let loop = try Loop()
    let watcher = Watcher()
    let call = Call(
      requestID: "r", logger: Logger(level: .error, sink: { _ in }), transactions: watcher, webhookVerifier: watcher)
    let request = HTTPRequest(method: "POST", path: "/", headers: ["idempotency-key": "k"])
    let work = Task(executorPreference: loop) {
      await Deadline.$current.withValue(Deadline(in: 0)) {
        let route = ServiceRoute(Deliver.self, call) { (_: String, _: Proof, _: Call) async throws -> Int in
          withUnsafeCurrentTask { $0?.cancel() }
          throw CancellationError()
        }
        return await route.respond(to: RoutedRequest(request: request, pathValues: []))
      }
    }
    #expect(await work.value.status == 503)
    #expect(watcher.seen == ["release is done", "not done is done"])
    loop.stop()
  }

  @Test func `it runs on the executor of its task`() async throws {
    let loop = try Loop()
    let work = Task(executorPreference: loop) {
      await cleanUp {
        #expect(loop.isRunningHere)
        await Task.yield()
        #expect(loop.isRunningHere)
      }
      #expect(loop.isRunningHere)
    }
    await work.value
    loop.stop()
  }
}

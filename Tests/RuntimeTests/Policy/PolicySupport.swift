import ServiceCore
import Synchronization

/// What happened in a test, in its order.
final class Notes: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock(\.self) }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// An operation with a text in and a text out, which has all policies that are applied where a service runs.
enum Pay: ContractOperation {
  struct Input: Sendable {
    var text: String
    var key: String?
  }

  static let descriptor = OperationDescriptor(
    service: "bank", id: "pay", method: "POST", path: [.literal("pay")], responses: .init([201, 202]),
    policy: .init(security: [requirement(Schemes.header, scopes: ["read"])], timeout: 500, idempotencyKey: .optional))

  static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    Input(text: String(decoding: request.request.body, as: UTF8.self), key: request.idempotencyKey())
  }
  static func validate(_ input: Input, _ check: inout Violations) { check.length("text", input.text, max: 10) }
  static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/pay", body: Array(input.text.utf8))
    if let key = input.key { request.headers["idempotency-key"] = key }
    return request
  }
  static func idempotencyKey(_ input: Input) -> String? { input.key }
  static func decode(_ response: HTTPResponse) throws -> String? {
    response.status == 201 ? String(decoding: response.body, as: UTF8.self) : nil
  }
  static func validate(_ output: String, _ check: inout Violations) {}
  static func encode(_ output: String) -> HTTPResponse { HTTPResponse(status: 201, body: Array(output.utf8)) }
}

extension OperationDescriptor {
  /// An operation that has this policy and nothing else.
  static func with(_ policy: OperationPolicy) -> OperationDescriptor {
    OperationDescriptor(
      service: "bank", id: "look", method: "GET", path: [.literal("look")], responses: .init([404, 202, 201]),
      policy: policy)
  }
}

extension RoutedRequest {
  static func to(_ path: String, _ headers: HTTPFields = [:], _ body: String = "", method: String = "POST")
    -> RoutedRequest
  {
    RoutedRequest(
      request: HTTPRequest(method: method, path: path, headers: headers, body: Array(body.utf8), id: "r1"),
      pathValues: [])
  }
}

extension StageResult {
  /// In words.
  var text: String {
    switch self {
    case .passes: "passes"
    case .waits: "waits"
    case .responds(let response): "responds \(response.status)"
    }
  }
}

/// Knows which deliveries are new.
final class FakeWebhookVerifier: WebhookVerifier {
  let notes = Notes()
  private let result: Result<Bool, VerificationError>

  init(_ result: Result<Bool, VerificationError>) { self.result = result }

  func verify(_ request: HTTPRequest, within milliseconds: Int) async throws -> Bool {
    notes.add("verify \(request.path) within \(milliseconds)")
    return try result.get()
  }
  func finish(_ request: HTTPRequest, wasDone: Bool) async {
    notes.add("finish \(request.path): \(wasDone ? "done" : "not done")")
  }
}

/// Has one slot, at once, later or never.
final class FakeAdmission: Admission {
  enum Slots { case now, later, never }

  let notes = Notes()
  private let slots: Slots
  private let leavesNow: Bool
  static let slot = Slot(loop: 0, index: 7, number: 1)

  init(_ slots: Slots, leavesNow: Bool = true) { (self.slots, self.leavesNow) = (slots, leavesNow) }

  func enterNow() -> Slot? {
    guard slots == .now else { return nil }
    notes.add("enter")
    return Self.slot
  }
  func enter() async -> Slot? {
    notes.add("wait")
    return slots == .never ? nil : Self.slot
  }
  func leaveNow(_ slot: Slot) -> Bool {
    if leavesNow { notes.add("leave \(slot.index)") }
    return leavesNow
  }
  func leave(_ slot: Slot) async { notes.add("leave \(slot.index) later") }
  func pause(_ slot: Slot) async { notes.add("pause") }
  func resume(_ slot: Slot) async { notes.add("resume") }
}

/// Records the keys that are claimed and released.
final class FakeTransactions: TransactionRunner {
  let notes = Notes()

  func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value {
    throw ConfigurationError("The test has no transactions.")
  }
  func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
    notes.add("claim \(key) for \(operation)")
    return .claimed(IdempotencyClaim(operation: operation, key: key, attempt: Uuid(high: 0, low: 0)))
  }
  func release(_ claim: IdempotencyClaim) async { notes.add("release \(claim.key)") }
}

/// Keeps the records of calls.
final class FakeObserver: CallObserver {
  private let records = Mutex<[CallRecord]>([])

  var all: [CallRecord] { records.withLock(\.self) }

  func ended(_ call: CallRecord) { records.withLock { $0.append(call) } }
}

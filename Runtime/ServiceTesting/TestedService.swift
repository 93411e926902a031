import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import ServiceSecurity
import Synchronization

/// A service run by ``withService(_:settings:timeLimit:sourceLocation:_:)``, and its surroundings.
public final class TestedService<S: Service>: Sendable {
  /// The service itself, to test rules that are not operations.
  public let service: S
  /// A call without credentials.
  public let call: Call
  /// The basis of the calls to the service, and of its own.
  let own: Call
  let entrance: Entrance
  private let neighbours: Neighbours
  private let receivers: TestReceivers
  private let callers = TestCallers()
  private let held: Database?
  private let record: TestRecord
  /// Works on the service's workflows, until the test ends.
  private let work = Mutex<Task<Void, Never>?>(nil)

  init(_ type: S.Type, settings: [String: String], database: Database?, loop: Loop, record: TestRecord) throws {
    let (logger, clock) = (record.logger, record.clock.clock)
    let neighbours = Neighbours(record)
    if let name = settings.keys.first(where: { name in !S.settings.contains { $0.name == name } }) {
      throw ConfigurationError("the service '\(S.API.name)' has no setting \(name)")
    }
    receivers = TestReceivers(record)
    let values = try SettingValues(S.settings, from: settings)
    let workflows = database.map { Workflows($0, now: clock.now, sleep: clock.sleep) }
    service = try S(
      Resources(
        for: S.API.name, database: database, workflows: workflows, clock: clock, logger: logger, settings: values,
        receivers: { [receivers] _ in receivers.senders },
        placement: { .authorized(.remote(neighbours), by: try TestIssuer.tokens(for: $0, logger)) }))
    let signatures = try TestSignatures(clock)
    let template = Call(
      requestID: "", logger: logger, transactions: database, verifier: callers, webhookVerifier: signatures.verifier,
      cursorKeys: try CursorKeyRing(Base64(Array(repeating: 7, count: 32)).text), observers: { _ in [] },
      service: S.API.name)
    own = template
    let routes = ServiceRoute.all(of: S.API.operations, by: service.endpoint, template)
    entrance = Entrance(routes: RouteHandler(routes), signatures: signatures, loop: loop, record: record)
    call = Call(logger: logger)
    (self.neighbours, held, self.record) = (neighbours, database, record)
    guard let workflows, !service.workflows.isEmpty else { return }
    let runner = try WorkflowRunner(workflows, service.workflows, template, process: .v7(at: clock.now()))
    work.withLock { $0 = Task(executorPreference: loop) { await runner.run() } }
  }

  /// Leaves the service's workflows as they are once their steps in progress have ended.
  func stop() async {
    let task = work.withLock(\.self)
    task?.cancel()
    await task?.value
  }

  // MARK: calling it

  /// The generated client of the service: its operations without HTTP, with the same checks.
  public func client<Client: APIClient>(_ type: Client.Type = Client.self) -> Client { Client(.remote(entrance)) }

  /// A call by a verified caller with the name `name` and these scopes, for all schemes of the contract except client
  /// certificates.
  ///
  /// - Parameter name: letters and digits, which credentials of every scheme can carry.
  public func call(as name: String, scopes: Set<String> = []) -> Call {
    call(as: VerifiedIdentity(subject: name, scopes: scopes))
  }

  /// The same for an identity with claims; the name is its subject.
  public func call(as identity: VerifiedIdentity) -> Call {
    callers.add(identity)
    let schemes = S.API.operations.flatMap(\.policy.security).flatMap(\.schemes).map(\.scheme)
    return call.acting(with: TestCallers.credentials(of: identity.subject, for: schemes))
  }

  /// Sends an HTTP request unchanged to the service's router, whether it follows the contract or not.
  ///
  /// A webhook is signed, unless it already has a signature.
  ///
  /// - Parameters:
  ///   - target: the path and optionally a query, such as `/api/orders?limit=2`.
  ///   - body: JSON, unless `headers` say otherwise.
  ///   - caller: a call whose credentials are sent.
  /// - Throws: ``TimeLimitError``; ``CredentialError`` for a caller without the credentials that the contract requires.
  public func send(
    _ method: String, _ target: String, headers: HTTPFields = [:], body: String = "", as caller: Call? = nil
  ) async throws -> HTTPResponse {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var request = HTTPRequest(
      method: method, path: parts[0], query: parts.count > 1 ? parts[1] : nil, headers: headers,
      body: Array(body.utf8), id: Uuid.v7(at: clock.now).description)
    if !body.isEmpty, headers["content-type"] == nil { request.headers["content-type"] = "application/json" }
    return try await entrance.respond(to: request, as: caller?.credentials)
  }

  /// Runs one of the service's tasks once, like a host at the end of a period.
  ///
  /// - Throws: what the task throws; ``TimeLimitError``; ``ConfigurationError`` when the service has no such task.
  public func run(task name: String) async throws {
    guard let task = S.tasks.first(where: { $0.name == name }) else {
      let names = S.tasks.map { "'\($0.name)'" }.joined(separator: ", ")
      throw ConfigurationError(
        "the service '\(S.API.name)' has no task '\(name)'; it has \(names.isEmpty ? "none" : names)")
    }
    let call = own.under(Uuid.v7(at: clock.now).description)
    try await entrance.run("\(S.API.name), task '\(name)'", within: task.limit) { [service] in
      try await task.body(service, call)
    }
  }

  // MARK: what surrounds it

  public var clock: TestClock { record.clock }

  /// The service's database, to check what no operation shows.
  ///
  /// - Throws: ``ConfigurationError`` for a service without one.
  public var database: Database {
    get throws {
      guard let held else { throw ConfigurationError("the service '\(S.API.name)' has no database") }
      return held
    }
  }

  /// The service's log, one JSON object per line.
  public var log: [String] { record.lines }

  /// The entrance to the service, for requests that are sent as they are.
  var entry: any Transport { entrance }

  /// Has a transport answer the calls of operations without a mock.
  func answerNeighbours(by transport: any Transport) { neighbours.answer(by: transport) }

  /// Has `answer` respond to an operation of another service. A later mock of the operation replaces an earlier one.
  ///
  /// Input and output go through the contract as over the network: an output that breaks it fails the test, and so does
  /// an error that the contract does not declare.
  public func mock<O: ContractOperation>(
    _ operation: O.Type, _ answer: @escaping @Sendable (_ input: O.Input) async throws -> O.Output
  ) {
    neighbours.mock(operation, nil, answer)
  }

  /// Makes calls of another service's operation fail.
  public func fail<O: ContractOperation>(_ operation: O.Type, _ failure: NeighbourFailure) {
    neighbours.mock(operation, failure) { _ in throw CancellationError() }
  }

  /// Has `respond` receive the webhooks that the service sends, in place of any receiver before.
  public func receiveWebhooks(_ respond: @escaping @Sendable (SentWebhook) async throws -> HTTPResponse) {
    receivers.respond(by: respond)
  }

  /// The inputs of the service's calls to an operation with a mock, in order.
  public func calls<O: ContractOperation>(of operation: O.Type) -> [O.Input] { neighbours.calls(of: operation) }
}

extension HTTPResponse {
  /// The whole body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

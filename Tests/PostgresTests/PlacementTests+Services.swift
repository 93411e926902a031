import ServiceCore
import ServiceDefinition
import ServicePostgres
import Synchronization

/// A service with an operation for each policy, and a service that calls it.
enum PlacedServices {
  /// An operation with a text in and a text out. What its handler does is up to the text.
  protocol TextOperation: ContractOperation where Input == Message, Output == Reply {}

  struct Message: Sendable {
    var text: String
    var key: String?

    init(_ text: String = "hello", key: String? = nil) { (self.text, self.key) = (text, key) }
  }

  struct Reply: Sendable {
    var status = 200
    let text: String
  }

  static let key = SecurityScheme(name: "key", kind: .apiKey(in: .header, name: "x-key"))
  private static let security = [SecurityRequirement(schemes: [(key, ["read"])])]

  enum Echo: TextOperation { static let descriptor = operation("echo") }
  enum Brief: TextOperation { static let descriptor = operation("brief", .init(timeout: 100)) }
  enum Secret: TextOperation { static let descriptor = operation("secret", .init(security: security)) }
  enum Pay: TextOperation {
    static let descriptor = operation("pay", .init(security: security, idempotencyKey: .optional))
  }
  enum Inner: TextOperation { static let descriptor = operation("inner", .init(isInternal: true)) }
  enum Deliver: TextOperation {
    static let descriptor = operation("deliver", .init(signature: WebhookSignature(window: 1_000)))
  }

  private static func operation(_ id: String, _ policy: OperationPolicy = .init()) -> OperationDescriptor {
    OperationDescriptor(
      service: "back", id: id, method: "POST", path: [.literal(id)], body: .init(), responses: .init([200, 409]),
      policy: policy)
  }

  struct Back: Service, ServiceEndpoint {
    enum API: ServiceContract {
      static let name = "back"
      static let version = "1"
      static let operations = Back.types.map { $0.descriptor }
    }

    static let types: [any TextOperation.Type] = [
      Echo.self, Brief.self, Secret.self, Pay.self, Deliver.self, Inner.self,
    ]
    static let database: ServiceDatabase? = ServiceDatabase(migrations: [
      Migration(name: "0001-payments.sql", sql: "CREATE TABLE payments (subject text, what text)")
    ])
    private let scene = Scene.current

    init(_ resources: Resources) throws {}

    var endpoint: any ServiceEndpoint { self }

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      func respond<O: TextOperation>(_ operation: O.Type) async -> HTTPResponse {
        await Serving.respond(operation, request, call) { (message: Message, caller: Proof, call: Call) in
          try await handle(operation, message, caller, call)
        }
      }
      return await respond(Self.types[index])
    }

    func handle<O: TextOperation>(
      _ operation: O.Type, _ message: Message, _ caller: Proof, _ call: Call
    ) async throws -> Reply {
      let subject = caller.identities.first?.subject ?? "nobody"
      scene.note("\(O.descriptor.id) \(message.text) by \(subject)", call)
      switch message.text {
      case "conflict": throw OperationFailure(O.self, 409, Reply(status: 409, text: "conflict"))
      case "fail": throw ConfigurationError("The test lets it fail.")
      case "broken": return Reply(text: "a text that is too long for the contract")
      case "linger": try await scene.linger()
      case "hold": await scene.gate.pass()
      default: break
      }
      guard O.descriptor.policy.idempotencyKey != .none else { return Reply(text: "\(message.text) \(subject)") }
      return try await call.sqlTransaction { transaction in
        try await transaction.execute("INSERT INTO payments VALUES (\(subject), \(message.text))")
        return Reply(text: "\(message.text) \(subject)")
      }.value
    }
  }

  struct BackClient: APIClient {
    static let service = "back"
    let placement: Placement

    init(_ placement: Placement) { self.placement = placement }

    func callAsFunction<O: TextOperation>(_ operation: O.Type, _ message: Message, _ call: Call) async throws -> Reply {
      try await placement.call(operation, message, call) {
        (handlers: any Sendable, message: Message, caller: Proof, call: Call) in
        try await (handlers as? Back)?.handle(operation, message, caller, call)
      }
    }
  }

  /// An operation that does a job of the test's, by its number.
  protocol JobOperation: ContractOperation where Input == Int, Output == Void {}

  enum Run: JobOperation { static let descriptor = job("run") }
  /// The same in little time.
  enum Hurry: JobOperation { static let descriptor = job("hurry", .init(timeout: 100)) }

  private static func job(_ id: String, _ policy: OperationPolicy = .init()) -> OperationDescriptor {
    OperationDescriptor(
      service: "front", id: id, method: "GET", path: [.literal(id), .parameter("job")], responses: .init([204, 504]),
      policy: policy)
  }

  /// Makes the calls of a test.
  struct Front: Service, ServiceEndpoint {
    enum API: ServiceContract {
      static let name = "front"
      static let version = "1"
      static let operations = [Run.descriptor, Hurry.descriptor]
    }

    private let scene = Scene.current
    private let back: BackClient

    init(_ resources: Resources) throws { back = try resources.client() }

    var endpoint: any ServiceEndpoint { self }

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      func respond<O: JobOperation>(_ operation: O.Type) async -> HTTPResponse {
        await Serving.respond(operation, request, call) { try await scene.job($0)?(back, $1) }
      }
      return index == 0 ? await respond(Run.self) : await respond(Hurry.self)
    }
  }
}

extension PlacedServices {
  /// What a test shares with the services that it starts.
  final class Scene: Sendable {
    typealias Job = @Sendable (_ back: BackClient, _ call: Call) async throws -> Void
    /// That of the services that are made now.
    @TaskLocal static var current = Scene()

    /// A call as its handler saw it.
    struct Seen: Sendable {
      let text: String
      let requestID: String
      let identity: CallIdentity
    }

    private struct State {
      var seen: [Seen] = []
      var jobs: [Job] = []
      var deliveries: Set<String> = []
    }

    let gate = Gate()
    private let state = Mutex(State())
    private let began = AsyncStream.makeStream(of: Void.self)
    private let cancelled = AsyncStream.makeStream(of: Void.self)

    /// The calls that have reached a handler.
    var seen: [Seen] { state.withLock(\.seen) }
    var texts: [String] { seen.map(\.text) }

    func note(_ text: String, _ call: Call) {
      state.withLock { $0.seen.append(Seen(text: text, requestID: call.requestID, identity: call.identity)) }
    }

    /// Takes as long as its task is not cancelled.
    func linger() async throws {
      began.continuation.yield()
      await Self.forever()
      cancelled.continuation.yield()
      throw CancellationError()
    }

    /// Waits until a handler lingers.
    func lingers() async { for await _ in began.stream { return } }
    /// Waits until a handler that lingered has been cancelled.
    func wasCancelled() async { for await _ in cancelled.stream { return } }

    /// Waits until the task is cancelled.
    static func forever() async {
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
      for await _ in stream {}
      continuation.finish()
    }

    func add(_ job: @escaping Job) -> Int {
      state.withLock { state in
        state.jobs.append(job)
        return state.jobs.count - 1
      }
    }
    func job(_ number: Int) -> Job? {
      state.withLock { $0.jobs.indices.contains(number) ? $0.jobs[number] : nil }
    }

    /// Whether a delivery is new, which it is no longer then.
    func begin(_ delivery: String) -> Bool { state.withLock { $0.deliveries.insert(delivery).inserted } }
    func forget(_ delivery: String) { state.withLock { _ = $0.deliveries.remove(delivery) } }
  }

  /// Ada and Bob may read, and Tim may not.
  struct Callers: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? {
      guard case .apiKey(let name) = credential, ["ada", "bob", "tim"].contains(name) else { return nil }
      return VerifiedIdentity(subject: name, scopes: name == "tim" ? [] : ["read"])
    }
  }

  /// Takes `good` for the signature of any delivery.
  struct Signatures: WebhookVerifier {
    let scene: Scene

    func verify(_ request: HTTPRequest, within milliseconds: Int) async throws -> Bool {
      guard request.headers["webhook-signature"] == "good", let id = request.headers["webhook-id"] else {
        throw VerificationError.unproved("The signature is wrong.", challenge: "Webhook-Signature")
      }
      return scene.begin(id)
    }
    func finish(_ request: HTTPRequest, wasDone: Bool) async {
      if !wasDone, let id = request.headers["webhook-id"] { scene.forget(id) }
    }
  }
}

extension PlacedServices.TextOperation {
  static func decode(_ request: inout RequestReader) throws(RequestFault) -> PlacedServices.Message? {
    PlacedServices.Message(String(decoding: request.request.body, as: UTF8.self), key: request.idempotencyKey())
  }
  static func validate(_ input: PlacedServices.Message, _ check: inout Violations) {
    check.length("text", input.text, min: 1, max: 10)
  }
  static func encode(_ input: PlacedServices.Message) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/" + descriptor.id, body: Array(input.text.utf8))
    if let key = input.key { request.headers["idempotency-key"] = key }
    return request
  }
  static func idempotencyKey(_ input: PlacedServices.Message) -> String? {
    descriptor.policy.idempotencyKey == .none ? nil : input.key
  }
  static func decode(_ response: HTTPResponse) throws -> PlacedServices.Reply? {
    guard descriptor.responses.declare(response.status), response.headers["content-type"] == nil else { return nil }
    return PlacedServices.Reply(status: response.status, text: String(decoding: response.body, as: UTF8.self))
  }
  static func validate(_ output: PlacedServices.Reply, _ check: inout Violations) {
    check.length("text", output.text, max: 20)
  }
  static func encode(_ output: PlacedServices.Reply) -> HTTPResponse {
    HTTPResponse(status: output.status, body: Array(output.text.utf8))
  }
}

extension PlacedServices.JobOperation {
  static func decode(_ request: inout RequestReader) throws(RequestFault) -> Int? { request.path("job", Int.self) }
  static func validate(_ input: Int, _ check: inout Violations) {}
  static func encode(_ input: Int) throws -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/\(descriptor.id)/\(input)")
  }
  static func decode(_ response: HTTPResponse) throws -> Void? { response.status == 204 ? () : nil }
  static func validate(_ output: Void, _ check: inout Violations) {}
  static func encode(_ output: Void) -> HTTPResponse { HTTPResponse(status: 204) }
}

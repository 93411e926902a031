import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import Testing

/// The ways by which a call reaches the service `back`: the columns of the table.
enum CallPath: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case port = "HTTP at the service's own port"
  case gateway = "HTTP through the gateway of its process"
  case remoteGateway = "HTTP through the gateway of another process"
  case local = "a call from a service of its process"
  case remote = "a call from a service of another process"

  var testDescription: String { rawValue }

  /// Those of requests that anyone sends: a client of the service's contract does not send what breaks it.
  static let requests: [CallPath] = [.port, .gateway, .remoteGateway]
  static let calls: [CallPath] = [.local, .remote]

  var isCall: Bool { Self.calls.contains(self) }
}

/// What became of a call, as its caller sees it.
struct Outcome: Sendable {
  let status: Int
  let text: String
  var headers = HTTPFields()
  /// Whether the caller was told that no response came in time.
  var isTimeout = false
  /// Whether the client did not send it.
  var isUnsent = false
  /// What the caller's code caught.
  var error: (any Error)?

  init(_ response: HTTPResponse) {
    (status, text) = (response.status, String(decoding: response.body, as: UTF8.self))
    (headers, isTimeout) = (response.headers, response.status == 504)
  }

  init(of call: () async throws -> PlacedServices.Reply) async {
    do {
      let reply = try await call()
      (status, text) = (reply.status, reply.text)
    } catch {
      self.error = error
      switch error {
      case ClientError.unexpected(_, let response):
        (status, text) = (response.status, String(decoding: response.body, as: UTF8.self))
        headers = response.headers
      case ClientError.timedOut(let operation): (status, text, isTimeout) = (504, operation.name, true)
      case let fault as RequestFault:
        let pointers = fault.problem.violations.map { #""pointer":"\#($0.name)""# }
        (status, text, isUnsent) = (fault.problem.status, "\(fault) \(pointers.joined())", true)
      case is CredentialError: (status, text, isUnsent) = (401, "\(error)", true)
      default: (status, text) = (0, "\(error)")
      }
    }
  }
}

/// The processes of one test, and how it calls `back` there.
struct PlacedCall: Sendable {
  typealias Message = PlacedServices.Message
  typealias Credential = String

  let path: CallPath
  let scene: PlacedServices.Scene
  let database: Database
  /// The process of `back`, and the one that the test's requests go to: often the same.
  let callee: HTTPClient
  let entry: HTTPClient

  /// Calls an operation.
  ///
  /// - Parameters:
  ///   - headers: of the request; for a call, of the request that makes `front` call.
  ///   - hurries: whether `front` has little time itself, and fails as the call does.
  ///   - milliseconds: how much time `front` gives the call; nil for as much as it has itself.
  ///   - learn: learns of the call on whose behalf `front` calls.
  func callAsFunction<O: PlacedServices.TextOperation>(
    _ operation: O.Type, _ message: Message = Message(), by credential: Credential? = nil,
    headers: HTTPFields = [:], hurries: Bool = false, within milliseconds: Int? = nil,
    from learn: @escaping @Sendable (Call) -> Void = { _ in }
  ) async throws -> Outcome {
    guard path.isCall else {
      var request = try O.encode(message)
      for (name, value) in headers.list { request.headers.append(name, value) }
      request.headers["x-key"] = credential
      return Outcome(try await send(request))
    }
    let (outcomes, source) = AsyncStream.makeStream(of: Outcome.self)
    let job = scene.add { back, call in
      var credentials = Credentials()
      credentials["key"] = credential.map { .apiKey($0) }
      let acting = call.acting(with: credentials)
      learn(call)
      let deadline = milliseconds.map { Deadline(in: $0) } ?? Deadline.current
      let outcome = await Deadline.$current.withValue(deadline) {
        await Outcome { try await back(operation, message, acting) }
      }
      source.yield(outcome)
      if hurries, let error = outcome.error { throw error }
    }
    let response = try await send(
      HTTPRequest(method: "GET", path: "/\(hurries ? "hurry" : "run")/\(job)", headers: headers))
    #expect(response.status == (hurries ? 504 : 204))
    for await outcome in outcomes { return outcome }
    throw CancellationError()
  }

  func send(_ request: HTTPRequest, to client: HTTPClient? = nil) async throws -> HTTPResponse {
    var request = request
    request.id = request.headers["x-request-id"] ?? ""
    return try await (client ?? entry).send(request, Self.any)
  }

  private static let any = OperationDescriptor(
    service: "test", id: "any", method: "GET", path: [], responses: .init([], hasDefault: true))
}

extension PlacedCall {
  /// Starts the processes of a path, and stops them after `body`.
  ///
  /// - Parameters:
  ///   - environment: of the process of `back`.
  ///   - keys: by which both processes prove for whom they call.
  ///   - sleep: how that process waits for time limits; nil for its timers.
  static func by(
    _ path: CallPath, _ environment: [String: String] = [:], keys: (own: String, others: String)? = nil,
    sleep: Host.Sleep? = nil, _ body: (PlacedCall) async throws -> Void
  ) async throws {
    let scene = PlacedServices.Scene()
    let test = try await TestDatabase()
    var own = ["BACK_DB_CONNECTION": test.app, "BACK_DB_OWNER": test.address].merging(environment) { $1 }
    own["CHARTER_CALLER_KEYS"] = keys?.own
    let result = await outcome {
      switch path {
      case .port: try await run("back", own, scene, sleep) { try await call(path, scene, test, $0, $0, body) }
      case .gateway:
        try await run("back,gateway", own, scene, sleep) { try await call(path, scene, test, $0, $0, body) }
      case .local: try await run("front,back", own, scene, sleep) { try await call(path, scene, test, $0, $0, body) }
      case .remoteGateway, .remote:
        try await run("back", own, scene, sleep) { callee async throws in
          var url = ["BACK_URL": "http://127.0.0.1:\(callee)"]
          url["CHARTER_CALLER_KEYS"] = keys?.others
          try await run(path == .remote ? "front" : "gateway", url, scene, nil) {
            try await call(path, scene, test, callee, $0, body)
          }
        }
      }
    }
    await test.end()
    try result.get()
  }

  private static func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  private static func call(
    _ path: CallPath, _ scene: PlacedServices.Scene, _ test: TestDatabase, _ callee: Int, _ entry: Int,
    _ body: (PlacedCall) async throws -> Void
  ) async throws {
    let loop = try Loop()
    defer { loop.stop() }
    var limits = HTTPClient.Limits()
    limits.connections = 400
    func client(_ port: Int) throws -> HTTPClient {
      try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop], limits: limits)
    }
    try await body(
      PlacedCall(
        path: path, scene: scene, database: test.database, callee: try client(callee), entry: try client(entry)))
  }

  /// Starts a process of some services, and stops it after `body`.
  private static func run(
    _ placed: String, _ environment: [String: String], _ scene: PlacedServices.Scene, _ sleep: Host.Sleep?,
    _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let services: [any Service.Type] = [PlacedServices.Front.self, PlacedServices.Back.self]
    let settings = try Settings(
      arguments: ["--port", "0", "--only", placed], environment: environment.merging(["CHARTER_DRAIN": "0"]) { $1 },
      services: services)
    let host = try Host(
      settings: settings, services: services, verifier: { _ in PlacedServices.Callers() },
      webhookVerifier: PlacedServices.Signatures(scene: scene),
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, loops: 1, logger: Logger(level: .error, sink: { _ in }), sleep: sleep)
    let result = await outcome {
      try await body(try await PlacedServices.Scene.$current.withValue(scene) { try await host.start { _ in } })
    }
    await host.stop(within: 0)
    try result.get()
  }
}

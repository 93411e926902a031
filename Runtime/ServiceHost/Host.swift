import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import Synchronization

/// Runs a set of services, and perhaps the gateway, in one process.
public final class Host: Sendable {
  /// Makes the gateway over the public routes; it is handed them and names no service.
  public typealias MakeGateway = @Sendable (_ routes: [ServiceRoute]) -> HTTPHandler

  private let settings: Settings
  private let types: [any HostedService.Type]
  private let makeGateway: MakeGateway
  private let verifier: (any CredentialVerifier)?
  private let webhookVerifier: (any WebhookVerifier)?
  private let logger: Logger
  private let loops: [Loop]
  private let directory = Directory()
  private let state = Mutex(State())

  private struct State {
    var servers: [HTTPServer] = []
    var databases: [String: Database] = [:]
    var tending: Task<Void, Never>?
    var isReady = false
  }

  /// - Parameters:
  ///   - verifier: proves the credentials of callers, for contracts that say who may call.
  ///   - webhookVerifier: proves the signatures of webhooks, for contracts that say that they have one.
  /// - Throws: ``SystemError`` when there are no threads to run on.
  public init(
    settings: Settings, services: [any HostedService.Type], verifier: (any CredentialVerifier)? = nil,
    webhookVerifier: (any WebhookVerifier)? = nil, gateway: @escaping MakeGateway, loops: Int
  ) throws {
    self.verifier = verifier
    self.webhookVerifier = webhookVerifier
    self.settings = settings
    types = services
    makeGateway = gateway
    logger = Logger(level: settings.logLevel)
    self.loops = try (0..<loops).map { try Loop(index: $0) }
  }

  var isSupervised: Bool { settings.isSupervised }

  /// The loop on which the host starts and stops.
  var mainLoop: Loop { loops[0] }

  /// Starts everything and tells, a line a service, where it is.
  ///
  /// - Returns: the port that is served.
  /// - Throws: what keeps a service from starting, in words for whoever set it up.
  public func start(_ tell: @Sendable (String) -> Void) async throws -> Int {
    var running: [(service: any HostedService, database: Database)] = []
    for type in types where settings.placed.contains(type.name) {
      running.append(try await make(type))
    }
    let routes = try self.routes(running.map(\.service))
    let health = Health(
      version: "0.1.0", parts: try parts(), isReady: { [self] in state.withLock(\.isReady) }, logger: logger)
    let isGateway = settings.placed.contains(Settings.gateway)
    let front = isGateway ? makeGateway(routes.filter { !$0.operation.isInternal }) : serving(running, routes)
    let accessLog = try settings.accessLog.map { try AccessLog(path: $0) }
    let server = try HTTPServer(
      loops: loops, address: settings.address, port: settings.port, settings: settings.http, logger: logger, accessLog: accessLog,
      handler: health.handler(full: isGateway, then: front))
    state.withLock { $0.servers.append(server) }
    if let port = settings.servicePort, isGateway || port != settings.port {
      let inner = try HTTPServer(
        loops: loops, port: port, settings: settings.http, logger: logger, accessLog: accessLog,
        handler: health.handler(full: false, then: serving(running, routes)))
      state.withLock { $0.servers.append(inner) }
    }
    for server in state.withLock(\.servers) { await server.start() }
    for (service, _) in running { await recover(service) }
    state.withLock { $0.isReady = true }
    tend(running.map(\.service))
    for type in types { tell(line(type.name)) }
    return server.port
  }

  /// Lets services finish what is left undone, now and every half minute.
  private func tend(_ services: [any HostedService]) {
    let loop = mainLoop
    let task = Task(executorPreference: loop) { [self] in
      while (try? await loop.sleep(milliseconds: 30_000)) != nil {
        for service in services { await recover(service) }
      }
    }
    state.withLock { $0.tending = task }
  }

  private func recover(_ service: some HostedService) async {
    do {
      try await service.recover()
      try await state.withLock { $0.databases[type(of: service).name] }?.purgeKeys()
    } catch {
      logger.log(.warning, "what was left undone is tried again later: \(error)", ["service": type(of: service).name])
    }
  }

  /// A loop's share of a process's 16 connections to each database: many processes share a server.
  private var connections: Int { max(2, 16 / loops.count) }

  private func line(_ name: String) -> String {
    let padded = name + String(repeating: " ", count: max(1, 16 - name.utf8.count))
    if settings.placed.contains(name) { return padded + "in this process" }
    return padded + (settings.urls[name].map { "at \($0)" } ?? "not used")
  }

  /// Says that it is not ready any more, goes on serving until a load balancer has seen that, then takes no further
  /// connections, finishes what has begun, and closes.
  public func stop(within seconds: Int) async {
    let (servers, databases) = state.withLock { state in
      state.isReady = false
      state.tending?.cancel()
      return (state.servers, state.databases)
    }
    try? await mainLoop.sleep(milliseconds: settings.drain)
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.stop(within: seconds) } }
    }
    for database in databases.values { await database.close() }
  }

  private func make(_ type: any HostedService.Type) async throws -> (any HostedService, Database) {
    if verifier == nil, let guarded = type.routes.first(where: { !$0.security.isEmpty }) {
      throw ConfigurationError(
        "the contract of \(type.name) says who may call \(guarded.id), and the host has no verifier of credentials")
    }
    try await migrate(type)
    let addresses = try settings.database(of: type.name)
    if webhookVerifier == nil, let signed = type.routes.first(where: { $0.signature != nil }) {
      throw ConfigurationError(
        "the contract of \(type.name) says that \(signed.id) is signed, and the host has no verifier of signatures")
    }
    var limits = Database.Limits()
    limits.connections = connections
    let database = Database(addresses.app, loops: loops, limits: limits, logger: logger)
    state.withLock { $0.databases[type.name] = database }
    let context = ServiceContext(database: database, clock: logger.clock, logger: logger) { [self] name in
      try place(name, for: type.name)
    }
    let service = try type.init(context)
    try await prepare(type) { try await database.checkStatements() }
    directory.add(LocalService(name: type.name, handlers: service, transactor: database, verifier: verifier))
    return (service, database)
  }

  /// Applies the migrations of the placed services.
  func migrate() async throws {
    for type in types where settings.placed.contains(type.name) { try await migrate(type) }
  }

  private func migrate(_ type: any HostedService.Type) async throws {
    guard let owner = try settings.database(of: type.name).owner else { return }
    try await prepare(type) {
      for name in try await Database.migrate(owner, type.migrations) {
        logger.log(.info, "applied a migration", ["service": type.name, "migration": name])
      }
    }
  }

  var isMigration: Bool { settings.isMigration }

  /// Does what a service's database must have had done to it. A server that starts at the same time may need a while.
  private func prepare(_ type: any HostedService.Type, _ body: () async throws -> Void) async throws {
    for _ in 0..<30 {
      do {
        return try await body()
      } catch let error as AdministrationError where error.isUnreachable {
        logger.log(.warning, "the database is waited for: \(error)", ["service": type.name])
        try await mainLoop.sleep(milliseconds: 1_000)
      } catch let mismatch as SchemaMismatch {
        throw ConfigurationError("\(type.name) does not fit its database's schema:\n\(mismatch)")
      } catch {
        throw ConfigurationError("\(type.name): \(error)")
      }
    }
    throw ConfigurationError("\(type.name): its database cannot be reached; the warnings above say why")
  }

  private func place(_ name: String, for user: String) throws -> Placement {
    if settings.placed.contains(name) {
      let directory = directory
      return .local { directory.find(name) }
    }
    return .remote(try client(of: name, for: user))
  }

  private func client(of name: String, for user: String) throws -> HTTPClient {
    guard let url = settings.urls[name] else {
      throw ConfigurationError(
        "\(user) needs \(name), which is neither placed here nor given an address: "
          + "add it to --only, or set \(Settings.variable(name, "URL"))")
    }
    return try HTTPClient(origin: url, loops: loops)
  }

  // MARK: routes

  private func routes(_ running: [any HostedService]) throws -> [ServiceRoute] {
    var routes: [ServiceRoute] = []
    for service in running { routes += local(service) }
    guard settings.placed.contains(Settings.gateway) else { return routes }
    for type in types where !settings.placed.contains(type.name) {
      let client = try client(of: type.name, for: Settings.gateway)
      routes += type.routes.map { remote($0, client) }
    }
    return routes
  }

  private func local(_ service: some HostedService) -> [ServiceRoute] {
    let endpoint = service.endpoint
    let database = state.withLock { $0.databases[type(of: service).name] }
    let template = Call(
      requestID: "", logger: logger, transactor: database, verifier: verifier, webhookVerifier: webhookVerifier)
    let bulkheads = loops.map { Bulkhead(loop: $0, slots: connections) }
    return type(of: service).routes.enumerated().map { index, operation in
      ServiceRoute(operation) { request in
        let call = template.under(request.request.id)
        // A body that comes as slowly as its sender likes must not keep others out.
        if operation.streamsBody { return await endpoint.respond(to: request, operation: index, call: call) }
        let bulkhead = bulkheads[Loop.running?.index ?? 0]
        guard let entered = await bulkhead.enter() else {
          return ProblemDetails.unavailable("The service '\(operation.service)' is busy.")
            .response(instance: request.request.path, requestID: request.request.id)
        }
        let response = await endpoint.respond(to: request, operation: index, call: call)
        bulkhead.leave(entered)
        return response
      }
    }
  }

  private func remote(_ operation: OperationDescriptor, _ client: HTTPClient) -> ServiceRoute {
    let logger = logger
    let names = Set(["content-type", "accept", "idempotency-key"] + operation.fields + operation.credentialFields)
    return ServiceRoute(operation) { routed in
      var request = routed.request
      request.headers = HTTPFields()
      for (name, value) in routed.request.headers.list where names.contains(name) {
        request.headers.append(name, value)
      }
      do {
        return try await client.forward(request, operation)
      } catch {
        logger.log(.warning, "\(error)", ["request_id": request.id])
        let problem =
          error as? ProblemDetails ?? (error as? any ProblemConvertible)?.problem
          ?? ProblemDetails(502, "The service gave no answer that can be used.")
        return problem.response(instance: request.path, requestID: request.id)
      }
    }
  }

  private func serving(_ running: [(service: any HostedService, database: Database)], _ routes: [ServiceRoute])
    -> HTTPHandler
  {
    let names = Set(running.map { type(of: $0.service).name })
    let handler = RouteHandler(routes.filter { names.contains($0.operation.service) })
    return { handler.receive($0) }
  }

  private func parts() throws -> [Health.Part] {
    try types.compactMap { type in
      if let database = state.withLock({ $0.databases[type.name] }) {
        return Health.Part(service: type.name, version: type.version, isHere: true) {
          await database.isHealthy() ? "healthy" : "unhealthy"
        }
      }
      guard settings.urls[type.name] != nil else { return nil }
      let client = try client(of: type.name, for: "health")
      return Health.Part(service: type.name, version: type.version, isHere: false) {
        await Health.ask(client, type.name)
      }
    }
  }
}

/// The services of this process, by name; filled while they start, since they may need each other.
private final class Directory: Sendable {
  private let services = Mutex<[String: LocalService]>([:])

  func add(_ service: LocalService) { services.withLock { $0[service.name] = service } }
  func find(_ name: String) -> LocalService? { services.withLock { $0[name] } }
}

import Glibc
import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import ServiceSecurity
import Synchronization

/// Runs a set of services, and optionally the gateway, in one process: how it starts, and how it stops.
public final class Host: Sendable {
  /// Makes the gateway over the public routes, which it receives; it names no service.
  public typealias MakeGateway = @Sendable (_ routes: [ServiceRoute]) -> HTTPHandler
  /// Makes what verifies credentials of callers, from resources such as clients of services.
  public typealias MakeVerifier = @Sendable (_ resources: Resources) throws -> any CredentialVerifier
  /// Waits for this many milliseconds; throws when the task is cancelled.
  public typealias Sleep = @Sendable (_ milliseconds: Int) async throws -> Void

  let settings: Settings
  let types: [any Service.Type]
  private let makeGateway: MakeGateway
  /// By the scheme of their URLs.
  let transports: [String: MakeTransport]
  /// Public parts of contracts, by service.
  let documents: [String: String]
  let makeVerifier: MakeVerifier?
  let webhookVerifier: (any WebhookVerifier)?
  let directory: DirectoryService?
  let logger: Logger
  let loops: [Loop]
  let sleep: Sleep
  /// The id of this process, which is reported as alive to the databases of the services that ask for it.
  let process: Uuid
  let registry = ServiceRegistry()
  let budget: ConnectionBudget
  /// Asks for the addresses of names, which may take long: nothing else waits for it.
  let names = BlockingPool(threads: 1)
  let metrics: Metrics
  /// Counts the calls of callers at the gateway.
  let limiter: RateLimiter
  let state = Mutex(State())

  struct State {
    /// The addresses at which schemas are changed: each is erased once its service's migrations are applied.
    var owners: [String: String] = [:]
    var servers: [HTTPServer] = []
    var databases: [String: Database] = [:]
    /// The services' tasks.
    var background: [Task<Void, Never>] = []
    /// What publishes the services' events, also while the last requests are completed.
    var relays: [Task<Void, Never>] = []
    var transport: (any EventTransport)?
    /// The tasks that report to databases that this process is alive.
    var heartbeats: [Task<Void, Never>] = []
    /// Verifies credentials of callers, from the start on.
    var verifier: (any CredentialVerifier)?
    /// What gets tokens for the calls that services make for themselves, by the API that is called; that of all
    /// services of the platform under an empty name.
    var tokens: [String: ClientTokens] = [:]
    /// The services that run elsewhere.
    var upstreams: [String: Upstream] = [:]
    /// What looks for their addresses, and registers the services that run here.
    var lookups: [Task<Void, Never>] = []
    var nameLookUps: [(service: String, lookUp: @Sendable () async throws -> Void)] = []
    var registrations: [(id: Uuid, task: Task<Void, Never>, directory: any ServiceDirectory)] = []
    var isReady = false
  }

  /// - Parameters:
  ///   - verifier: makes what verifies credentials of callers, for contracts that require them.
  ///   - webhookVerifier: verifies the signatures of webhooks, for contracts that require them.
  ///   - transports: of events, by the scheme of EVENTS_URL, such as `nats`.
  ///   - limits: what counts calls for all gateways together, by the scheme of CHARTER_LIMITS, such as `redis`.
  ///   - documents: OpenAPI documents (JSON) that the gateway serves, by service; that of all services under an empty name.
  ///   - directory: the service that knows where services are that have no address in the settings.
  ///   - logger: nil for one that writes to standard error.
  ///   - sleep: how tasks wait for their next run; nil for a timer of the loop.
  /// - Throws: ``SystemError`` when threads cannot be created; ``ConfigurationError`` for limits that cannot be shared so.
  public init(
    settings: Settings, services: [any Service.Type], verifier: MakeVerifier? = nil,
    webhookVerifier: (any WebhookVerifier)? = nil, gateway: @escaping MakeGateway,
    transports: [String: MakeTransport] = [:], limits: [String: MakeSharedBuckets] = [:],
    documents: [String: String] = [:], directory: DirectoryService? = nil, loops: Int, logger: Logger? = nil,
    sleep: Sleep? = nil
  ) throws {
    makeVerifier = verifier
    self.webhookVerifier = webhookVerifier
    self.settings = settings.withoutOwners()
    budget = ConnectionBudget(settings.connections)
    types = services
    makeGateway = gateway
    self.transports = transports
    (self.documents, self.directory) = (documents, directory)
    self.logger = logger ?? Logger(level: settings.logLevel)
    self.loops = try (0..<loops).map { try Loop(index: $0) }
    metrics = Metrics(loops: self.loops)
    limiter = RateLimiter(
      shared: try settings.shared(limits, self.loops, self.logger), processes: settings.gateways,
      now: { Deadline.nanoseconds })
    let mainLoop = self.loops[0]
    self.sleep = sleep ?? { try await mainLoop.sleep(milliseconds: $0) }
    process = .v7(at: self.logger.clock.now())
    state.withLock { state in
      for type in placed where type.database != nil {
        state.owners[type.contract.name] = settings.owner(of: type.contract.name)
      }
    }
  }

  var isSupervised: Bool { settings.isSupervised }

  /// The loop on which the host starts and stops.
  var mainLoop: Loop { loops[0] }

  var migrates: Bool { settings.migrates }

  /// The address at which this machine reaches the port returned by ``start(_:)``.
  var localAddress: String { settings.address == "0.0.0.0" ? "127.0.0.1" : settings.address }

  /// Starts everything and reports where each service runs, one per line.
  ///
  /// - Returns: the port that is listened on.
  /// - Throws: why a service cannot start, in words for the operator.
  public func start(_ report: @Sendable (String) -> Void) async throws -> Int {
    let migration = try await systemMigration()
    let accessLog = try settings.accessLog.map { try AccessLog(path: $0) }
    if types.contains(where: verifiesCallers) {
      let verifier = try makeVerifier?(resources(for: "host"))
      state.withLock { $0.verifier = verifier }
    }
    var running: [RunningService] = []
    for type in placed { running.append(try await make(type, accessLog)) }
    for service in running { try await checkWorkflows(of: service) }
    let transport = try await transport(for: running)
    let own = running.flatMap { local($0, at: [.callee]) }
    let health = Health(
      version: "0.1.0", parts: try parts(running), isReady: { [self] in state.withLock(\.isReady) }, metrics: metrics,
      logger: logger)
    let isGateway = settings.placed.contains(Settings.gateway)
    let entry =
      isGateway
      ? (running.flatMap { local($0, at: [.edge, .callee]) } + (try elsewhere())).filter {
        !$0.operation.policy.isInternal
      } : own
    try checkDirectory()
    try await findServices()
    let all =
      health.routes(full: isGateway) + (migration.map { [$0.reportRoute] } ?? [])
      + (isGateway ? documentRoutes() : []) + entry
    let handler = isGateway ? answeringPreflights(makeGateway(all), of: all) : Self.serving(all)
    let server = try listen(
      settings.address, settings.port, settings.http, entry, accessLog, migration?.handler(over: handler) ?? handler)
    if let port = settings.servicePort,
      isGateway || (settings.serviceAddress, port) != (settings.address, settings.port)
    {
      // No page calls what services have for each other.
      var inner = settings.http
      inner.origins = []
      _ = try listen(
        settings.serviceAddress, port, inner, own, accessLog, Self.serving(health.routes(full: false) + own))
    }
    if isGateway { await limiter.shared?.start() }
    for server in state.withLock(\.servers) { await server.start() }
    state.withLock { $0.isReady = true }
    try register(running)
    for service in running { repeatTasks(of: service) }
    for service in running { work(onWorkflowsOf: service) }
    if let migration { follow(migration) }
    if let transport { carryEvents(of: running, over: transport) }
    for type in types { report(line(type.contract.name)) }
    return server.port
  }

  /// Listens on a port and logs which operations can be called there.
  private func listen(
    _ address: String, _ port: Int, _ http: HTTPServerSettings, _ routes: [ServiceRoute], _ accessLog: AccessLog?,
    _ handler: @escaping HTTPHandler
  ) throws -> HTTPServer {
    let server = try HTTPServer(
      loops: loops, address: address, port: port, settings: http, logger: logger, accessLog: accessLog,
      observers: [metrics.unmatched], handler: behindProxies(handler))
    state.withLock { $0.servers.append(server) }
    let inner = routes.map(\.operation).filter(\.policy.isInternal)
    let endpoint = "\(address):\(server.port)"
    logger.log(
      .info, "listening", ["address": endpoint, "operations": inner.isEmpty ? "public" : "public and internal"])
    if !inner.isEmpty, settings.callerKeys == nil, !address.hasPrefix("127.") {
      let names = inner.map(\.name).joined(separator: ", ")
      logger.log(
        .warning,
        "internal operations can be called by anyone who reaches \(endpoint): let only other services reach it, "
          + "set CHARTER_CALLER_KEYS, or listen on 127.0.0.1",
        ["address": endpoint, "operations": names])
    }
    return server
  }

  private func line(_ name: String) -> String {
    let padded = name + String(repeating: " ", count: max(1, 16 - name.utf8.count))
    if settings.placed.contains(name) { return padded + "in this process" }
    return padded + (settings.urls[name].map { "at \($0)" } ?? (isElsewhere(name) ? "in the directory" : "not placed"))
  }

  /// Reports that it is not ready, continues to serve until a load balancer has noticed, then accepts no more
  /// connections, completes the requests in progress, and closes.
  public func stop(within seconds: Int) async {
    state.withLock { $0.isReady = false }
    await deregister()
    let (servers, databases, background) = state.withLock { state in
      state.isReady = false
      for task in state.background { task.cancel() }
      return (state.servers, state.databases, state.background)
    }
    for server in servers { await server.beginDraining() }
    try? await mainLoop.sleep(milliseconds: settings.drain)
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.stop(within: seconds) } }
    }
    await end(of: background, within: seconds)
    let (relays, transport) = state.withLock { ($0.relays, $0.transport) }
    for relay in relays { relay.cancel() }
    await end(of: relays, within: seconds)
    await transport?.close()
    await limiter.shared?.stop()
    for lookup in state.withLock(\.lookups) { lookup.cancel() }
    // Until then another process must not take over the work of this one.
    for heartbeat in state.withLock(\.heartbeats) { heartbeat.cancel() }
    for database in databases.values { await database.close() }
  }

  /// Waits until cancelled tasks have ended, but only for a limited time.
  func end(of tasks: [Task<Void, Never>], within seconds: Int) async {
    let timer = Task(executorPreference: mainLoop) { [mainLoop] in
      try await mainLoop.sleep(milliseconds: seconds * 1_000)
    }
    let ended = Task(executorPreference: mainLoop) {
      for task in tasks { await task.value }
      timer.cancel()
    }
    _ = await timer.result
    ended.cancel()
  }
}

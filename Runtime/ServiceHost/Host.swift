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

  let settings: Settings
  let types: [any HostedService.Type]
  private let makeGateway: MakeGateway
  let verifier: (any CredentialVerifier)?
  let webhookVerifier: (any WebhookVerifier)?
  let logger: Logger
  let loops: [Loop]
  private let directory = ServiceRegistry()
  let state = Mutex(State())

  struct State {
    /// Where the schemas are changed: an address stays here until its service's migrations are applied.
    var owners: [String: String] = [:]
    var servers: [HTTPServer] = []
    var databases: [String: Database] = [:]
    var tending: Task<Void, Never>?
    var isReady = false
  }

  /// - Parameters:
  ///   - verifier: proves the credentials of callers, for contracts that say who may call.
  ///   - webhookVerifier: proves the signatures of webhooks, for contracts that say that they have one.
  ///   - logger: nil for one that writes to standard error.
  /// - Throws: ``SystemError`` when there are no threads to run on.
  public init(
    settings: Settings, services: [any HostedService.Type], verifier: (any CredentialVerifier)? = nil,
    webhookVerifier: (any WebhookVerifier)? = nil, gateway: @escaping MakeGateway, loops: Int,
    logger: Logger? = nil
  ) throws {
    self.verifier = verifier
    self.webhookVerifier = webhookVerifier
    self.settings = settings.withoutOwners()
    types = services
    makeGateway = gateway
    self.logger = logger ?? Logger(level: settings.logLevel)
    self.loops = try (0..<loops).map { try Loop(index: $0) }
    state.withLock { state in
      for type in services where settings.placed.contains(type.name) {
        state.owners[type.name] = settings.owner(of: type.name)
      }
    }
  }

  var isSupervised: Bool { settings.isSupervised }

  /// The loop on which the host starts and stops.
  var mainLoop: Loop { loops[0] }

  var migrates: Bool { settings.migrates }

  /// The address at which this machine reaches the port that ``start(_:)`` gives.
  var localAddress: String { settings.address == "0.0.0.0" ? "127.0.0.1" : settings.address }

  /// Applies all migrations of the placed services.
  ///
  /// - Throws: ``ConfigurationError`` for a service whose database has no owner given, or whose migration fails.
  public func migrate() async throws {
    for type in types where settings.placed.contains(type.name) {
      guard try await migrate(type) else {
        throw ConfigurationError(
          "the service '\(type.name)' has no owner of its schema: set \(Settings.variable(type.name, "DB_OWNER"))")
      }
    }
  }

  /// Applies a service's migrations, and forgets the address of the schema's owner; false where none is given.
  private func migrate(_ type: any HostedService.Type) async throws -> Bool {
    guard let owner = state.withLock({ $0.owners.removeValue(forKey: type.name) }) else { return false }
    try await prepare(type) {
      for name in try await Database.migrate(owner, type.migrations) {
        logger.log(.info, "applied a migration", ["service": type.name, "migration": name])
      }
    }
    return true
  }

  /// Starts everything and tells, a line a service, where it is.
  ///
  /// - Returns: the port that is served.
  /// - Throws: what keeps a service from starting, in words for whoever set it up.
  public func start(_ tell: @Sendable (String) -> Void) async throws -> Int {
    var running: [any HostedService] = []
    for type in types where settings.placed.contains(type.name) { running.append(try await make(type)) }
    let own = running.flatMap { local($0) }
    let health = Health(
      version: "0.1.0", parts: try parts(), isReady: { [self] in state.withLock(\.isReady) }, logger: logger)
    let isGateway = settings.placed.contains(Settings.gateway)
    let entry = isGateway ? (own + (try elsewhere())).filter { !$0.operation.isInternal } : own
    let accessLog = try settings.accessLog.map { try AccessLog(path: $0) }
    let server = try listen(
      settings.address, settings.port, entry, accessLog,
      health.handler(full: isGateway, then: isGateway ? makeGateway(entry) : Self.serving(own)))
    if let port = settings.servicePort,
      isGateway || (settings.serviceAddress, port) != (settings.address, settings.port)
    {
      _ = try listen(
        settings.serviceAddress, port, own, accessLog, health.handler(full: false, then: Self.serving(own)))
    }
    for server in state.withLock(\.servers) { await server.start() }
    for service in running { await recover(service) }
    state.withLock { $0.isReady = true }
    tend(running)
    for type in types { tell(line(type.name)) }
    return server.port
  }

  /// Listens on a port and logs what can be called there.
  private func listen(
    _ address: String, _ port: Int, _ routes: [ServiceRoute], _ accessLog: AccessLog?, _ handler: @escaping HTTPHandler
  ) throws -> HTTPServer {
    let server = try HTTPServer(
      loops: loops, address: address, port: port, settings: settings.http, logger: logger, accessLog: accessLog,
      handler: handler)
    state.withLock { $0.servers.append(server) }
    let inner = routes.map(\.operation).filter(\.isInternal)
    let place = "\(address):\(server.port)"
    logger.log(.info, "listening", ["address": place, "operations": inner.isEmpty ? "public" : "public and internal"])
    if !inner.isEmpty, !address.hasPrefix("127.") {
      let names = inner.map { "\($0.service).\($0.id)" }.joined(separator: ", ")
      logger.log(
        .warning,
        "internal operations can be called by anyone who reaches \(place): let only other services reach it, "
          + "or listen on 127.0.0.1",
        ["address": place, "operations": names])
    }
    return server
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
  var connections: Int { max(2, 16 / loops.count) }

  private func line(_ name: String) -> String {
    let padded = name + String(repeating: " ", count: max(1, 16 - name.utf8.count))
    if settings.placed.contains(name) { return padded + "in this process" }
    return padded + (settings.urls[name].map { "at \($0)" } ?? "not placed")
  }

  /// Says that it is not ready any more, goes on serving until a load balancer has seen that, then takes no further
  /// connections, finishes what has begun, and closes.
  public func stop(within seconds: Int) async {
    let (servers, databases) = state.withLock { state in
      state.isReady = false
      state.tending?.cancel()
      return (state.servers, state.databases)
    }
    for server in servers { await server.beginDraining() }
    try? await mainLoop.sleep(milliseconds: settings.drain)
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.stop(within: seconds) } }
    }
    for database in databases.values { await database.close() }
  }

  private func make(_ type: any HostedService.Type) async throws -> any HostedService {
    if verifier == nil, let guarded = type.routes.first(where: { !$0.security.isEmpty }) {
      throw ConfigurationError(
        "the contract of \(type.name) says who may call \(guarded.id), and the host has no verifier of credentials")
    }
    if webhookVerifier == nil, let signed = type.routes.first(where: { $0.signature != nil }) {
      throw ConfigurationError(
        "the contract of \(type.name) says that \(signed.id) is signed, and the host has no verifier of signatures")
    }
    let address = try settings.database(of: type.name)
    if try await !migrate(type) { try await checkMigrations(type, address) }
    var limits = Database.Limits()
    limits.connections = connections
    let database = Database(address, loops: loops, limits: limits, logger: logger)
    state.withLock { $0.databases[type.name] = database }
    let context = ServiceContext(database: database, clock: logger.clock, logger: logger) { [self] name in
      try place(name, for: type.name)
    }
    let service = try type.init(context)
    try await prepare(type) { try await database.checkStatements(of: type) }
    directory.add(LocalService(name: type.name, handlers: service, transactions: database, verifier: verifier))
    return service
  }

  /// Checks that the schema, which another process migrates, is the one that the service's migrations make.
  private func checkMigrations(_ type: any HostedService.Type, _ address: String) async throws {
    let pending = try await prepare(type) { try await Database.pendingMigrations(address, type.migrations) }
    guard !pending.isEmpty else { return }
    throw ConfigurationError(
      "the database of \(type.name) lacks \(pending.joined(separator: ", ")): run `host --migrate` with "
        + "\(Settings.variable(type.name, "DB_OWNER")), or give that to this process, which then migrates it")
  }

  /// Does what a service's database must have had done to it. A server that starts at the same time may need a while.
  private func prepare<Value>(_ type: any HostedService.Type, _ body: () async throws -> Value) async throws -> Value {
    for _ in 0..<30 {
      do {
        return try await body()
      } catch let error as AdministrationError where error.isUnreachable {
        logger.log(.warning, "the database is waited for: \(error)", ["service": type.name])
        try await mainLoop.sleep(milliseconds: 1_000)
      } catch let mismatch as SchemaMismatch {
        throw ConfigurationError("\(type.name) does not fit its database's schema:\n\(mismatch)")
      } catch let error as MigrationError {
        throw ConfigurationError("the migrations of \(type.name) do not fit its database:\n\(error)")
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

  func client(of name: String, for user: String) throws -> HTTPClient {
    guard let url = settings.urls[name] else {
      throw ConfigurationError(
        "\(user) needs \(name), which is neither placed here nor given an address: "
          + "add it to --only, or set \(Settings.variable(name, "URL"))")
    }
    return try HTTPClient(origin: url, loops: loops)
  }
}

/// The services of this process, by name; filled while they start, since they may need each other.
private final class ServiceRegistry: Sendable {
  private let services = Mutex<[String: LocalService]>([:])

  func add(_ service: LocalService) { services.withLock { $0[service.name] = service } }
  func find(_ name: String) -> LocalService? { services.withLock { $0[name] } }
}

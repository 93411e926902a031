import ServiceClient
import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServicePostgres
import ServiceSecurity
import Synchronization

/// The services of this process by name; filled while they start, since they may need each other.
final class ServiceRegistry: Sendable {
  private let services = Mutex<[String: LocalService]>([:])

  func add(_ service: LocalService) { services.withLock { $0[service.name] = service } }
  func find(_ name: String) -> LocalService? { services.withLock { $0[name] } }
}

/// A service of this process.
struct RunningService: Sendable {
  let name: String
  let service: any Service
  let database: Database?
  /// What its calls share.
  let call: Call
  let tasks: [HostedTask]
  /// Works on its workflows; nil for a service without any.
  let runner: WorkflowRunner?
  /// What handles events, and the call that their calls are made from; nil for a service that handles none.
  let receiving: (endpoint: any EventEndpoint, call: Call)?

  var receiveOperations: [ReceiveDescriptor] { receiving.map { type(of: $0.endpoint).operations } ?? [] }
}

/// Which services run here, how they are made, and how they find each other.
extension Host {
  var placed: [any Service.Type] { types.filter { settings.placed.contains($0.contract.name) } }

  /// Makes a service with the resources it declares.
  ///
  /// - Parameter accessLog: receives the calls from this process; those over HTTP are logged by their connection.
  /// - Throws: ``ConfigurationError`` for a resource that it needs and does not have.
  func make(_ type: any Service.Type, _ accessLog: AccessLog?) async throws -> RunningService {
    try check(type)
    let (name, process, isUsed) = (type.contract.name, process, Flag())
    let database = try await database(of: type)
    let workflows = database.map { Workflows($0, sleep: sleep) }
    let service = try type.init(
      resources(for: name, database, workflows) {
        isUsed.raise()
        return process
      })
    let tasks = try tasks(of: service, database)
    if let database, let schema = type.database {
      try await prepare(type) {
        try await database.checkQueries(schema.queries)
        if isUsed.isRaised || !tasks.isEmpty || !service.workflows.isEmpty { try await keepAlive(in: database) }
      }
    }
    let verifier = state.withLock(\.verifier)
    let cache = ResponseCache(of: type.contract.operations) { Deadline.nanoseconds }
    let admission = ServiceAdmission(loops: loops, connections: settings.connections(of: name))
    func call(_ log: AccessLog?) -> Call {
      Call(
        requestID: "", logger: logger, transactions: database, verifier: verifier, webhookVerifier: webhookVerifier,
        callerSeal: settings.callerKeys, admission: admission, cursorKeys: settings.cursorKeys, limiter: limiter,
        cache: cache,
        observers: { [metrics] operation in
          let counting = metrics.of(operation)
          return log.map { [counting, $0] } ?? [counting]
        }, sleep: sleep, service: name)
    }
    registry.add(
      LocalService(name: name, handlers: service, call: call(accessLog), operations: type.contract.operations))
    return RunningService(
      name: name, service: service, database: database, call: call(nil), tasks: tasks,
      runner: try runner(of: service, workflows, call(accessLog)),
      receiving: (service as? any EventReceiver).map { ($0.eventEndpoint, call(accessLog)) })
  }

  /// Whether this process verifies the callers of a service: because it runs here, or behind the gateway here.
  func verifiesCallers(of type: any Service.Type) -> Bool {
    let name = type.contract.name
    let isServed =
      settings.placed.contains(name) || settings.placed.contains(Settings.gateway) && isElsewhere(name)
    return isServed && type.contract.operations.contains { !$0.policy.security.isEmpty }
  }

  /// What a service, or a part of the host, is made from.
  func resources(
    for name: String, _ database: Database? = nil, _ workflows: Workflows? = nil,
    process: (@Sendable () -> Uuid)? = nil
  ) -> Resources {
    Resources(
      for: name, database: database, workflows: workflows, clock: logger.clock, logger: logger,
      settings: settings.ofServices[name] ?? SettingValues(), publicURL: settings.publicURL,
      tokenIssuer: settings.tokenIssuer, process: process,
      receivers: { [self] in try webhooks(allowsPrivate: $0) },
      placement: { [self] client in try placement(of: client, for: name) })
  }

  /// Checks that the host has what a service's contract requires.
  private func check(_ type: any Service.Type) throws {
    let (name, operations) = (type.contract.name, type.contract.operations)
    if makeVerifier == nil, let guarded = operations.first(where: { !$0.policy.security.isEmpty }) {
      throw ConfigurationError(
        "the contract of \(name) requires credentials for \(guarded.id), and the host has no verifier of them: give "
          + "Host.run one as 'verifier'")
    }
    if webhookVerifier == nil, let signed = operations.first(where: { $0.policy.signature != nil }) {
      throw ConfigurationError(
        "the contract of \(name) requires a signature for \(signed.id), and the host has no verifier of signatures: "
          + "give Host.run one as 'webhookVerifier'")
    }
    if settings.cursorKeys == nil, let paged = operations.first(where: { $0.cursor != nil }) {
      throw ConfigurationError(
        "\(name) paginates the list of \(paged.id), and has no keys for its cursors: set "
          + "CHARTER_CURSOR_KEYS to what 'openssl rand -base64 32' prints, the same for every process of the service")
    }
    if type.database == nil, let keyed = operations.first(where: { $0.policy.idempotencyKey != .none }) {
      throw ConfigurationError(
        "the contract of \(name) has x-idempotency-key at \(keyed.id), and the service has no database to store its "
          + "responses in: add a migration to its folder Migrations, or remove x-idempotency-key")
    }
    try checkEvents(type)
  }

  /// Where a client's API runs: in this process, at a service's address, or at an external API.
  ///
  /// A call that lacks credentials has a token of this process's own: one to the platform only where it serves nobody,
  /// since what somebody may not do would otherwise be done in the platform's name. Where the service runs makes no
  /// difference.
  private func placement(of client: any APIClient.Type, for user: String) throws -> Placement {
    let name = client.service
    let isOfPlatform = types.contains { $0.contract.name == name }
    let placement =
      isOfPlatform ? try placement(ofService: name, for: user) : try placement(ofExternal: client, for: user)
    guard let tokens = try ownTokens(for: isOfPlatform ? nil : name) else { return placement }
    return .authorized(placement, by: tokens)
  }

  private func placement(ofService name: String, for user: String) throws -> Placement {
    if settings.placed.contains(name) {
      let registry = registry
      return .local { registry.find(name) }
    }
    let upstream = try client(of: name, for: user)
    guard let seal = settings.callerKeys else { return .remote(upstream) }
    let caller = SealedCaller(from: user)
    return .remote(SealedTransport(upstream: upstream, seal: seal, caller: caller, clock: logger.clock))
  }

  private func placement(ofExternal client: any APIClient.Type, for user: String) throws -> Placement {
    let name = client.service
    let variable = Settings.variable(name, "URL")
    guard let origin = settings.address(ofExternal: name) ?? client.server else {
      throw ConfigurationError(
        "\(user) needs the API \(name), which no service of this host implements, and whose contract names no server: "
          + "set \(variable) to its origin, such as https://api.example.com")
    }
    do {
      return .remote(try CurlTransport(origin: origin))
    } catch {
      throw ConfigurationError("\(user) needs the API \(name): \(error); set \(variable)")
    }
  }

  /// - Parameter external: the name of an API outside; nil for the services of the platform.
  /// - Returns: nil where no client is configured.
  private func ownTokens(for external: String?) throws -> ClientTokens? {
    let key = external ?? ""
    if let known = state.withLock({ $0.tokens[key] }) { return known }
    let configured = if let external { try settings.client(ofExternal: external) } else { settings.client }
    guard let client = configured else { return nil }
    let connect = try CurlTransport.sharing(.init())
    let tokens = ClientTokens(of: client, actsForCallers: external != nil, logger: logger) { try connect($0) }
    state.withLock { $0.tokens[key] = tokens }
    return tokens
  }

  /// A service that runs elsewhere: the same for all who call it, since they share what is known of its faults.
  func client(of name: String, for user: String) throws -> Upstream {
    guard isElsewhere(name) else {
      throw ConfigurationError(
        "\(user) needs \(name), which is neither placed here nor given an address: "
          + "add it to --only, or set \(Settings.variable(name, "URL"))")
    }
    if let known = state.withLock({ $0.upstreams[name] }) { return known }
    let upstream = try upstream(of: name)
    state.withLock { $0.upstreams[name] = upstream }
    return upstream
  }
}

/// Whether an event has happened.
private final class Flag: Sendable {
  private let value = Atomic(false)

  func raise() { value.store(true, ordering: .relaxed) }
  var isRaised: Bool { value.load(ordering: .relaxed) }
}

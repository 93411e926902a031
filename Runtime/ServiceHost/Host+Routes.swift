import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceLoop
import ServicePostgres

/// What a process serves: the operations of its own services, and for the gateway those of all others.
extension Host {
  /// The operations of the services that do not run here, for the gateway.
  func elsewhere() throws -> [ServiceRoute] {
    try types.map { $0.contract }.filter { !settings.placed.contains($0.name) }.flatMap { contract in
      guard isElsewhere(contract.name) else { return contract.operations.map(absent) }
      try checkTunnels(of: contract.name, contract.operations)
      let client = try client(of: contract.name, for: Settings.gateway)
      let cache = ResponseCache(of: contract.operations) { Deadline.nanoseconds }
      let types: [(any ContractOperation.Type)?] = contract.types
      return contract.operations.enumerated().map { remote($1, $0 < types.count ? types[$0] : nil, client, cache) }
    }
  }

  /// - Throws: ``ConfigurationError`` for WebSockets of a service at an `https` origin.
  private func checkTunnels(of service: String, _ operations: [OperationDescriptor]) throws {
    guard let url = settings.urls[service], url.contains("https://"), let one = operations.first(where: \.upgrades)
    else { return }
    throw ConfigurationError(
      "\(Settings.variable(service, "URL")) is '\(url)', and \(one.id) of \(service) is a WebSocket, which a gateway "
        + "does not pass on to an https origin: give it an http origin")
  }

  private func absent(_ operation: OperationDescriptor) -> ServiceRoute {
    let problem = ProblemDetails(
      503,
      "The service '\(operation.service)' is not available here: it is not placed in this process, and there is no "
        + "\(Settings.variable(operation.service, "URL")).")
    return ServiceRoute(operation) { problem.response(instance: $0.request.path, requestID: $0.request.id) }
  }

  /// The operations of a service that runs here.
  func local(_ running: RunningService, at sites: Set<StageSite>) -> [ServiceRoute] {
    ServiceRoute.all(
      of: type(of: running.service).contract.operations, by: running.service.endpoint, at: sites, running.call)
  }

  /// An operation of a service that runs elsewhere: its requests pass the stages at the edge here, and there again.
  private func remote(
    _ operation: OperationDescriptor, _ type: (any ContractOperation.Type)?, _ client: Upstream, _ cache: ResponseCache?
  ) -> ServiceRoute {
    let call = Call(
      requestID: "", logger: logger, verifier: state.withLock(\.verifier), limiter: limiter, cache: cache,
      observers: { [metrics] in [metrics.of($0)] })
    return ServiceRoute(
      Pipeline(operation, at: [.edge], of: call), by: RemoteEndpoint(operation, type, settings, client), at: 0,
      call)
  }

  static func serving(_ routes: [ServiceRoute]) -> HTTPHandler {
    let handler = RouteHandler(routes)
    return { handler.receive($0) }
  }

  /// The same for browsers that ask what pages of CHARTER_ORIGINS may send: an operation that declares OPTIONS would
  /// want credentials of them, and says nothing of the path's other methods.
  func answeringPreflights(_ handler: @escaping HTTPHandler, of routes: [ServiceRoute]) -> HTTPHandler {
    guard !settings.http.origins.isEmpty, routes.contains(where: { $0.operation.method == "OPTIONS" }) else {
      return handler
    }
    let paths = RouteHandler(routes)
    return { request in request.isPreflight ? paths.preflight(request) : handler(&request) }
  }

  /// The same for requests that proxies pass on: each has the address of its client, not of the proxy.
  func behindProxies(_ handler: @escaping HTTPHandler) -> HTTPHandler {
    let proxies = settings.proxies
    if proxies.isEmpty { return handler }
    return { request in
      if request.hasHeader("x-forwarded-for") { request.clientAddress = request.client(behind: proxies) }
      return handler(&request)
    }
  }

  func parts(_ running: [RunningService]) throws -> [Health.Part] {
    try types.map { type in
      let (name, version) = (type.contract.name, type.contract.version)
      if let service = running.first(where: { $0.name == name }) {
        return Health.Part(
          service: name, version: version, isHere: true, tasks: { await self.taskRuns(of: service) },
          events: { await self.eventState(of: service) }, workflows: { await self.workflowState(of: service) }
        ) {
          await service.database?.isHealthy() != false ? "healthy" : "unhealthy"
        }
      }
      guard isElsewhere(name) else {
        return Health.Part(service: name, version: version, isHere: false) { "not placed" }
      }
      let client = try client(of: name, for: "health")
      return Health.Part(service: name, version: version, isHere: false, faults: { client.faults }) {
        await Health.ask(client, name)
      }
    }
  }
}

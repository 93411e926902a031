import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres

/// What a process serves: its own services' operations, and for the gateway those of all others.
extension Host {
  /// The operations of the services that do not run here, for the gateway.
  func elsewhere() throws -> [ServiceRoute] {
    try types.filter { !settings.placed.contains($0.name) }.flatMap { type in
      guard settings.urls[type.name] != nil else { return type.routes.map(absent) }
      let client = try client(of: type.name, for: Settings.gateway)
      return type.routes.map { remote($0, client) }
    }
  }

  private func absent(_ operation: OperationDescriptor) -> ServiceRoute {
    let problem = ProblemDetails(
      503,
      "The service '\(operation.service)' is not available here: it is not placed in this process, and there is no "
        + "\(Settings.variable(operation.service, "URL")).")
    return ServiceRoute(operation) { problem.response(instance: $0.request.path, requestID: $0.request.id) }
  }

  func local(_ service: some HostedService) -> [ServiceRoute] {
    let endpoint = service.endpoint
    let database = state.withLock { $0.databases[type(of: service).name] }
    let template = Call(
      requestID: "", logger: logger, transactions: database, verifier: verifier, webhookVerifier: webhookVerifier)
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
        logger.log(
          .warning, "\(error)",
          ["service": operation.service, "operation": operation.id, "request_id": request.id])
        let problem =
          error as? ProblemDetails ?? (error as? any ProblemConvertible)?.problem
          ?? ProblemDetails(502, "The service gave no answer that can be used.")
        return problem.response(instance: request.path, requestID: request.id)
      }
    }
  }

  static func serving(_ routes: [ServiceRoute]) -> HTTPHandler {
    let handler = RouteHandler(routes)
    return { handler.receive($0) }
  }

  func parts() throws -> [Health.Part] {
    try types.map { type in
      if let database = state.withLock({ $0.databases[type.name] }) {
        return Health.Part(service: type.name, version: type.version, isHere: true) {
          await database.isHealthy() ? "healthy" : "unhealthy"
        }
      }
      guard settings.urls[type.name] != nil else {
        return Health.Part(service: type.name, version: type.version, isHere: false) { "not placed" }
      }
      let client = try client(of: type.name, for: "health")
      return Health.Part(service: type.name, version: type.version, isHere: false) {
        await Health.ask(client, type.name)
      }
    }
  }
}

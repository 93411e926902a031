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
      guard settings.urls[contract.name] != nil else { return contract.operations.map(absent) }
      let client = try client(of: contract.name, for: Settings.gateway)
      return contract.operations.map { remote($0, client) }
    }
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
  private func remote(_ operation: OperationDescriptor, _ client: Upstream) -> ServiceRoute {
    let call = Call(
      requestID: "", logger: logger, verifier: state.withLock(\.verifier), limiter: limiter,
      observers: { [metrics] in [metrics.of($0)] })
    return ServiceRoute(
      Pipeline(operation, at: [.edge], of: call), by: RemoteEndpoint(operation, client), at: 0, call)
  }

  static func serving(_ routes: [ServiceRoute]) -> HTTPHandler {
    let handler = RouteHandler(routes)
    return { handler.receive($0) }
  }

  /// The same for requests that proxies pass on: each has the address of its client, not of the proxy.
  func behindProxies(_ handler: @escaping HTTPHandler) -> HTTPHandler {
    let proxies = settings.proxies
    if proxies.isEmpty { return handler }
    return { request in
      if request.hasHeader("x-forwarded-for"), let peer = request.clientAddress, proxies.contains(peer),
        let last = request.headers.values("x-forwarded-for").last?.utf8.split(separator: UInt8(ascii: ",")).last,
        let client = NetworkAddress(FieldSyntax.trimmed(Substring(last)).description)
      {
        request.clientAddress = client
      }
      return handler(&request)
    }
  }

  func parts(_ running: [RunningService]) throws -> [Health.Part] {
    try types.map { type in
      let (name, version) = (type.contract.name, type.contract.version)
      if let service = running.first(where: { $0.name == name }) {
        return Health.Part(
          service: name, version: version, isHere: true, tasks: { await self.taskRuns(of: service) },
          events: { await self.eventState(of: service) }
        ) {
          await service.database?.isHealthy() != false ? "healthy" : "unhealthy"
        }
      }
      guard settings.urls[name] != nil else {
        return Health.Part(service: name, version: version, isHere: false) { "not placed" }
      }
      let client = try client(of: name, for: "health")
      return Health.Part(service: name, version: version, isHere: false, faults: { client.faults }) {
        await Health.ask(client, name)
      }
    }
  }
}

/// Passes the requests of an operation on to its service.
private struct RemoteEndpoint: ServiceEndpoint {
  private let operation: OperationDescriptor
  private let client: Upstream
  /// The header fields that are passed on.
  private let names: Set<String>

  init(_ operation: OperationDescriptor, _ client: Upstream) {
    (self.operation, self.client) = (operation, client)
    names = Set(["content-type", "accept", "idempotency-key"] + operation.fields + operation.credentialFields)
  }

  func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    var request = routed.request
    request.headers = HTTPFields()
    for (name, value) in routed.request.headers.list where names.contains(name) { request.headers.append(name, value) }
    call.proof?.identities.first?.describe(in: &request.headers)
    request.headers["x-forwarded-for"] = routed.request.clientAddress?.description
    do {
      return try await client.forward(request, operation)
    } catch {
      call.logger.log(
        .warning, "\(error)",
        ["service": operation.service, "operation": operation.id, "request_id": call.requestID])
      let problem =
        (error as? any ProblemConvertible)?.problem ?? ProblemDetails(502, "The service gave no usable response.")
      return problem.response(instance: request.path, requestID: call.requestID)
    }
  }
}

extension VerifiedIdentity {
  /// Tells a service who calls, by headers that the gateway takes from nobody: for services that do not read tokens.
  fileprivate func describe(in headers: inout HTTPFields) {
    var roles: String?
    if case .array(let list)? = claims["roles"] {
      roles = list.compactMap(\.text).filter { !$0.utf8.contains(UInt8(ascii: ",")) }.joined(separator: ",")
    }
    // An address that anybody may have registered is nobody's.
    let email = claims["email_verified"] == JSONValue.boolean(true) ? claims["email"]?.text : nil
    for (name, value) in [("x-user-id", subject), ("x-user-email", email), ("x-user-role", roles)] {
      // An issuer may write anything into a claim.
      headers[name] = value.flatMap { FieldSyntax.isValue($0) ? $0 : nil }
    }
  }
}

import ServiceCore
import ServiceHTTP

/// The state of a process: `/health`, `/health/{service}`, `/health/full`, `/ready`, `/version`.
struct Health: Sendable {
  struct Part: Sendable {
    let service: String
    let version: String
    let isHere: Bool
    /// The service's repeating tasks, and their last runs.
    var tasks: @Sendable () async -> [(name: String, run: TaskRun?)] = { [] }
    /// The state of the service's events; nil for a service without events, and where its database does not respond.
    var events: @Sendable () async -> EventState? = { nil }
    /// The state of the service's workflows; nil for a service without any, and where its database does not respond.
    var workflows: @Sendable () async -> (unfinished: Int, stuck: Int)? = { nil }
    /// What is known of a service elsewhere that fails.
    var faults: @Sendable () -> Upstream.Faults = { Upstream.Faults() }
    /// `healthy`, `unhealthy`, `unreachable`, `unknown` or `not placed`.
    let check: @Sendable () async -> String
  }

  let version: String
  let parts: [Part]
  let isReady: @Sendable () -> Bool
  let metrics: Metrics
  let logger: Logger

  /// The process's own paths: of its health, its versions, and its metrics.
  ///
  /// - Parameter full: whether they include the health of services that run elsewhere.
  func routes(full: Bool) -> [ServiceRoute] {
    let here = parts.filter(\.isHere)
    var routes = [
      route("getHealth", "health") { await report(here) }, route("getReadiness", "ready") { await ready(here) },
      route("getVersion", "version") { versions(here) },
      route("getMetrics", "metrics") { HTTPResponse(status: 200, headers: Metrics.headers, body: metrics.text) },
    ]
    if full { routes.append(route("getFullHealth", "health", "full") { await report(parts) }) }
    return routes + here.map { part in route("getServiceHealth", "health", part.service) { await one(part) } }
  }

  private func route(
    _ id: String, _ path: String..., respond: @escaping @Sendable () async -> HTTPResponse
  ) -> ServiceRoute {
    let operation = OperationDescriptor(
      service: "host", id: id, method: "GET", path: path.map { .literal($0) }, body: .init(limit: 1_024),
      responses: .init([200, 503]))
    return ServiceRoute(operation) { _ in await respond() }
  }

  private func one(_ part: Part) async -> HTTPResponse {
    let status = await part.check()
    let tasks = await part.tasks()
    let events = await part.events()
    let workflows = await part.workflows()
    return response(status == "healthy" ? 200 : 503) { json in
      json.field("status", status)
      json.field("service", part.service)
      if !tasks.isEmpty { list(&json, tasks) }
      if let events {
        json.key("events")
        events.encode(&json)
      }
      if let workflows {
        json.key("workflows")
        json.beginObject()
        json.field("unfinished", workflows.unfinished)
        json.field("stuck", workflows.stuck)
        json.endObject()
      }
    }
  }

  /// The last run of each task. A task that fails leaves its service healthy: the reason is in the log.
  private func list(_ json: inout JSONWriter, _ tasks: [(name: String, run: TaskRun?)]) {
    json.key("tasks")
    json.beginArray()
    for (name, run) in tasks {
      json.beginObject()
      json.field("task", name)
      json.field("outcome", run?.outcome ?? "not run yet")
      if let run { json.field("started", run.started) }
      if let ended = run?.ended { json.field("ended", ended) }
      json.endObject()
    }
    json.endArray()
  }

  /// Every part by name; since the process itself responds, the status is 200.
  private func report(_ parts: [Part]) async -> HTTPResponse {
    let statuses = await check(parts)
    return response(200) { json in
      json.field("status", statuses.allSatisfy { $0 == "healthy" } ? "healthy" : "degraded")
      list(&json, parts, "status", statuses)
    }
  }

  private func ready(_ parts: [Part]) async -> HTTPResponse {
    let statuses = await check(parts)
    let isReady = isReady() && statuses.allSatisfy { $0 == "healthy" }
    return response(isReady ? 200 : 503) { json in
      json.field("status", isReady ? "ready" : "not ready")
      list(&json, parts, "status", statuses)
    }
  }

  private func versions(_ parts: [Part]) -> HTTPResponse {
    response(200) { json in
      json.field("version", version)
      list(&json, parts, "version", parts.map(\.version))
    }
  }

  private func check(_ parts: [Part]) async -> [String] {
    await withTaskGroup(of: (Int, String).self) { group in
      for (index, part) in parts.enumerated() { group.addTask { (index, await part.check()) } }
      var statuses = parts.map { _ in "unknown" }
      for await (index, status) in group { statuses[index] = status }
      return statuses
    }
  }

  private func list(_ json: inout JSONWriter, _ parts: [Part], _ key: StaticString, _ values: [String]) {
    json.key("services")
    json.beginArray()
    for (part, value) in zip(parts, values) {
      json.beginObject()
      json.field("service", part.service)
      json.field(key, value)
      list(&json, part.faults())
      json.endObject()
    }
    json.endArray()
  }

  private func list(_ json: inout JSONWriter, _ faults: Upstream.Faults) {
    if faults.addressesLeftOut > 0 { json.field("addresses_left_out", faults.addressesLeftOut) }
    guard !faults.circuits.isEmpty else { return }
    json.key("circuits")
    json.beginArray()
    for (operation, state) in faults.circuits {
      json.beginObject()
      json.field("operation", operation)
      json.field("state", state.rawValue)
      json.endObject()
    }
    json.endArray()
  }

  private func response(_ status: Int, _ write: (inout JSONWriter) -> Void) -> HTTPResponse {
    var json = JSONWriter()
    json.beginObject()
    write(&json)
    json.field("timestamp", logger.clock.now())
    json.endObject()
    return HTTPResponse(
      status: status, headers: ["content-type": "application/json", "cache-control": "no-store"], body: json.bytes)
  }

  /// Asks another process for the health of a service.
  static func ask(_ client: Upstream, _ service: String) async -> String {
    let operation = OperationDescriptor(
      service: service, id: "health", method: "GET", path: [.literal("health"), .literal(service)],
      responses: .init([200, 503], hasDefault: true))
    guard let response = try? await client.send(HTTPRequest(method: "GET", path: "/health/\(service)"), operation)
    else {
      return "unreachable"
    }
    return response.status == 200 ? "healthy" : response.status == 503 ? "unhealthy" : "unknown"
  }
}

extension TaskRun {
  fileprivate var outcome: String { ended == nil ? "running" : succeeded == true ? "succeeded" : "failed" }
}

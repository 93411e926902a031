import ServiceCore
import ServiceHTTP

/// Routes that respond as the first of a service does, for a process with as many as wanted.
enum SyntheticRoutes {
  /// The first of the service's routes, and others like it.
  static func list(_ count: Int, like routes: [ServiceRoute]) -> [ServiceRoute] {
    guard let first = routes.first(where: { $0.operation.service == "bench" }) else { return [] }
    return [first]
      + (1..<max(1, count)).map { index in
        let number = "\(index + 1)"
        let operation = OperationDescriptor(
          service: first.operation.service, id: "getPart\(number)", method: "GET",
          path: ["api", "bench", "parts", number, "greeting"].map { .literal($0) },
          responses: first.operation.responses)
        return ServiceRoute(operation) { await first.respond(to: $0) }
      }
  }
}

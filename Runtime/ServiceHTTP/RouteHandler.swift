import ServiceCore

/// An operation and the way to have it done: by a service of this process, or by one elsewhere.
public struct ServiceRoute: Sendable {
  public typealias Respond = @Sendable (_ request: RoutedRequest, _ requestID: String) async -> HTTPResponse

  public let operation: OperationDescriptor
  public let respond: Respond

  public init(_ operation: OperationDescriptor, respond: @escaping Respond) {
    self.operation = operation
    self.respond = respond
  }
}

/// Answers requests by a table of routes; what no route is for, by problem details.
public struct RouteHandler: Sendable {
  private var router = Router<ServiceRoute.Respond>()
  private let logger: Logger

  public init(_ routes: [ServiceRoute], logger: Logger) {
    self.logger = logger
    for route in routes { router.add(route.operation, route.respond) }
  }

  public func receive(_ request: HTTPRequest) -> Reception {
    let requestID = Self.requestID(request, logger.clock)
    switch router.match(method: request.method, path: request.path) {
    case .found(let operation, let respond, let pathValues):
      return .receive(limit: operation.bodyLimit) { request in
        let response = await respond(RoutedRequest(request: request, pathValues: pathValues), requestID)
        return finish(response, request, requestID)
      }
    case .methodNotAllowed(let methods):
      let allow: HTTPFields = ["allow": methods.joined(separator: ", ")]
      if request.method == "OPTIONS" {
        return .answer(finish(HTTPResponse(status: 204, headers: allow), request, requestID))
      }
      let detail = "\(request.method) is not possible here; \(methods.joined(separator: ", ")) are."
      return refuse(ProblemDetails(405, detail, headers: allow), request, requestID)
    case .notFound:
      return refuse(.notFound("There is nothing at this path."), request, requestID)
    case .malformed(let reason):
      return refuse(ProblemDetails(400, "The path cannot be read: \(reason)."), request, requestID)
    }
  }

  private func refuse(_ problem: ProblemDetails, _ request: HTTPRequest, _ requestID: String) -> Reception {
    .answer(finish(problem.response(instance: request.path, requestID: requestID), request, requestID))
  }

  private func finish(_ response: HTTPResponse, _ request: HTTPRequest, _ requestID: String) -> HTTPResponse {
    var response = response
    response.headers["x-request-id"] = requestID
    logger.log(
      .debug, "request",
      ["method": request.method, "path": request.path, "status": String(response.status), "request_id": requestID])
    return response
  }

  /// The caller's id for the request when it is one that can stand in a log, otherwise a new one.
  private static func requestID(_ request: HTTPRequest, _ clock: Clock) -> String {
    if let id = request.headers["x-request-id"], (1...64).contains(id.utf8.count),
      id.utf8.allSatisfy({
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      })
    {
      return id
    }
    return Uuid.v7(at: clock.now()).description
  }
}

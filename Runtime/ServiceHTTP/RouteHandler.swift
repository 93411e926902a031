import ServiceCore

/// Dispatches requests by a route table; responds with problem details where no route matches.
public struct RouteHandler: Sendable {
  private var router = Router()
  private let routes: [ServiceRoute]
  /// The methods used by any route; every process also serves GET for its health checks.
  private let methods: [String]

  public init(_ routes: [ServiceRoute]) {
    self.routes = routes
    methods = Router.allowed(routes.map(\.operation.method) + ["GET"])
    for route in routes { router.add(route.operation) }
    router.freeze()
  }

  public func receive(_ request: HTTPRequest) -> RequestDisposition {
    switch router.match(request) {
    case .found(let index, let pathValues):
      let route = routes[index]
      return .route(route, pathValues: pathValues, timeout: Self.timeout(route.operation, request))
    case .methodNotAllowed(let methods): return .notAllowed(methods, request)
    case .notFound: return .refuse(ProblemDetails(404, "There is nothing at this path."), request)
    case .malformed where request.hasPath("*"): return .notAllowed(methods, request)
    case .malformed(let reason): return .refuse(ProblemDetails(400, "The path cannot be read: \(reason)."), request)
    }
  }

  /// Answers a preflight by the methods of its path, also where an operation declares OPTIONS.
  package func preflight(_ request: HTTPRequest) -> RequestDisposition {
    // No operation has an empty method.
    guard case .methodNotAllowed(let methods) = router.match(method: "", path: request.path) else {
      return receive(request)
    }
    return .notAllowed(methods, request)
  }

  /// The operation's timeout, or the smallest remaining time that the callers sent, if that is less.
  private static func timeout(_ operation: OperationDescriptor, _ request: HTTPRequest) -> Int {
    guard request.hasHeader("x-request-deadline") else { return operation.policy.timeout }
    let left = request.headers.values(Deadline.header).compactMap { Int($0) }.filter { $0 >= 0 }
    return operation.policy.timeLimit(remaining: left.min())
  }
}

extension RequestDisposition {
  static func refuse(_ problem: ProblemDetails, _ request: HTTPRequest) -> RequestDisposition {
    .answer(problem.response(instance: request.path, requestID: request.id))
  }

  /// Responds with 405 and the allowed methods; for OPTIONS with 204 and the allowed methods (RFC 9110, section 9.3.7).
  package static func notAllowed(_ methods: [String], _ request: HTTPRequest) -> RequestDisposition {
    let allow: HTTPFields = ["allow": methods.joined(separator: ", ")]
    if request.method == "OPTIONS" { return .answer(HTTPResponse(status: 204, headers: allow)) }
    let detail = "\(request.method) is not allowed here; allowed: \(methods.joined(separator: ", "))."
    return refuse(ProblemDetails(405, detail, headers: allow), request)
  }
}

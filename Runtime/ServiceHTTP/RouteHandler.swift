import ServiceCore

/// An operation and the way to have it done: by a service of this process, or by one elsewhere.
public final class ServiceRoute: Sendable {
  public typealias Respond = @Sendable (_ request: RoutedRequest) async -> HTTPResponse

  public let operation: OperationDescriptor
  public let respond: Respond

  public init(_ operation: OperationDescriptor, respond: @escaping Respond) {
    self.operation = operation
    self.respond = respond
  }
}

/// Answers requests by a table of routes; what no route is for, by problem details.
public struct RouteHandler: Sendable {
  private var router = Router()
  private let routes: [ServiceRoute]

  public init(_ routes: [ServiceRoute]) {
    self.routes = routes
    for route in routes { router.add(route.operation) }
  }

  public func receive(_ request: HTTPRequest) -> Reception {
    switch router.match(method: request.method, path: request.path) {
    case .found(let index, let pathValues):
      let route = routes[index]
      return .receive(
        limit: route.operation.bodyLimit, isStreamed: route.operation.streamsBody,
        timeout: Self.timeout(route.operation, request)
      ) { request in
        var request = request
        if request.headers["content-encoding"] != nil {
          do throws(HTTPFault) {
            try Self.decode(&request, limit: route.operation.bodyLimit)
          } catch {
            return ProblemDetails(error.status, error.message).response(instance: request.path, requestID: request.id)
          }
        }
        return await route.respond(RoutedRequest(request: request, pathValues: pathValues))
      }
    case .methodNotAllowed(let methods):
      let allow: HTTPFields = ["allow": methods.joined(separator: ", ")]
      if request.method == "OPTIONS" { return .answer(HTTPResponse(status: 204, headers: allow)) }
      let detail = "\(request.method) is not possible here; \(methods.joined(separator: ", ")) are."
      return refuse(ProblemDetails(405, detail, headers: allow), request)
    case .notFound: return refuse(.notFound("There is nothing at this path."), request)
    case .malformed(let reason): return refuse(ProblemDetails(400, "The path cannot be read: \(reason)."), request)
    }
  }

  private func refuse(_ problem: ProblemDetails, _ request: HTTPRequest) -> Reception {
    .answer(problem.response(instance: request.path, requestID: request.id))
  }

  /// The operation's own time limit, or what is left of its caller's.
  private static func timeout(_ operation: OperationDescriptor, _ request: HTTPRequest) -> Int {
    guard let field = request.headers[Deadline.header], let left = Int(field), left >= 0 else {
      return operation.timeout
    }
    return min(left, operation.timeout)
  }

  /// Undoes a request's content coding, of which gzip is the one there is (RFC 9110, section 8.4).
  private static func decode(_ request: inout HTTPRequest, limit: Int) throws(HTTPFault) {
    let codings = request.headers.values("content-encoding").joined(separator: ",").lowercased().filter { $0 != " " }
    if codings == "identity" { return }
    guard codings == "gzip" || codings == "x-gzip", request.stream == nil else {
      throw HTTPFault(415, "The content encoding must be gzip, once, or none.")
    }
    request.body = try Gzip.decompress(request.body, limit: max(limit, 1))
    request.headers["content-encoding"] = nil
  }
}

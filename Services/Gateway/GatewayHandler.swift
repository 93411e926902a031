import ServiceCore
import ServiceHTTP

/// The entry from outside: the public operations of all services, wherever they run.
///
/// It receives the routes of the contracts and names no service. Policy at the edge belongs here.
public struct GatewayHandler: Sendable {
  private let handler: RouteHandler
  private static let inner = ["x-user-id", "x-user-email", "x-user-role", "x-request-deadline"]

  /// - Parameter routes: the operations that can be called from outside; none of them internal.
  public init(_ routes: [ServiceRoute]) { handler = RouteHandler(routes) }

  public func receive(_ request: HTTPRequest) -> RequestDisposition {
    var request = request
    // Headers that services trust are never accepted from outside.
    for name in Self.inner where request.headers[name] != nil { request.headers[name] = nil }
    return handler.receive(request)
  }
}

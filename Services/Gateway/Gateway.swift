import ServiceCore
import ServiceHTTP

/// The one entry from outside: the public operations of all services, wherever these are.
///
/// It is handed the routes of the contracts and names no service. Policy at the edge goes here.
public struct Gateway: Sendable {
  private let handler: RouteHandler
  private static let inner = ["x-user-id", "x-user-email", "x-user-role", "x-request-deadline"]

  /// - Parameter routes: the operations to be reached from outside; none of them internal.
  public init(_ routes: [ServiceRoute]) { handler = RouteHandler(routes) }

  public func receive(_ request: HTTPRequest) -> RequestDisposition {
    var request = request
    // What services believe of a caller comes from here, never from outside.
    for name in Self.inner where request.headers[name] != nil { request.headers[name] = nil }
    return handler.receive(request)
  }
}

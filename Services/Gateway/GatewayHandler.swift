import ServiceCore
import ServiceHTTP

/// The entry from outside: the public operations of all services, wherever they run.
///
/// It receives the routes of the contracts and names no service. Policy at the edge belongs here.
public struct GatewayHandler: Sendable {
  private let handler: RouteHandler
  private static let inner = ["x-user-id", "x-user-email", "x-user-role", "x-request-deadline", "x-charter-caller"]
  private static let unusual = FieldNames(inner + ["connection"])

  /// - Parameter routes: the operations that can be called from outside; none of them internal.
  public init(_ routes: [ServiceRoute]) { handler = RouteHandler(routes) }

  /// Decides on a request, and removes the headers from it that only this process may set.
  public func receive(_ request: inout HTTPRequest) -> RequestDisposition {
    // Headers that services trust are never accepted from outside.
    if request.headers.mayHave(Self.unusual) {
      for name in Self.inner where request.headers[name] != nil { request.headers[name] = nil }
      removeHops(&request)
    }
    return handler.receive(request)
  }

  /// Removes the headers that concern the connection alone (RFC 9110, section 7.6.1).
  private func removeHops(_ request: inout HTTPRequest) {
    for name in request.headers.connectionOptions where name != "upgrade" && request.headers[name] != nil {
      request.headers[name] = nil
    }
  }
}

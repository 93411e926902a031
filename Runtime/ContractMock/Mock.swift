import ContractOutline
import ServiceCore
import ServiceHTTP

/// Stands in for a server, from its contracts alone.
///
/// Requests are checked as generated code checks them, and every response is valid by its contract.
public final class Mock: Sendable {
  public struct Settings: Sendable {
    /// Whether what is created can be read, listed, changed and deleted.
    public var isStateful = false
    /// The same seed makes the same responses to the same requests.
    public var seed: UInt64 = 1
    /// The share of requests that fail, from 0 to 1.
    public var chaosRate = 0.0
    /// Receives what is wrong with the contract's examples, once each.
    public var report: @Sendable (String) -> Void = { _ in }
    /// Waits for so many milliseconds.
    public var sleep: @Sendable (Int) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }

    public init() {}
  }

  /// What it serves, by the index among its operations.
  public let operations: [OutlinedOperation]
  private let routes: RouteHandler

  public init(_ outline: Outline, _ settings: Settings = Settings()) {
    operations = outline.routes
    let endpoint = MockEndpoint(outline, settings)
    let template = Call(
      requestID: "", logger: Logger(level: .error), verifier: AnyCredentialVerifier(outline.routes.map(\.descriptor)))
    routes = RouteHandler(ServiceRoute.all(of: operations.map(\.descriptor), by: endpoint, template))
  }

  /// Decides on a request by its head, for a server.
  public func receive(_ request: HTTPRequest) -> RequestDisposition { routes.receive(request) }

  /// The response to a request with its whole body.
  public func respond(to request: HTTPRequest) async -> HTTPResponse {
    switch receive(request) {
    case .answer(let response): return response
    case .receive(_, _, _, let respond): return await respond(request)
    case .route(let route, let pathValues, _):
      guard request.body.count <= route.operation.bodyLimit else {
        return ProblemDetails(413, "The body is larger than \(route.operation.bodyLimit) bytes.").response(
          instance: request.path, requestID: request.id)
      }
      return await route.respond(to: RoutedRequest(request: request, pathValues: pathValues))
    }
  }
}

/// A service that others call, where a mock stands in for it.
extension Mock: Transport {
  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    await respond(to: request)
  }
}

/// Accepts every well-formed credential, with all scopes: a mock does not distinguish callers.
package struct AnyCredentialVerifier: CredentialVerifier {
  private let scopes: Set<String>

  package init(_ operations: [OperationDescriptor]) {
    scopes = Set(operations.flatMap(\.policy.security).flatMap(\.schemes).flatMap(\.scopes))
  }

  package func verify(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? {
    VerifiedIdentity(subject: credential.name, scopes: scopes)
  }
}

extension Credential {
  /// The text by which callers are distinguished where nothing is verified.
  package var name: String {
    switch self {
    case .apiKey(let text), .bearer(let text), .other(_, let text): text
    case .basic(let user, _): user
    case .certificate(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }
}

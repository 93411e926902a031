import ServiceCore
import ServiceSecurity

/// An issuer that gives a service under test tokens for the calls that it makes for itself, which mocks accept.
struct TestIssuer: Transport {
  private static let origin = "http://issuer.test"

  /// - Parameter client: of the API that is called; one whose contract names a server is outside the platform.
  static func tokens(for client: any APIClient.Type, _ logger: Logger) throws -> ClientTokens {
    let known = try OAuthClient(id: "service", secret: "secret", issuer: origin)
    return ClientTokens(of: known, actsForCallers: client.server != nil, logger: logger) { _ in TestIssuer() }
  }

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    let json: JSONValue =
      request.method == "GET"
      ? ["issuer": .string(Self.origin), "token_endpoint": .string(Self.origin + "/token")]
      : ["access_token": "own", "token_type": "Bearer", "expires_in": 3_600]
    return HTTPResponse(status: 200, headers: ["content-type": "application/json"], body: json.json)
  }
}

import ServiceCore

/// Finds the keys of an issuer by its metadata (OpenID Connect Discovery 1.0, section 4).
public struct IssuerDiscovery: Sendable {
  private let issuer: String
  private let connect: @Sendable (_ origin: String) throws -> any Transport

  /// - Parameters:
  ///   - issuer: the exact text of `iss` in its tokens, such as `https://id.example.com/realms/shop`.
  ///   - connect: makes what sends requests to an origin.
  public init(_ issuer: String, by connect: @escaping @Sendable (_ origin: String) throws -> any Transport) {
    (self.issuer, self.connect) = (issuer, connect)
  }

  /// Asks for the metadata, and then for the keys.
  ///
  /// - Throws: ``ConfigurationError`` for an answer that is not what the specification says; errors of the transport.
  public func keys() async throws -> [JSONWebKey] {
    let base = issuer.utf8.last == UInt8(ascii: "/") ? String(issuer.dropLast()) : issuer
    let metadata = try await json(base + "/.well-known/openid-configuration")
    guard metadata["issuer"]?.isText(issuer) == true, let address = metadata["jwks_uri"]?.text else {
      throw ConfigurationError(
        "the metadata of the issuer \(issuer) names \(metadata["issuer"]?.text ?? "no issuer"), or no jwks_uri")
    }
    if issuer.utf8.starts(with: "https:".utf8), !address.utf8.starts(with: "https:".utf8) {
      throw ConfigurationError("the keys of \(issuer) are at \(address), which is not https")
    }
    guard let keys = JSONWebKey.set(try await json(address)) else {
      throw ConfigurationError("\(address) does not answer with a set of keys")
    }
    return keys
  }

  private static let operation = OperationDescriptor(
    service: "issuer", id: "discover", method: "GET", path: [], responses: .init([], hasDefault: true))

  private func json(_ address: String) async throws -> JSONValue {
    guard let server = try? ServerAddress(address), let origin = server.origin else {
      throw ConfigurationError("'\(address)' is not a URL such as https://id.example.com/realms/shop")
    }
    let request = HTTPRequest(method: "GET", path: server.basePath, headers: ["accept": "application/json"])
    let response = try await connect(origin).send(request, Self.operation)
    var json = JSONReader(response.body)
    guard response.status == 200, let value = try JSONValue.decode(&json) else {
      throw ConfigurationError("\(address) answers with \(response.status)")
    }
    return value
  }
}

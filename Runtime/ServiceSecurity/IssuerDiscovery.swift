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
    let address = try endpoint("jwks_uri", of: try await metadata())
    guard let keys = JSONWebKey.set(try await json(address)) else {
      throw ConfigurationError("\(address) does not answer with a set of keys")
    }
    return keys
  }

  func metadata() async throws -> JSONValue {
    let base = issuer.utf8.last == UInt8(ascii: "/") ? String(issuer.dropLast()) : issuer
    let metadata = try await json(base + "/.well-known/openid-configuration")
    guard metadata["issuer"]?.isText(issuer) == true else {
      throw ConfigurationError("the metadata of \(issuer) names \(metadata["issuer"]?.text ?? "no issuer")")
    }
    return metadata
  }

  /// The address that the metadata has for something: of an issuer with TLS, one with TLS.
  func endpoint(_ name: String, of metadata: JSONValue) throws -> String {
    guard let address = metadata[name]?.text else {
      throw ConfigurationError("the metadata of \(issuer) has no \(name)")
    }
    if issuer.utf8.starts(with: "https:".utf8), !address.utf8.starts(with: "https:".utf8) {
      throw ConfigurationError("\(name) of \(issuer) is \(address), which is not https")
    }
    return address
  }

  /// - Parameters:
  ///   - form: sent by POST, as `application/x-www-form-urlencoded`; nil for GET.
  ///   - authorization: the header of that name.
  func json(_ address: String, form: String? = nil, authorization: String? = nil) async throws -> JSONValue {
    guard let server = try? ServerAddress(address), let origin = server.origin else {
      throw ConfigurationError("'\(address)' is not a URL such as https://id.example.com/realms/shop")
    }
    let operation = OperationDescriptor(
      service: "issuer", id: "ask", method: form == nil ? "GET" : "POST", path: [],
      responses: .init([], hasDefault: true), policy: .init(timeout: 10_000))
    var request = HTTPRequest(
      method: operation.method, path: server.basePath, headers: ["accept": "application/json"],
      body: Array((form ?? "").utf8))
    request.headers["authorization"] = authorization
    if form != nil { request.headers["content-type"] = "application/x-www-form-urlencoded" }
    let response = try await connect(origin).send(request, operation)
    var json = JSONReader(response.body)
    guard response.status == 200, let value = try JSONValue.decode(&json) else {
      throw ConfigurationError("\(address) answers with \(response.status)")
    }
    return value
  }
}

import ServiceCore

/// Finds the keys and the endpoints of an issuer by its metadata (OpenID Connect Discovery 1.0, section 4).
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

  private func json(_ address: String) async throws -> JSONValue {
    try await answer(at: address).json(from: address)
  }

  /// Asks a token endpoint on behalf of a client, which proves itself by HTTP Basic (RFC 6749, sections 2.3.1 and 3.2).
  ///
  /// - Parameters:
  ///   - grant: the members of the form.
  ///   - isInForm: whether the client's secret is in the form instead.
  func answer(
    to grant: [(String, String)], of client: (id: String, secret: String), at endpoint: String, isInForm: Bool = false
  ) async throws -> IssuerAnswer {
    if isInForm {
      let members = grant + [("client_id", client.id), ("client_secret", client.secret)]
      return try await answer(at: endpoint, form: PercentCoding.query(members))
    }
    // Both are encoded as in a form.
    let pair = PercentCoding.encode(client.id) + ":" + PercentCoding.encode(client.secret)
    return try await answer(
      at: endpoint, form: PercentCoding.query(grant), authorization: "Basic " + Base64(Array(pair.utf8)).text)
  }

  /// Whether an issuer takes a client's secret in the form only (OpenID Connect Discovery 1.0, section 3).
  func takesSecretsInForms(_ metadata: JSONValue) -> Bool {
    guard case .array(let methods)? = metadata["token_endpoint_auth_methods_supported"] else { return false }
    return methods.contains { $0.isText("client_secret_post") }
      && !methods.contains { $0.isText("client_secret_basic") }
  }

  /// - Parameters:
  ///   - form: sent by POST, as `application/x-www-form-urlencoded`; nil for GET.
  ///   - authorization: the header of that name.
  private func answer(
    at address: String, form: String? = nil, authorization: String? = nil
  ) async throws -> IssuerAnswer {
    guard let server = try? ServerAddress(address), let origin = server.origin else {
      throw ConfigurationError("'\(address)' is not a URL such as https://id.example.com/realms/shop")
    }
    let operation = OperationDescriptor(
      service: "issuer", id: "ask", method: form == nil ? "GET" : "POST", path: [],
      responses: .init([], hasDefault: true), policy: .init(timeout: 10_000))
    // With the slash that may be at its end.
    let path = String(Substring(server.text.utf8.dropFirst(origin.utf8.count)))
    var request = HTTPRequest(
      method: operation.method, path: path, headers: ["accept": "application/json"], body: Array((form ?? "").utf8))
    request.headers["authorization"] = authorization
    if form != nil { request.headers["content-type"] = "application/x-www-form-urlencoded" }
    let response = try await connect(origin).send(request, operation)
    var json = JSONReader(response.body)
    return IssuerAnswer(status: response.status, json: (try? JSONValue.decode(&json)) ?? nil)
  }
}

/// What an issuer answers with.
struct IssuerAnswer: Sendable {
  let status: Int
  /// Nil for what is not JSON.
  let json: JSONValue?

  /// - Throws: ``ConfigurationError`` for anything but a success.
  func json(from address: String) throws(ConfigurationError) -> JSONValue {
    guard status == 200, let json else {
      throw ConfigurationError("\(address) answers with \(status)" + (status == 200 ? ", and not with JSON" : ""))
    }
    return json
  }
}

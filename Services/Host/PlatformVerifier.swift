import IdentityAPI
import ServiceClient
import ServiceCore
import ServiceDefinition
import ServiceSecurity

/// Verifies callers by the tokens and the API keys of the platform's identity service, or by the tokens of the issuer
/// that stands in its place.
enum PlatformVerifier {
  static func make(_ resources: Resources) throws -> any CredentialVerifier {
    if let issuer = resources.tokenIssuer { return try foreign(issuer, resources) }
    let identity: IdentityClient = try resources.client()
    let clock = resources.clock
    let call = Call(logger: resources.logger)
    let keys = IssuerKeys(clock: clock) {
      let set = try await identity.verificationKeys(.init(), call.under(Uuid.v7(at: clock.now()).description)).get()
      var json = JSONReader(set.json)
      return try JSONValue.decode(&json).flatMap { JSONWebKey.set($0) } ?? []
    }
    // The audience of the platform's tokens is the platform.
    let rules = TokenRules(issuer: resources.publicURL, audience: resources.publicURL, types: ["at+jwt"])
    let ask = { @Sendable in call.under(Uuid.v7(at: clock.now()).description) }
    let findKey: TokenVerifier.FindKey = { key in
      // Others cost no question.
      guard (20...200).contains(key.utf8.count) else { return nil }
      switch try await identity.verifyKey(.init(body: KeyQuestion(key: key)), ask()) {
      case .notFound: return nil
      case let answer:
        let holder = try answer.get()
        return VerifiedIdentity(
          subject: holder.userID.description, scopes: Set(holder.scopes),
          claims: JSONObject([
            ("key_id", .string(holder.id.description)), ("email", JSONValue.string(holder.email)),
            ("email_verified", .boolean(holder.isEmailConfirmed)),
          ]))
      }
    }
    return TokenVerifier(rules, keys: keys, clock: clock, findKey: findKey) { id, secret in
      let isSecret = secret.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "_.-".utf8.contains(byte)
      }
      guard let client = Uuid(id), (20...200).contains(secret.utf8.count), isSecret else { return nil }
      let proof = ClientProof(clientID: client, clientSecret: secret)
      switch try await identity.verifyClient(.init(body: proof), ask()) {
      case .noContent: return VerifiedIdentity(subject: client.description)
      case .notFound, .badRequest: return nil
      case let answer:
        try answer.get()
        return nil
      }
    }
  }

  private static func foreign(
    _ issuer: (url: String, audience: String), _ resources: Resources
  ) throws -> any CredentialVerifier {
    let connect = try CurlTransport.sharing(.init())
    let discovery = IssuerDiscovery(issuer.url) { try connect($0) }
    let logger = resources.logger
    let keys = IssuerKeys(clock: resources.clock) {
      do {
        return try await discovery.keys()
      } catch {
        logger.log(.warning, "the keys of the issuer of tokens cannot be read: \(error)", ["issuer": issuer.url])
        throw error
      }
    }
    // Few issuers mark their access tokens (RFC 9068, section 2.1): the audience tells them apart.
    let rules = TokenRules(issuer: issuer.url, audience: issuer.audience, types: ["at+jwt", "jwt", nil])
    return TokenVerifier(rules, keys: keys, clock: resources.clock)
  }
}

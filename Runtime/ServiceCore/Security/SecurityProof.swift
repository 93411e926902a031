/// The credential of a request for a scheme.
enum PresentedCredential: Sendable {
  case absent
  /// It is present, and malformed.
  case malformed
  case given(Credential)
}

extension SecurityRequirement {
  /// Finds the first alternative whose schemes are all verified, with all their scopes.
  ///
  /// Scopes are checked for each kind of scheme: for schemes other than OAuth they are roles, as in OpenAPI 3.1.
  ///
  /// An alternative without schemes is used only when no credential was given. An invalid credential fails the request
  /// even where anyone may call: its sender expects to be authenticated, and must learn that a token has expired
  /// instead of receiving the response for anonymous callers. A missing scope fails the request likewise; an incomplete
  /// alternative does not.
  ///
  /// - Parameter realm: the protection space of the credentials (RFC 9110, section 11.5), such as the service's name.
  /// - Throws: ``RequestFault``: 400 for a duplicated credential, 401 with challenges, 403 for missing scopes; errors
  ///   of the verifier.
  public static func prove(
    _ alternatives: [SecurityRequirement], by verifier: any CredentialVerifier, _ request: HTTPRequest, realm: String
  ) async throws -> Proof {
    try await prove(alternatives, by: verifier, realm: realm) { scheme throws(RequestFault) in
      try scheme.credential(in: request)
    }
  }

  /// The same for credentials from any source.
  ///
  /// - Parameter sealed: what another process has verified, whose credentials are not verified again.
  static func prove(
    _ alternatives: [SecurityRequirement], by verifier: any CredentialVerifier, _ sealed: SealedCaller? = nil,
    realm: String, _ credential: (SecurityScheme) throws(RequestFault) -> PresentedCredential
  ) async throws -> Proof {
    if alternatives.isEmpty { return .nobody }
    // A list: there are one or two.
    var verdicts: [(scheme: ByteKey, verdict: Verdict)] = []
    func verdict(_ scheme: SecurityScheme) -> Verdict? {
      let name = ByteKey(scheme.name)
      return verdicts.first { $0.scheme == name }?.verdict
    }
    var lacking: [(scheme: SecurityScheme, scopes: [String])] = []
    for (index, alternative) in alternatives.enumerated() where !alternative.isAnonymous {
      // All of its schemes are checked: an invalid credential counts even beside an absent one.
      for (scheme, _) in alternative.schemes where verdict(scheme) == nil {
        let new: Verdict =
          if let identity = sealed?.identity(for: scheme) {
            .proven(identity)
          } else {
            try await judge(try credential(scheme), for: scheme, by: verifier)
          }
        verdicts.append((ByteKey(scheme.name), new))
      }
      let identities = alternative.schemes.compactMap { verdict($0.scheme)?.identity }
      guard identities.count == alternative.schemes.count else { continue }
      let short = zip(alternative.schemes, identities).filter { !$0.scopes.allSatisfy($1.has) }
      if short.isEmpty { return Proof(alternative: index, identities: identities) }
      if lacking.isEmpty { lacking = short.map(\.0) }
    }
    guard lacking.isEmpty else { throw RequestFault(.insufficientScope(lacking)) }
    let refused = Set(verdicts.filter(\.verdict.isRefused).map(\.scheme))
    guard refused.isEmpty, let anonymous = alternatives.firstIndex(where: \.isAnonymous) else {
      throw RequestFault(.unproven(alternatives, refused: refused, realm: realm))
    }
    return Proof(alternative: anonymous, identities: [])
  }

  /// The same, as far as it is known without waiting: where the first alternative is satisfied by what is remembered.
  static func recall(
    _ alternatives: [SecurityRequirement], by verifier: any CredentialVerifier, _ sealed: SealedCaller? = nil,
    _ credential: (SecurityScheme) throws(RequestFault) -> PresentedCredential
  ) throws(RequestFault) -> Proof? {
    guard let first = alternatives.first, !first.isAnonymous else { return nil }
    var identities: [VerifiedIdentity] = []
    for (scheme, scopes) in first.schemes {
      var identity = sealed?.identity(for: scheme)
      if identity == nil, case .given(let credential) = try credential(scheme) {
        identity = verifier.recall(credential, for: scheme)
      }
      guard let identity, scopes.allSatisfy(identity.has) else { return nil }
      identities.append(identity)
    }
    return Proof(alternative: 0, identities: identities)
  }

  private enum Verdict {
    case absent, refused
    case proven(VerifiedIdentity)

    var identity: VerifiedIdentity? { if case .proven(let identity) = self { identity } else { nil } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
  }

  private static func judge(
    _ presented: PresentedCredential, for scheme: SecurityScheme, by verifier: any CredentialVerifier
  ) async throws -> Verdict {
    switch presented {
    case .absent: .absent
    case .malformed: .refused
    case .given(let credential): try await verifier.verify(credential, for: scheme).map(Verdict.proven) ?? .refused
    }
  }
}

extension Proof {
  /// The schemes of the alternative that is satisfied, with the identities that they have proved; nil where there are none, and
  /// for requirements without that alternative.
  package func proven(
    by requirements: [SecurityRequirement]
  ) -> Zip2Sequence<[(scheme: SecurityScheme, scopes: [String])], [VerifiedIdentity]>? {
    guard !identities.isEmpty, requirements.indices.contains(alternative) else { return nil }
    return zip(requirements[alternative].schemes, identities)
  }

  static let nobody = Proof(alternative: 0, identities: [])

  /// Distinguishes callers in idempotency keys; empty when callers are not distinguished.
  var fingerprint: String {
    identities.isEmpty
      ? "" : " \(alternative) " + identities.map { "\($0.subject.utf8.count):\($0.subject)" }.joined(separator: " ")
  }
}

/// What a caller has for a scheme.
enum PresentedCredential: Sendable {
  case absent
  /// It is there, and cannot be right.
  case malformed
  case given(Credential)
}

extension SecurityRequirement {
  /// Finds the first alternative whose schemes are all proven, with all their scopes.
  ///
  /// Scopes are held against each kind of scheme: for those that are not OAuth they are roles, as OpenAPI 3.1 has it.
  ///
  /// An alternative without schemes is taken only when nothing else was tried. A credential that is wrong fails the
  /// request, though anybody could have made it: who sends one means to be somebody, and must learn that a token has
  /// expired rather than be shown what strangers see. So does one that lacks a scope. One whose alternative is merely
  /// not complete does not.
  ///
  /// - Parameter realm: what the credentials are for (RFC 9110, section 11.5), such as the service's name.
  /// - Throws: ``ProblemDetails``: 400 for a credential that is given twice, 401 with challenges, 403 for scopes that
  ///   lack; what the verifier throws.
  public static func prove(
    _ alternatives: [SecurityRequirement], by verifier: any CredentialVerifier, _ request: HTTPRequest, realm: String
  ) async throws -> Proof {
    try await prove(alternatives, by: verifier, realm: realm) { scheme throws(ProblemDetails) in
      try scheme.credential(in: request)
    }
  }

  /// The same for credentials that come from anywhere.
  static func prove(
    _ alternatives: [SecurityRequirement], by verifier: any CredentialVerifier, realm: String,
    _ credential: (SecurityScheme) throws(ProblemDetails) -> PresentedCredential
  ) async throws -> Proof {
    if alternatives.isEmpty { return .nobody }
    var verdicts: [ByteKey: Verdict] = [:]
    var lacking: [(scheme: SecurityScheme, scopes: [String])] = []
    for (index, alternative) in alternatives.enumerated() where !alternative.isAnonymous {
      // All of its schemes are looked at: a credential that is wrong counts beside one that is absent.
      for (scheme, _) in alternative.schemes where verdicts[ByteKey(scheme.name)] == nil {
        verdicts[ByteKey(scheme.name)] = try await judge(try credential(scheme), for: scheme, by: verifier)
      }
      let identities = alternative.schemes.compactMap { verdicts[ByteKey($0.scheme.name)]?.identity }
      guard identities.count == alternative.schemes.count else { continue }
      let short = zip(alternative.schemes, identities).filter { !$0.scopes.allSatisfy($1.has) }
      if short.isEmpty { return Proof(alternative: index, identities: identities) }
      if lacking.isEmpty { lacking = short.map(\.0) }
    }
    guard lacking.isEmpty else { throw ProblemDetails.insufficientScope(lacking) }
    let refused = Set(verdicts.filter { $0.value.isRefused }.keys)
    guard refused.isEmpty, let anonymous = alternatives.firstIndex(where: \.isAnonymous) else {
      throw ProblemDetails.unproven(alternatives, refused: refused, realm: realm)
    }
    return Proof(alternative: anonymous, identities: [])
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
  static let nobody = Proof(alternative: 0, identities: [])

  /// Tells one caller from another in what an idempotency key stands for; empty when callers are not told apart.
  var fingerprint: String {
    identities.isEmpty
      ? "" : " \(alternative) " + identities.map { "\($0.subject.utf8.count):\($0.subject)" }.joined(separator: " ")
  }
}
